"""A group of futures that were submitted together: a sequence that can be counted and cancelled."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from concurrent.futures import ALL_COMPLETED, Future
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from scaler_lab.core.as_completed import as_completed
from scaler_lab.core.cancel import cancel_futures, request_cancel_of_futures
from scaler_lab.core.counts import Counts
from scaler_lab.core.future import CANCEL_TIMEOUT, ScalerFuture
from scaler_lab.core.gather import results_of
from scaler_lab.core.notebook_display import NotebookDisplay
from scaler_lab.core.unpicklable import Unpicklable
from scaler_lab.core.wait import DoneAndNotDoneFutures, wait_for

if TYPE_CHECKING:
    from scaler_lab.core.future_manager import FutureManager
    from scaler_lab.ui.terminal.renderables import GroupRenderable

T = TypeVar("T")


NOT_FOR_USERS = frozenset({"manager", "members"})
"""What `dir` leaves out: what the package itself uses."""


class TaskGroup(NotebookDisplay, Unpicklable, Sequence[ScalerFuture[T]], Generic[T]):
    """The futures of one `Client.submit_each`, in order of submission.

    If a group is *atomic*, cancelling any member cancels them all.  The client then sends one
    `TaskCancel` with the group's id, as for a node of a Scaler graph.

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
        """All tasks of the group, in order; also those that the sequence leaves out."""
        self.manager = manager
        self.name = name
        self.atomic = atomic

    @overload
    def __getitem__(self, index: int) -> ScalerFuture[T]: ...
    @overload
    def __getitem__(self, index: slice) -> TaskGroup[T]: ...
    def __getitem__(self, index: int | slice) -> ScalerFuture[T] | TaskGroup[T]:
        """Return one future, or the group of the futures in a slice."""
        if isinstance(index, slice):
            chosen = self._futures[index]
            return TaskGroup(chosen, self.manager, self.name, atomic=self.atomic)
        return self._futures[index]

    def __len__(self) -> int:
        return len(self._futures)

    def __dir__(self) -> list[str]:
        return sorted(set(super().__dir__()) - NOT_FOR_USERS)

    def __repr__(self) -> str:
        kind = "atomic TaskGroup" if self.atomic else "TaskGroup"
        return f"<{kind} {self.name!r}: {str(self.counts) or 'empty'}>"

    def __rich__(self) -> GroupRenderable:
        from scaler_lab.ui.terminal.renderables import of_group

        return of_group(self)

    @property
    def counts(self) -> Counts:
        """The number of members with each status; every status is a key."""
        return Counts(future.status for future in self.members)

    def done(self) -> bool:
        """Return whether every member is done."""
        return all(future.done() for future in self.members)

    def running(self) -> bool:
        """Return whether a member runs now."""
        return any(future.running() for future in self.members)

    def cancel(self, timeout: float | None = CANCEL_TIMEOUT, *, force: bool = False) -> int:
        """Cancel every member with one request, then wait for all of them.

        Args:
            timeout: The longest time to wait, in seconds; None waits without a limit.
            force: Skip the interrupt, and kill the members' worker processes at once.

        Returns:
            How many members are cancelled or will be.
        """
        return cancel_futures(self.members, timeout, force=force)

    def request_cancel(self, *, force: bool = False) -> int:
        """Request a cancel of every member with one request, without waiting for the answers.

        Args:
            force: Skip the interrupt, and kill the members' worker processes at once.

        Returns:
            How many members are cancelled or will be.
        """
        return request_cancel_of_futures(self.members, force=force)

    def retry(self) -> TaskGroup[T]:
        """Submit the calls of all members that failed or were cancelled again, as new tasks.

        Each new task is as `ScalerFuture.retry` makes it.  The new tasks are not atomic: each can
        be cancelled alone.

        Returns:
            A group with the new futures in place of those, and otherwise the same futures.

        Raises:
            EngineLost: The engine is gone.

        ::

            done, not_done = group.wait()
            values = group.retry().results()
        """
        new = self._retried()
        return TaskGroup(
            [new[future] for future in self._futures],
            self.manager,
            self.name,
            members=[new[future] for future in self.members],
        )

    def _retried(self) -> dict[Future[Any], ScalerFuture[Any]]:
        """Submit failed and cancelled members again.

        Return the future that now stands for each member.  If a call can't be submitted, or on an
        interrupt, the calls submitted until then are cancelled.
        """
        new: dict[Future[Any], ScalerFuture[Any]] = {}
        try:
            for future in self.members:  # each comes after those that it needs
                if future.can_retry:
                    new[future] = self.manager.resubmit(future, new)
        except BaseException:
            request_cancel_of_futures(list(new.values()))
            raise
        return {future: new.get(future, future) for future in self.members}

    def wait(
        self,
        timeout: float | None = None,
        return_when: str = ALL_COMPLETED,
        *,
        progress: bool = True,
    ) -> DoneAndNotDoneFutures[T]:
        """Wait for the group's futures, as `Client.wait` does.

        Args:
            timeout: The longest time to wait, in seconds; None waits without a limit.
            return_when: ALL_COMPLETED, FIRST_COMPLETED or FIRST_EXCEPTION, as in the standard
                library.
            progress: Whether to show a progress bar, in a terminal or in the cell of a
                notebook.

        Returns:
            ``(done, not_done)``, two sets.  Failed futures don't raise here.
        """
        return wait_for(self._futures, timeout, return_when, progress=progress, title=self.name)

    def results(self, timeout: float | None = None, *, progress: bool = True) -> list[T]:
        """Return every member's value, in order; wait for them if necessary.

        In a terminal and in a notebook it shows a progress bar.  Ctrl-C is as in `Client.wait`.

        Args:
            timeout: The longest time for all of them together, in seconds; None waits without a
                limit.
            progress: Whether to show the progress bar.

        Raises:
            TimeoutError: A member isn't done after *timeout* seconds.
            CancelledError: A member was cancelled.
            Exception: The exception of the first member, in order, that failed.  The others go on.
        """
        return results_of(self._futures, timeout, progress=progress, title=self.name)

    def __await__(self) -> Generator[Any, None, list[T]]:
        """Wait for every member without blocking the event loop, and return their `results`.

        If the asyncio task that waits is cancelled, this requests a cancel of all members, in one
        message.
        """
        return self._awaited().__await__()

    async def _awaited(self) -> list[T]:
        import asyncio  # it takes 40 ms, which only callers that await should pay

        try:
            async for _ in as_completed(self._futures):
                pass
        except asyncio.CancelledError:
            self.manager.request_cancel(self._futures)
            raise
        return self.results()
