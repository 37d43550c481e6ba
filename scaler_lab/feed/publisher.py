"""The host's side of the feed, over any board.  Pure: messages and times in, messages out.

It never queues for a window: at most one batch of changes is under way to each, and the next is
made when that was seen.  So a slow window gets fewer, larger batches, or a snapshot; it never
slows whoever moves the board, who has other things to do:

  - while tasks pass by the ten thousand, rows come in batches further apart, in which a task is
    once however often it changed, and the counts alone in between;
  - who is far behind catches up in several batches, oldest changes first, as long as that is less
    than the whole board;
  - a snapshot of a large board is made and sent one part a turn, and the next one, where its window
    has fallen behind again meanwhile, only after a while.

One thread owns a host.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import msgspec

from scaler_lab.core.board import Board, BoardChanges, ResyncNeeded, TaskInfo
from scaler_lab.core.messages import TaskId
from scaler_lab.core.output_buffer import OUTPUT_BUFFER_BYTES
from scaler_lab.core.state_machine import Status
from scaler_lab.feed import messages

SNAPSHOT_ROWS = 2_000  # in one part: about 3 ms
CHANGES_ROWS = 4_000  # in one batch: about 5 ms, in which nobody can move the board
PUBLISH_INTERVAL = 0.1
MAX_PUBLISH_INTERVAL = 2.0  # of rows, where very many change; of counts it is always the same
MAX_SNAPSHOT_INTERVAL = 10.0  # between two of them
ROW_SECONDS = 1.5e-6  # what a row costs whoever moves the board,
SHARE = 0.02  # and how much of its time the rows of one window may cost
ACK_TIMEOUT = 5.0  # after which a window that has seen nothing gets a snapshot
MAX_TEXT_LENGTH = 1_000  # characters; a frame holds a batch whatever a task is called


class FeedSource(Protocol):
    """What a feed is of: whoever has the board, and can stop its tasks."""

    def welcome(self) -> messages.Welcome:
        """Who it is."""
        ...

    def workers(self) -> list[messages.WorkerRow]:
        """Its workers now; none where it has no such thing."""
        ...

    def cancel(self, task_ids: Sequence[TaskId], *, force: bool, source: str) -> int:
        """Ask to stop tasks; how many are or will end cancelled."""
        ...

    def retry(self, task_ids: Sequence[TaskId], *, source: str) -> None:
        """Have the calls of done tasks submitted again, where their futures are still held."""
        ...

    def traceback(self, task_id: TaskId) -> str:
        """The text of the exception a task failed with; empty where there is none."""
        ...

    def output(self, task_id: TaskId, limit: int) -> tuple[str, int]:
        """The last *limit* bytes of what a task wrote, as text; how many bytes came before."""
        ...


class _View:
    def __init__(self, name: str) -> None:
        self.name = name
        self.version = -1  # what it has; -1: nothing, so a snapshot is due
        self.workers_version = -1
        self.under_way: int | None = None  # what it has been sent, and has not said it saw
        self.parts: Iterator[messages.Snapshot] | None = None  # still to be sent
        self.part: messages.Snapshot | None = None  # the next of them
        self.sent_at = -PUBLISH_INTERVAL
        self.rows_at = 0.0  # when it may have rows again: later after many
        self.snapshot_at = 0.0  # and when all of them again
        self.is_hastened = False  # it waits for none of that until it knows all


Send = Callable[[bytes, messages.FromPublisher], bool | None]


class FeedPublisher:
    """See the module.

    *send* takes a window's key and a message, and returns False where it could not be sent; it
    must not block.
    """

    def __init__(self, board: Board, feed_source: FeedSource, send: Send) -> None:
        self._board = board
        self._feed_source = feed_source
        self._send = send
        self._views: dict[bytes, _View] = {}
        self._workers: list[messages.WorkerRow] = []
        self._workers_version = 0
        self._checked_at = -PUBLISH_INTERVAL  # at the workers
        self._must_check = True
        self._has_ended = False
        self._version = -1  # of the board, when it was last looked whether it rests
        self._moved_at = 0.0

    @property
    def has_views(self) -> bool:
        """Whether anybody looks."""
        return bool(self._views)

    def on_message(self, key: bytes, message: messages.FromView, now: float = 0.0) -> None:
        """A window said something.  One that has not said hello is not heard."""
        del now  # what is due is sent by `publish`
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
            self._send(key, self._details(message))
        else:
            self.forget(key)

    def hasten(self, key: bytes) -> None:
        """Who asked for something wants to see what becomes of it: rows are due."""
        if (view := self._views.get(key)) is not None:
            view.is_hastened = True

    def forget(self, key: bytes) -> None:
        """A window went away."""
        self._views.pop(key, None)

    def workers_changed(self) -> None:
        """A worker came, got ready or went: `publish` is due, though the board tells nothing."""
        self._must_check = True

    def publish(self, now: float) -> None:
        """Send each window what it is due: changes at most ten times a second, or a snapshot."""
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
        """Whether the board did not move for a turn, by what was seen when this was asked before:
        then nobody is held up by a look at it.
        """
        if self._version != self._board.version:
            self._version, self._moved_at = self._board.version, now
        return now >= self._moved_at + PUBLISH_INTERVAL

    def due_at(self, now: float) -> float | None:
        """When `publish` next has something to do; None while nothing is new."""
        due: float | None = None
        if self._must_check and self._views:
            due = max(now, self._checked_at + PUBLISH_INTERVAL)
        for view in self._views.values():
            if view.parts is not None:
                at = now
                if view.part is not None:  # it was not taken
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
        """Send every window what it has not seen, and that nothing more will come."""
        for key, view in list(self._views.items()):
            if view.under_way is not None and view.parts is None:
                view.version = view.under_way  # it comes first: this connection keeps order
            if view.version >= 0:
                self._send_rest(key, view)
            self._send(key, messages.Closed(reason))
        self._views.clear()
        self._has_ended = True

    # -- what windows ask --------------------------------------------------------------------------

    def _on_hello(self, key: bytes, hello: messages.Hello) -> None:
        if hello.protocol != messages.PROTOCOL:
            self._send(
                key,
                messages.Closed(
                    f"this window speaks feed protocol {hello.protocol}, the engine "
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
        return info is not None and info.status in (Status.QUEUED, Status.WAITING)

    def _details(self, message: messages.DetailsRequest) -> messages.Details:
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
        )

    # -- what windows are sent ---------------------------------------------------------------------

    def _has_news(self, view: _View) -> bool:
        return view.version != self._board.version or view.workers_version != self._workers_version

    def _check_workers(self, now: float) -> None:
        """Not at every turn: `due_at` sees to it that one is looked at later."""
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
            )

    def _send_part(self, key: bytes, view: _View, now: float) -> None:
        """Send one part; one that could not be sent is tried again at the usual pace."""
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
        """All that a window has not seen by now, at once."""
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
    """*rows* with texts of a length that can be sent; nearly always, as they are."""
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
