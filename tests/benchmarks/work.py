"""The functions that the tasks run.

Every system's workers import this module by name, so it imports little.

Each task that is meant to be stopped also ends by itself after *seconds*, so that a system that
can't stop it is not blocked forever.
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
    """Do nothing."""


def identity(value: T) -> T:
    """Return the argument."""
    return value


def loop(path: str, seconds: float) -> None:
    """Run pure Python that never waits, with a beat in every iteration."""
    with Pulse(path) as pulse, pulse.living():
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            pulse.beat()


def sleep(path: str, seconds: float) -> None:
    """Call `time.sleep` once, for a long time."""
    with Pulse(path) as pulse, pulse.living():
        time.sleep(seconds)  # the call to be stopped


def hold_gil(path: str, seconds: float) -> None:
    """Block in one C call that neither releases the GIL nor checks signals until it is done.

    `deque.extend` in C consumes the iterator in C.  (`pow` and `re` check signals in CPython 3.11,
    and a C `sleep` returns early on any signal: those can be interrupted.)
    """
    with Pulse(path) as pulse, pulse.living():
        sample = 2_000_000
        began = time.perf_counter()
        deque(repeat(None, sample), maxlen=0)
        turns = int(sample * seconds / (time.perf_counter() - began))
        deque(repeat(None, turns), maxlen=0)


def swallow(path: str, seconds: float) -> None:
    """Run a loop that catches every exception raised in it, and continues."""
    with Pulse(path) as pulse, pulse.living():
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                while time.monotonic() < end:
                    pulse.beat()
            except BaseException:  # swallowing is its purpose
                pulse.beat()


def block(path: str, release: str, seconds: float) -> None:
    """Occupy a worker until the file *release* exists."""
    with Pulse(path) as pulse, pulse.living():
        _block(release, seconds)


def _block(release: str, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not os.path.exists(release) and time.monotonic() < end:
        time.sleep(0.005)  # a poll: another process creates it


def leave_trace(path: str, index: int) -> None:
    """Append *index* (4 bytes) to the file in one O_APPEND write, so that none is lost or torn."""
    fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(fd, index.to_bytes(4, "little"))
    finally:
        os.close(fd)


def print_a_line() -> None:
    print("a line")  # noqa: T201  # this output is measured


def tell_a_step() -> None:
    # Imported only here, because other systems' workers import this module too.
    from scaler_lab import progress

    progress.update(1, 2, "a step")
