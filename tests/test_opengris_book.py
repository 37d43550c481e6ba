"""The book of open tasks: what each cancel needs next, and how it is said to be settled."""

from __future__ import annotations

import pytest

from scaler_lab.core.messages import (
    Event,
    Opened,
    ResultKind,
    TaskCancelConfirm,
    TaskId,
    TaskResult,
    TaskStarted,
)
from scaler_lab.core.state_machine import Resolution
from scaler_lab.engines.opengris.tracker import (
    FIRST_AGAIN_SECONDS,
    FORGOTTEN_SECONDS,
    PATIENT_SECONDS,
    SOFT_SECONDS,
    Answer,
    Book,
    Cancel,
)
from scaler_lab.errors import EngineLost, WorkerDied

A, B, C, D = (TaskId(letter * 32) for letter in "abcd")


def book_of(*task_ids: TaskId, sent: bool = True) -> Book:
    book = Book()
    book.add(task_ids)
    if sent:
        assert all(book.take(task_id) for task_id in task_ids)
    return book


def settled(events: list[Event]) -> Resolution:
    (event,) = events
    assert isinstance(event, TaskCancelConfirm)
    return event.resolution


def test_a_task_not_sent_yet_is_taken_out_without_asking_anybody() -> None:
    book = book_of(A, sent=False)
    events, cancels = book.ask([A], 0.0)
    assert settled(events) is Resolution.NEVER_STARTED
    assert not cancels
    assert not book.take(A)


def test_what_waits_is_asked_softly_and_never_started() -> None:
    book = book_of(A)
    assert book.ask([A], 0.0) == ([], [Cancel(A, hard=False)])
    assert settled(book.answer(A, Answer.CANCELED)) is Resolution.NEVER_STARTED


def test_what_runs_is_asked_hard_and_killed() -> None:
    book = book_of(A)
    assert book.start(A, "w", 1.0, 1.0).events == [TaskStarted(A, "w", 1.0)]
    assert book.ask([A], 2.0).cancels == [Cancel(A, hard=True)]
    assert settled(book.answer(A, Answer.CANCELED)) is Resolution.KILLED


def test_what_starts_under_a_soft_cancel_is_asked_hard_at_once() -> None:
    book = book_of(A)
    book.ask([A], 0.0)
    assert book.start(A, "w", 0.1, 0.1).cancels == [Cancel(A, hard=True)]
    assert settled(book.answer(A, Answer.CANCELED)) is Resolution.KILLED


def test_a_bulk_goes_newest_first_and_running_last() -> None:
    book = book_of(A, B, C, D)
    book.start(A, "w", 0.0, 0.0)
    book.start(C, "w", 0.0, 0.0)
    assert book.ask([A, B, C, D], 0.0).cancels == [
        Cancel(D, hard=False),
        Cancel(B, hard=False),
        Cancel(C, hard=True),
        Cancel(A, hard=True),
    ]


def test_asking_again_sends_nothing_but_force_does_not_wait_for_the_soft_answer() -> None:
    book = book_of(A)
    book.ask([A], 0.0)
    assert book.ask([A], 1.0) == ([], [])
    assert book.ask([A], 1.0, force=True).cancels == [Cancel(A, hard=True)]
    assert book.ask([A], 1.0, force=True) == ([], [])


def test_hard_cancels_go_again_ever_more_slowly_until_there_is_a_verdict() -> None:
    book = book_of(A)
    book.start(A, "w", 0.0, 0.0)
    book.ask([A], 0.0)
    assert not book.due(FIRST_AGAIN_SECONDS / 2)
    assert book.due(FIRST_AGAIN_SECONDS) == [Cancel(A, hard=True)]
    assert not book.due(2 * FIRST_AGAIN_SECONDS)
    assert book.due(3 * FIRST_AGAIN_SECONDS) == [Cancel(A, hard=True)]
    book.answer(A, Answer.CANCELED)
    assert not book.due(1000.0)


def test_a_soft_cancel_without_an_answer_becomes_hard_and_does_not_claim_to_know() -> None:
    book = book_of(A)
    book.ask([A], 0.0)
    assert not book.due(SOFT_SECONDS / 2)
    assert book.due(SOFT_SECONDS) == [Cancel(A, hard=True)]
    (event,) = book.answer(A, Answer.CANCELED)
    assert isinstance(event, TaskCancelConfirm)
    assert event.resolution is Resolution.KILLED
    assert "does not say whether it had begun" in event.detail


