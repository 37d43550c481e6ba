"""`TrackedTask`: a task without a verdict, and the events that an engine makes from it."""

from __future__ import annotations

from scaler_lab.core.messages import (
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
from scaler_lab.errors import WorkerDied


class TrackedTask:
    """A task that an engine has accepted, and that has no verdict yet.

    Attributes:
        task_id: The task's id.
        name: Its name, for messages.
        cancel_requested: Whether its cancel was requested.
        began: Whether the engine knows that it started.
        worker: The worker that it started on; empty if that isn't known.
        started_at: When it started, in seconds of `time.monotonic`; None if that isn't known.
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
