"""The outcome of a cancel that `top` requested, in words."""

from __future__ import annotations

from typing import Any

from fake_feed import NOW, info

from scaler_lab import Resolution
from scaler_lab.core.messages import TaskId
from scaler_lab.core.state_machine import Status
from scaler_lab.feed.messages import Response
from scaler_lab.ui.terminal.top.cancel_tracker import CancelTracker


def test_a_watch_counts_how_each_was_settled() -> None:
    rows = {
        row.task_id: row
        for row in (
            info(1, Status.RUNNING),
            info(2, Status.QUEUED),
            info(3, Status.RUNNING),
            info(4, Status.SUCCEEDED),
        )
    }
    watch = CancelTracker(list(rows.values()), force=False)
    assert len(watch.task_ids) == 3
    assert watch.outcome(rows, {}) is None
    assert watch.words(rows) == "1 was done before; 3 cancelling"
    settled: dict[str, Any] = {"cancel_requested_at": NOW, "cancel_seconds": 0.25}
    how = Resolution.INTERRUPTED
    rows[watch.task_ids[0]] = info(1, Status.CANCELLED, cancel_resolution=how, **settled)
    how = Resolution.NEVER_STARTED
    rows[watch.task_ids[1]] = info(2, Status.CANCELLED, cancel_resolution=how, **settled)
    assert watch.outcome(rows, {}) is None
    rows[watch.task_ids[2]] = info(3, Status.FAILED)
    assert watch.outcome(rows, {}) == (
        "1 interrupted; 1 never started; within 250 ms; 2 were done before"
    )


def test_a_watch_of_queued_tasks_shows_which_had_started() -> None:
    rows = {row.task_id: row for row in (info(n, Status.QUEUED) for n in range(3))}
    watch = CancelTracker(list(rows.values()), force=False, only_queued=True)
    watch.on_requested([("a", 7), ("b", 8)])
    settled: dict[str, Any] = {
        "cancel_requested_at": NOW,
        "cancel_resolution": Resolution.NEVER_STARTED,
    }
    for number in (0, 1):
        rows[TaskId(f"{number:032x}")] = info(number, Status.CANCELLED, **settled)
    rows[TaskId(f"{2:032x}")] = info(2, Status.RUNNING)
    answers = {("a", 7): Response(7, 1), ("b", 7): Response(7, 1)}
    watch.receive(answers.get)
    assert watch.outcome(rows, {}) is None
    watch.receive({("b", 8): Response(8, 1)}.get)
    assert watch.outcome(rows, {}) == "2 never started; 1 had started, and continue"


def test_rows_of_before_the_answer_don_t_show_that_a_task_had_started() -> None:
    """The answer comes at once, and the rows that it is about up to a tenth of a second later."""
    rows = {row.task_id: row for row in (info(n, Status.QUEUED) for n in range(3))}
    watch = CancelTracker(list(rows.values()), force=False, only_queued=True)
    watch.on_requested([("a", 7)])
    watch.receive({("a", 7): Response(7, 3, version=20)}.get)
    began, waits, _ = rows
    rows[began] = info(0, Status.RUNNING)
    assert watch.outcome(rows, {"a": 19, "b": 30}) is None
    assert watch.words(rows) == "3 cancelling"
    rows[began] = info(0, Status.CANCELLING, cancel_requested_at=NOW)
    rows[waits] = info(1, Status.WAITING)  # its client was asked, and will say so
    assert watch.outcome(rows, {"a": 20}) is None
    for number, task_id in enumerate(rows):
        rows[task_id] = info(
            number,
            Status.CANCELLED,
            cancel_requested_at=NOW,
            cancel_resolution=Resolution.NEVER_STARTED,
        )
    assert watch.outcome(rows, {"a": 21}) == "3 never started"
