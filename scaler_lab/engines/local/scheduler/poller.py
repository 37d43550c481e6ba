"""Call functions when descriptors are ready: poll(2) with as little Python code as possible.

The standard library's `selectors` creates an object for each ready descriptor.  If tasks are
submitted one after the other, that is a tenth of the scheduler's work.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable
from typing import Protocol

SPIN_SECONDS = 0.0002  # how long `wait` polls without sleeping if a core is free


class HasFileno(Protocol):
    """A socket, or anything else with a descriptor."""

    def fileno(self) -> int:
        """Return the descriptor."""
        ...


Source = int | HasFileno
Call = Callable[[], object]


class Poller:
    """Descriptors and the functions to call when they are ready; owned by one thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._poll = select.poll()
        self._calls: dict[int, Call] = {}
        self._clock = clock
        self._was_short = False

    def register(self, source: Source, call: Call) -> None:
        """Call *call* whenever *source* is readable or has ended."""
        fd = _fd(source)
        self._calls[fd] = call
        self._poll.register(fd, select.POLLIN)

    def poll_writing(self, source: Source, call: Call, *, reading: bool = True) -> None:
        """Call *call* also when *source* is writable, until it is registered again.

        Without *reading*, call it only when *source* is writable or its other side is gone.
        """
        fd = _fd(source)
        self._calls[fd] = call
        self._poll.modify(fd, select.POLLOUT | (select.POLLIN if reading else 0))

    def unregister(self, source: Source) -> bool:
        """Stop polling *source*; call before closing it.  Returns whether it was registered."""
        fd = _fd(source)
        if self._calls.pop(fd, None) is None:
            return False
        self._poll.unregister(fd)
        return True

    def wait(self, seconds: float, *, core_is_free: bool = False) -> None:
        """Wait at most *seconds* for a ready descriptor, then make the calls of all ready ones.

        Waking up from a sleep takes about 50 us, a good part of the round trip of an empty task.
        So with *core_is_free*, if the last wait was short and this one probably is as well, it
        first polls in a loop without sleeping, for at most `SPIN_SECONDS`.
        """
        calls, poll, clock = self._calls, self._poll.poll, self._clock
        if seconds > 0:
            began = clock()
            ready: list[tuple[int, int]] = []
            if core_is_free and self._was_short:
                until = began + min(seconds, SPIN_SECONDS)
                while not (ready := poll(0)) and clock() < until:
                    pass
            if not ready:
                # Rounded up: waking up too early would only cost another loop turn.
                ready = poll(max(0.0, began + seconds - clock()) * 1000 + 0.999)
            self._was_short = clock() - began < SPIN_SECONDS
        else:
            ready = poll(0)
        for fd, _ in ready:
            call = calls.get(fd)  # an earlier call may have unregistered it
            if call is not None:
                call()


def _fd(source: Source) -> int:
    return source if isinstance(source, int) else source.fileno()
