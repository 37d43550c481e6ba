"""`Bench`: the argument of each measure.  Opens pools, limits rounds, records values."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .pulse import Pulse
from .systems.system import System


class Bench:
    """One measure of one system, in the process that runs it."""

    def __init__(self, system: type[System], folder: Path, *, quick: bool = False) -> None:
        self.system = system
        self.folder = folder
        self.quick = quick
        self.series: dict[str, list[float]] = {}
        self._open: list[System] = []
        self._pulses = 0
        self._remarks: Counter[str] = Counter()

    def open(self, n_workers: int = 2) -> System:
        """Open a warm pool: each of its workers has had the chance to run a few tasks."""
        from . import work

        pool = self.open_cold(n_workers)
        pool.results([pool.submit(work.noop) for _ in range(20)])
        return pool

    def open_cold(self, n_workers: int = 2) -> System:
        """Open a pool that hasn't received a task yet."""
        pool = self.system(n_workers)
        self._open.append(pool)
        return pool

    def close(self) -> None:
        """Close all pools that were opened."""
        while self._open:
            self._open.pop().close()

    def pulse(self) -> tuple[Pulse, str]:
        """Return a `Pulse` for a new task, and the path of its file."""
        self._pulses += 1
        path = self.folder / f"pulse-{self._pulses}"
        return Pulse.create(path), str(path)

    def block(self, pool: System, release: Path, seconds: float) -> list[Any]:
        """Occupy every worker of *pool* until *release* exists; return once all are occupied."""
        from . import work

        pulses = [self.pulse() for _ in range(pool.n_workers)]
        handles = [pool.submit(work.block, path, str(release), seconds) for _, path in pulses]
        for page, _ in pulses:
            with page:
                if not page.wait_started(20):
                    raise RuntimeError(f"{pool.n_workers} tasks did not run at once")
        return handles

    def rounds(self, n: int, *, seconds: float) -> Iterator[int]:
        """Count to *n* (a tenth of it if quick), but start no new round after *seconds*."""
        n = max(2, n // 10) if self.quick else n
        end = time.monotonic() + (seconds / 3 if self.quick else seconds)
        for i in range(n):
            if i and time.monotonic() > end:
                self.remark(f"{i} of {n} rounds in the time there was")
                return
            yield i

    def scaled(self, n: int) -> int:
        """Return *n*, or a tenth of it if quick."""
        return max(1, n // 10) if self.quick else n

    def note(self, series: str, *values: float) -> None:
        """Record measured values: seconds, tasks per second, bytes or counts."""
        self.series.setdefault(series, []).extend(values)

    def remark(self, text: str) -> None:
        """Record something that a reader of the figures should know; repeats are counted."""
        if text:
            self._remarks[text] += 1

    @property
    def remarks(self) -> str:
        """All remarks, in one line."""
        return "; ".join(f"{text} x{n}" if n > 1 else text for text, n in self._remarks.items())
