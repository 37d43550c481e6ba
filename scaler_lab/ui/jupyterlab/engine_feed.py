"""One engine's feed, read on the server's event loop and shared by all pages."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from scaler_lab.core.messages import TaskId
from scaler_lab.feed import messages
from scaler_lab.feed.connection import FeedConnection
from scaler_lab.feed.mirror import News
from scaler_lab.runtime.runtime_dir import ConnectionInfo
from scaler_lab.ui.jupyterlab.engine_summary import EndedTasks, EngineSummary

SOURCE = "JupyterLab"  # shown in rows and errors as the source of a cancel
READ_AT_ONCE = 4  # messages; then the event loop runs the server's other work
RESPONSE_TIMEOUT = 10.0


class EngineUnavailable(Exception):
    """The engine has ended, or could not be reached."""


class EngineTimeout(Exception):
    """The engine runs, but has not answered in time."""


T = TypeVar("T")

OnNews = Callable[["EngineFeed", News, EndedTasks], None]
OnUsage = Callable[["EngineFeed"], None]


class EngineFeed:
    """One engine's feed.  Touched only by the event loop's thread.

    Args:
        engine: The engine to connect to.
        on_news: Called when something has changed.
        on_usage: Called when `mirror.usage` is new, which it is after `request_usage`.
        since: Tasks that ended after this time (seconds since the epoch) are reported as ended,
            even if they ended before the first snapshot.
    """

    def __init__(
        self, engine: ConnectionInfo, on_news: OnNews, on_usage: OnUsage, since: float
    ) -> None:
        self.engine = engine
        self.used_at = time.monotonic()
        self._on_news = on_news
        self._on_usage = on_usage
        self._loop = asyncio.get_running_loop()
        self._connection = FeedConnection(engine, SOURCE)
        self.mirror = self._connection.mirror
        self.summary = EngineSummary(self.mirror, since)
        self._responses: dict[int, asyncio.Future[messages.Response]] = {}
        self._details: dict[int, asyncio.Future[messages.Details]] = {}
        self._is_closed = False
        self._counts = self.summary.counts
        self._usage = self.mirror.usage
        self._loop.add_reader(self._connection.fileno(), self.read)
        self._read_soon()  # messages that arrived before `add_reader` are not signalled

    @property
    def ended(self) -> str | None:
        """Why the feed has ended; None while it is open."""
        return "this server looks no longer" if self._is_closed else self.mirror.ended

    def read(self) -> None:
        """Read what has arrived, and settle the requests that it answers.  Doesn't block."""
        if self._is_closed:
            return
        if self._connection.read(READ_AT_ONCE):
            self._read_soon()
        mirror = self.mirror
        for request in [r for r in self._responses if r in mirror.responses]:
            _settle(self._responses.pop(request), mirror.responses[request])
        for request in [r for r in self._details if r in mirror.details]:
            _settle(self._details.pop(request), mirror.details[request])
        mirror.responses.clear()
        mirror.details.clear()
        news = mirror.take_news()
        counts = self.summary.counts
        if news or counts != self._counts or mirror.ended is not None:
            self._counts = counts
            self._on_news(self, news, self.summary.take_in(news))
        if mirror.usage is not self._usage:
            self._usage = mirror.usage
            self._on_usage(self)
        if mirror.ended is not None:
            self._refuse(mirror.ended)

    async def cancel(
        self, task_ids: Sequence[TaskId], *, force: bool, only_queued: bool
    ) -> messages.Response:
        """Request to cancel tasks.

        Raises:
            EngineUnavailable: The engine has ended.
            EngineTimeout: The engine has not answered in `RESPONSE_TIMEOUT` seconds.
        """
        requests = self._connection.request_cancel(task_ids, force=force, only_queued=only_queued)
        return await self._sum(requests)

    async def cancel_all(self, *, force: bool, only_queued: bool) -> messages.Response:
        """Request to cancel all unfinished tasks, including those not yet known here.

        Raises:
            EngineUnavailable: The engine has ended.
            EngineTimeout: The engine has not answered in `RESPONSE_TIMEOUT` seconds.
        """
        requests = self._connection.request_cancel_all(force=force, only_queued=only_queued)
        return await self._sum([requests])

    async def retry(self, task_ids: Sequence[TaskId]) -> messages.Response:
        """Request to submit the calls of tasks again.

        Raises:
            EngineUnavailable: The engine has ended.
            EngineTimeout: The engine has not answered in `RESPONSE_TIMEOUT` seconds.
        """
        return await self._sum(self._connection.request_retry(task_ids))

    async def details(self, task_id: TaskId) -> messages.Details:
        """Return the details of one task: its traceback, output and profile.

        Raises:
            EngineUnavailable: The engine has ended.
            EngineTimeout: The engine has not answered in `RESPONSE_TIMEOUT` seconds.
        """
        request = self._connection.request_details(task_id)
        waiter: asyncio.Future[messages.Details] = self._loop.create_future()
        self._details[request] = waiter
        self._read_soon()
        return await self._in_time(waiter)

    def request_usage(self) -> None:
        """Request what the running tasks use; `mirror.usage` has the answer soon."""
        self._connection.request_usage()
        self._read_soon()

    def close(self) -> None:
        """Close the connection.  Idempotent."""
        if self._is_closed:
            return
        self._is_closed = True
        self._loop.remove_reader(self._connection.fileno())
        self._connection.close()
        self._refuse(self.mirror.ended or "this server looks no longer")

    async def _sum(self, requests: Sequence[int]) -> messages.Response:
        waiters: list[asyncio.Future[messages.Response]] = []
        for request in requests:
            waiters.append(self._loop.create_future())
            self._responses[request] = waiters[-1]
        self._read_soon()
        responses = [await self._in_time(waiter) for waiter in waiters]
        trouble = next((response.trouble for response in responses if response.trouble), "")
        return messages.Response(0, sum(response.accepted for response in responses), trouble)

    async def _in_time(self, waiter: asyncio.Future[T]) -> T:
        self.used_at = time.monotonic()
        if self.ended is not None:
            self._refuse(self.ended)
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(waiter, RESPONSE_TIMEOUT)
        raise EngineTimeout(f"the engine has not answered for {RESPONSE_TIMEOUT:g} s")

    def _read_soon(self) -> None:
        self._loop.call_soon(self.read)

    def _refuse(self, reason: str) -> None:
        waiters: list[asyncio.Future[Any]] = [*self._responses.values(), *self._details.values()]
        for waiter in waiters:
            if not waiter.done():
                waiter.set_exception(EngineUnavailable(f"the engine is gone: {reason}"))
        self._responses.clear()
        self._details.clear()


def _settle(waiter: asyncio.Future[T], value: T) -> None:
    if not waiter.done():  # the request may have been cancelled
        waiter.set_result(value)
