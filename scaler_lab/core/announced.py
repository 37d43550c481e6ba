"""`AnnouncedTasks`: waiting tasks that the engine's views show, and that it doesn't have yet.

The engine was informed that they wait (`Engine.expect`).  So if one of them ends without being
submitted, the engine must learn that too.
"""

from __future__ import annotations

from collections.abc import Iterable

from scaler_lab.core.board import TaskRecord
from scaler_lab.core.messages import TaskDropped, TaskId


class AnnouncedTasks:
    """The announced tasks of one manager.  Called under the board's lock."""

    def __init__(self) -> None:
        self.dropped: list[TaskDropped] = []
        """The tasks that ended without being submitted; the engine is to be informed."""
        self._task_ids: set[TaskId] = set()

    def add(self, records: Iterable[TaskRecord]) -> None:
        """Record tasks that were announced to the engine."""
        for record in records:
            self._task_ids.add(record.task_id)
            if record.state.is_done:  # it ended meanwhile
                self.note_verdict(record)

    def note_sent(self, records: Iterable[TaskRecord]) -> None:
        """Record that the engine has these tasks now."""
        if self._task_ids:
            self._task_ids.difference_update(record.task_id for record in records)

    def note_verdict(self, record: TaskRecord) -> None:
        """Record that a task is done.  If it is still announced, it counts as dropped."""
        if self._task_ids and record.task_id in self._task_ids:
            self._task_ids.remove(record.task_id)
            self.dropped.append(
                TaskDropped(record.task_id, record.error, record.detail, record.cancel_requested_by)
            )

    def take_dropped(self) -> list[TaskDropped]:
        """Return the dropped tasks and forget them.  Send them once the lock is released."""
        dropped, self.dropped = self.dropped, []
        return dropped
