"""Listen on a Unix socket, accept connections, and check which user is at the other end."""

from __future__ import annotations

import errno
import os
import socket
import stat
import struct
import sys
import time
from pathlib import Path

MAX_UNAUTHENTICATED = 64  # connections whose peer has not identified itself yet
MAX_PENDING = MAX_UNAUTHENTICATED + 1  # connections of a listener that wait to be accepted
NO_DESCRIPTOR_PAUSE = 0.01


def listen(path: Path) -> socket.socket:
    """Return a listener at *path*, for this user only; replaces a socket that exists already."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        path.unlink(missing_ok=True)
        listener.bind(str(path))
        path.chmod(stat.S_IRUSR | stat.S_IWUSR)
        listener.listen(MAX_PENDING - 1)  # Linux accepts one more
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener


def accepted(listener: socket.socket) -> socket.socket | None:
    """Return the next connection; None if the peer went away or no descriptor is free.

    If no descriptor is free, it sleeps for `NO_DESCRIPTOR_PAUSE` first: *listener* stays readable,
    so the caller's poll loop would spin otherwise.
    """
    try:
        return listener.accept()[0]
    except OSError as error:
        if error.errno in (errno.EMFILE, errno.ENFILE):
            time.sleep(NO_DESCRIPTOR_PAUSE)
        return None


def is_anothers(end: socket.socket) -> bool:
    """Return whether a Unix socket's peer runs as another user; False if this isn't known."""
    if end.family != socket.AF_UNIX or not sys.platform.startswith("linux"):
        return False
    credentials = end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _, uid, _ = struct.unpack("3i", credentials)
    return bool(uid != os.getuid())
