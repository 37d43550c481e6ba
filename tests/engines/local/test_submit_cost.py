"""What a submit costs, counted in calls: times differ on every machine."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import posixpath
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future
from types import FrameType
from typing import Any

import pytest

from scaler_lab import Client, LocalEngine
from scaler_lab.core.dependencies import futures_in
from scaler_lab.engines.local.client.transport import WHOLE_BYTES

MAX_CALLS = 27
"""A call takes about 0.1 us, and a submit 7 us.  Version 0.1.0 made 35 calls."""


def calls_of(function: Callable[[], object], *, of_c: bool = False) -> list[str]:
    """The names of the functions that *function* calls in this thread.

    They are Python functions; with *of_c*, functions and methods that are implemented in C.
    """
    names: list[str] = []

    def note(frame: FrameType, event: str, called: Any) -> None:
        if event == "call" and not of_c:
            names.append(frame.f_code.co_name)
        if event == "c_call" and of_c:
            names.append(called.__name__)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        function()
    finally:
        sys.setprofile(before)
    return names if of_c else names[1:]  # *function* itself is the first


@pytest.mark.parametrize("args", [("a",), ("a", "b")])
def test_a_submit_makes_few_calls(local_client: Client, args: tuple[Any, ...]) -> None:
    futures = [
        local_client.submit(posixpath.join, *args) for _ in range(3)
    ]  # what only the first ones do
    names = calls_of(lambda: futures.append(local_client.submit(posixpath.join, *args)))
    assert names[0] == "submit"
    assert len(names) <= MAX_CALLS, names
    assert {future.result() for future in futures} == {posixpath.join(*args)}


def test_the_search_for_futures_in_rows_of_plain_values_calls_nothing_for_each_row() -> None:
    rows = [(n, "x", None) for n in range(10_000)]
    for given in (rows, [[*row] for row in rows], tuple(zip(*rows, strict=True))):
        assert len(calls_of(lambda: futures_in((given,)), of_c=True)) < 30  # noqa: B023
    future: Future[int] = Future()
    assert futures_in(([*rows, (future,)],)) == [future]
    assert futures_in(([*rows, [(1, [future])]],)) == [future]


@pytest.mark.skipif(not WHOLE_BYTES, reason="only Linux writes a small frame wholly or not at all")
def test_a_task_that_is_submitted_alone_does_not_wake_the_thread_of_the_engine(
    local_client: Client,
) -> None:
    """The caller's thread writes it: a round trip then needs one thread less."""
    engine = local_client.engine
    assert isinstance(engine, LocalEngine)
    assert engine._agent is not None
    outbox = engine._agent.outbox
    woken: list[None] = []
    wake = outbox.wake

    def counted() -> None:
        woken.append(None)
        wake()

    outbox.wake = counted
    try:
        assert local_client.submit(posixpath.join, "a").result() == "a"
        for _ in range(3):
            while not outbox.accepts_frame:  # until the thread sleeps again
                time.sleep(0.0005)
            woken.clear()
            assert local_client.submit(posixpath.join, "a").result() == "a"
            assert not woken
    finally:
        outbox.wake = wake
