"""The line at the bottom of `top`: the last message, the selection and the filter."""

from __future__ import annotations

import time

from rich.text import Text
from textual.widgets import Static

from scaler_lab.feed.discovery import title_of
from scaler_lab.ui.sanitize import clean_line
from scaler_lab.ui.terminal.top.engine_feeds import EngineFeeds
from scaler_lab.ui.terminal.top.task_table import TaskTable

MESSAGE_SECONDS = 10.0


class StatusLine(Static):
    """Shows one line of text."""

    DEFAULT_CSS = """
    StatusLine {
        height: 1; padding: 0 1; background: $panel;
        &.-ended { background: $warning 30%; text-style: bold; }
    }
    """

    def __init__(self, feeds: EngineFeeds, table: TaskTable) -> None:
        super().__init__(id="status", markup=False)
        self.ended_at = 0.0  # seconds since the epoch
        self.filter_name = "all"
        self._feeds = feeds
        self._table = table
        self._message = ""
        self._message_at = 0.0
        self._text = ""

    def show_message(self, text: str) -> None:
        """Show *text* for some seconds."""
        self._message, self._message_at = text, time.monotonic()
        self.show()

    def show(self) -> None:
        """Redraw the line if something has changed."""
        self.set_class(self._feeds.ended is not None, "-ended")
        line = Text(clean_line(self._in_words()), no_wrap=True, overflow="ellipsis")
        if line.plain != self._text:
            self._text = line.plain
            self.update(line)

    def _in_words(self) -> str:
        feeds = self._feeds
        if feeds.ended is not None:
            at = time.strftime("%H:%M:%S", time.localtime(self.ended_at))
            text = f"ended {at}: {feeds.ended}"
            if feeds.successor is not None:
                return f"r: {title_of(feeds.successor)}, which runs now   {text}"
            return f"{text}   waits for it to start again   e: others"
        if not feeds.is_open:
            return ""
        if not feeds.is_whole:
            return "waiting for the engine to answer"
        order, parts = self._table.order, list[str]()
        if self._message and time.monotonic() - self._message_at < MESSAGE_SECONDS:
            parts.append(self._message)
        if self._table.selected:
            parts.append(f"{self._table.n_selected:,} selected")
        if order.is_filtered:
            what = "" if self.filter_name == "all" else f"{self.filter_name} only"
            what += f"{', ' * bool(what)}with {order.search!r}" if order.search else ""
            parts.append(f"{what}: {len(order):,} of {len(feeds.rows):,}")
        return "   ".join(parts)
