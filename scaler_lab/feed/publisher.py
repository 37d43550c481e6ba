"""The publishing side of the feed, for any board.  Pure: messages and times in, messages out.

It never queues for a view: at most one batch of changes is on its way to each view, and the next
one is made when the view has acknowledged it.  So a slow view gets fewer and larger batches, or a
snapshot.  A view must never slow down the thread that updates the board:

  - While tasks finish by the ten thousand, batches of rows come further apart.  A batch contains a
    task only once, however often it changed.  In between, only the counts are sent.
  - A view that is far behind catches up in several batches, oldest changes first, as long as they
    are less than the whole board.
  - A snapshot of a large board is made and sent one part per turn.  If the view has fallen behind
    again meanwhile, the next snapshot is sent only after a while.

Only one thread may use a publisher.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

import msgspec

from scaler_lab.core.board import Board, BoardChanges, ResyncNeeded
from scaler_lab.core.live_usage import LiveUsage, OnUsage
from scaler_lab.core.messages import TaskId
from scaler_lab.core.output_buffer import OUTPUT_BUFFER_BYTES
from scaler_lab.core.stack import OnStack, TaskStack
from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.feed import messages

SNAPSHOT_ROWS = 2_000  # in one part: about 3 ms
CHANGES_ROWS = 4_000  # in one batch: about 5 ms, in which the board can't be updated
PUBLISH_INTERVAL = 0.1
MAX_PUBLISH_INTERVAL = 2.0  # for rows, if very many change; counts keep PUBLISH_INTERVAL
MAX_SNAPSHOT_INTERVAL = 10.0  # between two of them
ROW_SECONDS = 1.5e-6  # how long a row delays the thread that updates the board,
SHARE = 0.02  # and the share of its time that the rows of one view may take
ACK_TIMEOUT = 5.0  # a view that acknowledged nothing for so long gets a snapshot
MAX_TEXT_LENGTH = 1_000  # characters; so a batch fits into a frame, however long a task's name is


class FeedSource(Protocol):
    """The engine or client whose board a feed shows, and which can stop its tasks."""

    def welcome(self) -> messages.Welcome:
        """Return the message that introduces it."""
        ...

    def workers(self) -> list[messages.WorkerRow]:
        """Return its workers as they are now; empty if it has none."""
        ...

    def is_behind(self) -> bool:
        """Return whether programs have sent something that the board doesn't show yet."""
        ...

    def cancel(self, task_ids: Sequence[TaskId], *, force: bool, source: str) -> int:
        """Request a cancel of tasks.  Return how many are cancelled or will be."""
        ...

    def retry(self, task_ids: Sequence[TaskId], *, source: str) -> None:
        """Submit the calls of done tasks again, if something still holds their futures."""
        ...

    def request_stack(self, task_id: TaskId, reply: OnStack, *, at_once: bool) -> None:
        """Request where a task is; *reply* gets the answer soon, maybe in another thread.

        With *at_once*, the answer need not show whether C or Python code runs.
        """
        ...

    def request_usage(self, reply: OnUsage) -> None:
        """Request what the running tasks use; *reply* gets the answer soon, in any thread.

        It gets several answers if several clients have tasks.
        """
        ...

    def traceback(self, task_id: TaskId) -> str:
        """Return the traceback of the exception that a task raised; empty if there is none."""
        ...

    def output(self, task_id: TaskId, limit: int) -> tuple[str, int]:
        """Return the last *limit* bytes of a task's output, and the number of bytes before."""
        ...


