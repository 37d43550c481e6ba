"""Samples where a task of any engine is, by the engine's feed: `look_at`, `FlameSampler`."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable
from typing import Final

from scaler_lab.core.flame import Flame, sample
from scaler_lab.core.messages import TaskId
from scaler_lab.core.stack import ENDED, UNKNOWN, TaskStack
from scaler_lab.errors import EngineLost
from scaler_lab.feed.connection import FeedConnection
from scaler_lab.runtime.runtime_dir import ConnectionInfo

FLAME_SECONDS: Final = 10.0
LOOK_TIMEOUT: Final = 1.0  # so soon a stop takes effect if the engine does not respond
JOIN_TIMEOUT: Final = 3.0


def look_at(feed: FeedConnection, task_id: TaskId, timeout: float) -> TaskStack:
    """Return where a task is; for `sample`."""
    request = feed.request_details(task_id, 0, at_once=True)
    if not feed.wait_for(lambda: request in feed.mirror.details, timeout):
        if feed.mirror.ended is not None:
            return TaskStack(task_id, ENDED, problem=f"the engine ended: {feed.mirror.ended}")
        return TaskStack(task_id, UNKNOWN, problem="the engine does not respond")
    details = feed.mirror.details.pop(request)
    if details.stack is not None:
        return details.stack
    if details.row is None:
        return TaskStack(task_id, ENDED)
    state = ENDED if details.row.status.is_done else details.row.status.value
    return TaskStack(task_id, state)


class FlameSampler:
    """Samples where one task is, in a thread with a connection of its own.

    Args:
        engine: The engine of the task.
        task_id: The task.
        name: What the result is called.
        view: The kind of view that samples.
        seconds: How long to sample, unless the task ends or `stop` is called before.
        connect: Opens the connection; for tests.
    """

    def __init__(
        self,
        engine: ConnectionInfo,
        task_id: TaskId,
        name: str,
        view: str,
        seconds: float = FLAME_SECONDS,
        connect: Callable[[ConnectionInfo, str], FeedConnection] = FeedConnection,
    ) -> None:
        self.task_id = task_id
        self.seconds = seconds
        self._flame = Flame(name)
        self._open = functools.partial(connect, engine, view)
        self._is_stopped = threading.Event()
        self._began_at = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="scaler_lab-flame", daemon=True)
        self._thread.start()

    @property
    def flame(self) -> Flame | None:
        """The result; None while it samples."""
        return None if self._thread.is_alive() else self._flame

    @property
    def elapsed(self) -> float:
        """How long it has sampled, in seconds."""
        return min(self.seconds, time.monotonic() - self._began_at)

    def stop(self) -> None:
        """Sample no more; `flame` then has what was sampled so far."""
        self._is_stopped.set()

    def join(self) -> None:
        """Stop, and wait a moment until the connection is closed."""
        self.stop()
        self._thread.join(JOIN_TIMEOUT)

    def _run(self) -> None:
        with self._open() as feed:

            def look(timeout: float) -> TaskStack:
                return look_at(feed, self.task_id, min(timeout, LOOK_TIMEOUT))

            try:
                sample(look, self._flame, self.seconds, self._is_stopped.is_set)
            except EngineLost as error:
                self._flame.problem = str(error)
