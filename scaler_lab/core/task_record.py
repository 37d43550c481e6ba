"""What is kept about one task: the record that the board changes, and the copy that leaves it."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final

import msgspec

from scaler_lab.core.encoding import plain_text
from scaler_lab.core.messages import (
    NO_ANNOTATIONS,
    ProfileResult,
    Progress,
    TaskAnnotations,
    TaskId,
    Usage,
)
from scaler_lab.core.state_machine import STATUS, Resolution, Status, TaskState

_HELD_BACK: Final = "waits: "


class TaskRecord(msgspec.Struct, gc=False):
    """The mutable facts about one task; guarded by the board's lock.

    The struct is not tracked by the garbage collector (``gc=False``), because there may be a
    million of them, and they refer to nothing that could refer back.  Times are seconds of
    `time.monotonic`.
    """

    task_id: TaskId
    name: str
    submitted_at: float
    annotations: TaskAnnotations = NO_ANNOTATIONS
    state: TaskState = TaskState.QUEUED
    sent: bool = False  # whether the engine has it; a cancel must not arrive before its task
    number: int = 0
    version: int = 0  # of its last change; 0 while the board does not have it
    worker: str = ""
    error: str = ""
    detail: str = ""
    cancel_requested_by: str = ""
    force_requested: bool = False
    started_at: float | None = None
    ended_at: float | None = None
    cancel_requested_at: float | None = None
    cancel_seconds: float | None = None  # from the request to the answer
    resolution: Resolution | None = None
    progress: Progress | None = None
    output_bytes: int = 0  # written so far; the text itself is kept elsewhere
    usage: Usage | None = None
    attempt: int = 1
    sent_as: TaskId = TaskId("")  # its id at the engine, from the second attempt on
    client_id: str = ""  # on an engine's board, which has tasks of several clients
    client: str = ""  # that client's name for people; empty unless clients share the engine

    def hold_back(self, reason: str) -> bool:
        """Set why a queued task is not started; return whether that is news.

        An empty *reason* means that it is no longer so.  A detail about something else stays.
        """
        detail = f"{_HELD_BACK}{plain_text(reason)}" if reason else ""
        if self.state is not TaskState.QUEUED or self.detail == detail:
            return False
        if self.detail and not self.detail.startswith(_HELD_BACK):
            return False
        self.detail = detail
        return True

    def clear_held_back(self) -> None:
        """Remove what `hold_back` has set: the task starts or ends."""
        if self.detail.startswith(_HELD_BACK):
            self.detail = ""


class TaskInfo(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What a view may know about one task: a copy that is safe to keep and to send.

    It is also the row that the feed sends.  Times are seconds since the epoch.  All of them come
    from one monotonic clock, so differences between them are right even if the machine's clock was
    changed in between.  The fields from *tags* on are those of `TaskAnnotations` with the same
    names.  *client* is the name of the client that submitted the task, if clients can share its
    engine.
    """

    task_id: TaskId
    number: int
    name: str
    status: Status
    version: int
    submitted_at: float
    group_name: str = ""
    worker: str = ""
    started_at: float | None = None
    ended_at: float | None = None
    cancel_requested_at: float | None = None
    cancel_requested_by: str = ""
    cancel_resolution: Resolution | None = None
    cancel_seconds: float | None = None
    error: str = ""
    detail: str = ""
    progress: Progress | None = None
    output_bytes: int = 0
    attempt: int = 1
    client: str = ""
    tags: tuple[str, ...] = ()
    cell: str = ""


_annotations_shown: Callable[[TaskAnnotations], tuple[Any, ...]] = operator.attrgetter(
    *TaskInfo.__struct_fields__[TaskInfo.__struct_fields__.index("tags") :]
)


def info_of(record: TaskRecord, epoch: float) -> TaskInfo:
    """Return a copy of a record.  Under the lock of its board.

    Args:
        record: The record.
        epoch: Seconds to add to a time of `time.monotonic` to get a time since the epoch.
    """
    # Positional arguments: keyword arguments make this struct four times as expensive to
    # create, and a feed of many short tasks spends its time here.
    started_at, ended_at = record.started_at, record.ended_at
    cancel_requested_at = record.cancel_requested_at
    return TaskInfo(
        record.task_id,
        record.number,
        record.name,
        STATUS[record.state],
        record.version,
        record.submitted_at + epoch,
        record.annotations.group_name,
        record.worker,
        None if started_at is None else started_at + epoch,
        None if ended_at is None else ended_at + epoch,
        None if cancel_requested_at is None else cancel_requested_at + epoch,
        record.cancel_requested_by,
        record.resolution,
        record.cancel_seconds,
        record.error,
        record.detail,
        record.progress,
        record.output_bytes,
        record.attempt,
        record.client,
        *_annotations_shown(record.annotations),
    )


def profile_of(record: TaskRecord) -> ProfileResult:
    """Return the resources that a task used, as far as known.  Under the lock of its board."""
    started_at, ended_at, usage = record.started_at, record.ended_at, record.usage
    has_run = started_at is not None and ended_at is not None
    return ProfileResult(
        None if started_at is None else max(0.0, started_at - record.submitted_at),
        ended_at - started_at if has_run else None,  # type: ignore[operator]
        None if usage is None or usage.cpu_ns < 0 else usage.cpu_ns * 1e-9,
        None if usage is None else usage.peak_memory or None,
        None if usage is None or usage.bytes_in < 0 else usage.bytes_in,
        None if usage is None else usage.bytes_out,
        record.worker,
        record.attempt,
    )
