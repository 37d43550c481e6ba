"""`watch`: a board over futures that something else made.

    with ThreadPoolExecutor() as pool:
        watched = scaler_lab.watch([pool.submit(fit, x) for x in data], name="fit")
        with watched.live():
            ...

The same table, terminal view and cancels as a client's, as far as the futures' own libraries go:
states are what they tell, and each row says what its cancel is worth.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Self, cast

from scaler_lab._windows import open_view
from scaler_lab.client.watched import kinds
from scaler_lab.client.watched.watcher import FutureWatcher
from scaler_lab.core.board import Board, TaskRecord
from scaler_lab.core.cancel import cancel_all
from scaler_lab.core.future import CANCEL_TIMEOUT, ScalerFuture
from scaler_lab.core.future_manager import FutureManager
from scaler_lab.core.messages import TaskCancel, TaskId
from scaler_lab.core.unpicklable import Unpicklable
from scaler_lab.engines.base import Reach


def watch(
    futures: Iterable[Any] | Mapping[str, Any], *, name: str = "watched", board: Board | None = None
) -> Watched:
    """A board over *futures* of concurrent.futures, asyncio, Dask or Ray, mixed as you like.

    Names are a mapping's keys, or what their library calls them, or ``name[0]`` and so on.  With
    *board*, they are shown beside what is there already.  Returns at once, and no thread waits for
    a future.  Raises TypeError where one is no future.

    Limits: a cancel asked here is the future's own.  Where that can't stop running code, the row
    ends cancelled once the code has ended; the future itself keeps its result.

    ::

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


class Watched(Unpicklable):
    """Made by `watch`.  Keeps the futures it watches, and so their results, while it is kept."""

    def __init__(self, name: str, board: Board | None) -> None:
        self.name = name
        self.board = Board() if board is None else board
        self.reach = Reach.QUEUED_ONLY
        self.reports_starts = True
        self._ids = os.urandom(8).hex()
        self._manager = FutureManager(self.board, self._request_cancel)
        self._watcher = FutureWatcher(self._manager.on_events)
        self._count = 0
        self._standing: list[ScalerFuture[Any]] = []

    @property
    def label(self) -> str:
        """What views call it."""
        return self.name

    @property
    def engine(self) -> Self:
        """What views ask for a label and a reach: itself."""
        return self

    def add(
        self, futures: Iterable[Any], *, names: Iterable[str] | None = None
    ) -> list[ScalerFuture[Any]]:
        """Watch more; returns what stands for them here.  Raises TypeError, and adds none then."""
        found = [kinds.watched_future(future) for future in futures]
        called = [] if names is None else list(names)
        if names is not None and len(called) != len(found):
            raise ValueError(f"{len(called)} names for {len(found)} futures")
        now = time.monotonic()
        records: list[TaskRecord] = []
        for at, future in enumerate(found):
            shown = called[at] if called else future.name or f"{self.name}[{self._count}]"
            self._count += 1
            task_id = TaskId(f"{self._ids}{self._count:016x}")
            records.append(TaskRecord(task_id, shown, now, group_name=self.name))
        self.reports_starts = self.reports_starts and all(f.reports_start for f in found)
        self._manager.reports_starts = self.reports_starts
        standing = self._manager.register(records)
        self._standing += standing
        self._manager.mark_sent(records)
        for record, future in zip(records, found, strict=True):
            self._watcher.add(record.task_id, future)
        return standing

    @property
    def futures(self) -> list[ScalerFuture[Any]]:
        """What stands for the watched ones here, in their order."""
        return list(self._standing)

    def cancel(
        self,
        futures: Iterable[ScalerFuture[Any]] | None = None,
        timeout: float | None = CANCEL_TIMEOUT,
        *,
        force: bool = False,
    ) -> int:
        """Ask to stop them (None: all that are undone), and wait; as `Client.cancel`."""
        chosen = self._manager.open_futures if futures is None else list(futures)
        return cancel_all(chosen, timeout, force=force)

    def live(self, **options: Any) -> AbstractContextManager[Any]:
        """A context manager that shows them live in the terminal, as `Client.live`."""
        return cast("AbstractContextManager[Any]", open_view("live", self, **options))

    def close(self) -> None:
        """Watch no longer.  The futures go on; those undone stay on the board as they are."""
        self._watcher.close()
        self._manager.close()

    def _request_cancel(self, cancel: TaskCancel) -> None:
        self._watcher.request_cancel(cancel)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __rich__(self) -> object:
        return open_view("client", self)

    def _ipython_display_(self) -> None:
        open_view("notebook", self)

    def _repr_mimebundle_(self, **_kinds: Any) -> object:
        return open_view("mimebundle", self)

    def __repr__(self) -> str:
        shown = ", ".join(f"{n} {s.value}" for s, n in self.board.counts.items() if n)
        return f"<Watched {self.name!r}: {shown or 'no futures yet'}>"
