"""`FutureManager`: the only place that requests cancels and gives futures their outcomes.

    view, key, future.cancel() ──> request_cancel ──> engine
    engine ──> on_events ──> the board ──> the future ──> its waiters, its callbacks, the views

Every trigger goes through `state_machine.transition`, under the board's lock.  What follows from it
(calling the engine, settling a future, notifying the views) is done after the lock is released:

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
from typing import Any, Protocol, TypeVar

from scaler_lab.core.announced import AnnouncedTasks
from scaler_lab.core.background import BackgroundWorker
from scaler_lab.core.board import Board, TaskRecord
from scaler_lab.core.callback_thread import CallbackThread
from scaler_lab.core.commands import EngineCommands
from scaler_lab.core.encoding import plain_text
from scaler_lab.core.fork_guard import is_main_thread, refuse_in_fork, this_process
from scaler_lab.core.future import ScalerFuture, in_bare_loop_callback
from scaler_lab.core.future_registry import FutureRegistry, engine_id
from scaler_lab.core.messages import (
    REQUESTED_BY_LIMIT,
    EngineGone,
    Event,
    GroupId,
    InMemoryPayload,
    Payload,
    ResultKind,
    Task,
    TaskCancel,
    TaskCancelConfirm,
    TaskCancelRefused,
    TaskCancelRequested,
    TaskId,
    TaskOutput,
    TaskProgress,
    TaskResult,
    TaskRetryRequested,
    TaskStarted,
    own_calls,
)
from scaler_lab.core.outbox import Prepared
from scaler_lab.core.retries import Attempts, NewId, Work
from scaler_lab.core.safe_event import SafeEvent
from scaler_lab.core.stack import ENDED, QUEUED, OnStack, Stack, TaskStack, gather_stacks
from scaler_lab.core.state_machine import (
    Action,
    Resolution,
    TaskState,
    Transition,
    Trigger,
    transition,
)
from scaler_lab.core.task_plan import TaskPlan
from scaler_lab.core.uninterrupted import Uninterrupted
from scaler_lab.errors import EngineLost, FeatureMissing

log = logging.getLogger(__name__)

NO_STARTS = "queued or running: its engine does not report when a task starts"
"""The row's detail text for tasks of an engine that reports no starts, until they end."""


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

Resubmit = Callable[[ScalerFuture[Any], Replaced], ScalerFuture[Any]]

_TRIGGER_OF = {
    ResultKind.SUCCESS: Trigger.RESULT_ARRIVED,
    ResultKind.FAILED: Trigger.EXCEPTION_ARRIVED,
    ResultKind.WORKER_DIED: Trigger.WORKER_DIED,
}

R = TypeVar("R")

