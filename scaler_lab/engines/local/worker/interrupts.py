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

The handler does not raise while the task runs code that an exception should not break off
(`atomic_code`), such as `__exit__` or an import.  It requests that Python call it again at the next
opportunity, so it raises as soon as that code is over.  If it is not over after 0.2 s
(`MAX_WATCHES`), the handler raises all the same, and the worker is replaced.

The exception is raised only once per seq, because a second raise could break off a `finally` block.
It is raised again only if the first one vanished before any `except` or `finally` of the task could
handle it:

  - Python swallowed it in a `__del__` or in a callback of the garbage collector:
    `sys.unraisablehook` reports that.
  - C code replaced it with an exception of its own, as `int("x")` does: then it is deleted, and no
    `except` or `finally` surrounds the place where its traceback starts.
"""

from __future__ import annotations

import _thread
import dis
import sys
import time
from collections.abc import Callable, Iterator
from types import CodeType, FrameType, TracebackType
from typing import Any, Final

from scaler_lab.engines.local.worker import atomic_code
from scaler_lab.engines.local.worker_ipc import CANCEL, RAISED
from scaler_lab.errors import TaskInterrupted
from scaler_lab.serialization import coroutines

# After a signal, Python calls the handler as often as it can for `WATCH_SECONDS`.  If it did so all
# the time, a long import would be slow.
WATCH_SECONDS: Final = 0.003
WATCH_PAUSE: Final = 0.005  # the scheduler repeats the signal every 0.01 s
MAX_WATCHES: Final = 20  # after so many signals, any code is interrupted


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
        self.torn = ""
        """Why the worker must be replaced because of where the exception was raised; else ""."""
        self._waits_for = 0  # the seq of the task whose code should not be interrupted
        self._watches_since = 0.0
        self._n_watches = 0
        self._is_watching = False
        self._is_handling = False

    def on_interrupt(self, signum: int, frame: FrameType | None) -> None:
        """Handle SIGINT: raise `TaskInterrupted` if the task to cancel is interruptible now."""
        del signum
        if self._is_handling:  # this call interrupted another one
            return
        self._is_handling = True
        try:
            self._raise_or_wait(frame)
        finally:
            self._is_handling = False
        if self._is_watching:
            # Sets the flag that makes Python call this handler.  Unlike a call, a loop doesn't read
            # that flag at its end: Python would call the handler here, again and again.
            calls: Iterator[None] = iter(_thread.interrupt_main, None)
            for _ in calls:
                pass

    def _raise_or_wait(self, frame: FrameType | None) -> None:
        """Raise `TaskInterrupted`, if that is due; set whether this must be called again."""
        self._is_watching = False
        seq, cells = self.open_seq, self._cells
        if not seq or cells[CANCEL] != seq:
            return
        is_first, swallowed = cells[RAISED] != seq, self._was_swallowed
        if coroutines.is_running():
            cells[RAISED] = seq
            if coroutines.request_cancel(again=swallowed):
                return
        elif not is_first and not swallowed:
            return
        reason = atomic_code.find(frame)
        if reason is None or not self._may_wait(seq, time.monotonic()):
            cells[RAISED] = seq
            self.torn = self.torn or reason or ""
            self._was_swallowed = False
            raise _Interrupt("this task was cancelled", self._on_vanished)

    def _may_wait(self, seq: int, now: float) -> bool:
        """Return whether there is time for the code to end.  Sets whether to watch for its end."""
        if self._waits_for != seq:
            self._waits_for = seq
            self._watches_since, self._n_watches = now, 1
        elif now - self._watches_since > WATCH_SECONDS + WATCH_PAUSE:  # another signal
            self._watches_since, self._n_watches = now, self._n_watches + 1
        self._is_watching = now - self._watches_since < WATCH_SECONDS
        return self._n_watches < MAX_WATCHES

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
