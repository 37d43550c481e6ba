"""Refuses the use of a client in a forked child process.

A client's threads and sockets stay in the parent.  The child has a copy of the client's objects,
but nothing there would ever settle a future.  So every operation that would wait checks the process
first, and raises an error.
"""

from __future__ import annotations

import os
import threading
from threading import get_ident

from scaler_lab.errors import ForkedClientError

_process = os.getpid()
_main_thread = threading.main_thread().ident


def this_process() -> int:
    """Return this process's id, without a system call, which each submitted task would pay for."""
    return _process


def is_main_thread() -> bool:
    """Return whether the calling thread is the one in which Python runs signal handlers."""
    return get_ident() == _main_thread


def refuse_in_fork(made_in: int) -> None:
    """Raise `ForkedClientError` if this isn't the process that created the client."""
    if made_in != _process:
        raise ForkedClientError(
            f"this client was made in process {made_in}, before a fork, and can't be used "
            f"in its child {_process}: make a new Client in the child process"
        )


def _note_fork() -> None:
    global _process, _main_thread
    _process = os.getpid()
    _main_thread = get_ident()


os.register_at_fork(after_in_child=_note_fork)
