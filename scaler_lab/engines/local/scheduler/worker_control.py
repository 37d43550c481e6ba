"""Control of worker processes: sends tasks and signals to workers, receives their reports.

    the core ── send, recall, interrupt, kill, … ──> worker  ──> inboxes, pages; fork server
             <── on_report, on_output, on_gone, … ── control <── results, pipes; fork server events

Each worker's sockets and pipes are in its `WorkerHandles`, from its spawn until it is reaped.  The
core gets the output from a worker's pipe before the report that states up to which position it
belongs to that task.

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
from scaler_lab.engines.local.scheduler.forkserver_client import ForkServerClient
from scaler_lab.engines.local.scheduler.poller import Poller
from scaler_lab.engines.local.scheduler.stack_reader import Look, StackReader
from scaler_lab.engines.local.scheduler.task_memory import TaskMemory
from scaler_lab.engines.local.scheduler.worker_actions import WorkerUsage
from scaler_lab.engines.local.scheduler.worker_handles import (
    WorkerHandles,
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
    ENDED,
    MOVED_TO,
    PRIVATE,
    TAKEN,
    SharedPage,
)
from scaler_lab.runtime import memory

READ_BYTES = 256 * 1024
OUTPUT_READ_BYTES = 64 * 1024  # the capacity of a pipe
OUTPUT_REST_SECONDS = 0.001  # pause after so many bytes: at most 60 MB a second of one worker
MAX_LAST_READS = 16
FD_ROOM = socket.CMSG_SPACE(4)


class ProcessWorkerControl:
    """Controls worker processes through sockets, shared memory and the fork server.

    Implements the core's `WorkerControl`, and the `WorkerEvents` of the fork server's client.
    """

    def __init__(
        self,
        settings: Settings,
        page: SharedPage,
        blobs: BlobFolder,
        forkserver_client: ForkServerClient,
        poller: Poller,
    ) -> None:
        self._folder = Path(settings.folder)
        self._captures = settings.capture
        self._page = page
        self._blobs = blobs
        self._forkserver = forkserver_client
        self._poller = poller
        self._stack_reader = StackReader()
        self._memory = TaskMemory()
        self._oom_kills = memory.oom_kills()  # at the last worker's end
        self._free_slots = list(reversed(range(page.slots)))
        self._handles: dict[int, WorkerHandles] = {}
        self._resting: dict[int, float] = {}  # workers that flood their pipes: not read until then
        self._failed_to_start: list[tuple[int, str]] = []

    # -- for the loop ----------------------------------------------------------------------------

    def open(self, core: SchedulerCore, on_files_missing: Callable[[], None]) -> None:
        """From now on, pass reports of workers and of the fork server to *core*.

        The core is created with this object, so it can't be passed to the constructor.
        *on_files_missing* creates the engine's files again.
        """
        self._reports = core.reports
        self._on_files_missing = on_files_missing
        self._forkserver.open(self)

    def report_start_failures(self, now: float) -> None:
        """Report workers that could not be started to the core, outside its call of `spawn`."""
        while self._failed_to_start:  # each report may spawn the next, until the core gives up
            self._reports.on_start_failed(*self._failed_to_start.pop(), now)

    def due_at(self) -> float | None:
        """Return the time when `tick` next has something to do; None for never."""
        return min(self._resting.values()) if self._resting else None

    def tick(self, now: float) -> None:
        """Read again the pipes of workers whose output was paused."""
        if self._resting:
            self._wake_resting(now)

    def close(self, idle: Iterable[int]) -> None:
        """Close the sockets and pipes of all workers; *idle* ones may run their exit handlers."""
        for worker_number in idle:
            self._forkserver.command(forkserver.END, worker_number)
        for handles in self._handles.values():
            handles.close()

    # -- for the core: `WorkerControl` -------------------------------------------------------------

    def send(self, worker_number: int, packet: bytes) -> bool:
        try:
            self._handles[worker_number].inbox_write.send(packet)
        except OSError:  # full, or the worker is gone
            return False
        return True

    def recall(self, worker_number: int) -> list[int]:
        handles = self._handles.get(worker_number)
        return [] if handles is None else worker_ipc.recall(handles.inbox_read)

    def begun(self, worker_number: int) -> tuple[int, int]:
        cells = self._handles[worker_number].cells
        return cells[BEGUN], cells[BEGUN_NS]

    def interrupt(self, worker_number: int, seq: int) -> None:
        handles = self._handles.get(worker_number)
        if handles is not None:
            handles.cells[CANCEL] = seq
            self._forkserver.command(forkserver.SIGNAL, worker_number)

    def progress(self, worker_number: int) -> tuple[int, Progress] | None:
        handles = self._handles[worker_number]
        return worker_ipc.read_progress(handles.note, handles.cells)

    def runs(self, worker_number: int, seq: int) -> bool:
        cells = self._handles[worker_number].cells
        return cells[BEGUN] == seq != cells[ENDED]

    def look(self, pid: int) -> Look:
        return self._stack_reader.look(pid)

    def memory(self, worker_number: int, enough: int) -> int | None:
        handles = self._handles[worker_number]
        return self._memory.added(handles.pid, handles.cells[PRIVATE], enough)

    def free_memory(self) -> int | None:
        return memory.free_memory()

    def usage(self, worker_number: int) -> WorkerUsage | None:
        handles = self._handles[worker_number]
        return self._memory.usage(handles.pid, handles.cells[PRIVATE])

    def kill(self, worker_number: int) -> None:
        self._forkserver.command(forkserver.KILL, worker_number)

    def spawn(self, worker_number: int) -> None:
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
                self._failed_to_start.append(
                    (worker_number, f"its sockets could not be created: {error}")
                )
                return
            undo.pop_all()
        results.setblocking(False)
        slot = self._free_slots.pop()
        self._page.clear(slot)
        page = self._page
        handles = WorkerHandles(
            slot, page.of(slot), page.note_of(slot), output, inbox_write, inbox_read, results
        )
        self._handles[worker_number] = handles
        if output >= 0:
            self._poller.register(output, lambda: self._on_output(worker_number))
        self._poller.register(results, lambda: self._on_results(worker_number))
        self._forkserver.command(forkserver.SPAWN, worker_number, slot, theirs)

    def remove_blob(self, name: str) -> None:
        self._blobs.remove(name)

    # -- for the fork server's client: `WorkerEvents` ----------------------------------------------

    def on_born(self, number: int, pid: int) -> None:
        """Note the worker's process, and pass the event on to the core."""
        if (handles := self._handles.get(number)) is not None:
            handles.pid = pid
            self._memory.descendants.add(pid)
        self._reports.on_born(number, pid)

    def on_gone(self, number: int, status: int, peak_rss_kib: int, killed: int) -> None:
        """Process the worker's last reports and output, inform the core, then close its handles."""
        while self._on_results(number):  # all its reports count; it writes no more
            if not is_readable(self._handles[number].results):
                break
        self._drain_output(number)
        dump = worker_ipc.dump_path(self._folder, number)
        try:
            stacks = dump.read_text(encoding="utf-8", errors="backslashreplace")[:4000]
            dump.unlink()
        except OSError:
            stacks = ""
        self._reports.on_gone(
            number,
            status,
            peak_rss_kib,
            killed,
            stacks,
            time.monotonic(),
            out_of_memory=self._ran_out_of_memory(),
        )
        handles = self._handles.pop(number)
        self._memory.descendants.remove(handles.pid)
        self._poller.unregister(handles.results)
        for fd in (handles.output, *handles.older):
            if fd >= 0:
                self._poller.unregister(fd)
        handles.close()
        self._free_slots.append(handles.slot)

    def _ran_out_of_memory(self) -> bool | None:
        """Return whether the system killed a process for lack of memory since the last call."""
        before, self._oom_kills = self._oom_kills, memory.oom_kills()
        if before is None or self._oom_kills is None:
            return None
        return self._oom_kills > before

    # -- what workers report -----------------------------------------------------------------------

    def _on_results(self, worker_number: int) -> bool:
        """Read and process a worker's reports; False at the end of its stream."""
        handles = self._handles.get(worker_number)
        if handles is None:
            return False
        try:
            chunk, ancillary, _, _ = handles.results.recvmsg(READ_BYTES, FD_ROOM)
        except BlockingIOError:
            return True
        except OSError:
            chunk, ancillary = b"", []
        if ancillary:
            handles.moved += descriptors(ancillary)
        if not chunk:
            self._poller.unregister(handles.results)
            return False
        now = time.monotonic()
        for report in handles.reader.feed(chunk):
            if report.kind == worker_ipc.MOVED:
                self._on_moved(worker_number, handles, report.seq)
                continue
            if report.kind == worker_ipc.FILES_MISSING:
                self._on_files_missing()
                continue
            while report.written > handles.taken and handles.output >= 0:  # the rest is in the pipe
                if not self._take_output(worker_number, handles, report.written - handles.taken):
                    break
            self._reports.on_report(worker_number, report, now)
        return True

    # -- output of tasks ---------------------------------------------------------------------------

    def _on_output(self, worker_number: int) -> None:
        """Read the output of a worker's tasks; pause a pipe that was full."""
        handles = self._handles.get(worker_number)
        if handles is None or handles.output < 0:
            return
        n_taken = self._take_output(worker_number, handles, OUTPUT_READ_BYTES)
        if not n_taken:
            return
        # Must be read after the pipe and before the reports: see `WorkerReports.settle_output`.
        seq = handles.cells[BEGUN]
        self._on_results(worker_number)
        now = time.monotonic()
        self._reports.settle_output(worker_number, seq, now)
        if n_taken == OUTPUT_READ_BYTES and self._poller.unregister(handles.output):
            self._resting[worker_number] = now + OUTPUT_REST_SECONDS

    def _wake_resting(self, now: float) -> None:
        for worker_number, until in list(self._resting.items()):
            if now >= until:
                del self._resting[worker_number]
                handles = self._handles.get(worker_number)
                if handles is not None and handles.output >= 0:
                    self._poller.register(
                        handles.output, functools.partial(self._on_output, worker_number)
                    )

    def _take_output(self, worker_number: int, handles: WorkerHandles, limit: int) -> int:
        """Read from a worker's pipe and record the number of bytes taken; return the number."""
        cells, taken = handles.cells, handles.taken
        cells[TAKEN] = taken << 1 | 1
        data = b""
        try:
            data = os.read(handles.output, min(limit, OUTPUT_READ_BYTES))
            if not data:
                self._end_pipe(handles)
        except BlockingIOError:
            pass
        finally:
            handles.taken = taken + len(data)
            cells[TAKEN] = handles.taken << 1
        if data:
            self._reports.on_output(worker_number, data)
        return len(data)

    def _end_pipe(self, handles: WorkerHandles) -> None:
        self._poller.unregister(handles.output)
        os.close(handles.output)
        handles.output = -1

    def _on_moved(self, worker_number: int, handles: WorkerHandles, number: int) -> None:
        """The worker's tasks write to another pipe now.

        The old pipe is still read, and the data is discarded: otherwise children that outlived
        their task would be blocked, or killed, when they write to it.
        """
        if handles.output >= 0:
            self._poller.unregister(handles.output)
            handles.older.append(handles.output)
            self._poller.register(
                handles.output, functools.partial(self._discard, handles, handles.output)
            )
        self._resting.pop(worker_number, None)
        handles.output = handles.moved.pop(0) if handles.moved else -1
        handles.taken = 0
        handles.cells[TAKEN] = 0
        self._reports.on_output_moved(worker_number)
        if handles.output >= 0:
            os.set_blocking(handles.output, False)
            self._poller.register(handles.output, lambda: self._on_output(worker_number))
        handles.cells[MOVED_TO] = number

    def _discard(self, handles: WorkerHandles, fd: int) -> None:
        try:
            if os.read(fd, OUTPUT_READ_BYTES):
                return
        except BlockingIOError:
            return
        self._poller.unregister(fd)
        handles.older.remove(fd)
        os.close(fd)

    def _drain_output(self, worker_number: int) -> None:
        """Read the last output of a worker that is gone; it belongs to the worker's last task.

        The number of reads is limited, because a child that escaped may still write.
        """
        handles = self._handles[worker_number]
        for _ in range(MAX_LAST_READS):
            if handles.output < 0 or not self._take_output(
                worker_number, handles, OUTPUT_READ_BYTES
            ):
                break
        self._reports.settle_output(worker_number, handles.cells[BEGUN], time.monotonic())
