"""`EndMethods`: how a `Client` ends: `shutdown`, `close`, and the end of a ``with`` block."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from scaler_lab.client.shutdown import ClientFinalizer
from scaler_lab.client.submission import Submitter
from scaler_lab.core.future_manager import FutureManager


class EndMethods:
    """What ends a client."""

    _finalizer: ClientFinalizer
    _manager: FutureManager
    _submitter: Submitter

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Accept no more tasks, and let the accepted ones finish, as `Executor.shutdown` does.

        Ctrl-C ends the wait: the tasks go on, and the engine closes after them.

        Args:
            wait: If true, return once all futures are done, their callbacks have run and the
                engine's processes have ended.  If false, return at once, and a thread completes the
                shutdown.
            cancel_futures: Whether to cancel the tasks that have not started.
        """
        self._submitter.close()
        if cancel_futures:
            queued = [f for f in self._manager.open_futures if not f.running()]
            self._manager.request_cancel(queued)
        self._finalizer.shutdown(wait=wait)

    def close(self) -> None:
        """Accept no more tasks, wait for the accepted ones, and end: `shutdown` by its other name.

        `contextlib.closing` uses it, and so do users of Dask.
        """
        self.shutdown()

    @property
    def is_shut_down(self) -> bool:
        """Whether the client accepts no more tasks."""
        return self._submitter.is_closed

    def _end_idle(self, why: str) -> None:
        """Run `shutdown` in the background if all tasks are finished.

        Args:
            why: The message of the error that a later submit raises.
        """
        if not self._manager.open_futures:
            self._submitter.close(why)
            self._finalizer.shutdown(wait=False)

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        """Shut the client down and wait for the tasks; but an interrupt cancels them.

        If a KeyboardInterrupt leaves the block, or arrives during the wait, the open tasks are
        cancelled, and this method waits at most three seconds for them to stop.  The same holds for
        a GeneratorExit and for asyncio's CancelledError.  For any other exception it waits for the
        tasks, and after two seconds prints to stderr which exception it is and what it waits for.
        """
        self._leave(exc_value)
        return None

    def _leave(self, error: BaseException | None) -> None:
        self._submitter.close()
        self._finalizer.leave(error)

    def __enter__(self) -> Self:
        return self

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Do in a thread what leaving a ``with`` block does, so that the event loop goes on.

        If the asyncio task that leaves the block is cancelled meanwhile, the open tasks are
        cancelled, and the rest of the shutdown continues in the background.
        """
        import asyncio  # takes 40 ms, so only users of `async with` import it

        # Shielded: without it, a cancel would withdraw the call if its thread had not started yet.
        leaving = asyncio.get_running_loop().run_in_executor(None, self._leave, exc_value)
        try:
            await asyncio.shield(leaving)
        except asyncio.CancelledError:
            self._finalizer.interrupt()
            raise
