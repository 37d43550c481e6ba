"""How long one task takes to a worker and back, while nothing else runs."""

from __future__ import annotations

import time

from .. import work
from ..bench import Bench
from ..goals import NoWorseThan
from .measure import Measure, Row, Statistic, Unit

N = 500


def _round_trip(bench: Bench) -> None:
    pool = bench.open()
    for _ in bench.rounds(N, seconds=20):
        began = time.perf_counter()
        pool.result(pool.submit(work.noop))
        bench.note("seconds", time.perf_counter() - began)


MEASURES = (
    Measure(
        "round-trip",
        f"Round trip of one task, {N} in a row",
        _round_trip,
        (
            Row(
                "p50",
                "seconds",
                Unit.SECONDS,
                goal=NoWorseThan("process_pool"),
                goal_text="no slower than ProcessPoolExecutor",
            ),
            Row("p99", "seconds", Unit.SECONDS, Statistic.P99),
        ),
    ),
)
