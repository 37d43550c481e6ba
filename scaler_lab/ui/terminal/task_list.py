"""Tasks as lines of a table, as wide as needed: the output of ``scaler-lab ls``.

    state            #  task       worker     time  what happened
    ✗ failed         1  boom       worker 1   0 ms  ValueError: no such column
    ▸ running        2  nap[0]     worker 2  3.1 s

On a terminal, lines are cut at its width.  Elsewhere they aren't cut.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from scaler_lab.core.task_record import TaskInfo
from scaler_lab.ui.formatting import STATUS_STYLES, fit, fit_name, icon_of, span
from scaler_lab.ui.sanitize import clean_line
from scaler_lab.ui.terminal.board_view import what_happened

MAX_WIDTH = 60  # cells of a column if there is no terminal; the last column has no limit
_HEADER = ("state", "#", "task", "worker", "time", "what happened")
_NAME = 2  # the position of the task's name
_TO_THE_RIGHT = (False, True, False, False, True, False)


@dataclass(frozen=True, slots=True)
class TaskList:
    """A rich renderable of *rows*, in the given order.  Print it with ``soft_wrap=True``."""

    rows: Sequence[TaskInfo]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        now = time.time()
        table = [_HEADER, *(_cells(row, now, options) for row in self.rows)]
        widths = [max(min(cell_len(cells[n]), MAX_WIDTH) for cells in table) for n in range(5)]
        limit = console.width if console.is_terminal else None
        if limit is not None:  # shorten the name first, to keep "what happened" readable
            rest = sum(widths) - widths[2] + 10
            happened = max((cell_len(cells[5]) for cells in table[1:]), default=0)
            widths[2] = max(8, min(widths[2], limit - rest - min(happened, 30, limit // 3)))
        for n, cells in enumerate(table):
            line = Text(no_wrap=True, end="\n")
            style = STATUS_STYLES[self.rows[n - 1].status].style if n else ""
            for at, (text, width) in enumerate(zip(cells, widths, strict=False)):
                cut = fit_name if at == _NAME else fit
                shown = (
                    text.rjust(width)
                    if _TO_THE_RIGHT[at]
                    else cut(text, width, ascii_only=options.ascii_only)
                )
                line.append(shown, style if at == 0 else "").append("  ")
            line.append(cells[5])
            line.rstrip()
            if not n:
                line.stylize("dim")
            if limit is not None and line.cell_len > limit:
                whole = fit(line.plain, limit, ascii_only=options.ascii_only)
                spans = [s for s in line.spans if s.end <= len(whole)]
                line = Text(whole, no_wrap=True, spans=spans)
            yield line


def _cells(row: TaskInfo, now: float, options: ConsoleOptions) -> tuple[str, ...]:
    def clean(text: str) -> str:
        return clean_line(text, options.encoding)

    took = "" if row.started_at is None else span((row.ended_at or now) - row.started_at)
    return (
        f"{icon_of(row.status, ascii_only=options.ascii_only)} {row.status.value}",
        str(row.number),
        clean(row.name),
        clean(row.worker),
        took,
        clean(what_happened(row, now, at_length=True, ascii_only=options.ascii_only)),
    )
