"""`WakeupSocket`: ends the sleep of a thread that polls."""

from __future__ import annotations

import contextlib
import socket
from functools import partial


class WakeupSocket:
    """A pair of connected sockets: one end is polled, and a byte in the other one wakes the poller.

    Neither end ever blocks.  If the poller doesn't read for so long that the buffer is full, it is
    awake already, and further bytes are not needed.

    Attributes:
        send: Sends a byte.  It is implemented in C, so an interrupt can't arrive inside it.  It
            raises OSError if the poller is awake already, or if the pair is closed.
    """

    def __init__(self) -> None:
        self._polled, self._written = socket.socketpair()
        self._polled.setblocking(False)
        self._written.setblocking(False)
        self.send = partial(self._written.send, b"!")

    def fileno(self) -> int:
        """Return the descriptor to poll for reading."""
        return self._polled.fileno()

    def write_fileno(self) -> int:
        """Return the descriptor to write to, for `signal.set_wakeup_fd`."""
        return self._written.fileno()

    def wake(self) -> None:
        """Wake the poller.  Does nothing if it is awake already, or has ended."""
        with contextlib.suppress(OSError):
            self.send()

    def clear(self) -> None:
        """Read what was sent, so that the next poll sleeps."""
        with contextlib.suppress(BlockingIOError):
            while len(self._polled.recv(4096)) == 4096:
                pass

    def close(self) -> None:
        """Close both ends.  Idempotent."""
        self._polled.close()
        self._written.close()
