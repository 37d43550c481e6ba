"""`ScalerFuture`: a `concurrent.futures.Future` whose `cancel` also stops running tasks.

It differs from the standard library's Future only in these points:

  - `cancel()` works on running tasks too.  It sends a request to the engine and waits for the
    answer.  The answer is a confirmation or the task's own result; in both cases the future ends
    cancelled (rules R1 to R6).
  - `request_cancel()` sends the request without waiting.
  - It has the task's `status`, worker and times, and how its cancel was settled.
  - The first thread that needs the value unpickles it.  So no code of a user's class ever runs in
    the thread that delivers events.

It goes from PENDING or RUNNING straight to CANCELLED_AND_NOTIFIED, so `concurrent.futures.wait` and
`as_completed` see a cancelled task at once, queued or not.

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

import functools
import itertools
import logging
import operator
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import CancelledError, Future, TimeoutError  # noqa: A004  # 3.11: builtin
from concurrent.futures._base import (  # the states that stdlib's wait() and as_completed() read
    CANCELLED_AND_NOTIFIED,
    FINISHED,
    PENDING,
    RUNNING,
    InvalidStateError,
)
from queue import Empty, SimpleQueue
from threading import get_ident
from typing import TYPE_CHECKING, Any, TypeVar

from scaler_lab.core.board import profile_of
from scaler_lab.core.encoding import printable
from scaler_lab.core.fork_guard import is_main_thread, refuse_in_fork
from scaler_lab.core.messages import (
    OUT_OF_RESOURCES,
    Payload,
    ProfileResult,
    Progress,
    Task,
    TaskId,
)
from scaler_lab.core.output_buffer import OUTPUT_BUFFER_BYTES, OutputBuffer, OutputEnd, OutputText
from scaler_lab.core.safe_event import SafeEvent
from scaler_lab.core.stack import STACK_TIMEOUT, Stack
from scaler_lab.core.state_machine import STATUS, Resolution, Status, TaskState
from scaler_lab.errors import FeatureMissing, ResultUnserializable

if TYPE_CHECKING:
    from scaler_lab.core.board import TaskRecord
    from scaler_lab.core.future_manager import FutureManager
    from scaler_lab.core.task_plan import TaskPlan
    from scaler_lab.ui.terminal.renderables import FutureRenderable

T = TypeVar("T")

CANCEL_TIMEOUT = 30.0


_DONE = (FINISHED, CANCELLED_AND_NOTIFIED)

_making = threading.RLock()  # held to create a waiter list or an `_Opening`; never for long

log = logging.getLogger(__name__)

_call: Callable[[Callable[[], Any]], Any] = operator.call


class _WaiterList:
    """The waiters and callbacks of one future."""

    __slots__ = ("callbacks", "frozen", "waiters")

    def __init__(self) -> None:
        self.waiters: deque[Any] = deque()
        self.callbacks: dict[object, Callable[[Future[Any]], object]] = {}
        self.frozen: dict[int, str] = {}  # by thread: the state that its `_Condition` keeps


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

    def __init__(self, future: ScalerFuture[Any]) -> None:
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

    def __init__(self, future: ScalerFuture[Any]) -> None:
        self._future = future

    def append(self, waiter: Any) -> None:
        if isinstance(getattr(waiter, "event", None), threading.Event):
            # If the waiting thread is interrupted, it could leave the event's own lock held.  The
            # thread that notifies the waiter would then never return.
            waiter.event = SafeEvent()
        future = self._future
        if future._state not in _DONE:  # as this thread sees it
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


class ScalerFuture(Future[T]):
    """The future of one submitted task.  Clients create futures; don't create one yourself."""

    __slots__ = (
        "_exception", "_is_loaded", "_output", "_payload", "_result", "_verdict", "_waiter_list",
        "call", "manager", "plan", "record",
    )  # fmt: skip

    def __init__(
        self,
        record: TaskRecord,
        manager: FutureManager,
        call: Task | None = None,
        plan: TaskPlan | None = None,
    ) -> None:
        # Don't call Future.__init__: it would create what `_WaiterList` creates later.
        self.record = record  # the board's facts; users read the properties instead
        self.manager = manager
        self.call = call  # for a retry; dropped once the task succeeded
        self.plan = plan  # used by the manager, for a task with limits, retries or dependencies
        self._verdict = PENDING  # the state, in the standard library's terms
        self._waiter_list: _WaiterList | None = None
        self._payload: Payload | _Opening | None = None  # until it is loaded
        self._is_loaded = False
        self._output: OutputBuffer | None = None  # guarded by the board's lock
        self._result: T | None = None
        self._exception: BaseException | None = None

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
            if self._verdict not in _DONE:
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

    # -- facts -----------------------------------------------------------------------------------

    @property
    def task_id(self) -> TaskId:
        """The task's id: 32 hexadecimal digits, unique among all clients."""
        return self.record.task_id

    @property
    def name(self) -> str:
        """The name that views show: the function's qualified name, or the name given."""
        return self.record.name

    @property
    def status(self) -> Status:
        """The status on the board: waiting, queued, running, cancelling, or how the task ended."""
        return STATUS[self.record.state]

    @property
    def has_failed(self) -> bool:
        """Whether the task ended with an exception.  This does not unpickle the exception."""
        return self.record.state is TaskState.FAILED

    @property
    def attempt(self) -> int:
        """The number of the attempt: 1, and one more for each retry (see `Client.options`)."""
        return self.record.attempt

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags that `Client.options` set for the task."""
        return self.record.annotations.tags

    @property
    def worker(self) -> str:
        """The name of the worker that runs or ran the task.

        Empty before the task starts, or if the engine doesn't report workers.
        """
        return self.record.worker

    @property
    def submitted_at(self) -> float:
        """When the task was submitted, in seconds since the epoch."""
        return self.manager.board.epoch + self.record.submitted_at

    @property
    def started_at(self) -> float | None:
        """When the task started, in seconds since the epoch.

        None before it starts, or if the engine doesn't report starts.
        """
        return self.manager.board.to_epoch(self.record.started_at)

    @property
    def ended_at(self) -> float | None:
        """When the task's code ended, in seconds since the epoch; None before."""
        return self.manager.board.to_epoch(self.record.ended_at)

    @property
    def cancel_resolution(self) -> Resolution | None:
        """How the cancel was settled; None while that is unknown, or if there was no cancel."""
        return self.record.resolution

    @property
    def cancel_seconds(self) -> float | None:
        """Seconds from the cancel request to its answer, as the engine measured them if it does.

        None while there is no answer, and if nobody requested a cancel of this task.
        """
        return self.record.cancel_seconds

    @property
    def progress(self) -> Progress | None:
        """The progress that the task reported (`scaler_lab.progress`); None if it reported none."""
        return self.record.progress

    @property
    def profile(self) -> ProfileResult:
        """The resources that the task used, as far as known; see `ProfileResult`."""
        with self.manager.board.lock:
            return profile_of(self.record)

    def output(self) -> OutputText:
        """Return what the task has written to its standard output and error, in order.

        This includes `print`, `logging`, and whatever C code and child processes write to the
        descriptors 1 and 2.  It never waits: while the task runs, the text is up to a tenth of a
        second old.  Bytes that aren't UTF-8 are shown escaped (``\\xff``).  If the task was
        retried, this is the output of its last attempt.

        Returns:
            The last mebibyte as a `str`; its attribute ``dropped`` is the number of bytes before
            that.

        Raises:
            FeatureMissing: The engine doesn't report the output of its tasks.
        """
        if self.manager.no_output:
            raise FeatureMissing(self.manager.no_output)
        text, before = self.output_end(OUTPUT_BUFFER_BYTES)
        return OutputText(text, before)

    def running(self) -> bool:
        """Return whether the engine reported the task's start and the task is not done yet."""
        return self.record.state in (
            TaskState.RUNNING,
            TaskState.RUNNING_CANCELLING,
            TaskState.RUNNING_OVERDUE,
        )

    def __repr__(self) -> str:
        record = self.record
        parts = [f"#{record.number} {record.name!r}", STATUS[record.state].value]
        if record.resolution is not None:
            parts.append(f"({record.resolution.words})")
        elif record.error:
            parts.append(f"({printable(record.error)})")
        elif record.worker and not record.state.is_done:
            parts.append(f"on {printable(record.worker)}")
        return f"<ScalerFuture {' '.join(parts)}>"

    def __rich__(self) -> FutureRenderable:
        from scaler_lab.ui.terminal.renderables import of_future

        return of_future(self, self.manager.board)

    # -- cancelling ------------------------------------------------------------------------------

    def cancel(self, timeout: float | None = CANCEL_TIMEOUT, *, force: bool = False) -> bool:
        """Stop the task and wait until it has stopped.

        It sends a request and waits for the answer.  The answer is the engine's confirmation or the
        task's own result, whichever comes first; such a result is discarded.

        In a done-callback, and in a bare event-loop callback, this method doesn't wait, because it
        would delay its own answer.

        Args:
            timeout: The longest time to wait, in seconds; None waits without a limit.  If it runs
                out, the method returns True, `status` stays "cancelling", and the answer still
                comes.
            force: Skip the interrupt, and kill the task's worker process and its children at once.

        Returns:
            True if the task is cancelled or will be.  False only if it had already finished.

        ::

            >>> endless = client.submit(time.sleep, 10_000)
            >>> endless.cancel(), endless.cancelled()
            (True, True)
            >>> endless.cancel_resolution in (Resolution.NEVER_STARTED, Resolution.INTERRUPTED)
            True
        """
        if (timeout is not None and timeout <= 0) or not self.manager.may_wait():
            return self.request_cancel(force=force)
        # This waits for the answer to the request, so it need not wait for the request to be sent.
        self.manager.begin_cancel(self, force=force)
        self.wait_until_done(timeout)
        return self._verdict not in _DONE or self._verdict == CANCELLED_AND_NOTIFIED

    def request_cancel(self, *, force: bool = False, source: str = "") -> bool:
        """Request a cancel without waiting for the answer.

        Args:
            force: Skip the interrupt, and kill the task's worker process and its children at once.
            source: Where the request comes from, for the board: "terminal", "notebook".

        Returns:
            True if the task is cancelled or will be.  False only if it had already finished.
        """
        return self.manager.request_cancel((self,), force=force, source=source) == 1

    # -- looking inside --------------------------------------------------------------------------

    def stack(self, timeout: float = STACK_TIMEOUT) -> Stack:
        """Return where the task is now: a text like a traceback, with its state.

        The task doesn't notice: its stack is read from outside its process, even while it holds the
        GIL in C code, or hangs.  The text contains positions in the code, never values.

        Args:
            timeout: The longest time to wait for the answer, in seconds.

        Returns:
            The stack, with `Stack.state`: "running Python", "in C", "waiting: select", "paused",
            "child process 4711: ffmpeg"; or "queued" or "ended" if the task doesn't run.

        Raises:
            FeatureMissing: The engine can't show where a task is.
            EngineLost: The engine is gone.

        ::

            >>> sleeper = client.submit(time.sleep, 60)
            >>> while not sleeper.running(): time.sleep(0.01)
            >>> sleeper.stack().state
            'waiting: sleep'
        """
        return self.manager.stacks_of((self,), timeout)[0]

    def retry(self) -> ScalerFuture[T]:
        """Submit the same call again as a new task, with the same options.

        It works for a task that failed or was cancelled.  The future keeps the call's arguments for
        that.

        Returns:
            The future of the new task, at once.

        Raises:
            RuntimeError: The task is not done yet, or it succeeded.

        ::

            >>> failed = client.submit(int, "no number")
            >>> failed.exception()
            ValueError("invalid literal for int() with base 10: 'no number'")
            >>> failed.retry().exception() is failed.exception()
            False
        """
        if not self.done():
            raise RuntimeError(f"{self!r} is not done yet; cancel it first, or wait for it")
        if not self.can_retry:
            raise RuntimeError(
                f"{self!r} can't be retried: the arguments of a task that succeeded are not kept; "
                "submit the call again"
            )
        return self.manager.resubmit(self)

    @property
    def can_retry(self) -> bool:
        """Whether `retry` accepts the task: it failed or was cancelled."""
        return self.done() and self.call is not None

    # -- waiting ---------------------------------------------------------------------------------

    def done(self) -> bool:
        """Return whether the task has its outcome: a result, an exception or a cancel."""
        return self._verdict in _DONE

    def cancelled(self) -> bool:
        """Return whether the task ended cancelled; False while a cancel is only requested."""
        return self._verdict == CANCELLED_AND_NOTIFIED

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

    def __await__(self) -> Generator[Any, None, T]:
        """Wait without blocking the event loop.

        If the asyncio task that waits is cancelled, this requests a cancel of the task, also
        without blocking the loop.
        """
        import asyncio  # it takes 40 ms, which only callers that await should pay

        return asyncio.wrap_future(self).__await__()

    def add_waiter(self, waiter: Any) -> bool:
        """Add *waiter*, an object with the methods that the standard library's `wait` uses.

        The settling thread calls it, so it must only note the event and return.

        Returns:
            False if the future is already done; *waiter* is then not called.
        """
        if self._verdict in _DONE:
            return False
        refuse_in_fork(self.manager.made_in)  # no thread would ever notify it
        return self._leave(waiter)

    def _leave(self, waiter: Any) -> bool:
        waiters = self._furnished().waiters
        waiters.append(waiter)
        if self._verdict in _DONE:
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
        if self._verdict not in _DONE:
            sleeper = _Sleeper()
            if self.add_waiter(sleeper):
                try:
                    sleeper.sleep(timeout)
                finally:
                    if self._verdict not in _DONE:
                        self.remove_waiter(sleeper)
        return self._verdict in _DONE

    def add_done_callback(self, fn: Callable[[Future[T]], object]) -> None:
        """Have *fn* called with this future once it is done, in the thread for callbacks.

        If the future is already done, *fn* is called at once, in the calling thread.  Exceptions
        that it raises are logged.
        """
        if self._verdict not in _DONE:
            refuse_in_fork(self.manager.made_in)
            self.manager.begin_callbacks()
            key = object()  # the same function may be added twice
            callbacks = self._furnished().callbacks
            callbacks[key] = fn
            if self._verdict not in _DONE or callbacks.pop(key, None) is None:
                return  # it is called when the future is settled
        self._call(fn)

    def _call(self, fn: Callable[[Future[T]], object]) -> None:
        try:
            fn(self)
        except Exception:  # as the standard library's futures log it
            logging.getLogger("concurrent.futures").exception(
                "exception calling callback for %r", self
            )

    def _load(self, timeout: float | None) -> None:
        """Wait for the outcome and load its payload, in this thread or in another one."""
        end = None if timeout is None else time.monotonic() + timeout
        if not self.wait_until_done(timeout):
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
            value = _unreadable(self.name, error)
            failed = True
        # No call from here on: an interrupt comes before all of it, or after.
        if failed:
            self._exception = value
        else:
            self._result = value
        self._is_loaded = True
        self._payload = None

    # -- its output ------------------------------------------------------------------------------

    @property
    def has_output(self) -> bool:
        """Whether the task has written anything."""
        return self._output is not None

    def add_output(self, data: bytes, at: int) -> int:
        """Add *data*, which the task wrote at byte *at*.

        Return the number of bytes written so far.  For the manager.
        """
        if self._output is None:
            self._output = OutputBuffer()
        self._output.add(data, at)
        return self._output.total

    def reset_output(self) -> None:
        """Drop the output: another attempt begins, whose output is counted from 0."""
        self._output = None

    def output_end(self, limit: int) -> OutputEnd:
        """Return the last *limit* bytes of the output as text, and the number of bytes before them.

        For views.  Empty if the engine doesn't report output.
        """
        with self.manager.board.lock:
            if self._output is None:
                return OutputEnd("", 0)
            return self._output.end(limit, is_whole=self.record.state.is_done)

    # -- settling: by the manager only, in the thread that delivers events -------------------------

    def set_started(self) -> None:
        """Record that the engine reported the task's start.

        Called under the board's lock, and only while the task has no outcome.
        """
        if self._verdict == PENDING:
            self._verdict = RUNNING

    def set_result_ready(self, payload: Payload, *, failed: bool = False) -> bool:
        """Record that the task ended by itself, without a requested cancel.  For the manager.

        Returns:
            Whether there are callbacks to run.

        Raises:
            RuntimeError: The future already has an outcome.  The manager never causes that.
        """
        if self._verdict in _DONE:
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
        if self._verdict in _DONE:
            raise self._second_verdict()
        self._verdict = CANCELLED_AND_NOTIFIED
        self._is_loaded = True  # after `_verdict`: a thread that sees this flag reads `_verdict`
        return self._notify_all()

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


def in_bare_loop_callback() -> bool:
    """Return whether the caller runs in an event loop's callback that belongs to no asyncio task.

    `asyncio.wrap_future` passes a cancellation on from such a callback.  (A notebook's cell runs
    inside a loop too, but as a task.)
    """
    asyncio = sys.modules.get("asyncio")
    if asyncio is None:
        return False
    try:
        return asyncio.current_task() is None
    except RuntimeError:  # no loop runs in this thread
        return False
