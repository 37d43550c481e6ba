"""The scheduler's door: where clients come in.  Owned by the loop's thread.

Who may come in: this user's processes, by a Unix socket in the private folder and the kernel's word
for the peer's user; and the starter, by its own link.

Why not zmq: its own threads on either side cost a round trip four more switches from thread to
thread, twice the time of a whole task; and a stream's end of file is the best lifeline there is,
where zmq would need another socket beside it.

A client that doesn't read (it is stopped, or holds Python's lock) must not fill the scheduler's
memory.  What its socket doesn't take is kept here.  From `MAX_UNSENT_BYTES` on the client is
*full*: nothing is read from it either, so that it can't ask for more, and its tasks are not
dispatched (`SchedulerCore.hold`).  Once it has read half of that, both go on; nothing was lost.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Hashable
from pathlib import Path

from scaler_lab.engines.local.framing import FrameStream
from scaler_lab.engines.local.peer_credentials import MAX_UNAUTHENTICATED, is_anothers, listen
from scaler_lab.engines.local.scheduler.poller import Poller

HELLO_TIMEOUT = 5.0  # for the hello
MAX_UNSENT_BYTES = 16 * 1024 * 1024  # kept for a client that doesn't read
PAUSE_SECONDS = 1.0  # before accepting again, when there were no descriptors left

OnFrame = Callable[[Hashable, memoryview], None]
OnGone = Callable[[Hashable], None]


class UnixListener:
    """A listener in the private folder, and the streams accepted."""

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
        self._unauthenticated: dict[FrameStream, float] = {}  # until when each may stay silent
        self._full: set[FrameStream] = set()
        poller.register(self._listener, self._accept)

    def listen_again(self) -> None:
        """Have a new socket where the old one was deleted; what is connected stays so."""
        new = listen(self._path)
        self._poller.unregister(self._listener)
        self._listener.close()
        self._listen_at = None
        self._listener = new
        self._poller.register(self._listener, self._accept)

    def adopt(self, end: socket.socket) -> FrameStream:
        """Take a connected socket in: an accepted one, or the starter's link."""
        stream = FrameStream(end)
        self._streams.add(stream)
        self._unauthenticated[stream] = self._clock() + HELLO_TIMEOUT
        self._poller.register(stream, lambda: self._read(stream))
        return stream

    def send(self, peer: Hashable, frame: bytes) -> None:
        """Send, or keep for later; a peer that is gone is fine."""
        if not isinstance(peer, FrameStream) or peer not in self._streams:
            return
        peer.write(frame)
        if peer.unsent_bytes > MAX_UNSENT_BYTES:
            self._full.add(peer)
            self._poller.poll_writing(peer, lambda: self._drain(peer), reading=False)
        elif peer.has_unsent:
            self._poller.poll_writing(peer, lambda: self._read_and_flush(peer))

    def is_full(self, peer: Hashable) -> bool:
        """Whether the peer has more unread than it may; `on_drained` is called when that ends."""
        return peer in self._full

    def is_behind(self, peer: Hashable) -> bool:
        """Whether the peer's socket takes nothing now."""
        return isinstance(peer, FrameStream) and peer.has_unsent

    def know(self, peer: Hashable) -> None:
        """The peer said a proper hello."""
        if isinstance(peer, FrameStream):
            self._unauthenticated.pop(peer, None)

    def show_out(self, peer: Hashable) -> None:
        """Close the peer's connection, once what was sent is out as far as it reads it."""
        if isinstance(peer, FrameStream) and peer in self._streams:
            peer.flush()
            self._streams.discard(peer)
            self._unauthenticated.pop(peer, None)
            self._full.discard(peer)
            self._poller.unregister(peer)
            peer.close()

    def due_at(self) -> float | None:
        """When `tick` next has something to do."""
        due = [*self._unauthenticated.values()]
        if self._listen_at is not None:
            due.append(self._listen_at)
        return min(due) if due else None

    def tick(self, now: float) -> None:
        """Show strangers out that said nothing."""
        if self._listen_at is not None and now >= self._listen_at:
            self._listen_at = None
            self._poller.register(self._listener, self._accept)
        if self._unauthenticated:
            for stream in [s for s, until in self._unauthenticated.items() if until <= now]:
                self._cut(stream)

    def close(self) -> None:
        """Close all."""
        for stream in self._streams:
            stream.flush()
            stream.close()
        self._listener.close()

    def _accept(self) -> None:
        try:
            end, _ = self._listener.accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE):
                # It stays in the queue, and polling would tell of it without end.
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
        """Send to one that is full; if it is gone, what was kept is."""
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
