"""`FutureMethods`: `wait`, `gather` and `cancel` for many futures at once, of `Client`."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ALL_COMPLETED, Future
from typing import Any, TypeVar, overload

from scaler_lab.core import wait as core_wait
from scaler_lab.core.cancel import cancel_futures, request_cancel_of_futures
from scaler_lab.core.future import CANCEL_TIMEOUT, ScalerFuture
from scaler_lab.core.future_manager import FutureManager
from scaler_lab.core.gather import results_of
from scaler_lab.core.selection import REQUIRED, futures_from
from scaler_lab.core.wait import DoneAndNotDoneFutures
from scaler_lab.engines.base import Engine

T = TypeVar("T")


class FutureMethods:
    """What waits for futures and cancels them, many at once."""

    _engine: Engine
    _manager: FutureManager

    # -- waiting ---------------------------------------------------------------------------------

    def wait(
        self,
        futures: ScalerFuture[T] | Iterable[ScalerFuture[T]] = REQUIRED,
        timeout: float | None = None,
        return_when: str = ALL_COMPLETED,
        *,
        progress: bool = True,
    ) -> DoneAndNotDoneFutures[T]:
        """Wait for futures as `concurrent.futures.wait` does, with a progress bar.

        In a session in which a person types, such as IPython's or ``python -i``, Ctrl-C opens a
        question: leave the tasks running, cancel them (as a second Ctrl-C does), or continue to
        wait.  Elsewhere, as in a script, it raises KeyboardInterrupt, and the tasks go on.

        Args:
            futures: The futures to wait for, or a single one.
            timeout: The longest time to wait, in seconds.
            return_when: ALL_COMPLETED, FIRST_COMPLETED or FIRST_EXCEPTION, as in the standard
                library.
            progress: Whether to show a progress bar, in a terminal or in the cell of a notebook.
                In a terminal it is not shown while `live` shows the tasks.

        Returns:
            ``(done, not_done)``, two sets.  Failed futures don't raise here.

        Raises:
            TypeError: *futures* is neither a future nor an iterable of futures.

        Example::

            done, not_done = client.wait(futures, timeout=60)
        """
        otherwise = "wait_all() waits for all unfinished tasks"
        chosen = futures_from(futures, "wait", otherwise=otherwise, accepted=Future)
        title = self._engine.title
        return core_wait.wait_for(chosen, timeout, return_when, progress=progress, title=title)

    def wait_all(
        self,
        timeout: float | None = None,
        return_when: str = ALL_COMPLETED,
        *,
        progress: bool = True,
    ) -> DoneAndNotDoneFutures[Any]:
        """Wait for all unfinished futures of this client, as `wait` does for those you pass.

        Args:
            timeout: As in `wait`.
            return_when: As in `wait`.
            progress: As in `wait`.

        Returns:
            ``(done, not_done)``, two sets of the futures that were unfinished before.

        Example::

            done, not_done = client.wait_all(timeout=60)
        """
        return self.wait(self._manager.open_futures, timeout, return_when, progress=progress)

    @overload
    def gather(
        self, futures: ScalerFuture[T], timeout: float | None = None, *, progress: bool = True
    ) -> T: ...
    @overload
    def gather(
        self,
        futures: Iterable[ScalerFuture[T]],
        timeout: float | None = None,
        *,
        progress: bool = True,
    ) -> list[T]: ...
    def gather(
        self,
        futures: ScalerFuture[T] | Iterable[ScalerFuture[T]],
        timeout: float | None = None,
        *,
        progress: bool = True,
    ) -> T | list[T]:
        """Return the values of *futures*, in order; wait for them as `wait` does.

        Args:
            futures: The futures, or a single one.
            timeout: The longest time for all of them together, in seconds; None waits without a
                limit.
            progress: Whether to show a progress bar, in a terminal or in the cell of a
                notebook.

        Returns:
            The list of the values, or the value itself for a single future.

        Raises:
            TypeError: *futures* is neither a future nor an iterable of futures.
            TimeoutError: A future isn't done after *timeout* seconds.
            CancelledError: A future was cancelled.
            Exception: The exception of the first future, in order, that failed.  The others go on.

        Example::

            >>> client.gather([client.submit(len, word) for word in ("a", "bc")])
            [1, 2]
        """
        chosen = futures_from(futures, "gather")
        values = results_of(chosen, timeout, progress=progress, title=self._engine.title)
        return values[0] if isinstance(futures, ScalerFuture) else values

    # -- cancelling ------------------------------------------------------------------------------

    def cancel(
        self,
        futures: ScalerFuture[Any] | Iterable[ScalerFuture[Any]] = REQUIRED,
        timeout: float | None = CANCEL_TIMEOUT,
        *,
        force: bool = False,
    ) -> int:
        """Request a cancel of *futures* in one message, then wait once for the answers.

        Args:
            futures: The futures to cancel, or a single one.
            timeout: The longest time to wait, in seconds; None means as long as the answers take.
            force: Whether to kill the workers at once instead of interrupting the tasks first.

        Returns:
            How many are or will end cancelled.  The others had finished before.

        Raises:
            TypeError: *futures* is neither a future nor an iterable of futures.

        Example::

            >>> group = client.submit_each(time.sleep, [1000] * 20)
            >>> client.cancel(group)
            20
        """
        chosen = futures_from(futures, "cancel", otherwise="cancel_all() cancels all tasks")
        return cancel_futures(chosen, timeout, force=force)

    def cancel_all(self, timeout: float | None = CANCEL_TIMEOUT, *, force: bool = False) -> int:
        """Cancel all unfinished tasks of this client, as `cancel` does for those you pass.

        Args:
            timeout: As in `cancel`.
            force: As in `cancel`.

        Returns:
            How many are or will end cancelled.
        """
        return cancel_futures(self._manager.open_futures, timeout, force=force)

    def request_cancel(
        self,
        futures: ScalerFuture[Any] | Iterable[ScalerFuture[Any]] = REQUIRED,
        *,
        force: bool = False,
    ) -> int:
        """Request a cancel of *futures* in one message, and return without the answers.

        Args:
            futures: As in `cancel`.
            force: As in `cancel`.

        Returns:
            How many are or will end cancelled.  The others had finished before.

        Raises:
            TypeError: *futures* is neither a future nor an iterable of futures.
        """
        chosen = futures_from(futures, "request_cancel")
        return request_cancel_of_futures(chosen, force=force)
