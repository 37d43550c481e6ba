"""A forked child: what is closed and reset there, and in which order."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable

import pytest

from scaler_lab.core import fork_guard


class _Resource:
    def __init__(self) -> None:
        self.closed_in = 0

    def close_in_child(self) -> None:
        self.closed_in = fork_guard.this_process()


@pytest.fixture(autouse=True)
def _nothing_stays_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fork_guard, "_to_call", list(fork_guard._to_call))  # pyright: ignore[reportPrivateUsage]


def _in_child(report: Callable[[], object]) -> tuple[int, object]:
    """Fork, and return the child's pid and what *report* returned there."""
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(write_end, json.dumps(report()).encode())
        finally:
            os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as pipe:
        returned = json.loads(pipe.read())
    os.waitpid(pid, 0)
    return pid, returned


def test_the_process_id_follows_a_fork() -> None:
    pid, seen = _in_child(fork_guard.this_process)
    assert seen == pid != fork_guard.this_process() == os.getpid()


def test_resources_are_closed_in_the_child_only() -> None:
    resource = _Resource()
    fork_guard.close_in_child(resource)
    pid, closed_in = _in_child(lambda: resource.closed_in)
    assert closed_in == pid  # and the process id was right already
    assert resource.closed_in == 0


def test_a_registered_resource_can_be_collected() -> None:
    fork_guard.close_in_child(_Resource())
    assert not [r for r in fork_guard._to_close if isinstance(r, _Resource)]  # pyright: ignore[reportPrivateUsage]


def test_one_failing_function_does_not_prevent_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    called: list[int] = []

    def fail() -> None:
        raise ValueError("no such thing")

    fork_guard.call_in_child(fail)
    fork_guard.call_in_child(lambda: called.append(fork_guard.this_process()))
    resource = _Resource()
    fork_guard.close_in_child(resource)
    with caplog.at_level(logging.ERROR):
        pid, seen = _in_child(lambda: [called, resource.closed_in, caplog.text])
    assert isinstance(seen, list)
    assert seen[:2] == [[pid], pid]
    assert "failed in a forked child" in seen[2]
    assert called == []
