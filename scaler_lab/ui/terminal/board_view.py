"""A board in the terminal: its progress, and the most important tasks.

    local engine   130 of 737 done   41 tasks/s   12.3 s
    ██████████████████▚▒▒◌▸▸······································································
    ◌ 1 cancelling   ▸ 2 running   · 604 queued   ✓ 127 succeeded   ✗ 1 failed   ⊘ 2 cancelled

    state            #  task                        worker     time  what happened
    ◌ cancelling    17  stubborn                    worker-1  3.1 s  asked 412 ms ago
    ✗ failed        16  fit                         worker-2  1.2 s  ValueError: no such column
    ⊘ cancelled     15  sleeping                    worker-2  2.0 s  interrupted, 4 ms
    … and 731 more

In less than `NARROW` columns the bar stays, a row shows its state, number, name and time, and the
text of "what happened" goes on a line below.  The output is a pure function of a `BoardFrame` and
the console's size: the same frame gives the same lines.  Every text of a task goes through
`clean_line`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.ui.formatting import (
    BAR_CELLS,
    COUNT_ORDER,
    STATUS_STYLES,
    fit,
    fit_name,
    icon_of,
    milliseconds,
    progress_text,
    rate,
    span,
    time_left,
)
from scaler_lab.ui.sanitize import clean_line
from scaler_lab.ui.terminal.board_follower import BoardFrame

NARROW = 70
MIN_TITLE = 12  # cells; a shorter title isn't shown
WIDE = 120
DEFAULT_ROWS = 15

_STATE = 12  # an icon, a space, the longest word ("cancelling")
_TIME = 6
_GAP = 2


@dataclass(frozen=True, slots=True)
class BoardView:
    """A rich renderable of *frame*, in the console's width and at most its height.

    Args:
        frame: The state of the board to render.
        title: The text at the start of the first line.
        max_rows: The maximum number of tasks to show.
    """

    frame: BoardFrame
    title: str = ""
    max_rows: int = DEFAULT_ROWS

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        del console
        yield from Drawing(
            frame=self.frame,
            width=options.max_width,
            # Leave the terminal's last line free: a cursor after it would scroll the screen.
            height=options.max_height - 1,
            encoding=options.encoding,
        ).lines(self.title, self.max_rows)


@dataclass(frozen=True, slots=True)
class _Columns:
    """The widths of a row's columns; 0 means that the column is left out."""

    number: int
    task: int
    worker: int
    happened: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """Draws a frame in *width* columns and at most *height* lines."""

    frame: BoardFrame
    width: int
    height: int
    encoding: str

    @property
    def ascii_only(self) -> bool:
        return not self.encoding.startswith("utf")

    def lines(self, title: str, max_rows: int) -> Iterator[Text]:
        """Yield the lines of the picture."""
        frame = self.frame
        if not frame.total:
            yield self.joined([(self._clean(title), "bold"), ("no tasks yet", "dim")])
            return
        head = [self.headline(title), self.bar(), *self.counts()]
        yield from head
        rows = [self._clean_row(info) for info in frame.rows[:max_rows]]
        columns = self._columns(rows)
        header = self._header(columns)
        room = self.height - len(head) - len(header) - 1  # the last line is for "and n more"
        shown = list(self._table(rows, columns, room))
        if shown:
            yield from header
        for lines in shown:
            yield from lines
        hidden = frame.total - len(shown)
        if hidden and max_rows and room >= 0:
            dots = "..." if self.ascii_only else "…"
            yield self.joined([(f"{dots} and {hidden:,} more", "dim")])

    # -- summary lines ---------------------------------------------------------------------------

    def headline(self, title: str) -> Text:
        """Return the line with the number of finished tasks, the throughput and the times."""
        frame = self.frame
        parts = [f"{frame.settled:,} of {frame.total:,} done"]
        if frame.rate is not None:
            unit = "/s" if self.width < NARROW else " tasks/s"
            mean = " on average" if frame.rate_is_mean and self.width >= NARROW else ""
            parts.append(f"{rate(frame.rate)}{unit}{mean}")
        parts.append(span(frame.elapsed))
        room = self.width - sum(len(part) + 3 for part in parts)
        if frame.seconds_left is not None:
            left = time_left(frame.seconds_left)
            if self.width >= NARROW or len(left) <= room:
                parts.append(left)
                room -= len(left) + 3
        name = self._clean(title)
        if cell_len(name) > room:
            name = self._fit(name, room) if room >= MIN_TITLE else ""
        return self.joined([(name, "bold"), *((part, "") for part in parts)])

    def joined(self, parts: Iterable[tuple[str, str]]) -> Text:
        """Return one line of the texts and their styles."""
        line = Text(no_wrap=True, overflow="crop")
        for text, style in parts:
            if text:
                line.append("   " if line else "").append(text, style)
        return line

    def bar(self, counts: Mapping[Status, int] | None = None, width: int | None = None) -> Text:
        """Return a bar of *counts* that is *width* cells wide; of all tasks by default."""
        counts = self.frame.counts if counts is None else counts
        line = Text(no_wrap=True, overflow="crop")
        order = list(STATUS_STYLES)
        cells = shares([counts[status] for status in order], self.width if width is None else width)
        for status, n_cells in zip(order, cells, strict=True):
            look = STATUS_STYLES[status]
            line.append((look.ascii_bar if self.ascii_only else look.bar) * n_cells, look.style)
        return line

    def counts(self) -> Iterator[Text]:
        """Yield the lines with the number of tasks in each state."""
        line, used = Text(no_wrap=True, overflow="crop"), 0
        for status in COUNT_ORDER:
            n = self.frame.counts[status]
            if not n:
                continue
            item = f"{icon_of(status, ascii_only=self.ascii_only)} {n:,} {status.value}"
            if used and used + 3 + len(item) > self.width:
                yield line
                line, used = Text(no_wrap=True, overflow="crop"), 0
            if used:
                line.append("   ")
                used += 3
            line.append(item, STATUS_STYLES[status].style)
            used += len(item)
        yield line

    # -- the table -------------------------------------------------------------------------------

    def _table(self, rows: list[_Row], columns: _Columns, room: int) -> Iterator[list[Text]]:
        """Yield the rows that fit in *room* lines.  A row takes one line or two."""
        for row in rows:
            lines = self._row(row, columns)
            room -= len(lines)
            if room < 0:
                return
            yield lines

    def _columns(self, rows: list[_Row]) -> _Columns:
        number = max([3, *(len(row.number) for row in rows)])
        if self.width < NARROW:
            task = self.width - _STATE - number - _TIME - 3
            return _Columns(number, max(1, task), 0, 0)
        max_worker = 24 if self.width >= WIDE else 12
        worker = min(max([6, *(cell_len(row.worker) for row in rows)]), max_worker)
        left = self.width - _STATE - number - worker - _TIME - 5 * _GAP
        happened = left * 11 // 20  # at 80 columns: 22, enough for "never started, 0.4 ms"
        return _Columns(number, left - happened, worker, happened)

    def _header(self, columns: _Columns) -> list[Text]:
        if not columns.happened:
            return []
        names = [
            fit("state", _STATE),
            "#".rjust(columns.number),
            fit("task", columns.task),
            fit("worker", columns.worker),
            "time".rjust(_TIME),
            fit("what happened", columns.happened).rstrip(),
        ]
        return [Text(), Text((" " * _GAP).join(names), "dim", no_wrap=True, overflow="crop")]

    def _row(self, row: _Row, columns: _Columns) -> list[Text]:
        style = STATUS_STYLES[row.status].style
        state = f"{icon_of(row.status, ascii_only=self.ascii_only)} {row.status.value}"
        gap = " " * (_GAP if columns.happened else 1)
        line = Text(no_wrap=True, overflow="crop")
        line.append(fit(state, _STATE), style).append(gap)
        line.append(row.number.rjust(columns.number), "dim").append(gap)
        task = fit_name(row.task, columns.task, ascii_only=self.ascii_only)
        line.append(task).append(gap)
        if not columns.happened:
            line.append(row.time.rjust(_TIME))
            below = "  ".join(part for part in (row.happened, row.worker) if part)
            if not row.happened:
                return [line]
            note = "  " + self._fit(below, self.width - 2).rstrip()
            return [line, Text(note, _note_style(row.status), no_wrap=True, overflow="crop")]
        line.append(self._fit(row.worker, columns.worker), "dim").append(gap)
        line.append(row.time.rjust(_TIME)).append(gap)
        line.append(self._fit(row.happened, columns.happened).rstrip(), _note_style(row.status))
        return [line]

    def _clean_row(self, info: TaskInfo) -> _Row:
        now, is_wide = self.frame.now, self.width >= WIDE
        return _Row(
            status=info.status,
            number=str(info.number),
            task=self._clean(info.name),
            worker=self._clean(info.worker),
            time=task_time(info, now),
            happened=self._clean(
                what_happened(info, now, at_length=is_wide, ascii_only=self.ascii_only)
            ),
        )

    def _clean(self, text: str) -> str:
        return clean_line(text, self.encoding)

    def _fit(self, text: str, width: int) -> str:
        return fit(text, width, ascii_only=self.ascii_only)


