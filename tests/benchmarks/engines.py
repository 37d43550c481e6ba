"""What a `Client` costs on top of what it runs on: each engine bare, and through `Client`.

    python -m tests.benchmarks.engines                    all that are installed, five rounds
    python -m tests.benchmarks.engines --only threads,loky --rounds 3 --tasks 2000

Bare and through `Client` take turns on one and the same pool, so what disturbs one disturbs both.
The goals: at most 10 % of the throughput, and 100 µs a task.  Another engine is added to `ENGINES`
by a generator that yields its bare ``submit(fn, *args)``, whose futures have ``result()``, and what
`Client` is to be given.
"""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable, Generator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from scaler_lab import Client

N_WORKERS = 2
GOAL_SHARE, GOAL_SECONDS = 0.10, 100e-6

Submit = Callable[..., Any]


class Sides(NamedTuple):
    """One engine's two ways in."""

    submit: Submit
    given: Any


class Round(NamedTuple):
    """Seconds a task."""

    many: float  # submitted one by one, then waited for
    one: float  # there and back, one after the other; the median


Open = Callable[[], Generator[Sides, None, None]]


def threads() -> Generator[Sides, None, None]:
    with ThreadPoolExecutor(N_WORKERS) as pool:
        yield Sides(pool.submit, pool)


def processes() -> Generator[Sides, None, None]:
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(N_WORKERS, mp_context=context) as pool:
        yield Sides(pool.submit, pool)


def loky() -> Generator[Sides, None, None]:
    library: Any = importlib.import_module("loky")
    with library.ProcessPoolExecutor(N_WORKERS) as pool:
        yield Sides(pool.submit, pool)


def pebble() -> Generator[Sides, None, None]:
    library: Any = importlib.import_module("pebble")
    pool = library.ProcessPool(N_WORKERS, context=multiprocessing.get_context("forkserver"))
    try:

        def submit(fn: Callable[..., Any], *args: Any) -> Any:
            return pool.schedule(fn, args=args)

        yield Sides(submit, pool)
    finally:
        pool.stop()
        pool.join()


ENGINES: dict[str, Open] = {
    "threads": threads,
    "processes": processes,
    "loky": loky,
    "pebble": pebble,
}


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.engines")
    parser.add_argument("--only", default=",".join(ENGINES), metavar="NAMES")
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--tasks", type=int, default=3000, metavar="N")
    args = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 160)
    table = Table("engine", "bare: tasks/s", "Client: tasks/s", "a task", "bare: there and back",
                  "Client", "goal")  # fmt: skip
    for name in args.only.split(","):
        try:
            bare, through = measure(ENGINES[name], args.rounds, args.tasks)
        except ModuleNotFoundError as error:
            table.add_row(name, f"not installed: {error.name}")
            continue
        more = through.many - bare.many
        share = "met" if more <= GOAL_SHARE * bare.many else "missed"
        seconds = "met" if more <= GOAL_SECONDS else "missed"
        table.add_row(
            name,
            f"{1 / bare.many:,.0f}",
            f"{1 / through.many:,.0f}",
            f"{1e6 * more:+.0f} µs ({more / bare.many:+.0%})",
            f"{1e6 * bare.one:.0f} µs",
            f"{1e6 * through.one:.0f} µs ({1e6 * (through.one - bare.one):+.0f})",
            f"10 %: {share}; 100 µs: {seconds}",
        )
    console.print(table)
    return 0


def measure(opened: Open, rounds: int, n_tasks: int) -> tuple[Round, Round]:
    """(bare, through a `Client`): medians of *rounds*, taken in turns."""
    with contextmanager(opened)() as sides, Client(sides.given) as client:
        taken: dict[int, list[Round]] = {0: [], 1: []}
        for submit in (sides.submit, client.submit):
            _take(submit, 100)  # its workers, their imports
        for _ in range(rounds):
            for side, submit in enumerate((sides.submit, client.submit)):
                taken[side].append(_take(submit, n_tasks))
    bare, through = (
        Round(statistics.median(r.many for r in rs), statistics.median(r.one for r in rs))
        for rs in taken.values()
    )
    return bare, through


def _take(submit: Submit, n_tasks: int) -> Round:
    began = time.perf_counter()
    futures = [submit(abs, -n) for n in range(n_tasks)]
    for future in futures:
        future.result()
    many = (time.perf_counter() - began) / n_tasks
    del futures
    singles: list[float] = []
    for n in range(min(300, n_tasks)):
        began = time.perf_counter()
        submit(abs, n).result()
        singles.append(time.perf_counter() - began)
    return Round(many, statistics.median(singles))


if __name__ == "__main__":
    sys.exit(main())
