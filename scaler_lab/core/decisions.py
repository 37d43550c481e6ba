"""`Decisions`: what follows from a request or from an event of the engine.

Each method runs under the board's lock.  It changes records and the board, and returns instructions
to carry out once the lock is released.  It calls neither the engine nor a future's waiters.

Every trigger goes through `state_machine.transition`.  A done state has no transitions.  So a
future gets only one outcome, even if messages come twice, late or out of order.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from scaler_lab.core.board import Board
from scaler_lab.core.encoding import plain_text
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.future_registry import FutureRegistry, engine_id
from scaler_lab.core.instructions import (
    CancelDecision,
    Instruction,
    Instructions,
    PassOutput,
    Resubmit,
    SendCancel,
    SendDropped,
    Settle,
    cancels_of,
)
from scaler_lab.core.messages import (
    REQUESTED_BY_LIMIT,
    EngineGone,
    Event,
    GroupId,
    InMemoryPayload,
    Payload,
    ResultKind,
    TaskCancel,
    TaskCancelConfirm,
    TaskCancelRefused,
    TaskCancelRequested,
    TaskDropped,
    TaskHeldBack,
    TaskId,
    TaskOutput,
    TaskProgress,
    TaskResult,
    TaskRetryRequested,
    TaskStarted,
)
from scaler_lab.core.retries import Attempts
from scaler_lab.core.state_machine import (
    Action,
    Resolution,
    TaskState,
    Transition,
    Trigger,
    transition,
)
from scaler_lab.core.task_record import TaskRecord
from scaler_lab.errors import EngineLost

log = logging.getLogger(__name__)

NO_STARTS = "queued or running: its engine does not report when a task starts"
"""The row's detail text for tasks of an engine that reports no starts, until they end."""

_TRIGGER_OF = {
    ResultKind.SUCCESS: Trigger.RESULT_ARRIVED,
    ResultKind.FAILED: Trigger.EXCEPTION_ARRIVED,
    ResultKind.WORKER_DIED: Trigger.WORKER_DIED,
}


