"""What tasks write to the descriptors 1 and 2: caught in a pipe, and told apart by where it stands.

Everybody's writes are caught alike: print, logging, C code, child processes.  The scheduler reads
the pipe, so the task that floods it waits, and nobody else does; and a task that holds Python's
lock while it writes doesn't wait for a thread of its own process.

    task 7 ─ "a\\n" ─┐                                  TAKEN, in the page
    task 8 ─ "b\\n" ─┴─> pipe: 0 .. 2 .. 4 ─> scheduler ─> taken so far
              report of 7: written = 2      2 = TAKEN + what the pipe still holds
              report of 8: written = 4

So a report says how far the stream went when its task ended, and a task that writes nothing pays
for one look at how much the pipe holds.  TAKEN is odd while the scheduler reads, in which moment
that sum would be wrong.

Descriptors that a task closed or replaced are put back before the next one.  For a task of a few
microseconds one of the two is looked at, in turns: two more system calls would cost it a twentieth.

A child process that outlives its task keeps the pipe it was born with: the worker gets another
one, and what comes by the old one is thrown away.  A thread that outlives its task can't be told
apart so: what it writes is counted to the task that runs then.
"""

from __future__ import annotations

import array
import fcntl
import io
import os
import socket
import sys
import termios
import time
from typing import Final

from scaler_lab.engines.local import process_tree, worker_ipc
from scaler_lab.engines.local.worker_ipc import MOVED_TO, TAKEN

QUICK_NS: Final = 100_000  # in less, nobody makes a process
MOVE_POLL_INTERVAL: Final = 0.0002
_NAMES: Final = {1: "<stdout>", 2: "<stderr>"}


class Capture:
    """See the module.  Touched by the main thread only, between tasks.

    *pipe* is the writing end, which is the capture's from here on.
    """

    def __init__(self, pipe: int, cells: memoryview, results: socket.socket) -> None:
        self._pipe = pipe
        self._cells = cells
        self._results = results
        self._before = os.dup(1), os.dup(2)
        self._before_streams = sys.stdout, sys.stderr
        self._held = array.array("i", [0])
        self._taken = 0  # the cell, when it was last looked at
        self._written = 0
        self._polled_at = 1
        self._pipes = 0  # given up so far
        self.must_move = False  # once what `after_task` said is reported
        self._children: set[int] = set()  # those that outlived tasks, and hold older pipes
        self._put_back()
        self._make_streams()

    def end(self) -> None:
        """Give the descriptors back as they were: what follows is no task's."""
        for fd, before in zip((1, 2), self._before, strict=True):
            os.dup2(before, fd)
        sys.stdout, sys.stderr = self._before_streams

    def after_task(self, took_ns: int) -> int:
        """How many bytes were written by the end of the task that took *took_ns*, by it and all
        before; leaves everything ready for the next one.
        """
        stdout, stderr = self._stdout, self._stderr
        if sys.stdout is not stdout or sys.stderr is not stderr:
            sys.stdout, sys.stderr = stdout, stderr
        try:
            stdout.flush()
            stderr.flush()
        except (OSError, ValueError):  # closed, detached, or what is under it was
            self._put_back()
            self._make_streams()
        if took_ns < QUICK_NS:
            self._polled_at = 3 - self._polled_at
            try:
                fcntl.ioctl(self._polled_at, termios.FIONREAD, self._held)
            except OSError:
                pass
            else:
                if not self._held[0] and self._cells[TAKEN] == self._taken:
                    return self._written
        self._put_back()
        self._poll()
        if took_ns >= QUICK_NS and process_tree.has_children():
            self.must_move = self._has_new_children()
        return self._written

    @property
    def written(self) -> int:
        """What `after_task` said last."""
        return self._written

    # -- looking -----------------------------------------------------------------------------------

    def _poll(self) -> None:
        cells, held = self._cells, self._held
        while True:
            taken = cells[TAKEN]
            if not taken & 1:
                fcntl.ioctl(self._pipe, termios.FIONREAD, held)
                if cells[TAKEN] == taken:
                    break
            time.sleep(0)
        self._taken = taken
        self._written = (taken >> 1) + held[0]

    def _has_new_children(self) -> bool:
        pids = process_tree.running_children()
        new, self._children = pids - self._children, pids
        return bool(new)

    # -- putting right -----------------------------------------------------------------------------

    def _put_back(self) -> None:
        os.dup2(self._pipe, 1)
        os.dup2(self._pipe, 2)

    def _make_streams(self) -> None:
        self._stdout = sys.stdout = sys.__stdout__ = _stream(1)  # type: ignore[misc]
        self._stderr = sys.stderr = sys.__stderr__ = _stream(2)  # type: ignore[misc]

    def move(self) -> None:
        """Leave the pipe to the children that hold it, and write to another one."""
        self.must_move = False
        try:
            theirs, ours = os.pipe()
        except OSError:  # no descriptors left: then their words mix with later tasks'
            return
        self._pipes += 1
        frame = worker_ipc.frame_report(worker_ipc.MOVED, self._pipes, 0, 0)
        try:
            sent = socket.send_fds(self._results, [frame], [theirs])
            if sent < len(frame):
                self._results.sendall(frame[sent:])
        finally:
            os.close(theirs)
        while self._cells[MOVED_TO] != self._pipes:  # until it reads the new one, and counts anew
            time.sleep(MOVE_POLL_INTERVAL)
        os.close(self._pipe)
        self._pipe = ours
        self._put_back()
        self._taken = self._written = 0


def _stream(fd: int) -> io.TextIOWrapper:
    raw = io.FileIO(fd, "w", closefd=False)
    raw.name = _NAMES[fd]  # as Python's own are called
    # A character that UTF-8 has no bytes for (a lone surrogate) is no reason to fail a task.
    return io.TextIOWrapper(
        io.BufferedWriter(raw), "utf-8", errors="backslashreplace", line_buffering=True
    )
