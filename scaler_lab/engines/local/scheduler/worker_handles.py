"""The scheduler's sockets, pipes and shared memory for one worker."""

from __future__ import annotations

import array
import os
import socket
from collections.abc import Sequence

from scaler_lab.engines.local.worker_ipc import ReportReader


class WorkerHandles:
    """The scheduler's ends of the kernel objects that it shares with one worker."""

    __slots__ = (
        "cells", "inbox_read", "inbox_write", "moved", "note", "older", "output", "pid", "reader",
        "results", "slot", "taken",
    )  # fmt: skip

    def __init__(
        self,
        slot: int,
        cells: memoryview,
        note: memoryview,
        output: int,
        inbox_write: socket.socket,
        inbox_read: socket.socket,
        results: socket.socket,
    ) -> None:
        self.slot = slot
        self.pid = 0  # of the worker; 0 until it is forked
        self.cells = cells
        self.note = note
        self.output = output  # the reading end of its pipe; -1 if there is none, or it ended
        self.taken = 0  # bytes read from that pipe
        self.older: list[int] = []  # earlier pipes, to which only its tasks' children write
        self.moved: list[int] = []  # pipes that it sent, whose MOVED report is not read yet
        self.inbox_write = inbox_write
        self.inbox_read = inbox_read
        self.results = results
        self.reader = ReportReader()

    def close(self) -> None:
        """Close all sockets and pipes."""
        for end in (self.inbox_write, self.inbox_read, self.results):
            end.close()
        for fd in (self.output, *self.older, *self.moved):
            if fd >= 0:
                os.close(fd)


def close_all(fds: Sequence[int]) -> None:
    """Close the descriptors *fds*."""
    for fd in fds:
        os.close(fd)


def descriptors(ancillary: Sequence[tuple[int, int, bytes]]) -> list[int]:
    """Return the descriptors in a message's ancillary data."""
    fds = array.array("i")
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            fds.frombytes(data[: len(data) - len(data) % fds.itemsize])
    return list(fds)


def is_readable(end: socket.socket) -> bool:
    """Return whether *end* has data to read; never waits.  End of file doesn't count as data."""
    try:
        return bool(end.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
    except OSError:
        return False
