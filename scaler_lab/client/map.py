"""`Executor.map`: an iterator of the results of many calls, in order.

Like the standard library's, the iterator keeps no reference to results that it has returned.  Of a
large input, only the results that were not read yet are held.
"""

from __future__ import annotations

import functools
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import Any, TypeVar

from scaler_lab.client.new_task import name_of
from scaler_lab.client.submission import Calls
from scaler_lab.core.future import ScalerFuture
from scaler_lab.serialization.coroutines import TO_COMPLETE, completed

T = TypeVar("T")

MakeCalls = Callable[[Callable[..., Any], str | None], Calls[Any]]


def mapped(
    make_calls: MakeCalls,
    fn: Callable[..., T],
    iterables: Sequence[Iterable[Any]],
    timeout: float | None,
    chunksize: int,
    buffersize: int | None,
    name: str | None = None,
) -> Iterator[T]:
    """Implement `Client.map`.

    *make_calls* takes the function that each task calls, and a name.
    """
    if chunksize < 1:
        raise ValueError(f"chunksize must be at least 1, not {chunksize}")
    if buffersize is not None and (isinstance(buffersize, bool) or not isinstance(buffersize, int)):
        raise TypeError(f"buffersize must be a whole number or None, not {buffersize!r}")
    if buffersize is not None and buffersize < 1:
        raise ValueError(f"buffersize must be at least 1, or None, not {buffersize}")
    if not iterables:
        raise TypeError("map needs at least one iterable of arguments")
    end = None if timeout is None else time.monotonic() + timeout
    if chunksize == 1:
        rows: Iterator[tuple[Any, ...]] = zip(*iterables, strict=False)
        return _results(make_calls(fn, name), rows, 1, buffersize, end)
    called = f"{name or name_of(fn)} x{chunksize}"
    calls = make_calls(functools.partial(_run_chunk, fn), called)
    return _flattened(_results(calls, _chunks(iterables, chunksize), chunksize, buffersize, end))


def _run_chunk(fn: Callable[..., T], *columns: Sequence[Any]) -> list[T]:
    return [
        completed(value) if type(value := fn(*row)) in TO_COMPLETE else value
        for row in zip(*columns, strict=True)
    ]


def _chunks(iterables: Sequence[Iterable[Any]], size: int) -> Iterator[tuple[tuple[Any, ...], ...]]:
    """Yield the arguments of `_run_chunk` for each *size* of the calls.

    They are columns, because pickle takes a third of the time for a few long tuples.
    """
    is_single = len(iterables) == 1
    rows = iter(iterables[0]) if is_single else zip(*iterables, strict=False)
    n = size
    while n == size:
        # Not `list`: Python handles a signal only between two steps of a loop.
        chunk = [row for row in islice(rows, size)]  # noqa: C416
        n = len(chunk)
        if chunk:
            yield (tuple(chunk),) if is_single else _columns(chunk)


def _columns(rows: Sequence[tuple[Any, ...]]) -> tuple[tuple[Any, ...], ...]:
    # Not `zip(*rows)`: it takes three times as long, because it makes an iterator of each row.
    return tuple(tuple(map(itemgetter(i), rows)) for i in range(len(rows[0])))


def _results(
    calls: Calls[T],
    rows: Iterator[tuple[Any, ...]],
    chunksize: int,
    buffersize: int | None,
    end: float | None,
) -> Iterator[T]:
    """Return an iterator of the results, in order; closing it cancels the tasks that are left.

    The tasks are submitted before the first result is read, as `Executor.map` documents.
    """
    first = rows if buffersize is None else islice(rows, buffersize)
    left = deque(calls.submit(first, chunksize))

    def read() -> Iterator[T]:
        try:
            while left:
                if buffersize is not None:
                    left.extend(calls.submit(islice(rows, 1)))
                yield _next_of(left, end)
        finally:
            calls.cancel(left)

    return read()


def _next_of(left: deque[ScalerFuture[T]], end: float | None) -> T:
    """Return the result of the first future, and drop the reference to the future."""
    value = left[0].result(None if end is None else max(0.0, end - time.monotonic()))
    left.popleft()
    return value


def _flattened(chunks: Iterator[list[T]]) -> Iterator[T]:
    for chunk in chunks:
        chunk.reverse()
        while chunk:
            yield chunk.pop()
