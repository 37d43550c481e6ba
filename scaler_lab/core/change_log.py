"""`ChangeLog`: which tasks of a board changed, in the order of their last changes.

Each change appends an entry and its version.  The entry is the task's record, or the id of a task
that was removed from the board.  An entry of a record is outdated once the record has a newer
version: nothing searches for it, readers skip it.  `compact` drops outdated entries once they are
most of the log.  So a change costs the same however many tasks there are, and no lookup by id,
which would be a cache miss in a large board.

Guarded by the board's lock.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from scaler_lab.core.messages import TaskId

if TYPE_CHECKING:
    from scaler_lab.core.task_record import TaskRecord

MIN_ENTRIES = 1_000  # in a log of fewer, outdated entries don't matter


class Changed(NamedTuple):
    """The tasks that changed after some version and up to *version*, oldest change first."""

    version: int
    records: list[TaskRecord]
    removed: list[TaskId]


class ChangeLog:
    """The last change of each task, in order.

    Args:
        keep: How many removed tasks it remembers.
    """

    def __init__(self, keep: int) -> None:
        self.entries: list[TaskRecord | TaskId] = []
        self.versions: array[int] = array("q")  # of the entries, ascending
        self.oldest_known = 0
        """The changes since an older version are unknown."""
        self._keep = keep
        self._removed_at: deque[int] = deque()  # the versions of the entries of removed tasks

    def add_removal(self, task_id: TaskId, version: int) -> None:
        """Record that a task was removed; its record must have version 0."""
        self.entries.append(task_id)
        self.versions.append(version)
        self._removed_at.append(version)
        if len(self._removed_at) > self._keep:
            self.oldest_known = self._removed_at.popleft()

    def since(self, version: int, limit: int | None, n_tasks: int, now: int) -> Changed | None:
        """Return what changed after *version*: all of it, or the *limit* oldest changes.

        None if there are more changes than *limit*, and they concern more than half of the
        *n_tasks* tasks of the board.  *now* is the version of the board.
        """
        start = bisect_right(self.versions, version)
        records: list[TaskRecord] = []
        removed: list[TaskId] = []
        n_left = len(self.entries) - start
        for at in range(start, len(self.entries)):
            entry = self.entries[at]
            if isinstance(entry, str):
                removed.append(entry)
            elif entry.version == self.versions[at]:
                if len(records) == limit:
                    if 2 * n_left > n_tasks and 2 * self._count(start) > n_tasks:
                        return None
                    return Changed(records[-1].version, records, removed)
                records.append(entry)
        return Changed(now, records, removed)

    def compact(self) -> None:
        """Drop the outdated entries."""
        oldest_known = self.oldest_known
        kept = [
            (entry, version)
            for entry, version in zip(self.entries, self.versions, strict=True)
            if (version > oldest_known if isinstance(entry, str) else entry.version == version)
        ]
        self.entries = [entry for entry, _ in kept]
        self.versions = array("q", [version for _, version in kept])

    def is_long(self, n_tasks: int) -> bool:
        """Return whether most entries are outdated, so that `compact` pays.

        Outdated entries also hold the records of tasks that the board of *n_tasks* has removed.
        """
        return len(self.entries) > 2 * (n_tasks + len(self._removed_at)) + MIN_ENTRIES

    def _count(self, start: int) -> int:
        """Return the number of tasks that changed in the entries from *start* on."""
        versions = self.versions
        return sum(
            not isinstance(entry, str) and entry.version == versions[at]
            for at, entry in enumerate(self.entries[start:], start)
        )
