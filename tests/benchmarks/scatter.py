# joblib, ray and loky have no types:
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUntypedFunctionDecorator=false
"""One 256 MB array for 8 tasks: `Client.scatter`, joblib's memory map, `ray.put`, in one run.

    python -m tests.benchmarks.scatter                five rounds
    python -m tests.benchmarks.scatter --mb 64 --rounds 3

Each system has two warm workers, sends the array once and runs eight tasks that sum it, in turns.
"Sent" is the time until the reference exists.  "All" is the time from the array to the eighth
result.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, NamedTuple, cast

import numpy as np
from rich.console import Console
from rich.table import Table

from scaler_lab import Client

N_TASKS = 8
N_WORKERS = 2


class Round(NamedTuple):
    """The times of one system in one round."""

    sent_seconds: float
    all_seconds: float


System = Callable[[Any], Round]


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.scatter")
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--mb", type=int, default=256, metavar="N")
    args = parser.parse_args()
    array = cast("Any", np.random.default_rng(0).random(args.mb * 2**20 // 8))
    expected = float(array.sum())
    table = Table("system", "sent, s", "all 8 done, s", "against scaler_lab")
    medians: dict[str, Round] = {}
    for name, opened in (("scaler_lab", _scaler_lab), ("joblib memmap", _joblib), ("Ray", _ray)):
        with opened(expected) as system:
            system(array)  # a first call, for the workers' imports
            # A copy each time: joblib would reuse the file that it wrote for the same object.
            rounds = [system(array.copy()) for _ in range(args.rounds)]
        medians[name] = Round(*(statistics.median(values) for values in zip(*rounds, strict=True)))
    ours = medians["scaler_lab"]
    for name, one in medians.items():
        table.add_row(
            name,
            f"{one.sent_seconds:.3f}",
            f"{one.all_seconds:.3f}",
            f"{one.all_seconds / ours.all_seconds:.2f}",
        )
    Console(highlight=False).print(
        f"{args.mb} MB, {N_TASKS} tasks, {N_WORKERS} workers, medians of {args.rounds} rounds",
        table,
    )
    return 0


def _timed(expected: float, send: Callable[[], Any], run: Callable[[Any], list[float]]) -> Round:
    gc.collect()
    began = time.perf_counter()
    ref = send()
    sent = time.perf_counter()
    sums = run(ref)
    ended = time.perf_counter()
    if any(abs(total - expected) > 1e-3 for total in sums) or len(sums) != N_TASKS:
        sys.exit(f"wrong sums: {sums}")
    return Round(sent - began, ended - began)


def total(array: Any) -> float:
    """The function of each task: read every byte."""
    return float(array.sum())


@contextmanager
def _scaler_lab(expected: float) -> Generator[System]:
    with Client(n_workers=N_WORKERS) as client:

        def run(array: Any) -> Round:
            return _timed(
                expected,
                lambda: client.scatter(array),
                lambda ref: client.submit_each(total, [ref] * N_TASKS).results(progress=False),
            )

        yield run


@contextmanager
def _joblib(expected: float) -> Generator[System]:
    import joblib
    from joblib.externals.loky import get_reusable_executor

    with joblib.Parallel(n_jobs=N_WORKERS, max_nbytes="1M") as parallel:

        def run(array: Any) -> Round:
            call = joblib.delayed(total)
            return _timed(
                expected,
                lambda: array,  # joblib writes the memory map in the first call that uses the array
                lambda ref: list(cast("list[float]", parallel(call(ref) for _ in range(N_TASKS)))),
            )

        yield run
    get_reusable_executor().shutdown(wait=True)


@contextmanager
def _ray(expected: float) -> Generator[System]:
    import ray

    ray.init(num_cpus=N_WORKERS, include_dashboard=False, log_to_driver=False)
    remote = ray.remote(total)

    def run(array: Any) -> Round:
        return _timed(
            expected,
            lambda: ray.put(array),
            lambda ref: list(ray.get([remote.remote(ref) for _ in range(N_TASKS)])),
        )

    yield run
    ray.shutdown()


if __name__ == "__main__":
    sys.exit(main())
