"""What to call when a descriptor is ready: poll(2), with as little Python around it as will do.

The standard library's `selectors` makes an object for each answer; at one task after the other that
is a tenth of the scheduler's work.
"""

from __future__ import annotations

import select
from collections.abc import Callable
from typing import Protocol


class HasFileno(Protocol):
    """A socket, or anything else with a descriptor."""

    def fileno(self) -> int:
        """The descriptor."""
        ...


Source = int | HasFileno
Call = Callable[[], object]


class Watch:
    """Descriptors and their calls; owned by one thread."""

    def __init__(self) -> None:
        self._poll = select.poll()
        self._calls: dict[int, Call] = {}

    def register(self, source: Source, call: Call) -> None:
        """Call *call* whenever *source* can be read, or has ended."""
        fd = _fd(source)
        self._calls[fd] = call
        self._poll.register(fd, select.POLLIN)

    def mind_writing(self, source: Source, call: Call) -> None:
        """Until it is registered anew, call *call* also when *source* can be written."""
        fd = _fd(source)
        self._calls[fd] = call
        self._poll.modify(fd, select.POLLIN | select.POLLOUT)

    def unregister(self, source: Source) -> bool:
        """Before it is closed; whether it was there."""
        fd = _fd(source)
        if self._calls.pop(fd, None) is None:
            return False
        self._poll.unregister(fd)
        return True

    def wait(self, seconds: float) -> None:
        """Wait at most that long for the first, then make the calls of all that are ready."""
        calls = self._calls
        # Rounded up: waking a moment early would only mean another turn.
        for fd, _ in self._poll.poll(seconds * 1000 + 0.999 if seconds > 0 else 0):
            call = calls.get(fd)  # an earlier call may have taken it out
            if call is not None:
                call()


def _fd(source: Source) -> int:
    return source if isinstance(source, int) else source.fileno()
