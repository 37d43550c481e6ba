# joblib and scikit-learn have no types:
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false
"""A scikit-learn grid search through joblib, with this backend and with loky, in one run.

    python -m tests.benchmarks.joblib_grid            five rounds
    python -m tests.benchmarks.joblib_grid --rounds 9

Both use the same number of warm workers and take turns in each round.  The first search of each is
discarded, because it includes the workers' imports.  Prints the medians and their ratio; needs
scikit-learn.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from typing import Any

import joblib
from rich.console import Console

from scaler_lab import Client

GRID = {"C": [0.1, 0.3, 1.0, 3.0, 10.0], "gamma": [0.001, 0.003, 0.01, 0.03]}
FOLDS = 5


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.joblib_grid")
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--workers", type=int, default=joblib.cpu_count(), metavar="N")
    args = parser.parse_args()
    if args.workers < 2:
        sys.exit("joblib runs its calls itself with fewer than 2 workers; give --workers 2")

    search = _search()
    seconds: dict[str, list[float]] = {"loky": [], "scaler_lab": []}
    # One thread per core, as joblib sets it for its own workers.
    with Client(n_workers=args.workers, initializer=_one_thread) as client:
        backends: dict[str, Any] = {"loky": "loky", "scaler_lab": client.joblib_backend()}
        for number in range(args.rounds + 1):
            for backend in sorted(backends, reverse=bool(number % 2)):
                with joblib.parallel_config(backends[backend], n_jobs=args.workers):
                    began = time.perf_counter()
                    search()
                if number:  # the first one includes the workers' imports
                    seconds[backend].append(time.perf_counter() - began)

    medians = {backend: statistics.median(values) for backend, values in seconds.items()}
    fits = FOLDS * len(GRID["C"]) * len(GRID["gamma"])
    console = Console(highlight=False)
    console.print(f"grid search of {fits} fits, {args.workers} workers, {args.rounds} rounds")
    for backend, values in seconds.items():
        console.print(
            f"{backend:<11} {medians[backend]:6.3f} s  ({min(values):.3f} to {max(values):.3f})"
        )
    console.print(f"ratio       {medians['scaler_lab'] / medians['loky']:6.2f}")
    return 0


def _search() -> Any:
    from sklearn.datasets import load_digits
    from sklearn.model_selection import GridSearchCV
    from sklearn.svm import SVC

    features, classes = load_digits(return_X_y=True)

    def search() -> None:
        GridSearchCV(SVC(), GRID, cv=FOLDS, refit=False).fit(features[:600], classes[:600])

    return search


def _one_thread() -> None:
    import os

    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"


if __name__ == "__main__":
    sys.exit(main())
