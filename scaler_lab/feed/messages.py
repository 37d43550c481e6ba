"""The feed: the one message set between a board and the windows that show it.

Every window speaks it: the terminal and the Jupyter server over a local socket, the notebook's
table over the kernel's messages.

======================  =================  =====================================================
from the window         from the host
======================  =================  =====================================================
`Hello`                 `Welcome`          who is who, in which version
`Resync`                `Snapshot` …       everything, in parts
`Ack`                   `Changes`          what is new since a version; the next is sent only
                                           after the window has seen this one
`CancelRequest`         `Response`         how many are or will end cancelled
`RetryRequest`          `Response`         how many calls were asked to be submitted again
`DetailsRequest`        `Details`          what one task's row doesn't show
`Bye`                   `Closed`           the other one goes
======================  =================  =====================================================

One rule covers reloads, late joiners, slow readers and lost messages: `Changes` says since which
version it counts; a window that has another one sends `Resync`.
"""

from __future__ import annotations

import msgspec

from scaler_lab.core.board import TaskInfo
from scaler_lab.core.encoding import lenient, strict
from scaler_lab.core.messages import ProfileResult, TaskId

PROTOCOL = 1
OUTPUT_BYTES = 32 * 1024  # of a task's output in its details, unless a window asks for more
MAX_FRAME_BYTES = 128 * 1024 * 1024  # what a window takes; it asks in far smaller ones


class WorkerRow(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One worker."""

    name: str
    pid: int
    state: str  # "starting", "ready", "busy", "spare", "being killed"
    task_id: TaskId | None = None
    tasks_done: int = 0


# -- from the window -----------------------------------------------------------------------------


class Hello(msgspec.Struct, array_like=True, tag="hello", frozen=True):
    """The first message.  *view* says who asks, for the board: "terminal", "notebook"."""

    view: str
    protocol: int = PROTOCOL


class Resync(msgspec.Struct, array_like=True, tag="resync", frozen=True):
    """Send a snapshot."""


class Ack(msgspec.Struct, array_like=True, tag="ack", frozen=True):
    """The window shows *version* now; it is ready for the next changes."""

    version: int


class CancelRequest(msgspec.Struct, array_like=True, tag="cancel", frozen=True):
    """Stop these tasks; `Response` comes with the same *request*.

    With *everything* all that is open when this arrives, which the window need not have seen yet;
    then *task_ids* are not looked at.
    """

    request: int
    task_ids: list[TaskId]
    force: bool = False
    only_queued: bool = False  # leave alone what has begun by the time this arrives
    everything: bool = False


class RetryRequest(msgspec.Struct, array_like=True, tag="retry", frozen=True):
    """Submit the calls of these again, as new tasks; only failed and cancelled ones can be.

    Their program does it, if it still holds their futures; `Response` says how many it was asked
    for.
    """

    request: int
    task_ids: list[TaskId]


class DetailsRequest(msgspec.Struct, array_like=True, tag="details", frozen=True):
    """Tell more of one task, and the last *output_bytes* of what it wrote.

    `Details` comes with the same *request*.
    """

    request: int
    task_id: TaskId
    output_bytes: int = OUTPUT_BYTES


class Bye(msgspec.Struct, array_like=True, tag="bye", frozen=True):
    """The window closes."""


FromView = Hello | Resync | Ack | CancelRequest | RetryRequest | DetailsRequest | Bye


# -- from the host -------------------------------------------------------------------------------


class Welcome(msgspec.Struct, array_like=True, tag="welcome", frozen=True):
    """What this feed is of."""

    protocol: int
    engine_id: str  # unique for each start of an engine or client
    label: str
    pid: int
    n_workers: int = 0
    can_stop_running: bool = True
    reports_starts: bool = True
    program: str = ""  # the script or notebook that started it; empty where it runs on its own


class Snapshot(msgspec.Struct, array_like=True, tag="snapshot", frozen=True):
    """Part *part* of *parts* of all tasks, oldest first, at *version* or a little newer.

    A row that is newer comes again with the changes since *version*; *counts* are of this moment.
    """

    version: int
    part: int
    parts: int
    rows: list[TaskInfo]
    counts: dict[str, int]
    workers: list[WorkerRow] = []


class Changes(msgspec.Struct, array_like=True, tag="changes", frozen=True):
    """The tasks changed after version *since*, as they are at *version*."""

    since: int
    version: int
    rows: list[TaskInfo]
    forgotten: list[TaskId]
    counts: dict[str, int]
    workers: list[WorkerRow] = []


class Response(msgspec.Struct, array_like=True, tag="response", frozen=True):
    """*accepted* of the tasks asked for will be cancelled, or retried; the others can't be.

    It comes before the rows it is about: those of *version*, or of a later one, know of the asking.
    """

    request: int
    accepted: int
    trouble: str = ""
    version: int = 0


class Details(msgspec.Struct, array_like=True, tag="details-of", frozen=True):
    """What one task's row doesn't show; row None where the task is unknown."""

    request: int
    task_id: TaskId
    row: TaskInfo | None
    traceback: str = ""
    output: str = ""  # the end of what it wrote; bytes that are no text as \\xff
    output_before: int = 0  # bytes that it wrote before that: dropped, or not asked for
    profile: ProfileResult | None = None


HELLO_EXPECTED = "say hello first"


class Closed(msgspec.Struct, array_like=True, tag="closed", frozen=True):
    """Nothing more will come, for *reason*.

    Where that is `HELLO_EXPECTED`, another hello mends it.
    """

    reason: str


FromPublisher = Welcome | Snapshot | Changes | Response | Details | Closed


encode = lenient(msgspec.msgpack.Encoder().encode)
decode_from_view = strict(msgspec.msgpack.Decoder(FromView).decode)
decode_from_publisher = strict(msgspec.msgpack.Decoder(FromPublisher).decode)
