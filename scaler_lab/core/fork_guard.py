"""What happens to the package's state when a process forks.

A client's threads and sockets stay in the parent.  The child has a copy of the client's objects,
but nothing there would ever settle a future.  So in the child

- every operation that would wait raises an error: `refuse_in_fork`;
- copies of sockets and locks are closed, because they would make the parent look alive after its
  end: `close_in_child`;
- what a module keeps about its process is reset: `call_in_child`.

This module registers the only fork handler.  It updates `this_process` before it does the rest.
"""

from __future__ import annotations

import logging
import os
import threading
import weakref
from collections.abc import Callable
from threading import get_ident
from typing import Protocol

from scaler_lab.errors import ClientForked

log = logging.getLogger(__name__)

_process = os.getpid()
_main_thread = threading.main_thread().ident


class ClosedInChild(Protocol):
    """Something whose copy in a forked child has to be closed."""

    def close_in_child(self) -> None:
        """Close the child's copy, without any effect on the parent's."""


_to_close: weakref.WeakSet[ClosedInChild] = weakref.WeakSet()
_to_call: list[Callable[[], object]] = []


def this_process() -> int:
    """Return this process's id, without a system call, which each submitted task would pay for."""
    return _process


def is_main_thread() -> bool:
    """Return whether the calling thread is the one in which Python runs signal handlers."""
    return get_ident() == _main_thread


def refuse_in_fork(made_in: int) -> None:
    """Raise `ClientForked` if this isn't the process that created the client."""
    if made_in != _process:
        raise ClientForked(
            f"this client was made in process {made_in}, before a fork, and can't be used "
            f"in its child {_process}: make a new Client in the child process"
        )


def close_in_child(resource: ClosedInChild) -> None:
    """Call ``resource.close_in_child()`` in every child that this process forks from now on.

    *resource* is referred to weakly.
    """
    _to_close.add(resource)


def call_in_child(function: Callable[[], object]) -> None:
    """Call *function* in every child that this process forks from now on."""
    _to_call.append(function)


def _note_fork() -> None:
    global _process, _main_thread
    _process = os.getpid()
    _main_thread = get_ident()
    for function in (*_to_call, *[resource.close_in_child for resource in list(_to_close)]):
        try:
            function()
        except Exception:  # the others must run all the same
            log.exception("%r failed in a forked child", function)


os.register_at_fork(after_in_child=_note_fork)
