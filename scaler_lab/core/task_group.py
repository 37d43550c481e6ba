"""A group of futures that were submitted together: a sequence that can be counted and stopped."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from scaler_lab._windows import open_view
from scaler_lab.core.as_completed import as_completed
from scaler_lab.core.cancel import cancel_all
from scaler_lab.core.future import CANCEL_TIMEOUT, ScalerFuture
from scaler_lab.core.state_machine import Status
from scaler_lab.core.unpicklable import Unpicklable
from scaler_lab.core.wait import wait_in_company

if TYPE_CHECKING:
    from scaler_lab.core.future_manager import FutureManager

T = TypeVar("T")


class TaskGroup(Unpicklable, Sequence[ScalerFuture[T]], Generic[T]):
    """The futures of one `Client.submit_each`, in order of submission.

    An *atomic* group is one thing to the engine: cancelling any member cancels them all, with one
    `TaskCancel` that carries the group's id, as cancelling a node of a Scaler graph does.

    ::

        >>> group = client.submit_each(len, ["a", "bc"], name="length")
        >>> group.results()
        [1, 2]
        >>> group
        <TaskGroup 'length': 2 succeeded>
    """

    def __init__(
        self,
        futures: Sequence[ScalerFuture[T]],
        manager: FutureManager,
        name: str = "",
        *,
        atomic: bool = False,
        members: Sequence[ScalerFuture[Any]] | None = None,
    ) -> None:
        self._futures = tuple(futures)
        self.members: tuple[ScalerFuture[Any], ...] = tuple(futures if members is None else members)
        """All its tasks, also those that the sequence leaves out; as they were handed in."""
        self.manager = manager
        self.name = name
        self.atomic = atomic

    @overload
    def __getitem__(self, index: int) -> ScalerFuture[T]: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[ScalerFuture[T], ...]: ...
    def __getitem__(self, index: int | slice) -> ScalerFuture[T] | tuple[ScalerFuture[T], ...]:
        return self._futures[index]

    def __len__(self) -> int:
        return len(self._futures)

    def __repr__(self) -> str:
        shown = ", ".join(f"{n} {status.value}" for status, n in self.counts.items() if n)
        kind = "atomic TaskGroup" if self.atomic else "TaskGroup"
        return f"<{kind} {self.name!r}: {shown or 'empty'}>"

    def __rich__(self) -> object:
        return open_view("group", self)

    def _ipython_display_(self) -> None:
        open_view("notebook", self)

    def _repr_mimebundle_(self, **_kinds: Any) -> object:
        return open_view("mimebundle", self)

    @property
    def counts(self) -> dict[Status, int]:
        """How many members have each status; every status is there."""
        counted = Counter(future.status for future in self.members)
        return {status: counted[status] for status in Status}

    @property
    def done(self) -> bool:
        """Whether every member has its verdict."""
        return all(future.done() for future in self.members)

    def cancel(self, timeout: float | None = CANCEL_TIMEOUT, *, force: bool = False) -> int:
        """Ask to stop every member in one message, then wait once, at most *timeout* seconds.

        Returns how many are or will end cancelled.
        """
        return cancel_all(self.members, timeout, force=force)

    def results(self, timeout: float | None = None, *, progress: bool = True) -> list[T]:
        """Every member's value, in order.  *timeout* seconds are for all of them together.

        Raises the first member's exception, in order; the others go on.  A member that was
        cancelled raises `CancelledError`.  In a terminal it shows a bar (*progress*), and Ctrl-C
        asks what is to become of the members, as in `Client.wait`.
        """

        def step(seconds: float | None) -> bool:
            end = None if seconds is None else time.monotonic() + seconds
            for future in self._futures:
                left = None if end is None else max(0.0, end - time.monotonic())
                if not future.wait_until_done(left):
                    return False
                if future.cancelled() or future.exception() is not None:  # which opens its value
                    return True
            return True

        if not wait_in_company(
            step,
            self._futures,
            timeout,
            progress=progress,
            title=self.name,
            cancel_all=cancel_all,
        ):
            raise TimeoutError
        return [future.result() for future in self._futures]

    def __await__(self) -> Generator[Any, None, list[T]]:
        """`results`, without blocking the event loop, once every member has its verdict.

        Cancelling the waiting asyncio task asks to stop all members, in one message.
        """
        return self._awaited().__await__()

    async def _awaited(self) -> list[T]:
        import asyncio  # 40 ms that only those who await pay

        try:
            async for _ in as_completed(self._futures):
                pass
        except asyncio.CancelledError:
            self.manager.request_cancel(self._futures)
            raise
        return self.results()
