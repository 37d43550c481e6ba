"""Find what an interrupted task left in its worker that could break a later task.

An interrupt is raised between two byte codes.  There is often such a point between the moment when
a lock is acquired and the `try` block that releases it: in a tight loop of `queue.Queue.put`, every
fourth interrupt leaves the queue's lock held.  Such a state can be detected, but not repaired.  So
each check returns why the worker must be replaced, or "":

==========================  ======================================================================
locks                       a lock is held, but by no living thread; checks every lock that
                            Python's garbage collector knows
semaphores, conditions      a permit is missing, or a waiter is registered that doesn't exist
`multiprocessing` locks     this process holds one
files                       a file lock is held (flock, lockf; SQLite's transactions use them)
SQLite, HTTP                a transaction is open, or a request of `http.client` is unfinished
process pools               one works for the task, or lost its processes with the task
sockets and pipes           the task may have used one: the next task would read the rest of a
                            response that was not meant for it.  Only TCP sockets on Linux show
                            that no data went through since the task started.  Every other open
                            socket or pipe counts, except those of pools (their state is known)
`with` blocks               the interrupt was in an `__enter__` or `__exit__`, which may have
                            done one half of its changes
imports                     the interrupt was in a module's own code: half of a package would stay
                            in sys.modules.  (scipy binds its submodules at their first import.)
==========================  ======================================================================

Checking every object takes 20 ns per object: 0.1 ms with the modules that a worker needs itself,
0.5 ms with numpy.  The fork server collects the objects that exist before the fork, once.
"""

from __future__ import annotations

import _thread
import contextlib
import functools
import gc
import itertools
import os
import socket
import stat
import struct
import sys
import threading
import time
import traceback
from collections.abc import Container, Iterable, Iterator
from types import FrameType
from typing import Any, Final

# If a lock is held for longer, it isn't just briefly in use by another thread, nor does it belong
# to a thread that has left Python code and is about to end.
HELD_SECONDS: Final = 0.05
POLL_SECONDS: Final = 0.001
_Lock: Final[type] = type(_thread.allocate_lock())
_RLock: Final[type] = type(threading.RLock())
_INITIAL: Final = "_scaler_lab_initial"
_TCP_TIMES: Final = struct.Struct("44xI4xI")  # from tcp_info: ms since data was sent, received
_WAITING_MODULES: Final = frozenset(
    {
        *("threading", "queue", "selectors", "socket", "ssl", "subprocess", "_pyio"),
        *("concurrent.futures._base", "concurrent.futures.thread", "concurrent.futures.process"),
        *("multiprocessing.connection", "multiprocessing.pool", "multiprocessing.process"),
        *("multiprocessing.popen_fork", "multiprocessing.queues", "multiprocessing.synchronize"),
        *("asyncio.base_events", "asyncio.runners", "asyncio.events", "tempfile", "shutil"),
    }
)
_POOLS: Final = (
    ("concurrent.futures.process", "ProcessPoolExecutor"),
    ("loky.process_executor", "ProcessPoolExecutor"),
    ("joblib.externals.loky.process_executor", "ProcessPoolExecutor"),
    ("multiprocessing.pool", "Pool"),
)
_PIPES_OF_MANAGERS: Final = (
    ("multiprocessing.resource_tracker", "_resource_tracker", "_fd"),
    ("multiprocessing.forkserver", "_forkserver", "_forkserver_alive_fd"),
    ("loky.backend.resource_tracker", "_resource_tracker", "_fd"),
    ("joblib.externals.loky.backend.resource_tracker", "_resource_tracker", "_fd"),
)

_KINDS: Final = {stat.S_IFSOCK: "socket", stat.S_IFIFO: "pipe", stat.S_IFREG: "file"}

_SUPPRESS: Final = contextlib.suppress.__exit__.__code__  # safe to interrupt: changes no state

_before_fork: list[Any] = []  # objects to check that the garbage collector no longer lists


def note_frozen() -> None:
    """Remember the locks that exist now.  Call it before `gc.freeze`, which hides them."""
    _before_fork.extend(_find({_Lock, _RLock, threading.Condition}))


def watch_semaphores() -> None:
    """Make semaphores created from now on remember their initial value."""
    original = threading.Semaphore.__init__

    @functools.wraps(original)
    def init(self: threading.Semaphore, value: int = 1) -> None:
        original(self, value)
        setattr(self, _INITIAL, value)

    threading.Semaphore.__init__ = init  # type: ignore[method-assign]


