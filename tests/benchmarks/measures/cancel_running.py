"""Stops one running task: the time until the system has reported it *and* the code has stopped.

        ask            told                      a report is true if the last sign of life
         │  cancel()    │                        is not later than `told`
    ─────┼──────────────┼────────────────> time
    beats ─┴┴┴┴┴┴┴┴┘                             seconds = max(told, last sign) - ask
    beats ─┴┴┴┴┴┴┴┴┴┴┴┴┴┴┴┴┴┘                    here the report came too early

`ask` is the time of the request, and `told` is the time of the report.  The beats of a loop are its
signs of life.  Code that can't beat (because it sleeps or is stuck in C) counts as alive until its
`finally` block has run or its process has ended.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from .. import work
from ..bench import Bench
from ..goals import AtMost
from ..pulse import ProcessWatch, Pulse
from ..systems.system import SILENT_AFTER_SECONDS, CancelAnswer, System, Unable
from .measure import Measure, Row, Statistic, Unit

# Longer than any system needs for a kill (3.1 s), to distinguish "too late" from "never".
WATCH_TIMEOUT = 5.0
TASK_SECONDS = 20.0

# A loop that beats every microsecond has stopped if it doesn't beat for this long, even on a busy
# machine.
QUIET_SECONDS = 0.25

# Time for a pool to come to rest and to start its next spare worker.
PAUSE_SECONDS = 0.05

GRACE_SECONDS = 0.5


class NeverStopped(Unable):
    """The code continued to run."""


@dataclass(frozen=True)
class Stop:
    """The end of one task.  Times are `time.monotonic_ns`."""

    ask: int
    told: int
    last_sign: int

    @property
    def seconds(self) -> float:
        """The time from the request until the report has come and the code has stopped."""
        return (max(self.told, self.last_sign) - self.ask) / 1e9

    @property
    def told_after(self) -> float:
        """The time from the request to the report."""
        return (self.told - self.ask) / 1e9

    @property
    def too_early(self) -> float:
        """How long the code still ran after the system had reported that it had stopped."""
        return max(0, self.last_sign - self.told) / 1e9


def stop_one(
    bench: Bench, pool: System, task: Callable[[str, float], None], *, force: bool, beats: bool
) -> Stop:
    """Start *task*, cancel it once it runs, and measure its end.

    Raises:
        Unable: The system refuses or doesn't answer.
        NeverStopped: The task continued to run.
    """
    page, path = bench.pulse()
    with page:
        handle, watch = start(pool, task, page, path)
        try:
            ask = time.monotonic_ns()
            answer = pool.kill(handle) if force else pool.cancel(handle)
            told = time.monotonic_ns()
            gone = watch.is_gone()
            check(answer)
            bench.remark(pool.explain(handle))
            last = _last_beat(page, watch, told) if beats else _end_of(page, watch, told, gone)
        finally:
            watch.close()
        if last is None or page.completed:
            bench.note("told", (told - ask) / 1e9)
            bench.note("too_early", 1.0)
            raise NeverStopped("no: reported, but runs on")
        return Stop(ask, told, last)


def start(
    pool: System, task: Callable[[str, float], None], page: Pulse, path: str
) -> tuple[Any, ProcessWatch]:
    """Submit *task* and wait until it runs."""
    handle = pool.submit(task, path, TASK_SECONDS)
    if not page.wait_started(20):
        raise RuntimeError("the task did not start within 20 s")
    time.sleep(0.02)  # well inside the task
    return handle, ProcessWatch(page.pid)


def check(answer: CancelAnswer) -> None:
    """Raise `Unable` unless the system reported "cancelled"."""
    if answer is CancelAnswer.REFUSED:
        raise Unable("no: cancel() is False")
    if answer is CancelAnswer.SILENT:
        raise Unable(f"no answer in {SILENT_AFTER_SECONDS:.0f} s")


def _last_beat(page: Pulse, watch: ProcessWatch, told: int) -> int | None:
    """Return the last sign of a task that beats; None if it still runs after `WATCH_TIMEOUT`."""
    while True:
        now = time.monotonic_ns()
        last = page.last_sign
        if page.ended or watch.is_gone():
            return page.last_sign
        if now - last > QUIET_SECONDS * 1e9:
            return last
        if now - told > WATCH_TIMEOUT * 1e9:
            return None
        time.sleep(0.001)  # reading the pulse slows the task down a little


def _end_of(page: Pulse, watch: ProcessWatch, told: int, was_gone: bool) -> int | None:
    """Return the end of a task that can't beat; None if it still runs after `WATCH_TIMEOUT`."""
    if was_gone:
        return min(told, page.ended or told)
    while True:
        if page.ended:
            return page.ended
        now = time.monotonic_ns()
        if watch.is_gone():
            return now
        if now - told > WATCH_TIMEOUT * 1e9:
            return None
        time.sleep(0.000_2)  # checking the process slows the task down a little


