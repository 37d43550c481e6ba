"""What an engine keeps about its open tasks, and the events that it makes from it.

`TrackedTask` is a task without a verdict; each engine adds the fields that it needs.  `TaskTracker`
is the table of these tasks for an engine that follows another library's futures: it emits events in
order, and `EngineGone` once.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Generic, TypeVar

from scaler_lab.core.messages import (
    EngineGone,
    Event,
    InMemoryPayload,
    Payload,
    ResultKind,
    TaskCancelConfirm,
    TaskCancelRefused,
    TaskId,
    TaskResult,
    TaskStarted,
    Usage,
)
from scaler_lab.core.state_machine import Resolution
from scaler_lab.engines.base import Emit
from scaler_lab.errors import WorkerDied


class TrackedTask:
    """A task that an engine has accepted, and that has no verdict yet.

    Attributes:
        task_id: The task's id.
        name: Its name, for messages.
        cancel_requested: Whether its cancel was requested.
        began: Whether the engine knows that it began.
        worker: The worker that it began on; empty if that isn't known.
        started_at: When it began, in seconds of `time.monotonic`; None if that isn't known.
    """

    __slots__ = ("began", "cancel_requested", "name", "started_at", "task_id", "worker")

    def __init__(self, task_id: TaskId, name: str = "") -> None:
        self.task_id = task_id
        self.name = name
        self.cancel_requested = False
        self.began = False
        self.worker = ""
        self.started_at: float | None = None

    def started(self) -> TaskStarted:
        """Return the event that reports its start."""
        return TaskStarted(self.task_id, self.worker, self.started_at)

    def refused(self, reason: str) -> TaskCancelRefused:
        """Return the event that reports why it can't be stopped."""
        return TaskCancelRefused(self.task_id, reason)

    def confirmed(
        self, resolution: Resolution, detail: str = "", ended_at: float | None = None
    ) -> TaskCancelConfirm:
        """Return the verdict of a cancel."""
        return TaskCancelConfirm(self.task_id, resolution, self.worker, detail, ended_at)

    def result(
        self,
        kind: ResultKind,
        payload: Payload,
        ended_at: float | None = None,
        error: str = "",
        usage: Usage | None = None,
    ) -> TaskResult:
        """Return the verdict of a task that ended by itself."""
        return TaskResult(
            self.task_id, kind, payload, self.worker, self.started_at, ended_at, error, usage
        )

    def discarded(self, ended_at: float | None = None) -> TaskResult:
        """Return the verdict of a cancelled task that ended before its cancel took effect.

        The client drops the result of a cancelled task, so it doesn't matter what that was.
        """
        return self.result(ResultKind.SUCCESS, InMemoryPayload(None), ended_at)

    def failed(self, error: Exception, ended_at: float | None = None, line: str = "") -> TaskResult:
        """Return the verdict of a task that fails with *error*, which the engine made.

        *line* is the error in one line, for people; by default its class and its message.
        """
        died = isinstance(error, WorkerDied)
        kind = ResultKind.WORKER_DIED if died else ResultKind.FAILED
        line = line or f"{type(error).__name__}: {error}"
        return self.result(kind, InMemoryPayload(error), ended_at, line)


One = TypeVar("One", bound=TrackedTask)


class TaskTracker(ABC, Generic[One]):
    """The open tasks of an engine, and the events that it emits about them.

    One thread, the tracker's own, calls all methods, except that any thread may call `lose` once
    the tracker's thread has ended.

    Attributes:
        gone: Why the engine is gone; empty while it works.  Any thread may read it.
    """

    def __init__(self, emit: Emit) -> None:
        self.gone = ""
        self._emit = emit
        self._open: dict[TaskId, One] = {}
        self._outbox: list[Event] = []
        self._going = threading.Lock()  # the thread that acquires it emits EngineGone

    def take(self, tasks: Sequence[One]) -> None:
        """Add tasks that are about to be sent."""
        self._open.update((one.task_id, one) for one in tasks)

    def lose(self, reason: str) -> None:
        """Emit what has happened until now, then `EngineGone`.  Only the first call counts."""
        if not self._going.acquire(blocking=False):
            return
        self._flush()
        self.gone = reason
        self._open.clear()
        self._emit((EngineGone(reason),))

    @abstractmethod
    def _trouble(self) -> str:
        """Return why the connection is gone; empty while it works."""

    def _poll(self) -> bool:
        """Check the connection.  Return True if the engine is gone."""
        if not self.gone:
            trouble = self._trouble()
            if trouble:
                self.lose(trouble)
        return bool(self.gone)

    def _settle(self, one: One, verdict: Event) -> bool:
        """Remove the task and emit its verdict.  Return False if it has one already."""
        if self._open.pop(one.task_id, None) is None:
            return False
        self._emit_events(verdict)
        return True

    def _emit_events(self, event: Event) -> None:
        self._outbox.append(event)

    def _flush(self) -> None:
        events, self._outbox = self._outbox, []
        if events and not self.gone:
            self._emit(events)
