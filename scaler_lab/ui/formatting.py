"""How facts look in a terminal: icons, colours, bar cells, and how seconds are written.

Each state has a word, an icon and a cell of the bar of its own, so nothing is lost where there is
no colour.  Colours are the terminal's own eight, which its theme has made readable on dark and
light; no white, no black, no background.  Icons are one cell wide and none has an emoji form.
"""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from scaler_lab.core.messages import Progress
from scaler_lab.core.state_machine import Status


class StatusStyle(NamedTuple):
    """One state's looks.  The `ascii_` ones are for terminals that can't encode the others."""

    icon: str
    bar: str
    style: str
    ascii_icon: str
    ascii_bar: str


STATUS_STYLES: dict[Status, StatusStyle] = {
    Status.SUCCEEDED: StatusStyle("✓", "█", "green", "+", "#"),
    Status.FAILED: StatusStyle("✗", "▚", "bold red", "!", "!"),
    Status.CANCELLED: StatusStyle("⊘", "▒", "magenta", "x", "x"),
    Status.CANCELLING: StatusStyle("◌", "◌", "yellow", "~", "~"),
    Status.RUNNING: StatusStyle("▸", "▸", "cyan", ">", ">"),
    Status.QUEUED: StatusStyle("·", "·", "dim", ".", "."),
    Status.WAITING: StatusStyle("○", "○", "dim", "o", "o"),
}
"""In the order of the bar: what is settled on its left, what is still to come on its right."""


BAR_CELLS = 10  # of a task's progress, where there is room


def icon_of(status: Status, *, ascii_only: bool = False) -> str:
    """One cell that stands for *status*."""
    style = STATUS_STYLES[status]
    return style.ascii_icon if ascii_only else style.icon


def fit(text: str, width: int, *, ascii_only: bool = False) -> str:
    """*text* in exactly *width* cells: filled up with spaces, or cut with an ellipsis."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    ellipsis = "..." if ascii_only else "…"
    if width <= len(ellipsis):
        return set_cell_size(text, width)
    return set_cell_size(text, width - len(ellipsis)) + ellipsis


def span(seconds: float) -> str:
    """A duration in at most 6 cells: ``12 ms``, ``1.2 s``, ``4m05s``, ``3h02m``, ``2d03h``."""
    seconds = max(0.0, seconds)
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02d}s"
    if whole < 24 * 3600:
        return f"{whole // 3600}h{whole % 3600 // 60:02d}m"
    if whole < 100 * 86400:
        return f"{whole // 86400}d{whole % 86400 // 3600:02d}h"
    return f"{whole // 86400}d"


def progress_text(progress: Progress, *, bar: int = 0, ascii_only: bool = False) -> str:
    """``70%  700/1,000  note``, after a bar of *bar* cells.  Not clean: the note is the task's."""
    done = _amount(progress.done)
    fraction = progress.fraction
    if fraction is None:
        return f"{done}  {progress.note}".rstrip()
    full, empty = ("#", ".") if ascii_only else ("█", "░")
    cells = full * round(fraction * bar) + empty * (bar - round(fraction * bar))
    text = f"{int(100 * fraction)}%  {done}/{_amount(progress.total or 0)}  {progress.note}"
    return f"{cells}  {text}".strip()


def _amount(number: float) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:,.4g}"


def milliseconds(seconds: float) -> str:
    """How long an answer took: ``0.4 ms``, ``1003 ms``; as a `span` from ten seconds on."""
    if seconds >= 10:
        return span(seconds)
    return f"{seconds * 1000:.{1 if seconds < 0.00995 else 0}f} ms"


def rate(per_second: float) -> str:
    """A throughput: ``0``, ``0.25``, ``4.1``, ``41``, ``28,000`` (tasks a second)."""
    if per_second < 0.005:
        return "0"
    if per_second < 1:
        return f"{per_second:.2f}"
    return f"{per_second:.1f}" if per_second < 9.95 else f"{per_second:,.0f}"
