"""`SchedulerCore`, move by move: what it does to the world, and what it tells its clients.

The hands here do what real ones would, at once and exactly: a bench is an inbox, of which a worker
takes the first when the test says so.  (`test_simulation` plays it against everything at once.)
"""

from __future__ import annotations

import signal
from typing import Any

import pytest

from scaler_lab.engines.local import bench_link, wire
from scaler_lab.engines.local.bench_link import PACKET, Report
from scaler_lab.engines.local.scheduler.core import (
    DEEPEST,
    LONG_NS,
    MOST_TRIES,
    NUDGE_SECONDS,
    START_FAILURES,
    STUCK_SECONDS,
    SchedulerCore,
)
from scaler_lab.engines.local.scheduler.jobs import LOOK_SECONDS, Seat
from scaler_lab.facts.lifecycle import Resolution, Status
from scaler_lab.facts.messages import GroupId, Progress, TaskId

GRACE = 0.5
SHORT_NS = 50_000
MILLISECOND = 1_000_000


class Worker:
    """One bench as its kernel objects have it."""

    def __init__(self) -> None:
        self.inbox: list[int] = []
        self.begun: tuple[int, int] = (0, 0)
        self.interrupts: list[int] = []
        self.is_killed = False
        self.said: tuple[int, Progress] | None = None


class World:
    """The hands, a clock, and the other sides of both."""

    def __init__(self, *, n_workers: int = 2, spares: int = 1, slots: int | None = None) -> None:
        self.now = 100.0
        self.workers: dict[int, Worker] = {}
        self.spawned: list[int] = []
        self.removed: list[str] = []
        self.inbox_room = 1000
        self.core = SchedulerCore(
            self, n_workers=n_workers, grace=GRACE, spares=spares, slots=slots
        )
        self.core.start()
        self.seat = self.core.sit("client")

    # -- hands --

    def send(self, bench: int, packet: bytes) -> bool:
        worker = self.workers[bench]
        if len(worker.inbox) >= self.inbox_room:
            return False
        worker.inbox.append(PACKET.unpack_from(packet)[0])
        return True

    def recall(self, bench: int) -> list[int]:
        worker = self.workers[bench]
        seqs, worker.inbox = worker.inbox, []
        return seqs

    def begun(self, bench: int) -> tuple[int, int]:
        return self.workers[bench].begun

    def progress(self, bench: int) -> tuple[int, Progress] | None:
        return self.workers[bench].said

    def interrupt(self, bench: int, seq: int) -> None:
        self.workers[bench].interrupts.append(seq)

    def kill(self, bench: int) -> None:
        self.workers[bench].is_killed = True

    def spawn(self, bench: int) -> None:
        self.spawned.append(bench)
        self.workers[bench] = Worker()

    def remove_blob(self, name: str) -> None:
        self.removed.append(name)

    # -- workers --

    def ready(self, *benches: int) -> World:
        for bench in benches or tuple(self.spawned):
            self.core.on_born(bench, 1000 + bench)
            self.report(bench, bench_link.READY)
        return self

    def report(self, bench: int, kind: int, seq: int = 0, *, took_ns: int = 0, **more: Any) -> None:
        now_ns = int(self.now * 1e9)
        report = Report(
            kind,
            seq,
            now_ns - took_ns,
            now_ns,
            more.get("error", ""),
            more.get("data", b""),
            more.get("is_blob", False),
        )
        self.core.on_report(bench, report, self.now)
        self.core.dispatch(self.now)

    def take(self, bench: int) -> int:
        """The worker takes its next packet and begins it; its seq."""
        worker = self.workers[bench]
        seq = worker.inbox.pop(0)
        worker.begun = seq, int(self.now * 1e9)
        return seq

    def do(self, bench: int, *, took_ns: int = SHORT_NS, **more: Any) -> int:
        """The worker does its next task; its seq."""
        seq = self.take(bench)
        self.report(bench, bench_link.VALUE, seq, took_ns=took_ns, **more)
        return seq

    def die(self, bench: int, status: int = int(signal.SIGKILL), killed: int = 0) -> None:
        self.core.on_gone(bench, status, 1024, killed, "", self.now)

    # -- clients and time --

    def submit(self, *names: str, seat: Seat | None = None, **more: Any) -> None:
        for name in names:
            message = wire.Submit(TaskId(name), name, b"data", **more)
            self.core.on_submit(seat or self.seat, message)
        self.core.dispatch(self.now)

    def cancel(self, *names: str, force: bool = False, group: str | None = None) -> None:
        message = wire.Cancel(
            [TaskId(name) for name in names], GroupId(group) if group else None, force
        )
        self.core.on_cancel(self.seat, message, self.now)

    def told(self, seat: Seat | None = None) -> list[tuple[str, str]]:
        """What went to the client since the last look: (task, what)."""
        box = (seat or self.seat).outbox
        said: list[tuple[str, str]] = []
        for message in box:
            match message:
                case wire.Confirm():
                    said.append((message.task_id, message.resolution.value))
                case wire.Result():
                    said.append((message.task_id, "failed" if message.failed else "result"))
                case wire.Started() | wire.Died() | wire.Asked():
                    said.append((message.task_id, type(message).__name__.lower()))
                case _:
                    said.append(("", type(message).__name__.lower()))
        box.clear()
        return said

    def wait(self, seconds: float) -> None:
        """Let time pass, doing what is due when it is due."""
        end = self.now + seconds
        while (due := self.core.due_at()) is not None and due <= end:
            self.now = max(self.now, due)
            self.core.tick(self.now)
        self.now = end

    def inboxes(self) -> list[int]:
        return [len(self.workers[bench].inbox) for bench in sorted(self.workers)]


