"""The client's end of its connection to the scheduler, over either transport (see `zmq_line`).

The agent's thread polls and reads a line.  A stream may be written by any thread, one at a time;
a zmq socket belongs to the agent's thread alone, which `any_thread` tells.
"""

from __future__ import annotations

import socket
from typing import Protocol

from scaler_lab.engines.local.frame_stream import FrameStream


class Line(Protocol):
    """See the module."""

    any_thread: bool

    def filenos(self) -> list[int]:
        """What to poll for reading."""
        ...

    def read(self) -> list[memoryview] | list[bytes] | None:
        """The frames there now; None once the scheduler is gone."""
        ...

    def has_more(self) -> bool:
        """Whether `read` has something that polling would not tell."""
        ...

    def write(self, frame: bytes) -> None:
        """Send, or keep; never blocks."""
        ...

    @property
    def has_unsent(self) -> bool:
        """Whether something was kept."""
        ...

    def flush(self) -> bool:
        """Send what was kept; whether all is out."""
        ...

    def close(self, linger_seconds: float) -> None:
        """Close, after at most that long for what is not out yet."""
        ...

    def let_go(self) -> None:
        """In a fork's child: close the copy of what tells the scheduler that we live."""
        ...


class StreamLine:
    """A Unix stream; its end of file is the scheduler's."""

    any_thread = True

    def __init__(self, end: socket.socket) -> None:
        self._stream = FrameStream(end)
        self._end = end

    def filenos(self) -> list[int]:
        return [self._end.fileno()]

    def read(self) -> list[memoryview] | None:
        try:
            return self._stream.read()
        except ValueError:
            return None

    def has_more(self) -> bool:
        return False

    def write(self, frame: bytes) -> None:
        self._stream.write(frame)

    @property
    def has_unsent(self) -> bool:
        return self._stream.has_unsent

    def flush(self) -> bool:
        return self._stream.flush()

    def close(self, linger_seconds: float) -> None:
        if self._stream.has_unsent:
            self._end.settimeout(linger_seconds)
            self._stream.flush()
        self._stream.close()

    def let_go(self) -> None:
        self._end.close()
