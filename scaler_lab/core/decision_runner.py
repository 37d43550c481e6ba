"""`DecisionRunner`: carries out what `Decisions` returns, outside the board's lock.

It is the part of a future manager that receives events, and that calls the engine, settles futures
and notifies views.
"""

from __future__ import annotations

import functools
import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, assert_never, cast

from scaler_lab.core.background import BackgroundWorker
from scaler_lab.core.board import Board
from scaler_lab.core.callback_thread import CallbackThread
from scaler_lab.core.commands import EngineCommands
from scaler_lab.core.decisions import Decisions
from scaler_lab.core.fork_guard import is_main_thread, this_process
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.future_registry import FutureRegistry
from scaler_lab.core.instructions import (
    ConsiderRetry,
    Instruction,
    PassOutput,
    Resubmit,
    SendCancel,
    SendDropped,
    Settle,
    TryAgain,
)
from scaler_lab.core.live_usage import RequestUsage
from scaler_lab.core.messages import (
    Event,
    Payload,
    TaskCancel,
    TaskDropped,
    TaskId,
    TaskOutput,
)
from scaler_lab.core.retries import Attempts, NewId
from scaler_lab.core.stack import RequestStack
from scaler_lab.core.state_machine import (
    Action,
    Trigger,
)
from scaler_lab.core.uninterrupted import Uninterrupted

if TYPE_CHECKING:
    from scaler_lab.core.future_manager import FutureManager

log = logging.getLogger(__name__)


class OutputListener(Protocol):
    """Receives what tasks write, as it comes, in the thread that delivers events."""

    def on_output(self, task_id: TaskId, at: int, data: bytes) -> None:
        """Receive *data*, which a task wrote at byte *at*.  Must return at once, and not raise."""
        ...

    def on_end(self, task_id: TaskId) -> None:
        """Note that a task has its outcome and writes no more; its output was received before."""
        ...

    def close(self, *, wait: bool) -> None:
        """Note that nothing more comes.

        With *wait*, return when everything was passed on, or soon after.
        """
        ...


Replaced = Mapping[Future[Any], Future[Any]]
"""Futures by those whose results they give instead."""

ResubmitCall = Callable[[ScalerFuture[Any], Replaced], ScalerFuture[Any]]

R = TypeVar("R")


