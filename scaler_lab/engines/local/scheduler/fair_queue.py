"""Choose the next task: clients take turns; each client's tasks go by priority, then by age.

A client takes turns as long as it has queued tasks and reads the scheduler's messages.
Pure; owned by the core.
"""

from __future__ import annotations

from collections import deque

from scaler_lab.engines.local.scheduler.state import ClientState, QueuedTask, QueuedTaskStatus

MIN_STALE = 100


class FairQueue:
    """The queued tasks of all clients.  It is false if no queued task may be dispatched."""

    def __init__(self) -> None:
        self._clients: deque[ClientState] = deque()  # clients with queued tasks, the next one first

    def __bool__(self) -> bool:
        return bool(self._clients)

    def queue(self, task: QueuedTask) -> None:
        """Queue a task behind its client's tasks of the same priority."""
        task.client.lane_of(task).append(task)
        self.give_turn(task.client)

    def put_back(self, task: QueuedTask) -> None:
        """Queue a task before its client's tasks of the same priority.

        Of several tasks, call it for the last one first.
        """
        task.client.lane_of(task).appendleft(task)
        self.give_turn(task.client)

    def untake(self, task: QueuedTask) -> None:
        """Undo `take`: the task is the next one again."""
        client = task.client
        client.lane_of(task).appendleft(task)
        if not client.has_turn:
            client.has_turn = True
            self._clients.appendleft(client)

    def settled(self, task: QueuedTask) -> None:
        """Note that a queued task was settled.

        It is skipped when it is its turn.  Once most tasks of its client are of that kind, all of
        them are removed, because that may be a long time ahead.
        """
        client = task.client
        client.n_stale += 1
        if client.n_stale > len(client.tasks) + MIN_STALE:
            client.n_stale = 0
            lanes = {rank: _queued(lane) for rank, lane in client.lanes.items()}
            client.queue = _queued(client.queue)
            client.lanes = {rank: lane for rank, lane in lanes.items() if lane}
            client.ranks = sorted(-rank for rank in client.lanes)

    def give_turn(self, client: ClientState) -> None:
        """Let the client take turns, unless it already does or is held."""
        if not (client.has_turn or client.is_held):
            client.has_turn = True
            self._clients.append(client)

    def take(self) -> QueuedTask | None:
        """Remove and return the next task, which ends its client's turn; None if there is none."""
        clients = self._clients
        while clients:
            client = clients[0]
            while not client.is_held and (
                queue := client.first_lane() if client.lanes else client.queue
            ):
                task = queue.popleft()
                # A task that was settled while it was queued is skipped.
                if task.state is QueuedTaskStatus.QUEUED:
                    if not queue and not (client.lanes and client.first_lane()):
                        clients.popleft().has_turn = False
                    elif len(clients) > 1:
                        clients.rotate(-1)
                    return task
                client.n_stale -= 1
            clients.popleft().has_turn = False
        return None


def _queued(tasks: deque[QueuedTask]) -> deque[QueuedTask]:
    return deque(task for task in tasks if task.state is QueuedTaskStatus.QUEUED)
