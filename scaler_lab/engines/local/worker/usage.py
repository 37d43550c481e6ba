"""What a task takes of its worker: processor time and memory.

Both cost system calls, which a task of microseconds would notice:

  - Processor time is read at the end of tasks, and at a few of the short ones; in between, what a
    short task took counts as what it ran.  So a longer task's figure is off by 0.2 ms at most.
  - The peak of the process's memory is read at the end of tasks of a millisecond and more, and
    then set back to what is resident, where the system can (Linux).  A shorter one can't make it
    grow by more than some megabytes.  Where it can't be set back, it is known only of a task that
    raised it.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from typing import Final

SHORT_NS: Final = 100_000
MEMORY_NS: Final = 1_000_000
SHORT_TASKS: Final = 8  # after which the processor time is read
_SET_BACK: Final = b"5"  # see proc_pid_clear_refs(5)
_RSS_UNIT: Final = 1 if sys.platform == "darwin" else 1024


class UsageMeter:
    """See the module.  Touched by the worker's main thread only."""

    def __init__(self) -> None:
        self._cpu_ns = time.process_time_ns()  # at the end of the task before
        self._short = 0  # tasks since it was read
        try:
            self._set_back = os.open("/proc/self/clear_refs", os.O_WRONLY | os.O_CLOEXEC)
        except OSError:
            self._set_back = -1
        self._peak = 0
        self._forget_peak()

    def after_task(self, took_ns: int) -> tuple[int, int]:
        """(processor time in ns, peak of memory in bytes or 0) of a task that took *took_ns*."""
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
        return cpu_ns, peak if self._set_back >= 0 or peak > before else 0

    def close(self) -> None:
        """Measure no more."""
        if self._set_back >= 0:
            os.close(self._set_back)
            self._set_back = -1

    def _forget_peak(self) -> None:
        if self._set_back >= 0:
            try:
                os.write(self._set_back, _SET_BACK)
            except OSError:  # not allowed here
                self.close()


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RSS_UNIT
