"""`SchedulerCore`, step by step: how a task is stopped, and what is reported about it."""

from __future__ import annotations

from scheduler_fixture import GRACE, SHORT_NS, FakeWorker, World, prefetching

from scaler_lab.core.messages import GroupId
from scaler_lab.core.state_machine import Resolution
from scaler_lab.engines.local import protocol, worker_ipc
from scaler_lab.engines.local.scheduler.cancelling import INTERRUPT_RETRY_INTERVAL


def test_a_queued_task_never_starts(lone: World) -> None:
    lone.submit("a", "b")
    lone.cancel("b")
    assert lone.messages_to() == [("b", "never_started")]
    lone.do(1)
    assert lone.inboxes() == [0]


def test_cancelled_tasks_leave_the_queue_although_no_worker_is_free(lone: World) -> None:
    lone.submit("long")
    names = [str(n) for n in range(1_000)]
    for priority in (-1, 0, 1):
        lone.submit(*[f"{priority} {name}" for name in names], priority=priority)
    left = [f"{priority} {n}" for n in (7, 500) for priority in (1, 0, -1)]
    lone.cancel(*[f"{p} {n}" for p in (-1, 0, 1) for n in names if f"{p} {n}" not in left])
    client = lone.client
    kept = [client.queue, *client.lanes.values()]
    assert sum(map(len, kept)) < 200
    lone.messages_to()
    lone.do(1, took_ns=10**9)
    for _ in left:
        lone.do(1, took_ns=10**9)
    order = [task for task, _ in lone.messages_to()]
    assert order == ["long", "1 7", "1 500", "0 7", "0 500", "-1 7", "-1 500"]
    assert not client.queue
    assert not client.n_stale


def test_a_task_sent_ahead_is_recalled_and_its_neighbours_keep_their_order(lone: World) -> None:
    prefetching(lone, 1)
    lone.submit(*"abcde")
    lone.take(1)
    lone.cancel("c")
    assert lone.messages_to() == [("c", "never_started")]
    assert not lone.workers[1].interrupts
    lone.report(1, worker_ipc.VALUE, lone.workers[1].begun[0], took_ns=SHORT_NS)
    for _ in range(3):
        lone.do(1)
    assert [task for task, _ in lone.messages_to()] == list("abde")


def test_a_running_task_is_interrupted_again_and_again_then_killed(lone: World) -> None:
    lone.submit("a")
    seq = lone.take(1)
    lone.cancel("a")
    lone.cancel("a")
    worker = lone.workers[1]
    assert worker.interrupts == [seq], "asking again changes nothing"
    lone.wait(GRACE - 0.001)
    assert set(worker.interrupts) == {seq}
    assert len(worker.interrupts) == int(GRACE / INTERRUPT_RETRY_INTERVAL)
    assert killed_at_last(lone, worker) == (False, True)
    assert [what for _, what in lone.messages_to()] == ["started"]
    lone.die(1, killed=2)
    [killed] = lone.client.outbox
    assert isinstance(killed, protocol.Confirm)
    assert killed.resolution is Resolution.KILLED
    assert killed.detail == "SIGKILL after a grace period of 0.5 s; 2 child processes too"


def killed_at_last(world: World, worker: FakeWorker) -> tuple[bool, bool]:
    """Whether it was killed: now, and two milliseconds later."""
    before = worker.is_killed
    world.wait(0.002)
    return before, worker.is_killed


def test_an_interrupted_task_is_reported_as_such_and_the_worker_stays(lone: World) -> None:
    lone.submit("a", "b")
    seq = lone.take(1)
    lone.cancel("a")
    assert lone.inboxes() == [0], "nothing is sent where a kill may follow"
    lone.report(1, worker_ipc.INTERRUPTED, seq)
    assert lone.messages_to() == [("a", "interrupted")]
    assert lone.inboxes() == [1]
    lone.wait(2 * GRACE)
    assert not lone.workers[1].is_killed
    lone.do(1)
    assert [task for task, _ in lone.messages_to()][-1] == "b"


def test_a_result_that_beats_the_cancel_is_reported_without_its_value(lone: World) -> None:
    lone.submit("a")
    seq = lone.take(1)
    lone.cancel("a")
    lone.report(1, worker_ipc.VALUE, seq, data=b"client-1.r", is_blob=True)
    [result] = lone.client.outbox
    assert isinstance(result, protocol.Result)
    assert (result.data, result.blob) == (b"", "")
    assert lone.removed == ["client-1.r"]


def test_a_task_skipped_by_its_worker_never_started(lone: World) -> None:
    lone.submit("a")
    seq = lone.workers[1].inbox.pop()  # taken, and the CANCEL cell is there before it begins
    lone.cancel("a")
    lone.report(1, worker_ipc.SKIPPED, seq)
    assert lone.messages_to() == [("a", "never_started")]


def test_an_interrupt_is_over_when_its_task_is(lone: World) -> None:
    """The deadline of one must not hit the next."""
    lone.submit("a", "b")
    seq = lone.take(1)
    lone.cancel("a")
    lone.wait(GRACE - 0.01)
    lone.report(1, worker_ipc.VALUE, seq)
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
    assert lone.messages_to() == [("a", "killed")]


def test_a_group_is_stopped_whole(world: World) -> None:
    world.submit("a", "b", "c", group=GroupId("g"))
    world.submit("x")
    world.take(1)
    world.take(2)
    world.cancel(group="g")
    assert world.messages_to() == [("c", "never_started")]
    assert world.workers[1].interrupts
    assert world.workers[2].interrupts


def test_cancels_of_what_is_unknown_or_answered_do_nothing(lone: World) -> None:
    lone.submit("a")
    lone.do(1)
    lone.messages_to()
    lone.cancel("a", "never heard of", group="nor of this")
    assert lone.messages_to() == []
