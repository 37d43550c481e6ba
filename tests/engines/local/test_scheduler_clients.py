"""`SchedulerCore`, move by move: what it keeps and shows for its clients, what ends with them."""

from __future__ import annotations

import pytest
from scheduler_fixture import World

from scaler_lab.core.messages import RetriedOn, TaskId
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
        world.client,
        protocol.Dropped(TaskId("cancelled"), requested_by="top", cancel_requested=True),
        world.now,
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


def _fail(world: World, seq: int) -> None:
    world.report(1, worker_ipc.ERROR, seq, data=b"", error="ValueError: no\0the traceback")


def _shown(world: World) -> list[tuple[str, Status, int, str, str]]:
    return [
        (info.task_id, info.status, info.attempt, info.error, info.detail)
        for info in world.core.board.snapshot().tasks
    ]


def test_the_attempts_of_a_task_are_one_row_that_is_retrying_between_them(lone: World) -> None:
    on = RetriedOn.EXCEPTION | RetriedOn.WORKER_DEATH
    lone.submit("first", retried_on=on)
    _fail(lone, lone.take(1))
    note = "attempt 1: ValueError: no"
    assert _shown(lone) == [("first", Status.RETRYING, 1, "", note)]
    assert lone.core.board.counts[Status.FAILED] == 0
    assert lone.core.reporter.traceback(TaskId("first")) == "the traceback"
    lone.submit("second", attempt=2, first_id=TaskId("first"), retried_on=on)
    assert _shown(lone) == [("first", Status.QUEUED, 2, "", note)]
    _fail(lone, lone.take(1))
    lone.submit("third", attempt=3, first_id=TaskId("first"))
    seq = lone.take(1)
    assert lone.core.views.cancel([TaskId("first")], force=False, source="top", now=lone.now) == 1
    assert lone.workers[1].interrupts == [seq], "views know the task by its first id"
    lone.report(1, worker_ipc.INTERRUPTED, seq)
    [(task, status, attempt, _, _)] = _shown(lone)
    assert (task, status, attempt) == ("first", Status.CANCELLED, 3)


def test_an_attempt_whose_end_is_not_retried_has_failed(lone: World) -> None:
    lone.submit("dies", retried_on=RetriedOn.WORKER_DEATH)
    _fail(lone, lone.take(1))
    [(_, status, _, error, _)] = _shown(lone)
    assert (status, error) == (Status.FAILED, "ValueError: no")


def test_a_client_that_does_not_try_again_reports_the_failure(lone: World) -> None:
    lone.submit("a", "b", retried_on=RetriedOn.EXCEPTION)
    _fail(lone, lone.take(1))
    _fail(lone, lone.take(1))
    lone.core.on_dropped(lone.client, protocol.Dropped(TaskId("a"), "ValueError: no"), lone.now)
    lone.core.on_client_gone(lone.client, lone.now)
    statuses = [(status, error) for _, status, _, error, _ in _shown(lone)]
    assert statuses == [(Status.FAILED, "ValueError: no"), (Status.CANCELLED, "")]
    assert lone.core.reporter.traceback(TaskId("a")) == "the traceback"


def test_a_cancel_from_a_view_stops_a_task_that_its_client_is_just_submitting(lone: World) -> None:
    lone.core.on_waiting(lone.client, protocol.Waiting(TaskId("a"), "a"))
    lone.core.views.cancel([TaskId("a")], force=False, source="top", now=lone.now)
    lone.submit("a")
    assert lone.messages_to() == [("a", "cancelrequested"), ("a", "never_started")]
    info = lone.core.board.info(TaskId("a"))
    assert info is not None
    assert (info.status, info.cancel_requested_by) == (Status.CANCELLED, "top")


def test_the_time_that_a_cancel_took_is_measured_here_and_sent(lone: World) -> None:
    lone.submit("a")
    seq = lone.take(1)
    lone.core.views.cancel([TaskId("a")], force=False, source="top", now=lone.now)
    lone.now += 0.25
    lone.report(1, worker_ipc.INTERRUPTED, seq)
    [confirm] = [m for m in lone.client.outbox if isinstance(m, protocol.Confirm)]
    assert confirm.cancel_seconds == pytest.approx(0.25)
    info = lone.core.board.info(TaskId("a"))
    assert info is not None
    assert info.cancel_seconds == confirm.cancel_seconds


def test_the_tasks_of_a_client_that_is_gone_are_stopped_without_a_report(world: World) -> None:
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


def test_a_view_may_cancel_what_is_over_its_time_limit(lone: World) -> None:
    lone.submit("a")
    seq = lone.take(1)
    overdue(lone, "a")
    task_ids = [TaskId("a")]
    assert lone.core.views.cancel(task_ids, force=False, source="top", now=lone.now) == 1
    assert lone.core.views.cancel(task_ids, force=False, source="top", now=lone.now) == 1
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


def test_a_view_s_cancel_names_the_view_to_the_client(lone: World) -> None:
    lone.submit("a", "b")
    lone.take(1)
    accepted = lone.core.views.cancel(
        [TaskId("a"), TaskId("b"), TaskId("z")], force=False, source="notebook", now=lone.now
    )
    assert accepted == 2
    assert lone.messages_to() == [
        ("a", "cancelrequested"),
        ("b", "cancelrequested"),
        ("b", "never_started"),
    ]
