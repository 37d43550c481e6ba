"""The open tasks of an executor, the verdicts about them, and the order of their events."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from concurrent.futures import Future
from typing import Any

from scaler_lab.core.messages import (
    Event,
    InMemoryPayload,
    ResultKind,
    Task,
    TaskId,
    TaskResult,
)
from scaler_lab.engines.base import Emit
from scaler_lab.engines.executor.remote import CallReport, CallStatus
from scaler_lab.engines.tracker import TrackedTask
from scaler_lab.errors import RemoteError, TaskExited, WorkerDied
from scaler_lab.serialization.exceptions import summary_of, without_our_frames
from scaler_lab.serialization.payload import FlatPayload


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
        self.is_withdrawn = False  # for tasks in this process: withdrawn before it began
        self.is_stopping = False  # the pool was requested to stop it
        self.pid = 0
        self.thread_id = 0  # of tasks in this process, once they began


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


class Deaths:
    """Which processes are dead.

    Only one thread uses an instance: the poll thread, or the thread that runs `_break`.
    """

    def __init__(self) -> None:
        self._known: dict[int, Any] = {}  # pid -> psutil.Process, which detects a reused pid
        self._since: dict[int, float] = {}

    def is_dead(self, pid: int) -> bool:
        import psutil

        try:
            process = self._known.get(pid)
            if process is None:
                process = self._known[pid] = psutil.Process(pid)
            return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True
        except psutil.Error:
            return False

    def dead_for(self, pids: set[int], seconds: float, now: float) -> set[int]:
        """Return those *pids* that have been dead for at least *seconds*."""
        self._known = {pid: known for pid, known in self._known.items() if pid in pids}
        self._since = {pid: self._since.get(pid, now) for pid in pids if self.is_dead(pid)}
        return {pid for pid, since in self._since.items() if now - since >= seconds}


# -- verdicts --------------------------------------------------------------------------------------


def result(entry: ExecutorTask, report: CallReport, *, is_here: bool) -> TaskResult:
    """Return the verdict for a report.

    *is_here*: the task ran on this machine, so that its times and pid are valid here.
    """
    is_error = report.outcome == CallStatus.ERROR
    return TaskResult(
        entry.task_id,
        ResultKind.FAILED if is_error else ResultKind.SUCCESS,
        FlatPayload(report.data, is_error=is_error),
        f"pid {report.pid}" if is_here else "",
        report.began if is_here else None,
        report.ended if is_here else None,
        report.line,
    )


def failure(
    task_id: TaskId, error: BaseException, thread: str = "", began_at: float | None = None
) -> TaskResult:
    """Return the verdict of a task that raised *error* in this process, or whose future did."""
    line = summary_of(error)
    if isinstance(error, SystemExit):
        error = TaskExited(error.code)
    elif not isinstance(error, Exception):  # a BaseException would end the client's loops
        error = RemoteError(line, type(error).__qualname__)
    elif error.__traceback__ is not None and thread:
        error.__traceback__ = without_our_frames(error.__traceback__)
    return TaskResult(
        task_id, ResultKind.FAILED, InMemoryPayload(error), thread, began_at, time.monotonic(), line
    )


def death(
    entry: ExecutorTask, label: str, pid: int | None, code: int | None, *, survives: bool
) -> TaskResult:
    how = "died"
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            how = f"was killed by {signal.Signals(-code).name} ({-code})"
    elif code is not None:
        how = f"ended with status {code}"
    error = WorkerDied(
        f"worker process {pid} of {label} {how} while it ran task {entry.name!r}"
        + (". Other tasks are not affected." if survives else ""),
        pid,
        code,
    )
    entry.worker = entry.worker or f"pid {pid}"
    return entry.failed(error, line=f"WorkerDied: {how}")
