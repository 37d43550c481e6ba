"""The state of some tasks in one line of plain HTML, shown by a cell that waited and by a future.

    ✗ fits  33/33 · 2 failed   31 s
    ✓ load  succeeded  1.2 s

Below the line of a future are its traceback and the end of its output.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from scaler_lab.core.counts import Counts
from scaler_lab.core.state_machine import STATUS, Status
from scaler_lab.core.task_record import TaskRecord
from scaler_lab.ui.folded_traceback import folded_traceback
from scaler_lab.ui.formatting import STATUS_STYLES, span
from scaler_lab.ui.notebook.static_html import MAX_TRACEBACK_LENGTH, ORDER, escaped
from scaler_lab.ui.sanitize import clean_line


def bundle(name: str, records: Sequence[TaskRecord]) -> dict[str, Any]:
    """Return the line about the tasks of *records*, as HTML and as text."""
    counts = Counts(STATUS[record.state] for record in records)
    present = [status for status in ORDER if counts[status]]
    icon = STATUS_STYLES[present[0]].icon if present else ""
    said = _of_one(records[0]) if len(records) == 1 else _of_many(counts, len(records))
    parts = [clean_line(part) for part in (name, said, _how_long(records)) if part]
    title, *rest = map(escaped, parts)
    html = "&ensp;".join([f"{icon} <strong>{title}</strong>", *rest])
    return {
        "text/html": f'<div style="font-size:0.92em">{html}</div>',
        "text/plain": "  ".join([icon, *parts]),
    }


def task_bundle(record: TaskRecord, traceback: str, output: str) -> dict[str, Any]:
    """Return the line about one task, with its traceback and its output as far as there are any."""
    found = bundle(record.name, [record])
    blocks = [folded_traceback(traceback) if traceback else "", output]
    found["text/html"] += "".join(f"<pre>{_lines(text)}</pre>" for text in blocks if text)
    return found


def _lines(text: str) -> str:
    shown = text[-MAX_TRACEBACK_LENGTH:].strip("\n").split("\n")
    return "\n".join(escaped(clean_line(line)) for line in shown)


def _of_one(record: TaskRecord) -> str:
    status = STATUS[record.state].value
    why = record.error or (record.resolution.words if record.resolution else "")
    return f"{status}: {why}" if why else status


def _of_many(counts: Counts, total: int) -> str:
    done = sum(n for status, n in counts.items() if status.is_done)
    unhappy = (Status.FAILED, Status.CANCELLED)
    parts = [f"{counts[status]:,} {status.value}" for status in unhappy if counts[status]]
    return " · ".join([f"{done:,}/{total:,}", *parts])


def _how_long(records: Sequence[TaskRecord]) -> str:
    """Return the time from the first start to the last end, or until now."""
    started = [record.started_at for record in records if record.started_at is not None]
    if not started:
        return ""
    ended = [record.ended_at for record in records if record.ended_at is not None]
    is_over = all(record.state.is_done for record in records)
    return span((max(ended) if is_over and ended else time.monotonic()) - min(started))
