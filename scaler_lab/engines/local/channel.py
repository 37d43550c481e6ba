"""Exactly-once, in-order batches over a link that may lose, double or reorder them.  Pure.

zmq over a Unix socket loses nothing while both ends live, so in practice nothing is ever sent
twice.  But "in practice" is no promise that a future can rest on: a reconnect, a full buffer or a
stolen frame would leave it pending for ever.  So each batch has a number, is kept until the other
side acknowledges it, and is sent again when that takes too long; the receiver drops doubles and
holds early ones back until the gap is filled.

    a.pack([m1]) ─ 1 ──────> b          b.unpack -> [m1]
    a.pack([m2]) ─ 2 ──X
    a.pack([m3]) ─ 3 ──────> b          held back
    a.due()      ─ 2 ──────> b          b.unpack -> [m2, m3]

Acknowledgements ride on batches of the other direction; one goes alone where there is none for
`ACK_DELAY_SECONDS`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

M = TypeVar("M")

ACK_DELAY_SECONDS = 0.05
RESEND_FIRST_SECONDS = 1.0
RESEND_MOST_SECONDS = 8.0
EARLY_BATCHES_HELD = 1024


class Batch(NamedTuple, Generic[M]):
    """What goes on the wire.  seq 0: only an acknowledgement."""

    seq: int
    ack: int
    messages: Sequence[M]


class Channel(Generic[M]):
    """One side of one link; owned by one thread.  *M* is what both directions carry."""

    def __init__(self) -> None:
        self._sent = 0  # the last seq given out
        self._unacknowledged: dict[int, Sequence[M]] = {}
        self._received = 0  # the last seq delivered, all before it too
        self._early: dict[int, Sequence[M]] = {}
        self._resend_at: float | None = None
        self._resend_after = RESEND_FIRST_SECONDS
        self._ack_at: float | None = None
        self.resent = 0
        self.doubles = 0

    def pack(self, messages: Sequence[M], now: float) -> Batch[M]:
        """The next batch to send; *messages* must not be changed afterwards."""
        self._sent += 1
        self._unacknowledged[self._sent] = messages
        if self._resend_at is None:
            self._resend_at = now + self._resend_after
        self._ack_at = None
        return Batch(self._sent, self._received, messages)

    def unpack(self, seq: int, ack: int, messages: Sequence[M], now: float) -> list[M]:
        """Take a batch in; the messages that are deliverable now, in order."""
        self._take_acknowledgement(ack, now)
        if seq == 0:
            return []
        if self._ack_at is None:
            self._ack_at = now + ACK_DELAY_SECONDS
        if seq <= self._received or seq in self._early:
            self.doubles += 1
            return []
        if seq != self._received + 1:
            if len(self._early) < EARLY_BATCHES_HELD:
                self._early[seq] = messages
            return []
        ready = list(messages)
        self._received = seq
        while (held := self._early.pop(self._received + 1, None)) is not None:
            self._received += 1
            ready.extend(held)
        return ready

    def due(self, now: float) -> list[Batch[M]]:
        """What must be sent again, or acknowledged alone, by now."""
        batches: list[Batch[M]] = []
        if self._resend_at is not None and now >= self._resend_at:
            for seq, messages in self._unacknowledged.items():
                batches.append(Batch(seq, self._received, messages))
                self.resent += 1
            self._resend_after = min(2 * self._resend_after, RESEND_MOST_SECONDS)
            self._resend_at = now + self._resend_after
            self._ack_at = None
        if self._ack_at is not None and now >= self._ack_at:
            batches.append(Batch(0, self._received, ()))
            self._ack_at = None
        return batches

    @property
    def due_at(self) -> float | None:
        """When `due` next has something; None for never."""
        times = [at for at in (self._resend_at, self._ack_at) if at is not None]
        return min(times) if times else None

    @property
    def is_silent(self) -> bool:
        """Whether something had to be sent again, and is not acknowledged yet."""
        return self._resend_after > RESEND_FIRST_SECONDS

    @property
    def is_settled(self) -> bool:
        """Whether the other side acknowledged everything sent."""
        return not self._unacknowledged

    def _take_acknowledgement(self, ack: int, now: float) -> None:
        waiting = self._unacknowledged
        if not waiting or ack < next(iter(waiting)):
            return
        for seq in [s for s in waiting if s <= ack]:
            del waiting[seq]
        self._resend_after = RESEND_FIRST_SECONDS
        self._resend_at = now + self._resend_after if waiting else None
