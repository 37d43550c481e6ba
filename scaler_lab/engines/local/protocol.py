"""The messages between a client's agent and the scheduler, and their codec.

A batch of messages travels as one frame of a Unix stream (`framing`): a msgpack envelope.
The stream keeps the order and loses nothing, so nothing is numbered, acknowledged or sent twice.
Payloads of tasks and results are opaque bytes in it (or the name of a blob); the scheduler never
unpickles.  Decoding is strict:
an unknown type, a missing field or a wrong size raises `msgspec.DecodeError`, which the receiver
counts and drops.
"""

from __future__ import annotations

import sys

import msgspec

from scaler_lab._version import __version__
from scaler_lab.core.encoding import lenient, strict
from scaler_lab.core.messages import NO_USAGE, GroupId, Progress, TaskId, Usage
from scaler_lab.core.state_machine import Resolution

PROTOCOL = 2
BATCH_BYTES = 1024 * 1024  # what a sender puts into one envelope, and then the last message
NAME_CHARACTERS = 1_000  # of a task's or a group's name; the rest is cut off
CANCEL_IDS = 16_384  # in one message


def python_version() -> str:
    """The part of the interpreter's version that pickles and byte code depend on: "3.11"."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


# -- down ----------------------------------------------------------------------------------------


class ClientHello(msgspec.Struct, array_like=True, tag="hello", frozen=True):
    """The first message of a client."""

    client: str
    protocol: int = PROTOCOL
    version: str = __version__
    python: str = msgspec.field(default_factory=python_version)
    pid: int = 0


class Paths(msgspec.Struct, array_like=True, tag="paths", frozen=True):
    """Where the client's modules are found, and its current folder, for all tasks after this."""

    sys_path: list[bytes]  # as the file system has them: not all are text
    folder: bytes = b""  # likewise; empty if it was removed


class Refresh(msgspec.Struct, array_like=True, tag="refresh", frozen=True):
    """Tasks after this message run in no worker that loaded a text older than a module's file."""


class Submit(msgspec.Struct, array_like=True, tag="t", frozen=True, gc=False):
    """One `Task`, packed.  *data* is the flattened call, or empty where *blob* names its file."""

    task_id: TaskId
    name: str
    data: bytes
    blob: str = ""
    group: GroupId | None = None
    group_name: str = ""
    submitted_at: float = 0.0
    cell: str = ""
    priority: int = 0
    tags: tuple[str, ...] = ()
    attempt: int = 1


class Waiting(msgspec.Struct, array_like=True, tag="w", frozen=True, gc=False):
    """A task to be submitted when what it waits for is there; until then it is for windows only."""

    task_id: TaskId
    name: str
    group: GroupId | None = None
    group_name: str = ""
    submitted_at: float = 0.0
    cell: str = ""
    tags: tuple[str, ...] = ()


class Dropped(msgspec.Struct, array_like=True, tag="dropped", frozen=True, gc=False):
    """`TaskDropped`: of a task that was told to be waiting."""

    task_id: TaskId
    error: str = ""
    detail: str = ""
    requested_by: str = ""


class Cancel(msgspec.Struct, array_like=True, tag="cancel", frozen=True):
    """`TaskCancel`."""

    task_ids: list[TaskId]
    group: GroupId | None = None
    force: bool = False
    overdue: bool = False


class Unshare(msgspec.Struct, array_like=True, tag="unshare", frozen=True):
    """The client removed a shared value's file: idle workers are to let go of their mappings."""


class Goodbye(msgspec.Struct, array_like=True, tag="farewell", frozen=True):
    """The client ends: stop what it has left, and, where it owns the engine, the engine too."""


Down = ClientHello | Paths | Refresh | Submit | Waiting | Dropped | Cancel | Unshare | Goodbye


# -- up ------------------------------------------------------------------------------------------


class ClientWelcome(msgspec.Struct, array_like=True, tag="welcome", frozen=True):
    """The scheduler knows the client."""

    n_workers: int


