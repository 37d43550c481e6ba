"""What every page is sent about an engine, whether or not it shows the engine's rows.  Pure.

Counts for the status bar, open tasks for the list of running items, and ended tasks for
notifications.  All three are updated from a mirror's news, so that an engine with 100,000 tasks
costs nothing extra for a page that only shows counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from scaler_lab.core.messages import TaskId
from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.feed.mirror import NO_VERSION, FeedMirror, News

MAX_OPEN = 50  # listed; the panel shows them all
MAX_ENDED = 20  # in one batch; the other failed tasks are only counted
NOTABLE_SECONDS = 1.0  # no notification for shorter tasks that succeeded


class EndedTasks(NamedTuple):
    """Tasks that have just ended: those worth a notification, and the number of failed ones."""

    tasks: list[TaskInfo]
    n_failed: int


class EngineSummary:
    """Summarizes one engine's tasks.  Times are seconds since the epoch.

    Args:
        mirror: The local copy of the engine's board.
        since: When a page first connected.  Of the tasks that had ended before the first snapshot,
            those that ended later than this are reported.
    """

    def __init__(self, mirror: FeedMirror, since: float) -> None:
        self._mirror = mirror
        self._open: dict[TaskId, None] = {}
        self._since = since
        self._version = NO_VERSION  # up to which ended tasks were reported
        # Reported, but newer than the snapshot that they came with, so they come again
        self._ahead: dict[TaskId, int] = {}

    @property
    def counts(self) -> dict[str, int]:
        """How many tasks have each status."""
        return {status.value: n for status, n in self._mirror.counts.items()}

    def take_in(self, news: News) -> EndedTasks:
        """Process *news*; return the tasks that ended."""
        rows = self._mirror.rows
        reported, self._version = self._version, self._mirror.version
        if self._mirror.ended is not None:
            reported = self._version  # the rest was lost with the engine, and its end is reported
        changed: Iterable[TaskId] = news.changed
        if news.everything:
            self._open.clear()
            changed = rows
        for task_id in news.forgotten:
            self._open.pop(task_id, None)
        ended: list[TaskInfo] = []
        n_failed = 0
        for task_id in changed:
            row = rows.get(task_id)
            if row is None:
                continue
            if not row.status.is_done:
                self._open[task_id] = None
                continue
            self._open.pop(task_id, None)
            is_new = row.version > reported
            if reported == NO_VERSION:  # this is the first snapshot
                is_new = (row.ended_at or 0.0) >= self._since
            if row.version > self._version:
                self._ahead[task_id] = row.version
            elif self._ahead and self._ahead.pop(task_id, None) == row.version:
                is_new = False
            if is_new:
                n_failed += row.status is Status.FAILED
                if _is_notable(row) and len(ended) < MAX_ENDED:
                    ended.append(row)
        return EndedTasks(ended, n_failed)

    def open_rows(self) -> list[TaskInfo]:
        """Return up to `MAX_OPEN` unfinished tasks, running ones first."""
        rows = self._mirror.rows
        shown: list[TaskInfo] = []
        queued: list[TaskInfo] = []
        for task_id in self._open:
            row = rows.get(task_id)
            if row is None:
                continue
            if not row.status.is_pending:
                shown.append(row)
            elif len(queued) < MAX_OPEN:
                queued.append(row)
            # Running tasks were submitted before waiting ones, so there is no need to check
            # 100,000 tasks.
            if len(shown) + len(queued) >= 2 * MAX_OPEN:
                break
        return (shown + queued)[:MAX_OPEN]


def _is_notable(row: TaskInfo) -> bool:
    if row.status is Status.FAILED:
        return True
    if row.status is not Status.SUCCEEDED or row.ended_at is None:
        return False
    began = row.submitted_at if row.started_at is None else row.started_at
    return row.ended_at - began >= NOTABLE_SECONDS
