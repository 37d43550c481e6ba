"""The fork server: the parent of all workers.  It forks, signals, kills and reaps them.

It is one small process with one thread.  The scheduler forks it before the scheduler itself has any
thread or socket.  So forking a worker is cheap (milliseconds, shared memory) and safe.  Only the
fork server signals workers: because it is their parent, no other process can get the pid of a
worker until the fork server has reaped it.

    scheduler ── SPAWN number slot (+ descriptors) ──> fork server ── BORN number pid ───> scheduler
              ── SIGNAL number ──────────────────────>             ── GONE number status ─>
              ── KILL number ────────────────────────>              (after its whole tree is gone)
              ── END number ─────────────────────────> at shutdown, give it time to end by itself

When the scheduler's end of the socket closes, for whatever reason, the fork server kills the
process tree of every worker and removes the engine's files.  So the death of any one process leaves
nothing behind.  Workers named by END have no task and may run their exit handlers first.  Resource
trackers of `multiprocessing` and loky are not killed: they remove what killed processes left in
shared memory, and then end.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import importlib
import logging
import os
import select
import shutil
import signal
import socket
import struct
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Final, NamedTuple

from scaler_lab.engines.local import process_tree
from scaler_lab.engines.local.worker_ipc import SOCKET_KIND, START_FAILED, SharedPage, frame_report
from scaler_lab.runtime import memory
from scaler_lab.runtime.wakeup import WakeupSocket
from scaler_lab.serialization import own_modules

log = logging.getLogger(__name__)

SPAWN: Final = b"S"
SIGNAL: Final = b"I"
KILL: Final = b"K"
END: Final = b"E"
IDLE_MS: Final = 100  # without a command for this long, there is time to import
TRACKERS_SECONDS: Final = 2.0  # how long resource trackers may take to end at engine shutdown
MAX_HANDLES: Final = 3
COMMAND: Final = struct.Struct("<cII")  # command, worker number, slot

BORN: Final = b"B"
GONE: Final = b"G"
NEWS: Final = struct.Struct("<cIiiqI")  # event, number, pid, wait status, peak RSS KiB, killed


class ForkServerSpec(NamedTuple):
    """What the fork server needs to start workers."""

    page: SharedPage
    folder: Path
    blobs: Path
    initializer: bytes | None
    ends: int = 2  # descriptors per worker: inbox, results, and an output pipe if any


def fork_server(spec: ForkServerSpec, *, not_for_it: socket.socket) -> tuple[int, socket.socket]:
    """Fork the fork server and return its pid and the socket that takes commands.

    Call it before the calling process has any thread.

    Args:
        spec: What the fork server needs to start workers.
        not_for_it: A socket of the caller.  The fork server closes its copy of it, so that the
            other side sees end of file when the caller dies.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, SOCKET_KIND)
    pid = os.fork()
    if pid:
        theirs.close()
        ours.setblocking(False)
        return pid, ours
    try:
        ours.close()
        not_for_it.close()
        with theirs:
            _ForkServer(spec, theirs).run()
    except BaseException:
        log.exception("the fork server failed")
        os._exit(1)
    os._exit(0)


def _do_nothing(signum: int, frame: FrameType | None) -> None:
    """Handle a signal, so that it is written to the wake-up descriptor."""


def _format_one_exception() -> None:
    """Make `traceback` import what it needs, once for all workers.

    Since Python 3.15 it imports modules when it formats the first exception, which takes 40 ms.
    """
    try:
        raise RuntimeError
    except RuntimeError as error:
        traceback.format_exception(error)


def _import_for_later_workers(note_frozen: Callable[[], None]) -> None:
    """Import what tasks pickled by value need, once the first workers are started.

    The first workers import it with their first task.  A later worker often replaces one that was
    interrupted in an import, and its first task must not be interrupted there again.
    """
    with contextlib.suppress(ImportError):
        importlib.import_module("cloudpickle")
    gc.collect()
    note_frozen()
    gc.freeze()


