"""`LoadedFuture`: the outcome of a future, which the first thread that needs it unpickles.

So no code of a user's class ever runs in the thread that delivers events.
"""

from __future__ import annotations

import functools
import itertools
import operator
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, TimeoutError  # noqa: A004  # 3.11: builtin
from concurrent.futures._base import CANCELLED_AND_NOTIFIED, FINISHED, InvalidStateError
from typing import Any, TypeVar, cast

from scaler_lab.core.fork_guard import is_main_thread
from scaler_lab.core.interactive import running_kernel
from scaler_lab.core.messages import OUT_OF_RESOURCES, Payload, Task
from scaler_lab.core.state_machine import TaskState
from scaler_lab.core.waited_future import DONE, WaitedFuture
from scaler_lab.errors import ResultUnserializable

T = TypeVar("T")

_making = threading.RLock()  # held to create an `_Opening`; never for long

_call: Callable[[Callable[[], Any]], Any] = operator.call


class _Opening:
    """A payload that some thread wants to load.  The thread that holds the lock loads it."""

    __slots__ = ("lock", "payload")

    def __init__(self, payload: Payload) -> None:
        self.payload = payload
        self.lock = threading.RLock()

    def is_free(self, timeout: float) -> bool:
        """Wait until no other thread has the lock.

        Return whether it was free within *timeout* seconds.

        It acquires the lock and releases it again.  All of that is one step, implemented in C: an
        interrupt between `acquire` and a `try` in Python would leave the lock held.
        """
        acquire = functools.partial(self.lock.acquire, timeout=min(timeout, threading.TIMEOUT_MAX))
        steps: tuple[Callable[[], Any], ...] = (acquire, self.lock.release)
        return bool(list(itertools.takewhile(bool, map(_call, steps))))


