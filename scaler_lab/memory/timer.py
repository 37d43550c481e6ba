"""The timer: one thread that makes calls at given times, for all tasks with a time limit.

The calls are the manager's own and short; what takes long they hand on.  The thread starts with
the first call asked for.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)

JOIN_SECONDS = 5.0
_TIDY_MIN = 64  # alarms called off before the heap is rid of them


class Alarm:
    """One call to come."""

    __slots__ = ("_call", "_timer")

    def __init__(self, timer: Timer, call: Callable[[], None]) -> None:
        self._timer = timer
        self._call: Callable[[], None] | None = call

    def call_off(self) -> None:
        """Don't make the call, where it has not been made yet.  Idempotent; never blocks long."""
        if self._call is not None:
            self._call = None  # now, since what it refers to may be large
            self._timer.note_called_off()

    def take(self) -> Callable[[], None] | None:
        """The call, once; None where it was called off."""
        call, self._call = self._call, None
        return call

    @property
    def is_off(self) -> bool:
        """Whether there is nothing left to call."""
        return self._call is None


class Timer:
    """Makes calls at times of `time.monotonic`, one after the other.  Any thread may ask."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._changed = threading.Condition(threading.Lock())
        # Guarded by _changed:
        self._heap: list[tuple[float, int, Alarm]] = []
        self._order = itertools.count()
        self._n_off = 0
        self._thread: threading.Thread | None = None
        self._closed = False

    def begin(self) -> None:
        """Start the thread now, for who could not do without it later.  Raises RuntimeError."""
        with self._changed:
            self._begin()

    def _begin(self) -> None:
        if self._thread is None and not self._closed:
            thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            thread.start()
            self._thread = thread

    def at(self, when: float, call: Callable[[], None]) -> Alarm:
        """Have *call* made at *when*, or soon where that is past; never after `close`."""
        alarm = Alarm(self, call)
        with self._changed:
            if self._closed:
                return alarm
            heapq.heappush(self._heap, (when, next(self._order), alarm))
            self._begin()
            if self._heap[0][2] is alarm:
                self._changed.notify()
        return alarm

    def note_called_off(self) -> None:
        """An alarm of this timer was called off."""
        with self._changed:
            self._n_off += 1
            if self._n_off > max(_TIDY_MIN, len(self._heap) // 2):
                self._heap = [entry for entry in self._heap if not entry[2].is_off]
                heapq.heapify(self._heap)
                self._n_off = 0

    def close(self, *, wait: bool = True) -> None:
        """Make no more calls, and end the thread.  Idempotent; a call may call it."""
        with self._changed:
            self._closed = True
            self._heap.clear()
            self._changed.notify()
            thread = self._thread
        if wait and thread is not None and thread is not threading.current_thread():
            thread.join(JOIN_SECONDS)

    def _run(self) -> None:
        while (alarm := self._next()) is not None:
            call = alarm.take()
            if call is None:
                continue
            try:
                call()
            except Exception:  # one task's trouble must not stop the others' limits
                log.exception("a call at its time raised")
            del alarm, call

    def _next(self) -> Alarm | None:
        """The next alarm, when it is due; None at the end."""
        with self._changed:
            while not self._closed:
                if not self._heap:
                    self._changed.wait()
                    continue
                left = self._heap[0][0] - time.monotonic()
                if left <= 0:
                    return heapq.heappop(self._heap)[2]
                self._changed.wait(min(left, threading.TIMEOUT_MAX))
        return None