@dataclass(frozen=True, slots=True)
class _Row:
    """The texts of one task, already sanitized."""

    status: Status
    number: str
    task: str
    worker: str
    time: str
    happened: str


def what_happened(
    info: TaskInfo, now: float, *, at_length: bool = False, ascii_only: bool = False
) -> str:
    """Describe a task in one line: its progress, its error, or how its cancel is going.

    The result is not sanitized: it contains the task's own texts.

    Args:
        info: The task's row.
        now: Seconds since the epoch.
        at_length: Use the longer form, with a progress bar.
        ascii_only: Draw the progress bar in ASCII.
    """
    by = f" by {info.cancel_requested_by}" if info.cancel_requested_by else ""
    match info.status:
        case Status.FAILED:
            return info.error
        case Status.CANCELLING:
            ago = f"asked {span(now - (info.cancel_requested_at or now))} ago{by}"
            # The detail shows if the engine can't stop the task.  That matters more than the time
            # since the request, so it comes first.
            return f"{info.detail} ({ago})" if info.detail else ago
        case Status.CANCELLED:
            text = info.cancel_resolution.words if info.cancel_resolution else "cancelled"
            if info.cancel_seconds is not None:
                text += f", {milliseconds(info.cancel_seconds)}"
                text += " after the request" if at_length else ""
            return f"{text}{by}: {info.detail}" if info.detail else text + by
        case Status.WAITING:
            return info.detail
        case Status.RETRYING:
            return info.detail  # how the last attempt ended
        case Status.QUEUED:
            return info.detail  # that it may be running, if its engine can't report starts
        case Status.RUNNING:
            if info.progress is None:
                return ""
            bar = BAR_CELLS if at_length else 0
            return progress_text(info.progress, bar=bar, ascii_only=ascii_only)
        case Status.SUCCEEDED:
            return ""


def task_time(info: TaskInfo, now: float) -> str:
    """Return for how long a task ran, or has run; empty if it has not started."""
    if info.started_at is None:
        return ""
    return span((info.ended_at or now) - info.started_at)


def _note_style(status: Status) -> str:
    return "red" if status is Status.FAILED else ""


def shares(numbers: list[int], cells: int) -> list[int]:
    """Divide *cells* in proportion to *numbers*; each number above 0 gets at least one cell.

    Cells are assigned by largest remainder.  If there are fewer cells than numbers above 0, the
    last numbers get none.
    """
    total = sum(numbers)
    if total == 0:
        return [0] * len(numbers)
    exact = [n * cells / total for n in numbers]
    given = [max(int(share), 1) if n else 0 for n, share in zip(numbers, exact, strict=True)]
    while sum(given) < cells:
        max_missing = max(range(len(given)), key=lambda i: (exact[i] - given[i], given[i]))
        given[max_missing] += 1
    while sum(given) > cells:
        largest = max(range(len(given)), key=lambda i: (given[i], i))
        given[largest] -= 1
    return given
