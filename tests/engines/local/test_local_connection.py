"""The two ends' ways of reading: frames out of a stream, and a wait that spins where it pays."""

from __future__ import annotations

import os
import socket
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scaler_lab.engines.local.framing import READ_BYTES, FrameStream
from scaler_lab.engines.local.scheduler.poller import SPIN_SECONDS, Poller
from scaler_lab.runtime import MAX_FRAME_BYTES

LENGTHS = st.one_of(
    st.integers(0, 300),
    st.sampled_from([READ_BYTES - 5, READ_BYTES - 4, READ_BYTES - 3, READ_BYTES, 3 * READ_BYTES]),
)


@settings(deadline=None)
@given(
    lengths=st.lists(LENGTHS, max_size=8),
    cuts=st.lists(st.integers(1, 2 * READ_BYTES), max_size=8).map(lambda cuts: [*cuts, READ_BYTES]),
)
def test_frames_come_whole_and_in_order_however_the_stream_is_cut(
    lengths: list[int], cuts: list[int]
) -> None:
    sent = [os.urandom(length) for length in lengths]
    stream = b"".join(struct.pack("<I", len(frame)) + frame for frame in sent)
    mine, theirs = socket.socketpair()
    reading = FrameStream(mine)
    came: list[bytes] = []
    theirs.setblocking(False)
    try:
        at = turn = 0
        while at < len(stream) or len(came) < len(sent):
            part = stream[at : at + cuts[turn % len(cuts)]]
            turn += 1
            if part:
                try:
                    at += theirs.send(part)
                except BlockingIOError:
                    pass
            frames = reading.read()
            assert frames is not None
            came += map(bytes, frames)
        assert came == sent
        assert reading.read() == []
        theirs.close()
        assert reading.read() is None
    finally:
        reading.close()
        theirs.close()


def test_a_frame_that_is_too_large_is_refused_by_its_head() -> None:
    mine, theirs = socket.socketpair()
    reading = FrameStream(mine)
    try:
        theirs.sendall(struct.pack("<I", MAX_FRAME_BYTES + 1))
        with pytest.raises(ValueError, match="a frame of"):
            reading.read()
    finally:
        reading.close()
        theirs.close()


class Polls:
    """A poll whose n-th answer is ready, and a clock that goes on by what each took."""

    def __init__(self) -> None:
        self.now = 100.0
        self.asked: list[float] = []
        self.ready_at = 0.0

    def clock(self) -> float:
        return self.now

    def poll(self, milliseconds: float) -> list[tuple[int, int]]:
        self.asked.append(milliseconds)
        self.now += 1e-6
        if self.now >= self.ready_at:
            return [(3, 1)]
        if milliseconds == 0:
            return []
        self.now = min(self.ready_at, self.now + milliseconds / 1000)
        return [(3, 1)] if self.now >= self.ready_at else []


@pytest.fixture
def polls(monkeypatch: pytest.MonkeyPatch) -> tuple[Poller, Polls]:
    polls = Polls()
    watch = Poller(polls.clock)
    monkeypatch.setattr(watch, "_poll", polls)
    return watch, polls


def _wait(watch: Poller, polls: Polls, after: float, *, core_is_free: bool = True) -> list[float]:
    polls.ready_at = polls.now + after
    polls.asked.clear()
    watch.wait(1.0, core_is_free=core_is_free)
    return polls.asked


def test_a_wait_spins_only_where_the_one_before_was_short(polls: tuple[Poller, Polls]) -> None:
    watch, world = polls
    short, long = SPIN_SECONDS / 4, SPIN_SECONDS * 100
    assert len(_wait(watch, world, short)) == 1  # sleeps: nothing is known yet
    assert set(_wait(watch, world, short)) == {0}  # spins, and need not sleep
    spun = _wait(watch, world, long)  # spins in vain, then sleeps
    assert spun[-1] > 0
    assert set(spun[:-1]) == {0}
    assert len(_wait(watch, world, long)) == 1  # does not try again
    assert len(_wait(watch, world, short)) == 1
    assert len(_wait(watch, world, short, core_is_free=False)) == 1  # not at a task's cost
    assert set(_wait(watch, world, short)) == {0}


def test_a_spin_lasts_no_longer_than_the_wait(polls: tuple[Poller, Polls]) -> None:
    watch, world = polls
    _wait(watch, world, SPIN_SECONDS / 4)
    before = world.now
    world.ready_at = before + 60
    watch.wait(SPIN_SECONDS / 2, core_is_free=True)
    assert world.now - before == pytest.approx(SPIN_SECONDS / 2, abs=0.002)
