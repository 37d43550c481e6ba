"""Measure the CPU time and the peak memory of each task.

Both measurements cost system calls, which would slow down a task of a few microseconds:

  - CPU time is read after every longer task (`SHORT_NS`), but only after a few of the short ones.
    In between, a short task's duration counts as its CPU time.  So the value for a longer task is
    wrong by 0.2 ms at most.
  - Peak memory is read after tasks of a millisecond and more.  Then the process's peak is reset to
    its resident memory, if the system supports that (Linux).  A shorter task can't make it grow by
    more than some megabytes.  If the peak can't be reset, the value is known only for a task that
    raised it.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from typing import Final

from scaler_lab.engines.local.worker_ipc import PRIVATE

SHORT_NS: Final = 100_000
MEMORY_NS: Final = 1_000_000
SHORT_TASKS: Final = 8  # CPU time is read after this many short tasks
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_SET_BACK: Final = b"5"  # see proc_pid_clear_refs(5)
_RSS_UNIT: Final = 1 if sys.platform == "darwin" else 1024


class UsageMeter:
    """Measures the CPU time and peak memory of each task of this process.

    Only the worker's main thread uses it.
    """

    def __init__(self) -> None:
        self.has_grown = True
        """Whether the memory of this process may have grown since `note_private` was called."""
        self._cpu_ns = time.process_time_ns()  # at the end of the previous task
        self._short = 0  # short tasks since it was last read
        try:
            self._set_back = os.open("/proc/self/clear_refs", os.O_WRONLY | os.O_CLOEXEC)
        except OSError:
            self._set_back = -1
        self._peak = 0
        self._forget_peak()

    def after_task(self, took_ns: int) -> tuple[int, int]:
        """Return the CPU time (ns) and peak memory (bytes, 0 if unknown) of the task that just ran.

        Args:
            took_ns: How long the task took.
        """
        if took_ns < SHORT_NS:
            self._short += 1
            if self._short < SHORT_TASKS:
                self._cpu_ns += took_ns
            else:
                self._short = 0
                self._cpu_ns = time.process_time_ns()
            return took_ns, 0
        self._short = 0
        now_ns = time.process_time_ns()
        cpu_ns = max(0, now_ns - self._cpu_ns)
        self._cpu_ns = now_ns
        if took_ns < MEMORY_NS:
            return min(cpu_ns, took_ns), 0
        before, peak = self._peak, _peak()
        self._peak = peak
        self._forget_peak()
        self.has_grown = True
        return cpu_ns, peak if self._set_back >= 0 or peak > before else 0

    def close(self) -> None:
        """Stop resetting the peak memory, and close the file that is used for it."""
        if self._set_back >= 0:
            os.close(self._set_back)
            self._set_back = -1

    def _forget_peak(self) -> None:
        if self._set_back >= 0:
            try:
                os.write(self._set_back, _SET_BACK)
            except OSError:  # not permitted on this system
                self.close()


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RSS_UNIT


def note_private(cells: memoryview) -> int:
    """Note how much private memory this process has before its next task.

    Returns:
        The size of its data segment in bytes, as RLIMIT_DATA counts it; 0 if that isn't known.
    """
    try:
        with open("/proc/self/statm", "rb", buffering=0) as file:
            fields = file.read().split()
    except OSError:  # not on Linux
        return 0
    cells[PRIVATE] = max(0, int(fields[1]) - int(fields[2])) * _PAGE
    return int(fields[5]) * _PAGE
