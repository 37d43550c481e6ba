"""The line about some tasks as plain HTML: what became of them, and how long they ran."""

from __future__ import annotations

from scaler_lab.core.messages import TaskId
from scaler_lab.core.state_machine import Resolution, TaskState
from scaler_lab.core.task_record import TaskRecord
from scaler_lab.ui.notebook import static_line


def _record(state: TaskState, **facts: object) -> TaskRecord:
    record = TaskRecord(TaskId("a" * 32), "fit", 1.0, state=state)
    for name, value in facts.items():
        setattr(record, name, value)
    return record


def test_of_many_tasks_it_counts_the_done_and_names_what_went_wrong() -> None:
    done = [_record(TaskState.SUCCEEDED, started_at=10.0, ended_at=12.5)] * 3
    failed = [_record(TaskState.FAILED, started_at=11.0, ended_at=41.0)] * 2
    line = static_line.bundle("fits", done + failed)
    assert line["text/plain"] == "✗  fits  5/5 · 2 failed  31.0 s"
    assert "<strong>fits</strong>" in line["text/html"]


def test_of_one_task_it_says_how_it_ended_and_why() -> None:
    failed = _record(TaskState.FAILED, error="ValueError: no <b>")
    cancelled = _record(TaskState.CANCELLED, resolution=Resolution.INTERRUPTED)
    assert static_line.bundle("fit", [failed])["text/plain"] == "✗  fit  failed: ValueError: no <b>"
    assert static_line.bundle("fit", [cancelled])["text/plain"] == "⊘  fit  cancelled: interrupted"
    assert "no &lt;b&gt;" in static_line.bundle("fit", [failed])["text/html"]


def test_below_a_future_are_its_traceback_and_output_as_text() -> None:
    failed = _record(TaskState.FAILED, error="ValueError: no")
    html = static_line.task_bundle(failed, "Traceback: <b>", "one\x1b[2J\ntwo\n")["text/html"]
    assert "Traceback: &lt;b&gt;" in html
    assert "\x1b" not in html
    assert html.endswith("\ntwo</pre>")
