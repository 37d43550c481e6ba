"""`EventQueue`: virtual time, and the calls that are scheduled in it.  Nothing here waits."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from random import Random
from typing import Any


class EventQueue:
    """Runs calls in order of their time; calls of the same time run in the order of scheduling."""

    def __init__(self, rng: Random) -> None:
        self.now = 0.0
        self.rng = rng
        self.steps = 0
        self.failure: BaseException | None = None
        """An exception from a done-callback, which would be swallowed there.  `step` raises it."""
        self._count = 0
        self._heap: list[tuple[float, int, Callable[..., object], tuple[Any, ...]]] = []

    def at(self, time: float, call: Callable[..., object], *args: Any) -> None:
        """Schedule ``call(*args)`` at *time*, or now if that time is past."""
        self._count += 1
        heapq.heappush(self._heap, (max(time, self.now), self._count, call, args))

    def after(self, seconds: float, call: Callable[..., object], *args: Any) -> None:
        """Schedule ``call(*args)`` in *seconds* from now."""
        self.at(self.now + seconds, call, *args)

    def soon(self, mean: float, call: Callable[..., object], *args: Any) -> None:
        """Schedule ``call(*args)`` after a random delay: *mean* on average, 10 * *mean* at most."""
        self.after(min(self.rng.expovariate(1.0) * mean, 10 * mean), call, *args)

    def step(self) -> bool:
        """Run the next call; False if there is none."""
        if not self._heap:
            return False
        self.now, _, call, args = heapq.heappop(self._heap)
        self.steps += 1
        call(*args)
        if self.failure is not None:
            raise self.failure
        return True
