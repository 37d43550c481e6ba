"""Samples where a task is, in a thread: `FlameSampler`, and looks by an engine's feed for it."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import Future
from contextlib import AbstractContextManager
from typing import Final

from scaler_lab.core.flame import Flame, Look, sample
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


@contextlib.contextmanager
def engine_look(
    engine: ConnectionInfo,
    task_id: TaskId,
    view: str,
    connect: Callable[[ConnectionInfo, str], FeedConnection] = FeedConnection,
) -> Generator[Look, None, None]:
    """Open a connection to the task's engine, for looks at the task.

    Args:
        engine: The engine of the task.
        task_id: The task.
        view: The kind of view that samples.
        connect: Opens the connection; for tests.
    """
    with connect(engine, view) as feed:
        yield lambda timeout: look_at(feed, task_id, timeout)


class FlameSampler:
    """Samples where one task is, in a thread of its own.

    Args:
        name: What the result is called.
        open_look: Opens what looks at the task; called in the thread, and closed there.
        seconds: How long to sample, unless the task ends or `stop` is called before.

    Attributes:
        result: Gets the result when the sampling ends.
    """

    def __init__(
        self,
        name: str,
        open_look: Callable[[], AbstractContextManager[Look]],
        seconds: float = FLAME_SECONDS,
    ) -> None:
        self.seconds = seconds
        self.result: Future[Flame] = Future()
        self.result.set_running_or_notify_cancel()  # so that nobody can cancel it
        self._flame = Flame(name)
        self._open_look = open_look
        self._is_stopped = threading.Event()
        self._began_at = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="scaler_lab-flame", daemon=True)
        self._thread.start()

    @property
    def flame(self) -> Flame | None:
        """The result; None while it samples."""
        return self._flame if self.result.done() else None

    @property
    def elapsed(self) -> float:
        """How long it has sampled, in seconds."""
        return min(self.seconds, time.monotonic() - self._began_at)

    def stop(self) -> None:
        """Sample no more; `flame` then has what was sampled so far."""
        self._is_stopped.set()

    def join(self) -> None:
        """Stop, and wait a moment until what looks at the task is closed."""
        self.stop()
        self._thread.join(JOIN_TIMEOUT)

    def _run(self) -> None:
        try:
            with self._open_look() as look:
                sample(
                    lambda timeout: look(min(timeout, LOOK_TIMEOUT)),
                    self._flame,
                    self.seconds,
                    self._is_stopped.is_set,
                )
        except EngineLost as error:
            self._flame.problem = str(error)
        finally:
            self.result.set_result(self._flame)
