"""Wait for futures on behalf of a user: with a progress bar, and with a choice at Ctrl-C.

    step ──not done after 0.3 s──> the view "waiting" opens: a bar, in a terminal; in a notebook
      │                            after 0.5 s, with a button that cancels
      │
      └──Ctrl-C──> in a terminal of an interactive session, the view "interrupted" prompts: leave
                   the tasks, cancel them, or wait on?

In a thread or without a terminal nothing is drawn.  In a script Ctrl-C is a plain
KeyboardInterrupt, because a library must not read a program's stdin.  An interrupt alone never
stops a task; only the answer "cancel" does.
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
from scaler_lab.core.interactive import is_interactive, running_kernel
from scaler_lab.core.safe_event import SafeEvent
from scaler_lab.core.selection import futures_from
from scaler_lab.core.state_machine import Status

if TYPE_CHECKING:
    from scaler_lab.core.future_manager import FutureManager
    from scaler_lab.core.task_record import TaskRecord

T = TypeVar("T")

SHOW_AFTER_SECONDS = 0.3  # a bar that appears and vanishes at once only flickers
SHOW_IN_NOTEBOOK_AFTER_SECONDS = 0.5  # there it also moves what is below

InterruptChoice = Literal["leave", "cancel", "wait"]


class DoneAndNotDoneFutures(NamedTuple, Generic[T]):
    """The result of `Client.wait`, as of `concurrent.futures.wait`."""

    done: set[ScalerFuture[T]]
    not_done: set[ScalerFuture[T]]


class Shown(Protocol):
    """What a bar needs to know about a future."""

    manager: FutureManager
    record: TaskRecord

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
    """Wait for futures as `concurrent.futures.wait` does, with a progress bar.

    The futures may belong to several clients.  Ctrl-C is as in `Client.wait`.

    Args:
        futures: The futures to wait for, or a single one.
        timeout: The longest time to wait, in seconds.
        return_when: ALL_COMPLETED, FIRST_COMPLETED or FIRST_EXCEPTION, as in the standard library.
        progress: Whether to show a progress bar, in a terminal or in the cell of a notebook.

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
    since: float | None = None,
) -> bool:
    """Call *step* until it returns True.  It waits at most the seconds that it is given.

    Return whether that happened within *timeout* seconds.  *futures* are those that the bar shows.
    *since* is when the first of several waits for them began; None if this is the only one.

    At Ctrl-C this raises KeyboardInterrupt, after the user's answer if there is a prompt.  If the
    answer is "cancel", it cancels the open futures first.
    """
    end = None if timeout is None else time.monotonic() + timeout
    while True:
        try:
            if progress and shows_progress(futures):
                if step(_minimum(_seconds_to_bar(since), _seconds_to(end))):
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


def _seconds_to_bar(since: float | None) -> float:
    if running_kernel() is None:
        return SHOW_AFTER_SECONDS
    # The bar stays in the cell, so the waits of a loop share it.
    waited = 0.0 if since is None else time.monotonic() - since
    return max(0.0, SHOW_IN_NOTEBOOK_AFTER_SECONDS - waited)


def _bar(futures: Sequence[Shown], title: str) -> AbstractContextManager[Any]:
    if running_kernel() is None:
        from scaler_lab.ui.terminal.wait_bar import waiting

        return waiting(futures, title=title) or nullcontext()
    from scaler_lab.ui.notebook.wait_bar import show

    show(futures)
    return nullcontext()


def _ask_what_to_do(n_open: int) -> InterruptChoice:
    from scaler_lab.ui.terminal.wait_bar import interrupted

    return interrupted(n_open)


def shows_progress(futures: Iterable[Shown]) -> bool:
    """Return whether a wait for *futures* draws a bar: a user may be watching, and wants it."""
    manager = next((one.manager for one in futures if isinstance(one, ScalerFuture)), None)
    return (manager is None or manager.shows_progress) and is_watched()


def is_watched() -> bool:
    """Return whether a user may be watching: in the main thread, with a terminal or a notebook.

    Other threads draw nothing, because they would draw over each other.
    """
    return threading.current_thread() is threading.main_thread() and (
        _is_terminal(sys.stdout) or running_kernel() is not None
    )


def _can_prompt() -> bool:
    return (
        is_interactive() and is_watched() and _is_terminal(sys.stdout) and _is_terminal(sys.stdin)
    )


def _is_terminal(stream: Any) -> bool:
    try:
        return bool(stream.isatty())
    except (AttributeError, ValueError):  # no stream (a program without a console), or closed
        return False


def _seconds_to(end: float | None) -> float | None:
    return None if end is None else max(0.0, end - time.monotonic())


def _minimum(seconds: float, limit: float | None) -> float:
    return seconds if limit is None else min(seconds, limit)