class LoadedFuture(WaitedFuture[T]):
    """A future with its result or exception."""

    __slots__ = ("_exception", "_is_loaded", "_payload", "_result", "call")

    call: Task | None  # for a retry; dropped once the task succeeded
    _payload: Payload | _Opening | None  # until it is loaded
    _is_loaded: bool
    _result: T | None
    _exception: BaseException | None

    def result(self, timeout: float | None = None) -> T:
        """Return the task's value; wait for it if necessary.

        Args:
            timeout: The longest time to wait, in seconds; None waits without a limit.

        Raises:
            CancelledError: The task was cancelled.
            TimeoutError: The task isn't done after *timeout* seconds.
            WorkerDied: The task's worker process ended.
            EngineLost: The engine went away.
            TaskTimeout: The task ran for longer than its time limit.
            DependencyFailed: A task that this one depends on failed.
            ResultUnserializable: The value can't be pickled or unpickled.
            Exception: Whatever the task raised; the worker's traceback is its cause.
        """
        if not self._is_loaded:
            self._load(timeout)
        if self._exception is not None:
            try:
                raise self._exception
            finally:
                self = None  # type: ignore[assignment]  # noqa: PLW0642  # else its traceback keeps it
        if self._verdict == CANCELLED_AND_NOTIFIED:
            raise self._cancelled_error()
        return self._result  # type: ignore[return-value]

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """Return what the task raised, or None if it succeeded.

        It waits as `result` does, and raises the same errors if the task was cancelled or isn't
        done in time.
        """
        if not self._is_loaded:
            self._load(timeout)
        if self._verdict == CANCELLED_AND_NOTIFIED:
            raise self._cancelled_error()
        error = self._exception
        if isinstance(error, StopIteration):
            caller = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
            if caller.f_globals.get("__name__") == "asyncio.futures":
                return _stop_iteration_in_a_future(error)
        return error

    def _get_snapshot(self) -> tuple[bool, bool, T | None, BaseException | None]:
        """Return (done, cancelled, result, exception) without waiting for the outcome.

        asyncio calls it since Python 3.15, instead of `cancelled`, `exception` and `result`. The
        inherited method would return None for a result that is not unpickled yet.
        """
        if not self.done():
            return False, False, None, None
        if not self._is_loaded:
            self._load(None)
        return True, self.cancelled(), self._result, self._exception

    def _cancelled_error(self) -> CancelledError:
        """Return the error for `result` to raise.

        It names the view in which the cancel was requested, if there is one.
        """
        by = self.record.cancel_requested_by
        return CancelledError(f"cancelled from {by}") if by else CancelledError()

    def _load(self, timeout: float | None) -> None:
        """Wait for the outcome and load its payload, in this thread or in another one."""
        end = None if timeout is None else time.monotonic() + timeout
        if self._verdict not in DONE and not self._wait_in_view(timeout):
            raise TimeoutError
        while not self._is_loaded:
            payload = self._payload
            if payload is None:
                continue  # it is loaded, or put back
            if not isinstance(payload, _Opening):
                new = _Opening(payload)
                with _making:
                    if self._payload is payload:
                        self._payload = new
                continue
            if end is not None and not payload.is_free(max(0.0, end - time.monotonic())):
                raise TimeoutError
            with payload.lock:
                if not self._is_loaded:
                    self._unwrap(payload.payload)

    def _wait_in_view(self, timeout: float | None) -> bool:
        """Wait as `wait_until_done` does.  In the cell of a notebook, a long wait shows a bar."""
        if running_kernel() is None:
            return self.wait_until_done(timeout)
        from scaler_lab.core.wait import Shown, wait_in_company

        shown = [cast("Shown", self)]
        return wait_in_company(self.wait_until_done, shown, timeout, progress=True, title="")

    def _unwrap(self, payload: Payload) -> None:
        """Load *payload* and keep its content.

        If this is interrupted, the next call loads it again.
        """
        value: Any
        failed = self.record.state is TaskState.FAILED
        try:
            value = payload.load()
        except BaseException as error:
            # Only the main thread gets the caller's Ctrl-C.  Neither that nor a shortage of
            # resources is the value's fault, so the payload can be loaded later.
            if (
                isinstance(error, MemoryError)
                or (isinstance(error, OSError) and error.errno in OUT_OF_RESOURCES)
                or (isinstance(error, KeyboardInterrupt) and is_main_thread())
            ):
                raise
            value = _unreadable(self.record.name, error)
            failed = True
        # No call from here on: an interrupt comes before all of it, or after.
        if failed:
            self._exception = value
        else:
            self._result = value
        self._is_loaded = True
        self._payload = None

    # -- settling: by the manager only, in the thread that delivers events -------------------------

    def set_result_ready(self, payload: Payload, *, failed: bool = False) -> bool:
        """Record that the task ended by itself, without a requested cancel.  For the manager.

        Returns:
            Whether there are callbacks to run.

        Raises:
            RuntimeError: The future already has an outcome.  The manager never causes that.
        """
        if self._verdict in DONE:
            raise self._second_verdict()
        self._payload = payload
        if not failed:
            self.call = None
        self._verdict = FINISHED
        return self._notify_all()

    def set_cancel_confirmed(self) -> bool:
        """Record that the cancel was settled, by a confirmation or a result.  For the manager.

        Returns:
            Whether there are callbacks to run.

        Raises:
            RuntimeError: The future already has an outcome.  The manager never causes that.
        """
        if self._verdict in DONE:
            raise self._second_verdict()
        self._verdict = CANCELLED_AND_NOTIFIED
        self._is_loaded = True  # after `_verdict`: a thread that sees this flag reads `_verdict`
        return self._notify_all()

    # -- methods that the standard library has for executors; users must not call them -----------

    def set_result(self, result: T) -> None:
        """Always raise `InvalidStateError`: only the engine decides how a task ends."""
        del result
        raise self._not_by_hand("set_result")

    def set_exception(self, exception: BaseException | None) -> None:
        """Always raise `InvalidStateError`: only the engine decides how a task ends."""
        del exception
        raise self._not_by_hand("set_exception")

    def set_running_or_notify_cancel(self) -> bool:
        """Always raise `InvalidStateError`: only the engine decides when a task starts."""
        raise self._not_by_hand("set_running_or_notify_cancel")

    def _not_by_hand(self, method: str) -> InvalidStateError:
        return InvalidStateError(
            f"{method}() can't be used on {self!r}: its engine decides how the task "
            "ends. To end the task early, call cancel()"
        )

    def _second_verdict(self) -> RuntimeError:
        return RuntimeError(f"a second outcome for {self!r}: a bug in scaler_lab, please report it")


def _unreadable(name: str, error: BaseException) -> BaseException:
    if isinstance(error, ResultUnserializable):
        return error
    wrapped = ResultUnserializable(
        f"task {name!r} ran, but its result can't be rebuilt here: "
        f"{type(error).__name__}: {error}. The modules and classes in it must be importable in "
        "this process too."
    )
    wrapped.__cause__ = error
    return wrapped


def _stop_iteration_in_a_future(error: StopIteration) -> RuntimeError:
    """Return the exception that asyncio itself sets since Python 3.12.2, with *error* as its cause.

    Older versions refuse a StopIteration in a callback of the event loop.  A coroutine that awaits
    the future would then wait for ever (python/cpython#112182).
    """
    wrapped = RuntimeError(
        "StopIteration interacts badly with generators and cannot be raised into a Future"
    )
    wrapped.__cause__ = error
    return wrapped
