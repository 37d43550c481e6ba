"""Encodes feed messages for a browser page: JSON in one binary buffer, deflated.

The messages are the arrays of `scaler_lab.feed.messages` with one difference: rows are sent as
columns, with their numbers and versions as differences and their times rounded to milliseconds.
10,000 rows that each changed take 90 kB this way, and 1.7 MB as a list of rows.  A binary buffer is
used because Jupyter would encode JSON content in Python, and for 100,000 rows that holds the GIL
for a second.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, pairwise
from typing import Any, get_type_hints

import msgspec

from scaler_lab.core.encoding import lenient
from scaler_lab.core.live_usage import LiveUsage
from scaler_lab.core.messages import Progress, TaskId
from scaler_lab.core.stack import TaskStack, stack_summary
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.feed import messages as feed_messages
from scaler_lab.serialization.source_lines import label_of
from scaler_lab.ui.notebook.arguments import (
    ArgumentsRequest,
    ArgumentsResponse,
    GlimpsesRequest,
    GlimpsesResponse,
)
from scaler_lab.ui.notebook.flames import FlameRequest, FlameResponse, FlameStop
from scaler_lab.ui.notebook.static_view import StaticRequest, StaticResponse

MAX_BYTES = 64 * 1024
MAX_FORGOTTEN = 5_000  # ids in one message
MAX_TEXT_LENGTH = 500  # characters of a name or an error in a row
DEFLATED_FROM_BYTES = 600
_BIG_BYTES = 4 * MAX_BYTES  # level 6 takes three times as long to save a fifth

_encode = lenient(msgspec.json.Encoder().encode)

Packed = tuple[dict[str, Any], list[bytes]]
"""The content and the buffers of a Jupyter custom message."""


FromPage = (
    feed_messages.FromView
    | ArgumentsRequest
    | GlimpsesRequest
    | StaticRequest
    | FlameRequest
    | FlameStop
)
ToPage = (
    feed_messages.FromPublisher
    | ArgumentsResponse
    | GlimpsesResponse
    | StaticResponse
    | FlameResponse
)


def from_page(values: Iterable[object]) -> list[FromPage]:
    """Convert a page's decoded JSON values to messages.

    Raises:
        msgspec.ValidationError: A value is not a valid message.
    """
    return [msgspec.convert(value, FromPage) for value in values]


def to_page(messages: Iterable[ToPage], now: float) -> Packed:
    """Encode *messages* as one custom message.

    Args:
        messages: The messages to send, in order.
        now: The board's clock, in seconds since the epoch.
    """
    body = _encode([plain(message) for message in messages])
    coding = "plain"
    if len(body) >= DEFLATED_FROM_BYTES:
        coding, body = "deflate", zlib.compress(body, 1 if len(body) > _BIG_BYTES else 6)
    return {"scaler_lab": feed_messages.PROTOCOL, "now": round(now, 3), "coding": coding}, [body]


def plain(message: ToPage) -> list[Any]:
    """Return *message* as JSON's own types."""
    if isinstance(message, feed_messages.Snapshot):
        return [
            *("snapshot", message.version, message.part, message.parts),
            *(columns(message.rows), message.counts, []),
        ]
    if isinstance(message, feed_messages.Changes):
        return [
            *("changes", message.since, message.version),
            *(columns(message.rows), message.forgotten, message.counts, []),
        ]
    if isinstance(message, feed_messages.Details):
        return [
            *("details-of", message.request, message.task_id, None, message.traceback),
            *(message.output, message.output_before, msgspec.to_builtins(message.profile)),
            None if message.stack is None else stack_for_page(message.stack),
        ]
    if isinstance(message, feed_messages.UsageReport):
        return ["usage", {i: _usage_for_page(usage) for i, usage in message.usage.items()}]
    built: list[Any] = msgspec.to_builtins(message)
    return built


def _usage_for_page(usage: LiveUsage) -> list[Any]:
    cpu = usage.cpu_percent
    return [None if cpu is None else round(cpu, 1), usage.memory, usage.children]


def stack_for_page(stack: TaskStack) -> list[Any]:
    """Return where a task is: its state, how that was read, the problem, and its threads.

    Of each frame: the file, or the name of the notebook's cell if this process is its kernel; the
    line; the function; and the text of the line if this process can read it.
    """
    threads = [
        [
            [label_of(f.filename) or f.filename, f.lineno, f.name, f.line or ""]
            for f in stack_summary(frames)
        ]
        for frames in stack.threads
    ]
    return [stack.state, stack.taken, stack.problem, threads]


