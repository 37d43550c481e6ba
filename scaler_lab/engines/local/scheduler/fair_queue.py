"""Whose task is next: clients take turns, and each client's tasks go by priority, then by age.

A seat takes turns for as long as something is queued in it, and its client reads its answers.
Pure; owned by the core.
"""

from __future__ import annotations

from collections import deque

from scaler_lab.engines.local.scheduler.state import ClientState, QueuedTask, QueuedTaskStatus


class FairQueue:
    """See the module.  False where nothing is queued that may be dispatched."""

    def __init__(self) -> None:
        self._clients: deque[ClientState] = (
            deque()
        )  # those with something queued, whose turn is next first

    def __bool__(self) -> bool:
        return bool(self._clients)

    def queue(self, task: QueuedTask) -> None:
        """Behind all of its client's, and of its priority."""
        task.client.lane_of(task).append(task)
        self.give_turn(task.client)

    def put_back(self, task: QueuedTask) -> None:
        """Before all of its client's; call for the last one first."""
        task.client.lane_of(task).appendleft(task)
        self.give_turn(task.client)

    def untake(self, task: QueuedTask) -> None:
        """As if it had not been taken."""
        client = task.client
        client.lane_of(task).appendleft(task)
        if not client.has_turn:
            client.has_turn = True
            self._clients.appendleft(client)

    def give_turn(self, client: ClientState) -> None:
        """Let it take turns, unless it does, or is held."""
        if not (client.has_turn or client.is_held):
            client.has_turn = True
            self._clients.append(client)

    def take(self) -> QueuedTask | None:
        """The next one, and its client's turn is over; None where nothing is to be dispatched."""
        clients = self._clients
        while clients:
            client = clients[0]
            while not client.is_held and (
                queue := client.first_lane() if client.lanes else client.queue
            ):
                task = queue.popleft()
                if (
                    task.state is QueuedTaskStatus.QUEUED
                ):  # else it was answered while it was queued
                    if not queue and not (client.lanes and client.first_lane()):
                        clients.popleft().has_turn = False
                    elif len(clients) > 1:
                        clients.rotate(-1)
                    return task
            clients.popleft().has_turn = False
        return None
