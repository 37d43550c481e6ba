"""One connected page: sends it what is new, no faster than it reads.

    ["engines", now, [...]]              every engine, its counts and some of its open tasks
    ["feed", engine id, now, [...]]      the feed's messages, as in the notebook's pages
    ["ended", engine id, title, [...], failed]  tasks that have just ended, for notifications

The page may send the messages of `FeedRequest`.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, assert_never

import msgspec

from scaler_lab.core.encoding import lenient, strict
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.feed import messages
from scaler_lab.feed.mirror import News
from scaler_lab.runtime.runtime_dir import ConnectionInfo
from scaler_lab.ui import page_encoding
from scaler_lab.ui.jupyterlab.engine_feed import EngineFeed
from scaler_lab.ui.jupyterlab.engine_summary import EndedTasks
from scaler_lab.ui.jupyterlab.requests import (
    EngineResync,
    EngineUsageRequest,
    FeedRequest,
    WatchRequest,
)
from scaler_lab.ui.jupyterlab.row_stream import RowStream

HOSTS_INTERVAL = 0.25
MAX_BATCHES_OF_ENDED = 100  # for a page that doesn't read; older ones are dropped

Send = Callable[[bytes], Awaitable[None]]
"""Sends a text; returns once the connection to the page has accepted it."""

_decode = strict(msgspec.json.Decoder(FeedRequest).decode)
_encode = lenient(msgspec.json.Encoder().encode)


class PageError(ValueError):
    """The page sent an invalid message."""


@dataclass
class _WatchedEngine:
    feed: EngineFeed
    rows: RowStream
    wants_usage: bool = False
    usage_is_due: bool = False


class PageSession:
    """The session of one page.

    Args:
        send: Sends a message to the page.
        summaries: Returns the summaries of all engines.
        title_of: Returns the title of an engine.
        find: Returns an engine's feed by its id, or None.
    """

    def __init__(
        self,
        send: Send,
        summaries: Callable[[], list[dict[str, Any]]],
        title_of: Callable[[ConnectionInfo], str],
        find: Callable[[str], EngineFeed | None],
    ) -> None:
        self._send_text = send
        self._summaries = summaries
        self._title_of = title_of
        self._find = find
        self._wanted: list[str] = []
        self._watched: dict[str, _WatchedEngine] = {}
        self._ended: deque[list[Any]] = deque(maxlen=MAX_BATCHES_OF_ENDED)
        self._gone: deque[tuple[str, str]] = deque()
        self._engines_are_due = True
        self._engines_sent_at = -HOSTS_INTERVAL
        self._is_due = asyncio.Event()
        self._is_due.set()
        self._running = asyncio.get_running_loop().create_task(self._run())

    def note(self, engine: EngineFeed, news: News, ended: EndedTasks) -> None:
        """Process news of *engine*."""
        engine_id = engine.engine.engine_id
        watched = self._watched.get(engine_id)
        if watched is not None:
            watched.rows.note(news)
        if ended.tasks or ended.n_failed:
            lines = [_ending(row) for row in ended.tasks]
            title = self._title_of(engine.engine)
            self._ended.append(["ended", engine_id, title, lines, ended.n_failed])
        if engine.mirror.ended is not None and self._watched.pop(engine_id, None) is not None:
            self._gone.append((engine_id, engine.mirror.ended))
        self.note_engines()

    def note_usage(self, engine: EngineFeed) -> None:
        """Note that what the tasks of *engine* use was reported."""
        watched = self._watched.get(engine.engine.engine_id)
        if watched is not None and watched.wants_usage:
            watched.wants_usage, watched.usage_is_due = False, True
            self._is_due.set()

    def note_engines(self) -> None:
        """Note that engines have started or ended, or that their counts have changed."""
        self._engines_are_due = True
        self._is_due.set()

    def receive(self, text: str | bytes) -> None:
        """Process a message from the page.

        Raises:
            PageError: The message is not valid.
        """
        try:
            message = _decode(text)
        except msgspec.DecodeError as error:
            raise PageError(str(error)) from None
        match message:
            case WatchRequest():
                self._wanted = message.engine_ids
                for engine_id in [i for i in self._watched if i not in self._wanted]:
                    del self._watched[engine_id]
            case EngineResync():
                if (watched := self._watched.get(message.engine_id)) is not None:
                    watched.rows.start_over()
            case EngineUsageRequest():
                ids = [i for i in message.engine_ids if i in self._watched]
                for watched in [self._watched[i] for i in ids]:
                    watched.wants_usage = True
                    watched.feed.request_usage()
                return  # nothing is to be sent yet
            case _:
                assert_never(message)
        self._is_due.set()

    def close(self) -> None:
        """Send nothing more."""
        self._running.cancel()

    # -- sending: one message at a time, each after the previous one was accepted ------------------

    async def _run(self) -> None:
        while True:
            await self._is_due.wait()
            self._is_due.clear()
            while await self._send_some():
                pass
            if self._engines_are_due:  # the previous ones were sent too recently
                wait = self._engines_sent_at + HOSTS_INTERVAL - time.monotonic()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._is_due.wait(), max(0.0, wait))
                self._is_due.set()

    async def _send_some(self) -> bool:
        """Send one message of each kind that is due; return whether there was any."""
        sent = False
        now = time.monotonic()
        if self._engines_are_due and now - self._engines_sent_at >= HOSTS_INTERVAL:
            self._engines_are_due = False
            self._engines_sent_at = now
            await self._send(["engines", _clock(), self._summaries()])
            sent = True
        self._take_up()
        for engine_id, watched in list(self._watched.items()):
            message = watched.rows.next_message()
            if message is not None:
                await self._send(["feed", engine_id, _clock(), [page_encoding.plain(message)]])
                sent = True
            if watched.usage_is_due:
                watched.usage_is_due = False
                usage = messages.UsageReport(dict(watched.feed.mirror.usage))
                await self._send(["feed", engine_id, _clock(), [page_encoding.plain(usage)]])
        while self._gone:
            engine_id, reason = self._gone.popleft()
            message = messages.Closed(reason)
            await self._send(["feed", engine_id, _clock(), [page_encoding.plain(message)]])
        while self._ended:
            await self._send(self._ended.popleft())
        return sent

    def _take_up(self) -> None:
        """Start watching the requested engines; an engine may start after the request."""
        for engine_id in self._wanted:
            if engine_id not in self._watched and (found := self._find(engine_id)) is not None:
                self._watched[engine_id] = _WatchedEngine(found, RowStream(found.mirror))

    async def _send(self, message: list[Any]) -> None:
        await self._send_text(_encode(message))


def _clock() -> float:
    return round(time.time(), 3)


def _ending(row: TaskInfo) -> list[Any]:
    began = row.submitted_at if row.started_at is None else row.started_at
    seconds = round((row.ended_at or began) - began, 3)
    return [
        *(row.task_id, row.name[:200], row.status.value, seconds, row.error[:300]),
        row.group_name[:200],
    ]
