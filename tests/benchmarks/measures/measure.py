"""The definition of a measure: a function to run in a probe, and rows of the report.

The function records series of values in a `Bench`.  A `Row` specifies the series, the statistic,
the unit and the goal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from ..bench import Bench
from ..goals import Goal


class Statistic(StrEnum):
    """How the values of several runs are combined."""

    MEDIAN = "median"  # the median of the runs' medians, with their minimum and maximum
    P99 = "p99"  # of the values of all runs (the maximum, if there are fewer than 100)
    HOW_OFTEN = "how often"  # the sum of ones and zeros, and their number


class Unit(StrEnum):
    """The unit of the values."""

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
    """Whether the best other system's figure is comparable with ours."""

    void_if: str = ""
    """A series of violations: a system that has any is not compared in this row."""


@dataclass(frozen=True)
class Measure:
    """One measure, which is run in a separate process for each system."""

    name: str
    title: str
    take: Callable[[Bench], None]
    rows: tuple[Row, ...]
    limit_seconds: float = 60.0
