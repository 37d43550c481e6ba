"""Run the coroutine of a coroutine function in the worker, and cancel it there.

    value = function(*args)       every engine calls the task's function
    value = completed(value)      an `async def` gave a coroutine: run it, return what it returns

The value decides, not the function.  So partials, methods, objects with an ``async def __call__``
and functions that return a coroutine all work, and other tasks pay for one look at a type.

Each coroutine gets an event loop of its own, which is closed again.  It is not set as the thread's
loop: `asyncio.get_event_loop` in a later task would find it closed.

A worker whose signal handler stops tasks calls `request_cancel` there.  It cancels the coroutine as
`asyncio.Runner` does at Ctrl-C: `asyncio.CancelledError` is raised where it awaits, so that its
`finally` and `async with` blocks run.  Only code that blocks the loop needs an exception of the
handler's own.  If that were raised at any place, it could tear the loop itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Coroutine
from types import AsyncGeneratorType, CoroutineType
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import asyncio

BLOCKED_SECONDS = 0.05
"""A coroutine that is to be cancelled blocks its event loop if that has no turn for so long."""


TO_COMPLETE = frozenset({CoroutineType, AsyncGeneratorType})
"""The types of the values that `completed` doesn't return as they are."""


def completed(value: Any) -> Any:
    """Return *value*; if it is a coroutine, run it and return its result.

    Raises:
        TypeError: *value* is an async generator.
        Exception: Whatever the coroutine raises.
    """
    kind = cast("object", type(value))
    if kind is CoroutineType:
        return _Run().result_of(value)
    if kind is AsyncGeneratorType:
        raise TypeError(async_generator_message(value.__qualname__))
    return value


def async_generator_message(name: str) -> str:
    """Return the error message about an async generator function called *name*."""
    return (
        f"{name!r} is an async generator function, and a task returns one value; write a coroutine "
        "function that collects what it yields: return [x async for x in ...]"
    )


def is_running() -> bool:
    """Return whether this thread runs a coroutine."""
    return _here.run is not None


def request_cancel(*, again: bool = False) -> bool:
    """Cancel the coroutine that this thread runs.  For signal handlers.

    If the handler is called repeatedly and the coroutine blocks its event loop, this returns False
    once: the handler then raises an exception in the code that blocks the loop.

    Args:
        again: That exception vanished; return False once more.

    Returns:
        Whether the handler has nothing else to do.
    """
    run = _here.run
    return run is not None and run.request_cancel(again=again)


class _Here(threading.local):
    run: _Run | None = None  # the coroutine that this thread runs


_here = _Here()


class _Run:
    """One coroutine in an event loop of its own.  Used in one thread, and its signal handlers."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Any] | None = None  # while the coroutine runs
        self._is_over = False  # its outcome is known; the loop is being closed
        self._requested_at = 0.0
        self._is_noticed = False  # by the event loop
        self._has_raised = False

    def result_of(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Run *coroutine* and return its result, or raise its exception."""
        outer, _here.run = _here.run, self
        try:
            from asyncio import Runner, new_event_loop  # takes 40 ms, so only coroutines pay it

            runner = Runner(loop_factory=new_event_loop)
            try:
                error, value = runner.run(self._outcome_of(coroutine))
            finally:
                self._is_over = True
                runner.close()  # cancels what the coroutine left, and waits for it
        finally:
            _here.run = outer
            coroutine.close()  # if it could not be started
        if error is not None:
            try:
                raise error
            finally:
                del error  # else its traceback keeps it
        return value

    async def _outcome_of(
        self, coroutine: Coroutine[Any, Any, Any]
    ) -> tuple[BaseException | None, Any]:
        """Return the exception or the result.

        An exception does not pass through the event loop: its traceback shows the task's code only,
        and SystemExit doesn't stop the loop before the `finally` blocks of other tasks have run.
        """
        import asyncio

        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        try:
            if self._requested_at:
                raise asyncio.CancelledError  # before a line of it ran
            return None, await coroutine
        except BaseException as error:
            return error, None
        finally:
            self._task = None

    def request_cancel(self, *, again: bool) -> bool:
        """Implement `request_cancel` of this module."""
        if not self._requested_at:
            self._requested_at = time.monotonic()
            if self._loop is not None and not self._is_over:
                self._loop.call_soon_threadsafe(self._cancel)
            return True
        if self._is_over or self._is_noticed or self._task is None:
            return True
        is_blocked = time.monotonic() - self._requested_at >= BLOCKED_SECONDS
        if not is_blocked or (self._has_raised and not again):
            return True
        self._has_raised = True
        return False

    def _cancel(self) -> None:
        """Run in the event loop.

        If an exception was raised in code that blocked the loop, the `finally` blocks that it runs
        must not be cancelled.
        """
        self._is_noticed = True
        if self._task is not None and not self._has_raised:
            self._task.cancel()
