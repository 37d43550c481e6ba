"""Measures how soon after a cancel the only worker completes the next task.

The pool has one worker.  The time is measured from the system's report "cancelled" to the result of
the next task.  `whole` starts at the request instead, for systems that report before the task has
stopped.
"""

from __future__ import annotations

import time
from functools import partial

from .. import work
from ..bench import Bench
from ..goals import AtMost
from ..systems.system import Unable
from .cancel_running import NeverStopped, check, start
from .measure import Measure, Row, Statistic, Unit

# A pool may need a moment to start its next spare worker, and people pause between two kills.
PAUSE_SECONDS = 0.5


def _fresh_task(bench: Bench, *, force: bool) -> None:
    system = bench.system
    if not (system.kills if force else system.interrupts):
        raise Unable("kills only" if system.kills else "no")
    pool = bench.open(n_workers=1)
    for _ in bench.rounds(20 if force else 50, seconds=12):
        page, path = bench.pulse()
        with page:
            handle, watch = start(pool, work.loop, page, path)
            watch.close()
            ask = time.perf_counter()
            check(pool.kill(handle) if force else pool.cancel(handle))
            told = time.perf_counter()
            pool.result(pool.submit(work.noop))
            done = time.perf_counter()
            bench.remark(pool.explain(handle))
            if page.completed:
                raise NeverStopped("only once the cancelled one has come to its own end")
        bench.note("seconds", done - told)
        bench.note("whole", done - ask)
        time.sleep(PAUSE_SECONDS if force else 0.05)  # each round starts with an idle pool


def _rows(limit: float) -> tuple[Row, ...]:
    return (
        Row(
            "from the report to its result, p50",
            "seconds",
            Unit.SECONDS,
            goal=AtMost(limit),
            goal_text=f"{limit * 1000:.0f} ms",
        ),
        Row("from the report to its result, p99", "seconds", Unit.SECONDS, Statistic.P99),
        Row("from the request to its result, p50", "whole", Unit.SECONDS),
    )


MEASURES = (
    Measure(
        "fresh-after-interrupt",
        "A fresh task on the only worker, after an interrupt",
        partial(_fresh_task, force=False),
        _rows(0.010),
    ),
    Measure(
        "fresh-after-kill",
        "A fresh task on the only worker, after a kill",
        partial(_fresh_task, force=True),
        _rows(0.050),
    ),
)
