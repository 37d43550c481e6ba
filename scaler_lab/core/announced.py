"""`AnnouncedTasks`: tasks that wait for others, which an engine shows and has not got yet.

It was told that they wait (`TaskWaiting`), so it must be told where one ends without being sent.
"""

from __future__ import annotations

from collections.abc import Iterable

from scaler_lab.core.board import TaskRecord
from scaler_lab.core.messages import TaskDropped, TaskId


class AnnouncedTasks:
    """One manager's; called under the board's lock."""

    def __init__(self) -> None:
        self.dropped: list[TaskDropped] = []
        """Those that ended so: the engine is to be told."""
        self._task_ids: set[TaskId] = set()

    def add(self, records: Iterable[TaskRecord]) -> None:
        """The engine was told that these wait."""
        for record in records:
            self._task_ids.add(record.task_id)
            if record.state.is_done:  # meanwhile
                self.note_verdict(record)

    def note_sent(self, records: Iterable[TaskRecord]) -> None:
        """The engine has these tasks now."""
        if self._task_ids:
            self._task_ids.difference_update(record.task_id for record in records)

    def note_verdict(self, record: TaskRecord) -> None:
        """It is done, without the engine where it was expected still."""
        if self._task_ids and record.task_id in self._task_ids:
            self._task_ids.remove(record.task_id)
            self.dropped.append(
                TaskDropped(record.task_id, record.error, record.detail, record.cancel_requested_by)
            )

    def take_dropped(self) -> list[TaskDropped]:
        """And tell the engine, once the lock is released."""
        dropped, self.dropped = self.dropped, []
        return dropped
