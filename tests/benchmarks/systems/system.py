"""The interface that every compared system implements.

A handle is the object that the system returns for a submitted task.  It is passed back unchanged.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, ClassVar


class Unable(Exception):  # not an error, but a result
    """The system lacks the feature, or reports that it can't do it.

    The message goes into its cell.
    """


class CancelAnswer(StrEnum):
    """The system's answer to a cancel."""

    CANCELLED = "cancelled"
    REFUSED = "refused"  # it refused, or the task returned its result
    SILENT = "silent"  # no answer within SILENT_AFTER_SECONDS


SILENT_AFTER_SECONDS = 5.0


class System(ABC):
    """One pool of *n_workers* worker processes on this machine.  It is ready once constructed."""

    interrupts: ClassVar[bool] = False
    """Whether `cancel` can stop running code and keep its worker alive."""

    kills: ClassVar[bool] = False
    """Whether the system can stop running code by killing its worker."""

    def __init__(self, n_workers: int) -> None:
        self.n_workers = n_workers

    @abstractmethod
    def submit(self, fn: Callable[..., Any], *args: Any) -> Any:
        """Submit a task; return its handle."""

    @abstractmethod
    def result(self, handle: Any) -> Any:
        """Wait for the task; return its value or raise its exception."""

    def is_done(self, handle: Any) -> bool:
        """Return whether the task is done, without waiting."""
        return bool(handle.done())

    def results(self, handles: Sequence[Any]) -> list[Any]:
        """Return every task's value, in the system's fastest way."""
        return [self.result(handle) for handle in handles]

    @abstractmethod
    def cancel(self, handle: Any) -> CancelAnswer:
        """Cancel a task in the system's usual way; wait for the system's answer and return it."""

    def kill(self, handle: Any) -> CancelAnswer:
        """Cancel a task by stopping its worker at once, if *kills* is true."""
        return self.cancel(handle)

    def cancel_all(self, handles: Sequence[Any]) -> list[CancelAnswer]:
        """Cancel many queued tasks, in the system's fastest way."""
        return [self.cancel(handle) for handle in handles]

    def submit_bulk(self, fn: Callable[[int], Any], n: int) -> list[Any]:  # noqa: ARG002
        """Submit ``fn(0)`` to ``fn(n - 1)`` in one call; return a handle for each."""
        raise Unable("no bulk submit")

    def map_all(self, fn: Callable[[int], Any], n: int) -> int:  # noqa: ARG002
        """Run ``fn(0)`` to ``fn(n - 1)`` with the system's map; return the number of results.

        The tasks are sent in chunks of `chunk_size`, if the system has chunks.
        """
        raise Unable("no map")

    def chunk_size(self, n: int) -> int:
        """Return the chunk size for four chunks per worker."""
        return max(1, n // (4 * self.n_workers))

    def explain(self, handle: Any) -> str:  # noqa: ARG002
        """Return how the system describes the end of a cancel; empty if it doesn't."""
        return ""

    @property
    def native(self) -> Any:
        """The object of the system's own library that `scaler_lab.Client` can run on."""
        raise Unable("nothing that a Client can be given")

    @abstractmethod
    def close(self) -> None:
        """Stop everything, without waiting for tasks."""
