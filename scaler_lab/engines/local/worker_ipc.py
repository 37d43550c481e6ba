"""The kernel objects between the scheduler and one worker.

======= ==================  ====================================================================
inbox   datagram sockets    One packet is one task.  Both processes hold the reading end, so the
        (SEQPACKET)         scheduler can take back a task that the worker has not taken.
results stream socket       The result of each task, written as soon as it is known, so that it
                            survives if the worker crashes in the next task.
page    shared memory       Cells: which task started last, and when; which to interrupt; which
                            was interrupted; how much output was taken.  And two notes, the later of
                            which has the progress that the current task reports.
output  pipe                What tasks write to the descriptors 1 and 2 (see
                            `worker.output_capture`).
======= ==================  ====================================================================

Why not zmq here?  A prefetched task must stay cancellable, and must not wait behind a task that
turns out to be long, even while the worker is stuck in C code that holds the interpreter's lock.
If the task were in a buffer that only the worker can read, no other process could be sure that it
will not run.  The kernel delivers each packet to exactly one reader: the worker has never seen a
packet that `recall` returns, and has taken every packet that `recall` doesn't return.
NEVER_STARTED relies on this fact.  Plain sockets also avoid the two I/O threads of zmq, so that the
worker runs no thread of this project.

Only the worker writes BEGUN, BEGUN_NS, ENDED, RAISED, COUNT, PRIVATE and the notes; only the
scheduler writes CANCEL, TAKEN and MOVED_TO.  Cells are eight bytes, aligned, and written by one
store.  A note is longer and may be read half written, which its checksum detects: the reader then
takes the other note, so a worker that is suspended while it writes hides nothing.
"""

from __future__ import annotations

import mmap
import socket
import struct
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from scaler_lab.core.messages import NO_USAGE, Progress, Usage

# -- files --------------------------------------------------------------------------------------


def dump_path(folder: Path, number: int) -> Path:
    """Return the file to which a crashing worker writes the stacks of its threads."""
    return folder / f"worker-{number}.crash"


def context_path(folder: Path, context: int) -> Path:
    """Return the file in which the scheduler stores the client and `sys.path` of *context*."""
    return folder / f"context-{context}.json"


# -- the page ------------------------------------------------------------------------------------

BEGUN: Final = 0  # seq of the task that started last
BEGUN_NS: Final = 1  # time.monotonic_ns() when it started
CANCEL: Final = 2  # seq of the task that the next interrupt is meant for
RAISED: Final = 3  # seq of the task in which an interrupt was raised
TAKEN: Final = 4  # bytes taken out of the output pipe, times two; odd while bytes are being taken
MOVED_TO: Final = 5  # number of the worker's output pipe that is read now; see MOVED
COUNT: Final = 6  # steps done by a task's loop, if the task's note refers to this cell
ENDED: Final = 7  # seq of the task that ended last
PRIVATE: Final = 8  # bytes of private memory that the process had before its task
CELLS: Final = 16  # per worker: whole cache lines, so that workers don't slow each other down
_NOTE_BYTES: Final = 256
NOTES_BYTES: Final = 2 * _NOTE_BYTES
_NOTE: Final = struct.Struct("<IQHQ")  # checksum of the rest, number, length of the text, seq
_NUMBER: Final = struct.Struct("<Q")
_NUMBER_AT: Final = 4
NOTE_TEXT_BYTES: Final = _NOTE_BYTES - _NOTE.size


def note_text(progress: Progress, *, counts: bool = False) -> bytes:
    """Encode *progress* for a note or a report.

    With *counts*, the number of steps done is in the cell COUNT instead.
    """
    text = _encode_progress(progress)
    if len(text) >= NOTE_TEXT_BYTES:  # only if the note has many characters of four bytes
        text = _encode_progress(Progress(progress.done, progress.total, ""))
    return (b"+" if counts else b"=") + text


def progress_in(text: bytes, count: int = 0) -> Progress | None:
    """Decode the result of `note_text`; None if *text* isn't valid."""
    try:
        noted = _decode_progress(text[1:])
    except msgspec.DecodeError:
        return None
    return Progress(count, noted.total, noted.note) if text[:1] == b"+" else noted


_encode_progress = msgspec.msgpack.Encoder().encode
_decode_progress = msgspec.msgpack.Decoder(Progress).decode


