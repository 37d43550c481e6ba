"""What to call when a descriptor is ready: poll(2), with as little Python around it as will do.

The standard library's `selectors` makes an object for each answer; at one task after the other that
is a tenth of the scheduler's work.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable
from typing import Protocol

SPIN_SECONDS = 0.0002  # for how long a core that has nothing else to do is kept busy


class HasFileno(Protocol):
    """A socket, or anything else with a descriptor."""

    def fileno(self) -> int:
        """The descriptor."""
        ...


Source = int | HasFileno
Call = Callable[[], object]


class Poller:
    """Descriptors and their calls; owned by one thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._poll = select.poll()
        self._calls: dict[int, Call] = {}
        self._clock = clock
        self._was_short = False

    def register(self, source: Source, call: Call) -> None:
        """Call *call* whenever *source* can be read, or has ended."""
        fd = _fd(source)
        self._calls[fd] = call
        self._poll.register(fd, select.POLLIN)

    def poll_writing(self, source: Source, call: Call, *, reading: bool = True) -> None:
        """Until it is registered anew, call *call* also when *source* can be written.

        Without *reading*, only then, and when its other side is gone.
        """
        fd = _fd(source)
        self._calls[fd] = call
        self._poll.modify(fd, select.POLLOUT | (select.POLLIN if reading else 0))

    def unregister(self, source: Source) -> bool:
        """Before it is closed; whether it was there."""
        fd = _fd(source)
        if self._calls.pop(fd, None) is None:
            return False
        self._poll.unregister(fd)
        return True

    def wait(self, seconds: float, *, core_is_free: bool = False) -> None:
        """Wait at most that long for the first, then make the calls of all that are ready.

        To be woken takes some 50 us, a good part of the way there and back of a task that does
        nothing.  So with *core_is_free*, where the last wait was short and so, most likely, is
        this one, it begins by asking over and over, for `SPIN_SECONDS` at most.
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
                # Rounded up: waking a moment early would only mean another turn.
                ready = poll(max(0.0, began + seconds - clock()) * 1000 + 0.999)
            self._was_short = clock() - began < SPIN_SECONDS
        else:
            ready = poll(0)
        for fd, _ in ready:
            call = calls.get(fd)  # an earlier call may have taken it out
            if call is not None:
                call()


def _fd(source: Source) -> int:
    return source if isinstance(source, int) else source.fileno()
