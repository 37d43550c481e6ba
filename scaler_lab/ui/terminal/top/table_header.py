"""The column names above the table.

A click on a column sorts by it; a second click reverses the order.
"""

from __future__ import annotations

from rich.text import Text
from textual import events
from textual.message import Message
from textual.widget import Widget

from scaler_lab.ui.terminal.top.rows import Columns, header_line
from scaler_lab.ui.terminal.top.sorting import SortBy


class TableHeader(Widget):
    """The column names above the table, which can be clicked."""

    DEFAULT_CSS = "TableHeader { height: 1; background: $surface; color: $text-muted; }"

    class Clicked(Message):
        """The person clicked on a column name."""

        def __init__(self, sort_by: SortBy) -> None:
            super().__init__()
            self.sort_by = sort_by

    def __init__(self) -> None:
        super().__init__(id="header")
        self._columns = Columns.of(80, 0)
        self._sort_by: SortBy = SortBy.STATE
        self._is_reversed: bool = False

    def show(self, columns: Columns, sort_by: SortBy, is_reversed: bool) -> None:
        """Redraw the header if something has changed."""
        shown = (columns, sort_by, is_reversed)
        if shown != (self._columns, self._sort_by, self._is_reversed):
            self._columns, self._sort_by, self._is_reversed = shown
            self.refresh()

    def render(self) -> Text:
        line = Text(no_wrap=True, overflow="crop")
        for text, by in header_line(self._columns, self._sort_by, self._is_reversed):
            line.append(text, "bold" if by is self._sort_by else "")
        return line

    def on_click(self, event: events.Click) -> None:
        at = 0
        for text, by in header_line(self._columns, self._sort_by, self._is_reversed):
            at += len(text)
            if event.x < at:
                self.post_message(self.Clicked(by))
                return
