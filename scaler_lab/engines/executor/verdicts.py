"""How a task on an executor ended, as the events that report it."""

from __future__ import annotations

import contextlib
import signal
import time

from scaler_lab.core.messages import InMemoryPayload, ResultKind, TaskId, TaskResult
from scaler_lab.engines.executor.remote import CallReport, CallStatus
from scaler_lab.engines.executor.tracker import ExecutorTask
from scaler_lab.errors import RemoteException, TaskExited, WorkerDied
from scaler_lab.serialization.exceptions import summary_of, without_our_frames
from scaler_lab.serialization.payload import FlatPayload


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
        error = RemoteException(line, type(error).__qualname__)
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
