"""The scheduler's core: assigns tasks to workers and carries out cancels.  Does no I/O itself.

It owns three kinds of objects, all used by one thread only:

    ClientState  a client: its queue, its tasks, its outbox
    QueuedTask   a task:   queued for its client ─> sent to a worker ─> settled
    WorkerState  a worker: starting ─> ready ─> being killed ─> gone

It acts through `WorkerControl`, which the scheduler's process (or a simulation) provides.  Time is
passed in.  Three parts don't depend on the core and have one purpose each: `FairQueue` chooses the
next task, `WorkerPool` the workers that get tasks, and `TaskReporter` reports to views and clients.

How a task is cancelled.  Each outcome is reported only once it is true:

    the task is               the core                                  outcome
    queued                    drops it                                  NEVER_STARTED
    sent, not taken           recalls the worker's inbox                NEVER_STARTED
    taken, not started        sets the CANCEL cell; the worker skips it NEVER_STARTED
    running                   sets the CANCEL cell and sends a signal   INTERRUPTED
    … and still runs after    kills the worker's tree; a spare worker   KILLED
      the grace, or force     takes its place at once
    ended in the meantime     sends its result, without the value       (FINISHED_FIRST)

Prefetch: a worker gets several short tasks at once, so that it never waits for the scheduler.
It gets tasks for `PREFETCH_NS` of work, by the running mean of their durations, but at most
`PREFETCH_MAX`.  They stay cancellable, and don't wait behind a task that turns out to be long:
tasks that the worker has not taken after `STUCK_SECONDS` are recalled and sent to other workers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from scaler_lab.core.board import Board
from scaler_lab.core.messages import GroupId, Progress, TaskId, Usage
from scaler_lab.core.stack import ENDED, QUEUED, OnStack, TaskStack
from scaler_lab.core.state_machine import Resolution, Status
from scaler_lab.engines.local import protocol, worker_ipc
from scaler_lab.engines.local.scheduler.death_message import cause_of, death_message
from scaler_lab.engines.local.scheduler.fair_queue import FairQueue
from scaler_lab.engines.local.scheduler.outputs import WorkerOutput
from scaler_lab.engines.local.scheduler.reporting import REPORT_INTERVAL, TaskReporter
from scaler_lab.engines.local.scheduler.stack_reader import Look
from scaler_lab.engines.local.scheduler.state import (
    POLL_INTERVAL,
    ClientState,
    QueuedTask,
    QueuedTaskStatus,
    WorkerState,
    WorkerStatus,
)
from scaler_lab.engines.local.scheduler.task_stacks import TaskStacks, brief
from scaler_lab.engines.local.scheduler.worker_pool import WorkerPool
from scaler_lab.engines.local.worker_ipc import PACKET, WorkerReport
from scaler_lab.feed import messages

PREFETCH_NS: Final = 4_000_000
PREFETCH_MAX: Final = 64
LONG_TASK_NS: Final = 2_000_000  # tasks that take longer on average are not prefetched
MIN_TASK_NS: Final = 40_000  # total time that a worker needs for the shortest task
# So many tasks keep a worker busy for at least one loop turn of the scheduler.
PREFETCH_START: Final = 24
MAX_POLL_INTERVAL: Final = 0.05
STUCK_SECONDS: Final = 0.01
# An interrupt is repeated, in case Python or C code swallowed it.
INTERRUPT_RETRY_INTERVAL: Final = 0.01
MAX_TRIES: Final = 3  # of a task whose workers die before they start it


class WorkerControl(Protocol):
    """The actions by which the core controls workers.  None of them waits."""

    def send(self, worker_number: int, packet: bytes) -> bool:
        """Put one packet into a worker's inbox; False if the inbox is full or closed."""
        ...

    def recall(self, worker_number: int) -> list[int]:
        """Take back the tasks that the worker has not taken; return their seqs, in order."""
        ...

    def begun(self, worker_number: int) -> tuple[int, int]:
        """Return (seq of the task that started last, its start time in ns)."""
        ...

    def interrupt(self, worker_number: int, seq: int) -> None:
        """Make the worker raise an exception in task *seq*."""
        ...

    def progress(self, worker_number: int) -> tuple[int, Progress] | None:
        """Return (seq of the reporting task, its progress); None if no progress is reported."""
        ...

    def runs(self, worker_number: int, seq: int) -> bool:
        """Return whether the worker runs task *seq* now."""
        ...

    def look(self, pid: int) -> Look:
        """Return what the worker with this process id does now."""
        ...

    def kill(self, worker_number: int) -> None:
        """Kill the worker and its descendants; `SchedulerCore.on_gone` follows."""
        ...

    def spawn(self, worker_number: int) -> None:
        """Start a worker; `on_report` with READY follows, or `on_gone`."""
        ...

    def remove_blob(self, name: str) -> None:
        """Remove a payload's file if it exists."""
        ...


