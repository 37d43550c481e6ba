"""The socket that wakes a thread which polls."""

from __future__ import annotations

import select

import pytest

from scaler_lab.runtime.wakeup import WakeupSocket


def _is_awake(wakeup: WakeupSocket) -> bool:
    poll = select.poll()
    poll.register(wakeup, select.POLLIN)
    return bool(poll.poll(0))


def test_it_stays_awake_until_it_is_cleared() -> None:
    wakeup = WakeupSocket()
    assert not _is_awake(wakeup)
    for _ in range(3):
        wakeup.wake()
    assert _is_awake(wakeup)
    wakeup.clear()
    assert not _is_awake(wakeup)
    wakeup.clear()  # nothing to read: does not block
    wakeup.close()


def test_a_poller_that_never_reads_blocks_nothing() -> None:
    wakeup = WakeupSocket()
    with pytest.raises(BlockingIOError):
        list(iter(wakeup.send, 0))
    wakeup.wake()
    assert _is_awake(wakeup)
    wakeup.clear()
    assert not _is_awake(wakeup)
    wakeup.close()


def test_waking_one_that_was_closed_does_nothing() -> None:
    wakeup = WakeupSocket()
    wakeup.close()
    wakeup.close()
    wakeup.wake()
    with pytest.raises(OSError, match="Bad file descriptor"):
        wakeup.send()
