"""The scheduler process's way in.  Forks the nursery before anything here has a thread."""

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

SPARE_SLOTS = 32  # workers being killed still have theirs


def main(starter_fd: int, given: dict[str, Any]) -> None:
    """Run a scheduler with the settings *given*; *starter_fd* is the socket to its starter.

    Answers on it with one line of JSON: the connection, or the error.  Where the engine is tied to
    its starter, the link's end is the engine's end.
    """
    starter_socket = socket.socket(fileno=starter_fd)
    starter_socket.set_inheritable(
        False
    )  # its end of file must say that this process is gone, and no other
    settings = msgspec.convert(given, Settings)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    folder, blobs = Path(settings.folder), Path(settings.blobs)
    page = SharedPage(settings.n_workers + SPARE_SLOTS)
    # Before anything makes a thread: forking is only safe until then.
    ends = 3 if settings.capture else 2
    spec = forkserver.ForkServerSpec(page, folder, blobs, settings.initializer, ends)
    forkserver_pid, forkserver_socket = forkserver.fork_server(spec, not_for_it=starter_socket)
    process_tree.become_subreaper()  # should the nursery be killed, what it had comes to us
    # After the fork, for tasks are to have what their user set.
    _take_all_descriptors()
    os.umask(0o077)

    from scaler_lab.engines.local.scheduler.loop import SchedulerLoop

    loop = SchedulerLoop(settings, starter_socket, page, forkserver_pid, forkserver_socket)
    loop.run()


def _take_all_descriptors() -> None:
    """Three are needed for each worker, and often 1024 is the limit, but not the hard one."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
