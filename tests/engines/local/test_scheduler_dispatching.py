"""`SchedulerCore`, move by move: which task goes to which worker, when and in what order."""

from __future__ import annotations

from scheduler_fixture import World, prefetching

from scaler_lab.engines.local.scheduler.dispatching import LONG_TASK_NS, PREFETCH_MAX, STUCK_SECONDS
from scaler_lab.engines.local.scheduler.state import POLL_INTERVAL

MILLISECOND = 1_000_000


def test_long_tasks_are_not_sent_ahead(lone: World) -> None:
    lone.submit("a", "b", "c")
    assert lone.inboxes() == [1]
    lone.do(1, took_ns=2 * LONG_TASK_NS)
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
    assert 1 < depths[0] < depths[-1] == PREFETCH_MAX


def test_a_long_task_ends_sending_ahead(lone: World) -> None:
    prefetching(lone, 1)
    lone.submit(*(f"t{n}" for n in range(10)))
    for _ in range(3):
        lone.do(1, took_ns=20 * MILLISECOND)
    while lone.workers[1].inbox:
        lone.do(1, took_ns=20 * MILLISECOND)
    lone.submit("a", "b")
    assert lone.inboxes() == [1]


def test_inboxes_are_filled_evenly(world: World) -> None:
    prefetching(world, 1, 2)
    world.submit(*(f"t{n}" for n in range(20)))
    assert world.inboxes() == [10, 10, 0]


def test_what_waits_behind_a_long_task_is_taken_back_and_runs_elsewhere(world: World) -> None:
    prefetching(world, 1, 2)
    world.submit(*(f"t{n}" for n in range(20)))
    world.take(1)
    while world.workers[2].inbox:
        world.do(2)
    world.messages_to()
    world.wait(STUCK_SECONDS + POLL_INTERVAL)
    assert world.inboxes() == [0, 9, 0]
    assert world.messages_to() == [("t0", "started")]
    world.submit("later")
    assert world.inboxes() == [0, 10, 0], "nothing goes behind it until it reports"


def test_a_start_is_reported_only_for_tasks_that_run_for_a_moment(lone: World) -> None:
    lone.submit("a")
    lone.do(1)
    assert lone.messages_to() == [("a", "result")]
    lone.submit("b")
    lone.take(1)
    lone.wait(2 * POLL_INTERVAL)
    assert lone.messages_to() == [("b", "started")]


def test_clients_take_turns(lone: World) -> None:
    other = lone.core.add_client("other")
    lone.submit(*"abcd")
    lone.submit(*"wxyz", client=other)
    for _ in range(8):
        lone.do(1, took_ns=LONG_TASK_NS)
    everything = (
        [task for task, _ in lone.messages_to()],
        [task for task, _ in lone.messages_to(other)],
    )
    assert everything == (list("abcd"), list("wxyz"))
    lone.submit(*"efgh")
    lone.submit(*"1234", client=other)
    while lone.workers[1].inbox:
        lone.do(1, took_ns=LONG_TASK_NS)
        assert abs(len(lone.client.outbox) - len(other.outbox)) <= 2  # who was first stays ahead


def test_a_full_inbox_holds_the_order(lone: World) -> None:
    prefetching(lone, 1)
    lone.inbox_capacity = 3
    lone.submit(*"abcdef")
    assert lone.inboxes() == [3]
    for _ in range(6):
        lone.do(1)
    assert [task for task, _ in lone.messages_to()] == list("abcdef")


def test_higher_priorities_go_first_among_one_clients_queued(lone: World) -> None:
    other = lone.core.add_client("other")
    lone.submit("running")
    lone.submit("low", priority=-1)
    lone.submit("plain")
    lone.submit("high", "high too", priority=5)
    lone.submit("gone", "higher", priority=9)
    lone.submit("x", "y", client=other)
    lone.cancel("gone")
    while lone.workers[1].inbox:
        lone.do(1, took_ns=LONG_TASK_NS)
    mine = [task for task, what in lone.messages_to() if what == "result"]
    assert mine == ["running", "higher", "high", "high too", "plain", "low"]
    assert [task for task, _ in lone.messages_to(other)] == ["x", "y"]
    lone.submit("late", priority=5)
    lone.do(1)
    assert lone.messages_to() == [("late", "result")], "its lane had been empty"


def test_a_full_inbox_holds_the_order_of_priorities_too(lone: World) -> None:
    prefetching(lone, 1)
    lone.inbox_capacity = 3
    lone.submit(*"abcdef", priority=1)
    assert lone.inboxes() == [3]
    for _ in range(6):
        lone.do(1)
    assert [task for task, _ in lone.messages_to()] == list("abcdef")


def test_a_task_submitted_twice_runs_once(lone: World) -> None:
    lone.submit("a", "a")
    lone.do(1)
    lone.submit("b")
    assert lone.inboxes() == [1]
