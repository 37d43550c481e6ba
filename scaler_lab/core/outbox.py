"""`Outbox`: batches to be sent.  Any thread adds them; the one thread that sends removes them.

A Ctrl-C may end the caller's thread at almost any point: CPython runs signal handlers after each
call, at the start of a function and at the end of a loop's iteration, but not between other
operations.  So `put` and `Board.commit` consist of operations that aren't calls, except for the
last one, which wakes the sender.  Either a batch is in the outbox and its sender is awake, or
nothing has happened at all.

If the sender sleeps and nothing waits to be sent, the last call may be the one that writes: a small
frame that the kernel takes wholly or not at all.  So a task that is submitted alone reaches the
engine without waking the sender (`Board.commit_one`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any


class Outbox:
    """Batches in the order in which they were added.  *wake* ends the sender's sleep.

    *wake* and *write* must be implemented in C, return at once, and raise nothing but OSError.
    *write* must write a frame wholly or raise; without it, only the sender writes.
    """

    __slots__ = (
        *("accepts_frame", "batches", "is_sender_asleep", "is_writing", "place", "wake", "write"),
    )

    def __init__(
        self, wake: Callable[[], object], write: Callable[[bytes], object] | None = None
    ) -> None:
        self.batches: deque[Any] = deque()
        self.is_sender_asleep = False
        """The sender sets it just before it checks `batches` for the last time and sleeps."""
        self.accepts_frame = False
        """Whether another thread may write one frame.  The sender sets it when it sleeps."""
        self.is_writing = False
        """Whether another thread writes a frame now.  It takes microseconds; the sender waits."""
        self.place: object = None
        """The place of the tasks sent last; a frame may only be written for tasks of this place."""
        self.wake = wake
        self.write = write

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
    creates anything.  *frame* is what the sender would write for *batch*, which then has a *place*;
    empty if only the sender can write it.
    """

    __slots__ = ("batch", "frame", "is_committed", "outbox", "undo")

    def __init__(self, outbox: Outbox, batch: Any) -> None:
        self.outbox = outbox
        self.batch = batch
        self.frame = b""
        self.is_committed = False
        self.undo: Callable[[], None] | None = None

    def give_up(self) -> None:
        """Release what the engine created for the tasks, unless they were submitted."""
        if not self.is_committed and self.undo is not None:
            self.undo()
