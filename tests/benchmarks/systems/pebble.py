"""pebble: a pool whose `cancel` kills the worker of a running task."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from .system import CancelAnswer, System

_pebble: Any = import_module("pebble")


class Pebble(System):
    """``pebble.ProcessPool(max_workers=n)``."""

    kills = True

    def __init__(self, n_workers: int) -> None:
        super().__init__(n_workers)
        self._pool = _pebble.ProcessPool(max_workers=n_workers)

    def submit(self, fn: Callable[..., Any], *args: Any) -> Any:
        return self._pool.schedule(fn, args=args)

    def result(self, handle: Any) -> Any:
        return handle.result()

    def cancel(self, handle: Any) -> CancelAnswer:
        return CancelAnswer.CANCELLED if handle.cancel() else CancelAnswer.REFUSED

    def map_all(self, fn: Callable[[int], Any], n: int) -> int:
        mapped = self._pool.map(fn, range(n), chunksize=self.chunk_size(n))
        return sum(1 for _ in mapped.result())

    @property
    def native(self) -> Any:
        return self._pool

    def close(self) -> None:
        self._pool.stop()
        self._pool.join()
