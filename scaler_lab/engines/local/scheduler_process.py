"""The scheduler process's way in.  Forks the nursery before anything here has a thread."""

from __future__ import annotations

import signal
import socket
import sys
from pathlib import Path

import msgspec

from scaler_lab.engines.local import nursery
from scaler_lab.engines.local.bench_link import Page
from scaler_lab.engines.local.settings import Settings

SPARE_SLOTS = 32  # workers being killed still have theirs


def main(link_fd: int) -> None:
    """Run a scheduler; *link_fd* is a socket on which the starter sends the settings.

    Answers on it with one line of JSON: the connection, or the error.  When the starter owns the
    engine, the link's end is the engine's end.
    """
    link = socket.socket(fileno=link_fd)
    try:
        size = int.from_bytes(_read_exactly(link, 4), "little")
        settings = msgspec.json.decode(_read_exactly(link, size), type=Settings)
    except EOFError:
        return
    sys.path[:] = settings.sys_path
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    folder, blobs = Path(settings.folder), Path(settings.blobs)
    page = Page(settings.n_workers + SPARE_SLOTS)
    # Before anything makes a thread: forking is only safe until then.
    spec = nursery.NurserySpec(page, folder, blobs, settings.initializer)
    nursery_pid, nursery_link = nursery.fork_nursery(spec)

    from scaler_lab.engines.local.scheduler_loop import SchedulerLoop

    loop = SchedulerLoop(settings, link, page, nursery_pid, nursery_link)
    loop.run()


def _read_exactly(link: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        chunk = link.recv(size - len(data))
        if not chunk:
            raise EOFError
        data += chunk
    return data
