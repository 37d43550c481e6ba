"""What `scaler_lab.Client` adds to the cost of its engine: bare and through it, in turns.

Both sides use the same pool in one process, so a disturbance affects both.  The side that goes
first changes from round to round.  Each task has its own argument, as in real use.  The throughput
by the clock is what users get.  The processor time, of this process and its descendants, is
reliable even on a busy machine.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from itertools import count, islice

import psutil

from scaler_lab import Client

from .. import work
from ..bench import Bench
from ..goals import AtMost
from .measure import Measure, Row, Unit

N = 3000
MINIMUM = 100
TRIAL = 100
ROUNDS = 6
SINGLES = 100
SIDE_SECONDS = 3.0  # an engine that can't run N tasks in this time runs fewer
REST_SECONDS = 0.1  # late cleanup counts as processor time of the side that caused it

GOAL_SHARE, GOAL_SECONDS = 0.10, 100e-6

RunMany = Callable[[int], None]


def _take(bench: Bench) -> None:
    pool = bench.open()
    arguments = count()  # all different, because Scaler uploads equal arguments only once
    with Client(pool.native) as client:

        def bare(n: int) -> None:
            pool.results([pool.submit(work.noop, i) for i in islice(arguments, n)])

        def through(n: int) -> None:
            for future in [client.submit(work.noop, i) for i in islice(arguments, n)]:
                future.result()

        n = min(_affordable(bench, bare), _affordable(bench, through))
        for turn in bench.rounds(ROUNDS, seconds=8 * ROUNDS * SIDE_SECONDS):
            if turn % 2:
                ours = _side(through, n)
                theirs = _side(bare, n)
            else:
                theirs = _side(bare, n)
                ours = _side(through, n)
            bench.note("bare", n / theirs[0])
            bench.note("client", n / ours[0])
            bench.note("less", 100 * (1 - theirs[0] / ours[0]))
            bench.note("more", (ours[0] - theirs[0]) / n)
            bench.note("more_cpu", (ours[1] - theirs[1]) / n)
            _note_singles(bench, bare, through)


def _affordable(bench: Bench, run: RunMany) -> int:
    run(TRIAL)  # a trial, for the workers' imports
    began = time.perf_counter()
    run(TRIAL)
    rate = TRIAL / (time.perf_counter() - began)
    return max(MINIMUM, min(bench.scaled(N), int(rate * SIDE_SECONDS)))


def _side(run: RunMany, n: int) -> tuple[float, float]:
    """Return the seconds by the clock and the processor seconds."""
    cpu_before = _cpu_seconds()
    began = time.perf_counter()
    run(n)
    seconds = time.perf_counter() - began
    time.sleep(REST_SECONDS)  # work after the last result counts too
    return seconds, _cpu_seconds() - cpu_before


def _note_singles(bench: Bench, bare: RunMany, through: RunMany) -> None:
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(bench.scaled(SINGLES)):
        for side, run in zip(taken, (bare, through), strict=True):
            began = time.perf_counter()
            run(1)
            side.append(time.perf_counter() - began)
    bench.note("bare_one", statistics.median(taken[0]))
    bench.note("client_one", statistics.median(taken[1]))


def _cpu_seconds() -> float:
    """Return the processor time of this process and its descendants, including ended ones."""
    me = psutil.Process()
    times = me.cpu_times()
    total = times.user + times.system + times.children_user + times.children_system
    for child in me.children(recursive=True):
        try:
            times = child.cpu_times()
        except psutil.Error:
            continue
        total += times.user + times.system
    return float(total)


OVERHEAD = Measure(
    "overhead",
    f"{N:,} no-op tasks of one argument by submit, one by one, bare and through Client",
    _take,
    (
        Row("bare: tasks a second", "bare", Unit.PER_SECOND, higher_is_better=True),
        Row("Client: tasks a second", "client", Unit.PER_SECOND, higher_is_better=True),
        Row(
            "less throughput",
            "less",
            Unit.PERCENT,
            goal=AtMost(100 * GOAL_SHARE),
            goal_text="10 %",
        ),
        Row(
            "more time a task", "more", Unit.SECONDS, goal=AtMost(GOAL_SECONDS), goal_text="100 µs"
        ),
        Row("more processor time a task", "more_cpu", Unit.SECONDS),
        Row("round trip: bare", "bare_one", Unit.SECONDS),
        Row("round trip: Client", "client_one", Unit.SECONDS),
    ),
    limit_seconds=240,
)
"""By the name ``benchmarks.measures.overhead:OVERHEAD`` only: it is none of the peers' measures."""
