"""The scheduler's monitor: the only one to tell that a worker was lost, or a task forgotten.

Scaler gives the tasks of a lost worker to another one without telling their client, or leaves them
pending where there is no other.  The monitor tells of each step of each task, `WorkerDisconnected`
among them, a while after a worker was killed: the scheduler's `worker_timeout_seconds`, 60 s
unless it was started with another.

Each second it also tells how many tasks the scheduler has of each client.  A scheduler that was
restarted has none, and says nothing of it: Scaler's client connects to it as if nothing had been.

It is at the scheduler's port plus 2, unless the scheduler was told otherwise.  Where it can't be
reached, tasks of a lost worker are found out by their second start, if there is one.
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
SILENCE_TIMEOUT = 15.0  # it reports each second; one that doesn't is connected to anew


class Monitor:
    """Calls *on_lost* with Scaler's id of each task whose worker was lost, and *on_count* with the
    number of tasks that the scheduler has of the client *identity*, in a thread of its own.

    Never in the way: what goes wrong here is logged, and the engine goes on without it.
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
        """Begin, if there is a monitor; returns at once."""
        if self._destination.address:
            self._thread.start()

    def stop(self) -> None:
        """End; returns at once."""
        with self._lock:
            self._stopping.set()
            subscriber, self._subscriber = self._subscriber, None
        if subscriber is not None:
            subscriber.destroy()
            socket = getattr(subscriber, "_socket", None)
            if socket is not None:
                socket.shutdown()  # wakes the thread; `destroy` alone waits for a message

    def join(self, timeout: float) -> None:
        """Wait for the end."""
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
    """The monitor's address; empty where there is no saying."""
    if destination.monitor_address:
        return destination.monitor_address
    scheme, host, port = split(destination.address)
    if not port:
        return ""
    return f"{scheme}://{host}:{port + PORT_AFTER_SCHEDULER}"
