"""The outcome of a simulation: its events, and the fault if there was one."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

from .event_queue import EventQueue
from .parameters import Parameters


class Fault(AssertionError):
    """A broken promise; the message names the promise and the cause."""


class Log:
    """Log lines with their virtual times; formatted only when they are read."""

    def __init__(self, event_queue: EventQueue) -> None:
        self._event_queue = event_queue
        self._lines: list[tuple[float, str, tuple[Any, ...]]] = []

    def add(self, words: str, *args: Any) -> None:
        """Add a line; *args* are inserted into *words* by `str.format`."""
        self._lines.append((self._event_queue.now, words, args))

    @property
    def lines(self) -> tuple[str, ...]:
        """Return the lines, such as ``    12.345 ms  client 1 asks to stop task 7``."""
        return tuple(
            f"{1000 * at:12.3f} ms  {words.format(*args)}" for at, words, args in self._lines
        )


@dataclasses.dataclass(frozen=True)
class SimulationOutcome:
    """One run.  Its ``str()`` is the whole run and the command that replays it."""

    seed: int
    parameters: Parameters
    fixed: dict[str, float]
    """The parameters that were set by hand, not drawn."""
    fault: str
    """The broken promise; empty if there was none."""
    counts: Counter[str]
    """How often things happened: verdicts by name, failures, frames."""
    seconds: float
    """Duration in virtual time."""
    steps: int
    log: Log

    @property
    def replay(self) -> str:
        """The command that replays this run."""
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
