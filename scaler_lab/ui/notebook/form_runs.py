"""The runs of a form: what its line and its rows show of each.

▸ running, 3.2 s   ▰▰▰▱▱▱  37%  37/100  epoch 3          the last run, while it goes on

✓ succeeded   depth=8, lr=0.05   4.1 s                   a row for each run, the last one first
✗ failed      depth=9, lr=0.05   0.3 s   ValueError: no such column
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from scaler_lab.core.board import Board
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.ui.formatting import STATUS_STYLES, milliseconds, progress_text, span, time_left
from scaler_lab.ui.notebook.static_html import escaped
from scaler_lab.ui.sanitize import clean_line

_CELL = "padding:1px 14px 1px 0;text-align:left;vertical-align:top"


@dataclass(frozen=True)
class FormRun:
    """One call that a form submitted.

    Attributes:
        future: Its future.
        arguments: Its arguments in a few words.
        submitted_at: When it was submitted, in seconds of `time.monotonic`.
    """

    future: ScalerFuture[Any]
    arguments: str
    submitted_at: float


def state_html(run: FormRun, board: Board) -> str:
    """Return the state of a run with its time and progress, as HTML."""
    info = board.info(run.future.task_id)
    status = run.future.status
    text = f"{STATUS_STYLES[status].icon} {status.value}"
    if info is None:
        return escaped(text)
    now = time.time()
    if took := _time_of(info, now):
        text += f", {took}"
    if info.cancel_resolution is not None:
        text += f", {info.cancel_resolution.words}"
        if info.cancel_seconds is not None:
            text += f", {milliseconds(info.cancel_seconds)} after the request"
    html = escaped(clean_line(text))
    if status is not Status.RUNNING or info.progress is None:
        return html
    share, words = info.progress.fraction, progress_text(info.progress)
    if share is not None:
        html += f'&ensp;<progress value="{share:.3f}" style="width:8em"></progress>'
        elapsed = now - (info.started_at or now)
        if 0.005 <= share < 1 and elapsed >= 0.5:
            words += f"  {time_left(elapsed * (1 - share) / share)}"
    return f"{html}&ensp;{escaped(clean_line(words))}"


def rows_html(runs: Iterable[FormRun], board: Board, *, has_arguments: bool = True) -> str:
    """Return a table with a row for each run, the last one first, as HTML."""
    rows = "".join(
        "<tr>" + "".join(f'<td style="{_CELL}">{cell}</td>' for cell in cells) + "</tr>"
        for cells in (_cells(run, board, has_arguments) for run in reversed(list(runs)))
    )
    return f'<table style="margin:4px 0;border:none;line-height:1.4">{rows}</table>' if rows else ""


def _cells(run: FormRun, board: Board, has_arguments: bool) -> Iterator[str]:
    info, status = board.info(run.future.task_id), run.future.status
    yield escaped(f"{STATUS_STYLES[status].icon} {status.value}")
    if has_arguments:
        yield f"<code>{escaped(clean_line(run.arguments))}</code>"
    yield "" if info is None else escaped(_time_of(info, time.time()))
    yield "" if info is None else escaped(clean_line(info.error))


def _time_of(info: TaskInfo, now: float) -> str:
    return "" if info.started_at is None else span((info.ended_at or now) - info.started_at)
