"""The tasks that the conformance kit runs on engines.  Workers import them from here.

A task leaves evidence in a folder, because the engine's own reports prove nothing:

    KEY.started   it started
    KEY.beats     grows by a byte every few milliseconds while it runs
    released      written by the kit: every waiting task continues to its end

No task outlives its folder, or `MAX_SECONDS`, whatever the engine does.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from typing import Any, TypeVar

from scaler_lab.core.progress import progress

MAX_SECONDS = 120.0
BEAT_SECONDS = 0.005

T = TypeVar("T")


class TwoPartError(Exception):
    """An exception that can't be rebuilt from its message alone."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(code, text)
        self.code = code
        self.text = text


def echo(value: T) -> T:
    return value


async def echo_later(value: T) -> T:
    await asyncio.sleep(0)
    return value


def subtract(*, left: int, right: int) -> int:
    return left - right


def raise_two_part(code: int, text: str) -> None:
    raise TwoPartError(code, text)


def raise_key_error(key: object) -> None:
    raise KeyError(key)


def exit_with(code: int) -> None:
    raise SystemExit(code)


def where() -> int:
    return os.getpid()


def die() -> None:
    os._exit(7)


def die_when_released(folder: str, key: str) -> None:
    hold(folder, key)
    die()


def return_lock() -> Any:
    return threading.Lock()


def mark(folder: str, key: str) -> str:
    """Leave evidence of having started."""
    with open(os.path.join(folder, f"{key}.started"), "wb"):
        return key


def hold(folder: str, key: str) -> str:
    """Run until released."""
    mark(folder, key)
    end = time.monotonic() + MAX_SECONDS
    while not _is_over(folder, end):
        time.sleep(BEAT_SECONDS)
    return key


def beat(folder: str, key: str) -> str:
    """Run until released, and leave evidence of running all the time."""
    mark(folder, key)
    end = time.monotonic() + MAX_SECONDS
    with open(os.path.join(folder, f"{key}.beats"), "ab", buffering=0) as beats:
        while not _is_over(folder, end):
            beats.write(b".")
            time.sleep(BEAT_SECONDS)
    return key


async def beat_in_a_loop(folder: str, key: str) -> str:
    """Do as `beat`, in an event loop, and leave evidence of cleaning up."""
    mark(folder, key)
    end = time.monotonic() + MAX_SECONDS
    try:
        while not _is_over(folder, end):
            _add_beat(folder, key)
            await asyncio.sleep(BEAT_SECONDS)
    finally:
        await asyncio.sleep(0)
        mark(folder, f"{key} cleaned up")
    return key


def _add_beat(folder: str, key: str) -> None:
    with open(os.path.join(folder, f"{key}.beats"), "ab", buffering=0) as beats:
        beats.write(b".")


def has_cleaned_up(folder: str, key: str) -> bool:
    return has_started(folder, f"{key} cleaned up")


def beat_stubbornly(folder: str, key: str) -> str:
    """Do as `beat`, and swallow every exception that is raised to stop it."""
    end = time.monotonic() + MAX_SECONDS
    while not _is_over(folder, end):
        try:
            beat(folder, key)
        except BaseException:
            continue
    return key


def count_beats(folder: str, key: str) -> int:
    """Return how many beats `beat` has written so far."""
    try:
        return os.path.getsize(os.path.join(folder, f"{key}.beats"))
    except FileNotFoundError:
        return 0


def has_started(folder: str, key: str) -> bool:
    return os.path.exists(os.path.join(folder, f"{key}.started"))


def wait_for_start(folder: str, key: str, timeout: float) -> None:
    """Wait until the task has left evidence of its start.  Raises TimeoutError."""
    end = time.monotonic() + timeout
    while not has_started(folder, key):
        if time.monotonic() > end:
            raise TimeoutError(f"task {key!r} did not begin within {timeout:g} s")
        time.sleep(BEAT_SECONDS)


def release(folder: str) -> None:
    """Let every task of this folder continue to its end."""
    with open(os.path.join(folder, "released"), "wb"):
        pass


def _is_over(folder: str, end: float) -> bool:
    return (
        os.path.exists(os.path.join(folder, "released"))
        or not os.path.isdir(folder)
        or time.monotonic() > end
    )


def talk(folder: str, key: str) -> str:
    """Print and report progress, wait until released, and do both again."""
    print(f"{key} begins")  # noqa: T201  # what is checked
    progress.update(1, 2, key)
    hold(folder, key)
    print(f"{key} ends")  # noqa: T201
    progress.update(2, 2, key)
    return key


def allocate(size: int) -> int:
    """Allocate *size* bytes, and return how many that are."""
    return len(bytearray(size))
