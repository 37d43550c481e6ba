"""The worker: a loop in one thread that receives a task, runs it, and reports the result.

`interrupts` explains how an interrupt reaches one particular task and no other.

The worker reports INTERRUPTED only after all code of the task has stopped (`background_work`), and
only if the task left nothing that could break a later task (`interrupt_checks`).  Otherwise it
reports RETIRED with the reason and kills itself; the scheduler confirms with KILLED once the
process is gone.

After every task the worker restores the state of its process (`process_state`).  If it can't, it
reports RETIRED after the task's own result, runs its exit handlers and ends.
"""

from __future__ import annotations

import contextlib
import faulthandler
import importlib
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

from scaler_lab.core import progress
from scaler_lab.core.fork_guard import call_in_child
from scaler_lab.core.messages import Progress
from scaler_lab.core.progress import ProgressSink
from scaler_lab.engines.local import worker_ipc
from scaler_lab.engines.local.blobs import INLINE_LIMIT, BlobFolder
from scaler_lab.engines.local.worker import exit_handlers, held_locks, open_files, shared_data
from scaler_lab.engines.local.worker.background_work import BackgroundWork
from scaler_lab.engines.local.worker.contexts import Contexts
from scaler_lab.engines.local.worker.interrupt_checks import InterruptChecks
from scaler_lab.engines.local.worker.interrupts import InterruptHandler
from scaler_lab.engines.local.worker.loaded_modules import LoadedModules
from scaler_lab.engines.local.worker.memory_limit import MemoryLimit
from scaler_lab.engines.local.worker.output_capture import Capture
from scaler_lab.engines.local.worker.process_state import ProcessState
from scaler_lab.engines.local.worker.usage import UsageMeter, note_private
from scaler_lab.engines.local.worker_ipc import (
    BEGUN,
    BEGUN_NS,
    CANCEL,
    COUNT,
    ENDED,
    PACKET,
    RAISED,
)
from scaler_lab.serialization import coroutines, main_names, pickling
from scaler_lab.serialization.exceptions import traceback_text
from scaler_lab.serialization.streams import Segment

LEFTOVER_POLL_INTERVAL = 0.002
MAX_RAISES = 100  # exceptions tolerated from a signal handler that a task left installed


class WorkerSpec(NamedTuple):
    """What a new worker needs; inherited through the fork or passed as descriptors."""

    number: int
    inbox: socket.socket
    results: socket.socket
    cells: memoryview
    note: memoryview  # the note area of the shared page
    output: int  # the write end of the output pipe; -1 if output isn't captured
    folder: Path
    blobs: Path
    initializer: bytes | None  # a call, packed and flattened


def main(spec: WorkerSpec) -> None:
    """Run tasks until the scheduler closes the inbox or the worker must be replaced.

    The caller must then exit the process: it must not return to the code that forked it.
    """
    _settle_in(spec)
    shared_data.be_worker(spec.blobs)
    held_locks.watch_semaphores()
    try:
        worker = Worker(spec)
    except OSError as error:  # no descriptors left
        why = f"it can't read the state of its process: {error}"
        spec.results.send(
            worker_ipc.frame_report(worker_ipc.START_FAILED, 0, 0, 0, b"", why.encode())
        )
        os._exit(1)
    worker.watch()
    if spec.initializer is not None and not worker.initialize(spec.initializer):
        exit_handlers.run()
        os._exit(1)
    if spec.output >= 0:
        try:
            worker.capture(spec.output)
        except OSError as error:  # no descriptors left
            why = f"the output of its tasks can't be captured: {error}"
            worker.report(worker_ipc.START_FAILED, error=why)
            os._exit(1)
    try:
        worker.settle()
    except OSError as error:
        worker.report(
            worker_ipc.START_FAILED, error=f"it can't read the state of its process: {error}"
        )
        os._exit(1)
    try:
        worker.report(worker_ipc.READY)
        with main_names.of_a_task() as names:  # all tasks use it, one after the other
            worker.run(names)
    except BrokenPipeError:  # the engine ended, perhaps while the initializer ran
        pass
    finally:
        worker.end()  # so that the log of a worker failure isn't captured as task output
    exit_handlers.run()


