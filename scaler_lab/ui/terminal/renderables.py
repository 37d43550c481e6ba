"""What `rich.print` shows of a board, a client, a future or a task group.

The ``__rich__`` methods of those classes import this module on first use, by name.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from scaler_lab.client.client import Client
from scaler_lab.client.watch import Watched
from scaler_lab.core.board import Board
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.task_group import TaskGroup
from scaler_lab.ui.formatting import STATUS_STYLES, icon_of, span
from scaler_lab.ui.sanitize import clean_line
from scaler_lab.ui.terminal.board_follower import BoardFollower
from scaler_lab.ui.terminal.board_view import BoardView, what_happened


def of_board(board: Board) -> BoardView:
    """Return a renderable of the board's current state."""
    return BoardView(BoardFollower(board).frame())


def of_client(client: Client | Watched) -> BoardView:
    """Return a renderable of the client's board, titled with the name of its engine."""
    return BoardView(BoardFollower(client.board).frame(), title=client.engine.title)


def of_future(future: ScalerFuture[Any], board: Board) -> FutureRenderable:
    """Return a one-line renderable of a future.

    It shows the future's state, number, name, worker and time, and what happened according to
    *board*.
    """
    return FutureRenderable(future, board)


def of_group(group: TaskGroup[Any]) -> GroupRenderable:
    """Return a one-line renderable of a group: its name, and how many members have each status."""
    return GroupRenderable(group)


@dataclass(frozen=True, slots=True)
class FutureRenderable:
    """One future in its state at the time of rendering."""

    future: ScalerFuture[Any]
    board: Board

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        del console
        encoding, ascii_only = options.encoding, options.ascii_only
        info = self.board.info(self.future.task_id)
        if info is None:  # the board has dropped this task; the future remains
            yield Text(clean_line(repr(self.future), encoding))
            return
        now = time.monotonic() + self.board.epoch
        line = Text()
        icon = icon_of(info.status, ascii_only=ascii_only)
        line.append(f"{icon} {info.status.value}", STATUS_STYLES[info.status].style)
        line.append(f"  #{info.number}  ").append(clean_line(info.name, encoding), "bold")
        if info.worker:
            line.append(f"  {clean_line(info.worker, encoding)}", "dim")
        if info.started_at is not None:
            line.append(f"  {span((info.ended_at or now) - info.started_at)}")
        if happened := what_happened(info, now, at_length=True, ascii_only=ascii_only):
            line.append(f"  {clean_line(happened, encoding)}")
        yield line


@dataclass(frozen=True, slots=True)
class GroupRenderable:
    """One group in its state at the time of rendering."""

    group: TaskGroup[Any]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        del console
        line = Text()
        line.append(clean_line(self.group.name, options.encoding), "bold")
        if self.group.atomic:
            line.append(" (atomic)", "dim")
        for status, n in self.group.counts.items():
            if n:
                icon = icon_of(status, ascii_only=options.ascii_only)
                line.append("   ").append(
                    f"{icon} {n:,} {status.value}", STATUS_STYLES[status].style
                )
        if not len(self.group):
            line.append("   empty", "dim")
        yield line
