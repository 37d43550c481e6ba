"""The messages between a client's agent and the scheduler, and their codec.

A batch of messages is sent as one frame of a Unix stream (`framing`): a msgpack envelope.
The stream keeps the order and loses nothing, so messages are not numbered, acknowledged or sent
twice.  Payloads of tasks and results are opaque bytes (or the name of a blob); the scheduler never
unpickles them.

Decoding is strict: an unknown type, a missing field or a wrong size raises `msgspec.DecodeError`.
The receiver drops such a frame and counts it.
"""

from __future__ import annotations

import sys

import msgspec

from scaler_lab._version import __version__
from scaler_lab.core.encoding import lenient, strict
from scaler_lab.core.live_usage import LiveUsage
from scaler_lab.core.messages import (
    NO_ANNOTATIONS,
    NO_USAGE,
    GroupId,
    Progress,
    TaskAnnotations,
    TaskId,
    Usage,
)
from scaler_lab.core.stack import TaskStack
from scaler_lab.core.state_machine import Resolution

PROTOCOL = 5
BATCH_BYTES = 1024 * 1024  # a sender closes an envelope with the message that reaches this size
NAME_CHARACTERS = 1_000  # maximum of a task's or a group's name; the rest is cut off
CANCEL_IDS = 16_384  # maximum in one message


def python_version() -> str:
    """Return the part of Python's version that pickles and bytecode depend on, such as "3.11"."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


# -- from client to scheduler ----------------------------------------------------------------------


class ClientHello(msgspec.Struct, array_like=True, tag="hello", frozen=True):
    """The first message of a client."""

    client: str
    protocol: int = PROTOCOL
    version: str = __version__
    python: str = msgspec.field(default_factory=python_version)
    pid: int = 0
    name: str = ""  # its name in the views of an engine that clients share


class Paths(msgspec.Struct, array_like=True, tag="paths", frozen=True):
    """The client's `sys.path` and current folder, for all tasks submitted after this message."""

    sys_path: list[bytes]  # as the file system stores them: not all are valid text
    folder: bytes = b""  # likewise; empty if it was removed


class Refresh(msgspec.Struct, array_like=True, tag="refresh", frozen=True):
    """Tasks submitted after this message need workers whose loaded modules are up to date.

    A worker that loaded a module before its file was edited must not run them.
    """


class Submit(msgspec.Struct, array_like=True, tag="t", frozen=True, gc=False):
    """One `Task`, packed.  *data* is the flattened call, or empty if *blob* names its file."""

    task_id: TaskId
    name: str
    data: bytes
    blob: str = ""
    annotations: TaskAnnotations = NO_ANNOTATIONS
    submitted_at: float = 0.0
    attempt: int = 1
    first_id: TaskId = TaskId("")


class Waiting(msgspec.Struct, array_like=True, tag="w", frozen=True, gc=False):
    """A task that will be submitted once its dependencies are done; until then only for views."""

    task_id: TaskId
    name: str
    annotations: TaskAnnotations = NO_ANNOTATIONS
    submitted_at: float = 0.0


class Dropped(msgspec.Struct, array_like=True, tag="dropped", frozen=True, gc=False):
    """`TaskDropped`: a task that waits, or whose last attempt failed, won't be submitted."""

    task_id: TaskId
    error: str = ""
    detail: str = ""
    requested_by: str = ""
    cancel_requested: bool = False


class Cancel(msgspec.Struct, array_like=True, tag="cancel", frozen=True):
    """`TaskCancel`."""

    task_ids: list[TaskId]
    group: GroupId | None = None
    force: bool = False
    overdue: bool = False


class StackRequest(msgspec.Struct, array_like=True, tag="where", frozen=True):
    """Request where a task is; a `StackReply` comes with the same *number*.

    With *at_once*, the scheduler looks once: it doesn't find out whether C or Python code runs.
    """

    number: int
    task_id: TaskId
    at_once: bool = False


class UsageRequest(msgspec.Struct, array_like=True, tag="uses", frozen=True):
    """Request what the client's running tasks use; a `UsageReply` has the same *number*."""

    number: int


class Unshare(msgspec.Struct, array_like=True, tag="unshare", frozen=True):
    """The client removed a shared value's file: idle workers must release their mappings of it."""


class Goodbye(msgspec.Struct, array_like=True, tag="farewell", frozen=True):
    """The client ends: stop its remaining tasks and, if it owns the engine, the engine as well."""


Down = (
    ClientHello
    | Paths
    | Refresh
    | Submit
    | Waiting
    | Dropped
    | Cancel
    | StackRequest
    | UsageRequest
    | Unshare
    | Goodbye
)


# -- from scheduler to client ----------------------------------------------------------------------


class ClientWelcome(msgspec.Struct, array_like=True, tag="welcome", frozen=True):
    """The scheduler accepted the client."""

    n_workers: int


class Refusal(msgspec.Struct, array_like=True, tag="refusal", frozen=True):
    """The scheduler refused the client and won't send anything more."""

    reason: str


class Started(msgspec.Struct, array_like=True, tag="s", frozen=True, gc=False):
    """`TaskStarted`."""

    task_id: TaskId
    worker: int
    at_ns: int


class Result(msgspec.Struct, array_like=True, tag="r", frozen=True, gc=False):
    """`TaskResult` of a task that returned or raised."""

    task_id: TaskId
    failed: bool
    worker: int
    started_ns: int
    ended_ns: int
    data: bytes
    blob: str = ""
    error: str = ""
    usage: Usage = NO_USAGE
    cancel_seconds: float | None = None


