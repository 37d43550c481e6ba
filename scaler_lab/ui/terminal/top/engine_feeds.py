"""The engines that `top` shows: one, or all that run, as one set of tasks.

    find_engines ──> FeedConnection ──> mirror ─┐
                     FeedConnection ──> mirror ─┴─> EngineFeeds.rows, counts, workers, …

With one engine, the tasks are those of its mirror.  With all, an engine that starts later is added,
and one that has ended stays with its last state, as the last `ENDED_KEPT` do.  Only one thread may
use this.
"""

from __future__ import annotations

import functools
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from scaler_lab.core.live_usage import LiveUsage
from scaler_lab.core.messages import TaskId
from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.feed.connection import FeedConnection
from scaler_lab.feed.discovery import find_engines, is_successor, short_title_of, title_of
from scaler_lab.feed.flame_sampler import FlameSampler, engine_look
from scaler_lab.feed.messages import Details, Response, WorkerRow
from scaler_lab.feed.mirror import News
from scaler_lab.runtime.runtime_dir import ConnectionInfo

ENGINES_INTERVAL = 1.0
ENDED_KEPT = 20

Request = tuple[str, int]
"""A request to an engine: the engine's id, and the number of the request there."""


class EngineFeeds:
    """The connections to the shown engines.

    Args:
        connect: Opens a connection to an engine's feed.
    """

    def __init__(self, connect: Callable[[ConnectionInfo, str], FeedConnection]) -> None:
        self.shows_all = False
        self.successor: ConnectionInfo | None = None  # of the only engine, after that has ended
        self.rows: dict[TaskId, TaskInfo] = {}
        self._connect = connect
        self._feeds: dict[str, FeedConnection] = {}  # by the engine's id
        self._engine_of: dict[TaskId, str] = {}  # with several engines: the id of a task's engine
        self._titles: dict[str, str] = {}
        self._checked_at = -ENGINES_INTERVAL

    # -- which engines -----------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """Whether an engine, or all, were chosen."""
        return self.shows_all or bool(self._feeds)

    def show_one(self, engine: ConnectionInfo) -> None:
        """Show this engine only."""
        self.close()
        self.shows_all = False
        self._add(engine)

    def show_all(self) -> None:
        """Show all engines, also those that start later."""
        self.close()
        self.shows_all = True
        self._check_engines()

    def _add(self, engine: ConnectionInfo) -> None:
        self._feeds[engine.engine_id] = self._connect(engine, "top")
        engines = [feed.engine for feed in self._feeds.values()]
        named = Counter(each.client for each in engines if each.client)
        self._titles = {
            each.engine_id: each.client
            if named[each.client] == 1
            else short_title_of(each, engines)
            for each in engines
        }

    def close(self) -> None:
        """Close all connections and forget all tasks."""
        for feed in self._feeds.values():
            feed.close()
        self._feeds.clear()
        self._engine_of.clear()
        self.rows = {}
        self.successor = None
        self._checked_at = -ENGINES_INTERVAL

    @property
    def only(self) -> FeedConnection | None:
        """The connection to the only engine; None if all are shown, or none was chosen."""
        return None if self.shows_all else next(iter(self._feeds.values()), None)

    @property
    def ended(self) -> str | None:
        """Why the only engine has ended; None while it runs."""
        return None if self.only is None else self.only.mirror.ended

    @property
    def title(self) -> str:
        """What is shown: an engine, or how many programs.  Not sanitized."""
        if self.only is not None:
            return title_of(self.only.engine)
        n = sum(1 for _ in self._running())
        return "no program" if not n else f"{n} program{'s' * (n > 1)}"

    def program_of(self, task_id: TaskId) -> str:
        """Return the program that a task belongs to; "" if one client has submitted all tasks."""
        row = self.rows.get(task_id)
        client = "" if row is None else row.client
        return client or self._titles.get(self._engine_of.get(task_id, ""), "")

    @property
    def longest_program(self) -> int:
        """The length of the longest of these names; 0 if one client has submitted all tasks."""
        names = set[str]().union(*(feed.mirror.clients for feed in self._feeds.values()))
        if not self.shows_all:
            return max(map(len, names)) if len(names) > 1 else 0
        return max(map(len, [*names, *self._titles.values()]), default=0)

    def _check_engines(self) -> None:
        """Add engines that have started; after the only engine has ended, look for its successor.

        Does so at most once a second.
        """
        at = time.monotonic()
        if at < self._checked_at + ENGINES_INTERVAL:
            return
        self._checked_at = at
        if self.shows_all:
            for engine in find_engines():
                if engine.engine_id not in self._feeds:
                    self._add(engine)
        elif self.only is not None:
            ended = self.only.engine
            found = [engine for engine in find_engines() if is_successor(engine, ended)]
            self.successor = found[-1] if found else None

    # -- what they report --------------------------------------------------------------------------

    def read(self) -> News:
        """Read what has come without waiting, and return what is new in `rows`."""
        if self.shows_all or self.ended is not None:
            self._check_engines()
        for feed in self._running():
            feed.read()
        if self.only is not None:
            self.rows = self.only.mirror.rows
            return self.only.mirror.take_news()
        news = News(False, {}, {})
        for engine_id in self._too_many():
            self._feeds.pop(engine_id).close()
            news = self._without(engine_id)
        for engine_id, feed in self._feeds.items():
            news = self._merge(engine_id, feed, news)
        return news

    def _too_many(self) -> Sequence[str]:
        ended = [i for i, feed in self._feeds.items() if feed.mirror.ended is not None]
        return ended[: max(0, len(ended) - ENDED_KEPT)]

    def _without(self, engine_id: str) -> News:
        self.rows = {i: row for i, row in self.rows.items() if self._engine_of[i] != engine_id}
        self._engine_of = {i: self._engine_of[i] for i in self.rows}
        return News(True, {}, {})

    def _merge(self, engine_id: str, feed: FeedConnection, before: News) -> News:
        rows, news = feed.mirror.rows, feed.mirror.take_news()
        if news.everything:
            before = self._without(engine_id)
        for task_id in rows if news.everything else news.changed:
            self.rows[task_id] = rows[task_id]
            self._engine_of[task_id] = engine_id
            before.changed[task_id] = None
        for task_id in news.forgotten:
            self.rows.pop(task_id, None)
            self._engine_of.pop(task_id, None)
            before.changed.pop(task_id, None)
            before.forgotten[task_id] = None
        return before

    def _running(self) -> Iterator[FeedConnection]:
        return (feed for feed in self._feeds.values() if feed.mirror.ended is None)

    @property
    def is_whole(self) -> bool:
        """Whether all engines have sent their tasks."""
        return self.is_open and all(feed.mirror.is_whole for feed in self._running())

    @property
    def counts(self) -> dict[Status, int]:
        """How many tasks have each status, also those that are no longer kept."""
        counts = [feed.mirror.counts for feed in self._feeds.values()]
        return {status: sum(each[status] for each in counts) for status in Status}

    @property
    def n_workers(self) -> int:
        """The number of workers; of all programs, those of the ones that run."""
        feeds = self._running() if self.shows_all else self._feeds.values()
        welcomes = [feed.mirror.welcome for feed in feeds]
        return sum(welcome.n_workers for welcome in welcomes if welcome is not None)

    @property
    def workers(self) -> list[WorkerRow]:
        """The workers of all shown engines."""
        return [worker for feed in self._feeds.values() for worker in feed.mirror.workers]

    @property
    def versions(self) -> dict[str, int]:
        """The version of each engine's board that is shown."""
        return {engine_id: feed.mirror.version for engine_id, feed in self._feeds.items()}

    def usage_of(self, row: TaskInfo) -> LiveUsage | None:
        """Return what a task used when that was last reported; None if it doesn't run."""
        feed = self._feed_of(row.task_id)
        return None if feed is None else feed.mirror.usage_of(row)

    def _feed_of(self, task_id: TaskId) -> FeedConnection | None:
        return self.only or self._feeds.get(self._engine_of.get(task_id, ""))

    # -- requests ----------------------------------------------------------------------------------

    def request_cancel(
        self, task_ids: Iterable[TaskId], *, force: bool, only_queued: bool
    ) -> list[Request]:
        """Request a cancel of tasks from their engines."""
        return [
            (feed.engine.engine_id, number)
            for feed, chosen in self._by_feed(task_ids)
            for number in feed.request_cancel(chosen, force=force, only_queued=only_queued)
        ]

    def request_retry(self, task_ids: Iterable[TaskId]) -> None:
        """Request that failed and cancelled calls are submitted again."""
        for feed, chosen in self._by_feed(task_ids):
            feed.request_retry(chosen)

    def request_details(self, task_id: TaskId) -> Request | None:
        """Request the details of one task; None if its engine has ended."""
        for feed, _ in self._by_feed([task_id]):
            return feed.engine.engine_id, feed.request_details(task_id)
        return None

    def sample_flame(self, row: TaskInfo) -> FlameSampler | None:
        """Begin to sample where a task spends its time; None if its engine has ended."""
        name = f"#{row.number} {row.name}"
        for feed, _ in self._by_feed([row.task_id]):
            look = functools.partial(
                engine_look, feed.engine, row.task_id, "top", connect=self._connect
            )
            return FlameSampler(name, look)
        return None

    def take_details(self, request: Request | None) -> Details | None:
        """Return the details that came for *request*, and forget those of earlier requests."""
        found: Details | None = None
        for engine_id, feed in self._feeds.items():
            details = feed.mirror.details
            if request is not None and request[0] == engine_id and request[1] in details:
                found = details[request[1]]
            details.clear()
        return found

    def request_usage(self) -> None:
        """Request what the running tasks use, from engines where some run."""
        for feed in self._running():
            if feed.mirror.counts[Status.RUNNING] + feed.mirror.counts[Status.CANCELLING]:
                feed.request_usage()

    def take_response(self, request: Request) -> Response | None:
        """Return the answer to a request, once, if it has come."""
        feed = self._feeds.get(request[0])
        return None if feed is None else feed.mirror.responses.pop(request[1], None)

    def _by_feed(self, task_ids: Iterable[TaskId]) -> Iterator[tuple[FeedConnection, list[TaskId]]]:
        chosen: dict[str, list[TaskId]] = {}
        for task_id in task_ids:
            feed = self._feed_of(task_id)
            if feed is not None and feed.mirror.ended is None:
                chosen.setdefault(feed.engine.engine_id, []).append(task_id)
        return ((self._feeds[engine_id], ids) for engine_id, ids in chosen.items())
