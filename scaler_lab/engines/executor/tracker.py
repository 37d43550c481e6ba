"""`ExecutorTaskTracker`: the open tasks, and their events in the order in which they happened.

All events go through one outbox.  A thread that adds an event empties the outbox, unless another
thread is doing so already.  It holds no lock while it calls *emit*.

The verdict of a task comes from the thread that removes the task: the thread of the future's
callback, the thread that withdraws the task, or the monitor's.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from typing import Any

from scaler_lab.core.messages import EngineGone, Event, Task, TaskCancel, TaskId
from scaler_lab.engines.base import Emit
from scaler_lab.engines.executor.claims import StartedClaim
from scaler_lab.engines.tracked_task import TrackedTask
from scaler_lab.errors import EngineLost


class ExecutorTask(TrackedTask):
    """One task without a verdict.

    Guarded by the engine's lock, except `inner`, which is written once.  `started_at` is set when
    the engine learns of its start, and `began` when it emits `TaskStarted`.
    """

    __slots__ = (
        "group", "inner", "is_stopping", "is_withdrawn", "number", "pid", "thread_id",
        "was_refused",
    )  # fmt: skip

    def __init__(self, task: Task, number: int) -> None:
        super().__init__(task.task_id, task.name)
        self.group = task.annotations.group
        self.number = number
        self.inner: Future[Any] | None = None
        self.was_refused = False  # TaskCancelRefused was emitted: it runs, and can't be stopped
        self.is_withdrawn = False  # for tasks in this process: withdrawn before it started
        self.is_stopping = False  # the pool was requested to stop it
        self.pid = 0
        self.thread_id = 0  # of tasks in this process, once they started


class EventOutbox:
    """Emits the engine's events in the order in which they happened, with no lock held.

    A thread that adds an event empties the outbox, unless another thread is doing so already; that
    thread then emits this event too.

    Args:
        lock: The engine's lock.
    """

    def __init__(self, lock: threading.RLock) -> None:
        self._lock = lock
        self._emit: Emit | None = None
        self._events: list[Event] = []  # guarded by _lock
        self._emitting_thread: int | None = None  # guarded by _lock

    def open(self, emit: Emit) -> None:
        """Set the function that takes the events."""
        self._emit = emit

    def add(self, event: Event) -> None:
        """Add an event.  Called with the lock held; call `flush` once it is released."""
        self._events.append(event)

    def is_free(self, thread: int) -> bool:
        """Return whether no other thread than *thread* empties the outbox.  Needs the lock."""
        return self._emitting_thread in (None, thread)

    def flush(self) -> None:
        """Emit the events that were added, and those that are added meanwhile."""
        with self._lock:
            if self._emitting_thread is not None or not self._events:
                return
            self._emitting_thread = threading.get_ident()
            events, self._events = self._events, []
        emit = self._emit
        assert emit is not None
        try:
            while events:
                emit(events)
                with self._lock:
                    events, self._events = self._events, []
                    if not events:
                        self._emitting_thread = None
        except BaseException:
            with self._lock:
                self._emitting_thread = None
            raise


class ExecutorTaskTracker:
    """The open tasks, and the events about them.  Any thread may use it.

    Attributes:
        lock: Guards the tables and the fields of the tasks.  Reentrant, because a finalizer may
            cancel while its thread holds it.
        outbox: Emits the events.
        gone: Why no more events are emitted; empty while the engine works.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.outbox = EventOutbox(self.lock)
        self.gone = ""
        # Guarded by the lock:
        self._open: dict[TaskId, ExecutorTask] = {}
        self._by_number: dict[int, ExecutorTask] = {}  # the same; the next three are subsets
        self._begun: dict[int, ExecutorTask] = {}  # started, TaskStarted not emitted yet
        self._started: dict[int, ExecutorTask] = {}  # TaskStarted was emitted
        self._stopping: dict[int, ExecutorTask] = {}  # to be stopped while it runs
        self._next_number = 0

    # -- the tables
    # ---------------------------------------------------------------------------------

    @property
    def is_empty(self) -> bool:
        """Whether all tasks have ended."""
        return not self._open

    def add(self, tasks: Iterable[Task]) -> list[ExecutorTask]:
        """Add tasks that are about to be sent.

        Raises:
            EngineLost: The engine is gone.
        """
        with self.lock:
            if self.gone:
                raise EngineLost(self.gone)
            added: list[ExecutorTask] = []
            for task in tasks:
                entry = ExecutorTask(task, self._next_number)
                self._next_number += 1
                self._open[task.task_id] = self._by_number[entry.number] = entry
                added.append(entry)
            return added

    def get(self, task_id: TaskId) -> ExecutorTask | None:
        """Return an open task.  Needs the lock."""
        return self._open.get(task_id)

    def cancelled_by(self, cancel: TaskCancel) -> list[ExecutorTask]:
        """Return the open tasks that a cancel concerns, and note that it was requested."""
        with self.lock:
            chosen = {e.number: e for i in cancel.task_ids if (e := self._open.get(i)) is not None}
            if cancel.group is not None:
                members = (e for e in self._open.values() if e.group == cancel.group)
                chosen |= {e.number: e for e in members}
            for entry in chosen.values():
                entry.cancel_requested = True
            return list(chosen.values())

    def cancel_all(self) -> list[ExecutorTask]:
        """Return all open tasks, and note that their cancel was requested."""
        with self.lock:
            for entry in self._open.values():
                entry.cancel_requested = True
            return list(self._open.values())

    def begin(self, entry: ExecutorTask) -> None:
        """Note that a task started; `report_starts` reports it.  Needs the lock."""
        if entry.task_id in self._open:
            self._begun[entry.number] = entry

    def stop(self, entry: ExecutorTask) -> None:
        """Note that the pool is to stop a task.  Needs the lock."""
        self._stopping[entry.number] = entry

    @property
    def running(self) -> list[ExecutorTask]:
        """The open tasks whose start was reported and whose process is known."""
        with self.lock:
            return [e for e in self._started.values() if e.pid]

    @property
    def stopping(self) -> list[ExecutorTask]:
        """The open tasks that the pool is to stop."""
        with self.lock:
            return list(self._stopping.values())

    def remove(self, entry: ExecutorTask) -> bool:
        """Remove an open task; True if the caller must give its verdict.  Needs the lock."""
        if self._open.pop(entry.task_id, None) is None:
            return False
        for table in (self._by_number, self._begun, self._started, self._stopping):
            table.pop(entry.number, None)
        entry.inner = None
        return True

    # -- events ------------------------------------------------------------------------------------

    def report_starts(self, claims: Sequence[StartedClaim]) -> None:
        """Add `TaskStarted` to the outbox for tasks that have started since the last call.

        Args:
            claims: What the pool's processes run now.
        """
        with self.lock:
            for claim in claims:
                entry = self._by_number.get(claim.number)
                if entry is not None and not entry.began:
                    entry.worker, entry.pid = f"pid {claim.pid}", claim.pid
                    entry.started_at = claim.at
                    self._begun[entry.number] = entry
            for entry in self._begun.values():
                entry.began = True
                self._started[entry.number] = entry
                self.outbox.add(entry.started())
            self._begun.clear()

    def settle(self, entry: ExecutorTask, verdict: Event) -> None:
        """Remove a task and add its verdict to the outbox, unless it has one."""
        with self.lock:
            if self.remove(entry):
                self.outbox.add(verdict)

    def lose(self, reason: str) -> None:
        """Drop all open tasks, and add `EngineGone`, the last event, to the outbox."""
        with self.lock:
            if self.gone:
                return
            self.gone = reason
            for table in (self._by_number, self._begun, self._started, self._stopping):
                table.clear()
            self._open.clear()
            self.outbox.add(EngineGone(reason))