class Died(msgspec.Struct, array_like=True, tag="died", frozen=True, gc=False):
    """`TaskResult` of a task whose worker died, or for which no worker could be started."""

    task_id: TaskId
    worker: int
    message: str
    pid: int | None = None
    exit_code: int | None = None
    started_ns: int = 0
    ended_ns: int = 0
    usage: Usage | None = None


class OverMemory(msgspec.Struct, array_like=True, tag="memory", frozen=True, gc=False):
    """`TaskResult` of a task that was killed because it exceeded its memory limit."""

    task_id: TaskId
    worker: int
    message: str
    limit: int
    memory: int  # what it had added, in bytes
    started_ns: int = 0
    ended_ns: int = 0
    usage: Usage = NO_USAGE


class Confirm(msgspec.Struct, array_like=True, tag="c", frozen=True, gc=False):
    """`TaskCancelConfirm`."""

    task_id: TaskId
    resolution: Resolution
    worker: int = 0
    ended_ns: int = 0
    detail: str = ""
    usage: Usage | None = None
    cancel_seconds: float | None = None


class CancelRequested(msgspec.Struct, array_like=True, tag="asked", frozen=True, gc=False):
    """`TaskCancelRequested`."""

    task_id: TaskId
    source: str = ""


class RetryRequested(msgspec.Struct, array_like=True, tag="retry", frozen=True, gc=False):
    """`TaskRetryRequested`."""

    task_id: TaskId
    source: str = ""


class HeldBack(msgspec.Struct, array_like=True, tag="held", frozen=True, gc=False):
    """`TaskHeldBack`."""

    task_id: TaskId
    reason: str


class Progressed(msgspec.Struct, array_like=True, tag="p", frozen=True, gc=False):
    """`TaskProgress`."""

    task_id: TaskId
    progress: Progress


class Output(msgspec.Struct, array_like=True, tag="o", frozen=True, gc=False):
    """`TaskOutput`."""

    task_id: TaskId
    at: int
    data: bytes


class StackReply(msgspec.Struct, array_like=True, tag="stack", frozen=True):
    """Where a task is: the answer to `StackRequest`."""

    number: int
    stack: TaskStack


class UsageReply(msgspec.Struct, array_like=True, tag="usage", frozen=True):
    """What the client's running tasks use: the answer to `UsageRequest`."""

    number: int
    usage: dict[TaskId, LiveUsage]


class Closing(msgspec.Struct, array_like=True, tag="closing", frozen=True):
    """The engine shuts down; *reason* is a message for people."""

    reason: str


Up = (
    ClientWelcome
    | Refusal
    | Started
    | Result
    | Died
    | OverMemory
    | Confirm
    | CancelRequested
    | RetryRequested
    | HeldBack
    | Progressed
    | Output
    | StackReply
    | UsageReply
    | Closing
)


# -- envelopes -----------------------------------------------------------------------------------


class DownEnvelope(msgspec.Struct, array_like=True, frozen=True):
    """A client's messages to the engine with the id *engine*; another engine drops them."""

    engine: str
    messages: list[Down]


class UpEnvelope(msgspec.Struct, array_like=True, frozen=True):
    """Messages from the scheduler of the engine with the id *engine* to one client."""

    engine: str
    messages: list[Up]


def weigh(message: Down | Up) -> int:
    """Return an upper estimate of the size of *message* in bytes.

    If the estimate were too low, a sender could make a frame larger than `MAX_FRAME_BYTES`, and
    the receiver would close the connection.
    """
    if type(message) is Submit:
        # A character takes at most four bytes; all fields not counted here take at most 210.
        size = 210 + len(message.data) + 4 * len(message.name)
        return size + _size_of(message.annotations)
    if type(message) is Result:
        return 210 + len(message.data) + 4 * len(message.error)
    if type(message) is Output:
        return 100 + len(message.data)
    if type(message) is Progressed:
        return 150 + 4 * len(message.progress.note)
    if type(message) is Cancel:
        return 100 + 40 * len(message.task_ids)
    if type(message) is Died or type(message) is OverMemory:
        return 170 + 4 * len(message.message)
    if type(message) is HeldBack:
        return 100 + 4 * len(message.reason)
    if type(message) is Confirm:
        return 180 + 4 * len(message.detail)
    if type(message) is Waiting:
        return 150 + 4 * len(message.name) + _size_of(message.annotations)
    if type(message) is Dropped:
        words = len(message.error) + len(message.detail) + len(message.requested_by)
        return 100 + 4 * words
    if type(message) is StackReply:
        return 500 + sum(
            30 + 4 * (len(frame.file) + len(frame.name))
            for frames in message.stack.threads
            for frame in frames
        )
    if type(message) is UsageReply:
        return 100 + 80 * len(message.usage)
    if type(message) is Paths:
        return 100 + len(message.folder) + sum(10 + len(path) for path in message.sys_path)
    return 300


def _size_of(annotations: TaskAnnotations) -> int:
    if annotations is NO_ANNOTATIONS:
        return 0
    texts = [value for value in msgspec.structs.astuple(annotations) if isinstance(value, str)]
    return sum(5 + 4 * len(text) for text in (*texts, *annotations.tags))


encode_strictly = msgspec.msgpack.Encoder().encode
"""As `encode`, but it raises an exception for text that can't be encoded."""
encode = lenient(encode_strictly)
decode_down = strict(msgspec.msgpack.Decoder(DownEnvelope).decode)
decode_up = strict(msgspec.msgpack.Decoder(UpEnvelope).decode)
