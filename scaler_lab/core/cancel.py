"""Cancel many futures at once, also of several clients."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from scaler_lab.core.future import CANCEL_TIMEOUT, ScalerFuture

if TYPE_CHECKING:
    from scaler_lab.core.future_manager import FutureManager


def cancel_futures(
    futures: Sequence[ScalerFuture[Any]],
    timeout: float | None = CANCEL_TIMEOUT,
    *,
    force: bool = False,
) -> int:
    """Send one cancel request to each client's engine, then wait for all answers.

    Args:
        futures: The futures to cancel.
        timeout: The longest time to wait, in seconds; None waits without a limit.
        force: Skip the interrupt, and kill at once.

    Returns:
        How many of the futures are cancelled or will be.
    """
    of_manager = _by_manager(futures)
    accepted = sum(m.request_cancel(its, force=force) for m, its in of_manager.items())
    if accepted and all(manager.may_wait() for manager in of_manager):
        end = None if timeout is None else time.monotonic() + timeout
        for future in reversed(futures):  # answers come in order: after the last, few are left
            left = None if end is None else end - time.monotonic()
            if left is not None and left <= 0:
                break
            future.wait_until_done(left)
    return accepted


def request_cancel_of_futures(
    futures: Sequence[ScalerFuture[Any]], *, force: bool = False, source: str = ""
) -> int:
    """Send one cancel request to each client's engine.  Don't wait for the answers.

    Args:
        futures: The futures to cancel.
        force: Skip the interrupt, and kill at once.
        source: The origin of the request, which the board shows: "terminal", "notebook".

    Returns:
        How many of the futures are cancelled or will be.
    """
    of_manager = _by_manager(futures)
    return sum(
        manager.request_cancel(its, force=force, source=source)
        for manager, its in of_manager.items()
    )


def _by_manager(
    futures: Sequence[ScalerFuture[Any]],
) -> dict[FutureManager, list[ScalerFuture[Any]]]:
    of_manager: dict[FutureManager, list[ScalerFuture[Any]]] = {}
    for future in futures:
        of_manager.setdefault(future.manager, []).append(future)
    return of_manager