@pytest.fixture
def world() -> World:
    return World().ready()


@pytest.fixture
def lone() -> World:
    """One worker, no spare."""
    return World(n_workers=1, spares=0).ready()


def prefetching(world: World, *benches: int) -> World:
    """Short tasks, until as many are sent ahead as ever."""
    n = 0
    while world.core._depth < DEEPEST:  # pyright: ignore[reportPrivateUsage]
        for bench in benches:
            world.submit(f"warm-{n}")
            n += 1
            if world.workers[bench].inbox:
                world.do(bench)
    while any(world.workers[bench].inbox for bench in benches):
        for bench in benches:
            while world.workers[bench].inbox:
                world.do(bench)
    world.told()
    return world


# -- staff -----------------------------------------------------------------------------------------


def test_a_spare_stands_by_and_gets_no_task(world: World) -> None:
    assert world.spawned == [1, 2, 3]
    world.submit(*"abcde")
    assert world.inboxes() == [1, 1, 0]


def test_the_spare_takes_the_place_of_a_worker_being_killed_at_once(world: World) -> None:
    world.submit("a", "b", "c")
    world.take(1)
    world.cancel("a", force=True)
    assert world.workers[1].is_killed
    assert world.inboxes()[:3] == [0, 1, 1], "c is with the spare, though 1 is not gone yet"
    assert world.spawned == [1, 2, 3, 4], "and a new spare is on its way"
    assert world.told() == [], "the kill is told once the worker is gone"
    world.die(1)
    assert world.told() == [("a", "killed")]


def test_a_late_worker_pushes_no_one_out(world: World) -> None:
    world.submit("a", "b")
    world.die(3)
    world.ready(4)
    world.submit("c")
    assert world.inboxes()[:2] == [1, 1]
    assert world.workers[4].inbox == []


