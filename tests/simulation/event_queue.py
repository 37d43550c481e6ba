"""Virtual time: what is to happen when.  Nothing here waits."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from random import Random
from typing import Any


class EventQueue:
    """Calls in order of their time; those of the same time in the order they were put down."""

    def __init__(self, rng: Random) -> None:
        self.now = 0.0
        self.rng = rng
        self.steps = 0
        self.failure: BaseException | None = None
        """What was raised where it would be swallowed: in a done-callback.  `step` raises it."""
        self._count = 0
        self._heap: list[tuple[float, int, Callable[..., object], tuple[Any, ...]]] = []

    def at(self, time: float, call: Callable[..., object], *args: Any) -> None:
        """Have ``call(*args)`` happen then, or now where that is past."""
        self._count += 1
        heapq.heappush(self._heap, (max(time, self.now), self._count, call, args))

    def after(self, seconds: float, call: Callable[..., object], *args: Any) -> None:
        """Have ``call(*args)`` happen *seconds* from now."""
        self.at(self.now + seconds, call, *args)

    def soon(self, mean: float, call: Callable[..., object], *args: Any) -> None:
        """Have it happen after a random while: *mean* on average, and 10 times that at most."""
        self.after(min(self.rng.expovariate(1.0) * mean, 10 * mean), call, *args)

    def step(self) -> bool:
        """Let the next thing happen; False where nothing is left to."""
        if not self._heap:
            return False
        self.now, _, call, args = heapq.heappop(self._heap)
        self.steps += 1
        call(*args)
        if self.failure is not None:
            raise self.failure
        return True
