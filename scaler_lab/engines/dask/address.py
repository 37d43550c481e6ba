"""Which Dask scheduler an engine uses, and how to connect to it."""

from __future__ import annotations

import socket
import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

from scaler_lab.serialization import remote_call

CONNECT_TIMEOUT = 10.0


class Destination(NamedTuple):
    """A Dask scheduler, and how to connect to it."""

    label: str
    """The engine's name for people."""
    connect: Callable[[], Any]
    """Returns a synchronous `distributed.Client`."""
    is_owned: bool
    """Whether *connect* creates a client, which the engine then closes at its end."""

    @classmethod
    def of(cls, given: Any, security: Any, timeout: float) -> Destination:
        """Return the destination for what the user gave; see `DaskEngine.from_given`."""
        distributed: Any = import_module("distributed")
        if isinstance(given, distributed.Client):
            if security is not None or timeout != CONNECT_TIMEOUT:
                raise TypeError("security, timeout: the given Dask client has its own settings")
            if not _is_asynchronous(given):
                return cls(f"Dask at {_address_of(given)}", lambda: given, is_owned=False)
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

        return cls(label, connect, is_owned=True)


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
            stacklevel=5,
        )


def _knock(address: str, timeout: float) -> None:
    """Raise OSError if nothing listens there; a Dask client would leak its loop thread then."""
    scheme, _, rest = address.partition("://")
    host, _, port = rest.rpartition(":")
    if scheme in ("tcp", "tls") and host and port.isdecimal():
        socket.create_connection((host.strip("[]"), int(port)), timeout).close()