class _ForkServer:
    def __init__(self, spec: ForkServerSpec, link: socket.socket) -> None:
        self._spec = spec
        self._link = link
        self._numbers: dict[int, int] = {}  # pid -> worker number
        self._pids: dict[int, int] = {}  # worker number -> pid
        self._ending: set[int] = set()  # pids of workers that end by themselves at engine shutdown

    def run(self) -> None:
        """Serve the scheduler until its end of the socket closes; then leave nothing behind."""
        # Import once what every worker needs.
        import psutil

        from scaler_lab.engines.local.worker import exit_handlers, held_locks, worker

        del psutil, worker
        _format_one_exception()
        own_modules.prepare()
        process_tree.become_subreaper()
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, signal.SIG_IGN)
        wakeup = self._wakeup = WakeupSocket()
        signal.set_wakeup_fd(wakeup.write_fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _do_nothing)
        self._exit_seconds = exit_handlers.EXIT_SECONDS
        gc.collect()
        held_locks.note_frozen()
        gc.freeze()  # else the workers' collectors write to the shared pages, which copies them
        poll = select.poll()
        poll.register(self._link, select.POLLIN)
        poll.register(wakeup, select.POLLIN)
        has_imported = False
        try:
            while True:
                is_idle_early = bool(self._numbers) and not has_imported
                ready = {fd for fd, _ in poll.poll(IDLE_MS if is_idle_early else None)}
                if not ready:
                    has_imported = True
                    _import_for_later_workers(held_locks.note_frozen)
                if wakeup.fileno() in ready:
                    wakeup.clear()
                    self._reap()
                if self._link.fileno() in ready and not self._obey():
                    return
        finally:
            self._end()
            signal.set_wakeup_fd(-1)
            wakeup.close()

    # -- commands --------------------------------------------------------------------------------

    def _obey(self) -> bool:
        """Run one command; return False if the scheduler is gone."""
        try:
            data, fds, _, _ = socket.recv_fds(self._link, COMMAND.size, MAX_HANDLES)
        except ConnectionError:
            return False
        if not data:
            return False
        for fd in fds:  # `recv_fds` can't make them non-inheritable itself: it ignores the flag
            os.set_inheritable(fd, False)  # else children of tasks would get them
        what, number, slot = COMMAND.unpack(data)
        if what == SPAWN:
            self._spawn(number, slot, fds)
            return True
        pid = self._pids.get(number)
        if pid is None:  # the worker is gone, and the GONE message is on its way
            return True
        if what == END:
            self._ending.add(pid)
        else:
            os.kill(pid, signal.SIGINT if what == SIGNAL else signal.SIGKILL)
        return True

    def _spawn(self, number: int, slot: int, fds: list[int]) -> None:
        forkserver = os.getpid()
        try:
            # The kernel silently drops the descriptors that this process has no room for.
            if len(fds) != self._spec.ends:
                raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
            pid = os.fork()
        except OSError as error:
            why = f"its process could not be forked: {error}"
            if len(fds) >= 2:
                os.write(fds[1], frame_report(START_FAILED, 0, 0, 0, b"", why.encode()))
            pid = -1
        if pid == 0:
            self._become_worker(forkserver, number, slot, fds)
        for fd in fds:
            os.close(fd)
        if pid < 0:
            self._report(NEWS.pack(GONE, number, 0, 1 << 8, 0, 0))
            return
        self._numbers[pid] = number
        self._pids[number] = pid
        self._report(NEWS.pack(BORN, number, pid, 0, 0, 0))

    def _become_worker(self, forkserver: int, number: int, slot: int, fds: list[int]) -> None:
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            for signum in (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP):
                signal.signal(signum, signal.SIG_DFL)
            for end in (self._link, self._wakeup):
                end.close()
            memory.prefer_for_oom_kill()
            os.setsid()  # so that a Ctrl-C in the client's terminal doesn't reach the workers
            process_tree.become_subreaper()
            if process_tree.die_with_parent() and os.getppid() != forkserver:
                os._exit(0)
            from scaler_lab.engines.local.worker import worker

            spec = self._spec
            worker.main(
                worker.WorkerSpec(
                    number,
                    socket.socket(fileno=fds[0]),
                    socket.socket(fileno=fds[1]),
                    spec.page.of(slot),
                    spec.page.note_of(slot),
                    fds[2] if len(fds) > 2 else -1,
                    spec.folder,
                    spec.blobs,
                    spec.initializer,
                )
            )
            status = 0
        except BrokenPipeError:  # the scheduler is gone, so this worker ends too
            status = 0
        except BaseException:
            log.exception("worker %d failed outside of any task", number)
        finally:
            os._exit(status)

    # -- deaths ----------------------------------------------------------------------------------

    def _reap(self) -> None:
        gone: list[tuple[int, int, int, int]] = []
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
                if pid == 0:
                    break
                number = self._numbers.pop(pid, None)
                if number is not None:  # else it is an orphan that ended by itself
                    del self._pids[number]
                    gone.append((number, pid, status, usage.ru_maxrss))
        if gone:
            # One scan of all processes covers all dead workers.  So if several died, it isn't known
            # which of them a killed child belonged to.
            killed = process_tree.kill_children(spare=self._numbers)
            for death in gone:
                self._report(NEWS.pack(GONE, *death, killed if len(gone) == 1 else 0))

    def _report(self, news: bytes) -> None:
        try:
            self._link.send(news)
        except OSError:
            pass  # the scheduler is gone: the loop will notice

    def _end(self) -> None:
        for pid in self._numbers:
            if pid not in self._ending:
                os.kill(pid, signal.SIGKILL)
        end = time.monotonic() + self._exit_seconds
        while time.monotonic() < end and any(map(process_tree.is_running_child, self._ending)):
            time.sleep(process_tree.KILL_POLL_SECONDS)
        process_tree.kill_children()
        process_tree.wait_for_resource_trackers(TRACKERS_SECONDS)
        for folder in (self._spec.blobs, self._spec.folder):
            shutil.rmtree(folder, ignore_errors=True)
