"""`EngineCommands`: the commands that a future manager sends to the engine that runs its tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from scaler_lab.core.messages import Task, TaskCancel, TaskDropped
from scaler_lab.core.outbox import Prepared


class EngineCommands(Protocol):
    """The methods of an engine that a `FutureManager` calls.

    `scaler_lab.engines.base.Engine` documents them.  A subclass needs only `request_cancel`.
    """

    def prepare(self, tasks: Sequence[Task]) -> Prepared | None:
        """Pack *tasks* so that one `Board.commit` can submit them; None if `submit` must do it."""
        del tasks
        return None

    def submit(self, tasks: Sequence[Task]) -> None:
        """Accept *tasks*: all of them, or none if this raises."""
        del tasks

    def expect(self, tasks: Sequence[Task]) -> None:
        """Note that *tasks* may be submitted later.  Never raises."""
        del tasks

    def expect_no_more(self, dropped: Sequence[TaskDropped]) -> None:
        """Note that announced tasks ended in the client.  Never raises."""
        del dropped

    def request_cancel(self, cancel: TaskCancel) -> None:
        """Request that tasks be stopped, and return without waiting."""
        ...
