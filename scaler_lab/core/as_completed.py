"""`as_completed`: futures in the order in which they are done, for a loop or an ``async`` loop.

    for future in as_completed(futures):            blocks, as the standard library's does
    async for future in as_completed(futures):      leaves the event loop free

One object does both, so that the same name works in a script, a notebook and a coroutine.

    the engine's thread                       the loop that reads
    ─────────────────────────────────         ────────────────────────────────────────────
    settles a future, tells `_Arrivals`  ──>  takes it out; an event wakes a thread, and the
      (in no callback: a slow one of          bell that it left there an event loop
      somebody else's holds nothing up)
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Any, Generic, Self, TypeVar

from scaler_lab.core.cancel import cancel_all
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.safe_event import SafeEvent
from scaler_lab.core.wait import Shown, is_watched, wait_in_company

T = TypeVar("T")


def as_completed(
    futures: Iterable[ScalerFuture[T]], timeout: float | None = None, *, progress: bool = True
) -> Completions[T]:
    """`concurrent.futures.as_completed`, which may be read with ``async for`` too.

    Gives each of *futures* once, when it is done: those that are already, in their order, then the
    others as they come.  They may be of several clients.  *timeout* seconds are for all of them
    together, from this call on; then the next step raises `TimeoutError`.

    In a terminal a plain loop shows a bar while it waits (*progress*), and Ctrl-C there asks what
    is to become of those that are left, as in `Client.wait`.

    ::

        async for future in as_completed(group, timeout=60):
            print(future.name, future.result())

    Ending the loop early, or cancelling the asyncio task it runs in, stops no task.
    """
    return Completions(futures, timeout, progress=progress)


class Completions(Iterator[ScalerFuture[T]], AsyncIterator[ScalerFuture[T]], Generic[T]):
    """Made by `as_completed`.  For one reader at a time."""

    def __init__(
        self, futures: Iterable[ScalerFuture[T]], timeout: float | None, *, progress: bool = False
    ) -> None:
        self._left: dict[ScalerFuture[T], int] = {}
        self._end = None if timeout is None else time.monotonic() + timeout
        self._arrivals: _Arrivals[T] = _Arrivals()
        # Not given out yet, and the place of each among all; a dict keeps the order.
        self._left = {future: place for place, future in enumerate(dict.fromkeys(futures))}
        self._total = len(self._left)
        # For the bar, which counts them.  One that was given out is replaced: its value is to go
        # with it, as soon as the reader lets go of it.
        self._shown: list[Shown] = list(self._left) if progress and is_watched() else []
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
            arrived = wait_in_company(
                arrivals.wait,
                self._shown,
                self._seconds_left(),
                progress=True,
                title="",
                cancel_all=cancel_all,
            )
        else:
            arrived = arrivals.wait(self._seconds_left())
        if not arrived:
            raise self._timed_out()
        came = arrivals.came
        future = came[0]
        place, given_out = self._left[future], self._given_out(future)
        # No call from here on, and so no interrupt: it is given out, or still there.
        del came[0], self._left[future]
        if given_out is not None:
            self._shown[place] = given_out
        return future

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> ScalerFuture[T]:
        import asyncio  # 40 ms that only those who await pay

        while self._left:
            loop = asyncio.get_running_loop()
            rung = asyncio.Event()
            self._arrivals.listener = lambda: loop.call_soon_threadsafe(rung.set)  # noqa: B023
            try:  # after the bell is there, so that what comes from now on rings it
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
        """Wait for no more of them.  Idempotent; a loop that ends early need not call it."""
        left, self._left = self._left, {}
        self._shown = []
        for future in left:
            future.remove_waiter(self._arrivals)

    def __del__(self) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<as_completed: {len(self._left)} of {self._total} futures to come>"

    def _given_out(self, future: ScalerFuture[T]) -> _GivenOut | None:
        """What the bar is to count in place of *future*."""
        return _GivenOut(future) if self._shown else None

    def _seconds_left(self) -> float | None:
        return None if self._end is None else max(0.0, self._end - time.monotonic())

    def _timed_out(self) -> TimeoutError:
        error = TimeoutError(f"{len(self._left)} (of {self._total}) futures unfinished")
        self.close()
        return error


class _GivenOut:
    """What the bar counts in place of a future that is done and was given to the reader."""

    __slots__ = ("manager", "status")

    def __init__(self, future: ScalerFuture[Any]) -> None:
        self.status = future.status
        self.manager = future.manager

    def done(self) -> bool:
        return True


class _Arrivals(Generic[T]):
    """A waiter, as the standard library's futures know them: told in the settling thread."""

    def __init__(self) -> None:
        self.came: deque[ScalerFuture[T]] = deque()  # in order; the reader takes them out
        self.listener: Callable[[], Any] | None = None  # the reader's; called by any thread
        self._event = SafeEvent()

    def wait(self, seconds: float | None) -> bool:
        """Wait until one has come, at most that long; whether one is there."""
        self._event.clear()
        return bool(self.came) or self._event.wait(seconds) or bool(self.came)

    def add_result(self, future: ScalerFuture[T]) -> None:
        self.came.append(future)
        self._event.set()
        listener = self.listener
        if listener is not None:
            try:
                listener()
            except RuntimeError:  # the reader's event loop was closed: nobody waits there any more
                pass

    add_exception = add_result
    add_cancelled = add_result
