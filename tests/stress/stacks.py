"""Look where tasks are, all the time, and check that the tasks don't notice.

    python -m tests.stress.stacks --count 200000
    python -m tests.stress.stacks --ends 10000

The tasks churn objects, run threads, recurse 5,000 deep, execute dynamic code, await, hold the GIL
in C code, sleep in C code, wait in a pipe, are stopped and continued, mask all signals, open and
close descriptors, and end often.  Each one checks its own result; a stack must contain the task's
own function and no other task's.  Ends with status 1 if a task failed or a stack was wrong.

With --ends, all tasks are short, and only those looks count during which the task ended.
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import functools
import hashlib
import itertools
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from typing import Any, Final

from scaler_lab import Client, ScalerFuture
from scaler_lab.core.stack import STACK_TIMEOUT, Stack, TaskStack, gather_stacks

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

    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(6_000)
    try:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert down(5_000) == 5_000
    finally:
        sys.setrecursionlimit(limit)


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


def c_sleep(seconds: float) -> None:
    """Sleep in C code, which returns early if a signal comes; with long ones, hold the GIL."""
    library = ctypes.PyDLL(None) if seconds > 0.1 else ctypes.CDLL(None)
    begin = time.monotonic()
    assert library.sleep(1) == 0
    assert time.monotonic() - begin >= 1


def stopped(seconds: float) -> None:
    """Stop the own process, which a child process continues."""
    # Again and again: the first signal may come before the process is stopped.
    command = f"sleep {seconds}; while kill -CONT {os.getpid()}; do sleep 0.1; done"
    with subprocess.Popen(["/bin/sh", "-c", command]) as child:
        os.kill(os.getpid(), signal.SIGSTOP)
        child.terminate()


def masked(seconds: float) -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    try:
        churn(seconds)
        # The end of a process that `stopped` left behind causes SIGCHLD.
        assert not (pending := signal.sigpending() - {signal.SIGCHLD}), pending
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def descriptors(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        opened = [os.open(os.devnull, os.O_RDONLY) for _ in range(100)]
        for fd in opened:
            assert os.read(fd, 1) == b""
            os.close(fd)


def quick_a(seconds: float) -> None:
    _spin(seconds)


def quick_b(seconds: float) -> None:
    _spin(seconds)


def quick_c(seconds: float) -> None:
    _spin(seconds)


def quick_d(seconds: float) -> None:
    _spin(seconds)


def _spin(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


KINDS: Final[tuple[Callable[[float], None], ...]] = (
    churn, threads, recursion, dynamic_code, coroutines, c_code, c_sleep, pipe, stopped, masked,
    descriptors,
)  # fmt: skip
QUICK: Final[tuple[Callable[[float], None], ...]] = (quick_a, quick_b, quick_c, quick_d)
QUICK_SECONDS: Final = 0.008
CHURNS: Final = (threads, masked)  # they call `churn`
NAMES: Final = {kind.__name__ for kind in (*KINDS, *QUICK)}


def _one_look(future: ScalerFuture[None]) -> TaskStack:
    request = functools.partial(future.manager.request_stack, future, at_once=True)
    [stack] = gather_stacks([(future.task_id, request)], STACK_TIMEOUT)
    return stack


def _wrong_frames(kind: Callable[[float], None], stack: Stack) -> str:
    """Return what is wrong with a stack; empty if it is the task's own."""
    others = NAMES - {kind.__name__} - ({"churn"} if kind in CHURNS else set())
    names = {frame.name.partition(".")[0] for frame in stack.frames}
    return f"a stack of {kind.__name__}:\n{stack}" if names & others else ""


def look_at_all_kinds(
    client: Client, count: int, chance: random.Random, states: Counter[str]
) -> list[str]:
    """Look *count* times at tasks of all kinds.  Return what went wrong."""
    looks = 0
    wrong: list[str] = []
    running: list[tuple[Callable[[float], None], ScalerFuture[None]]] = []
    while looks < count and not wrong:
        while len(running) < 4:  # as many as there are workers
            kind = chance.choice(KINDS)
            running.append((kind, client.submit(kind, chance.choice((0.002, 0.05, 0.5)))))
        for kind, future in list(running):
            if future.done():
                running.remove((kind, future))
                if (error := future.exception()) is not None:
                    wrong.append(f"{kind.__name__} failed: {error!r}")
                continue
            stack = Stack.of(_one_look(future)) if chance.random() < 0.5 else future.stack()
            looks += 1
            states[stack.state.partition(":")[0]] += 1
            if text := _wrong_frames(kind, stack):
                wrong.append(text)
    return wrong


def look_around_ends(
    client: Client, count: int, chance: random.Random, states: Counter[str]
) -> list[str]:
    """Look at short tasks until *count* looks began before an end and were answered after it.

    Each worker has its next task, another function, already.
    """
    kinds = itertools.cycle(QUICK)
    seen = 0
    queue: deque[tuple[Callable[[float], None], ScalerFuture[None]]] = deque()
    while seen < count:
        while len(queue) < 12:
            kind = next(kinds)
            queue.append((kind, client.submit(kind, chance.random() * QUICK_SECONDS)))
        kind, future = queue.popleft()
        while not future.done():
            stack = Stack.of(_one_look(future))
            if text := _wrong_frames(kind, stack):
                return [text]
            if future.done():
                seen += 1
                states[stack.state.partition(":")[0]] += 1
        future.result()
    return []


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=200_000, help="looks in all")
    parser.add_argument("--ends", type=int, default=0, help="instead, looks around ends of tasks")
    parser.add_argument("--seed", type=int, default=None, help="repeat a run")
    options = parser.parse_args(argv)
    seed = random.randrange(1 << 32) if options.seed is None else options.seed
    chance = random.Random(seed)
    states: Counter[str] = Counter()
    with Client(n_workers=4, echo=False) as client:
        if options.ends:
            wrong = look_around_ends(client, options.ends, chance, states)
        else:
            wrong = look_at_all_kinds(client, options.count, chance, states)
    print(f"{states.total():,} looks, seed {seed}: {dict(states)}")  # noqa: T201
    for text in wrong:
        print(text)  # noqa: T201
    print(f"{len(wrong)} wrong")  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
