"""The start of the scheduler's process.  Forks the fork server before any thread exists."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import socket
from pathlib import Path
from typing import Any

import msgspec

from scaler_lab.engines.local import process_tree
from scaler_lab.engines.local.settings import Settings
from scaler_lab.engines.local.worker import forkserver
from scaler_lab.engines.local.worker_ipc import SharedPage

SPARE_SLOTS = 32  # for workers being killed, which still occupy a slot


def main(starter_fd: int, given: dict[str, Any]) -> None:
    """Run a scheduler with the settings *given* until the engine ends.

    *starter_fd* is the socket to the process that started it.  The scheduler answers on it with one
    line of JSON: its connection info, or an error.  If the engine is tied to that process, the
    engine ends when the socket is closed.
    """
    starter_socket = socket.socket(fileno=starter_fd)
    # Only this process may hold the socket: its end of file means that this process is gone.
    starter_socket.set_inheritable(False)
    settings = msgspec.convert(given, Settings)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    folder, blobs = Path(settings.folder), Path(settings.blobs)
    page = SharedPage(settings.n_workers + SPARE_SLOTS)
    # Fork before any thread exists: forking a process with threads isn't safe.
    ends = 3 if settings.capture else 2
    spec = forkserver.ForkServerSpec(page, folder, blobs, settings.initializer, ends)
    forkserver_pid, forkserver_socket = forkserver.fork_server(spec, not_for_it=starter_socket)
    process_tree.become_subreaper()  # if the fork server is killed, its children become ours
    # After the fork, because tasks must keep the limits and umask that their user set.
    _take_all_descriptors()
    os.umask(0o077)

    from scaler_lab.engines.local.scheduler.loop import SchedulerLoop

    loop = SchedulerLoop(settings, starter_socket, page, forkserver_pid, forkserver_socket)
    loop.run()


def _take_all_descriptors() -> None:
    """Raise the limit of descriptors to the hard limit.

    Each worker needs three descriptors.  The soft limit is often 1024, the hard limit is higher.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
