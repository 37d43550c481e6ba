"""What a simulation tells: the story, and what was wrong with it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

from .event_queue import EventQueue
from .parameters import Parameters


class Fault(AssertionError):
    """The world broke a promise; the message says which, and by what."""


class Log:
    """Lines with their virtual times; made into text only when somebody reads them."""

    def __init__(self, event_queue: EventQueue) -> None:
        self._event_queue = event_queue
        self._lines: list[tuple[float, str, tuple[Any, ...]]] = []

    def add(self, words: str, *args: Any) -> None:
        """Add a line; *args* go into *words* as `str.format` has it."""
        self._lines.append((self._event_queue.now, words, args))

    @property
    def lines(self) -> tuple[str, ...]:
        """``    12.345 ms  client 1 asks to stop task 7``, and so on."""
        return tuple(
            f"{1000 * at:12.3f} ms  {words.format(*args)}" for at, words, args in self._lines
        )


@dataclasses.dataclass(frozen=True)
class SimulationOutcome:
    """One story.  ``str()`` of it is all of it, and how to have it again."""

    seed: int
    parameters: Parameters
    fixed: dict[str, float]
    """The weights that were given, not drawn."""
    fault: str
    """What was wrong; empty where nothing was."""
    counts: Counter[str]
    """How often what happened: verdicts by name, mishaps, frames."""
    seconds: float
    """Of virtual time."""
    steps: int
    log: Log

    @property
    def replay(self) -> str:
        """The command that tells this story again."""
        words = [f"{name}={value:g}" for name, value in self.fixed.items()]
        command = f"python -m tests.simulation --seed {self.seed}"
        return " ".join([command, *(["--weights", *words] if words else [])])

    def __str__(self) -> str:
        mix = ", ".join(f"{k}={v:g}" for k, v in dataclasses.asdict(self.parameters).items())
        counts = ", ".join(f"{n} {what}" for what, n in sorted(self.counts.items()))
        return "\n".join(
            (
                f"seed {self.seed}: {mix}",
                *self.log.lines,
                f"counted: {counts}",
                f"FAULT: {self.fault}" if self.fault else "nothing was wrong",
                f"again: {self.replay}",
            )
        )
