"""The scheduler's hands: all it does with its workers, and all it hears of them.

    the core ── send, recall, interrupt, kill, … ──> hands ──> inboxes, pages; the nursery
             <── on_report, on_output, on_gone, … ──       <── results, pipes; the nursery's news

Each worker's ends are in its `WorkerEnds`, from its spawn until it is reaped.  What came out of its
pipe is told before the report that says how far the pipe's bytes belong to that task.

Owned by the loop's thread; nothing here waits.
"""

from __future__ import annotations

import contextlib
import functools
import os
import socket
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from scaler_lab.core.messages import Progress
from scaler_lab.engines.local import worker_ipc
from scaler_lab.engines.local.blobs import BlobFolder
from scaler_lab.engines.local.scheduler.core import SchedulerCore
from scaler_lab.engines.local.scheduler.forkserver_client import NurseryLine
from scaler_lab.engines.local.scheduler.poller import Watch
from scaler_lab.engines.local.scheduler.worker_handles import (
    WorkerEnds,
    close_all,
    descriptors,
    is_readable,
)
from scaler_lab.engines.local.settings import Settings
from scaler_lab.engines.local.worker import forkserver
from scaler_lab.engines.local.worker_ipc import (
    BEGUN,
    BEGUN_NS,
    CANCEL,
    COUNT,
    MOVED_TO,
    TAKEN,
    Page,
)

READ_BYTES = 256 * 1024
OUTPUT_READ_BYTES = 64 * 1024  # what a pipe holds
OUTPUT_REST_SECONDS = 0.001  # after so many: at most 60 MB a second of one worker
MOST_LAST_READS = 16
FD_ROOM = socket.CMSG_SPACE(4)


