"""How much of everything a story has."""

from __future__ import annotations

import dataclasses
from random import Random


@dataclasses.dataclass(frozen=True, kw_only=True)
class Parameters:
    """One story's mix.  Probabilities are per thing, counts per story, times in seconds."""

    clients: int
    workers: int
    tasks: int
    """Per client, about."""
    length: float
    """The time over which clients act."""
    seconds: float
    """What a task takes, on average."""
    grace: float
    inbox: int
    """Packets that a worker's inbox holds."""

    endless: float
    """Of tasks: those that go on until they are stopped."""
    stubborn: float
    """Of tasks: those that don't simply stop when interrupted, or can't be for a time."""
    big: float
    """Of tasks: those whose call or result travels as a file."""
    failing: float
    """Of tasks: those that raise."""
    deadly: float
    """Of tasks: those that bring their worker down."""

    cursed: float
    """Of tasks: those before which each worker dies, while it gets ready for them."""
    cancels: float
    """Of tasks: about so many are asked to stop."""
    forced: float
    """Of cancels."""
    views: float
    """Of cancels: those that come from a window of the engine, not from the task's client."""
    groups: float
    """Of submissions: those that are atomic groups."""
    doubled: float
    """Of submissions and cancels: those that are sent twice."""
    meddling: float
    """Of cancels: those followed by one for another client's task."""

    delay: float
    """Of a frame, on average; none overtakes another."""
    stalls: int
    """Per client: how often it reads nothing for a time."""
    unread: int
    """Bytes that the scheduler keeps for a client before it holds that client's tasks back."""
    hiccups: float
    """Of the turns of a loop, and the nursery's commands: those that come up to 50 ms late."""

    crashes: int
    """Workers that are killed by something from outside."""
    start_failures: float
    """Of workers: those that die at start."""
    start: float
    """What a worker takes to start, on average."""
    step: float
    """What each step of a worker around a task takes, on average."""
    reap: float
    """Until the end of a process is noticed, with all that hung on it, on average."""
    client_deaths: float
    """Of clients."""
    scheduler_death: float
    """Of stories."""


def drawn(rng: Random, **fixed: float) -> Parameters:
    """A mix as *rng* has it, but for what is *fixed*.  Raises TypeError for an unknown weight.

    Each mishap is missing from half of the stories: what a fault needs is often that something
    else does not happen.
    """

    def maybe(*values: float) -> float:
        return rng.choice(values) if rng.random() < 0.5 else 0.0

    mix: dict[str, float] = {
        "clients": rng.choice((1, 1, 2, 3)),
        "workers": rng.choice((1, 2, 2, 3, 4)),
        "tasks": rng.choice((2, 5, 12, 25)),
        "length": rng.choice((0.002, 0.03, 0.3, 2.0)),
        "seconds": rng.choice((0.00005, 0.0005, 0.003, 0.02, 0.1)),
        "grace": rng.choice((0.0, 0.03, 0.5)),
        "inbox": rng.choice((1, 3, 64)),
        "endless": maybe(0.03, 0.3, 0.7),
        "stubborn": maybe(0.1, 0.5),
        "big": maybe(0.1, 0.5),
        "failing": maybe(0.2),
        "deadly": maybe(0.03, 0.2),
        "cursed": maybe(0.03),
        "cancels": maybe(0.1, 0.5, 1.5) or maybe(0.5),
        "forced": maybe(0.2, 1.0),
        "views": maybe(0.3),
        "groups": maybe(0.3),
        "doubled": maybe(0.2),
        "meddling": maybe(0.3),
        "delay": rng.choice((0.00003, 0.00003, 0.002, 0.05)),
        "stalls": maybe(1, 3),
        "unread": rng.choice((300, 3000, 16 * 1024 * 1024)),
        "hiccups": maybe(0.05, 0.3),
        "crashes": maybe(1, 3, 8),
        "start_failures": maybe(0.0, 0.1, 0.5, 1.0),
        "start": rng.choice((0.0005, 0.005, 0.005, 0.05, 3.0, 10.0)),
        "step": rng.choice((0.00001, 0.00001, 0.002)),
        "reap": rng.choice((0.0001, 0.002, 0.1)),
        "client_deaths": maybe(0.3, 0.8),
        "scheduler_death": maybe(0.3, 0.7),
    }
    if unknown := sorted(set(fixed) - set(mix)):
        raise TypeError(f"no such weight: {', '.join(unknown)}; there are {', '.join(mix)}")
    mix.update(fixed)
    whole = ("clients", "workers", "tasks", "inbox", "crashes", "stalls", "unread")
    return Parameters(**{k: int(v) if k in whole else v for k, v in mix.items()})  # type: ignore[arg-type]
