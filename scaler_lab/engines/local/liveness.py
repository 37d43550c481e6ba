"""Liveness connections: a process requests the engine's stop on one and waits for its end.

End of file means that the engine is gone, however it ended: the kernel closes a dead process's
sockets.  The socket is separate and carries plain words instead of frames, so that an engine of
any version can be stopped.  (A client detects the engine's end by its own stream.)
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
    """The scheduler's end: a listener and the accepted connections.  Owned by the loop's thread."""

    def __init__(self, folder: Path) -> None:
        path = folder / "lifeline.sock"
        self.address = str(path)
        self.listener = listen(path)
        self._connections: dict[socket.socket, None] = {}  # oldest first

    def accept(self) -> socket.socket | None:
        """Return a new connection; None if the peer went away or runs as another user."""
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
        """Return the oldest connections beyond `MAX_UNAUTHENTICATED`.

        They must be closed, so that others can connect.
        """
        return list(self._connections)[: max(0, len(self._connections) - MAX_UNAUTHENTICATED)]

    def says_stop(self, line: socket.socket) -> bool | None:
        """Return whether the peer requests a stop; None if it disconnected or sent other data."""
        try:
            data = line.recv(LINE_BYTES)
        except BlockingIOError:
            return False
        except OSError:
            return None
        return True if data.split()[:1] == [STOP] else None

    def cut(self, line: socket.socket) -> None:
        """Close a connection."""
        self._connections.pop(line, None)
        line.close()

    def close(self) -> None:
        """Close all connections, so that peers notice the engine's end."""
        for line in list(self._connections):
            self.cut(line)
        self.listener.close()