class Decisions:
    """The decisions of one manager."""

    def __init__(self, board: Board, registry: FutureRegistry, attempts: Attempts) -> None:
        self._board = board
        self._registry = registry
        self._attempts = attempts
        self.reports_starts = True
        self.gone: str | None = None
        """Why the engine is gone; None while it works."""
        self._announced: set[TaskId] = set()  # the engine shows them as waiting or retrying
        self._unsent_cancels: set[TaskId] = set()  # recorded, but sending them to the engine failed

    # -- submitted tasks -------------------------------------------------------------------------

    def on_sent(self, records: Iterable[TaskRecord]) -> list[SendCancel]:
        """The engine has these tasks.

        Cancels requested meanwhile are sent now, because a cancel must not arrive before its task.
        """
        cancelling: list[TaskRecord] = []
        overdue: list[TaskRecord] = []
        for record in records:
            record.sent = True
            state = record.state
            if state is not TaskState.QUEUED:
                if state.is_cancelling:
                    cancelling.append(record)
                elif state.is_overdue:
                    overdue.append(record)
            if self._announced:
                self._announced.discard(record.task_id)
        return [*cancels_of(cancelling), *cancels_of(overdue, overdue=True)]

    def on_announced(self, records: Iterable[TaskRecord]) -> list[Instruction]:
        """The engine knows that these tasks wait for others."""
        instructions: list[Instruction] = []
        for record in records:
            if record.state.is_done:  # it ended meanwhile
                instructions.append(SendDropped(_dropped(record)))
            else:
                self._announced.add(record.task_id)
        return instructions

    def withdraw(self, futures: Iterable[ScalerFuture[Any]]) -> None:
        """Remove tasks that the engine refused, as if they had never existed."""
        task_ids: list[TaskId] = []
        for future in futures:
            task_ids.append(future.task_id)
            self._registry.withdraw(future.record)
            if future.plan is not None:
                future.plan.end()
        self._board.forget(task_ids)

    def on_trigger(
        self,
        future: ScalerFuture[Any],
        trigger: Trigger,
        now: float,
        payload: Payload | None,
        error: str,
        detail: str,
    ) -> Instructions:
        """Apply a trigger that didn't come from the engine, if it ends the task."""
        record = future.record
        taken = transition(record.state, trigger)
        if not taken.state.is_done or record.state.is_done:
            return ()
        record.ended_at = record.ended_at or now
        if taken.action is Action.SETTLE_CANCELLED:
            record.detail = plain_text(detail)
        else:
            record.error = plain_text(error)
        return self._end(future, taken, now, payload)

    # -- cancels ---------------------------------------------------------------------------------

    def request_cancel(
        self, futures: Sequence[ScalerFuture[Any]], now: float, *, force: bool, source: str
    ) -> CancelDecision:
        """Request a cancel of these futures.  Each atomic group is requested as a whole, once."""
        version = self._board.version
        instructions: list[Instruction] = []
        to_send: list[TaskRecord] = []
        groups: set[GroupId] = set()
        n_accepted = 0
        for future in futures:
            record = future.record
            if record.state.is_done:
                n_accepted += record.state is TaskState.CANCELLED
                continue
            n_accepted += 1
            group = record.annotations.group
            members: Sequence[TaskRecord] = (record,)
            if group is not None:
                members = () if group in groups else self._registry.members(group)
                groups.add(group)
            for member in members:
                answer = self._request(member, now, force, source)
                if answer is True:
                    to_send.append(member)
                elif answer:
                    instructions += answer
        instructions += cancels_of(to_send)
        return CancelDecision(n_accepted, version != self._board.version, instructions)

    def _request(
        self, record: TaskRecord, now: float, force: bool, source: str
    ) -> Instructions | bool:
        """Return whether to send the cancel, or what to do if the engine doesn't have the task."""
        taken = transition(record.state, Trigger.CANCEL_REQUESTED)
        is_new = taken.action is not Action.NOTHING or taken.state is not record.state
        force = force or record.annotations.force_cancel
        if is_new:
            record.cancel_requested_at = now
            record.cancel_requested_by = source
        if taken.action is Action.SETTLE_CANCELLED:  # the engine doesn't have it
            future = self._registry.open[engine_id(record)]
            record.ended_at = now
            return self._end(future, taken, now)
        is_unsent = record.task_id in self._unsent_cancels
        if not (is_new or is_unsent or (force and not record.force_requested)):
            return False
        must_send = (
            is_unsent or taken.action is Action.SEND_CANCEL or force is not record.force_requested
        )
        self._unsent_cancels.discard(record.task_id)
        record.force_requested = force or (is_unsent and record.force_requested)
        self._board.move(record, taken.state)
        return record.sent and must_send

    def on_time_limit(
        self, future: ScalerFuture[Any], task_id: TaskId, now: float
    ) -> Instructions | None:
        """Request a stop of an attempt that reached its time limit; None if nothing changed."""
        record = future.record
        if engine_id(record) != task_id or future.plan is None:
            return None  # that attempt is over, and another one runs
        taken = transition(record.state, Trigger.TIME_RAN_OUT)
        if taken.action is not Action.SEND_CANCEL:
            return None
        record.cancel_requested_at = now
        record.cancel_requested_by = REQUESTED_BY_LIMIT
        record.force_requested = record.annotations.force_cancel
        self._board.move(record, taken.state)
        return tuple(cancels_of([record], overdue=True)) if record.sent else ()

    def on_unsent(self, cancel: TaskCancel) -> None:
        """The engine did not get *cancel*: the next request of these tasks is sent again."""
        for task_id in cancel.task_ids:
            if (future := self._registry.open.get(task_id)) is not None:
                self._unsent_cancels.add(future.record.task_id)

    # -- events ----------------------------------------------------------------------------------

    def on_events(self, events: Iterable[Event], now: float) -> list[Instruction]:
        """Process events of the engine.

        If one can't be processed, its future fails with the reason, and the others count.
        """
        instructions: list[Instruction] = []
        for event in events:
            handler = self._HANDLERS.get(type(event))
            if handler is None:
                log.error("an engine emitted %r, which is not an event", event)
                continue
            try:
                if answer := handler(self, event, now):
                    instructions += answer
            except Exception as error:  # trouble with one task must not affect the others
                log.exception("an event could not be processed: %r", event)
                with contextlib.suppress(Exception):
                    instructions += self._on_fault(event, error, now)
        return instructions

    def _on_fault(self, event: Event, error: Exception, now: float) -> Instructions:
        """Give a future an outcome after its *event* could not be processed, if it can have one."""
        if type(event) is not TaskResult and type(event) is not TaskCancelConfirm:
            return ()  # the task goes on
        future = self._registry.open.get(event.task_id)
        if future is None:
            return ()
        record = future.record
        record.ended_at = record.ended_at or now
        record.error = f"{type(error).__name__}: {error}"
        taken = (
            Transition(TaskState.CANCELLED, Action.SETTLE_CANCELLED, Resolution.FINISHED_FIRST)
            if record.state.is_cancelling
            else Transition(TaskState.FAILED, Action.SETTLE_EXCEPTION)
        )
        return self._end(future, taken, now, InMemoryPayload(error))

    def _on_started(self, event: TaskStarted, now: float) -> Instructions:
        future = self._registry.open.get(event.task_id)
        if future is None:
            return ()
        record = future.record
        taken = transition(record.state, Trigger.STARTED)
        if taken.state is not record.state:
            record.worker = event.worker
            record.started_at = event.at
            if record.detail:
                record.clear_held_back()
            self._board.move(record, taken.state)
            future.set_started()
            if future.plan is not None and taken.state is TaskState.RUNNING:
                self._attempts.enforce_time_limit(future, now if event.at is None else event.at)
        return ()

    def _on_held_back(self, event: TaskHeldBack, _now: float) -> Instructions:
        future = self._registry.open.get(event.task_id)
        if future is not None and future.record.hold_back(event.reason):
            self._board.move(future.record, future.record.state)
        return ()

    def _on_progress(self, event: TaskProgress, _now: float) -> Instructions:
        future = self._registry.open.get(event.task_id)
        if future is not None:
            future.record.progress = event.progress
            self._board.move(future.record, future.record.state)
        return ()

    def _on_output(self, event: TaskOutput, _now: float) -> Instructions:
        future = self._registry.open.get(event.task_id)
        if future is None:
            return ()
        future.record.output_bytes = future.add_output(event.data, event.at)
        self._board.move(future.record, future.record.state)
        return (PassOutput(future.task_id, event),)

    def _on_result(self, event: TaskResult, now: float) -> Instructions:
        future = self._registry.open.get(event.task_id)
        if future is None:
            return ()
        record = future.record
        taken = transition(record.state, _TRIGGER_OF[event.kind])
        if not taken.state.is_done:
            return ()  # a result of a task that the engine doesn't have
        if future.plan is not None and (again := self._next_attempt(future, event, taken, now)):
            return again
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
        return self._end(future, taken, now, payload, cancel_seconds=event.cancel_seconds)

    def _on_confirmed(self, event: TaskCancelConfirm, now: float) -> Instructions:
        future = self._registry.open.get(event.task_id)
        if future is None:
            return ()
        record = future.record
        taken = transition(record.state, Trigger.CANCEL_CONFIRMED)
        if not taken.state.is_done:
            return ()  # a confirmation for a task that the engine doesn't have
        if future.plan is not None and (again := self._next_attempt(future, event, taken, now)):
            return again
        if event.worker:
            record.worker = event.worker
        record.detail = plain_text(event.detail)
        record.usage = event.usage
        record.ended_at = event.ended_at or now
        if taken.action is Action.SETTLE_TIMEOUT:  # no cancel was settled
            payload = self._over_time(future, event.resolution.words, now)
            return self._end(future, taken, now, payload)
        seconds = event.cancel_seconds
        return self._end(future, taken, now, None, event.resolution, cancel_seconds=seconds)

    def _next_attempt(
        self,
        future: ScalerFuture[Any],
        event: TaskResult | TaskCancelConfirm,
        taken: Transition,
        now: float,
    ) -> Instructions:
        """Return what to do if that was only an attempt, so that the task may go on."""
        instruction = self._attempts.next_one(future, event, taken, now)
        if instruction is None:
            return ()
        self._announced.add(future.record.task_id)  # as retrying
        if future.has_output:
            return (PassOutput(future.task_id), instruction)
        return (instruction,)

    def _over_time(self, future: ScalerFuture[Any], how: str, now: float) -> Payload:
        since = "" if self.reports_starts else " since the engine received it"
        return self._attempts.over_time(future, how, now, since)

    def _on_refused(self, event: TaskCancelRefused, _now: float) -> Instructions:
        future = self._registry.open.get(event.task_id)
        if future is not None and (
            future.record.state.is_cancelling or future.record.state.is_overdue
        ):
            record = future.record
            record.detail = plain_text(event.reason)
            self._board.move(record, transition(record.state, Trigger.CANCEL_REFUSED).state)
        return ()

    def _on_requested_elsewhere(self, event: TaskCancelRequested, now: float) -> Instructions:
        """The engine has a request from another view: record it, and send nothing."""
        future = self._registry.find_open(event.task_id)
        if future is None:
            return ()
        answer = self._request(future.record, now, False, event.source)
        return () if isinstance(answer, bool) else answer

    def _on_retry_requested(self, event: TaskRetryRequested, _now: float) -> Instructions:
        return (Resubmit(event.task_id),)

    def _on_engine_gone(self, event: EngineGone, now: float) -> list[Instruction]:
        if self.gone is None:
            self.gone = event.reason
        instructions: list[Instruction] = []
        for future in self._registry.list_open():
            record = future.record
            taken = transition(record.state, Trigger.ENGINE_LOST)
            record.ended_at = now
            payload: Payload | None = None
            if taken.action is Action.SETTLE_EXCEPTION:
                record.error = "EngineLost"
                payload = InMemoryPayload(EngineLost(event.reason))
            instructions += self._end(future, taken, now, payload)
        return instructions

    def _end(
        self,
        future: ScalerFuture[Any],
        taken: Transition,
        now: float,
        payload: Payload | None = None,
        resolution: Resolution | None = None,
        *,
        cancel_seconds: float | None = None,  # as the engine measured it
    ) -> Instructions:
        """Record the outcome of a task, and return what remains to be done for it."""
        record = future.record
        if record.detail == NO_STARTS:
            record.detail = ""
        elif record.detail:
            record.clear_held_back()
        if record.cancel_requested_at is not None:
            if cancel_seconds is None:
                cancel_seconds = now - record.cancel_requested_at
            record.cancel_seconds = cancel_seconds
        record.resolution = resolution or taken.resolution
        self._board.move(record, taken.state)
        self._registry.note_verdict(future)
        if future.plan is not None:
            future.plan.end()
        if self._unsent_cancels:
            self._unsent_cancels.discard(record.task_id)
        settle = Settle(future, taken.action, payload)
        if self._announced and record.task_id in self._announced:
            self._announced.remove(record.task_id)
            return (settle, SendDropped(_dropped(record)))
        return (settle,)

    _HANDLERS: ClassVar[dict[type, Callable[[Decisions, Any, float], Sequence[Instruction]]]] = {
        TaskStarted: _on_started,
        TaskResult: _on_result,
        TaskCancelConfirm: _on_confirmed,
        TaskCancelRefused: _on_refused,
        TaskCancelRequested: _on_requested_elsewhere,
        TaskRetryRequested: _on_retry_requested,
        TaskHeldBack: _on_held_back,
        TaskProgress: _on_progress,
        TaskOutput: _on_output,
        EngineGone: _on_engine_gone,
    }


def accepted(futures: Iterable[ScalerFuture[Any]]) -> int:
    """Return how many are or will end cancelled, once a cancel of all of them was requested."""
    states = [future.record.state for future in futures]
    return len([state for state in states if not state.is_done or state is TaskState.CANCELLED])


def _dropped(record: TaskRecord) -> TaskDropped:
    return TaskDropped(
        record.task_id,
        record.error,
        record.detail,
        record.cancel_requested_by,
        record.cancel_requested_at is not None,
    )
