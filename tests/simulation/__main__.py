"""``python -m tests.simulation``: run many seeds, or print the run of one seed.

--seeds 100000             stop at the first seed that breaks a promise, and print its events
--seeds 1000 --first 5000  start at seed 5000
--seed 7                   print the run of this seed, whatever its outcome
--weights delay=0.5 ...     set these parameters by hand
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence

from .world import run

FOUND_A_FAULT = 1
REPORT_INTERVAL = 10.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the simulations; return the exit status, 1 if a promise was broken."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.simulation",
        description="Run the local engine's cores in simulated worlds; check what they promise.",
    )
    parser.add_argument("--seeds", type=int, default=1000, help="how many (%(default)s)")
    parser.add_argument("--first", type=int, default=0, help="the first of them (%(default)s)")
    parser.add_argument("--seed", type=int, help="print the run of this seed")
    parser.add_argument(
        "--weights",
        nargs="+",
        default=[],
        type=_parameter,
        metavar="NAME=VALUE",
        help="set by hand",
    )
    options = parser.parse_args(arguments)
    parameters = dict(options.weights)
    if options.seed is not None:
        outcome = run(options.seed, **parameters)
        _print(str(outcome))
        return FOUND_A_FAULT if outcome.fault else 0
    counts: Counter[str] = Counter()
    reported_at = time.monotonic()
    for done in range(options.seeds):
        outcome = run(options.first + done, **parameters)
        if outcome.fault:
            _print(str(outcome))
            return FOUND_A_FAULT
        counts.update(outcome.counts)
        if time.monotonic() - reported_at > REPORT_INTERVAL:
            reported_at = time.monotonic()
            _print(f"{done + 1} runs, nothing wrong so far")
    _print(f"{options.seeds} runs, nothing wrong; in them:")
    for what, count in sorted(counts.items()):
        _print(f"{count:10} {what}")
    return 0


def _parameter(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    return name, float(value)


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
