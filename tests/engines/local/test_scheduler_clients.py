"""`SchedulerCore`, move by move: what it keeps and shows for its clients, what ends with them."""

from __future__ import annotations

from scheduler_fixture import World

from scaler_lab.core.messages import TaskId
from scaler_lab.core.state_machine import Status
from scaler_lab.engines.local import protocol, worker_ipc


def test_what_waits_in_a_client_is_shown_and_ends_with_it(world: World) -> None:
    core, board = world.core, world.core.board

    def is_shown(task: str) -> tuple[int, Status, str, str]:
        info = board.info(TaskId(task))
        assert info is not None
        return info.number, info.status, info.error, info.cancel_requested_by

    for task in ("sent", "failed", "cancelled", "left"):
        core.on_waiting(world.client, protocol.Waiting(TaskId(task), task))
        core.on_waiting(world.client, protocol.Waiting(TaskId(task), task))  # says nothing new
    world.submit("sent")
    core.on_dropped(world.client, protocol.Dropped(TaskId("sent"), "too late"), world.now)
    core.on_dropped(world.client, protocol.Dropped(TaskId("failed"), "ValueError"), world.now)
    core.on_dropped(
        world.client, protocol.Dropped(TaskId("cancelled"), requested_by="top"), world.now
    )
    core.on_dropped(world.client, protocol.Dropped(TaskId("unheard of")), world.now)
    assert board.counts[Status.WAITING] == 1
    core.on_client_gone(world.client, world.now)
    assert is_shown("sent")[0] == 1
    assert is_shown("failed") == (2, Status.FAILED, "ValueError", "")
    assert is_shown("cancelled") == (3, Status.CANCELLED, "", "top")
    assert is_shown("left") == (4, Status.CANCELLED, "", "its client ended")
    core.on_waiting(world.client, protocol.Waiting(TaskId("late"), "late"))
    assert board.info(TaskId("late")) is None


def test_a_client_that_is_gone_has_its_tasks_stopped_and_is_told_nothing(world: World) -> None:
    other = world.core.add_client("other")
    world.submit("a", "b", "c")
    world.submit("x", client=other)
    seq = world.take(1)
    world.core.on_client_gone(world.client, world.now)
    assert world.workers[1].interrupts == [seq]
    assert world.inboxes() == [0, 1, 0], "only the other client's is left"
    world.report(1, worker_ipc.VALUE, seq, data=b"client-1.r", is_blob=True)
    assert world.removed == ["client-1.r"]
    world.do(2)
    assert world.messages_to() == []
    assert world.messages_to(other) == [("x", "result")]
    world.submit("late")
    assert world.inboxes() == [0, 0, 0], "nor is anything of it taken in"


def test_a_payload_s_file_goes_with_its_task(lone: World) -> None:
    lone.submit("a", blob="client-a.a")
    lone.do(1)
    lone.submit("b", "c", blob="client-b.a")
    lone.cancel("c")
    assert lone.removed == ["client-a.a", "client-b.a"]


def overdue(world: World, name: str) -> None:
    world.core.on_cancel(world.client, protocol.Cancel([TaskId(name)], overdue=True), world.now)


def test_a_task_over_its_time_limit_is_shown_as_failed(lone: World) -> None:
    lone.submit("a")
    seq = lone.take(1)
    overdue(lone, "a")
    overdue(lone, "a")
    info = lone.core.board.info(TaskId("a"))
    assert info is not None
    assert (info.status, info.cancel_requested_by) == (Status.CANCELLING, "its time limit")
    lone.report(1, worker_ipc.INTERRUPTED, seq)
    info = lone.core.board.info(TaskId("a"))
    assert info is not None
    assert info.status is Status.FAILED
    assert info.error == "TaskTimeout: exceeded its time limit; interrupted"
    assert (info.cancel_requested_at, info.cancel_resolution) == (None, None)
    assert lone.messages_to() == [("a", "interrupted")], "the client makes of it what it is"


def test_a_window_may_cancel_what_is_over_its_time_limit(lone: World) -> None:
    lone.submit("a")
    seq = lone.take(1)
    overdue(lone, "a")
    task_ids = [TaskId("a")]
    assert lone.core.cancel_from_view(task_ids, force=False, source="top", now=lone.now) == 1
    assert lone.core.cancel_from_view(task_ids, force=False, source="top", now=lone.now) == 1
    lone.report(1, worker_ipc.INTERRUPTED, seq)
    info = lone.core.board.info(TaskId("a"))
    assert info is not None
    assert (info.status, info.cancel_requested_by) == (Status.CANCELLED, "top")
    assert lone.messages_to() == [("a", "cancelrequested"), ("a", "interrupted")]


def test_a_tasks_tags_and_attempt_are_on_the_board(lone: World) -> None:
    lone.submit("a", tags=("night",), attempt=3)
    info = lone.core.board.info(TaskId("a"))
    assert info is not None
    assert (info.tags, info.attempt) == (("night",), 3)


def test_a_window_s_cancel_tells_the_client_who_asked(lone: World) -> None:
    lone.submit("a", "b")
    lone.take(1)
    accepted = lone.core.cancel_from_view(
        [TaskId("a"), TaskId("b"), TaskId("z")], force=False, source="notebook", now=lone.now
    )
    assert accepted == 2
    assert lone.messages_to() == [
        ("a", "cancelrequested"),
        ("b", "cancelrequested"),
        ("b", "never_started"),
    ]
