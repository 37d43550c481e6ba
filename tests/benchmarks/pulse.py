"""`Pulse`: signs of life that a task writes to shared memory, to check a system's claims.

A running task writes the monotonic clock to a file that both processes have mapped.  The clock is
the same in every process of a machine, so the last beat can be compared with the time at which the
system reported "cancelled".  Each field is written as one aligned 64-bit store, so it can't be
torn.

    beat       when the task last executed a line               ns
    started    when it started                                  ns
    ended      when its `finally` block ran: it was             ns
               interrupted, or it completed
    completed  when it completed normally                       ns
    pid        the process that it ran in
"""

from __future__ import annotations

import mmap
import os
import select
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

_BEAT, _STARTED, _ENDED, _COMPLETED, _PID = range(5)
_SIZE = 4096


class Pulse:
    """The shared memory, for both sides.  The caller creates the file; the task opens it."""

    def __init__(self, path: str | Path) -> None:
        with open(path, "r+b") as file:
            self._map = mmap.mmap(file.fileno(), _SIZE)
        self._cells = memoryview(self._map).cast("Q")

    @classmethod
    def create(cls, path: Path) -> Self:
        """Create a new pulse."""
        path.write_bytes(bytes(_SIZE))
        return cls(path)

    # -- the task's side -------------------------------------------------------------------------

    @contextmanager
    def living(self) -> Generator[None]:
        """Record the start and, unless the process is killed, the end."""
        self._cells[_PID] = os.getpid()
        self._cells[_STARTED] = time.monotonic_ns()
        try:
            yield
            self._cells[_COMPLETED] = time.monotonic_ns()
        finally:
            self._cells[_ENDED] = time.monotonic_ns()

    def beat(self) -> None:
        """Record that the task is running."""
        self._cells[_BEAT] = time.monotonic_ns()

    # -- the caller's side -----------------------------------------------------------------------

    @property
    def pid(self) -> int:
        """The process that the task runs in; 0 before it has started."""
        return self._cells[_PID]

    @property
    def ended(self) -> int:
        """When its `finally` block ran; 0 before that, and forever if it was killed."""
        return self._cells[_ENDED]

    @property
    def completed(self) -> bool:
        """Whether it completed normally, as if it had not been cancelled."""
        return self._cells[_COMPLETED] != 0

    @property
    def last_sign(self) -> int:
        """The last time that the task is known to have executed a line; 0 before it has started."""
        return max(self._cells[_BEAT], self._cells[_STARTED], self._cells[_ENDED])

    def wait_started(self, seconds: float) -> bool:
        """Wait up to *seconds*; return whether the task has started."""
        end = time.monotonic() + seconds
        while not self._cells[_STARTED]:
            if time.monotonic() > end:
                return False
            time.sleep(0.000_5)  # a poll: another process writes it
        return True

    def close(self) -> None:
        """Unmap the file."""
        self._cells.release()
        self._map.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class ProcessWatch:
    """Detects the end of one process.

    Create it while the process lives, so that a reused pid can't confuse it.
    """

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._pidfd = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else -1

    def is_gone(self) -> bool:
        """Whether the process has exited.  A zombie runs no code, so it counts as gone."""
        if self._pidfd >= 0:
            return bool(select.select([self._pidfd], [], [], 0)[0])
        try:
            return not self._process.is_running() or self._process.status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    def close(self) -> None:
        """Release the process handle."""
        if self._pidfd >= 0:
            os.close(self._pidfd)
            self._pidfd = -1