def test_where_starts_are_heard_a_soft_cancel_is_given_more_time() -> None:
    book = book_of(A, B)
    book.start(B, "w", 0.0, 0.0)
    book.ask([A], 0.0)
    assert not book.due(SOFT_SECONDS)
    assert book.due(PATIENT_SECONDS) == [Cancel(A, hard=True)]


@pytest.mark.parametrize(
    ("has_started", "resolution"),
    [(True, Resolution.FINISHED_FIRST), (False, Resolution.LOST)],
)
def test_a_task_that_scaler_no_longer_knows_finished_first_only_if_it_started(
    has_started: bool, resolution: Resolution
) -> None:
    book = book_of(A)
    if has_started:
        book.start(A, "w", 0.0, 0.0)
    book.ask([A], 0.0)
    assert settled(book.answer(A, Answer.NOT_FOUND)) is resolution


def test_an_announced_result_is_waited_for_whatever_is_answered_meanwhile() -> None:
    book = book_of(A)
    book.start(A, "w", 0.0, 0.0)
    book.ask([A], 0.0)
    book.expect_end(A)
    assert not book.answer(A, Answer.NOT_FOUND)
    assert not book.due(1000.0)
    (event,) = book.end(A, ResultKind.SUCCESS, Opened(1))
    assert isinstance(event, TaskResult)
    assert not book.end(A, ResultKind.SUCCESS, Opened(1))


def test_a_task_that_scaler_cancelled_unasked_fails() -> None:
    (event,) = book_of(A).answer(A, Answer.CANCELED)
    assert isinstance(event, TaskResult)
    assert event.kind is ResultKind.FAILED
    assert isinstance(event.parcel.open(), EngineLost)


def test_a_late_start_is_not_told() -> None:
    book = book_of(A)
    book.end(A, ResultKind.SUCCESS, Opened(1))
    assert book.start(A, "w", 2.0, 2.0) == ([], [])
    assert len(book) == 0


def test_a_task_whose_worker_was_lost_fails_and_is_kept_from_running_again() -> None:
    book = book_of(A, B)
    book.start(A, "w", 0.0, 0.0)
    (event,), cancels = book.lose_worker(A)
    assert isinstance(event, TaskResult)
    assert event.kind is ResultKind.WORKER_DIED
    assert isinstance(event.parcel.open(), WorkerDied)
    assert cancels == [Cancel(A, hard=True)]
    assert book.lose_worker(A) == ([], [])
    assert book.lose_worker(B) == ([], [])  # it never began: it may go to another worker


def test_a_start_elsewhere_means_that_the_first_worker_was_lost() -> None:
    book = book_of(A)
    book.start(A, "w", 0.0, 0.0)
    assert book.start(A, "w", 1.0, 1.0) == ([], [])
    (event,), cancels = book.start(A, "other", 2.0, 2.0)
    assert isinstance(event, TaskResult)
    assert event.kind is ResultKind.WORKER_DIED
    assert cancels == [Cancel(A, hard=True)]


def test_tasks_that_the_scheduler_forgot_fail_after_a_while_and_only_those() -> None:
    book = book_of(A, B, C, D)
    book.mark_sent([A, B, C], 0.0)
    book.expect_end(B)
    assert not book.compare(2, 1.0)
    assert not book.compare(0, 2.0)
    book.mark_sent([C], 3.0)
    assert not book.compare(0, 1.9 + FORGOTTEN_SECONDS)
    (event,) = book.compare(0, 2.0 + FORGOTTEN_SECONDS)
    assert isinstance(event, TaskResult)
    assert event.task_id == A
    assert isinstance(event.parcel.open(), EngineLost)
    assert not book.compare(0, 100.0 + FORGOTTEN_SECONDS)
    assert book.open_ids == [B, C, D]


def test_one_report_of_a_known_task_starts_the_while_again() -> None:
    book = book_of(A)
    book.mark_sent([A], 0.0)
    book.compare(0, 1.0)
    book.compare(1, 2.0)
    book.compare(0, 3.0)
    assert not book.compare(0, 2.9 + FORGOTTEN_SECONDS)
    assert book.compare(0, 3.0 + FORGOTTEN_SECONDS)
