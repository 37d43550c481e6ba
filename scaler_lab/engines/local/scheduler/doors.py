"""The scheduler's doors: where clients come in.  Owned by the loop's thread.

==============  ===========  ====================================================================
door            transport    who may come in
==============  ===========  ====================================================================
`StreamDoor`    "ipc"        this user's processes: a Unix socket in the private folder, and the
                             kernel's word for the peer's user; and the starter, by its own link
`ZmqDoor`       "tcp"        who has the keys of the connection file: zmq on loopback with CURVE
==============  ===========  ====================================================================

Why not zmq for both: zmq's own threads on either side cost a round trip four more switches from
thread to thread, twice the time of a whole task; and a stream's end of file is the best lifeline
there is, where zmq would need another socket beside it.
"""

from __future__ import annotations

import contextlib
import errno
import socket
import stat
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Protocol

import zmq

from scaler_lab.engines.local.frame_stream import FrameStream
from scaler_lab.engines.local.peer import MOST_STRANGERS, is_anothers
from scaler_lab.engines.local.scheduler.watch import Watch
from scaler_lab.machine.zmq_end import (
    Doorkeeper,
    descriptor,
    has_input,
    make_router,
    received,
)

PATIENCE_SECONDS = 5.0  # for the hello
PAUSE_SECONDS = 1.0  # before accepting again, when there were no descriptors left

OnFrame = Callable[[Hashable, "memoryview | bytes"], None]
OnGone = Callable[[Hashable], None]


class Door(Protocol):
    """What the loop needs of a door.  A peer is any hashable; its frames come to `on_frame`."""

    address: str

    def send(self, peer: Hashable, frame: bytes) -> None:
        """Send, or keep for later; a peer that is gone is fine."""
        ...

    def know(self, peer: Hashable) -> None:
        """The peer said a proper hello."""
        ...

    def show_out(self, peer: Hashable) -> None:
        """Close the peer's connection, once what was sent is out, where it has one."""
        ...

    def read_more(self) -> bool:
        """Take in what came without polling's notice; whether there was any."""
        ...

    def due_at(self) -> float | None:
        """When `tick` next has something to do."""
        ...

    def tick(self, now: float) -> None:
        """Show strangers out that said nothing."""
        ...

    def close(self, linger_seconds: float) -> None:
        """Close all."""
        ...


class StreamDoor:
    """A listener in the private folder, and the streams accepted."""

    def __init__(
        self,
        folder: Path,
        watch: Watch,
        on_frame: OnFrame,
        on_gone: OnGone,
        clock: Callable[[], float],
    ) -> None:
        path = folder / "scheduler.sock"
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        path.chmod(stat.S_IRUSR | stat.S_IWUSR)
        self._listener.listen(MOST_STRANGERS)
        self._listener.setblocking(False)
        self.address = f"unix://{path}"
        self._watch = watch
        self._on_frame = on_frame
        self._on_gone = on_gone
        self._clock = clock
        self._listen_at: float | None = None  # when to accept again, after a pause
        self._streams: set[FrameStream] = set()
        self._strangers: dict[FrameStream, float] = {}  # until when each may stay silent
        watch.register(self._listener, self._accept)

    def adopt(self, end: socket.socket) -> FrameStream:
        """Take a connected socket in: an accepted one, or the starter's link."""
        stream = FrameStream(end)
        self._streams.add(stream)
        self._strangers[stream] = self._clock() + PATIENCE_SECONDS
        self._watch.register(stream, lambda: self._read(stream))
        return stream

    def send(self, peer: Hashable, frame: bytes) -> None:
        if not isinstance(peer, FrameStream) or peer not in self._streams:
            return
        peer.write(frame)
        if peer.has_unsent:
            self._watch.mind_writing(peer, lambda: self._read_and_flush(peer))

    def know(self, peer: Hashable) -> None:
        if isinstance(peer, FrameStream):
            self._strangers.pop(peer, None)

    def show_out(self, peer: Hashable) -> None:
        if isinstance(peer, FrameStream) and peer in self._streams:
            peer.flush()
            self._streams.discard(peer)
            self._strangers.pop(peer, None)
            self._watch.unregister(peer)
            peer.close()

    def read_more(self) -> bool:
        return False

    def due_at(self) -> float | None:
        due = [*self._strangers.values()]
        if self._listen_at is not None:
            due.append(self._listen_at)
        return min(due) if due else None

    def tick(self, now: float) -> None:
        if self._listen_at is not None and now >= self._listen_at:
            self._listen_at = None
            self._watch.register(self._listener, self._accept)
        if self._strangers:
            for stream in [s for s, until in self._strangers.items() if until <= now]:
                self._cut(stream)

    def close(self, linger_seconds: float) -> None:
        del linger_seconds
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
                self._watch.unregister(self._listener)
                self._listen_at = self._clock() + PAUSE_SECONDS
            return
        if len(self._strangers) >= MOST_STRANGERS or is_anothers(end):
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

    def _read_and_flush(self, stream: FrameStream) -> None:
        if stream.flush():
            self._watch.register(stream, lambda: self._read(stream))
        self._read(stream)

    def _cut(self, stream: FrameStream) -> None:
        self.show_out(stream)
        self._on_gone(stream)


class ZmqDoor:
    """A ROUTER with CURVE.  Peers are zmq identities; that one is gone, its lifeline says."""

    def __init__(
        self,
        context: zmq.Context[zmq.Socket[bytes]],
        folder: Path,
        keys: dict[str, str],
        watch: Watch,
        on_frame: OnFrame,
    ) -> None:
        self._doorkeeper = Doorkeeper(context, keys["client_public"])
        self._router = make_router(context, folder, "scheduler", keys)
        self.address = self._router.getsockopt_string(zmq.LAST_ENDPOINT)
        self._on_frame = on_frame
        asked = self._doorkeeper.socket
        watch.register(descriptor(self._router), self._read)
        watch.register(descriptor(asked), self._doorkeeper.answer)

    def send(self, peer: Hashable, frame: bytes) -> None:
        if not isinstance(peer, bytes):
            return
        with contextlib.suppress(zmq.ZMQError):  # unreachable now: the channel sends it again
            self._router.send_multipart([peer, frame], zmq.NOBLOCK)

    def know(self, peer: Hashable) -> None:
        del peer

    def show_out(self, peer: Hashable) -> None:
        del peer  # zmq has no such call; what it sends from now on is dropped

    def read_more(self) -> bool:
        # zmq's descriptor only tells of changes: what it holds already must be asked for.
        if has_input(self._router):
            self._read()
            return True
        return False

    def due_at(self) -> float | None:
        return None

    def tick(self, now: float) -> None:
        del now

    def close(self, linger_seconds: float) -> None:
        self._router.close(linger=int(1000 * linger_seconds))
        self._doorkeeper.close()

    def _read(self) -> None:
        for identity, frame in received(self._router):
            self._on_frame(identity, frame)
