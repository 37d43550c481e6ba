"""The worker: a loop in one thread that receives a task, runs it, and reports the result.

An interrupt must stop one particular task and no other.  The scheduler writes the task's seq into
the CANCEL cell of the shared page and has the process signalled.  The signal handler runs in this
thread, between two byte codes, and raises only while that task is *interruptible*:

    receive packet ─> interruptible ─> unpickle, run, pickle ─> not interruptible ─> report
                      │                                         │
                      _open_seq := seq                          _open_seq := 0
                      CANCEL == seq already?  SKIPPED
                      BEGUN := seq

  - The signal arrives before the task is interruptible: the handler does nothing, and the check of
    CANCEL finds the request.  Not a line of the task runs.
  - It arrives while the task is interruptible: `TaskInterrupted` is raised in the task's frames.
  - It arrives later: nothing happens.  The result is on its way and becomes the outcome.

If the task runs a coroutine, the handler cancels that in its event loop instead
(`serialization.coroutines`), and raises only if the coroutine blocks the loop.

The exception is raised only once per seq, because a second raise could break off a `finally` block.
It is raised again only if the first one vanished before any `except` or `finally` of the task could
handle it:

  - Python swallowed it in a `__del__` or in a callback of the garbage collector:
    `sys.unraisablehook` reports that.
  - C code replaced it with an exception of its own, as `int("x")` does: then it is deleted, and no
    `except` or `finally` surrounds the place where its traceback starts.

The worker reports INTERRUPTED only after all code of the task has stopped (`background_work`), and
only if the task left nothing that could break a later task (`interrupt_checks`).  Otherwise it
reports RETIRED with the reason and kills itself; the scheduler confirms with KILLED once the
process is gone.

After every task the worker restores the state of its process (`process_state`).  If it can't, it
reports RETIRED after the task's own result, runs its exit handlers and ends.
"""

from __future__ import annotations

import contextlib
import dis
import faulthandler
import importlib
import json
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import CodeType, FrameType, TracebackType
from typing import Any, NamedTuple, NoReturn

from scaler_lab.core import progress
from scaler_lab.core.fork_guard import call_in_child
from scaler_lab.core.messages import Progress
from scaler_lab.core.progress import ProgressSink
from scaler_lab.engines.local import worker_ipc
from scaler_lab.engines.local.blobs import INLINE_LIMIT, BlobFolder
from scaler_lab.engines.local.worker import exit_handlers, interrupt_checks, shared_data
from scaler_lab.engines.local.worker.background_work import BackgroundWork
from scaler_lab.engines.local.worker.interrupt_checks import InterruptChecks
from scaler_lab.engines.local.worker.loaded_modules import LoadedModules
from scaler_lab.engines.local.worker.output_capture import Capture
from scaler_lab.engines.local.worker.process_state import ProcessState
from scaler_lab.engines.local.worker.usage import UsageMeter
from scaler_lab.engines.local.worker_ipc import (
    BEGUN,
    BEGUN_NS,
    CANCEL,
    COUNT,
    ENDED,
    PACKET,
    RAISED,
)
from scaler_lab.errors import TaskInterrupted
from scaler_lab.serialization import coroutines, main_names, pickling
from scaler_lab.serialization.exceptions import traceback_text
from scaler_lab.serialization.streams import Segment

