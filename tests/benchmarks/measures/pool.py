"""What a pool costs: to start, while idle, and for each pending future."""

from __future__ import annotations

import gc
import time
import tracemalloc

import psutil

from .. import work
from ..bench import Bench
from ..goals import AtMost
from .measure import Measure, Row, Unit

PENDING = 10_000
IDLE_SECONDS = 2.0


def _start(bench: Bench) -> None:
    began = time.perf_counter()
    pool = bench.open_cold()
    pool.result(pool.submit(work.noop))
    bench.note("seconds", time.perf_counter() - began)


def _idle(bench: Bench) -> None:
    bench.open()
    time.sleep(1.5)  # until the start is over and the pool is idle
    family = _family()
    bench.note("bytes", sum(_memory(process) for process in family))
    bench.note("processes", len(family))
    before = sum(_cpu(process) for process in family)
    time.sleep(IDLE_SECONDS)  # the measured time
    bench.note("cpu", 100 * (sum(_cpu(process) for process in family) - before) / IDLE_SECONDS)


def _pending(bench: Bench) -> None:
    pool = bench.open()
    release = bench.folder / "release"
    blockers = bench.block(pool, release, 50.0)
    # Exclude the extra cost of the first futures.
    kept = [pool.submit(work.noop) for _ in range(500)]
    me = psutil.Process()
    n = bench.scaled(PENDING)

    before = _steady_rss(me)
    kept += [pool.submit(work.noop) for _ in range(n)]
    bench.note("rss", (_steady_rss(me) - before) / n)

    # Again, as counted by Python: without the allocator's rounding, and without C heaps.
    tracemalloc.start()
    kept += [pool.submit(work.noop) for _ in range(n)]
    _steady_rss(me)
    bench.note("traced", tracemalloc.get_traced_memory()[0] / n)
    tracemalloc.stop()

    # Without this check, a pool that ran the tasks would seem to use little memory.
    if ran := sum(map(pool.is_done, kept)):
        raise RuntimeError(f"{ran:,} tasks ran, though all {len(blockers)} workers were occupied")
    release.touch()


def _steady_rss(process: psutil.Process) -> int:
    """Return the RSS once the threads that write and send are idle (after 3 s at most)."""
    end = time.monotonic() + 3
    gc.collect()
    rss = -1
    while (now := int(process.memory_info().rss)) != rss and time.monotonic() < end:
        rss = now
        time.sleep(0.25)  # until it is idle
    return now


def _family() -> list[psutil.Process]:
    me = psutil.Process()
    return [me, *me.children(recursive=True)]


def _memory(process: psutil.Process) -> int:
    """Return the private memory of this process plus its share of shared memory."""
    try:
        return int(getattr(process.memory_full_info(), "pss", process.memory_info().rss))
    except psutil.Error:
        return 0


def _cpu(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)


MEASURES = (
    Measure(
        "pending-memory",
        f"Client's memory for a pending future, of {PENDING:,}",
        _pending,
        (
            Row("resident", "rss", Unit.BYTES, goal=AtMost(3072), goal_text="3 KB"),
            # Not compared, because it doesn't include the C++ heap that Ray uses.
            Row("counted by tracemalloc", "traced", Unit.BYTES, is_compared=False),
        ),
        limit_seconds=90,
    ),
    Measure(
        "start",
        "From a pool's start to its first result",
        _start,
        (Row("seconds, imports apart", "seconds", Unit.SECONDS),),
    ),
    Measure(
        "idle",
        "An idle pool, client and all its processes",
        _idle,
        (
            Row("memory (proportional set size)", "bytes", Unit.BYTES),
            Row("processes", "processes", Unit.COUNT),
            Row("CPU, % of a core", "cpu", Unit.PERCENT),
        ),
    ),
)
