"""The scheduler's core: which task runs where, and the way of every cancel.  No I/O of its own.

It owns three kinds of things, all touched by one thread:

    Seat   a client: its queue, its tasks, its outbox
    Job    a task:   queued in its seat ─> sent to a bench ─> answered
    Bench  a worker: starting ─> ready ─> doomed (being killed) ─> gone

and acts through `Hands`, which the process (or a simulation) provides.  Time is passed in.  Three
parts, which know nothing of it, do what has a purpose of its own: `Turns` says which task is next,
`Staff` which workers get tasks, and `Chronicle` tells windows and clients what happens.

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

from collections.abc import Sequence
from typing import Final, Protocol

from scaler_lab.core.board import Board
from scaler_lab.core.messages import GroupId, Progress, TaskId, Usage
from scaler_lab.core.state_machine import Resolution, Status
from scaler_lab.engines.local import protocol, worker_ipc
from scaler_lab.engines.local.scheduler.death_message import cause_of, obituary
from scaler_lab.engines.local.scheduler.fair_queue import Turns
from scaler_lab.engines.local.scheduler.outputs import Stream
from scaler_lab.engines.local.scheduler.reporting import TELL_SECONDS, Chronicle
from scaler_lab.engines.local.scheduler.state import (
    LOOK_SECONDS,
    Bench,
    BenchState,
    Job,
    JobState,
    Seat,
)
from scaler_lab.engines.local.scheduler.worker_pool import Staff
from scaler_lab.engines.local.worker_ipc import PACKET, Report
from scaler_lab.feed import messages

AHEAD_NS: Final = 4_000_000
DEEPEST: Final = 64
LONG_NS: Final = 2_000_000  # tasks that take longer on average are not prefetched
SHORTEST_NS: Final = 40_000  # what the shortest task costs a worker, all told
PLENTY: Final = 24  # tasks before a worker that last it for a turn of the scheduler and more
LOOK_MOST_SECONDS: Final = 0.05
STUCK_SECONDS: Final = 0.01
NUDGE_SECONDS: Final = 0.01  # an interrupt is repeated, in case Python or C code swallowed it
MOST_TRIES: Final = 3  # of a task before which worker after worker dies


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
        self.chronicle = Chronicle(self.board)
        self._hands = hands
        self._turns = Turns()
        self._staff = Staff(hands.spawn, n_workers=n_workers, spares=spares, slots=slots)
        self._benches = self._staff.benches
        self._grace = grace
        self._memory_kib = memory_kib
        self._seats: dict[str, Seat] = {}
        self._next_seq = 1
        self._generation = 0
        self._mean_ns = float(LONG_NS)
        self._depth = 1

    # -- clients ---------------------------------------------------------------------------------

    def start(self) -> None:
        """Have the first workers spawned."""
        self._staff.fill()

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

    def on_submit(self, seat: Seat, message: protocol.Submit) -> None:
        """Queue a task.  One whose id is known already is ignored.  `dispatch` when all are in."""
        if message.task_id in seat.jobs or seat.is_gone:
            return
        if self._staff.broken:  # a new task is a reason to try again
            self._staff.try_again()
        job = Job(seat, message, self.chronicle.submitted(seat, message))
        seat.jobs[job.task_id] = job
        if job.group is not None:
            seat.groups.setdefault(job.group, {})[job.task_id] = job
        self._turns.queue(job)

    def on_refresh(self, seat: Seat) -> None:
        """What the client submits from now on needs workers with the newest text of its modules.

        Only a worker knows what it has loaded.  It checks before the first such task; if a file was
        edited since, it reports STALE in place of running the task, and ends.
        """
        self._generation += 1
        seat.generation = self._generation

    def on_waiting(self, seat: Seat, message: protocol.Waiting) -> None:
        """Show a task to windows that its client will submit later."""
        if not (seat.is_gone or seat.has(message.task_id)):
            self.chronicle.expect(seat, message)

    def on_dropped(self, seat: Seat, message: protocol.Dropped, now: float) -> None:
        """A task that was shown as waiting ended in its client."""
        self.chronicle.dropped(seat, message, now)

    def on_cancel(self, seat: Seat, message: protocol.Cancel, now: float) -> None:
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
                self._hands.send(bench.number, PACKET.pack(0, 0, worker_ipc.LET_GO))

    def cancel_from_window(
        self, task_ids: Sequence[TaskId], *, force: bool, source: str, now: float
    ) -> int:
        """Stop tasks of any client, for a window; how many are or will end cancelled.

        Their clients are told first who asked, so that their boards say "cancelling" as this does.
        """
        chosen: dict[TaskId, Job] = {}
        groups: set[tuple[str, GroupId]] = set()  # each is asked as a whole, once
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
            if group is None:
                if job is None:
                    seat.outbox.append(protocol.Asked(task_id, source))
            elif (seat.client, group) not in groups:
                groups.add((seat.client, group))
                chosen.update(seat.groups.get(group, {}))
                waiting = seat.waiting_groups.get(group, {})
                seat.outbox.extend(protocol.Asked(member, source) for member in waiting)
        for job in chosen.values():
            is_news = not job.asked or job.record.stage.is_overdue
            if is_news and not job.seat.is_gone:
                job.seat.outbox.append(protocol.Asked(job.task_id, source))
        self._stop(list(chosen.values()), force, now, source)
        self.dispatch(now)
        return accepted

    def hold(self, seat: Seat) -> None:
        """Its client doesn't read: dispatch no more of its tasks.  What it has running goes on."""
        seat.is_held = True

    def resume(self, seat: Seat, now: float) -> None:
        """Its client reads again."""
        seat.is_held = False
        self._turns.give_turn(seat)
        self.dispatch(now)

    def retry_from_window(self, task_ids: Sequence[TaskId], *, source: str) -> None:
        """Ask the clients for these calls again; each knows its own, and ignores the others."""
        for seat in self._seats.values():
            seat.outbox.extend(protocol.RetryAsked(task_id, source) for task_id in task_ids)

    def workers(self) -> list[messages.WorkerRow]:
        """The workers now, for windows."""
        return self._staff.rows()

    def idle_workers(self) -> list[int]:
        """The numbers of those that are ready and have no task."""
        return [
            number
            for number, bench in self._benches.items()
            if bench.state is BenchState.READY and not bench.sent
        ]

    @property
    def workers_version(self) -> int:
        """Grows when workers come, get ready or go, of which the board does not tell."""
        return self._staff.version

    def on_client_gone(self, seat: Seat, now: float) -> None:
        """A client ended, by whatever means: stop all it has, tell it nothing more."""
        seat.is_gone = True
        self._seats.pop(seat.client, None)
        self._stop(list(seat.jobs.values()), False, now, "its client ended")
        self.chronicle.client_gone(seat, "its client ended", now)
        seat.outbox.clear()
        self.dispatch(now)

    # -- workers ---------------------------------------------------------------------------------

    def on_born(self, number: int, pid: int) -> None:
        """The nursery forked a worker."""
        if (bench := self._benches.get(number)) is not None:
            self._staff.born(bench, pid)

    def on_report(self, number: int, report: Report, now: float) -> None:
        """A worker reported.  Call `dispatch` when all that came were taken in."""
        bench = self._benches.get(number)
        if bench is None:
            return
        kind = report.kind
        if kind == worker_ipc.READY:
            self._staff.ready(bench)
            return
        if kind == worker_ipc.START_FAILED:
            bench.start_error = report.error
            return
        if kind == worker_ipc.RETIRED:
            self._retire(bench, report)
            return
        if kind == worker_ipc.STALE:
            self._on_stale(bench, report.seq)
            return
        job = bench.sent.pop(report.seq, None)
        output = bench.stream.up_to(report.written)
        if job is None:
            return
        if output:
            self.chronicle.wrote(job, output, now)
        if report.note:
            self.chronicle.progressed(job, worker_ipc.progress_in(report.note))
        bench.note_at = None
        bench.look_at = now + LOOK_SECONDS if bench.sent else None
        bench.is_long = False
        bench.tasks_done += 1
        self._staff.works()
        self.chronicle.ran(job, bench, report)
        if bench.target == report.seq:
            self._end_of_interrupt(bench)
        if kind in (worker_ipc.VALUE, worker_ipc.ERROR):
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
                self.chronicle.raised(job, line, traceback)
            answer: protocol.Up = protocol.Result(
                job.task_id,
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
            self.chronicle.wrote(job, data, now)

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
            self._hands.remove_blob(worker_ipc.result_blob(job.seat.client, seq))
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
            usage = Usage(-1, peak_rss_kib * 1024, bytes_in)
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
                    protocol.Died(
                        job.task_id, number, words, bench.pid, code, begun_ns, now_ns, usage
                    ),
                )
        self._staff.gone(bench, cause, stacks, has_worked=begun_seq > 0)
        self.dispatch(now)

    def on_stillborn(self, number: int, why: str, now: float) -> None:
        """A worker that was asked for could not even be started: no descriptors, no memory."""
        bench = self._benches.get(number)
        if bench is not None:
            self._staff.gone(bench, why, "", has_worked=False)
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
        self.chronicle.tick(now)

    def due_at(self) -> float | None:
        """When `tick` next has something to do; None for never."""
        due = self.chronicle.due_at()
        for bench in self._benches.values():
            for at in (bench.deadline, bench.next_nudge, bench.look_at):
                if at is not None and (due is None or at < due):
                    due = at
        return due

    def notes_due_at(self) -> float | None:
        """When `tick` next looks how far tasks say they are; nothing depends on it."""
        due = [bench.note_at for bench in self._benches.values() if bench.note_at is not None]
        return min(due, default=None)

    @property
    def n_busy(self) -> int:
        """How many workers have something to do."""
        return sum(1 for bench in self._staff.active if bench.sent)

    @property
    def is_saturated(self) -> bool:
        """Whether every worker has plenty of tasks before it, so that none waits for a turn."""
        active = self._staff.active
        return (
            self._depth > PLENTY
            and bool(active)
            and all(len(bench.sent) > PLENTY for bench in active)
        )

    # -- dispatching -----------------------------------------------------------------------------

    def dispatch(self, now: float) -> None:
        """Fill the benches, evenly, the seats taking turns."""
        if not self._turns:
            return
        active = self._staff.active
        if not active:
            if self._staff.broken and not self._benches:
                self._fail_queued()
            return
        depth = self._depth
        # A bench with an interrupt under way gets nothing: should its worker have to be killed,
        # that must not hit a task which has just begun.
        open_benches = [b for b in active if not b.target and not b.is_long and len(b.sent) < depth]
        while open_benches:
            level = min(len(bench.sent) for bench in open_benches)
            for bench in open_benches:
                if len(bench.sent) > level:
                    continue
                job = self._turns.take()
                if job is None:
                    return
                if not self._send(bench, job, now):
                    self._turns.untake(job)
                    open_benches = [b for b in open_benches if b is not bench]
                    break
            else:
                if level + 1 >= depth:
                    open_benches = [b for b in open_benches if len(b.sent) < depth]

    def _send(self, bench: Bench, job: Job, now: float) -> bool:
        seq = self._next_seq
        check = worker_ipc.CHECK_MODULES if job.generation > bench.generation else 0
        if job.blob:
            packet = PACKET.pack(seq, job.context, 1 | check) + job.blob.encode("ascii")
        else:
            packet = PACKET.pack(seq, job.context, check) + job.data
        if not self._hands.send(bench.number, packet):
            return False
        if check:
            bench.generation = job.generation
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
        self._turns.put_back(job)

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
            self.chronicle.started(job, bench, begun_ns)
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

    def _take_note(self, bench: Bench) -> None:
        """See how far a worker's task says it is."""
        said = self._hands.progress(bench.number)
        if said is not None and (job := bench.sent.get(said[0])) is not None:
            self.chronicle.progressed(job, said[1])

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
        for job in jobs:
            is_news = not job.asked or (job.record.stage.is_overdue and not overdue)
            if is_news and job.state is not JobState.ANSWERED:
                self.chronicle.asked(job, source, now, overdue=overdue)
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
        seqs = self._hands.recall(bench.number)
        if seqs:
            bench.generation = 0  # the order to check may be among them
        for seq in reversed(seqs):
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
        bench.detail = detail
        bench.look_at = bench.note_at = None
        self._end_of_interrupt(bench)
        self._hands.kill(bench.number)
        self._staff.replace(bench)

    def _retire(self, bench: Bench, report: Report) -> None:
        """A worker can't go on: kill it if it reports that of an interrupted task, else it ends."""
        if report.seq:
            self._doom(bench, report.error)
            return
        self._take_back(bench)
        bench.look_at = bench.note_at = None
        self._end_of_interrupt(bench)
        self._staff.replace(bench)

    def _on_stale(self, bench: Bench, seq: int) -> None:
        """A worker ends before it has begun *seq*, since it loaded a text that is older now."""
        self._take_back(bench)  # behind that one in their queue
        job = bench.sent.pop(seq, None)
        if job is not None and job.asked:
            self._answer(job, self._confirm(job, Resolution.NEVER_STARTED))
        elif job is not None:
            self._requeue(job)
        bench.look_at = bench.note_at = None
        self._end_of_interrupt(bench)
        self._staff.replace(bench)

    # -- answers ---------------------------------------------------------------------------------

    def _fail_queued(self) -> None:
        while (job := self._turns.take()) is not None:
            self._answer(job, protocol.Died(job.task_id, 0, self._staff.broken))

    def _confirm(
        self,
        job: Job,
        resolution: Resolution,
        worker: int = 0,
        ended_ns: int = 0,
        detail: str = "",
        usage: Usage | None = None,
    ) -> protocol.Confirm:
        return protocol.Confirm(job.task_id, resolution, worker, ended_ns, detail, usage)

    def _answer(self, job: Job, message: protocol.Up) -> None:
        """The one way out for a job: its verdict goes up, once, and what it held is freed."""
        if job.state is JobState.ANSWERED:
            return
        job.state = JobState.ANSWERED
        self.chronicle.answered(job, message)
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
