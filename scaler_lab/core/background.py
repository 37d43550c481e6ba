"""Work that the manager leaves to other threads, because it takes time or is due later.

    dependencies are done ──┐
    an attempt failed     ──┼──> the background thread: loads results, puts them into the
    a retry is due        ──┘    arguments, decides about retries, sends tasks; so it runs
                                 code of users' classes
    a time limit ends     ─────> the timer's thread, which only sends a request to the engine

The background thread is not the thread for callbacks: a callback may wait for a task that can only
be sent after some background work.  Both threads start with the first task that may need them.
"""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from scaler_lab.core.callback_thread import CallbackThread
from scaler_lab.core.dependencies import DependencyWaiter, with_results
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.messages import InMemoryPayload, Payload, TaskId
from scaler_lab.core.state_machine import Trigger
from scaler_lab.core.task_plan import TaskPlan
from scaler_lab.core.timer import Timer, TimerHandle
from scaler_lab.errors import DependencyFailed

if TYPE_CHECKING:
    from scaler_lab.core.future_manager import FutureManager

log = logging.getLogger(__name__)


class BackgroundWorker:
    """Runs the background work of one manager."""

    def __init__(self, manager: FutureManager, name: str) -> None:
        self._manager = manager
        self._callback_thread = CallbackThread(f"{name}-background")
        self._timer = Timer(f"{name}-timer")

    def is_here(self) -> bool:
        """Whether the calling thread is the background thread."""
        return self._callback_thread.is_here()

    def begin(self, plans: Sequence[TaskPlan | None]) -> None:
        """Start the threads that these plans need.  Raises RuntimeError if none can be started."""
        if any(p is not None and (p.waits or p.retries_left) for p in plans):
            self._callback_thread.begin()
        if any(p is not None and (p.options.timeout or p.options.retry_delay) for p in plans):
            self._timer.begin()

    def watch_dependencies(self, future: ScalerFuture[Any]) -> None:
        """Send a waiting task once its dependencies are done."""
        plan = _plan_of(future)

        def notify(never: Future[Any] | None) -> None:
            work = self._send if never is None else functools.partial(self._blame, never)
            self._callback_thread.submit(functools.partial(work, future))

        waiter = DependencyWaiter(plan.needs, notify)
        if self._manager.attempts.note_waiter(future, waiter):
            waiter.add_to()

    def limit(self, future: ScalerFuture[Any], task_id: TaskId, at: float) -> TimerHandle:
        """Return a timer that stops that attempt *at* a time, in seconds of `time.monotonic`."""
        return self._timer.call_at(
            at, functools.partial(self._manager.time_ran_out, future, task_id)
        )

    def try_again(self, future: ScalerFuture[Any]) -> None:
        """Send the next attempt when it is due, after a worker's death or a time limit."""
        self._callback_thread.submit(functools.partial(self._send_when_due, future))

    def consider(self, future: ScalerFuture[Any], payload: Payload, line: str) -> None:
        """Retry the task if it raised one of the exceptions to retry on, else fail it."""
        self._callback_thread.submit(functools.partial(self._consider, future, payload, line))

    def close(self, *, wait: bool) -> None:
        """End both threads.  Idempotent."""
        self._timer.close(wait=wait)
        self._callback_thread.close(wait=wait)

    # The following methods run in the background thread:

    def _consider(self, future: ScalerFuture[Any], payload: Payload, line: str) -> None:
        try:
            error = payload.load()
        except BaseException:  # it can't be loaded; `result` raises the reason
            log.debug("the exception of %r can't be unpickled", future, exc_info=True)
        else:
            payload = InMemoryPayload(error)
            if isinstance(error, _plan_of(future).options.retry_on):
                self._send_when_due(future)
                return
        self._manager.happen(future, Trigger.GAVE_UP, payload, line)

    def _send_when_due(self, future: ScalerFuture[Any]) -> None:
        seconds = _plan_of(future).options.seconds_before(future.attempt + 1)
        if seconds:
            send = functools.partial(self._send, future)
            timer_handle = self._timer.call_at(
                time.monotonic() + seconds, functools.partial(self._callback_thread.submit, send)
            )
            self._manager.attempts.note_timer_handle(future, timer_handle)
        else:
            self._send(future)

    def _send(self, future: ScalerFuture[Any]) -> None:
        call = future.call
        if call is None or future.done():
            return
        args, kwargs = call.args, call.kwargs
        plan = _plan_of(future)
        # The bytes of an earlier attempt, or of the submission.
        packed = plan.complete or call.packed
        results: dict[int, Any] = {}
        for need in () if plan.complete else plan.needs:
            try:
                results[id(need)] = need.result()  # done: at most, another thread loads it
            except BaseException as error:  # also one that a class raised while it was unpickled
                self._blame(need, future, error)
                return
        try:
            if results and packed is None:
                args, kwargs = with_results((args, kwargs), results)
            elif results and packed is not None:
                packed = packed.with_results([*results.values()])
                if plan.retries_left:
                    plan.complete = packed = packed.owned()
            task = self._manager.attempts.begin(future, args, kwargs, packed)
            if task is None:
                return  # cancelled or lost meanwhile
            self._manager.submit_attempt(future, task)
        except BaseException as error:  # whatever it is, the task must get an outcome
            # If its arguments could not be made, the attempt hasn't started: start it, so that it
            # can fail.
            self._manager.attempts.begin(future, (), {})
            line = _in_a_line(error)
            self._manager.happen(future, Trigger.SUBMIT_FAILED, InMemoryPayload(error), line)

    def _blame(
        self, need: Future[Any], future: ScalerFuture[Any], error: BaseException | None = None
    ) -> None:
        """End *future*, which can't run because of *need*."""
        if need.cancelled():
            detail = f"{_named(need)}, whose result it takes, was cancelled"
            self._manager.happen(future, Trigger.DEPENDENCY_CANCELLED, detail=detail)
            return
        culprit = need
        if isinstance(need, ScalerFuture) and need.plan is not None and need.plan.culprit:
            culprit = need.plan.culprit
        _plan_of(future).culprit = culprit
        why = _why(culprit, error)
        payload = _Blame(f"{future.name!r} did not run, because {why}", culprit)
        line = f"DependencyFailed: {why}"
        self._manager.happen(future, Trigger.DEPENDENCY_FAILED, payload, line)


class _Blame:
    """A payload that loads as `DependencyFailed`, in the thread that wants it."""

    def __init__(self, message: str, culprit: Future[Any]) -> None:
        self._message = message
        self._culprit = culprit

    def load(self) -> Any:
        failed = DependencyFailed(self._message)
        failed.__cause__ = self._culprit.exception()
        return failed


def _why(culprit: Future[Any], error: BaseException | None) -> str:
    if isinstance(culprit, ScalerFuture) and culprit.record.error:
        reason = culprit.record.error
    else:
        error = error or culprit.exception()
        reason = "unknown" if error is None else _in_a_line(error)
    return f"{_named(culprit)} failed: {reason}"


def _in_a_line(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:  # a __str__ of the user's raised
        return type(error).__name__


def _named(need: Future[Any]) -> str:
    return repr(need.name) if isinstance(need, ScalerFuture) else "a future"


def _plan_of(future: ScalerFuture[Any]) -> TaskPlan:
    assert future.plan is not None, "the task has no background work"
    return future.plan
