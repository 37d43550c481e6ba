# ruff: noqa: T201  # printing is their purpose
"""Tasks that print and report progress.  Workers import them from here, without pytest."""

from __future__ import annotations

import ctypes
import io
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

from scaler_lab import progress

LONG_SECONDS = 120.0  # longer than any test
_GATES: list[threading.Thread] = []


def wait_for(path: str) -> None:
    """Wait until the test has created that file."""
    end = time.monotonic() + LONG_SECONDS
    while not Path(path).exists() and time.monotonic() < end:
        time.sleep(0.005)  # another process creates it


def print_line(*lines: str) -> None:
    for line in lines:
        print(line)


def print_without_newline(text: str) -> None:
    print(text, end="")


def all_ways() -> None:
    print("print")
    sys.stderr.write("stderr\n")
    logging.getLogger("tests").warning("logging")
    os.write(1, b"os.write\n")
    libc = ctypes.CDLL(None)
    libc.puts(b"puts")
    libc.fflush(None)
    subprocess.run(["sh", "-c", "echo child; echo its stderr >&2"], check=True)


def write_bytes(*pieces: bytes) -> None:
    for piece in pieces:
        os.write(1, piece)


def print_and_wait(path: str, text: str) -> None:
    print(text)
    wait_for(path)
    print("after")


def print_and_raise(text: str) -> None:
    print(text)
    raise ValueError("no such column")


def print_and_die(text: str) -> None:
    os.write(1, text.encode())
    os._exit(7)


def print_and_sleep(text: str) -> None:
    print(text)
    time.sleep(LONG_SECONDS)  # until it is stopped


def flood(n_bytes: int) -> None:
    block = b"x" * 65_535 + b"\n"
    for _ in range(n_bytes // len(block)):
        os.write(1, block)
    os.write(1, b"the end")


def close_descriptors() -> None:
    os.close(1)
    os.close(2)


def lose_streams() -> None:
    sys.stdout = None
    sys.stderr = None


def close_stream() -> None:
    sys.stdout.close()


def point_elsewhere() -> None:
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    os.close(null)
    time.sleep(0.001)  # it continues for a moment with its output elsewhere


def detach_stream() -> None:
    cast("io.TextIOWrapper", sys.stdout).detach()


GAMES: dict[str, Callable[[], None]] = {
    game.__name__: game
    for game in (close_descriptors, lose_streams, close_stream, point_elsewhere, detach_stream)
}


def leave_child(path: str) -> int:
    """Start a process that prints once *path* exists, and then writes to it; return its pid."""
    print("left")
    script = 'while [ ! -e "$0" ]; do sleep 0.01; done; echo LATE; echo LATE >&2; echo d > "$0.d"'
    return subprocess.Popen(["sh", "-c", script, path]).pid


def loop(n: int, note: str) -> int:
    return sum(1 for _ in progress(range(n), note=note))


def loop_until(n: int, at: int, path: str) -> None:
    for item in progress(range(n), note="until"):
        if item == at:
            wait_for(path)


def loop_and_raise(n: int, at: int) -> None:
    for item in progress(range(n)):
        if item == at:
            raise ValueError(item)


def loop_in_loop() -> None:
    for _ in progress(range(3), note="outer"):
        for _ in progress(range(100), note="inner"):
            pass


def update(done: float, total: float | None, note: str, path: str) -> None:
    progress.update(done, total, note)
    wait_for(path)


def update_in_thread(done: int) -> None:
    thread = threading.Thread(target=progress.update, args=(done, 10, "thread"))
    thread.start()
    thread.join()


def update_often(seconds: float) -> int:
    end = time.monotonic() + seconds
    n = 0
    while time.monotonic() < end:
        n += 1
        progress.update(n)
    return n


def update_for_ever() -> None:
    n = 0
    while True:
        n += 1
        progress.update(n, note="n")


def nothing() -> None:
    pass


def burn(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def fill(n_bytes: int) -> int:
    return len(bytearray(os.urandom(1024)) * (n_bytes // 1024))