KNOWN_CONTEXTS = 64
LEFTOVER_POLL_INTERVAL = 0.002
MAX_RAISES = 100  # exceptions tolerated from a signal handler that a task left installed
RESTORE_TIMEOUT = 5.0  # how long the scheduler may take to create the engine's files again
RESTORE_POLL_INTERVAL = 0.005


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
    interrupt_checks.watch_semaphores()
    try:
        worker = Worker(spec)
    except OSError as error:  # no descriptors left
        why = f"it can't read the state of its process: {error}"
        spec.results.send(
            worker_ipc.frame_report(worker_ipc.START_FAILED, 0, 0, 0, b"", why.encode())
        )
        os._exit(1)
    worker.watch_imports()
    signal.signal(signal.SIGINT, worker.on_interrupt)
    worker.watch_unraisable()
    if spec.initializer is not None and not worker.initialize(spec.initializer):
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
    worker.report(worker_ipc.READY)
    try:
        with main_names.of_a_task() as names:  # all tasks use it, one after the other
            worker.run(names)
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
        self._sink = ProgressSink(self._write_note, spec.cells, COUNT)
        progress.attach(self._sink)
        self._folder = spec.folder
        self._modules = LoadedModules()
        self._blobs = BlobFolder(spec.blobs, lambda: True)  # the engine outlives its workers
        self._is_fork = False  # True in a process that a task forked
        call_in_child(self._note_fork)
        self._open_seq = 0  # the seq of the task that may be interrupted now; 0 if none
        self._was_swallowed = False
        self._contexts: dict[int, str] = {}  # context -> id of its client, once set up
        self._folders: dict[int, str] = {}  # context -> current folder of its program
        self._context = 0  # the context of the last task
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

    # -- interrupting ----------------------------------------------------------------------------

    def on_interrupt(self, signum: int, frame: FrameType | None) -> None:
        """Handle SIGINT: raise `TaskInterrupted` if the task to cancel is interruptible now."""
        del signum, frame
        seq, cells = self._open_seq, self._cells
        if not seq or cells[CANCEL] != seq or self._is_fork:
            return
        is_first, swallowed = cells[RAISED] != seq, self._was_swallowed
        cells[RAISED] = seq
        if coroutines.is_running():
            if coroutines.request_cancel(again=swallowed):
                return
        elif not is_first and not swallowed:
            return
        self._was_swallowed = False
        raise _Interrupt("this task was cancelled", self._on_vanished)

    def _on_vanished(self) -> None:
        """Note that the exception was deleted before any code of the task could handle it.

        The scheduler repeats the signal, and the next one raises the exception again.  A signal
        sent from here would run the handler at once, inside the `__del__` that calls this method.
        """
        self._was_swallowed = True

    def watch_unraisable(self) -> None:
        """Detect interrupts that Python swallowed."""
        previous = sys.unraisablehook

        def hook(unraisable: Any) -> None:
            if issubclass(unraisable.exc_type, TaskInterrupted):
                self._was_swallowed = True
            else:
                previous(unraisable)

        sys.unraisablehook = hook

    def watch_imports(self) -> None:
        """Record from now on which version of the user's modules this process loads."""
        self._modules.watch_imports()

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
            seq, context, is_blob = PACKET.unpack_from(buffer)
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
            self._one(seq, context, is_blob, view[head:size])
            if names:
                names.clear()
        self.report(worker_ipc.RETIRED, error=self._retires)

    def _one(self, seq: int, context: int, is_blob: int, data: memoryview) -> None:
        cells, state = self._cells, self._state
        self._background.before_task()
        state.before_task()
        begun_ns = time.monotonic_ns()
        cells[BEGUN_NS] = begun_ns
        kind, body, line = worker_ipc.ERROR, b"", ""
        blob: str | None = None
        torn = ""
        self._sink.seq = seq
        bytes_in, bytes_out = len(data), 0
        try:
            try:
                self._open_seq = seq
                if cells[CANCEL] == seq:
                    self._open_seq = 0
                    self.report(worker_ipc.SKIPPED, seq, begun_ns, time.monotonic_ns())
                    return
                cells[BEGUN] = seq  # only here: a skipped task must not be reported as started
                if context != self._context:
                    self._enter(context)
                call, bytes_in = self._read_call(data, is_blob)
                function, args, kwargs = pickling.unpack_call(*call)
                del call
                value = state.context.run(function, *args, **kwargs)
                value = state.context.run(coroutines.completed, value)
                if self._is_fork:
                    _leave_fork()
                packed = pickling.pack_value(value, "result")
                del function, args, kwargs, value
                kind = worker_ipc.VALUE
                bytes_out = packed.nbytes
                if bytes_out > INLINE_LIMIT:
                    blob = worker_ipc.result_blob(self._contexts[context], seq)
                    self._blobs.write(blob, packed)
                else:
                    body = pickling.flatten(packed)
                self._open_seq = 0
                ended_ns = time.monotonic_ns()
                self._retires = self._restore(seq, ended_ns - begun_ns)
            except BaseException as error:
                self._open_seq = 0
                if self._is_fork:
                    _leave_fork(error)
                ended_ns = time.monotonic_ns()
                self._retires = self._put_back(self._restore, seq, ended_ns - begun_ns)
                if cells[RAISED] == seq:
                    torn = self._checks.torn_by(error)
                function = args = kwargs = call = value = packed = None  # type: ignore[assignment]  # noqa: F841  # freed
                if blob is not None:
                    self._blobs.remove(blob)
                blob = None
                if cells[RAISED] == seq:
                    kind, body = worker_ipc.INTERRUPTED, b""
                else:
                    kind = worker_ipc.ERROR
                    failure, line = pickling.pack_exception(error, "exception")
                    line = f"{line}\0{traceback_text(error)}"
                    bytes_out = failure.nbytes
                    body, blob = self._stored(failure, context, seq)
        except BaseException as error:
            # Raised after the task's own exception, before `_open_seq` was reset: by an interrupt,
            # or by a signal handler that the task left installed.
            self._open_seq = 0
            self._retires = self._put_back(state.after_interrupt)
            kind, body, line, blob = worker_ipc.INTERRUPTED, b"", "", None
            if cells[RAISED] != seq:
                kind = worker_ipc.ERROR
                failure, line = pickling.pack_exception(error, "exception")
                body = pickling.flatten(failure)
            ended_ns = time.monotonic_ns()
        if cells[RAISED] == seq:
            self._retires = torn or self._clear_away(begun_ns, kind) or self._retires
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
        blob = worker_ipc.result_blob(self._contexts[context], seq)
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
        if self._cells[RAISED] == seq:
            return self._state.after_interrupt()
        return self._state.after_task(took_ns)

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

    # -- around a task -----------------------------------------------------------------------------

    def _enter(self, context: int) -> None:
        """Switch to a context: another client, or the same one with another sys.path or folder."""
        if context not in self._contexts:
            self._set_up(context)
        if self._folders[context]:  # the program's current folder when it submitted the task
            self._state.enter(self._folders[context])
        self._context = context

    def _set_up(self, context: int) -> None:
        """Make the modules on a client's sys.path importable."""
        spec = json.loads(self._read_context(context))
        known = set(sys.path)
        wanted: list[str] = spec["sys_path"]
        sys.path[:] = [*wanted, *(p for p in sys.path if p not in wanted)]
        if known != set(sys.path):
            importlib.invalidate_caches()
        if len(self._contexts) >= KNOWN_CONTEXTS:  # a context that is used again is set up again
            self._contexts.clear()
            self._folders.clear()
        self._folders[context] = spec["folder"]
        self._contexts[context] = spec["client"]

    def _read_context(self, context: int) -> bytes:
        """Return the content of the context's file.

        The file is missing if the engine's folder was deleted.  Then the worker has the scheduler
        write it again, and waits for it for at most `RESTORE_TIMEOUT` seconds.
        """
        path = worker_ipc.context_path(self._folder, context)
        with contextlib.suppress(OSError):
            return path.read_bytes()
        self.report(worker_ipc.FILES_MISSING)
        until = time.monotonic() + RESTORE_TIMEOUT
        while time.monotonic() < until:
            for folder in (self._folder, self._blobs.path):
                with contextlib.suppress(OSError):
                    return worker_ipc.context_path(folder, context).read_bytes()
            time.sleep(RESTORE_POLL_INTERVAL)
        return path.read_bytes()

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
        own_pipes = {interrupt_checks.name_of(fd) for fd in (0, 1, 2)}
        try:
            left = self._checks.find(begun_ns, background.processes, own_pipes)
        except Exception as error:
            left = f"the state that it left can't be checked: {error!r}"
        if kind == worker_ipc.INTERRUPTED and not left:
            background.kill_processes()
        return left


