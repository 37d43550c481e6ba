"""Letting others in by a socket: who they are, and when there is no room for them."""

from __future__ import annotations

import errno
import os
import socket
import stat
import struct
import sys
import time
from pathlib import Path

MAX_UNAUTHENTICATED = 64  # connections that have not said who they are yet
NO_DESCRIPTOR_PAUSE = 0.01


def listen(path: Path) -> socket.socket:
    """A listener at *path*, for this user only; a socket that is there already is replaced."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        path.unlink(missing_ok=True)
        listener.bind(str(path))
        path.chmod(stat.S_IRUSR | stat.S_IWUSR)
        listener.listen(MAX_UNAUTHENTICATED)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener


def accepted(listener: socket.socket) -> socket.socket | None:
    """The next connection; None where it went away, or where there is no descriptor for it.

    Then it waits a moment, for *listener* stays readable and its loop would spin.
    """
    try:
        return listener.accept()[0]
    except OSError as error:
        if error.errno in (errno.EMFILE, errno.ENFILE):
            time.sleep(NO_DESCRIPTOR_PAUSE)
        return None


def is_anothers(end: socket.socket) -> bool:
    """Whether a Unix socket's peer runs as another user (where the system can say)."""
    if end.family != socket.AF_UNIX or not sys.platform.startswith("linux"):
        return False
    credentials = end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _, uid, _ = struct.unpack("3i", credentials)
    return bool(uid != os.getuid())
