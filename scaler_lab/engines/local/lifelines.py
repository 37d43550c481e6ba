"""Lifelines: stream connections whose end of file says that a client is gone, however it died.

No heartbeats: a laptop that slept, or a process that is busy, is not dead.  The kernel closes a
dead process's sockets, and that is the news.  A client whose messages go over zmq connects here
too, says its name and is silent.  The command line says "stop" here.
"""

from __future__ import annotations

import os
import socket
import stat
import time
from pathlib import Path

from scaler_lab.engines.local.peer import MOST_STRANGERS, accepted, is_anothers

LINE_BYTES = 256
PATIENCE_SECONDS = 1.0
QUEUE_LOOK_SECONDS = 0.005


class Lifelines:
    """The scheduler's end: a listener and the lines accepted.  Owned by the loop's thread."""

    def __init__(self, transport: str, folder: Path) -> None:
        self.token = ""
        if transport == "ipc":
            path = folder / "lifeline.sock"
            self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.listener.bind(str(path))
            path.chmod(stat.S_IRUSR | stat.S_IWUSR)
            self.address = str(path)
        else:
            self.listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            self.listener.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
            self.token = os.urandom(32).hex()
        self.listener.listen(64)
        self.listener.setblocking(False)
        self._lines: dict[socket.socket, str | None] = {}  # None: has not said its name yet

    def accept(self) -> socket.socket | None:
        """A new line; None where the peer went away, or is another user's."""
        line = accepted(self.listener)
        if line is None:
            return None
        if is_anothers(line) or list(self._lines.values()).count(None) >= MOST_STRANGERS:
            line.close()
            return None
        line.setblocking(False)
        self._lines[line] = None
        return line

    def read(self, line: socket.socket) -> str | None:
        """What was said ("stop", else ""); None at the line's end, or where it has no business."""
        try:
            data = line.recv(LINE_BYTES)
        except BlockingIOError:
            return ""
        except OSError:
            return None
        if not data:
            return None
        words = data.decode("ascii", "replace").split()
        if len(words) != 3 or words[0] not in ("client", "stop"):
            return None
        if self.token:
            import hmac  # with OpenSSL, which no other path of a client's import needs

            # As bytes: of text it takes ASCII only, and anybody may write here.
            if not hmac.compare_digest(words[2].encode(), self.token.encode()):
                return None
        if words[0] == "stop":
            return "stop"
        self._lines[line] = words[1]
        return ""

    def line_of(self, client: str) -> socket.socket | None:
        """The line of that client, where it has one."""
        return next((line for line, name in self._lines.items() if name == client), None)

    def cut(self, line: socket.socket) -> str | None:
        """Close a line; the client whose it was, where it said its name."""
        client = self._lines.pop(line, None)
        line.close()
        return client

    def close(self) -> None:
        """Close them all: every client sees the engine's end."""
        for line in list(self._lines):
            self.cut(line)
        self.listener.close()


def hold(address: str, token: str, *, word: str = "client", name: str = "-") -> socket.socket:
    """A client's end: connected and named; its end of file says that the engine is gone."""
    line = connect(address)
    try:
        line.sendall(f"{word} {name} {token or '-'}".encode("ascii"))
    except OSError:
        line.close()
        raise
    line.setblocking(False)
    return line


def connect(address: str) -> socket.socket:
    """A socket connected to a path, or to HOST:PORT.  Raises OSError."""
    if "/" in address:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        target: str | tuple[str, int] = address
    else:
        host, _, port = address.rpartition(":")
        line = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        target = (host, int(port))
    line.settimeout(PATIENCE_SECONDS)
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            line.connect(target)
        except BlockingIOError:  # so many want in that there is no room in the listener's queue
            if time.monotonic() < end:
                time.sleep(QUEUE_LOOK_SECONDS)
                continue
            line.close()
            raise
        except OSError:
            line.close()
            raise
        return line
