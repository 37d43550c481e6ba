"""Whether code of an interrupted task still runs: in threads, and in processes below the worker.

A task can hand work to a thread or a process that an earlier task started.  So the worker notes,
before a task begins, which threads and processes there are and where the threads wait.  After an
interrupt the code of the task has stopped once

  - each thread that the task started has ended,
  - each older thread is again where it waited before the task began, or is an idle thread of a
    `ThreadPoolExecutor` whose queue is empty,
  - each process that the task started was killed, however far below the worker it is.

Processes of `multiprocessing` and loky that only manage (the resource tracker, the fork server) are
never killed, whichever task started them: without them every later use of `multiprocessing` in this
process fails.  The children of a fork server are treated as if they were the worker's.

Whether older *processes* work for the task is for `interrupt_checks` to find out.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any, Final

from scaler_lab.engines.local import process_tree

QUICK_NS: Final = 100_000  # in less, nobody starts a process
MAX_PLACES: Final = 8  # that are remembered of each thread
_HOUSEKEEPERS: Final = frozenset({"tqdm._monitor"})  # modules of such threads' classes
_TRACKERS: Final = (
    ("multiprocessing.resource_tracker", "_resource_tracker", "_pid"),
    ("multiprocessing.forkserver", "_forkserver", "_forkserver_pid"),
    ("loky.backend.resource_tracker", "_resource_tracker", "_pid"),
    ("joblib.externals.loky.backend.resource_tracker", "_resource_tracker", "_pid"),
)
_threads: dict[int, threading.Thread] = threading._active  # type: ignore[attr-defined]  # len() only

Place = tuple[object, ...]


class BackgroundWork:
    """What runs in this process beside the task.  Touched by the main thread only."""

    def __init__(self) -> None:
        self._threads: list[threading.Thread] = []  # those there before the task
        self._places: dict[int, list[Place]] = {}  # by thread: where each was seen to wait
        self._is_stale = True
        self.processes: frozenset[int] = frozenset()
        """The pids of the processes below this one before the task."""

    def before_task(self) -> None:
        """Note who is there.  Costs 0.1 µs unless there are threads."""
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
        """Note the processes that a task left, which the next one is not to be blamed for."""
        if took_ns >= QUICK_NS:
            self._is_stale = True
            if self.processes or process_tree.has_children():
                self.processes = frozenset(process_tree.descendants())

    def is_running(self) -> bool:
        """Whether a thread still runs code that the task may have given it.

        A daemon thread counts: being a daemon means that a program may end without it, not that
        its work has stopped.  Not by `Thread.is_alive`: if the interrupt hit a join, CPython calls
        a thread stopped that still runs (bpo-45274).  The interpreter's list of frames is right.
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
        """Kill every process below this one that the task started."""
        if process_tree.has_children():
            process_tree.kill_descendants(older=self.processes, spare=managers())


def managers() -> frozenset[int]:
    """The pids of the resource trackers and the fork server of this process."""
    return frozenset(pid for pid in _values_of(_TRACKERS) if isinstance(pid, int))


def _values_of(places: tuple[tuple[str, str, str], ...]) -> Iterator[Any]:
    for module, name, attribute in places:
        yield getattr(getattr(sys.modules.get(module), name, None), attribute, None)


def _frames() -> dict[int, FrameType]:
    return sys._current_frames()  # pyright: ignore[reportPrivateUsage]


def _place_of(frame: FrameType | None) -> Place:
    """Where a thread is, and if that is in an event loop, which of its tasks are pending."""
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
    except Exception:  # not a loop of asyncio; or its tasks change just now
        return None
    return frozenset(map(id, pending))


def _waits_in_pool(thread: threading.Thread, frame: FrameType) -> bool:
    """Whether it is a thread of a ThreadPoolExecutor that waits for work."""
    pools = sys.modules.get("concurrent.futures.thread")
    if pools is None or thread not in pools._threads_queues:
        return False
    return frame.f_code is pools._worker.__code__


def _has_queued_work() -> bool:
    """Whether a ThreadPoolExecutor has work that none of its threads has begun.

    At rest its queue is empty, or holds a None that tells the threads to end.
    """
    pools = sys.modules.get("concurrent.futures.thread")
    if pools is None:
        return False
    for thread, queue in list(pools._threads_queues.items()):
        if thread.is_alive() and queue.qsize() > 0:
            return True
    return False


def _is_housekeeper(thread: threading.Thread) -> bool:
    """Whether it is a library's own, which does nothing for the task and outlives it by design.

    tqdm's thread, which checks every ten seconds whether a bar has stopped, begins with the first
    bar.  That is often in a task, and no reason to give up a warm worker.
    """
    return thread.daemon and type(thread).__module__ in _HOUSEKEEPERS