def test_there_are_never_more_workers_than_slots() -> None:
    world = World(n_workers=2, slots=4).ready()
    for n in range(10):
        world.submit(f"t{n}")
        busy = [b for b, w in world.workers.items() if w.inbox and not w.is_killed]
        for bench in busy:
            world.take(bench)
        world.cancel(*(f"t{m}" for m in range(n + 1)), force=True)
        alive = [b for b in world.spawned if b in world.workers]
        assert len(alive) <= 4
        for bench in [b for b, w in world.workers.items() if w.is_killed][:1]:
            world.die(bench)
            del world.workers[bench]
        world.ready(*[b for b in world.workers if not world.workers[b].is_killed])


def test_workers_that_die_at_start_are_given_up_with_the_reason() -> None:
    world = World()
    world.submit("a", "b")
    spawned = 0
    while len(world.spawned) > spawned:
        bench = world.spawned[spawned]
        spawned += 1
        world.report(bench, bench_link.START_FAILED, error="RuntimeError: no model")
        world.die(bench, 1 << 8)
    assert len(world.spawned) <= START_FAILURES + 3
    [first, second] = world.seat.outbox
    assert isinstance(first, wire.Died)
    assert isinstance(second, wire.Died)
    assert "workers die at start" in first.message
    assert "RuntimeError: no model" in first.message
    assert first.pid is None
    world.told()
    world.submit("c")
    assert len(world.spawned) > spawned, "a new task is a reason to try again"
    world.ready(world.spawned[-1])
    assert world.workers[world.spawned[-1]].inbox


def test_workers_that_end_before_they_did_anything_are_not_replaced_for_ever() -> None:
    world = World()

    def end_all() -> int:
        """Have every worker end that is ready, and every one in its place; how many there were."""
        ended = 0
        while alive := [n for n in world.spawned if n in world.workers]:
            world.ready(alive[0])
            world.die(alive[0])
            del world.workers[alive[0]]
            ended += 1
        return ended

    assert end_all() == START_FAILURES + 2  # the last two had been started before the last failure
    world.submit("a")
    assert end_all() == START_FAILURES + 2, "a new task is a reason to try again"
    [died] = world.seat.outbox
    assert isinstance(died, wire.Died)
    assert "workers die before their first task" in died.message


def test_a_task_done_is_a_reason_to_start_workers_again() -> None:
    world = World(n_workers=1)
    [works, *others] = world.spawned
    world.ready(works)
    world.submit("a")
    for n in range(START_FAILURES):
        world.die(others[n])
        others = [number for number in world.spawned if number != works]
    assert len(others) == START_FAILURES, "given up"
    world.do(works)
    assert len(world.spawned) == 1 + START_FAILURES + 1


def test_workers_that_die_of_tasks_are_replaced_for_ever(lone: World) -> None:
    for n in range(50):
        lone.submit(f"t{n}")
        bench = lone.spawned[-1]
        lone.take(bench)
        lone.die(bench)
        lone.ready(lone.spawned[-1])
    assert lone.told() == [(f"t{n}", "died") for n in range(50)]
    assert len(lone.spawned) == 51


def test_a_worker_that_could_not_be_started_is_told_of(lone: World) -> None:
    world = World(n_workers=1, spares=0)
    world.submit("a")
    while world.spawned:
        world.core.on_stillborn(world.spawned.pop(), "no descriptors", world.now)
    [died] = world.seat.outbox
    assert isinstance(died, wire.Died)
    assert "no descriptors" in died.message
    assert lone.told() == []


# -- deaths ----------------------------------------------------------------------------------------


def test_a_death_fails_what_had_begun_and_nothing_else(lone: World) -> None:
    prefetching(lone, 1)
    lone.submit("a", "b", "c")
    lone.take(1)
    lone.die(1)
    [died] = lone.seat.outbox
    assert isinstance(died, wire.Died)
    assert (died.task_id, died.pid, died.exit_code) == ("a", 1001, -9)
    assert "SIGKILL" in died.message
    lone.told()
    lone.ready(2)
    assert len(lone.workers[2].inbox) == 2
    lone.do(2)
    lone.do(2)
    assert lone.told() == [("b", "result"), ("c", "result")]