class InterruptChecks:
    """Checks a worker after an interrupt; remembers what was already open or held at the start.

    Create it before the worker's first task.  Only the worker's main thread uses it.
    """

    def __init__(self) -> None:
        self._own_files = frozenset(name_of(fd) for fd in _descriptors())
        self._held_at_rest = [lock for lock in _locks(_objects()) if _is_held(lock)]

    def torn_by(self, error: BaseException) -> str:
        """Return why the worker must be replaced if the interrupt hit an import or a `with` block.

        *error* is the exception that the task ended with.  Returns "" if it hit neither.
        """
        if _tore_an_import(error):
            return "it was interrupted in the middle of an import"
        if _tore_a_with(error):
            return "it was interrupted while it entered or left a with block"
        return ""

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
        if _held_locks(objects, self._held_at_rest):
            # An interrupted `Condition.wait` leaves a held lock that only its dead frame refers to.
            del objects
            gc.collect()
            objects = _objects()
        pools = list(_pools_in(objects))
        while True:
            states = {_state_of_pool(pool, older_processes) for pool in pools}
            if "broken" in states:
                return "a process pool that it started can't be used any more"
            if "busy" not in states:
                break
            time.sleep(POLL_SECONDS)
        return (
            _held_lock(objects, self._held_at_rest)
            or _torn_primitive(objects)
            or _open_transaction(objects)
            or _unfinished_request(objects)
            or self._used_file(begun_ns, pools, own_pipes)
        )

    def _used_file(self, begun_ns: int, pools: list[Any], own_pipes: set[str]) -> str:
        passed_ns = time.monotonic_ns() - begun_ns
        spared = set(_pipes_of_processes())
        for pool in pools:
            spared.update(_pipes_of(pool))
        has_files = False
        for fd in _descriptors():
            name = name_of(fd)
            if fd in spared or not name or name in self._own_files or name in own_pipes:
                continue
            with contextlib.suppress(OSError):
                if name.startswith("socket:") and _may_have_used(fd, passed_ns):
                    return "it left a connection that it may have used"
                if name.startswith("pipe:"):
                    return "it left a pipe that it may have used"
            has_files = has_files or name.startswith("file:")
        return _held_file_lock() if has_files else ""


# -- objects ---------------------------------------------------------------------------------------


def _find(types: set[type]) -> list[Any]:
    objects = gc.get_objects()
    return list(itertools.compress(objects, map(types.__contains__, map(type, objects))))


def _objects() -> list[Any]:
    """Return all objects that the checks examine."""
    types: set[type] = {
        *(_Lock, _RLock),
        *_types_of("threading", "Condition"),
        *_types_of("threading", "Semaphore"),
        *_types_of("asyncio.locks", "Lock"),
        *_types_of("multiprocessing.synchronize", "SemLock"),
        *_types_of("multiprocessing.synchronize", "Condition"),
        *_types_of("multiprocessing.queues", "Queue"),
        *_types_of("sqlite3", "Connection"),
        *_types_of("http.client", "HTTPConnection"),
    }
    for module, name in _POOLS:
        types.update(_types_of(module, name))
    return [*_before_fork, *_find(types)]


def _types_of(module: str, name: str) -> Iterator[type]:
    """Yield the class and all its subclasses, if its module is loaded."""
    top: Any = getattr(sys.modules.get(module), name, None)
    waiting: list[Any] = [top] if isinstance(top, type) else []
    while waiting:
        kind = waiting.pop()
        yield kind
        waiting += kind.__subclasses__()


def _attributes(thing: Any) -> list[Any]:
    return list(thing.__dict__.values())


def _of(objects: Iterable[Any], module: str, name: str) -> list[Any]:
    types = set(_types_of(module, name))
    return [o for o in objects if _type_of(o) in types]


def _type_of(thing: object) -> type:
    return type(thing)


# -- locks -----------------------------------------------------------------------------------------


def _locks(objects: Iterable[Any]) -> list[Any]:
    return [o for o in objects if type(o) is _Lock or type(o) is _RLock]


def _is_held(lock: Any) -> bool:
    if _type_of(lock) is _Lock:
        return bool(lock.locked())
    if lock._is_owned():
        return True
    text = repr(lock)  # "<locked _thread.RLock object owner=140… count=1 at 0x…>"
    if not text.startswith("<locked"):
        return False
    owner = text.partition("owner=")[2].partition(" ")[0]
    return owner not in map(str, sys._current_frames())  # pyright: ignore[reportPrivateUsage]


