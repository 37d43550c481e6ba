"""Raise an exception in one particular task and in no other, when a signal arrives.

The scheduler writes the task's seq into the CANCEL cell of the shared page and has the process
signalled.  The signal handler runs in the worker's main thread, between two byte codes, and raises
only while that task is *interruptible*:

    receive packet ─> interruptible ─> unpickle, run, pickle ─> not interruptible ─> report
                      │                                         │
                      open_seq := seq                           open_seq := 0
                      CANCEL == seq already?  SKIPPED
                      BEGUN := seq

  - The signal arrives before the task is interruptible: the handler does nothing, and the check of
    CANCEL finds the request.  Not a line of the task runs.
  - It arrives while the task is interruptible: `TaskInterrupted` is raised in the task's frames.
  - It arrives later: nothing happens.  The result is on its way and becomes the outcome.

If the task runs a coroutine, the handler cancels that in its event loop instead
(`serialization.coroutines`), and raises only if the coroutine blocks the loop.

The exception is raised only once per seq, because a second raise could break off a `finally` block.
It is raised again only if the first one vanished before any `except` or `finally` of the task could
handle it:

  - Python swallowed it in a `__del__` or in a callback of the garbage collector:
    `sys.unraisablehook` reports that.
  - C code replaced it with an exception of its own, as `int("x")` does: then it is deleted, and no
    `except` or `finally` surrounds the place where its traceback starts.
"""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable
from types import CodeType, FrameType, TracebackType
from typing import Any

from scaler_lab.engines.local.worker_ipc import CANCEL, RAISED
from scaler_lab.errors import TaskInterrupted
from scaler_lab.serialization import coroutines


class InterruptHandler:
    """Handles SIGINT in a worker.

    Only the worker's main thread uses it.

    Args:
        cells: The worker's cells in the shared page.
    """

    def __init__(self, cells: memoryview) -> None:
        self._cells = cells
        self._was_swallowed = False
        self.open_seq = 0
        """The seq of the task that may be interrupted now; 0 if none."""

    def on_interrupt(self, signum: int, frame: FrameType | None) -> None:
        """Handle SIGINT: raise `TaskInterrupted` if the task to cancel is interruptible now."""
        del signum, frame
        seq, cells = self.open_seq, self._cells
        if not seq or cells[CANCEL] != seq:
            return
        is_first, swallowed = cells[RAISED] != seq, self._was_swallowed
        cells[RAISED] = seq
        if coroutines.is_running():
            if coroutines.request_cancel(again=swallowed):
                return
        elif not is_first and not swallowed:
            return
        self._was_swallowed = False
        raise _Interrupt("this task was cancelled", self._on_vanished)

    def _on_vanished(self) -> None:
        """Note that the exception was deleted before any code of the task could handle it.

        The scheduler repeats the signal, and the next one raises the exception again.  A signal
        sent from here would run the handler at once, inside the `__del__` that calls this method.
        """
        self._was_swallowed = True

    def watch_unraisable(self) -> None:
        """Detect interrupts that Python swallowed."""
        previous = sys.unraisablehook

        def hook(unraisable: Any) -> None:
            if issubclass(unraisable.exc_type, TaskInterrupted):
                self._was_swallowed = True
            else:
                previous(unraisable)

        sys.unraisablehook = hook


class _Interrupt(TaskInterrupted):
    """The exception raised in a task; calls *on_vanished* if it is deleted before being handled."""

    def __init__(self, message: str, on_vanished: Callable[[], None]) -> None:
        super().__init__(message)
        self._on_vanished = on_vanished

    def __reduce__(self) -> tuple[type[TaskInterrupted], tuple[object, ...]]:
        return TaskInterrupted, self.args

    def __del__(self) -> None:
        if not _was_seen(self.__traceback__):
            self._on_vanished()


for _name in ("__module__", "__name__", "__qualname__"):  # tracebacks of tasks show the class name
    setattr(_Interrupt, _name, getattr(TaskInterrupted, _name))

# Returns the ranges of byte code that an `except`, `finally` or `with` surrounds.
_guarded_ranges: Callable[[CodeType], list[Any]] = vars(dis)["_parse_exception_table"]


def _was_seen(traceback: TracebackType | None) -> bool:
    """Return whether code of the task may have handled the exception with this traceback.

    The traceback starts with the last frame that the exception reached.
    """
    if traceback is None:
        return False
    code = traceback.tb_frame.f_code
    if code is InterruptHandler.on_interrupt.__code__:
        return False
    return any(entry.start <= traceback.tb_lasti < entry.end for entry in _guarded_ranges(code))