def write_note(area: memoryview, seq: int, text: bytes) -> None:
    """Write *text* as a note of task *seq* over the older note, by one copy.

    No signal can interrupt the copy, and until it is complete the other note is the last one.
    """
    first, second = _numbers(area)
    rest = _NOTE.pack(0, max(first, second) + 1, len(text), seq)[_NUMBER_AT:] + text
    data = zlib.crc32(rest).to_bytes(_NUMBER_AT, "little") + rest
    at = _NOTE_BYTES if first > second else 0
    area[at : at + len(data)] = data


def _numbers(area: memoryview | bytes) -> tuple[int, int]:
    """Return the numbers of the two notes in *area*; 0 for one that was never written."""
    return (
        _NUMBER.unpack_from(area, _NUMBER_AT)[0],
        _NUMBER.unpack_from(area, _NOTE_BYTES + _NUMBER_AT)[0],
    )


def read_progress(area: memoryview, cells: Sequence[int]) -> tuple[int, Progress] | None:
    """Return the seq and the progress that a worker reports; None if it reports none.

    A task may report without a pause.  So a note that refers to COUNT must be the last one before
    and after the cell is read, else the count may be another loop's.  If new notes come all the
    time, new loops start all the time, and the last one has just started.
    """
    begun: tuple[int, Progress] | None = None
    if not any(_numbers(area)):  # no task of this worker has reported anything
        return None
    for _ in range(_READ_ATTEMPTS):
        note = read_note(area)
        if note is None:
            continue
        seq, text = note
        progress = progress_in(text, cells[COUNT])
        if progress is None:
            continue
        if text[:1] != b"+" or read_note(area) == note:
            return seq, progress
        begun = seq, Progress(0, progress.total, progress.note)
    return begun


_READ_ATTEMPTS: Final = 10  # 3 us each


def read_note(area: memoryview | bytes) -> tuple[int, bytes] | None:
    """Return the seq and the text of the last complete note.

    None if there is none, or if the task wrote both notes while this one read them.
    """
    data = bytes(area)
    first, second = _numbers(data)
    for at in (0, _NOTE_BYTES) if first > second else (_NOTE_BYTES, 0):
        checksum, _, size, seq = _NOTE.unpack_from(data, at)
        end = at + _NOTE.size + size
        if end <= at + _NOTE_BYTES and zlib.crc32(data[at + _NUMBER_AT : end]) == checksum:
            return seq, data[at + _NOTE.size : end]
    return None


class SharedPage:
    """The cells and notes of all workers.

    Workers inherit it through fork, so it must be created before the fork server.
    """

    def __init__(self, slots: int) -> None:
        self.slots = slots
        self._notes_at = slots * CELLS * 8
        self._map = mmap.mmap(-1, self._notes_at + slots * NOTES_BYTES)
        self._bytes = memoryview(self._map)
        self._cells = self._bytes[: self._notes_at].cast("Q")

    def of(self, slot: int) -> memoryview:
        """Return the cells of the worker in *slot*."""
        return self._cells[slot * CELLS : (slot + 1) * CELLS]

    def note_of(self, slot: int) -> memoryview:
        """Return the notes of the worker in *slot*."""
        at = self._notes_at + slot * NOTES_BYTES
        return self._bytes[at : at + NOTES_BYTES]

    def clear(self, slot: int) -> None:
        """Reset a slot for its next worker."""
        self._map[slot * CELLS * 8 : (slot + 1) * CELLS * 8] = bytes(CELLS * 8)
        self.note_of(slot)[:] = bytes(NOTES_BYTES)


# -- the inbox -----------------------------------------------------------------------------------

# Seq, context, is_blob or RELEASE, the task's memory limit in bytes or 0; then the data.
PACKET: Final = struct.Struct("<QIBQ")
RELEASE: Final = 2  # in place of is_blob: not a task, but the order to release removed shared data
CHECK_MODULES: Final = 4  # added to is_blob: first check whether a loaded module was edited
PACKET_BYTES: Final = 128 * 1024  # maximum size of one packet
SOCKET_KIND: Final = socket.SOCK_DGRAM if sys.platform == "darwin" else socket.SOCK_SEQPACKET


