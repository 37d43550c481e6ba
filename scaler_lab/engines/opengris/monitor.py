"""Receives the scheduler's monitor: the only source that reports lost workers and forgotten tasks.

Scaler gives the tasks of a lost worker to another one without a message to their client, or leaves
them pending without another worker.  The monitor reports each step of each task, including
`WorkerDisconnected`.  That event comes a while after a worker was killed: the scheduler's
`worker_timeout_seconds`, 60 s by default.

The monitor also reports, once per second, how many tasks the scheduler has of each client.  A
scheduler that was restarted has none.  Scaler's client doesn't report that: it reconnects as if
nothing had happened.

The monitor is at the scheduler's port plus 2, unless the scheduler is configured differently.  If
it can't be reached, the engine detects tasks of a lost worker only by their second start, if there
is one.
"""

from __future__ import annotations

import importlib
import logging
import os
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from scaler_lab.engines.opengris.address import Destination, split

log = logging.getLogger(__name__)

PORT_AFTER_SCHEDULER = 2
SILENCE_TIMEOUT = 15.0  # it reports once per second; after such a silence, connect again


class Monitor:
    """Subscribes to the scheduler's monitor, in a thread of its own.

    It calls *on_lost* with Scaler's id of each task whose worker was lost, and *on_count* with the
    number of tasks that the scheduler has of the client *identity*.

    Errors here are logged, and the engine continues without the monitor.
    """

    def __init__(
        self,
        destination: Destination,
        identity: bytes,
        on_lost: Callable[[bytes], None],
        on_count: Callable[[int], None],
    ) -> None:
        self._destination = Destination(_address_of(destination), destination.client_settings)
        self._identity = identity
        self._on_lost = on_lost
        self._on_count = on_count
        self._lock = threading.RLock()
        self._subscriber: Any = None  # guarded by _lock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="opengris-monitor", daemon=True)

    def start(self) -> None:
        """Start the thread if there is a monitor; returns immediately."""
        if self._destination.address:
            self._thread.start()

    def stop(self) -> None:
        """Request the thread to end; returns immediately."""
        with self._lock:
            self._stopping.set()
            subscriber, self._subscriber = self._subscriber, None
        if subscriber is not None:
            subscriber.destroy()
            socket = getattr(subscriber, "_socket", None)
            if socket is not None:
                socket.shutdown()  # wakes the thread; `destroy` alone waits for a message

    def join(self, timeout: float) -> None:
        """Wait for the thread to end."""
        if self._thread.ident is not None:
            self._thread.join(timeout)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._destination.resolve()
                subscriber = self._connect()
            except Exception as error:
                log.info("no monitor of Scaler's at %s: %s", self._destination.address, error)
                return
            if subscriber is None:
                return
            try:
                subscriber.run()
            except TimeoutError:
                log.debug("Scaler's monitor was silent")
            except Exception:
                if not self._stopping.is_set():
                    log.info("lost Scaler's monitor", exc_info=True)
                return

    def _connect(self) -> Any:
        backends = importlib.import_module("scaler.io.network_backends")
        addresses = importlib.import_module("scaler.config.types.address")
        subscriber = backends.get_network_backend_from_env().create_sync_subscriber(
            identity=f"scaler_lab|{os.urandom(8).hex()}".encode(),
            address=addresses.AddressConfig.from_string(self._destination.address),
            callback=self._receive,
            timeout=timedelta(seconds=SILENCE_TIMEOUT),
            security_config=self._destination.client_settings.get("security_config"),
        )
        with self._lock:
            if self._stopping.is_set():
                return None
            self._subscriber = subscriber
        return subscriber

    def _receive(self, message: Any) -> None:
        if getattr(message, "event", "") == "WorkerDisconnected":  # only a StateTask has one
            self._on_lost(bytes(message.taskId))
            return
        clients = getattr(message, "clientManager", None)  # only a StateScheduler has one
        if clients is not None:
            self._on_count(
                sum(c.numTask for c in clients.clients if bytes(c.clientId) == self._identity)
            )


def _address_of(destination: Destination) -> str:
    """Return the monitor's address; empty if it isn't known."""
    if destination.monitor_address:
        return destination.monitor_address
    scheme, host, port = split(destination.address)
    if not port:
        return ""
    return f"{scheme}://{host}:{port + PORT_AFTER_SCHEDULER}"
