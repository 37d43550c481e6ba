"""`RayConnection`: all calls to Ray's library, and the cluster that this process is connected to.

    submit, cancel, run_on ───> Ray ───> worker processes, one task on a node
    on_end, on_starts <──────── Ray's own thread

Ray starts a new cluster if it is called without a connection.  So each call checks first that the
connection is the one that the engine was opened with.
"""

from __future__ import annotations

import functools
import logging
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from importlib import import_module
from typing import Any

from scaler_lab.core.messages import TaskId
from scaler_lab.engines.ray import remote
from scaler_lab.engines.ray.remote import Start
from scaler_lab.errors import EngineLost, EngineNotFound

log = logging.getLogger(__name__)

NAMES_KEPT = 256  # remote functions cached by name, because Ray is slow to create one

NOT_BY_RAYS_CLIENT = (
    "Ray's own client (ray://HOST:PORT) can't be used: it doesn't report how a task was stopped. "
    "Connect this process itself, with ray.init() on this machine or ray.init(address=...) on one "
    "of the cluster's, then give Client(ray)"
)


class RayConnection:
    """The connection of one engine to Ray, and its actor there.  Any thread may use it.

    Args:
        options: Options of Ray's tasks.

    Raises:
        EngineNotFound: This process isn't connected to Ray, or only through Ray's own client.
    """

    def __init__(self, options: Mapping[str, Any]) -> None:
        ray: Any = import_module("ray")
        if not ray.is_initialized():
            raise EngineNotFound(
                "Ray is not connected in this process: call ray.init() first, on this machine, or "
                "ray.init(address=...) for a cluster"
            )
        if import_module("ray.util.client").ray.is_connected():
            raise EngineNotFound(NOT_BY_RAYS_CLIENT)
        self._ray = ray
        self.errors: Any = import_module("ray.exceptions")
        context = ray.get_runtime_context()
        self._job = str(context.get_job_id())
        self.node = str(context.get_node_id())
        """The node of this machine."""
        cpus = ray.cluster_resources().get("CPU", 0) / (options.get("num_cpus", 1) or 1)
        self.n_workers = int(cpus) or None
        """How many tasks run at once."""
        run = ray.remote(**options)(remote.run)

        def named(name: str) -> Any:
            return run.options(name=name)

        self._run_named: Callable[[str], Any] = functools.lru_cache(NAMES_KEPT)(named)
        self._listener_name = f"scaler-lab-{uuid.uuid4().hex}"
        self._listener: Any = (
            ray.remote(remote.StartListener)
            .options(name=self._listener_name, num_cpus=0, max_restarts=-1)
            .remote()
        )

    # -- tasks -------------------------------------------------------------------------------------

    def submit(self, task_id: TaskId, name: str, call: bytes) -> Any:
        """Submit a packed call, and return Ray's reference to its result.

        Raises:
            EngineLost: Ray was shut down in this process.
        """
        self.check()
        return self._run_named(name).remote(*remote.packed(task_id, call, self._listener_name))

    def on_end(self, ref: Any, receive: Callable[[Any], None]) -> None:
        """Have *receive* called with the task's reply or exception, in Ray's thread."""

        def reply(future: Future[Any]) -> None:
            receive(future.exception() or future.result())

        ref.future().add_done_callback(reply)

    def cancel(self, ref: Any, *, force: bool) -> None:
        """Request that a task be stopped."""
        self._ray.cancel(ref, force=force)

    def run_on(self, node: str, function: Callable[..., Any], *args: Any) -> Future[Any]:
        """Run a function on a node, whether or not a CPU is free there."""
        strategies: Any = import_module("ray.util.scheduling_strategies")
        there = strategies.NodeAffinitySchedulingStrategy(node, soft=False)
        task = self._ray.remote(function)
        task = task.options(num_cpus=0, max_retries=3, scheduling_strategy=there)
        future: Future[Any] = task.remote(*args).future()
        return future

    # -- starts ------------------------------------------------------------------------------------

    def on_starts(self, receive: Callable[[Sequence[Start] | BaseException], None]) -> None:
        """Have *receive* called once, in Ray's thread, with the starts that come next.

        It gets an exception instead if the actor died, which Ray then restarts.
        """

        def reply(future: Future[Any]) -> None:
            receive(future.exception() or future.result())

        self._listener.take.remote().future().add_done_callback(reply)

    def latest_starts(self, timeout: float) -> Sequence[Start]:
        """Return the last start of each worker process.  Waits for *timeout* seconds at most.

        Raises:
            Exception: Ray doesn't answer, or fails the request.
        """
        starts: Sequence[Start] = self._listener.latest.remote().future().result(timeout)
        return starts

    def close(self) -> None:
        """End the engine's actor.  Ray itself stays as it is."""
        self._ray.kill(self._listener)

    # -- the connection ----------------------------------------------------------------------------

    @property
    def is_initialized(self) -> bool:
        """Whether Ray is connected to a cluster, be it this one or another."""
        return bool(self._ray.is_initialized())

    def check(self) -> None:
        """Raise `EngineLost` if Ray was shut down in this process."""
        if not self.is_initialized:
            raise EngineLost("Ray is gone: it was shut down")

    def trouble(self) -> str:
        """Return why the connection is gone; empty while it works."""
        if self._is_connected():
            return ""
        at = time.strftime("%H:%M:%S")
        return (
            f"Ray was shut down in this process, or disconnected, at {at}; the tasks that were "
            "not done are lost. Call ray.init() again, and make a new Client"
        )

    def _is_connected(self) -> bool:
        try:
            return (
                self.is_initialized
                and str(self._ray.get_runtime_context().get_job_id()) == self._job
            )
        except Exception:  # Ray is being shut down at this moment
            log.debug("Ray does not report whether it is connected", exc_info=True)
            return False