class _Interrupt(TaskInterrupted):
    """The exception raised in a task; calls *on_vanished* if it is deleted before being handled."""

    def __init__(self, message: str, on_vanished: Callable[[], None]) -> None:
        super().__init__(message)
        self._on_vanished = on_vanished

    def __reduce__(self) -> tuple[type[TaskInterrupted], tuple[object, ...]]:
        return TaskInterrupted, self.args

    def __del__(self) -> None:
        if not _was_seen(self.__traceback__):
            self._on_vanished()


for _name in ("__module__", "__name__", "__qualname__"):  # tracebacks of tasks show the class name
    setattr(_Interrupt, _name, getattr(TaskInterrupted, _name))

# Returns the ranges of byte code that an `except`, `finally` or `with` surrounds.
_guarded_ranges: Callable[[CodeType], list[Any]] = vars(dis)["_parse_exception_table"]


def _was_seen(traceback: TracebackType | None) -> bool:
    """Return whether code of the task may have handled the exception with this traceback.

    The traceback starts with the last frame that the exception reached.
    """
    if traceback is None:
        return False
    code = traceback.tb_frame.f_code
    if code is Worker.on_interrupt.__code__:
        return False
    return any(entry.start <= traceback.tb_lasti < entry.end for entry in _guarded_ranges(code))


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
