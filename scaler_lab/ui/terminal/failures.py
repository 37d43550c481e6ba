"""The failures that `live` prints at its end: each once, with the line that raised it.

✗ load[16]  ValueError: no such column
    Cell In[5], line 3, in load
      return table[column]
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from scaler_lab.core.board import Board
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.feed.board_source import BoardSource
from scaler_lab.ui.folded_traceback import last_frame
from scaler_lab.ui.formatting import STATUS_STYLES, icon_of
from scaler_lab.ui.sanitize import clean_line

_MARKERS = frozenset(" ^~")  # of the part of a line that raised the error

MAX_FAILURES = 20
"""The most failures that are printed: the last ones."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A task that failed."""

    info: TaskInfo
    last_frame: list[str]  # the lines of its traceback's last frame; empty if it isn't kept


def failures_of(futures: Iterable[ScalerFuture[Any]], board: Board) -> list[Failure]:
    """Return the failures of these futures.

    It unpickles their exceptions, so call it in a thread that may run code of the user.
    """
    found: list[Failure] = []
    for future in futures:
        info = board.info(future.task_id)
        if info is not None:
            found.append(Failure(info, _last_frame(board, info)))
    return found


def print_failures(found: Sequence[Failure], console: Console) -> None:
    """Print each of them in a few lines."""
    encoding = console.encoding
    icon = icon_of(Status.FAILED, ascii_only=not encoding.lower().startswith("utf"))
    for failure in found:
        line = Text.assemble(
            (f"{icon} ", STATUS_STYLES[Status.FAILED].style),
            (clean_line(failure.info.name, encoding), "bold"),
            f"  {clean_line(failure.info.error, encoding)}",
        )
        console.print(line, soft_wrap=True)
        for at in failure.last_frame:
            text = f"    {clean_line(at, encoding)}"
            if console.is_terminal and cell_len(text) > console.width and not set(at) - _MARKERS:
                continue  # they would point at nothing, because the line above is wrapped
            console.print(Text(text, "dim"), soft_wrap=True)


def _last_frame(board: Board, info: TaskInfo) -> list[str]:
    try:
        return last_frame(BoardSource(board).traceback(info.task_id))
    except Exception:  # unpickling runs code of the exception's class
        return []
