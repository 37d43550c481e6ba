"""The tasks as plain HTML, for saved notebooks, nbconvert and other pages without a live table.

    fit on local engine   2,000 tasks: 2 failed, 1,998 succeeded
    load  ████████████████████   100/100              3.1 s
    fit   ███████████████████▚  1,900/1,900  ✗ 2 failed  1m30s
    ▸ ✗ fit[16]  ValueError: no such column          (opens the traceback)
    Slowest: fit[3] 12 s, fit[7] 11 s, ...
    ▸ All tasks                                      (opens a table of at most `MAX_ROWS`)

It contains no script, style sheet or link, and every text of a task is sanitized and escaped.  It
shows the time of its data, because it may be read much later.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nlargest
from html import escape
from itertools import chain, islice

from scaler_lab.core.messages import TaskId
from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.ui.folded_traceback import folded_traceback
from scaler_lab.ui.formatting import STATUS_STYLES, milliseconds, span
from scaler_lab.ui.sanitize import clean_line

MAX_ROWS = 100
MAX_GROUPS = 20
MAX_FAILURES = 10
MAX_TRACEBACK_LENGTH = 10_000
N_IN_LINE = 5
BAR_CELLS = 20
MAX_TEXT_LENGTH = 200

ORDER = (
    Status.CANCELLING,
    Status.RUNNING,
    Status.FAILED,
    Status.QUEUED,
    Status.WAITING,
    Status.RETRYING,
    Status.CANCELLED,
    Status.SUCCEEDED,
)
_HEADS = ("state", "#", "task", "worker", "time", "what happened")
_TABLE = '<table style="margin-left:0">'
_CELL = "text-align:left;padding:1px 10px;white-space:nowrap"
_RIGHT = "text-align:right;padding:1px 10px;white-space:nowrap"
_WRAPPED = "text-align:left;padding:1px 10px;overflow-wrap:anywhere"


def as_html(
    label: str,
    tasks: Sequence[TaskInfo],
    now: float,
    *,
    note: str = "",
    tracebacks: Mapping[TaskId, str] | None = None,
) -> str:
    """Return the HTML.

    Args:
        label: The text above the tasks.
        tasks: The tasks, oldest first.
        now: The time of *tasks*, in seconds since the epoch.
        note: A text below the tasks.
        tracebacks: The tracebacks of failed tasks, as far as they are known.
    """
    taken = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(now))
    bins = _by_status(tasks)
    parts = [
        '<div style="font-size:0.92em">',
        f"<p><strong>{_text(label)}</strong>&ensp;{_text(_in_words(bins))}</p>",
        *_groups(tasks, now),
        *_failures(bins[Status.FAILED], tracebacks or {}),
        *_line("Running", [*bins[Status.CANCELLING], *bins[Status.RUNNING]], now),
        *_line("Slowest", _slowest(tasks), now),
        *_all_rows(bins, len(tasks), now),
    ]
    text = f"As of {taken}. {note}".strip()
    parts.append(f'<p style="opacity:0.75">{_text(text)}</p></div>')
    return "".join(parts)


def failed_ids(tasks: Sequence[TaskInfo]) -> list[TaskId]:
    """Return the ids of the failed tasks whose tracebacks `as_html` can show."""
    failed = (info.task_id for info in tasks if info.status is Status.FAILED)
    return list(islice(failed, MAX_FAILURES))


def _groups(tasks: Sequence[TaskInfo], now: float) -> Iterator[str]:
    """Yield a table with a line for each group, and one for the tasks without a group."""
    groups: dict[str, list[TaskInfo]] = {}
    for info in tasks:
        groups.setdefault(info.group_name, []).append(info)
    if not groups:
        return
    others = groups.pop("", None)
    if others is not None:
        groups["other tasks" if groups else ""] = others
    yield _TABLE + "<tbody>"
    for name, members in islice(groups.items(), MAX_GROUPS):
        bins = _by_status(members)
        done = sum(len(some) for status, some in bins.items() if status.is_done)
        cells = (
            (_WRAPPED, _text(name)),
            (_CELL, f"<code>{_bar(bins, len(members))}</code>"),
            (_RIGHT, f"{done:,}/{len(members):,}"),
            (_CELL, ", ".join(_troubles(bins))),
            (_RIGHT, _took(members, now)),
        )
        yield _cells(cells)
    yield "</tbody></table>"
    if len(groups) > MAX_GROUPS:
        yield f"<p>… and {len(groups) - MAX_GROUPS:,} more groups</p>"


def _bar(bins: Mapping[Status, Sequence[TaskInfo]], total: int) -> str:
    """Return a bar of text, which needs no style: some sites remove styles."""
    order = list(STATUS_STYLES)
    filled = [round(len(bins[status]) * BAR_CELLS / total) for status in order]
    bar = "".join(STATUS_STYLES[status].bar * n for status, n in zip(order, filled, strict=True))
    return (bar + STATUS_STYLES[Status.QUEUED].bar * BAR_CELLS)[:BAR_CELLS]


def _troubles(bins: Mapping[Status, Sequence[TaskInfo]]) -> Iterator[str]:
    for status in (Status.FAILED, Status.CANCELLED):
        if bins[status]:
            yield f"{STATUS_STYLES[status].icon} {len(bins[status]):,} {status.value}"


def _took(tasks: Sequence[TaskInfo], now: float) -> str:
    started = [info.started_at for info in tasks if info.started_at is not None]
    if not started:
        return ""
    is_done = all(info.status.is_done for info in tasks)
    end = max((info.ended_at or 0.0 for info in tasks), default=now) if is_done else now
    return span(end - min(started))


def _failures(failed: Sequence[TaskInfo], tracebacks: Mapping[TaskId, str]) -> Iterator[str]:
    for info in failed[:MAX_FAILURES]:
        icon = STATUS_STYLES[Status.FAILED].icon
        head = f"{icon} <strong>{_text(info.name)}</strong>&ensp;{_text(info.error)}"
        traceback = folded_traceback(tracebacks.get(info.task_id, ""))
        if not traceback:
            yield f"<p>{head}</p>"
            continue
        if len(traceback) > MAX_TRACEBACK_LENGTH:
            traceback = "…" + traceback[-MAX_TRACEBACK_LENGTH:]
        lines = "\n".join(escaped(clean_line(line)) for line in traceback.split("\n"))
        yield f"<details><summary>{head}</summary><pre>{lines}</pre></details>"
    if len(failed) > MAX_FAILURES:
        yield f"<p>… and {len(failed) - MAX_FAILURES:,} more failed</p>"


def _slowest(tasks: Sequence[TaskInfo]) -> list[TaskInfo]:
    """Return the tasks that took longest, if there are enough to choose from."""
    ended = [info for info in tasks if info.started_at is not None and info.ended_at is not None]
    if len(ended) <= N_IN_LINE:
        return []
    return nlargest(N_IN_LINE, ended, key=lambda info: _seconds(info, 0.0))


def _line(title: str, tasks: Sequence[TaskInfo], now: float) -> Iterator[str]:
    if not tasks:
        return
    named = [f"{_text(info.name)} {span(_seconds(info, now))}" for info in tasks[:N_IN_LINE]]
    more = len(tasks) - len(named)
    yield f"<p>{title}: {', '.join(named)}{f' … and {more:,} more' if more else ''}</p>"


def _all_rows(bins: Mapping[Status, Sequence[TaskInfo]], total: int, now: float) -> Iterator[str]:
    if not total:
        return
    heads = "".join(f'<th style="{_CELL}">{head}</th>' for head in _HEADS)
    yield f"<details><summary>All tasks</summary>{_TABLE}<thead><tr>{heads}</tr></thead><tbody>"
    shown = list(islice(chain.from_iterable(bins.values()), MAX_ROWS))
    for info in shown:
        yield _row(info, now)
    yield "</tbody></table>"
    if total > len(shown):
        yield f"<p>… and {total - len(shown):,} more</p>"
    yield "</details>"


def as_text(label: str, tasks: Sequence[TaskInfo]) -> str:
    """Return one line: the label, and how many tasks have each status."""
    return clean_line(f"{label}: {_in_words(_by_status(tasks))}")


def _by_status(tasks: Sequence[TaskInfo]) -> dict[Status, list[TaskInfo]]:
    bins: dict[Status, list[TaskInfo]] = {status: [] for status in ORDER}
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
    return _cells(cells)


def _cells(cells: Iterable[tuple[str, str]]) -> str:
    return "<tr>" + "".join(f'<td style="{style}">{text}</td>' for style, text in cells) + "</tr>"


def _seconds(info: TaskInfo, now: float) -> float:
    return 0.0 if info.started_at is None else (info.ended_at or now) - info.started_at


def _happened(info: TaskInfo) -> str:
    if info.status is Status.FAILED:
        return info.error
    if info.status is Status.CANCELLING:
        return info.detail or "stop requested; no answer yet"
    if info.status.is_pending:
        return info.detail
    if info.cancel_resolution is None:
        return ""
    text = info.cancel_resolution.words
    if info.cancel_seconds is not None:
        text += f", {milliseconds(info.cancel_seconds)} after the request"
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
