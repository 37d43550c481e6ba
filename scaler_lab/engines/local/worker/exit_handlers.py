"""Do in a worker that ends normally what Python does at the end of a program.

A worker is forked inside the fork server's code, so it can't return from there and must exit with
`os._exit`, which skips Python's usual exit steps.  This module does them in Python's own order:
shut down thread pools, run `atexit` handlers (`weakref.finalize` and `multiprocessing` register
some), flush files.  It doesn't wait for threads outside of pools: a thread that a task left behind
must not delay the exit.

All of it takes `EXIT_SECONDS` at most.  A killed worker does none of this.
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
_IOBase: Final = io.IOBase.__mro__[1]  # the C class: `isinstance(…, io.IOBase)` runs user code


def run() -> None:
    """Run all exit steps; the kernel ends this process if they take longer than `EXIT_SECONDS`."""
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
    """Flush all open files: text files first, because they write to the byte buffers."""
    files = [o for o in gc.get_objects() if _IOBase in type(o).__mro__]
    files.sort(key=lambda file: not issubclass(type(file), io.TextIOWrapper))
    for file in [*files, sys.stdout, sys.stderr]:
        with contextlib.suppress(Exception):  # closed, or not writable
            if not file.closed:
                file.flush()
