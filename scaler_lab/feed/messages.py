"""The feed: the messages between a board and the views that show it.

Every view uses them: the terminal and the Jupyter server over a local socket, the notebook's table
over the kernel's messages.

======================  =================  =====================================================
from the view           from the publisher
======================  =================  =====================================================
`Hello`                 `Welcome`          who they are, and their versions
`Resync`                `Snapshot` …       everything, in parts
`Ack`                   `Changes`          what is new since a version; the next is sent only
                                           after the view has acknowledged this one
`CancelRequest`         `Response`         how many are cancelled or will be
`RetryRequest`          `Response`         how many tasks will be retried
`DetailsRequest`        `Details`          what one task's row doesn't show
`UsageRequest`          `UsageReport`      what running tasks use; no part of the board
`Bye`                   `Closed`           the sender closes
======================  =================  =====================================================

One rule covers reloads, late joiners, slow readers and lost messages: `Changes` names the version
that it starts from; a view that has another version sends `Resync`.
"""

from __future__ import annotations

import msgspec

from scaler_lab.core.encoding import lenient, strict
from scaler_lab.core.live_usage import LiveUsage
from scaler_lab.core.messages import ProfileResult, TaskId
from scaler_lab.core.stack import TaskStack
from scaler_lab.core.task_record import TaskInfo

PROTOCOL = 5
"""Raised when a message changes.

The forms of `Hello`, `Welcome` and `Closed` must stay readable for all versions, because they
report that the versions differ.
"""

OUTPUT_BYTES = 32 * 1024  # of a task's output in its details, unless the view requests more
# What a view accepts; its own frames are far smaller.
MAX_FRAME_BYTES = 128 * 1024 * 1024


class WorkerRow(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One worker, as views show it."""

    name: str
    pid: int
    state: str  # "starting", "ready", "busy", "spare", "being killed"
    task_id: TaskId | None = None
    tasks_done: int = 0


# -- from the view -------------------------------------------------------------------------------


class Hello(msgspec.Struct, array_like=True, tag="hello", frozen=True):
    """The first message.  *view* is the kind of view, as the board shows it: "terminal"."""

    view: str
    protocol: int = PROTOCOL


class Resync(msgspec.Struct, array_like=True, tag="resync", frozen=True):
    """Request a snapshot."""


class Ack(msgspec.Struct, array_like=True, tag="ack", frozen=True):
    """The view shows *version* now, and is ready for the next changes."""

    version: int


class CancelRequest(msgspec.Struct, array_like=True, tag="cancel", frozen=True):
    """Request a cancel of tasks; a `Response` comes with the same *request*.

    Attributes:
        request: A number that the view chooses.
        task_ids: The tasks; ignored with *everything*.
        force: Skip the interrupt and kill at once.
        only_queued: Skip tasks that have started by the time this arrives.
        everything: Cancel all tasks that are open when this arrives, also those that the view
            doesn't know yet.
    """

    request: int
    task_ids: list[TaskId]
    force: bool = False
    only_queued: bool = False  # skip tasks that have started by the time this arrives
    everything: bool = False


class RetryRequest(msgspec.Struct, array_like=True, tag="retry", frozen=True):
    """Submit the calls of these tasks again, as new tasks; only failed and cancelled ones can be.

    Their program does that, if it still holds their futures.  `Response.accepted` is the number of
    tasks that were passed on to it.
    """

    request: int
    task_ids: list[TaskId]


class DetailsRequest(msgspec.Struct, array_like=True, tag="details", frozen=True):
    """Request the details of one task, and the last *output_bytes* of its output.

    `Details` come with the same *request*.  With *at_once*, the engine looks only once where the
    task is, and doesn't find out whether C or Python code runs.
    """

    request: int
    task_id: TaskId
    output_bytes: int = OUTPUT_BYTES
    at_once: bool = False


class UsageRequest(msgspec.Struct, array_like=True, tag="uses", frozen=True):
    """Request what the running tasks use, at most once a second; a `UsageReport` comes."""


class Bye(msgspec.Struct, array_like=True, tag="bye", frozen=True):
    """The view closes."""


FromView = Hello | Resync | Ack | CancelRequest | RetryRequest | DetailsRequest | UsageRequest | Bye


# -- from the publisher --------------------------------------------------------------------------


class Welcome(msgspec.Struct, array_like=True, tag="welcome", frozen=True):
    """The answer to `Hello`: the engine or client that this feed belongs to."""

    protocol: int
    engine_id: str  # unique for each start of an engine or client
    label: str
    pid: int
    n_workers: int = 0
    can_stop_running: bool = True
    reports_starts: bool = True
    program: str = ""  # the script or notebook that started it; empty if it runs on its own
    reports_usage: bool = False  # `UsageRequest` is answered


class Snapshot(msgspec.Struct, array_like=True, tag="snapshot", frozen=True):
    """Part *part* of *parts* of all tasks, oldest first, at *version* or slightly newer.

    A row that is newer comes again with the changes since *version*.  *counts* are those of now.
    *is_behind*: the engine has not received all that its programs have sent so far.
    """

    version: int
    part: int
    parts: int
    rows: list[TaskInfo]
    counts: dict[str, int]
    workers: list[WorkerRow] = []
    is_behind: bool = False


class Changes(msgspec.Struct, array_like=True, tag="changes", frozen=True):
    """The tasks that changed after version *since*, as they are at *version*."""

    since: int
    version: int
    rows: list[TaskInfo]
    forgotten: list[TaskId]
    counts: dict[str, int]
    workers: list[WorkerRow] = []


class Response(msgspec.Struct, array_like=True, tag="response", frozen=True):
    """The answer to a cancel or retry request.

    *accepted* tasks will be cancelled or retried; the others can't be.

    It comes before the rows that it is about.  Rows of *version* or later reflect the request.
    """

    request: int
    accepted: int
    trouble: str = ""
    version: int = 0


class Details(msgspec.Struct, array_like=True, tag="details-of", frozen=True):
    """What one task's row doesn't show.  *row* is None if the task is unknown."""

    request: int
    task_id: TaskId
    row: TaskInfo | None
    traceback: str = ""
    output: str = ""  # the end of its output; bytes that aren't text as \\xff
    output_before: int = 0  # bytes of output before that: dropped, or not requested
    profile: ProfileResult | None = None
    stack: TaskStack | None = None  # where it is, if it runs


class UsageReport(msgspec.Struct, array_like=True, tag="usage", frozen=True):
    """What running tasks use now.  Tasks of several clients may come in several reports."""

    usage: dict[TaskId, LiveUsage]


HELLO_EXPECTED = "the first message must be a hello"


class Closed(msgspec.Struct, array_like=True, tag="ended", frozen=True):
    """Nothing more will come, because of *reason*.

    If that is `HELLO_EXPECTED`, another `Hello` resumes the feed.
    """

    reason: str


FromPublisher = Welcome | Snapshot | Changes | Response | Details | UsageReport | Closed


encode = lenient(msgspec.msgpack.Encoder().encode)
decode_from_view = strict(msgspec.msgpack.Decoder(FromView).decode)
decode_from_publisher = strict(msgspec.msgpack.Decoder(FromPublisher).decode)
