"""The kernel objects between the scheduler and one worker ("bench").

======  ==================  ====================================================================
inbox   datagram sockets    one packet is one task.  Both processes hold its reading end, so a
        (SEQPACKET)         task that the worker has not taken can be taken back by the scheduler
results stream socket       what became of each task, written the moment it is known: it outlives
                            a worker that crashes in the next one
page    shared memory       cells: which task was last begun, when; which is to be interrupted;
                            which was; how much of the output was taken.  And a note: how far the
                            task in hand says it is
output  pipe                what tasks write to the descriptors 1 and 2 (see
                            `worker.output_capture`)
======  ==================  ====================================================================

Why not zmq here.  A prefetched task must stay cancellable, and must not wait behind a task that
turns out long, also while the worker is stuck in C code with the interpreter's lock held.  With
the task in a buffer that only the worker can read, nobody can say truthfully that it will not run.
The kernel hands each packet to exactly one reader: what `recall` returns has never been seen by
the worker, and what it does not return has.  That one fact is what NEVER_STARTED rests on.  It
also saves the two I/O threads' hops, and leaves the worker without any thread of ours.

Only the worker writes BEGUN, BEGUN_NS, RAISED, COUNT and the note; only the scheduler writes
CANCEL, TAKEN and MOVED_TO.  Cells are eight bytes, aligned, written by one store.  A note is
longer, and may be read half written: its checksum tells.
"""

from __future__ import annotations

import mmap
import socket
import struct
import sys
import zlib
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from scaler_lab.core.messages import NO_USAGE, Progress, Usage

# -- files --------------------------------------------------------------------------------------


def dump_path(folder: Path, number: int) -> Path:
    """Where a crashing worker leaves the stacks of its threads."""
    return folder / f"worker-{number}.crash"


def context_path(folder: Path, context: int) -> Path:
    """Where the scheduler writes down whose tasks those of *context* are, and their sys.path."""
    return folder / f"context-{context}.json"


# -- the page ------------------------------------------------------------------------------------

BEGUN: Final = 0  # seq of the task last begun
BEGUN_NS: Final = 1  # time.monotonic_ns() of that
CANCEL: Final = 2  # seq of the task that the next interrupt means
RAISED: Final = 3  # seq of the task that an interrupt was raised in
TAKEN: Final = 4  # bytes that were taken out of the output pipe, times two; odd: just being taken
MOVED_TO: Final = 5  # which of the worker's output pipes is read now; see MOVED
COUNT: Final = 6  # how many a loop has done, of the task whose note says so
CELLS: Final = 8  # a cache line each, so that workers don't slow each other down
NOTE_BYTES: Final = 256
_NOTE: Final = struct.Struct("<IHQ")  # checksum of the rest, length of the text, seq
NOTE_TEXT_BYTES: Final = NOTE_BYTES - _NOTE.size


def note_text(progress: Progress, *, counts: bool = False) -> bytes:
    """*progress* for a note or a report; with *counts*, what is done is in the cell COUNT."""
    text = _encode_progress(progress)
    if len(text) >= NOTE_TEXT_BYTES:  # only of characters that take four bytes each
        text = _encode_progress(Progress(progress.done, progress.total, ""))
    return (b"+" if counts else b"=") + text


def progress_in(text: bytes, count: int = 0) -> Progress | None:
    """The progress of `note_text`; None where it is none."""
    try:
        said = _decode_progress(text[1:])
    except msgspec.DecodeError:
        return None
    return Progress(count, said.total, said.note) if text[:1] == b"+" else said


_encode_progress = msgspec.msgpack.Encoder().encode
_decode_progress = msgspec.msgpack.Decoder(Progress).decode


def write_note(area: memoryview, seq: int, text: bytes) -> None:
    """Say *text* of task *seq*.  The area is written by one copy, which no signal interrupts."""
    rest = _NOTE.pack(0, len(text), seq)[4:] + text
    data = zlib.crc32(rest).to_bytes(4, "little") + rest
    area[: len(data)] = data


def read_note(area: memoryview | bytes) -> tuple[int, bytes] | None:
    """The seq and the text; None where there is none, or it is just being written."""
    data = bytes(area)
    checksum, size, seq = _NOTE.unpack_from(data)
    end = _NOTE.size + size
    if end > NOTE_BYTES or zlib.crc32(data[4:end]) != checksum:
        return None
    return seq, data[_NOTE.size : end]


