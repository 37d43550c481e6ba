"""The values of many futures, in order: `Client.gather` and `TaskGroup.results`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TypeVar

from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.wait import wait_in_company

T = TypeVar("T")


def results_of(
    futures: Sequence[ScalerFuture[T]], timeout: float | None, *, progress: bool, title: str
) -> list[T]:
    """Return the value of each future, in order; wait for them if necessary.

    Raises:
        TimeoutError: A future isn't done after *timeout* seconds.
        CancelledError: A future was cancelled.
        Exception: The exception of the first future, in order, that failed.
    """

    def step(seconds: float | None) -> bool:
        end = None if seconds is None else time.monotonic() + seconds
        for future in futures:
            left = None if end is None else max(0.0, end - time.monotonic())
            if not future.wait_until_done(left):
                return False
            # Calling exception() unpickles the value.
            if future.cancelled() or future.exception() is not None:
                return True
        return True

    if not wait_in_company(step, futures, timeout, progress=progress, title=title):
        raise TimeoutError
    return [future.result() for future in futures]
