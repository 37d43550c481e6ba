"""The kernel objects between scheduler and worker: what NEVER_STARTED rests on."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Generator, Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaler_lab.core.messages import Usage
from scaler_lab.engines.local import worker_ipc
from scaler_lab.engines.local.worker_ipc import (
    BEGUN,
    CANCEL,
    CELLS,
    PACKET,
    PACKET_BYTES,
    ReportReader,
    SharedPage,
    WorkerReport,
)

# -- the inbox -------------------------------------------------------------------------------------

Inbox = tuple[socket.socket, socket.socket]


@contextlib.contextmanager
def made_inbox() -> Generator[Inbox]:
    write_end, read_end = worker_ipc.make_inbox()
    with write_end, read_end:
        yield write_end, read_end


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with made_inbox() as ends:
        yield ends


def packet(seq: int, size: int = 0) -> bytes:
    return PACKET.pack(seq, 0, 0, 0) + bytes(size)


def test_recall_gives_all_that_was_not_taken_in_order(inbox: Inbox) -> None:
    write_end, read_end = inbox
    for seq in range(1, 6):
        write_end.send(packet(seq))
    assert read_end.recv(PACKET_BYTES) == packet(1)
    assert worker_ipc.recall(read_end) == [2, 3, 4, 5]
    assert worker_ipc.recall(read_end) == []


def test_recall_of_packets_larger_than_their_head(inbox: Inbox) -> None:
    write_end, read_end = inbox
    write_end.send(packet(1, 60_000))
    write_end.send(packet(2, 3))
    assert worker_ipc.recall(read_end) == [1, 2]


def test_recall_after_the_writing_end_was_closed_still_gives_what_is_there(inbox: Inbox) -> None:
    write_end, read_end = inbox
    write_end.send(packet(7))
    write_end.close()
    assert worker_ipc.recall(read_end) == [7]
    assert worker_ipc.recall(read_end) == []


def test_the_largest_packet_goes_through_whole(inbox: Inbox) -> None:
    write_end, read_end = inbox
    largest = packet(1, PACKET_BYTES - PACKET.size)
    assert write_end.send(largest) == len(largest)
    buffer = bytearray(PACKET_BYTES)
    assert read_end.recv_into(buffer) == len(largest)


def test_a_full_inbox_refuses_instead_of_blocking(inbox: Inbox) -> None:
    write_end, read_end = inbox
    sent: list[int] = []
    with contextlib.suppress(BlockingIOError):
        for seq in range(10_000):
            write_end.send(packet(seq, 10_000))
            sent.append(seq)
    assert 1 < len(sent) < 100
    assert worker_ipc.recall(read_end) == sent


def test_each_packet_has_exactly_one_reader_however_recall_races_with_the_worker() -> None:
    """What recall returns the worker never sees, and what it doesn't return the worker does."""
    n, taken = 20_000, list[int]()
    with made_inbox() as (write_end, read_end):
        write_end.setblocking(True)

        def work() -> None:
            while data := read_end.recv(PACKET_BYTES):
                taken.append(PACKET.unpack(data)[0])

        worker = threading.Thread(target=work)
        worker.start()
        recalled: list[int] = []
        for seq in range(n):
            write_end.send(packet(seq))
            if seq % 7 == 0:
                recalled += worker_ipc.recall(read_end)
        write_end.shutdown(socket.SHUT_RDWR)
        worker.join(30)
        assert not worker.is_alive()
        recalled += worker_ipc.recall(read_end)
    assert recalled
    assert sorted(recalled + taken) == list(range(n))
    assert taken == sorted(taken)
    assert recalled == sorted(recalled)


# -- the page --------------------------------------------------------------------------------------


def test_slots_share_nothing_and_are_cleared_one_by_one() -> None:
    page = SharedPage(3)
    for slot in range(3):
        for cell in range(CELLS):
            page.of(slot)[cell] = 100 * slot + cell
    page.clear(1)
    assert list(page.of(0)) == list(range(CELLS))
    assert list(page.of(1)) == [0] * CELLS
    assert list(page.of(2)) == list(range(200, 200 + CELLS))


def test_a_cell_holds_the_largest_seq() -> None:
    cells = SharedPage(1).of(0)
    cells[BEGUN] = cells[CANCEL] = 2**64 - 1
    assert cells[BEGUN] == 2**64 - 1
    with pytest.raises(ValueError, match="memoryview: invalid value"):
        cells[BEGUN] = 2**64


# -- the results -----------------------------------------------------------------------------------

naturals = st.integers(0, 2**64 - 1)
reports = st.builds(
    WorkerReport,
    kind=st.integers(0, 5),
    seq=naturals,
    begun_ns=st.integers(-(2**63), 2**63 - 1),
    ended_ns=st.integers(-(2**63), 2**63 - 1),
    error=st.text(st.characters(codec="utf-8"), max_size=40),
    data=st.binary(max_size=200),
    is_blob=st.booleans(),
    usage=st.builds(Usage, st.integers(0, 2**63 - 1), naturals, naturals, naturals),
    written=naturals,
    note=st.binary(max_size=40),
)


def framed(report: WorkerReport) -> bytes:
    return worker_ipc.frame_report(
        report.kind,
        report.seq,
        report.begun_ns,
        report.ended_ns,
        report.data,
        report.error.encode(),
        report.is_blob,
        msgspec.structs.astuple(report.usage),
        report.written,
        report.note,
    )


@given(st.lists(reports, max_size=8), st.data())
def test_reports_are_read_however_the_stream_is_cut(
    sent: list[WorkerReport], data: st.DataObject
) -> None:
    stream = b"".join(framed(report) for report in sent)
    reader, read = ReportReader(), list[WorkerReport]()
    while stream:
        cut = data.draw(st.integers(1, len(stream)))
        read += reader.feed(stream[:cut])
        stream = stream[cut:]
    assert read == sent


def test_a_report_that_was_cut_short_by_a_death_is_never_delivered() -> None:
    reader = ReportReader()
    whole = framed(WorkerReport(worker_ipc.VALUE, 1, 0, 0, "", b"whole", False))
    half = framed(WorkerReport(worker_ipc.VALUE, 2, 0, 0, "", b"half", False))[:-1]
    assert [report.seq for report in reader.feed(whole + half)] == [1]


def test_an_error_cut_in_the_middle_of_a_character_is_still_text() -> None:
    error = ("é" * worker_ipc.ERROR_BYTES).encode()[: worker_ipc.ERROR_BYTES - 1]
    frame = worker_ipc.frame_report(worker_ipc.ERROR, 1, 0, 0, b"data", error)
    [report] = ReportReader().feed(frame)
    assert report.error.startswith("éé")
    assert report.error.endswith("\\xc3")
    assert report.data == b"data"


def test_names_of_files_contain_their_owner() -> None:
    folder = Path("/x")
    assert worker_ipc.dump_path(folder, 3) == folder / "worker-3.crash"
    assert worker_ipc.context_path(folder, 4) == folder / "context-4.json"
