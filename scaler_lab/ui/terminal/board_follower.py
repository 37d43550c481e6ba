"""Follows a board for a view of a few rows, by polling its changes.

A board may hold a million tasks, and a view shows twenty.  So the follower keeps only the few tasks
that matter, and polls what changed (`Board.changes_since`).  A poll costs as much as the changes
since the previous poll, not as much as the whole board.

    Board ──changes_since──> BoardFollower.frame() ──> BoardFrame (frozen) ──> BoardView

Order of a frame's rows: cancelling, running, failed, the last few cancelled, then other finished
tasks, then the head of the queue.  Within each group, the most interesting tasks come first: the
longest wait, the longest run, the latest failure.  The last few cancelled tasks come early because
a person who stops a task wants to see how the cancel ended.  Among hundreds of tasks that succeed
every second, that row would disappear before anyone could read it.

Owner: one thread, the one that calls `frame`.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import nlargest, nsmallest
from itertools import islice
from math import inf

from scaler_lab.core.board import Board, ResyncNeeded
from scaler_lab.core.messages import TaskId
from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.ui.terminal.group_tally import GroupFrame, GroupTally

MAX_ROWS = 200
CANCELLED_FIRST = 5
RATE_WINDOW_SECONDS = 5.0
RATE_NEEDS_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class BoardFrame:
    """The state of a board at one moment: everything that a view needs."""

    counts: Mapping[Status, int]
    rows: tuple[TaskInfo, ...]  # the most important first; at most `MAX_ROWS`
    now: float  # seconds since the epoch, by the board's clock
    # Seconds since a task was submitted while no other was unfinished.  Stops when all are done.
    elapsed: float = 0.0
    rate: float | None = None  # finished tasks per second; None while unknown
    rate_is_mean: bool = True  # mean over `elapsed`; else over the last few seconds
    seconds_left: float | None = None  # until all are done, estimated; None while unknown
    groups: tuple[GroupFrame, ...] = ()  # those with unfinished tasks first

    @property
    def total(self) -> int:
        """How many tasks the board keeps."""
        return sum(self.counts.values())

    @property
    def settled(self) -> int:
        """How many tasks have finished: succeeded, failed or cancelled."""
        return sum(n for status, n in self.counts.items() if status.is_done)


class BoardFollower:
    """Follows one board.  Not thread-safe: it belongs to the thread that calls `frame`."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._clear()

    def _clear(self) -> None:
        self._version = 0
        self._queued: dict[TaskId, None] = {}  # ids only: there may be a million
        self._active: dict[TaskId, TaskInfo] = {}  # running and cancelling
        self._failed: dict[TaskId, TaskInfo] = {}  # the latest, oldest first
        self._succeeded: dict[TaskId, TaskInfo] = {}  # the same
        self._cancelled: dict[TaskId, TaskInfo] = {}  # the same
        # A stretch starts with a submission while no task is unfinished, and ends when all tasks
        # are done again.
        self._stretch_start = inf
        self._last_end = -inf  # the latest end time of a finished task
        self._stretch_settled = 0
        self._ever_settled = 0
        self._groups = GroupTally()
        self._samples: deque[tuple[float, int]] = deque()  # (monotonic seconds, `_ever_settled`)

    def frame(self, monotonic_now: float | None = None, max_rows: int = MAX_ROWS) -> BoardFrame:
        """Return the board's current state.  Takes O(changes since the last call).

        Args:
            monotonic_now: The time by `time.monotonic`; None is now.
            max_rows: The maximum number of rows.
        """
        now = time.monotonic() if monotonic_now is None else monotonic_now
        self._pull()
        epoch_now = now + self._board.epoch
        is_open = bool(self._queued or self._active)
        end = epoch_now if is_open else self._last_end
        elapsed = max(0.0, end - self._stretch_start) if self._stretch_start < inf else 0.0
        recent = self._recent_rate(now)
        mean = self._stretch_settled / elapsed if elapsed > 0 and self._stretch_settled else None
        counts = self._board.counts
        per_second = recent if is_open and recent is not None else mean
        n_open = sum(n for status, n in counts.items() if not status.is_done)
        return BoardFrame(
            counts=counts,
            rows=self._rows(max_rows),
            now=epoch_now,
            elapsed=elapsed,
            rate=per_second,
            rate_is_mean=not (is_open and recent is not None),
            seconds_left=n_open / per_second if n_open and per_second else None,
            groups=self._groups.frames(epoch_now),
        )

    def _pull(self) -> None:
        changes = self._board.changes_since(self._version)
        if isinstance(changes, ResyncNeeded):
            self._clear()
            snapshot = self._board.snapshot()
            self._version = snapshot.version
            self._take(snapshot.tasks)
            return
        self._version = changes.version
        for task_id in changes.forgotten:
            self._drop(task_id)
            self._groups.forget(task_id)
        self._take(changes.tasks)

    def _drop(self, task_id: TaskId) -> None:
        self._queued.pop(task_id, None)
        self._active.pop(task_id, None)
        self._failed.pop(task_id, None)
        self._succeeded.pop(task_id, None)
        self._cancelled.pop(task_id, None)

    def _take(self, tasks: list[TaskInfo]) -> None:
        self._groups.take(tasks)
        for info in tasks:
            self._drop(info.task_id)
        end = inf if self._queued or self._active else self._last_end
        for info in sorted(tasks, key=_submitted):
            if info.submitted_at > end or self._stretch_start == inf:
                self._stretch_start = info.submitted_at
                self._stretch_settled = 0
            if info.status.is_done:
                self._stretch_settled += 1
                self._ever_settled += 1
                self._last_end = max(self._last_end, info.ended_at or info.submitted_at)
                end = max(end, self._last_end)
            else:
                end = inf
        for info in tasks:  # oldest change first
            match info.status:
                case Status.QUEUED | Status.WAITING | Status.RETRYING:
                    self._queued[info.task_id] = None
                case Status.RUNNING | Status.CANCELLING:
                    self._active[info.task_id] = info
                case Status.FAILED:
                    self._failed[info.task_id] = info
                case Status.SUCCEEDED:
                    self._succeeded[info.task_id] = info
                case Status.CANCELLED:
                    self._cancelled[info.task_id] = info
        for kept in (self._failed, self._succeeded, self._cancelled):
            for task_id in list(islice(kept, max(0, len(kept) - MAX_ROWS))):
                del kept[task_id]

    def _recent_rate(self, now: float) -> float | None:
        samples = self._samples
        samples.append((now, self._ever_settled))
        while len(samples) > 2 and samples[1][0] <= now - RATE_WINDOW_SECONDS:
            samples.popleft()
        then, settled_then = samples[0]
        if now - then < RATE_NEEDS_SECONDS:
            return None
        return (self._ever_settled - settled_then) / (now - then)

    def _rows(self, limit: int) -> tuple[TaskInfo, ...]:
        rows = nsmallest(limit, self._active.values(), key=_active_order)
        rows += islice(reversed(self._failed.values()), limit - len(rows))
        cancelled = reversed(self._cancelled.values())
        rows += islice(cancelled, min(CANCELLED_FIRST, limit - len(rows)))
        others = [*cancelled, *self._succeeded.values()]
        rows += nlargest(limit - len(rows), others, key=_ended)
        return (*rows, *self._queue_head(limit - len(rows)))

    def _queue_head(self, limit: int) -> Iterable[TaskInfo]:
        for task_id in islice(self._queued, limit):
            info = self._board.info(task_id)
            if info is not None and info.status.is_pending:
                yield info  # a task that started meanwhile comes with the next poll


def _submitted(info: TaskInfo) -> float:
    return info.submitted_at


def _ended(info: TaskInfo) -> tuple[float, int]:
    return info.ended_at or info.submitted_at, info.number


def _active_order(info: TaskInfo) -> tuple[bool, float, int]:
    since = info.cancel_requested_at if info.status is Status.CANCELLING else info.started_at
    return info.status is not Status.CANCELLING, since or info.submitted_at, info.number
