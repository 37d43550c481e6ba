"""What a worker does at an orderly end: what Python does at the end of a program.

A worker is a fork inside the fork server's code, so it can't return from there and must leave with
`os._exit`, which does none of this.  The order is Python's own: thread pools are shut down, then
`atexit` handlers run (those of `weakref.finalize` and `multiprocessing` are among them), then files
are flushed.
Threads that are no pool's are not waited for: a thread that a task left must not hold the end up.

All of it takes `EXIT_SECONDS` at most.  A killed worker does nothing of this.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import io
import signal
import sys
import threading
import traceback
from typing import Any, Final

EXIT_SECONDS: Final = 2.0
_IOBase: Final = io.IOBase.__mro__[1]  # the C class: `isinstance` of the other one runs user code


def run() -> None:
    """Do it, and have the kernel end this process if it takes too long."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGALRM])
    signal.setitimer(signal.ITIMER_REAL, EXIT_SECONDS)
    for step in (_end_thread_pools, _run_exit_handlers, _flush_files):
        try:
            step()
        except BaseException:
            with contextlib.suppress(Exception):
                traceback.print_exc()


def _end_thread_pools() -> None:
    handlers: list[Any] = getattr(threading, "_threading_atexits", [])
    for handler in reversed(handlers):
        handler()


def _run_exit_handlers() -> None:
    atexit._run_exitfuncs()  # pyright: ignore[reportPrivateUsage]


def _flush_files() -> None:
    """Flush what is open: text first, because that writes to the buffers of bytes."""
    files = [o for o in gc.get_objects() if _IOBase in type(o).__mro__]
    files.sort(key=lambda file: not issubclass(type(file), io.TextIOWrapper))
    for file in [*files, sys.stdout, sys.stderr]:
        with contextlib.suppress(Exception):  # closed, or can't be written to
            if not file.closed:
                file.flush()
