"""The view of `live`: at most a third of the screen, with what runs and what failed.

    local engine   130 of 737 done   41 tasks/s   12.3 s   ~15 s left
    ▸ 2 running   · 604 queued   ✓ 127 succeeded   ✗ 1 failed   ⊘ 2 cancelled
    load    ████████████████████████████████████████   100/100  2 failed
    fit     ███████▸▸·······························    30/637  ~15 s left
    ▸ running      fit[31]                     3.1 s  ████░░░░░░  37%  3/8
    ✗ failed       load[16]                    1.2 s  ValueError: no such column

Unless there are several groups, one bar shows all tasks.  Like that of `BoardView`, the output is a
pure function of the frame and the console's size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.ui.formatting import STATUS_STYLES, fit, fit_name, icon_of, time_left
from scaler_lab.ui.sanitize import clean_line
from scaler_lab.ui.terminal.board_follower import BoardFrame
from scaler_lab.ui.terminal.board_view import WIDE, Drawing, task_time, what_happened
from scaler_lab.ui.terminal.group_tally import GroupFrame

SHARE_OF_SCREEN = 3
MIN_LINES = 4
_SHOWN = frozenset({Status.CANCELLING, Status.RUNNING, Status.FAILED})
_STATE = 12  # an icon, a space, the longest word ("cancelling")
_TIME = 6
_MAX_BAR = 40


@dataclass(frozen=True, slots=True)
class LiveRenderable:
    """A rich renderable of *frame*, titled *title*, with at most *max_rows* tasks."""

    frame: BoardFrame
    title: str
    max_rows: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        # The console's height, because a live display limits that of the options.
        height = max(MIN_LINES, console.height // SHARE_OF_SCREEN)
        yield from _LiveDrawing(
            frame=self.frame,
            width=options.max_width,
            height=min(height, options.max_height - 1),
            encoding=options.encoding,
        ).lines(self.title, self.max_rows)


class _LiveDrawing(Drawing):
    """Adds the lines of groups, and rows that take one line each."""

    def lines(self, title: str, max_rows: int) -> Iterator[Text]:
        frame = self.frame
        if not frame.total:
            yield from super().lines(title, max_rows)
            return
        groups = frame.groups if len(frame.groups) > 1 else ()
        head = [self.headline(title), *([] if groups else [self.bar()]), *self.counts()]
        yield from head
        failed = [info for info in frame.rows if info.status is Status.FAILED]
        active = [info for info in frame.rows if info.status in _SHOWN and not info.status.is_done]
        n_rows = sum(frame.counts[status] for status in _SHOWN) if max_rows else 0
        room = max(0, self.height - len(head))
        for_rows = min(n_rows, max_rows, max(room // 2, room - len(groups)))
        n_shown = max(0, for_rows - (n_rows > for_rows))
        n_failed = min(len(failed), max(n_shown // 3, n_shown - len(active), 1))
        rows = (active[: max(0, n_shown - n_failed)] + failed)[:n_shown]
        yield from self._cut(self._groups(groups), len(groups), room - for_rows, "groups")
        yield from self._cut(self._rows(rows), n_rows, for_rows, "that run or failed")

    def _cut(self, lines: Sequence[Text], total: int, room: int, what: str) -> Iterator[Text]:
        if total <= room and total == len(lines):
            yield from lines
        elif room > 0:
            shown = lines[: room - 1]
            yield from shown
            dots = "..." if self.ascii_only else "…"
            yield self.joined([(f"{dots} and {total - len(shown):,} more {what}", "dim")])

    def _groups(self, groups: Sequence[GroupFrame]) -> list[Text]:
        names = [clean_line(group.name, self.encoding) for group in groups]
        longest = max((cell_len(name) for name in names), default=0)
        name_width = min(longest, max(8, self.width // 3))
        numbers = [self._numbers(group) for group in groups]
        longest = max((text.cell_len for text in numbers), default=0)
        bar_width = min(_MAX_BAR, self.width - name_width - longest - 4)
        lines: list[Text] = []
        for name, text, group in zip(names, numbers, groups, strict=True):
            line = Text(no_wrap=True, overflow="crop")
            line.append(fit_name(name, name_width, ascii_only=self.ascii_only)).append("  ")
            if bar_width >= 4:
                line.append_text(self.bar(group.counts, bar_width)).append("  ")
            lines.append(line.append_text(text))
        return lines

    def _numbers(self, group: GroupFrame) -> Text:
        line = Text(f"{group.settled:,}/{group.total:,}".rjust(7))
        failed = group.counts[Status.FAILED]
        if failed:
            line.append(f"  {failed:,} failed", STATUS_STYLES[Status.FAILED].style)
        if group.seconds_left is not None:
            line.append(f"  {time_left(group.seconds_left)}", "dim")
        return line

    def _rows(self, rows: Sequence[TaskInfo]) -> list[Text]:
        names = [clean_line(info.name, self.encoding) for info in rows]
        longest = max((cell_len(name) for name in names), default=0)
        name_width = min(longest, max(8, (self.width - _STATE - _TIME - 6) // 2))
        lines: list[Text] = []
        for name, info in zip(names, rows, strict=True):
            state = f"{icon_of(info.status, ascii_only=self.ascii_only)} {info.status.value}"
            line = Text(no_wrap=True, overflow="crop")
            line.append(fit(state, _STATE), STATUS_STYLES[info.status].style).append("  ")
            line.append(fit_name(name, name_width, ascii_only=self.ascii_only)).append("  ")
            line.append(task_time(info, self.frame.now).rjust(_TIME)).append("  ")
            happened = what_happened(
                info, self.frame.now, at_length=self.width >= WIDE, ascii_only=self.ascii_only
            )
            room = self.width - _STATE - name_width - _TIME - 6
            text = fit(clean_line(happened, self.encoding), room, ascii_only=self.ascii_only)
            line.append(text.rstrip(), "red" if info.status is Status.FAILED else "")
            lines.append(line)
        return lines
