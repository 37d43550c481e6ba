"""The table of open tasks: the next step of each cancel, and how it is settled."""

from __future__ import annotations

import pytest

from scaler_lab.core.messages import (
    Event,
    InMemoryPayload,
    ResultKind,
    TaskCancelConfirm,
    TaskId,
    TaskResult,
    TaskStarted,
)
from scaler_lab.core.state_machine import Resolution
from scaler_lab.engines.opengris.tracker import (
    FIRST_RETRY_INTERVAL,
    PATIENT_SECONDS,
    SOFT_SECONDS,
    UNKNOWN_AFTER_SECONDS,
    CancelReply,
    PendingCancel,
    ScalerTaskTracker,
)
from scaler_lab.errors import EngineLost, WorkerDied

A, B, C, D = (TaskId(letter * 32) for letter in "abcd")


def tracker_of(*task_ids: TaskId, sent: bool = True) -> ScalerTaskTracker:
    tracker = ScalerTaskTracker()
    tracker.add(task_ids)
    if sent:
        assert all(tracker.take(task_id) for task_id in task_ids)
    return tracker


def settled(events: list[Event]) -> Resolution:
    (event,) = events
    assert isinstance(event, TaskCancelConfirm)
    return event.resolution


def test_a_task_not_sent_yet_is_taken_out_without_asking_anybody() -> None:
    tracker = tracker_of(A, sent=False)
    events, cancels = tracker.request_cancel([A], 0.0)
    assert settled(events) is Resolution.NEVER_STARTED
    assert not cancels
    assert not tracker.take(A)


def test_a_waiting_task_gets_a_soft_cancel_and_never_starts() -> None:
    tracker = tracker_of(A)
    assert tracker.request_cancel([A], 0.0) == ([], [PendingCancel(A, hard=False)])
    assert settled(tracker.on_cancel_reply(A, CancelReply.CANCELED)) is Resolution.NEVER_STARTED


def test_a_running_task_gets_a_hard_cancel_and_is_killed() -> None:
    tracker = tracker_of(A)
    assert tracker.start(A, "w", 1.0, 1.0).events == [TaskStarted(A, "w", 1.0)]
    assert tracker.request_cancel([A], 2.0).cancels == [PendingCancel(A, hard=True)]
    assert settled(tracker.on_cancel_reply(A, CancelReply.CANCELED)) is Resolution.KILLED


def test_a_task_that_starts_under_a_soft_cancel_gets_a_hard_one_at_once() -> None:
    tracker = tracker_of(A)
    tracker.request_cancel([A], 0.0)
    assert tracker.start(A, "w", 0.1, 0.1).cancels == [PendingCancel(A, hard=True)]
    assert settled(tracker.on_cancel_reply(A, CancelReply.CANCELED)) is Resolution.KILLED


def test_a_bulk_goes_newest_first_and_running_last() -> None:
    tracker = tracker_of(A, B, C, D)
    tracker.start(A, "w", 0.0, 0.0)
    tracker.start(C, "w", 0.0, 0.0)
    assert tracker.request_cancel([A, B, C, D], 0.0).cancels == [
        PendingCancel(D, hard=False),
        PendingCancel(B, hard=False),
        PendingCancel(C, hard=True),
        PendingCancel(A, hard=True),
    ]


def test_asking_again_sends_nothing_but_force_does_not_wait_for_the_soft_answer() -> None:
    tracker = tracker_of(A)
    tracker.request_cancel([A], 0.0)
    assert tracker.request_cancel([A], 1.0) == ([], [])
    assert tracker.request_cancel([A], 1.0, force=True).cancels == [PendingCancel(A, hard=True)]
    assert tracker.request_cancel([A], 1.0, force=True) == ([], [])


def test_hard_cancels_go_again_ever_more_slowly_until_there_is_a_verdict() -> None:
    tracker = tracker_of(A)
    tracker.start(A, "w", 0.0, 0.0)
    tracker.request_cancel([A], 0.0)
    assert not tracker.due(FIRST_RETRY_INTERVAL / 2)
    assert tracker.due(FIRST_RETRY_INTERVAL) == [PendingCancel(A, hard=True)]
    assert not tracker.due(2 * FIRST_RETRY_INTERVAL)
    assert tracker.due(3 * FIRST_RETRY_INTERVAL) == [PendingCancel(A, hard=True)]
    tracker.on_cancel_reply(A, CancelReply.CANCELED)
    assert not tracker.due(1000.0)


def test_a_soft_cancel_without_an_answer_becomes_hard_and_does_not_claim_to_know() -> None:
    tracker = tracker_of(A)
    tracker.request_cancel([A], 0.0)
    assert not tracker.due(SOFT_SECONDS / 2)
    assert tracker.due(SOFT_SECONDS) == [PendingCancel(A, hard=True)]
    (event,) = tracker.on_cancel_reply(A, CancelReply.CANCELED)
    assert isinstance(event, TaskCancelConfirm)
    assert event.resolution is Resolution.KILLED
    assert "does not report whether it had started" in event.detail


