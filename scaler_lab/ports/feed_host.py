"""The host's side of the feed, over any board.  Pure: messages and times in, messages out.

It never queues for a window: at most one batch of changes is under way to each, and the next is
made when that was seen.  So a slow window gets fewer, larger batches, or a snapshot; it never
slows whoever moves the board.  One thread owns a host.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from scaler_lab.facts.messages import TaskId
from scaler_lab.memory.board import Board, Gap
from scaler_lab.ports import feed

SNAPSHOT_ROWS = 5_000  # in one part
CHANGES_ROWS = 20_000  # more than that is cheaper as a snapshot
PACE_SECONDS = 0.1
PATIENCE_SECONDS = 5.0  # after which a window that has seen nothing gets a snapshot


class Subject(Protocol):
    """What a feed is of: whoever has the board, and can stop its tasks."""

    def welcome(self) -> feed.Welcome:
        """Who it is."""
        ...

    def workers(self) -> list[feed.WorkerRow]:
        """Its workers now; none where it has no such thing."""
        ...

    def cancel(self, task_ids: Sequence[TaskId], *, force: bool, source: str) -> int:
        """Ask to stop tasks; how many are or will end cancelled."""
        ...

    def traceback(self, task_id: TaskId) -> str:
        """The text of the exception a task failed with; empty where there is none."""
        ...


class _Window:
    def __init__(self, name: str) -> None:
        self.name = name
        self.version = -1  # what it has; -1: nothing, so a snapshot is due
        self.under_way: int | None = None
        self.sent_at = 0.0


Send = Callable[[bytes, feed.FromHost], None]


class FeedHost:
    """See the module.  *send* takes a window's key and a message; it must not block."""

    def __init__(self, board: Board, subject: Subject, send: Send) -> None:
        self._board = board
        self._subject = subject
        self._send = send
        self._windows: dict[bytes, _Window] = {}

    @property
    def has_windows(self) -> bool:
        """Whether anybody looks."""
        return bool(self._windows)

    def on_message(self, key: bytes, message: feed.FromWindow, now: float) -> None:
        """A window said something.  One that has not said hello is not heard."""
        window = self._windows.get(key)
        if isinstance(message, feed.Hello):
            self._on_hello(key, message)
        elif window is None:
            self._send(key, feed.Ended("say hello first"))
        elif isinstance(message, feed.Seen):
            if window.under_way == message.version:
                window.version, window.under_way = message.version, None
        elif isinstance(message, feed.Resync):
            window.version, window.under_way = -1, None
        elif isinstance(message, feed.AskCancel):
            accepted = self._subject.cancel(
                message.task_ids, force=message.force, source=window.name
            )
            self._send(key, feed.Answer(message.request, accepted))
        elif isinstance(message, feed.AskDetails):
            self._send(key, self._details(message))
        else:
            self.forget(key)
        del now

    def forget(self, key: bytes) -> None:
        """A window went away."""
        self._windows.pop(key, None)

    def publish(self, now: float) -> None:
        """Send each window what it is due: changes at most ten times a second, or a snapshot."""
        version = self._board.version
        for key, window in list(self._windows.items()):
            if now - window.sent_at < PACE_SECONDS:
                continue
            if window.under_way is not None:
                if now - window.sent_at < PATIENCE_SECONDS:
                    continue
                window.version, window.under_way = -1, None
            if window.version == version:
                continue
            window.sent_at = now
            if window.version < 0:
                self._send_snapshot(key, window)
            else:
                self._send_changes(key, window)

    def due_at(self, now: float) -> float | None:
        """When `publish` next has something to send; None while nothing is new."""
        version = self._board.version
        due: float | None = None
        for window in self._windows.values():
            if window.version == version and window.under_way is None:
                continue
            wait = PACE_SECONDS if window.under_way is None else PATIENCE_SECONDS
            at = max(now, window.sent_at + wait)
            due = at if due is None else min(due, at)
        return due

    def end(self, reason: str) -> None:
        """Tell every window that nothing more will come."""
        for key in list(self._windows):
            self._send(key, feed.Ended(reason))
        self._windows.clear()

    def _on_hello(self, key: bytes, hello: feed.Hello) -> None:
        if hello.protocol != feed.PROTOCOL:
            self._send(
                key,
                feed.Ended(
                    f"this window speaks feed protocol {hello.protocol}, the engine "
                    f"{feed.PROTOCOL}: both must be of one version of scaler_lab"
                ),
            )
            return
        self._windows[key] = _Window(hello.window)
        self._send(key, self._subject.welcome())

    def _send_snapshot(self, key: bytes, window: _Window) -> None:
        snapshot = self._board.snapshot()
        counts, workers = self._counts(), self._subject.workers()
        rows = snapshot.tasks
        starts = range(0, max(1, len(rows)), SNAPSHOT_ROWS)
        for part, start in enumerate(starts):
            self._send(
                key,
                feed.Snapshot(
                    snapshot.version,
                    part,
                    len(starts),
                    rows[start : start + SNAPSHOT_ROWS],
                    counts,
                    workers,
                ),
            )
        window.under_way = snapshot.version

    def _send_changes(self, key: bytes, window: _Window) -> None:
        changes = self._board.changes_since(window.version)
        if isinstance(changes, Gap) or len(changes.tasks) > CHANGES_ROWS:
            self._send_snapshot(key, window)
            return
        self._send(
            key,
            feed.Changes(
                window.version,
                changes.version,
                changes.tasks,
                changes.forgotten,
                self._counts(),
                self._subject.workers(),
            ),
        )
        window.under_way = changes.version

    def _details(self, message: feed.AskDetails) -> feed.Details:
        facts = self._board.facts(message.task_id)
        return feed.Details(
            message.request,
            message.task_id,
            facts,
            self._subject.traceback(message.task_id),
        )

    def _counts(self) -> dict[str, int]:
        return {status.value: n for status, n in self._board.counts.items()}
