"""``ls --watch``: the list of tasks, kept up to date until Ctrl-C.

On a terminal the list is drawn anew in place: unfinished tasks first, as many as there is room for.
Elsewhere there is a line for each task and each change of its state, as `kubectl get -w` prints.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from scaler_lab.cli.feeds import as_dict
from scaler_lab.cli.output import print_line
from scaler_lab.core.messages import TaskId
from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_record import TaskInfo

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from scaler_lab.feed.connection import FeedConnection
    from scaler_lab.runtime.runtime_dir import ConnectionInfo

REDRAW_INTERVAL = 0.5
ENGINES_INTERVAL = 1.0

Choose = Callable[["FeedConnection"], list[TaskInfo]]


class WatchedEngines:
    """The feeds of one engine or of all, also of those that start later.

    Args:
        name: The engine's name; None watches all.
    """

    def __init__(self, name: str | None) -> None:
        self._name = name
        self._stack = ExitStack()
        self._feeds: dict[str, FeedConnection] = {}
        self._checked_at = -ENGINES_INTERVAL
        if name is not None:  # an error if there is none now
            from scaler_lab.feed.discovery import find_engine

            self._open(find_engine(name))

    def __enter__(self) -> WatchedEngines:
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.close()

    def _open(self, engine: ConnectionInfo) -> None:
        from scaler_lab.feed.connection import FeedConnection

        feed = self._stack.enter_context(FeedConnection(engine, "scaler-lab ls"))
        self._feeds[engine.engine_id] = feed

    def read(self) -> list[FeedConnection]:
        """Read what has come, and return the feeds that have a snapshot."""
        now = time.monotonic()
        if self._name is None and now >= self._checked_at + ENGINES_INTERVAL:
            from scaler_lab.feed.discovery import find_engines

            self._checked_at = now
            for engine in find_engines():
                if engine.engine_id not in self._feeds:
                    self._open(engine)
        for feed in self._feeds.values():
            while feed.mirror.ended is None and feed.read():
                pass
        return [feed for feed in self._feeds.values() if feed.mirror.is_whole]

    @property
    def is_over(self) -> bool:
        """Whether the only engine to watch has ended."""
        return self._name is not None and all(
            feed.mirror.ended is not None for feed in self._feeds.values()
        )


def changes(
    feeds: Sequence[FeedConnection], choose: Choose, seen: dict[TaskId, str]
) -> Iterator[tuple[FeedConnection, TaskInfo]]:
    """Yield the chosen tasks whose state or attempt is another than in *seen*, and note them."""
    for feed in feeds:
        for row in choose(feed):
            state = f"{row.status} {row.attempt}"
            if seen.get(row.task_id) != state:
                seen[row.task_id] = state
                yield feed, row


def watch_lines(engines: WatchedEngines, choose: Choose, *, as_json: bool) -> None:
    """Print a line for each task and each change of its state, until the engine ends."""
    from scaler_lab.ui.formatting import icon_of
    from scaler_lab.ui.sanitize import clean_line
    from scaler_lab.ui.terminal.board_view import what_happened

    seen: dict[TaskId, str] = {}
    while True:
        is_over = engines.is_over  # before the last lines are read
        for feed, row in changes(engines.read(), choose, seen):
            if as_json:
                print_line(json.dumps(as_dict(feed, row)))
                continue
            at = time.strftime("%H:%M:%S")
            what = what_happened(row, time.time(), at_length=True)
            state = f"{icon_of(row.status)} {row.status.value}"
            line = f"{at}  {state:12}  {row.number:>4}  {row.name}  {what}".rstrip()
            print_line(clean_line(line, sys.stdout.encoding or "ascii"))
        if is_over:
            return
        time.sleep(REDRAW_INTERVAL)  # the feed's messages come at most ten times a second


def watch_screen(engines: WatchedEngines, choose: Choose, console: Console) -> None:
    """Draw the list anew in place, until the engine ends; the last one stays on the screen."""
    from rich.live import Live

    with Live(console=console, auto_refresh=False, screen=True) as live:
        while not engines.is_over:
            live.update(_screen(engines.read(), choose, console.height), refresh=True)
            time.sleep(REDRAW_INTERVAL)


def _screen(feeds: Sequence[FeedConnection], choose: Choose, height: int) -> RenderableType:
    from rich.console import Group
    from rich.text import Text

    from scaler_lab.feed.discovery import title_of
    from scaler_lab.ui.sanitize import clean_line
    from scaler_lab.ui.terminal.task_list import TaskList

    if not feeds:
        return Text("nothing is running; a program's engine appears here when it starts", "dim")
    parts: list[RenderableType] = []
    room = max(3, height // len(feeds) - 2)
    for feed in feeds:
        rows = sorted(choose(feed), key=_by_need)
        ended = "" if feed.mirror.ended is None else f"   ended: {feed.mirror.ended}"
        title = clean_line(title_of(feed.engine))
        head = Text.assemble((title, "bold"), f"   {totals(rows)}", (ended, "yellow"))
        head.no_wrap, head.overflow = True, "ellipsis"
        parts.append(head)
        shown = rows if len(rows) < room else rows[: room - 2]
        if shown:
            parts.append(TaskList(shown))
        if len(rows) > len(shown):
            parts.append(Text(f"… and {len(rows) - len(shown):,} more", "dim"))
    return Group(*parts)


_NEED = (Status.CANCELLING, Status.RUNNING, Status.FAILED, Status.RETRYING)


def _by_need(row: TaskInfo) -> tuple[int, float]:
    """Sort what goes on and what failed first, then what is to come, then what is done."""
    if row.status in _NEED:
        return _NEED.index(row.status), row.number
    return (len(_NEED), row.number) if not row.status.is_done else (len(_NEED) + 1, -row.number)


def totals(rows: Sequence[TaskInfo]) -> str:
    """Return how many tasks there are, and how many of them have each state."""
    from scaler_lab.core.counts import Counts

    total = "1 task" if len(rows) == 1 else f"{len(rows):,} tasks"
    return f"{total}: {Counts(row.status for row in rows)}" if rows else "no tasks"
