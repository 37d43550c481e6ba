"""What the desk and an engine say to each other.  Commands go down, events come up.

=====================  =====  ========================================================
message                       says
=====================  =====  ========================================================
`Task`                 down   run this
`TaskCancel`           down   stop these (or this whole group)
`TaskStarted`          up     it runs, on that worker, since then
`TaskResult`           up     it ended: a value, an exception, or its worker died
`TaskCancelConfirm`    up     it was stopped, and how: only sent once that is true
`TaskCancelRefused`    up     it can't be stopped while it runs; an answer comes at its end
`TaskCancelRequested`  up     somebody else (another window of the engine) asked to stop it
`TaskRetryRequested`   up     somebody else asked to run the same call again, as a new task
`TaskProgress`         up     it says how far it is
`TaskOutput`           up     it wrote something to its standard output or error
`EngineGone`           up     nothing more will come; every open task is lost
=====================  =====  ========================================================

The names are OpenGRIS Scaler's where it has one.  Times are seconds of `time.monotonic`, which
all processes of one machine share; an engine elsewhere leaves them None.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, NewType, Protocol

import msgspec

from scaler_lab.core.state_machine import Resolution

TaskId = NewType("TaskId", str)
"""32 lower-case hexadecimal digits, unique among all clients."""

GroupId = NewType("GroupId", str)
"""32 lower-case hexadecimal digits, unique among all clients."""


REQUESTED_BY_LIMIT = "its time limit"
"""Who asked to stop a task that ran for too long, for the board."""


OUT_OF_RESOURCES = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM})
"""Of an OSError that says nothing of the file: the same may work later."""


class Payload(Protocol):
    """A value that was sent and not yet opened.

    Opening may run code of the value's classes (unpickling), so it happens in the thread that
    wants the value and never in the one that delivers events.
    """

    def load(self) -> Any:
        """The value, or the exception the task raised.

        Raises whatever rebuilding it raises.  After an OSError of `OUT_OF_RESOURCES` it can be
        opened again.
        """
        ...


class InMemoryPayload:
    """A parcel whose value is already here (engines inside the process)."""

    __slots__ = ("_value",)

    def __init__(self, value: Any) -> None:
        self._value = value

    def load(self) -> Any:
        return self._value


class PackedCall(Protocol):
    """A call as it was when it was submitted, as bytes."""

    @property
    def is_borrowed(self) -> bool:
        """Whether it holds memory of the caller's, who may change that later."""
        ...

    def owned(self) -> PackedCall:
        """The same call, holding copies of what it borrowed."""
        ...

    def load(self) -> Any:
        """Its flags and segments, for the engine that sends it."""
        ...

    def with_results(self, results: Sequence[Any]) -> PackedCall:
        """The call of a task that waited, with what it waited for.

        Raises `ResultUnserializable` if one of *results* can't be pickled.
        """
        ...


class Task(msgspec.Struct, frozen=True, gc=False):
    """Run ``function(*args, **kwargs)`` and tell its `TaskResult`."""

    task_id: TaskId
    name: str
    function: Callable[..., Any]
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = {}
    group: GroupId | None = None  # atomic: a cancel of the group is a cancel of each member
    group_name: str = ""
    priority: int = 0  # higher first among one client's queued; only where the engine says PRIORITY
    tags: tuple[str, ...] = ()
    attempt: int = 1  # each attempt has an id of its own
    cell: str = ""  # the id of the notebook's cell that submitted it
    packed: PackedCall | None = None  # the call; always there if the engine `takes_bytes`

    def keep(self, packed: PackedCall) -> None:
        """Have the call in another form: for the engine it was given to."""
        msgspec.structs.force_setattr(self, "packed", packed)


class TaskCancel(msgspec.Struct, frozen=True):
    """Stop these tasks: one message for any number of them.

    With *group* set it means every member of that atomic group, and *task_ids* lists those the
    sender knows of.  *force* skips the interrupt and kills at once.  *overdue*: a time limit asks,
    not a person; for engines with windows of their own, where such a task is shown as failed.
    """

    task_ids: tuple[TaskId, ...]
    group: GroupId | None = None
    force: bool = False
    overdue: bool = False


