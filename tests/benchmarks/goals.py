"""The goals for figures, and whether a figure meets its goal.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never


@dataclass(frozen=True)
class AtMost:
    """No more than a fixed value."""

    limit: float


@dataclass(frozen=True)
class TimesFastestPeer:
    """At least *factor* times as good as the best other system; 1 means "better than any"."""

    factor: float


@dataclass(frozen=True)
class NoWorseThan:
    """At least as good as one named system."""

    peer: str


Goal = AtMost | TimesFastestPeer | NoWorseThan


def advantage(ours: float, theirs: float, *, higher_is_better: bool) -> float | None:
    """Return how many times as good *ours* is; None if that has no meaning."""
    better, worse = (ours, theirs) if higher_is_better else (theirs, ours)
    return better / worse if worse > 0 else None


def is_met(
    goal: Goal, ours: float | None, peers: dict[str, float], *, higher_is_better: bool
) -> bool | None:
    """Return whether *ours* meets *goal*, given the *peers*' figures; None if it is unknown."""
    if ours is None:
        return None
    match goal:
        case AtMost(limit):
            return ours <= limit
        case TimesFastestPeer(factor):
            if not peers:
                return None
            best = max(peers.values()) if higher_is_better else min(peers.values())
            gain = advantage(ours, best, higher_is_better=higher_is_better)
            return gain is not None and (gain > 1 if factor == 1 else gain >= factor)
        case NoWorseThan(peer):
            if peer not in peers:
                return None
            return ours >= peers[peer] if higher_is_better else ours <= peers[peer]
        case _:
            assert_never(goal)
