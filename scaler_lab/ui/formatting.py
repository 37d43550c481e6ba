"""How tasks are formatted in every view: icons, colours, bar cells, durations and rates.

Each status has its own word, icon and bar cell, so no information is lost on a terminal without
colours.  The colours are the terminal's own eight, which its theme has made readable on dark and
light backgrounds.  White, black and background colours aren't used.  Icons are one cell wide, and
none of them has an emoji form.
"""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from scaler_lab.core.live_usage import LiveUsage
from scaler_lab.core.memory_size import size_text
from scaler_lab.core.messages import Progress
from scaler_lab.core.state_machine import Status


class StatusStyle(NamedTuple):
    """The icon, bar cell and style of one status.

    The `ascii_` fields are for terminals that can't encode the others.
    """

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
    Status.RETRYING: StatusStyle("↻", "↻", "yellow", "^", "^"),
    Status.QUEUED: StatusStyle("·", "·", "dim", ".", "."),
    Status.WAITING: StatusStyle("○", "○", "dim", "o", "o"),
}
"""In the order of the bar: finished tasks on the left, unfinished ones on the right."""


COUNT_ORDER = (
    Status.CANCELLING,
    Status.RUNNING,
    Status.QUEUED,
    Status.WAITING,
    Status.RETRYING,
    Status.SUCCEEDED,
    Status.FAILED,
    Status.CANCELLED,
)
"""The order in which counts by status are shown."""

BAR_CELLS = 10  # width of a task's progress bar, if there is enough space


def icon_of(status: Status, *, ascii_only: bool = False) -> str:
    """Return the one-cell icon of *status*."""
    style = STATUS_STYLES[status]
    return style.ascii_icon if ascii_only else style.icon


def _is_plain(text: str) -> bool:
    """Return whether each character surely takes one cell; faster than to add up their widths."""
    return text.isascii() and text.isprintable()


def fit(text: str, width: int, *, ascii_only: bool = False) -> str:
    """Return *text* in exactly *width* cells, padded with spaces or cut with an ellipsis."""
    if width <= 0:
        return ""
    if len(text) <= width and _is_plain(text):
        return text.ljust(width)
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    ellipsis = "..." if ascii_only else "…"
    if width <= len(ellipsis):
        return set_cell_size(text, width)
    return set_cell_size(text, width - len(ellipsis)) + ellipsis


def fit_name(name: str, width: int, *, ascii_only: bool = False) -> str:
    """Return *name* in exactly *width* cells; its end, such as the index ``[3]``, stays.

    Example: ``fit_name("analyse_everything[12]", 14)`` is ``"analyse_e…[12]"``.
    """
    if len(name) <= width and _is_plain(name):
        return name.ljust(width)
    ellipsis = "..." if ascii_only else "…"
    if cell_len(name) <= width or width < len(ellipsis) + 2:
        return fit(name, width, ascii_only=ascii_only)
    room = width - len(ellipsis)
    tail = min(max(len(name) - name.rfind("["), 0) if name.endswith("]") else 0, room - 1)
    tail = max(tail, room // 3)
    end = name[len(name) - tail :]
    while cell_len(end) > max(room - 1, 1):  # wide characters
        end = end[1:]
    return set_cell_size(name, room - cell_len(end)) + ellipsis + end


def time_left(seconds: float) -> str:
    """Format an estimate: ``~8 s left``, ``~4 min left``, ``~3.5 h left``, ``~2 d left``."""
    if seconds < 59.5:
        return f"~{max(1, round(seconds))} s left"
    if seconds < 3570:
        return f"~{round(seconds / 60)} min left"
    if seconds < 35.5 * 3600:
        return f"~{seconds / 3600:.1f} h left"
    return f"~{round(seconds / 86400)} d left"


def span(seconds: float) -> str:
    """Format a duration in at most 6 cells.

    Examples: ``12 ms``, ``1.2 s``, ``4m05s``, ``3h02m``, ``2d03h``.
    """
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
    """Format a task's progress: ``70%  700/1,000  note``, after a bar of *bar* cells.

    The result is not sanitized: it contains the note, which is the task's own text.
    """
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
    """Format a response time: ``0.4 ms``, ``1003 ms``; like `span` from ten seconds on."""
    if seconds >= 10:
        return span(seconds)
    return f"{seconds * 1000:.{1 if seconds < 0.00995 else 0}f} ms"


def rate(per_second: float) -> str:
    """Format a throughput in tasks per second: ``0``, ``0.25``, ``4.1``, ``41``, ``28,000``."""
    if per_second < 0.005:
        return "0"
    if per_second < 1:
        return f"{per_second:.2f}"
    return f"{per_second:.1f}" if per_second < 9.95 else f"{per_second:,.0f}"


def usage_texts(usage: LiveUsage | None) -> tuple[str, str]:
    """Return the CPU share and the memory of a running task: ("98%", "1.5 GiB"); "" if unknown."""
    if usage is None:
        return "", ""
    cpu = "" if usage.cpu_percent is None else f"{usage.cpu_percent:.0f}%"
    return cpu, "" if usage.memory is None else size_text(usage.memory)
