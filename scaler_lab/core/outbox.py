"""`Outbox`: what waits to be sent, put in by any thread and taken out by the one thread that sends.

A Ctrl-C may end the caller's thread at almost any point: CPython runs signal handlers after each
call, at the start of a function and at the end of a loop's turn.  But not between other operations.
So `put` and `Board.commit` consist of operations that aren't calls, up to the one that wakes the
sender: a batch is in the outbox and its sender awake, or nothing has happened at all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any


class Outbox:
    """Batches in the order they were put in.  *wake* ends the sender's sleep.

    *wake* must be implemented in C, return at once, and raise nothing but OSError.
    """

    __slots__ = ("batches", "is_sender_asleep", "wake")

    def __init__(self, wake: Callable[[], object]) -> None:
        self.batches: deque[Any] = deque()
        self.is_sender_asleep = False
        """Set by the sender just before it looks at `batches` for the last time, and sleeps."""
        self.wake = wake

    def put(self, batch: Any) -> None:
        """Add one batch, whole.  An interrupt comes before it or after it."""
        self.batches += (batch,)
        if self.is_sender_asleep:
            self.is_sender_asleep = False
            try:
                self.wake()
            except OSError:  # it is awake already, or has ended
                pass


class Prepared:
    """Tasks that an engine has packed, and that one `Board.commit` submits.

    *undo* removes what was made for them.
    """

    __slots__ = ("_undo", "batch", "is_committed", "outbox")

    def __init__(self, outbox: Outbox, batch: Any, undo: Callable[[], None]) -> None:
        self.outbox = outbox
        self.batch = batch
        self.is_committed = False
        self._undo = undo

    def give_up(self) -> None:
        """Remove what was made for them, unless they were submitted."""
        if not self.is_committed:
            self._undo()
