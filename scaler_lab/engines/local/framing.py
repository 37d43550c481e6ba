"""Frames over a stream socket: a length, then that many bytes.  Never blocks.

Both ends of a client's connection use it.  End of file means that the peer is gone: the kernel
closes a dead process's sockets.  So no heartbeat is needed, and no heartbeat can report a false
death.
"""

from __future__ import annotations

import fcntl
import socket
import struct
import termios
from array import array
from collections import deque
from itertools import islice
from typing import Final

from scaler_lab.runtime import MAX_FRAME_BYTES

HEAD: Final = struct.Struct("<I")  # before each frame: its length
READ_BYTES: Final = 256 * 1024
MAX_PARTS: Final = 64  # passed to one system call


class FrameStream:
    """One connected socket.  One thread reads; any thread may write, but only one at a time."""

    def __init__(self, end: socket.socket) -> None:
        end.setblocking(False)
        self._end = end
        self._buffer = memoryview(bytearray(READ_BYTES))
        self._begin = self._fill = 0  # the unread bytes; they start with a frame
        self._unsent: deque[memoryview] = deque()  # never contains an empty one
        self.unsent_bytes = 0
        """The number of bytes kept because the socket didn't accept them yet."""

    def fileno(self) -> int:
        """The descriptor, for polling; -1 once closed."""
        return self._end.fileno()

    def read(self) -> list[memoryview] | None:
        """Return the frames that are complete now; None at the end of the stream.

        The frames are views of a buffer and valid until the next call.  Raises ValueError if the
        peer announces a frame that is too large, which means that it violates the protocol.
        """
        buffer = self._grow_buffer()
        try:
            fill = self._fill + self._end.recv_into(buffer[self._fill :])
        except BlockingIOError:
            return []
        except OSError:
            return None
        if fill == self._fill:
            return None
        frames: list[memoryview] = []
        at = self._begin
        while fill - at >= HEAD.size:
            (size,) = HEAD.unpack_from(buffer, at)
            if size > MAX_FRAME_BYTES:
                raise ValueError(f"a frame of {size} bytes; {MAX_FRAME_BYTES} is the most")
            end = at + HEAD.size + size
            if end > fill:
                break
            frames.append(buffer[at + HEAD.size : end])
            at = end
        self._begin, self._fill = at, fill
        return frames

    @property
    def has_unread(self) -> bool:
        """Whether the peer has sent more than the frames that `read` has returned."""
        if self._fill > self._begin:
            return True
        n_bytes = array("i", [0])
        try:
            fcntl.ioctl(self._end, termios.FIONREAD, n_bytes)
        except OSError:  # closed
            return False
        return n_bytes[0] > 0

    def _grow_buffer(self) -> memoryview:
        """Move the unread bytes to the start of a buffer that is large enough for their frame."""
        buffer = self._buffer
        left = self._fill - self._begin
        need = READ_BYTES
        if left >= HEAD.size:
            need = max(need, HEAD.size + HEAD.unpack_from(buffer, self._begin)[0])
        target = buffer if len(buffer) == need else memoryview(bytearray(need))
        if left and (self._begin or target is not buffer):
            target[:left] = buffer[self._begin : self._fill]
        self._buffer, self._begin, self._fill = target, 0, left
        return target

    def write(self, frame: bytes) -> None:
        """Send *frame*, or keep what the socket doesn't accept now for `flush`."""
        head = HEAD.pack(len(frame))
        sent = 0
        if not self._unsent:
            try:
                sent = self._end.sendmsg((head, frame))
            except BlockingIOError:
                pass
            except OSError:  # the peer is gone: `read` will report it
                return
        if sent < len(head) + len(frame):
            self._unsent.append(memoryview(head + frame)[sent:])
            self.unsent_bytes += len(head) + len(frame) - sent

    def flush(self) -> bool:
        """Send what was kept; return whether all of it is sent now."""
        unsent = self._unsent
        while unsent:
            try:
                sent = self._end.sendmsg(list(islice(unsent, MAX_PARTS)))
            except BlockingIOError:
                return False
            except OSError:
                unsent.clear()
                self.unsent_bytes = 0
                return True
            self.unsent_bytes -= sent
            while sent:
                part = unsent.popleft()
                if len(part) > sent:
                    unsent.appendleft(part[sent:])
                    break
                sent -= len(part)
        return True

    @property
    def has_unsent(self) -> bool:
        """Whether `flush` has something to send once the socket is writable."""
        return bool(self._unsent)

    def close(self) -> None:
        """Close the socket; data that was kept is lost."""
        self._unsent.clear()
        self.unsent_bytes = 0
        self._end.close()
