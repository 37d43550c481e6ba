"""What the futures of each library report, and what their cancel achieves.

=======================  =============  =======================================================
future                   reports start  its cancel
=======================  =============  =======================================================
concurrent.futures'      yes            removes a queued task; can't stop a running one
one whose class has its  yes            ends cancelled; whether code still runs is not known
own cancel (pebble's)
asyncio's Task           from its code  raises CancelledError in it
asyncio's Future         no             cancels the future; what would settle it may go on
Dask's                   no             Dask forgets it; running code goes on to its end
Ray's ObjectRef          no             interrupts it, or with force kills its worker
a `ScalerFuture`         yes            as its own engine's
=======================  =============  =======================================================

Nothing is imported to examine a future: the library that made it has been imported already.
"""

from __future__ import annotations

import inspect
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, cast

from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.messages import (
    Event,
    InMemoryPayload,
    ResultKind,
    TaskCancelConfirm,
    TaskId,
    TaskResult,
)
from scaler_lab.core.state_machine import Resolution
from scaler_lab.errors import EngineLost
from scaler_lab.serialization.exceptions import summary_of

if TYPE_CHECKING:
    import asyncio  # takes 40 ms; a program with an asyncio future has imported it already

UNKNOWN = "reports it as cancelled; it is unknown whether its code still runs"


class WatchedFuture(ABC):
    """One watched future.  Unless noted otherwise, any thread may call its methods."""

    reports_start = False
    is_polled = False  # its library reports no end, so `is_done` is polled
    cancel_waits = False  # `cancel` may block, so it runs in a thread of its own

    def __init__(self, future: Any) -> None:
        self.future = future

    name = ""
    """The name that its library gave it; empty if none."""

    @abstractmethod
    def attach(self, on_done: Callable[[], None]) -> None:
        """Have *on_done* called when it ends, in any thread; or now if it has ended."""

    @abstractmethod
    def cancel(self, *, force: bool) -> str:
        """Request that it stops.  Return why that is impossible; empty if it may stop."""

    @abstractmethod
    def verdict(self, task_id: TaskId) -> Event:
        """Return the event for how it ended."""

    def is_running(self) -> bool:
        """Return whether it has started, if it `reports_start`."""
        return False

    def is_done(self) -> bool:
        """Return whether it has ended."""
        return bool(self.future.done())


class _FutureValue:
    """A payload that reads the future itself, in the thread that wants the value."""

    def __init__(self, get: Callable[[], Any]) -> None:
        self._get = get

    def load(self) -> Any:
        return self._get()


def _ended(task_id: TaskId, get: Callable[[], Any]) -> TaskResult:
    return TaskResult(task_id, ResultKind.SUCCESS, _FutureValue(get), ended_at=time.monotonic())


def _raised(task_id: TaskId, error: BaseException) -> TaskResult:
    if not isinstance(error, Exception):
        error = RuntimeError(summary_of(error))  # e.g. SystemExit, which must not end a view's loop
    line = summary_of(error)
    return TaskResult(
        task_id, ResultKind.FAILED, InMemoryPayload(error), ended_at=time.monotonic(), error=line
    )


class _Standard(WatchedFuture):
    """A `concurrent.futures.Future`, or one with the same methods."""

    reports_start = True

    def __init__(self, future: Any) -> None:
        super().__init__(future)
        own_cancel: object = getattr(cast("type[object]", type(future)), "cancel", None)
        self._is_plain = own_cancel is vars(Future)["cancel"]
        self.cancel_waits = not self._is_plain

    def attach(self, on_done: Callable[[], None]) -> None:
        self.future.add_done_callback(_calling(on_done))

    def cancel(self, *, force: bool) -> str:
        del force
        if self.future.cancel() or self.future.done():
            return ""
        return "its future can't stop running code; the task runs to its end"

    def is_running(self) -> bool:
        return bool(self.future.running())

    def verdict(self, task_id: TaskId) -> Event:
        future = self.future
        if future.cancelled():
            if self._is_plain:
                return TaskCancelConfirm(task_id, Resolution.NEVER_STARTED)
            return TaskCancelConfirm(task_id, Resolution.LOST, detail=f"its library {UNKNOWN}")
        error = future.exception()
        return _ended(task_id, future.result) if error is None else _raised(task_id, error)


class _Ours(_Standard):
    """A `ScalerFuture` of another board, whose engine's answers are passed on."""

    def __init__(self, future: ScalerFuture[Any]) -> None:
        super().__init__(future)
        self.name = future.name
        self.cancel_waits = False

    def cancel(self, *, force: bool) -> str:
        self.future.request_cancel(force=force, source="watch")
        return ""

    def verdict(self, task_id: TaskId) -> Event:
        future = self.future
        if future.cancelled():
            how = future.cancel_resolution or Resolution.LOST
            return TaskCancelConfirm(task_id, how, future.worker)
        # The value is not loaded here, because that runs code of its class.
        if future.status.value == "succeeded":
            return _ended(task_id, future.result)
        info = future.manager.board.info(future.task_id)
        return TaskResult(
            task_id,
            ResultKind.FAILED,
            _FutureValue(future.exception),
            future.worker,
            ended_at=time.monotonic(),
            error="" if info is None else info.error,
        )


