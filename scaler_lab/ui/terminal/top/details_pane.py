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
from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.feed import messages
from scaler_lab.feed.flame_sampler import FlameSampler
from scaler_lab.ui.sanitize import clean_line
from scaler_lab.ui.terminal.task_details import task_details
from scaler_lab.ui.terminal.top.engine_feeds import EngineFeeds, Request

STACK_INTERVAL = 1.0  # between two looks where a task is
DETAILS_INTERVAL = 0.3  # between two requests for the details of an unfinished task


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
        self._request: Request | None = None
        self._requested_of: TaskInfo | None = None
        self._requested_at = 0.0  # in the time of the rows
        self._sampler: FlameSampler | None = None

    def compose(self) -> list[Static]:
        return [self._static]

    @property
    def task_id(self) -> TaskId | None:
        """The id of the task that it shows."""
        return None if self.row is None else self.row.task_id

    def show(self, row: TaskInfo | None, now: float | None = None) -> None:
        """Show *row*; None closes the pane."""
        if row is None or self.row is None or row.task_id != self.row.task_id:
            self.details = self._requested_of = None
            self.end_sampling()
            self._requested_at = 0.0
            self.scroll_home(animate=False)
        self.row = row
        self.display = row is not None
        if row is None:
            return
        now = time.time() if now is None else now
        heading, *lines = self._lines(row, now)
        text = Text("\n").join((heading, *self._flame_lines(), *lines))
        if text != self._text or text.spans != self._text.spans:
            self._text = text
            self._static.update(text)

    def toggle_flame(self, feeds: EngineFeeds) -> str:
        """Begin to sample where the task spends its time, or stop.

        Returns:
            Why that is impossible; empty if it isn't.
        """
        if self._sampler is not None and self._sampler.flame is None:
            self._sampler.stop()
        elif self.row is None:
            return "open a running task first, with Enter"
        elif self.row.status not in (Status.RUNNING, Status.CANCELLING):
            return f"#{self.row.number} {self.row.name} does not run"
        else:
            self._sampler = feeds.sample_flame(self.row)
        return ""

    def end_sampling(self) -> None:
        """Sample no more, and show no result."""
        if self._sampler is not None:
            self._sampler.join()
            self._sampler = None

    def _flame_lines(self) -> Iterator[Text]:
        if self._sampler is None:
            return
        flame = self._sampler.flame
        if flame is None:
            elapsed, seconds = self._sampler.elapsed, self._sampler.seconds
            yield Text(f"samples where it is: {elapsed:.0f} of {seconds:.0f} s; p stops", "dim")
        else:
            yield Text("where it spends its time", "dim")
            for line in str(flame).splitlines():
                yield Text(clean_line(line))
            yield Text()

    def follow(self, feeds: EngineFeeds, now: float) -> None:
        """Update the row, and request its traceback, output and profile.

        Args:
            feeds: The engines that know the task.
            now: The time in seconds since the epoch.
        """
        if self.row is None:
            return
        row = feeds.rows.get(self.row.task_id, self.row)
        is_due = row is not self._requested_of and (
            row.status.is_done or now >= self._requested_at + DETAILS_INTERVAL
        )
        runs = row.status in (Status.RUNNING, Status.CANCELLING)
        if is_due or (runs and now >= self._requested_at + STACK_INTERVAL):
            self._requested_of, self._requested_at = row, now
            self._request = feeds.request_details(row.task_id) or self._request
        details = feeds.take_details(self._request)
        if details is not None and details.task_id == row.task_id:
            self.details = details
        self.usage = feeds.usage_of(row)
        self.show(row, now)

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