def test_a_task_taken_and_not_begun_goes_to_another_worker(lone: World) -> None:
    lone.submit("a")
    lone.workers[1].inbox.pop()  # taken; BEGUN was not written
    lone.die(1)
    lone.ready(2)
    lone.do(2)
    assert lone.told() == [("a", "result")]


def test_a_task_before_which_worker_after_worker_dies_is_given_up(lone: World) -> None:
    lone.submit("a")
    for bench in range(1, MOST_TRIES + 1):
        lone.workers[bench].inbox.pop()
        lone.die(bench)
        lone.ready(bench + 1)
    assert lone.told() == [("a", "died")]


def test_the_result_file_of_a_dead_worker_is_removed(lone: World) -> None:
    lone.submit("a")
    seq = lone.take(1)
    lone.die(1)
    assert bench_link.result_blob("client", seq) in lone.removed


# -- dispatching -----------------------------------------------------------------------------------


def test_long_tasks_are_not_sent_ahead(lone: World) -> None:
    lone.submit("a", "b", "c")
    assert lone.inboxes() == [1]
    lone.do(1, took_ns=2 * LONG_NS)
    assert lone.inboxes() == [1]


def test_short_tasks_are_sent_ahead_the_more_the_shorter(lone: World) -> None:
    depths: list[int] = []
    for took_ns in (MILLISECOND, 100_000, 10_000):
        for n in range(60):
            lone.submit(f"{took_ns}-{n}-a", f"{took_ns}-{n}-b")
            lone.do(1, took_ns=took_ns)
            lone.do(1, took_ns=took_ns)
        lone.submit(*(f"{took_ns}-{n}" for n in range(200)))
        depths.append(lone.inboxes()[0])
        while lone.workers[1].inbox:
            lone.do(1, took_ns=took_ns)
    assert depths == sorted(depths)
    assert 1 < depths[0] < depths[-1] == DEEPEST


def test_a_long_task_ends_sending_ahead(lone: World) -> None:
    prefetching(lone, 1)
    lone.submit(*(f"t{n}" for n in range(10)))
    for _ in range(3):
        lone.do(1, took_ns=20 * MILLISECOND)
    while lone.workers[1].inbox:
        lone.do(1, took_ns=20 * MILLISECOND)
    lone.submit("a", "b")
    assert lone.inboxes() == [1]


def test_benches_are_filled_evenly(world: World) -> None:
    prefetching(world, 1, 2)
    world.submit(*(f"t{n}" for n in range(20)))
    assert world.inboxes() == [10, 10, 0]


def test_what_waits_behind_a_long_task_is_taken_back_and_runs_elsewhere(world: World) -> None:
    prefetching(world, 1, 2)
    world.submit(*(f"t{n}" for n in range(20)))
    world.take(1)
    while world.workers[2].inbox:
        world.do(2)
    world.told()
    world.wait(STUCK_SECONDS + LOOK_SECONDS)
    assert world.inboxes() == [0, 9, 0]
    assert world.told() == [("t0", "started")]
    world.submit("later")
    assert world.inboxes() == [0, 10, 0], "nothing goes behind it until it reports"


def test_a_start_is_told_only_of_what_runs_for_a_moment(lone: World) -> None:
    lone.submit("a")
    lone.do(1)
    assert lone.told() == [("a", "result")]
    lone.submit("b")
    lone.take(1)
    lone.wait(2 * LOOK_SECONDS)
    assert lone.told() == [("b", "started")]


def test_clients_take_turns(lone: World) -> None:
    other = lone.core.sit("other")
    lone.submit(*"abcd")
    lone.submit(*"wxyz", seat=other)
    for _ in range(8):
        lone.do(1, took_ns=LONG_NS)
    everything = [task for task, _ in lone.told()], [task for task, _ in lone.told(other)]
    assert everything == (list("abcd"), list("wxyz"))
    lone.submit(*"efgh")
    lone.submit(*"1234", seat=other)
    while lone.workers[1].inbox:
        lone.do(1, took_ns=LONG_NS)
        assert abs(len(lone.seat.outbox) - len(other.outbox)) <= 2  # who was first stays ahead


