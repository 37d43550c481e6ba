"""Reports on tasks: what views show of them, and what clients receive while they run.

    the core decides ──> `TaskReporter` records ──> the board, tracebacks, output: for views
                                          └───────> clients' outboxes: started, output, progress

Nothing is decided here, and what happens to a task doesn't depend on these reports.  Pure: time is
passed in.  Used by the core's thread only.

Output is rate-limited per task: it is sent to the client at most every `REPORT_INTERVAL`, and the
rest of it before the task's final outcome.  A client that doesn't keep up with reading gets output
and progress only once it catches up, and then only the newest; or with the final outcome.
"""

from __future__ import annotations

from typing import Final

import msgspec

from scaler_lab.core.board import Board
from scaler_lab.core.messages import REQUESTED_BY_LIMIT, Progress, RetriedOn, TaskId
from scaler_lab.core.stack import Stack, TaskStack
from scaler_lab.core.state_machine import (
    Action,
    Resolution,
    TaskState,
    Transition,
    Trigger,
    transition,
)
from scaler_lab.core.task_record import TaskRecord
from scaler_lab.engines.local import protocol
from scaler_lab.engines.local.scheduler.outputs import Outputs
from scaler_lab.engines.local.scheduler.state import (
    ClientState,
    QueuedTask,
    QueuedTaskStatus,
    WorkerState,
    record_of,
)
from scaler_lab.engines.local.worker_ipc import WorkerReport
from scaler_lab.errors import TaskOverMemory

REPORT_INTERVAL: Final = 0.1  # between two reports of one task's progress, or of its output
REPORT_BYTES: Final = 256 * 1024  # of output in one message
TRACEBACKS_KEPT: Final = 1_000


