"""`as_completed`: iterates over futures, plainly or with ``async for``, as they finish.

    for future in as_completed(futures):            blocks, as the standard library's does
    async for future in as_completed(futures):      leaves the event loop free

One object does both, so that the same name works in a script, a notebook and a coroutine.

    the engine's thread                       the loop that reads
    ─────────────────────────────────         ────────────────────────────────────────────
    settles a future, notifies           ──>  takes the future out; an event wakes a plain
      `_Arrivals` (not by a callback:         loop, a listener wakes an async one
      another slow callback would
      delay it)
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Any, Generic, Self, TypeVar

from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.safe_event import SafeEvent
from scaler_lab.core.selection import futures_from
from scaler_lab.core.state_machine import STATUS, Status
from scaler_lab.core.wait import Shown, shows_progress, wait_in_company

T = TypeVar("T")


def as_completed(
    futures: ScalerFuture[T] | Iterable[ScalerFuture[T]],
    timeout: float | None = None,
    *,
    progress: bool = True,
) -> Completions[T]:
    """Yield each future when it is done; works with ``for`` and with ``async for``.

    Futures that are already done come first, in their order, then the others as they finish.  The
    futures may belong to several clients.

    In a terminal and in a notebook, a plain loop shows a progress bar while it waits.  Ctrl-C is as
    in `Client.wait`.

    Ending the loop early, or cancelling the asyncio task that runs it, stops no task.

    Args:
        futures: The futures to wait for, or a single one; each is yielded once.
        timeout: The longest time for all of them together, in seconds from this call; None waits
            without a limit.
        progress: Whether to show the progress bar.

    Raises:
        TypeError: *futures* is neither a future nor an iterable of futures.
        TimeoutError: *timeout* ran out; the loop's next step raises it.

    ::

        async for future in as_completed(group, timeout=60):
            print(future.name, future.result())
    """
    return Completions(futures_from(futures, "as_completed"), timeout, progress=progress)


class Completions(Iterator[ScalerFuture[T]], AsyncIterator[ScalerFuture[T]], Generic[T]):
    """The iterator that `as_completed` returns.  For one reader at a time."""

    def __init__(
        self, futures: Iterable[ScalerFuture[T]], timeout: float | None, *, progress: bool = False
    ) -> None:
        self._left: dict[ScalerFuture[T], int] = {}
        self._end = None if timeout is None else time.monotonic() + timeout
        self._arrivals: _Arrivals[T] = _Arrivals()
        # The futures not yielded yet, and the position of each; a dict keeps the order.
        self._left = {future: place for place, future in enumerate(dict.fromkeys(futures))}
        self._total = len(self._left)
        self._waiting_since: float | None = None
        # The futures that the bar counts.  A yielded future is replaced, so that its value is freed
        # as soon as the reader drops it.
        self._shown: list[Shown] = (
            list(self._left) if progress and shows_progress(self._left) else []
        )
        for future in self._left:
            if not future.add_waiter(self._arrivals):
                self._arrivals.add_result(future)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> ScalerFuture[T]:
        if not self._left:
            raise StopIteration
        arrivals = self._arrivals
        if self._shown:
            if self._waiting_since is None:
                self._waiting_since = time.monotonic()
            arrived = wait_in_company(
                arrivals.wait,
                self._shown,
                self._seconds_left(),
                progress=True,
                title="",
                since=self._waiting_since,
            )
        else:
            arrived = arrivals.wait(self._seconds_left())
        if not arrived:
            raise self._timed_out()
        came = arrivals.came
        future = came[0]
        place, given_out = self._left[future], self._given_out(future)
        # No call from here on, and so no interrupt: the future is either yielded or still there.
        del came[0], self._left[future]
        if given_out is not None:
            self._shown[place] = given_out
        return future

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> ScalerFuture[T]:
        import asyncio  # it takes 40 ms, which only callers that await should pay

        while self._left:
            loop = asyncio.get_running_loop()
            rung = asyncio.Event()
            self._arrivals.listener = lambda: loop.call_soon_threadsafe(rung.set)  # noqa: B023
            try:  # the listener is set first, so that no later arrival is missed
                if came := self._arrivals.came:
                    future = came.popleft()
                    place, given_out = self._left.pop(future), self._given_out(future)
                    if given_out is not None:
                        self._shown[place] = given_out
                    return future
                try:
                    async with asyncio.timeout(self._seconds_left()):
                        await rung.wait()
                except TimeoutError:
                    raise self._timed_out() from None
            finally:
                self._arrivals.listener = None
        raise StopAsyncIteration

    def close(self) -> None:
        """Stop waiting.  Idempotent; a loop that ends early need not call it."""
        left, self._left = self._left, {}
        self._shown = []
        for future in left:
            future.remove_waiter(self._arrivals)

    def __del__(self) -> None:
        if hasattr(self, "_arrivals"):  # else a Ctrl-C ended `__init__` before it began to wait
            self.close()

    def __repr__(self) -> str:
        return f"<as_completed: {len(self._left)} of {self._total} futures not done yet>"

    def _given_out(self, future: ScalerFuture[T]) -> _GivenOut | None:
        """Return what the bar counts in place of *future*."""
        return _GivenOut(future) if self._shown else None

    def _seconds_left(self) -> float | None:
        return None if self._end is None else max(0.0, self._end - time.monotonic())

    def _timed_out(self) -> TimeoutError:
        error = TimeoutError(f"{len(self._left)} (of {self._total}) futures unfinished")
        self.close()
        return error


class _GivenOut:
    """What the bar counts in place of a future that was yielded."""

    __slots__ = ("manager", "record")

    def __init__(self, future: ScalerFuture[Any]) -> None:
        self.record = future.record
        self.manager = future.manager

    @property
    def status(self) -> Status:
        return STATUS[self.record.state]

    def done(self) -> bool:
        return True


class _Arrivals(Generic[T]):
    """A waiter with the standard library's interface; the settling thread notifies it."""

    def __init__(self) -> None:
        self.came: deque[ScalerFuture[T]] = deque()  # in order; the reader removes them
        self.listener: Callable[[], Any] | None = None  # set by the reader; called by any thread
        self._event = SafeEvent()

    def wait(self, seconds: float | None) -> bool:
        """Wait until a future has arrived, at most *seconds*.  Return whether there is one."""
        self._event.clear()
        return bool(self.came) or self._event.wait(seconds) or bool(self.came)

    def add_result(self, future: ScalerFuture[T]) -> None:
        self.came.append(future)
        self._event.set()
        listener = self.listener
        if listener is not None:
            try:
                listener()
            except RuntimeError:  # the reader's event loop was closed: nothing waits there any more
                pass

    add_exception = add_result
    add_cancelled = add_result
