"""The zmq sockets of the feed's two sides: bounded, on paths in the private folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import zmq

from scaler_lab.runtime import MAX_FRAME_BYTES

HANDSHAKE_MS = 5_000


def make_router(
    context: zmq.Context[zmq.Socket[bytes]],
    folder: Path,
    name: str,
    *,
    high_water: int = 0,
) -> zmq.Socket[bytes]:
    """A socket bound to a path in the private folder.

    *high_water*: messages kept for a slow peer; 0 is all.
    """
    router = context.socket(zmq.ROUTER)
    router.setsockopt(zmq.LINGER, 0)
    router.setsockopt(zmq.SNDHWM, high_water)
    router.setsockopt(zmq.RCVHWM, high_water)
    router.setsockopt(zmq.ROUTER_MANDATORY, 1)
    router.setsockopt(zmq.MAXMSGSIZE, MAX_FRAME_BYTES)
    router.setsockopt(zmq.HANDSHAKE_IVL, HANDSHAKE_MS)
    bind_router(router, folder, name)
    return router


def bind_router(router: zmq.Socket[bytes], folder: Path, name: str) -> None:
    """Bind it to a path in the private folder; it may be bound to others already."""
    path = folder / f"{name}.sock"
    router.bind(_bytes_of(f"ipc://{path}"))
    path.chmod(0o600)


def make_dealer(
    context: zmq.Context[zmq.Socket[bytes]],
    address: str,
    identity: bytes,
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
    dealer.connect(_bytes_of(address))
    return dealer


def _bytes_of(address: str) -> Any:
    """As zmq takes it if its path isn't UTF-8, though pyzmq's types don't say so."""
    return os.fsencode(address)


def endpoint(socket: zmq.Socket[bytes]) -> str:
    """Where it was last bound."""
    address = socket.getsockopt(zmq.LAST_ENDPOINT)
    assert isinstance(address, bytes)
    return os.fsdecode(address.rstrip(b"\0"))


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
