"""Find what an interrupted task left in its worker that could break a later task.

An interrupt is raised between two byte codes.  There is often such a point between the moment when
a lock is acquired and the `try` block that releases it: in a tight loop of `queue.Queue.put`, every
fourth interrupt leaves the queue's lock held.  Such a state can be detected, but not repaired.  So
each check returns why the worker must be replaced, or "".  The exception is a connection of
`http.client`: it is closed, and opens itself again for the next request.

==========================  ======================================================================
locks                       a lock is held, but by no living thread; checks every lock that
                            Python's garbage collector knows
semaphores, conditions      a permit is missing, or a waiter is registered that doesn't exist
`multiprocessing` locks     this process holds one
files                       a file lock is held (flock, lockf; SQLite's transactions use them)
SQLite, HTTP                a transaction is open, or a request of `http.client` is unfinished and
                            can't be closed, because another thread or object may use it
process pools               one works for the task, or lost its processes with the task
sockets and pipes           the task may have used one: the next task would read the rest of a
                            response that was not meant for it.  Only TCP sockets on Linux show
                            that no data went through since the task started.  Every other open
                            socket or pipe counts, except those of pools and of idle event loops
==========================  ======================================================================

Checking every object takes 20 ns per object: 0.1 ms with the modules that a worker needs itself,
0.5 ms with numpy.  The fork server collects the objects that exist before the fork, once.
"""

from __future__ import annotations

import contextlib
import gc
import sys
import threading
import time
from collections.abc import Container, Iterator
from typing import Any, Final

from scaler_lab.engines.local.worker import (
    held_locks,
    live_objects,
    open_files,
    process_pools,
)

POLL_SECONDS: Final = 0.001
_REFERENCES_OF_CONNECTION: Final = 3  # of its attribute, of a local variable and of `getrefcount`


class InterruptChecks:
    """Checks a worker after an interrupt; remembers what was already open or held at the start.

    Create it before the worker's first task.  Only the worker's main thread uses it.
    """

    def __init__(self) -> None:
        self._own_files = frozenset(open_files.name_of(fd) for fd in open_files.descriptors())
        self._held_at_rest = held_locks.held(_objects())

    def find(self, begun_ns: int, older_processes: Container[int], own_pipes: set[str]) -> str:
        """Return what the interrupted task left that could break a later task; "" if nothing.

        Waits while a process pool works for the task.  There is no time limit here: at the end of
        the grace period the scheduler kills the worker.

        Args:
            begun_ns: When the task started, by `time.monotonic_ns()`.
            older_processes: The pids of the descendant processes that existed before the task.
            own_pipes: The names (see `name_of`) of the worker's descriptors 0, 1 and 2.
        """
        objects = _objects()
        are_held = held_locks.held(objects, self._held_at_rest)
        if not are_held and not self._look_at(objects, begun_ns, older_processes, own_pipes):
            return ""
        # Only dead frames of the task may refer to it, in a cycle: an interrupted `Condition.wait`
        # leaves a held lock like that, an interrupted `asyncio.run` its sockets.
        del objects, are_held
        gc.collect()
        objects = _objects()
        if threading.active_count() == 1:  # else another thread could be using the connection
            _close_http(objects, time.monotonic_ns() - begun_ns)
        return self._look_at(objects, begun_ns, older_processes, own_pipes)

    def _look_at(
        self,
        objects: list[Any],
        begun_ns: int,
        older_processes: Container[int],
        own_pipes: set[str],
    ) -> str:
        pools = list(process_pools.find(objects))
        while True:
            states = {process_pools.state_of(pool, older_processes) for pool in pools}
            if "broken" in states:
                return "a process pool that it started can't be used any more"
            if "busy" not in states:
                break
            time.sleep(POLL_SECONDS)
        return (
            held_locks.check_locks(objects, self._held_at_rest)
            or held_locks.check_primitives(objects)
            or _open_transaction(objects)
            or _unfinished_request(objects)
            or self._used_file(objects, begun_ns, pools, own_pipes)
        )

    def _used_file(
        self, objects: list[Any], begun_ns: int, pools: list[Any], own_pipes: set[str]
    ) -> str:
        passed_ns = time.monotonic_ns() - begun_ns
        spared = {*process_pools.pipes_of_processes(), *_sockets_of_idle_loops(objects)}
        for pool in pools:
            spared.update(process_pools.pipes_of(pool))
        has_files = False
        for fd in open_files.descriptors():
            name = open_files.name_of(fd)
            if fd in spared or not name or name in self._own_files or name in own_pipes:
                continue
            with contextlib.suppress(OSError):
                if name.startswith("socket:") and open_files.may_have_used(fd, passed_ns):
                    return "it left a connection that it may have used"
                if name.startswith("pipe:"):
                    return "it left a pipe that it may have used"
            has_files = has_files or name.startswith("file:")
        return open_files.held_file_lock() if has_files else ""


