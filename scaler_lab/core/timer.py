"""The timer: one thread that makes calls at given times, for all tasks with a time limit.

The calls are the manager's own and short; they pass long work to other threads.  The thread starts
with the first call.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue

from scaler_lab.core.safe_event import seconds_to

log = logging.getLogger(__name__)

JOIN_TIMEOUT = 5.0
_TIDY_MIN = 64  # cancelled timers before the heap is cleaned up


class TimerHandle:
    """One scheduled call."""

    __slots__ = ("_call", "_timer")

    def __init__(self, timer: Timer, call: Callable[[], None]) -> None:
        self._timer = timer
        self._call: Callable[[], None] | None = call

    def cancel(self) -> None:
        """Don't make the call, if it hasn't been made yet.  Idempotent; never blocks for long."""
        if self._call is not None:
            self._call = None  # at once, because what it refers to may be large
            self._timer.note_cancelled()

    def take(self) -> Callable[[], None] | None:
        """Return the call, once; None if it was cancelled."""
        call, self._call = self._call, None
        return call

    @property
    def is_cancelled(self) -> bool:
        """Whether there is nothing left to call."""
        return self._call is None


class Timer:
    """Makes calls at times of `time.monotonic`, one after another.  Any thread may use it.

    Scheduling takes no lock: a finalizer may cancel a call in the middle of this code.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._new: SimpleQueue[tuple[float, TimerHandle] | None] = SimpleQueue()
        self._starting = threading.RLock()
        self._is_starting_here: Callable[[], bool] = self._starting._is_owned  # type: ignore[attr-defined]
        self._thread: threading.Thread | None = None
        self._is_closed = False
        self._n_off = 0  # approximate: two threads may count at once
        # Only the timer's thread uses these:
        self._heap: list[tuple[float, int, TimerHandle]] = []
        self._order = itertools.count()

    def begin(self) -> None:
        """Start the thread now, for callers that could not do without it later.

        Raises RuntimeError.
        """
        if self._thread is not None or self._is_starting_here():
            return
        with self._starting:
            if self._thread is None and not self._is_closed:
                thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                thread.start()
                self._thread = thread

    def call_at(self, when: float, call: Callable[[], None]) -> TimerHandle:
        """Have *call* made at *when*, or soon if that is past; never after `close`."""
        timer_handle = TimerHandle(self, call)
        if not self._is_closed:
            self._new.put((when, timer_handle))
            self.begin()
        return timer_handle

    def note_cancelled(self) -> None:
        """Count a cancelled call of this timer."""
        self._n_off += 1
        if self._n_off > max(_TIDY_MIN, len(self._heap) // 2):
            self._n_off = 0
            self._new.put(None)

    def close(self, *, wait: bool = True) -> None:
        """Make no more calls, and end the thread.  Idempotent; a scheduled call may use it."""
        with self._starting:
            self._is_closed = True
            thread = self._thread
        self._new.put(None)
        if wait and thread is not None and thread is not threading.current_thread():
            thread.join(JOIN_TIMEOUT)

    def _run(self) -> None:
        while (timer_handle := self._next()) is not None:
            call = timer_handle.take()
            if call is None:
                continue
            try:
                call()
            except Exception:  # trouble with one task must not affect the others' limits
                log.exception("a timed call raised an exception")
            del timer_handle, call
        self._heap.clear()

    def _next(self) -> TimerHandle | None:
        """Return the next call when it is due; None at the end."""
        heap = self._heap
        while not self._is_closed:
            left = seconds_to(heap[0][0]) if heap else None
            if left == 0:
                return heapq.heappop(heap)[2]
            try:
                new = self._new.get(timeout=left)
            except Empty:
                continue
            if new is None:  # many were cancelled, or the timer is closed
                heap[:] = [entry for entry in heap if not entry[2].is_cancelled]
                heapq.heapify(heap)
            elif not new[1].is_cancelled:
                heapq.heappush(heap, (new[0], next(self._order), new[1]))
        return None
