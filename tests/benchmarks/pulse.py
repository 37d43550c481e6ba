"""`Pulse`: signs of life that a task leaves in a shared page, so that a claim can be checked.

A task that runs writes the monotonic clock into a file both sides have mapped.  The clock is the
same in every process of a machine, so the last beat can be compared with the moment at which the
caller was told "cancelled".  Each field is one aligned 64-bit store: never torn.

    beat       when the task last ran a line                    ns
    started    when it began                                    ns
    ended      when its `finally` ran: it was interrupted, or   ns
               it came to its end
    completed  when it came to its end                          ns
    pid        the process it ran in
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
    """The page, from either side.  The caller's side creates the file, the task's opens it."""

    def __init__(self, path: str | Path) -> None:
        with open(path, "r+b") as file:
            self._map = mmap.mmap(file.fileno(), _SIZE)
        self._cells = memoryview(self._map).cast("Q")

    @classmethod
    def create(cls, path: Path) -> Self:
        """A pulse that nobody has touched yet."""
        path.write_bytes(bytes(_SIZE))
        return cls(path)

    # -- the task's side -------------------------------------------------------------------------

    @contextmanager
    def living(self) -> Generator[None]:
        """Marks the beginning and, whatever happens short of a kill, the end."""
        self._cells[_PID] = os.getpid()
        self._cells[_STARTED] = time.monotonic_ns()
        try:
            yield
            self._cells[_COMPLETED] = time.monotonic_ns()
        finally:
            self._cells[_ENDED] = time.monotonic_ns()

    def beat(self) -> None:
        """The task runs."""
        self._cells[_BEAT] = time.monotonic_ns()

    # -- the caller's side -----------------------------------------------------------------------

    @property
    def pid(self) -> int:
        """The process that the task runs in; 0 before it started."""
        return self._cells[_PID]

    @property
    def ended(self) -> int:
        """When its `finally` ran; 0 while it has not, and for ever if it was killed."""
        return self._cells[_ENDED]

    @property
    def completed(self) -> bool:
        """Whether it came to its own end, as if nobody had asked it to stop."""
        return self._cells[_COMPLETED] != 0

    @property
    def last_sign(self) -> int:
        """The last moment at which the task is known to have run a line; 0 before it started."""
        return max(self._cells[_BEAT], self._cells[_STARTED], self._cells[_ENDED])

    def wait_started(self, seconds: float) -> bool:
        """Whether the task began within *seconds*."""
        end = time.monotonic() + seconds
        while not self._cells[_STARTED]:
            if time.monotonic() > end:
                return False
            time.sleep(0.000_5)  # another process writes there
        return True

    def close(self) -> None:
        """Let go of the page."""
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
    """Tells whether one process is gone.  Made while it lives: no reused pid can fool it."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._pidfd = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else -1

    def is_gone(self) -> bool:
        """Whether it has exited (a zombie runs no code, and counts as gone)."""
        if self._pidfd >= 0:
            return bool(select.select([self._pidfd], [], [], 0)[0])
        try:
            return not self._process.is_running() or self._process.status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    def close(self) -> None:
        """Let go of the process."""
        if self._pidfd >= 0:
            os.close(self._pidfd)
            self._pidfd = -1
