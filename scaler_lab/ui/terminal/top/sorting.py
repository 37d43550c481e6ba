"""Rows in a sorted order that is updated as they change.  Pure.

The order is a sorted list of entries (key, number, id).  Moving a changed row to its place costs
about 10 µs, and for 100,000 rows another millisecond per update.  So the caller decides when to
update.  Until then a changed row stays at its old place.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import Any

from scaler_lab.core.messages import TaskId
from scaler_lab.core.state_machine import Status
from scaler_lab.ui.terminal.top.groups import RANK, Row

FEW = 16  # up to this many changes are inserted one by one
MANY = 20  # if more than one entry in this many changed, everything is sorted again

_Entry = tuple[Any, int, TaskId]


class SortBy(StrEnum):
    """What rows are sorted by."""

    STATE = "state"
    NUMBER = "#"
    NAME = "task"
    PROGRAM = "program"
    WORKER = "worker"
    TIME = "time"
    CHANGE = "last change"


# One number instead of a pair, because entries are compared millions of times.  The distance
# between two ranks is larger than any time, and small enough that doubles still resolve a tenth of
# a millisecond.
_RANKS_APART = 1e11


def _by_state(row: Row) -> float:
    """Sort the most interesting first: the longest wait, the longest run, the latest failure."""
    status = row.status
    rank = RANK[status] * _RANKS_APART
    if status.is_pending:
        return rank
    if status is Status.RUNNING:
        return rank + (row.started_at or row.submitted_at)
    if status is Status.CANCELLING:
        return rank + (row.cancel_requested_at or row.submitted_at)
    return rank - (row.ended_at or row.cancel_requested_at or row.submitted_at)


def _by_time(row: Row) -> float:
    """Sort running tasks first, longest first; then finished ones, the same; then the others."""
    if row.started_at is None:
        return 2 * _RANKS_APART
    if row.ended_at is None:
        return row.started_at
    return _RANKS_APART + row.started_at - row.ended_at


_KEYS: dict[SortBy, Callable[[Row], Any]] = {
    SortBy.STATE: _by_state,
    SortBy.NUMBER: lambda row: row.number,
    SortBy.NAME: lambda row: row.name.lower(),
    SortBy.WORKER: lambda row: (not row.worker, len(row.worker), row.worker),  # 2 before 10
    SortBy.TIME: _by_time,
    SortBy.CHANGE: lambda row: -row.version,
}


def key_of(sort_by: SortBy, program_of: Callable[[Row], str]) -> Callable[[Row], Any]:
    """Return the function that gives the key of a row."""
    if sort_by is SortBy.PROGRAM:
        return lambda row: (program_of(row).lower(), _by_state(row))
    return _KEYS[sort_by]


class SortedRows:
    """The ids of rows in their order.

    Args:
        rows: All rows.
        key: Returns what a row is sorted by.
        is_reversed: Whether the last one comes first.
    """

    def __init__(self, rows: Iterable[Row], key: Callable[[Row], Any], is_reversed: bool) -> None:
        self._key = key
        self._is_reversed = is_reversed
        self._entries: list[_Entry] = sorted((key(row), row.number, row.task_id) for row in rows)
        self._entry_of = {entry[2]: entry for entry in self._entries}

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, index: int) -> TaskId:
        if self._is_reversed:
            index = len(self._entries) - 1 - index
        return self._entries[index][2]

    def __iter__(self) -> Iterator[TaskId]:
        entries = reversed(self._entries) if self._is_reversed else iter(self._entries)
        return (entry[2] for entry in entries)

    def __contains__(self, row_id: object) -> bool:
        return row_id in self._entry_of

    def index_of(self, row_id: TaskId) -> int | None:
        """Return the position of a row, or None if it is not here."""
        entry = self._entry_of.get(row_id)
        if entry is None:
            return None
        index = bisect_left(self._entries, entry)
        return len(self._entries) - 1 - index if self._is_reversed else index

    def settle(self, changed: Iterable[TaskId], get: Callable[[TaskId], Row | None]) -> None:
        """Move changed rows to their places.

        Args:
            changed: The ids of rows that are new, have changed, or are gone.
            get: Returns the row of an id; None if it must not be here.
        """
        key, entry_of = self._key, self._entry_of
        gone: list[_Entry] = []
        come: list[_Entry] = []
        for row_id in changed:
            old, row = entry_of.get(row_id), get(row_id)
            if row is None:
                if old is not None:
                    gone.append(old)
                    del entry_of[row_id]
                continue
            new = (key(row), row.number, row_id)
            if new == old:
                continue
            if old is not None:
                gone.append(old)
            come.append(new)
            entry_of[row_id] = new
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
