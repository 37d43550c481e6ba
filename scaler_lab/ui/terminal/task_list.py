"""Tasks as lines of a table, as wide as needed: the output of ``scaler-lab ls``.

    state            #  task       worker     time  what happened
    ✗ failed         1  boom       worker 1   0 ms  ValueError: no such column
    ▸ running        2  nap[0]     worker 2  3.1 s

If several clients that share an engine submitted them, another column names each task's client.
On a terminal, lines are cut at its width, and there is no column for the worker if it is narrow.
Elsewhere they aren't cut.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.style import Style

from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.ui.formatting import STATUS_STYLES, fit, fit_name, icon_of, span
from scaler_lab.ui.sanitize import clean_line
from scaler_lab.ui.terminal.board_view import NARROW, what_happened

MIN_CLIENT_WIDTH = 12  # cells
ROOMY = 100
MAX_WIDTH = 60  # cells of a column if there is no terminal; the last column has no limit
_HEADER = ("state", "#", "task", "client", "worker", "time", "what happened")
_LINES_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class TaskList:
    """A rich renderable of *rows*, in the given order.  Print it with ``soft_wrap=True``."""

    rows: Sequence[TaskInfo]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        # Strings and segments, not `Text`: a list may have a million lines.
        limit = console.width if console.is_terminal else None
        lines = self._lines(limit, options)
        if limit is None:  # there are no styles
            while chunk := [state + rest for state, rest in islice(lines, _LINES_AT_ONCE)]:
                yield Segment("\n".join(chunk) + "\n")
            return
        dim = Style.parse("dim")
        styles = {status: Style.parse(style.style) for status, style in STATUS_STYLES.items()}
        state, rest = next(lines)
        yield Segment(state + rest, dim)
        yield Segment("\n")
        for row, (state, rest) in zip(self.rows, lines, strict=True):
            yield Segment(state, styles[row.status])
            yield Segment(rest + "\n")

    def _lines(self, limit: int | None, options: ConsoleOptions) -> Iterator[tuple[str, str]]:
        """Yield the header and each row: the state, and the rest of the line."""
        now, ascii_only = time.time(), options.ascii_only
        table = [_HEADER, *_cells_of(self.rows, now, options)]
        columns = zip(*table, strict=True)
        widths = [min(max(map(cell_len, set(column))), MAX_WIDTH) for column in columns]
        has_clients = len({row.client for row in self.rows}) > 1
        has_workers = limit is None or limit >= (ROOMY if has_clients else NARROW)
        if limit is not None:  # shorten the name first, to keep "what happened" readable
            widths[3] = min(widths[3], max(MIN_CLIENT_WIDTH, limit // 5))
            others = widths[0] + widths[1] + widths[5] + 8
            others += (widths[3] + 2) * has_clients + (widths[4] + 2) * has_workers
            longest = max((cell_len(cells[6]) for cells in table[1:]), default=0)
            widths[2] = max(8, min(widths[2], limit - others - min(longest, 30, limit // 3)))
        for state, number, name, client, worker, took, happened in table:
            shown = fit(state, widths[0], ascii_only=ascii_only)
            rest = "  ".join(
                (
                    "",
                    number.rjust(widths[1]),
                    fit_name(name, widths[2], ascii_only=ascii_only),
                    *[fit_name(client, widths[3], ascii_only=ascii_only)] * has_clients,
                    *[fit(worker, widths[4], ascii_only=ascii_only)] * has_workers,
                    took.rjust(widths[5]),
                    happened,
                )
            ).rstrip()
            if limit is not None and cell_len(rest) > limit - widths[0]:
                rest = fit(rest, limit - widths[0], ascii_only=ascii_only)
            yield shown, rest


_Cells = tuple[str, str, str, str, str, str, str]


def _cells_of(rows: Iterable[TaskInfo], now: float, options: ConsoleOptions) -> Iterator[_Cells]:
    encoding, ascii_only = options.encoding, options.ascii_only
    states = {
        status: f"{icon_of(status, ascii_only=ascii_only)} {status.value}" for status in Status
    }
    for row in rows:
        happened = what_happened(row, now, at_length=True, ascii_only=ascii_only)
        yield (
            states[row.status],
            str(row.number),
            clean_line(row.name, encoding),
            row.client and clean_line(row.client, encoding),
            row.worker and clean_line(row.worker, encoding),
            "" if row.started_at is None else span((row.ended_at or now) - row.started_at),
            happened and clean_line(happened, encoding),
        )
