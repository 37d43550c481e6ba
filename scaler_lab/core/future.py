"""`ScalerFuture`: a `concurrent.futures.Future` that tells the truth about cancelling.

What differs from the standard library's Future, and only this:

  - `cancel()` works on running tasks too.  It asks the engine and waits for its answer, which is a
    confirmation or the task's own result; either way the future ends cancelled (rules R1 to R6).
  - `request_cancel()` asks without waiting.
  - It knows its `status`, its worker, its times and how its cancel was settled.
  - Its value is opened (unpickled) by the first thread that asks for it, so that no class's code
    ever runs in the thread that delivers events.

It goes from PENDING or RUNNING straight to CANCELLED_AND_NOTIFIED, so `concurrent.futures.wait`
and `as_completed` see a cancelled task at once, queued or not.

A hundred thousand futures may be open, and most are never waited for while they are.  So the lists
of waiters and callbacks are made by the first who needs them (`_WaiterList`): that is half of a
future's memory and most of its cost.

Settling takes no lock, so that nobody can hold it up: not a thread whose interrupt left a lock
behind, nor a finalizer that runs in the middle of this very code.

    the engine's thread                      a waiting thread
    ───────────────────                      ─────────────────────────────────────
    writes the verdict,                      leaves its waiter or callback in the room,
    then takes each waiter and callback      then looks at the verdict: if it is there,
      out of the room, and tells it            takes its own out again, unless that is told

Each of these steps is one operation, and whoever takes a waiter out is the one who tells it.

The standard library's `wait` and `as_completed` expect more: between taking and releasing a
future's condition they count what is done, and leave a waiter with all.  `_Condition` keeps the
state that such a thread sees as it was, and `_Waiters` tells the waiter of what happened since.
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
from concurrent.futures._base import (  # the states stdlib's wait() and as_completed() look at
    CANCELLED_AND_NOTIFIED,
    FINISHED,
    PENDING,
    RUNNING,
    InvalidStateError,
)
from queue import Empty, SimpleQueue
from threading import get_ident
from typing import TYPE_CHECKING, Any, TypeVar

from scaler_lab._windows import open_view
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
from scaler_lab.core.state_machine import STATUS, Resolution, Status, TaskState
from scaler_lab.errors import FeatureMissing, ResultUnserializable

if TYPE_CHECKING:
    from scaler_lab.core.board import TaskRecord
    from scaler_lab.core.future_manager import FutureManager
    from scaler_lab.core.task_plan import TaskPlan

T = TypeVar("T")

CANCEL_TIMEOUT = 30.0


_DONE = (FINISHED, CANCELLED_AND_NOTIFIED)

_making = threading.RLock()  # held to make a room, or to begin to open a parcel; never long

log = logging.getLogger(__name__)

_call: Callable[[Callable[[], Any]], Any] = operator.call


class _WaiterList:
    """Where those who wait for a future are found."""

    __slots__ = ("callbacks", "frozen", "waiters")

    def __init__(self) -> None:
        self.waiters: deque[Any] = deque()
        self.callbacks: dict[object, Callable[[Future[Any]], object]] = {}
        self.frozen: dict[int, str] = {}  # by thread: the state that its `_Condition` keeps


class _Opening:
    """A parcel whose value was requested.  Who holds the lock opens it."""

    __slots__ = ("lock", "payload")

    def __init__(self, payload: Payload) -> None:
        self.payload = payload
        self.lock = threading.RLock()

    def is_free(self, timeout: float) -> bool:
        """Wait until nobody else has the lock; whether that is so within *timeout* seconds.

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
        """Until it is told, at most that long."""
        if seconds is not None:
            seconds = min(max(0.0, seconds), threading.TIMEOUT_MAX)
        try:
            self._queue.get(timeout=seconds)
        except Empty:
            pass


