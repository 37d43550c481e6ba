"""`Channel`: exactly once and in order, whatever the link does to the batches."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scaler_lab.engines.local.channel import (
    ACK_DELAY_SECONDS,
    EARLY_BATCHES_HELD,
    RESEND_FIRST_SECONDS,
    RESEND_MOST_SECONDS,
    Batch,
    Channel,
)


@pytest.fixture
def ends() -> tuple[Channel[str], Channel[str]]:
    return Channel(), Channel()


Ends = tuple[Channel[str], Channel[str]]


def give(to: Channel[str], batch: Batch[str], now: float = 0.0) -> list[str]:
    return to.unpack(batch.seq, batch.ack, batch.messages, now)


# -- one way ---------------------------------------------------------------------------------------


def test_batches_are_delivered_in_order(ends: Ends) -> None:
    a, b = ends
    assert give(b, a.pack(["one", "two"], 0.0)) == ["one", "two"]
    assert give(b, a.pack(["three"], 0.0)) == ["three"]


def test_a_double_is_dropped_and_counted(ends: Ends) -> None:
    a, b = ends
    batch = a.pack(["one"], 0.0)
    assert give(b, batch) == ["one"]
    assert give(b, batch) == []
    assert b.doubles == 1


def test_an_early_batch_waits_for_the_gap_to_be_filled(ends: Ends) -> None:
    a, b = ends
    first, second, third = (a.pack([word], 0.0) for word in ("one", "two", "three"))
    assert give(b, third) == []
    assert give(b, second) == []
    assert give(b, third) == []
    assert b.doubles == 1
    assert give(b, first) == ["one", "two", "three"]


def test_early_batches_held_are_bounded_and_the_rest_comes_again(ends: Ends) -> None:
    a, b = ends
    batches = [a.pack([str(n)], 0.0) for n in range(EARLY_BATCHES_HELD + 10)]
    for batch in batches[1:]:
        assert give(b, batch) == []
    delivered = give(b, batches[0])
    assert delivered == [str(n) for n in range(EARLY_BATCHES_HELD + 1)]
    for batch in a.due(RESEND_FIRST_SECONDS):
        delivered += give(b, batch)
    assert delivered == [str(n) for n in range(EARLY_BATCHES_HELD + 10)]


@pytest.mark.parametrize("seq", [-1, -(2**63)])
def test_a_seq_that_no_channel_gives_out_delivers_nothing(ends: Ends, seq: int) -> None:
    _, b = ends
    assert b.unpack(seq, 0, ["x"], 0.0) == []


# -- acknowledging ---------------------------------------------------------------------------------


def test_nothing_is_due_on_an_idle_channel(ends: Ends) -> None:
    a, _ = ends
    assert a.due_at is None
    assert a.due(1e9) == []
    assert a.is_settled


def test_an_acknowledgement_rides_on_a_batch_the_other_way(ends: Ends) -> None:
    a, b = ends
    give(b, a.pack(["one"], 0.0))
    answer = b.pack(["answer"], 0.0)
    assert answer.ack == 1
    assert b.due(ACK_DELAY_SECONDS) == [], "it rode along"
    give(a, answer)
    assert a.is_settled


def test_an_acknowledgement_goes_alone_after_its_delay(ends: Ends) -> None:
    a, b = ends
    give(b, a.pack(["one"], 0.0), 10.0)
    due_at = b.due_at
    assert due_at == 10.0 + ACK_DELAY_SECONDS
    assert b.due(10.0) == []
    [alone] = b.due(10.0 + ACK_DELAY_SECONDS)
    assert alone == Batch(0, 1, ())
    assert b.due_at is None
    assert give(a, alone) == []
    assert a.is_settled
    assert a.due_at is None


def test_an_acknowledgement_of_what_was_never_sent_harms_nothing(ends: Ends) -> None:
    a, b = ends
    a.unpack(0, 99, (), 0.0)
    batch = a.pack(["one"], 0.0)
    assert give(b, batch) == ["one"]


# -- sending again ---------------------------------------------------------------------------------


def test_what_is_not_acknowledged_goes_again_and_ever_more_seldom(ends: Ends) -> None:
    a, _ = ends
    batch = a.pack(["one"], 0.0)
    now, waits = 0.0, list[float]()
    for _ in range(6):
        at = a.due_at
        assert at is not None
        waits.append(at - now)
        now = at
        assert a.due(now) == [batch]
    assert waits == [RESEND_FIRST_SECONDS * 2**n for n in range(4)] + [RESEND_MOST_SECONDS] * 2
    assert a.resent == 6


def test_an_acknowledgement_makes_the_wait_short_again(ends: Ends) -> None:
    a, b = ends
    first = a.pack(["one"], 0.0)
    for _ in range(3):
        a.due(a.due_at or 0.0)
    give(b, first)
    give(a, b.pack([], 100.0), 100.0)
    assert a.is_settled
    a.pack(["two"], 100.0)
    assert a.due_at == 100.0 + RESEND_FIRST_SECONDS


# -- a link that does everything wrong -------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), loss=st.floats(0.0, 0.6), doubling=st.floats(0.0, 0.6))
def test_all_arrives_once_and_in_order_over_a_link_that_loses_doubles_and_reorders(
    seed: int, loss: float, doubling: float
) -> None:
    chance = random.Random(seed)
    ends: tuple[Channel[int], Channel[int]] = Channel(), Channel()
    under_way: list[tuple[int, Batch[int]]] = []
    got: tuple[list[int], list[int]] = [], []

    def send(to: int, batch: Batch[int], loss: float) -> None:
        for _ in range(1 + (chance.random() < doubling)):
            if chance.random() >= loss:
                under_way.insert(chance.randint(0, len(under_way)), (to, batch))

    def arrive(now: float) -> None:
        to, batch = under_way.pop()
        got[to].extend(ends[to].unpack(batch.seq, batch.ack, batch.messages, now))

    def send_due(now: float, loss: float) -> None:
        for side in (0, 1):
            for batch in ends[side].due(now):
                send(1 - side, batch, loss)

    now, said = 0.0, 0
    for _ in range(100):
        now += chance.random() * 0.2
        which = chance.randrange(2)
        send(1 - which, ends[which].pack([said, said + 1], now), loss)
        said += 2
        while under_way and chance.random() < 0.6:
            arrive(now)
        send_due(now, loss)
    healed_at = now
    while not (ends[0].is_settled and ends[1].is_settled):
        assert now < healed_at + 1000
        now += 1.0
        send_due(now, 0.0)
        while under_way:
            arrive(now)
    assert sorted(got[0] + got[1]) == list(range(said)), "each once"
    assert got == (sorted(got[0]), sorted(got[1])), "and in order"