def columns(rows: Sequence[TaskInfo]) -> list[list[Any]]:
    """Return the rows as columns: one list for each field.

    Numbers and versions are encoded as differences, times are rounded to milliseconds, and long
    texts are cut.
    """
    if not rows:
        return []
    return [encode_column([getattr(row, name) for row in rows]) for name, encode_column in _COLUMNS]


def pieces(changes: feed_messages.Changes, now: float) -> list[Packed]:
    """Encode *changes* as several messages of at most `MAX_BYTES` each.

    Each message leads to a version of its own.  Rows are ordered by the version they changed at.
    So the first part of the rows brings a view from `since` to the version of that part's last row.
    """
    packed: list[Packed] = []
    since = changes.since
    forgotten: list[TaskId] = changes.forgotten
    while len(forgotten) > MAX_FORGOTTEN:
        some, forgotten = forgotten[:MAX_FORGOTTEN], forgotten[MAX_FORGOTTEN:]
        packed.append(to_page([feed_messages.Changes(since, since, [], some, changes.counts)], now))
    rest: feed_messages.Changes | None = msgspec.structs.replace(
        changes, since=since, forgotten=forgotten
    )
    limit = len(changes.rows)
    while rest is not None:
        head, tail = cut(rest, limit, changes.counts)
        one = to_page([head], now)
        n_bytes = len(one[1][0])
        if n_bytes > MAX_BYTES and len(head.rows) > 1:
            limit = len(head.rows) // (n_bytes // MAX_BYTES + 2)
            continue
        packed.append(one)
        rest = tail
    return packed


def cut(
    changes: feed_messages.Changes, limit: int, counts: dict[str, int]
) -> tuple[feed_messages.Changes, feed_messages.Changes | None]:
    """Split *changes* after its first *limit* rows (at least one).

    Returns:
        The first part, with *counts*, and the rest, or None if no rows are left.
    """
    limit = max(1, limit)
    rows = changes.rows[:limit]
    if len(rows) == len(changes.rows):
        return msgspec.structs.replace(changes, counts=counts), None
    version = rows[-1].version
    head = feed_messages.Changes(changes.since, version, rows, [], counts)
    tail = msgspec.structs.replace(changes, since=version, rows=changes.rows[limit:])
    return head, tail


def _differences(numbers: list[int]) -> list[int]:
    return [b - a for a, b in pairwise([0, *numbers])]


def undo_differences(differences: Iterable[int]) -> list[int]:
    """Return the original numbers.  The page does the same."""
    return list(accumulate(differences))


def _all_progress(of_rows: list[Progress | None]) -> list[list[Any] | None]:
    return [None if p is None else [p.done, p.total, _short(p.note)] for p in of_rows]


def _rounded(times: Iterable[float | None]) -> list[float | None]:
    # Three times as fast as round().
    return [None if time is None else int(time * 1000 + 0.5) / 1000 for time in times]


def _precise(seconds: Iterable[float | None]) -> list[float | None]:
    return [None if value is None else round(value, 5) for value in seconds]


def _all_short(texts: list[str]) -> list[str]:
    if max(map(len, texts)) <= MAX_TEXT_LENGTH:
        return texts
    return [_short(text) for text in texts]


def _short(text: str) -> str:
    return text if len(text) <= MAX_TEXT_LENGTH else text[: MAX_TEXT_LENGTH - 1] + "…"


def _all_tags(of_rows: list[tuple[str, ...]]) -> list[list[str]]:
    return [[_short(tag) for tag in tags] for tags in of_rows]


def _same(values: list[Any]) -> list[Any]:
    return values


COLUMNS_OF_DIFFERENCES = ("number", "version")

_Encoder = Callable[[list[Any]], list[Any]]

_ENCODERS: dict[Any, _Encoder] = {  # by the field's type
    str: _all_short,
    float: _rounded,
    float | None: _rounded,
    tuple[str, ...]: _all_tags,
    Progress | None: _all_progress,
}


def _columns_of_rows() -> list[tuple[str, _Encoder]]:
    hints = get_type_hints(TaskInfo)
    by_name: dict[str, _Encoder] = {"cancel_seconds": _precise}
    by_name |= dict.fromkeys(COLUMNS_OF_DIFFERENCES, _differences)
    return [
        (name, by_name.get(name) or _ENCODERS.get(hints[name], _same))
        for name in TaskInfo.__struct_fields__
    ]


_COLUMNS = _columns_of_rows()
