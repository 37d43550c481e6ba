"""Who is at the other end of a Unix socket."""

from __future__ import annotations

import os
import socket
import struct
import sys


def is_anothers(end: socket.socket) -> bool:
    """Whether a Unix socket's peer runs as another user (where the system can say)."""
    if end.family != socket.AF_UNIX or not sys.platform.startswith("linux"):
        return False
    credentials = end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _, uid, _ = struct.unpack("3i", credentials)
    return bool(uid != os.getuid())
