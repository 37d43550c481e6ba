"""The zmq sockets of both sides of the feed: with limits, on paths in the private folder."""

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
    """Return a ROUTER socket bound to a path in the private folder.

    *high_water* is the number of messages kept for a slow peer; 0 keeps all.
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
    """Bind *router* to a path in the private folder; it may be bound to other paths already."""
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
    """Return a connected DEALER socket.  It accepts no frame of more than *max_bytes*."""
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
    """Return the address as bytes, which zmq accepts if the path isn't UTF-8.

    pyzmq's types don't allow bytes, hence the return type.
    """
    return os.fsencode(address)


def endpoint(socket: zmq.Socket[bytes]) -> str:
    """Return the address to which *socket* was last bound."""
    address = socket.getsockopt(zmq.LAST_ENDPOINT)
    assert isinstance(address, bytes)
    return os.fsdecode(address.rstrip(b"\0"))


def descriptor(socket: zmq.Socket[bytes]) -> int:
    """Return the descriptor to poll.

    It only signals changes, so call `has_input` before sleeping.
    """
    fd = socket.getsockopt(zmq.FD)
    assert isinstance(fd, int)
    return fd


def has_input(socket: zmq.Socket[bytes]) -> bool:
    """Return whether a message can be received."""
    events = socket.getsockopt(zmq.EVENTS)
    assert isinstance(events, int)
    return bool(events & int(zmq.POLLIN))


def received(router: zmq.Socket[bytes]) -> Iterator[tuple[bytes, memoryview | bytes]]:
    """Yield the sender's identity and the frame of each message that a ROUTER socket holds.

    The frame is empty if the message had several.  This doesn't use recv_multipart, which checks
    each frame's RCVMORE option in a slow way.
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
