"""`Executor.map`: the results of many calls, in order, as an iterator."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from scaler_lab.desk.intake import name_of
from scaler_lab.memory.task_group import TaskGroup

T = TypeVar("T")


def mapped(
    submit_each: Callable[..., TaskGroup[Any]],
    fn: Callable[..., T],
    iterables: Sequence[Iterable[Any]],
    timeout: float | None,
    chunksize: int,
    name: str | None = None,
) -> Iterator[T]:
    """What `Client.map` does.  *submit_each* takes the function, the iterables, and a name."""
    if chunksize < 1:
        raise ValueError(f"chunksize must be at least 1, not {chunksize}")
    end = None if timeout is None else time.monotonic() + timeout
    if chunksize == 1:
        return _results(submit_each(fn, iterables, name), end)
    rows = list(zip(*iterables, strict=False))
    chunks = [rows[i : i + chunksize] for i in range(0, len(rows), chunksize)]
    called = f"{name or name_of(fn)} x{chunksize}"
    group = submit_each(functools.partial(_run_chunk, fn), (chunks,), called)
    return (value for values in _results(group, end) for value in values)


def _run_chunk(fn: Callable[..., T], rows: list[tuple[Any, ...]]) -> list[T]:
    return [fn(*row) for row in rows]


def _results(group: TaskGroup[T], end: float | None) -> Iterator[T]:
    """The results in order; what is left when the reader goes away is cancelled.

    A generator, but the tasks are submitted before its first step, as `Executor.map` documents.
    """

    def read() -> Iterator[T]:
        left = list(reversed(group))
        try:
            while left:
                # Let go of each future before its value is handed out: as stdlib does.
                wait = None if end is None else max(0.0, end - time.monotonic())
                future = left[-1]
                value = future.result(wait)
                del future
                left.pop()
                yield value
                del value
        finally:
            group.manager.request_cancel(left)

    return read()
