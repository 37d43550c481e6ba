"""No-op tasks per second: submitted one by one, and in bulk."""

from __future__ import annotations

import time

from .. import work
from ..bench import Bench
from ..goals import TimesFastestPeer
from ..systems.system import System
from .measure import Measure, Row, Unit

N = 10_000
TRIAL = 300
WARM_UP = 1_000

# A system that can't run N tasks in this time runs fewer; rates stay comparable.
BUDGET_SECONDS = 12.0


def _by_submit(bench: Bench) -> None:
    pool = bench.open()
    n = _affordable(bench, pool)
    began = time.perf_counter()
    handles = [pool.submit(work.noop) for _ in range(n)]
    submitted = time.perf_counter()
    results = pool.results(handles)
    ended = time.perf_counter()
    assert len(results) == n
    bench.note("rate", n / (ended - began))
    bench.note("submit", n / (submitted - began))


def _in_bulk(bench: Bench) -> None:
    pool = bench.open()
    n = _affordable(bench, pool)
    began = time.perf_counter()
    results = pool.results(pool.submit_bulk(work.noop, n))
    bench.note("rate", n / (time.perf_counter() - began))
    assert len(results) == n


def _by_map(bench: Bench) -> None:
    pool = bench.open()
    n = _affordable(bench, pool)
    pool.map_all(work.noop, 100)
    began = time.perf_counter()
    count = pool.map_all(work.noop, n)
    bench.note("rate", n / (time.perf_counter() - began))
    assert count == n


def _affordable(bench: Bench, pool: System) -> int:
    """Return the number of tasks to measure with.  Finding it warms up the pool."""
    n = bench.scaled(N)
    began = time.perf_counter()
    pool.results([pool.submit(work.noop) for _ in range(TRIAL)])
    rate = TRIAL / (time.perf_counter() - began)
    budget = BUDGET_SECONDS / 3 if bench.quick else BUDGET_SECONDS
    if rate * budget < n:
        n = max(TRIAL, int(rate * budget))
        bench.remark(f"{n:,} tasks, for its speed")
    else:
        pool.results([pool.submit(work.noop) for _ in range(bench.scaled(WARM_UP))])
    return n


MEASURES = (
    Measure(
        "submit",
        f"{N:,} no-op tasks by submit, one by one",
        _by_submit,
        (
            Row(
                "tasks per second",
                "rate",
                Unit.PER_SECOND,
                goal=TimesFastestPeer(4),
                goal_text="4 x the fastest peer",
                higher_is_better=True,
            ),
            Row("submit calls a second", "submit", Unit.PER_SECOND, higher_is_better=True),
        ),
        limit_seconds=90,
    ),
    Measure(
        "bulk",
        f"{N:,} no-op tasks by one bulk submit, a future each",
        _in_bulk,
        (Row("tasks a second", "rate", Unit.PER_SECOND, higher_is_better=True),),
        limit_seconds=90,
    ),
    Measure(
        "map",
        f"{N:,} no-op calls by map, in 8 chunks",
        _by_map,
        (Row("calls a second", "rate", Unit.PER_SECOND, higher_is_better=True),),
        limit_seconds=90,
    ),
)
