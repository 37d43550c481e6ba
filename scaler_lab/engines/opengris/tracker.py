"""The book of open tasks: what is known of each, and what its cancel needs next.  Pure.

Scaler has one cancel with two strengths, and answers neither of them fully:

===========  ===================================  ==============================================
a cancel     of a task that waits                 of a task that runs
===========  ===================================  ==============================================
soft         taken out: `CANCELED`                refused, and the client is never told
hard         taken out: `CANCELED`                its process is killed: `CANCELED` too
===========  ===================================  ==============================================

So a hard one alone could not tell NEVER_STARTED from KILLED.  But a task's own process says when
it starts (see `remote`), and that settles it: a task that was not heard of is asked softly, one
that was is asked hard, and one that turns out to run meanwhile is asked a second time.

    asked ──> WAITING in our queue?  taken out: NEVER_STARTED
              SENT?     soft ──> CANCELED: NEVER_STARTED
                          └────> it starts: hard ──> CANCELED: KILLED
              STARTED?  hard ──> CANCELED: KILLED
              either    ──────> NOT_FOUND: it ended by itself, and Scaler dropped its result

Scaler ignores a second cancel while it waits for a worker's answer to the first, and may lose the
first where it moves the task at that moment: so a hard one is sent again until there is a verdict.
A soft one becomes hard after a while, for there are workers whose tasks can't tell their start:
after `SOFT_SECONDS`, or `PATIENT_SECONDS` once a start was heard from this cluster.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import NamedTuple

from scaler_lab.core.messages import (
    Event,
    InMemoryPayload,
    Payload,
    ResultKind,
    TaskCancelConfirm,
    TaskId,
    TaskResult,
    TaskStarted,
    Usage,
)
from scaler_lab.core.state_machine import Resolution
from scaler_lab.errors import EngineLost, WorkerDied

SOFT_SECONDS = 10.0
PATIENT_SECONDS = 60.0
UNKNOWN_AFTER_SECONDS = 15.0
FIRST_RETRY_INTERVAL = 0.25
LATER_RETRY_INTERVAL = 4.0


class Phase(IntEnum):
    """How far a task is, as far as is known here."""

    WAITING = 0  # in this engine's own queue
    SENT = 1
    STARTED = 2


class CancelReply(Enum):
    """What Scaler answers to a cancel."""

    CANCELED = "canceled"
    NOT_FOUND = "not found"


class PendingCancel(NamedTuple):
    """A cancel to be sent to Scaler."""

    task_id: TaskId
    hard: bool


class Effects(NamedTuple):
    """What follows: events to tell, and cancels to send, in this order."""

    events: list[Event]
    cancels: list[PendingCancel]


@dataclass(slots=True)
class _ScalerTask:
    phase: Phase = Phase.WAITING
    worker: str = ""
    started_at: float | None = None
    cancel_requested: bool = False
    is_hard: bool = False
    is_ending: bool = False  # its result is announced, and not yet here
    sent_at: float | None = None  # on its way to the scheduler, all that it needs uploaded
    again_at: float = 0.0
    again_seconds: float = 0.0


class ScalerTaskTracker:
    """The open tasks.  Not thread-safe: its owner has a lock.  A task leaves with its verdict."""

    def __init__(self) -> None:
        self._open: dict[TaskId, _ScalerTask] = {}
        self._without_reply: dict[TaskId, _ScalerTask] = {}  # those asked at Scaler
        self._sees_starts = False
        self._none_known_since: float | None = None

    def __len__(self) -> int:
        return len(self._open)

    def add(self, task_ids: Iterable[TaskId]) -> None:
        """Accept tasks, in this engine's queue."""
        for task_id in task_ids:
            self._open[task_id] = _ScalerTask()

    def take(self, task_id: TaskId) -> bool:
        """About to be sent to Scaler; False where it was cancelled before."""
        entry = self._open.get(task_id)
        if entry is None:
            return False
        entry.phase = Phase.SENT
        return True

    def mark_sent(self, task_ids: Iterable[TaskId], now: float) -> None:
        """Scaler has them now."""
        for task_id in task_ids:
            entry = self._open.get(task_id)
            if entry is not None:
                entry.sent_at = now

    def compare(self, n_known: int, now: float) -> list[Event]:
        """The scheduler says how many tasks it has of this client.

        If that is none for `UNKNOWN_AFTER_SECONDS`, those sent before will never be told of: it was
        restarted, or it lost their results.
        """
        if n_known:
            self._none_known_since = None
            return []
        if self._none_known_since is None:
            self._none_known_since = now
        since = self._none_known_since
        if now - since < UNKNOWN_AFTER_SECONDS:
            return []
        forgotten = [
            task_id
            for task_id, entry in self._open.items()
            if entry.sent_at is not None and entry.sent_at < since and not entry.is_ending
        ]
        lost = EngineLost(
            "Scaler's scheduler no longer knows this task (was it restarted?); whether it had an "
            "effect is unknown"
        )
        return [
            event
            for task_id in forgotten
            for event in self.end(
                task_id, ResultKind.FAILED, InMemoryPayload(lost), error="EngineLost"
            )
        ]

    def request_cancel(
        self, task_ids: Iterable[TaskId], now: float, *, force: bool = False
    ) -> Effects:
        """Somebody wants these stopped.  Those done, unknown or asked before are ignored.

        *force* only means not to wait for the answer to a soft cancel: to stop here is to kill.

        The newest first and the running last: each one killed makes room for the next in the
        queue, which must not start only to be killed as well.
        """
        events: list[Event] = []
        soft: list[PendingCancel] = []
        hard: list[PendingCancel] = []
        for task_id in reversed(tuple(task_ids)):
            entry = self._open.get(task_id)
            if entry is None:
                continue
            if entry.cancel_requested:
                if force and not entry.is_hard and not entry.is_ending:
                    hard.append(self._hard(task_id, entry, now))
                continue
            entry.cancel_requested = True
            if entry.is_ending:
                continue  # its result answers
            if entry.phase is Phase.WAITING:
                del self._open[task_id]
                events.append(TaskCancelConfirm(task_id, Resolution.NEVER_STARTED))
            elif entry.phase is Phase.SENT:
                entry.again_at = now + (PATIENT_SECONDS if self._sees_starts else SOFT_SECONDS)
                self._without_reply[task_id] = entry
                soft.append(PendingCancel(task_id, hard=False))
            else:
                hard.append(self._hard(task_id, entry, now))
        return Effects(events, soft + hard)

    def start(self, task_id: TaskId, worker: str, at: float, now: float) -> Effects:
        """A worker says that it runs."""
        self._sees_starts = True
        entry = self._open.get(task_id)
        if entry is None or entry.is_ending:
            return Effects([], [])
        if entry.phase is Phase.STARTED:  # Scaler runs it again, so it had lost the first worker
            return self.lose_worker(task_id) if worker != entry.worker else Effects([], [])
        entry.phase, entry.worker, entry.started_at = Phase.STARTED, worker, at
        cancels = [self._hard(task_id, entry, now)] if entry.cancel_requested else []
        return Effects([TaskStarted(task_id, worker, at)], cancels)

    def lose_worker(self, task_id: TaskId) -> Effects:
        """Scaler lost the worker that it had given this task.

        It gives the task to another, from the start.  One that never began may go there.  One that
        did ends here, and must not run a second time without anybody knowing.
        """
        entry = self._open.get(task_id)
        if entry is None or entry.is_ending or entry.phase is not Phase.STARTED:
            return Effects([], [])
        died = WorkerDied(
            f"Scaler lost the worker that ran this task ({entry.worker}); what it did until then "
            "stays done.  Where it may run twice: future.retry()"
        )
        events = self.end(
            task_id, ResultKind.WORKER_DIED, InMemoryPayload(died), error="WorkerDied"
        )
        return Effects(events, [PendingCancel(task_id, hard=True)])

    def on_cancel_reply(self, task_id: TaskId, answer: CancelReply) -> list[Event]:
        """Scaler answered a cancel."""
        entry = self._open.get(task_id)
        if entry is None or entry.is_ending:
            return []
        if not entry.cancel_requested:
            lost = EngineLost("Scaler cancelled this task, though nobody here asked for it")
            return self.end(
                task_id, ResultKind.FAILED, InMemoryPayload(lost), error="cancelled by Scaler"
            )
        self._leave(task_id)
        has_started = entry.phase is Phase.STARTED
        detail = ""
        if answer is CancelReply.NOT_FOUND:
            resolution = Resolution.FINISHED_FIRST if has_started else Resolution.LOST
            if not has_started:
                detail = "Scaler no longer knows the task, and no start of it was told"
        elif not has_started and not entry.is_hard:
            resolution = Resolution.NEVER_STARTED
        else:
            resolution = Resolution.KILLED
            detail = (
                "Scaler stopped its process"
                if has_started
                else "Scaler stopped it, and does not say whether it had begun"
            )
        return [TaskCancelConfirm(task_id, resolution, entry.worker, detail)]

    def expect_end(self, task_id: TaskId) -> None:
        """Scaler says that it ended; its result is being fetched."""
        entry = self._open.get(task_id)
        if entry is not None:
            entry.is_ending = True
            self._without_reply.pop(task_id, None)

    def end(
        self,
        task_id: TaskId,
        kind: ResultKind,
        payload: Payload,
        *,
        worker: str = "",
        started_at: float | None = None,
        ended_at: float | None = None,
        error: str = "",
        usage: Usage | None = None,
    ) -> list[Event]:
        """It ended by itself."""
        entry = self._leave(task_id)
        if entry is None:
            return []
        return [
            TaskResult(
                task_id,
                kind,
                payload,
                worker or entry.worker,
                entry.started_at if started_at is None else started_at,
                ended_at,
                error,
                usage,
            )
        ]

    def due(self, now: float) -> list[PendingCancel]:
        """The cancels to send again, or harder."""
        return [
            self._hard(task_id, entry, now)
            for task_id, entry in reversed(self._without_reply.items())
            if entry.again_at <= now
        ]

    @property
    def open_ids(self) -> list[TaskId]:
        """The tasks without a verdict, oldest first."""
        return list(self._open)

    def _hard(self, task_id: TaskId, entry: _ScalerTask, now: float) -> PendingCancel:
        entry.again_seconds = (
            min(2 * entry.again_seconds, LATER_RETRY_INTERVAL)
            if entry.is_hard
            else FIRST_RETRY_INTERVAL
        )
        entry.is_hard = True
        entry.again_at = now + entry.again_seconds
        self._without_reply[task_id] = entry
        return PendingCancel(task_id, hard=True)

    def _leave(self, task_id: TaskId) -> _ScalerTask | None:
        self._without_reply.pop(task_id, None)
        return self._open.pop(task_id, None)
