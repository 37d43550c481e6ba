"""What every page is sent about an engine, whether or not it shows the engine's rows.  Pure.

Counts for the status bar, open tasks for the list of running items, and ended tasks for
notifications.  All three are updated from a mirror's news, so that an engine with 100,000 tasks
costs nothing extra for a page that only shows counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from scaler_lab.core.board import TaskInfo
from scaler_lab.core.messages import TaskId
from scaler_lab.core.state_machine import Status
from scaler_lab.feed.mirror import FeedMirror, News

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
        since: When a page first connected.  Tasks that ended before are not reported.
    """

    def __init__(self, mirror: FeedMirror, since: float) -> None:
        self._mirror = mirror
        self._open: dict[TaskId, None] = {}
        self._reported_until = since

    @property
    def counts(self) -> dict[str, int]:
        """How many tasks have each status."""
        return {status.value: n for status, n in self._mirror.counts.items()}

    def take_in(self, news: News, now: float) -> EndedTasks:
        """Process *news*; return the tasks that ended."""
        rows = self._mirror.rows
        reported_until, self._reported_until = self._reported_until, now
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
            was_open = task_id in self._open
            self._open.pop(task_id, None)
            if was_open or (row.ended_at or 0.0) >= reported_until:
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
            if row.status not in (Status.QUEUED, Status.WAITING):
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
