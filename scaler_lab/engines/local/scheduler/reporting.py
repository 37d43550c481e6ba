"""The scheduler's chronicle: what windows are shown of tasks, and what clients hear while they run.

    the core decides ──> the chronicle writes down ──> the board, tracebacks, output: for windows
                                             └───────> seats' outboxes: started, output, progress

Nothing is decided here, and nothing that happens to a task depends on what is told of it.  Pure:
time is passed in.  Touched by the core's thread only.

Output is rate-limited per task: it goes up at most every `REPORT_INTERVAL`, the rest of it before
the task's verdict.  A client that doesn't keep up with reading gets output and progress only when
it does again, and then only the newest; or with the verdict.
"""

from __future__ import annotations

from typing import Final

from scaler_lab.core.board import Board, TaskRecord
from scaler_lab.core.messages import REQUESTED_BY_LIMIT, Progress, TaskId
from scaler_lab.core.state_machine import Action, Resolution, Trigger, transition
from scaler_lab.engines.local import protocol
from scaler_lab.engines.local.scheduler.outputs import Outputs
from scaler_lab.engines.local.scheduler.state import ClientState, QueuedTask, WorkerState, record_of
from scaler_lab.engines.local.worker_ipc import WorkerReport

REPORT_INTERVAL: Final = 0.1  # between two tellings of one task's progress, or of its output
REPORT_BYTES: Final = 256 * 1024  # of output in one message
TRACEBACKS_KEPT: Final = 1_000


