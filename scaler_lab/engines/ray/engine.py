"""`RayEngine`: the thread-safe side of the engine, which a `Client` calls.

The one thread that emits events is in the module `tracker`.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any, Self

from scaler_lab.core.messages import Task, TaskCancel, TaskId
from scaler_lab.engines.base import Emit, Engine, OnStack, Reach
from scaler_lab.engines.ray.connection import NOT_BY_RAYS_CLIENT, RayConnection
from scaler_lab.engines.ray.tracker import CLOSE_TIMEOUT, RayTask, RayTaskTracker
from scaler_lab.errors import EngineLost, FeatureMissing
from scaler_lab.serialization import remote_call


class RayEngine(Engine):
    """Runs tasks on the Ray cluster that this process is connected to.

    Create it with ``Client(ray)``, or with `from_given` if you need no `Client`.

    A cancel interrupts Python code.  *force* ends the worker process, which also stops code that is
    stuck in C.

    The engine reports a connection that was shut down within half a second.  How soon Ray notices
    that its cluster died depends on Ray (RAY_gcs_rpc_server_reconnect_timeout_s, 60 s).  Ray may
    end this process then.
    """

    reach = Reach.INTERRUPTS
    label = "Ray"
    reports_starts = True
    takes_bytes = True

    def __init__(self, options: Mapping[str, Any] | None = None) -> None:
        """Create the engine.

        Args:
            options: Options of Ray's tasks, for all tasks of this engine.
        """
        self._options = {"max_retries": 0, **(options or {})}
        self._connection: RayConnection | None = None
        self._tracker: RayTaskTracker | None = None
        self._lock = threading.RLock()
        self._is_closing = False  # guarded by _lock

    @classmethod
    def from_given(cls, given: Any, *, options: Mapping[str, Any] | None = None) -> Self:
        """Return the engine for the Ray that this process is connected to.

        Args:
            given: The module `ray`, or what ``ray.init`` returned.
            options: Options of Ray's tasks, for all tasks of this client: ``{"num_cpus": 2}``.

        Raises:
            ValueError: *given* is an address of Ray's own client (``ray://HOST:PORT``).
        """
        if isinstance(given, str):
            raise ValueError(f"{given}: {NOT_BY_RAYS_CLIENT}")
        return cls(options)

    def open(self, emit: Emit) -> None:
        """Start the engine's thread and its actor.

        Raises:
            EngineNotFound: This process isn't connected to Ray, or only through Ray's own client.
        """
        connection = RayConnection(self._options)
        self.n_workers = connection.n_workers
        self._connection = connection
        self._tracker = RayTaskTracker(connection, emit)
        self._tracker.begin()

    def submit(self, tasks: Sequence[Task]) -> None:
        if not tasks:
            return
        tracker, connection = self._open()
        open_tasks = [RayTask(task.task_id, task.name, remote_call.pack(task)) for task in tasks]
        tracker.post(tracker.take, open_tasks)
        try:
            for one in open_tasks:
                one.ref = connection.submit(one.task_id, one.name, one.call)
                one.call = b""
                tracker.listen(one)
        except BaseException as error:
            tracker.post(tracker.drop, open_tasks)
            if tracker.gone or not connection.is_initialized:
                raise EngineLost(f"{self.label} is gone: it was shut down") from error
            raise

    def request_cancel(self, cancel: TaskCancel) -> None:
        tracker = self._tracker
        if tracker is not None and not tracker.gone:
            tracker.post(tracker.cancel, cancel.task_ids, cancel.force)

    def request_stack(self, task_id: TaskId, reply: OnStack, *, at_once: bool = False) -> None:
        del task_id, reply, at_once
        raise FeatureMissing(
            f"{self.label} can't show where a task is: Ray reads stacks only with py-spy, which "
            "needs the right to trace processes on each node (root, or SYS_PTRACE). Its dashboard "
            "shows them if that is set up. The local engine, Client(), needs no right"
        )

    def close(self, *, wait: bool = True) -> None:
        """Force running tasks to end.  Ray and its cluster keep running.

        Args:
            wait: Wait until the processes of these tasks are gone, for twice `CLOSE_TIMEOUT`
                seconds at most.
        """
        with self._lock:
            is_first, self._is_closing = not self._is_closing, True
        tracker = self._tracker
        if tracker is None:
            return
        if is_first:
            tracker.post(tracker.end)
        if wait:
            tracker.join(2 * CLOSE_TIMEOUT)

    def _open(self) -> tuple[RayTaskTracker, RayConnection]:
        tracker, connection = self._tracker, self._connection
        if tracker is None or connection is None:
            raise RuntimeError("open() comes first")
        if tracker.gone:
            raise EngineLost(f"{self.label} is gone: {tracker.gone}")
        connection.check()
        return tracker, connection
