"""`TaskPlan`: what is still to be done about one task, beside waiting for its verdict.

Only tasks with a limit, retries or dependencies have one; it hangs on their future.
"""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

from scaler_lab.core.dependencies import DependencyWaiter
from scaler_lab.core.messages import PackedCall
from scaler_lab.core.options import PLAIN, TaskOptions
from scaler_lab.core.timer import TimerHandle


class TaskPlan:
    """Mutable; guarded by the board's lock, but for *needs*, which never changes once it is sent.

    *needs* are the futures whose results the task takes; *waits* is whether there are any.
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
        self.timer_handle: TimerHandle | None = (
            None  # its time limit, or when its next attempt is due
        )
        self.complete: PackedCall | None = None  # with what it waited for; for another attempt
        self.culprit: Future[Any] | None = None  # the first in a chain of failures

    def end(self) -> None:
        """The verdict is in: nothing is to come any more."""
        if self.timer_handle is not None:
            self.timer_handle.cancel()
        if self.waiter is not None:
            self.waiter.close()
        self.timer_handle = self.waiter = self.complete = None
