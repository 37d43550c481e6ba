"""`FutureManager`: where cancels go out, and verdicts come in."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import gc
import itertools
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import wait

import pytest

from scaler_lab import Board, EngineLost, Resolution, Status
from scaler_lab.core.commands import EngineCommands
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.future_manager import FutureManager
from scaler_lab.core.messages import (
    EngineGone,
    GroupId,
    InMemoryPayload,
    ResultKind,
    Task,
    TaskAnnotations,
    TaskCancel,
    TaskCancelConfirm,
    TaskCancelRequested,
    TaskId,
    TaskResult,
    TaskStarted,
)

TIMEOUT = 10.0


class RecordingEngine(EngineCommands):
    """Records cancels.  `during_submit` is called while the engine accepts tasks."""

    def __init__(self) -> None:
        self.cancels: list[TaskCancel] = []
        self.during_submit: Callable[[list[TaskId]], object] = len

    def submit(self, tasks: Sequence[Task]) -> None:
        self.during_submit([task.task_id for task in tasks])

    def request_cancel(self, cancel: TaskCancel) -> None:
        self.cancels.append(cancel)


class ManagerFixture:
    """A manager, and the engine that receives its commands."""

    def __init__(self, board: Board | None = None) -> None:
        self.engine = RecordingEngine()
        self.sent = self.engine.cancels
        self.manager = FutureManager(Board() if board is None else board, self.engine)
        self._count = itertools.count(1)

    def submit(
        self,
        n: int,
        group: str | None = None,
        meanwhile: Callable[[list[ScalerFuture[object]]], object] = len,
    ) -> list[ScalerFuture[object]]:
        """Submit *n* tasks; *meanwhile* gets their futures before the engine has the tasks."""

        def during_submit(task_ids: list[TaskId]) -> None:
            found = map(self.manager.find, task_ids)
            meanwhile([future for future in found if future is not None])

        self.engine.during_submit = during_submit
        annotations = TaskAnnotations(None if group is None else GroupId(group))
        tasks = [
            Task(TaskId(f"{id(self):x}-{next(self._count)}"), "task", len, annotations=annotations)
            for _ in range(n)
        ]
        return self.manager.submit(tasks)


@pytest.fixture
def fixture() -> Iterator[ManagerFixture]:
    fixture = ManagerFixture()
    yield fixture
    fixture.manager.close()


def result(future: ScalerFuture[object], value: object = None) -> TaskResult:
    return TaskResult(future.task_id, ResultKind.SUCCESS, InMemoryPayload(value))


# -- cancels ---------------------------------------------------------------------------------------


def test_a_cancel_does_not_overtake_its_task(fixture: ManagerFixture) -> None:
    def cancel_first(futures: list[ScalerFuture[object]]) -> None:
        assert fixture.manager.request_cancel(futures[:1]) == 1
        assert futures[0].status is Status.CANCELLING
        assert fixture.sent == [], "the engine doesn't know the task yet"

    futures = fixture.submit(2, meanwhile=cancel_first)
    assert fixture.sent == [TaskCancel((futures[0].task_id,))]


def test_a_forced_cancel_before_sending_is_sent_as_forced(fixture: ManagerFixture) -> None:
    def cancel_twice(futures: list[ScalerFuture[object]]) -> None:
        fixture.manager.request_cancel(futures)
        fixture.manager.request_cancel(futures, force=True)

    futures = fixture.submit(1, meanwhile=cancel_twice)
    assert fixture.sent == [TaskCancel((futures[0].task_id,), force=True)]


def test_force_applies_only_to_the_futures_it_was_requested_for(fixture: ManagerFixture) -> None:
    def cancel_both(futures: list[ScalerFuture[object]]) -> None:
        fixture.manager.request_cancel(futures[:1])
        fixture.manager.request_cancel(futures[1:], force=True)

    plain, forced = fixture.submit(2, meanwhile=cancel_both)
    assert sorted(fixture.sent, key=lambda cancel: cancel.force) == [
        TaskCancel((plain.task_id,)),
        TaskCancel((forced.task_id,), force=True),
    ]


def test_a_verdict_before_sending_leaves_nothing_to_send(fixture: ManagerFixture) -> None:
    def cancel_and_end(futures: list[ScalerFuture[object]]) -> None:
        fixture.manager.request_cancel(futures)
        fixture.manager.on_task_result(result(futures[0]))

    futures = fixture.submit(1, meanwhile=cancel_and_end)
    assert fixture.sent == []
    assert futures[0].cancelled()


def test_many_cancels_are_one_message(fixture: ManagerFixture) -> None:
    futures = fixture.submit(5)
    fixture.manager.on_task_result(result(futures[0]))
    futures[1].request_cancel()
    assert fixture.manager.request_cancel(futures) == 4, "one was done before"
    assert fixture.sent == [
        TaskCancel((futures[1].task_id,)),
        TaskCancel(tuple(future.task_id for future in futures[2:])),
    ]


def test_cancelling_nothing_sends_nothing(fixture: ManagerFixture) -> None:
    assert fixture.manager.request_cancel([]) == 0
    assert fixture.sent == []


def test_views_cancel_by_id_and_strangers_count_as_done(fixture: ManagerFixture) -> None:
    future = fixture.submit(1)[0]
    ids = [future.task_id, TaskId("f" * 32)]
    assert fixture.manager.request_cancel_by_id(ids, source="terminal") == 1
    info = fixture.manager.board.info(future.task_id)
    assert info is not None
    assert info.cancel_requested_by == "terminal"
    assert fixture.sent == [TaskCancel((future.task_id,))]


def test_an_atomic_group_is_cancelled_by_any_member_with_one_message(
    fixture: ManagerFixture,
) -> None:
    group = fixture.submit(3, group="g")
    other = fixture.submit(1)[0]
    assert group[1].request_cancel()
    assert len(fixture.sent) == 1
    assert fixture.sent[0].group == "g"
    assert set(fixture.sent[0].task_ids) == {future.task_id for future in group}
    assert [future.status for future in group] == [Status.CANCELLING] * 3
    assert other.status is Status.QUEUED


def test_a_done_member_of_an_atomic_group_stops_no_other_member(fixture: ManagerFixture) -> None:
    done, other = fixture.submit(2, group="g")
    fixture.manager.on_task_result(result(done))
    assert not done.request_cancel()
    assert other.status is Status.QUEUED
    assert fixture.sent == []


def test_a_cancelled_member_of_an_atomic_group_forces_no_other_member(
    fixture: ManagerFixture,
) -> None:
    """Found by a simulation: the other member was killed within its grace period."""
    done, other = fixture.submit(2, group="g")
    assert other.request_cancel()
    fixture.manager.on_task_cancel_confirm(
        TaskCancelConfirm(done.task_id, Resolution.NEVER_STARTED)
    )
    assert done.request_cancel(force=True)
    assert [cancel.force for cancel in fixture.sent] == [False]


def test_no_lock_is_held_while_the_engine_receives_a_cancel(fixture: ManagerFixture) -> None:
    snapshots: list[object] = []
    board = fixture.manager.board

    class ReadingEngine(RecordingEngine):
        def request_cancel(self, cancel: TaskCancel) -> None:
            del cancel
            thread = threading.Thread(target=lambda: snapshots.append(board.snapshot()))
            thread.start()
            thread.join(TIMEOUT)

    manager = FutureManager(board, ReadingEngine())
    manager.request_cancel(manager.submit([Task(TaskId("a"), "task", len)]))
    assert len(snapshots) == 1


# -- events ----------------------------------------------------------------------------------------


def test_a_batch_of_events_is_one_ring(fixture: ManagerFixture) -> None:
    futures = fixture.submit(3)
    rings: list[int] = []
    fixture.manager.board.subscribe(lambda: rings.append(fixture.manager.board.version))
    fixture.manager.on_events([result(future) for future in futures])
    assert rings == [fixture.manager.board.version]


def test_events_of_strangers_change_nothing(fixture: ManagerFixture) -> None:
    foreign_client = TaskId("f" * 32)
    before = fixture.manager.board.version
    fixture.manager.on_events(
        (
            TaskStarted(foreign_client),
            TaskResult(foreign_client, ResultKind.SUCCESS, InMemoryPayload(1)),
            TaskCancelConfirm(foreign_client, Resolution.KILLED),
            TaskCancelRequested(foreign_client),
        )
    )
    assert fixture.manager.board.version == before


def test_what_is_not_an_event_is_logged_and_the_rest_counts(
    fixture: ManagerFixture, caplog: pytest.LogCaptureFixture
) -> None:
    future = fixture.submit(1)[0]
    with caplog.at_level(logging.ERROR):
        fixture.manager.on_events(("nonsense", result(future, 1)))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert "nonsense" in caplog.text
    assert future.result(0) == 1


def test_a_confirmation_without_a_request_ends_cancelled(fixture: ManagerFixture) -> None:
    future = fixture.submit(1)[0]
    fixture.manager.on_task_cancel_confirm(TaskCancelConfirm(future.task_id, Resolution.KILLED))
    assert future.cancelled()
    assert future.cancel_resolution is Resolution.KILLED
    assert future.cancel_seconds is None, "nobody here requested it"


def test_a_cancel_requested_elsewhere_is_shown_and_not_requested_again(
    fixture: ManagerFixture,
) -> None:
    future = fixture.submit(1)[0]
    fixture.manager.on_events((TaskCancelRequested(future.task_id, "top"),))
    assert future.status is Status.CANCELLING
    assert future.request_cancel()
    assert fixture.sent == []
    info = fixture.manager.board.info(future.task_id)
    assert info is not None
    assert info.cancel_requested_by == "top"
    fixture.manager.on_task_result(result(future))
    assert future.cancelled(), "R3 holds whoever asked"


def test_a_lost_engine_settles_all_and_takes_no_more(fixture: ManagerFixture) -> None:
    asked, plain = fixture.submit(2)
    asked.request_cancel()
    fixture.manager.on_events((EngineGone("it was unplugged"),))
    assert asked.cancelled()
    assert asked.cancel_resolution is Resolution.LOST
    with pytest.raises(EngineLost, match="it was unplugged"):
        plain.result(0)
    with pytest.raises(EngineLost, match="it was unplugged"):
        fixture.submit(1)
    assert fixture.manager.open_futures == []


def test_two_clients_on_one_board_lose_their_own_tasks_only() -> None:
    board = Board()
    lost, sound = ManagerFixture(board), ManagerFixture(board)
    of_lost, of_sound = lost.submit(1)[0], sound.submit(1)[0]
    lost.manager.on_events((EngineGone("it was unplugged"),))
    assert of_lost.status is Status.FAILED
    assert of_sound.status is Status.QUEUED
    assert [info.number for info in board.snapshot().tasks] == [1, 2]


# -- withdrawing, remembering, ending --------------------------------------------------------------


def test_withdrawn_tasks_are_as_if_they_had_never_been(fixture: ManagerFixture) -> None:
    def refuse(_futures: object) -> None:
        raise EngineLost("it accepts nothing")

    with pytest.raises(EngineLost, match="accepts nothing"):
        fixture.submit(2, group="g", meanwhile=refuse)
    assert fixture.manager.futures == []
    assert len(fixture.manager.board) == 0
    assert fixture.manager.wait_all_done(0)
    group = fixture.submit(1, group="g")
    group[0].request_cancel()
    assert fixture.sent == [TaskCancel((group[0].task_id,), group=GroupId("g"))]


def test_done_futures_are_remembered_for_as_long_as_somebody_holds_them(
    fixture: ManagerFixture,
) -> None:
    kept = fixture.submit(2)
    fixture.manager.on_events([result(future) for future in kept])
    for _ in range(6):
        dropped = fixture.submit(4)
        fixture.manager.on_events([result(future) for future in dropped])
        del dropped
    gc.collect()
    still_open = fixture.submit(1)
    assert fixture.manager.futures == [*kept, *still_open]
    assert fixture.manager.open_futures == still_open
    remembered = fixture.manager._registry._done
    assert len(remembered) == 2, "nothing is left of those that nobody holds"
    del kept
    gc.collect()
    assert not remembered


def test_all_done_is_said_when_the_futures_are_done_too(fixture: ManagerFixture) -> None:
    """The board is updated first, but a thread that waits for the end finds the futures settled."""
    future = fixture.submit(1)[0]
    telling = threading.Thread(target=fixture.manager.on_task_result, args=(result(future),))
    go_on = threading.Event()

    class Slow:
        def add_result(self, _future: object) -> None:
            go_on.wait(TIMEOUT)

    assert future.add_waiter(Slow())
    telling.start()
    assert not fixture.manager.wait_all_done(0.2), "the future is telling those who wait for it"
    go_on.set()
    assert fixture.manager.wait_all_done(TIMEOUT)
    assert future.done()
    telling.join()


def test_events_may_come_from_several_threads_at_once(fixture: ManagerFixture) -> None:
    futures = fixture.submit(400)

    def tell(mine: list[ScalerFuture[object]]) -> None:
        for future in mine:
            fixture.manager.on_events((TaskStarted(future.task_id), result(future, future.task_id)))

    threads = [threading.Thread(target=tell, args=(futures[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    assert not wait(futures, TIMEOUT).not_done
    assert all(future.result(0) == future.task_id for future in futures)
    for thread in threads:
        thread.join()
