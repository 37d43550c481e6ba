"""One table's feed: a `FeedHost` with one window, paced, in pieces of at most 64 KiB.

The host waits until a window has seen what is under way.  A page can't always say so (a comm's
messages may wait for the cell to end, and updates must not wait with them), so the stream says it
in the page's name once the last piece is out.  What gets lost on the way is noticed by its
version.

Owner: the publisher's thread.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from scaler_lab.ports import feed
from scaler_lab.ports.feed_host import PACE_SECONDS, FeedHost
from scaler_lab.windows.notebook import wire
from scaler_lab.windows.notebook.subject import BoardSubject

_PAGE = b"page"

Post = Callable[[wire.Packed], None]


class Stream:
    """See the module.  *post* sends one message to the page and does not wait."""

    def __init__(self, subject: BoardSubject, post: Post) -> None:
        self._subject = subject
        self._post = post
        self._host = FeedHost(subject.board, subject, self._take)
        self._outbox: deque[wire.Packed] = deque()
        self._under_way: int | None = None  # the version the outbox leads to
        self._posted_at = -PACE_SECONDS

    @property
    def is_watched(self) -> bool:
        """Whether a page looks."""
        return self._host.has_windows

    def on_message(self, message: feed.FromWindow, now: float) -> None:
        """A page said something that is the host's to answer."""
        if isinstance(message, feed.Hello | feed.Resync | feed.Goodbye):
            self._outbox.clear()
            self._under_way = None
            self._host.on_message(_PAGE, message, now)

    def send(self, *messages: wire.ToPage) -> None:
        """Send what is no change of the board."""
        self._post(wire.to_page(messages, self._clock()))

    def step(self, now: float) -> float | None:
        """Send what is due; when to step again, None while nothing is new."""
        if not self._outbox:
            self._host.publish(now)
        if self._outbox and now - self._posted_at >= PACE_SECONDS:
            self._posted_at = now
            self._post(self._outbox.popleft())
        if not self._outbox and self._under_way is not None:
            self._host.on_message(_PAGE, feed.Seen(self._under_way), now)
            self._under_way = None
        if self._outbox:
            return self._posted_at + PACE_SECONDS
        return self._host.due_at(now)

    def end(self, reason: str) -> None:
        """Send the last changes, and that nothing more will come."""
        while self._outbox:
            self._post(self._outbox.popleft())
        self._host.end(reason)

    def _take(self, _key: bytes, message: feed.FromHost) -> None:
        """The host sends *message*."""
        shows = self._subject.shows
        if isinstance(message, feed.Changes):
            rows = [row for row in message.rows if shows(row)]
            changes = feed.Changes(
                message.since, message.version, rows, message.forgotten, self._counts(message)
            )
            self._outbox.extend(wire.pieces(changes, self._clock()))
            self._under_way = message.version
        elif isinstance(message, feed.Snapshot):
            rows = [row for row in message.rows if shows(row)]
            counts = self._counts(message)
            self.send(feed.Snapshot(message.version, message.part, message.parts, rows, counts))
            if message.part == message.parts - 1:
                self._under_way = message.version
        else:
            self.send(message)

    def _counts(self, message: feed.Changes | feed.Snapshot) -> dict[str, int]:
        """The board's counts, which come more often than rows; a group's page counts its own."""
        return message.counts if self._subject.numbers is None else {}

    def _clock(self) -> float:
        return time.monotonic() + self._subject.board.epoch
