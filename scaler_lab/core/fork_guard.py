"""Which process this is: what a fork copies can't be used in its child.

A client's threads and sockets stay behind in the parent.  The child has the client's objects, and
nobody who would ever settle a future in it.  So whoever would wait asks first, and is refused.
"""

from __future__ import annotations

import os
import threading
from threading import get_ident

from scaler_lab.errors import ForkedClientError

_process = os.getpid()
_main_thread = threading.main_thread().ident


def this_process() -> int:
    """This process's id, without the system call, which every submitted task would pay for."""
    return _process


def is_main_thread() -> bool:
    """Whether the calling thread is the one in which Python runs signal handlers."""
    return get_ident() == _main_thread


def refuse_in_fork(made_in: int) -> None:
    """Raise `ForkedClientError` where this is not the process that a client was made in."""
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
