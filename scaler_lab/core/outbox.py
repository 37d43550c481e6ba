"""`Outbox`: batches to be sent.  Any thread adds them; the one thread that sends removes them.

A Ctrl-C may end the caller's thread at almost any point: CPython runs signal handlers after each
call, at the start of a function and at the end of a loop's iteration, but not between other
operations.  So `put` and `Board.commit` consist of operations that aren't calls, except for the
last one, which wakes the sender.  Either a batch is in the outbox and its sender is awake, or
nothing has happened at all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any


class Outbox:
    """Batches in the order in which they were added.  *wake* ends the sender's sleep.

    *wake* must be implemented in C, return at once, and raise nothing but OSError.
    """

    __slots__ = ("batches", "is_sender_asleep", "wake")

    def __init__(self, wake: Callable[[], object]) -> None:
        self.batches: deque[Any] = deque()
        self.is_sender_asleep = False
        """The sender sets it just before it checks `batches` for the last time and sleeps."""
        self.wake = wake

    def put(self, batch: Any) -> None:
        """Add one whole batch.  An interrupt comes before it or after it."""
        self.batches += (batch,)
        if self.is_sender_asleep:
            self.is_sender_asleep = False
            try:
                self.wake()
            except OSError:  # the sender is awake already, or has ended
                pass


class Prepared:
    """Tasks that an engine has packed, and that one `Board.commit` submits.

    *undo* releases what the engine created for them.  The engine may set it later, but before it
    creates anything.
    """

    __slots__ = ("batch", "is_committed", "outbox", "undo")

    def __init__(self, outbox: Outbox, batch: Any, undo: Callable[[], None] | None = None) -> None:
        self.outbox = outbox
        self.batch = batch
        self.is_committed = False
        self.undo = undo

    def give_up(self) -> None:
        """Release what the engine created for the tasks, unless they were submitted."""
        if not self.is_committed and self.undo is not None:
            self.undo()
