"""What one submit costs, counted in calls of Python functions: times differ on every machine."""

from __future__ import annotations

import posixpath
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from scaler_lab import Client

MAX_CALLS = 27
"""A call takes about 0.1 us, and a submit 7 us.  Version 0.1.0 made 35 calls."""


def calls_of(function: Callable[[], object]) -> list[str]:
    """The names of the Python functions that *function* calls in this thread."""
    names: list[str] = []

    def note(frame: FrameType, event: str, _arg: Any) -> None:
        if event == "call":
            names.append(frame.f_code.co_name)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        function()
    finally:
        sys.setprofile(before)
    return names[1:]  # *function* itself is the first


@pytest.mark.parametrize("args", [("a",), ("a", "b")])
def test_a_submit_makes_few_calls(local_client: Client, args: tuple[Any, ...]) -> None:
    futures = [
        local_client.submit(posixpath.join, *args) for _ in range(3)
    ]  # what only the first ones do
    names = calls_of(lambda: futures.append(local_client.submit(posixpath.join, *args)))
    assert names[0] == "submit"
    assert len(names) <= MAX_CALLS, names
    assert {future.result() for future in futures} == {posixpath.join(*args)}