class ResultKind(StrEnum):
    """Which way a task ended by itself."""

    SUCCESS = "success"
    FAILED = "failed"  # it raised
    WORKER_DIED = "worker died"  # its worker ended under it


class Progress(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """How far a task says it is: *done* of *total*, which is None where it can't know."""

    done: int | float
    total: int | float | None = None
    note: str = ""

    @property
    def fraction(self) -> float | None:
        """From 0 to 1; None where the total isn't known."""
        if not self.total or self.total < 0:
            return None
        return min(1.0, max(0.0, self.done / self.total))


class Usage(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What a task took, as its worker measured it, or as its worker's end has told."""

    cpu_ns: int = 0  # of all its worker's threads, not of child processes; -1: not known
    peak_memory: int = 0  # bytes; 0 where it wasn't measured
    bytes_in: int = 0  # its call, pickled; -1: not known
    bytes_out: int = 0  # its result or exception, pickled


NO_USAGE = Usage()


class ProfileResult(msgspec.Struct, frozen=True, gc=False):
    """What one task took.  None is for what is not known (yet, or on this engine).

    *queue_seconds* go from submit to start, *run_seconds* from start to end, with the unpickling
    of the call and the pickling of the result.  *cpu_seconds* are of all threads of its worker
    while it ran; child processes don't count.  *peak_memory* is the most that the worker process
    had resident while the task ran, in bytes: with the interpreter, its modules and what earlier
    tasks left.  It is known for tasks of a millisecond and more.  *bytes_in* and *bytes_out* are
    the sizes of the call and of its result, pickled.
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
    """A task that an engine was told to expect ended in its client, and won't be submitted."""

    task_id: TaskId
    error: str = ""  # one line, where it failed; else it was cancelled
    detail: str = ""
    requested_by: str = ""


class TaskStarted(msgspec.Struct, frozen=True, gc=False):
    task_id: TaskId
    worker: str = ""
    at: float | None = None


class TaskResult(msgspec.Struct, frozen=True, gc=False):
    """The task ended by itself.  *payload* opens to its value, or to the exception it raised."""

    task_id: TaskId
    kind: ResultKind
    payload: Payload
    worker: str = ""
    started_at: float | None = None
    ended_at: float | None = None
    error: str = ""  # one line for people, where it failed: "ValueError: no such column"
    usage: Usage | None = None


class TaskCancelConfirm(msgspec.Struct, frozen=True, gc=False):
    """The task was stopped.  Never sent before its code has really stopped running."""

    task_id: TaskId
    resolution: Resolution
    worker: str = ""
    detail: str = ""  # for people: "SIGKILL after 0.5 s; 2 child processes too"
    ended_at: float | None = None
    usage: Usage | None = None


class TaskCancelRefused(msgspec.Struct, frozen=True, gc=False):
    """The engine can't stop it while it runs; *reason* is shown in its row until it ends."""

    task_id: TaskId
    reason: str = ""


class TaskCancelRequested(msgspec.Struct, frozen=True, gc=False):
    """Another window of the same engine asked to stop it; *source* names the window."""

    task_id: TaskId
    source: str = ""


class TaskRetryRequested(msgspec.Struct, frozen=True, gc=False):
    """A window of the engine asked to run a done task's call again; *source* names the window."""

    task_id: TaskId
    source: str = ""


class TaskProgress(msgspec.Struct, frozen=True, gc=False):
    """How far a running task is; at most ten a second of one task, the last one always."""

    task_id: TaskId
    progress: Progress


class TaskOutput(msgspec.Struct, frozen=True, gc=False):
    """What a running task wrote, from its byte *at* on; what is missing in between was dropped.

    All that is to be told of a task comes before its verdict.
    """

    task_id: TaskId
    at: int
    data: bytes


class EngineGone(msgspec.Struct, frozen=True, gc=False):
    """Nothing more will come from the engine; *reason* says what happened and what to do."""

    reason: str


Event = (
    TaskStarted
    | TaskResult
    | TaskCancelConfirm
    | TaskCancelRefused
    | TaskCancelRequested
    | TaskRetryRequested
    | TaskProgress
    | TaskOutput
    | EngineGone
)
