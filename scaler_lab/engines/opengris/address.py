"""Where a scheduler is, and how to connect to it: from what the user gave, with its warnings."""

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
    """A scheduler's address, and the settings for a `scaler.Client` of our own to it."""

    address: str
    client_settings: Mapping[str, Any]
    monitor_address: str = ""  # where it is not the scheduler's port plus 2

    def resolve(self) -> None:
        """Raises `EngineNotFound` where nothing listens there; blocks for `POLL_INTERVAL` at most.

        Because Scaler's own client would wait a minute, and then say less.
        """
        try:
            self._knock(POLL_INTERVAL)
        except OSError as error:
            raise EngineNotFound(
                f"no OpenGRIS Scaler scheduler answers at {self.address} ({error}): "
                "start one (scaler_scheduler), or correct the address"
            ) from error

    def is_there(self, timeout: float) -> bool:
        """Whether something may still listen there: False only where it is refused."""
        try:
            self._knock(timeout)
        except ConnectionRefusedError:
            return False
        except OSError:  # the network's fault, perhaps, and passing
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
    """What ``scaler://HOST:PORT`` means, or one of Scaler's own addresses (``tls://HOST:PORT``).

    Raises ValueError where it is neither.
    """
    scheme, mark, rest = text.partition("://")
    if scheme == SCHEME:
        address = f"{'tls' if tls else 'tcp'}://{rest}"
    else:
        address = text
        if tls and scheme not in _SECURE:
            raise ValueError(f"tls=True needs {SCHEME}://HOST:PORT or tls://HOST:PORT, not {text}")
    if not mark or not rest:
        raise ValueError(f"{text!r} is no scheduler's address; one is {SCHEME}://HOST:PORT")
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
    """The scheduler that a user's `scaler.Client` is connected to, reached as that client does."""
    state: dict[str, Any] = client.__getstate__()  # what Scaler itself makes a second client from
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
    """Scheme, host and port (0 where it has none).  Raises ValueError."""
    scheme, mark, rest = address.partition("://")
    if not mark or scheme not in (*_PLAIN, *_SECURE, "ipc", "inproc"):
        raise ValueError(f"{address!r} is no scheduler's address; one is {SCHEME}://HOST:PORT")
    if scheme in ("ipc", "inproc"):
        return scheme, rest, 0
    host, _, port = rest.partition("/")[0].rpartition(":")
    if not host or not port.isdecimal():
        raise ValueError(f"{address!r} has no host and port; write {SCHEME}://HOST:PORT")
    return scheme, host.strip("[]"), int(port)


def warn_if_open(address: str) -> None:
    """Warns where anybody on the way could read the tasks, or send others: pickles run code."""
    scheme, host, _ = split(address)
    if scheme in _PLAIN and not _is_loopback(host):
        warnings.warn(
            f"{address}: the connection to this scheduler is not encrypted, and whoever can reach "
            "or listen to it can run code as you; use tls (tls=True) or a tunnel to localhost",
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
    """Up to the first caller outside of this package."""
    level, frame = 1, sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    while frame.f_back is not None and frame.f_globals["__name__"].startswith("scaler_lab."):
        level, frame = level + 1, frame.f_back
    return level


def _storage_address(client: Any) -> str | None:
    """Where it really reaches the object storage; None where that can't be seen."""
    agent = getattr(getattr(client, "_bridge", None), "_agent", None)
    found = getattr(agent, "_object_storage_address", None)
    return str(found.result()) if found is not None and found.done() else None
