"""OpenGRIS Scaler: a scheduler, an object storage and workers, started here on loopback."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from importlib import import_module
from typing import Any

from .system import SILENT_AFTER_SECONDS, CancelAnswer, System

_scaler: Any = import_module("scaler")

BULK_CANCEL_SECONDS = 60.0


class OpenGris(System):
    """``SchedulerClusterCombo(n_workers=n)`` and one client.  Its `cancel` kills and confirms."""

    kills = True

    def __init__(self, n_workers: int) -> None:
        super().__init__(n_workers)
        self._combo = _scaler.SchedulerClusterCombo(n_workers=n_workers)
        self._client = _scaler.Client(address=self._combo.get_address())

    def submit(self, fn: Callable[..., Any], *args: Any) -> Any:
        return self._client.submit(fn, *args)

    def result(self, handle: Any) -> Any:
        return handle.result()

    def cancel(self, handle: Any) -> CancelAnswer:
        return _cancel(handle, SILENT_AFTER_SECONDS)

    def cancel_all(self, handles: Sequence[Any]) -> list[CancelAnswer]:
        # The only bulk command is `clear`, which stops everything.  Newest first is fastest:
        # oldest first, each cancel makes a worker start the next task.
        answers = [_cancel(handle, BULK_CANCEL_SECONDS) for handle in reversed(handles)]
        return answers[::-1]

    def map_all(self, fn: Callable[[int], Any], n: int) -> int:
        return len(self._client.map(fn, range(n)))  # Scaler has no chunks

    @property
    def native(self) -> Any:
        return self._client

    def close(self) -> None:
        self._client.disconnect()
        self._combo.shutdown()


def _cancel(handle: Any, timeout: float) -> CancelAnswer:
    try:
        said = handle.cancel(timeout=timeout)
    except TimeoutError:
        return CancelAnswer.SILENT
    except CancelledError:
        return CancelAnswer.CANCELLED
    return CancelAnswer.CANCELLED if said else CancelAnswer.REFUSED
