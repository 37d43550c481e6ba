"""The little interface that every system is driven through.

Handles are whatever the system gives for a submitted task, and pass through untouched.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, ClassVar


class Unable(Exception):  # no error: a finding
    """The system has no such thing, or says that it can't.  The message goes into its cell."""


class CancelAnswer(StrEnum):
    """What the system said when asked to cancel a task."""

    CANCELLED = "cancelled"
    REFUSED = "refused"  # it says no, or the task's own result came
    SILENT = "silent"  # nothing, within SILENT_AFTER_SECONDS


SILENT_AFTER_SECONDS = 5.0


class System(ABC):
    """One pool of *n_workers* worker processes on this machine.  Ready when constructed."""

    interrupts: ClassVar[bool] = False
    """Whether `cancel` can stop running code and leave its worker alive."""

    kills: ClassVar[bool] = False
    """Whether it can stop running code by stopping its worker."""

    def __init__(self, n_workers: int) -> None:
        self.n_workers = n_workers

    @abstractmethod
    def submit(self, fn: Callable[..., Any], *args: Any) -> Any:
        """A handle."""

    @abstractmethod
    def result(self, handle: Any) -> Any:
        """Waits for the task; its value, or what it raised."""

    def is_done(self, handle: Any) -> bool:
        """Whether the task has its verdict; does not wait."""
        return bool(handle.done())

    def results(self, handles: Sequence[Any]) -> list[Any]:
        """Every task's value, in the quickest way that the system has."""
        return [self.result(handle) for handle in handles]

    @abstractmethod
    def cancel(self, handle: Any) -> CancelAnswer:
        """Ask in the system's usual way, and wait until it has said what became of it."""

    def kill(self, handle: Any) -> CancelAnswer:
        """The same, by stopping the worker at once; where *kills* is true."""
        return self.cancel(handle)

    def cancel_all(self, handles: Sequence[Any]) -> list[CancelAnswer]:
        """Cancel many queued tasks, in the quickest way that the system has."""
        return [self.cancel(handle) for handle in handles]

    def submit_bulk(self, fn: Callable[[int], Any], n: int) -> list[Any]:  # noqa: ARG002
        """Submit ``fn(0)`` to ``fn(n - 1)`` in one call that gives a handle for each."""
        raise Unable("no bulk submit")

    def map_all(self, fn: Callable[[int], Any], n: int) -> int:  # noqa: ARG002
        """Run ``fn(0)`` to ``fn(n - 1)`` by the system's map; how many results came.

        In chunks of `chunk_size`, where the system has chunks.
        """
        raise Unable("no map")

    def chunk_size(self, n: int) -> int:
        """Four chunks for each worker."""
        return max(1, n // (4 * self.n_workers))

    def explain(self, handle: Any) -> str:  # noqa: ARG002
        """How the system says that a cancel was settled; empty where it doesn't."""
        return ""

    @property
    def native(self) -> Any:
        """What its own library's users hold, and what `scaler_lab.Client` is given to run on it."""
        raise Unable("nothing that a Client can be given")

    @abstractmethod
    def close(self) -> None:
        """Stop everything, without waiting for tasks."""
