"""Find open files, sockets and pipes that an interrupted task may have used."""

from __future__ import annotations

import functools
import os
import socket
import stat
import struct
import sys
import time
from typing import Final

_TCP_TIMES: Final = struct.Struct("44xI4xI")  # from tcp_info: ms since data was sent, received
_KINDS: Final = {stat.S_IFSOCK: "socket", stat.S_IFIFO: "pipe", stat.S_IFREG: "file"}


def descriptors() -> list[int]:
    """Return the open descriptors of this process."""
    folder = "/proc/self/fd" if sys.platform == "linux" else "/dev/fd"
    return [int(name) for name in os.listdir(folder)]


def name_of(fd: int) -> str:
    """Return "socket:[5678]", "pipe:[5678]" or "file:[5678]"; "" if *fd* is closed or another kind.

    The number is the inode.
    """
    try:
        status = os.fstat(fd)
    except OSError:
        return ""
    kind = _KINDS.get(stat.S_IFMT(status.st_mode))
    return f"{kind}:[{status.st_ino}]" if kind else ""


def may_have_used(fd: int, passed_ns: int) -> bool:
    """Return whether data may have gone through this socket in the last *passed_ns*.

    Only TCP sockets on Linux can show that none did.
    """
    with socket.socket(fileno=os.dup(fd)) as copy:
        if copy.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            return False
        if sys.platform != "linux" or copy.family not in (socket.AF_INET, socket.AF_INET6):
            return True
        if copy.type != socket.SOCK_STREAM:
            return True
        info = copy.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_TIMES.size)
        sent_ms, received_ms = _TCP_TIMES.unpack(info)
        return bool(min(sent_ms, received_ms) * 1_000_000 <= passed_ns + _tick_ns() + 1_000_000)


@functools.cache
def _tick_ns() -> int:
    """Return by how many ns the kernel's timestamps of files and sockets may be late."""
    clock = getattr(time, "CLOCK_REALTIME_COARSE", 5 if sys.platform == "linux" else None)
    return 10_000_000 if clock is None else int(time.clock_getres(clock) * 1e9)


def held_file_lock() -> str:
    """Return that this process holds a lock on a file; "" if not."""
    try:
        with open("/proc/locks", "rb") as file:
            lines = file.read().split(b"\n")
    except OSError:  # not Linux
        return ""
    pid = str(os.getpid()).encode()
    for line in lines:
        # 1: POSIX  ADVISORY  READ 1234 08:01:5678 128 128
        fields = line.split()
        if len(fields) < 8 or fields[-4] != pid or b"->" in fields:
            continue
        if fields[-5] == b"READ" and fields[-2:] == [b"128", b"128"]:
            continue  # an idle connection to a database in WAL mode
        return "it left a file locked"
    return ""
