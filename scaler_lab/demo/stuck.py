"""Four tasks that never end by themselves, and the expected outcomes of their cancels.

Each leaves marks in a folder, so that its behaviour is known from the disk and not only from the
engine's reports: that it ran, that its ``finally`` ran, that it was interrupted and ignored it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from scaler_lab.core.state_machine import Resolution


class Mark(StrEnum):
    """A sign that a task can leave behind."""

    RAN = "it ran"
    FINALLY = "its finally block ran"
    IGNORED = "it ignored the interrupt"


def leave(folder: str, task: str, mark: Mark) -> None:
    """Leave *mark* of *task*."""
    (Path(folder) / f"{task}.{mark.name.lower()}").touch()


def marks_left(folder: str, task: str) -> frozenset[Mark]:
    """Return the marks that *task* left."""
    return frozenset(m for m in Mark if (Path(folder) / f"{task}.{m.name.lower()}").exists())


def sleep_for_ever(folder: str) -> None:
    """Sleep in C code, so that an interrupt has to wake it."""
    try:
        leave(folder, "sleep_for_ever", Mark.RAN)
        while True:
            time.sleep(3600)
    finally:
        leave(folder, "sleep_for_ever", Mark.FINALLY)


def spin_for_ever(folder: str) -> None:
    """Run Python code in a loop."""
    turns = 0
    try:
        leave(folder, "spin_for_ever", Mark.RAN)
        while True:
            turns += 1
    finally:
        leave(folder, "spin_for_ever", Mark.FINALLY)


def ignore_interrupts(folder: str) -> None:
    """Swallow every exception, so that only the end of its worker ends it."""
    leave(folder, "ignore_interrupts", Mark.RAN)
    while True:
        try:
            while True:
                time.sleep(0.01)
        except BaseException:
            leave(folder, "ignore_interrupts", Mark.IGNORED)


def wait_in_the_queue(folder: str) -> None:
    """Be cancelled before its turn: it must not run at all."""
    leave(folder, "wait_in_the_queue", Mark.RAN)
    while True:
        time.sleep(3600)


@dataclass(frozen=True, slots=True)
class Stuck:
    """One of the four tasks, and the expected outcome of its cancel."""

    function: Callable[[str], None]
    does: str
    resolution: Resolution
    marks: frozenset[Mark]

    @property
    def name(self) -> str:
        """The name of the task."""
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
