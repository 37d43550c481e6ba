"""The pane with the details of one task: times, how its cancel ended, its traceback and output."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from scaler_lab.core.live_usage import LiveUsage
from scaler_lab.core.messages import TaskId
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.feed import messages
from scaler_lab.ui.terminal.task_details import task_details


class DetailsPane(VerticalScroll):
    """Shows the details of one task.  It is visible while it has a task."""

    DEFAULT_CSS = """
    DetailsPane {
        height: 50%;
        scrollbar-size-vertical: 1;
        padding: 0 1;
        background: $surface;
        border-top: solid $primary;
        &.-stale { text-style: dim; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("k", "scroll_up"), Binding("j", "scroll_down")]

    def __init__(self) -> None:
        super().__init__(id="details")
        self.row: TaskInfo | None = None
        self.details: messages.Details | None = None
        self.usage: LiveUsage | None = None
        self._text = Text()
        self._static = Static(id="details-text", markup=False)

    def compose(self) -> list[Static]:
        return [self._static]

    @property
    def task_id(self) -> TaskId | None:
        """The id of the task that it shows."""
        return None if self.row is None else self.row.task_id

    def show(self, row: TaskInfo | None, now: float | None = None) -> None:
        """Show *row*; None closes the pane."""
        if row is None or self.row is None or row.task_id != self.row.task_id:
            self.details = None
            self.scroll_home(animate=False)
        self.row = row
        self.display = row is not None
        if row is None:
            return
        now = time.time() if now is None else now
        text = Text("\n").join(self._lines(row, now))
        if text != self._text or text.spans != self._text.spans:
            self._text = text
            self._static.update(text)

    def _lines(self, row: TaskInfo, now: float) -> Iterator[Text]:
        details = self.details
        if details is None:
            return task_details(row, now=now)
        return task_details(
            row,
            details.traceback,
            output=details.output,
            output_before=details.output_before,
            profile=details.profile,
            stack=None if row.status.is_done else details.stack,
            usage=self.usage,
            now=now,
        )
