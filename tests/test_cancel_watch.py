"""What became of a cancel that `top` asked for, in words."""

from __future__ import annotations

from typing import Any

from still_feed import NOW, fact

from scaler_lab import Resolution
from scaler_lab.core.messages import TaskId
from scaler_lab.core.state_machine import Status
from scaler_lab.feed.messages import Answer
from scaler_lab.ui.terminal.top.cancel_tracker import CancelWatch


def test_a_watch_counts_how_each_was_settled() -> None:
    rows = {
        row.task_id: row
        for row in (
            fact(1, Status.RUNNING),
            fact(2, Status.QUEUED),
            fact(3, Status.RUNNING),
            fact(4, Status.SUCCEEDED),
        )
    }
    watch = CancelWatch(list(rows.values()), force=False)
    assert len(watch.task_ids) == 3
    assert watch.look(rows, 1) is None
    assert watch.words(rows) == "1 was done before; 3 cancelling"
    settled: dict[str, Any] = {"cancel_asked_at": NOW, "cancel_seconds": 0.25}
    how = Resolution.INTERRUPTED
    rows[watch.task_ids[0]] = fact(1, Status.CANCELLED, cancel_resolution=how, **settled)
    how = Resolution.NEVER_STARTED
    rows[watch.task_ids[1]] = fact(2, Status.CANCELLED, cancel_resolution=how, **settled)
    assert watch.look(rows, 1) is None
    rows[watch.task_ids[2]] = fact(3, Status.FAILED)
    assert watch.look(rows, 1) == (
        "1 interrupted; 1 never started; within 250 ms; 2 were done before"
    )


def test_a_watch_of_queued_ones_tells_which_had_begun() -> None:
    rows = {row.task_id: row for row in (fact(n, Status.QUEUED) for n in range(3))}
    watch = CancelWatch(list(rows.values()), force=False, only_queued=True)
    watch.on_asked([7, 8])
    settled: dict[str, Any] = {
        "cancel_asked_at": NOW,
        "cancel_resolution": Resolution.NEVER_STARTED,
    }
    for number in (0, 1):
        rows[TaskId(f"{number:032x}")] = fact(number, Status.CANCELLED, **settled)
    rows[TaskId(f"{2:032x}")] = fact(2, Status.RUNNING)
    answers = {7: Answer(7, 1), 9: Answer(9, 1)}
    watch.hear(answers)
    assert list(answers) == [9], "another's"
    assert watch.look(rows, 1) is None
    watch.hear({8: Answer(8, 1)})
    assert watch.look(rows, 1) == "2 never started; 1 had begun, and went on"


def test_rows_of_before_the_answer_don_t_say_that_a_task_had_begun() -> None:
    """The answer comes at once, and what it tells of up to a tenth of a second later."""
    rows = {row.task_id: row for row in (fact(n, Status.QUEUED) for n in range(3))}
    watch = CancelWatch(list(rows.values()), force=False, only_queued=True)
    watch.on_asked([7])
    watch.hear({7: Answer(7, 3, version=20)})
    began, waits, _ = rows
    rows[began] = fact(0, Status.RUNNING)
    assert watch.look(rows, 19) is None
    assert watch.words(rows) == "3 cancelling"
    rows[began] = fact(0, Status.CANCELLING, cancel_asked_at=NOW)
    rows[waits] = fact(1, Status.WAITING)  # its client was asked, and will say so
    assert watch.look(rows, 20) is None
    for number, task_id in enumerate(rows):
        rows[task_id] = fact(
            number,
            Status.CANCELLED,
            cancel_asked_at=NOW,
            cancel_resolution=Resolution.NEVER_STARTED,
        )
    assert watch.look(rows, 21) == "3 never started"
