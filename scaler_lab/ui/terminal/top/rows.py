"""Formats one task or group as a line of `top`'s table.  Pure: row and widths in, segments out.

    ┌ cursor or selected
    │ state          #  task              worker     time  what happened
    ▌ ▸ running     12  fit[3]            worker 2  3.1 s
    ● ⊘ cancelled   13  fit[4]            worker 1   4 ms  interrupted, 4 ms
      ▸ running     14  + load            ████▚▸··  3.1 s  41/80  ✗ 1  ~3 s left

Every text of a task goes through `clean_line`.
"""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from scaler_lab.core.live_usage import LiveUsage
from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.ui.formatting import (
    STATUS_STYLES,
    fit,
    fit_name,
    icon_of,
    span,
    time_left,
    usage_texts,
)
from scaler_lab.ui.sanitize import clean_line
from scaler_lab.ui.terminal.board_view import shares
from scaler_lab.ui.terminal.top.groups import GroupRow
from scaler_lab.ui.terminal.top.sorting import SortBy

NARROW = 70
ROOMY = 100
WIDE = 120

_MARK = 2
_STATE = 12  # an icon, a space, the longest word ("cancelling")
_ICON = 2  # no word
_MIN_ERROR = 12  # cells for a group's error; in less it would not be readable
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
    program: int = 0
    state: int = _STATE

    @classmethod
    def of(cls, width: int, max_number: int, longest_program: int = 0) -> Columns:
        """Return the columns of a table of *width* cells with task numbers up to *max_number*.

        There is a column for the program of each task if *longest_program* is not 0.
        """
        number = max(3, len(str(max_number)))
        is_narrow = width < NARROW
        program = 12 if is_narrow else 24 if width >= WIDE else 14
        program = min(program, max(longest_program, len(SortBy.PROGRAM) + 1))
        program *= bool(longest_program)
        state = _ICON if is_narrow and program else _STATE
        left = width - _MARK - state - number - _TIME - 3 * len(_GAP)
        if program:
            left -= program + len(_GAP)
        if is_narrow:
            return cls(width, number, max(1, left), 0, 0, 0, program, state)
        usage = _CPU + _MEMORY + 2 * len(_GAP) if width >= ROOMY else 0
        worker = 16 if width >= WIDE else 0 if program and not usage else 9
        left -= worker + usage + len(_GAP) * (1 + bool(worker))
        # At 80 columns this is enough for "never started, 0.4 ms", but not for longer texts.
        happened = max(left * 11 // 20, min(21, left - 12))
        return cls(width, number, left - happened, worker, happened, usage, program)


class Marks(NamedTuple):
    """How a line is marked, in addition to its task's state."""

    cursor: bool = False
    selected: bool = False
    stale: bool = False  # the engine has ended; this is its last state
    member: bool = False  # a task below its group
    folded: bool = False  # a group whose tasks are hidden


def time_of(row: TaskInfo | GroupRow, now: float) -> str:
    """Return the text of the time column.  It changes while the task runs."""
    if row.started_at is None:
        return ""
    return span((row.ended_at or now) - row.started_at)


class TaskTexts(NamedTuple):
    """What a task's line shows beside the row itself."""

    time: str
    happened: str
    program: str
    usage: LiveUsage | None


def task_line(row: TaskInfo, texts: TaskTexts, columns: Columns, marks: Marks) -> list[Segment]:
    """Return one task's line as segments, exactly as wide as the columns."""
    dim = _DIM if not marks.stale else _PLAIN
    name = "  " * marks.member + clean_line(row.name)
    segments = [
        *_beginning(row.status, row.number, columns, marks),
        Segment(fit_name(name, columns.task), _PLAIN),
        *_program(texts.program, columns),
    ]
    if columns.worker:
        segments.append(Segment(_GAP + fit(clean_line(row.worker), columns.worker), dim))
    segments.append(Segment(_GAP + texts.time.rjust(_TIME), _PLAIN))
    if columns.usage:
        cpu, memory = usage_texts(texts.usage)
        segments.append(Segment(_GAP + cpu.rjust(_CPU) + _GAP + memory.rjust(_MEMORY), _PLAIN))
    if columns.happened:
        style = _RED if row.status is Status.FAILED else _PLAIN
        segments.append(Segment(_GAP + fit(clean_line(texts.happened), columns.happened), style))
    return _faded(segments) if marks.stale else segments


class GroupTexts(NamedTuple):
    """All that a group's line shows."""

    status: Status
    number: int
    name: str
    counts: tuple[int, ...]  # by status, in the order of the bar
    seconds_left: str  # "~2 min left"
    error: str
    time: str
    program: str


def texts_of(group: GroupRow, now: float, program: str) -> GroupTexts:
    """Return what a group's line shows at the time *now*."""
    left = group.seconds_left(now)
    return GroupTexts(
        group.status,
        group.number,
        group.name,
        tuple(group.counts[status] for status in STATUS_STYLES),
        "" if left is None else time_left(left),
        group.error,
        time_of(group, now),
        program,
    )


def group_line(texts: GroupTexts, columns: Columns, marks: Marks) -> list[Segment]:
    """Return a group's line: its bar, how many of its tasks are done, what failed, and the rest."""
    segments = _beginning(texts.status, texts.number, columns, marks)
    name = ("+ " if marks.folded else "- ") + clean_line(texts.name)
    room = columns.happened
    if not room:  # the numbers share the column of the name
        room = min((columns.task + 1) // 2, 16)
        segments.append(Segment(fit_name(name, columns.task - room - 1) + " ", _BOLD))
        segments += [*_numbers(texts, room), *_program(texts.program, columns)]
        segments.append(Segment(_GAP + texts.time.rjust(_TIME), _PLAIN))
        return _faded(segments) if marks.stale else segments
    segments.append(Segment(fit_name(name, columns.task), _BOLD))
    segments += _program(texts.program, columns)
    if columns.worker:
        segments.append(Segment(_GAP))
        cells = shares(list(texts.counts), columns.worker)
        for status, n in zip(STATUS_STYLES, cells, strict=True):
            segments.append(Segment(STATUS_STYLES[status].bar * n, _STYLES[status]))
    segments.append(Segment(_GAP + texts.time.rjust(_TIME) + " " * columns.usage + _GAP, _PLAIN))
    segments += _numbers(texts, room)
    return _faded(segments) if marks.stale else segments


def _numbers(texts: GroupTexts, room: int) -> list[Segment]:
    """Return the numbers of a group's tasks in exactly *room* cells, the longest form that fits."""
    by_status = dict(zip(STATUS_STYLES, texts.counts, strict=True))
    settled = sum(n for status, n in by_status.items() if status.is_done)
    failed = by_status[Status.FAILED]
    done = f"{settled:,}/{sum(texts.counts):,}"
    error = clean_line(texts.error)
    left = texts.seconds_left
    forms = [
        (done, f"{failed:,} failed" * bool(failed), left, error),
        (done, f"{failed:,} failed" * bool(failed), left, ""),
        (done, f"{icon_of(Status.FAILED)} {failed:,}" * bool(failed), left, ""),
        (done, f"{icon_of(Status.FAILED)} {failed:,}" * bool(failed), "", ""),
    ]
    chosen = next((form for form in forms if _width(form[:3]) <= room), forms[-1])
    segments: list[Segment] = []
    for text, style in zip(chosen, (_PLAIN, _STYLES[Status.FAILED], _DIM, _RED), strict=True):
        gap = _GAP if segments else ""
        least = _MIN_ERROR if style is _RED else 1
        if text and room >= len(gap) + least:
            shown = fit(text, min(room - len(gap), max(len(text), 1))).rstrip()
            segments.append(Segment(gap + shown, style))
            room -= cell_len(gap + shown)
    return [*segments, Segment(" " * room)]


def _width(texts: tuple[str, ...]) -> int:
    return len(_GAP.join(text for text in texts if text))


def _beginning(status: Status, number: int, columns: Columns, marks: Marks) -> list[Segment]:
    word = status.value if columns.state > _ICON else ""
    state = fit(f"{icon_of(status)} {word}", columns.state)
    dim = _DIM if not marks.stale else _PLAIN
    return [
        Segment(("▌" if marks.cursor else " ") + ("●" if marks.selected else " "), _MARKED),
        Segment(state, _STYLES[status]),
        Segment(_GAP + str(number).rjust(columns.number) + _GAP, dim),
    ]


def _program(program: str, columns: Columns) -> list[Segment]:
    if not columns.program:
        return []
    # A name is cut in the middle: a number at its end distinguishes two clients of one program.
    return [Segment(_GAP + fit_name(clean_line(program), columns.program), _DIM)]


def _faded(segments: list[Segment]) -> list[Segment]:
    return [Segment(text, _DIM) for text, *_ in segments]


def header_line(columns: Columns, sort_by: SortBy, is_reversed: bool) -> list[tuple[str, SortBy]]:
    """Return the column names, each with the order that a click on it selects.

    The column that the table is sorted by has an arrow.
    """

    def named(by: SortBy, width: int, *, right: bool = False) -> str:
        arrow = ("▴" if is_reversed else "▾") if by is sort_by else ""
        text = by.value * (width > _ICON) + arrow
        return text.rjust(width) if right else fit(text, width)

    cells = [
        (" " * _MARK + named(SortBy.STATE, columns.state), SortBy.STATE),
        (_GAP + named(SortBy.NUMBER, columns.number, right=True), SortBy.NUMBER),
        (_GAP + named(SortBy.NAME, columns.task), SortBy.NAME),
    ]
    if columns.program:
        cells.append((_GAP + named(SortBy.PROGRAM, columns.program), SortBy.PROGRAM))
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
