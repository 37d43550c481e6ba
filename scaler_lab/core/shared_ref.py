"""`SharedRef`: a value that was sent to an engine once, for any number of tasks.

    ref = client.scatter(table)          sends the value once
    client.submit(fit, ref, 0.1)         each task gets the value in place of ref
    client.submit(fit, ref, 0.2)

It stands for the value anywhere in the arguments: also in lists, in dicts and in objects.  The
engine's own subclass pickles as an instruction to fetch the value, so only a task can unpickle it.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from types import TracebackType
from typing import Self

from scaler_lab.core.fork_guard import this_process


class SharedRef:
    """A reference to a value that the engine keeps.  Pass it to tasks in place of the value.

    The engine keeps the value until you call `release`, or until neither this object nor a task
    that received it exists any more.  At the latest it drops the value when the client ends.
    """

    def __init__(self, nbytes: int, kind: str, discard: Callable[[], None]) -> None:
        self.nbytes = nbytes
        """The memory that the value takes at the engine, in bytes."""
        self._kind = kind
        self._discard = _once(discard)
        self._finalizer = weakref.finalize(self, self._discard)
        self._finalizer.atexit = False  # at exit the engine ends, and its values with it

    @property
    def is_released(self) -> bool:
        """Whether `release` was called."""
        return not self._finalizer.alive

    def release(self) -> None:
        """Let the engine drop the value.  Idempotent.

        Running tasks keep the value.  Tasks that start later fail, with an error that gives this
        reason.
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
    """Return *discard*, to be called once, and only in the process that created the reference."""
    made_in, lock = this_process(), threading.Lock()

    def call() -> None:
        if made_in == this_process() and lock.acquire(blocking=False):
            discard()

    return call
