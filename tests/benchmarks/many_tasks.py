"""What is done with very many tasks: cancel all, list them, and the memory once they are done.

    python -m tests.benchmarks.many_tasks                     100,000 and 1,000,000 tasks
    python -m tests.benchmarks.many_tasks --tasks 1000 10000

The cost per task should be the same for both numbers.  Run it on an idle machine.
"""

from __future__ import annotations

import argparse
import gc
import subprocess
import sys
import time

import psutil
from rich.console import Console

from scaler_lab import Client


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.many_tasks")
    parser.add_argument("--tasks", type=int, nargs="+", default=[100_000, 1_000_000], metavar="N")
    for n in parser.parse_args().tasks:
        _cancel_and_list(n)
        _memory(n)
    return 0


def _cancel_and_list(n: int) -> None:
    with Client(n_workers=2) as client:
        futures = client.submit_each(time.sleep, [600] * n)
        for options in ((), ("--json",)):
            begun = time.perf_counter()
            command = [sys.executable, "-m", "scaler_lab", "ls", *options]
            listed = subprocess.run(command, capture_output=True, text=True, check=True)
            took = time.perf_counter() - begun
            n_lines = listed.stdout.count("\n")
            _say(f"{n:,} tasks: {' '.join(command[2:])} printed {n_lines:,} lines in {took:.1f} s")
            if listed.stderr:
                _say(listed.stderr.strip())
        begun = time.perf_counter()
        n_cancelled = client.cancel(futures, timeout=None)
        took = time.perf_counter() - begun
        _say(
            f"{n:,} tasks: cancelled {n_cancelled:,} in {took:.1f} s, {took / n * 1e6:.1f} µs each"
        )


def _memory(n: int) -> None:
    with Client(n_workers=2) as client:
        client.submit(abs, 1).result()
        processes = [psutil.Process(), *psutil.Process().children()]
        futures = client.submit_each(abs, range(n))
        client.wait(futures, progress=False)
        done = _megabytes(processes)
        del futures
        gc.collect()
        _say(
            f"{n:,} done tasks: client and scheduler have {done} MB, "
            f"without the futures {_megabytes(processes)} MB"
        )


def _say(line: str) -> None:
    Console(highlight=False, soft_wrap=True).print(line)


def _megabytes(processes: list[psutil.Process]) -> str:
    return " and ".join(str(process.memory_info().rss >> 20) for process in processes)


if __name__ == "__main__":
    raise SystemExit(main())
