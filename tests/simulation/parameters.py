"""The parameters of a run: how many tasks, cancels and failures it has."""

from __future__ import annotations

import dataclasses
from random import Random


@dataclasses.dataclass(frozen=True, kw_only=True)
class Parameters:
    """One run's parameters: probabilities, counts per run, and times in seconds."""

    clients: int
    workers: int
    tasks: int
    """Approximate number per client."""
    length: float
    """The time over which clients act."""
    seconds: float
    """Average duration of a task."""
    grace: float
    inbox: int
    """How many packets a worker's inbox can hold."""

    endless: float
    """Fraction of the tasks that run until they are stopped."""
    stubborn: float
    """Fraction of the tasks that don't simply stop on an interrupt, or can't be interrupted."""
    big: float
    """Fraction of the tasks whose call or result is sent as a file."""
    failing: float
    """Fraction of the tasks that raise."""
    deadly: float
    """Fraction of the tasks that kill their worker."""

    cursed: float
    """Fraction of the tasks whose worker dies each time, before the task begins."""
    limited: float
    """Fraction of the tasks that have a memory limit."""
    hungry: float
    """Fraction of the tasks that use more memory than the limit."""
    cancels: float
    """Approximate fraction of the tasks that are cancelled."""
    forced: float
    """Fraction of the cancels that are forced."""
    views: float
    """Fraction of the cancels that come from a view of the engine, not from the task's client."""
    groups: float
    """Fraction of the submissions that are atomic groups."""
    doubled: float
    """Fraction of the submissions and cancels that are sent twice."""
    meddling: float
    """Fraction of the cancels that are followed by one of another client's task."""

    delay: float
    """Average delay of a frame.  Frames don't overtake each other."""
    stalls: int
    """How often each client reads nothing for a time."""
    unread: int
    """How many unread bytes of a client make the scheduler hold back that client's tasks."""
    hiccups: float
    """Fraction of loop turns and fork server commands that come up to 50 ms late."""

    crashes: int
    """How many workers are killed from outside."""
    start_failures: float
    """Fraction of the workers that die at their start."""
    start: float
    """Average time in which a worker starts."""
    step: float
    """Average duration of each step of a worker around a task."""
    reap: float
    """Average time until the end of a process and of its children is noticed."""
    client_deaths: float
    """Fraction of the clients that die."""
    scheduler_death: float
    """Fraction of the runs in which the scheduler dies."""


def drawn(rng: Random, **fixed: float) -> Parameters:
    """Return parameters drawn from *rng*, except the *fixed* ones.

    Each kind of failure is missing from half of the runs, because many faults show only if some
    other failure doesn't happen.  Raises TypeError for an unknown parameter.
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
        "limited": maybe(0.3, 1.0),
        "hungry": maybe(0.1, 0.5),
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
