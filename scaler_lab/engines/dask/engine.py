"""`DaskEngine`: the thread-safe side of the engine, which a `Client` calls.

The Dask client's own loop thread does all the work (module `tracker`), so the engine needs no
thread of its own.  Calls are passed to that loop in the order in which they were made, as Dask's
own messages are.
"""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections.abc import Sequence
from typing import Any, Self

from scaler_lab.core.messages import Task, TaskCancel, TaskId
from scaler_lab.engines.base import Emit, Engine, Feature, OnStack, Reach
from scaler_lab.engines.dask.address import CONNECT_TIMEOUT, Destination
from scaler_lab.engines.dask.connection import DaskConnection
from scaler_lab.engines.dask.tracker import DaskTask, DaskTaskTracker
from scaler_lab.errors import EngineLost
from scaler_lab.serialization import remote_call

CLOSE_TIMEOUT = 5.0


class DaskEngine(Engine):
    """Runs tasks on a dask.distributed cluster.  Create it with ``Client(dask_client)``.

    `from_given` is the same without a `Client`.

    Dask can't interrupt running code.  A task that is running when its cancel is requested is shown
    as cancelling until it ends, and its result is discarded; *force* doesn't change that.

    A lost connection to the scheduler is reported immediately if it was closed, and after Dask's
    own timeouts (``distributed.comm.timeouts.tcp``, 30 s) if the network went silent.
    """

    reach = Reach.QUEUED_ONLY
    reports_starts = True
    takes_bytes = True
    features = frozenset({Feature.STACKS})

    def __init__(self, destination: Destination) -> None:
        """Create the engine without connecting.

        Args:
            destination: The scheduler.
        """
        self.label = destination.label
        self._destination = destination
        self._connection: DaskConnection | None = None
        self._tracker: DaskTaskTracker | None = None
        self._lock = threading.RLock()
        self._is_closing = False  # guarded by _lock
        self._is_closed = threading.Event()

    @classmethod
    def from_given(
        cls, given: Any, *, security: Any = None, timeout: float = CONNECT_TIMEOUT
    ) -> Self:
        """Return the engine for *given*; `open` connects it.

        A synchronous Dask client is used as it is and never closed.  For a cluster, an address or
        an asynchronous client (whose loop belongs to the caller's thread), the engine creates a
        client of its own and closes it.

        Args:
            given: A `distributed.Client`, a Dask cluster, or ``"dask://HOST:PORT"``.
            security: The `distributed.Security` of a client that the engine creates.
            timeout: Seconds to wait for the connection of a client that the engine creates.

        Raises:
            TypeError: *security* or *timeout* was given together with a Dask client.
        """
        return cls(Destination.of(given, security, timeout))

    def open(self, emit: Emit) -> None:
        """Connect to the cluster, unless a connected Dask client was given.

        Blocks for *timeout* seconds at most (see `from_given`).

        Raises:
            EngineNotFound: The scheduler doesn't answer, or the Dask client isn't running.
        """
        connection = DaskConnection(self._destination)
        tracker = DaskTaskTracker(connection, emit)
        self._connection, self._tracker = connection, tracker

        # A weak reference, because Dask keeps a topic's handler for as long as its client lives.
        known = weakref.ref(tracker)

        def receive(message: list[Any]) -> None:
            receiver = known()
            if receiver is not None:
                receiver.receive(message)

        connection.subscribe(receive)
        connection.post(tracker.begin)

    def submit(self, tasks: Sequence[Task]) -> None:
        if not tasks:
            return
        tracker, connection = self._open()
        open_tasks = [
            DaskTask(task.task_id, task.name, _key(task), remote_call.pack(task)) for task in tasks
        ]
        try:
            # In this order, so that the tracker knows a task before an event of it arrives.
            connection.post(tracker.take, open_tasks)
            futures = connection.submit(
                [one.task_id for one in open_tasks],
                [one.call for one in open_tasks],
                [one.key for one in open_tasks],
            )
            connection.post(tracker.follow, list(zip(open_tasks, futures, strict=True)))
        except BaseException as error:
            connection.post(tracker.drop, open_tasks)
            if connection.status == "running" or not isinstance(error, Exception):
                raise
            raise EngineLost(f"{self.label} is gone: its client is {connection.status}") from error

    def request_cancel(self, cancel: TaskCancel) -> None:
        tracker, connection = self._tracker, self._connection
        if tracker is not None and connection is not None and not tracker.gone:
            connection.post(tracker.cancel, cancel.task_ids)

    def request_stack(self, task_id: TaskId, reply: OnStack, *, at_once: bool = False) -> None:
        del at_once  # there is only one look
        tracker, connection = self._open()
        connection.post(tracker.request_stack, task_id, reply)

    def close(self, *, wait: bool = True) -> None:
        """Release all tasks.  Running tasks continue to their end, and so does the cluster.

        Args:
            wait: Wait until tasks that haven't started can't start any more: for `CLOSE_TIMEOUT`
                seconds at most, or twice that if the engine also closes a client of its own.
        """
        with self._lock:
            is_first, self._is_closing = not self._is_closing, True
        tracker, connection = self._tracker, self._connection
        if tracker is None or connection is None:
            return
        if is_first:
            if connection.is_over:
                tracker.lose("it was closed")
                self._is_closed.set()
            else:
                connection.post(tracker.end, self._is_closed.set)
        in_loop = tracker.is_here()
        if self._destination.is_owned and is_first:
            closer = threading.Thread(
                target=self._close_client, args=(connection,), name="dask-engine-close"
            )
            closer.start()
            if wait and not in_loop:
                closer.join(2 * CLOSE_TIMEOUT)
        elif wait and not in_loop:
            self._is_closed.wait(CLOSE_TIMEOUT)

    def _close_client(self, connection: DaskConnection) -> None:
        self._is_closed.wait(CLOSE_TIMEOUT)
        with contextlib.suppress(TimeoutError, OSError, RuntimeError):  # its cluster is gone
            connection.close(CLOSE_TIMEOUT)

    def _open(self) -> tuple[DaskTaskTracker, DaskConnection]:
        tracker, connection = self._tracker, self._connection
        if tracker is None or connection is None:
            raise RuntimeError("open() comes first")
        if tracker.gone:
            raise EngineLost(f"{self.label} is gone: {tracker.gone}")
        return tracker, connection


def _key(task: Task) -> str:
    """Return Dask's key for the task.  Dask's dashboard groups tasks by the part before the id."""
    name = task.annotations.group_name or task.name
    return f"{''.join(c if c.isalnum() or c in '._' else '_' for c in name[:60])}-{task.task_id}"
