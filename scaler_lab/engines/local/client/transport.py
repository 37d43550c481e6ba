"""The client's end of its connection to the scheduler: a Unix stream.

The agent's thread polls and reads it.  Any thread may write to it, but only one at a time.

Linux takes a small frame for a Unix stream wholly or not at all, because it fits into one of the
kernel's buffers.  So another thread may write one by a single call (`write_whole`).
"""

from __future__ import annotations

import socket
import sys
import sysconfig
import time
from collections.abc import Callable
from typing import Final

from scaler_lab.engines.local.framing import FrameStream

TIMEOUT = 1.0
QUEUE_POLL_INTERVAL = 0.005
_HAS_GIL: Final = not sysconfig.get_config_var("Py_GIL_DISABLED")
WHOLE_BYTES: Final = 4096 if sys.platform == "linux" and _HAS_GIL else 0
"""0 if only the agent's thread may write: `Board.commit_one` needs the GIL between its check that
this thread sleeps and its write."""


class StreamTransport:
    """One connection to the scheduler.  End of file means that the scheduler is gone."""

    def __init__(self, end: socket.socket) -> None:
        self._stream = FrameStream(end)
        self._end = end
        self.write_whole: Callable[[bytes], object] = end.send
        """Writes a frame of at most `WHOLE_BYTES` and its head wholly, or raises OSError."""

    def fileno(self) -> int:
        """The descriptor to poll for reading."""
        return self._end.fileno()

    def read(self) -> list[memoryview] | None:
        """Return the frames received so far; None once the scheduler is gone."""
        try:
            return self._stream.read()
        except ValueError:
            return None

    def write(self, frame: bytes) -> None:
        """Send *frame*, or keep what the socket doesn't accept now.  Never blocks."""
        self._stream.write(frame)

    @property
    def has_unsent(self) -> bool:
        """Whether some data is kept and not sent yet."""
        return self._stream.has_unsent

    def flush(self) -> bool:
        """Send what was kept; return whether all of it is sent."""
        return self._stream.flush()

    def close(self, linger_seconds: float) -> None:
        """Close the connection, after at most *linger_seconds* to send the rest."""
        if self._stream.has_unsent:
            self._end.settimeout(linger_seconds)
            self._stream.flush()
        self._stream.close()

    def close_in_child(self) -> None:
        """In a forked child: close its copy of the socket, so that the parent's end counts.

        The scheduler notices a client's end by the end of file, which a copy would prevent.
        """
        self._end.close()


def connect(path: str) -> socket.socket:
    """Return a socket connected to the engine's socket at *path*.  Raises OSError."""
    end = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    end.settimeout(TIMEOUT)
    until = time.monotonic() + TIMEOUT
    while True:
        try:
            end.connect(path)
        except BlockingIOError:  # too many connect at once: the listener's queue is full
            if time.monotonic() < until:
                time.sleep(QUEUE_POLL_INTERVAL)
                continue
            end.close()
            raise
        except OSError:
            end.close()
            raise
        return end
