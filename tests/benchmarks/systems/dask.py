"""Dask distributed: worker processes with one thread each, on loopback, without a dashboard."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from .system import CancelAnswer, System

_distributed: Any = import_module("distributed")


class Dask(System):
    """``LocalCluster(processes=True)`` and one client.  Its `cancel` never stops running code."""

    def __init__(self, n_workers: int) -> None:
        super().__init__(n_workers)
        warnings.filterwarnings("ignore", message="Sending large graph")
        self._cluster = _distributed.LocalCluster(
            n_workers=n_workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            worker_dashboard_address=None,
            silence_logs=logging.ERROR,
        )
        self._client = _distributed.Client(self._cluster)

    def submit(self, fn: Callable[..., Any], *args: Any) -> Any:
        return self._client.submit(fn, *args, pure=False)

    def result(self, handle: Any) -> Any:
        return handle.result()

    def results(self, handles: Sequence[Any]) -> list[Any]:
        return list(self._client.gather(list(handles)))

    def cancel(self, handle: Any) -> CancelAnswer:
        handle.cancel()
        return CancelAnswer.CANCELLED if handle.cancelled() else CancelAnswer.REFUSED

    def cancel_all(self, handles: Sequence[Any]) -> list[CancelAnswer]:
        self._client.cancel(list(handles))
        return [CancelAnswer.CANCELLED if h.cancelled() else CancelAnswer.REFUSED for h in handles]

    def submit_bulk(self, fn: Callable[[int], Any], n: int) -> list[Any]:
        return list(self._client.map(fn, range(n), pure=False))

    def map_all(self, fn: Callable[[int], Any], n: int) -> int:
        return len(self._client.gather(self.submit_bulk(fn, n)))  # Dask has no chunks

    @property
    def native(self) -> Any:
        return self._client

    def close(self) -> None:
        self._client.close()
        self._cluster.close()