def test_a_full_inbox_holds_the_order(lone: World) -> None:
    prefetching(lone, 1)
    lone.inbox_room = 3
    lone.submit(*"abcdef")
    assert lone.inboxes() == [3]
    for _ in range(6):
        lone.do(1)
    assert [task for task, _ in lone.told()] == list("abcdef")


def test_higher_priorities_go_first_among_one_clients_queued(lone: World) -> None:
    other = lone.core.sit("other")
    lone.submit("running")
    lone.submit("low", priority=-1)
    lone.submit("plain")
    lone.submit("high", "high too", priority=5)
    lone.submit("gone", "higher", priority=9)
    lone.submit("x", "y", seat=other)
    lone.cancel("gone")
    while lone.workers[1].inbox:
        lone.do(1, took_ns=LONG_NS)
    mine = [task for task, what in lone.told() if what == "result"]
    assert mine == ["running", "higher", "high", "high too", "plain", "low"]
    assert [task for task, _ in lone.told(other)] == ["x", "y"]
    lone.submit("late", priority=5)
    lone.do(1)
    assert lone.told() == [("late", "result")], "its lane had been empty"


def test_a_full_inbox_holds_the_order_of_priorities_too(lone: World) -> None:
    prefetching(lone, 1)
    lone.inbox_room = 3
    lone.submit(*"abcdef", priority=1)
    assert lone.inboxes() == [3]
    for _ in range(6):
        lone.do(1)
    assert [task for task, _ in lone.told()] == list("abcdef")


def test_a_task_submitted_twice_runs_once(lone: World) -> None:
    lone.submit("a", "a")
    lone.do(1)
    lone.submit("b")
    assert lone.inboxes() == [1]


# -- cancelling ------------------------------------------------------------------------------------


def test_a_queued_task_never_starts(lone: World) -> None:
    lone.submit("a", "b")
    lone.cancel("b")
    assert lone.told() == [("b", "never started")]
    lone.do(1)
    assert lone.inboxes() == [0]


def test_a_task_sent_ahead_is_recalled_and_its_neighbours_keep_their_order(lone: World) -> None:
    prefetching(lone, 1)
    lone.submit(*"abcde")
    lone.take(1)
    lone.cancel("c")
    assert lone.told() == [("c", "never started")]
    assert not lone.workers[1].interrupts
    lone.report(1, bench_link.VALUE, lone.workers[1].begun[0], took_ns=SHORT_NS)
    for _ in range(3):
        lone.do(1)
    assert [task for task, _ in lone.told()] == list("abde")


def test_a_running_task_is_interrupted_again_and_again_then_killed(lone: World) -> None:
    lone.submit("a")
    seq = lone.take(1)
    lone.cancel("a")
    lone.cancel("a")
    worker = lone.workers[1]
    assert worker.interrupts == [seq], "asking again changes nothing"
    lone.wait(GRACE - 0.001)
    assert set(worker.interrupts) == {seq}
    assert len(worker.interrupts) == int(GRACE / NUDGE_SECONDS)
    assert killed_at_last(lone, worker) == (False, True)
    assert [what for _, what in lone.told()] == ["started"]
    lone.die(1, killed=2)
    [killed] = lone.seat.outbox
    assert isinstance(killed, wire.Confirm)
    assert killed.resolution is Resolution.KILLED
    assert killed.detail == "SIGKILL after a grace of 0.5 s; 2 child processes too"


def killed_at_last(world: World, worker: Worker) -> tuple[bool, bool]:
    """Whether it was killed: now, and two milliseconds later."""
    before = worker.is_killed
    world.wait(0.002)
    return before, worker.is_killed