class _Asyncio(WatchedFuture):
    """A Task or Future of an event loop, which is changed only in that loop."""

    def __init__(self, future: Any) -> None:
        import asyncio

        super().__init__(future)
        self._loop: asyncio.AbstractEventLoop = future.get_loop()
        self._is_task = isinstance(future, asyncio.Task)
        self._never_began = False
        self.reports_start = self._is_task
        self.name = future.get_name() if self._is_task else ""

    def attach(self, on_done: Callable[[], None]) -> None:
        if self.future.done():
            on_done()
        else:
            self._in_loop(lambda: self.future.add_done_callback(_calling(on_done)))

    def cancel(self, *, force: bool) -> str:
        del force
        try:
            self._in_loop(self._cancel)
        except RuntimeError:
            return "its event loop is closed, so it can never continue"
        return ""

    def is_running(self) -> bool:
        return not self._is_new()

    def verdict(self, task_id: TaskId) -> Event:
        future = self.future
        if not future.cancelled():
            error = future.exception()
            return _ended(task_id, future.result) if error is None else _raised(task_id, error)
        if not self._is_task:
            detail = (
                "the future is cancelled; the code that would have set its result may still run"
            )
            return TaskCancelConfirm(task_id, Resolution.LOST, detail=detail)
        how = Resolution.NEVER_STARTED if self._never_began else Resolution.INTERRUPTED
        return TaskCancelConfirm(task_id, how)

    def _cancel(self) -> None:
        self._never_began = self._is_new()
        self.future.cancel()

    def _is_new(self) -> bool:
        coroutine = self.future.get_coro() if self._is_task else None
        return (
            inspect.iscoroutine(coroutine)
            and inspect.getcoroutinestate(coroutine) == inspect.CORO_CREATED
        )

    def _in_loop(self, call: Callable[[], object]) -> None:
        import asyncio

        try:
            here = asyncio.get_running_loop()
        except RuntimeError:
            here = None
        if here is self._loop:
            call()
        else:
            self._loop.call_soon_threadsafe(call)


class _Dask(WatchedFuture):
    """`distributed.Future`."""

    cancel_waits = True

    def __init__(self, future: Any) -> None:
        super().__init__(future)
        self.name = str(future.key)

    def attach(self, on_done: Callable[[], None]) -> None:
        self.future.add_done_callback(_calling(on_done))

    def cancel(self, *, force: bool) -> str:
        self.future.cancel(force=force)
        return ""

    def verdict(self, task_id: TaskId) -> Event:
        status = str(self.future.status)
        if status == "finished":
            return _ended(task_id, self.future.result)
        if status == "error":
            error = self.future.exception()
            if isinstance(error, BaseException):
                return _raised(task_id, error)
            return _raised(task_id, RuntimeError("it failed; await the future for its exception"))
        if status == "cancelled":
            return TaskCancelConfirm(task_id, Resolution.LOST, detail=f"Dask {UNKNOWN}")
        return _raised(task_id, EngineLost(f"Dask reports {status!r}: it no longer knows the task"))


class _Ray(WatchedFuture):
    """An `ObjectRef`.  Ray reports its end only if it is fetched, so it is polled."""

    is_polled = True
    cancel_waits = True

    def __init__(self, future: Any) -> None:
        super().__init__(future)
        self.name = f"ref {future.hex()[:12]}"
        self._ray: Any = sys.modules["ray"]
        self._was_forced = False

    def attach(self, on_done: Callable[[], None]) -> None:
        del on_done

    def is_done(self) -> bool:
        ready, _ = self._ray.wait([self.future], timeout=0, fetch_local=False)
        return bool(ready)

    def cancel(self, *, force: bool) -> str:
        self._was_forced = force
        try:
            self._ray.cancel(self.future, force=force)
        except (TypeError, ValueError) as error:  # an actor's, or not a task's
            return f"Ray can't cancel it: {error}"
        return ""

    def verdict(self, task_id: TaskId) -> Event:
        try:
            self._ray.get(self.future)
        except BaseException as error:
            names = {kind.__name__ for kind in type(error).__mro__}
            if "TaskCancelledError" in names:
                how = Resolution.KILLED if self._was_forced else Resolution.INTERRUPTED
                detail = "Ray does not report whether it had started"
                return TaskCancelConfirm(task_id, how, detail=detail)
            return _raised(task_id, error)
        return _ended(task_id, lambda: self._ray.get(self.future))


def _calling(on_done: Callable[[], None]) -> Callable[[object], None]:
    def call(_future: object) -> None:
        on_done()

    return call


def watched_future(future: Any) -> WatchedFuture:
    """Return *future* as a `WatchedFuture`.

    Raises TypeError if it is of an unknown kind.
    """
    if isinstance(future, ScalerFuture):
        return _Ours(future)  # pyright: ignore[reportUnknownArgumentType]
    loops = sys.modules.get("asyncio")
    if loops is not None and loops.isfuture(future):
        return _Asyncio(future)
    for kind in type(future).__mro__:
        name = f"{kind.__module__.partition('.')[0]}.{kind.__qualname__}"
        if name == "distributed.Future":
            return _Dask(future)
        if name == "ray.ObjectRef":
            return _Ray(future)
    methods = ("add_done_callback", "cancel", "cancelled", "done", "exception", "result", "running")
    if all(callable(getattr(future, method, None)) for method in methods):
        return _Standard(future)
    raise TypeError(
        f"{type(future).__qualname__} can't be watched; expected a future of "
        "concurrent.futures, asyncio, Dask or Ray, or one with the same methods"
    )
