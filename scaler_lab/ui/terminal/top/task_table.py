"""The table of all tasks: a widget that draws only visible lines, and only those that changed.

It owns the cursor and the selection.  They refer to rows (tasks and groups), not to lines, because
lines move.  If a change moves the cursor's row out of sight, the cursor is removed, so that a key
never acts on a task that the person didn't see there.  The widget reads tasks from the mirror that
it is given, and reports the person's actions as textual messages.  It never cancels anything
itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from scaler_lab.core.messages import TaskId
from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.feed.mirror import News
from scaler_lab.ui.terminal.top.groups import GROUP_PREFIX, GroupRow
from scaler_lab.ui.terminal.top.lines import Line, UsageOf, line_of
from scaler_lab.ui.terminal.top.rows import Columns, Marks
from scaler_lab.ui.terminal.top.sorting import SortBy
from scaler_lab.ui.terminal.top.task_order import TaskOrder

SETTLE_SHARE = 0.03  # the maximum share of time spent on moving tasks to their places
STRIPS_KEPT = 500


class TaskTable(ScrollView, can_focus=True):
    """The table of tasks, with a cursor and a selection.

    Args:
        program_of: Returns the program that a task belongs to.
    """

    DEFAULT_CSS = """
    TaskTable {
        height: 1fr;
        background: $background;
        overflow-x: hidden;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        & > .task-table--cursor { background: $primary 25%; }
        & > .task-table--selected { background: $secondary 15%; }
        &:focus > .task-table--cursor { background: $primary 40%; }
        &:nocolor > .task-table--cursor { text-style: reverse; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"task-table--cursor", "task-table--selected"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home,g", "edge(-1)", show=False),
        Binding("end,G", "edge(1)", show=False),
        Binding("shift+up", "extend(-1)", show=False),
        Binding("shift+down", "extend(1)", show=False),
        Binding("left", "fold", show=False),
        Binding("right", "unfold", show=False),
        Binding("ctrl+a,asterisk", "select_all", show=False),
    ]

    is_stale = reactive(False)

    class CursorMoved(Message):
        """The cursor moved to another task, or was removed."""

    class Opened(Message):
        """The person wants to see the details of the cursor's task."""

    class SelectionChanged(Message):
        """The set of selected tasks changed."""

    def __init__(self, program_of: Callable[[TaskId], str] = lambda _: "") -> None:
        super().__init__(id="tasks")
        self.order = TaskOrder(program_of)
        self.selected: dict[TaskId, None] = {}
        self.cursor: TaskId | None = None
        self._rows: dict[TaskId, TaskInfo] = {}
        self._now = 0.0
        self._line = 0  # the line of the cursor, or its last one
        self._anchor: int | None = None  # the line where a shift-selection started
        self.columns = Columns.of(80, 0)
        self.longest_program = 0  # its length; 0 if there is no column for programs
        self._usage_of: UsageOf = lambda _: None
        self._max_number = 0
        self._may_settle_at = 0.0  # monotonic
        self._drawn: dict[int, Line] = {}  # by line of the screen
        # By row, because lines move.  textual caches a strip's terminal output with the strip.
        self._strips: dict[TaskId, tuple[Line, Strip]] = {}

    # -- tasks -------------------------------------------------------------------------------------

    def take(
        self,
        rows: dict[TaskId, TaskInfo],
        news: News,
        now: float,
        usage_of: UsageOf = lambda _: None,
    ) -> None:
        """Show *rows*.

        Args:
            rows: All tasks by id.
            news: Which of them have changed since the last call.
            now: The time in seconds since the epoch.
            usage_of: Returns what a task uses.
        """
        self._now, self._usage_of = now, usage_of
        if news.everything or rows is not self._rows:
            self._rows = rows
            self.order.start_over(rows)
            self._max_number = max((row.number for row in rows.values()), default=0)
            self._forget(row_id for row_id in list(self.selected) if self.order.row(row_id) is None)
            self._resize_content()
        elif news:
            self.order.note(news.changed)
            self.order.note(news.forgotten)
            numbers = (rows[task_id].number for task_id in news.changed)
            self._max_number = max(self._max_number, max(numbers, default=0))
            self._forget(news.forgotten)
        if self.order.must_settle:
            self._settle()
        self._refresh_changed()

    def _forget(self, task_ids: Iterable[TaskId]) -> None:
        for task_id in task_ids:
            self.selected.pop(task_id, None)

    def _settle(self) -> None:
        start = time.monotonic()
        if start < self._may_settle_at and not self.order.is_quick:
            return
        self.order.settle()
        cost = time.monotonic() - start
        self._may_settle_at = start + cost / SETTLE_SHARE
        self._resize_content()

    def _resize_content(self) -> None:
        width, height = self.scrollable_content_region.size
        self.order.fit(height)
        before, n_lines = self.virtual_size.height, len(self.order)
        if min(before, n_lines) > height:
            # A normal assignment would lay out the whole screen again, ten times a second.
            self.set_reactive(TaskTable.virtual_size, Size(width, n_lines))  # pyright: ignore[reportArgumentType]  # textual types a reactive as its value
            bar = self.vertical_scrollbar
            if abs(n_lines - bar.window_virtual_size) * height > bar.window_virtual_size:
                bar.window_virtual_size = n_lines
            if self.scroll_y > self.max_scroll_y:
                self.scroll_to(y=self.max_scroll_y, animate=False)
        elif before != n_lines:
            self.virtual_size = Size(width, n_lines)
        self.columns = Columns.of(width, self._max_number, self.longest_program)
        self._follow_cursor()

    def _follow_cursor(self) -> None:
        """Keep the cursor on its task while that task is visible."""
        if self.cursor is None:
            return
        line = self.order.index_of(self.cursor)
        top = round(self.scroll_offset.y)
        was_seen = top <= self._line < top + self.size.height
        if line is None or (was_seen and not top <= line < top + self.size.height):
            self._set_cursor(None)
        else:
            self._line = line

    @property
    def chosen(self) -> list[TaskInfo]:
        """The tasks that a key acts on: the selected ones, otherwise the cursor's.

        A group stands for all its tasks, also when they are hidden.
        """
        row_ids = list(self.selected) or ([] if self.cursor is None else [self.cursor])
        rows = (row for row_id in row_ids for row in self.order.tasks(row_id))
        return list({row.task_id: row for row in rows}.values())

    @property
    def n_selected(self) -> int:
        """The number of selected tasks."""
        has_groups = any(row_id.startswith(GROUP_PREFIX) for row_id in self.selected)
        return len(self.chosen) if has_groups else len(self.selected)

    @property
    def cursor_row(self) -> TaskInfo | None:
        """The row of the task under the cursor; None if there is no cursor, or it is on a group."""
        return None if self.cursor is None else self._rows.get(self.cursor)

    def rearrange(
        self,
        *,
        sort_by: SortBy | None = None,
        is_reversed: bool | None = None,
        states: frozenset[Status] | None = None,
        search: str | None = None,
        is_grouped: bool | None = None,
    ) -> None:
        """Change which tasks are shown or how they are sorted, and scroll to the top."""
        self.order.choose(
            sort_by=sort_by,
            is_reversed=is_reversed,
            states=states,
            search=search,
            is_grouped=is_grouped,
        )
        if states is not None or search is not None:
            self.select_none()  # hidden tasks must not stay selected
        self.scroll_to(y=0, animate=False)
        self._line = 0
        self._set_cursor(None)
        self._resize_content()
        self.refresh()

    # -- drawing -----------------------------------------------------------------------------------

    def _refresh_changed(self) -> None:
        """Redraw the visible lines whose content has changed."""
        top = round(self.scroll_offset.y)
        n_lines = len(self.order)
        regions: list[Region] = []
        for y in range(self.size.height):
            key = self._key(top + y) if top + y < n_lines else None
            if key != self._drawn.get(y):
                regions.append(Region(0, y, self.size.width, 1))
        if len(regions) > self.size.height // 2:
            self.refresh()
        elif regions:
            self.refresh(*regions)

    def _key(self, line: int) -> Line | None:
        row_id = self.order[line]
        marks = Marks(row_id == self.cursor, row_id in self.selected, self.is_stale)
        return line_of(row_id, self.order, self.columns, marks, self._now, self._usage_of)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Render like the base class, but without its cache.

        The base class caches by line number and loses its entries when lines move.
        """
        filters, (_, background) = self.get_line_filters(), self.background_colors
        strips: list[Strip] = []
        for y in crop.line_range:
            strip = self.render_line(y)
            for line_filter in filters:
                strip = strip.apply_filter(line_filter, background)  # cached in the strip
            strips.append(strip.crop(*crop.column_span))
        return strips

    def render_line(self, y: int) -> Strip:
        """Return line *y* of the screen.

        It is the same strip as before if the task's content is unchanged, even if the task has
        moved.
        """
        line = round(self.scroll_offset.y) + y
        key = self._key(line) if line < len(self.order) else None
        if key is None:
            self._drawn.pop(y, None)
            return self._empty_line(y)
        self._drawn[y] = key
        kept = self._strips.get(key.row_id)
        if kept is not None and kept[0] == key:
            return kept[1]
        strip = Strip(key.draw(), key.columns.width)
        style = self._line_style(key.marks)
        strip = strip.apply_style(style).adjust_cell_length(self.region.width, style)
        if len(self._strips) > STRIPS_KEPT:
            self._strips.clear()
        self._strips[key.row_id] = key, strip
        return strip

    def _empty_line(self, y: int) -> Strip:
        note = "  no such tasks" if y == 0 and self.order.is_filtered else ""
        strip = Strip([Segment(note, Style(dim=True))], len(note)).apply_style(self.rich_style)
        return strip.adjust_cell_length(self.region.width, self.rich_style)

    def _line_style(self, marks: Marks) -> Style:
        if marks.cursor:
            return self.get_component_rich_style("task-table--cursor")
        if marks.selected:
            return self.get_component_rich_style("task-table--selected")
        return self.rich_style

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._drawn.clear()
        self._strips.clear()

    def on_resize(self) -> None:
        self._drawn.clear()
        self._strips.clear()
        self._resize_content()

    def watch_is_stale(self) -> None:
        self.refresh()

    # -- the cursor --------------------------------------------------------------------------------

    def _set_cursor(self, task_id: TaskId | None) -> None:
        if task_id != self.cursor:
            self.cursor = task_id
            self._refresh_changed()
            self.post_message(self.CursorMoved())

    def _go(self, line: int) -> None:
        if not len(self.order):
            return
        self._line = max(0, min(line, len(self.order) - 1))
        self._set_cursor(self.order[self._line])
        top, height = round(self.scroll_offset.y), self.size.height
        if self._line < top:
            self.scroll_to(y=self._line, animate=False)
        elif self._line >= top + height:
            self.scroll_to(y=self._line - height + 1, animate=False)

    def _here(self) -> int:
        """Return the line that the next move starts from.

        Without a cursor, it is the line before the first one to move to.
        """
        if self.cursor is not None:
            return self._line
        top = round(self.scroll_offset.y)
        return max(top - 1, min(self._line, top + self.size.height) - 1)

    def action_move(self, by: int) -> None:
        self._anchor = None
        self._go(self._here() + by)

    def action_page(self, by: int) -> None:
        self._anchor = None
        self._go(self._here() + by * max(1, self.size.height - 1))

    def action_edge(self, to: int) -> None:
        self._anchor = None
        self._go(0 if to < 0 else len(self.order) - 1)

    # -- the selection -----------------------------------------------------------------------------

    def action_toggle_selected(self) -> None:
        if self.cursor is None:
            self._go(self._here() + 1)
        if self.cursor is not None:
            self._toggle(self.cursor)
            self._go(self._line + 1)

    def action_extend(self, by: int) -> None:
        if self.cursor is None:
            self._go(self._here() + 1)
        if self._anchor is None:
            self._anchor = self._line
        self._go(self._line + by)
        self._select_range(self._anchor, self._line)

    def action_select_all(self) -> None:
        self.selected = dict.fromkeys(self.order)
        self._selection_changed()

    def select_none(self) -> None:
        if self.selected:
            self.selected.clear()
            self._selection_changed()
        self._anchor = None

    def _toggle(self, task_id: TaskId) -> None:
        if task_id in self.selected:
            del self.selected[task_id]
        else:
            self.selected[task_id] = None
        self._selection_changed()

    def _select_range(self, start: int, end: int) -> None:
        lines = range(min(start, end), max(start, end) + 1)
        self.selected = {self.order[line]: None for line in lines if line < len(self.order)}
        self._selection_changed()

    def _selection_changed(self) -> None:
        self._refresh_changed()
        self.post_message(self.SelectionChanged())

    def action_open(self) -> None:
        if self.cursor is None:
            self._go(self._here() + 1)
        self._open()

    def _open(self) -> None:
        """Fold or unfold the cursor's group, or report that the person opens its task."""
        if self.cursor is None:
            return
        if isinstance(self.order.row(self.cursor), GroupRow):
            self._fold(self.cursor, not self.order.is_folded(self.cursor))
        else:
            self.post_message(self.Opened())

    # -- groups ------------------------------------------------------------------------------------

    def _fold(self, group_id: TaskId, is_folded: bool) -> None:
        self.order.fold(group_id, is_folded)
        self._resize_content()
        self.refresh()

    def action_fold(self) -> None:
        group = None if self.cursor is None else self.order.group_of(self.cursor)
        if group is None:
            return
        line = self.order.index_of(group.task_id)
        if line is not None:
            self._go(line)
        self._fold(group.task_id, True)

    def action_unfold(self) -> None:
        if self.cursor is not None and isinstance(self.order.row(self.cursor), GroupRow):
            self._fold(self.cursor, False)

    # -- the mouse ---------------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        line = round(self.scroll_offset.y) + event.y
        if not 0 <= line < len(self.order):
            return
        if event.shift:
            anchor = self._line if self._anchor is None else self._anchor
            self._go(line)
            self._anchor = anchor
            self._select_range(anchor, line)
            return
        self._anchor = None
        self._go(line)
        if event.ctrl or event.meta:
            self._toggle(self.order[line])
        elif event.chain == 2:
            self._open()
