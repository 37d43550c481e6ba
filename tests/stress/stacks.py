"""Look where tasks are, all the time, and check that the tasks don't notice.

    python -m tests.stress.stacks --count 200000

The tasks churn objects, run threads, recurse, execute dynamic code, await, hold the GIL in C code,
wait in a pipe, and end often.  Each one checks its own result; a stack must contain the task's own
function and no other task's.  Ends with status 1 if a task failed or a stack was wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import os
import random
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from scaler_lab import Client, ScalerFuture

DIGEST: Final = hashlib.sha256(b"".join(str(i).encode() for i in range(20_000))).hexdigest()


def churn(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        digest = hashlib.sha256(b"".join(str(i).encode() for i in range(20_000))).hexdigest()
        assert digest == DIGEST


def threads(seconds: float) -> None:
    workers = [threading.Thread(target=churn, args=(seconds,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def recursion(seconds: float) -> None:
    def down(n: int) -> int:
        return 0 if n == 0 else 1 + down(n - 1)

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert down(900) == 900


def dynamic_code(seconds: float) -> None:
    end = time.monotonic() + seconds
    n = 0
    while time.monotonic() < end:
        n += 1
        space: dict[str, Any] = {}
        exec(f"def made_{n}(x):\n    return x + {n}", space)
        assert space[f"made_{n}"](1) == n + 1


def coroutines(seconds: float) -> None:
    async def one(n: int) -> int:
        await asyncio.sleep(0)
        return n

    async def many() -> list[int]:
        return await asyncio.gather(*(one(n) for n in range(50)))

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert sum(asyncio.run(many())) == 1225


def c_code(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert re.match(r"(a+)+$", "a" * 18 + "b") is None


def pipe(seconds: float) -> None:
    read, write = os.pipe()
    timer = threading.Timer(seconds, os.write, (write, b"x"))
    timer.start()
    assert os.read(read, 1) == b"x"
    timer.join()
    os.close(read)
    os.close(write)


KINDS: Final[tuple[Callable[[float], None], ...]] = (
    churn, threads, recursion, dynamic_code, coroutines, c_code, pipe,
)  # fmt: skip
NAMES: Final = {kind.__name__ for kind in KINDS}


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=200_000, help="looks in all")
    parser.add_argument("--seed", type=int, default=None, help="repeat a run")
    options = parser.parse_args(argv)
    seed = random.randrange(1 << 32) if options.seed is None else options.seed
    chance = random.Random(seed)
    looks = 0
    states: Counter[str] = Counter()
    wrong: list[str] = []
    running: list[tuple[Callable[[float], None], ScalerFuture[None]]] = []
    with Client(n_workers=4, echo=False) as client:
        while looks < options.count and not wrong:
            while len(running) < 6:
                kind = chance.choice(KINDS)
                running.append((kind, client.submit(kind, chance.choice((0.002, 0.05, 0.5)))))
            for kind, future in list(running):
                if future.done():
                    running.remove((kind, future))
                    if (error := future.exception()) is not None:
                        wrong.append(f"{kind.__name__} failed: {error!r}")
                    continue
                stack = future.stack()
                looks += 1
                states[stack.state.partition(":")[0]] += 1
                # In a recursion only the innermost frames are shown; `threads` runs `churn`.
                others = NAMES - {kind.__name__} - ({"churn"} if kind is threads else set())
                names = {frame.name.partition(".")[0] for frame in stack.frames}
                if names & others:
                    wrong.append(f"a stack of {kind.__name__}:\n{stack}")
    print(f"{looks:,} looks, seed {seed}: {dict(states)}")  # noqa: T201
    for text in wrong:
        print(text)  # noqa: T201
    print(f"{len(wrong)} wrong")  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
