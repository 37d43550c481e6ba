"""`SimulatedTask`: what a simulated task does, and the facts to compare its reports with."""

from __future__ import annotations

import math
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from scaler_lab.core.messages import Progress, TaskId

from .event_queue import EventQueue
from .parameters import Parameters

if TYPE_CHECKING:
    from .client import SimulatedClient


MEMORY_LIMIT = 1_000


class Ending(Enum):
    """How a task ends that is not stopped."""

    VALUE = "returns"
    ERROR = "raises"
    CRASH = "brings its worker down"


class InterruptReply(Enum):
    """What a task does when an interrupt is raised in it."""

    STOPS = "stops"
    GOES_ON = "swallows it and goes on"
    RETURNS = "catches it and returns a value"
    RAISES = "raises something else"
    UNSEEN = "is in a __del__, where Python swallows it; stops at the next"
    CRASHES = "crashes while it cleans up"


class Script(NamedTuple):
    """What one task does."""

    seconds: float  # duration of its work; inf: until it is stopped
    ending: Ending
    reply: InterruptReply
    cleanup: float  # duration of its `finally` blocks; inf: they hang
    leftovers: float  # how long its threads continue after an interrupt
    deaf_from: float  # time since its start from which it is in C code, which no signal interrupts
    deaf_until: float
    is_cursed: bool  # its worker dies before it has begun, each time
    is_big_call: bool
    is_big_value: bool
    grows_at: float  # time since its start at which it exceeds its memory limit; inf: never
    has_limit: bool


def draw_script(event_queue: EventQueue, parameters: Parameters) -> Script:
    """Draw the script of one task."""
    rng = event_queue.rng
    seconds = rng.expovariate(1.0) * parameters.seconds
    if rng.random() < parameters.endless:
        seconds = math.inf
    grows_at = math.inf
    if rng.random() < parameters.hungry:
        grows_at = rng.choice((0.0, 0.01, 0.1))
        seconds += rng.choice((0.0, 0.2))
    ending = Ending.VALUE
    if rng.random() < parameters.failing:
        ending = Ending.ERROR
    if rng.random() < parameters.deadly:
        ending = Ending.CRASH
    reply, cleanup, leftovers, deaf_from, deaf_until = InterruptReply.STOPS, 0.00002, 0.0, 0.0, 0.0
    if rng.random() < parameters.stubborn:
        reply = rng.choice(tuple(InterruptReply))
        cleanup = rng.choice((0.00002, 0.002, 0.2, math.inf))
        leftovers = rng.choice((0.0, 0.0, 0.01, math.inf))
        if rng.random() < 0.5:
            deaf_from = rng.choice((0.0, 0.0, 0.001))
            deaf_until = deaf_from + rng.choice((0.001, 0.1, math.inf))
    return Script(
        seconds,
        ending,
        reply,
        cleanup,
        leftovers,
        deaf_from,
        deaf_until,
        rng.random() < parameters.cursed,
        rng.random() < parameters.big,
        rng.random() < parameters.big,
        grows_at,
        rng.random() < parameters.limited,
    )


class SimulatedTask:
    """One task of the run: its script, and the facts about it."""

    __slots__ = (
        "began", "began_at", "cancel_arrived_at", "client", "ended", "is_accepted",
        "is_cancel_requested", "is_force_requested", "is_forced", "name", "number", "output",
        "responded", "runs_on", "script", "stopped_by", "task_id", "verdicts",
        "was_killed_over_memory", "was_raised_in", "wrote",
    )  # fmt: skip

    def __init__(self, number: int, client: SimulatedClient, script: Script) -> None:
        self.number = number
        self.name = f"task {number}"
        self.task_id = TaskId(f"{number:032x}")
        self.client = client
        self.script = script
        # What its client did and received:
        self.is_cancel_requested = False  # before it was done
        self.is_force_requested = False
        self.verdicts = 0
        # What the scheduler received and reported:
        self.is_accepted = False
        self.cancel_arrived_at: float | None = None
        self.is_forced = False
        self.responded = ""
        # What its code did:
        self.began = False
        self.began_at = 0.0
        self.runs_on = 0  # the worker that runs its code, or the threads that it left, now
        self.was_raised_in = False
        self.was_killed_over_memory = False  # the order to kill it came while it was over its limit
        self.ended: Ending | None = None  # by itself
        self.stopped_by = ""  # "interrupt" or "death"
        self.wrote = b""
        self.output: Progress | None = None

    def __str__(self) -> str:
        return self.name

    @property
    def writes_output(self) -> bool:
        """Whether it prints something at its start and its end, and reports its progress."""
        return self.number % 3 == 0

    @property
    def memory_limit(self) -> int:
        """Its memory limit, in bytes; 0 if it has none."""
        return MEMORY_LIMIT if self.script.has_limit else 0

    def memory(self, now: float) -> int:
        """Return the bytes that it has added by *now*; when its code ends, they are free again."""
        is_much = self.runs_on > 0 and now - self.began_at >= self.script.grows_at
        return 2 * MEMORY_LIMIT if is_much else 0

    @property
    def is_hungry(self) -> bool:
        """Whether it exceeds its memory limit if it runs for long enough."""
        return self.script.has_limit and self.script.grows_at < math.inf

    def is_over_memory(self, now: float) -> bool:
        """Whether it has exceeded its memory limit."""
        return bool(self.memory_limit) and self.memory(now) > self.memory_limit

    @property
    def value(self) -> tuple[str, int]:
        """Its return value."""
        return ("value of", self.number)

    @property
    def words(self) -> str:
        """The message of its exception."""
        return f"error of {self.name}"
