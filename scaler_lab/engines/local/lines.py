"""The client's end of its connection to the scheduler, over either transport.

The agent's thread polls and reads a line.  A stream may be written by any thread, one at a time;
a zmq socket belongs to the agent's thread alone, which `any_thread` tells.
"""

from __future__ import annotations

import socket
from typing import Protocol

import zmq

from scaler_lab.engines.local.frame_stream import FrameStream
from scaler_lab.engines.local.zmq_end import make_dealer


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


class ZmqLine:
    """A DEALER with CURVE, and a lifeline beside it."""

    any_thread = False

    def __init__(
        self, address: str, identity: str, keys: dict[str, str], lifeline: socket.socket
    ) -> None:
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._dealer = make_dealer(self._context, address, identity.encode("ascii"), keys)
        self._lifeline = lifeline
        fd = self._dealer.getsockopt(zmq.FD)
        assert isinstance(fd, int)
        self._fd = fd

    def filenos(self) -> list[int]:
        return [self._fd, self._lifeline.fileno()]

    def read(self) -> list[bytes] | None:
        frames: list[bytes] = []
        while True:
            try:
                frames.append(self._dealer.recv(zmq.NOBLOCK))
            except zmq.Again:
                break
        if not frames and self._has_ended():
            return None
        return frames

    def has_more(self) -> bool:
        return bool(self._dealer.getsockopt(zmq.EVENTS) & zmq.POLLIN)  # type: ignore[operator]

    def write(self, frame: bytes) -> None:
        self._dealer.send(frame, zmq.NOBLOCK)

    @property
    def has_unsent(self) -> bool:
        return False

    def flush(self) -> bool:
        return True

    def close(self, linger_seconds: float) -> None:
        self._dealer.close(linger=int(1000 * linger_seconds))
        self._context.term()
        self._lifeline.close()

    def _has_ended(self) -> bool:
        try:
            return not self._lifeline.recv(4096)
        except BlockingIOError:
            return False
        except OSError:
            return True