def test_if_starts_are_reported_a_soft_cancel_is_given_more_time() -> None:
    tracker = tracker_of(A, B)
    tracker.start(B, "w", 0.0, 0.0)
    tracker.request_cancel([A], 0.0)
    assert not tracker.due(SOFT_SECONDS)
    assert tracker.due(PATIENT_SECONDS) == [PendingCancel(A, hard=True)]


@pytest.mark.parametrize(
    ("has_started", "resolution"),
    [(True, Resolution.FINISHED_FIRST), (False, Resolution.LOST)],
)
def test_a_task_that_scaler_no_longer_knows_finished_first_only_if_it_started(
    has_started: bool, resolution: Resolution
) -> None:
    tracker = tracker_of(A)
    if has_started:
        tracker.start(A, "w", 0.0, 0.0)
    tracker.request_cancel([A], 0.0)
    assert settled(tracker.on_cancel_reply(A, CancelReply.NOT_FOUND)) is resolution


def test_an_announced_result_is_waited_for_whatever_is_answered_meanwhile() -> None:
    tracker = tracker_of(A)
    tracker.start(A, "w", 0.0, 0.0)
    tracker.request_cancel([A], 0.0)
    tracker.expect_end(A)
    assert not tracker.on_cancel_reply(A, CancelReply.NOT_FOUND)
    assert not tracker.due(1000.0)
    (event,) = tracker.end(A, ResultKind.SUCCESS, InMemoryPayload(1))
    assert isinstance(event, TaskResult)
    assert not tracker.end(A, ResultKind.SUCCESS, InMemoryPayload(1))


def test_a_task_that_scaler_cancelled_unasked_fails() -> None:
    (event,) = tracker_of(A).on_cancel_reply(A, CancelReply.CANCELED)
    assert isinstance(event, TaskResult)
    assert event.kind is ResultKind.FAILED
    assert isinstance(event.payload.load(), EngineLost)


def test_a_late_start_is_not_reported() -> None:
    tracker = tracker_of(A)
    tracker.end(A, ResultKind.SUCCESS, InMemoryPayload(1))
    assert tracker.start(A, "w", 2.0, 2.0) == ([], [])
    assert len(tracker) == 0


def test_a_task_whose_worker_was_lost_fails_and_is_kept_from_running_again() -> None:
    tracker = tracker_of(A, B)
    tracker.start(A, "w", 0.0, 0.0)
    (event,), cancels = tracker.lose_worker(A)
    assert isinstance(event, TaskResult)
    assert event.kind is ResultKind.WORKER_DIED
    assert isinstance(event.payload.load(), WorkerDied)
    assert cancels == [PendingCancel(A, hard=True)]
    assert tracker.lose_worker(A) == ([], [])
    assert tracker.lose_worker(B) == ([], [])  # it never began: it may go to another worker


def test_a_start_elsewhere_means_that_the_first_worker_was_lost() -> None:
    tracker = tracker_of(A)
    tracker.start(A, "w", 0.0, 0.0)
    assert tracker.start(A, "w", 1.0, 1.0) == ([], [])
    (event,), cancels = tracker.start(A, "other", 2.0, 2.0)
    assert isinstance(event, TaskResult)
    assert event.kind is ResultKind.WORKER_DIED
    assert cancels == [PendingCancel(A, hard=True)]


def test_tasks_that_the_scheduler_forgot_fail_after_a_while_and_only_those() -> None:
    tracker = tracker_of(A, B, C, D)
    tracker.mark_sent([A, B, C], 0.0)
    tracker.expect_end(B)
    assert not tracker.compare(2, 1.0)
    assert not tracker.compare(0, 2.0)
    tracker.mark_sent([C], 3.0)
    assert not tracker.compare(0, 1.9 + UNKNOWN_AFTER_SECONDS)
    (event,) = tracker.compare(0, 2.0 + UNKNOWN_AFTER_SECONDS)
    assert isinstance(event, TaskResult)
    assert event.task_id == A
    assert isinstance(event.payload.load(), EngineLost)
    assert not tracker.compare(0, 100.0 + UNKNOWN_AFTER_SECONDS)
    assert tracker.open_ids == [B, C, D]


def test_one_report_of_a_known_task_starts_the_while_again() -> None:
    tracker = tracker_of(A)
    tracker.mark_sent([A], 0.0)
    tracker.compare(0, 1.0)
    tracker.compare(1, 2.0)
    tracker.compare(0, 3.0)
    assert not tracker.compare(0, 2.9 + UNKNOWN_AFTER_SECONDS)
    assert tracker.compare(0, 3.0 + UNKNOWN_AFTER_SECONDS)
