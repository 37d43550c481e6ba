"""What a view shows: a board, all of it or the tasks of one group, or one task."""

from __future__ import annotations

from typing import Any

from scaler_lab.client.client import Client
from scaler_lab.client.watch import Watched
from scaler_lab.core.board import Board
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.task_group import TaskGroup
from scaler_lab.feed.board_source import BoardSource


def source_of(target: Client | Watched | Board | TaskGroup[Any] | ScalerFuture[Any]) -> BoardSource:
    """Return the source of the view that displays *target*."""
    if isinstance(target, Client | Watched):
        return BoardSource(target.board, target.engine)
    if isinstance(target, Board):
        return BoardSource(target)
    members = [target] if isinstance(target, ScalerFuture) else target.members
    records = tuple(future.record for future in members)
    numbers = frozenset(record.number for record in records)
    board = target.manager.board
    return BoardSource(board, name=target.name, numbers=numbers, records=records)
