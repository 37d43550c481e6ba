"""Sends 64 MB to a worker and back: bytes, and a numpy array."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from .. import work
from ..bench import Bench
from ..goals import TimesFastestPeer
from .measure import Measure, Row, Unit

SIZE = 64_000_000
ROUNDS = 4


def _there_and_back(bench: Bench, *, array: bool) -> None:
    pool = bench.open()
    pool.result(pool.submit(work.identity, _value(255, array=array)))
    for i in bench.rounds(ROUNDS, seconds=20):
        value = _value(i, array=array)  # a new one each time, so that it can't be in a cache
        began = time.perf_counter()
        back = pool.result(pool.submit(work.identity, value))
        total = _touch(back, array=array)
        bench.note("seconds", time.perf_counter() - began)
        assert len(back) == len(value)
        assert total == _touch(value, array=array)
        del back


def _value(fill: int, *, array: bool) -> Any:
    if array:
        import numpy as np

        return np.full(SIZE // 8, float(fill))
    return bytes([fill]) * SIZE


def _touch(value: Any, *, array: bool) -> float:
    """Read one value per page, so that the data has really been transferred."""
    return float(value[:: 4096 // 8].sum() if array else sum(value[::4096]))


def _measure(name: str, title: str, *, array: bool) -> Measure:
    return Measure(
        name,
        title,
        partial(_there_and_back, array=array),
        (
            Row(
                "seconds",
                "seconds",
                Unit.SECONDS,
                goal=TimesFastestPeer(1),
                goal_text="faster than any peer",
            ),
        ),
    )


MEASURES = (
    _measure("bytes-64mb", "64 MB of bytes to a worker and back", array=False),
    _measure("array-64mb", "A 64 MB numpy array to a worker and back", array=True),
)
