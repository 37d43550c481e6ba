"""`FutureWatcher`: emits the events of watched futures, with one thread for all that are polled.

    callback of a future        ──> verdict ──> emit
    the polling thread          ──> starts; ends of futures without callbacks ──> emit
    the cancel thread           ──> cancels that may block

Both threads end when they have nothing left to do.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

from scaler_lab.client.watched.kinds import WatchedFuture
from scaler_lab.core.commands import EngineCommands
from scaler_lab.core.messages import (
    Event,
    Task,
    TaskAnnotations,
    TaskCancel,
    TaskCancelRefused,
    TaskId,
    TaskStarted,
)

log = logging.getLogger(__name__)

POLL_INTERVAL = 0.1
SHARE = 0.02  # of a thread's time that polling may take
JOIN_TIMEOUT = 5.0


def task_of(future: WatchedFuture, task_id: TaskId, name: str, group_name: str) -> Task:
    """Return the task that stands for *future*, for `FutureManager.submit`."""
    return Task(task_id, name, _never_called, (future,), {}, TaskAnnotations(group_name=group_name))


def _never_called(_future: WatchedFuture) -> None:
    """Stand for code that runs elsewhere: nothing calls the function of a watched task."""
    raise NotImplementedError


class FutureWatcher(EngineCommands):
    """Watches futures and emits their events.  Any thread may call it."""

    def __init__(self) -> None:
        self._emit: Callable[[Sequence[Event]], object] = len  # set by `open`
        self._lock = threading.RLock()
        self._open: dict[TaskId, WatchedFuture] = {}  # guarded by _lock, as all of these
        self._unstarted: dict[TaskId, WatchedFuture] = {}
        self._polled: dict[TaskId, WatchedFuture] = {}
        self._requests: deque[tuple[TaskId, WatchedFuture, bool]] = deque()
        self._polling_thread: threading.Thread | None = None
        self._cancel_thread: threading.Thread | None = None
        self._is_closed = False
        self._closed = threading.Event()

    def open(self, emit: Callable[[Sequence[Event]], None]) -> None:
        """Emit events by *emit* from now on.  Called before any future is added."""
        self._emit = emit

    def submit(self, tasks: Sequence[Task]) -> None:
        """Watch the futures that `task_of` put into *tasks*."""
        for task in tasks:
            self.add(task.task_id, task.args[0])

    def add(self, task_id: TaskId, future: WatchedFuture) -> None:
        """Watch one more future."""
        with self._lock:
            if self._is_closed:
                raise RuntimeError("this watch was closed: create a new one with watch(...)")
            self._open[task_id] = future
            if future.reports_start:
                self._unstarted[task_id] = future
            if future.is_polled:
                self._polled[task_id] = future
        future.attach(lambda: self._on_done(task_id))
        with self._lock:
            if self._polling_thread is None and (self._unstarted or self._polled):
                self._polling_thread = threading.Thread(
                    target=self._poll, name="scaler_lab-watch", daemon=True
                )
                self._polling_thread.start()

    def request_cancel(self, cancel: TaskCancel) -> None:
        """Request that futures stop, as far as their libraries support it."""
        with self._lock:
            chosen = [(i, found) for i in cancel.task_ids if (found := self._open.get(i))]
            self._requests.extend((i, f, cancel.force) for i, f in chosen if f.cancel_waits)
            if self._requests and self._cancel_thread is None:
                self._cancel_thread = threading.Thread(
                    target=self._request_cancels, name="scaler_lab-watch-cancel", daemon=True
                )
                self._cancel_thread.start()
        for task_id, future in chosen:
            if not future.cancel_waits:
                self._cancel(task_id, future, force=cancel.force)

    def close(self) -> None:
        """Stop watching.  Unfinished futures go on."""
        with self._lock:
            self._is_closed = True
            for table in (self._open, self._unstarted, self._polled):
                table.clear()
            self._requests.clear()
            threads = [t for t in (self._polling_thread, self._cancel_thread) if t is not None]
        self._closed.set()
        for thread in threads:
            if thread is not threading.current_thread():
                thread.join(JOIN_TIMEOUT)

    def _on_done(self, task_id: TaskId) -> None:
        with self._lock:
            future = self._open.pop(task_id, None)
            self._unstarted.pop(task_id, None)
            self._polled.pop(task_id, None)
        if future is not None:
            self._emit((future.verdict(task_id),))

    def _cancel(self, task_id: TaskId, future: WatchedFuture, *, force: bool) -> None:
        try:
            reason = future.cancel(force=force)
        except Exception as error:
            log.debug("a watched future could not be cancelled", exc_info=True)
            reason = f"its cancel raised {type(error).__name__}: {error}"
        if reason:
            self._emit((TaskCancelRefused(task_id, reason),))

    def _request_cancels(self) -> None:
        while True:
            with self._lock:
                if not self._requests:
                    self._cancel_thread = None
                    return
                task_id, future, force = self._requests.popleft()
            self._cancel(task_id, future, force=force)

    def _poll(self) -> None:
        pause = POLL_INTERVAL
        while not self._closed.wait(pause):
            began = time.monotonic()
            with self._lock:
                if not self._unstarted and not self._polled:
                    self._polling_thread = None
                    return
                unstarted, polled = list(self._unstarted.items()), list(self._polled.items())
            started = [task_id for task_id, future in unstarted if future.is_running()]
            with self._lock:
                for task_id in started:
                    self._unstarted.pop(task_id, None)
            now = time.monotonic()
            if started:
                self._emit([TaskStarted(task_id, "", now) for task_id in started])
            for task_id, future in polled:
                if future.is_done():
                    self._on_done(task_id)
            pause = max(POLL_INTERVAL, (time.monotonic() - began) / SHARE)
