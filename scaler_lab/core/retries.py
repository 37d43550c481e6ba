"""`Attempts`: when a task's attempt begins, how long it may run, and whether another one follows.

    waiting ──────────> begin ──> queued, running ──> over its time, died or raised
                          ^                                     │
                          └── when it is due <── retrying <── next_one

Each attempt of a task that is retried has an id of its own at the engine, so that what is told late
of one attempt can't be taken for the next one's, and no engine takes a second attempt for a message
that came twice.  The future, and its row on the board, keep the id they began with.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from scaler_lab.core.background import Errands
from scaler_lab.core.board import Board
from scaler_lab.core.dependencies import Gate
from scaler_lab.core.encoding import plain_text
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.future_registry import FutureRegistry, engine_id
from scaler_lab.core.messages import (
    Opened,
    PackedCall,
    Parcel,
    ResultKind,
    Task,
    TaskCancelConfirm,
    TaskId,
    TaskResult,
)
from scaler_lab.core.state_machine import Deed, Happening, Stage, Step, step
from scaler_lab.core.timer import Alarm
from scaler_lab.errors import TaskTimeout

NewId = Callable[[], TaskId]
Errand = Callable[[], None]


class Attempts:
    """Those of one manager's tasks that have a plan.  *new_id* makes ids for the engine."""

    def __init__(
        self, board: Board, registry: FutureRegistry, errands: Errands, new_id: NewId
    ) -> None:
        self._board = board
        self._registry = registry
        self._errands = errands
        self._new_id = new_id

    # -- for the errands ---------------------------------------------------------------------------

    def begin(
        self,
        future: ScalerFuture[Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        packed: PackedCall | None = None,
    ) -> Task | None:
        """The task to send for a future that waits, which is queued from now on.

        None where it does not wait any more.
        """
        with self._board.lock:
            record, plan, call = future.record, future.plan, future.call
            taken = step(record.stage, Happening.READY)
            if taken.deed is not Deed.SUBMIT or plan is None or call is None:
                return None
            if record.stage is Stage.RETRYING:
                record.attempt += 1
                record.worker = ""
                record.started_at = record.ended_at = None
                record.progress = record.usage = None
                record.output_bytes = 0
                future.begin_output_anew()
                plan.retries_left -= 1
            plan.alarm = plan.gate = None
            self._board.move(record, taken.stage)
            return Task(
                engine_id(record),
                call.name,
                call.function,
                args,
                kwargs,
                call.group,
                call.group_name,
                call.priority,
                call.tags,
                record.attempt,
                record.cell,
                packed,
            )

    def note_gate(self, future: ScalerFuture[Any], gate: Gate) -> bool:
        """*gate* is what a waiting future waits at; False where it does not wait any more."""
        with self._board.lock:
            if future.plan is None or future.record.stage is not Stage.WAITING:
                return False
            future.plan.gate = gate
            return True

    def note_alarm(self, future: ScalerFuture[Any], alarm: Alarm) -> None:
        """*alarm* is when a future's next attempt is due."""
        with self._board.lock:
            if future.plan is not None and future.record.stage is Stage.RETRYING:
                future.plan.alarm = alarm
                return
        alarm.call_off()

    # -- under the lock, for the manager ----------------------------------------------------------

    def mind_time(self, future: ScalerFuture[Any], since: float) -> None:
        """An attempt's time counts *since* then: have it stopped when that is over its limit."""
        plan = future.plan
        if plan is not None and plan.options.timeout is not None and plan.alarm is None:
            at = since + plan.options.timeout
            plan.alarm = self._errands.limit(future, engine_id(future.record), at)

    def over_time(self, future: ScalerFuture[Any], how: str, now: float, since: str) -> Parcel:
        """What an overdue task ends with: *how* it was stopped, and *since* when its time ran."""
        record = future.record
        seconds = None if future.plan is None else future.plan.options.timeout
        took = now - (record.asked_at or now)
        limit = f"limit of {seconds:g} s{since}; {how} {took * 1000:.0f} ms after"
        record.error = f"TaskTimeout: over its time {limit}"
        record.asked_at, record.asked_by = None, ""  # by nobody: it has failed
        return Opened(TaskTimeout(f"task {record.name!r} was over its time {limit}", seconds))

    def next_one(
        self,
        future: ScalerFuture[Any],
        event: TaskResult | TaskCancelConfirm,
        taken: Step,
        now: float,
    ) -> Errand | None:
        """What to do outside the lock where that was an attempt, and not, or perhaps not, the end.

        An exception has to be opened for that, which runs code of its class: it is an errand, and
        the task is between two attempts until it is done.
        """
        plan, record = future.plan, future.record
        again = step(record.stage, Happening.ATTEMPT_FAILED)
        if plan is None or not plan.retries_left or again.stage is not Stage.RETRYING:
            return None
        retry_on = plan.options.retry_on
        errand: Errand = functools.partial(self._errands.try_again, future)
        if taken.deed is Deed.SETTLE_TIMEOUT:
            # Named itself: it is an OSError, which is named for other reasons.
            if TaskTimeout not in retry_on:
                return None
            line = "TaskTimeout"
        elif type(event) is TaskResult and event.kind is ResultKind.WORKER_DIED:
            line = event.error
        elif type(event) is TaskResult and event.kind is ResultKind.FAILED and retry_on:
            line = event.error
            errand = functools.partial(self._errands.consider, future, event.parcel, line)
        else:
            return None
        if plan.alarm is not None:
            plan.alarm.call_off()
            plan.alarm = None
        self._registry.rename(record, self._new_id())
        record.detail = plain_text(f"attempt {record.attempt}: {line}")
        record.worker = event.worker or record.worker
        record.ended_at = event.ended_at or now
        record.sent = record.force_asked = False
        record.asked_at, record.asked_by = None, ""
        self._board.move(record, again.stage)
        return errand
