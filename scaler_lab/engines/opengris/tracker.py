"""`ScalerTaskTracker`: the state of each open task, and the next step of its cancel.

This module is pure: it has no threads and no input or output.

Scaler has one cancel with two strengths, and replies fully to neither of them:

===========  ===================================  ==============================================
cancel       of a waiting task                    of a running task
===========  ===================================  ==============================================
soft         removed: `CANCELED`                  refused, without a reply to the client
hard         removed: `CANCELED`                  its process is killed: `CANCELED` too
===========  ===================================  ==============================================

So after a hard cancel, the reply alone can't distinguish NEVER_STARTED from KILLED.  But the task's
own process reports its start (module `remote`), which resolves this.  A task without a reported
start gets a soft cancel.  A task with a reported start gets a hard one.  A task whose start is
reported after the soft cancel gets a hard one as well.

    cancel ──> WAITING in our queue?  remove it: NEVER_STARTED
               SENT?     soft ──> CANCELED: NEVER_STARTED
                           └────> it starts: hard ──> CANCELED: KILLED
               STARTED?  hard ──> CANCELED: KILLED
               SENT or STARTED ─> NOT_FOUND: it ended by itself, and Scaler dropped its result

Scaler ignores a second cancel while it waits for a worker's reply to the first.  It may lose the
first if it moves the task at that moment.  So a hard cancel is repeated until there is a verdict.
A soft cancel becomes a hard one after a while, because there are workers whose tasks can't report
their start: after `SOFT_SECONDS`, or after `PATIENT_SECONDS` if this cluster has reported any
start.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from scaler_lab.core.messages import (
    Event,
    InMemoryPayload,
    Payload,
    ResultKind,
    TaskId,
    Usage,
)
from scaler_lab.core.state_machine import Resolution
from scaler_lab.engines.tracked_task import TrackedTask
from scaler_lab.errors import EngineLost, WorkerDied

SOFT_SECONDS = 10.0
PATIENT_SECONDS = 60.0
UNKNOWN_AFTER_SECONDS = 15.0
FIRST_RETRY_INTERVAL = 0.25
LATER_RETRY_INTERVAL = 4.0


class CancelReply(Enum):
    """Scaler's reply to a cancel."""

    CANCELED = "canceled"
    NOT_FOUND = "not found"


class PendingCancel(NamedTuple):
    """A cancel to be sent to Scaler."""

    task_id: TaskId
    hard: bool


class Effects(NamedTuple):
    """What the caller must do: emit the events, then send the cancels."""

    events: list[Event]
    cancels: list[PendingCancel]


class _ScalerTask(TrackedTask):
    """One task without a verdict.  It waits in this engine's own queue until `is_sent`."""

    __slots__ = ("again_at", "again_seconds", "is_ending", "is_hard", "is_sent", "sent_at")

    def __init__(self, task_id: TaskId) -> None:
        super().__init__(task_id)
        self.is_sent = False
        self.sent_at: float | None = None  # when its data was uploaded and the scheduler had it
        self.is_hard = False
        self.is_ending = False  # its result is announced, but not fetched yet
        self.again_at = 0.0  # when to repeat the cancel
        self.again_seconds = 0.0  # the current retry interval


