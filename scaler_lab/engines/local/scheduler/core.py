"""The scheduler's core: which task runs where, and the way of every cancel.  No I/O of its own.

It owns three kinds of things, all touched by one thread:

    Seat   a client: its queue, its tasks, its outbox
    Job    a task:   queued in its seat ─> sent to a bench ─> answered
    Bench  a worker: starting ─> ready ─> doomed (being killed) ─> gone

and acts through `WorkerControl`, which the process (or a simulation) provides.  Time is passed in.
Three parts, which know nothing of it, do what has a purpose of its own: `FairQueue` says which task
is next, `WorkerPool` which workers get tasks, and `TaskReporter` tells windows and clients what
happens.

A cancel's way, each answered only once it is true:

    queued                    drop it                                   NEVER_STARTED
    sent, not taken           recall the bench's inbox                  NEVER_STARTED
    taken, not begun          CANCEL cell; the worker skips it          NEVER_STARTED
    running                   CANCEL cell and signal                    INTERRUPTED
    … still there after the   kill the worker's tree; a spare worker    KILLED
      grace, or force         has its place at once
    ended meanwhile           its result goes up, without its value     (FINISHED_FIRST)

Prefetch.  A worker gets several short tasks at once, so that it never waits for the scheduler:
as many as make `PREFETCH_NS` of work by the running mean, at most `PREFETCH_MAX`.  They stay
cancellable, and do not wait behind a task that turns out long: what a bench has not taken after
`STUCK_SECONDS` is recalled and given to others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from scaler_lab.core.board import Board
from scaler_lab.core.messages import GroupId, Progress, TaskId, Usage
from scaler_lab.core.state_machine import Resolution, Status
from scaler_lab.engines.local import protocol, worker_ipc
from scaler_lab.engines.local.scheduler.death_message import cause_of, death_message
from scaler_lab.engines.local.scheduler.fair_queue import FairQueue
from scaler_lab.engines.local.scheduler.outputs import WorkerOutput
from scaler_lab.engines.local.scheduler.reporting import REPORT_INTERVAL, TaskReporter
from scaler_lab.engines.local.scheduler.state import (
    POLL_INTERVAL,
    ClientState,
    QueuedTask,
    QueuedTaskStatus,
    WorkerState,
    WorkerStatus,
)
from scaler_lab.engines.local.scheduler.worker_pool import WorkerPool
from scaler_lab.engines.local.worker_ipc import PACKET, WorkerReport
from scaler_lab.feed import messages

PREFETCH_NS: Final = 4_000_000
PREFETCH_MAX: Final = 64
LONG_TASK_NS: Final = 2_000_000  # tasks that take longer on average are not prefetched
MIN_TASK_NS: Final = 40_000  # what the shortest task costs a worker, all told
PREFETCH_START: Final = (
    24  # tasks before a worker that last it for a turn of the scheduler and more
)
MAX_POLL_INTERVAL: Final = 0.05
STUCK_SECONDS: Final = 0.01
INTERRUPT_RETRY_INTERVAL: Final = (
    0.01  # an interrupt is repeated, in case Python or C code swallowed it
)
MAX_TRIES: Final = 3  # of a task before which worker after worker dies


class WorkerControl(Protocol):
    """What the core can do to the world.  None of it waits."""

    def send(self, worker_number: int, packet: bytes) -> bool:
        """Put one packet into a bench's inbox; False where that is full or closed."""
        ...

    def recall(self, worker_number: int) -> list[int]:
        """Take back what the worker has not taken; their seqs, in order."""
        ...

    def begun(self, worker_number: int) -> tuple[int, int]:
        """(seq of the task last begun, when in ns)."""
        ...

    def interrupt(self, worker_number: int, seq: int) -> None:
        """Ask the worker to raise in that task."""
        ...

    def progress(self, worker_number: int) -> tuple[int, Progress] | None:
        """(seq of the task that said it, how far it is); None where nothing is said."""
        ...

    def kill(self, worker_number: int) -> None:
        """Kill the worker and its tree; `SchedulerCore.on_gone` follows."""
        ...

    def spawn(self, worker_number: int) -> None:
        """Start a worker; `on_report` READY follows, or `on_gone`."""
        ...

    def remove_blob(self, name: str) -> None:
        """Remove a payload's file; missing is fine."""
        ...


