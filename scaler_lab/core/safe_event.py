"""`SafeEvent`: a `threading.Event` that an interrupt can't leave locked.

`threading.Event` and `Condition` are written in Python.  A KeyboardInterrupt inside
`Condition.__enter__` leaves their lock held for ever, and then the thread that sets the event never
returns.  `SafeEvent` has no lock: `SimpleQueue` is written in C and may be used from signal
handlers and finalizers.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from queue import Empty, SimpleQueue


class SafeEvent:
    """An event that any thread may set, and any number of threads may wait for."""

    __slots__ = ("_is_set", "_sleepers")

    def __init__(self) -> None:
        self._is_set = False
        self._sleepers: deque[SimpleQueue[None]] = deque()

    def is_set(self) -> bool:
        """Return whether it was set, and not cleared since."""
        return self._is_set

    def set(self) -> None:
        """Set the event and wake all waiting threads.  Never blocks."""
        self._is_set = True
        sleepers = self._sleepers
        while sleepers:
            try:
                sleeper = sleepers.popleft()
            except IndexError:  # another thread was faster
                return
            sleeper.put(None)

    def clear(self) -> None:
        """Reset the event, so that the next `wait` waits."""
        self._is_set = False

    def wait(self, timeout: float | None = None) -> bool:
        """Wait at most *timeout* seconds (None: without a limit).  Return whether it was set."""
        end = None if timeout is None else time.monotonic() + timeout
        while not self._is_set:
            sleeper: SimpleQueue[None] = SimpleQueue()
            self._sleepers.append(sleeper)
            if self.is_set():  # before `set` could see the sleeper
                break
            try:
                sleeper.get(timeout=seconds_to(end))
            except Empty:
                break
            finally:
                if not self._is_set and sleeper in self._sleepers:
                    self._discard(sleeper)
        return self._is_set

    def _discard(self, sleeper: SimpleQueue[None]) -> None:
        try:
            self._sleepers.remove(sleeper)
        except ValueError:  # woken meanwhile
            pass


def seconds_to(end: float | None) -> float | None:
    """Return how long to wait until *end*, as `SimpleQueue.get` takes it."""
    if end is None:
        return None
    return min(max(0.0, end - time.monotonic()), threading.TIMEOUT_MAX)
