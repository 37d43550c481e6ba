"""Lifelines: connections on which a process asks the engine to stop, and waits for its end.

The end of file says that the engine is gone, however it ended: the kernel closes a dead process's
sockets.  A socket of its own, with words in place of frames, so that an engine of any version can
be stopped.  (A client's lifeline is the stream that it talks over.)
"""

from __future__ import annotations

import socket
from pathlib import Path

from scaler_lab.engines.local.peer_credentials import (
    MAX_UNAUTHENTICATED,
    accepted,
    is_anothers,
    listen,
)

LINE_BYTES = 256
STOP = b"stop"


class LivenessListener:
    """The scheduler's end: a listener and the lines accepted.  Owned by the loop's thread."""

    def __init__(self, folder: Path) -> None:
        path = folder / "lifeline.sock"
        self.address = str(path)
        self.listener = listen(path)
        self._connections: dict[socket.socket, None] = {}  # oldest first

    def accept(self) -> socket.socket | None:
        """A new line; None where the peer went away, or is another user's."""
        line = accepted(self.listener)
        if line is None:
            return None
        if is_anothers(line):
            line.close()
            return None
        line.setblocking(False)
        self._connections[line] = None
        return line

    def surplus(self) -> list[socket.socket]:
        """The oldest lines, of more than may stay silent: to be cut, so that others get in."""
        return list(self._connections)[: max(0, len(self._connections) - MAX_UNAUTHENTICATED)]

    def says_stop(self, line: socket.socket) -> bool | None:
        """Whether it says so; None at the line's end, or where it says something else."""
        try:
            data = line.recv(LINE_BYTES)
        except BlockingIOError:
            return False
        except OSError:
            return None
        return True if data.split()[:1] == [STOP] else None

    def cut(self, line: socket.socket) -> None:
        """Close a line."""
        self._connections.pop(line, None)
        line.close()

    def close(self) -> None:
        """Close them all, which tells those who wait for the engine's end."""
        for line in list(self._connections):
            self.cut(line)
        self.listener.close()