class SchedulerCore:
    """See the module.  Every method takes the time and returns; nothing blocks.

    *slots*: how many workers there can be at once, with those being killed; None for any number.
    """

    def __init__(
        self,
        worker_control: WorkerControl,
        *,
        n_workers: int,
        grace: float,
        memory_kib: int = 0,
        spares: int = 1,
        slots: int | None = None,
        board: Board | None = None,
    ) -> None:
        self.board = Board() if board is None else board  # for windows; this thread's alone
        self.reporter = TaskReporter(self.board)
        self._worker_control = worker_control
        self._fair_queue = FairQueue()
        self._worker_pool = WorkerPool(
            worker_control.spawn, n_workers=n_workers, spares=spares, slots=slots
        )
        self._workers = self._worker_pool.workers
        self._grace = grace
        self._memory_kib = memory_kib
        self._clients: dict[str, ClientState] = {}
        self._next_seq = 1
        self._generation = 0
        self._mean_ns = float(LONG_TASK_NS)
        self._depth = 1

    # -- clients ---------------------------------------------------------------------------------

    def start(self) -> None:
        """Have the first workers spawned."""
        self._worker_pool.fill()

    def add_client(self, client_id: str) -> ClientState:
        """The seat of a client, new or old."""
        client = self._clients.get(client_id)
        if client is None:
            client = self._clients[client_id] = ClientState(client_id)
        return client

    @property
    def clients(self) -> Sequence[ClientState]:
        """All clients that have a seat."""
        return list(self._clients.values())

    def on_submit(self, client: ClientState, message: protocol.Submit) -> None:
        """Queue a task.  One whose id is known already is ignored.  `dispatch` when all are in."""
        if message.task_id in client.tasks or client.is_gone:
            return
        if self._worker_pool.broken:  # a new task is a reason to try again
            self._worker_pool.try_again()
        task = QueuedTask(client, message, self.reporter.submitted(client, message))
        client.tasks[task.task_id] = task
        if task.group is not None:
            client.groups.setdefault(task.group, {})[task.task_id] = task
        self._fair_queue.queue(task)

    def on_refresh(self, client: ClientState) -> None:
        """What the client submits from now on needs workers with the newest text of its modules.

        Only a worker knows what it has loaded.  It checks before the first such task; if a file was
        edited since, it reports STALE in place of running the task, and ends.
        """
        self._generation += 1
        client.generation = self._generation

    def on_waiting(self, client: ClientState, message: protocol.Waiting) -> None:
        """Show a task to windows that its client will submit later."""
        if not (client.is_gone or client.has(message.task_id)):
            self.reporter.expect(client, message)

    def on_dropped(self, client: ClientState, message: protocol.Dropped, now: float) -> None:
        """A task that was shown as waiting ended in its client."""
        self.reporter.dropped(client, message, now)

    def on_cancel(self, client: ClientState, message: protocol.Cancel, now: float) -> None:
        """Stop tasks; the answers go to the seat's outbox, at once or later."""
        chosen = {i: task for i in message.task_ids if (task := client.tasks.get(i)) is not None}
        if message.group is not None:
            chosen.update(client.groups.get(message.group, {}))
        self._stop(list(chosen.values()), message.force, now, overdue=message.overdue)
        self.dispatch(now)

    def on_unshare(self) -> None:
        """A shared value is gone: have idle workers let go of it.  Others look before each task."""
        for worker in self._workers.values():
            if worker.state is WorkerStatus.READY and not worker.sent:
                self._worker_control.send(worker.number, PACKET.pack(0, 0, worker_ipc.RELEASE))

    def cancel_from_view(
        self, task_ids: Sequence[TaskId], *, force: bool, source: str, now: float
    ) -> int:
        """Stop tasks of any client, for a window; how many are or will end cancelled.

        Their clients are told first who asked, so that their boards say "cancelling" as this does.
        """
        chosen: dict[TaskId, QueuedTask] = {}
        groups: set[tuple[str, GroupId]] = set()  # each is asked as a whole, once
        accepted = 0
        for task_id in task_ids:
            client = next((s for s in self._clients.values() if s.has(task_id)), None)
            if client is None:
                info = self.board.info(task_id)
                accepted += info is not None and info.status is Status.CANCELLED
                continue
            accepted += 1
            task = client.tasks.get(task_id)
            if task is not None:
                chosen[task_id] = task
            group = client.waiting[task_id].group if task is None else task.group
            if group is None:
                if task is None:
                    client.outbox.append(protocol.CancelRequested(task_id, source))
            elif (client.client_id, group) not in groups:
                groups.add((client.client_id, group))
                chosen.update(client.groups.get(group, {}))
                waiting = client.waiting_groups.get(group, {})
                client.outbox.extend(protocol.CancelRequested(member, source) for member in waiting)
        for task in chosen.values():
            is_news = not task.cancel_requested or task.record.state.is_overdue
            if is_news and not task.client.is_gone:
                task.client.outbox.append(protocol.CancelRequested(task.task_id, source))
        self._stop(list(chosen.values()), force, now, source)
        self.dispatch(now)
        return accepted

    def hold(self, client: ClientState) -> None:
        """Its client doesn't read: dispatch no more of its tasks.  What it has running goes on."""
        client.is_held = True

    def resume(self, client: ClientState, now: float) -> None:
        """Its client reads again."""
        client.is_held = False
        self._fair_queue.give_turn(client)
        self.dispatch(now)

    def retry_from_view(self, task_ids: Sequence[TaskId], *, source: str) -> None:
        """Ask the clients for these calls again; each knows its own, and ignores the others."""
        for client in self._clients.values():
            client.outbox.extend(protocol.RetryRequested(task_id, source) for task_id in task_ids)

    def workers(self) -> list[messages.WorkerRow]:
        """The workers now, for windows."""
        return self._worker_pool.rows()

    def idle_workers(self) -> list[int]:
        """The numbers of those that are ready and have no task."""
        return [
            number
            for number, worker in self._workers.items()
            if worker.state is WorkerStatus.READY and not worker.sent
        ]

    @property
    def workers_version(self) -> int:
        """Grows when workers come, get ready or go, of which the board does not tell."""
        return self._worker_pool.version

    def on_client_gone(self, client: ClientState, now: float) -> None:
        """A client ended, by whatever means: stop all it has, tell it nothing more."""
        client.is_gone = True
        self._clients.pop(client.client_id, None)
        self._stop(list(client.tasks.values()), False, now, "its client ended")
        self.reporter.client_gone(client, "its client ended", now)
        client.outbox.clear()
        self.dispatch(now)

    # -- workers ---------------------------------------------------------------------------------

    def on_born(self, number: int, pid: int) -> None:
        """The nursery forked a worker."""
        if (worker := self._workers.get(number)) is not None:
            self._worker_pool.born(worker, pid)

    def on_report(self, number: int, report: WorkerReport, now: float) -> None:
        """A worker reported.  Call `dispatch` when all that came were taken in."""
        worker = self._workers.get(number)
        if worker is None:
            return
        kind = report.kind
        if kind == worker_ipc.READY:
            self._worker_pool.ready(worker)
            return
        if kind == worker_ipc.START_FAILED:
            worker.start_error = report.error
            return
        if kind == worker_ipc.RETIRED:
            self._retire(worker, report)
            return
        if kind == worker_ipc.STALE:
            self._on_stale(worker, report.seq)
            return
        task = worker.sent.pop(report.seq, None)
        output = worker.stream.up_to(report.written)
        if task is None:
            return
        if output:
            self.reporter.wrote(task, output, now)
        if report.note:
            self.reporter.progressed(task, worker_ipc.progress_in(report.note))
        worker.note_at = None
        worker.poll_at = now + POLL_INTERVAL if worker.sent else None
        worker.is_long = False
        worker.tasks_done += 1
        self._worker_pool.works()
        self.reporter.ran(task, worker, report)
        if worker.target == report.seq:
            self._end_of_interrupt(worker)
        if kind in (worker_ipc.VALUE, worker_ipc.ERROR):
            self._learn(report.ended_ns - report.begun_ns)
            if (
                task.cancel_requested or task.client.is_gone
            ):  # its value will be discarded: don't send it
                if report.is_blob:
                    self._worker_control.remove_blob(str(report.data, "ascii"))
                data, blob = b"", ""
            elif report.is_blob:
                data, blob = b"", str(report.data, "ascii")
            else:
                data, blob = report.data, ""
            line = report.error
            if line:
                line, _, traceback = line.partition("\0")
                self.reporter.raised(task, line, traceback)
            response: protocol.Up = protocol.Result(
                task.task_id,
                kind == worker_ipc.ERROR,
                number,
                report.begun_ns,
                report.ended_ns,
                data,
                blob,
                line,
                report.usage,
            )
        elif kind == worker_ipc.INTERRUPTED:
            response = self._confirm(
                task, Resolution.INTERRUPTED, number, report.ended_ns, usage=report.usage
            )
        else:
            response = self._confirm(task, Resolution.NEVER_STARTED)
        self._send_response(task, response)

    def on_output(self, number: int, data: bytes) -> None:
        """Something came out of a worker's pipe.  `settle_output` when its reports were read."""
        if (worker := self._workers.get(number)) is not None:
            worker.stream.take_in(data)

    def settle_output(self, number: int, seq: int, now: float) -> None:
        """What came is of task *seq*, but for what its reports say is of those before.

        *seq* is the task that was last begun when the pipe had been read, and before its reports
        were.  Where that has ended meanwhile, the rest is nobody's: a thread's that outlived it.
        """
        worker = self._workers.get(number)
        if worker is None:
            return
        data = worker.stream.all()
        task = worker.sent.get(seq)
        if task is not None and data:
            self.reporter.wrote(task, data, now)

    def on_output_moved(self, number: int) -> None:
        """The worker has another pipe; what nobody has of the old one is its children's."""
        if (worker := self._workers.get(number)) is not None:
            worker.stream = WorkerOutput()

    def on_gone(
        self, number: int, status: int, peak_rss_kib: int, killed: int, stacks: str, now: float
    ) -> None:
        """A worker's process was reaped, its tree too; its last reports were taken in before."""
        worker = self._workers.get(number)
        if worker is None:
            return
        self._take_back(worker)
        now_ns = int(now * 1e9)
        begun_seq, begun_ns = self._worker_control.begun(number)
        self._take_note(worker)
        cause, code = cause_of(status)
        for seq, task in list(worker.sent.items()):
            del worker.sent[seq]
            self._worker_control.remove_blob(worker_ipc.result_blob(task.client.client_id, seq))
            task.tries += 1
            never_begun = seq > begun_seq  # taken only: nothing of it ran
            if never_begun and task.cancel_requested:
                self._send_response(task, self._confirm(task, Resolution.NEVER_STARTED))
                continue
            if never_begun and task.tries < MAX_TRIES:
                self._requeue(task)
                continue
            # The peak is the process's own since this task began, or of a child it waited for.
            bytes_in = -1 if task.blob else len(task.data)
            usage = Usage(-1, peak_rss_kib * 1024, bytes_in)
            if task.cancel_requested:
                detail = worker.detail or f"its worker {cause}"
                if killed:
                    detail += f"; {killed} child process{'es' if killed > 1 else ''} too"
                self._send_response(
                    task, self._confirm(task, Resolution.KILLED, number, now_ns, detail, usage)
                )
            else:
                words = death_message(
                    task.name, number, worker.pid, status, peak_rss_kib, self._memory_kib, stacks
                )
                self._send_response(
                    task,
                    protocol.Died(
                        task.task_id, number, words, worker.pid, code, begun_ns, now_ns, usage
                    ),
                )
        self._worker_pool.gone(worker, cause, stacks, has_worked=begun_seq > 0)
        self.dispatch(now)

    def on_start_failed(self, number: int, why: str, now: float) -> None:
        """A worker that was asked for could not even be started: no descriptors, no memory."""
        worker = self._workers.get(number)
        if worker is not None:
            self._worker_pool.gone(worker, why, "", has_worked=False)
            self.dispatch(now)

    # -- time ------------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        """Do what is due: looks, nudges, kills."""
        for worker in list(self._workers.values()):
            if worker.deadline is not None and now >= worker.deadline:
                task = worker.sent.get(worker.target)
                if task is None:
                    self._end_of_interrupt(worker)
                else:
                    self._doom(worker, f"SIGKILL after a grace of {self._grace:g} s")
            elif worker.next_interrupt is not None and now >= worker.next_interrupt:
                worker.next_interrupt = now + INTERRUPT_RETRY_INTERVAL
                self._worker_control.interrupt(worker.number, worker.target)
            if worker.poll_at is not None and now >= worker.poll_at:
                self._poll(worker, now)
            if worker.note_at is not None and now >= worker.note_at:
                worker.note_at = now + REPORT_INTERVAL if worker.sent else None
                self._take_note(worker)
        self.reporter.tick(now)

    def due_at(self) -> float | None:
        """When `tick` next has something to do; None for never."""
        due = self.reporter.due_at()
        for worker in self._workers.values():
            for at in (worker.deadline, worker.next_interrupt, worker.poll_at):
                if at is not None and (due is None or at < due):
                    due = at
        return due

    def notes_due_at(self) -> float | None:
        """When `tick` next looks how far tasks say they are; nothing depends on it."""
        due = [worker.note_at for worker in self._workers.values() if worker.note_at is not None]
        return min(due, default=None)

    @property
    def n_busy(self) -> int:
        """How many workers have something to do."""
        return sum(1 for worker in self._worker_pool.active if worker.sent)

    @property
    def is_saturated(self) -> bool:
        """Whether every worker has plenty of tasks before it, so that none waits for a turn."""
        active = self._worker_pool.active
        return (
            self._depth > PREFETCH_START
            and bool(active)
            and all(len(worker.sent) > PREFETCH_START for worker in active)
        )

    # -- dispatching -----------------------------------------------------------------------------

    def dispatch(self, now: float) -> None:
        """Fill the benches, evenly, the seats taking turns."""
        if not self._fair_queue:
            return
        active = self._worker_pool.active
        if not active:
            if self._worker_pool.broken and not self._workers:
                self._fail_queued()
            return
        depth = self._depth
        # A bench with an interrupt under way gets nothing: should its worker have to be killed,
        # that must not hit a task which has just begun.
        open_workers = [b for b in active if not b.target and not b.is_long and len(b.sent) < depth]
        while open_workers:
            level = min(len(worker.sent) for worker in open_workers)
            for worker in open_workers:
                if len(worker.sent) > level:
                    continue
                task = self._fair_queue.take()
                if task is None:
                    return
                if not self._send(worker, task, now):
                    self._fair_queue.untake(task)
                    open_workers = [b for b in open_workers if b is not worker]
                    break
            else:
                if level + 1 >= depth:
                    open_workers = [b for b in open_workers if len(b.sent) < depth]

    def _send(self, worker: WorkerState, task: QueuedTask, now: float) -> bool:
        seq = self._next_seq
        check = worker_ipc.CHECK_MODULES if task.generation > worker.generation else 0
        if task.blob:
            packet = PACKET.pack(seq, task.context, 1 | check) + task.blob.encode("ascii")
        else:
            packet = PACKET.pack(seq, task.context, check) + task.data
        if not self._worker_control.send(worker.number, packet):
            return False
        if check:
            worker.generation = task.generation
        self._next_seq = seq + 1
        task.seq = seq
        task.state = QueuedTaskStatus.SENT
        task.worker = worker
        if not worker.sent:
            worker.poll_at = now + POLL_INTERVAL
            worker.poll_after = POLL_INTERVAL
        worker.sent[seq] = task
        return True

    def _requeue(self, task: QueuedTask) -> None:
        """Back to the front of its queue; call for the last one first."""
        task.state = QueuedTaskStatus.QUEUED
        task.worker = None
        self._fair_queue.put_back(task)

    def _learn(self, took_ns: int) -> None:
        self._mean_ns += 0.2 * (took_ns - self._mean_ns)
        if self._mean_ns >= LONG_TASK_NS:
            self._depth = 1
        else:
            self._depth = min(PREFETCH_MAX, 1 + int(PREFETCH_NS / max(self._mean_ns, MIN_TASK_NS)))

    def _poll(self, worker: WorkerState, now: float) -> None:
        """Learn what a busy bench has begun; free those that wait behind a long task."""
        seq, begun_ns = self._worker_control.begun(worker.number)
        task = worker.sent.get(seq)
        if task is None:  # between two tasks, or its report is on the way, or it was stopped
            worker.poll_after = min(2 * worker.poll_after, MAX_POLL_INTERVAL)
            worker.poll_at = now + worker.poll_after if worker.sent else None
            return
        worker.poll_after = POLL_INTERVAL
        if not task.started:
            task.started = True
            self.reporter.started(task, worker, begun_ns)
        for_seconds = now - begun_ns * 1e-9
        if for_seconds < STUCK_SECONDS:
            worker.poll_at = now + STUCK_SECONDS - for_seconds
            return
        worker.poll_at = None
        worker.note_at = now
        worker.is_long = True  # gets nothing more until it reports
        if len(worker.sent) > 1:
            self._take_back(worker)
            self.dispatch(now)

    def _take_note(self, worker: WorkerState) -> None:
        """See how far a worker's task says it is."""
        said = self._worker_control.progress(worker.number)
        if said is not None and (task := worker.sent.get(said[0])) is not None:
            self.reporter.progressed(task, said[1])

    # -- stopping --------------------------------------------------------------------------------

    def _stop(
        self,
        tasks: list[QueuedTask],
        force: bool,
        now: float,
        source: str = "",
        *,
        overdue: bool = False,
    ) -> None:
        workers: dict[int, WorkerState] = {}
        for task in tasks:
            is_news = not task.cancel_requested or (task.record.state.is_overdue and not overdue)
            if is_news and task.state is not QueuedTaskStatus.SETTLED:
                self.reporter.cancel_requested(task, source, now, overdue=overdue)
            if task.state is QueuedTaskStatus.QUEUED:
                task.cancel_requested = True
                self._send_response(task, self._confirm(task, Resolution.NEVER_STARTED))
            elif task.state is QueuedTaskStatus.SENT and task.worker is not None:
                task.cancel_requested = True
                task.forced = task.forced or force
                workers[task.worker.number] = task.worker
        for worker in workers.values():
            self._take_back(worker)
            self._interrupt(worker, now)

    def _take_back(self, worker: WorkerState) -> None:
        """Recall a bench's inbox: confirm the asked, queue the others again, first ones first."""
        seqs = self._worker_control.recall(worker.number)
        if seqs:
            worker.generation = 0  # the order to check may be among them
        for seq in reversed(seqs):
            task = worker.sent.pop(seq, None)
            if task is None:
                continue
            if task.cancel_requested:
                self._send_response(task, self._confirm(task, Resolution.NEVER_STARTED))
            else:
                self._requeue(task)

    def _interrupt(self, worker: WorkerState, now: float) -> None:
        """Interrupt what the worker has in hand, if that is asked; else its answer is coming.

        In hand is the last one taken: those before it have ended, and reported.
        """
        if not worker.sent or worker.state is WorkerStatus.BEING_KILLED:
            return
        seq = next(reversed(worker.sent))
        task = worker.sent[seq]
        if not task.cancel_requested:
            return
        if task.forced:
            self._doom(worker, "SIGKILL at once, as asked")
        elif worker.target != seq:
            worker.target = seq
            worker.deadline = now + self._grace
            worker.next_interrupt = now + INTERRUPT_RETRY_INTERVAL
            self._worker_control.interrupt(worker.number, seq)

    def _end_of_interrupt(self, worker: WorkerState) -> None:
        worker.target = 0
        worker.deadline = worker.next_interrupt = None

    def _doom(self, worker: WorkerState, detail: str) -> None:
        self._take_back(worker)
        worker.detail = detail
        worker.poll_at = worker.note_at = None
        self._end_of_interrupt(worker)
        self._worker_control.kill(worker.number)
        self._worker_pool.replace(worker)

    def _retire(self, worker: WorkerState, report: WorkerReport) -> None:
        """A worker can't go on: kill it if it reports that of an interrupted task, else it ends."""
        if report.seq:
            self._doom(worker, report.error)
            return
        self._take_back(worker)
        worker.poll_at = worker.note_at = None
        self._end_of_interrupt(worker)
        self._worker_pool.replace(worker)

    def _on_stale(self, worker: WorkerState, seq: int) -> None:
        """A worker ends before it has begun *seq*, since it loaded a text that is older now."""
        self._take_back(worker)  # behind that one in their queue
        task = worker.sent.pop(seq, None)
        if task is not None and task.cancel_requested:
            self._send_response(task, self._confirm(task, Resolution.NEVER_STARTED))
        elif task is not None:
            self._requeue(task)
        worker.poll_at = worker.note_at = None
        self._end_of_interrupt(worker)
        self._worker_pool.replace(worker)

    # -- answers ---------------------------------------------------------------------------------

    def _fail_queued(self) -> None:
        while (task := self._fair_queue.take()) is not None:
            self._send_response(task, protocol.Died(task.task_id, 0, self._worker_pool.broken))

    def _confirm(
        self,
        task: QueuedTask,
        resolution: Resolution,
        worker: int = 0,
        ended_ns: int = 0,
        detail: str = "",
        usage: Usage | None = None,
    ) -> protocol.Confirm:
        return protocol.Confirm(task.task_id, resolution, worker, ended_ns, detail, usage)

    def _send_response(self, task: QueuedTask, message: protocol.Up) -> None:
        """The one way out for a job: its verdict goes up, once, and what it held is freed."""
        if task.state is QueuedTaskStatus.SETTLED:
            return
        task.state = QueuedTaskStatus.SETTLED
        self.reporter.responded(task, message)
        task.worker = None
        task.data = b""
        client = task.client
        del client.tasks[task.task_id]
        if task.group is not None and (members := client.groups.get(task.group)) is not None:
            members.pop(task.task_id, None)
            if not members:
                del client.groups[task.group]
        if task.blob:
            self._worker_control.remove_blob(task.blob)
        if not client.is_gone:
            client.outbox.append(message)
