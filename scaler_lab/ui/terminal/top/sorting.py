"""Which tasks are shown and in which order, updated as they change.  Pure.

The order is a sorted list of entries (key, number, id).  Moving a changed task to its place costs
about 10 µs, and for 100,000 tasks another millisecond per update.  So the caller decides when to
update (`must_settle` reports whether there is something to do).  Until then a changed task stays at
its old place.  It may be slightly out of order, but its content is always current, because rows are
looked up by id when they are drawn.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from scaler_lab.core.messages import TaskId
from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_record import TaskInfo

FEW = 16  # up to this many changes are inserted one by one
MANY = 20  # if more than one entry in this many changed, everything is sorted again

_Entry = tuple[Any, int, TaskId]


class SortBy(StrEnum):
    """What tasks are sorted by."""

    STATE = "state"
    NUMBER = "#"
    NAME = "task"
    WORKER = "worker"
    TIME = "time"
    CHANGE = "last change"


_RANK = {
    Status.CANCELLING: 0,
    Status.RUNNING: 1,
    Status.FAILED: 2,
    Status.RETRYING: 3,
    Status.QUEUED: 4,
    Status.WAITING: 5,
    Status.CANCELLED: 6,
    Status.SUCCEEDED: 7,
}


# One number instead of a pair, because entries are compared millions of times.  The distance
# between two ranks is larger than any time, and small enough that doubles still resolve a tenth of
# a millisecond.
_RANKS_APART = 1e11


def _by_state(row: TaskInfo) -> float:
    """Sort the most interesting first: the longest wait, the longest run, the latest failure."""
    status = row.status
    rank = _RANK[status] * _RANKS_APART
    if status.is_pending:
        return rank
    if status is Status.RUNNING:
        return rank + (row.started_at or row.submitted_at)
    if status is Status.CANCELLING:
        return rank + (row.cancel_requested_at or row.submitted_at)
    return rank - (row.ended_at or row.cancel_requested_at or row.submitted_at)


def _by_time(row: TaskInfo) -> float:
    """Sort running tasks first, longest first; then finished ones, the same; then the others."""
    if row.started_at is None:
        return 2 * _RANKS_APART
    if row.ended_at is None:
        return row.started_at
    return _RANKS_APART + row.started_at - row.ended_at


_KEYS: dict[SortBy, Callable[[TaskInfo], Any]] = {
    SortBy.STATE: _by_state,
    SortBy.NUMBER: lambda row: row.number,
    SortBy.NAME: lambda row: row.name.lower(),
    SortBy.WORKER: lambda row: (not row.worker, len(row.worker), row.worker),  # 2 before 10
    SortBy.TIME: _by_time,
    SortBy.CHANGE: lambda row: -row.version,
}


class TaskOrder:
    """The shown tasks in their order: a sequence of task ids.

    Not thread-safe: one thread owns it.
    """

    def __init__(self) -> None:
        self.sort_by = SortBy.STATE
        self.is_reversed = False
        self.states: frozenset[Status] = frozenset(Status)
        self.search = ""
        self._rows: Mapping[TaskId, TaskInfo] = {}
        self._entries: list[_Entry] = []
        self._entry_of: dict[TaskId, _Entry] = {}
        self._dirty: dict[TaskId, None] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, index: int) -> TaskId:
        if self.is_reversed:
            index = len(self._entries) - 1 - index
        return self._entries[index][2]

    def __iter__(self) -> Iterator[TaskId]:
        entries = reversed(self._entries) if self.is_reversed else iter(self._entries)
        return (entry[2] for entry in entries)

    def __contains__(self, task_id: TaskId) -> bool:
        return task_id in self._entry_of

    def index_of(self, task_id: TaskId) -> int | None:
        """Return the position of a task, or None if it is not shown."""
        entry = self._entry_of.get(task_id)
        if entry is None:
            return None
        index = bisect_left(self._entries, entry)
        return len(self._entries) - 1 - index if self.is_reversed else index

    @property
    def is_filtered(self) -> bool:
        """Whether some tasks may be hidden."""
        return bool(self.search) or len(self.states) < len(Status)

    # -- order and filter --------------------------------------------------------------------------

    def choose(
        self,
        *,
        sort_by: SortBy | None = None,
        is_reversed: bool | None = None,
        states: frozenset[Status] | None = None,
        search: str | None = None,
    ) -> None:
        """Change which tasks are shown or how they are sorted.  None keeps a setting as it is."""
        if is_reversed is not None:
            self.is_reversed = is_reversed
        if sort_by is None and states is None and search is None:
            return
        self.sort_by = self.sort_by if sort_by is None else sort_by
        self.states = self.states if states is None else states
        self.search = self.search if search is None else search.lower()
        self.start_over(self._rows)

    def start_over(self, rows: Mapping[TaskId, TaskInfo]) -> None:
        """Replace all tasks by *rows*.

        The mapping is kept and read again whenever something changes.
        """
        self._rows = rows
        self._dirty.clear()
        key = _KEYS[self.sort_by]
        chosen = rows.values()
        if self.is_filtered:
            chosen = [row for row in chosen if self._is_shown(row)]  # type: ignore[assignment]
        self._entries = sorted((key(row), row.number, row.task_id) for row in chosen)
        self._entry_of = {entry[2]: entry for entry in self._entries}

    def _is_shown(self, row: TaskInfo) -> bool:
        if row.status not in self.states:
            return False
        text = self.search
        return not text or (
            text in row.name.lower()
            or text in row.error.lower()
            or text in row.worker.lower()
            or text in row.group_name.lower()
            or any(text in tag.lower() for tag in row.tags)
            or text == f"#{row.number}"
            or row.task_id.startswith(text)
        )

    # -- updates -----------------------------------------------------------------------------------

    def note(self, task_ids: Iterable[TaskId]) -> None:
        """Mark these tasks as changed, new or removed."""
        self._dirty.update(dict.fromkeys(task_ids))

    @property
    def must_settle(self) -> bool:
        """Whether some tasks are not at their place."""
        return bool(self._dirty)

    @property
    def is_quick(self) -> bool:
        """Whether `settle` takes less than a few milliseconds."""
        return len(self._dirty) <= 100 or len(self._entries) < 5_000

    def settle(self) -> None:
        """Move every task to its place."""
        dirty, self._dirty = self._dirty, {}
        key, rows, entry_of = _KEYS[self.sort_by], self._rows, self._entry_of
        is_filtered = self.is_filtered
        gone: list[_Entry] = []
        come: list[_Entry] = []
        for task_id in dirty:
            old, row = entry_of.get(task_id), rows.get(task_id)
            if row is None or (is_filtered and not self._is_shown(row)):
                if old is not None:
                    gone.append(old)
                    del entry_of[task_id]
                continue
            new = (key(row), row.number, task_id)
            if new == old:
                continue
            if old is not None:
                gone.append(old)
            come.append(new)
            entry_of[task_id] = new
        if len(gone) + len(come) <= FEW:
            for entry in gone:
                del self._entries[bisect_left(self._entries, entry)]
            for entry in come:
                insort(self._entries, entry)
        elif (len(gone) + len(come)) * MANY > len(self._entries):
            self._entries = sorted(entry_of.values())
        else:
            self._entries = _with(_without(self._entries, sorted(gone)), sorted(come))


def _without(entries: list[_Entry], gone: list[_Entry]) -> list[_Entry]:
    """Return *entries* without those in *gone*; both are sorted."""
    left: list[_Entry] = []
    start = 0
    for entry in gone:
        at = bisect_left(entries, entry, start)
        left += entries[start:at]
        start = at + 1
    left += entries[start:]
    return left


def _with(entries: list[_Entry], come: list[_Entry]) -> list[_Entry]:
    """Merge *entries* and *come*; both are sorted."""
    merged: list[_Entry] = []
    start = 0
    for entry in come:
        at = bisect_left(entries, entry, start)
        merged += entries[start:at]
        merged.append(entry)
        start = at
    merged += entries[start:]
    return merged
