"""What one page is sent of one engine's rows.  Pure: a mirror's news in, feed messages out.

No messages are queued for a page.  Changed tasks are noted by id, and their rows are read when the
page is ready for them.  So a slow page gets fewer and larger batches, and each batch contains a
task at most once.
"""

from __future__ import annotations

from collections.abc import Iterator

from scaler_lab.core.messages import TaskId
from scaler_lab.feed import messages
from scaler_lab.feed.mirror import NO_VERSION, FeedMirror, News

ROWS_AT_ONCE = 2_000  # about 10 ms of the server's event loop


class RowStream:
    """The rows of one engine for one page."""

    def __init__(self, mirror: FeedMirror) -> None:
        self._mirror = mirror
        self._version = NO_VERSION  # the version that the page has
        self._changed: dict[TaskId, None] = {}
        self._forgotten: dict[TaskId, None] = {}
        self._has_news = False  # perhaps only new counts
        self._is_greeted = False
        self._parts: Iterator[messages.Snapshot] | None = None

    def note(self, news: News) -> None:
        """Note the mirror's news."""
        self._has_news = True
        if news.everything:
            self.start_over()
        for task_id in news.changed:
            self._forgotten.pop(task_id, None)
            self._changed[task_id] = None
        for task_id in news.forgotten:
            self._changed.pop(task_id, None)
            self._forgotten[task_id] = None

    def start_over(self) -> None:
        """Send everything again, from the next message on."""
        self._version = NO_VERSION
        self._parts = None
        self._changed.clear()
        self._forgotten.clear()

    def next_message(self) -> messages.FromPublisher | None:
        """Return the next message for the page; None if it is up to date."""
        mirror = self._mirror
        if not self._is_greeted and mirror.welcome is not None:
            self._is_greeted = True
            return mirror.welcome
        if not mirror.is_whole or not self._is_greeted:
            return None
        if self._version == NO_VERSION and self._parts is None:
            self._changed.clear()
            self._forgotten.clear()
            self._parts = self._snapshot()
        if self._parts is not None:
            part = next(self._parts, None)
            if part is not None:
                return part
            self._parts = None
        if not (self._has_news or self._changed or self._forgotten):
            return None
        return self._changes()

    def _changes(self) -> messages.Changes:
        mirror = self._mirror
        ids = list(self._changed)[:ROWS_AT_ONCE]
        since = self._version
        if len(ids) == len(self._changed):
            self._version = mirror.version
            forgotten = list(self._forgotten)
            self._forgotten.clear()
            self._has_news = False
        else:
            forgotten = []  # sent with the last part
        for task_id in ids:
            del self._changed[task_id]
        rows = [row for i in ids if (row := mirror.rows.get(i)) is not None]
        counts = {status.value: n for status, n in mirror.counts.items()}
        return messages.Changes(since, self._version, rows, forgotten, counts)

    def _snapshot(self) -> Iterator[messages.Snapshot]:
        """Yield the mirror's rows in parts.

        A row that changes meanwhile is sent again with the changes.
        """
        mirror = self._mirror
        ids = list(mirror.rows)
        self._version = mirror.version
        version = self._version
        counts = {status.value: n for status, n in mirror.counts.items()}
        starts = range(0, max(1, len(ids)), ROWS_AT_ONCE)
        for part, start in enumerate(starts):
            some = ids[start : start + ROWS_AT_ONCE]
            rows = [row for i in some if (row := mirror.rows.get(i)) is not None]
            yield messages.Snapshot(version, part, len(starts), rows, counts)
