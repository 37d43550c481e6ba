"""The top of the screen: the engine's name, a bar of all tasks by state, and the counts.

     train.py (812-08a6)   2 workers   130 of 737 done   41 tasks/s
     ██████████████████▚▒▒◌▸▸······································································
     ▸ 2 running   · 604 queued   ✓ 127 succeeded   ✗ 1 failed   ⊘ 2 cancelled

A click on a state shows only the tasks in that state.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.message import Message
from textual.widget import Widget

from scaler_lab.core.state_machine import Status
from scaler_lab.ui.formatting import COUNT_ORDER, STATUS_STYLES, fit, icon_of, rate
from scaler_lab.ui.sanitize import clean_line
from scaler_lab.ui.terminal.board_view import shares

RATE_WINDOW_SECONDS = 5.0


class Throughput:
    """Finished tasks per second, over the last few seconds.  Pure."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque()

    def at(self, now: float, settled: int) -> float | None:
        """Return the rate at the time *now*, or None while it is unknown.

        *settled* is the total number of finished tasks at that time.
        """
        samples = self._samples
        if samples and settled < samples[-1][1]:
            samples.clear()  # the board dropped old tasks, or it is another board
        samples.append((now, settled))
        while len(samples) > 2 and samples[1][0] <= now - RATE_WINDOW_SECONDS:
            samples.popleft()
        then, settled_then = samples[0]
        if now - then < 0.5:
            return None
        return (settled - settled_then) / (now - then)


def settled_of(counts: Mapping[Status, int]) -> int:
    """Return how many tasks have finished: succeeded, failed or cancelled."""
    return sum(n for status, n in counts.items() if status.is_done)


class Summary(Widget):
    """The engine's name, the bar and the counts."""

    DEFAULT_CSS = """
    Summary { height: 3; padding: 0 1; background: $panel; }
    Summary.-stale { text-style: dim; }
    """

    class StateClicked(Message):
        """The person clicked on a state's count."""

        def __init__(self, status: Status) -> None:
            super().__init__()
            self.status = status

    def __init__(self) -> None:
        super().__init__(id="summary")
        self._title = ""
        self._n_workers = 0
        self._counts: dict[Status, int] = dict.fromkeys(Status, 0)
        self._rate: float | None = None
        self._spans: list[tuple[int, int, Status]] = []  # on the last line

    def show(
        self, title: str, n_workers: int, counts: dict[Status, int], per_second: float | None
    ) -> None:
        """Redraw the summary if something has changed."""
        shown = None if per_second is None else rate(per_second)
        before = None if self._rate is None else rate(self._rate)
        if (title, n_workers, counts, shown) != (
            self._title,
            self._n_workers,
            self._counts,
            before,
        ):
            self._title, self._n_workers = title, n_workers
            self._counts, self._rate = counts, per_second
            self.refresh()

    def render(self) -> Text:
        width = self.content_size.width
        lines = [self._headline(width), self._bar(width), self._count_line(width)]
        return Text("\n", no_wrap=True, overflow="crop").join(lines)

    def _headline(self, width: int) -> Text:
        counts = self._counts
        total = sum(counts.values())
        parts = [f"{settled_of(counts):,} of {total:,} done" if total else "no tasks yet"]
        if self._n_workers:
            plural = "s" if self._n_workers > 1 else ""
            parts.insert(0, f"{self._n_workers} worker{plural}")
        if self._rate is not None and total:
            parts.append(f"{rate(self._rate)} tasks/s")
        while len(parts) > 1 and sum(len(part) + 3 for part in parts) > width + 3:
            parts.pop()
        room = width - sum(len(part) + 3 for part in parts)
        title = clean_line(self._title)
        if cell_len(title) > room:
            title = fit(title, max(0, room))
        line = Text(title, "bold")
        for part in parts:
            line.append("   " if line else "").append(part, "not bold")
        return line

    def _bar(self, width: int) -> Text:
        order = list(STATUS_STYLES)
        line = Text()
        cells = shares([self._counts[status] for status in order], width)
        for status, n in zip(order, cells, strict=True):
            line.append(STATUS_STYLES[status].bar * n, STATUS_STYLES[status].style)
        return line

    def _count_line(self, width: int) -> Text:
        line = Text()
        self._spans = []
        items = [(status, self._counts[status]) for status in COUNT_ORDER if self._counts[status]]
        texts = [f"{icon_of(status)} {n:,} {status.value}" for status, n in items]
        gap = "   "
        if sum(map(len, texts)) + 3 * len(texts) > width + 3:
            gap = "  "
        if sum(map(len, texts)) + 2 * len(texts) > width + 2:
            texts = [f"{icon_of(status)} {n:,}" for status, n in items]
        for (status, _), text in zip(items, texts, strict=True):
            if line:
                line.append(gap)
            self._spans.append((len(line), len(line) + len(text), status))
            line.append(text, STATUS_STYLES[status].style)
        return line

    def on_click(self, event: events.Click) -> None:
        if event.y != 2:
            return
        x = event.x - self.styles.padding.left
        for start, end, status in self._spans:
            if start <= x < end:
                self.post_message(self.StateClicked(status))
