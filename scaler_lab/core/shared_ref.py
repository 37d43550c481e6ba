"""`SharedRef`: a value that was sent to an engine once, for any number of tasks.

    ref = client.scatter(table)          sent here, once
    client.submit(fit, ref, 0.1)         each task gets the value in its place
    client.submit(fit, ref, 0.2)

It stands for the value wherever it is in the arguments: also in lists, in dicts, in objects.  The
engine's own subclass pickles as the order to fetch the value, so it opens only in a task.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable
from types import TracebackType
from typing import Self


class SharedRef:
    """A value that is at the engine.  Give it to tasks in the value's place.

    The engine keeps the value until `release`, or until neither this object nor a task that was
    given it is there any more: whichever comes first.  It ends with its client in any case.
    """

    def __init__(self, nbytes: int, kind: str, discard: Callable[[], None]) -> None:
        self.nbytes = nbytes
        """What it takes at the engine, in bytes."""
        self._kind = kind
        self._discard = _once(discard)
        self._finalizer = weakref.finalize(self, self._discard)
        self._finalizer.atexit = False  # the engine ends then, and takes it along

    @property
    def is_released(self) -> bool:
        """Whether `release` was called."""
        return not self._finalizer.alive

    def release(self) -> None:
        """Let the engine forget the value.  Tasks that begin with it from now on fail, with an
        error that says so; those that run keep what they have.  Idempotent.
        """
        self._finalizer()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()

    def __repr__(self) -> str:
        released = ", released" if self.is_released else ""
        return f"<SharedRef to a {self._kind}, {self.nbytes:,} bytes{released}>"


def _once(discard: Callable[[], None]) -> Callable[[], None]:
    """*discard*, in the process that made the reference only: a fork's copy is not the owner."""
    made_in, lock = os.getpid(), threading.Lock()

    def call() -> None:
        if made_in == os.getpid() and lock.acquire(blocking=False):
            discard()

    return call