def _held_locks(objects: list[Any], at_rest: list[Any]) -> list[Any]:
    expected = {id(lock) for lock in at_rest}
    return [lock for lock in _locks(objects) if id(lock) not in expected and _is_held(lock)]


def _held_lock(objects: list[Any], at_rest: list[Any]) -> str:
    held = _held_locks(objects, at_rest)
    end = time.monotonic() + HELD_SECONDS
    while held:
        expected = {id(lock) for lock in _locks_of_threads()}
        held = [lock for lock in held if id(lock) not in expected and _is_held(lock)]
        if not held:
            break
        if time.monotonic() > end:
            return "it left a lock held"
        time.sleep(POLL_SECONDS)
    return ""


def _locks_of_threads() -> Iterator[Any]:
    """Yield the locks that are held by design: for joining a thread or waiting on a condition."""
    for thread in threading.enumerate():
        yield getattr(thread, "_tstate_lock", None)  # before Python 3.13
    yield from getattr(threading, "_shutdown_locks", ())
    yield from _waiters()


def _waiters() -> Iterator[Any]:
    """Yield the waiter locks of all threads that are inside `Condition.wait`."""
    code = threading.Condition.wait.__code__
    frames: list[FrameType | None] = list(
        sys._current_frames().values()  # pyright: ignore[reportPrivateUsage]
    )
    while frames:
        frame = frames.pop()
        if frame is not None:
            if frame.f_code is code:
                yield frame.f_locals.get("waiter")
            frames.append(frame.f_back)


def _torn_primitive(objects: list[Any]) -> str:
    waiters = set(map(id, _waiters()))
    for condition in _of(objects, "threading", "Condition"):
        if any(id(waiter) not in waiters for waiter in list(condition._waiters)):
            return "it left a condition with a waiter that is gone"
    for semaphore in _of(objects, "threading", "Semaphore"):
        if semaphore._value < getattr(semaphore, _INITIAL, 0):
            return "it left a semaphore acquired"
    if threading.active_count() == 1:  # else an event loop may run in another thread
        for lock in _of(objects, "asyncio.locks", "Lock"):
            if lock.locked():
                return "it left a lock held"
    return _held_between_processes(objects)


def _held_between_processes(objects: list[Any]) -> str:
    held_inside: set[int] = set()  # semaphores that are part of a condition or a queue
    for condition in _of(objects, "multiprocessing.synchronize", "Condition"):
        held_inside.update(map(id, _attributes(condition)))
    for queue in _of(objects, "multiprocessing.queues", "Queue"):
        held_inside.update(map(id, _attributes(queue)))
    shared = set(_types_of("multiprocessing.synchronize", "SemLock"))
    locks = {
        *_types_of("multiprocessing.synchronize", "Lock"),
        *_types_of("multiprocessing.synchronize", "RLock"),
    }
    for thing in objects:
        kind = _type_of(thing)
        if kind in shared and thing._semlock._is_mine():
            if kind in locks:
                return "it left a lock of multiprocessing held"
            if id(thing) not in held_inside:
                return "it left a semaphore of multiprocessing acquired"
    return ""


# -- databases and files ---------------------------------------------------------------------------


def _open_transaction(objects: list[Any]) -> str:
    for connection in _of(objects, "sqlite3", "Connection"):
        with contextlib.suppress(Exception):  # closed, or it belongs to another thread
            if connection.in_transaction:
                return "it left a transaction of SQLite open"
    return ""


def _unfinished_request(objects: list[Any]) -> str:
    """Check requests of `http.client` and of libraries that build on it (urllib3, requests).

    An unfinished request may have no socket yet.
    """
    for connection in _of(objects, "http.client", "HTTPConnection"):
        response = getattr(connection, "_HTTPConnection__response", None)
        is_idle = getattr(connection, "_HTTPConnection__state", "Idle") == "Idle"
        if not is_idle or (response is not None and not response.isclosed()):
            return "it left an HTTP request unfinished"
    return ""


def _held_file_lock() -> str:
    try:
        with open("/proc/locks", "rb") as file:
            lines = file.read().split(b"\n")
    except OSError:  # not Linux
        return ""
    pid = str(os.getpid()).encode()
    for line in lines:
        # 1: POSIX  ADVISORY  READ 1234 08:01:5678 128 128
        fields = line.split()
        if len(fields) < 8 or fields[-4] != pid or b"->" in fields:
            continue
        if fields[-5] == b"READ" and fields[-2:] == [b"128", b"128"]:
            continue  # an idle connection to a database in WAL mode
        return "it left a file locked"
    return ""


