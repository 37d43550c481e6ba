"""The scheduler's chronicle: what windows are shown of tasks, and what clients hear while they run.

    the core decides ──> the chronicle writes down ──> the board, tracebacks, output: for windows
                                             └───────> seats' outboxes: started, output, progress

Nothing is decided here, and nothing that happens to a task depends on what is told of it.  Pure:
time is passed in.  Touched by the core's thread only.

Output is rate-limited per task: it goes up at most every `TELL_SECONDS`, the rest of it before the
task's verdict.  A client that doesn't keep up with reading gets output and progress only when it
does again, and then only the newest; or with the verdict.
"""

from __future__ import annotations

from typing import Final

from scaler_lab.core.board import Board, TaskRecord
from scaler_lab.core.messages import ASKED_BY_LIMIT, Progress, TaskId
from scaler_lab.core.state_machine import Deed, Happening, Resolution, step
from scaler_lab.engines.local import protocol
from scaler_lab.engines.local.scheduler.outputs import Outputs
from scaler_lab.engines.local.scheduler.state import Bench, Job, Seat, record_of
from scaler_lab.engines.local.worker_ipc import Report

TELL_SECONDS: Final = 0.1  # between two tellings of one task's progress, or of its output
TELL_BYTES: Final = 256 * 1024  # of output in one message
TRACEBACKS_KEPT: Final = 1_000


