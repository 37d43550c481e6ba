"""`DaskEngine`: the thread-safe side of the engine, which a `Client` calls.

The Dask client's own loop thread does all the work (module `tracker`), so the engine needs no
thread of its own.  Calls are passed to that loop in the order in which they were made, as Dask's
own messages are.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import uuid
import warnings
import weakref
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, Self

from scaler_lab.core.messages import Task, TaskCancel
from scaler_lab.engines.base import Emit, Engine, Reach
from scaler_lab.engines.dask import remote
from scaler_lab.engines.dask.tracker import DaskTask, DaskTaskTracker
from scaler_lab.errors import EngineLost, EngineNotFound
from scaler_lab.serialization import remote_call

CONNECT_TIMEOUT = 10.0
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

    def __init__(self, connect: Callable[[], Any], *, label: str, owned: bool) -> None:
        """Create the engine without connecting.

        Args:
            connect: Returns a synchronous `distributed.Client`.
            label: The engine's name for people.
            owned: Whether the engine closes that client when it is closed.
        """
        self.label = label
        self._connect = connect
        self._owned = owned
        self._topic = f"scaler-lab-{uuid.uuid4().hex}"
        self._client: Any = None
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
            security: A `distributed.Security`, for a client that the engine creates.
            timeout: Seconds to wait for the connection of a client that the engine creates.

        Raises:
            TypeError: *security* or *timeout* was given together with a Dask client.
        """
        distributed: Any = import_module("distributed")
        if isinstance(given, distributed.Client):
            if security is not None or timeout != CONNECT_TIMEOUT:
                raise TypeError("security, timeout: the given Dask client has its own settings")
            if not _is_asynchronous(given):
                return cls(lambda: given, label=f"Dask at {_address_of(given)}", owned=False)
            security = given.security
            given = _address_of(given)
        label = f"Dask at {getattr(given, 'scheduler_address', given)}"
        if isinstance(given, str):
            address = given.removeprefix("dask://")
            if "://" not in address:
                address = f"{'tcp' if security is None else 'tls'}://{address}"
            _warn_if_readable(address)
            given, label = address, f"Dask at {address}"

        def connect() -> Any:
            if isinstance(given, str):
                _knock(given, timeout)
            keywords: dict[str, Any] = {} if security is None else {"security": security}
            return distributed.Client(given, timeout=timeout, set_as_default=False, **keywords)

        return cls(connect, label=label, owned=True)

    def open(self, emit: Emit) -> None:
        """Connect to the cluster, unless a connected Dask client was given.

        Blocks for *timeout* seconds at most (see `from_given`).

        Raises:
            EngineNotFound: The scheduler doesn't answer, or the Dask client isn't running.
        """
        try:
            client = self._connect()
        except OSError as error:
            raise EngineNotFound(
                f"{self.label} does not answer ({error}): is its scheduler running there?"
            ) from error
        if client.status != "running":
            raise EngineNotFound(
                f"{self.label} can't be used: its client is {client.status}, not running"
            )
        tracker = DaskTaskTracker(client, self._topic, emit)
        self._client, self._tracker = client, tracker

        # A weak reference, because Dask keeps a topic's handler for as long as its client lives.
        known = weakref.ref(tracker)

        def receive(event: tuple[float, Any]) -> None:
            hearer = known()
            if hearer is not None:
                hearer.receive(event[1])

        client.subscribe_topic(self._topic, receive)
        client.loop.add_callback(tracker.begin)

    def submit(self, tasks: Sequence[Task]) -> None:
        if not tasks:
            return
        tracker, client = self._open_tracker(), self._client
        open_tasks = [
            DaskTask(task.task_id, task.name, _key(task), remote_call.pack(task)) for task in tasks
        ]
        try:
            # In this order, so that the tracker knows a task before an event of it arrives.
            client.loop.add_callback(tracker.take, open_tasks)
            futures = self._sent(open_tasks)
            client.loop.add_callback(tracker.follow, list(zip(open_tasks, futures, strict=True)))
        except BaseException as error:
            client.loop.add_callback(tracker.drop, open_tasks)
            if client.status == "running" or not isinstance(error, Exception):
                raise
            raise EngineLost(f"{self.label} is gone: its client is {client.status}") from error

    def _sent(self, open_tasks: Sequence[DaskTask]) -> list[Any]:
        """Submit the tasks to Dask and return its futures."""
        if len(open_tasks) == 1:  # the overhead of `map` only pays off from two tasks on
            [one] = open_tasks
            run, topic = remote.run, self._topic
            sent = self._client.submit(run, one.task_id, one.call, topic, key=one.key, pure=False)
            return [sent]
        futures: list[Any] = self._client.map(
            remote.run,
            [one.task_id for one in open_tasks],
            [one.call for one in open_tasks],
            [self._topic] * len(open_tasks),
            key=[one.key for one in open_tasks],
            pure=False,
        )
        return futures

    def request_cancel(self, cancel: TaskCancel) -> None:
        if self._tracker is not None and not self._tracker.gone:
            self._client.loop.add_callback(self._tracker.cancel, cancel.task_ids)

    def close(self, *, wait: bool = True) -> None:
        """Release all tasks.  Running tasks continue to their end, and so does the cluster.

        Args:
            wait: Wait until tasks that haven't begun can't begin any more: for `CLOSE_TIMEOUT`
                seconds at most, or twice that if the engine also closes a client of its own.
        """
        with self._lock:
            is_first, self._is_closing = not self._is_closing, True
        tracker, client = self._tracker, self._client
        if tracker is None:
            return
        if is_first:
            if client.loop.asyncio_loop.is_closed():
                tracker.lose("it was closed")
                self._is_closed.set()
            else:
                client.loop.add_callback(tracker.end, self._is_closed.set)
        in_loop = tracker.is_here()
        if self._owned and is_first:
            closer = threading.Thread(target=self._close_client, name="dask-engine-close")
            closer.start()
            if wait and not in_loop:
                closer.join(2 * CLOSE_TIMEOUT)
        elif wait and not in_loop:
            self._is_closed.wait(CLOSE_TIMEOUT)

    def _close_client(self) -> None:
        self._is_closed.wait(CLOSE_TIMEOUT)
        with contextlib.suppress(TimeoutError, OSError, RuntimeError):  # its cluster is gone
            self._client.close(timeout=CLOSE_TIMEOUT)

    def _open_tracker(self) -> DaskTaskTracker:
        tracker = self._tracker
        if tracker is None:
            raise RuntimeError("open() comes first")
        if tracker.gone:
            raise EngineLost(f"{self.label} is gone: {tracker.gone}")
        return tracker