def test_an_interrupted_task_is_told_as_such_and_the_worker_stays(lone: World) -> None:
    lone.submit("a", "b")
    seq = lone.take(1)
    lone.cancel("a")
    assert lone.inboxes() == [0], "nothing is sent where a kill may follow"
    lone.report(1, bench_link.INTERRUPTED, seq)
    assert lone.told() == [("a", "interrupted")]
    assert lone.inboxes() == [1]
    lone.wait(2 * GRACE)
    assert not lone.workers[1].is_killed
    lone.do(1)
    assert [task for task, _ in lone.told()][-1] == "b"


def test_a_result_that_beats_the_cancel_is_told_without_its_value(lone: World) -> None:
    lone.submit("a")
    seq = lone.take(1)
    lone.cancel("a")
    lone.report(1, bench_link.VALUE, seq, data=b"client-1.r", is_blob=True)
    [result] = lone.seat.outbox
    assert isinstance(result, wire.Result)
    assert (result.data, result.blob) == (b"", "")
    assert lone.removed == ["client-1.r"]


def test_a_task_skipped_by_its_worker_never_started(lone: World) -> None:
    lone.submit("a")
    seq = lone.workers[1].inbox.pop()  # taken, and the CANCEL cell is there before it begins
    lone.cancel("a")
    lone.report(1, bench_link.SKIPPED, seq)
    assert lone.told() == [("a", "never started")]


def test_an_interrupt_is_over_when_its_task_is(lone: World) -> None:
    """The deadline of one must not hit the next."""
    lone.submit("a", "b")
    seq = lone.take(1)
    lone.cancel("a")
    lone.wait(GRACE - 0.01)
    lone.report(1, bench_link.VALUE, seq)
    lone.take(1)
    lone.wait(10 * GRACE)
    assert not lone.workers[1].is_killed
    assert lone.workers[1].interrupts[-1] == seq


def test_force_kills_without_an_interrupt_and_also_after_one(lone: World) -> None:
    lone.submit("a")
    lone.take(1)
    killed: list[bool] = []
    for force in (False, True):
        lone.cancel("a", force=force)
        killed.append(lone.workers[1].is_killed)
    assert killed == [False, True]
    lone.die(1)
    assert lone.told() == [("a", "killed")]


def test_a_group_is_stopped_whole(world: World) -> None:
    world.submit("a", "b", "c", group=GroupId("g"))
    world.submit("x")
    world.take(1)
    world.take(2)
    world.cancel(group="g")
    assert world.told() == [("c", "never started")]
    assert world.workers[1].interrupts
    assert world.workers[2].interrupts


def test_cancels_of_what_is_unknown_or_answered_do_nothing(lone: World) -> None:
    lone.submit("a")
    lone.do(1)
    lone.told()
    lone.cancel("a", "never heard of", group="nor of this")
    assert lone.told() == []


# -- clients ---------------------------------------------------------------------------------------


def test_what_waits_in_a_client_is_shown_and_ends_with_it(world: World) -> None:
    core, board = world.core, world.core.board

    def is_shown(task: str) -> tuple[int, Status, str, str]:
        facts = board.facts(TaskId(task))
        assert facts is not None
        return facts.number, facts.status, facts.error, facts.cancel_asked_by

    for task in ("sent", "failed", "cancelled", "left"):
        core.on_waiting(world.seat, wire.Waiting(TaskId(task), task))
        core.on_waiting(world.seat, wire.Waiting(TaskId(task), task))  # says nothing new
    world.submit("sent")
    core.on_dropped(world.seat, wire.Dropped(TaskId("sent"), "too late"), world.now)
    core.on_dropped(world.seat, wire.Dropped(TaskId("failed"), "ValueError"), world.now)
    core.on_dropped(world.seat, wire.Dropped(TaskId("cancelled"), asked_by="top"), world.now)
    core.on_dropped(world.seat, wire.Dropped(TaskId("unheard of")), world.now)
    assert board.counts[Status.WAITING] == 1
    core.on_client_gone(world.seat, world.now)
    assert is_shown("sent")[0] == 1
    assert is_shown("failed") == (2, Status.FAILED, "ValueError", "")
    assert is_shown("cancelled") == (3, Status.CANCELLED, "", "top")
    assert is_shown("left") == (4, Status.CANCELLED, "", "its client ended")
    core.on_waiting(world.seat, wire.Waiting(TaskId("late"), "late"))
    assert board.facts(TaskId("late")) is None