class WorkerHands:
    """See the module.  Implements the core's `Hands`, and the nursery line's `Registrar`."""

    def __init__(
        self, settings: Settings, page: Page, blobs: BlobFolder, line: NurseryLine, watch: Watch
    ) -> None:
        self._folder = Path(settings.folder)
        self._captures = settings.capture
        self._page = page
        self._blobs = blobs
        self._line = line
        self._watch = watch
        self._free_slots = list(reversed(range(page.slots)))
        self._ends: dict[int, WorkerEnds] = {}
        self._resting: dict[int, float] = {}  # benches that flood their pipes, and until when
        self._stillborn: list[tuple[int, str]] = []

    # -- for the loop ----------------------------------------------------------------------------

    def open(self, core: SchedulerCore, on_files_missing: Callable[[], None]) -> None:
        """Tell *core* from now on what workers and the nursery say.  It was made with these hands,
        so it can't be known before.  *on_files_missing* creates the engine's files again.
        """
        self._core = core
        self._on_files_missing = on_files_missing
        self._line.open(self)

    def tell_stillborn(self, now: float) -> None:
        """Tell the core of those that could not be started, when it is not in the midst of that."""
        while self._stillborn:  # each may bring the next one, until the core gives up
            self._core.on_stillborn(*self._stillborn.pop(), now)

    def due_at(self) -> float | None:
        """When `tick` next has something to do; None for never."""
        return min(self._resting.values()) if self._resting else None

    def tick(self, now: float) -> None:
        """Listen again to those whose output had to rest."""
        if self._resting:
            self._wake_resting(now)

    def close(self, idle: Iterable[int]) -> None:
        """Close the ends of all workers.  The *idle* ones may run their exit handlers."""
        for bench in idle:
            self._line.command(forkserver.END, bench)
        for ends in self._ends.values():
            ends.close()

    # -- for the core: what its Hands do -----------------------------------------------------------

    def send(self, bench: int, packet: bytes) -> bool:
        try:
            self._ends[bench].inbox_write.send(packet)
        except OSError:  # full, or the worker is gone
            return False
        return True

    def recall(self, bench: int) -> list[int]:
        ends = self._ends.get(bench)
        return [] if ends is None else worker_ipc.recall(ends.inbox_read)

    def begun(self, bench: int) -> tuple[int, int]:
        cells = self._ends[bench].cells
        return cells[BEGUN], cells[BEGUN_NS]

    def interrupt(self, bench: int, seq: int) -> None:
        ends = self._ends.get(bench)
        if ends is not None:
            ends.cells[CANCEL] = seq
            self._line.command(forkserver.SIGNAL, bench)

    def progress(self, bench: int) -> tuple[int, Progress] | None:
        ends = self._ends[bench]
        note = worker_ipc.read_note(ends.note)
        if note is None:
            return None
        seq, text = note
        said = worker_ipc.progress_in(text, ends.cells[COUNT])
        return None if said is None or worker_ipc.read_note(ends.note) != note else (seq, said)

    def kill(self, bench: int) -> None:
        self._line.command(forkserver.KILL, bench)

    def spawn(self, bench: int) -> None:
        with contextlib.ExitStack() as undo:
            try:
                inbox_write, inbox_read = worker_ipc.make_inbox()
                undo.enter_context(inbox_write)
                undo.enter_context(inbox_read)
                results, results_write = socket.socketpair()
                undo.enter_context(results)
                undo.enter_context(results_write)
                output, theirs = -1, [inbox_read.dup().detach(), results_write.detach()]
                undo.callback(close_all, theirs)
                if self._captures:
                    output, output_write = os.pipe()
                    theirs.append(output_write)
                    os.set_blocking(output, False)
            except OSError as error:  # no descriptors left
                self._stillborn.append((bench, f"it could not be given its sockets: {error}"))
                return
            undo.pop_all()
        results.setblocking(False)
        slot = self._free_slots.pop()
        self._page.clear(slot)
        page = self._page
        ends = WorkerEnds(
            slot, page.of(slot), page.note_of(slot), output, inbox_write, inbox_read, results
        )
        self._ends[bench] = ends
        if output >= 0:
            self._watch.register(output, lambda: self._on_output(bench))
        self._watch.register(results, lambda: self._on_results(bench))
        self._line.command(forkserver.SPAWN, bench, slot, theirs)

    def remove_blob(self, name: str) -> None:
        self._blobs.remove(name)

    # -- for the nursery ---------------------------------------------------------------------------

    def on_born(self, number: int, pid: int) -> None:
        """Pass it on."""
        self._core.on_born(number, pid)

    def on_gone(self, number: int, status: int, peak_rss_kib: int, killed: int) -> None:
        """Its last words first; then the core is told, and its ends are closed."""
        while self._on_results(number):  # all it reported counts; it writes no more
            if not is_readable(self._ends[number].results):
                break
        self._drain_output(number)
        dump = worker_ipc.dump_path(self._folder, number)
        try:
            stacks = dump.read_text(encoding="utf-8", errors="backslashreplace")[:4000]
            dump.unlink()
        except OSError:
            stacks = ""
        self._core.on_gone(number, status, peak_rss_kib, killed, stacks, time.monotonic())
        ends = self._ends.pop(number)
        self._watch.unregister(ends.results)
        for fd in (ends.output, *ends.older):
            if fd >= 0:
                self._watch.unregister(fd)
        ends.close()
        self._free_slots.append(ends.slot)

    # -- what workers report -----------------------------------------------------------------------

    def _on_results(self, bench: int) -> bool:
        """Take in what a worker wrote; False at the end of its stream."""
        ends = self._ends.get(bench)
        if ends is None:
            return False
        try:
            chunk, told, _, _ = ends.results.recvmsg(READ_BYTES, FD_ROOM)
        except BlockingIOError:
            return True
        except OSError:
            chunk, told = b"", []
        if told:
            ends.moved += descriptors(told)
        if not chunk:
            self._watch.unregister(ends.results)
            return False
        now = time.monotonic()
        for report in ends.reader.feed(chunk):
            if report.kind == worker_ipc.MOVED:
                self._on_moved(bench, ends, report.seq)
                continue
            if report.kind == worker_ipc.FILES_MISSING:
                self._on_files_missing()
                continue
            while report.written > ends.taken and ends.output >= 0:  # it is in the pipe
                if not self._take_output(bench, ends, report.written - ends.taken):
                    break
            self._core.on_report(bench, report, now)
        return True

    # -- what their tasks write --------------------------------------------------------------------

    def _on_output(self, bench: int) -> None:
        """Take in what a worker's tasks wrote; a flood has to wait for its next turn."""
        ends = self._ends.get(bench)
        if ends is None or ends.output < 0:
            return
        n_taken = self._take_output(bench, ends, OUTPUT_READ_BYTES)
        if not n_taken:
            return
        seq = ends.cells[BEGUN]  # in this order; see `SchedulerCore.settle_output`
        self._on_results(bench)
        now = time.monotonic()
        self._core.settle_output(bench, seq, now)
        if n_taken == OUTPUT_READ_BYTES and self._watch.unregister(ends.output):
            self._resting[bench] = now + OUTPUT_REST_SECONDS

    def _wake_resting(self, now: float) -> None:
        for bench, until in list(self._resting.items()):
            if now >= until:
                del self._resting[bench]
                ends = self._ends.get(bench)
                if ends is not None and ends.output >= 0:
                    self._watch.register(ends.output, functools.partial(self._on_output, bench))

    def _take_output(self, bench: int, ends: WorkerEnds, most: int) -> int:
        """Read from a worker's pipe, and count it; how many bytes."""
        cells, taken = ends.cells, ends.taken
        cells[TAKEN] = taken << 1 | 1
        data = b""
        try:
            data = os.read(ends.output, min(most, OUTPUT_READ_BYTES))
            if not data:
                self._end_pipe(ends)
        except BlockingIOError:
            pass
        finally:
            ends.taken = taken + len(data)
            cells[TAKEN] = ends.taken << 1
        if data:
            self._core.on_output(bench, data)
        return len(data)

    def _end_pipe(self, ends: WorkerEnds) -> None:
        self._watch.unregister(ends.output)
        os.close(ends.output)
        ends.output = -1

    def _on_moved(self, bench: int, ends: WorkerEnds, number: int) -> None:
        """Its tasks write to another pipe now.  The old one is read on, for nobody: else children
        that outlived their task would be stopped, or killed, by their words.
        """
        if ends.output >= 0:
            self._watch.unregister(ends.output)
            ends.older.append(ends.output)
            self._watch.register(ends.output, functools.partial(self._discard, ends, ends.output))
        self._resting.pop(bench, None)
        ends.output = ends.moved.pop(0) if ends.moved else -1
        ends.taken = 0
        ends.cells[TAKEN] = 0
        self._core.on_output_moved(bench)
        if ends.output >= 0:
            os.set_blocking(ends.output, False)
            self._watch.register(ends.output, lambda: self._on_output(bench))
        ends.cells[MOVED_TO] = number

    def _discard(self, ends: WorkerEnds, fd: int) -> None:
        try:
            if os.read(fd, OUTPUT_READ_BYTES):
                return
        except BlockingIOError:
            return
        self._watch.unregister(fd)
        ends.older.remove(fd)
        os.close(fd)

    def _drain_output(self, bench: int) -> None:
        """Its last words, which are of the task it was in.  No more than a pipe holds: a child that
        got away may still write.
        """
        ends = self._ends[bench]
        for _ in range(MOST_LAST_READS):
            if ends.output < 0 or not self._take_output(bench, ends, OUTPUT_READ_BYTES):
                break
        self._core.settle_output(bench, ends.cells[BEGUN], time.monotonic())