class ScalerTaskTracker:
    """The open tasks.  A task is removed with its verdict.

    Not thread-safe: the owner guards it with a lock.
    """

    def __init__(self) -> None:
        self._open: dict[TaskId, _ScalerTask] = {}
        self._without_reply: dict[TaskId, _ScalerTask] = {}  # cancel sent, no reply yet
        self._sees_starts = False
        self._none_known_since: float | None = None

    def __len__(self) -> int:
        return len(self._open)

    def add(self, task_ids: Iterable[TaskId]) -> None:
        """Add tasks that are in this engine's queue."""
        for task_id in task_ids:
            self._open[task_id] = _ScalerTask(task_id)

    def take(self, task_id: TaskId) -> bool:
        """Note that a task is about to be sent to Scaler; False if it was cancelled before."""
        entry = self._open.get(task_id)
        if entry is None:
            return False
        entry.is_sent = True
        return True

    def mark_sent(self, task_ids: Iterable[TaskId], now: float) -> None:
        """Note that tasks were sent to Scaler."""
        for task_id in task_ids:
            entry = self._open.get(task_id)
            if entry is not None:
                entry.sent_at = now

    def compare(self, n_known: int, now: float) -> list[Event]:
        """Compare with the number of tasks that the scheduler has of this client.

        If it has had none for `UNKNOWN_AFTER_SECONDS`, it will never report on tasks that were sent
        before: it was restarted, or it lost their results.  Returns the verdicts of these tasks.
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
        """Cancel tasks.  Ignores those that are done, unknown or cancelled already.

        *force* only means not to wait for the reply to a soft cancel, because stopping a running
        task always means killing its process.

        The newest tasks are cancelled first and running ones last.  Each killed task frees a worker
        for the next queued one, which would otherwise start only to be killed as well.
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
                continue  # its result will be the verdict
            if not entry.is_sent:
                del self._open[task_id]
                events.append(entry.confirmed(Resolution.NEVER_STARTED))
            elif not entry.began:
                entry.again_at = now + (PATIENT_SECONDS if self._sees_starts else SOFT_SECONDS)
                self._without_reply[task_id] = entry
                soft.append(PendingCancel(task_id, hard=False))
            else:
                hard.append(self._hard(task_id, entry, now))
        return Effects(events, soft + hard)

    def start(self, task_id: TaskId, worker: str, at: float, now: float) -> Effects:
        """Handle a worker's report that it runs the task."""
        self._sees_starts = True
        entry = self._open.get(task_id)
        if entry is None or entry.is_ending:
            return Effects([], [])
        if entry.began:  # Scaler runs it again, so it lost the first worker
            return self.lose_worker(task_id) if worker != entry.worker else Effects([], [])
        entry.began, entry.worker, entry.started_at = True, worker, at
        cancels = [self._hard(task_id, entry, now)] if entry.cancel_requested else []
        return Effects([entry.started()], cancels)

    def lose_worker(self, task_id: TaskId) -> Effects:
        """Handle the loss of the worker to which Scaler had sent this task.

        Scaler restarts the task on another worker.  A task that never started may run there.  A
        task that had started fails here instead, so that it doesn't run a second time unnoticed.
        """
        entry = self._open.get(task_id)
        if entry is None or entry.is_ending or not entry.began:
            return Effects([], [])
        died = WorkerDied(
            f"Scaler lost the worker that ran this task ({entry.worker}); its effects until "
            "then remain. If it may run twice, call future.retry()"
        )
        events = self.end(
            task_id, ResultKind.WORKER_DIED, InMemoryPayload(died), error="WorkerDied"
        )
        return Effects(events, [PendingCancel(task_id, hard=True)])

    def on_cancel_reply(self, task_id: TaskId, answer: CancelReply) -> list[Event]:
        """Handle Scaler's reply to a cancel."""
        entry = self._open.get(task_id)
        if entry is None or entry.is_ending:
            return []
        if not entry.cancel_requested:
            lost = EngineLost("Scaler cancelled this task, although this client did not request it")
            return self.end(
                task_id, ResultKind.FAILED, InMemoryPayload(lost), error="cancelled by Scaler"
            )
        self._leave(task_id)
        has_started = entry.began
        detail = ""
        if answer is CancelReply.NOT_FOUND:
            resolution = Resolution.FINISHED_FIRST if has_started else Resolution.LOST
            if not has_started:
                detail = "Scaler no longer knows the task, and did not report that it started"
        elif not has_started and not entry.is_hard:
            resolution = Resolution.NEVER_STARTED
        else:
            resolution = Resolution.KILLED
            detail = (
                "Scaler stopped its process"
                if has_started
                else "Scaler stopped it, and does not report whether it had started"
            )
        return [entry.confirmed(resolution, detail)]

    def expect_end(self, task_id: TaskId) -> None:
        """Note that Scaler reported the task's end and is fetching its result."""
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
        """Return the verdict of a task that ended by itself."""
        entry = self._leave(task_id)
        if entry is None:
            return []
        entry.worker = worker or entry.worker
        entry.started_at = entry.started_at if started_at is None else started_at
        return [entry.result(kind, payload, ended_at, error, usage)]

    def due(self, now: float) -> list[PendingCancel]:
        """Return the cancels to repeat now; soft ones are repeated as hard ones."""
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
