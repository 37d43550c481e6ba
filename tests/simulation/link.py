"""One direction of the stream between a client and the scheduler: frames, in order, delayed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from .event_queue import EventQueue
from .parameters import Parameters

NEWS_SECONDS = 0.0001  # delay until the end of a process is noticed


class SimulatedLink:
    """Delivers each frame to *deliver*, after its own delay or that of an earlier frame."""

    def __init__(
        self,
        event_queue: EventQueue,
        parameters: Parameters,
        counts: Counter[str],
        deliver: Callable[[bytes], None],
    ) -> None:
        self._event_queue = event_queue
        self._parameters = parameters
        self._counts = counts
        self._deliver = deliver
        self._is_cut = False
        self._free_at = 0.0  # when the last frame arrives
        self.unread = 0
        """Bytes that the receiver has not read."""

    def send(self, frame: bytes) -> None:
        """Send a frame, unless the receiver is gone."""
        if self._is_cut:
            return
        self._counts["frames"] += 1
        self.unread += len(frame)
        rng = self._event_queue.rng
        self._arrive(min(rng.expovariate(1.0), 10.0) * self._parameters.delay, self._deliver, frame)

    def read(self, frame: bytes) -> None:
        """Note that the receiver has read *frame*."""
        self.unread -= len(frame)

    def cut(self) -> None:
        """Note that the receiver is gone, and drop what it has not read."""
        self._is_cut = True
        self.unread = 0

    def end(self, noticed: Callable[[], None]) -> None:
        """Note that the sender is gone.  The receiver notices once it has all that was sent."""
        self._arrive(NEWS_SECONDS, noticed)

    def _arrive(self, delay: float, call: Callable[..., None], *args: object) -> None:
        self._free_at = max(self._free_at, self._event_queue.now + delay)
        self._event_queue.at(self._free_at, call, *args)
