"""`FutureManager`: where cancels go out, and verdicts come in."""

from __future__ import annotations

import gc
import itertools
import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import wait

import pytest

from scaler_lab import Board, EngineLost, Resolution, Status
from scaler_lab.core import future_registry
from scaler_lab.core.board import TaskRecord
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.future_manager import FutureManager
from scaler_lab.core.messages import (
    EngineGone,
    GroupId,
    Opened,
    ResultKind,
    TaskCancel,
    TaskCancelAsked,
    TaskCancelConfirm,
    TaskId,
    TaskResult,
    TaskStarted,
)

PATIENCE_SECONDS = 10.0


class Desk:
    """A manager, what it sent, and records to hand in."""

    def __init__(self, board: Board | None = None) -> None:
        self.sent: list[TaskCancel] = []
        self.manager = FutureManager(Board() if board is None else board, self.sent.append)
        self._count = itertools.count(1)

    def records(self, n: int, group: str | None = None) -> list[TaskRecord]:
        return [
            TaskRecord(
                TaskId(f"{id(self):x}-{next(self._count)}"),
                "task",
                time.monotonic(),
                None if group is None else GroupId(group),
            )
            for _ in range(n)
        ]

    def hand_in(self, n: int, group: str | None = None) -> list[ScalerFuture[object]]:
        records = self.records(n, group)
        futures = self.manager.register(records)
        self.manager.mark_sent(records)
        return futures


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.manager.close()


def result(future: ScalerFuture[object], value: object = None) -> TaskResult:
    return TaskResult(future.task_id, ResultKind.SUCCESS, Opened(value))


# -- cancels ---------------------------------------------------------------------------------------


def test_a_cancel_does_not_overtake_its_task(desk: Desk) -> None:
    records = desk.records(2)
    futures = desk.manager.register(records)
    assert desk.manager.request_cancel(futures[:1]) == 1
    assert futures[0].status is Status.CANCELLING
    assert desk.sent == [], "the engine doesn't know the task yet"
    desk.manager.mark_sent(records)
    assert desk.sent == [TaskCancel((futures[0].task_id,))]


def test_a_forced_cancel_before_sending_is_sent_as_such(desk: Desk) -> None:
    records = desk.records(1)
    futures = desk.manager.register(records)
    desk.manager.request_cancel(futures)
    desk.manager.request_cancel(futures, force=True)
    desk.manager.mark_sent(records)
    assert desk.sent == [TaskCancel((futures[0].task_id,), force=True)]


def test_force_is_for_those_it_was_asked_of(desk: Desk) -> None:
    records = desk.records(2)
    plain, forced = desk.manager.register(records)
    desk.manager.request_cancel([plain])
    desk.manager.request_cancel([forced], force=True)
    desk.manager.mark_sent(records)
    assert sorted(desk.sent, key=lambda cancel: cancel.force) == [
        TaskCancel((plain.task_id,)),
        TaskCancel((forced.task_id,), force=True),
    ]


def test_a_verdict_before_sending_leaves_nothing_to_send(desk: Desk) -> None:
    records = desk.records(1)
    futures = desk.manager.register(records)
    desk.manager.request_cancel(futures)
    desk.manager.on_task_result(result(futures[0]))
    desk.manager.mark_sent(records)
    assert desk.sent == []
    assert futures[0].cancelled()


def test_many_cancels_are_one_message(desk: Desk) -> None:
    futures = desk.hand_in(5)
    desk.manager.on_task_result(result(futures[0]))
    futures[1].request_cancel()
    assert desk.manager.request_cancel(futures) == 4, "one was done before"
    assert desk.sent == [
        TaskCancel((futures[1].task_id,)),
        TaskCancel(tuple(future.task_id for future in futures[2:])),
    ]


def test_cancelling_nothing_sends_nothing(desk: Desk) -> None:
    assert desk.manager.request_cancel([]) == 0
    assert desk.sent == []


