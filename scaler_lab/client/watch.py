"""`watch`: shows futures that other libraries made on a board.

    with ThreadPoolExecutor() as pool:
        watched = scaler_lab.watch([pool.submit(fit, x) for x in data], name="fit")
        with watched.live():
            ...

You get the same table, terminal view and cancels as with a client, as far as the futures' own
libraries support them.  The states are those that the futures report, and each row shows what its
cancel achieved.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self, Unpack, cast

from scaler_lab.client.display import ClientDisplay
from scaler_lab.client.watched import kinds
from scaler_lab.client.watched.watcher import FutureWatcher, task_of
from scaler_lab.core.board import Board
from scaler_lab.core.cancel import cancel_futures
from scaler_lab.core.future import CANCEL_TIMEOUT, ScalerFuture
from scaler_lab.core.future_manager import FutureManager
from scaler_lab.core.messages import Task, TaskId
from scaler_lab.core.selection import REQUIRED, futures_from
from scaler_lab.core.unpicklable import Unpicklable
from scaler_lab.engines.base import Reach

if TYPE_CHECKING:
    from scaler_lab.ui.terminal.live import LiveOptions, LiveView


def watch(
    futures: Iterable[Any] | Mapping[str, Any], *, name: str = "watched", board: Board | None = None
) -> Watched:
    """Show *futures* of concurrent.futures, asyncio, Dask or Ray on a board; kinds may be mixed.

    Returns at once, and no thread is blocked per future.

    A cancel requested here calls the future's own cancel.  If that can't stop running code, the
    row ends as cancelled once the code has ended, and the future itself keeps its result.

    Args:
        futures: The futures, or a mapping of names to futures.
        name: The name of the group.  A future that has no name of its own is called ``name[0]``,
            ``name[1]``, and so on.
        board: A board on which to show them, beside the tasks that it has already.

    Returns:
        A `Watched`.

    Raises:
        TypeError: One of *futures* is not a future that can be watched.

    Example::

        >>> from concurrent.futures import Future
        >>> made = Future()
        >>> watched = watch({"fit": made})
        >>> made.set_result(42)
        >>> watched
        <Watched 'watched': 1 succeeded>
    """
    watched = Watched(name, board)
    if isinstance(futures, Mapping):
        named = cast("Mapping[str, Any]", futures)
        watched.add(named.values(), names=[str(key) for key in named])
    else:
        watched.add(futures)
    return watched


class Watched(ClientDisplay, Unpicklable):
    """A board of watched futures, made by `watch`.

    It keeps references to the futures, and so to their results, as long as it exists.
    """

    def __init__(self, name: str, board: Board | None) -> None:
        self.name = name
        self.board = Board() if board is None else board
        self.reach = Reach.QUEUED_ONLY
        self.reports_starts = True
        self.n_workers: int | None = None
        self._ids = os.urandom(8).hex()
        self._watcher = FutureWatcher()
        self._manager = FutureManager(self.board, self._watcher, keeps_calls=False)
        self._manager.id_prefix = self._ids
        self._watcher.open(self._manager.on_events)
        self._count = 0
        self._added: list[ScalerFuture[Any]] = []

    @property
    def title(self) -> str:
        """The name that views show."""
        return self.name

    @property
    def engine(self) -> Self:
        """Itself, because views read the title and the reach from a client's engine."""
        return self

    def add(
        self, futures: Iterable[Any], *, names: Iterable[str] | None = None
    ) -> list[ScalerFuture[Any]]:
        """Watch more futures.

        Args:
            futures: The futures.
            names: Their names; None means the names that their libraries gave them.

        Returns:
            A `ScalerFuture` for each of them, in the same order.

        Raises:
            TypeError: One of them can't be watched.  Then none is added.
            ValueError: The numbers of names and futures differ.
            RuntimeError: This watch was closed.
        """
        found = [kinds.watched_future(future) for future in futures]
        called = [] if names is None else list(names)
        if names is not None and len(called) != len(found):
            raise ValueError(f"{len(called)} names for {len(found)} futures")
        tasks: list[Task] = []
        for at, future in enumerate(found):
            shown = called[at] if called else future.name or f"{self.name}[{self._count}]"
            self._count += 1
            task_id = TaskId(f"{self._ids}{self._count:016x}")
            tasks.append(task_of(future, task_id, shown, self.name))
        self.reports_starts = self.reports_starts and all(f.reports_start for f in found)
        self._manager.reports_starts = self.reports_starts
        added = self._manager.submit(tasks)
        self._added += added
        return added

    @property
    def futures(self) -> list[ScalerFuture[Any]]:
        """A `ScalerFuture` for each watched future, in the order in which they were added."""
        return list(self._added)

    def cancel(
        self,
        futures: ScalerFuture[Any] | Iterable[ScalerFuture[Any]] = REQUIRED,
        timeout: float | None = CANCEL_TIMEOUT,
        *,
        force: bool = False,
    ) -> int:
        """Request a cancel of watched futures, then wait for the answers, as `Client.cancel` does.

        Args:
            futures: Some of `futures`, or a single one.
            timeout: The longest time to wait, in seconds; None means as long as the answers take.
            force: Whether to kill rather than interrupt, if the library supports it.

        Returns:
            How many are or will end cancelled.

        Raises:
            TypeError: *futures* is neither a future nor an iterable of futures.
        """
        chosen = futures_from(futures, "cancel", otherwise="cancel_all() cancels all of them")
        return cancel_futures(chosen, timeout, force=force)

    def cancel_all(self, timeout: float | None = CANCEL_TIMEOUT, *, force: bool = False) -> int:
        """Cancel all unfinished futures, as `cancel` does for those you pass.

        Args:
            timeout: As in `cancel`.
            force: As in `cancel`.

        Returns:
            How many are or will end cancelled.
        """
        return cancel_futures(self._manager.open_futures, timeout, force=force)

    def live(self, **options: Unpack[LiveOptions]) -> LiveView:
        """Return a context manager that shows the futures live, as `Client.live` does."""
        from scaler_lab.ui.terminal.live import live

        return live(self, **options)

    def close(self) -> None:
        """Stop watching.

        The futures go on; unfinished ones stay on the board in their present state.
        """
        self._watcher.close()
        self._manager.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Watched {self.name!r}: {str(self.board.counts) or 'no futures yet'}>"
