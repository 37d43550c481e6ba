"""How much memory a task has added: private memory of its worker, and its child processes'.

Files and shared memory don't count.  The pages of a forked process are its parent's until one of
them writes to it, and the kernel's quick counters count them for both.  If the sum of these
counters is too high, the exact ones are read, which takes milliseconds for each gigabyte.
"""

from __future__ import annotations

import ctypes
import os
import platform
import re
import sys
from pathlib import Path
from typing import Final, NamedTuple

from scaler_lab.engines.local.scheduler.descendants import PROC, Descendants
from scaler_lab.engines.local.scheduler.worker_actions import WorkerUsage

_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_TICK_NS: Final = 10**9 // os.sysconf("SC_CLK_TCK")
_FIELD: Final = re.compile(rb"^(Pss_Anon|Private_Dirty|Anonymous): +(\d+) kB", re.MULTILINE)


class _Quick(NamedTuple):
    """The quick counters of a process, in pages."""

    size: int
    resident: int
    shared: int

    @property
    def private(self) -> int:
        """Its private memory, in bytes."""
        return max(0, self.resident - self.shared) * _PAGE


class _Exact(NamedTuple):
    """The exact counters of a process, in bytes.

    Attributes:
        own: Private memory that no other process has.
        share: Its private memory; each page is divided by the number of processes that have it.
            None if the kernel doesn't count that.
    """

    own: int
    share: int | None


class TaskMemory:
    """Measures the memory of the workers' tasks.  *proc* is where the system shows processes."""

    def __init__(self, proc: Path = PROC) -> None:
        self._proc = proc
        self.descendants = Descendants(proc)

    def added(self, worker: int, before: int, enough: int) -> int | None:
        """Return the bytes that the process *worker* has, with its descendants, above *before*.

        None if that can't be measured.  An estimate that is too high is returned unless it is more
        than *enough*.
        """
        quick = self._quick(worker)
        if quick is None:
            return None
        grown = max(0, quick.private - before)
        children = self._children(worker)
        estimate = grown + sum(child.private for child in children.values())
        if estimate <= enough or not children:
            return estimate
        return self._exactly(worker, before, grown, children)

    def usage(self, worker: int, before: int) -> WorkerUsage | None:
        """Return what the process *worker* and its descendants use.

        Its memory counts above *before*, and may be too high if processes share their pages.
        """
        cpu_ns = self._cpu_ns(worker)
        memory = self.added(worker, before, sys.maxsize)
        if cpu_ns is None:
            return None
        children = [
            ns for pid in self.descendants.of(worker) if (ns := self._cpu_ns(pid)) is not None
        ]
        return WorkerUsage(cpu_ns + sum(children), memory, len(children))

    def _cpu_ns(self, pid: int) -> int | None:
        """Return the CPU time of a process and of the children that it has waited for."""
        try:
            text = (self._proc / str(pid) / "stat").read_bytes()
            state, *fields = text.rpartition(b")")[2].split()
            ticks = sum(map(int, fields[10:14]))
        except (OSError, ValueError):
            return None
        return None if state == b"Z" else ticks * _TICK_NS

    def _children(self, worker: int) -> dict[int, _Quick]:
        """Return the counters of the descendants that have memory of their own.

        A process that is about to start another program (vfork) uses its parent's until then.
        """
        counters: dict[int, _Quick] = {}
        for pid in list(self.descendants.of(worker)):
            parent = self.descendants.parent_of(pid)
            is_parents = have_same_memory(pid, parent)
            child = None if is_parents else self._quick(pid)
            if child is None:
                if not is_parents:
                    self.descendants.ended(pid)
            elif is_parents is not None or child != self._quick(parent):
                counters[pid] = child
        return counters

    def _exactly(self, worker: int, before: int, grown: int, children: dict[int, _Quick]) -> int:
        """Return the larger of two amounts; neither of them can be too high.

        Pages that the worker shares with its children are in the first: all that the worker added,
        and what the children have for themselves.  Pages that children share with each other are
        in the second: the sum of all shares.
        """
        first, second = grown, -before
        own = self._exact(worker)
        is_complete = own is not None and own.share is not None
        if own is not None:
            second += own.share or 0
        for pid, quick in children.items():
            exact = self._exact(pid)
            if exact is None:  # another user's, or it has ended
                first += quick.private
                second += quick.private
            else:
                first += exact.own
                second += exact.share or 0
        return max(first, second) if is_complete else first

    def _quick(self, pid: int) -> _Quick | None:
        try:
            text = (self._proc / str(pid) / "statm").read_bytes()
            size, resident, shared = map(int, text.split()[:3])
        except (OSError, ValueError):
            return None
        return _Quick(size, resident, shared)

    def _exact(self, pid: int) -> _Exact | None:
        try:
            text = (self._proc / str(pid) / "smaps_rollup").read_bytes()
        except OSError:
            return None
        fields = {name: int(kib) * 1024 for name, kib in _FIELD.findall(text)}
        own = min(fields.get(b"Private_Dirty", 0), fields.get(b"Anonymous", 0))
        return _Exact(own, fields.get(b"Pss_Anon"))


def have_same_memory(pid: int, other: int) -> bool | None:
    """Return whether two processes have one memory; None if the system doesn't report it."""
    number = _KCMP.get(platform.machine())
    if number is None:
        return None
    result = _libc.syscall(number, pid, other, _KCMP_VM, 0, 0)
    return None if result < 0 else result == 0


_KCMP: Final = {"x86_64": 312, "aarch64": 272}  # numbers of the system call
_KCMP_VM: Final = 1
_libc = ctypes.CDLL(None)
