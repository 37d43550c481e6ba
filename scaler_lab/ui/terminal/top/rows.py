"""Formats one task as a line of `top`'s table.  Pure: task and widths in, styled segments out.

    ┌ cursor or selected
    │ state          #  task              worker     time  what happened
    ▌ ▸ running     12  fit[3]            worker 2  3.1 s
    ● ⊘ cancelled   13  fit[4]            worker 1   4 ms  interrupted, 4 ms

Every text of a task goes through `clean_line`.
"""

from __future__ import annotations

from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style

from scaler_lab.core.live_usage import LiveUsage
from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.ui.formatting import STATUS_STYLES, fit, fit_name, icon_of, span, usage_texts
from scaler_lab.ui.sanitize import clean_line
from scaler_lab.ui.terminal.board_view import what_happened
from scaler_lab.ui.terminal.top.sorting import SortBy

NARROW = 70
ROOMY = 100
WIDE = 120

_MARK = 2
_STATE = 12  # an icon, a space, the longest word ("cancelling")
_TIME = 6
_CPU = 5  # "1600%"
_MEMORY = 8  # "1000 MiB"
_GAP = "  "

_PLAIN = Style()
_DIM = Style(dim=True)
_RED = Style(color="red")
_BOLD = Style(bold=True)
_MARKED = Style(color="yellow", bold=True)
_STYLES = {status: Style.parse(look.style) for status, look in STATUS_STYLES.items()}


class Columns(NamedTuple):
    """The widths of a table's columns; 0 means that the column is left out."""

    width: int
    number: int
    task: int
    worker: int
    happened: int
    usage: int = 0  # CPU and memory

    @classmethod
    def of(cls, width: int, max_number: int) -> Columns:
        """Return the columns of a table of *width* cells with task numbers up to *max_number*."""
        number = max(3, len(str(max_number)))
        if width < NARROW:
            task = width - _MARK - _STATE - number - _TIME - 3 * len(_GAP)
            return cls(width, number, max(1, task), 0, 0)
        worker = 16 if width >= WIDE else 9
        usage = _CPU + _MEMORY + 2 * len(_GAP) if width >= ROOMY else 0
        left = width - _MARK - _STATE - number - worker - _TIME - usage - 5 * len(_GAP)
        # At 80 columns this is enough for "never started, 0.4 ms", but not for longer texts.
        happened = max(left * 11 // 20, min(21, left - 12))
        return cls(width, number, left - happened, worker, happened, usage)


class Marks(NamedTuple):
    """How a line is marked, in addition to its task's state."""

    cursor: bool = False
    selected: bool = False
    stale: bool = False  # the engine has ended; this is its last state


def time_of(row: TaskInfo, now: float) -> str:
    """Return the text of the time column.  It changes while the task runs."""
    if row.started_at is None:
        return ""
    return span((row.ended_at or now) - row.started_at)


def row_line(
    row: TaskInfo, columns: Columns, marks: Marks, now: float, usage: LiveUsage | None = None
) -> list[Segment]:
    """Return one task's line as segments, exactly as wide as the columns."""
    status = row.status
    dim = _DIM if not marks.stale else _PLAIN
    state = fit(f"{icon_of(status)} {status.value}", _STATE)
    segments = [
        _mark(marks),
        Segment(state, _STYLES[status]),
        Segment(_GAP + str(row.number).rjust(columns.number) + _GAP, dim),
        Segment(fit_name(clean_line(row.name), columns.task), _PLAIN),
    ]
    if columns.worker:
        segments.append(Segment(_GAP + fit(clean_line(row.worker), columns.worker), dim))
    segments.append(Segment(_GAP + time_of(row, now).rjust(_TIME), _PLAIN))
    if columns.usage:
        cpu, memory = usage_texts(usage)
        segments.append(Segment(_GAP + cpu.rjust(_CPU) + _GAP + memory.rjust(_MEMORY), _PLAIN))
    if columns.happened:
        happened = clean_line(what_happened(row, now, at_length=columns.width >= WIDE))
        style = _RED if status is Status.FAILED else _PLAIN
        segments.append(Segment(_GAP + fit(happened, columns.happened), style))
    if marks.stale:
        return [Segment(text, _DIM) for text, *_ in segments]
    return segments


def _mark(marks: Marks) -> Segment:
    text = ("▌" if marks.cursor else " ") + ("●" if marks.selected else " ")
    return Segment(text, _MARKED)


def header_line(columns: Columns, sort_by: SortBy, is_reversed: bool) -> list[tuple[str, SortBy]]:
    """Return the column names, each with the order that a click on it selects.

    The column that the table is sorted by has an arrow.
    """

    def named(by: SortBy, width: int, *, right: bool = False) -> str:
        arrow = ("▴" if is_reversed else "▾") if by is sort_by else ""
        text = by.value + arrow
        return text.rjust(width) if right else fit(text, width)

    cells = [
        (" " * _MARK + named(SortBy.STATE, _STATE), SortBy.STATE),
        (_GAP + named(SortBy.NUMBER, columns.number, right=True), SortBy.NUMBER),
        (_GAP + named(SortBy.NAME, columns.task), SortBy.NAME),
    ]
    if columns.worker:
        cells.append((_GAP + named(SortBy.WORKER, columns.worker), SortBy.WORKER))
    cells.append((_GAP + named(SortBy.TIME, _TIME, right=True), SortBy.TIME))
    if columns.usage:
        names = _GAP + "CPU".rjust(_CPU) + _GAP + "memory".rjust(_MEMORY)
        cells.append((names, SortBy.TIME))
    if columns.happened:
        by_change = "what happened" + (" ▾ latest" * (sort_by is SortBy.CHANGE))
        cells.append((_GAP + fit(by_change, columns.happened), SortBy.CHANGE))
    return cells
