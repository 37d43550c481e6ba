"""Every engine of this user's, while anybody looks; nothing at all while nobody does."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

from scaler_lab.core.board import TaskFacts
from scaler_lab.errors import UnsafeFolder
from scaler_lab.feed import discovery
from scaler_lab.feed.mirror import News
from scaler_lab.runtime import runtime_dir
from scaler_lab.runtime.runtime_dir import Connection
from scaler_lab.ui.jupyterlab.engine_feed import HostFeed, HostGone
from scaler_lab.ui.jupyterlab.engine_summary import Ended
from scaler_lab.ui.jupyterlab.page_session import Page, Say

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 0.5  # for engines that came or went
LINGER_SECONDS = 5.0  # a feed that no page needs, for the next command


class Hosts:
    """See the module.  Touched only by the event loop's thread."""

    def __init__(self) -> None:
        self._feeds: dict[str, HostFeed] = {}
        self._refused: dict[str, tuple[Connection, str]] = {}  # alive, and not to be understood
        self._pages: set[Page] = set()
        self._looking: asyncio.Task[None] | None = None
        self._has_warned = False
        self._since = 0.0  # when the first of the pages came that look now

    # -- for commands ------------------------------------------------------------------------------

    def known(self) -> list[dict[str, Any]]:
        """The engines that run now; with their counts, where a feed is open."""
        return [summary_of(host, self._feeds.get(host.engine_id)) for host in self._running()]

    def feed(self, host_id: str) -> HostFeed:
        """The feed of the engine with that id.  Raises `HostGone`."""
        feed = self._feeds.get(host_id)
        if feed is None:
            host = next((h for h in self._running() if h.engine_id == host_id), None)
            if host is None:
                raise HostGone(f"no engine with the id {host_id} runs (any more)")
            feed = self._open(host)
            self._look()  # and close it again, some time
        feed.used_at = time.monotonic()
        return feed

    # -- for pages ---------------------------------------------------------------------------------

    def join(self, say: Say) -> Page:
        """A page that looks from now on, and is told of every engine."""
        if not self._pages:
            self._since = time.time()
        page = Page(say, self.summaries, self._feeds.get)
        self._pages.add(page)
        self._look()
        return page

    def leave(self, page: Page) -> None:
        """It looks no longer."""
        page.close()
        self._pages.discard(page)

    def summaries(self) -> list[dict[str, Any]]:
        """What pages are told of every engine whose feed is open, oldest first."""
        feeds = sorted(self._feeds.values(), key=lambda feed: feed.host.started_at)
        told = [
            {
                **summary_of(feed.host, feed),
                "open": [_line_of(row) for row in feed.digest.open_rows()],
            }
            for feed in feeds
        ]
        refused: list[dict[str, Any]] = [
            {**summary_of(host, None), "open": [], "trouble": why}
            for host, why in self._refused.values()
        ]
        return told + refused

    async def close(self) -> None:
        """End it all, for the server's end."""
        for page in list(self._pages):
            self.leave(page)
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait([self._looking])
        for feed in self._feeds.values():
            feed.close()
        self._feeds.clear()

    # -- looking -----------------------------------------------------------------------------------

    def _look(self) -> None:
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().create_task(self._keep_looking())

    async def _keep_looking(self) -> None:
        while self._pages or self._feeds:
            try:
                self._look_once()
            except Exception:  # the next look may go better; pages must not be left alone
                log.exception("the running engines could not be looked at")
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    def _look_once(self) -> None:
        now = time.monotonic()
        came = False
        if self._pages:
            running = {host.engine_id: host for host in self._running()}
            for host_id in [i for i in self._refused if i not in running]:
                del self._refused[host_id]
                came = True
            for host_id, host in running.items():
                if host_id not in self._feeds and host_id not in self._refused:
                    self._open(host)
                    came = True
        for feed in list(self._feeds.values()):
            feed.read()  # it may have ended without a word
            if not self._pages and now - feed.used_at > LINGER_SECONDS:
                self._close(feed)
        if came:
            self._tell_all()

    def _running(self) -> list[Connection]:
        try:
            return discovery.feed_hosts()
        except (UnsafeFolder, OSError) as error:
            if not self._has_warned:
                log.warning("no engine can be looked at: %s", error)
                self._has_warned = True
            return []

    def _open(self, host: Connection) -> HostFeed:
        feed = self._feeds[host.engine_id] = HostFeed(host, self._on_news, self._since)
        return feed

    def _close(self, feed: HostFeed) -> None:
        if self._feeds.pop(feed.host.engine_id, None) is not None:
            feed.close()

    def _on_news(self, feed: HostFeed, news: News, ended: Ended) -> None:
        for page in self._pages:
            page.note(feed, news, ended)
        if feed.mirror.ended is not None:
            if not feed.mirror.is_whole and runtime_dir.is_running(feed.host):
                # Another version's, most likely: asked again, it would say the same.
                self._refused[feed.host.engine_id] = (feed.host, feed.mirror.ended)
            self._close(feed)
            self._tell_all()

    def _tell_all(self) -> None:
        for page in self._pages:
            page.note_hosts()


def summary_of(host: Connection, feed: HostFeed | None) -> dict[str, Any]:
    """What a page may know of an engine.  No address, no key, no path."""
    is_known = feed is not None and feed.mirror.is_whole
    return {
        "id": host.engine_id,
        "name": host.name,
        "program": host.program,
        "title": host.program or host.name,
        "kind": discovery.kind_of(host),
        "pid": host.pid,
        "workers": host.n_workers,
        "startedAt": round(host.started_at, 3),
        "counts": feed.digest.counts if feed is not None and is_known else None,
        "trouble": "",  # why nothing is known of it, nor will be
    }


def _line_of(row: TaskFacts) -> list[Any]:
    started_at = None if row.started_at is None else round(row.started_at, 3)
    return [row.task_id, row.number, row.name[:200], row.status.value, started_at]
