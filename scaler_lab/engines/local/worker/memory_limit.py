"""The memory limit of a task, inside its worker: the allocation that would exceed it fails.

The kernel refuses private writable memory beyond a process's RLIMIT_DATA.  Around a task with a
limit, the worker sets this to what it has, plus the limit, plus an allowance.  The allocation that
would exceed it then raises `MemoryError`, in that line of the task: its `finally` blocks run, and
the worker can go on.

The kernel counts what is reserved, and a limit is about what is used.  Much is reserved and never
used: the stacks of threads, the buffers of OpenBLAS (more than 30 MiB for each core).  The
allowance is for these.  A task that uses it too, and its child processes, exceed the limit without
an error here; the scheduler measures them (`scheduler.memory_limits`).

Shared memory and files are free.
"""

from __future__ import annotations

import contextlib
import dis
import errno
import resource
from typing import Final

from scaler_lab.core.memory_size import MIB, size_text
from scaler_lab.engines.local.worker.usage import note_private
from scaler_lab.errors import TaskOverMemory
from scaler_lab.runtime.cpus import usable_cpus

_RESERVE: Final = 64 * MIB
_RESERVE_PER_CORE: Final = 64 * MIB
_RAISE: Final = dis.opmap["RAISE_VARARGS"]

# Bound here: a worker replaces them in `resource`, to notice the calls of tasks.
_getrlimit = resource.getrlimit
_setrlimit = resource.setrlimit


class MemoryLimit:
    """Limits the memory of one task at a time.  Only the worker's main thread uses it."""

    def __init__(self, cells: memoryview) -> None:
        self._cells = cells
        self._limit = 0
        self._is_imposed = False
        self._before = (0, 0)
        self._allowance = _RESERVE + _RESERVE_PER_CORE * usable_cpus()

    def impose(self, limit: int) -> None:
        """Allow this process *limit* bytes more than it has now."""
        data = note_private(self._cells)
        self._before = soft, hard = _getrlimit(resource.RLIMIT_DATA)
        wanted = data + limit + self._allowance
        if soft == resource.RLIM_INFINITY or wanted < soft:
            _setrlimit(resource.RLIMIT_DATA, (wanted, hard))
            self._is_imposed = True
        self._limit = limit

    def lift(self) -> None:
        """Allow this process what it was allowed before the task.  Does nothing the second time."""
        if self._is_imposed:
            self._is_imposed = False
            with contextlib.suppress(OSError, ValueError):  # the task lowered the hard limit
                _setrlimit(resource.RLIMIT_DATA, self._before)

    def end(self) -> None:
        """Remove the limit, because the task has ended."""
        self.lift()
        self._limit = 0

    def explained(self, error: BaseException) -> BaseException:
        """Return the error that the task fails with, instead of *error*.

        It differs if the task has a limit and an allocation was refused.  A task may also raise a
        `MemoryError` for reasons of its own, and that remains what it is.
        """
        if not self._limit or not _was_refused(error):
            return error
        reason = ""
        with contextlib.suppress(Exception):
            reason = f": {text}" if (text := str(error)) else ""
        explanation = TaskOverMemory(
            f"over its memory limit of {size_text(self._limit)}{reason}", self._limit
        ).with_traceback(error.__traceback__)
        explanation.__cause__, explanation.__context__ = error.__cause__, error.__context__
        return explanation


def _was_refused(error: BaseException) -> bool:
    """Return whether the system refused an allocation, and no ``raise`` statement raised this."""
    is_it = isinstance(error, MemoryError)
    if not is_it and not (isinstance(error, OSError) and error.errno == errno.ENOMEM):
        return False
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is None:
        return True
    return traceback.tb_frame.f_code.co_code[traceback.tb_lasti] != _RAISE