class SchedulerCore:
    """Assigns tasks to workers and carries out cancels.  Methods never block; time is passed in.

    *slots* is the maximum number of workers at once, including those being killed; None means no
    limit.
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
        self.board = Board() if board is None else board  # for views; only this thread uses it
        self.reporter = TaskReporter(self.board)
        self._worker_control = worker_control
        self._fair_queue = FairQueue()
        self._worker_pool = WorkerPool(
            worker_control.spawn, n_workers=n_workers, spares=spares, slots=slots
        )
        self._workers = self._worker_pool.workers
        self._stacks = TaskStacks(worker_control.look, worker_control.runs)
        self._grace = grace
        self._memory_kib = memory_kib
        self._clients: dict[str, ClientState] = {}
        self._next_seq = 1
        self._generation = 0
        self._mean_ns = float(LONG_TASK_NS)
        self._depth = 1

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
        """Queue a task, unless its id is known already.  Call `dispatch` once all are queued."""
        if message.task_id in client.tasks or client.is_gone:
            return
        if self._worker_pool.broken:  # a new task is a reason to start workers again
            self._worker_pool.try_again()
        task = QueuedTask(client, message, self.reporter.submitted(client, message))
        client.tasks[task.task_id] = task
        if message.first_id:
            client.attempts[task.record.task_id] = task.task_id
        if task.group is not None:
            client.groups.setdefault(task.group, {})[task.task_id] = task
        self._fair_queue.queue(task)
        asked_at = task.record.cancel_requested_at
        if asked_at is not None:  # by a view, while the client was about to submit it
            self._stop([task], False, asked_at, task.record.cancel_requested_by)

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
        self._stop(list(chosen.values()), message.force, now, overdue=message.overdue)
        self.dispatch(now)

    def on_stack_request(
        self, client: ClientState, message: protocol.StackRequest, now: float
    ) -> None:
        """Send the client where one of its tasks is, now or soon."""

        def reply(stack: TaskStack) -> None:
            if not client.is_gone:
                client.outbox.append(protocol.StackReply(message.number, stack))

        self._request_stack(client, message.task_id, reply, now)

    def request_stack_for_view(self, task_id: TaskId, reply: OnStack, now: float) -> None:
        """Call *reply*, now or soon, with where a task of any client is."""
        client = next((s for s in self._clients.values() if s.has(task_id)), None)
        self._request_stack(client, task_id, reply, now)

    def _request_stack(
        self, client: ClientState | None, task_id: TaskId, reply: OnStack, now: float
    ) -> None:
        if client is None or not client.has(task_id):
            reply(TaskStack(task_id, ENDED))
        elif (task := client.task_shown_as(task_id)) is None:
            reply(TaskStack(task_id, QUEUED))
        else:
            self._stacks.request(task, reply, now)

    def on_unshare(self) -> None:
        """A shared value was removed: make idle workers release it.

        Busy workers check for removed values before each task.
        """
        for worker in self._workers.values():
            if worker.state is WorkerStatus.READY and not worker.sent:
                self._worker_control.send(worker.number, PACKET.pack(0, 0, worker_ipc.RELEASE))

    def cancel_from_view(
        self, task_ids: Sequence[TaskId], *, force: bool, source: str, now: float
    ) -> int:
        """Stop tasks of any client for a view; return how many are or will end cancelled.

        First the clients get a message with the *source* of the request, so that their boards also
        show the tasks as "cancelling".
        """
        chosen: dict[TaskId, QueuedTask] = {}
        groups: set[tuple[str, GroupId]] = set()  # each group is cancelled as a whole, once
        accepted = 0
        for task_id in task_ids:
            client = next((s for s in self._clients.values() if s.has(task_id)), None)
            if client is None:
                info = self.board.info(task_id)
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
        self._stop(list(chosen.values()), force, now, source)
        self.dispatch(now)
        return accepted

    def _request_in_client(
        self, client: ClientState, task_id: TaskId, source: str, now: float
    ) -> None:
        """Request a cancel of a task that waits in its client.

        It may be on its way to the scheduler, and is stopped when it arrives.
        """
        self.reporter.cancel_requested_in_client(client.waiting[task_id], source, now)
        client.outbox.append(protocol.CancelRequested(task_id, source))

    def hold(self, client: ClientState) -> None:
        """The client doesn't read: stop dispatching its tasks.  Its running tasks continue."""
        client.is_held = True

    def resume(self, client: ClientState, now: float) -> None:
        """The client reads again: dispatch its tasks again."""
        client.is_held = False
        self._fair_queue.give_turn(client)
        self.dispatch(now)

    def retry_from_view(self, task_ids: Sequence[TaskId], *, source: str) -> None:
        """Request all clients to submit these tasks again; each ignores those it doesn't know."""
        for client in self._clients.values():
            client.outbox.extend(protocol.RetryRequested(task_id, source) for task_id in task_ids)

    def workers(self) -> list[messages.WorkerRow]:
        """Return the current workers, for views."""
        return self._worker_pool.rows()

    def idle_workers(self) -> list[int]:
        """Return the numbers of the workers that are ready and have no task."""
        return [
            number
            for number, worker in self._workers.items()
            if worker.state is WorkerStatus.READY and not worker.sent
        ]

    @property
    def workers_version(self) -> int:
        """Grows when workers start, get ready or go; the board doesn't show these changes."""
        return self._worker_pool.version

    def on_client_gone(self, client: ClientState, now: float) -> None:
        """A client ended, for whatever reason: stop its tasks and send it nothing more."""
        client.is_gone = True
        self._clients.pop(client.client_id, None)
        self._stop(list(client.tasks.values()), False, now, "its client ended")
        self.reporter.client_gone(client, "its client ended", now)
        client.outbox.clear()
        self.dispatch(now)

    # -- workers ---------------------------------------------------------------------------------

    def on_born(self, number: int, pid: int) -> None:
        """The fork server forked a worker."""
        if (worker := self._workers.get(number)) is not None:
            self._worker_pool.born(worker, pid)

    def on_report(self, number: int, report: WorkerReport, now: float) -> None:
        """Process a worker's report.  Call `dispatch` once all received reports are processed."""
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
        self._on_end(worker, report, now)

    def _on_end(self, worker: WorkerState, report: WorkerReport, now: float) -> None:
        """Process the report that ends a task."""
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
        self._send_response(task, self._response(task, worker.number, report))

    def _response(self, task: QueuedTask, number: int, report: WorkerReport) -> protocol.Up:
        """Return the client's message about a task that ended on worker *number*."""
        kind = report.kind
        if kind in (worker_ipc.VALUE, worker_ipc.ERROR):
            self._learn(report.ended_ns - report.begun_ns)
            # The client would discard the value, so it isn't sent.
            if task.cancel_requested or task.client.is_gone:
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
            return protocol.Result(
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
        if kind == worker_ipc.INTERRUPTED:
            return self._confirm(
                task,
                Resolution.INTERRUPTED,
                number,
                report.ended_ns,
                detail=task.where,
                usage=report.usage,
            )
        return self._confirm(task, Resolution.NEVER_STARTED)

    def on_output(self, number: int, data: bytes) -> None:
        """Keep bytes from a worker's pipe.  Call `settle_output` once its reports were read."""
        if (worker := self._workers.get(number)) is not None:
            worker.stream.take_in(data)

    def settle_output(self, number: int, seq: int, now: float) -> None:
        """Attribute the kept output to task *seq*.

        Reports have already attributed the output of earlier tasks.  *seq*, the task that started
        last, must be read after the pipe and before the reports.  If that task has ended in the
        meantime, the rest is dropped: it comes from a thread that outlived the task.
        """
        worker = self._workers.get(number)
        if worker is None:
            return
        data = worker.stream.all()
        task = worker.sent.get(seq)
        if task is not None and data:
            self.reporter.wrote(task, data, now)

    def on_output_moved(self, number: int) -> None:
        """The worker has a new pipe; unattributed output of the old one is its children's."""
        if (worker := self._workers.get(number)) is not None:
            worker.stream = WorkerOutput()

    def on_gone(
        self,
        number: int,
        status: int,
        peak_rss_kib: int,
        killed: int,
        stacks: str,
        now: float,
        *,
        out_of_memory: bool | None = None,
    ) -> None:
        """A worker and its descendants were reaped; its last reports were processed before.

        Args:
            number: The worker.
            status: Its wait status.
            peak_rss_kib: The largest memory of its process, in KiB.
            killed: How many of its descendants were killed.
            stacks: The dump of `faulthandler`; may be empty.
            now: The time.
            out_of_memory: Whether the system killed it for lack of memory; None if that isn't
                known.
        """
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
            never_begun = seq > begun_seq  # at most taken: none of its code ran
            if never_begun and task.cancel_requested:
                self._send_response(task, self._confirm(task, Resolution.NEVER_STARTED))
                continue
            if never_begun and task.tries < MAX_TRIES:
                self._requeue(task)
                continue
            # The peak is that of the process since this task started, or of a child that it reaped.
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
                    task.name,
                    number,
                    worker.pid,
                    status,
                    peak_rss_kib,
                    self._memory_kib,
                    stacks,
                    out_of_memory=out_of_memory,
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
        """A worker could not be started, because descriptors or memory are used up."""
        worker = self._workers.get(number)
        if worker is not None:
            self._worker_pool.gone(worker, why, "", has_worked=False)
            self.dispatch(now)

    # -- time ------------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        """Do what is due: poll workers, repeat interrupts, kill workers."""
        for worker in list(self._workers.values()):
            if worker.deadline is not None and now >= worker.deadline:
                task = worker.sent.get(worker.target)
                if task is None:
                    self._end_of_interrupt(worker)
                else:
                    self._note_where(task)
                    detail = f"SIGKILL after a grace period of {self._grace:g} s"
                    self._doom(worker, f"{detail}; {task.where}" if task.where else detail)
            elif worker.next_interrupt is not None and now >= worker.next_interrupt:
                worker.next_interrupt = now + INTERRUPT_RETRY_INTERVAL
                self._worker_control.interrupt(worker.number, worker.target)
            if worker.poll_at is not None and now >= worker.poll_at:
                self._poll(worker, now)
            if worker.note_at is not None and now >= worker.note_at:
                worker.note_at = now + REPORT_INTERVAL if worker.sent else None
                self._take_note(worker)
        self._stacks.tick(now)
        self.reporter.tick(now)

    def due_at(self) -> float | None:
        """Return the time when `tick` next has something to do; None for never."""
        due = min(
            (at for at in (self.reporter.due_at(), self._stacks.due_at()) if at is not None),
            default=None,
        )
        for worker in self._workers.values():
            for at in (worker.deadline, worker.next_interrupt, worker.poll_at):
                if at is not None and (due is None or at < due):
                    due = at
        return due

    def notes_due_at(self) -> float | None:
        """Return the time when `tick` next reads the progress of tasks; nothing depends on it."""
        due = [worker.note_at for worker in self._workers.values() if worker.note_at is not None]
        return min(due, default=None)

    @property
    def n_busy(self) -> int:
        """The number of workers that have tasks."""
        return sum(1 for worker in self._worker_pool.active if worker.sent)

    @property
    def is_saturated(self) -> bool:
        """Whether every worker has enough tasks that none waits for a loop turn."""
        active = self._worker_pool.active
        return (
            self._depth > PREFETCH_START
            and bool(active)
            and all(len(worker.sent) > PREFETCH_START for worker in active)
        )

    # -- dispatching -----------------------------------------------------------------------------

    def dispatch(self, now: float) -> None:
        """Send queued tasks evenly to the workers; clients take turns."""
        if not self._fair_queue:
            return
        active = self._worker_pool.active
        if not active:
            if self._worker_pool.broken and not self._workers:
                self._fail_queued()
            return
        depth = self._depth
        # A worker that is being interrupted gets no tasks: if it has to be killed, that must not
        # kill a task that has just started.
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
        """Put a task back at the front of its queue; of several, call it for the last one first."""
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
        """Find out which task a busy worker runs; recall tasks that wait behind a long one."""
        seq, begun_ns = self._worker_control.begun(worker.number)
        task = worker.sent.get(seq)
        if task is None:  # it is between two tasks, or its report is on the way, or it was stopped
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
        worker.is_long = True  # it gets no more tasks until it reports
        if len(worker.sent) > 1:
            self._take_back(worker)
            self.dispatch(now)

    def _take_note(self, worker: WorkerState) -> None:
        """Read and report the progress of a worker's task."""
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
        """Recall a worker's inbox: confirm the cancelled tasks, requeue the others in order."""
        seqs = self._worker_control.recall(worker.number)
        if seqs:
            worker.generation = 0  # CHECK_MODULES may have been in one of them
        for seq in reversed(seqs):
            task = worker.sent.pop(seq, None)
            if task is None:
                continue
            if task.cancel_requested:
                self._send_response(task, self._confirm(task, Resolution.NEVER_STARTED))
            else:
                self._requeue(task)

    def _interrupt(self, worker: WorkerState, now: float) -> None:
        """Interrupt the worker's current task if its cancel was requested.

        The current task is the last one taken: those before it have ended, and their reports will
        arrive.
        """
        if not worker.sent or worker.state is WorkerStatus.BEING_KILLED:
            return
        seq = next(reversed(worker.sent))
        task = worker.sent[seq]
        if not task.cancel_requested:
            return
        if task.record.state.is_overdue and not task.where:
            self._note_where(task)
        if task.forced:
            self._doom(worker, "SIGKILL at once (force=True)")
        elif worker.target != seq:
            worker.target = seq
            worker.deadline = now + self._grace
            worker.next_interrupt = now + INTERRUPT_RETRY_INTERVAL
            self._worker_control.interrupt(worker.number, seq)

    def _note_where(self, task: QueuedTask) -> None:
        """Keep where the task is, before it is stopped."""
        stack = self._stacks.now(task)
        if stack is not None:
            task.where = f"it was in {brief(stack)}"
            self.reporter.keep_stack(task, stack)

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
        """A worker can't go on: kill it if an interrupted task caused that, else it ends."""
        if report.seq:
            self._doom(worker, report.error)
            return
        self._take_back(worker)
        worker.poll_at = worker.note_at = None
        self._end_of_interrupt(worker)
        self._worker_pool.replace(worker)

    def _on_stale(self, worker: WorkerState, seq: int) -> None:
        """A worker ends without starting *seq*, because a module that it loaded was edited."""
        self._take_back(worker)  # they are queued behind task *seq*
        task = worker.sent.pop(seq, None)
        if task is not None and task.cancel_requested:
            self._send_response(task, self._confirm(task, Resolution.NEVER_STARTED))
        elif task is not None:
            self._requeue(task)
        worker.poll_at = worker.note_at = None
        self._end_of_interrupt(worker)
        self._worker_pool.replace(worker)

    # -- responses ---------------------------------------------------------------------------------

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
        """Settle a task: send its final outcome once, and free what it held.

        Every task ends here.
        """
        if task.state is QueuedTaskStatus.SETTLED:
            return
        task.state = QueuedTaskStatus.SETTLED
        message = self.reporter.responded(task, message)
        task.worker = None
        task.data = b""
        client = task.client
        del client.tasks[task.task_id]
        client.attempts.pop(task.record.task_id, None)
        if task.group is not None and (members := client.groups.get(task.group)) is not None:
            members.pop(task.task_id, None)
            if not members:
                del client.groups[task.group]
        if task.blob:
            self._worker_control.remove_blob(task.blob)
        if not client.is_gone:
            client.outbox.append(message)
