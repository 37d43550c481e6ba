"""The scheduler's connection to its fork server: sends commands, receives births and deaths.

The fork server reads nothing while it waits for a process tree to die.  Commands are then queued
here, in order, so that they never block the scheduler.  Owned by the loop's thread.
"""

from __future__ import annotations

import os
import socket
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from scaler_lab.engines.local.scheduler.poller import Poller
from scaler_lab.engines.local.scheduler.worker_handles import close_all
from scaler_lab.engines.local.worker import forkserver


class WorkerEvents(Protocol):
    """The receiver of the fork server's events."""

    def on_born(self, number: int, pid: int) -> None:
        """Worker *number* was forked."""
        ...

    def on_gone(self, number: int, status: int, peak_rss_kib: int, killed: int) -> None:
        """Worker *number* and its descendants were reaped; *killed* descendants were killed."""
        ...


class ForkServerClient:
    """The connection to the fork server.

    *on_lost* is called with the reason when the fork server can't be reached any more.
    """

    def __init__(
        self, pid: int, end: socket.socket, poller: Poller, on_lost: Callable[[str], None]
    ) -> None:
        self._pid = pid
        self._end = end
        self._poller = poller
        self._on_lost = on_lost
        self._waiting: deque[tuple[bytes, list[int]]] = deque()

    def open(self, events: WorkerEvents) -> None:
        """Pass the fork server's events to *events* from now on."""
        self._events = events
        self._poller.register(self._end, self._read)

    def command(self, what: bytes, number: int, slot: int = 0, fds: Sequence[int] = ()) -> None:
        """Send or queue a command about a worker.

        *fds* are sent with the command, and closed in this process afterwards.
        """
        self._waiting.append((forkserver.COMMAND.pack(what, number, slot), list(fds)))
        if len(self._waiting) == 1:
            self._send()

    def close(self) -> int:
        """Make the fork server kill all workers, remove all files and end; return its wait status.

        Waits until it has ended.
        """
        for _, fds in self._waiting:
            close_all(fds)
        self._end.close()
        _, status = os.waitpid(self._pid, 0)
        return status

    def _send(self) -> None:
        waiting = self._waiting
        while waiting:
            command, fds = waiting[0]
            try:
                socket.send_fds(self._end, [command], fds)
            except BlockingIOError:
                self._poller.poll_writing(self._end, self._on_writable)
                return
            except OSError as error:
                self._on_lost(f"its fork server can't be reached: {error}")
            close_all(fds)
            waiting.popleft()

    def _on_writable(self) -> None:
        self._poller.register(self._end, self._read)
        self._send()
        self._read()

    def _read(self) -> None:
        while True:
            try:
                news = self._end.recv(forkserver.NEWS.size)
            except BlockingIOError:
                return
            except OSError:
                news = b""
            if not news:
                self._on_lost("its fork server died, and with it the workers")
                return
            what, number, pid, status, peak_rss_kib, killed = forkserver.NEWS.unpack(news)
            if what == forkserver.BORN:
                self._events.on_born(number, pid)
            else:
                self._events.on_gone(number, status, peak_rss_kib, killed)
