"""That every operation on n tasks takes work in proportion to n, for up to 100,000 tasks.

    python -m tests.stress.linear --count 100000

Of each operation of the client and of the scheduler's core it prints the lines of Python per task,
for a hundredth of the tasks and for all of them, and the seconds of CPU without the count.  Lines
are checked.  Seconds depend on the machine, and would show work that grows inside C code.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

import client_operations
import scheduler_operations
from operations_on_many import OPERATIONS, Prepare, lines_run

ENTERED_BY = client_operations, scheduler_operations

MAX_RATIO = 1.3


def _cpu_seconds(prepare: Prepare, n: int) -> float:
    operation = prepare(n)
    gc.collect()
    began = time.process_time()
    operation()
    return time.process_time() - began


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=100_000, help="how many tasks")
    parser.add_argument("--only", default="", help="operations whose names contain this")
    arguments = parser.parse_args()
    many: int = arguments.count
    few = max(100, many // 100)
    found = 0
    print(f"{'':52} lines per task        CPU us per task")  # noqa: T201
    print(f"{'':52}{few:>8,}{many:>9,}{'':4}{few:>8,}{many:>9,}")  # noqa: T201
    for name, prepare in OPERATIONS.items():
        if arguments.only not in name:
            continue
        lines = [lines_run(prepare(n)) / n for n in (few, many)]
        micros = [_cpu_seconds(prepare, n) / n * 1e6 for n in (few, many)]
        is_linear = lines[1] < MAX_RATIO * lines[0]
        found += not is_linear
        print(  # noqa: T201
            f"{name:52}{lines[0]:8.1f}{lines[1]:9.1f}{'':4}{micros[0]:8.1f}{micros[1]:9.1f}"
            f"{'' if is_linear else '   not linear'}",
            flush=True,
        )
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
