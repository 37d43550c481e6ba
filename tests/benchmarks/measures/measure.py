"""What a measure is: a function to run in a probe, and the rows that its series make in the report.

The function writes series of values into a `Bench`; a `Row` says which series, which statistic,
in which unit, and what it should be.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from ..bench import Bench
from ..goals import Goal


class Statistic(StrEnum):
    """How the values of several runs become one."""

    MEDIAN = "median"  # of the runs' medians, with the least and the greatest of these
    P99 = "p99"  # of all runs' values together (the greatest, where there are fewer than 100)
    HOW_OFTEN = "how often"  # the sum of ones and zeros, of how many


class Unit(StrEnum):
    """What the values are."""

    SECONDS = "s"
    PER_SECOND = "/s"
    BYTES = "B"
    COUNT = ""
    PERCENT = "%"


@dataclass(frozen=True)
class Row:
    """One line of the report."""

    label: str
    series: str
    unit: Unit
    statistic: Statistic = Statistic.MEDIAN
    goal: Goal | None = None
    goal_text: str = ""
    higher_is_better: bool = False
    is_compared: bool = True
    """Whether the best peer's figure means the same as ours."""

    void_if: str = ""
    """A series of violations: a peer that has any is no rival in this row."""


@dataclass(frozen=True)
class Measure:
    """One thing that is measured, of each system in a process of its own."""

    name: str
    title: str
    take: Callable[[Bench], None]
    rows: tuple[Row, ...]
    limit_seconds: float = 60.0
