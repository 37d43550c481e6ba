"""Find locks, semaphores and conditions that nobody will release.

An interrupt between `lock.acquire()` and `try` leaves the lock held.
"""

from __future__ import annotations

import _thread
import functools
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from types import FrameType
from typing import Any, Final

from scaler_lab.engines.local.worker import live_objects

# If a lock is held for longer, it isn't just briefly in use by another thread, nor does it belong
# to a thread that has left Python code and is about to end.
HELD_SECONDS: Final = 0.05
POLL_SECONDS: Final = 0.001
_Lock: Final[type] = type(_thread.allocate_lock())
_RLock: Final[type] = type(threading.RLock())
_INITIAL: Final = "_scaler_lab_initial"


def note_frozen() -> None:
    """Remember the locks that exist now.  Call it before `gc.freeze`, which hides them."""
    live_objects.note_frozen({_Lock, _RLock, threading.Condition})


def watch_semaphores() -> None:
    """Make semaphores created from now on remember their initial value."""
    original = threading.Semaphore.__init__

    @functools.wraps(original)
    def init(self: threading.Semaphore, value: int = 1) -> None:
        original(self, value)
        setattr(self, _INITIAL, value)

    threading.Semaphore.__init__ = init  # type: ignore[method-assign]


def types() -> set[type]:
    """Return the classes of the objects to check."""
    return {
        *(_Lock, _RLock),
        *live_objects.types_of("threading", "Condition"),
        *live_objects.types_of("threading", "Semaphore"),
        *live_objects.types_of("asyncio.locks", "Lock"),
        *live_objects.types_of("multiprocessing.synchronize", "SemLock"),
        *live_objects.types_of("multiprocessing.synchronize", "Condition"),
        *live_objects.types_of("multiprocessing.queues", "Queue"),
    }


def _locks(objects: Iterable[Any]) -> list[Any]:
    return [o for o in objects if type(o) is _Lock or type(o) is _RLock]


def _is_held(lock: Any) -> bool:
    if live_objects.type_of(lock) is _Lock:
        return bool(lock.locked())
    if lock._is_owned():
        return True
    text = repr(lock)  # "<locked _thread.RLock object owner=140… count=1 at 0x…>"
    if not text.startswith("<locked"):
        return False
    owner = text.partition("owner=")[2].partition(" ")[0]
    return owner not in map(str, sys._current_frames())  # pyright: ignore[reportPrivateUsage]


def held(objects: Iterable[Any], at_rest: Iterable[Any] = ()) -> list[Any]:
    """Return the locks among *objects* that a thread holds, without those of *at_rest*.

    A reentrant lock that belongs to another living thread doesn't count.
    """
    expected = {id(lock) for lock in at_rest}
    return [lock for lock in _locks(objects) if id(lock) not in expected and _is_held(lock)]


def check_locks(objects: Iterable[Any], at_rest: Iterable[Any]) -> str:
    """Return that a lock was left held; "" if none.  Waits for locks that are briefly in use."""
    remaining = held(objects, at_rest)
    end = time.monotonic() + HELD_SECONDS
    while remaining:
        expected = {id(lock) for lock in _locks_of_threads()}
        remaining = [o for o in remaining if id(o) not in expected and _is_held(o)]
        if not remaining:
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


def check_primitives(objects: list[Any]) -> str:
    """Return which condition, semaphore or shared lock can't be used any more; "" if none."""
    waiters = set(map(id, _waiters()))
    for condition in live_objects.of(objects, "threading", "Condition"):
        if any(id(waiter) not in waiters for waiter in list(condition._waiters)):
            return "it left a condition with a waiter that is gone"
    for semaphore in live_objects.of(objects, "threading", "Semaphore"):
        if semaphore._value < getattr(semaphore, _INITIAL, 0):
            return "it left a semaphore acquired"
    if threading.active_count() == 1:  # else an event loop may run in another thread
        for lock in live_objects.of(objects, "asyncio.locks", "Lock"):
            if lock.locked():
                return "it left a lock held"
    return _held_between_processes(objects)


def _held_between_processes(objects: list[Any]) -> str:
    held_inside: set[int] = set()  # semaphores that are part of a condition or a queue
    for condition in live_objects.of(objects, "multiprocessing.synchronize", "Condition"):
        held_inside.update(map(id, live_objects.attributes(condition)))
    for queue in live_objects.of(objects, "multiprocessing.queues", "Queue"):
        held_inside.update(map(id, live_objects.attributes(queue)))
    shared = set(live_objects.types_of("multiprocessing.synchronize", "SemLock"))
    locks = {
        *live_objects.types_of("multiprocessing.synchronize", "Lock"),
        *live_objects.types_of("multiprocessing.synchronize", "RLock"),
    }
    for thing in objects:
        kind = live_objects.type_of(thing)
        if kind in shared and thing._semlock._is_mine():
            if kind in locks:
                return "it left a lock of multiprocessing held"
            if id(thing) not in held_inside:
                return "it left a semaphore of multiprocessing acquired"
    return ""
