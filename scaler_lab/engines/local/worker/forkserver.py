"""The nursery: the parent of all workers.  It forks them, signals them, kills them and reaps them.

It is one small process with one thread, forked by the scheduler before that has any thread or
socket, so that forking a worker is cheap (milliseconds, shared memory) and safe.  Being the parent
it is also the only one that may signal a worker: until it reaps a pid, nobody else can get it.

    scheduler ── SPAWN number slot (+ its ends)    ──> nursery ── BORN number pid ──> scheduler
              ── SIGNAL number ──────────────────────>         ── GONE number status ─>
              ── KILL number ────────────────────────>              (after its whole tree is gone)
              ── END number ─────────────────────────> at the end, give it time to end by itself

When the scheduler's end of the socket closes, for whatever reason, the nursery kills every tree
and removes the engine's files; so no death of one process leaves anything behind.  A worker without
a task, which END names, may run its exit handlers first.  Resource trackers of `multiprocessing`
and loky are not killed: they remove what killed processes left in shared memory, and then end.
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
from scaler_lab.serialization import own_modules

log = logging.getLogger(__name__)

SPAWN: Final = b"S"
SIGNAL: Final = b"I"
KILL: Final = b"K"
END: Final = b"E"
IDLE_MS: Final = 100  # without a command, after which there is time to import
TRACKERS_SECONDS: Final = 2.0  # that resource trackers have at the engine's end
MAX_HANDLES: Final = 3
COMMAND: Final = struct.Struct("<cII")  # what, worker number, slot

BORN: Final = b"B"
GONE: Final = b"G"
NEWS: Final = struct.Struct("<cIiiqI")  # what, number, pid, wait status, peak RSS KiB, killed


class ForkServerSpec(NamedTuple):
    """What the nursery needs to make workers."""

    page: SharedPage
    folder: Path
    blobs: Path
    initializer: bytes | None
    ends: int = 2  # that each worker is given: inbox, results, and an output pipe if any


def fork_server(spec: ForkServerSpec, *, not_for_it: socket.socket) -> tuple[int, socket.socket]:
    """Fork it; (its pid, the socket to talk to it).  Before the caller has any thread.

    It closes its copy of *not_for_it*, whose end of file must tell of the caller's death.
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
        _ForkServer(spec, theirs).run()
    except BaseException:
        log.exception("the nursery failed")
        os._exit(1)
    os._exit(0)


def _do_nothing(signum: int, frame: FrameType | None) -> None:
    """A handler, so that the signal reaches the wake-up descriptor."""


def _format_one_exception() -> None:
    """Have `traceback` import what it needs, once for all workers.

    Since Python 3.15 it imports modules when it formats the first exception, which takes 40 ms.
    """
    try:
        raise RuntimeError
    except RuntimeError as error:
        traceback.format_exception(error)


def _import_for_later_workers(note_frozen: Callable[[], None]) -> None:
    """Import what tasks sent by value need, once the first workers are started.

    The first ones import it with their first task.  A later one often replaces a worker that was
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
        self._ending: set[int] = set()  # pids of those that end by themselves, with the engine

    def run(self) -> None:
        """Serve the scheduler until its end of the link closes; then leave nothing behind."""
        # What every worker needs is imported once.
        from scaler_lab.engines.local.worker import exit_handlers, interrupt_checks, worker

        del worker
        _format_one_exception()
        own_modules.prepare()
        process_tree.become_subreaper()
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, signal.SIG_IGN)
        woken, wake = socket.socketpair()
        woken.setblocking(False)
        wake.setblocking(False)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _do_nothing)
        self._exit_seconds = exit_handlers.EXIT_SECONDS
        gc.collect()
        interrupt_checks.note_frozen()
        gc.freeze()  # so that workers don't copy the pages by merely counting references
        self._wake_sockets = (woken, wake)
        poll = select.poll()
        poll.register(self._link, select.POLLIN)
        poll.register(woken, select.POLLIN)
        has_imported = False
        try:
            while True:
                is_idle_early = bool(self._numbers) and not has_imported
                ready = {fd for fd, _ in poll.poll(IDLE_MS if is_idle_early else None)}
                if not ready:
                    has_imported = True
                    _import_for_later_workers(interrupt_checks.note_frozen)
                if woken.fileno() in ready:
                    woken.recv(4096)
                    self._reap()
                if self._link.fileno() in ready and not self._obey():
                    return
        finally:
            self._end()

    # -- commands --------------------------------------------------------------------------------

    def _obey(self) -> bool:
        """One command; False where the scheduler is gone."""
        try:
            data, fds, _, _ = socket.recv_fds(self._link, COMMAND.size, MAX_HANDLES)
        except ConnectionError:
            return False
        if not data:
            return False
        for fd in fds:  # `recv_fds` ignores the flag for it
            os.set_inheritable(fd, False)  # by the children of tasks
        what, number, slot = COMMAND.unpack(data)
        if what == SPAWN:
            self._spawn(number, slot, fds)
            return True
        pid = self._pids.get(number)
        if pid is None:  # it is gone, and the news is on its way
            return True
        if what == END:
            self._ending.add(pid)
        else:
            os.kill(pid, signal.SIGINT if what == SIGNAL else signal.SIGKILL)
        return True

    def _spawn(self, number: int, slot: int, fds: list[int]) -> None:
        forkserver = os.getpid()
        try:
            if (
                len(fds) != self._spec.ends
            ):  # what there was no room for is left out without an error
                raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
            pid = os.fork()
        except OSError as error:
            why = f"no process could be made for it: {error}"
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
            for end in (self._link, *self._wake_sockets):
                end.close()
            os.setsid()  # a Ctrl-C in the client's terminal is not for its workers
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
        except BrokenPipeError:  # the scheduler is gone; so shall we be
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
                if number is not None:  # else an orphan that ended by itself
                    del self._pids[number]
                    gone.append((number, pid, status, usage.ru_maxrss))
        if gone:
            # One look at all processes for all of them; so whose child it was is only known of one.
            killed = process_tree.kill_children(spare=self._numbers)
            for death in gone:
                self._report(NEWS.pack(GONE, *death, killed if len(gone) == 1 else 0))

    def _report(self, news: bytes) -> None:
        try:
            self._link.send(news)
        except OSError:
            pass  # the scheduler is gone: the loop will see it

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
