"""`SchedulerCore`, move by move: what it keeps and shows for its clients, what ends with them."""

from __future__ import annotations

from scheduler_world import World

from scaler_lab.core.messages import TaskId
from scaler_lab.core.state_machine import Status
from scaler_lab.engines.local import protocol, worker_ipc


def test_what_waits_in_a_client_is_shown_and_ends_with_it(world: World) -> None:
    core, board = world.core, world.core.board

    def is_shown(task: str) -> tuple[int, Status, str, str]:
        facts = board.facts(TaskId(task))
        assert facts is not None
        return facts.number, facts.status, facts.error, facts.cancel_asked_by

    for task in ("sent", "failed", "cancelled", "left"):
        core.on_waiting(world.seat, protocol.Waiting(TaskId(task), task))
        core.on_waiting(world.seat, protocol.Waiting(TaskId(task), task))  # says nothing new
    world.submit("sent")
    core.on_dropped(world.seat, protocol.Dropped(TaskId("sent"), "too late"), world.now)
    core.on_dropped(world.seat, protocol.Dropped(TaskId("failed"), "ValueError"), world.now)
    core.on_dropped(world.seat, protocol.Dropped(TaskId("cancelled"), asked_by="top"), world.now)
    core.on_dropped(world.seat, protocol.Dropped(TaskId("unheard of")), world.now)
    assert board.counts[Status.WAITING] == 1
    core.on_client_gone(world.seat, world.now)
    assert is_shown("sent")[0] == 1
    assert is_shown("failed") == (2, Status.FAILED, "ValueError", "")
    assert is_shown("cancelled") == (3, Status.CANCELLED, "", "top")
    assert is_shown("left") == (4, Status.CANCELLED, "", "its client ended")
    core.on_waiting(world.seat, protocol.Waiting(TaskId("late"), "late"))
    assert board.facts(TaskId("late")) is None


def test_a_client_that_is_gone_has_its_tasks_stopped_and_is_told_nothing(world: World) -> None:
    other = world.core.sit("other")
    world.submit("a", "b", "c")
    world.submit("x", seat=other)
    seq = world.take(1)
    world.core.on_client_gone(world.seat, world.now)
    assert world.workers[1].interrupts == [seq]
    assert world.inboxes() == [0, 1, 0], "only the other client's is left"
    world.report(1, worker_ipc.VALUE, seq, data=b"client-1.r", is_blob=True)
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
    world.core.on_cancel(world.seat, protocol.Cancel([TaskId(name)], overdue=True), world.now)


def test_a_task_over_its_time_limit_is_shown_as_failed(lone: World) -> None:
    lone.submit("a")
    seq = lone.take(1)
    overdue(lone, "a")
    overdue(lone, "a")
    facts = lone.core.board.facts(TaskId("a"))
    assert facts is not None
    assert (facts.status, facts.cancel_asked_by) == (Status.CANCELLING, "its time limit")
    lone.report(1, worker_ipc.INTERRUPTED, seq)
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
    lone.report(1, worker_ipc.INTERRUPTED, seq)
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
