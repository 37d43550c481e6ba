"""Tasks that stay in one place, for tests that look where tasks are."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

LONG = 600


def spin() -> None:
    n = 0
    while True:
        n += 1


def one_line_loop() -> None:
    while True:
        pass


def churn() -> int:
    """Call short functions all the time."""
    total = 0
    while True:
        total += _leaf(total)


def _leaf(n: int) -> int:
    return len([str(i) for i in range(n % 7)])


def match() -> None:
    """Hold the GIL in C code for ages."""
    re.match(r"(a+)+$", "a" * 60 + "b")


def sleep() -> None:
    time.sleep(LONG)


def select_for_ever() -> None:
    select.select([], [], [], LONG)


def read_a_pipe() -> None:
    read, write = os.pipe()
    os.read(read, 1)
    os.close(write)


def wait_for_a_lock() -> None:
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()


def run_a_program() -> None:
    subprocess.run([sys.executable, "-c", "import time; time.sleep(600)"], check=True)


def stop_itself() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def recurse(depth: int) -> None:
    if depth:
        recurse(depth - 1)
    time.sleep(LONG)


class Żółw:
    def 名前(self) -> Iterator[int]:  # noqa: N802
        time.sleep(LONG)
        yield 1


def in_a_generator() -> None:
    list(Żółw().名前())


def with_a_thread() -> None:
    threading.Thread(target=sleep, daemon=True).start()
    time.sleep(LONG)


def in_dynamic_code() -> None:
    exec(compile("import time\n\ntime.sleep(600)", "made up.py", "exec"), {})


def ignore_interrupts() -> None:
    while True:
        try:
            time.sleep(LONG)
        except BaseException:
            continue


def timed_wait(seconds: float, path: Path) -> float:
    """Wait in C code that a signal would cut short; return how long it took."""
    import ctypes

    libc = ctypes.CDLL(None)
    path.touch()
    began = time.monotonic()
    libc.usleep(int(seconds * 1e6))
    return time.monotonic() - began


def count_to(n: int) -> int:
    total = 0
    for i in range(n):
        total = (total * 31 + i) % 1_000_003
    return total


def short_a(seconds: float) -> None:
    _stay(seconds)


def short_b(seconds: float) -> None:
    _stay(seconds)


def _stay(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass
