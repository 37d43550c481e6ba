"""The messages between a client and an engine.  Commands go down, events come up.

=====================  =====  ========================================================
message                       meaning
=====================  =====  ========================================================
`Task`                 down   run this call
`TaskCancel`           down   stop these tasks (or this whole group)
`TaskStarted`          up     the task runs, on that worker, since that time
`TaskResult`           up     the task ended: a value, an exception, or its worker died
`TaskCancelConfirm`    up     the task was stopped, and how; sent only once that is true
`TaskCancelRefused`    up     the task can't be stopped while it runs; its end is the answer
`TaskCancelRequested`  up     a user of another view of the engine requested a cancel
`TaskRetryRequested`   up     a user of another view requested the same call as a new task
`TaskHeldBack`         up     the task stays in the queue for now, and why
`TaskProgress`         up     how far the task is
`TaskOutput`           up     the task wrote to its standard output or error
`EngineGone`           up     nothing more will come; every open task is lost
=====================  =====  ========================================================

If OpenGRIS Scaler has a message of this kind, the name here is the same.  Times are seconds of
`time.monotonic`, which all processes of one machine share.  An engine on another machine leaves
them None.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Sequence
from enum import IntFlag, StrEnum
from typing import Any, NewType, Protocol

import msgspec

from scaler_lab.core.state_machine import Resolution

TaskId = NewType("TaskId", str)
"""32 lower-case hexadecimal digits, unique among all clients."""

GroupId = NewType("GroupId", str)
"""32 lower-case hexadecimal digits, unique among all clients."""


REQUESTED_BY_LIMIT = "its time limit"
"""Recorded as the source of the request when a time limit stops a task."""


OUT_OF_RESOURCES = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM})
"""Errors (errno) that are a shortage of resources, not a fault of the file: a retry may work."""


class Payload(Protocol):
    """A value as it was sent, not yet unpickled.

    Unpickling may run code of the value's classes.  So the thread that wants the value does it,
    never the thread that delivers events.
    """

    def load(self) -> Any:
        """Return the value, or the exception that the task raised.

        Raises:
            OSError: If its errno is one of `OUT_OF_RESOURCES`, the payload can be loaded again
                later.
            Exception: Whatever rebuilding the value raises.
        """
        ...


class InMemoryPayload:
    """A payload whose value is already in this process, for engines inside the process."""

    __slots__ = ("_value",)

    def __init__(self, value: Any) -> None:
        self._value = value

    def load(self) -> Any:
        return self._value


class PackedCall(Protocol):
    """A call as bytes, as it was when it was submitted."""

    @property
    def is_borrowed(self) -> bool:
        """Whether it refers to memory of the caller, which the caller may change later."""
        ...

    def owned(self) -> PackedCall:
        """Return the same call with copies of all borrowed memory."""
        ...

    def load(self) -> Any:
        """Return its flags and segments; the engine calls this to send it."""
        ...

    def with_results(self, results: Sequence[Any]) -> PackedCall:
        """Return the call with the results of the tasks it depends on in place.

        Raises:
            ResultUnserializable: One of *results* can't be pickled.
        """
        ...


class RetriedOn(IntFlag):
    """The ends of an attempt after which the client may submit another attempt of the task.

    An engine with views of its own shows such a task as retrying, not as failed, until the client
    submits the next attempt or reports with `TaskDropped` that there is none.
    """

    NOTHING = 0
    WORKER_DEATH = 1
    EXCEPTION = 2  # of some classes, which only the client knows
    TIME_LIMIT = 4


class TaskAnnotations(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What a client notes about a task besides its call.

    The task, its record on the board and the engine's own messages all refer to it.  So a new field
    reaches all of them without a change there.  Tasks that are submitted together share one object.

    Attributes:
        group: Set if the group is atomic: a cancel of the group cancels each member.
        group_name: The name of the group.
        priority: Among one client's queued tasks, those with a higher priority start first.  It
            needs an engine with the feature PRIORITY.
        tags: Words that views show with the task.
        force_cancel: Whether every cancel of the task kills its worker at once.
        cell: The id of the notebook cell that submitted the task.
        retried_on: After which ends of an attempt another one may follow.
        memory: How many bytes an attempt may add to the memory of its worker; 0 means any number.
            It needs an engine with the feature MEMORY_LIMITS.
    """

    group: GroupId | None = None
    group_name: str = ""
    priority: int = 0
    tags: tuple[str, ...] = ()
    force_cancel: bool = False
    cell: str = ""
    retried_on: RetriedOn = RetriedOn.NOTHING
    memory: int = 0


NO_ANNOTATIONS = TaskAnnotations()


class Task(msgspec.Struct, frozen=True, gc=False):
    """Command: run ``function(*args, **kwargs)`` and send back a `TaskResult`."""

    task_id: TaskId
    name: str
    function: Callable[..., Any]
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = {}
    annotations: TaskAnnotations = NO_ANNOTATIONS
    attempt: int = 1  # each attempt has its own id
    packed: PackedCall | None = None  # the call as bytes; always set if the engine `takes_bytes`
    first_id: TaskId = TaskId("")  # of a further attempt: the id of the first, which views show

    def keep(self, packed: PackedCall) -> None:
        """Replace the packed call with another form of it.

        For the engine that received the task.
        """
        msgspec.structs.force_setattr(self, "packed", packed)


def own_calls(tasks: Iterable[Task]) -> None:
    """Copy what packed calls refer to in the caller's memory, which the caller may change later."""
    for task in tasks:
        if task.packed is not None and task.packed.is_borrowed:
            task.keep(task.packed.owned())


class TaskCancel(msgspec.Struct, frozen=True):
    """Command: stop these tasks.  One message may name any number of them.

    Attributes:
        task_ids: The tasks to stop.
        group: If set, the command concerns every member of that atomic group; *task_ids* lists the
            members that the sender knows.
        force: Skip the interrupt and kill at once.
        overdue: A time limit stops the task, not a user.  An engine with views of its own shows
            such a task as failed.
    """

    task_ids: tuple[TaskId, ...]
    group: GroupId | None = None
    force: bool = False
    overdue: bool = False


class ResultKind(StrEnum):
    """How a task ended by itself."""

    SUCCESS = "success"
    FAILED = "failed"  # it raised an exception
    WORKER_DIED = "worker died"  # its worker process ended while it ran


