"""`WaitedFuture`: the waiters and callbacks of a future, and how they learn of its outcome.

There may be 100,000 pending futures, and most are never waited on.  So the lists of waiters and
callbacks are created on first use (`_WaiterList`): they are half of a future's memory and most of
its cost.

Settling a future takes no lock, so that nothing can delay it: neither a thread that was interrupted
while it held a lock, nor a finalizer that runs in the middle of this code.

    the engine's thread                      a waiting thread
    ───────────────────                      ─────────────────────────────────────
    writes the outcome,                      adds its waiter or callback to the list,
    then removes each waiter and callback    then reads the outcome: if there is one, it
      from the list and notifies it            removes its own entry again, unless that
                                               was notified already

Each of these steps is one operation.  The thread that removes a waiter is the one that notifies it.

The standard library's `wait` and `as_completed` expect more: while they hold a future's condition,
they count the done futures and add a waiter to each of them.  `_Condition` freezes the state that
such a thread sees, and `_Waiters` notifies the waiter of whatever happened meanwhile.
"""

# pyright: reportPrivateUsage=false
# `_Condition` and `_Waiters` are parts of a future; their names are the standard library's.

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures._base import (  # the states that stdlib's wait() and as_completed() read
    CANCELLED_AND_NOTIFIED,
    FINISHED,
    PENDING,
    RUNNING,
)
from queue import Empty, SimpleQueue
from threading import get_ident
from typing import TYPE_CHECKING, Any, TypeVar

from scaler_lab.core.fork_guard import refuse_in_fork
from scaler_lab.core.safe_event import SafeEvent
from scaler_lab.core.state_machine import TaskState

if TYPE_CHECKING:
    from scaler_lab.core.future_manager import FutureManager
    from scaler_lab.core.task_record import TaskRecord

T = TypeVar("T")

DONE = (FINISHED, CANCELLED_AND_NOTIFIED)

_making = threading.RLock()  # held to create a waiter list; never for long

log = logging.getLogger(__name__)


class _WaiterList:
    """The waiters and callbacks of one future."""

    __slots__ = ("callbacks", "frozen", "waiters")

    def __init__(self) -> None:
        self.waiters: deque[Any] = deque()
        self.callbacks: dict[object, Callable[[Future[Any]], object]] = {}
        self.frozen: dict[int, str] = {}  # by thread: the state that its `_Condition` keeps


class _Sleeper:
    """A waiter that wakes one thread."""

    __slots__ = ("_queue",)

    def __init__(self) -> None:
        self._queue: SimpleQueue[None] = SimpleQueue()

    def add_result(self, future: Future[Any]) -> None:
        del future
        self._queue.put(None)

    add_exception = add_cancelled = add_result

    def sleep(self, seconds: float | None) -> None:
        """Wait for the notification, at most *seconds*."""
        if seconds is not None:
            seconds = min(max(0.0, seconds), threading.TIMEOUT_MAX)
        try:
            self._queue.get(timeout=seconds)
        except Empty:
            pass


class _Condition:
    """Stands in for the condition that the standard library expects in a future.  It locks nothing.

    From `acquire` to `release` the thread sees the future's state as it was.  If an interrupt comes
    in between, this ends with the next `acquire`, and no other thread is delayed.
    """

    __slots__ = ("_future",)

    def __init__(self, future: WaitedFuture[Any]) -> None:
        self._future = future

    def acquire(self) -> bool:
        future = self._future
        future._furnished().frozen[get_ident()] = future._verdict
        return True

    def release(self) -> None:
        self._future._furnished().frozen.pop(get_ident(), None)

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *exc: object) -> None:
        self.release()


class _Waiters:
    """Stands in for the list of waiters that the standard library expects in a future."""

    __slots__ = ("_future",)

    def __init__(self, future: WaitedFuture[Any]) -> None:
        self._future = future

    def append(self, waiter: Any) -> None:
        if isinstance(getattr(waiter, "event", None), threading.Event):
            # If the waiting thread is interrupted, it could leave the event's own lock held.  The
            # thread that notifies the waiter would then never return.
            waiter.event = SafeEvent()
        future = self._future
        if future._state not in DONE:  # as this thread sees it
            if not future._leave(waiter):
                future._notify(waiter)
        else:
            future._furnished().waiters.append(waiter)

    def remove(self, waiter: Any) -> None:
        self._future.remove_waiter(waiter)

    def __eq__(self, other: object) -> bool:
        return list(self._future._furnished().waiters) == other

    def __len__(self) -> int:
        return len(self._future._furnished().waiters)

    __hash__ = None  # type: ignore[assignment]


