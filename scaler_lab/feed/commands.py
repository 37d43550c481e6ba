"""What a window asks of a board's tasks, answered by those who write on the board.

One path for the notebook's table and for the feed of a client (rule R9): by id, since a window
knows no futures.
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from typing import Any

from scaler_lab.core.board import Board
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.messages import ProfileResult, TaskId
from scaler_lab.errors import RemoteTraceback


def cancel(board: Board, task_ids: Sequence[TaskId], *, force: bool, source: str) -> int:
    """Ask to stop tasks; how many are or will end cancelled."""
    return sum(
        writer.request_cancel_by_id(task_ids, force=force, source=source)
        for writer in board.writers
    )


def retry(board: Board, task_ids: Sequence[TaskId]) -> None:
    """Have calls submitted again, where their futures are still held."""
    for writer in board.writers:
        writer.retry_by_id(task_ids)


def find(board: Board, task_id: TaskId) -> ScalerFuture[Any] | None:
    """The task's future, where somebody still holds it."""
    for writer in board.writers:
        future = writer.find(task_id)
        if future is not None:
            return future
    return None


def traceback_of(board: Board, task_id: TaskId) -> str:
    """The text of what a task raised; empty where there is none.

    Opens the exception, which may run code of its class: not for a thread in a hurry.
    """
    future = find(board, task_id)
    if future is None or not future.done() or future.cancelled():
        return ""
    error = future.exception(0)
    if error is None:
        return ""
    if isinstance(error.__cause__, RemoteTraceback):
        return error.__cause__.text
    return "".join(traceback.format_exception(error)).rstrip("\n")


def output_of(board: Board, task_id: TaskId, limit: int) -> tuple[str, int]:
    """The last *limit* bytes of what a task wrote, as text; how many bytes came before."""
    future = find(board, task_id)
    return ("", 0) if future is None else future.output_end(limit)


def profile_of(board: Board, task_id: TaskId) -> ProfileResult | None:
    """What a task took; None where nobody holds its future."""
    future = find(board, task_id)
    return None if future is None else future.profile