def _stop_many(
    bench: Bench,
    task: Callable[[str, float], None],
    n: int,
    *,
    force: bool = False,
    beats: bool = False,
) -> None:
    if force and not bench.system.kills:
        raise Unable("no")
    pool = bench.open()
    for _ in bench.rounds(n, seconds=10):
        stop = stop_one(bench, pool, task, force=force, beats=beats)
        bench.note("seconds", stop.seconds)
        bench.note("told", stop.told_after)
        bench.note("too_early", 1.0 if stop.too_early else 0.0)
        if stop.too_early:
            bench.note("early_by", stop.too_early)
        time.sleep(PAUSE_SECONDS)  # each round starts with an idle pool


def _rows(p50: float | None, p99: float | None, text: str) -> tuple[Row, ...]:
    return (
        Row(
            "until it has stopped and is reported, p50",
            "seconds",
            Unit.SECONDS,
            goal=None if p50 is None else AtMost(p50),
            goal_text=text,
        ),
        Row(
            "until it has stopped and is reported, p99",
            "seconds",
            Unit.SECONDS,
            Statistic.P99,
            goal=None if p99 is None else AtMost(p99),
            goal_text="" if p99 is None else f"{p99 * 1000:.0f} ms",
        ),
        Row(
            "reported while it still ran",
            "too_early",
            Unit.COUNT,
            Statistic.HOW_OFTEN,
            goal=AtMost(0),
            goal_text="never",
        ),
        Row("    and by how long, at worst", "early_by", Unit.SECONDS, Statistic.P99),
    )


_STUCK = GRACE_SECONDS + 0.05
_STUCK_TEXT = f"{GRACE_SECONDS} s grace + 50 ms"

MEASURES = (
    Measure(
        "cancel-loop",
        "Cancel a running loop of pure Python",
        partial(_stop_many, task=work.loop, n=100, beats=True),
        _rows(0.005, 0.050, "5 ms"),
    ),
    Measure(
        "cancel-sleep",
        "Cancel a running time.sleep",
        partial(_stop_many, task=work.sleep, n=100),
        _rows(0.005, 0.050, "5 ms"),
    ),
    Measure(
        "cancel-c",
        "Cancel a call stuck in C with the GIL",
        partial(_stop_many, task=work.hold_gil, n=10),
        _rows(_STUCK, None, _STUCK_TEXT),
    ),
    Measure(
        "cancel-swallow",
        "Cancel a loop that swallows every exception",
        partial(_stop_many, task=work.swallow, n=10, beats=True),
        _rows(_STUCK, None, _STUCK_TEXT),
    ),
    Measure(
        "kill-loop",
        "Kill (force=True) a running loop",
        partial(_stop_many, task=work.loop, n=30, force=True, beats=True),
        _rows(None, None, ""),
    ),
    Measure(
        "kill-c",
        "Kill (force=True) a call stuck in C with the GIL",
        partial(_stop_many, task=work.hold_gil, n=10, force=True),
        _rows(None, None, ""),
    ),
)
