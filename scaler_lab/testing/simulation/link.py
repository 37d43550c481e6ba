"""One direction of the way between a client and the scheduler: frames, delayed, lost or doubled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from scaler_lab.testing.simulation.agenda import Agenda
from scaler_lab.testing.simulation.weights import Weights


class Link:
    """Delivers to *deliver* what the weights let through."""

    def __init__(
        self,
        agenda: Agenda,
        weights: Weights,
        counts: Counter[str],
        deliver: Callable[[bytes], None],
    ) -> None:
        self._agenda = agenda
        self._weights = weights
        self._counts = counts
        self._deliver = deliver
        self.is_cut = False

    def send(self, frame: bytes) -> None:
        """Put a frame on its way; each copy takes its own time."""
        rng, weights = self._agenda.rng, self._weights
        self._counts["frames"] += 1
        copies = 1
        if weights.loss and rng.random() < weights.loss:
            self._counts["frames lost"] += 1
            copies = 0
        elif weights.doubling and rng.random() < weights.doubling:
            self._counts["frames doubled"] += 1
            copies = 2
        for _ in range(copies):
            self._agenda.soon(weights.delay, self._arrive, frame)

    def _arrive(self, frame: bytes) -> None:
        if not self.is_cut:
            self._deliver(frame)
