"""`LiveUsage`: what a running task uses now.

It changes all the time, so the board doesn't contain it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from scaler_lab.core.messages import TaskId
from scaler_lab.core.safe_event import SafeEvent

USAGE_TIMEOUT: Final = 1.0
USAGE_INTERVAL: Final = 1.0  # between two requests of a view


class LiveUsage(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What a running task uses now.  None means that it isn't known.

    Attributes:
        cpu_percent: The CPU time of its worker and of the processes that it started, in percent of
            one core, during the last second or less.
        memory: The private memory of its worker above what that had before the task, in bytes, with
            the private memory of the processes that it started.
        children: The number of processes that it started and that still run.
    """

    cpu_percent: float | None = None
    memory: int | None = None
    children: int | None = None


OnUsage = Callable[[Mapping[TaskId, LiveUsage]], None]
"""The function that receives an engine's answer, from any thread.  It returns promptly."""

RequestUsage = Callable[[OnUsage], None]
"""`Engine.request_usage`."""


def wait_for_usage(request: RequestUsage, timeout: float) -> Mapping[TaskId, LiveUsage]:
    """Return what *request* is answered; empty if that takes longer than *timeout* seconds."""
    answers: list[Mapping[TaskId, LiveUsage]] = []
    arrived = SafeEvent()

    def take(usage: Mapping[TaskId, LiveUsage]) -> None:
        answers.append(usage)
        arrived.set()

    request(take)
    arrived.wait(timeout)
    return answers[0] if answers else {}
