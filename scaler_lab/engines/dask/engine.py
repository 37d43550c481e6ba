"""`DaskEngine`: what a `Client` holds.  Thread-safe; the rest happens in Dask's loop (`tracker`).

The Dask client's own loop thread does all the work, so there is no thread here: what is handed in
goes there in the order it was handed in, as Dask's own messages do.
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
    """A cluster of dask.distributed.  Get it by `from_given`, or ``Client(dask_client)``.

    Dask can't interrupt running code: what runs when its cancel is asked is shown cancelling until
    its end, and its result is discarded; *force* changes nothing of that.  A lost connection to the
    scheduler is told at once where it was closed, and after Dask's own timeouts
    (``distributed.comm.timeouts.tcp``, 30 s) where the network fell silent.
    """

    reach = Reach.QUEUED_ONLY
    reports_starts = True
    takes_bytes = True

    def __init__(self, connect: Callable[[], Any], *, label: str, owned: bool) -> None:
        """*connect* gives a synchronous `distributed.Client`; *owned*: to be closed with this."""
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
        """The engine on *given*: a `distributed.Client`, a Dask cluster, or ``"dask://HOST:PORT"``.

        A client that was given is used, and never closed.  For a cluster, an address or a client
        that is asynchronous (whose loop belongs to the caller's thread) one is made, and closed.
        *security* (a `distributed.Security`) and *timeout* in seconds are for those.
        """
        distributed: Any = import_module("distributed")
        if isinstance(given, distributed.Client):
            if security is not None or timeout != CONNECT_TIMEOUT:
                raise TypeError("security, timeout: the Dask client given has its own already")
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
        """Connects, where the client wasn't given: that takes up to *timeout* seconds."""
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

        # Dask keeps a topic's handler for as long as its client lives.
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
            # In this order: what is told of a task finds it known.
            client.loop.add_callback(tracker.take, open_tasks)
            futures = self._sent(open_tasks)
            client.loop.add_callback(tracker.follow, list(zip(open_tasks, futures, strict=True)))
        except BaseException as error:
            client.loop.add_callback(tracker.drop, open_tasks)
            if client.status == "running" or not isinstance(error, Exception):
                raise
            raise EngineLost(f"{self.label} is gone: its client is {client.status}") from error

    def _sent(self, open_tasks: Sequence[DaskTask]) -> list[Any]:
        """Dask's futures."""
        if len(open_tasks) == 1:  # what `map` costs pays from two tasks on
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
        """Lets go of all tasks; those that run go on to their end.  The cluster stays."""
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
    """Dask's name for the task; what comes before the id is what its dashboard groups by."""
    name = task.group_name or task.name
    return f"{''.join(c if c.isalnum() or c in '._' else '_' for c in name[:60])}-{task.task_id}"


def _is_asynchronous(client: Any) -> bool:
    return bool(client.asynchronous or getattr(client, "_asynchronous", False))


def _address_of(client: Any) -> str:
    scheduler = client.scheduler
    return str(scheduler.address) if scheduler is not None else f"a client that is {client.status}"


def _warn_if_readable(address: str) -> None:
    scheme, _, rest = address.partition("://")
    host = rest.rpartition(":")[0].strip("[]")
    if scheme == "tcp" and not remote_call.is_loopback(host):
        warnings.warn(
            f"{address} is neither encrypted nor protected: whoever reaches it can run code as "
            "you, and read along. Give security=distributed.Security(...) for TLS, or tunnel it",
            stacklevel=4,
        )


def _knock(address: str, timeout: float) -> None:
    """Raises OSError where nobody is there: a Dask client would leave its loop's thread behind."""
    scheme, _, rest = address.partition("://")
    host, _, port = rest.rpartition(":")
    if scheme in ("tcp", "tls") and host and port.isdecimal():
        socket.create_connection((host.strip("[]"), int(port)), timeout).close()
