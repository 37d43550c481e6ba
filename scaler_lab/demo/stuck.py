"""Four tasks that never end by themselves, and what is expected when they are cancelled.

Each leaves marks in a folder, so that what it did is known from the disk and not only from what the
engine says: that it ran, that its ``finally`` ran, that it was interrupted and ignored it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from scaler_lab.core.state_machine import Resolution


class Mark(StrEnum):
    """What a task can leave behind."""

    RAN = "it ran"
    FINALLY = "its finally ran"
    IGNORED = "it ignored the interrupt"


def leave(folder: str, task: str, mark: Mark) -> None:
    """Leave *mark* of *task*."""
    (Path(folder) / f"{task}.{mark.name.lower()}").touch()


def marks_left(folder: str, task: str) -> frozenset[Mark]:
    """The marks that *task* left."""
    return frozenset(m for m in Mark if (Path(folder) / f"{task}.{m.name.lower()}").exists())


def sleep_for_ever(folder: str) -> None:
    """Asleep in C: an interrupt has to wake it."""
    try:
        leave(folder, "sleep_for_ever", Mark.RAN)
        while True:
            time.sleep(3600)
    finally:
        leave(folder, "sleep_for_ever", Mark.FINALLY)


def spin_for_ever(folder: str) -> None:
    """Busy in Python."""
    turns = 0
    try:
        leave(folder, "spin_for_ever", Mark.RAN)
        while True:
            turns += 1
    finally:
        leave(folder, "spin_for_ever", Mark.FINALLY)


def ignore_interrupts(folder: str) -> None:
    """Swallows everything: only its worker's end ends it."""
    leave(folder, "ignore_interrupts", Mark.RAN)
    while True:
        try:
            while True:
                time.sleep(0.01)
        except BaseException:
            leave(folder, "ignore_interrupts", Mark.IGNORED)


def wait_in_the_queue(folder: str) -> None:
    """Cancelled before its turn: must not run at all."""
    leave(folder, "wait_in_the_queue", Mark.RAN)
    while True:
        time.sleep(3600)


@dataclass(frozen=True, slots=True)
class Stuck:
    """One of them, and what its cancel must come to."""

    function: Callable[[str], None]
    does: str
    resolution: Resolution
    marks: frozenset[Mark]

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def is_to_start(self) -> bool:
        """Whether it is cancelled while it runs, not before."""
        return Mark.RAN in self.marks


QUEUED = Stuck(
    wait_in_the_queue,
    "waits behind hundreds of others",
    Resolution.NEVER_STARTED,
    frozenset(),
)
SLEEPING = Stuck(
    sleep_for_ever,
    "sleeps for ever",
    Resolution.INTERRUPTED,
    frozenset([Mark.RAN, Mark.FINALLY]),
)
BUSY = Stuck(
    spin_for_ever,
    "counts for ever",
    Resolution.INTERRUPTED,
    frozenset([Mark.RAN, Mark.FINALLY]),
)
STUBBORN = Stuck(
    ignore_interrupts,
    "swallows the interrupt",
    Resolution.KILLED,
    frozenset([Mark.RAN, Mark.IGNORED]),
)