class _Condition:
    """What the standard library takes for a future's condition.  It locks nothing.

    From `acquire` to `release` the thread sees the future's state as it was.  If an interrupt comes
    between, that ends with the next `acquire`, and nobody else is held up.
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
    """What the standard library takes for a future's list of waiters."""

    __slots__ = ("_future",)

    def __init__(self, future: ScalerFuture[Any]) -> None:
        self._future = future

    def append(self, waiter: Any) -> None:
        if isinstance(getattr(waiter, "event", None), threading.Event):
            # An interrupt of the thread that waits could leave the event's own lock held, and the
            # thread that tells the waiter would never return.
            waiter.event = SafeEvent()
        future = self._future
        if future._state not in _DONE:  # as this thread sees it
            if not future._leave(waiter):
                future._tell(waiter)
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
    """One submitted task.  Made by a client; never by hand."""

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
        # Not Future.__init__, which would make what `_WaiterList` makes later.
        self.record = record  # the board's facts; not for users, who read the properties
        self.manager = manager
        self.call = call  # for retry; let go of once it succeeded
        self.plan = plan  # the manager's, for a task with limits, retries or dependencies
        self._verdict = PENDING  # the state, in the standard library's words
        self._waiter_list: _WaiterList | None = None
        self._payload: Payload | _Opening | None = None  # until it is opened
        self._is_loaded = False
        self._output: OutputBuffer | None = None  # guarded by the board's lock
        self._result: T | None = None
        self._exception: BaseException | None = None

    def _furnished(self) -> _WaiterList:
        waiter_list = self._waiter_list
        if waiter_list is None:
            new = (
                _WaiterList()
            )  # not under the lock: making it may collect garbage, which may wait here
            with _making:
                waiter_list = self._waiter_list
                if waiter_list is None:
                    waiter_list = self._waiter_list = new
        return waiter_list

    # What the standard library's wait() and as_completed() look for.  Properties to everybody but
    # type checkers, for which typeshed has them as attributes: else as_completed() would not check.

    if TYPE_CHECKING:
        _condition: threading.Condition
        _state: str
        _waiters: list[Any]
    else:

        @property
        def _condition(self) -> _Condition:
            if self._verdict not in _DONE:
                refuse_in_fork(self.manager.made_in)  # nobody would ever wake who waits there
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

    # -- what is known ---------------------------------------------------------------------------

    @property
    def task_id(self) -> TaskId:
        """32 hexadecimal digits, unique among all clients."""
        return self.record.task_id

    @property
    def name(self) -> str:
        """What views call the task: its function's qualified name, or the name given."""
        return self.record.name

    @property
    def status(self) -> Status:
        """What the board says now: waiting, queued, running, cancelling, or how it ended."""
        return STATUS[self.record.state]

    @property
    def has_failed(self) -> bool:
        """Whether it ended with an exception, which isn't opened for the answer."""
        return self.record.state is TaskState.FAILED

    @property
    def attempt(self) -> int:
        """1, and one more for each retry that `Client.options` asked for."""
        return self.record.attempt

    @property
    def tags(self) -> tuple[str, ...]:
        """What `Client.options` was given for it."""
        return self.record.tags

    @property
    def worker(self) -> str:
        """The worker that runs or ran it; empty before it starts, or where the engine can't say."""
        return self.record.worker

    @property
    def submitted_at(self) -> float:
        """Seconds since the epoch."""
        return self.manager.board.epoch + self.record.submitted_at

    @property
    def started_at(self) -> float | None:
        """Seconds since the epoch; None before it starts, or where the engine reports no starts."""
        return self.manager.board.to_epoch(self.record.started_at)

    @property
    def ended_at(self) -> float | None:
        """Seconds since the epoch at which its code ended; None before."""
        return self.manager.board.to_epoch(self.record.ended_at)

    @property
    def cancel_resolution(self) -> Resolution | None:
        """How its cancel was settled; None while unknown, or where none was asked."""
        return self.record.resolution

    @property
    def cancel_seconds(self) -> float | None:
        """Seconds from the ask to the answer; None while there is none."""
        requested_at, settled_at = self.record.cancel_requested_at, self.record.settled_at
        return None if requested_at is None or settled_at is None else settled_at - requested_at

    @property
    def progress(self) -> Progress | None:
        """How far the task said it is (`scaler_lab.progress`); None where it said nothing."""
        return self.record.progress

    @property
    def profile(self) -> ProfileResult:
        """What the task took, as far as it is known: `ProfileResult` says what each number is."""
        with self.manager.board.lock:
            return profile_of(self.record)

    def output(self) -> OutputText:
        """What the task has written to its standard output and error so far: both, in order.

        A `str`, of the last mebibyte that it wrote; ``.dropped`` counts the bytes before.  That is
        `print`, `logging`, and what C code and child processes write to the descriptors 1 and 2.
        Never waits: while the task runs, it is up to a tenth of a second old.  What isn't UTF-8
        is shown escaped (``\\xff``).  Of a task that was retried it is the last attempt's.

        Raises `FeatureMissing` where the engine doesn't tell what its tasks write.
        """
        if self.manager.no_output:
            raise FeatureMissing(self.manager.no_output)
        text, before = self.output_end(OUTPUT_BUFFER_BYTES)
        return OutputText(text, before)

    def running(self) -> bool:
        """Whether the engine said that it started, and it has no verdict yet."""
        return self.record.state in (
            TaskState.RUNNING,
            TaskState.RUNNING_CANCELLING,
            TaskState.RUNNING_OVERDUE,
        )

    def __repr__(self) -> str:
        record = self.record
        parts = [f"#{record.number} {record.name!r}", STATUS[record.state].value]
        if record.resolution is not None:
            parts.append(f"({record.resolution.value})")
        elif record.error:
            parts.append(f"({printable(record.error)})")
        elif record.worker and not record.state.is_done:
            parts.append(f"on {printable(record.worker)}")
        return f"<ScalerFuture {' '.join(parts)}>"

    def __rich__(self) -> object:
        return open_view("future", self, board=self.manager.board)

    # -- cancelling ------------------------------------------------------------------------------

    def cancel(self, timeout: float | None = CANCEL_TIMEOUT, *, force: bool = False) -> bool:
        """Ask to stop the task and wait for the answer; True where it is or will end cancelled.

        False only where the task was done before the ask.  The answer is the engine's
        confirmation or the task's own result, whichever comes first; a result is discarded then.
        Waits at most *timeout* seconds (None: as long as it takes).  Where that runs out the
        return is True, `status` stays "cancelling", and the answer still comes.

        *force* skips the interrupt and kills the task's worker process at once, its children too.

        In a done-callback, and in a bare event-loop callback, it asks and returns at once, for
        waiting there would hold up its own answer.

        ::

            >>> endless = client.submit(time.sleep, 10_000)
            >>> endless.cancel(), endless.cancelled()
            (True, True)
            >>> endless.cancel_resolution in (Resolution.NEVER_STARTED, Resolution.INTERRUPTED)
            True
        """
        if (timeout is not None and timeout <= 0) or not self.manager.may_wait():
            return self.request_cancel(force=force)
        # The answer to the request is what this waits for: no need to wait for both.
        self.manager.begin_cancel(self, force=force)
        self.wait_until_done(timeout)
        return self._verdict not in _DONE or self._verdict == CANCELLED_AND_NOTIFIED

    def request_cancel(self, *, force: bool = False, source: str = "") -> bool:
        """Ask to stop the task, without waiting for the answer.  Returns what `cancel` would.

        *source* is who asks, for the board: "terminal", "notebook".
        """
        return self.manager.request_cancel((self,), force=force, source=source) == 1

    def retry(self) -> ScalerFuture[T]:
        """Submit the same call again, as a new task; returns its future at once.

        For a task that failed or was cancelled: its arguments are kept for as long as this future
        is.  Its options are the same.  Raises `RuntimeError` while it is not done, and after it
        succeeded.

        ::

            >>> failed = client.submit(int, "no number")
            >>> failed.exception()
            ValueError("invalid literal for int() with base 10: 'no number'")
            >>> failed.retry().exception() is failed.exception()
            False
        """
        if not self.done():
            raise RuntimeError(f"{self!r} is not done yet; cancel it first, or wait for it")
        if self.call is None:
            raise RuntimeError(
                f"{self!r} can't be retried: the arguments of a task that succeeded are not kept; "
                "submit the call again"
            )
        return self.manager.resubmit(self)

    # -- waiting ---------------------------------------------------------------------------------

    def done(self) -> bool:
        """Whether it has its verdict."""
        return self._verdict in _DONE

    def cancelled(self) -> bool:
        """Whether its verdict is cancelled; False while a cancel is only asked."""
        return self._verdict == CANCELLED_AND_NOTIFIED

    def result(self, timeout: float | None = None) -> T:
        """The task's value, waiting at most *timeout* seconds for it (None: as long as it takes).

        Raises what the task raised (with the worker's traceback as its cause), `CancelledError`
        where its cancel was asked, `TimeoutError`, `WorkerDied`, `EngineLost`, `TaskTimeout`,
        `DependencyFailed` or `ResultUnserializable`.
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
        """What the task raised, or None; waits, and raises, as `result` does."""
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
        """It says from where, if it was cancelled in a window of the engine's or the notebook's."""
        by = self.record.cancel_requested_by
        return CancelledError(f"cancelled from {by}") if by else CancelledError()

    def __await__(self) -> Generator[Any, None, T]:
        """Wait without blocking the event loop.  Cancelling the waiting asyncio task asks to stop
        this one, without blocking the loop either.
        """
        import asyncio  # 40 ms that only those who await pay

        return asyncio.wrap_future(self).__await__()

    def add_waiter(self, waiter: Any) -> bool:
        """Have *waiter* told of the verdict, as the standard library's `wait` leaves its own.

        It is told in the settling thread, so it must only take note.  False where the future is
        done already; then it is not told.
        """
        if self._verdict in _DONE:
            return False
        refuse_in_fork(self.manager.made_in)  # nobody would ever tell it
        return self._leave(waiter)

    def _leave(self, waiter: Any) -> bool:
        waiters = self._furnished().waiters
        waiters.append(waiter)
        if self._verdict in _DONE:
            try:
                waiters.remove(waiter)
            except ValueError:
                return True  # the settling thread took it, and tells it
            return False
        return True

    def remove_waiter(self, waiter: Any) -> None:
        """Take *waiter* away again; nothing where it is not there."""
        waiter_list = self._waiter_list
        if waiter_list is not None:
            try:
                waiter_list.waiters.remove(waiter)
            except ValueError:
                pass

    def _tell(self, waiter: Any) -> None:
        try:
            if self._verdict == CANCELLED_AND_NOTIFIED:
                waiter.add_cancelled(self)
            elif self.record.state is TaskState.FAILED:
                waiter.add_exception(self)
            else:
                waiter.add_result(self)
        except Exception:  # the others are to be told all the same
            log.exception("a waiter of %r raised", self)

    def wait_until_done(self, timeout: float | None) -> bool:
        """Wait at most *timeout* seconds; whether the future is done."""
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
        """Have *fn* called with this future once it is done, in a thread for callbacks.

        If the future is done already, *fn* is called here and now.  What it raises is logged.
        """
        if self._verdict not in _DONE:
            refuse_in_fork(self.manager.made_in)
            self.manager.begin_callbacks()
            key = object()  # the same call may be added twice
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
        """Wait for the verdict, and have its parcel opened, here or in another thread."""
        end = None if timeout is None else time.monotonic() + timeout
        if not self.wait_until_done(timeout):
            raise TimeoutError
        while not self._is_loaded:
            payload = self._payload
            if payload is None:
                continue  # it is opened, or put back
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
        """Open *payload*, and keep what is in it.  Interrupted, it is opened again the next
        time.
        """
        value: Any
        failed = self.record.state is TaskState.FAILED
        try:
            value = payload.load()
        except BaseException as error:
            # The caller's Ctrl-C, which only the main thread gets, isn't the value's fault, nor is
            # a shortage: it can be opened later.
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

    # -- what it wrote ---------------------------------------------------------------------------

    @property
    def has_output(self) -> bool:
        """Whether it has written anything."""
        return self._output is not None

    def add_output(self, data: bytes, at: int) -> int:
        """It wrote *data*, its bytes from *at* on; how many there are now.  For the manager."""
        if self._output is None:
            self._output = OutputBuffer()
        self._output.add(data, at)
        return self._output.total

    def reset_output(self) -> None:
        """Another attempt begins; what it writes is counted from its own beginning."""
        self._output = None

    def output_end(self, limit: int) -> OutputEnd:
        """For windows: the last *limit* bytes of what it wrote, as text, and how many came before.

        Nothing where the engine doesn't tell.
        """
        with self.manager.board.lock:
            if self._output is None:
                return OutputEnd("", 0)
            return self._output.end(limit, is_whole=self.record.state.is_done)

    # -- settling: by the manager only, in the thread that delivers events -------------------------

    def set_started(self) -> None:
        """The engine said that the task started.

        Called under the board's lock, while the verdict is still open: so this can't overwrite one.
        """
        if self._verdict == PENDING:
            self._verdict = RUNNING

    def set_result_ready(self, payload: Payload, *, failed: bool = False) -> bool:
        """The task ended by itself, and no cancel was asked.  Returns whether callbacks wait.

        Not for users.  Raises `RuntimeError` on a second verdict, which the manager never gives.
        """
        if self._verdict in _DONE:
            raise self._second_verdict()
        self._payload = payload
        if not failed:
            self.call = None
        self._verdict = FINISHED
        return self._tell_all()

    def set_cancel_confirmed(self) -> bool:
        """The cancel was settled, by a confirmation or a result.  Returns whether callbacks wait.

        Not for users.  Raises `RuntimeError` on a second verdict, which the manager never gives.
        """
        if self._verdict in _DONE:
            raise self._second_verdict()
        self._verdict = CANCELLED_AND_NOTIFIED
        self._is_loaded = True  # after the state: who sees this looks at that
        return self._tell_all()

    def _tell_all(self) -> bool:
        waiter_list = self._waiter_list
        if waiter_list is None:
            return False
        waiters = waiter_list.waiters
        while waiters:
            try:
                waiter = waiters.popleft()
            except IndexError:  # it was removed meanwhile
                break
            self._tell(waiter)
        return bool(waiter_list.callbacks)

    def run_callbacks(self) -> None:
        """Call the done-callbacks, each once.  For the courier."""
        waiter_list = self._waiter_list
        if waiter_list is not None:
            for key in list(waiter_list.callbacks):
                fn = waiter_list.callbacks.pop(key, None)
                if fn is not None:
                    self._call(fn)

    # -- what the standard library's futures let their executor do, and no user may do here --------

    def set_result(self, result: T) -> None:
        """Raises `InvalidStateError`: only the engine decides how a task ends."""
        del result
        raise self._not_by_hand("set_result")

    def set_exception(self, exception: BaseException | None) -> None:
        """Raises `InvalidStateError`: only the engine decides how a task ends."""
        del exception
        raise self._not_by_hand("set_exception")

    def set_running_or_notify_cancel(self) -> bool:
        """Raises `InvalidStateError`: only the engine decides when a task starts."""
        raise self._not_by_hand("set_running_or_notify_cancel")

    def _not_by_hand(self, method: str) -> InvalidStateError:
        return InvalidStateError(
            f"{method}() is not for {self!r}: its engine runs the task and decides how it ends. "
            "To end the task early, call cancel()"
        )

    def _second_verdict(self) -> RuntimeError:
        return RuntimeError(f"a second verdict for {self!r}: a fault of scaler_lab, please report")


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

    Older versions refuse a StopIteration in a callback of the event loop, and whoever awaits the
    future then waits for ever (python/cpython#112182).
    """
    wrapped = RuntimeError(
        "StopIteration interacts badly with generators and cannot be raised into a Future"
    )
    wrapped.__cause__ = error
    return wrapped


def in_bare_loop_callback() -> bool:
    """Whether the caller runs in an event loop's callback that belongs to no asyncio task.

    `asyncio.wrap_future` passes a cancellation on from such a callback.  (A notebook's cell runs
    inside a loop too, but as a task.)
    """
    asyncio = sys.modules.get("asyncio")
    if asyncio is None:
        return False
    try:
        return asyncio.current_task() is None
    except RuntimeError:  # no loop runs here
        return False
