"""The address of a Scaler scheduler, and the settings to connect to it.

Both come from the address or client that the user gave.  This module also emits the warnings about
insecure connections.
"""

from __future__ import annotations

import importlib
import ipaddress
import socket
import sys
import warnings
from collections.abc import Mapping
from typing import Any, NamedTuple

from scaler_lab.errors import EngineNotFound

SCHEME = "scaler"
_PLAIN = ("tcp", "ws")
_SECURE = ("tls", "wss")
POLL_INTERVAL = 10.0


class Destination(NamedTuple):
    """A scheduler's address, and the settings for the `scaler.Client` that the engine creates."""

    address: str
    client_settings: Mapping[str, Any]
    monitor_address: str = ""  # empty: at the scheduler's port plus 2

    def resolve(self) -> None:
        """Check that something listens there; raise `EngineNotFound` if not.

        Blocks for `POLL_INTERVAL` at most.  Scaler's own client would wait for a minute, and its
        error would explain less.
        """
        try:
            self._knock(POLL_INTERVAL)
        except OSError as error:
            raise EngineNotFound(
                f"no OpenGRIS Scaler scheduler answers at {self.address} ({error}): "
                "start one (scaler_scheduler), or correct the address"
            ) from error

    def is_there(self, timeout: float) -> bool:
        """Whether something may still listen there; False only if the connection is refused."""
        try:
            self._knock(timeout)
        except ConnectionRefusedError:
            return False
        except OSError:  # perhaps a temporary network failure
            pass
        return True

    def _knock(self, timeout: float) -> None:
        scheme, host, port = split(self.address)
        if scheme in (*_PLAIN, *_SECURE):
            socket.create_connection((host, port), timeout).close()


def of_address(
    text: str,
    *,
    tls: bool = False,
    tls_cert: str | None = None,
    tls_key: str | None = None,
    timeout_seconds: int | None = None,
    object_storage_address: str | None = None,
) -> Destination:
    """Return the destination for an address.

    Args:
        text: ``scaler://HOST:PORT``, or one of Scaler's own addresses (``tls://HOST:PORT``).
        tls: Whether to encrypt the connection.
        tls_cert: Path of the certificate.
        tls_key: Path of the certificate's key.
        timeout_seconds: How long the scheduler may be silent before Scaler considers it lost.
        object_storage_address: Address of the object storage.

    Raises:
        ValueError: *text* isn't such an address.
    """
    scheme, mark, rest = text.partition("://")
    if scheme == SCHEME:
        address = f"{'tls' if tls else 'tcp'}://{rest}"
    else:
        address = text
        if tls and scheme not in _SECURE:
            raise ValueError(f"tls=True needs {SCHEME}://HOST:PORT or tls://HOST:PORT, not {text}")
    if not mark or not rest:
        raise ValueError(
            f"{text!r} is not the address of a scheduler; expected {SCHEME}://HOST:PORT"
        )
    split(address)
    settings: dict[str, Any] = {"address": address}
    if timeout_seconds is not None:
        settings["timeout_seconds"] = timeout_seconds
    if object_storage_address is not None:
        settings["object_storage_address"] = object_storage_address
    if tls_cert is not None or tls_key is not None:
        security = importlib.import_module("scaler.config.common.security")
        settings["security_config"] = security.SecurityConfig(tls_cert=tls_cert, tls_key=tls_key)
    warn_if_open(address)
    return Destination(address, settings)


def of_client(client: Any) -> Destination:
    """Return the destination of a user's connected `scaler.Client`, with the same settings."""
    state: dict[str, Any] = client.__getstate__()  # from which Scaler itself makes another client
    settings: dict[str, Any] = {
        name: state[name]
        for name in ("address", "timeout_seconds", "heartbeat_interval_seconds")
        if name in state
    }
    security = getattr(client, "_security_config", None)
    if security is not None:
        settings["security_config"] = security
    storage = _storage_address(client)
    if storage is not None:
        settings["object_storage_address"] = storage
    warn_if_open(settings["address"])
    return Destination(settings["address"], settings)


def split(address: str) -> tuple[str, str, int]:
    """Return scheme, host and port (0 if there is none).  Raises ValueError if it isn't valid."""
    scheme, mark, rest = address.partition("://")
    if not mark or scheme not in (*_PLAIN, *_SECURE, "ipc", "inproc"):
        raise ValueError(
            f"{address!r} is not the address of a scheduler; expected {SCHEME}://HOST:PORT"
        )
    if scheme in ("ipc", "inproc"):
        return scheme, rest, 0
    host, _, port = rest.partition("/")[0].rpartition(":")
    if not host or not port.isdecimal():
        raise ValueError(f"{address!r} has no host and port; write {SCHEME}://HOST:PORT")
    return scheme, host.strip("[]"), int(port)


def warn_if_open(address: str) -> None:
    """Warn if others on the network could read the tasks or send their own: pickles run code."""
    scheme, host, _ = split(address)
    if scheme in _PLAIN and not _is_loopback(host):
        warnings.warn(
            f"{address}: the connection to this scheduler is not encrypted, so anyone who can "
            "reach it or read its traffic can run code as you; use tls (tls=True) or a tunnel "
            "to localhost",
            stacklevel=_stacklevel(),
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _stacklevel() -> int:
    """Return the `stacklevel` of the first caller outside this package."""
    level, frame = 1, sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    while frame.f_back is not None and frame.f_globals["__name__"].startswith("scaler_lab."):
        level, frame = level + 1, frame.f_back
    return level


def _storage_address(client: Any) -> str | None:
    """Return the address at which the client reaches the object storage; None if unknown."""
    agent = getattr(getattr(client, "_bridge", None), "_agent", None)
    found = getattr(agent, "_object_storage_address", None)
    return str(found.result()) if found is not None and found.done() else None