class Chronicle:
    """See the module.  The only one to write *board*, its records, and `Seat.waiting`."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._tracebacks: dict[TaskId, str] = {}
        self._outputs = Outputs()
        self._talkers: dict[Job, None] = {}  # those that wrote what their clients aren't told yet

    # -- for windows -----------------------------------------------------------------------------

    def traceback(self, task_id: TaskId) -> str:
        """The text of the exception a task failed with; empty where none is kept."""
        return self._tracebacks.get(task_id, "")

    def output(self, task_id: TaskId, most: int) -> tuple[str, int]:
        """The last *most* bytes of what a task wrote, as text; how many bytes came before."""
        return self._outputs.end(task_id, most)

    # -- tasks that wait in their clients ----------------------------------------------------------

    def expect(self, seat: Seat, message: protocol.Waiting) -> None:
        """A task that its client will submit later, and that nobody has heard of."""
        record = seat.waiting[message.task_id] = record_of(message)
        if record.group is not None:
            seat.waiting_groups.setdefault(record.group, {})[record.task_id] = record
        self._board.add(record)

    def dropped(self, seat: Seat, message: protocol.Dropped, now: float) -> None:
        """A task that was expected ended in its client."""
        record = self._no_longer_waiting(seat, message.task_id)
        if record is None:
            return  # it was submitted meanwhile
        record.error, record.detail = message.error, message.detail
        self._end_waiting(record, message.asked_by, now)

    def client_gone(self, seat: Seat, why: str, now: float) -> None:
        """What was expected of it won't come."""
        for record in seat.waiting.values():
            self._end_waiting(record, why, now)
        seat.waiting.clear()
        seat.waiting_groups.clear()

    def _no_longer_waiting(self, seat: Seat, task_id: TaskId) -> TaskRecord | None:
        record = seat.waiting.pop(task_id, None)
        if record is not None and record.group is not None:
            members = seat.waiting_groups[record.group]
            del members[task_id]
            if not members:
                del seat.waiting_groups[record.group]
        return record

    def _end_waiting(self, record: TaskRecord, asked_by: str, now: float) -> None:
        happening = Happening.DEPENDENCY_FAILED if record.error else Happening.CANCEL_ASKED
        taken = step(record.stage, happening)
        record.ended_at = record.settled_at = now
        record.resolution = taken.resolution
        if not record.error:
            record.asked_at, record.asked_by = now, asked_by
        self._board.move(record, taken.stage)

    # -- the life of a task ------------------------------------------------------------------------

    def submitted(self, seat: Seat, message: protocol.Submit) -> TaskRecord:
        """A task is here, expected or not; the record that its job is to have."""
        record = self._no_longer_waiting(seat, message.task_id) if seat.waiting else None
        if record is None:
            record = record_of(message)
            self._board.add(record)
        else:
            record.sent = True
            self._board.move(record, step(record.stage, Happening.READY).stage)
        return record

    def started(self, job: Job, bench: Bench, begun_ns: int) -> None:
        """It was seen running, which its client is told."""
        job.record.worker = bench.name
        job.record.started_at = begun_ns * 1e-9
        self._note(job, Happening.STARTED)
        if not job.seat.is_gone:
            job.seat.outbox.append(protocol.Started(job.task_id, bench.number, begun_ns))

    def asked(self, job: Job, source: str, now: float, *, overdue: bool) -> None:
        """Somebody asks to stop it; with *overdue*, its time limit does."""
        job.record.asked_at = now
        job.record.asked_by = ASKED_BY_LIMIT if overdue else source
        self._note(job, Happening.TIME_RAN_OUT if overdue else Happening.CANCEL_ASKED)

    def ran(self, job: Job, bench: Bench, report: Report) -> None:
        """Its worker has reported: from when to when, and what it took."""
        record = job.record
        record.worker = bench.name
        record.started_at = report.begun_ns * 1e-9
        record.ended_at = report.ended_ns * 1e-9
        record.usage = report.usage

    def raised(self, job: Job, line: str, traceback: str) -> None:
        """It failed with that exception."""
        job.record.error = line
        self._keep_traceback(job.task_id, traceback)

    def answered(self, job: Job, message: protocol.Up) -> None:
        """The verdict is about to go up: *message* says which."""
        if job.output is not None or job.owes_progress:
            self._end_telling(job)
        record = job.record
        happening = Happening.CANCEL_CONFIRMED
        resolution: Resolution | None = None
        if type(message) is protocol.Result:
            happening = Happening.EXCEPTION_ARRIVED if message.failed else Happening.RESULT_ARRIVED
        elif type(message) is protocol.Confirm:
            resolution = message.resolution
            record.detail = message.detail
            record.usage = message.usage or record.usage
            if message.ended_ns:
                record.ended_at = message.ended_ns * 1e-9
        elif type(message) is protocol.Died:
            happening = Happening.WORKER_DIED
            record.usage = message.usage
            record.error = message.message.partition(". Only this")[0]
            self._keep_traceback(job.task_id, message.message)
        taken = step(record.stage, happening)
        record.resolution = resolution or taken.resolution
        if taken.deed is Deed.SETTLE_TIMEOUT:  # nobody's cancel was settled
            how = "it ended late" if resolution is None else resolution.value
            record.error = f"TaskTimeout: over its time limit; {how}"
            record.asked_at, record.asked_by, record.resolution = None, "", None
        if record.asked_at is not None:
            record.settled_at = max(record.ended_at or 0.0, record.asked_at)
        self._board.move(record, taken.stage)

    def _note(self, job: Job, happening: Happening) -> None:
        self._board.move(job.record, step(job.record.stage, happening).stage)

    def _keep_traceback(self, task_id: TaskId, text: str) -> None:
        kept = self._tracebacks
        kept[task_id] = text
        if len(kept) > TRACEBACKS_KEPT:
            del kept[next(iter(kept))]

    # -- what tasks say ----------------------------------------------------------------------------

    def progressed(self, job: Job, progress: Progress | None) -> None:
        """A task was seen to say how far it is; None where that could not be read."""
        if progress is None or progress == job.record.progress:
            return
        job.record.progress = progress
        self._board.move(job.record, job.record.stage)
        if job.seat.is_behind:
            job.owes_progress = True
            self._talkers[job] = None
        elif not job.seat.is_gone:
            job.seat.outbox.append(protocol.Progressed(job.task_id, progress))

    def wrote(self, job: Job, data: bytes, now: float) -> None:
        """A task wrote something."""
        if job.output is None:
            job.output = self._outputs.open(job.task_id)
        job.output.add(data)
        self._talkers[job] = None
        if now >= job.tell_at:
            self._tell(job, now)

    def tick(self, now: float) -> None:
        """Tell the output whose time has come, and the progress that a client was not told."""
        for job in list(self._talkers):
            if now >= job.tell_at:
                self._tell(job, now)

    def due_at(self) -> float | None:
        """When `tick` next has something to do; None for never."""
        return min(job.tell_at for job in self._talkers) if self._talkers else None

    def _tell(self, job: Job, now: float) -> None:
        job.tell_at = now + TELL_SECONDS
        self._show_output(job)
        if not job.seat.is_behind:  # else it would pile up there
            del self._talkers[job]
            self._say(job)

    def _show_output(self, job: Job) -> None:
        """Show windows how much it is."""
        if job.output is not None and job.record.output_bytes != job.output.total:
            job.record.output_bytes = job.output.total
            self._board.move(job.record, job.record.stage)

    def _say(self, job: Job) -> None:
        """Tell the client what it has not been told."""
        seat, ring = job.seat, job.output
        if seat.is_gone:
            return
        if job.owes_progress and job.record.progress is not None:
            seat.outbox.append(protocol.Progressed(job.task_id, job.record.progress))
        job.owes_progress = False
        if ring is None or ring.total == job.output_told:
            return
        at, data = ring.since(job.output_told)
        job.output_told = ring.total
        for start in range(0, len(data), TELL_BYTES):
            piece = data[start : start + TELL_BYTES]
            seat.outbox.append(protocol.Output(job.task_id, at + start, piece))

    def _end_telling(self, job: Job) -> None:
        if self._talkers.pop(job, job) is None:
            self._show_output(job)
            self._say(job)
        if job.output is not None:
            self._outputs.close(job.task_id)
