"""Find out whether code of an interrupted task still runs in threads or in descendant processes.

A task can give work to a thread or a process that an earlier task started.  So before a task
starts, the worker records which threads and processes exist and where the threads wait.  After an
interrupt, the code of the task has stopped once

  - each thread that the task started has ended,
  - each older thread is back where it waited before the task started, or is an idle thread of a
    `ThreadPoolExecutor` whose queue is empty,
  - each descendant process that the task started was killed, at any depth of the process tree.

The management processes of `multiprocessing` and loky (the resource tracker and multiprocessing's
own fork server) are never killed, even if this task started them: without them every later use of
`multiprocessing` in this process fails.  The children of that fork server are treated as if they
were the worker's.

`interrupt_checks` finds out whether older *processes* work for the task.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any, Final

from scaler_lab.engines.local import process_tree

QUICK_NS: Final = 100_000  # a shorter task can't have started a process
MAX_PLACES: Final = 8  # remembered per thread
_HOUSEKEEPERS: Final = frozenset({"tqdm._monitor"})  # modules of the thread classes
_TRACKERS: Final = (
    ("multiprocessing.resource_tracker", "_resource_tracker", "_pid"),
    ("multiprocessing.forkserver", "_forkserver", "_forkserver_pid"),
    ("loky.backend.resource_tracker", "_resource_tracker", "_pid"),
    ("joblib.externals.loky.backend.resource_tracker", "_resource_tracker", "_pid"),
)
_threads: dict[int, threading.Thread] = threading._active  # type: ignore[attr-defined]  # len() only

Place = tuple[object, ...]


class BackgroundWork:
    """Tracks the threads and child processes that run beside the task.

    Only the main thread uses it.
    """

    def __init__(self) -> None:
        self._threads: list[threading.Thread] = []  # the threads that existed before the task
        self._places: dict[int, list[Place]] = {}  # by thread id(): where it has been waiting
        self._is_stale = True
        self.processes: frozenset[int] = frozenset()
        """The pids of the descendants of this process before the task."""

    def before_task(self) -> None:
        """Record the existing threads.  Costs 0.1 µs if the main thread is the only one."""
        n_threads = len(_threads)
        if n_threads == len(self._threads) and (n_threads == 1 or not self._is_stale):
            return
        self._threads = list(_threads.values())
        self._is_stale = False
        if n_threads > 1:
            frames = _frames()
            places: dict[int, list[Place]] = {}
            for thread in self._threads:
                frame = frames.get(thread.ident or 0)
                if frame is not None and thread is not threading.main_thread():
                    known = self._places.get(id(thread), [])
                    place = _place_of(frame)
                    if place not in known:
                        known = [*known, place][-MAX_PLACES:]
                    places[id(thread)] = known
            self._places = places

    def after_task(self, took_ns: int) -> None:
        """Record the processes that a task left behind, so the next task isn't blamed for them."""
        if took_ns >= QUICK_NS:
            self._is_stale = True
            if self.processes or process_tree.has_children():
                self.processes = frozenset(process_tree.descendants())

    def is_running(self) -> bool:
        """Return whether a thread still runs code that the task may have given it.

        A daemon thread counts: being a daemon means that a program may end without it, not that
        its work has stopped.  `Thread.is_alive` isn't reliable here: if the interrupt hit a join,
        CPython reports a thread as stopped that still runs (bpo-45274).  The interpreter's list of
        frames is right.
        """
        frames = _frames()
        for thread in threading.enumerate():
            frame = frames.get(thread.ident or 0)
            if frame is None or thread is threading.main_thread() or _is_housekeeper(thread):
                continue
            if thread not in self._threads:
                return True
            if _waits_in_pool(thread, frame):
                continue
            if _place_of(frame) not in self._places.get(id(thread), []):
                return True
        return _has_queued_work()

    def kill_processes(self) -> None:
        """Kill every descendant process that the task started."""
        if process_tree.has_children():
            process_tree.kill_descendants(older=self.processes, spare=managers())


def managers() -> frozenset[int]:
    """Return the pids of the resource trackers and the `multiprocessing` fork server."""
    return frozenset(pid for pid in _values_of(_TRACKERS) if isinstance(pid, int))


def _values_of(places: tuple[tuple[str, str, str], ...]) -> Iterator[Any]:
    for module, name, attribute in places:
        yield getattr(getattr(sys.modules.get(module), name, None), attribute, None)


def _frames() -> dict[int, FrameType]:
    return sys._current_frames()  # pyright: ignore[reportPrivateUsage]


def _place_of(frame: FrameType | None) -> Place:
    """Return a thread's position in its code; in an event loop, also the pending asyncio tasks."""
    place: list[object] = []
    while frame is not None:
        code = frame.f_code
        place += (id(code), frame.f_lasti)
        if code.co_name == "run_forever" and "asyncio" in sys.modules:
            place.append(_pending_in(frame.f_locals.get("self")))
        frame = frame.f_back
    return tuple(place)


def _pending_in(loop: Any) -> object:
    try:
        pending = sys.modules["asyncio"].all_tasks(loop)
    except Exception:  # not an asyncio loop, or its set of tasks is changing right now
        return None
    return frozenset(map(id, pending))


def _waits_in_pool(thread: threading.Thread, frame: FrameType) -> bool:
    """Return whether *thread* belongs to a ThreadPoolExecutor and waits for work."""
    pools = sys.modules.get("concurrent.futures.thread")
    if pools is None or thread not in pools._threads_queues:
        return False
    return frame.f_code is pools._worker.__code__


def _has_queued_work() -> bool:
    """Return whether a ThreadPoolExecutor has work that none of its threads has started.

    The queue of an idle pool is empty, or holds a None: the pool's signal to end its threads.
    """
    pools = sys.modules.get("concurrent.futures.thread")
    if pools is None:
        return False
    for thread, queue in list(pools._threads_queues.items()):
        if thread.is_alive() and queue.qsize() > 0:
            return True
    return False


def _is_housekeeper(thread: threading.Thread) -> bool:
    """Return whether *thread* is a library's housekeeping thread.

    Such a thread does nothing for the task and outlives it by design.  tqdm starts a thread with
    its first progress bar; it checks every ten seconds whether a bar has stopped.  The first bar is
    often in a task, and that isn't a reason to replace a warm worker.
    """
    return thread.daemon and type(thread).__module__ in _HOUSEKEEPERS