# What a batch of events requires once the lock is released.
_Settlement = tuple[ScalerFuture[Any], Action, Payload | None]


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
        self._resubmit: Resubmit | None = None
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
        self.reports_starts = True
        """Whether the engine reports starts.

        If not, time limits count from the submission to it.
        """
        # Guarded by board.lock:
        self._announced = AnnouncedTasks()
        self._gone: str | None = None
        self._is_accepting = True
        self._why_refused = ""
        self._unsent_cancels: set[TaskId] = set()  # recorded, but sending them to the engine failed
        self._is_closed = False
        self.listener: OutputListener | None = None  # set before the first task
        self.no_output = ""  # why the output of tasks isn't reported; empty if it is
        self.engine_request_stack: Callable[[TaskId, OnStack], None] | None = None
        """The engine's `request_stack`; None if it can't show where a task is."""
        board.add_writer(self)

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
        detail = "" if self.reports_starts else NO_STARTS
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
            is_gone = self._gone
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
        if self._gone is not None:
            raise EngineLost(self._gone)

    def mark_sent(self, records: Sequence[TaskRecord]) -> None:
        """Record that the engine has the tasks.

        Cancels requested meanwhile are sent now, because a cancel must not arrive before its task.
        """
        asked: list[TaskRecord] = []
        with self.board.lock:
            for record in records:
                record.sent = True
                if record.state is not TaskState.QUEUED and (
                    record.state.is_cancelling or record.state.is_overdue
                ):
                    asked.append(record)
            self._announced.note_sent(records)
        self.board.notify()
        if asked:
            self._send([r for r in asked if not r.state.is_overdue])
            for record in asked:
                if record.state.is_overdue:
                    self._send_overdue(record)

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
            for future in futures:
                self._registry.withdraw(future.record)
                if future.plan is not None:
                    future.plan.end()
            self.board.forget([future.task_id for future in futures])

    # -- retrying --------------------------------------------------------------------------------

    def on_retry(self, resubmit: Resubmit) -> None:
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
            self._announced.add(records)
        self._report_dropped()

    def _report_dropped(self) -> None:
        if not self._announced.dropped:
            return
        with self.board.lock:
            dropped = self._announced.take_dropped()
        try:
            self._engine.expect_no_more(dropped)
        except Exception:  # only the engine's views would have shown it
            log.exception("could not send the engine that %d tasks ended", len(dropped))

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
            return _accepted(chosen)
        return self.wholly(
            functools.partial(self._request_cancel, chosen, force, source),
            otherwise=functools.partial(_accepted, chosen),
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
        to_send: list[TaskRecord] = []
        settlements: list[_Settlement] = []
        accepted = 0
        groups: set[GroupId] = set()  # each group is requested as a whole, once
        with self.board.lock:
            version = self.board.version
            for future in futures:
                record = future.record
                was_done = record.state.is_done
                if self._request(record, now, force, source, to_send, settlements):
                    accepted += 1
                    group = record.annotations.group
                    if group is not None and not was_done and group not in groups:
                        groups.add(group)
                        for member in self._registry.members(group):
                            self._request(member, now, force, source, to_send, settlements)
            is_news = version != self.board.version
        if settlements:
            self._carry_out(settlements)
        elif is_news:
            self.board.notify()
        if to_send:
            self._send(to_send)
        return accepted

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

    def _request(
        self,
        record: TaskRecord,
        now: float,
        force: bool,
        source: str,
        to_send: list[TaskRecord],
        settlements: list[_Settlement],
    ) -> bool:
        """Under the lock.  Return whether *record* is or will end cancelled."""
        if record.state.is_done:
            return record.state is TaskState.CANCELLED
        taken = transition(record.state, Trigger.CANCEL_REQUESTED)
        is_new = taken.action is not Action.NOTHING or taken.state is not record.state
        force = force or record.annotations.force_cancel
        if is_new:
            record.cancel_requested_at = now
            record.cancel_requested_by = source
        if taken.action is Action.SETTLE_CANCELLED:  # the engine doesn't have it
            future = self._registry.open[engine_id(record)]
            record.ended_at = now
            self._verdict(future, taken.state, taken.resolution, now)
            settlements.append((future, taken.action, None))
            return True
        is_unsent = record.task_id in self._unsent_cancels
        if is_new or is_unsent or (force and not record.force_requested):
            is_question = (
                is_unsent
                or taken.action is Action.SEND_CANCEL
                or force is not record.force_requested
            )
            self._unsent_cancels.discard(record.task_id)
            record.force_requested = force or (is_unsent and record.force_requested)
            self.board.move(record, taken.state)
            if record.sent and is_question:
                to_send.append(record)
        return True

    def _send(self, records: Iterable[TaskRecord]) -> None:
        alone: dict[bool, list[TaskId]] = {}
        by_group: dict[tuple[GroupId, bool], list[TaskId]] = {}
        for record in records:
            force = record.force_requested
            group = record.annotations.group
            if group is None:
                alone.setdefault(force, []).append(engine_id(record))
            else:
                by_group.setdefault((group, force), []).append(engine_id(record))
        cancels = [TaskCancel(tuple(ids), force=force) for force, ids in alone.items()]
        for (group, force), members in by_group.items():
            cancels.append(TaskCancel(tuple(members), group=group, force=force))
        for cancel in cancels:
            self._send_one(cancel)

    def _send_one(self, cancel: TaskCancel) -> None:
        try:
            self._engine.request_cancel(cancel)
        except BaseException:  # the engine doesn't know of it: send the next request again
            with self.board.lock:
                for task_id in cancel.task_ids:
                    if (future := self._registry.open.get(task_id)) is not None:
                        self._unsent_cancels.add(future.record.task_id)
            log.exception("a cancel of %d tasks could not be sent", len(cancel.task_ids))

    def _send_overdue(self, record: TaskRecord) -> None:
        # Without its group: a time limit concerns one task only, and the others go on.
        task_ids = (engine_id(record),)
        self._send_one(TaskCancel(task_ids, force=record.force_requested, overdue=True))

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
        settlements: list[_Settlement] = []
        with self.board.lock:
            record = future.record
            taken = transition(record.state, trigger)
            if not taken.state.is_done or record.state.is_done:
                return
            record.ended_at = record.ended_at or now
            if taken.action is Action.SETTLE_CANCELLED:
                record.detail = plain_text(detail)
                record.cancel_requested_at = record.cancel_requested_at or now
            else:
                record.error = plain_text(error)
            self._verdict(future, taken.state, taken.resolution, now)
            settlements.append((future, taken.action, payload))
        self._carry_out(settlements)

    def time_ran_out(self, future: ScalerFuture[Any], task_id: TaskId) -> None:
        """Request a stop of an attempt that reached its time limit, as a cancel does."""
        with self.board.lock:
            record = future.record
            if engine_id(record) != task_id or future.plan is None:
                return  # that attempt is over, and another one runs
            taken = transition(record.state, Trigger.TIME_RAN_OUT)
            if taken.action is not Action.SEND_CANCEL:
                return
            record.cancel_requested_at = self._clock()
            record.cancel_requested_by = REQUESTED_BY_LIMIT
            record.force_requested = record.annotations.force_cancel
            self.board.move(record, taken.state)
            is_sent = record.sent
        self.board.notify()
        if is_sent:
            self._send_overdue(record)

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
        settlements: list[_Settlement] = []
        retries: list[TaskId] = []
        listener: list[tuple[TaskId, TaskOutput]] = []
        background: list[Work] = []
        now = self._clock()
        with self.board.lock:
            for event in events:
                try:
                    self._take_in(event, now, settlements, retries, listener, background)
                except Exception as error:  # trouble with one task must not affect the others
                    log.exception("an event could not be processed: %r", event)
                    with contextlib.suppress(Exception):
                        self._fail(event, error, now, settlements)
        self._carry_out(settlements, retries, background, listener)

    def _take_in(
        self,
        event: Event,
        now: float,
        settlements: list[_Settlement],
        retries: list[TaskId],
        listener: list[tuple[TaskId, TaskOutput]],
        background: list[Work],
    ) -> None:
        if type(event) is TaskResult:
            self._result(event, now, settlements, background)
        elif type(event) is TaskStarted:
            self._started(event, now)
        elif type(event) is TaskCancelConfirm:
            self._confirm(event, now, settlements, background)
        elif type(event) is TaskCancelRefused:
            self._refused(event)
        elif type(event) is TaskCancelRequested:
            self._requested_elsewhere(event, now, settlements)
        elif type(event) is TaskProgress:
            self._progressed(event)
        elif type(event) is TaskOutput:
            self._wrote(event, listener)
        elif type(event) is TaskRetryRequested:
            retries.append(event.task_id)
        elif type(event) is EngineGone:
            self._engine_gone(event, now, settlements)
        else:
            log.error("an engine emitted %r, which is not an event", event)

    def _fail(
        self, event: Event, error: Exception, now: float, settlements: list[_Settlement]
    ) -> None:
        """Give a future an outcome after its *event* could not be processed, if it can have one."""
        if type(event) is not TaskResult and type(event) is not TaskCancelConfirm:
            return  # the task goes on
        future = self._registry.open.get(event.task_id)
        if future is None:
            return
        record = future.record
        action = Action.SETTLE_CANCELLED if record.state.is_cancelling else Action.SETTLE_EXCEPTION
        state = TaskState.CANCELLED if record.state.is_cancelling else TaskState.FAILED
        resolution = Resolution.FINISHED_FIRST if record.state.is_cancelling else None
        record.ended_at = record.ended_at or now
        record.error = f"{type(error).__name__}: {error}"
        self._verdict(future, state, resolution, now)
        settlements.append((future, action, InMemoryPayload(error)))

    def _carry_out(
        self,
        settlements: Sequence[_Settlement],
        retries: Sequence[TaskId] = (),
        background: Sequence[Work] = (),
        listener: Sequence[tuple[TaskId, TaskOutput]] = (),
    ) -> None:
        """Do what was decided under the lock, outside it."""
        outer = getattr(
            self._here, "delivering", False
        )  # a listener may call an engine that answers in this thread
        self._here.delivering = True
        try:
            for task_id, told in listener:
                self._tell_listener(task_id, told)
            for future, action, payload in settlements:
                if future.has_output:
                    self._tell_listener(future.task_id, None)
                self._settle(future, action, payload)
            self._report_dropped()
            if settlements:
                with self.board.lock:
                    self._registry.settled(len(settlements))
            for work in background:
                work()
            if retries:
                self.retry_by_id(retries)
            # Before `delivering` is reset: a listener that cancels must not wait for its own
            # answer.
            self.board.notify()
        finally:
            self._here.delivering = outer

    def on_task_result(self, result: TaskResult) -> None:
        """Process one `TaskResult`; see `on_events`."""
        self.on_events((result,))

    def on_task_cancel_confirm(self, confirm: TaskCancelConfirm) -> None:
        """Process one `TaskCancelConfirm`; see `on_events`."""
        self.on_events((confirm,))

    # The following methods run under the lock:

    def _started(self, event: TaskStarted, now: float) -> None:
        future = self._registry.open.get(event.task_id)
        if future is None:
            return
        record = future.record
        taken = transition(record.state, Trigger.STARTED)
        if taken.state is not record.state:
            record.worker = event.worker
            record.started_at = event.at
            self.board.move(record, taken.state)
            future.set_started()
            if future.plan is not None and taken.state is TaskState.RUNNING:
                self.attempts.enforce_time_limit(future, now if event.at is None else event.at)

    def _progressed(self, event: TaskProgress) -> None:
        future = self._registry.open.get(event.task_id)
        if future is not None:
            future.record.progress = event.progress
            self.board.move(future.record, future.record.state)

    def _wrote(self, event: TaskOutput, listener: list[tuple[TaskId, TaskOutput]]) -> None:
        future = self._registry.open.get(event.task_id)
        if future is not None:
            listener.append((future.task_id, event))
            future.record.output_bytes = future.add_output(event.data, event.at)
            self.board.move(future.record, future.record.state)

    def _result(
        self,
        event: TaskResult,
        now: float,
        settlements: list[_Settlement],
        background: list[Work],
    ) -> None:
        future = self._registry.open.get(event.task_id)
        if future is None:
            return
        record = future.record
        taken = transition(record.state, _TRIGGER_OF[event.kind])
        if not taken.state.is_done:
            return  # a result of a task that the engine doesn't have
        if future.plan is not None and self._goes_on(future, event, taken, now, background):
            return
        if event.worker:
            record.worker = event.worker
        if event.started_at is not None:
            record.started_at = event.started_at
        record.ended_at = event.ended_at or now
        record.usage = event.usage
        payload: Payload | None = None
        if taken.action is Action.SETTLE_CANCELLED:
            if event.kind is ResultKind.WORKER_DIED:
                record.detail = plain_text(event.error)
        elif taken.action is Action.SETTLE_TIMEOUT:
            how = "its worker died" if event.kind is ResultKind.WORKER_DIED else "it ended late"
            payload = self._over_time(future, how, now)
        else:
            record.error = plain_text(event.error)
            payload = event.payload
        self._verdict(future, taken.state, taken.resolution, now)
        settlements.append((future, taken.action, payload))

    def _confirm(
        self,
        event: TaskCancelConfirm,
        now: float,
        settlements: list[_Settlement],
        background: list[Work],
    ) -> None:
        future = self._registry.open.get(event.task_id)
        if future is None:
            return
        record = future.record
        taken = transition(record.state, Trigger.CANCEL_CONFIRMED)
        if not taken.state.is_done:
            return  # a confirmation for a task that the engine doesn't have
        if future.plan is not None and self._goes_on(future, event, taken, now, background):
            return
        if event.worker:
            record.worker = event.worker
        record.detail = plain_text(event.detail)
        record.usage = event.usage
        record.ended_at = event.ended_at or now
        if record.cancel_requested_at is None:
            record.cancel_requested_at = now
        payload: Payload | None = None
        resolution: Resolution | None = event.resolution
        if taken.action is Action.SETTLE_TIMEOUT:
            payload = self._over_time(future, event.resolution.value, now)
            resolution = None  # no cancel was settled
        self._verdict(future, taken.state, resolution, now)
        settlements.append((future, taken.action, payload))

    def _over_time(self, future: ScalerFuture[Any], how: str, now: float) -> Payload:
        since = "" if self.reports_starts else " since the engine received it"
        return self.attempts.over_time(future, how, now, since)

    def _goes_on(
        self,
        future: ScalerFuture[Any],
        event: TaskResult | TaskCancelConfirm,
        taken: Transition,
        now: float,
        background: list[Work],
    ) -> bool:
        """Return whether that was only an attempt, so that the task may go on."""
        work = self.attempts.next_one(future, event, taken, now)
        if work is None:
            return False
        if future.has_output and self.listener is not None:
            background.append(functools.partial(self._tell_listener, future.task_id, None))
        background.append(work)
        return True

    def _refused(self, event: TaskCancelRefused) -> None:
        future = self._registry.open.get(event.task_id)
        if future is not None and (
            future.record.state.is_cancelling or future.record.state.is_overdue
        ):
            future.record.detail = plain_text(event.reason)
            self.board.move(
                future.record, transition(future.record.state, Trigger.CANCEL_REFUSED).state
            )

    def _requested_elsewhere(
        self, event: TaskCancelRequested, now: float, settlements: list[_Settlement]
    ) -> None:
        future = self._registry.open.get(event.task_id)
        if future is not None:
            self._request(future.record, now, False, event.source, [], settlements)

    def _engine_gone(self, event: EngineGone, now: float, settlements: list[_Settlement]) -> None:
        if self._gone is None:
            self._gone = event.reason
        for future in self._registry.list_open():
            record = future.record
            taken = transition(record.state, Trigger.ENGINE_LOST)
            record.ended_at = now
            payload: Payload | None = None
            if taken.action is Action.SETTLE_EXCEPTION:
                record.error = "EngineLost"
                payload = InMemoryPayload(EngineLost(event.reason))
            self._verdict(future, taken.state, taken.resolution, now)
            settlements.append((future, taken.action, payload))

    def _verdict(
        self, future: ScalerFuture[Any], state: TaskState, resolution: Resolution | None, now: float
    ) -> None:
        record = future.record
        if record.detail == NO_STARTS:
            record.detail = ""
        record.settled_at = now
        record.resolution = resolution
        self.board.move(record, state)
        self._unsent_cancels.discard(record.task_id)
        self._announced.note_verdict(record)
        self._registry.note_verdict(future)
        if future.plan is not None:
            future.plan.end()

    # The following methods run outside the lock:

    def _settle(self, future: ScalerFuture[Any], action: Action, payload: Payload | None) -> None:
        try:
            if action is Action.SETTLE_CANCELLED:
                has_callbacks = future.set_cancel_confirmed()
            else:
                assert payload is not None
                failed = action is not Action.SETTLE_RESULT
                has_callbacks = future.set_result_ready(payload, failed=failed)
        except Exception:  # the other futures of the batch must be settled all the same
            log.exception("%r could not be settled", future)
            return
        if has_callbacks:
            self._callback_thread.submit(future.run_callbacks)

    def _tell_listener(self, task_id: TaskId, told: TaskOutput | None) -> None:
        if self.listener is None:
            return
        try:
            if told is None:
                self.listener.on_end(task_id)
            else:
                self.listener.on_output(task_id, told.at, told.data)
        except Exception:  # an error in a view must not end the thread that delivers events
            log.exception("the output of a task could not be passed on")

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


def _accepted(futures: Iterable[ScalerFuture[Any]]) -> int:
    """Return how many are or will end cancelled, once a cancel of all of them was requested."""
    stages = [future.record.state for future in futures]
    return len([state for state in stages if not state.is_done or state is TaskState.CANCELLED])


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