class DecisionRunner:
    """The base of `FutureManager`, which documents the arguments."""

    def __init__(
        self,
        board: Board,
        engine: EngineCommands,
        name: str = "scaler_lab",
        *,
        new_id: NewId | None = None,
        keeps_calls: bool = True,
        clock: Callable[[], float] = time.monotonic,
        callback_thread: CallbackThread | None = None,
    ) -> None:
        self.board = board
        self.made_in = this_process()
        """The id of the process that can use it; a forked child can't."""
        self.feed_id = ""
        """The id of the engine's own feed; empty if it has none."""
        self.id_prefix = ""
        """What the ids of all of its tasks begin with."""
        self._engine = engine
        self._keeps_calls = keeps_calls
        self._clock = clock
        self._resubmit: ResubmitCall | None = None
        self._callback_thread = (
            CallbackThread(f"{name}-callbacks") if callback_thread is None else callback_thread
        )
        self._here = threading.local()  # .delivering: this thread is inside on_events
        manager = cast("FutureManager", self)
        self._background = BackgroundWorker(manager, name)
        self._uninterrupted = Uninterrupted(f"{name}-uninterrupted", board.is_locked_here)
        self._is_threaded = callback_thread is None
        self._registry = FutureRegistry()
        self.attempts = Attempts(board, self._registry, self._background, new_id or _no_ids)
        """Handles the tasks whose plan has retries, dependencies or a time limit."""
        self._decisions = Decisions(board, self._registry, self.attempts)
        # Guarded by board.lock:
        self._is_accepting = True
        self._why_refused = ""
        self._is_closed = False
        self.listener: OutputListener | None = None  # set before the first task
        self.shows_progress = True  # whether waits show a bar
        self.no_output = ""  # why the output of tasks isn't reported; empty if it is
        self.engine_request_stack: RequestStack | None = None
        """The engine's `request_stack`; None if it can't show where a task is."""
        self.engine_request_usage: RequestUsage | None = None
        """The engine's `request_usage`; None if it can't measure what tasks use."""
        self.reports_usage = False  # whether that is known to be answered
        board.add_writer(manager)

    @property
    def reports_starts(self) -> bool:
        """Whether the engine reports starts.

        If not, time limits count from the submission to it.
        """
        return self._decisions.reports_starts

    @reports_starts.setter
    def reports_starts(self, reports_starts: bool) -> None:
        self._decisions.reports_starts = reports_starts

    def begin(self) -> None:
        """Start the thread that makes the main thread's calls, before there are any."""
        self._uninterrupted.begin()

    def wholly(self, call: Callable[[], R], otherwise: Callable[[], R]) -> R:
        """Make *call* where no signal handler can interrupt it.

        If the caller is a signal handler or a finalizer that interrupted such a call, *call* is
        made later.  Then this returns what *otherwise* returns.

        Returns:
            What *call* returns.

        Raises:
            Exception: Whatever *call* raises.
        """
        if self._is_threaded:
            return self._uninterrupted.run(call, otherwise)
        return call()

    def soon(self, call: Callable[[], object]) -> None:
        """Have *call* made soon in the uninterrupted thread.  Never blocks; for finalizers."""
        self._uninterrupted.post(call)

    @property
    def is_inside_call(self) -> bool:
        """Whether the caller interrupted a change of the board, as a handler or a finalizer may."""
        return self.board.is_locked_here()

    def on_retry(self, resubmit: ResubmitCall) -> None:
        """Set the function with which the client submits a call again."""
        self._resubmit = resubmit

    def resubmit(
        self, future: ScalerFuture[Any], replaced: Replaced = MappingProxyType({})
    ) -> ScalerFuture[Any]:
        """Submit a done task's call again, with other futures for the *replaced* ones it needs.

        Raises what `Client.submit` raises.
        """
        if self._resubmit is None:
            raise RuntimeError("this future's client can't submit a call again")
        return self._resubmit(future, replaced)

    def retry_by_id(self, task_ids: Iterable[TaskId]) -> None:
        """Submit these calls again soon, for views.

        Tasks whose futures no longer exist are skipped.
        """
        for task_id in task_ids:  # in the callback thread, because it pickles
            self._callback_thread.submit(functools.partial(self._retry_for_view, task_id))

    def _retry_for_view(self, task_id: TaskId) -> None:
        with self.board.lock:
            future = self._registry.find_done(task_id)
        if future is None or future.call is None:
            return  # the future is gone, or succeeded: the view sees no new task
        try:
            self.resubmit(future)
        except Exception:
            log.exception("a view requested a retry of %r, and it failed", future)

    def happen(
        self,
        future: ScalerFuture[Any],
        trigger: Trigger,
        payload: Payload | None = None,
        error: str = "",
        *,
        detail: str = "",
    ) -> None:
        """Apply a trigger that didn't come from the engine.

        It does nothing if the table has no transition into a done state for it.
        """
        now = self._clock()
        with self.board.lock:
            instructions = self._decisions.on_trigger(future, trigger, now, payload, error, detail)
        if instructions:
            self._carry_out(instructions)

    def time_ran_out(self, future: ScalerFuture[Any], task_id: TaskId) -> None:
        """Request a stop of an attempt that reached its time limit, as a cancel does."""
        with self.board.lock:
            instruction = self._decisions.on_time_limit(future, task_id, self._clock())
        if instruction is not None:
            self._carry_out(instruction)

    def on_events(self, events: Sequence[Event]) -> None:
        """Process events from the engine.  Any thread may call it.

        It runs no user code, holds no lock on return, and raises nothing.  If an event can't be
        processed, its future fails with the reason.
        """
        if is_main_thread() or self.board.is_locked_here():
            self.wholly(functools.partial(self._on_events, events), otherwise=nothing)
        else:
            self._on_events(events)

    def _on_events(self, events: Sequence[Event]) -> None:
        now = self._clock()
        with self.board.lock:
            instructions = self._decisions.on_events(events, now)
        self._carry_out(instructions)

    def _carry_out(self, instructions: Iterable[Instruction]) -> None:
        """Do what was decided under the lock, outside it."""
        outer = getattr(
            self._here, "delivering", False
        )  # a listener may call an engine that answers in this thread
        self._here.delivering = True
        n_settled = 0
        dropped: list[TaskDropped] = []
        cancels: list[TaskCancel] = []
        try:
            for one in instructions:
                match one:
                    case Settle():
                        n_settled += 1
                        self._settle(one)
                    case SendCancel():
                        cancels.append(one.cancel)
                    case SendDropped():
                        dropped.append(one.dropped)
                    case PassOutput():
                        self._pass_output(one.task_id, one.output)
                    case TryAgain():
                        self._background.try_again(one.future)
                    case ConsiderRetry():
                        self._background.consider(one.future, one.payload, one.line)
                    case Resubmit():
                        self.retry_by_id((one.task_id,))
                    case _:
                        assert_never(one)
            if dropped:
                self._send_dropped(dropped)
            if n_settled:
                with self.board.lock:
                    self._registry.settled(n_settled)
            # Before `delivering` is reset: a listener that cancels must not wait for its own
            # answer.
            self.board.notify()
        finally:
            self._here.delivering = outer
        for cancel in cancels:
            self._send_cancel(cancel)

    def _settle(self, settle: Settle) -> None:
        future = settle.future
        if future.has_output:
            self._pass_output(future.task_id, None)
        try:
            if settle.action is Action.SETTLE_CANCELLED:
                has_callbacks = future.set_cancel_confirmed()
            else:
                assert settle.payload is not None
                failed = settle.action is not Action.SETTLE_RESULT
                has_callbacks = future.set_result_ready(settle.payload, failed=failed)
        except Exception:  # the other futures of the batch must be settled all the same
            log.exception("%r could not be settled", future)
            return
        if has_callbacks:
            self._callback_thread.submit(future.run_callbacks)

    def _pass_output(self, task_id: TaskId, output: TaskOutput | None) -> None:
        if self.listener is None:
            return
        try:
            if output is None:
                self.listener.on_end(task_id)
            else:
                self.listener.on_output(task_id, output.at, output.data)
        except Exception:  # an error in a view must not end the thread that delivers events
            log.exception("what a task wrote could not be passed on")

    def _send_dropped(self, dropped: Sequence[TaskDropped]) -> None:
        try:
            self._engine.expect_no_more(dropped)
        except Exception:  # only the engine's views would have shown it
            log.exception("could not send the engine that %d tasks ended", len(dropped))

    def _send_cancel(self, cancel: TaskCancel) -> None:
        try:
            self._engine.request_cancel(cancel)
        except BaseException:  # the engine doesn't have it: the next request is sent again
            with self.board.lock:
                self._decisions.on_unsent(cancel)
            log.exception("a cancel of %d tasks could not be sent", len(cancel.task_ids))


def nothing() -> None:
    """Do nothing."""
    return


def _no_ids() -> TaskId:
    raise RuntimeError("this manager has no function to create task ids")
