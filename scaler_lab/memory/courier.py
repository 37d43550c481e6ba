"""The courier: the one thread that runs users' done-callbacks.

Callbacks may be slow, raise, or call back into the client; none of that may hold up the thread
that delivers the engine's events.  So that thread hands settled futures over to this one.

The manager has a second courier, for errands of its own that take time: see `memory.errands`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from queue import SimpleQueue

log = logging.getLogger(__name__)

JOIN_SECONDS = 5.0


class Courier:
    """Runs calls one after the other, in the order given, in a thread started on first use."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._queue: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None  # guarded by _lock
        self._closed = False  # guarded by _lock

    def is_here(self) -> bool:
        """Whether the calling thread is the courier's."""
        return self._thread is threading.current_thread()

    def begin(self) -> None:
        """Start the thread now, for who could not do without it later.  Raises RuntimeError."""
        with self._lock:
            if not self._closed and self._thread is None:
                thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                thread.start()
                self._thread = thread

    def hand_over(self, call: Callable[[], None]) -> None:
        """Have *call* run soon.  Where no thread can start any more (at exit), run it now."""
        try:
            if self._thread is None:
                self.begin()
        except RuntimeError:  # "can't create new thread at interpreter shutdown"
            with self._lock:
                self._closed = True
        with self._lock:
            if not self._closed:
                self._queue.put(call)
                return
        self._guarded(call)

    def close(self, *, wait: bool = True) -> None:
        """Run what was handed over, then end the thread.  Idempotent; a callback may call it."""
        with self._lock:
            thread = self._thread
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        if wait and thread is not None and thread is not threading.current_thread():
            thread.join(JOIN_SECONDS)
            if thread.is_alive():
                log.warning("a done-callback is still running; not waiting for it any longer")

    def _run(self) -> None:
        while (call := self._queue.get()) is not None:
            self._guarded(call)
            del call  # and all that it refers to: the next one may be long in coming

    @staticmethod
    def _guarded(call: Callable[[], None]) -> None:
        try:
            call()
        except BaseException:  # a callback's SystemExit must not end the courier either
            log.exception("a done-callback raised")
