"""What `rich.print` shows of a board, a client, a future, a group.

Reached through their ``__rich__`` methods, which find this module by `scaler_lab._views`.
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
    """The board as it is now."""
    return BoardView(BoardFollower(board).frame())


def of_client(client: Client | Watched) -> BoardView:
    """The client's board, under the name of its engine."""
    return BoardView(BoardFollower(client.board).frame(), title=client.engine.label)


def of_future(future: ScalerFuture[Any], board: Board) -> FutureRenderable:
    """One line: its state, number, name, worker, time, and what *board* says happened."""
    return FutureRenderable(future, board)


def of_group(group: TaskGroup[Any]) -> GroupRenderable:
    """One line: its name, and how many members have each status."""
    return GroupRenderable(group)


@dataclass(frozen=True, slots=True)
class FutureRenderable:
    """One future, as it is when it is rendered."""

    future: ScalerFuture[Any]
    board: Board

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        del console
        encoding, ascii_only = options.encoding, options.ascii_only
        info = self.board.info(self.future.task_id)
        if info is None:  # the board has forgotten it; the future has not
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
    """One group, as it is when it is rendered."""

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
