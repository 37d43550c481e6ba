"""`TaskTracker`: the open tasks of an engine that follows another library's futures.

It emits the events of its tasks in order, and `EngineGone` once.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Generic, TypeVar

from scaler_lab.engines.base import Emit, EngineGone, Event, TaskId, TrackedTask

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