class Refusal(msgspec.Struct, array_like=True, tag="refusal", frozen=True):
    """The scheduler won't have the client; nothing more will come."""

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


class Died(msgspec.Struct, array_like=True, tag="died", frozen=True, gc=False):
    """`TaskResult` of a task whose worker died, or that no worker could be started for."""

    task_id: TaskId
    worker: int
    message: str
    pid: int | None = None
    exit_code: int | None = None
    started_ns: int = 0
    ended_ns: int = 0
    usage: Usage | None = None


class Confirm(msgspec.Struct, array_like=True, tag="c", frozen=True, gc=False):
    """`TaskCancelConfirm`."""

    task_id: TaskId
    resolution: Resolution
    worker: int = 0
    ended_ns: int = 0
    detail: str = ""
    usage: Usage | None = None


class CancelRequested(msgspec.Struct, array_like=True, tag="asked", frozen=True, gc=False):
    """`TaskCancelRequested`."""

    task_id: TaskId
    source: str = ""


class RetryRequested(msgspec.Struct, array_like=True, tag="retry", frozen=True, gc=False):
    """`TaskRetryRequested`."""

    task_id: TaskId
    source: str = ""


class Progressed(msgspec.Struct, array_like=True, tag="p", frozen=True, gc=False):
    """`TaskProgress`."""

    task_id: TaskId
    progress: Progress


class Output(msgspec.Struct, array_like=True, tag="o", frozen=True, gc=False):
    """`TaskOutput`."""

    task_id: TaskId
    at: int
    data: bytes


class Closing(msgspec.Struct, array_like=True, tag="closing", frozen=True):
    """The engine ends on purpose; *reason* for people."""

    reason: str


Up = (
    ClientWelcome
    | Refusal
    | Started
    | Result
    | Died
    | Confirm
    | CancelRequested
    | RetryRequested
    | Progressed
    | Output
    | Closing
)


# -- envelopes -----------------------------------------------------------------------------------


class DownEnvelope(msgspec.Struct, array_like=True, frozen=True):
    """What a client sends to the engine *engine*; another engine drops it."""

    engine: str
    messages: list[Down]


class UpEnvelope(msgspec.Struct, array_like=True, frozen=True):
    """What the scheduler of *engine* sends to one client."""

    engine: str
    messages: list[Up]


def weigh(message: Down | Up) -> int:
    """About how many bytes *message* takes; at least as many as it really does.

    A sender that counts too few makes a frame over `MAX_FRAME_BYTES`, for which the receiver cuts
    the connection.
    """
    if type(message) is Submit:
        # A character is at most four bytes, and what isn't counted here at most 170.
        size = 170 + len(message.data) + 4 * (len(message.name) + len(message.group_name))
        return size + sum(5 + 4 * len(tag) for tag in message.tags) if message.tags else size
    if type(message) is Result:
        return 200 + len(message.data) + 4 * len(message.error)
    if type(message) is Output:
        return 100 + len(message.data)
    if type(message) is Progressed:
        return 150 + 4 * len(message.progress.note)
    if type(message) is Cancel:
        return 100 + 40 * len(message.task_ids)
    if type(message) is Died:
        return 170 + 4 * len(message.message)
    if type(message) is Confirm:
        return 170 + 4 * len(message.detail)
    if type(message) is Waiting:
        size = 150 + 4 * (len(message.name) + len(message.group_name) + len(message.cell))
        return size + sum(5 + 4 * len(tag) for tag in message.tags)
    if type(message) is Dropped:
        words = len(message.error) + len(message.detail) + len(message.requested_by)
        return 100 + 4 * words
    if type(message) is Paths:
        return 100 + len(message.folder) + sum(10 + len(path) for path in message.sys_path)
    return 300


encode = lenient(msgspec.msgpack.Encoder().encode)
decode_down = strict(msgspec.msgpack.Decoder(DownEnvelope).decode)
decode_up = strict(msgspec.msgpack.Decoder(UpEnvelope).decode)