def make_inbox() -> tuple[socket.socket, socket.socket]:
    """Return (the scheduler's writing end, the reading end that both processes hold)."""
    write_end, read_end = socket.socketpair(socket.AF_UNIX, SOCKET_KIND)
    write_end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * PACKET_BYTES)
    write_end.setblocking(False)
    return write_end, read_end


def recall(read_end: socket.socket) -> list[int]:
    """Take back every packet that the worker has not taken; return their seqs, in order.

    The reading end is blocking for the worker's sake, so MSG_DONTWAIT prevents waiting here.
    """
    seqs: list[int] = []
    while True:
        try:
            head = read_end.recv(PACKET.size, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return seqs
        if not head:
            return seqs
        seqs.append(PACKET.unpack(head)[0])


# -- the results ---------------------------------------------------------------------------------

# Bytes after this head, kind, is_blob, length of the error text, seq, begun_ns, ended_ns; the four
# fields of `Usage`; bytes the worker has written to its output so far; length of the note's text.
RESULT: Final = struct.Struct("<IBBHQqqqQQQQH")

READY: Final = 0  # the worker waits for its first task
VALUE: Final = 1  # the task returned
ERROR: Final = 2  # the task raised
INTERRUPTED: Final = 3  # the task stopped because it was interrupted
SKIPPED: Final = 4  # the task was cancelled before it started: none of its code ran
START_FAILED: Final = 5  # the initializer raised; the error line states what
MOVED: Final = 6  # output goes to pipe number `seq` from now on; its reading end is attached
FILES_MISSING: Final = 7  # something deleted the engine's folder, which the worker needs
# The worker can't go on; the error line states why.  It takes no more tasks and ends.  A seq names
# the interrupted task that caused this; it must not be reported as stopped before the worker ends.
RETIRED: Final = 8
STALE: Final = 9  # a loaded module was edited: the worker does not run task `seq`, and ends

ERROR_BYTES: Final = 60_000  # the error's line, a NUL, and the traceback; cut at the end


def result_blob(client: str, seq: int) -> str:
    """Return the name of the file for a large result of *client*'s task *seq*."""
    return f"{client}-{seq}.r"


class WorkerReport(NamedTuple):
    """One frame of the results stream."""

    kind: int
    seq: int
    begun_ns: int
    ended_ns: int
    error: str
    data: bytes
    is_blob: bool
    usage: Usage = NO_USAGE
    written: int = 0  # bytes of output of all tasks so far
    note: bytes = b""  # the progress that the task reported last


def frame_report(
    kind: int,
    seq: int,
    begun_ns: int,
    ended_ns: int,
    data: bytes = b"",
    error: bytes = b"",
    is_blob: bool = False,
    usage: tuple[int, int, int, int] = (0, 0, 0, 0),
    written: int = 0,
    note: bytes = b"",
) -> bytes:
    """Encode one report.  *usage* contains the fields of `Usage`."""
    n_error, n_note = len(error), len(note)
    size = n_error + n_note + len(data)
    head = RESULT.pack(
        size, kind, is_blob, n_error, seq, begun_ns, ended_ns, *usage, written, n_note
    )
    return head + error + note + data if n_error or n_note else head + data


class ReportReader:
    """Splits the results stream into reports; keeps an incomplete one until its rest arrives."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> list[WorkerReport]:
        """Return the reports that are complete with *chunk*."""
        data = self._rest + chunk if self._rest else chunk
        reports: list[WorkerReport] = []
        at, end = 0, len(data)
        head = RESULT.size
        while end - at >= head:
            (
                size, kind, is_blob, n_error, seq, begun_ns, ended_ns,
                cpu_ns, peak_memory, bytes_in, bytes_out, written, n_note,
            ) = RESULT.unpack_from(data, at)  # fmt: skip
            if end - at - head < size:
                break
            body = at + head
            at = body + size
            error, note = "", b""
            if n_error:
                error = data[body : body + n_error].decode("utf-8", "backslashreplace")
                body += n_error
            if n_note:
                note = data[body : body + n_note]
                body += n_note
            usage = Usage(cpu_ns, peak_memory, bytes_in, bytes_out)
            reports.append(
                WorkerReport(
                    kind,
                    seq,
                    begun_ns,
                    ended_ns,
                    error,
                    data[body:at],
                    is_blob > 0,
                    usage,
                    written,
                    note,
                )
            )
        self._rest = data[at:]
        return reports
