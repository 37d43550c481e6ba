"""The publisher: one thread that sends changes to the pages, for all tables of a process.

It starts when a page connects, and ends when no page is connected and nothing is left to send.  It
polls the board of each table at most ten times a second.  Boards notify it, but a notification
wakes the thread only while it is idle: an engine that finishes 30,000 tasks a second must not
become slower because a table shows them.

A table is live as long as its client.  An output also has a static page, which a saved notebook
shows without a kernel.  That page is renewed (`TableOutput.renew`) when all of the tasks are done
and, for `QUIET_SECONDS`, no page has sent a message and the board has not changed.  Then nobody is
at work in the view, which is drawn anew with it.  When the client ends, only the static page is
left.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, Literal, Protocol

from scaler_lab.feed import messages
from scaler_lab.feed.board_source import BoardSource
from scaler_lab.ui.notebook.table_stream import TableStream

log = logging.getLogger(__name__)

QUIET_SECONDS = 10.0
SOON_SECONDS = 0.2  # if the next message is due sooner, the thread needs no notification
JOIN_TIMEOUT = 2.0
ENDED = "the client was shut down"


class TableOutput(Protocol):
    """A displayed table, as the publisher uses it."""

    @property
    def feed_source(self) -> BoardSource: ...
    @property
    def stream(self) -> TableStream: ...
    def saved(self) -> dict[str, Any]:
        """Return what a saved notebook is to contain besides the widget, as a mime bundle."""
        ...

    def renew(self) -> None:
        """Bring the static page in the table's outputs up to date."""
        ...

    def freeze(self) -> None:
        """Replace the displayed table by a static page."""
        ...

    def retire(self) -> None:
        """Release everything: no more messages will be sent."""
        ...


class _Table:
    """The state that the publisher's thread keeps for one table."""

    def __init__(self, output: TableOutput, take_down: Callable[[], None]) -> None:
        self.output = output
        self.take_down = take_down
        self.is_renewed = False
        self.touched_at = time.monotonic()
        self.version = -1


_Message = tuple[TableOutput, messages.FromView | Literal["release"] | None]


class Publisher:
    """Sends changes to the pages of all tables, from one thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None  # guarded by _lock
        self._inbox: SimpleQueue[_Message] = SimpleQueue()
        self._wake = threading.Event()
        self._is_idle = False  # written by the thread; read by board listeners
        self._is_closing = False
        # Touched only by the thread, or while no thread runs.
        self._tables: dict[TableOutput, _Table] = {}

    def receive(self, output: TableOutput, message: messages.FromView | None = None) -> None:
        """Enqueue a page's message for *output*; None means that the table was displayed.

        Can be called from any thread.
        """
        self._inbox.put((output, message))
        self._wake.set()
        self._ensure_thread()

    def release(self, output: TableOutput) -> None:
        """Send nothing more to *output*, until a message for it is received.  From any thread."""
        self._inbox.put((output, "release"))
        self._wake.set()
        self._ensure_thread()

    def close(self) -> None:
        """End the thread, even if pages are connected.  Called when the interpreter exits."""
        with self._lock:
            self._is_closing = True
            thread = self._thread
        self._wake.set()
        if thread is not None and thread is not threading.current_thread():
            thread.join(JOIN_TIMEOUT)

    def _ensure_thread(self) -> None:
        with self._lock:
            if self._thread is None and not self._is_closing:
                self._thread = threading.Thread(
                    target=self._run, name="scaler_lab-notebook", daemon=True
                )
                self._thread.start()

    def _wake_up(self) -> None:
        if self._is_idle:
            self._wake.set()
            self._ensure_thread()

    # -- the thread --------------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            self._is_idle = False
            self._wake.clear()
            self._read()
            now = time.monotonic()
            due = self._step(now)
            if due is None or due > now + SOON_SECONDS:
                # Set the idle flag first, then check once more: a change after that check finds
                # the flag set and wakes the thread.
                self._is_idle = True
                due = self._step(now)
            with self._lock:
                # Under the lock that `_ensure_thread` uses: a notification that arrives now either
                # is seen by this thread, or finds no thread and starts one.
                if self._is_closing or (
                    due is None and not self._wake.is_set() and self._may_end()
                ):
                    self._thread = None
                    return
            self._wake.wait(None if due is None else max(0.0, due - time.monotonic()))

    def _may_end(self) -> bool:
        return self._inbox.empty() and not any(
            table.output.stream.is_watched for table in self._tables.values()
        )

    def _read(self) -> None:
        while True:
            try:
                output, message = self._inbox.get_nowait()
            except Empty:
                return
            now = time.monotonic()
            table = self._tables.get(output)
            if message == "release":
                if table is not None:
                    self._drop(table)
                continue
            if table is None:
                take_down = output.feed_source.board.subscribe(self._wake_up)
                table = self._tables[output] = _Table(output, take_down)
            table.touched_at = now
            if message is not None:
                try:
                    output.stream.on_message(message, now)
                except Exception:
                    log.exception("a page's message could not be answered: %r", message)

    def _step(self, now: float) -> float | None:
        """Send what is due to every table; return when the next message is due."""
        dues: list[float] = []
        for table in list(self._tables.values()):
            try:
                due = self._step_table(table, now)
            except Exception:
                log.exception("a table is not shown any more: it could not be published")
                self._drop(table)
                continue
            if due is not None:
                dues.append(due)
        return min(dues, default=None)

    def _step_table(self, table: _Table, now: float) -> float | None:
        output = table.output
        feed_source, stream = output.feed_source, output.stream
        due = stream.step(now)
        version = feed_source.board.version
        if version != table.version:
            table.version = version
            table.touched_at = now
            table.is_renewed = False
        if due is not None:
            return due
        if feed_source.is_over:
            stream.end(ENDED)
            output.freeze()
            output.retire()
            self._drop(table)
            return None
        if table.is_renewed or not _all_done(feed_source):
            return None
        renew_at = table.touched_at + QUIET_SECONDS
        if now < renew_at:
            return renew_at
        table.is_renewed = True
        output.renew()
        return None

    def _drop(self, table: _Table) -> None:
        table.take_down()
        self._tables.pop(table.output, None)


def _all_done(feed_source: BoardSource) -> bool:
    counts = feed_source.board.counts
    return any(counts.values()) and not any(n for s, n in counts.items() if not s.is_done)