# -- connections -----------------------------------------------------------------------------------


def _descriptors() -> list[int]:
    folder = "/proc/self/fd" if sys.platform == "linux" else "/dev/fd"
    return [int(name) for name in os.listdir(folder)]


def name_of(fd: int) -> str:
    """Return "socket:[5678]", "pipe:[5678]" or "file:[5678]"; "" if *fd* is closed or another kind.

    The number is the inode.
    """
    try:
        status = os.fstat(fd)
    except OSError:
        return ""
    kind = _KINDS.get(stat.S_IFMT(status.st_mode))
    return f"{kind}:[{status.st_ino}]" if kind else ""


def _may_have_used(fd: int, passed_ns: int) -> bool:
    with socket.socket(fileno=os.dup(fd)) as copy:
        if copy.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            return False
        if sys.platform != "linux" or copy.family not in (socket.AF_INET, socket.AF_INET6):
            return True
        if copy.type != socket.SOCK_STREAM:
            return True
        info = copy.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_TIMES.size)
        sent_ms, received_ms = _TCP_TIMES.unpack(info)
        return bool(min(sent_ms, received_ms) * 1_000_000 <= passed_ns + _tick_ns() + 1_000_000)


@functools.cache
def _tick_ns() -> int:
    """Return by how many ns the kernel's timestamps of files and sockets may be late."""
    clock = getattr(time, "CLOCK_REALTIME_COARSE", 5 if sys.platform == "linux" else None)
    return 10_000_000 if clock is None else int(time.clock_getres(clock) * 1e9)


def _pipes_of_processes() -> Iterator[int]:
    """Yield the descriptors of pipes that only manage processes, or detect their end."""
    for module, name, attribute in _PIPES_OF_MANAGERS:
        yield getattr(getattr(sys.modules.get(module), name, None), attribute, -1)
    for process in list(getattr(sys.modules.get("multiprocessing.process"), "_children", ())):
        popen = getattr(process, "_popen", None)
        yield getattr(popen, "sentinel", -1)
        yield from getattr(getattr(popen, "finalizer", None), "_args", ())


# -- process pools ---------------------------------------------------------------------------------


def _pools_in(objects: list[Any]) -> Iterator[Any]:
    for module, name in _POOLS:
        yield from _of(objects, module, name)


def _state_of_pool(pool: Any, older_processes: Container[int]) -> str:
    """Return "broken" if processes of the pool will be killed with the task, "busy", or ""."""
    members: Any = getattr(pool, "_processes", None)
    if hasattr(pool, "_cache"):  # multiprocessing.pool.Pool
        members, work = pool._pool, pool._cache
        if pool._state == "TERMINATE":
            return ""
        pids = [process.pid for process in members or ()]
    else:
        work = pool._pending_work_items
        pids = list(members or ())
    if any(pid is not None and pid not in older_processes for pid in pids):
        return "broken"
    return "busy" if work else ""


def _pipes_of(pool: Any) -> Iterator[int]:
    """Yield the descriptors through which *pool* exchanges data with its processes."""
    for part in _attributes(pool):
        ends: list[Any] = [getattr(part, "_reader", None), getattr(part, "_writer", None)]
        for end in ends:
            with contextlib.suppress(Exception):
                yield end.fileno()


# -- what the interrupt hit ------------------------------------------------------------------------


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or link.__context__


def _tore_an_import(error: BaseException) -> bool:
    """Return whether *error* or one of its causes passed through an import.

    That is, through a module's top-level code or through code of the import system.
    """
    for link in _chain(error):
        for frame, _ in traceback.walk_tb(link.__traceback__):
            code = frame.f_code
            if code.co_filename.startswith("<frozen importlib"):
                return True
            if code.co_name == "<module>" and frame.f_globals.get("__spec__") is not None:
                return True
    return False


def _tore_a_with(error: BaseException) -> bool:
    """Return whether *error* passed through an `__enter__` or `__exit__` that did not just wait."""
    for link in _chain(error):
        frames = [frame for frame, _ in traceback.walk_tb(link.__traceback__)]
        codes = [frame.f_code for frame in frames]
        if any(c.co_name in ("__enter__", "__exit__") and c is not _SUPPRESS for c in codes):
            # The last frames belong to the worker's own signal handler.
            names = [str(frame.f_globals.get("__name__")) for frame in frames]
            while names and names[-1].startswith("scaler_lab.engines.local."):
                names.pop()
            if names and names[-1] not in _WAITING_MODULES:
                return True
    return False
