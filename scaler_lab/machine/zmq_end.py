"""The zmq sockets of both sides: bounded, and with CURVE keys wherever others could connect."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import zmq

from scaler_lab.machine import MAX_FRAME_BYTES

HANDSHAKE_MS = 5_000
ZAP_DOMAIN = "scaler_lab"


def make_keys(transport: str) -> dict[str, str]:
    """CURVE keys for the connection file; none with ipc."""
    if transport == "ipc":
        return {}
    server_public, server_secret = zmq.curve_keypair()
    client_public, client_secret = zmq.curve_keypair()
    return {
        "server_key": server_public.decode("ascii"),
        "server_secret": server_secret.decode("ascii"),
        "client_public": client_public.decode("ascii"),
        "client_secret": client_secret.decode("ascii"),
    }


def make_router(
    context: zmq.Context[zmq.Socket[bytes]],
    folder: Path,
    name: str,
    keys: dict[str, str],
    *,
    high_water: int = 0,
) -> zmq.Socket[bytes]:
    """A socket of the scheduler, bound.

    Without keys it is a path in the private folder; with them it is loopback and CURVE, and a
    `Doorkeeper` must be there already.  *high_water*: messages kept for a slow peer; 0 is all.
    """
    router = context.socket(zmq.ROUTER)
    router.setsockopt(zmq.LINGER, 0)
    router.setsockopt(zmq.SNDHWM, high_water)
    router.setsockopt(zmq.RCVHWM, high_water)
    router.setsockopt(zmq.ROUTER_MANDATORY, 1)
    router.setsockopt(zmq.MAXMSGSIZE, MAX_FRAME_BYTES)
    router.setsockopt(zmq.HANDSHAKE_IVL, HANDSHAKE_MS)
    if not keys:
        path = folder / f"{name}.sock"
        router.bind(f"ipc://{path}")
        path.chmod(0o600)
        return router
    router.setsockopt(zmq.CURVE_SERVER, 1)
    router.setsockopt_string(zmq.CURVE_SECRETKEY, keys["server_secret"])
    router.setsockopt_string(zmq.ZAP_DOMAIN, ZAP_DOMAIN)
    router.bind("tcp://127.0.0.1:*")
    return router


def make_dealer(
    context: zmq.Context[zmq.Socket[bytes]],
    address: str,
    identity: bytes,
    keys: dict[str, str],
    *,
    max_bytes: int = MAX_FRAME_BYTES,
) -> zmq.Socket[bytes]:
    """A client's socket, connected.  It takes no frame of more than *max_bytes*."""
    dealer = context.socket(zmq.DEALER)
    dealer.setsockopt(zmq.IDENTITY, identity)
    dealer.setsockopt(zmq.LINGER, 0)
    dealer.setsockopt(zmq.SNDHWM, 0)
    dealer.setsockopt(zmq.RCVHWM, 0)
    dealer.setsockopt(zmq.MAXMSGSIZE, max_bytes)
    dealer.setsockopt(zmq.RECONNECT_IVL, 10)
    if keys:
        dealer.setsockopt_string(zmq.CURVE_SERVERKEY, keys["server_key"])
        dealer.setsockopt_string(zmq.CURVE_PUBLICKEY, keys["client_public"])
        dealer.setsockopt_string(zmq.CURVE_SECRETKEY, keys["client_secret"])
    dealer.connect(address)
    return dealer


def descriptor(socket: zmq.Socket[bytes]) -> int:
    """What to poll; it tells of changes only, so ask `has_input` before sleeping."""
    fd = socket.getsockopt(zmq.FD)
    assert isinstance(fd, int)
    return fd


def has_input(socket: zmq.Socket[bytes]) -> bool:
    """Whether a message is there to be received."""
    events = socket.getsockopt(zmq.EVENTS)
    assert isinstance(events, int)
    return bool(events & int(zmq.POLLIN))


def received(router: zmq.Socket[bytes]) -> Iterator[tuple[bytes, memoryview | bytes]]:
    """What a ROUTER holds: the sender's identity and its frame; empty where there were several.

    Not by recv_multipart, which asks for each frame's RCVMORE by a slow way.
    """
    while True:
        try:
            identity = router.recv(zmq.NOBLOCK)
            frame = router.recv(zmq.NOBLOCK, copy=False)
        except zmq.Again:
            return
        if frame.more:
            while router.recv(zmq.NOBLOCK, copy=False).more:
                pass
            yield identity, b""
        else:
            yield identity, frame.buffer


class Doorkeeper:
    """The ZAP handler that lets exactly one client key in.

    Made before the router is bound: zmq lets every key in where nobody answers.
    """

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], client_public: str) -> None:
        from zmq.auth.base import Authenticator

        self._key = client_public.encode("ascii")
        self._keeper: Any = Authenticator(context)
        self._keeper.start()
        self._keeper.configure_curve_callback(ZAP_DOMAIN, credentials_provider=self)
        self.socket: zmq.Socket[bytes] = self._keeper.zap_socket

    def callback(self, domain: str, key: bytes) -> bool:
        """What pyzmq asks for each handshake."""
        del domain
        return key == self._key

    def answer(self) -> None:
        """Answer the handshakes that wait."""
        while True:
            try:
                request = self.socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            step = self._keeper.handle_zap_message(request)
            try:
                step.send(None)  # a coroutine that never waits
            except StopIteration:
                pass

    def close(self) -> None:
        self._keeper.stop()
