"""The scheduler's core: which task runs where, and the way of every cancel.  No I/O of its own.

It owns three kinds of things, all touched by one thread:

    Seat   a client: its queue, its tasks, its outbox
    Job    a task:   queued in its seat ─> sent to a bench ─> answered
    Bench  a worker: starting ─> ready ─> doomed (being killed) ─> gone

and acts through `Hands`, which the process (or a simulation) provides.  Time is passed in.

A cancel's way, each answered only once it is true:

    queued                    drop it                                   NEVER_STARTED
    sent, not taken           recall the bench's inbox                  NEVER_STARTED
    taken, not begun          CANCEL cell; the worker skips it          NEVER_STARTED
    running                   CANCEL cell and signal                    INTERRUPTED
    … still there after the   kill the worker's tree; a spare worker    KILLED
      grace, or force         has its place at once
    ended meanwhile           its result goes up, without its value     (FINISHED_FIRST)

Prefetch.  A worker gets several short tasks at once, so that it never waits for the scheduler:
as many as make `AHEAD_NS` of work by the running mean, at most `DEEPEST`.  They stay cancellable,
and do not wait behind a task that turns out long: what a bench has not taken after `STUCK_SECONDS`
is recalled and given to others.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Final, Protocol

from scaler_lab.engines.local import bench_link, wire
from scaler_lab.engines.local.bench_link import PACKET, Report
from scaler_lab.engines.local.scheduler.jobs import (
    LOOK_SECONDS,
    Bench,
    BenchState,
    Job,
    JobState,
    Seat,
    record_of,
)
from scaler_lab.engines.local.scheduler.obituary import cause_of, obituary
from scaler_lab.engines.local.scheduler.outputs import Outputs, Stream
from scaler_lab.facts.lifecycle import Deed, Happening, Resolution, Status, step
from scaler_lab.facts.messages import ASKED_BY_LIMIT, GroupId, Progress, TaskId, Usage
from scaler_lab.memory.board import Board, TaskRecord
from scaler_lab.ports import feed

AHEAD_NS: Final = 4_000_000
DEEPEST: Final = 64
LONG_NS: Final = 2_000_000  # tasks that take longer on average are not prefetched
SHORTEST_NS: Final = 40_000  # what the shortest task costs a worker, all told
PLENTY: Final = 24  # tasks before a worker that last it for a turn of the scheduler and more
LOOK_MOST_SECONDS: Final = 0.05
STUCK_SECONDS: Final = 0.01
TELL_SECONDS: Final = 0.1  # between two tellings of one task's progress, or of its output
TELL_BYTES: Final = 256 * 1024  # of output in one message
NUDGE_SECONDS: Final = 0.05  # an interrupt is repeated, in case Python swallowed it
TRACEBACKS_KEPT: Final = 1_000
MOST_TRIES: Final = 3  # of a task before which worker after worker dies
START_FAILURES: Final = 5  # one after the other, and no more workers are started


class Hands(Protocol):
    """What the core can do to the world.  None of it waits."""

    def send(self, bench: int, packet: bytes) -> bool:
        """Put one packet into a bench's inbox; False where that is full or closed."""
        ...

    def recall(self, bench: int) -> list[int]:
        """Take back what the worker has not taken; their seqs, in order."""
        ...

    def begun(self, bench: int) -> tuple[int, int]:
        """(seq of the task last begun, when in ns)."""
        ...

    def interrupt(self, bench: int, seq: int) -> None:
        """Ask the worker to raise in that task."""
        ...

    def progress(self, bench: int) -> tuple[int, Progress] | None:
        """(seq of the task that said it, how far it is); None where nothing is said."""
        ...

    def kill(self, bench: int) -> None:
        """Kill the worker and its tree; `SchedulerCore.on_gone` follows."""
        ...

    def spawn(self, bench: int) -> None:
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
        hands: Hands,
        *,
        n_workers: int,
        grace: float,
        memory_kib: int = 0,
        spares: int = 1,
        slots: int | None = None,
        board: Board | None = None,
    ) -> None:
        self.board = Board() if board is None else board  # for windows; this thread's alone
        self._tracebacks: dict[TaskId, str] = {}
        self._outputs = Outputs()
        self._talkers: dict[Job, None] = {}  # those that wrote what their clients aren't told yet
        self._hands = hands
        self._n_workers = n_workers
        self._n_benches = n_workers + spares
        self._slots = slots
        self._grace = grace
        self._memory_kib = memory_kib
        self._seats: dict[str, Seat] = {}
        self._turns: deque[Seat] = deque()  # those with something queued, whose turn is next first
        self._benches: dict[int, Bench] = {}
        self._active: list[Bench] = []  # the ready ones that get tasks; the rest are spares
        self._next_bench = 1
        self._next_seq = 1
        self._mean_ns = float(LONG_NS)
        self._depth = 1
        self._failures = 0  # workers that ended before they did a task, since one did
        self._broken = ""  # why no worker can be started, where that is so

    # -- clients ---------------------------------------------------------------------------------

    def start(self) -> None:
        """Have the first workers spawned."""
        self._staff()

    def sit(self, client: str) -> Seat:
        """The seat of a client, new or old."""
        seat = self._seats.get(client)
        if seat is None:
            seat = self._seats[client] = Seat(client)
        return seat

    @property
    def seats(self) -> Sequence[Seat]:
        """All clients that have a seat."""
        return list(self._seats.values())

    def on_submit(self, seat: Seat, message: wire.Submit) -> None:
        """Queue a task.  One whose id is known already is ignored.  `dispatch` when all are in."""
        if message.task_id in seat.jobs or seat.is_gone:
            return
        if self._broken:  # a new task is a reason to try again, for as many times as before
            self._try_again()
        record = seat.waiting.pop(message.task_id, None) if seat.waiting else None
        if record is None:
            record = record_of(message)
            self.board.add(record)
        else:
            record.sent = True
            self.board.move(record, step(record.stage, Happening.READY).stage)
        job = Job(seat, message, record)
        seat.jobs[job.task_id] = job
        if job.group is not None:
            seat.groups.setdefault(job.group, {})[job.task_id] = job
        if not seat.queue and not seat.lanes:
            self._turns.append(seat)
        seat.lane_of(job).append(job)

    def on_waiting(self, seat: Seat, message: wire.Waiting) -> None:
        """Show a task to windows that its client will submit later."""
        task_id = message.task_id
        if seat.is_gone or seat.has(task_id):
            return
        record = seat.waiting[task_id] = record_of(message)
        self.board.add(record)

    def on_dropped(self, seat: Seat, message: wire.Dropped, now: float) -> None:
        """A task that was shown as waiting ended in its client."""
        record = seat.waiting.pop(message.task_id, None)
        if record is None:
            return  # it was submitted meanwhile
        record.error, record.detail = message.error, message.detail
        self._end_waiting(record, message.asked_by, now)

    def _end_waiting(self, record: TaskRecord, asked_by: str, now: float) -> None:
        happening = Happening.DEPENDENCY_FAILED if record.error else Happening.CANCEL_ASKED
        taken = step(record.stage, happening)
        record.ended_at = record.settled_at = now
        record.resolution = taken.resolution
        if not record.error:
            record.asked_at, record.asked_by = now, asked_by
        self.board.move(record, taken.stage)

    def on_cancel(self, seat: Seat, message: wire.Cancel, now: float) -> None:
        """Stop tasks; the answers go to the seat's outbox, at once or later."""
        chosen = {i: job for i in message.task_ids if (job := seat.jobs.get(i)) is not None}
        if message.group is not None:
            chosen.update(seat.groups.get(message.group, {}))
        self._stop(list(chosen.values()), message.force, now, overdue=message.overdue)
        self.dispatch(now)

    def on_unshare(self) -> None:
        """A shared value is gone: have idle workers let go of it.  Others look before each task."""
        for bench in self._benches.values():
            if bench.state is BenchState.READY and not bench.sent:
                self._hands.send(bench.number, PACKET.pack(0, 0, bench_link.LET_GO))

    def cancel_from_window(
        self, task_ids: Sequence[TaskId], *, force: bool, source: str, now: float
    ) -> int:
        """Stop tasks of any client, for a window; how many are or will end cancelled.

        Their clients are told first who asked, so that their boards say "cancelling" as this does.
        """
        chosen: dict[TaskId, Job] = {}
        accepted = 0
        for task_id in task_ids:
            seat = next((s for s in self._seats.values() if s.has(task_id)), None)
            if seat is None:
                facts = self.board.facts(task_id)
                accepted += facts is not None and facts.status is Status.CANCELLED
                continue
            accepted += 1
            job = seat.jobs.get(task_id)
            if job is not None:
                chosen[task_id] = job
            group = seat.waiting[task_id].group if job is None else job.group
            if group is not None:
                chosen.update(seat.groups.get(group, {}))
            if job is None or group is not None:
                self._ask_waiting(seat, task_id, group, source)
        for job in chosen.values():
            is_news = not job.asked or job.record.stage.is_overdue
            if is_news and not job.seat.is_gone:
                job.seat.outbox.append(wire.Asked(job.task_id, source))
        self._stop(list(chosen.values()), force, now, source)
        self.dispatch(now)
        return accepted

    def _ask_waiting(self, seat: Seat, task_id: TaskId, group: GroupId | None, source: str) -> None:
        """Have a client cancel its waiting task, and those of an atomic group; it will say so."""
        seat.outbox.extend(
            wire.Asked(record.task_id, source)
            for record in seat.waiting.values()
            if record.task_id == task_id or (group is not None and record.group == group)
        )

    def retry_from_window(self, task_ids: Sequence[TaskId], *, source: str) -> None:
        """Ask the clients for these calls again; each knows its own, and ignores the others."""
        for seat in self._seats.values():
            seat.outbox.extend(wire.RetryAsked(task_id, source) for task_id in task_ids)

    def traceback(self, task_id: TaskId) -> str:
        """The text of the exception a task failed with; empty where none is kept."""
        return self._tracebacks.get(task_id, "")

    def output(self, task_id: TaskId, most: int) -> tuple[str, int]:
        """The last *most* bytes of what a task wrote, as text; how many bytes came before."""
        return self._outputs.end(task_id, most)

    def workers(self) -> list[feed.WorkerRow]:
        """The workers now, for windows."""
        return [
            feed.WorkerRow(
                bench.name,
                bench.pid,
                self._state_of(bench),
                next((job.task_id for job in bench.sent.values() if job.started), None),
                bench.tasks_done,
            )
            for bench in self._benches.values()
        ]

    def _state_of(self, bench: Bench) -> str:
        if bench.state is BenchState.STARTING:
            return "starting"
        if bench.state is BenchState.DOOMED:
            return "being killed"
        if bench not in self._active:
            return "spare"
        return "busy" if bench.sent else "idle"

    def on_client_gone(self, seat: Seat, now: float) -> None:
        """A client ended, by whatever means: stop all it has, tell it nothing more."""
        seat.is_gone = True
        self._seats.pop(seat.client, None)
        self._stop(list(seat.jobs.values()), False, now, "its client ended")
        for record in seat.waiting.values():
            self._end_waiting(record, "its client ended", now)
        seat.waiting.clear()
        seat.outbox.clear()
        self.dispatch(now)

    # -- workers ---------------------------------------------------------------------------------

    def on_born(self, number: int, pid: int) -> None:
        """The nursery forked a worker."""
        if (bench := self._benches.get(number)) is not None:
            bench.pid = pid

    def on_report(self, number: int, report: Report, now: float) -> None:
        """A worker reported.  Call `dispatch` when all that came were taken in."""
        bench = self._benches.get(number)
        if bench is None:
            return
        kind = report.kind
        if kind == bench_link.READY:
            bench.state = BenchState.READY
            self._pick_active()
            return
        if kind == bench_link.START_FAILED:
            bench.start_error = report.error
            return
        job = bench.sent.pop(report.seq, None)
        output = bench.stream.up_to(report.written)
        if job is None:
            return
        if output:
            self._hear(job, output, now)
        if report.note:
            self._tell_progress(job, bench_link.progress_in(report.note))
        bench.note_at = None
        bench.look_at = now + LOOK_SECONDS if bench.sent else None
        bench.is_long = False
        bench.tasks_done += 1
        if self._failures:  # this one works, so others may
            self._try_again()
        record = job.record
        record.worker = bench.name
        record.started_at = report.begun_ns * 1e-9
        record.ended_at = report.ended_ns * 1e-9
        record.usage = report.usage
        if bench.target == report.seq:
            self._end_of_interrupt(bench)
        if kind in (bench_link.VALUE, bench_link.ERROR):
            self._learn(report.ended_ns - report.begun_ns)
            if job.asked or job.seat.is_gone:  # its value will be discarded: don't send it
                if report.is_blob:
                    self._hands.remove_blob(str(report.data, "ascii"))
                data, blob = b"", ""
            elif report.is_blob:
                data, blob = b"", str(report.data, "ascii")
            else:
                data, blob = report.data, ""
            line = report.error
            if line:
                line, _, traceback = line.partition("\0")
                record.error = line
                self._keep_traceback(job.task_id, traceback)
            answer: wire.Up = wire.Result(
                job.task_id,
                kind == bench_link.ERROR,
                number,
                report.begun_ns,
                report.ended_ns,
                data,
                blob,
                line,
                report.usage,
            )
        elif kind == bench_link.INTERRUPTED:
            answer = self._confirm(
                job, Resolution.INTERRUPTED, number, report.ended_ns, usage=report.usage
            )
        else:
            answer = self._confirm(job, Resolution.NEVER_STARTED)
        self._answer(job, answer)

    def on_output(self, number: int, data: bytes) -> None:
        """Something came out of a worker's pipe.  `settle_output` when its reports were read."""
        if (bench := self._benches.get(number)) is not None:
            bench.stream.take_in(data)

    def settle_output(self, number: int, seq: int, now: float) -> None:
        """What came is of task *seq*, but for what its reports say is of those before.

        *seq* is the task that was last begun when the pipe had been read, and before its reports
        were.  Where that has ended meanwhile, the rest is nobody's: a thread's that outlived it.
        """
        bench = self._benches.get(number)
        if bench is None:
            return
        data = bench.stream.all()
        job = bench.sent.get(seq)
        if job is not None and data:
            self._hear(job, data, now)

    def on_output_moved(self, number: int) -> None:
        """The worker has another pipe; what nobody has of the old one is its children's."""
        if (bench := self._benches.get(number)) is not None:
            bench.stream = Stream()

    def on_gone(
        self, number: int, status: int, peak_rss_kib: int, killed: int, stacks: str, now: float
    ) -> None:
        """A worker's process was reaped, its tree too; its last reports were taken in before."""
        bench = self._benches.get(number)
        if bench is None:
            return
        self._take_back(bench)
        now_ns = int(now * 1e9)
        begun_seq, begun_ns = self._hands.begun(number)
        self._take_note(bench)
        cause, code = cause_of(status)
        for seq, job in list(bench.sent.items()):
            del bench.sent[seq]
            self._hands.remove_blob(bench_link.result_blob(job.seat.client, seq))
            job.tries += 1
            never_begun = seq > begun_seq  # taken only: nothing of it ran
            if never_begun and job.asked:
                self._answer(job, self._confirm(job, Resolution.NEVER_STARTED))
                continue
            if never_begun and job.tries < MOST_TRIES:
                self._requeue(job)
                continue
            # The peak is the process's own since this task began, or of a child it waited for.
            bytes_in = -1 if job.blob else len(job.data)
            usage = job.record.usage = Usage(-1, peak_rss_kib * 1024, bytes_in)
            if job.asked:
                detail = bench.detail or f"its worker {cause}"
                if killed:
                    detail += f"; {killed} child process{'es' if killed > 1 else ''} too"
                self._answer(
                    job, self._confirm(job, Resolution.KILLED, number, now_ns, detail, usage)
                )
            else:
                words = obituary(
                    job.name, number, bench.pid, status, peak_rss_kib, self._memory_kib, stacks
                )
                self._answer(
                    job,
                    wire.Died(job.task_id, number, words, bench.pid, code, begun_ns, now_ns, usage),
                )
        self._lose(bench, cause, stacks, now, has_worked=begun_seq > 0)

    def on_stillborn(self, number: int, why: str, now: float) -> None:
        """A worker that was asked for could not even be started: no descriptors, no memory."""
        bench = self._benches.get(number)
        if bench is not None:
            self._lose(bench, why, "", now)

    def _lose(
        self, bench: Bench, cause: str, stacks: str, now: float, *, has_worked: bool = False
    ) -> None:
        del self._benches[bench.number]
        if bench.state is not BenchState.DOOMED and not has_worked:
            self._on_failure(bench, cause, stacks)
        self._pick_active()
        self._staff()
        self.dispatch(now)

    # -- time ------------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        """Do what is due: looks, nudges, kills."""
        for bench in list(self._benches.values()):
            if bench.deadline is not None and now >= bench.deadline:
                job = bench.sent.get(bench.target)
                if job is None:
                    self._end_of_interrupt(bench)
                else:
                    self._doom(bench, f"SIGKILL after a grace of {self._grace:g} s")
            elif bench.next_nudge is not None and now >= bench.next_nudge:
                bench.next_nudge = now + NUDGE_SECONDS
                self._hands.interrupt(bench.number, bench.target)
            if bench.look_at is not None and now >= bench.look_at:
                self._look(bench, now)
            if bench.note_at is not None and now >= bench.note_at:
                bench.note_at = now + TELL_SECONDS if bench.sent else None
                self._take_note(bench)
        for job in list(self._talkers):
            if now >= job.tell_at:
                self._tell_output(job, now)

    def due_at(self) -> float | None:
        """When `tick` next has something to do; None for never."""
        due: float | None = None
        for bench in self._benches.values():
            for at in (bench.deadline, bench.next_nudge, bench.look_at):
                if at is not None and (due is None or at < due):
                    due = at
        for job in self._talkers:
            if due is None or job.tell_at < due:
                due = job.tell_at
        return due

    def notes_due_at(self) -> float | None:
        """When `tick` next looks how far tasks say they are; nothing depends on it."""
        due = [bench.note_at for bench in self._benches.values() if bench.note_at is not None]
        return min(due, default=None)

    @property
    def n_busy(self) -> int:
        """How many workers have something to do."""
        return sum(1 for bench in self._active if bench.sent)

    @property
    def is_saturated(self) -> bool:
        """Whether every worker has plenty of tasks before it, so that none waits for a turn."""
        return (
            self._depth > PLENTY
            and bool(self._active)
            and all(len(bench.sent) > PLENTY for bench in self._active)
        )

    # -- dispatching -----------------------------------------------------------------------------

    def dispatch(self, now: float) -> None:
        """Fill the benches, evenly, the seats taking turns."""
        if not self._turns:
            return
        if not self._active:
            if self._broken and not self._benches:
                self._fail_queued()
            return
        depth = self._depth
        # A bench with an interrupt under way gets nothing: should its worker have to be killed,
        # that must not hit a task which has just begun.
        open_benches = [
            b for b in self._active if not b.target and not b.is_long and len(b.sent) < depth
        ]
        while open_benches and self._turns:
            level = min(len(bench.sent) for bench in open_benches)
            for bench in open_benches:
                if len(bench.sent) > level:
                    continue
                job = self._next_job()
                if job is None:
                    return
                if not self._send(bench, job, now):
                    job.seat.lane_of(job).appendleft(job)
                    if job.seat not in self._turns:
                        self._turns.appendleft(job.seat)
                    open_benches = [b for b in open_benches if b is not bench]
                    break
            else:
                if level + 1 >= depth:
                    open_benches = [b for b in open_benches if len(b.sent) < depth]

    def _next_job(self) -> Job | None:
        turns = self._turns
        while turns:
            seat = turns[0]
            while queue := seat.first_lane() if seat.lanes else seat.queue:
                job = queue.popleft()
                if job.state is JobState.QUEUED:
                    if not queue and not (seat.lanes and seat.first_lane()):
                        turns.popleft()
                    elif len(turns) > 1:
                        turns.rotate(-1)
                    return job
            turns.popleft()
        return None

    def _send(self, bench: Bench, job: Job, now: float) -> bool:
        seq = self._next_seq
        if job.blob:
            packet = PACKET.pack(seq, job.context, 1) + job.blob.encode("ascii")
        else:
            packet = PACKET.pack(seq, job.context, 0) + job.data
        if not self._hands.send(bench.number, packet):
            return False
        self._next_seq = seq + 1
        job.seq = seq
        job.state = JobState.SENT
        job.bench = bench
        if not bench.sent:
            bench.look_at = now + LOOK_SECONDS
            bench.look_after = LOOK_SECONDS
        bench.sent[seq] = job
        return True

    def _requeue(self, job: Job) -> None:
        """Back to the front of its queue; call for the last one first."""
        job.state = JobState.QUEUED
        job.bench = None
        seat = job.seat
        if not seat.queue and not seat.lanes:
            self._turns.append(seat)
        seat.lane_of(job).appendleft(job)

    def _learn(self, took_ns: int) -> None:
        self._mean_ns += 0.2 * (took_ns - self._mean_ns)
        if self._mean_ns >= LONG_NS:
            self._depth = 1
        else:
            self._depth = min(DEEPEST, 1 + int(AHEAD_NS / max(self._mean_ns, SHORTEST_NS)))

    def _look(self, bench: Bench, now: float) -> None:
        """Learn what a busy bench has begun; free those that wait behind a long task."""
        seq, begun_ns = self._hands.begun(bench.number)
        job = bench.sent.get(seq)
        if job is None:  # between two tasks, or its report is on the way, or it was stopped
            bench.look_after = min(2 * bench.look_after, LOOK_MOST_SECONDS)
            bench.look_at = now + bench.look_after if bench.sent else None
            return
        bench.look_after = LOOK_SECONDS
        if not job.started:
            job.started = True
            job.record.worker = bench.name
            job.record.started_at = begun_ns * 1e-9
            self._note(job, Happening.STARTED)
            if not job.seat.is_gone:
                job.seat.outbox.append(wire.Started(job.task_id, bench.number, begun_ns))
        for_seconds = now - begun_ns * 1e-9
        if for_seconds < STUCK_SECONDS:
            bench.look_at = now + STUCK_SECONDS - for_seconds
            return
        bench.look_at = None
        bench.note_at = now
        bench.is_long = True  # gets nothing more until it reports
        if len(bench.sent) > 1:
            self._take_back(bench)
            self.dispatch(now)

    # -- stopping --------------------------------------------------------------------------------

    def _stop(
        self,
        jobs: list[Job],
        force: bool,
        now: float,
        source: str = "",
        *,
        overdue: bool = False,
    ) -> None:
        benches: dict[int, Bench] = {}
        happening = Happening.TIME_RAN_OUT if overdue else Happening.CANCEL_ASKED
        for job in jobs:
            is_news = not job.asked or (job.record.stage.is_overdue and not overdue)
            if is_news and job.state is not JobState.ANSWERED:
                job.record.asked_at = now
                job.record.asked_by = ASKED_BY_LIMIT if overdue else source
                self._note(job, happening)
            if job.state is JobState.QUEUED:
                job.asked = True
                self._answer(job, self._confirm(job, Resolution.NEVER_STARTED))
            elif job.state is JobState.SENT and job.bench is not None:
                job.asked = True
                job.forced = job.forced or force
                benches[job.bench.number] = job.bench
        for bench in benches.values():
            self._take_back(bench)
            self._interrupt(bench, now)

    def _take_back(self, bench: Bench) -> None:
        """Recall a bench's inbox: confirm the asked, queue the others again, first ones first."""
        for seq in reversed(self._hands.recall(bench.number)):
            job = bench.sent.pop(seq, None)
            if job is None:
                continue
            if job.asked:
                self._answer(job, self._confirm(job, Resolution.NEVER_STARTED))
            else:
                self._requeue(job)

    def _interrupt(self, bench: Bench, now: float) -> None:
        """Interrupt what the worker has in hand, if that is asked; else its answer is coming.

        In hand is the last one taken: those before it have ended, and reported.
        """
        if not bench.sent or bench.state is BenchState.DOOMED:
            return
        seq = next(reversed(bench.sent))
        job = bench.sent[seq]
        if not job.asked:
            return
        if job.forced:
            self._doom(bench, "SIGKILL at once, as asked")
        elif bench.target != seq:
            bench.target = seq
            bench.deadline = now + self._grace
            bench.next_nudge = now + NUDGE_SECONDS
            self._hands.interrupt(bench.number, seq)

    def _end_of_interrupt(self, bench: Bench) -> None:
        bench.target = 0
        bench.deadline = bench.next_nudge = None

    def _doom(self, bench: Bench, detail: str) -> None:
        self._take_back(bench)
        bench.state = BenchState.DOOMED
        bench.detail = detail
        bench.look_at = bench.note_at = None
        self._end_of_interrupt(bench)
        self._hands.kill(bench.number)
        self._pick_active()
        self._staff()

    # -- staff -----------------------------------------------------------------------------------

    def _pick_active(self) -> None:
        """Those that get tasks keep their place: a worker that is ready late must not push one out
        which has a task, or there would be one more at work than there should be.
        """
        ready = {n: b for n, b in self._benches.items() if b.state is BenchState.READY}
        kept = [b for b in self._active if ready.pop(b.number, None) is b]
        self._active = [*kept, *ready.values()][: self._n_workers]

    def _staff(self) -> None:
        """Keep as many workers as wanted, with the spare."""
        if self._broken:
            return
        living = sum(1 for b in self._benches.values() if b.state is not BenchState.DOOMED)
        missing = self._n_benches - living
        if self._slots is not None:  # one may be in use still, by the worker that is just gone
            missing = min(missing, self._slots - 1 - len(self._benches))
        for _ in range(missing):
            number = self._next_bench
            self._next_bench += 1
            self._benches[number] = Bench(number)
            self._hands.spawn(number)

    def _on_failure(self, bench: Bench, cause: str, stacks: str) -> None:
        """A worker ended before it had begun a task.  Give up after some, one after the other.

        Also where they were ready before they ended, or something that kills idle workers would
        have new ones started for ever.  However long each took: an initializer may run into a
        time-out.
        """
        self._failures += 1
        if self._failures >= START_FAILURES:
            why = bench.start_error or stacks.strip() or f"the process {cause}"
            when = "at start" if bench.state is BenchState.STARTING else "before their first task"
            self._broken = f"workers die {when} ({self._failures} in a row): {why}"

    def _try_again(self) -> None:
        self._failures = 0
        if self._broken:
            self._broken = ""
            self._staff()

    def _fail_queued(self) -> None:
        while (job := self._next_job()) is not None:
            self._answer(job, wire.Died(job.task_id, 0, self._broken))

    # -- answers ---------------------------------------------------------------------------------

    def _confirm(
        self,
        job: Job,
        resolution: Resolution,
        worker: int = 0,
        ended_ns: int = 0,
        detail: str = "",
        usage: Usage | None = None,
    ) -> wire.Confirm:
        return wire.Confirm(job.task_id, resolution, worker, ended_ns, detail, usage)

    def _answer(self, job: Job, message: wire.Up) -> None:
        """The one way out for a job: its verdict goes up, once, and what it held is freed."""
        if job.state is JobState.ANSWERED:
            return
        job.state = JobState.ANSWERED
        if job.output is not None:
            self._end_output(job)
        self._note_verdict(job, message)
        job.bench = None
        job.data = b""
        seat = job.seat
        del seat.jobs[job.task_id]
        if job.group is not None and (members := seat.groups.get(job.group)) is not None:
            members.pop(job.task_id, None)
            if not members:
                del seat.groups[job.group]
        if job.blob:
            self._hands.remove_blob(job.blob)
        if not seat.is_gone:
            seat.outbox.append(message)

    # -- output and progress -----------------------------------------------------------------------

    def _hear(self, job: Job, data: bytes, now: float) -> None:
        """A task wrote something."""
        if job.output is None:
            job.output = self._outputs.open(job.task_id)
        job.output.add(data)
        self._talkers[job] = None
        if now >= job.tell_at:
            self._tell_output(job, now)

    def _tell_output(self, job: Job, now: float) -> None:
        job.tell_at = now + TELL_SECONDS
        if not job.seat.is_silent:  # else it would pile up here
            del self._talkers[job]
            self._say_output(job)

    def _say_output(self, job: Job) -> None:
        """Tell the client what it has not been told, and windows how much it is."""
        ring, seat = job.output, job.seat
        assert ring is not None
        job.record.output_bytes = ring.total
        self.board.move(job.record, job.record.stage)
        if seat.is_gone:
            return
        at, data = ring.since(job.output_told)
        job.output_told = ring.total
        for start in range(0, len(data), TELL_BYTES):
            piece = data[start : start + TELL_BYTES]
            seat.outbox.append(wire.Output(job.task_id, at + start, piece))

    def _end_output(self, job: Job) -> None:
        if self._talkers.pop(job, job) is None:
            self._say_output(job)
        self._outputs.close(job.task_id)

    def _take_note(self, bench: Bench) -> None:
        """See how far a worker's task says it is."""
        said = self._hands.progress(bench.number)
        if said is not None and (job := bench.sent.get(said[0])) is not None:
            self._tell_progress(job, said[1])

    def _tell_progress(self, job: Job, progress: Progress | None) -> None:
        if progress is None or progress == job.record.progress:
            return
        job.record.progress = progress
        self.board.move(job.record, job.record.stage)
        if not job.seat.is_gone:
            job.seat.outbox.append(wire.Progressed(job.task_id, progress))

    # -- the board, for windows ------------------------------------------------------------------

    def _note(self, job: Job, happening: Happening) -> None:
        self.board.move(job.record, step(job.record.stage, happening).stage)

    def _note_verdict(self, job: Job, message: wire.Up) -> None:
        record = job.record
        happening = Happening.CANCEL_CONFIRMED
        resolution: Resolution | None = None
        if type(message) is wire.Result:
            happening = Happening.EXCEPTION_ARRIVED if message.failed else Happening.RESULT_ARRIVED
        elif type(message) is wire.Confirm:
            resolution = message.resolution
            record.detail = message.detail
            if message.ended_ns:
                record.ended_at = message.ended_ns * 1e-9
        elif type(message) is wire.Died:
            happening = Happening.WORKER_DIED
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
        self.board.move(record, taken.stage)

    def _keep_traceback(self, task_id: TaskId, text: str) -> None:
        kept = self._tracebacks
        kept[task_id] = text
        if len(kept) > TRACEBACKS_KEPT:
            del kept[next(iter(kept))]