def test_windows_cancel_by_id_and_strangers_count_as_done(desk: Desk) -> None:
    future = desk.hand_in(1)[0]
    ids = [future.task_id, TaskId("f" * 32)]
    assert desk.manager.request_cancel_by_id(ids, source="terminal") == 1
    facts = desk.manager.board.facts(future.task_id)
    assert facts is not None
    assert facts.cancel_asked_by == "terminal"
    assert desk.sent == [TaskCancel((future.task_id,))]


def test_an_atomic_group_is_cancelled_by_any_member_with_one_message(desk: Desk) -> None:
    group = desk.hand_in(3, group="g")
    other = desk.hand_in(1)[0]
    assert group[1].request_cancel()
    assert len(desk.sent) == 1
    assert desk.sent[0].group == "g"
    assert set(desk.sent[0].task_ids) == {future.task_id for future in group}
    assert [future.status for future in group] == [Status.CANCELLING] * 3
    assert other.status is Status.QUEUED


def test_a_done_member_of_an_atomic_group_stops_nobody(desk: Desk) -> None:
    done, other = desk.hand_in(2, group="g")
    desk.manager.on_task_result(result(done))
    assert not done.request_cancel()
    assert other.status is Status.QUEUED
    assert desk.sent == []


def test_a_cancelled_member_of_an_atomic_group_forces_nobody(desk: Desk) -> None:
    """Found by a simulated story: the other was killed within its grace."""
    done, other = desk.hand_in(2, group="g")
    assert other.request_cancel()
    desk.manager.on_task_cancel_confirm(TaskCancelConfirm(done.task_id, Resolution.NEVER_STARTED))
    assert done.request_cancel(force=True)
    assert [cancel.force for cancel in desk.sent] == [False]


def test_no_lock_is_held_while_the_engine_is_asked() -> None:
    looked: list[object] = []

    def ask(_: TaskCancel) -> None:
        thread = threading.Thread(target=lambda: looked.append(board.snapshot()))
        thread.start()
        thread.join(PATIENCE_SECONDS)

    board = Board()
    manager = FutureManager(board, ask)
    records = [TaskRecord(TaskId("a"), "task", time.monotonic())]
    futures = manager.register(records)
    manager.mark_sent(records)
    manager.request_cancel(futures)
    assert len(looked) == 1


# -- events ----------------------------------------------------------------------------------------


def test_a_batch_of_events_is_one_ring(desk: Desk) -> None:
    futures = desk.hand_in(3)
    rings: list[int] = []
    desk.manager.board.hang_bell(lambda: rings.append(desk.manager.board.version))
    desk.manager.on_events([result(future) for future in futures])
    assert rings == [desk.manager.board.version]


def test_events_of_strangers_change_nothing(desk: Desk) -> None:
    stranger = TaskId("f" * 32)
    before = desk.manager.board.version
    desk.manager.on_events(
        (
            TaskStarted(stranger),
            TaskResult(stranger, ResultKind.SUCCESS, Opened(1)),
            TaskCancelConfirm(stranger, Resolution.KILLED),
            TaskCancelAsked(stranger),
        )
    )
    assert desk.manager.board.version == before


