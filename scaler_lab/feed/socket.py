"""The feed over a local zmq socket: `FeedPublisher` with a ROUTER.  Owned by the scheduler's
thread.
"""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec
import zmq

from scaler_lab.core.board import Board
from scaler_lab.feed import messages
from scaler_lab.feed.publisher import FeedPublisher, FeedSource
from scaler_lab.runtime.zmq_sockets import bind_router, endpoint, received

log = logging.getLogger(__name__)

END_LINGER_MS = 200


class FeedSocket:
    """See the module."""

    def __init__(self, router: zmq.Socket[bytes], board: Board, feed_source: FeedSource) -> None:
        self._router = router
        self._publisher = FeedPublisher(board, feed_source, self._send)
        self.address = endpoint(router)
        self.fd = router.FD
        self._n_bound = 1

    @property
    def has_views(self) -> bool:
        """Whether anybody looks."""
        return self._publisher.has_views

    def read(self) -> None:
        """Take in what windows said."""
        for key, frame in received(self._router):
            try:
                message = messages.decode_from_view(frame)
            except msgspec.DecodeError as error:
                log.debug("dropped a window's message: %s", error)
            else:
                self._publisher.on_message(key, message)

    def listen_again(self, folder: Path) -> None:
        """Have a new socket in *folder*, which was deleted; windows that are connected stay so.

        Under a new name, and the old one is kept: zmq deletes the file of what it unbinds, later.
        """
        self._n_bound += 1
        bind_router(self._router, folder, f"feed-{self._n_bound}")
        self.address = endpoint(self._router)

    def publish(self, now: float) -> None:
        """Send windows what they are due."""
        if self._publisher.has_views:
            self._publisher.publish(now)
            self.read()  # sending may have taken the descriptor's signal with it

    def workers_changed(self) -> None:
        """Look at the workers soon: no task tells of it."""
        self._publisher.workers_changed()

    def due_at(self, now: float) -> float | None:
        """When `publish` next has something to send."""
        return self._publisher.due_at(now) if self._publisher.has_views else None

    def end(self, reason: str) -> None:
        """Tell windows that the engine ends."""
        self._publisher.end(reason)

    def close(self) -> None:
        """Close the socket, once what was said is out."""
        self._router.close(linger=END_LINGER_MS)

    def _send(self, key: bytes, message: messages.FromPublisher) -> bool:
        try:
            self._router.send_multipart([key, messages.encode(message)], zmq.NOBLOCK)
        except zmq.Again:  # it doesn't read
            return False
        except zmq.ZMQError:  # it is gone
            self._publisher.forget(key)
            return False
        return True
