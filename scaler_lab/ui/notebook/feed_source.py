"""What a table shows: a board, all of it or the tasks of one group."""

from __future__ import annotations

import os
import secrets
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

from scaler_lab.client.client import Client
from scaler_lab.client.watch import Watched
from scaler_lab.core.board import Board, TaskInfo
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.messages import ProfileResult, Task, TaskId
from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_group import TaskGroup
from scaler_lab.engines.base import Reach
from scaler_lab.feed import commands, messages

_ENGINE_ID = secrets.token_hex(8)


@dataclass(frozen=True)
class BoardSource:
    """The source of a table's feed.

    Attributes:
        board: The board that keeps the tasks.
        label: The name of the table.
        can_stop_running: Whether the engine can stop tasks that run.
        reports_starts: Whether the engine reports that a task has started.
        numbers: The numbers of the tasks to show; None shows all tasks.
    """

    board: Board
    label: str
    can_stop_running: bool = True
    reports_starts: bool = True
    numbers: Container[int] | None = None

    @classmethod
    def of(cls, target: Client | Watched | Board | TaskGroup[Any]) -> BoardSource:
        """Return the source of the table that displays *target*."""
        if isinstance(target, Client | Watched):
            engine = target.engine
            return cls(
                target.board,
                engine.label,
                engine.reach is not Reach.QUEUED_ONLY,
                engine.reports_starts,
            )
        if isinstance(target, Board):
            return cls(target, "all tasks")
        numbers = frozenset(future.record.number for future in target.members)
        return cls(target.manager.board, target.name, numbers=numbers)

    @property
    def is_over(self) -> bool:
        """Whether the board is closed and can't change any more."""
        return self.board.is_closed

    def shows(self, info: TaskInfo) -> bool:
        """Whether the table shows a task."""
        return self.numbers is None or info.number in self.numbers

    def tasks(self) -> list[TaskInfo]:
        """Return the current state of the shown tasks, oldest first."""
        return [info for info in self.board.snapshot().tasks if self.shows(info)]

    def open_ids(self) -> list[TaskId]:
        """Return the ids of the shown tasks that are not done, oldest first."""
        task_ids = self.board.open_ids()
        if self.numbers is None:
            return task_ids
        found = map(self.board.info, task_ids)
        return [info.task_id for info in found if info is not None and self.shows(info)]

    def is_queued(self, task_id: TaskId) -> bool:
        """Whether a task has not started and no cancel was requested."""
        info = self.board.info(task_id)
        return info is not None and info.status in (Status.QUEUED, Status.WAITING)

    # -- used by the feed --------------------------------------------------------------------------

    def welcome(self) -> messages.Welcome:
        return messages.Welcome(
            protocol=messages.PROTOCOL,
            engine_id=_ENGINE_ID,
            label=self.label,
            pid=os.getpid(),
            can_stop_running=self.can_stop_running,
            reports_starts=self.reports_starts,
        )

    def workers(self) -> list[messages.WorkerRow]:
        return []  # only the engine's own views list them; a row names its worker

    def cancel(self, task_ids: Sequence[TaskId], *, force: bool, source: str) -> int:
        return commands.cancel(self.board, task_ids, force=force, source=source)

    def retry(self, task_ids: Sequence[TaskId], *, source: str) -> None:
        del source  # a new task's row doesn't show who requested it
        commands.retry(self.board, task_ids)

    def traceback(self, task_id: TaskId) -> str:
        return commands.traceback_of(self.board, task_id)

    def output(self, task_id: TaskId, limit: int) -> tuple[str, int]:
        return commands.output_of(self.board, task_id, limit)

    # -- beyond the feed ---------------------------------------------------------------------------

    def profile(self, task_id: TaskId) -> ProfileResult | None:
        """Return a task's CPU time, memory and bytes; None if its future no longer exists."""
        return commands.profile_of(self.board, task_id)

    def future(self, task_id: TaskId) -> ScalerFuture[Any] | None:
        """Return a task's future; None if nothing holds it any more."""
        return commands.find(self.board, task_id)

    def call(self, task_id: TaskId) -> Task | None:
        """Return a task's function and arguments; None if they are no longer kept."""
        future = self.future(task_id)
        return None if future is None else future.call
