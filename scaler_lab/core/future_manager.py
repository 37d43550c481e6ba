"""`FutureManager`: the only place that requests cancels and gives futures their outcomes.

    view, key, future.cancel() ──> request_cancel ──> engine
    engine ──> on_events ──> the board ──> the future ──> its waiters, its callbacks, the views

`Decisions` applies every trigger under the board's lock, and returns instructions.  The manager
carries them out after the lock is released: it calls the engine, settles futures, notifies views.

    decide under the lock                            act outside it
    ───────────────────────────────────────────      ────────────────────────────────────────────
    request_cancel: QUEUED -> QUEUED_CANCELLING      engine.request_cancel(TaskCancel)
    on_events:      QUEUED_CANCELLING -> CANCELLED   future.set_cancel_confirmed(), callback thread

A done state has no transitions.  So a future gets only one outcome, even if messages come twice,
late or out of order.

A Ctrl-C could stop the main thread in the middle of a change.  So a change that the main thread
requests is made in the thread of `Uninterrupted`.  The same thread makes the changes that a signal
handler or a finalizer requests in the middle of another change.  Only `enter` works in the
calling thread: it is one step (`Board.commit`).

`FutureRegistry` keeps the futures.  `Attempts` handles what is special to tasks with retries or a
time limit.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from types import MappingProxyType
from typing import Any, Protocol, TypeVar, assert_never

from scaler_lab.core.background import BackgroundWorker
from scaler_lab.core.board import Board, TaskRecord
from scaler_lab.core.callback_thread import CallbackThread
from scaler_lab.core.commands import EngineCommands
from scaler_lab.core.decisions import NO_STARTS, Decisions, accepted
from scaler_lab.core.encoding import plain_text
from scaler_lab.core.fork_guard import is_main_thread, refuse_in_fork, this_process
from scaler_lab.core.future import ScalerFuture, in_bare_loop_callback
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
from scaler_lab.core.messages import (
    EngineGone,
    Event,
    InMemoryPayload,
    Payload,
    Task,
    TaskCancel,
    TaskCancelConfirm,
    TaskDropped,
    TaskId,
    TaskOutput,
    TaskResult,
    own_calls,
)
from scaler_lab.core.outbox import Prepared
from scaler_lab.core.retries import Attempts, NewId
from scaler_lab.core.safe_event import SafeEvent
from scaler_lab.core.stack import ENDED, QUEUED, OnStack, Stack, TaskStack, gather_stacks
from scaler_lab.core.state_machine import (
    Action,
    TaskState,
    Trigger,
)
from scaler_lab.core.task_plan import TaskPlan
from scaler_lab.core.uninterrupted import Uninterrupted
from scaler_lab.errors import EngineLost, FeatureMissing

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


Complete = Callable[[list[ScalerFuture[Any]]], None]
Replaced = Mapping[Future[Any], Future[Any]]
"""Futures by those whose results they give instead."""

ResubmitCall = Callable[[ScalerFuture[Any], Replaced], ScalerFuture[Any]]

R = TypeVar("R")


class FutureManager:
    """Routes events to the board and to futures, and cancels to the engine.  Thread-safe.

    Args:
        board: The board to which the manager writes.
        engine: Receives the manager's commands.
        name: A prefix for the names of its threads.
        new_id: Makes task ids.  Without it, tasks can't have plans.
        keeps_calls: Whether futures keep their calls, so that they can be retried.
        clock: For simulations, which have their own time.
        callback_thread: For simulations, which have no threads.
    """

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
        self._engine = engine
        self._keeps_calls = keeps_calls
        self._clock = clock
        self._resubmit: ResubmitCall | None = None
        self._callback_thread = (
            CallbackThread(f"{name}-callbacks") if callback_thread is None else callback_thread
        )
        self._here = threading.local()  # .delivering: this thread is inside on_events
        self._background = BackgroundWorker(self, name)
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
        self.no_output = ""  # why the output of tasks isn't reported; empty if it is
        self.engine_request_stack: Callable[[TaskId, OnStack], None] | None = None
        """The engine's `request_stack`; None if it can't show where a task is."""
        board.add_writer(self)

    @property
    def reports_starts(self) -> bool:
        """Whether the engine reports starts.

        If not, time limits count from the submission to it.
        """
        return self._decisions.reports_starts

    @reports_starts.setter
    def reports_starts(self, reports_starts: bool) -> None:
        self._decisions.reports_starts = reports_starts

    # -- submitting ------------------------------------------------------------------------------

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

    def refuse_new(self, why: str = "") -> None:
        """Accept no more tasks.

        A later submit raises *why*, or the usual message if that is empty.
        """
        with self.board.lock:  # each registration is complete before this, or is refused
            if self._is_accepting:
                self._why_refused = why
            self._is_accepting = False

    @property
    def is_accepting(self) -> bool:
        """Whether tasks can still be registered."""
        return self._is_accepting

    def submit(
        self,
        tasks: Sequence[Task],
        plans: Sequence[TaskPlan | None] | None = None,
        *,
        borrowed: Sequence[Task] = (),
        complete: Complete | None = None,
    ) -> list[ScalerFuture[Any]]:
        """Create the futures of new tasks, and send the tasks that don't wait for others.

        An interrupt in the calling thread comes before all of this or after it.

        Args:
            tasks: The tasks.
            plans: Their plans, None for a task without one.  None means that no task has one.
            borrowed: Those of *tasks* whose packed call refers to the caller's memory.
            complete: Called with the futures before anything is sent, for tasks whose arguments
                are futures of this same batch.

        Raises:
            EngineLost: The engine is gone.
            TaskUnserializable: A function or an argument can't be sent.
            RuntimeError: `refuse_new` was called.
        """
        refuse_in_fork(self.made_in)
        engine = self._engine
        ready = tasks if plans is None else _without_waiting(tasks, plans)
        prepared = engine.prepare(ready) if ready else None
        try:
            if prepared is not None:
                if borrowed:
                    own_calls(borrowed)  # the tasks are packed, but may be sent again
                if plans is None:
                    futures = self.enter(tasks, None, prepared)
                    self.board.notify()
                    return futures
            if not self.is_inside_call:
                submit = functools.partial(
                    self._submit_wholly, tasks, plans, ready, prepared, complete
                )
                futures = self.wholly(submit, otherwise=list)
                own_calls(borrowed)
                return futures
            futures = self.enter(tasks, plans, prepared)
            self.soon(functools.partial(self._send_late, futures, ready, prepared, complete))
        except BaseException:
            if prepared is not None:  # after earlier submissions, which may still use it
                self.soon(prepared.give_up)
            raise
        return futures

    def submit_attempt(self, future: ScalerFuture[Any], task: Task) -> None:
        """Send an attempt that `Attempts.begin` returned.  Raises what the engine raises."""
        self._engine.submit((task,))
        self.mark_sent((future.record,))
        self._follow((future,))

    def enter(
        self,
        tasks: Sequence[Task],
        plans: Sequence[TaskPlan | None] | None = None,
        prepared: Prepared | None = None,
    ) -> list[ScalerFuture[Any]]:
        """Create and enter the futures of new tasks: the first step of `submit`.

        Only simulations call it directly, because time passes between their steps.

        Tasks that don't wait for others are submitted in the same step if they are *prepared*.
        Otherwise the engine gets them afterwards, so that no answer can arrive for an unknown task.
        """
        if plans is not None:
            self._check_accepting()  # before a thread is started
            self._background.begin(plans)
        now = self._clock()
        is_prepared = prepared is not None
        detail = "" if self._decisions.reports_starts else NO_STARTS
        keeps_calls = self._keeps_calls
        records: list[TaskRecord] = []
        futures: dict[TaskId, ScalerFuture[Any]] = {}
        for at, task in enumerate(tasks):
            plan = None if plans is None else plans[at]
            task_id = task.task_id
            record = TaskRecord(task_id, task.name, now, task.annotations)
            records += (record,)
            if plan is not None and plan.waits:
                record.state = TaskState.WAITING
            else:
                record.sent = is_prepared
                record.detail = detail
            futures[task_id] = ScalerFuture(record, self, task if keeps_calls else None, plan)
        if self.board.is_locked_here():  # a signal handler or a finalizer submits
            self._check_accepting()
            enter = functools.partial(self._enter_late, records, futures, prepared)
            self._uninterrupted.post(enter)
        else:
            with self.board.lock:
                self._check_accepting()
                self.board.commit(self._registry.additions(records, futures), prepared)
        return [*futures.values()]

    def _submit_wholly(
        self,
        tasks: Sequence[Task],
        plans: Sequence[TaskPlan | None] | None,
        ready: Sequence[Task],
        prepared: Prepared | None,
        complete: Complete | None,
    ) -> list[ScalerFuture[Any]]:
        """Do the steps of a submission, between which no interrupt may arrive."""
        futures = self.enter(tasks, plans, prepared)
        try:
            self._send_new(futures, ready, prepared, complete)
        except BaseException:
            self._withdraw(futures)
            raise
        return futures

    def _send_late(
        self,
        futures: list[ScalerFuture[Any]],
        ready: Sequence[Task],
        prepared: Prepared | None,
        complete: Complete | None,
    ) -> None:
        """Send tasks whose futures the caller already has, so that errors go to the futures."""
        try:
            self._send_new(futures, ready, prepared, complete)
        except BaseException as error:
            payload, line = InMemoryPayload(error), type(error).__name__
            for future in futures:
                self.happen(future, Trigger.SUBMIT_FAILED, payload, line)

    def _send_new(
        self,
        futures: list[ScalerFuture[Any]],
        ready: Sequence[Task],
        prepared: Prepared | None,
        complete: Complete | None,
    ) -> None:
        """Send the tasks that are *ready*, and announce those that wait."""
        if complete is not None:
            complete(futures)
        waiting = [future for future in futures if _waits(future)]
        if prepared is None and ready:
            self._engine.submit(ready)
            self.mark_sent([future.record for future in futures if not _waits(future)])
        if waiting:
            self._engine.expect([future.call for future in waiting if future.call is not None])
            self._note_announced([future.record for future in waiting])
        self._follow(futures)
        self.board.notify()

    def _enter_late(
        self,
        records: Sequence[TaskRecord],
        futures: dict[TaskId, ScalerFuture[Any]],
        prepared: Prepared | None,
    ) -> None:
        with self.board.lock:
            is_gone = self._decisions.gone
            self.board.commit(
                self._registry.additions(records, futures),
                None if is_gone is not None else prepared,
            )
        if is_gone is not None:
            self._on_events((EngineGone(is_gone),))

    def _check_accepting(self) -> None:
        if not self._is_accepting:
            if self._why_refused:
                raise RuntimeError(self._why_refused)
            raise RuntimeError("cannot schedule new futures after shutdown")
        if self._decisions.gone is not None:
            raise EngineLost(self._decisions.gone)

    def mark_sent(self, records: Sequence[TaskRecord]) -> None:
        """Record that the engine has the tasks.

        Cancels requested meanwhile are sent now, because a cancel must not arrive before its task.
        """
        with self.board.lock:
            instructions = self._decisions.on_sent(records)
        self._carry_out(instructions)

    def begin_callbacks(self) -> None:
        """Start the thread that runs done-callbacks, when the first callback is added."""
        if self._is_threaded and not self._callback_thread.has_begun:
            with contextlib.suppress(RuntimeError):  # at exit: callbacks run in the settling thread
                self.wholly(self._callback_thread.begin, otherwise=_nothing)

    def _follow(self, futures: Iterable[ScalerFuture[Any]]) -> None:
        """Carry out the plans of submitted tasks: dependencies and time limits."""
        for future in futures:
            plan = future.plan
            if plan is None:
                continue
            if future.record.state is TaskState.WAITING:
                self._background.watch_dependencies(future)
            elif plan.options.timeout is not None and not self.reports_starts:
                with self.board.lock:
                    if future.record.state is TaskState.QUEUED:
                        self.attempts.enforce_time_limit(future, self._clock())

    def _withdraw(self, futures: Iterable[ScalerFuture[Any]]) -> None:
        """Remove tasks that the engine refused, as if they had never existed."""
        with self.board.lock:
            self._decisions.withdraw(futures)

    # -- retrying --------------------------------------------------------------------------------

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

    def _note_announced(self, records: Iterable[TaskRecord]) -> None:
        """Record tasks that the engine knows to be waiting for others.

        If one of them ends without being submitted, the engine gets a `TaskDropped`.  Call this
        after the announcement, so that the engine learns that a task waits before it learns that
        the task ended.
        """
        with self.board.lock:
            instructions = self._decisions.on_announced(records)
        self._carry_out(instructions)

    # -- cancelling ------------------------------------------------------------------------------

    def request_cancel(
        self, futures: Iterable[ScalerFuture[Any]], *, force: bool = False, source: str = ""
    ) -> int:
        """Request a cancel of these futures, in one message.

        Every button, key and call uses this path.  A second request sends nothing, unless it adds
        *force*; that is sent once.

        Returns:
            How many of the futures are cancelled or will be.
        """
        refuse_in_fork(self.made_in)
        source = plain_text(source)
        chosen = list(futures)
        if not [future for future in chosen if not future.record.state.is_done]:
            return accepted(chosen)
        return self.wholly(
            functools.partial(self._request_cancel, chosen, force, source),
            otherwise=functools.partial(accepted, chosen),
        )

    def begin_cancel(self, future: ScalerFuture[Any], *, force: bool) -> None:
        """Request a cancel for a caller that waits for the future anyway; it may be sent later."""
        refuse_in_fork(self.made_in)
        if not future.record.state.is_done:
            request = functools.partial(self._request_cancel, (future,), force, "")
            if self._is_threaded:
                self._uninterrupted.begin_to_run(request)
            else:
                request()

    def _request_cancel(
        self, futures: Sequence[ScalerFuture[Any]], force: bool, source: str
    ) -> int:
        now = self._clock()
        with self.board.lock:
            decision = self._decisions.request_cancel(futures, now, force=force, source=source)
        if decision.is_news or decision.instructions:
            self._carry_out(decision.instructions)
        return decision.accepted

    def request_cancel_by_id(
        self, task_ids: Iterable[TaskId], *, force: bool = False, source: str = ""
    ) -> int:
        """Request a cancel by task id, for views; unknown ids count as done."""
        with self.board.lock:
            found = map(self._registry.find_open, task_ids)
            futures = [future for future in found if future is not None]
        return self.request_cancel(futures, force=force, source=source)

    def may_wait(self) -> bool:
        """Return whether the calling thread may wait for an answer without delaying that answer."""
        return not (
            self._uninterrupted.is_here()
            or getattr(self._here, "delivering", False)
            or self._callback_thread.is_here()
            or self._background.is_here()
            or in_bare_loop_callback()
        )

    # -- plans: for the background worker --------------------------------------------------------

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

    # -- events ----------------------------------------------------------------------------------

    def on_events(self, events: Sequence[Event]) -> None:
        """Process events from the engine.  Any thread may call it.

        It runs no user code, holds no lock on return, and raises nothing.  If an event can't be
        processed, its future fails with the reason.
        """
        if is_main_thread() or self.board.is_locked_here():
            self.wholly(functools.partial(self._on_events, events), otherwise=_nothing)
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

    def on_task_result(self, result: TaskResult) -> None:
        """Process one `TaskResult`; see `on_events`."""
        self.on_events((result,))

    def on_task_cancel_confirm(self, confirm: TaskCancelConfirm) -> None:
        """Process one `TaskCancelConfirm`; see `on_events`."""
        self.on_events((confirm,))

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

    # -- the futures -----------------------------------------------------------------------------

    # -- looking inside --------------------------------------------------------------------------

    def request_stack(self, future: ScalerFuture[Any], reply: OnStack) -> None:
        """Request where a task is, without waiting; *reply* gets the answer.

        Raises:
            FeatureMissing: The engine can't show it.
            EngineLost: The engine is gone.
        """
        if future.done():
            reply(TaskStack(future.task_id, ENDED))
        elif not future.record.sent:
            reply(TaskStack(future.task_id, QUEUED))
        elif self.engine_request_stack is None:
            raise FeatureMissing("where this task is can't be shown: it was not submitted here")
        else:
            self.engine_request_stack(future.task_id, reply)

    def stacks_of(self, futures: Sequence[ScalerFuture[Any]], timeout: float) -> list[Stack]:
        """Return where each of *futures* is; wait up to *timeout* seconds for the answers."""
        requests = [(f.task_id, functools.partial(self.request_stack, f)) for f in futures]
        return [Stack.of(stack) for stack in gather_stacks(requests, timeout)]

    @property
    def open_futures(self) -> list[ScalerFuture[Any]]:
        """The futures without an outcome, oldest first."""
        with self.board.lock:
            return self._registry.list_open()

    @property
    def futures(self) -> list[ScalerFuture[Any]]:
        """All usable futures: the open ones, and the done ones that are still referred to."""
        with self.board.lock:
            return self._registry.list_all()

    def find(self, task_id: TaskId) -> ScalerFuture[Any] | None:
        """Return a task's future; None if it isn't this manager's, or if nothing refers to it."""
        with self.board.lock:
            return self._registry.find_open(task_id) or self._registry.find_done(task_id)

    @contextlib.contextmanager
    def keeping_failed(self, futures: deque[ScalerFuture[Any]]) -> Iterator[None]:
        """Append each future that fails in the block to *futures*, so that it isn't collected.

        A view that prints failures later needs their exceptions, and the program may have dropped
        the futures by then.
        """
        with self.board.lock:
            self._registry.keep_failed(futures)
        try:
            yield
        finally:
            with self.board.lock:
                self._registry.stop_keeping(futures)

    @property
    def is_closed(self) -> bool:
        """Whether no future of this manager is open, and none will be."""
        return self._is_closed

    def wait_all_done(self, timeout: float | None = None) -> bool:
        """Wait until every future is settled.

        Args:
            timeout: The longest time to wait, in seconds; None waits without a limit.

        Returns:
            Whether all futures are settled.
        """
        event = SafeEvent()
        with self.board.lock:
            if self._registry.is_all_done(event):
                return True
        try:
            return event.wait(timeout)
        finally:
            with self.board.lock:
                self._registry.forget_waiting(event)

    def close(self, *, wait: bool = True) -> None:
        """Run the waiting callbacks, and end the threads."""
        self._background.close(wait=wait)
        self._callback_thread.close(wait=wait)
        self._uninterrupted.close(wait=wait)
        if self.listener is not None:
            self.listener.close(wait=wait)
        self._is_closed = True
        self.board.notify()


def _without_waiting(tasks: Sequence[Task], plans: Sequence[TaskPlan | None]) -> Sequence[Task]:
    return [t for t, plan in zip(tasks, plans, strict=True) if plan is None or not plan.waits]


def _waits(future: ScalerFuture[Any]) -> bool:
    return future.plan is not None and future.plan.waits


def _nothing() -> None:
    return None


def _no_way_to_send(tasks: Sequence[Task]) -> None:
    raise RuntimeError(f"this manager has no function to send {len(tasks)} tasks")


def _no_ids() -> TaskId:
    raise RuntimeError("this manager has no function to create task ids")
