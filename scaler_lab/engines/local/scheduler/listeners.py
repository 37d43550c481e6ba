"""The scheduler's listener for clients.  Owned by the loop's thread.

This user's processes may connect, through a Unix socket in the private folder; the kernel reports
the user of each peer.  The process that started the engine uses its own socket pair.

Why not zmq?  Its threads on both sides add four thread switches to a round trip, which takes twice
the time of a whole task.  And a stream's end of file shows reliably that the peer is gone; zmq
would need another socket for that.

A client that doesn't read (it is stopped, or holds Python's lock) must not fill the scheduler's
memory.  Data that its socket doesn't accept is kept here.  If it exceeds `MAX_UNSENT_BYTES`, the
client is *full*: nothing is read from it, so that it can't request more, and its tasks are not
dispatched (`SchedulerCore.hold`).  Once at most half of that is left, both continue; nothing is
lost.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Hashable
from pathlib import Path

from scaler_lab.engines.local.framing import FrameStream
from scaler_lab.engines.local.peer_credentials import (
    MAX_PENDING,
    MAX_UNAUTHENTICATED,
    is_anothers,
    listen,
)
from scaler_lab.engines.local.scheduler.poller import Poller

HELLO_TIMEOUT = 5.0  # for the first message of a client
MAX_UNSENT_BYTES = 16 * 1024 * 1024  # kept for a client that doesn't read
PAUSE_SECONDS = 1.0  # before accepting again after all descriptors were used up

OnFrame = Callable[[Hashable, memoryview], None]
OnGone = Callable[[Hashable], None]


class UnixListener:
    """A listening socket in the private folder, and the accepted streams."""

    def __init__(
        self,
        folder: Path,
        poller: Poller,
        on_frame: OnFrame,
        on_gone: OnGone,
        on_drained: OnGone,
        clock: Callable[[], float],
    ) -> None:
        self._path = folder / "scheduler.sock"
        self._listener = listen(self._path)
        self.address = f"unix://{self._path}"
        self._poller = poller
        self._on_frame = on_frame
        self._on_gone = on_gone
        self._on_drained = on_drained
        self._clock = clock
        self._listen_at: float | None = None  # when to accept again, after a pause
        self._streams: set[FrameStream] = set()
        # Streams whose peer has not sent hello, and the time until which it must
        self._unauthenticated: dict[FrameStream, float] = {}
        self._full: set[FrameStream] = set()
        poller.register(self._listener, self._accept)

    def listen_again(self) -> None:
        """Replace the deleted listening socket by a new one; connections stay open."""
        new = listen(self._path)
        for _ in range(MAX_PENDING):  # of clients that connected before it was deleted
            self._accept()
        self._poller.unregister(self._listener)
        self._listener.close()
        self._listen_at = None
        self._listener = new
        self._poller.register(self._listener, self._accept)

    def adopt(self, end: socket.socket) -> FrameStream:
        """Serve a connected socket: an accepted one, or that of the process that started this."""
        stream = FrameStream(end)
        self._streams.add(stream)
        self._unauthenticated[stream] = self._clock() + HELLO_TIMEOUT
        self._poller.register(stream, lambda: self._read(stream))
        return stream

    def send(self, peer: Hashable, frame: bytes) -> None:
        """Send *frame*, or keep it for later; does nothing if the peer is gone."""
        if not isinstance(peer, FrameStream) or peer not in self._streams:
            return
        peer.write(frame)
        if peer in self._full:
            return  # `_drain` sends the frame, and only it ends this state
        if peer.unsent_bytes > MAX_UNSENT_BYTES:
            self._full.add(peer)
            self._poller.poll_writing(peer, lambda: self._drain(peer), reading=False)
        elif peer.has_unsent:
            self._poller.poll_writing(peer, lambda: self._read_and_flush(peer))

    def is_full(self, peer: Hashable) -> bool:
        """Return whether the peer has too much unread data; when that ends, calls `on_drained`."""
        return peer in self._full

    def is_behind(self, peer: Hashable) -> bool:
        """Return whether the peer's socket accepts no data now."""
        return isinstance(peer, FrameStream) and peer.has_unsent

    def has_unread(self) -> bool:
        """Return whether any peer has sent something that was not read yet."""
        return any(stream.has_unread for stream in self._streams)

    def know(self, peer: Hashable) -> None:
        """Mark the peer as authenticated, after a valid hello."""
        if isinstance(peer, FrameStream):
            self._unauthenticated.pop(peer, None)

    def show_out(self, peer: Hashable) -> None:
        """Send what the peer's socket accepts now, then close its connection."""
        if isinstance(peer, FrameStream) and peer in self._streams:
            peer.flush()
            self._streams.discard(peer)
            self._unauthenticated.pop(peer, None)
            self._full.discard(peer)
            self._poller.unregister(peer)
            peer.close()

    def due_at(self) -> float | None:
        """Return the time when `tick` next has something to do; None for never."""
        due = [*self._unauthenticated.values()]
        if self._listen_at is not None:
            due.append(self._listen_at)
        return min(due) if due else None

    def tick(self, now: float) -> None:
        """Accept again after a pause, and disconnect peers that did not send hello in time."""
        if self._listen_at is not None and now >= self._listen_at:
            self._listen_at = None
            self._poller.register(self._listener, self._accept)
        if self._unauthenticated:
            for stream in [s for s, until in self._unauthenticated.items() if until <= now]:
                self._cut(stream)

    def close(self) -> None:
        """Close all connections and the listening socket."""
        for stream in self._streams:
            stream.flush()
            stream.close()
        self._listener.close()

    def _accept(self) -> None:
        try:
            end, _ = self._listener.accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE):
                # The connection stays in the queue, so polling would report it again and again.
                self._poller.unregister(self._listener)
                self._listen_at = self._clock() + PAUSE_SECONDS
            return
        if len(self._unauthenticated) >= MAX_UNAUTHENTICATED or is_anothers(end):
            end.close()
            return
        self.adopt(end)

    def _read(self, stream: FrameStream) -> None:
        try:
            frames = stream.read()
        except ValueError:
            frames = None
        if frames is None:
            self._cut(stream)
            return
        for frame in frames:
            self._on_frame(stream, frame)

    def _drain(self, stream: FrameStream) -> None:
        """Send kept data to a full peer; if the peer is gone, the data is dropped."""
        is_all_out = stream.flush()
        if stream.unsent_bytes > MAX_UNSENT_BYTES // 2:
            return
        self._full.discard(stream)
        if is_all_out:
            self._poller.register(stream, lambda: self._read(stream))
        else:
            self._poller.poll_writing(stream, lambda: self._read_and_flush(stream))
        self._on_drained(stream)

    def _read_and_flush(self, stream: FrameStream) -> None:
        if stream.flush():
            self._poller.register(stream, lambda: self._read(stream))
        self._read(stream)

    def _cut(self, stream: FrameStream) -> None:
        self.show_out(stream)
        self._on_gone(stream)
