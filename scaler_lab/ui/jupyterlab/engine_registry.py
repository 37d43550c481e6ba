"""All running engines of this user, polled only while a page or a command needs them."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import hashlib
import logging
import time
from collections.abc import Iterable
from typing import Any

from scaler_lab.core.messages import TaskId
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.errors import UnsafeFolder
from scaler_lab.feed import discovery
from scaler_lab.feed.flame_sampler import FlameSampler, engine_look
from scaler_lab.feed.mirror import News
from scaler_lab.runtime import runtime_dir
from scaler_lab.runtime.runtime_dir import ConnectionInfo
from scaler_lab.ui.jupyterlab.engine_feed import SOURCE, EngineFeed, EngineUnavailable
from scaler_lab.ui.jupyterlab.engine_summary import EndedTasks
from scaler_lab.ui.jupyterlab.page_session import PageSession, Send

log = logging.getLogger(__name__)

POLL_INTERVAL = 0.5  # between two checks for new and ended engines
LINGER_SECONDS = 5.0  # how long a feed without pages stays open for the next command


class EngineRegistry:
    """The running engines and the connected pages.  Touched only by the event loop's thread."""

    def __init__(self) -> None:
        self._feeds: dict[str, EngineFeed] = {}
        self._refused: dict[str, tuple[ConnectionInfo, str]] = {}  # running, but incompatible
        self._pages: set[PageSession] = set()
        self._polling: asyncio.Task[None] | None = None
        self._has_warned = False
        self._samplers: list[tuple[TaskId, FlameSampler]] = []
        self._since = 0.0  # when the first connected page joined

    # -- for commands ------------------------------------------------------------------------------

    def known(self) -> list[dict[str, Any]]:
        """Return the running engines, with their counts if a feed is open."""
        running = self._running()
        return [summary_of(h, self._feeds.get(h.engine_id), running) for h in running]

    def feed(self, engine_id: str) -> EngineFeed:
        """Return the feed of the engine with that id.

        Raises:
            EngineUnavailable: No such engine runs.
        """
        feed = self._feeds.get(engine_id)
        if feed is None:
            engine = next((h for h in self._running() if h.engine_id == engine_id), None)
            if engine is None:
                raise EngineUnavailable(f"no engine with the id {engine_id} runs (any more)")
            feed = self._open(engine)
            self._poll()  # the polling task closes the feed later
        feed.used_at = time.monotonic()
        return feed

    def sample_flame(self, engine_id: str, task_id: TaskId, name: str) -> FlameSampler:
        """Begin to sample where a task spends its time.

        Raises:
            EngineUnavailable: No such engine runs.
        """
        engine = self.feed(engine_id).engine
        sampler = FlameSampler(name, functools.partial(engine_look, engine, task_id, SOURCE))
        running = [(i, other) for i, other in self._samplers if other.flame is None]
        self._samplers = [*running, (task_id, sampler)]
        return sampler

    def stop_flames(self, task_id: TaskId) -> None:
        """End every sampling of a task; its result has what was sampled so far."""
        for sampled, sampler in self._samplers:
            if sampled == task_id:
                sampler.stop()

    # -- for pages ---------------------------------------------------------------------------------

    def join(self, send: Send) -> PageSession:
        """Add a page, which is then sent updates about every engine."""
        if not self._pages:
            self._since = time.time()
        page = PageSession(send, self.summaries, self._title_of, self._feeds.get)
        self._pages.add(page)
        with contextlib.suppress(Exception):  # logged when it is tried again
            self._poll_once()  # so that its first message has the engines
        self._poll()
        return page

    def leave(self, page: PageSession) -> None:
        """Remove a page."""
        page.close()
        self._pages.discard(page)

    def summaries(self) -> list[dict[str, Any]]:
        """Return what pages are sent about every engine with an open feed, oldest first."""
        engines = self._known_engines()
        feeds = sorted(self._feeds.values(), key=lambda feed: feed.engine.started_at)
        summaries = [
            {
                **summary_of(feed.engine, feed, engines),
                "open": [_open_task(row) for row in feed.summary.open_rows()],
            }
            for feed in feeds
        ]
        refused: list[dict[str, Any]] = [
            {**summary_of(engine, None, engines), "open": [], "trouble": why}
            for engine, why in self._refused.values()
        ]
        return summaries + refused

    def _title_of(self, engine: ConnectionInfo) -> str:
        return discovery.short_title_of(engine, self._known_engines())

    def _known_engines(self) -> list[ConnectionInfo]:
        """Return the engines that pages know."""
        refused = [engine for engine, _ in self._refused.values()]
        return [*(feed.engine for feed in self._feeds.values()), *refused]

    async def close(self) -> None:
        """Close all pages and feeds, when the server stops."""
        for page in list(self._pages):
            self.leave(page)
        for _, sampler in self._samplers:
            sampler.join()
        if self._polling is not None:
            self._polling.cancel()
            await asyncio.wait([self._polling])
        for feed in self._feeds.values():
            feed.close()
        self._feeds.clear()

    # -- polling -----------------------------------------------------------------------------------

    def _poll(self) -> None:
        if self._polling is None or self._polling.done():
            self._polling = asyncio.get_running_loop().create_task(self._keep_polling())

    async def _keep_polling(self) -> None:
        while self._pages or self._feeds:
            try:
                self._poll_once()
            except Exception:  # the next poll may succeed; pages still need updates
                log.exception("the list of running engines could not be read")
            await asyncio.sleep(POLL_INTERVAL)

    def _poll_once(self) -> None:
        now = time.monotonic()
        came = False
        if self._pages:
            running = {engine.engine_id: engine for engine in self._running()}
            for engine_id in [i for i in self._refused if i not in running]:
                del self._refused[engine_id]
                came = True
            for engine_id, engine in running.items():
                if engine_id not in self._feeds and engine_id not in self._refused:
                    self._open(engine)
                    came = True
        for feed in list(self._feeds.values()):
            feed.read()  # the engine may have ended without a message
            if not self._pages and now - feed.used_at > LINGER_SECONDS:
                self._close(feed)
        if came:
            self._notify_all()

    def _running(self) -> list[ConnectionInfo]:
        try:
            return discovery.find_engines()
        except (UnsafeFolder, OSError) as error:
            if not self._has_warned:
                log.warning("no engine can be read: %s", error)
                self._has_warned = True
            return []

    def _open(self, engine: ConnectionInfo) -> EngineFeed:
        feed = self._feeds[engine.engine_id] = EngineFeed(
            engine, self._on_news, self._on_usage, self._since
        )
        return feed

    def _close(self, feed: EngineFeed) -> None:
        if self._feeds.pop(feed.engine.engine_id, None) is not None:
            feed.close()

    def _on_news(self, feed: EngineFeed, news: News, ended: EndedTasks) -> None:
        for page in self._pages:
            page.note(feed, news, ended)
        if feed.mirror.ended is not None:
            if not feed.mirror.is_whole and runtime_dir.is_running(feed.engine):
                # Most likely an engine of another version.  A new connection would fail again.
                self._refused[feed.engine.engine_id] = (feed.engine, feed.mirror.ended)
            self._close(feed)
            self._notify_all()

    def _on_usage(self, feed: EngineFeed) -> None:
        for page in self._pages:
            page.note_usage(feed)

    def _notify_all(self) -> None:
        for page in self._pages:
            page.note_engines()


def summary_of(
    engine: ConnectionInfo, feed: EngineFeed | None, engines: Iterable[ConnectionInfo]
) -> dict[str, Any]:
    """Return what a page may know about one of the *engines*: no address, key or path."""
    is_known = feed is not None and feed.mirror.is_whole
    return {
        "id": engine.engine_id,
        "name": engine.name,
        "program": discovery.program_of(engine),
        # Unlike that of another program of this name; of the path, which the page need not know
        "place": hashlib.blake2b(engine.path.encode(), digest_size=8).hexdigest(),
        "title": discovery.short_title_of(engine, engines),
        "kind": discovery.kind_of(engine),
        "pid": engine.pid,
        "workers": engine.n_workers,
        "startedAt": round(engine.started_at, 3),
        "counts": feed.summary.counts if feed is not None and is_known else None,
        "trouble": "",  # why the engine's tasks can't be shown
    }


def _open_task(row: TaskInfo) -> list[Any]:
    started_at = None if row.started_at is None else round(row.started_at, 3)
    return [row.task_id, row.number, row.name[:200], row.status.value, started_at]
