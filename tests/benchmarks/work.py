"""What the tasks do.  Every system's workers import this module, by name: so it imports little.

Each task that is meant to be stopped comes to its own end after *seconds* all the same, so that a
system which can't stop it blocks nothing for ever.
"""

from __future__ import annotations

import os
import time
from collections import deque
from itertools import repeat
from typing import TypeVar

from .pulse import Pulse

T = TypeVar("T")


def noop(_: object = None) -> None:
    """Nothing."""


def identity(value: T) -> T:
    """There and back."""
    return value


def loop(path: str, seconds: float) -> None:
    """Pure Python that never waits, with a beat in every turn."""
    with Pulse(path) as pulse, pulse.living():
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            pulse.beat()


def sleep(path: str, seconds: float) -> None:
    """One long `time.sleep`."""
    with Pulse(path) as pulse, pulse.living():
        time.sleep(seconds)  # what is to be stopped


def hold_gil(path: str, seconds: float) -> None:
    """Stuck in C: one call that neither lets the GIL go nor looks for signals until it is done.

    `deque.extend` in C consumes the iterator in C.  (`pow` and `re` look for signals in CPython
    3.11, and a C `sleep` returns early on any: those can be interrupted.)
    """
    with Pulse(path) as pulse, pulse.living():
        sample = 2_000_000
        began = time.perf_counter()
        deque(repeat(None, sample), maxlen=0)
        turns = int(sample * seconds / (time.perf_counter() - began))
        deque(repeat(None, turns), maxlen=0)


def swallow(path: str, seconds: float) -> None:
    """A loop that catches whatever is raised in it, and goes on."""
    with Pulse(path) as pulse, pulse.living():
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                while time.monotonic() < end:
                    pulse.beat()
            except BaseException:  # this is what it is for
                pulse.beat()


def block(path: str, release: str, seconds: float) -> None:
    """Occupies its worker until the file *release* exists."""
    with Pulse(path) as pulse, pulse.living():
        _block(release, seconds)


def _block(release: str, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not os.path.exists(release) and time.monotonic() < end:
        time.sleep(0.005)  # another process makes it


def leave_trace(path: str, index: int) -> None:
    """Appends *index*, 4 bytes, to the file: one O_APPEND write, so none is lost or torn."""
    fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(fd, index.to_bytes(4, "little"))
    finally:
        os.close(fd)


def print_a_line() -> None:
    print("a line")  # noqa: T201  # that is what is measured


def tell_a_step() -> None:
    from scaler_lab import progress  # only where it is measured: peers' workers import this module

    progress.update(1, 2, "a step")