def _key(task: Task) -> str:
    """Return Dask's key for the task.  Dask's dashboard groups tasks by the part before the id."""
    name = task.annotations.group_name or task.name
    return f"{''.join(c if c.isalnum() or c in '._' else '_' for c in name[:60])}-{task.task_id}"


def _is_asynchronous(client: Any) -> bool:
    return bool(client.asynchronous or getattr(client, "_asynchronous", False))


def _address_of(client: Any) -> str:
    scheduler = client.scheduler
    return (
        str(scheduler.address)
        if scheduler is not None
        else f"an unknown address (its client is {client.status})"
    )


def _warn_if_readable(address: str) -> None:
    scheme, _, rest = address.partition("://")
    host = rest.rpartition(":")[0].strip("[]")
    if scheme == "tcp" and not remote_call.is_loopback(host):
        warnings.warn(
            f"{address} is neither encrypted nor protected: anyone who can connect to it can run "
            "code as you and read the traffic. Pass security=distributed.Security(...) for TLS, or "
            "use a tunnel",
            stacklevel=4,
        )


def _knock(address: str, timeout: float) -> None:
    """Raise OSError if nothing listens there; a Dask client would leak its loop thread then."""
    scheme, _, rest = address.partition("://")
    host, _, port = rest.rpartition(":")
    if scheme in ("tcp", "tls") and host and port.isdecimal():
        socket.create_connection((host.strip("[]"), int(port)), timeout).close()
