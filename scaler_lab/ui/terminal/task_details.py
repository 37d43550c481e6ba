"""Everything known about one task, as lines: for ``scaler-lab show`` and the details of `top`.

#12  fit[3]   ✗ failed
ran          3.1 s in worker 2, from 14:03:12 to 14:03:15
submitted    14:03:12, 3 ms earlier, with group fit
error        ValueError: no such column
id           26b2f1…0c

Traceback (most recent call last):
  …

output       1,234 bytes
  …
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from rich import filesize
from rich.text import Text

from scaler_lab.core.live_usage import LiveUsage
from scaler_lab.core.messages import ProfileResult
from scaler_lab.core.stack import Stack, TaskStack
from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.ui.folded_traceback import folded_traceback
from scaler_lab.ui.formatting import (
    BAR_CELLS,
    STATUS_STYLES,
    icon_of,
    milliseconds,
    progress_text,
    span,
    usage_texts,
)
from scaler_lab.ui.sanitize import clean_line

_LABEL = 12


def task_details(
    row: TaskInfo,
    traceback: str = "",
    *,
    output: str = "",
    output_before: int = 0,
    profile: ProfileResult | None = None,
    stack: TaskStack | None = None,
    usage: LiveUsage | None = None,
    client: str = "",
    encoding: str = "utf-8",
    now: float | None = None,
) -> Iterator[Text]:
    """Yield the lines that describe a task.

    Args:
        row: The task's row.
        traceback: The text of its traceback.  The frames of libraries are folded.
        output: The last part of what the task printed.
        output_before: The number of bytes printed before *output*.
        profile: The CPU time, memory and bytes that it used.
        stack: Where it is, if it runs.
        usage: What it uses, if it runs.
        client: The client that submitted it, if that has a name and the row doesn't have it.
        encoding: The terminal's encoding.
        now: Seconds since the epoch; None is the current time.
    """
    now = time.time() if now is None else now

    def clean(text: str) -> str:
        return clean_line(text, encoding)

    ascii_only = not encoding.lower().startswith("utf")
    icon = icon_of(row.status, ascii_only=ascii_only)
    state = (f"{icon} {row.status.value}", STATUS_STYLES[row.status].style)
    yield Text.assemble((f"#{row.number}", "dim"), "  ", (clean(row.name), "bold"), "   ", state)
    for label, value in _fields(row, now, profile, ascii_only=ascii_only):
        style = "red" if label == "error" else ""
        yield Text.assemble((label.ljust(_LABEL), "dim"), " ", (clean(value), style))
    if usage is not None and (uses := ", ".join(filter(None, _uses(usage)))):
        yield Text.assemble(("uses".ljust(_LABEL), "dim"), " ", uses)
    if submitter := row.client or client:
        yield Text.assemble(("client".ljust(_LABEL), "dim"), " ", clean(submitter))
    if stack is not None:
        yield Text()
        does, _, frames = str(Stack.of(stack)).partition("\n")
        yield Text.assemble(("where it is".ljust(_LABEL), "dim"), " ", clean(does))
        for line in frames.splitlines():
            yield Text(clean(line.expandtabs()))
    if traceback:
        yield Text()
        for line in folded_traceback(traceback.rstrip()).splitlines():
            yield Text(clean(line.expandtabs()))
    if row.output_bytes:
        size = f" {row.output_bytes:,} bytes"
        if output_before:
            size += f", of which the first {output_before:,} are left out"
        yield Text()
        yield Text.assemble(("output".ljust(_LABEL), "dim"), (size, "dim"))
        for line in output.rstrip("\n").split("\n"):
            shown = line.rstrip("\r").rpartition("\r")[2]  # the last state of a redrawn line
            yield Text(clean(shown.expandtabs()))


def _fields(
    row: TaskInfo, now: float, profile: ProfileResult | None, *, ascii_only: bool
) -> Iterator[tuple[str, str]]:
    where = f" in {row.worker}" if row.worker else ""
    started, ended = row.started_at, row.ended_at
    if started is not None and ended is not None:
        times = f"from {_clock(started)} to {_clock(ended)}"
        yield "ran", f"{span(ended - started)}{where}, {times}"
    elif started is not None:
        yield "runs", f"for {span(now - started)}{where}, since {_clock(started)}"
    if row.progress is not None:
        yield "progress", progress_text(row.progress, bar=BAR_CELLS, ascii_only=ascii_only)
    if profile is not None and (took := _took(profile)):
        yield "took", took
    waited = "" if started is None else f", {span(started - row.submitted_at)} earlier"
    group = f", with group {row.group_name}" if row.group_name else ""
    yield "submitted", _clock(row.submitted_at) + waited + group
    if row.cancel_requested_at is not None:
        by = f" by {row.cancel_requested_by}" if row.cancel_requested_by else ""
        yield "cancel", _clock(row.cancel_requested_at) + by
        if row.status is Status.CANCELLED:
            how = row.cancel_resolution.words if row.cancel_resolution else "cancelled"
            took = "" if row.cancel_seconds is None else f", {milliseconds(row.cancel_seconds)}"
            yield "settled", f"{how}{took}{' after the request' if took else ''}"
        elif not row.status.is_done:
            yield "settled", f"not yet, {span(now - row.cancel_requested_at)} after the request"
    if row.attempt > 1:
        yield "attempt", str(row.attempt)
    if row.tags:
        yield "tags", ", ".join(row.tags)
    if row.error:
        yield "error", row.error
    if row.detail:
        yield "detail", row.detail
    yield "id", row.task_id


def _uses(usage: LiveUsage) -> Iterator[str]:
    cpu, memory = usage_texts(usage)
    yield f"{cpu} of a core" if cpu else ""
    yield f"{memory} of memory" if memory else ""
    if usage.children:
        yield f"{usage.children} child process{'es' if usage.children > 1 else ''}"


def _took(profile: ProfileResult) -> str:
    parts: list[str] = []
    if profile.cpu_seconds is not None:
        parts.append(f"{span(profile.cpu_seconds)} of CPU")
    if profile.peak_memory is not None:
        parts.append(f"{filesize.decimal(profile.peak_memory)} of memory")
    if profile.bytes_in is not None and profile.bytes_out is not None:
        sizes = filesize.decimal(profile.bytes_in), filesize.decimal(profile.bytes_out)
        parts.append(f"{sizes[0]} in, {sizes[1]} out")
    return ", ".join(parts)


def _clock(seconds: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(seconds))
