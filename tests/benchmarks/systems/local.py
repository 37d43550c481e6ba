"""scaler_lab's local engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from scaler_lab import Client, ScalerFuture

from .system import SILENT_AFTER_SECONDS, CancelAnswer, System


class Local(System):
    """``Client(n_workers=...)``, with default settings."""

    interrupts = True
    kills = True

    def __init__(self, n_workers: int) -> None:
        super().__init__(n_workers)
        self._client = Client(n_workers=n_workers)

    def submit(self, fn: Callable[..., Any], *args: Any) -> ScalerFuture[Any]:
        return self._client.submit(fn, *args)

    def result(self, handle: ScalerFuture[Any]) -> Any:
        return handle.result()

    def cancel(self, handle: ScalerFuture[Any]) -> CancelAnswer:
        return _answer(handle) if handle.cancel(SILENT_AFTER_SECONDS) else CancelAnswer.REFUSED

    def kill(self, handle: ScalerFuture[Any]) -> CancelAnswer:
        accepted = handle.cancel(SILENT_AFTER_SECONDS, force=True)
        return _answer(handle) if accepted else CancelAnswer.REFUSED

    def cancel_all(self, handles: Sequence[ScalerFuture[Any]]) -> list[CancelAnswer]:
        self._client.cancel(handles, SILENT_AFTER_SECONDS)
        return [_answer(handle) for handle in handles]

    def submit_bulk(self, fn: Callable[[int], Any], n: int) -> list[ScalerFuture[Any]]:
        return list(self._client.submit_each(fn, range(n)))

    def map_all(self, fn: Callable[[int], Any], n: int) -> int:
        return sum(1 for _ in self._client.map(fn, range(n), chunksize=self.chunk_size(n)))

    def explain(self, handle: ScalerFuture[Any]) -> str:
        resolution = handle.cancel_resolution
        return "" if resolution is None else resolution.value

    def close(self) -> None:
        self._client.cancel_all(timeout=SILENT_AFTER_SECONDS, force=True)
        self._client.shutdown()


def _answer(future: ScalerFuture[Any]) -> CancelAnswer:
    if future.cancelled():
        return CancelAnswer.CANCELLED
    return CancelAnswer.REFUSED if future.done() else CancelAnswer.SILENT
