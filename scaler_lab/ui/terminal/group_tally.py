"""Counts of the tasks of each group, kept up to date from a board's changes.

A status is kept for each task of a group.  The counts include tasks that the board no longer keeps.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf

from scaler_lab.core.messages import TaskId
from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_record import TaskInfo


@dataclass(frozen=True, slots=True)
class GroupFrame:
    """One group at one moment."""

    name: str
    counts: dict[Status, int]
    seconds_left: float | None  # None while unknown, and when all are done

    @property
    def total(self) -> int:
        """How many tasks it has."""
        return sum(self.counts.values())

    @property
    def settled(self) -> int:
        """How many of its tasks have finished."""
        return sum(n for status, n in self.counts.items() if status.is_done)


@dataclass(slots=True)
class _Tally:
    counts: dict[Status, int] = field(default_factory=lambda: dict.fromkeys(Status, 0))
    started: float = inf  # when its first task started


class GroupTally:
    """The groups of one board.  Not thread-safe."""

    def __init__(self) -> None:
        self._groups: dict[str, _Tally] = {}  # in the order of their first tasks
        self._status: dict[TaskId, Status] = {}  # of the tasks of groups that aren't done

    def take(self, tasks: Iterable[TaskInfo]) -> None:
        """Count these tasks with their present status."""
        for info in tasks:
            if not info.group_name:
                continue
            tally = self._groups.setdefault(info.group_name, _Tally())
            before = self._status.pop(info.task_id, None)
            if before is not None:
                tally.counts[before] -= 1
            tally.counts[info.status] += 1
            self._status[info.task_id] = info.status
            if info.started_at is not None:
                tally.started = min(tally.started, info.started_at)

    def forget(self, task_id: TaskId) -> None:
        """Keep no status of a task that can't change any more."""
        self._status.pop(task_id, None)

    def frames(self, now: float) -> tuple[GroupFrame, ...]:
        """Return the groups: first those with unfinished tasks, then those that are done."""
        frames = [
            GroupFrame(name, dict(tally.counts), _left(tally, now))
            for name, tally in self._groups.items()
        ]
        return tuple(sorted(frames, key=lambda group: group.settled == group.total))


def seconds_left(n_open: int, n_settled: int, elapsed: float) -> float | None:
    """Return the estimated time until *n_open* tasks are done; None if it can't be estimated."""
    if not n_open or not n_settled or elapsed <= 0:
        return None
    return n_open * elapsed / n_settled


def _left(tally: _Tally, now: float) -> float | None:
    settled = sum(n for status, n in tally.counts.items() if status.is_done)
    return seconds_left(sum(tally.counts.values()) - settled, settled, now - tally.started)
