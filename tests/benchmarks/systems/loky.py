"""loky: the interface of ProcessPoolExecutor with its own workers."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from .executor import ExecutorSystem

_loky: Any = import_module("loky")  # by name, because it has no types


class Loky(ExecutorSystem):
    """``loky.ProcessPoolExecutor(n)``."""

    def __init__(self, n_workers: int) -> None:
        pool: Any = _loky.ProcessPoolExecutor(n_workers)
        super().__init__(n_workers, pool)
        self._pool = pool

    def close(self) -> None:
        self._pool.shutdown(wait=True, kill_workers=True)
