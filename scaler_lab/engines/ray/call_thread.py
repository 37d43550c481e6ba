"""`CallThread`: a thread that runs posted calls in order, and other calls when they are due."""

from __future__ import annotations

import contextlib
import heapq
import itertools
import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import Any

log = logging.getLogger(__name__)

BATCH = 1000
IDLE_SECONDS = 1.0  # how long to wait for a call if none is due later

Call = tuple[Callable[..., None], tuple[Any, ...]]


class CallThread:
    """Runs calls in one thread, one after the other, and *after_batch* after some of them.

    Any thread may call `post` and `join`.  Only the calls themselves use `at`.

    Args:
        name: The thread's name.
        after_batch: Called after each batch of calls, and when none came for a while.
        is_over: Whether to end the thread; checked before each batch.
    """

    def __init__(
        self, name: str, after_batch: Callable[[], None], is_over: Callable[[], bool]
    ) -> None:
        self._after_batch = after_batch
        self._is_over = is_over
        self._posted: queue.SimpleQueue[Call] = queue.SimpleQueue()
        self._timers: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self._numbers = itertools.count()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self, timeout: float) -> None:
        """Wait until the thread has ended, unless this is the thread."""
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout)

    def post(self, call: Callable[..., None], *arguments: Any) -> None:
        """Have the thread run a call."""
        self._posted.put((call, arguments))

    def at(self, when: float, call: Callable[..., None], *arguments: Any) -> None:
        """Have the thread run a call at a time of `time.monotonic`."""
        heapq.heappush(self._timers, (when, next(self._numbers), call, arguments))

    def _work(self) -> None:
        while not self._is_over():
            due = self._timers[0][0] - time.monotonic() if self._timers else IDLE_SECONDS
            calls: list[Call] = []
            with contextlib.suppress(queue.Empty):
                calls.append(self._posted.get(timeout=max(due, 0.0)))
            with contextlib.suppress(queue.Empty):
                while len(calls) < BATCH:
                    calls.append(self._posted.get_nowait())
            now = time.monotonic()
            while self._timers and self._timers[0][0] <= now:
                calls.append(heapq.heappop(self._timers)[2:])
            for call, arguments in calls:
                try:
                    call(*arguments)
                except Exception:
                    log.exception("following Ray's tasks failed")
            self._after_batch()