class Progress(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """The progress that a task reported.

    Attributes:
        done: How much is done.
        total: How much there is to do; None if unknown.
        note: A short text from the task.
    """

    done: int | float
    total: int | float | None = None
    note: str = ""

    @property
    def fraction(self) -> float | None:
        """The progress from 0 to 1; None if the total isn't known."""
        if not self.total or self.total < 0:
            return None
        return min(1.0, max(0.0, self.done / self.total))


class Usage(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """The resources that a task used.

    Measured by its worker, or determined when the worker ended.
    """

    cpu_ns: int = 0  # of all threads of its worker, without child processes; -1: unknown
    peak_memory: int = 0  # bytes; 0 if it wasn't measured
    bytes_in: int = 0  # its pickled call; -1: unknown
    bytes_out: int = 0  # its pickled result or exception


NO_USAGE = Usage()


class ProfileResult(msgspec.Struct, frozen=True, gc=False):
    """The resources that one task used.  None means unknown (yet, or on this engine).

    Attributes:
        queue_seconds: Seconds from submission to start.
        run_seconds: Seconds from start to end, including the unpickling of the call and the
            pickling of the result.
        cpu_seconds: CPU time of all threads of its worker while the task ran, without child
            processes.
        peak_memory: The largest resident memory of the worker process while the task ran, in bytes.
            This includes the interpreter, its modules and what earlier tasks left.  Known for tasks
            of a millisecond and more.
        bytes_in: Size of the pickled call.
        bytes_out: Size of the pickled result.
        worker: The worker that ran the task.
        attempt: The number of the attempt that was measured, from 1.
    """

    queue_seconds: float | None = None
    run_seconds: float | None = None
    cpu_seconds: float | None = None
    peak_memory: int | None = None
    bytes_in: int | None = None
    bytes_out: int | None = None
    worker: str = ""
    attempt: int = 1


class TaskDropped(msgspec.Struct, frozen=True, gc=False):
    """Command: a task that the engine shows as waiting or retrying ended in its client.

    It won't be submitted (again).
    """

    task_id: TaskId
    error: str = ""  # one line if it failed; empty if it was cancelled
    detail: str = ""
    requested_by: str = ""
    cancel_requested: bool = False  # a user requested a cancel; else what it waits for ended


class TaskStarted(msgspec.Struct, frozen=True, gc=False):
    """Event: the task runs on *worker*, since the time *at*."""

    task_id: TaskId
    worker: str = ""
    at: float | None = None


class TaskResult(msgspec.Struct, frozen=True, gc=False):
    """Event: the task ended by itself.

    *payload* holds its value, or the exception that it raised.
    """

    task_id: TaskId
    kind: ResultKind
    payload: Payload
    worker: str = ""
    started_at: float | None = None
    ended_at: float | None = None
    error: str = ""  # one line to show if it failed: "ValueError: no such column"
    usage: Usage | None = None
    cancel_seconds: float | None = None  # see `TaskCancelConfirm`


class TaskCancelConfirm(msgspec.Struct, frozen=True, gc=False):
    """Event: the task was stopped.  Never sent before its code has really stopped running.

    *cancel_seconds* is the time from the request to the answer as the engine measured it.  If it is
    None, the client measures it.
    """

    task_id: TaskId
    resolution: Resolution
    worker: str = ""
    detail: str = ""  # text to show: "SIGKILL after 0.5 s; 2 child processes too"
    ended_at: float | None = None
    usage: Usage | None = None
    cancel_seconds: float | None = None


class TaskCancelRefused(msgspec.Struct, frozen=True, gc=False):
    """Event: the engine can't stop the task while it runs.

    Views show *reason* in the task's row until it ends.
    """

    task_id: TaskId
    reason: str = ""


class TaskCancelRequested(msgspec.Struct, frozen=True, gc=False):
    """Event: a user of another view of the engine requested a cancel.  *source* names the view."""

    task_id: TaskId
    source: str = ""


class TaskRetryRequested(msgspec.Struct, frozen=True, gc=False):
    """Event: a user of a view of the engine requested a retry of a done task.

    *source* names the view.
    """

    task_id: TaskId
    source: str = ""


class TaskHeldBack(msgspec.Struct, frozen=True, gc=False):
    """Event: a queued task is not started although a worker is free.

    *reason* states why, to be shown with the task; empty if that is no longer so.
    """

    task_id: TaskId
    reason: str


class TaskProgress(msgspec.Struct, frozen=True, gc=False):
    """Event: how far a running task is.

    An engine sends at most ten per second and task, and always the last one.
    """

    task_id: TaskId
    progress: Progress


class TaskOutput(msgspec.Struct, frozen=True, gc=False):
    """Event: what a running task wrote, from its byte *at* on.

    Bytes missing in between were dropped.

    All output of a task comes before its outcome.
    """

    task_id: TaskId
    at: int
    data: bytes


class EngineGone(msgspec.Struct, frozen=True, gc=False):
    """Event: nothing more will come from the engine.

    *reason* states what happened and what to do.
    """

    reason: str


Event = (
    TaskStarted
    | TaskResult
    | TaskCancelConfirm
    | TaskCancelRefused
    | TaskCancelRequested
    | TaskRetryRequested
    | TaskHeldBack
    | TaskProgress
    | TaskOutput
    | EngineGone
)
