"""All that is known of one task, as lines: for ``scaler-lab show`` and `top`'s pane.

#12  fit[3]   ✗ failed
ran          3.1 s in worker 2, from 14:03:12 to 14:03:15
submitted    14:03:12, 3 ms earlier, with group fit
error        ValueError: no such column
id           26b2f1…0c

Traceback (most recent call last):
  …
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from rich.text import Text

from scaler_lab.facts.lifecycle import Status
from scaler_lab.memory.board import TaskFacts
from scaler_lab.windows.terminal.appearance import LOOKS, icon_of, milliseconds, span
from scaler_lab.windows.terminal.cleaning import clean_line

_LABEL = 12


def task_details(
    row: TaskFacts, traceback: str = "", *, encoding: str = "utf-8", now: float | None = None
) -> Iterator[Text]:
    """The lines.  *now* is in seconds since the epoch; None is the time it is."""
    now = time.time() if now is None else now

    def clean(text: str) -> str:
        return clean_line(text, encoding)

    ascii_only = not encoding.lower().startswith("utf")
    icon = icon_of(row.status, ascii_only=ascii_only)
    state = (f"{icon} {row.status.value}", LOOKS[row.status].style)
    yield Text.assemble((f"#{row.number}", "dim"), "  ", (clean(row.name), "bold"), "   ", state)
    for label, value in _facts(row, now):
        style = "red" if label == "error" else ""
        yield Text.assemble((label.ljust(_LABEL), "dim"), " ", (clean(value), style))
    if traceback:
        yield Text()
        for line in traceback.rstrip().splitlines():
            yield Text(clean(line.expandtabs()))


def _facts(row: TaskFacts, now: float) -> Iterator[tuple[str, str]]:
    where = f" in {row.worker}" if row.worker else ""
    started, ended = row.started_at, row.ended_at
    if started is not None and ended is not None:
        times = f"from {_clock(started)} to {_clock(ended)}"
        yield "ran", f"{span(ended - started)}{where}, {times}"
    elif started is not None:
        yield "runs", f"for {span(now - started)}{where}, since {_clock(started)}"
    waited = "" if started is None else f", {span(started - row.submitted_at)} earlier"
    group = f", with group {row.group_name}" if row.group_name else ""
    yield "submitted", _clock(row.submitted_at) + waited + group
    if row.cancel_asked_at is not None:
        by = f" by {row.cancel_asked_by}" if row.cancel_asked_by else ""
        yield "cancel asked", _clock(row.cancel_asked_at) + by
        if row.status is Status.CANCELLED:
            how = row.cancel_resolution.value if row.cancel_resolution else "cancelled"
            took = "" if row.cancel_seconds is None else f", {milliseconds(row.cancel_seconds)}"
            yield "settled", f"{how}{took}{' after the ask' if took else ''}"
        elif not row.status.is_done:
            yield "settled", f"not yet, {span(now - row.cancel_asked_at)} after the ask"
    if row.attempt > 1:
        yield "attempt", str(row.attempt)
    if row.tags:
        yield "tags", ", ".join(row.tags)
    if row.error:
        yield "error", row.error
    if row.detail:
        yield "detail", row.detail
    yield "id", row.task_id


def _clock(seconds: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(seconds))
