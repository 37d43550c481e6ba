"""Memory hogs beside a process that must live, and tasks that use nearly too much.

    python -m tests.stress.memory --rounds 100 --innocents 10000

A process that plays a notebook's kernel runs in a control group of 1 GiB, with its engine and its
workers.  In each round, it submits eight kinds of hogs, one after the other and then all at once,
each with a limit of 64 MiB.  Every hog has to fail with `TaskOverMemory`, and the workers have to
answer afterwards.  Then innocent tasks use 90 % of their limit, and none of them may fail.

With --no-limits, the hogs have no limit and run one at a time: the system stops them
(`WorkerDied`).  If no control group can be made, the first part runs without one.

Ends with status 1 if the process did not live, or a task had another outcome.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from scaler_lab import Client, TaskOverMemory, WorkerDied

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
import memory_hogs
from memory_hogs import HOGS, MIB

GROUPS: Final = Path("/sys/fs/cgroup")
GROUP_BYTES: Final = 1024 * MIB
LIMIT: Final = 64 * MIB
INNOCENT_LIMIT: Final = 20 * MIB
TIMEOUT: Final = 300.0
KINDS: Final[tuple[Callable[[], Any], ...]] = (*HOGS, memory_hogs.hoard)
# Without a limit, the system only reserves what these request, and never gives it to them.
IN_CHILD: Final = (memory_hogs.forked_child, memory_hogs.subprocess_of_a_shell)
RESERVE_ONLY: Final = (memory_hogs.one_big_object, memory_hogs.private_mapping)


@contextmanager
def control_group(size: int) -> Generator[Path | None]:
    """Make a control group whose processes may have *size* bytes; None if that isn't allowed."""
    v1 = GROUPS / "memory"
    folder = (v1 if v1.is_dir() else GROUPS) / f"scaler_lab-stress-{os.getpid()}"
    try:
        folder.mkdir()
    except OSError:
        yield None
        return
    try:
        (folder / ("memory.limit_in_bytes" if v1.is_dir() else "memory.max")).write_text(str(size))
        yield folder
    finally:
        folder.rmdir()


def _outcome(kind: Callable[[], Any], error: BaseException | None, *, has_limits: bool) -> str:
    """Return the outcome of a hog in a few words."""
    if isinstance(error, TaskOverMemory):
        return "refused" if error.memory is None else "killed at its limit"
    if isinstance(error, WorkerDied):
        return "killed by the system"
    if error is None and kind in IN_CHILD and not has_limits:
        return "its child was killed by the system"
    return f"wrong: {error!r}"


def play_kernel(rounds: int, innocents: int, *, has_limits: bool) -> int:
    """Run all tasks in this process's engine; return the number of wrong outcomes."""
    outcomes: Counter[str] = Counter()
    limit = LIMIT if has_limits else None
    kinds = KINDS if has_limits else [kind for kind in KINDS if kind not in RESERVE_ONLY]
    allowed = ("refused", "killed at its limit") if has_limits else ("killed by the system",)
    began = time.monotonic()
    with Client(n_workers=len(KINDS), echo=False) as client:
        hungry = client.options(memory=limit)
        for n in range(rounds):
            for kind in kinds:
                error = hungry.submit(kind).exception(TIMEOUT)
                outcome = _outcome(kind, error, has_limits=has_limits)
                outcomes[f"{kind.__name__}: {outcome}"] += 1
            if has_limits:
                for kind, hog in [(kind, hungry.submit(kind)) for kind in kinds]:
                    outcome = _outcome(kind, hog.exception(TIMEOUT), has_limits=has_limits)
                    outcomes[f"{kind.__name__}: {outcome}"] += 1
            checks = client.submit_each(abs, range(len(KINDS)))
            assert client.gather(checks) == list(range(len(KINDS)))
            print(f"round {n + 1} of {rounds}", end="\r", flush=True)  # noqa: T201
        print(f"\n{rounds} rounds in {time.monotonic() - began:.0f} s")  # noqa: T201
        modest = client.options(memory=INNOCENT_LIMIT)
        size = INNOCENT_LIMIT * 9 // 10
        for future in modest.submit_each(memory_hogs.fill, [size] * innocents, [0.0] * innocents):
            error = future.exception(TIMEOUT)
            outcomes["innocent: " + ("fine" if error is None else f"wrong: {error!r}")] += 1
    for text, n in sorted(outcomes.items()):
        print(f"{n:8,}  {text}")  # noqa: T201
    return sum(n for text, n in outcomes.items() if not text.endswith((*allowed, "fine")))


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--innocents", type=int, default=10_000)
    parser.add_argument("--no-limits", action="store_true", help="the system stops the hogs")
    parser.add_argument("--plays-kernel", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.plays_kernel:
        has_limits = not options.no_limits
        return min(1, play_kernel(options.rounds, options.innocents, has_limits=has_limits))
    arguments = sys.argv[1:] if argv is None else argv
    with control_group(GROUP_BYTES) as group:
        if group is None:
            print("no control group can be made here: all memory of the machine counts")  # noqa: T201
            if options.no_limits:
                return 1
        enter = "" if group is None else f"echo $$ > {group}/cgroup.procs && "
        kernel = [sys.executable, "-m", "tests.stress.memory", "--plays-kernel", *arguments]
        status = subprocess.run(["sh", "-c", f'{enter}exec "$@"', "sh", *kernel], check=False)
    code = status.returncode
    print("the process lived" if code >= 0 else f"the process was killed by signal {-code}")  # noqa: T201
    return 1 if code else 0


if __name__ == "__main__":
    sys.exit(main())
