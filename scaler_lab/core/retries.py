"""`Attempts`: when a task's attempt starts, how long it may run, and whether another one follows.

    waiting ──────────> begin ──> queued, running ──> over its time limit, died or raised
                          ^                                     │
                          └── when it is due <── retrying <── next_one

Each attempt of a retried task has its own id at the engine.  So a late message about one attempt
can't be taken for one about the next, and no engine takes a second attempt for a message that came
twice.  The future, and its row on the board, keep their first id.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from scaler_lab.core.background import BackgroundWorker
from scaler_lab.core.board import Board
from scaler_lab.core.dependencies import DependencyWaiter
from scaler_lab.core.encoding import plain_text
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.future_registry import FutureRegistry, engine_id
from scaler_lab.core.instructions import ConsiderRetry, TryAgain
from scaler_lab.core.messages import (
    InMemoryPayload,
    PackedCall,
    Payload,
    ResultKind,
    RetriedOn,
    Task,
    TaskCancelConfirm,
    TaskId,
    TaskResult,
)
from scaler_lab.core.state_machine import Action, TaskState, Transition, Trigger, transition
from scaler_lab.core.timer import TimerHandle
from scaler_lab.errors import TaskTimeout

NewId = Callable[[], TaskId]


class Attempts:
    """The tasks of one manager that have a plan.  *new_id* makes ids for the engine."""

    def __init__(
        self, board: Board, registry: FutureRegistry, background: BackgroundWorker, new_id: NewId
    ) -> None:
        self._board = board
        self._registry = registry
        self._background = background
        self._new_id = new_id

    # -- for the background worker ---------------------------------------------------------------

    def begin(
        self,
        future: ScalerFuture[Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        packed: PackedCall | None = None,
    ) -> Task | None:
        """Return the task to send for a waiting future, which is queued from now on.

        Returns None if it isn't waiting any more.
        """
        with self._board.lock:
            record, plan, call = future.record, future.plan, future.call
            taken = transition(record.state, Trigger.READY)
            if taken.action is not Action.SUBMIT or plan is None or call is None:
                return None
            if record.state is TaskState.RETRYING:
                record.attempt += 1
                record.worker = ""
                record.started_at = record.ended_at = None
                record.progress = record.usage = None
                record.output_bytes = 0
                future.reset_output()
                plan.retries_left -= 1
            plan.timer_handle = plan.waiter = None
            self._board.move(record, taken.state)
            annotations = call.annotations
            if not plan.retries_left:
                annotations = msgspec.structs.replace(annotations, retried_on=RetriedOn.NOTHING)
            return msgspec.structs.replace(
                call,
                task_id=engine_id(record),
                args=args,
                kwargs=kwargs,
                annotations=annotations,
                attempt=record.attempt,
                packed=packed,
                first_id=record.task_id if record.attempt > 1 else TaskId(""),
            )

    def note_waiter(self, future: ScalerFuture[Any], waiter: DependencyWaiter) -> bool:
        """Record what a waiting future waits for.  Return False if it isn't waiting any more."""
        with self._board.lock:
            if future.plan is None or future.record.state is not TaskState.WAITING:
                return False
            future.plan.waiter = waiter
            return True

    def note_timer_handle(self, future: ScalerFuture[Any], timer_handle: TimerHandle) -> None:
        """Record the timer of a future's next attempt."""
        with self._board.lock:
            if future.plan is not None and future.record.state is TaskState.RETRYING:
                future.plan.timer_handle = timer_handle
                return
        timer_handle.cancel()

    # -- under the lock, for the manager ----------------------------------------------------------

    def enforce_time_limit(self, future: ScalerFuture[Any], since: float) -> None:
        """Stop an attempt at its time limit, which counts from *since*."""
        plan = future.plan
        if plan is not None and plan.options.timeout is not None and plan.timer_handle is None:
            at = since + plan.options.timeout
            plan.timer_handle = self._background.limit(future, engine_id(future.record), at)

    def over_time(self, future: ScalerFuture[Any], how: str, now: float, since: str) -> Payload:
        """Return the error of an overdue task.

        *how* is how it was stopped, and *since* is from when its time counted.
        """
        record = future.record
        seconds = None if future.plan is None else future.plan.options.timeout
        took = now - (record.cancel_requested_at or now)
        limit = f"limit of {seconds:g} s{since}; {how} {took * 1000:.0f} ms after"
        if record.detail:  # how it was stopped, and where it was
            limit = f"{limit}; {record.detail}"
        record.error = f"TaskTimeout: exceeded its time {limit}"
        record.cancel_requested_at, record.cancel_requested_by = (
            None,
            "",
        )  # no user cancelled it: it has failed
        return InMemoryPayload(
            TaskTimeout(f"task {record.name!r} exceeded its time {limit}", seconds)
        )

    def next_one(
        self,
        future: ScalerFuture[Any],
        event: TaskResult | TaskCancelConfirm,
        taken: Transition,
        now: float,
    ) -> TryAgain | ConsiderRetry | None:
        """Return what to do outside the lock if this was only an attempt, else None.

        To decide about a retry, an exception must be unpickled, which runs code of its class.  So
        this is background work, and until it is done the task counts as between two attempts.
        """
        plan, record = future.plan, future.record
        again = transition(record.state, Trigger.ATTEMPT_FAILED)
        if plan is None or not plan.retries_left or again.state is not TaskState.RETRYING:
            return None
        retried_on = plan.options.retried_on
        instruction: TryAgain | ConsiderRetry = TryAgain(future)
        if taken.action is Action.SETTLE_TIMEOUT:
            if not retried_on & RetriedOn.TIME_LIMIT:
                return None
            line = "TaskTimeout"
        elif type(event) is TaskResult and event.kind is ResultKind.WORKER_DIED:
            line = event.error
        elif (
            type(event) is TaskResult
            and event.kind is ResultKind.FAILED
            and retried_on & RetriedOn.EXCEPTION
        ):
            line = event.error
            instruction = ConsiderRetry(future, event.payload, line)
        else:
            return None
        if plan.timer_handle is not None:
            plan.timer_handle.cancel()
            plan.timer_handle = None
        self._registry.rename(record, self._new_id())
        record.detail = plain_text(f"attempt {record.attempt}: {line}")
        record.worker = event.worker or record.worker
        record.ended_at = event.ended_at or now
        record.sent = record.force_requested = False
        record.cancel_requested_at, record.cancel_requested_by = None, ""
        self._board.move(record, again.state)
        return instruction
