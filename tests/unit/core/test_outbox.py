"""A task that is submitted alone, while the sender sleeps, is written by the caller's thread."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from interrupts import Interrupter

from scaler_lab import Board
from scaler_lab.core.messages import TaskId
from scaler_lab.core.outbox import Outbox, Prepared
from scaler_lab.core.task_record import TaskRecord

FRAME = b"a frame"


class Sender:
    """An outbox on one end of a stream; its sender sleeps.  *woken* has an entry for each wake."""

    def __init__(self) -> None:
        self.end, self.peer = socket.socketpair()
        self.end.setblocking(False)
        self.peer.setblocking(False)
        self.board = Board()
        self.woken: list[None] = []
        self.outbox = Outbox(lambda: self.woken.append(None), self.end.send)
        self.place = self.outbox.place = object()
        self.futures: dict[TaskId, object] = {}
        self.sleep()

    def sleep(self) -> None:
        self.outbox.is_sender_asleep = self.outbox.accepts_frame = True

    def commit(self, name: str = "a", *, frame: bytes = FRAME, place: object = None) -> Prepared:
        prepared = Prepared(self.outbox, SimpleNamespace(place=place or self.place))
        prepared.frame = frame
        record = TaskRecord(TaskId(name), name, time.monotonic())
        with self.board.lock:
            self.board.commit_one(record, object(), self.futures, prepared)
        return prepared

    def received(self) -> bytes:
        try:
            return self.peer.recv(1 << 20)
        except BlockingIOError:
            return b""


@pytest.fixture
def sender() -> Iterator[Sender]:
    sender = Sender()
    yield sender
    sender.end.close()
    sender.peer.close()


def test_a_lone_task_is_written_without_waking_the_sender(sender: Sender) -> None:
    prepared = sender.commit()
    assert sender.received() == FRAME
    assert prepared.is_committed
    assert not sender.woken
    assert not sender.outbox.batches
    assert not sender.outbox.is_writing


def test_the_next_task_goes_through_the_sender_until_it_sleeps_again(sender: Sender) -> None:
    sender.commit("a")
    second = sender.commit("b")
    third = sender.commit("c")
    assert list(sender.outbox.batches) == [second.batch, third.batch]
    assert len(sender.woken) == 1
    assert sender.received() == FRAME
    sender.outbox.batches.clear()
    sender.sleep()
    sender.commit("d")
    assert sender.received() == FRAME
    assert len(sender.woken) == 1


@pytest.mark.parametrize("why", ["no frame", "another place", "a batch before it", "full", "ended"])
def test_what_the_caller_must_not_or_cannot_write_goes_through_the_sender(
    sender: Sender, why: str
) -> None:
    if why == "a batch before it":
        sender.outbox.batches.append("before")
    elif why == "full":
        with contextlib.suppress(BlockingIOError):
            while True:
                sender.end.send(bytes(1 << 20))
    elif why == "ended":
        sender.end.close()
    prepared = sender.commit(
        frame=b"" if why == "no frame" else FRAME,
        place=object() if why == "another place" else None,
    )
    assert sender.outbox.batches[-1] is prepared.batch
    assert len(sender.woken) == 1
    assert FRAME not in sender.received()
    assert not sender.outbox.is_writing


def test_an_interrupt_at_any_point_comes_before_the_submission_or_after_it(sender: Sender) -> None:
    where = "before the first"
    n_points = n_written = 0
    while where:
        n_points += 1
        sender.sleep()
        interrupter = Interrupter(n_points)
        name = f"{n_points}"
        interrupter.run(lambda: sender.commit(name))  # noqa: B023
        where = interrupter.where
        is_known = sender.board.info(TaskId(name)) is not None
        assert sender.received() == (FRAME if is_known else b""), f"interrupted at {where}"
        assert (TaskId(name) in sender.futures) is is_known
        assert not sender.outbox.is_writing, f"interrupted at {where}"
        assert not sender.outbox.batches
        n_written += is_known
    assert n_points > 3
    assert n_written >= 2  # by the last run, and by the one that was interrupted after the write
