"""The client's end of its connection to the scheduler: a Unix stream.

The agent's thread polls and reads it; any thread may write to it, one at a time.
"""

from __future__ import annotations

import socket
import time

from scaler_lab.engines.local.framing import FrameStream

TIMEOUT = 1.0
QUEUE_POLL_INTERVAL = 0.005


class StreamTransport:
    """One connection; its end of file is the scheduler's end."""

    def __init__(self, end: socket.socket) -> None:
        self._stream = FrameStream(end)
        self._end = end

    def fileno(self) -> int:
        """What to poll for reading."""
        return self._end.fileno()

    def read(self) -> list[memoryview] | None:
        """The frames there now; None once the scheduler is gone."""
        try:
            return self._stream.read()
        except ValueError:
            return None

    def write(self, frame: bytes) -> None:
        """Send, or keep; never blocks."""
        self._stream.write(frame)

    @property
    def has_unsent(self) -> bool:
        """Whether something was kept."""
        return self._stream.has_unsent

    def flush(self) -> bool:
        """Send what was kept; whether all is out."""
        return self._stream.flush()

    def close(self, linger_seconds: float) -> None:
        """Close, after at most that long for what is not out yet."""
        if self._stream.has_unsent:
            self._end.settimeout(linger_seconds)
            self._stream.flush()
        self._stream.close()

    def close_in_child(self) -> None:
        """In a fork's child: close the copy of what tells the scheduler that we live."""
        self._end.close()


def connect(path: str) -> socket.socket:
    """A socket connected to the engine's socket at *path*.  Raises OSError."""
    end = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    end.settimeout(TIMEOUT)
    until = time.monotonic() + TIMEOUT
    while True:
        try:
            end.connect(path)
        except BlockingIOError:  # so many want in that there is no room in the listener's queue
            if time.monotonic() < until:
                time.sleep(QUEUE_POLL_INTERVAL)
                continue
            end.close()
            raise
        except OSError:
            end.close()
            raise
        return end
