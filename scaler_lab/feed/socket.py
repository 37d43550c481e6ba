"""The feed over a local zmq socket: a `FeedPublisher` with a ROUTER socket.

The thread of the scheduler (or of `FeedThread`) owns it.
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
    """Serves a board's feed on a zmq socket."""

    def __init__(self, router: zmq.Socket[bytes], board: Board, feed_source: FeedSource) -> None:
        self._router = router
        self._publisher = FeedPublisher(board, feed_source, self._send)
        self.address = endpoint(router)
        self.fd = router.FD
        self._n_bound = 1

    @property
    def has_views(self) -> bool:
        """Whether any view is connected."""
        return self._publisher.has_views

    def read(self) -> None:
        """Process the messages that have come from views."""
        for key, frame in received(self._router):
            try:
                message = messages.decode_from_view(frame)
            except msgspec.DecodeError as error:
                log.debug("dropped a message of a view: %s", error)
            else:
                self._publisher.on_message(key, message)

    def listen_again(self, folder: Path) -> None:
        """Create a new socket file in *folder*, which was deleted; connected views stay connected.

        It has a new name, and the old one stays bound, because zmq deletes the file of a socket
        that it unbinds, and does so later.
        """
        self._n_bound += 1
        bind_router(self._router, folder, f"feed-{self._n_bound}")
        self.address = endpoint(self._router)

    def publish(self, now: float) -> None:
        """Send views what is due."""
        if self._publisher.has_views:
            self._publisher.publish(now)
            self.read()  # sending may have consumed the descriptor's signal

    def workers_changed(self) -> None:
        """Have the workers read soon; the board doesn't show that they changed."""
        self._publisher.workers_changed()

    def due_at(self, now: float) -> float | None:
        """Return when `publish` next has something to send."""
        return self._publisher.due_at(now) if self._publisher.has_views else None

    def end(self, reason: str) -> None:
        """Send the views what is left, and the *reason* why the feed ends."""
        self._publisher.end(reason)

    def close(self) -> None:
        """Close the socket once everything was sent."""
        self._router.close(linger=END_LINGER_MS)

    def _send(self, key: bytes, message: messages.FromPublisher) -> bool:
        try:
            self._router.send_multipart([key, messages.encode(message)], zmq.NOBLOCK)
        except zmq.Again:  # it doesn't read
            return False
        except zmq.ZMQError:  # it has gone
            self._publisher.forget(key)
            return False
        return True
