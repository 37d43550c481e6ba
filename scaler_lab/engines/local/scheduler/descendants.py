"""Which processes the tasks of the workers have started.

Most kernels can list the children of a process, but not all can, and a look at every process of the
machine takes milliseconds.  So this reads which process id the system has given last.  If that is
the same as before, there is no new process.  If not, only the new ones are looked at.

A descendant stays one: when its parent ends, it becomes a child of the worker, which is its
sub-reaper.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

PROC: Final = Path("/proc")
_MOST_NEW: Final = 1_000  # of more, all processes are listed


class Descendants:
    """The descendants of the workers.  *proc* is where the system shows its processes."""

    def __init__(self, proc: Path = PROC) -> None:
        self._proc = proc
        self._last = 0  # the process id that the system had given last; 0: list all
        self._parents: dict[int, int] = {}  # of descendants
        self._below: dict[int, list[int]] = {}  # worker -> descendants, each after its parent

    def add(self, worker: int) -> None:
        """Follow the descendants of the process *worker*."""
        self._below[worker] = []
        self._last = 0  # some may have been seen before the worker was known

    def remove(self, worker: int) -> None:
        """Forget the process *worker*."""
        for pid in self._below.pop(worker, ()):
            del self._parents[pid]

    def of(self, worker: int) -> Sequence[int]:
        """Return the processes below *worker*, each after its parent; some may have ended."""
        last = self._last_pid()
        if last != self._last or not last:
            self._look(last)
        return self._below.get(worker, ())

    def parent_of(self, pid: int) -> int:
        """Return the process that started a descendant."""
        return self._parents[pid]

    def ended(self, pid: int) -> None:
        """Forget a descendant that has ended."""
        if self._parents.pop(pid, None) is not None:
            for below in self._below.values():
                if pid in below:
                    below.remove(pid)

    def _last_pid(self) -> int:
        try:
            return int((self._proc / "loadavg").read_bytes().split()[-1])
        except (OSError, ValueError, IndexError):
            return 0

    def _look(self, last: int) -> None:
        first = self._last + 1
        self._last = last
        if first > 1 and first <= last <= first + _MOST_NEW:
            for pid in range(first, last + 1):
                self._add_if_below(pid)
            return
        for below in self._below.values():
            below.clear()
        self._parents.clear()
        pids = sorted(int(name) for name in os.listdir(self._proc) if name.isdigit())
        # A parent may have a higher number than its child, if the numbers began again in between.
        while [pid for pid in pids if pid not in self._parents and self._add_if_below(pid)]:
            pass

    def _add_if_below(self, pid: int) -> bool:
        """Add a process if its parent is known; return whether it was added."""
        try:
            stat = (self._proc / str(pid) / "stat").read_bytes()
            parent = int(stat.rpartition(b")")[2].split()[1])
            if parent not in self._parents and parent not in self._below:
                return False
            if _group_of((self._proc / str(pid) / "status").read_bytes()) != pid:
                return False  # a thread, which this folder also has
        except (OSError, ValueError, IndexError):  # it ended
            return False
        self._parents[pid] = parent
        for worker, below in self._below.items():
            if parent == worker or parent in below:
                below.append(pid)
        return True


def _group_of(status: bytes) -> int:
    return int(status.partition(b"\nTgid:")[2].split(maxsplit=1)[0])
