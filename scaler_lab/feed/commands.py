"""What a view can do with a board's tasks: cancel, retry, and read details.

The notebook's table and the feed of a client both use these functions.  They take task ids, because
a view has no futures.  The clients that write to the board carry the requests out.
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from typing import Any

from scaler_lab.core.board import Board
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.messages import ProfileResult, TaskId
from scaler_lab.errors import RemoteTraceback
from scaler_lab.serialization.source_lines import with_labels


def cancel(board: Board, task_ids: Sequence[TaskId], *, force: bool, source: str) -> int:
    """Request a cancel of tasks.  Return how many are cancelled or will be."""
    return sum(
        writer.request_cancel_by_id(task_ids, force=force, source=source)
        for writer in board.writers
    )


def retry(board: Board, task_ids: Sequence[TaskId]) -> None:
    """Submit calls again, if something still holds their futures."""
    for writer in board.writers:
        writer.retry_by_id(task_ids)


def find(board: Board, task_id: TaskId) -> ScalerFuture[Any] | None:
    """Return the task's future; None if nothing holds it any more."""
    for writer in board.writers:
        future = writer.find(task_id)
        if future is not None:
            return future
    return None


def traceback_of(board: Board, task_id: TaskId) -> str:
    """Return the traceback of the exception that a task raised; empty if there is none.

    This unpickles the exception, which may run code of its class and may take long.
    """
    future = find(board, task_id)
    if future is None or not future.done() or future.cancelled():
        return ""
    error = future.exception(0)
    if error is None:
        return ""
    if isinstance(error.__cause__, RemoteTraceback):
        return error.__cause__.text
    return with_labels("".join(traceback.format_exception(error)).rstrip("\n"))


def output_of(board: Board, task_id: TaskId, limit: int) -> tuple[str, int]:
    """Return the last *limit* bytes of a task's output, and the number of bytes before."""
    future = find(board, task_id)
    return ("", 0) if future is None else future.output_end(limit)


def profile_of(board: Board, task_id: TaskId) -> ProfileResult | None:
    """Return the resources that a task used; None if nothing holds its future."""
    future = find(board, task_id)
    return None if future is None else future.profile
