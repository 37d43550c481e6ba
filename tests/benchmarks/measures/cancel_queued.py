"""Cancels a thousand queued tasks: the total time, and how many of the tasks ran nevertheless."""

from __future__ import annotations

import time
from pathlib import Path

from .. import work
from ..bench import Bench
from ..goals import AtMost
from ..systems.system import CancelAnswer
from .measure import Measure, Row, Unit

N = 1_000
ROUNDS = 3


def _cancel_queued(bench: Bench) -> None:
    pool = bench.open()
    for i in bench.rounds(ROUNDS, seconds=20):
        release = bench.folder / f"release-{i}"
        trace = bench.folder / f"trace-{i}"
        trace.touch()
        blockers = bench.block(pool, release, 45.0)
        queued = [pool.submit(work.leave_trace, str(trace), k) for k in range(N)]
        time.sleep(0.3)  # until the tasks have arrived in the system's queue
        began = time.perf_counter()
        answers = pool.cancel_all(queued)
        bench.note("seconds", time.perf_counter() - began)
        release.touch()
        pool.results(blockers)
        pool.results([pool.submit(work.noop) for _ in range(4 * pool.n_workers)])
        ran = _settled(trace)
        told = {k for k, answer in enumerate(answers) if answer is CancelAnswer.CANCELLED}
        bench.note("ran", len(ran))
        bench.note("refused", N - len(told))
        bench.note("yet_ran", len(ran & told))


def _settled(trace: Path) -> set[int]:
    """Return the tasks that left a trace, read once no more traces arrive."""
    size = -1
    while size != trace.stat().st_size:
        size = trace.stat().st_size
        time.sleep(0.3)  # there is no event for "no more traces"
    content = trace.read_bytes()
    return {int.from_bytes(content[i : i + 4], "little") for i in range(0, len(content), 4)}


MEASURES = (
    Measure(
        "cancel-queued",
        f"Cancel {N:,} queued tasks",
        _cancel_queued,
        (
            Row(
                "until all are reported",
                "seconds",
                Unit.SECONDS,
                goal=AtMost(0.020),
                goal_text="20 ms",
                void_if="yet_ran",
            ),
            Row("how many of them ran", "ran", Unit.COUNT, goal=AtMost(0), goal_text="0"),
            Row(
                "lied: called cancelled, yet ran",
                "yet_ran",
                Unit.COUNT,
                goal=AtMost(0),
                goal_text="0",
            ),
        ),
        limit_seconds=120,
    ),
)