class _View:
    """What the publisher knows about one view."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.version = -1  # the version it has; -1: none, so a snapshot is due
        self.workers_version = -1
        self.under_way: int | None = None  # the version that was sent and is not acknowledged yet
        self.parts: Iterator[messages.Snapshot] | None = None  # still to be sent
        self.part: messages.Snapshot | None = None  # the next of them
        self.sent_at = -PUBLISH_INTERVAL
        self.rows_at = 0.0  # when it may get rows again: later after many of them
        self.snapshot_at = 0.0  # when it may get a whole snapshot again
        self.is_hastened = False  # it doesn't wait for these times until it is up to date


Send = Callable[[bytes, messages.FromPublisher], bool | None]


class FeedPublisher:
    """Sends a board's changes to its views.

    Args:
        board: The board to publish.
        feed_source: The owner of the board, which carries out the views' requests.
        send: Takes a view's key and a message, and returns False if it could not be sent.  It must
            not block.
    """

    def __init__(self, board: Board, feed_source: FeedSource, send: Send) -> None:
        self._board = board
        self._feed_source = feed_source
        self._send = send
        self._views: dict[bytes, _View] = {}
        self._workers: list[messages.WorkerRow] = []
        self._workers_version = 0
        self._checked_at = -PUBLISH_INTERVAL  # when the workers were last read
        self._must_check = True
        self._has_ended = False
        # Answers of the engine, from any thread, to requests for details:
        self._stacks: deque[tuple[bytes, messages.DetailsRequest, TaskStack]] = deque()
        self._usages: deque[tuple[bytes, Mapping[TaskId, LiveUsage]]] = deque()  # likewise
        self._version = -1  # the board's version at the last call of `is_at_rest`
        self._moved_at = 0.0

    @property
    def has_views(self) -> bool:
        """Whether any view is connected."""
        return bool(self._views)

    def on_message(self, key: bytes, message: messages.FromView, now: float = 0.0) -> None:
        """Process a message from a view.  Before its `Hello`, only `Hello` is processed."""
        del now  # `publish` sends what is due
        view = self._views.get(key)
        if self._has_ended:
            return
        if isinstance(message, messages.Hello):
            self._on_hello(key, message)
        elif view is None:
            if not isinstance(message, messages.Bye):
                self._send(key, messages.Closed(messages.HELLO_EXPECTED))
        elif isinstance(message, messages.Ack):
            if view.under_way == message.version and view.parts is None:
                view.version, view.under_way = message.version, None
        elif isinstance(message, messages.Resync):
            self._start_over(view)
        elif isinstance(message, messages.CancelRequest):
            self._send(key, self._cancel(message, view.name))
            self.hasten(key)
        elif isinstance(message, messages.RetryRequest):
            self._send(key, self._retry(message, view.name))
        elif isinstance(message, messages.DetailsRequest):
            if self._runs(message.task_id):
                self._feed_source.request_stack(
                    message.task_id,
                    lambda stack: self._stacks.append((key, message, stack)),
                    at_once=message.at_once,
                )
            else:
                self._send(key, self._details(message, None))
        elif isinstance(message, messages.UsageRequest):
            self._feed_source.request_usage(lambda usage: self._usages.append((key, usage)))
        else:
            self.forget(key)

    def hasten(self, key: bytes) -> None:
        """Make rows due for a view that made a request, so that it sees the effect soon."""
        if (view := self._views.get(key)) is not None:
            view.is_hastened = True

    def forget(self, key: bytes) -> None:
        """Remove a view that has gone."""
        self._views.pop(key, None)

    def workers_changed(self) -> None:
        """Note that the workers changed, so `publish` is due even if the board didn't change."""
        self._must_check = True

    def publish(self, now: float) -> None:
        """Send each view what is due: changes at most ten times a second, or a snapshot."""
        while self._stacks:
            key, request, stack = self._stacks.popleft()
            self._send(key, self._details(request, stack))
        while self._usages:
            key, usage = self._usages.popleft()
            self._send(key, messages.UsageReport(dict(usage)))
        self._check_workers(now)
        at_rest = self.is_at_rest(now)
        for key, view in list(self._views.items()):
            if view.parts is not None:
                self._send_part(key, view, now)
                continue
            if now < view.sent_at + PUBLISH_INTERVAL:
                continue
            if view.under_way is not None:
                if now < view.sent_at + ACK_TIMEOUT:
                    continue
                self._start_over(view)
            if not self._has_news(view):
                continue
            view.sent_at = now
            is_urgent = at_rest or view.is_hastened
            if view.version < 0:
                self._send_snapshot(key, view, now)
            elif now < view.rows_at and not is_urgent:
                self._send_counts(key, view)
            else:
                self._send_changes(key, view, now, is_urgent=is_urgent)

    def is_at_rest(self, now: float) -> bool:
        """Return whether the board hasn't changed for one interval.

        Reading a board at rest delays no other thread.  Each call compares the board's version with
        the one at the call before.
        """
        if self._version != self._board.version:
            self._version, self._moved_at = self._board.version, now
        return now >= self._moved_at + PUBLISH_INTERVAL

    def due_at(self, now: float) -> float | None:
        """Return when `publish` next has something to do; None while nothing is new."""
        due = now if self._stacks or self._usages else None
        if self._must_check and self._views:
            due = max(now, self._checked_at + PUBLISH_INTERVAL)
        for view in self._views.values():
            if view.parts is not None:
                at = now
                if view.part is not None:  # it could not be sent
                    at = max(now, view.sent_at + PUBLISH_INTERVAL)
            elif view.under_way is not None:
                at = max(now, view.sent_at + ACK_TIMEOUT)
            elif self._has_news(view):
                at = max(now, view.sent_at + PUBLISH_INTERVAL)
            else:
                continue
            due = at if due is None else min(due, at)
        return due

    def end(self, reason: str) -> None:
        """Send each view what it doesn't have yet, and that nothing more will come."""
        for key, view in list(self._views.items()):
            if view.under_way is not None and view.parts is None:
                # That arrives before what follows, because the connection keeps the order.
                view.version = view.under_way
            if view.version >= 0:
                self._send_rest(key, view)
            self._send(key, messages.Closed(reason))
        self._views.clear()
        self._has_ended = True

    # -- requests from views ---------------------------------------------------------------------

    def _on_hello(self, key: bytes, hello: messages.Hello) -> None:
        if hello.protocol != messages.PROTOCOL:
            self._send(
                key,
                messages.Closed(
                    f"this view speaks feed protocol {hello.protocol}, the engine "
                    f"{messages.PROTOCOL}: both must be of one version of scaler_lab"
                ),
            )
            return
        self._views[key] = _View(hello.view)
        self._must_check = True
        self._send(key, self._feed_source.welcome())

    def _cancel(self, message: messages.CancelRequest, source: str) -> messages.Response:
        task_ids = self._board.open_ids() if message.everything else message.task_ids
        if message.only_queued:
            task_ids = [task_id for task_id in task_ids if self._is_queued(task_id)]
        accepted = self._feed_source.cancel(task_ids, force=message.force, source=source)
        return messages.Response(message.request, accepted, version=self._board.version)

    def _retry(self, message: messages.RetryRequest, source: str) -> messages.Response:
        task_ids = [task_id for task_id in message.task_ids if self._is_retriable(task_id)]
        self._feed_source.retry(task_ids, source=source)
        return messages.Response(message.request, len(task_ids), version=self._board.version)

    def _is_retriable(self, task_id: TaskId) -> bool:
        info = self._board.info(task_id)
        return info is not None and info.status in (Status.FAILED, Status.CANCELLED)

    def _is_queued(self, task_id: TaskId) -> bool:
        info = self._board.info(task_id)
        return info is not None and info.status.is_pending

    def _runs(self, task_id: TaskId) -> bool:
        info = self._board.info(task_id)
        return info is not None and info.status in (Status.RUNNING, Status.CANCELLING)

    def _details(
        self, message: messages.DetailsRequest, stack: TaskStack | None
    ) -> messages.Details:
        info = self._board.info(message.task_id)
        limit = max(0, min(message.output_bytes, OUTPUT_BUFFER_BYTES))
        text, before = self._feed_source.output(message.task_id, limit)
        return messages.Details(
            message.request,
            message.task_id,
            None if info is None else _clipped(info),
            self._feed_source.traceback(message.task_id),
            text,
            before,
            self._board.profile(message.task_id),
            stack,
        )

    # -- messages to views -----------------------------------------------------------------------

    def _has_news(self, view: _View) -> bool:
        return view.version != self._board.version or view.workers_version != self._workers_version

    def _check_workers(self, now: float) -> None:
        """Read the workers, unless that was done a moment ago.

        `due_at` then schedules a later check.
        """
        if now < self._checked_at + PUBLISH_INTERVAL:
            self._must_check = True
            return
        self._checked_at, self._must_check = now, False
        workers = self._feed_source.workers()
        if workers != self._workers:
            self._workers = workers
            self._workers_version += 1

    def _start_over(self, view: _View) -> None:
        view.version, view.under_way = -1, None
        view.parts = view.part = None

    def _send_snapshot(self, key: bytes, view: _View, now: float) -> None:
        view.parts = self._parts()
        self._send_part(key, view, now)

    def _parts(self) -> Iterator[messages.Snapshot]:
        version, n_parts, parts = self._board.snapshot_parts(SNAPSHOT_ROWS)
        for part, rows in enumerate(parts):
            yield messages.Snapshot(
                version,
                part,
                n_parts,
                _sendable(rows),
                self._counts(),
                self._workers,
                self._feed_source.is_behind(),
            )

    def _send_part(self, key: bytes, view: _View, now: float) -> None:
        """Send one part.  If that fails, it is tried again at the usual interval."""
        assert view.parts is not None
        if view.part is None:
            view.part = next(view.parts)
            view.workers_version = self._workers_version
        elif now < view.sent_at + PUBLISH_INTERVAL:
            return
        view.sent_at = now
        part = view.part
        if self._send(key, part) is False:
            return
        view.part = None
        if part.part + 1 == part.parts:
            view.parts = None
            cost = ROW_SECONDS * SNAPSHOT_ROWS * part.parts
            view.snapshot_at = now + min(cost / SHARE, MAX_SNAPSHOT_INTERVAL)
        view.under_way = part.version

    def _send_changes(self, key: bytes, view: _View, now: float, *, is_urgent: bool) -> None:
        changes = self._board.changes_since(view.version, CHANGES_ROWS)
        if isinstance(changes, ResyncNeeded):
            if now < view.snapshot_at and not is_urgent:
                self._send_counts(key, view)
            else:
                view.is_hastened = False
                self._send_snapshot(key, view, now)
            return
        if changes.version == self._board.version:
            view.is_hastened = False
        cost = ROW_SECONDS * len(changes.tasks)
        view.rows_at = now + min(cost / SHARE, MAX_PUBLISH_INTERVAL)
        view.under_way = changes.version
        view.workers_version = self._workers_version
        self._send(key, self._message_of(changes, view.version))

    def _send_rest(self, key: bytes, view: _View) -> None:
        """Send everything that a view doesn't have yet, at once."""
        now = self._board.version
        is_news = self._has_news(view)
        while is_news:
            changes = self._board.changes_since(view.version, CHANGES_ROWS)
            if isinstance(changes, ResyncNeeded):
                for part in self._parts():
                    self._send(key, part)
                return
            self._send(key, self._message_of(changes, view.version))
            view.version = changes.version
            is_news = view.version < now

    def _message_of(self, changes: BoardChanges, since: int) -> messages.Changes:
        return messages.Changes(
            since,
            changes.version,
            _sendable(changes.tasks),
            changes.forgotten,
            self._counts(),
            self._workers,
        )

    def _send_counts(self, key: bytes, view: _View) -> None:
        version = view.under_way = view.version
        changes = messages.Changes(version, version, [], [], self._counts(), self._workers)
        self._send(key, changes)

    def _counts(self) -> dict[str, int]:
        return {status.value: n for status, n in self._board.counts.items()}


def _sendable(rows: list[TaskInfo]) -> list[TaskInfo]:
    """Return *rows* with texts short enough to send; most rows are unchanged."""
    return [
        row
        if len(row.name) <= MAX_TEXT_LENGTH and not (row.error or row.detail or row.tags)
        else _clipped(row)
        for row in rows
    ]


def _clipped(info: TaskInfo) -> TaskInfo:
    return msgspec.structs.replace(
        info,
        name=_clip(info.name),
        group_name=_clip(info.group_name),
        error=_clip(info.error),
        detail=_clip(info.detail),
        tags=tuple(map(_clip, info.tags)),
    )


def _clip(text: str) -> str:
    return text if len(text) <= MAX_TEXT_LENGTH else text[:MAX_TEXT_LENGTH] + " [...]"