def _settle_in(spec: WorkerSpec) -> None:
    path = worker_ipc.dump_path(spec.folder, spec.number)
    with contextlib.suppress(OSError):  # the folder was deleted, and is being created again
        dump = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        faulthandler.enable(dump)  # the scheduler reads it when this process crashes
    threading.current_thread().name = f"worker {spec.number}"


class Worker:
    """Runs the tasks of one worker process and handles their interrupts.

    Only the main thread uses it.
    """

    def __init__(self, spec: WorkerSpec) -> None:
        self._inbox = spec.inbox
        self._results = spec.results
        self._cells = spec.cells
        self._note = spec.note
        self._capture: Capture | None = None
        self._meter = UsageMeter()
        self._memory = MemoryLimit(spec.cells)
        self._sink = ProgressSink(self._write_note, spec.cells, COUNT)
        progress.attach(self._sink)
        self._modules = LoadedModules()
        self._blobs = BlobFolder(spec.blobs, lambda: True)  # the engine outlives its workers
        self._is_fork = False  # True in a process that a task forked
        self.interrupts = InterruptHandler(spec.cells)
        call_in_child(self._note_fork)
        self._contexts = Contexts(
            spec.folder, spec.blobs, lambda: self.report(worker_ipc.FILES_MISSING)
        )
        self._background = BackgroundWork()
        self._state = ProcessState()
        self._checks = InterruptChecks()
        self._retires = ""  # why this process must end after the task

    def settle(self) -> None:
        """Record the process state that tasks start with; later differences are their changes."""
        self._state = ProcessState()
        self._state.take_over()
        self._checks = InterruptChecks()

    def _note_fork(self) -> None:
        self._is_fork = True
        self.interrupts.open_seq = 0
        progress.attach(None)  # else the child would write to the page of its worker

    def _write_note(self, seq: int, progress: Progress, counts: bool) -> None:
        worker_ipc.write_note(self._note, seq, worker_ipc.note_text(progress, counts=counts))

    def capture(self, pipe: int) -> None:
        """Capture what is written to descriptors 1 and 2 from now on."""
        self._capture = Capture(pipe, self._cells, self._results)

    def end(self) -> None:
        """Stop capturing output, measuring usage and reporting progress: no more tasks run."""
        progress.attach(None)
        self._meter.close()
        if self._capture is not None:
            self._capture.end()
            self._capture = None

    def watch(self) -> None:
        """Handle interrupts, and record which version of the user's modules is loaded."""
        self._modules.watch_imports()
        signal.signal(signal.SIGINT, self.interrupts.on_interrupt)
        self.interrupts.watch_unraisable()

    # -- the loop --------------------------------------------------------------------------------

    def initialize(self, flat: bytes) -> bool:
        """Run the engine's initializer.  If it raises, report that and return False."""
        try:
            function, args, kwargs = pickling.unpack_call(*pickling.unflatten(flat))
            function(*args, **kwargs)
        except BaseException as error:
            _, line = pickling.pack_exception(error, "initializer")
            self.report(worker_ipc.START_FAILED, error=line)
            return False
        return True

    def run(self, names: main_names.Names | None = None) -> None:
        """Run tasks until the scheduler closes the inbox or the worker must be replaced.

        *names* are the names registered by a task; they are cleared after each task.
        """
        buffer = bytearray(worker_ipc.PACKET_BYTES)
        view = memoryview(buffer)
        receive, head = self._inbox.recv_into, PACKET.size
        while not self._retires:
            try:
                size = receive(buffer)
            except ConnectionError:  # on macOS, this is how a datagram socket reports its end
                return
            if not size:
                return
            seq, context, is_blob, memory_limit = PACKET.unpack_from(buffer)
            if is_blob & worker_ipc.CHECK_MODULES:
                is_blob ^= worker_ipc.CHECK_MODULES
                importlib.invalidate_caches()  # there may be new files, too
                if self._modules.edited():
                    self.report(worker_ipc.STALE, seq)
                    return
            if shared_data.holds_any():
                shared_data.forget_removed()
            if is_blob == worker_ipc.RELEASE:
                continue
            if memory_limit:
                self._memory.impose(memory_limit)
            elif self._meter.has_grown:
                self._meter.has_grown = False
                note_private(self._cells)
            self._one(seq, context, is_blob, view[head:size])
            if memory_limit:
                self._memory.end()
            if names:
                names.clear()
        self.report(worker_ipc.RETIRED, error=self._retires)

    def _one(self, seq: int, context: int, is_blob: int, data: memoryview) -> None:
        cells, state, interrupts = self._cells, self._state, self.interrupts
        self._background.before_task()
        state.before_task()
        begun_ns = time.monotonic_ns()
        cells[BEGUN_NS] = begun_ns
        kind, body, line = worker_ipc.ERROR, b"", ""
        blob: str | None = None
        self._sink.seq = seq
        bytes_in, bytes_out = len(data), 0
        try:
            try:
                interrupts.open_seq = seq
                if cells[CANCEL] == seq:
                    interrupts.open_seq = 0
                    self.report(worker_ipc.SKIPPED, seq, begun_ns, time.monotonic_ns())
                    return
                cells[BEGUN] = seq  # only here: a skipped task must not be reported as started
                if context != self._contexts.current:
                    state.enter(self._contexts.enter(context))
                call, bytes_in = self._read_call(data, is_blob)
                function, args, kwargs = pickling.unpack_call(*call)
                del call
                value = state.context.run(function, *args, **kwargs)
                if type(value) in coroutines.TO_COMPLETE:
                    value = state.context.run(coroutines.completed, value)
                if self._is_fork:
                    _leave_fork()
                packed = pickling.pack_value(value, "result")
                del function, args, kwargs, value
                kind = worker_ipc.VALUE
                bytes_out = packed.nbytes
                if bytes_out > INLINE_LIMIT:
                    blob = worker_ipc.result_blob(self._contexts.client_of(context), seq)
                    self._blobs.write(blob, packed)
                else:
                    body = pickling.flatten(packed)
                interrupts.open_seq = 0
                ended_ns = time.monotonic_ns()
                self._retires = self._restore(seq, ended_ns - begun_ns)
            except BaseException as error:
                interrupts.open_seq = 0
                if self._is_fork:
                    _leave_fork(error)
                ended_ns = time.monotonic_ns()
                self._retires = self._put_back(self._restore, seq, ended_ns - begun_ns)
                function = args = kwargs = call = value = packed = None  # type: ignore[assignment]  # noqa: F841  # freed
                if blob is not None:
                    self._blobs.remove(blob)
                blob = None
                if cells[RAISED] == seq:
                    kind, body = worker_ipc.INTERRUPTED, b""
                else:
                    kind = worker_ipc.ERROR
                    error = self._memory.explained(error)
                    failure, line = pickling.pack_exception(error, "exception")
                    line = f"{line}\0{traceback_text(error)}"
                    bytes_out = failure.nbytes
                    body, blob = self._stored(failure, context, seq)
        except BaseException as error:
            # Raised after the task's own exception, before `open_seq` was reset: by an interrupt,
            # or by a signal handler that the task left installed.
            interrupts.open_seq = 0
            self._retires = self._put_back(self._restore_all)
            kind, body, line, blob = worker_ipc.INTERRUPTED, b"", "", None
            if cells[RAISED] != seq:
                kind = worker_ipc.ERROR
                failure, line = pickling.pack_exception(error, "exception")
                body = pickling.flatten(failure)
            ended_ns = time.monotonic_ns()
        if cells[RAISED] == seq:
            self._retires = interrupts.torn or self._clear_away(begun_ns, kind) or self._retires
            if kind == worker_ipc.INTERRUPTED:
                self._end_if_torn(seq, begun_ns)
                ended_ns = time.monotonic_ns()
        took_ns = ended_ns - begun_ns
        self._background.after_task(took_ns)
        cpu_ns, peak_memory = self._meter.after_task(took_ns)
        capture = self._capture
        cells[ENDED] = seq
        self.report(
            kind,
            seq,
            begun_ns,
            ended_ns,
            body if blob is None else blob.encode("ascii"),
            line,
            is_blob=blob is not None,
            usage=(cpu_ns, peak_memory, bytes_in, bytes_out),
            written=0 if capture is None else capture.after_task(took_ns),
            note=self._last_note() if self._sink.is_used else b"",
        )
        if capture is not None and capture.must_move:
            capture.move()

    def _read_call(
        self, data: memoryview, is_blob: int
    ) -> tuple[tuple[int, Sequence[Segment]], int]:
        """Return a packed call and its size.  *data* is the call, or the name of its blob."""
        if not is_blob:
            return pickling.unflatten(data), len(data)
        flags, segments = self._blobs.read(str(data, "ascii"), unlink=False)
        return (flags, segments), sum(map(len, segments))

    def _stored(self, packed: pickling.Packed, context: int, seq: int) -> tuple[bytes, str | None]:
        """Return *packed* flat, or the name of the blob to which it was written."""
        if packed.nbytes <= INLINE_LIMIT:
            return pickling.flatten(packed), None
        blob = worker_ipc.result_blob(self._contexts.client_of(context), seq)
        self._blobs.write(blob, packed)
        return b"", blob

    def _end_if_torn(self, seq: int, begun_ns: int) -> None:
        """Report that this worker must be replaced, and end it, if the interrupt spoilt it."""
        if self._retires:
            now = time.monotonic_ns()
            self.report(worker_ipc.RETIRED, seq, begun_ns, now, error=self._retires)
            os.kill(os.getpid(), signal.SIGKILL)

    def _restore(self, seq: int, took_ns: int) -> str:
        """Restore the state of the process; return why this worker must be replaced, or ""."""
        self._memory.lift()
        if self._cells[RAISED] == seq:
            return self._state.after_interrupt()
        return self._state.after_task(took_ns)

    def _restore_all(self) -> str:
        self._memory.lift()
        return self._state.after_interrupt()

    def _put_back(self, put_back: Callable[..., str], *args: int) -> str:
        """Call *put_back* until no signal handler that the task left installed raises in it."""
        why = ""
        for _ in range(MAX_RAISES):
            try:
                return put_back(*args)
            except BaseException as error:
                why = f"the state of its process can't be restored: {error!r}"
        return why

    def _last_note(self) -> bytes:
        try:
            progress = self._sink.finish()
        except Exception:  # raised by a number object that the user passed
            return b""
        return b"" if progress is None else worker_ipc.note_text(progress)

    def report(
        self,
        kind: int,
        seq: int = 0,
        begun_ns: int = 0,
        ended_ns: int = 0,
        data: bytes = b"",
        error: str = "",
        *,
        is_blob: bool = False,
        usage: tuple[int, int, int, int] = (0, 0, 0, 0),
        written: int = 0,
        note: bytes = b"",
    ) -> None:
        """Send one report to the scheduler.  Blocks while the socket's buffer is full."""
        line = b""
        if error:
            line = error.encode("utf-8", "backslashreplace")[: worker_ipc.ERROR_BYTES]
        self._results.sendall(
            worker_ipc.frame_report(
                kind, seq, begun_ns, ended_ns, data, line, is_blob, usage, written, note
            )
        )

    def _clear_away(self, begun_ns: int, kind: int) -> str:
        """After an interrupt, wait until all code of the task has stopped.

        Returns what the task left that could break a later task; "" if nothing.  It waits without
        a time limit: at the end of the grace period the scheduler kills this process.
        """
        background = self._background
        # Otherwise the task has a result, and may have left threads running on purpose.
        if kind == worker_ipc.INTERRUPTED:
            while background.is_running():
                time.sleep(LEFTOVER_POLL_INTERVAL)
        own_pipes = {open_files.name_of(fd) for fd in (0, 1, 2)}
        try:
            left = self._checks.find(begun_ns, background.processes, own_pipes)
        except Exception as error:
            left = f"the state that it left can't be checked: {error!r}"
        if kind == worker_ipc.INTERRUPTED and not left:
            background.kill_processes()
        return left


def _leave_fork(error: BaseException | None = None) -> NoReturn:
    """End a child process that a task forked, when it returns from the task's function.

    This happens before anything is packed: its worker writes the result to a file of the same name.
    """
    status = 0
    try:
        if isinstance(error, SystemExit) and (error.code is None or isinstance(error.code, int)):
            status = error.code or 0
        elif error is not None:
            status = 1
            traceback.print_exception(error)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(status & 0xFF)
