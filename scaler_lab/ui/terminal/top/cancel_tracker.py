"""Summarizes in words how the cancels requested in this screen ended.  Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from scaler_lab.core.messages import TaskId
from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.feed.messages import Response
from scaler_lab.ui.formatting import milliseconds
from scaler_lab.ui.terminal.top.engine_feeds import Request


class CancelTracker:
    """Tracks one request to cancel some tasks.

    If *only_queued*, tasks that had started when the engine received the request keep running.
    """

    def __init__(self, rows: Sequence[TaskInfo], *, force: bool, only_queued: bool = False) -> None:
        self._requested = {row.task_id: row for row in rows if not row.status.is_done}
        self._n_done_before = len(rows) - len(self._requested)
        self._left = dict.fromkeys(self._requested)
        self._force = force
        self._only_queued = only_queued
        self._requests: set[Request] = set()
        # By engine: rows of this version show the effect of all requests.
        self._counts_from: dict[str, int] = {}

    @property
    def task_ids(self) -> list[TaskId]:
        """The tasks to cancel, without those that are already done."""
        return list(self._requested)

    def on_requested(self, requests: Iterable[Request]) -> None:
        """Note the requests that were sent."""
        self._requests.update(requests)

    def receive(self, take_response: Callable[[Request], Response | None]) -> None:
        """Take the responses to this tracker's requests that have come."""
        for request in list(self._requests):
            response = take_response(request)
            if response is not None:
                self._requests.discard(request)
                before = self._counts_from.get(request[0], 0)
                self._counts_from[request[0]] = max(before, response.version)

    def outcome(self, rows: Mapping[TaskId, TaskInfo], versions: Mapping[str, int]) -> str | None:
        """Return how the cancels ended, once all of them have; None before.

        *rows* is the state of the tasks at the *versions* of their engines.
        """
        is_answered = not self._requests and all(
            versions.get(engine_id, version) >= version
            for engine_id, version in self._counts_from.items()
        )
        self._left = {i: None for i in self._left if self._is_open(rows.get(i), is_answered)}
        return None if self._left else self.words(rows)

    def _is_open(self, row: TaskInfo | None, is_answered: bool) -> bool:
        if row is None or row.status.is_done:
            return False
        had_begun = row.status is Status.RUNNING and row.cancel_requested_at is None
        return not (self._only_queued and is_answered and had_begun)

    def words(self, rows: Mapping[TaskId, TaskInfo]) -> str:
        """Return the progress of the cancels, in words."""
        now = {task_id: rows.get(task_id) for task_id in self._requested}
        settled = [row for row in now.values() if row and row.status is Status.CANCELLED]
        if len(self._requested) == 1 and settled:
            [row] = settled
            return f"#{row.number} {row.name}: {_how(row)}"
        parts = [f"{n:,} {how}" for how, n in Counter(_resolution(row) for row in settled).items()]
        slowest = max((row.cancel_seconds or 0.0 for row in settled), default=0.0)
        if len(settled) > 1 and slowest:
            parts.append(f"within {milliseconds(slowest)}")
        n_done = sum(
            row is not None and row.status.is_done and row.status is not Status.CANCELLED
            for row in now.values()
        )
        n_done += self._n_done_before
        if n_done:
            parts.append(f"{n_done:,} {'was' if n_done == 1 else 'were'} done before")
        begun = len(self._requested) - len(settled) - n_done + self._n_done_before - len(self._left)
        if self._only_queued and begun > 0:
            parts.append(f"{begun:,} had started, and continue")
        if self._left:
            verb = "being killed" if self._force else "cancelling"
            parts.append(f"{len(self._left):,} {verb}")
        return "; ".join(parts) or "nothing to cancel"


def _resolution(row: TaskInfo) -> str:
    return row.cancel_resolution.words if row.cancel_resolution else "cancelled"


def _how(row: TaskInfo) -> str:
    took = "" if row.cancel_seconds is None else f", {milliseconds(row.cancel_seconds)}"
    detail = f": {row.detail}" if row.detail else ""
    return _resolution(row) + took + detail