def _objects() -> list[Any]:
    """Return all objects that the checks examine."""
    return live_objects.find(
        {
            *held_locks.types(),
            *process_pools.types(),
            *live_objects.types_of("sqlite3", "Connection"),
            *live_objects.types_of("http.client", "HTTPConnection"),
            *live_objects.types_of("asyncio.selector_events", "BaseSelectorEventLoop"),
        }
    )


def _sockets_of_idle_loops(objects: list[Any]) -> Iterator[int]:
    """Yield the sockets with which event loops wake themselves up, unless the task left them work.

    A loop that runs, in another thread, is not examined: `background_work` does that.
    """
    for loop in live_objects.of(objects, "asyncio.selector_events", "BaseSelectorEventLoop"):
        with contextlib.suppress(Exception):  # closed, or only half created
            has_work = loop._ready or loop._scheduled or sys.modules["asyncio"].all_tasks(loop)
            if loop.is_running() or not has_work:
                yield loop._ssock.fileno()
                yield loop._csock.fileno()


def _open_transaction(objects: list[Any]) -> str:
    for connection in live_objects.of(objects, "sqlite3", "Connection"):
        with contextlib.suppress(Exception):  # closed, or it belongs to another thread
            if connection.in_transaction:
                return "it left a transaction of SQLite open"
    return ""


def _unfinished_request(objects: list[Any]) -> str:
    """Check requests of `http.client` and of libraries that build on it (urllib3, requests)."""
    connections = live_objects.of(objects, "http.client", "HTTPConnection")
    return "it left an HTTP request unfinished" if any(map(_is_unfinished, connections)) else ""


def _is_unfinished(connection: Any) -> bool:
    """Return whether a request was begun and its response not read; it may have no socket yet."""
    response = getattr(connection, "_HTTPConnection__response", None)
    is_idle = getattr(connection, "_HTTPConnection__state", "Idle") == "Idle"
    is_empty = not getattr(connection, "_buffer", ())  # `close` leaves what it has of a request
    return not (is_idle and is_empty) or (response is not None and not response.isclosed())


def _close_http(objects: list[Any], passed_ns: int) -> None:
    """Close the connections that were used in the last *passed_ns*.

    A response that something else refers to must not end early in silence.
    """
    for connection in live_objects.of(objects, "http.client", "HTTPConnection"):
        with contextlib.suppress(Exception):  # of a subclass's own `close`, or a closed socket
            response = getattr(connection, "_HTTPConnection__response", None)
            is_open = response is not None and not response.isclosed()
            if is_open and sys.getrefcount(response) > _REFERENCES_OF_CONNECTION:
                continue
            fd = -1 if connection.sock is None else connection.sock.fileno()
            if _is_unfinished(connection) or (fd >= 0 and open_files.may_have_used(fd, passed_ns)):
                buffer: list[bytes] = connection._buffer
                connection.close()
                buffer.clear()
