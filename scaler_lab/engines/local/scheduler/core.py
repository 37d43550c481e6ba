"""The scheduler's core: assigns tasks to workers and carries out cancels.  Does no I/O itself.

It owns three kinds of objects, all used by one thread only:

    ClientState  a client: its queue, its tasks, its outbox
    QueuedTask   a task:   queued for its client ─> sent to a worker ─> settled
    WorkerState  a worker: starting ─> ready ─> being killed ─> gone

It acts through `WorkerControl`, which the scheduler's process (or a simulation) provides.  Time is
passed in.  The core itself receives what clients send.  Its parts have one purpose each:

    WorkerReports receives what workers report
    Dispatcher    sends queued tasks to workers; its `FairQueue` chooses the next task
    WorkerPool    starts and replaces workers, and chooses those that get tasks
    Canceller     stops tasks
    Settler       ends each task: sends its final outcome once
    MemoryLimits  has tasks stopped that exceed their memory limits
    MemoryReserve holds back and stops tasks while memory is low
    TaskReporter  reports to views and clients until then
    TaskStacks    reads where tasks are
    TaskUsages    measures what tasks use
    ViewRequests  carries out what views request
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scaler_lab.core.board import Board
from scaler_lab.engines.local import protocol, worker_ipc
from scaler_lab.engines.local.scheduler.cancelling import Canceller
from scaler_lab.engines.local.scheduler.dispatching import Dispatcher
from scaler_lab.engines.local.scheduler.memory_limits import MemoryLimits
from scaler_lab.engines.local.scheduler.memory_reserve import MemoryReserve
from scaler_lab.engines.local.scheduler.reporting import REPORT_INTERVAL, TaskReporter
from scaler_lab.engines.local.scheduler.settling import Settler
from scaler_lab.engines.local.scheduler.state import (
    ClientState,
    WorkerStatus,
    queued_task,
)
from scaler_lab.engines.local.scheduler.task_stacks import TaskStacks
from scaler_lab.engines.local.scheduler.task_usages import TaskUsages
from scaler_lab.engines.local.scheduler.view_requests import ViewRequests
from scaler_lab.engines.local.scheduler.worker_actions import WorkerControl
from scaler_lab.engines.local.scheduler.worker_pool import WorkerPool
from scaler_lab.engines.local.scheduler.worker_reports import WorkerReports
from scaler_lab.engines.local.worker_ipc import PACKET
from scaler_lab.feed import messages


class SchedulerCore:
    """Assigns tasks to workers and carries out cancels.  Methods never block; time is passed in.

    *reserve* is how many bytes of memory to keep free.  *slots* is the maximum number of workers at
    once, including those being killed; None means no limit.
    """

    def __init__(
        self,
        worker_control: WorkerControl,
        *,
        n_workers: int,
        grace: float,
        memory_kib: int = 0,
        reserve: int = 0,
        spares: int = 1,
        slots: int | None = None,
        board: Board | None = None,
    ) -> None:
        self.board = Board() if board is None else board  # for views; only this thread uses it
        self.reporter = TaskReporter(self.board)
        self._worker_control = worker_control
        self._worker_pool = WorkerPool(
            worker_control.spawn, n_workers=n_workers, spares=spares, slots=slots
        )
        self._workers = self._worker_pool.workers
        self._stacks = TaskStacks(worker_control.look, worker_control.runs)
        self._usages = TaskUsages(worker_control, self._workers)
        self._settler = Settler(worker_control, self.reporter)
        self.dispatcher = Dispatcher(
            worker_control, self._worker_pool, self.reporter, self._settler
        )
        self._canceller = Canceller(
            worker_control,
            self._worker_pool,
            self.dispatcher,
            self.reporter,
            self._settler,
            self._stacks,
            grace=grace,
        )
        self._memory_limits = MemoryLimits(worker_control, self._canceller)
        self._memory_reserve = MemoryReserve(
            worker_control,
            self._workers,
            self.dispatcher,
            self._canceller,
            self.reporter,
            reserve=reserve,
        )
        self.reports = WorkerReports(
            worker_control,
            self._worker_pool,
            self.dispatcher,
            self._canceller,
            self.reporter,
            self._settler,
            memory_kib=memory_kib,
        )
        self._clients: dict[str, ClientState] = {}
        self.views = ViewRequests(
            self._clients,
            self.board,
            self.reporter,
            self.dispatcher,
            self._canceller,
            self._stacks,
            self._usages,
        )
        self._generation = 0

    # -- clients ---------------------------------------------------------------------------------

    def start(self) -> None:
        """Spawn the first workers."""
        self._worker_pool.fill()

    def add_client(self, client_id: str) -> ClientState:
        """Return the state of a client; create it for a new client."""
        client = self._clients.get(client_id)
        if client is None:
            client = self._clients[client_id] = ClientState(client_id)
        return client

    @property
    def clients(self) -> Sequence[ClientState]:
        """All connected clients."""
        return list(self._clients.values())

    def on_submit(self, client: ClientState, message: protocol.Submit) -> None:
        """Queue a task, unless its id is known already.

        Call `Dispatcher.dispatch` once all are queued.
        """
        if message.task_id in client.tasks or client.is_gone:
            return
        if self._worker_pool.broken:  # a new task is a reason to start workers again
            self._worker_pool.try_again()
        task = queued_task(client, message, self.reporter.submitted(client, message))
        client.tasks[task.task_id] = task
        if message.first_id:
            client.attempts[task.record.task_id] = task.task_id
        if task.group is not None:
            client.groups.setdefault(task.group, {})[task.task_id] = task
        self.dispatcher.fair_queue.queue(task)
        asked_at = task.record.cancel_requested_at
        if asked_at is not None:  # by a view, while the client was about to submit it
            self._canceller.stop([task], False, asked_at, task.record.cancel_requested_by)

    def on_refresh(self, client: ClientState) -> None:
        """Tasks that the client submits from now on need workers with up-to-date modules.

        Only a worker knows what it has loaded.  It checks before the first such task; if a loaded
        file was edited, it reports STALE instead of running the task, and ends.
        """
        self._generation += 1
        client.generation = self._generation

    def on_waiting(self, client: ClientState, message: protocol.Waiting) -> None:
        """Show views a task that its client will submit later."""
        if not (client.is_gone or client.has(message.task_id)):
            self.reporter.expect(client, message)

    def on_dropped(self, client: ClientState, message: protocol.Dropped, now: float) -> None:
        """A task that was shown as waiting ended in its client and won't be submitted."""
        self.reporter.dropped(client, message, now)

    def on_cancel(self, client: ClientState, message: protocol.Cancel, now: float) -> None:
        """Stop tasks; the responses are put into the client's outbox, now or later."""
        chosen = {i: task for i in message.task_ids if (task := client.tasks.get(i)) is not None}
        if message.group is not None:
            chosen.update(client.groups.get(message.group, {}))
        self._canceller.stop(list(chosen.values()), message.force, now, overdue=message.overdue)
        self.dispatcher.dispatch(now)

    def on_question(
        self,
        client: ClientState,
        message: protocol.StackRequest | protocol.UsageRequest,
        now: float,
    ) -> None:
        """Send the client where one of its tasks is, or what its tasks use, now or soon."""
        number = message.number
        if isinstance(message, protocol.UsageRequest):
            self._usages.request(
                client,
                lambda usage: _send(client, protocol.UsageReply(number, dict(usage))),
                now,
            )
        else:
            self._stacks.request_by_id(
                client,
                message.task_id,
                lambda stack: _send(client, protocol.StackReply(number, stack)),
                now,
                at_once=message.at_once,
            )

    def on_unshare(self) -> None:
        """A shared value was removed: make idle workers release it.

        Busy workers check for removed values before each task.
        """
        for worker in self._workers.values():
            if worker.state is WorkerStatus.READY and not worker.sent:
                self._worker_control.send(worker.number, PACKET.pack(0, 0, worker_ipc.RELEASE, 0))

    def hold(self, client: ClientState) -> None:
        """The client doesn't read: stop dispatching its tasks.  Its running tasks continue."""
        client.is_held = True

    def resume(self, client: ClientState, now: float) -> None:
        """The client reads again: dispatch its tasks again."""
        client.is_held = False
        self.dispatcher.fair_queue.give_turn(client)
        self.dispatcher.dispatch(now)

    def workers(self) -> list[messages.WorkerRow]:
        """Return the current workers, for views."""
        return self._worker_pool.rows()

    def idle_workers(self) -> list[int]:
        """Return the numbers of the workers that have no task; also of those that still start."""
        return [
            number
            for number, worker in self._workers.items()
            if worker.state is not WorkerStatus.BEING_KILLED and not worker.sent
        ]

    @property
    def workers_version(self) -> int:
        """Grows when workers start, get ready or go; the board doesn't show these changes."""
        return self._worker_pool.version

    def on_client_gone(self, client: ClientState, now: float) -> None:
        """A client ended, for whatever reason: stop its tasks and send it nothing more."""
        client.is_gone = True
        self._clients.pop(client.client_id, None)
        self._canceller.stop(list(client.tasks.values()), False, now, "its client ended")
        self.reporter.client_gone(client, "its client ended", now)
        client.outbox.clear()
        self.dispatcher.dispatch(now)

    # -- time ------------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        """Do what is due: poll workers, repeat interrupts, kill workers."""
        for worker in list(self._workers.values()):
            self._canceller.tick(worker, now)
            if worker.poll_at is not None and now >= worker.poll_at:
                self.dispatcher.poll(worker, now)
            if worker.note_at is not None and now >= worker.note_at:
                worker.note_at = now + REPORT_INTERVAL if worker.sent else None
                self.reports.take_note(worker)
            if worker.measure_at is not None and now >= worker.measure_at:
                self._memory_limits.measure(worker, now)
        self._stacks.tick(now)
        self._usages.tick(now)
        self._memory_reserve.tick(self._clients, now)
        self.reporter.tick(now)

    def due_at(self) -> float | None:
        """Return the time when `tick` next has something to do; None for never."""
        due = _first((self.reporter.due_at(), self._stacks.due_at(), self._usages.due_at()))
        for worker in self._workers.values():
            for at in (worker.deadline, worker.next_interrupt, worker.poll_at):
                if at is not None and (due is None or at < due):
                    due = at
        return due

    def notes_due_at(self) -> float | None:
        """Return the time when `tick` next reads the progress of tasks; nothing depends on it."""
        return _first(worker.note_at for worker in self._workers.values())

    def measures_due_at(self) -> float | None:
        """Return the time when `tick` next measures memory; mostly that changes nothing."""
        limits = (worker.measure_at for worker in self._workers.values())
        return _first((self._memory_reserve.due_at(), *limits))


def _first(times: Iterable[float | None]) -> float | None:
    return min((at for at in times if at is not None), default=None)


def _send(client: ClientState, message: protocol.Up) -> None:
    if not client.is_gone:
        client.outbox.append(message)
