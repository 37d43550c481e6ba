"""What views request of the engine about any client's tasks: cancels, retries, stacks, usage.

Owned by the core's thread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scaler_lab.core.board import Board
from scaler_lab.core.live_usage import OnUsage
from scaler_lab.core.messages import GroupId, TaskId
from scaler_lab.core.stack import OnStack
from scaler_lab.core.state_machine import Status
from scaler_lab.engines.local import protocol
from scaler_lab.engines.local.scheduler.cancelling import Canceller
from scaler_lab.engines.local.scheduler.dispatching import Dispatcher
from scaler_lab.engines.local.scheduler.reporting import TaskReporter
from scaler_lab.engines.local.scheduler.state import ClientState, QueuedTask
from scaler_lab.engines.local.scheduler.task_stacks import TaskStacks
from scaler_lab.engines.local.scheduler.task_usages import TaskUsages


class ViewRequests:
    """Carries out the requests of views.

    *clients* are the connected clients by id.
    """

    def __init__(
        self,
        clients: Mapping[str, ClientState],
        board: Board,
        reporter: TaskReporter,
        dispatcher: Dispatcher,
        canceller: Canceller,
        stacks: TaskStacks,
        usages: TaskUsages,
    ) -> None:
        self._clients = clients
        self._board = board
        self._reporter = reporter
        self._dispatcher = dispatcher
        self._canceller = canceller
        self._stacks = stacks
        self._usages = usages

    def cancel(self, task_ids: Sequence[TaskId], *, force: bool, source: str, now: float) -> int:
        """Stop tasks of any client for a view; return how many are or will end cancelled.

        First the clients get a message with the *source* of the request, so that their boards also
        show the tasks as "cancelling".
        """
        chosen: dict[TaskId, QueuedTask] = {}
        groups: set[tuple[str, GroupId]] = set()  # each group is cancelled as a whole, once
        accepted = 0
        for task_id in task_ids:
            client = self._client_with(task_id)
            if client is None:
                info = self._board.info(task_id)
                accepted += info is not None and info.status is Status.CANCELLED
                continue
            accepted += 1
            task = client.task_shown_as(task_id)
            if task is not None:
                chosen[task.task_id] = task
            group = client.waiting[task_id].annotations.group if task is None else task.group
            if group is None:
                if task is None:
                    self._request_in_client(client, task_id, source, now)
            elif (client.client_id, group) not in groups:
                groups.add((client.client_id, group))
                chosen.update(client.groups.get(group, {}))
                for member in client.waiting_groups.get(group, {}):
                    self._request_in_client(client, member, source, now)
        for task in chosen.values():
            is_news = not task.cancel_requested or task.record.state.is_overdue
            if is_news and not task.client.is_gone:
                task.client.outbox.append(protocol.CancelRequested(task.task_id, source))
        self._canceller.stop(list(chosen.values()), force, now, source)
        self._dispatcher.dispatch(now)
        return accepted

    def _client_with(self, task_id: TaskId) -> ClientState | None:
        """Return the connected client that may still submit or stop a task, if there is one."""
        client = self._clients.get(self._board.client_of(task_id))
        return client if client is not None and client.has(task_id) else None

    def _request_in_client(
        self, client: ClientState, task_id: TaskId, source: str, now: float
    ) -> None:
        """Request a cancel of a task that waits in its client.

        It may be on its way to the scheduler, and is stopped when it arrives.
        """
        self._reporter.cancel_requested_in_client(client.waiting[task_id], source, now)
        client.outbox.append(protocol.CancelRequested(task_id, source))

    def retry(self, task_ids: Sequence[TaskId], *, source: str) -> None:
        """Request all clients to submit these tasks again; each ignores those it doesn't know."""
        for client in self._clients.values():
            client.outbox.extend(protocol.RetryRequested(task_id, source) for task_id in task_ids)

    def request_stack(self, task_id: TaskId, reply: OnStack, now: float, *, at_once: bool) -> None:
        """Call *reply*, now or soon, with where a task of any client is."""
        client = self._client_with(task_id)
        self._stacks.request_by_id(client, task_id, reply, now, at_once=at_once)

    def request_usage(self, reply: OnUsage, now: float) -> None:
        """Call *reply*, now or soon, with what the running tasks of all clients use."""
        self._usages.request(None, reply, now)