class WaitedFuture(Future[T]):
    """A future with its waiters and done-callbacks."""

    __slots__ = ("_verdict", "_waiter_list", "manager", "record")

    # `ScalerFuture` sets the attributes of all three classes: calls of `super` would cost as much.
    manager: FutureManager
    record: TaskRecord  # the board's facts; users read the properties instead
    _verdict: str  # the state, in the standard library's terms
    _waiter_list: _WaiterList | None

    def _furnished(self) -> _WaiterList:
        waiter_list = self._waiter_list
        if waiter_list is None:
            new = (
                _WaiterList()
            )  # not under the lock: creating it may collect garbage, which may wait here
            with _making:
                waiter_list = self._waiter_list
                if waiter_list is None:
                    waiter_list = self._waiter_list = new
        return waiter_list

    # The attributes that the standard library's wait() and as_completed() use.  They are
    # properties, but typeshed declares them as attributes, so type checkers must see attributes
    # too: otherwise as_completed() would not type-check.

    if TYPE_CHECKING:
        _condition: threading.Condition
        _state: str
        _waiters: list[Any]
    else:

        @property
        def _condition(self) -> _Condition:
            if self._verdict not in DONE:
                refuse_in_fork(self.manager.made_in)  # no thread would ever wake a waiter here
            return _Condition(self)

        @property
        def _state(self) -> str:
            waiter_list = self._waiter_list
            if waiter_list is not None and waiter_list.frozen:
                return waiter_list.frozen.get(get_ident(), self._verdict)
            return self._verdict

        @property
        def _waiters(self) -> _Waiters:
            return _Waiters(self)

    def done(self) -> bool:
        """Return whether the task has its outcome: a result, an exception or a cancel."""
        return self._verdict in DONE

    def cancelled(self) -> bool:
        """Return whether the task ended cancelled; False while a cancel is only requested."""
        return self._verdict == CANCELLED_AND_NOTIFIED

    def add_waiter(self, waiter: Any) -> bool:
        """Add *waiter*, an object with the methods that the standard library's `wait` uses.

        The settling thread calls it, so it must only note the event and return.

        Returns:
            False if the future is already done; *waiter* is then not called.
        """
        if self._verdict in DONE:
            return False
        refuse_in_fork(self.manager.made_in)  # no thread would ever notify it
        return self._leave(waiter)

    def _leave(self, waiter: Any) -> bool:
        waiters = self._furnished().waiters
        waiters.append(waiter)
        if self._verdict in DONE:
            try:
                waiters.remove(waiter)
            except ValueError:
                return True  # the settling thread removed it, and notifies it
            return False
        return True

    def remove_waiter(self, waiter: Any) -> None:
        """Remove *waiter*, if it is there."""
        waiter_list = self._waiter_list
        if waiter_list is not None:
            try:
                waiter_list.waiters.remove(waiter)
            except ValueError:
                pass

    def _notify(self, waiter: Any) -> None:
        try:
            if self._verdict == CANCELLED_AND_NOTIFIED:
                waiter.add_cancelled(self)
            elif self.record.state is TaskState.FAILED:
                waiter.add_exception(self)
            else:
                waiter.add_result(self)
        except Exception:  # the other waiters must be notified all the same
            log.exception("a waiter of %r raised an exception", self)

    def wait_until_done(self, timeout: float | None) -> bool:
        """Wait at most *timeout* seconds.  Return whether the future is done."""
        if self._verdict not in DONE:
            sleeper = _Sleeper()
            if self.add_waiter(sleeper):
                try:
                    sleeper.sleep(timeout)
                finally:
                    if self._verdict not in DONE:
                        self.remove_waiter(sleeper)
        return self._verdict in DONE

    def add_done_callback(self, fn: Callable[[Future[T]], object]) -> None:
        """Have *fn* called with this future once it is done, in the thread for callbacks.

        If the future is already done, *fn* is called at once, in the calling thread.  Exceptions
        that it raises are logged.
        """
        if self._verdict not in DONE:
            refuse_in_fork(self.manager.made_in)
            self.manager.begin_callbacks()
            key = object()  # the same function may be added twice
            callbacks = self._furnished().callbacks
            callbacks[key] = fn
            if self._verdict not in DONE or callbacks.pop(key, None) is None:
                return  # it is called when the future is settled
        self._call(fn)

    def _call(self, fn: Callable[[Future[T]], object]) -> None:
        try:
            fn(self)
        except Exception:  # as the standard library's futures log it
            logging.getLogger("concurrent.futures").exception(
                "exception calling callback for %r", self
            )

    # -- settling: in the thread that delivers events ----------------------------------------------

    def set_started(self) -> None:
        """Record that the engine reported the task's start.

        Called under the board's lock, and only while the task has no outcome.
        """
        if self._verdict == PENDING:
            self._verdict = RUNNING

    def _notify_all(self) -> bool:
        waiter_list = self._waiter_list
        if waiter_list is None:
            return False
        waiters = waiter_list.waiters
        while waiters:
            try:
                waiter = waiters.popleft()
            except IndexError:  # it was removed meanwhile
                break
            self._notify(waiter)
        return bool(waiter_list.callbacks)

    def run_callbacks(self) -> None:
        """Call the done-callbacks, each once.  For the callback thread."""
        waiter_list = self._waiter_list
        if waiter_list is not None:
            for key in list(waiter_list.callbacks):
                fn = waiter_list.callbacks.pop(key, None)
                if fn is not None:
                    self._call(fn)
