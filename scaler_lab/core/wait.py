"""Wait for futures on behalf of a user: with a progress bar, and with a choice at Ctrl-C.

    step ──not done after 0.3 s──> the view "waiting" opens: a bar, in a terminal
      │
      └──Ctrl-C──> in an interactive session, the view "interrupted" prompts: leave the tasks,
                   cancel them, or wait on?

Without a terminal nothing is drawn.  In a script Ctrl-C is a plain KeyboardInterrupt, because a
library must not read a program's stdin.  An interrupt alone never stops a task; only the answer
"cancel" does.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION, Future
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Generic, Literal, NamedTuple, Protocol, TypeVar, cast

from scaler_lab.core.cancel import cancel_futures
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.interactive import is_interactive
from scaler_lab.core.safe_event import SafeEvent
from scaler_lab.core.selection import futures_from
from scaler_lab.core.state_machine import Status

if TYPE_CHECKING:
    from scaler_lab.core.future_manager import FutureManager

T = TypeVar("T")

SHOW_AFTER_SECONDS = 0.3  # a bar that appears and vanishes at once only flickers

InterruptChoice = Literal["leave", "cancel", "wait"]


class DoneAndNotDoneFutures(NamedTuple, Generic[T]):
    """The result of `Client.wait`, as of `concurrent.futures.wait`."""

    done: set[ScalerFuture[T]]
    not_done: set[ScalerFuture[T]]


class Shown(Protocol):
    """What a bar needs to know about a future."""

    manager: FutureManager

    @property
    def status(self) -> Status: ...

    def done(self) -> bool: ...


def wait(
    futures: ScalerFuture[T] | Iterable[ScalerFuture[T]],
    timeout: float | None = None,
    return_when: str = ALL_COMPLETED,
    *,
    progress: bool = True,
) -> DoneAndNotDoneFutures[T]:
    """Wait for futures as `concurrent.futures.wait` does, with a progress bar in a terminal.

    The futures may belong to several clients.  Ctrl-C is as in `Client.wait`.

    Args:
        futures: The futures to wait for, or a single one.
        timeout: The longest time to wait, in seconds.
        return_when: ALL_COMPLETED, FIRST_COMPLETED or FIRST_EXCEPTION, as in the standard library.
        progress: Whether to show a progress bar in a terminal.

    Returns:
        ``(done, not_done)``, two sets.  Failed futures don't raise here.

    Raises:
        TypeError: *futures* is neither a future nor an iterable of futures.
    """
    chosen = futures_from(futures, "wait", accepted=Future)
    return wait_for(chosen, timeout, return_when, progress=progress, title="")


def wait_for(
    futures: Iterable[ScalerFuture[T]],
    timeout: float | None,
    return_when: str,
    *,
    progress: bool,
    title: str,
) -> DoneAndNotDoneFutures[T]:
    """Wait for *futures*; the implementation of `wait` and of the methods of that name."""
    if return_when not in (ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION):
        raise ValueError(
            f"return_when must be FIRST_COMPLETED, FIRST_EXCEPTION or ALL_COMPLETED, "
            f"not {return_when!r}"
        )
    chosen = list(dict.fromkeys(futures))

    def is_over() -> bool:
        if return_when == FIRST_COMPLETED and any(future.done() for future in chosen):
            return True
        if return_when == FIRST_EXCEPTION and any(_has_raised(future) for future in chosen):
            return True
        return all(future.done() for future in chosen)

    def step(seconds: float | None) -> bool:
        waiter = _Waiter(return_when, len(chosen))
        for future in chosen:
            _leave(waiter, future)
        try:
            waiter.event.wait(seconds)
            return is_over()
        finally:
            for future in chosen:
                if isinstance(future, ScalerFuture) and not future.done():
                    future.remove_waiter(waiter)

    wait_in_company(step, chosen, timeout, progress=progress, title=title)
    done = {future for future in chosen if future.done()}
    return DoneAndNotDoneFutures(done, set(chosen) - done)


def _leave(waiter: _Waiter, future: Future[Any]) -> None:
    if not isinstance(future, ScalerFuture):  # a future of another library
        future.add_done_callback(waiter.add_done)
    elif not future.add_waiter(waiter):
        waiter.add_done(future)


class _Waiter:
    """Counts the done futures.  The settling threads notify it."""

    def __init__(self, return_when: str, n: int) -> None:
        self.event = SafeEvent()
        self._return_when = return_when
        self._missing = [None] * n  # each done future removes one: a single atomic step
        if not n:
            self.event.set()

    def add_done(self, future: Future[Any]) -> None:
        self._missing.pop()
        if (
            not self._missing
            or self._return_when == FIRST_COMPLETED
            or (self._return_when == FIRST_EXCEPTION and _has_raised(future))
        ):
            self.event.set()

    add_result = add_exception = add_cancelled = add_done


def _has_raised(future: Future[Any]) -> bool:
    if isinstance(future, ScalerFuture):
        return future.done() and future.has_failed
    return future.done() and not future.cancelled() and future.exception() is not None


def wait_in_company(
    step: Callable[[float | None], bool],
    futures: Sequence[Shown],
    timeout: float | None,
    *,
    progress: bool,
    title: str,
) -> bool:
    """Call *step* until it returns True.  It waits at most the seconds that it is given.

    Return whether that happened within *timeout* seconds.  *futures* are those that the bar shows.
    At Ctrl-C this raises KeyboardInterrupt, after the user's answer if there is a prompt.  If the
    answer is "cancel", it cancels the open futures first.
    """
    end = None if timeout is None else time.monotonic() + timeout
    while True:
        try:
            if progress and is_watched():
                if step(_minimum(SHOW_AFTER_SECONDS, _seconds_to(end))):
                    return True
                if _seconds_to(end) == 0:
                    return False
                with _bar(futures, title):
                    return step(_seconds_to(end))
            return step(_seconds_to(end))
        except KeyboardInterrupt:
            # Entries that aren't futures stand for done ones, so only futures can be open.
            still_open = [cast("ScalerFuture[Any]", f) for f in futures if not f.done()]
            if not still_open or not _can_prompt():
                raise
            choice = _ask_what_to_do(len(still_open))
            if choice == "wait":
                continue
            if choice == "cancel":
                cancel_futures(still_open)
            raise


def _bar(futures: Sequence[Shown], title: str) -> AbstractContextManager[Any]:
    from scaler_lab.ui.terminal.wait_bar import waiting

    return waiting(futures, title=title) or nullcontext()


def _ask_what_to_do(n_open: int) -> InterruptChoice:
    from scaler_lab.ui.terminal.wait_bar import interrupted

    return interrupted(n_open)


def is_watched() -> bool:
    """Return whether a user may be watching: the main thread runs, and stdout is a terminal.

    Other threads draw nothing, because they would draw over each other.
    """
    return threading.current_thread() is threading.main_thread() and _is_terminal(sys.stdout)


def _can_prompt() -> bool:
    return is_interactive() and is_watched() and _is_terminal(sys.stdin)


def _is_terminal(stream: Any) -> bool:
    try:
        return bool(stream.isatty())
    except (AttributeError, ValueError):  # no stream (a program without a console), or closed
        return False


def _seconds_to(end: float | None) -> float | None:
    return None if end is None else max(0.0, end - time.monotonic())


def _minimum(seconds: float, limit: float | None) -> float:
    return seconds if limit is None else min(seconds, limit)
