"""Change tasks at random moments, and compare what rows, futures and processes say.

    python -m tests.stress.views --count 100000

Each round makes 1,000 changes (submit, cancel, kill, retry) on a new client of the engine, and then
compares the client's rows, the rows of a view in another process, the futures, and the traces that
the tasks left.  Ends with status 1 if they differ, and prints how to repeat the round.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from pathlib import Path

from scaler_lab import Client, LocalEngine

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from random_changes import check_that_all_agree

CHANGES = 1_000  # a round


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=100_000, help="changes in all")
    parser.add_argument("--seed", type=int, default=None, help="repeat a run")
    parser.add_argument("--engine", default="", help="an address, as Client takes it")
    options = parser.parse_args(argv)
    seed = random.randrange(2**32) if options.seed is None else options.seed
    for n in range(max(1, options.count // CHANGES)):
        made = LocalEngine(n_workers=2, grace=0.2)
        with tempfile.TemporaryDirectory() as folder, Client(options.engine or made) as client:
            try:
                check_that_all_agree(client, Path(folder), CHANGES, seed + n)
            except AssertionError as error:
                print(f"repeat it: --seed {seed + n} --count {CHANGES}\n{error}")  # noqa: T201
                return 1
    return 0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SCALER_LAB_RUNTIME_DIR"] = folder  # apart from the user's other engines
        sys.exit(main())
