"""Turns records into figures, and figures into text.  Pure."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import assert_never

from .measures.measure import Row, Statistic, Unit
from .records import MeasureOutcome, Record


@dataclass(frozen=True)
class Figure:
    """A value, the lowest and highest value of the single runs, and the number of values."""

    value: float
    low: float
    high: float
    n: int


def figure_of(records: Iterable[Record], row: Row) -> Figure | None:
    """Return the figure of *row* for one system, from its *records*; None if there is none."""
    runs = [values for record in records if (values := record.series.get(row.series))]
    if not runs:
        return None
    n = sum(len(values) for values in runs)
    pooled = sorted(value for values in runs for value in values)
    match row.statistic:
        case Statistic.MEDIAN:
            medians = [statistics.median(values) for values in runs]
            return Figure(statistics.median(medians), min(medians), max(medians), n)
        case Statistic.P99:
            worst = [percentile(sorted(values), 99) for values in runs]
            return Figure(percentile(pooled, 99), min(worst), max(worst), n)
        case Statistic.HOW_OFTEN:
            total = sum(pooled)
            return Figure(total, total, total, n)
        case _:
            assert_never(row.statistic)


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Return the nearest-rank percentile, which is always one of the values."""
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def cell_text(records: Sequence[Record], row: Row, *, ranges: bool) -> str:
    """Return the text of one system's cell: its figure, or why there is none."""
    figure = figure_of(records, row)
    measured = [record for record in records if record.outcome is MeasureOutcome.MEASURED]
    if not measured:
        if figure is not None and row.statistic is Statistic.HOW_OFTEN:
            return f"{figure.value:.0f} of {figure.n}"
        reasons = dict.fromkeys(_reason(record) for record in records)
        return "; ".join(reasons)
    if figure is None:
        return "–"
    if row.statistic is Statistic.HOW_OFTEN:
        return f"{figure.value:.0f} of {figure.n}"
    text = quantity(figure.value, row.unit)
    if ranges and figure.high != figure.low:
        text += f"\n{quantity(figure.low, row.unit)}..{quantity(figure.high, row.unit)}"
    if len(measured) < len(records):
        text += f"\n({len(records) - len(measured)} of {len(records)} runs failed)"
    return text


def _reason(record: Record) -> str:
    match record.outcome:
        case MeasureOutcome.MISSING:
            return "not installed"
        case MeasureOutcome.FAILED:
            return f"failed: {record.remark}"
        case MeasureOutcome.UNABLE | MeasureOutcome.MEASURED:
            return record.remark
        case _:
            assert_never(record.outcome)


def quantity(value: float, unit: Unit) -> str:
    """Format *value* with three significant digits and its unit."""
    match unit:
        case Unit.SECONDS:
            for factor, name in ((1, "s"), (1e3, "ms"), (1e6, "µs")):
                if value * factor >= 1 or name == "µs":
                    return f"{_three(value * factor)} {name}"
            raise AssertionError("the last unit takes every value")
        case Unit.BYTES:
            for factor, name in ((1e6, "MB"), (1e3, "KB")):
                if value >= factor:
                    return f"{_three(value / factor)} {name}"
            return f"{value:.0f} B"
        case Unit.PER_SECOND:
            return f"{float(f'{value:.3g}'):,.0f}"
        case Unit.COUNT:
            return f"{value:,.0f}"
        case Unit.PERCENT:
            return f"{value:.1f} %"
        case _:
            assert_never(unit)


def _three(value: float) -> str:
    digits = max(0, 2 - math.floor(math.log10(value))) if value > 0 else 0
    return f"{value:,.{min(digits, 2)}f}"
