"""Coroutine functions for tests.  Workers import them from here, without pytest.

A coroutine whose actions matter writes files in a folder as evidence, as those of `local_tasks` do.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NoReturn

from local_tasks import LONG_SECONDS, note


async def double(x: int, delay: float = 0.0) -> int:
    await asyncio.sleep(delay)
    return 2 * x


async def fail(text: str) -> NoReturn:
    await asyncio.sleep(0)
    raise ValueError(text)


async def leave(code: int) -> NoReturn:
    await asyncio.sleep(0)
    raise SystemExit(code)


async def count_up(n: int) -> AsyncIterator[int]:
    for i in range(n):
        yield i


def give_coroutine(x: int) -> Any:
    """Do as a decorated coroutine function may: be a plain one, and return a coroutine."""
    return double(x)


class Doubler:
    def __init__(self, factor: int = 2) -> None:
        self.factor = factor

    async def __call__(self, x: int) -> int:
        await asyncio.sleep(0)
        return self.factor * x

    async def method(self, x: int) -> int:
        return self.factor * x


class _Room:
    """Leaves evidence of how its `async with` block ended."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    async def __aenter__(self) -> None:
        await asyncio.sleep(0)

    async def __aexit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        await asyncio.sleep(0.01)
        note(self._folder, "left", "" if kind is None else kind.__name__)


async def sleep(folder: str) -> None:
    """Wait until it is cancelled, and clean up with awaits."""
    try:
        async with _Room(folder), asyncio.timeout(LONG_SECONDS):
            note(folder, "running", str(os.getpid()))
            await asyncio.sleep(LONG_SECONDS)
    except asyncio.CancelledError:
        note(folder, "cancelled")
        raise
    finally:
        await asyncio.sleep(0.01)
        note(folder, "finally")


async def spin(folder: str) -> None:
    """Keep the event loop busy."""
    note(folder, "running", str(os.getpid()))
    try:
        while True:  # noqa: ASYNC110  # it never waits
            await asyncio.sleep(0)
    except asyncio.CancelledError:
        note(folder, "cancelled")
        raise


async def block(folder: str) -> None:
    """Block the event loop."""
    note(folder, "running", str(os.getpid()))
    try:
        time.sleep(LONG_SECONDS)  # noqa: ASYNC251  # it blocks the loop
    finally:
        await asyncio.sleep(0)
        note(folder, "finally")


async def gather(folder: str) -> None:
    """Wait for other asyncio tasks, one of which is left alone."""

    async def child(name: str) -> None:
        try:
            await asyncio.sleep(LONG_SECONDS)
        finally:
            note(folder, name)

    alone = asyncio.create_task(child("alone"))
    async with asyncio.TaskGroup() as group:
        group.create_task(child("first"))
        group.create_task(child("second"))
        await asyncio.sleep(0)
        note(folder, "running", str(os.getpid()))
    await alone


async def refuse(folder: str) -> str:
    """Swallow the cancel, and return a value."""
    note(folder, "running", str(os.getpid()))
    try:
        await asyncio.sleep(LONG_SECONDS)
    except asyncio.CancelledError:
        note(folder, "cancelled")
    return "kept"


async def cling(folder: str) -> None:
    """Swallow every cancel, and go on."""
    note(folder, "running", str(os.getpid()))
    while True:
        try:
            await asyncio.sleep(LONG_SECONDS)
        except asyncio.CancelledError:
            pass


async def work_in_thread(folder: str) -> None:
    """Wait for a thread that ends soon after the cancel."""

    def work() -> None:
        note(folder, "running", str(os.getpid()))
        while not Path(folder, "finally").exists():
            time.sleep(0.001)
        note(folder, "thread ended")

    try:
        await asyncio.to_thread(work)
    finally:
        note(folder, "finally")


def state_of_asyncio() -> tuple[bool, str]:
    """Return whether a loop is set or runs in this thread, and what `get_event_loop` makes."""
    import warnings

    running = asyncio._get_running_loop() is not None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            loop = asyncio.get_event_loop()
        except RuntimeError as error:
            return running, str(error)
        loop.close()
        asyncio.set_event_loop_policy(None)  # pyright: ignore[reportDeprecated]  # as at the start
    return running, "a new loop"


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))
