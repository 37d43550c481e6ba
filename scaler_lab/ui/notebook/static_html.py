"""The table as plain HTML, for saved notebooks, nbconvert and other pages without a live table.

It contains no script, style sheet or link, and every text of a task is sanitized and escaped.  It
shows the time of its data, because it may be read much later.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from html import escape
from itertools import chain, islice

from scaler_lab.core.board import TaskInfo
from scaler_lab.core.state_machine import Status
from scaler_lab.ui.formatting import STATUS_STYLES, milliseconds, span
from scaler_lab.ui.sanitize import clean_line

MAX_ROWS = 100
MAX_TEXT_LENGTH = 200

_ORDER = (
    Status.CANCELLING,
    Status.RUNNING,
    Status.FAILED,
    Status.QUEUED,
    Status.WAITING,
    Status.CANCELLED,
    Status.SUCCEEDED,
)
_HEADS = ("state", "#", "task", "worker", "time", "what happened")
_CELL = "text-align:left;padding:1px 10px;white-space:nowrap"
_RIGHT = "text-align:right;padding:1px 10px;white-space:nowrap"
_WRAPPED = "text-align:left;padding:1px 10px;overflow-wrap:anywhere"


def as_html(label: str, tasks: Sequence[TaskInfo], now: float, *, note: str = "") -> str:
    """Return an HTML table.

    Args:
        label: The text above the table.
        tasks: The tasks; at most `MAX_ROWS` are shown.
        now: The time of *tasks*, in seconds since the epoch.
        note: A text below the table.
    """
    taken = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(now))
    bins = _by_status(tasks)
    parts = [
        '<div style="font-size:0.92em">',
        f"<p><strong>{_text(label)}</strong>&ensp;{_text(_in_words(bins))}</p>",
    ]
    if tasks:
        heads = "".join(f'<th style="{_CELL}">{head}</th>' for head in _HEADS)
        parts.append(f"<table><thead><tr>{heads}</tr></thead><tbody>")
        shown = list(islice(chain.from_iterable(bins.values()), MAX_ROWS))
        parts.extend(_row(info, now) for info in shown)
        parts.append("</tbody></table>")
        if len(tasks) > len(shown):
            parts.append(f"<p>… and {len(tasks) - len(shown):,} more</p>")
    text = f"As of {taken}. {note}".strip()
    parts.append(f'<p style="opacity:0.75">{_text(text)}</p></div>')
    return "".join(parts)


def as_text(label: str, tasks: Sequence[TaskInfo]) -> str:
    """Return one line: the label, and how many tasks have each status."""
    return clean_line(f"{label}: {_in_words(_by_status(tasks))}")


def _by_status(tasks: Sequence[TaskInfo]) -> dict[Status, list[TaskInfo]]:
    bins: dict[Status, list[TaskInfo]] = {status: [] for status in _ORDER}
    for info in tasks:
        bins[info.status].append(info)
    return bins


def _in_words(bins: dict[Status, list[TaskInfo]]) -> str:
    """Format the counts: ``12 tasks: 1 failed, 11 succeeded``."""
    total = sum(map(len, bins.values()))
    if not total:
        return "no tasks yet"
    kinds = ", ".join(f"{len(some):,} {status.value}" for status, some in bins.items() if some)
    return f"{total:,} task{'s' * (total != 1)}: {kinds}"


def _row(info: TaskInfo, now: float) -> str:
    status = info.status.value
    ran = ""
    if info.started_at is not None:
        ran = span((info.ended_at or now) - info.started_at)
    cells = (
        (_CELL, f"{STATUS_STYLES[info.status].icon} {status}"),
        (_RIGHT, str(info.number)),
        (_WRAPPED, _text(info.name)),
        (_CELL, _text(info.worker)),
        (_RIGHT, ran),
        (_WRAPPED, _text(_happened(info))),
    )
    return "<tr>" + "".join(f'<td style="{style}">{text}</td>' for style, text in cells) + "</tr>"


def _happened(info: TaskInfo) -> str:
    if info.status is Status.FAILED:
        return info.error
    if info.status is Status.CANCELLING:
        return info.detail or "asked to stop; no answer yet"
    if info.status in (Status.QUEUED, Status.WAITING):
        return info.detail
    if info.cancel_resolution is None:
        return ""
    text = info.cancel_resolution.value
    if info.cancel_seconds is not None:
        text += f", {milliseconds(info.cancel_seconds)} after the ask"
    by = f" by {info.cancel_requested_by}" if info.cancel_requested_by else ""
    return text + by + (f": {info.detail}" if info.detail else "")


def _text(text: str) -> str:
    if len(text) > MAX_TEXT_LENGTH:
        text = text[: MAX_TEXT_LENGTH - 1] + "…"
    return escaped(clean_line(text))


def escaped(text: str) -> str:
    """Return *text* as HTML that shows exactly this text.

    Notebooks search the page's text for formulas, with entities resolved: between two "$", or after
    a backslash.  They search one text node at a time, so each of these characters gets a node of
    its own.
    """
    return _FORMULA.sub(r"<span>\g<0></span>", escape(text, quote=True))


_FORMULA = re.compile(r"[$\\]")