def test_what_is_no_event_is_logged_and_the_rest_counts(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    future = desk.hand_in(1)[0]
    with caplog.at_level(logging.ERROR):
        desk.manager.on_events(("nonsense", result(future, 1)))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert "nonsense" in caplog.text
    assert future.result(0) == 1


def test_a_confirmation_that_nobody_here_asked_for_ends_cancelled(desk: Desk) -> None:
    future = desk.hand_in(1)[0]
    desk.manager.on_task_cancel_confirm(TaskCancelConfirm(future.task_id, Resolution.KILLED))
    assert future.cancelled()
    assert future.cancel_resolution is Resolution.KILLED
    assert future.cancel_seconds == 0.0


def test_a_cancel_asked_elsewhere_is_shown_and_not_asked_again(desk: Desk) -> None:
    future = desk.hand_in(1)[0]
    desk.manager.on_events((TaskCancelAsked(future.task_id, "top"),))
    assert future.status is Status.CANCELLING
    assert future.request_cancel()
    assert desk.sent == []
    facts = desk.manager.board.facts(future.task_id)
    assert facts is not None
    assert facts.cancel_asked_by == "top"
    desk.manager.on_task_result(result(future))
    assert future.cancelled(), "R3 holds whoever asked"


def test_a_lost_engine_settles_all_and_takes_no_more(desk: Desk) -> None:
    asked, plain = desk.hand_in(2)
    asked.request_cancel()
    desk.manager.on_events((EngineGone("it was unplugged"),))
    assert asked.cancelled()
    assert asked.cancel_resolution is Resolution.LOST
    with pytest.raises(EngineLost, match="it was unplugged"):
        plain.result(0)
    with pytest.raises(EngineLost, match="it was unplugged"):
        desk.manager.register(desk.records(1))
    assert desk.manager.open_futures == []


def test_two_clients_on_one_board_lose_their_own_tasks_only() -> None:
    board = Board()
    lost, sound = Desk(board), Desk(board)
    of_lost, of_sound = lost.hand_in(1)[0], sound.hand_in(1)[0]
    lost.manager.on_events((EngineGone("it was unplugged"),))
    assert of_lost.status is Status.FAILED
    assert of_sound.status is Status.QUEUED
    assert [facts.number for facts in board.snapshot().tasks] == [1, 2]


# -- withdrawing, remembering, ending --------------------------------------------------------------


def test_withdrawn_tasks_are_as_if_they_had_never_been(desk: Desk) -> None:
    records = desk.records(2, group="g")
    desk.manager.register(records)
    desk.manager.withdraw(records)
    assert desk.manager.futures == []
    assert len(desk.manager.board) == 0
    assert desk.manager.wait_all_done(0)
    group = desk.hand_in(1, group="g")
    group[0].request_cancel()
    assert desk.sent == [TaskCancel((group[0].task_id,), group=GroupId("g"))]


def test_done_futures_are_remembered_for_as_long_as_somebody_holds_them(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(future_registry, "PRUNE_MIN", 4)
    kept = desk.hand_in(2)
    desk.manager.on_events([result(future) for future in kept])
    for _ in range(6):
        dropped = desk.hand_in(4)
        desk.manager.on_events([result(future) for future in dropped])
        del dropped
    gc.collect()
    still_open = desk.hand_in(1)
    assert desk.manager.futures == [*kept, *still_open]
    assert desk.manager.open_futures == still_open


def test_all_done_is_said_when_the_futures_are_done_too(desk: Desk) -> None:
    """The board is told first; who waits for the end must find the futures settled as well."""
    future = desk.hand_in(1)[0]
    telling = threading.Thread(target=desk.manager.on_task_result, args=(result(future),))
    go_on = threading.Event()

    class Slow:
        def add_result(self, _future: object) -> None:
            go_on.wait(PATIENCE_SECONDS)

    assert future.add_waiter(Slow())
    telling.start()
    assert not desk.manager.wait_all_done(0.2), "the future is telling those who wait for it"
    go_on.set()
    assert desk.manager.wait_all_done(PATIENCE_SECONDS)
    assert future.done()
    telling.join()


def test_events_may_come_from_several_threads_at_once(desk: Desk) -> None:
    futures = desk.hand_in(400)

    def tell(mine: list[ScalerFuture[object]]) -> None:
        for future in mine:
            desk.manager.on_events((TaskStarted(future.task_id), result(future, future.task_id)))

    threads = [threading.Thread(target=tell, args=(futures[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    assert not wait(futures, PATIENCE_SECONDS).not_done
    assert all(future.result(0) == future.task_id for future in futures)
    for thread in threads:
        thread.join()