class TaskReporter:
    """See the module.  The only one to write *board*, its records, and `ClientState.waiting`."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._tracebacks: dict[TaskId, str] = {}
        self._outputs = Outputs()
        self._with_output: dict[
            QueuedTask, None
        ] = {}  # those that wrote what their clients aren't told yet

    # -- for windows -----------------------------------------------------------------------------

    def traceback(self, task_id: TaskId) -> str:
        """The text of the exception a task failed with; empty where none is kept."""
        return self._tracebacks.get(task_id, "")

    def output(self, task_id: TaskId, limit: int) -> tuple[str, int]:
        """The last *limit* bytes of what a task wrote, as text; how many bytes came before."""
        return self._outputs.end(task_id, limit)

    # -- tasks that wait in their clients ----------------------------------------------------------

    def expect(self, client: ClientState, message: protocol.Waiting) -> None:
        """A task that its client will submit later, and that nobody has heard of."""
        record = client.waiting[message.task_id] = record_of(message)
        if record.group is not None:
            client.waiting_groups.setdefault(record.group, {})[record.task_id] = record
        self._board.add(record)

    def dropped(self, client: ClientState, message: protocol.Dropped, now: float) -> None:
        """A task that was expected ended in its client."""
        record = self._no_longer_waiting(client, message.task_id)
        if record is None:
            return  # it was submitted meanwhile
        record.error, record.detail = message.error, message.detail
        self._end_waiting(record, message.requested_by, now)

    def client_gone(self, client: ClientState, why: str, now: float) -> None:
        """What was expected of it won't come."""
        for record in client.waiting.values():
            self._end_waiting(record, why, now)
        client.waiting.clear()
        client.waiting_groups.clear()

    def _no_longer_waiting(self, client: ClientState, task_id: TaskId) -> TaskRecord | None:
        record = client.waiting.pop(task_id, None)
        if record is not None and record.group is not None:
            members = client.waiting_groups[record.group]
            del members[task_id]
            if not members:
                del client.waiting_groups[record.group]
        return record

    def _end_waiting(self, record: TaskRecord, requested_by: str, now: float) -> None:
        trigger = Trigger.DEPENDENCY_FAILED if record.error else Trigger.CANCEL_REQUESTED
        taken = transition(record.state, trigger)
        record.ended_at = record.settled_at = now
        record.resolution = taken.resolution
        if not record.error:
            record.cancel_requested_at, record.cancel_requested_by = now, requested_by
        self._board.move(record, taken.state)

    # -- the life of a task ------------------------------------------------------------------------

    def submitted(self, client: ClientState, message: protocol.Submit) -> TaskRecord:
        """A task is here, expected or not; the record that its job is to have."""
        record = self._no_longer_waiting(client, message.task_id) if client.waiting else None
        if record is None:
            record = record_of(message)
            self._board.add(record)
        else:
            record.sent = True
            self._board.move(record, transition(record.state, Trigger.READY).state)
        return record

    def started(self, task: QueuedTask, worker: WorkerState, begun_ns: int) -> None:
        """It was seen running, which its client is told."""
        task.record.worker = worker.name
        task.record.started_at = begun_ns * 1e-9
        self._note(task, Trigger.STARTED)
        if not task.client.is_gone:
            task.client.outbox.append(protocol.Started(task.task_id, worker.number, begun_ns))

    def cancel_requested(self, task: QueuedTask, source: str, now: float, *, overdue: bool) -> None:
        """Somebody asks to stop it; with *overdue*, its time limit does."""
        task.record.cancel_requested_at = now
        task.record.cancel_requested_by = REQUESTED_BY_LIMIT if overdue else source
        self._note(task, Trigger.TIME_RAN_OUT if overdue else Trigger.CANCEL_REQUESTED)

    def ran(self, task: QueuedTask, worker: WorkerState, report: WorkerReport) -> None:
        """Its worker has reported: from when to when, and what it took."""
        record = task.record
        record.worker = worker.name
        record.started_at = report.begun_ns * 1e-9
        record.ended_at = report.ended_ns * 1e-9
        record.usage = report.usage

    def raised(self, task: QueuedTask, line: str, traceback: str) -> None:
        """It failed with that exception."""
        task.record.error = line
        self._keep_traceback(task.task_id, traceback)

    def responded(self, task: QueuedTask, message: protocol.Up) -> None:
        """The verdict is about to go up: *message* says which."""
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
            self._keep_traceback(task.task_id, message.message)
        taken = transition(record.state, trigger)
        record.resolution = resolution or taken.resolution
        if taken.action is Action.SETTLE_TIMEOUT:  # nobody's cancel was settled
            how = "it ended late" if resolution is None else resolution.value
            record.error = f"TaskTimeout: over its time limit; {how}"
            record.cancel_requested_at, record.cancel_requested_by, record.resolution = (
                None,
                "",
                None,
            )
        if record.cancel_requested_at is not None:
            record.settled_at = max(record.ended_at or 0.0, record.cancel_requested_at)
        self._board.move(record, taken.state)

    def _note(self, task: QueuedTask, trigger: Trigger) -> None:
        self._board.move(task.record, transition(task.record.state, trigger).state)

    def _keep_traceback(self, task_id: TaskId, text: str) -> None:
        kept = self._tracebacks
        kept[task_id] = text
        if len(kept) > TRACEBACKS_KEPT:
            del kept[next(iter(kept))]

    # -- what tasks say ----------------------------------------------------------------------------

    def progressed(self, task: QueuedTask, progress: Progress | None) -> None:
        """A task was seen to say how far it is; None where that could not be read."""
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
        """A task wrote something."""
        if task.output is None:
            task.output = self._outputs.open(task.task_id)
        task.output.add(data)
        self._with_output[task] = None
        if now >= task.tell_at:
            self._tell(task, now)

    def tick(self, now: float) -> None:
        """Tell the output whose time has come, and the progress that a client was not told."""
        for task in list(self._with_output):
            if now >= task.tell_at:
                self._tell(task, now)

    def due_at(self) -> float | None:
        """When `tick` next has something to do; None for never."""
        return min(task.tell_at for task in self._with_output) if self._with_output else None

    def _tell(self, task: QueuedTask, now: float) -> None:
        task.tell_at = now + REPORT_INTERVAL
        self._show_output(task)
        if not task.client.is_behind:  # else it would pile up there
            del self._with_output[task]
            self._say(task)

    def _show_output(self, task: QueuedTask) -> None:
        """Show windows how much it is."""
        if task.output is not None and task.record.output_bytes != task.output.total:
            task.record.output_bytes = task.output.total
            self._board.move(task.record, task.record.state)

    def _say(self, task: QueuedTask) -> None:
        """Tell the client what it has not been told."""
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
            self._outputs.close(task.task_id)
