"""One table's feed: a `FeedPublisher` with one view, rate-limited, in messages of at most 64 KiB.

While the board changes, a message contains few rows, so that a visible table costs the changing
program a few percent at most.  If ten thousand tasks finish per second, rows are sent after the
counts, and both less often.  The most expensive part of a message is the drawing in the page, and
on a machine with few cores that takes time from the workers.  When the board is at rest, or when
the page has sent a request, rows are sent as fast as possible.

The feed publisher waits until a view has confirmed the last message.  A page can't always confirm
(a comm's messages may wait for the cell to end, and updates must not wait with them).  So the
stream confirms on behalf of the page after the last part was sent.  The page detects lost messages
by their versions.

Owner: the publisher's thread.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

import msgspec

from scaler_lab.feed import messages as feed_messages
from scaler_lab.feed.board_source import BoardSource
from scaler_lab.feed.publisher import CHANGES_ROWS, PUBLISH_INTERVAL, FeedPublisher
from scaler_lab.ui import page_encoding

_PAGE = b"page"
BUSY_ROWS = 600  # per message: 3 µs each, ten times a second, are 2 % of a core
FLOOD_CHANGES = 20_000  # changes per second; above this rate no person can follow the rows,
FLOOD_PUBLISH_INTERVAL = 0.3  # and this interval is short enough

Post = Callable[[page_encoding.Packed], None]


class TableStream:
    """The feed of one table.

    Args:
        feed_source: The tasks to send.
        post: Sends one message to the page, without waiting.
    """

    def __init__(self, feed_source: BoardSource, post: Post) -> None:
        self._feed_source = feed_source
        self._post = post
        self._publisher = FeedPublisher(feed_source.board, feed_source, self._take)
        self._unpacked: feed_messages.Changes | None = None
        self._outbox: deque[page_encoding.Packed] = deque()  # sent before `_unpacked`
        # The version that the page has after `_outbox` and `_unpacked`.
        self._under_way: int | None = None
        self._posted_at = -PUBLISH_INTERVAL
        self._posted_version = 0  # the board's version at that time
        self._in_haste = False

    @property
    def is_watched(self) -> bool:
        """Whether a page is connected."""
        return self._publisher.has_views

    def on_message(self, message: feed_messages.FromView, now: float) -> None:
        """Process a page's message.

        Requests have been answered before; here they only speed up the next messages.
        """
        if isinstance(message, feed_messages.Hello | feed_messages.Resync | feed_messages.Bye):
            self._outbox.clear()
            self._unpacked = self._under_way = None
            self._publisher.on_message(_PAGE, message, now)
        else:
            self._in_haste = True
            self._publisher.hasten(_PAGE)

    def send(self, *messages: page_encoding.ToPage) -> None:
        """Send messages that are not changes of the board."""
        self._post(page_encoding.to_page(messages, self._clock()))

    def step(self, now: float) -> float | None:
        """Send what is due.

        Returns:
            When to call this again; None if nothing is new.
        """
        is_urgent = self._publisher.is_at_rest(now) or self._in_haste
        if not self._outbox and self._unpacked is None:
            self._publisher.publish(now)
        if now - self._posted_at >= self._pace(now):
            if not self._outbox and self._unpacked is not None:
                self._pack(CHANGES_ROWS if is_urgent else BUSY_ROWS)
            if self._outbox:
                self._posted_at, self._posted_version = now, self._feed_source.board.version
                self._post(self._outbox.popleft())
        if self._outbox or self._unpacked is not None:
            return self._posted_at + self._pace(now)
        if self._under_way is not None:
            self._publisher.on_message(_PAGE, feed_messages.Ack(self._under_way), now)
            self._under_way = None
        self._in_haste = False
        return self._publisher.due_at(now)

    def _pace(self, now: float) -> float:
        since = max(now - self._posted_at, PUBLISH_INTERVAL)
        n_changes = self._feed_source.board.version - self._posted_version
        is_flood = n_changes / since > FLOOD_CHANGES
        return FLOOD_PUBLISH_INTERVAL if is_flood and not self._in_haste else PUBLISH_INTERVAL

    def end(self, reason: str) -> None:
        """Send the last changes, and then that nothing more will be sent."""
        self._send_all()
        self._publisher.end(reason)

    def _send_all(self) -> None:
        while self._outbox or self._unpacked is not None:
            if not self._outbox:
                self._pack(CHANGES_ROWS)
            self._post(self._outbox.popleft())

    def _pack(self, limit: int) -> None:
        """Put the next rows and the current counts into the outbox."""
        assert self._unpacked is not None
        head, self._unpacked = page_encoding.cut(self._unpacked, limit, self._counts())
        self._outbox.extend(page_encoding.pieces(head, self._clock()))

    def _take(self, _key: bytes, message: feed_messages.FromPublisher) -> None:
        """Queue *message* of the feed publisher for the page."""
        shows = self._feed_source.shows
        if isinstance(message, feed_messages.Changes):
            rows = [row for row in message.rows if shows(row)]
            self._send_all()  # when the feed ends, there are several
            self._unpacked = msgspec.structs.replace(message, rows=rows)
            self._under_way = message.version
        elif isinstance(message, feed_messages.Snapshot):
            rows = [row for row in message.rows if shows(row)]
            self.send(msgspec.structs.replace(message, rows=rows, counts=self._counts()))
            if message.part == message.parts - 1:
                self._under_way = message.version
        else:
            if isinstance(message, feed_messages.Closed):
                self._send_all()
            self.send(message)

    def _counts(self) -> dict[str, int]:
        """Return the counts, which are sent more often than rows."""
        return self._feed_source.counts()

    def _clock(self) -> float:
        return time.monotonic() + self._feed_source.board.epoch