def test_a_client_that_is_gone_has_its_tasks_stopped_and_is_told_nothing(world: World) -> None:
    other = world.core.sit("other")
    world.submit("a", "b", "c")
    world.submit("x", seat=other)
    seq = world.take(1)
    world.core.on_client_gone(world.seat, world.now)
    assert world.workers[1].interrupts == [seq]
    assert world.inboxes() == [0, 1, 0], "only the other client's is left"
    world.report(1, bench_link.VALUE, seq, data=b"client-1.r", is_blob=True)
    assert world.removed == ["client-1.r"]
    world.do(2)
    assert world.told() == []
    assert world.told(other) == [("x", "result")]
    world.submit("late")
    assert world.inboxes() == [0, 0, 0], "nor is anything of it taken in"


def test_a_payload_s_file_goes_with_its_task(lone: World) -> None:
    lone.submit("a", blob="client-a.a")
    lone.do(1)
    lone.submit("b", "c", blob="client-b.a")
    lone.cancel("c")
    assert lone.removed == ["client-a.a", "client-b.a"]


def overdue(world: World, name: str) -> None:
    world.core.on_cancel(world.seat, wire.Cancel([TaskId(name)], overdue=True), world.now)


def test_a_task_over_its_time_limit_is_shown_as_failed(lone: World) -> None:
    lone.submit("a")
    seq = lone.take(1)
    overdue(lone, "a")
    overdue(lone, "a")
    facts = lone.core.board.facts(TaskId("a"))
    assert facts is not None
    assert (facts.status, facts.cancel_asked_by) == (Status.CANCELLING, "its time limit")
    lone.report(1, bench_link.INTERRUPTED, seq)
    facts = lone.core.board.facts(TaskId("a"))
    assert facts is not None
    assert facts.status is Status.FAILED
    assert facts.error == "TaskTimeout: over its time limit; interrupted"
    assert (facts.cancel_asked_at, facts.cancel_resolution) == (None, None)
    assert lone.told() == [("a", "interrupted")], "the client makes of it what it is"


def test_a_window_may_cancel_what_is_over_its_time_limit(lone: World) -> None:
    lone.submit("a")
    seq = lone.take(1)
    overdue(lone, "a")
    task_ids = [TaskId("a")]
    assert lone.core.cancel_from_window(task_ids, force=False, source="top", now=lone.now) == 1
    assert lone.core.cancel_from_window(task_ids, force=False, source="top", now=lone.now) == 1
    lone.report(1, bench_link.INTERRUPTED, seq)
    facts = lone.core.board.facts(TaskId("a"))
    assert facts is not None
    assert (facts.status, facts.cancel_asked_by) == (Status.CANCELLED, "top")
    assert lone.told() == [("a", "asked"), ("a", "interrupted")]


def test_a_tasks_tags_and_attempt_are_on_the_board(lone: World) -> None:
    lone.submit("a", tags=("night",), attempt=3)
    facts = lone.core.board.facts(TaskId("a"))
    assert facts is not None
    assert (facts.tags, facts.attempt) == (("night",), 3)


def test_a_window_s_cancel_tells_the_client_who_asked(lone: World) -> None:
    lone.submit("a", "b")
    lone.take(1)
    accepted = lone.core.cancel_from_window(
        [TaskId("a"), TaskId("b"), TaskId("z")], force=False, source="notebook", now=lone.now
    )
    assert accepted == 2
    assert lone.told() == [("a", "asked"), ("b", "asked"), ("b", "never started")]
