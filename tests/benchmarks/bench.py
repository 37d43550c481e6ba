"""`Bench`: what a measure is handed.  Pools on request, rounds within a budget, a notebook."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .pulse import Pulse
from .systems.system import System


class Bench:
    """One measure of one system, in the process that takes it."""

    def __init__(self, system: type[System], folder: Path, *, quick: bool = False) -> None:
        self.system = system
        self.folder = folder
        self.quick = quick
        self.series: dict[str, list[float]] = {}
        self._open: list[System] = []
        self._pulses = 0
        self._remarks: Counter[str] = Counter()

    def open(self, n_workers: int = 2) -> System:
        """A pool, warm: each of its workers has had the chance to run a few tasks."""
        from . import work

        pool = self.open_cold(n_workers)
        pool.results([pool.submit(work.noop) for _ in range(20)])
        return pool

    def open_cold(self, n_workers: int = 2) -> System:
        """A pool that nothing was asked of yet."""
        pool = self.system(n_workers)
        self._open.append(pool)
        return pool

    def close(self) -> None:
        """Close the pools that were opened."""
        while self._open:
            self._open.pop().close()

    def pulse(self) -> tuple[Pulse, str]:
        """A page for a new task's signs of life, and its path."""
        self._pulses += 1
        path = self.folder / f"pulse-{self._pulses}"
        return Pulse.create(path), str(path)

    def block(self, pool: System, release: Path, seconds: float) -> list[Any]:
        """Occupy every worker of *pool* until *release* exists; returns once all of them are."""
        from . import work

        pulses = [self.pulse() for _ in range(pool.n_workers)]
        handles = [pool.submit(work.block, path, str(release), seconds) for _, path in pulses]
        for page, _ in pulses:
            with page:
                if not page.wait_started(20):
                    raise RuntimeError(f"{pool.n_workers} tasks did not run at once")
        return handles

    def rounds(self, n: int, *, seconds: float) -> Iterator[int]:
        """Counts to *n* (a tenth of it when quick), but begins none after *seconds*."""
        n = max(2, n // 10) if self.quick else n
        end = time.monotonic() + (seconds / 3 if self.quick else seconds)
        for i in range(n):
            if i and time.monotonic() > end:
                self.remark(f"{i} of {n} rounds in the time there was")
                return
            yield i

    def scaled(self, n: int) -> int:
        """*n*, or a tenth of it when quick."""
        return max(1, n // 10) if self.quick else n

    def note(self, series: str, *values: float) -> None:
        """Write down measured values: seconds, tasks a second, bytes or counts."""
        self.series.setdefault(series, []).extend(values)

    def remark(self, text: str) -> None:
        """Something that a reader of the figures should know; repeats are counted."""
        if text:
            self._remarks[text] += 1

    @property
    def remarks(self) -> str:
        """All of them, in a line."""
        return "; ".join(f"{text} x{n}" if n > 1 else text for text, n in self._remarks.items())
