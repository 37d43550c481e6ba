"""Capture what tasks write to descriptors 1 and 2, and attribute it by its offset in the stream.

Descriptors 1 and 2 point to a pipe, so output of every kind is captured: print, logging, C code,
child processes.  The scheduler reads the pipe.  So a task that writes too fast blocks only itself,
and a task that holds the GIL while it writes doesn't wait for a thread of its own process.

    task 7 ─ "a\\n" ─┐                                  TAKEN, in the page
    task 8 ─ "b\\n" ─┴─> pipe: 0 .. 2 .. 4 ─> scheduler ─> taken so far
              report of 7: written = 2      2 = TAKEN + what the pipe still holds
              report of 8: written = 4

So each report contains the length of the stream when its task ended.  For a task that writes
nothing this costs one system call: how many bytes the pipe holds.  TAKEN is odd while the scheduler
reads, because during a read that sum would be wrong.

Descriptors that a task closed or replaced are restored before the next task.  After a task of a few
microseconds only one of the two is checked, in turns: two more system calls would make such a task
5 % slower.

A child process that outlives its task keeps the pipe that it started with: the worker gets another
pipe, and output from the old one is discarded.  This doesn't work for a thread that outlives its
task: its output is attributed to the task that runs at that time.
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

QUICK_NS: Final = 100_000  # a shorter task can't have started a process
MOVE_POLL_INTERVAL: Final = 0.0002
_NAMES: Final = {1: "<stdout>", 2: "<stderr>"}


class Capture:
    """Redirects descriptors 1 and 2 to a pipe and reports how much the tasks wrote.

    Only the main thread uses it, between tasks.

    Args:
        pipe: The write end of the pipe.  The capture owns it from now on.
        cells: The worker's cells of the shared page.
        results: The socket to the scheduler, used to send the read end of a new pipe.
    """

    def __init__(self, pipe: int, cells: memoryview, results: socket.socket) -> None:
        self._pipe = pipe
        self._cells = cells
        self._results = results
        self._before = os.dup(1), os.dup(2)
        self._before_streams = sys.stdout, sys.stderr
        self._held = array.array("i", [0])
        self._taken = 0  # the value of the TAKEN cell when it was last read
        self._written = 0
        self._polled_at = 1
        self._pipes = 0  # number of pipes left to children so far
        self.must_move = False  # call `move` once the result of `after_task` is reported
        self._children: set[int] = set()  # pids that outlived their tasks and hold older pipes
        self._put_back()
        self._make_streams()

    def end(self) -> None:
        """Restore the original descriptors: what is written from now on isn't task output."""
        for fd, before in zip((1, 2), self._before, strict=True):
            os.dup2(before, fd)
        sys.stdout, sys.stderr = self._before_streams

    def after_task(self, took_ns: int) -> int:
        """Return how many bytes this and all earlier tasks wrote, and prepare for the next task.

        Args:
            took_ns: How long the task that just ended took.
        """
        stdout, stderr = self._stdout, self._stderr
        if sys.stdout is not stdout or sys.stderr is not stderr:
            sys.stdout, sys.stderr = stdout, stderr
        try:
            stdout.flush()
            stderr.flush()
        except (OSError, ValueError):  # closed or detached: the stream or what is under it
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
        """The last result of `after_task`."""
        return self._written

    # -- reading the state -------------------------------------------------------------------------

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

    # -- restoring ---------------------------------------------------------------------------------

    def _put_back(self) -> None:
        os.dup2(self._pipe, 1)
        os.dup2(self._pipe, 2)

    def _make_streams(self) -> None:
        self._stdout = sys.stdout = sys.__stdout__ = _stream(1)  # type: ignore[misc]
        self._stderr = sys.stderr = sys.__stderr__ = _stream(2)  # type: ignore[misc]

    def move(self) -> None:
        """Leave the pipe to the child processes that hold it, and switch to a new one.

        Blocks until the scheduler reads the new pipe.
        """
        self.must_move = False
        try:
            theirs, ours = os.pipe()
        except OSError:  # no descriptors left: the children's output mixes with later tasks'
            return
        self._pipes += 1
        frame = worker_ipc.frame_report(worker_ipc.MOVED, self._pipes, 0, 0)
        try:
            sent = socket.send_fds(self._results, [frame], [theirs])
            if sent < len(frame):
                self._results.sendall(frame[sent:])
        finally:
            os.close(theirs)
        # Wait until the scheduler reads the new pipe and has restarted its count.
        while self._cells[MOVED_TO] != self._pipes:
            time.sleep(MOVE_POLL_INTERVAL)
        os.close(self._pipe)
        self._pipe = ours
        self._put_back()
        self._taken = self._written = 0


def _stream(fd: int) -> io.TextIOWrapper:
    raw = io.FileIO(fd, "w", closefd=False)
    raw.name = _NAMES[fd]  # the same names as Python's own streams
    # A character that UTF-8 can't encode (a lone surrogate) must not make a task fail.
    return io.TextIOWrapper(
        io.BufferedWriter(raw), "utf-8", errors="backslashreplace", line_buffering=True
    )
