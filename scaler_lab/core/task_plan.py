"""`TaskPlan`: what a task needs beyond being run: dependencies, a time limit, retries.

Only tasks with one of these have a plan; their future refers to it.
"""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from scaler_lab.core.dependencies import DependencyWaiter
from scaler_lab.core.messages import PackedCall
from scaler_lab.core.options import PLAIN, TaskOptions
from scaler_lab.core.timer import TimerHandle


class TaskPlan:
    """What one task needs beyond being run.

    Guarded by the board's lock, except *needs*, which doesn't change once the task was sent.

    Args:
        options: The task's options.
        needs: The futures whose results the task takes.  *waits* is whether there are any.
    """

    __slots__ = (
        "complete", "culprit", "needs", "options", "retries_left", "timer_handle", "waiter",
        "waits",
    )  # fmt: skip

    def __init__(
        self,
        options: TaskOptions = PLAIN,
        needs: tuple[Future[Any], ...] = (),
    ) -> None:
        self.options = options
        self.needs = needs
        self.waits = bool(needs)
        self.retries_left = options.retries
        self.waiter: DependencyWaiter | None = None
        self.timer_handle: TimerHandle | None = None  # for its time limit, or for its next attempt
        self.complete: PackedCall | None = None  # with its dependencies' results, for a retry
        self.culprit: Future[Any] | None = None  # the first future in a chain of failures

    def end(self) -> None:
        """Drop what was planned, because the task has its outcome."""
        if self.timer_handle is not None:
            self.timer_handle.cancel()
        if self.waiter is not None:
            self.waiter.close()
        self.timer_handle = self.waiter = self.complete = None
