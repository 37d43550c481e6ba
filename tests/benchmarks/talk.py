"""What output capture, printing and progress reports cost a no-op task.

    python -m tests.benchmarks.talk               five rounds
    python -m tests.benchmarks.talk --rounds 9

Compares tasks that write nothing, on an engine that captures output and on one that doesn't, tasks
that print a line, and tasks that report progress.  They take turns in each round.  The compared
value is the processor time per task of all processes.  It is the minimum over the rounds, because a
busy machine only adds to it.  The rates are the maxima over the rounds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import psutil
from rich.console import Console

from scaler_lab import Client

from . import work

TASKS = 10_000
WARM_UP = 2_000


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.talk")
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--tasks", type=int, default=TASKS, metavar="N")
    args = parser.parse_args()

    cases: dict[str, tuple[bool, Callable[[], object]]] = {
        "not caught": (False, work.noop),
        "caught, nothing written": (True, work.noop),
        "caught, a line printed": (True, work.print_a_line),
        "progress told once": (True, work.tell_a_step),
    }
    costs: dict[str, list[float]] = {case: [] for case in cases}
    rates: dict[str, list[float]] = {case: [] for case in cases}
    with (
        Client(n_workers=2, echo=False) as catching,
        Client(n_workers=2, capture=False, echo=False) as plain,
    ):
        for number in range(args.rounds + 1):
            for case in sorted(cases, reverse=bool(number % 2)):
                caught, task = cases[case]
                client = catching if caught else plain
                cost, rate = _round(client, task, args.tasks if number else WARM_UP)
                if number:
                    costs[case].append(cost)
                    rates[case].append(rate)

    console = Console(highlight=False)
    console.print(f"{args.tasks:,} tasks, 2 workers, {args.rounds} rounds")
    least = min(costs["not caught"])
    for case in cases:
        cost, rate = min(costs[case]), max(rates[case])
        console.print(f"{case:<25}{cost:6.1f} µs a task  {cost / least:5.2f} x  {rate:7,.0f}/s")
    return 0


def _round(client: Client, task: Callable[[], object], n: int) -> tuple[float, float]:
    """Return (µs of processor time per task, tasks per second)."""
    before, began = _processor_seconds(), time.perf_counter()
    futures = [client.submit(task) for _ in range(n)]
    for future in futures:
        future.result()
    seconds = time.perf_counter() - began
    return (_processor_seconds() - before) / n * 1e6, n / seconds


def _processor_seconds() -> float:
    me = psutil.Process()
    return sum(_spent(process.pid) for process in [me, *me.children(recursive=True)])


def _spent(pid: int) -> float:
    # Nanosecond resolution, on Linux only.
    with open(f"/proc/{pid}/schedstat", encoding="ascii") as file:
        return int(file.read().split()[0]) * 1e-9


if __name__ == "__main__":
    raise SystemExit(main())
