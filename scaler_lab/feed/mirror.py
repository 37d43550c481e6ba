"""A view's copy of a board in another process.  Pure: feed messages in, messages out.

    publisher ──Welcome──> the engine's id and label
              ──Snapshot─> collected until all parts of one version are there, then shown at once
              ──Changes──> applied if they start from the version here; else      ──Resync─>
                           each version reached here is acknowledged              ──Ack────>

So even if messages are lost, doubled or late, `rows` is what the board was at `version`.  Only one
thread may use a mirror.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, assert_never

import msgspec

from scaler_lab.core.live_usage import LiveUsage
from scaler_lab.core.messages import TaskId
from scaler_lab.core.state_machine import Resolution, Status
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.feed import messages

_RUNNING = frozenset({Status.RUNNING, Status.CANCELLING})
NO_VERSION = -1
MAX_IDS = 20_000  # in one message: less than the engine's frames may have
ENGINE_ENDED = "engine ended"  # what became of the tasks that were open then


class News(NamedTuple):
    """What is new in a mirror since the last `take_news`."""

    everything: bool  # a snapshot came: forget everything before it
    changed: dict[TaskId, None]
    forgotten: dict[TaskId, None]

    def __bool__(self) -> bool:
        return self.everything or bool(self.changed) or bool(self.forgotten)


class FeedMirror:
    """A copy of a board, kept up to date by the feed's messages.

    Args:
        view: The kind of view, as the publisher records it: "terminal", "notebook".
        clock: Returns the seconds since the epoch.
    """

    def __init__(self, view: str, clock: Callable[[], float] = time.time) -> None:
        self._view = view
        self._clock = clock
        self.welcome: messages.Welcome | None = None
        self.rows: dict[TaskId, TaskInfo] = {}
        self.clients: set[str] = set()  # the names of those that have submitted tasks
        self.counts: dict[Status, int] = dict.fromkeys(Status, 0)
        self.workers: list[messages.WorkerRow] = []
        self.version: int = NO_VERSION
        self.is_behind = False  # at the last snapshot: whether programs had sent more than it shows
        self.ended: str | None = None  # why nothing more comes
        self.responses: dict[int, messages.Response] = {}  # the requester removes them
        self.details: dict[int, messages.Details] = {}  # likewise
        self._parts: dict[int, messages.Snapshot] = {}
        self._is_resync_requested = True  # a publisher answers a hello with a snapshot
        self._usage: dict[TaskId, LiveUsage] = {}
        self._requests = 0
        self._news = News(False, {}, {})

    @property
    def is_whole(self) -> bool:
        """Whether a snapshot has come.  Before that, `rows` is empty because nothing is known."""
        return self.version != NO_VERSION

    def hello(self) -> messages.FromView:
        """Return the first message to send."""
        return messages.Hello(self._view)

    def take_news(self) -> News:
        """Return what is new since the last call."""
        news, self._news = self._news, News(False, {}, {})
        return news

    def end(self, reason: str, *, at: float | None = None) -> None:
        """Record that nothing more comes from the publisher.

        Args:
            reason: Why, for people.
            at: When the publisher ended, in seconds since the epoch.  The tasks that were open then
                are lost, as they are for their futures: each has failed, or its cancel was settled
                that way.  None if the publisher may still run.
        """
        if self.ended is not None:
            return
        self.ended = reason
        if at is None:
            return
        for row in [row for row in self.rows.values() if not row.status.is_done]:
            self.rows[row.task_id] = lost = _lost(row, at)
            self._news.changed[row.task_id] = None
            self.counts[row.status] -= 1
            self.counts[lost.status] += 1

    # -- requests --------------------------------------------------------------------------------

    def request_cancel(
        self, task_ids: Sequence[TaskId], *, force: bool = False, only_queued: bool = False
    ) -> list[messages.CancelRequest]:
        """Return the messages that cancel these tasks: one, unless there are very many tasks."""
        starts = range(0, len(task_ids), MAX_IDS)
        return [
            messages.CancelRequest(
                self._new_request(), list(task_ids[i : i + MAX_IDS]), force, only_queued
            )
            for i in starts
        ]

    def request_cancel_all(
        self, *, force: bool = False, only_queued: bool = False
    ) -> messages.CancelRequest:
        """Return the message that cancels all open tasks, also those not shown here yet."""
        return messages.CancelRequest(self._new_request(), [], force, only_queued, everything=True)

    def request_retry(self, task_ids: Sequence[TaskId]) -> list[messages.RetryRequest]:
        """Return the messages that have failed and cancelled calls submitted again."""
        starts = range(0, len(task_ids), MAX_IDS)
        return [
            messages.RetryRequest(self._new_request(), list(task_ids[i : i + MAX_IDS]))
            for i in starts
        ]

    def request_details(
        self, task_id: TaskId, output_bytes: int = messages.OUTPUT_BYTES, *, at_once: bool = False
    ) -> messages.DetailsRequest:
        """Return the message that requests one task's details and the end of its output."""
        return messages.DetailsRequest(self._new_request(), task_id, output_bytes, at_once)

    def _new_request(self) -> int:
        self._requests += 1
        return self._requests

    # -- messages from the publisher -------------------------------------------------------------

    def on_message(self, message: messages.FromPublisher) -> messages.FromView | None:
        """Process a message from the publisher.  Return the answer to send, if any."""
        if self.ended is not None:
            return None
        match message:
            case messages.Welcome():
                self._on_welcome(message)
            case messages.Snapshot():
                return self._on_snapshot(message)
            case messages.Changes():
                return self._on_changes(message)
            case messages.Response():
                self.responses[message.request] = message
            case messages.Details():
                self.details[message.request] = message
            case messages.UsageReport():
                self._on_usage(message.usage)
            case messages.Closed(reason=messages.HELLO_EXPECTED):
                return self.hello()  # the connection broke and came back
            case messages.Closed():
                self.end(message.reason, at=self._clock() if self.is_whole else None)
            case _:
                assert_never(message)
        return None

    @property
    def usage(self) -> Mapping[TaskId, LiveUsage]:
        """What running tasks used when that was last reported."""
        return self._usage

    def usage_of(self, row: TaskInfo) -> LiveUsage | None:
        """Return what a task used when that was last reported; None if it doesn't run."""
        return self._usage.get(row.task_id) if row.status in _RUNNING else None

    def _on_usage(self, usage: Mapping[TaskId, LiveUsage]) -> None:
        rows = self.rows
        kept = {**self._usage, **usage}
        self._usage = {i: kept[i] for i in kept if i in rows and rows[i].status in _RUNNING}

    def _on_welcome(self, welcome: messages.Welcome) -> None:
        self.welcome = welcome
        self._parts.clear()
        self._is_resync_requested = True
        if welcome.protocol != messages.PROTOCOL:
            self.end(
                f"the engine speaks feed protocol {welcome.protocol}, this view "
                f"{messages.PROTOCOL}: both must be of one version of scaler_lab"
            )

    def _on_snapshot(self, snapshot: messages.Snapshot) -> messages.Ack | None:
        parts = self._parts
        if snapshot.part == 0 or any(part.version != snapshot.version for part in parts.values()):
            parts.clear()
        parts[snapshot.part] = snapshot
        if len(parts) < snapshot.parts:
            return None
        self.rows = {row.task_id: row for n in range(snapshot.parts) for row in parts[n].rows}
        self.clients = {row.client for row in self.rows.values()}
        parts.clear()
        self.version = snapshot.version
        self.is_behind = snapshot.is_behind
        self._is_resync_requested = False
        self._news = News(True, {}, {})
        self._take_in(snapshot.counts, snapshot.workers)
        return messages.Ack(self.version)

    def _on_changes(self, changes: messages.Changes) -> messages.Ack | messages.Resync | None:
        if self._is_resync_requested:
            return None  # a snapshot is on its way
        if changes.since != self.version:
            self._is_resync_requested = True
            return messages.Resync()
        self.version = changes.version
        self._forget(changes.forgotten)
        rows, news, clients = self.rows, self._news, self.clients
        for row in changes.rows:
            rows[row.task_id] = row
            clients.add(row.client)
            news.changed[row.task_id] = None
        self._take_in(changes.counts, changes.workers)
        return messages.Ack(self.version)

    def _forget(self, task_ids: Iterable[TaskId]) -> None:
        for task_id in task_ids:
            if self.rows.pop(task_id, None) is not None:
                self._news.changed.pop(task_id, None)
                self._news.forgotten[task_id] = None

    def _take_in(self, counts: dict[str, int], workers: list[messages.WorkerRow]) -> None:
        self.counts = {status: counts.get(status.value, 0) for status in Status}
        self.workers = workers


def _lost(row: TaskInfo, at: float) -> TaskInfo:
    """Return the row of a task whose engine ended while it was open."""
    if row.status is Status.CANCELLING:
        return msgspec.structs.replace(
            row,
            status=Status.CANCELLED,
            cancel_resolution=Resolution.LOST,
            detail=ENGINE_ENDED,
            ended_at=at,
        )
    return msgspec.structs.replace(
        row, status=Status.FAILED, error=ENGINE_ENDED, detail="", ended_at=at
    )