class SharedPage:
    """The cells of all workers; inherited through fork, so made before the nursery."""

    def __init__(self, slots: int) -> None:
        self.slots = slots
        self._notes_at = slots * CELLS * 8
        self._map = mmap.mmap(-1, self._notes_at + slots * NOTE_BYTES)
        self._bytes = memoryview(self._map)
        self._cells = self._bytes[: self._notes_at].cast("Q")

    def of(self, slot: int) -> memoryview:
        """One worker's cells."""
        return self._cells[slot * CELLS : (slot + 1) * CELLS]

    def note_of(self, slot: int) -> memoryview:
        """One worker's note."""
        at = self._notes_at + slot * NOTE_BYTES
        return self._bytes[at : at + NOTE_BYTES]

    def clear(self, slot: int) -> None:
        """Make a slot ready for its next worker."""
        self._map[slot * CELLS * 8 : (slot + 1) * CELLS * 8] = bytes(CELLS * 8)
        self.note_of(slot)[:] = bytes(NOTE_BYTES)


# -- the inbox -----------------------------------------------------------------------------------

PACKET: Final = struct.Struct("<QIB")  # seq, context, is_blob or LET_GO; then the data
RELEASE: Final = 2  # in place of is_blob: no task, but the order to let go of removed shared data
CHECK_MODULES: Final = 4  # added to is_blob: first see whether a loaded module was edited since
PACKET_BYTES: Final = 128 * 1024  # most that one packet may hold
SOCKET_KIND: Final = socket.SOCK_DGRAM if sys.platform == "darwin" else socket.SOCK_SEQPACKET


def make_inbox() -> tuple[socket.socket, socket.socket]:
    """(the scheduler's writing end, the reading end that both processes hold)."""
    write_end, read_end = socket.socketpair(socket.AF_UNIX, SOCKET_KIND)
    write_end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * PACKET_BYTES)
    write_end.setblocking(False)
    return write_end, read_end


def recall(read_end: socket.socket) -> list[int]:
    """Take every packet back that the worker has not taken; their seqs, in order.

    The reading end is blocking for the worker, so the flag says not to wait here.
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

# bytes after this head, kind, is_blob, length of the error text, seq, begun_ns, ended_ns;
# the four of `Usage`; bytes the worker has written to its output so far, length of the note's text
RESULT: Final = struct.Struct("<IBBHQqqqQQQQH")

READY: Final = 0  # the worker waits for its first task
VALUE: Final = 1  # it returned
ERROR: Final = 2  # it raised
INTERRUPTED: Final = 3  # it stopped because it was interrupted
SKIPPED: Final = 4  # it was to be interrupted before it had begun: not a line of it ran
START_FAILED: Final = 5  # the initializer raised; the error line says what
MOVED: Final = 6  # the output goes to pipe number `seq` from here on, whose end comes along
FILES_MISSING: Final = 7  # somebody deleted the engine's folder, which it needs
# The worker can't go on, as the error line says: it takes no task any more, and ends.  With a seq,
# that of the interrupted task which left it so, and which must not be said to have stopped before.
RETIRED: Final = 8
STALE: Final = 9  # a module that it loaded was edited: it did not begin task `seq`, and ends

ERROR_BYTES: Final = 60_000  # the error's line, a NUL, and the traceback; cut at the end


def result_blob(client: str, seq: int) -> str:
    """The name of the file for the result of *client*'s task *seq*, where that is big."""
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
    written: int = 0  # bytes of output, of all tasks so far
    note: bytes = b""  # how far the task said it was, at its end


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
    """The bytes of one report.  *usage* are the fields of `Usage`."""
    n_error, n_note = len(error), len(note)
    size = n_error + n_note + len(data)
    head = RESULT.pack(
        size, kind, is_blob, n_error, seq, begun_ns, ended_ns, *usage, written, n_note
    )
    return head + error + note + data if n_error or n_note else head + data


class ReportReader:
    """Cuts the results stream into reports; keeps what is incomplete."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> list[WorkerReport]:
        """The reports that are complete with *chunk*."""
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
