"""The kernel objects between the scheduler and one worker ("bench").

======  ==================  ====================================================================
inbox   datagram sockets    one packet is one task.  Both processes hold its reading end, so a
        (SEQPACKET)         task that the worker has not taken can be taken back by the scheduler
results stream socket       what became of each task, written the moment it is known: it outlives
                            a worker that crashes in the next one
page    shared memory       four cells: which task was last begun, when; which is to be
                            interrupted; which was
======  ==================  ====================================================================

Why not zmq here.  A prefetched task must stay cancellable, and must not wait behind a task that
turns out long, also while the worker is stuck in C code with the interpreter's lock held.  With
the task in a buffer that only the worker can read, nobody can say truthfully that it will not run.
The kernel hands each packet to exactly one reader: what `recall` returns has never been seen by
the worker, and what it does not return has.  That one fact is what NEVER_STARTED rests on.  It
also saves the two I/O threads' hops, and leaves the worker without any thread of ours.

Only the worker writes BEGUN, BEGUN_NS and RAISED; only the scheduler writes CANCEL.  Cells are
eight bytes, aligned, written by one store.
"""

from __future__ import annotations

import mmap
import socket
import struct
import sys
from pathlib import Path
from typing import Final, NamedTuple

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
CELLS: Final = 8  # a cache line each, so that workers don't slow each other down


class Page:
    """The cells of all workers; inherited through fork, so made before the nursery."""

    def __init__(self, slots: int) -> None:
        self.slots = slots
        self._map = mmap.mmap(-1, slots * CELLS * 8)
        self._cells = memoryview(self._map).cast("Q")

    def of(self, slot: int) -> memoryview:
        """One worker's cells."""
        return self._cells[slot * CELLS : (slot + 1) * CELLS]

    def clear(self, slot: int) -> None:
        """Make a slot ready for its next worker."""
        self._map[slot * CELLS * 8 : (slot + 1) * CELLS * 8] = bytes(CELLS * 8)


# -- the inbox -----------------------------------------------------------------------------------

PACKET: Final = struct.Struct("<QIB")  # seq, context, is_blob or LET_GO; then the data
LET_GO: Final = 2  # in place of is_blob: no task, but the order to let go of removed shared data
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

# bytes after this head, kind, is_blob, length of the error text, seq, begun_ns, ended_ns
RESULT: Final = struct.Struct("<IBBHQqq")

READY: Final = 0  # the worker waits for its first task
VALUE: Final = 1  # it returned
ERROR: Final = 2  # it raised
INTERRUPTED: Final = 3  # it stopped because it was interrupted
SKIPPED: Final = 4  # it was to be interrupted before it had begun: not a line of it ran
START_FAILED: Final = 5  # the initializer raised; the error line says what

ERROR_BYTES: Final = 60_000  # the error's line, a NUL, and the traceback; cut at the end


def result_blob(client: str, seq: int) -> str:
    """The name of the file for the result of *client*'s task *seq*, where that is big."""
    return f"{client}-{seq}.r"


class Report(NamedTuple):
    """One frame of the results stream."""

    kind: int
    seq: int
    begun_ns: int
    ended_ns: int
    error: str
    data: bytes
    is_blob: bool


def frame_report(
    kind: int,
    seq: int,
    begun_ns: int,
    ended_ns: int,
    data: bytes = b"",
    error: bytes = b"",
    is_blob: bool = False,
) -> bytes:
    """The bytes of one report."""
    head = RESULT.pack(len(error) + len(data), kind, is_blob, len(error), seq, begun_ns, ended_ns)
    return head + error + data if error else head + data


class ReportReader:
    """Cuts the results stream into reports; keeps what is incomplete."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> list[Report]:
        """The reports that are complete with *chunk*."""
        data = self._rest + chunk if self._rest else chunk
        reports: list[Report] = []
        at, end = 0, len(data)
        head = RESULT.size
        while end - at >= head:
            size, kind, is_blob, n_error, seq, begun_ns, ended_ns = RESULT.unpack_from(data, at)
            if end - at - head < size:
                break
            body = at + head
            at = body + size
            error = ""
            if n_error:
                error = data[body : body + n_error].decode("utf-8", "backslashreplace")
                body += n_error
            reports.append(
                Report(kind, seq, begun_ns, ended_ns, error, data[body:at], bool(is_blob))
            )
        self._rest = data[at:]
        return reports