class TaskReporter:
    """Records what happens to tasks, for views and clients.

    Only this class writes to *board*, its records, and `ClientState.waiting`.
    """

    def __init__(self, board: Board) -> None:
        self._board = board
        self._tracebacks: dict[TaskId, str] = {}
        self._outputs = Outputs()
        # Tasks with output or progress that was not sent to their clients yet
        self._with_output: dict[QueuedTask, None] = {}

    # -- for views ---------------------------------------------------------------------------------

    def traceback(self, task_id: TaskId) -> str:
        """Return the traceback with which a task failed; empty if none is kept."""
        return self._tracebacks.get(task_id, "")

    def output(self, task_id: TaskId, limit: int) -> tuple[str, int]:
        """Return the last *limit* bytes of a task's output as text, and how many came before."""
        return self._outputs.end(task_id, limit)

    # -- tasks that wait in their clients ----------------------------------------------------------

    def expect(self, client: ClientState, message: protocol.Waiting) -> None:
        """Record a new task that its client will submit later."""
        record = client.waiting[message.task_id] = record_of(client, message)
        group = record.annotations.group
        if group is not None:
            client.waiting_groups.setdefault(group, {})[record.task_id] = record
        self._board.add(record)

    def dropped(self, client: ClientState, message: protocol.Dropped, now: float) -> None:
        """Record that an announced task ended in its client."""
        record = self._no_longer_waiting(client, message.task_id)
        if record is None:
            return  # it was submitted meanwhile
        record.error, record.detail = message.error, message.detail
        if message.cancel_requested:
            self.cancel_requested_in_client(record, message.requested_by, now)
        self._end_waiting(record, now)

    def client_gone(self, client: ClientState, why: str, now: float) -> None:
        """Record that the client's announced tasks won't be submitted."""
        for record in client.waiting.values():
            self.cancel_requested_in_client(record, why, now)
            self._end_waiting(record, now)
        client.waiting.clear()
        client.waiting_groups.clear()

    def _no_longer_waiting(self, client: ClientState, task_id: TaskId) -> TaskRecord | None:
        record = client.waiting.pop(task_id, None)
        if record is not None and (group := record.annotations.group) is not None:
            members = client.waiting_groups[group]
            del members[task_id]
            if not members:
                del client.waiting_groups[group]
        return record

    def cancel_requested_in_client(self, record: TaskRecord, source: str, now: float) -> None:
        """Record that *source* requested a cancel of a task that its client has now."""
        if record.cancel_requested_at is None:
            record.cancel_requested_at = now
        record.cancel_requested_by = source

    def _end_waiting(self, record: TaskRecord, now: float) -> None:
        if not record.error:
            trigger = Trigger.CANCEL_REQUESTED
        elif record.state is TaskState.RETRYING:
            trigger = Trigger.GAVE_UP
        else:
            trigger = Trigger.DEPENDENCY_FAILED
        taken = transition(record.state, trigger)
        record.ended_at = record.ended_at or now
        record.resolution = taken.resolution
        if record.error:
            record.cancel_requested_at, record.cancel_requested_by = None, ""
        elif record.cancel_requested_at is not None:
            record.cancel_seconds = now - record.cancel_requested_at
        self._board.move(record, taken.state)

    # -- the life of a task ------------------------------------------------------------------------

    def submitted(self, client: ClientState, message: protocol.Submit) -> TaskRecord:
        """Record that a task was submitted, announced or not; return its record."""
        shown_as = message.first_id or message.task_id
        record = self._no_longer_waiting(client, shown_as) if client.waiting else None
        if record is None:
            record = record_of(client, message)
            self._board.add(record)
        elif record.state is TaskState.RETRYING:
            self._tracebacks.pop(shown_as, None)
            self._outputs.discard(shown_as)
            record.attempt = message.attempt
            record.worker = ""
            record.started_at = record.ended_at = None
            record.progress = record.usage = None
            record.output_bytes = 0
            self._board.move(record, transition(record.state, Trigger.READY).state)
        else:
            record.sent = True
            self._board.move(record, transition(record.state, Trigger.READY).state)
        return record

    def held_back(self, task: QueuedTask, reason: str) -> None:
        """Record why a queued task is not started; empty *reason* if that is no longer so."""
        if task.record.hold_back(reason):
            self._board.move(task.record, task.record.state)
            task.client.outbox.append(protocol.HeldBack(task.task_id, reason))

    def started(self, task: QueuedTask, worker: WorkerState, begun_ns: int) -> None:
        """Record that a task was seen running, and send that to its client."""
        task.record.worker = worker.name
        task.record.started_at = begun_ns * 1e-9
        if task.record.detail:
            task.record.clear_held_back()
        self._note(task, Trigger.STARTED)
        if not task.client.is_gone:
            task.client.outbox.append(protocol.Started(task.task_id, worker.number, begun_ns))

    def cancel_requested(self, task: QueuedTask, source: str, now: float, *, overdue: bool) -> None:
        """Record a cancel requested by *source* or, with *overdue*, by the task's time limit."""
        task.record.cancel_requested_at = now
        task.record.cancel_requested_by = REQUESTED_BY_LIMIT if overdue else source
        if overdue:
            self._note(task, Trigger.TIME_RAN_OUT)
        elif task.state is not QueuedTaskStatus.QUEUED:  # else its outcome follows at once
            self._note(task, Trigger.CANCEL_REQUESTED)

    def ran(self, task: QueuedTask, worker: WorkerState, report: WorkerReport) -> None:
        """Record from its worker's report when a task ran and what resources it used."""
        record = task.record
        record.worker = worker.name
        record.started_at = report.begun_ns * 1e-9
        record.ended_at = report.ended_ns * 1e-9
        record.usage = report.usage

    def raised(self, task: QueuedTask, line: str, traceback: str) -> None:
        """Record the exception with which a task failed."""
        task.record.error = line
        self._keep_traceback(task.record.task_id, traceback)

    def keep_stack(self, task: QueuedTask, stack: TaskStack) -> None:
        """Keep where a task was before it was stopped, in place of a traceback."""
        self._keep_traceback(task.record.task_id, str(Stack.of(stack, with_source=False)))

    def responded(self, task: QueuedTask, message: protocol.Up) -> protocol.Up:
        """Record how the task ended, and return *message* with what the client needs of it.

        If its client may try the task again, that was only an attempt: the task is `RETRYING`.
        """
        if task.output is not None or task.owes_progress:
            self._end_telling(task)
        record = task.record
        trigger = Trigger.CANCEL_CONFIRMED
        resolution: Resolution | None = None
        if type(message) is protocol.Result:
            trigger = Trigger.EXCEPTION_ARRIVED if message.failed else Trigger.RESULT_ARRIVED
        elif type(message) is protocol.Confirm:
            resolution = message.resolution
            record.detail = message.detail
            record.usage = message.usage or record.usage
            if message.ended_ns:
                record.ended_at = message.ended_ns * 1e-9
        elif type(message) is protocol.Died:
            trigger = Trigger.WORKER_DIED
            record.usage = message.usage
            record.error = message.message.partition(". Only this")[0]
            self._keep_traceback(record.task_id, message.message)
        elif type(message) is protocol.OverMemory:
            trigger = Trigger.EXCEPTION_ARRIVED
            record.usage = message.usage
            record.error = f"{TaskOverMemory.__name__}: {message.message}"
        taken = transition(record.state, trigger)
        if task.retried_on and self._is_retried(task, message, taken):
            return message
        record.resolution = resolution or taken.resolution
        if taken.action is Action.SETTLE_TIMEOUT:  # the time limit, not a user, stopped it
            how = "it ended late" if resolution is None else resolution.words
            record.error = f"TaskTimeout: exceeded its time limit; {how}"
            record.cancel_requested_at, record.cancel_requested_by, record.resolution = (
                None,
                "",
                None,
            )
        if record.cancel_requested_at is not None:
            seconds = max(0.0, (record.ended_at or 0.0) - record.cancel_requested_at)
            record.cancel_seconds = seconds
            if isinstance(message, protocol.Result | protocol.Confirm):
                message = msgspec.structs.replace(message, cancel_seconds=seconds)
        self._board.move(record, taken.state)
        return message

    def _is_retried(self, task: QueuedTask, message: protocol.Up, taken: Transition) -> bool:
        """If the client may try the task again, record that it waits for that, and return True."""
        record, client = task.record, task.client
        again = transition(record.state, Trigger.ATTEMPT_FAILED)
        if again.state is not TaskState.RETRYING or not task.retried_on & _kind_of(message, taken):
            return False
        line = record.error or "TaskTimeout"
        record.detail = f"attempt {record.attempt}: {line}"
        record.error = ""
        record.cancel_requested_at, record.cancel_requested_by = None, ""
        client.waiting[record.task_id] = record
        if (group := record.annotations.group) is not None:
            client.waiting_groups.setdefault(group, {})[record.task_id] = record
        self._board.move(record, again.state)
        return True

    def _note(self, task: QueuedTask, trigger: Trigger) -> None:
        self._board.move(task.record, transition(task.record.state, trigger).state)

    def _keep_traceback(self, task_id: TaskId, text: str) -> None:
        kept = self._tracebacks
        kept[task_id] = text
        if len(kept) > TRACEBACKS_KEPT:
            del kept[next(iter(kept))]

    # -- progress and output of tasks --------------------------------------------------------------

    def progressed(self, task: QueuedTask, progress: Progress | None) -> None:
        """Record and send a task's progress; None means that it could not be read."""
        if progress is None or progress == task.record.progress:
            return
        task.record.progress = progress
        self._board.move(task.record, task.record.state)
        if task.client.is_behind:
            task.owes_progress = True
            self._with_output[task] = None
        elif not task.client.is_gone:
            task.client.outbox.append(protocol.Progressed(task.task_id, progress))

    def wrote(self, task: QueuedTask, data: bytes, now: float) -> None:
        """Record output of a task, and send it unless some was sent a moment ago."""
        if task.output is None:
            task.output = self._outputs.open(task.record.task_id)
        task.output.add(data)
        self._with_output[task] = None
        if now >= task.tell_at:
            self._tell(task, now)

    def tick(self, now: float) -> None:
        """Send the output that is due, and the progress that a client has not received."""
        for task in list(self._with_output):
            if now >= task.tell_at:
                self._tell(task, now)

    def due_at(self) -> float | None:
        """Return the time when `tick` next has something to do; None for never."""
        return min(task.tell_at for task in self._with_output) if self._with_output else None

    def _tell(self, task: QueuedTask, now: float) -> None:
        task.tell_at = now + REPORT_INTERVAL
        self._show_output(task)
        if not task.client.is_behind:  # else it would pile up in the outbox
            del self._with_output[task]
            self._say(task)

    def _show_output(self, task: QueuedTask) -> None:
        """Update the number of output bytes that views show."""
        if task.output is not None and task.record.output_bytes != task.output.total:
            task.record.output_bytes = task.output.total
            self._board.move(task.record, task.record.state)

    def _say(self, task: QueuedTask) -> None:
        """Send the client the progress and output that it has not received."""
        client, buffer = task.client, task.output
        if client.is_gone:
            return
        if task.owes_progress and task.record.progress is not None:
            client.outbox.append(protocol.Progressed(task.task_id, task.record.progress))
        task.owes_progress = False
        if buffer is None or buffer.total == task.output_told:
            return
        at, data = buffer.since(task.output_told)
        task.output_told = buffer.total
        for start in range(0, len(data), REPORT_BYTES):
            piece = data[start : start + REPORT_BYTES]
            client.outbox.append(protocol.Output(task.task_id, at + start, piece))

    def _end_telling(self, task: QueuedTask) -> None:
        if self._with_output.pop(task, task) is None:
            self._show_output(task)
            self._say(task)
        if task.output is not None:
            self._outputs.close(task.record.task_id)


def _kind_of(message: protocol.Up, taken: Transition) -> RetriedOn:
    if taken.action is Action.SETTLE_TIMEOUT:
        return RetriedOn.TIME_LIMIT
    if type(message) is protocol.Died and message.pid is not None:
        return RetriedOn.WORKER_DEATH
    has_failed = isinstance(message, protocol.Died | protocol.Result | protocol.OverMemory)
    return (
        RetriedOn.EXCEPTION
        if has_failed and taken.action is Action.SETTLE_EXCEPTION
        else RetriedOn.NOTHING
    )
