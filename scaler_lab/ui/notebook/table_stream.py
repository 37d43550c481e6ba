"""One table's feed: a `FeedPublisher` with one window, paced, in pieces of at most 64 KiB.

While the board moves a piece has few rows, so that a table on screen costs whoever moves it a few
percent at most; where ten thousand tasks pass a second, rows come after the counts, and both less
often: what a message costs most is the page's drawing of it, which a machine of few cores takes
from the workers.  Once the board rests, or somebody asked for something in the page, they come as
fast as they can.

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

import msgspec

from scaler_lab.feed import messages as feed_messages
from scaler_lab.feed.publisher import CHANGES_ROWS, PUBLISH_INTERVAL, FeedPublisher
from scaler_lab.ui import page_encoding
from scaler_lab.ui.notebook.feed_source import BoardSource

_PAGE = b"page"
BUSY_ROWS = 600  # in a piece: 3 µs each, ten times a second, are 2 % of a core
FLOOD_CHANGES = 20_000  # a second: from there on nobody can follow rows,
FLOOD_PUBLISH_INTERVAL = 0.3  # and so often is enough

Post = Callable[[page_encoding.Packed], None]


class TableStream:
    """See the module.  *post* sends one message to the page and does not wait."""

    def __init__(self, feed_source: BoardSource, post: Post) -> None:
        self._feed_source = feed_source
        self._post = post
        self._publisher = FeedPublisher(feed_source.board, feed_source, self._take)
        self._unpacked: feed_messages.Changes | None = None
        self._outbox: deque[page_encoding.Packed] = deque()  # comes before what is unpacked
        self._under_way: int | None = None  # the version that both lead to
        self._posted_at = -PUBLISH_INTERVAL
        self._posted_version = 0  # the board's, then
        self._in_haste = False

    @property
    def is_watched(self) -> bool:
        """Whether a page looks."""
        return self._publisher.has_views

    def on_message(self, message: feed_messages.FromView, now: float) -> None:
        """A page said something, which has been answered where it isn't the host's to answer."""
        if isinstance(message, feed_messages.Hello | feed_messages.Resync | feed_messages.Bye):
            self._outbox.clear()
            self._unpacked = self._under_way = None
            self._publisher.on_message(_PAGE, message, now)
        else:
            self._in_haste = True
            self._publisher.hasten(_PAGE)

    def send(self, *messages: page_encoding.ToPage) -> None:
        """Send what is no change of the board."""
        self._post(page_encoding.to_page(messages, self._clock()))

    def step(self, now: float) -> float | None:
        """Send what is due; when to step again, None while nothing is new."""
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
        """Send the last changes, and that nothing more will come."""
        self._send_all()
        self._publisher.end(reason)

    def _send_all(self) -> None:
        while self._outbox or self._unpacked is not None:
            if not self._outbox:
                self._pack(CHANGES_ROWS)
            self._post(self._outbox.popleft())

    def _pack(self, limit: int) -> None:
        """The next rows into the outbox, and the counts as they are now."""
        assert self._unpacked is not None
        head, self._unpacked = page_encoding.cut(self._unpacked, limit, self._counts())
        self._outbox.extend(page_encoding.pieces(head, self._clock()))

    def _take(self, _key: bytes, message: feed_messages.FromPublisher) -> None:
        """The host sends *message*."""
        shows = self._feed_source.shows
        if isinstance(message, feed_messages.Changes):
            rows = [row for row in message.rows if shows(row)]
            self._send_all()  # at the end there are several
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
        """The board's counts, which come more often than rows; a group's page counts its own."""
        if self._feed_source.numbers is not None:
            return {}
        return {status.value: n for status, n in self._feed_source.board.counts.items()}

    def _clock(self) -> float:
        return time.monotonic() + self._feed_source.board.epoch
