"""The kinds of pools: how to submit to each, what a cancel can do, and how its failures show.

========================  ===============  ===================  ===============  =================
pool                      cancel of        cancel of            starts           death of a
                          queued tasks     running tasks        reported         worker
========================  ===============  ===================  ===============  =================
ThreadPoolExecutor,       removes them     impossible           yes              (can't happen)
pebble's ThreadPool       immediately
ProcessPoolExecutor,      removes them     impossible           yes              breaks the pool
loky                      immediately
pebble's ProcessPool      removes them     kills their worker   yes              fails its task
                          immediately
any other                 as its future    impossible           no               as its future
                          reports                                                reports
========================  ===============  ===================  ===============  =================

This module imports none of the pools' libraries: it recognizes a pool by the names of its classes.
It reads a pool's private attributes only for the number of workers and for signs of failure, and
only if they exist.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import BrokenExecutor, Future
from typing import Any

from scaler_lab.engines.base import Reach

RESULT_IS_DISCARDED = "it runs to its end, and its result will be discarded"


class Pool:
    """An executor of an unknown kind, whose workers may be in other processes or machines."""

    in_process = False
    has_claims = False  # whether its workers are processes of this machine, so that claims work
    cancel_takes_out = True  # whether to use Future.cancel(), because there is no better way
    reach = Reach.QUEUED_ONLY
    survives_worker_death = False
    refusal = f"this executor can't stop a running task: {RESULT_IS_DISCARDED}"
    workers_are = ("worker", "workers")

    def __init__(self, executor: Any) -> None:
        self.executor = executor

    @property
    def name(self) -> str:
        """The pool's name for people."""
        return type(self.executor).__name__

    @property
    def n_workers(self) -> int | None:
        """How many tasks it runs at once; None if that is unknown."""
        count = getattr(self.executor, "_max_workers", None)
        return count if isinstance(count, int) else None

    def submit(self, call: Callable[..., Any], *args: Any) -> Future[Any]:
        """Submit a call and return the executor's own future.  Raises what the executor raises."""
        return _checked(self.executor.submit(call, *args), self.executor)

    def stop_running(self, inner: Future[Any]) -> None:
        """Stop a task that has started; called only if `reach` allows it."""
        raise NotImplementedError

    def trouble(self) -> str:
        """Return why none of its futures will be settled any more; empty if all is well."""
        return ""

    def pids(self) -> Iterable[int]:
        """Return its worker processes, including dead ones that it hasn't noticed yet."""
        return ()

    def exit_code(self, pid: int) -> int | None:
        """Return a worker's exit code, negative for a signal; None if it isn't known."""
        del pid
        return None


class ThreadPool(Pool):
    """The standard library's thread pool.

    The engine doesn't cancel its futures: if an initializer fails later, the pool would raise an
    error on a cancelled future and settle no other one (CPython, as in gh-107219).  Instead, the
    call of a withdrawn task returns immediately.
    """

    in_process = True
    cancel_takes_out = False
    survives_worker_death = True
    refusal = f"a thread can't be stopped from outside: {RESULT_IS_DISCARDED}"
    workers_are = ("thread", "threads")


class PebbleThreadPool(ThreadPool):
    """Pebble's thread pool.

    The engine doesn't cancel its futures either: a cancel that coincides with the start of its task
    would end a thread of the pool.
    """

    @property
    def name(self) -> str:
        return "pebble ThreadPool"

    @property
    def n_workers(self) -> int | None:
        return _pebble_workers(self.executor)

    def submit(self, call: Callable[..., Any], *args: Any) -> Future[Any]:
        return _checked(self.executor.schedule(call, args=args), self.executor)

    def trouble(self) -> str:
        return _pebble_trouble(self.executor)


class ProcessPool(Pool):
    """The standard library's process pool, and loky's, which is modelled on it.

    One thread of the pool settles its futures.  Once that thread has ended, no future is settled
    any more.  It ends with an error if the pool breaks while it has a cancelled future (CPython,
    gh-107219).  So the engine doesn't cancel its futures; a withdrawn task passes through the pool
    without any of its code being run.
    """

    has_claims = True
    cancel_takes_out = False
    refusal = f"a process pool can't stop a running task: {RESULT_IS_DISCARDED}"
    workers_are = ("process", "processes")

    def __init__(self, executor: Any) -> None:
        super().__init__(executor)
        self._settler: threading.Thread | None = None

    @property
    def name(self) -> str:
        module = f".{type(self.executor).__module__}"
        return "loky" if ".loky" in module else super().name

    def submit(self, call: Callable[..., Any], *args: Any) -> Future[Any]:
        inner = super().submit(call, *args)
        # Kept here, because the executor drops its reference in shutdown(wait=False), even if
        # there are still unfinished tasks.
        self._settler = getattr(self.executor, "_executor_manager_thread", None) or self._settler
        return inner

    def trouble(self) -> str:
        if self._settler is None or self._settler.is_alive():
            return ""
        return "the thread that settles its futures has ended"

    def pids(self) -> Iterable[int]:
        return list(getattr(self.executor, "_processes", None) or ())

    def exit_code(self, pid: int) -> int | None:
        processes: dict[int, Any] = getattr(self.executor, "_processes", None) or {}
        code = getattr(processes.get(pid), "exitcode", None)
        return code if isinstance(code, int) else None


class PebbleProcessPool(Pool):
    """Pebble's process pool, whose cancel kills the worker of a running task.

    The engine doesn't use that cancel for queued tasks: pebble lets them start and then kills their
    worker.  If the task ends at that moment, pebble may kill the worker of the next task instead,
    and forget the future of that one.
    """

    has_claims = True
    cancel_takes_out = False
    reach = Reach.STOPS_RUNNING
    survives_worker_death = True
    workers_are = ("process", "processes")

    @property
    def name(self) -> str:
        return "pebble ProcessPool"

    @property
    def n_workers(self) -> int | None:
        return _pebble_workers(self.executor)

    def submit(self, call: Callable[..., Any], *args: Any) -> Future[Any]:
        return _checked(self.executor.schedule(call, args=args), self.executor)

    def stop_running(self, inner: Future[Any]) -> None:
        inner.cancel()

    def trouble(self) -> str:
        return _pebble_trouble(self.executor)


def pool_of(executor: Any, in_process: bool | None = None) -> Pool:
    """Return the `Pool` that wraps *executor*, by the executor's kind.

    Args:
        executor: Any object with a `submit(function, *args)` method.
        in_process: Whether an executor of unknown kind runs its tasks in this process, so that
            nothing needs pickling.  Ignored for known kinds.

    Raises:
        TypeError: *executor* isn't an executor.
    """
    for kind in type(executor).__mro__:
        known = _KINDS.get(f"{kind.__module__.partition('.')[0]}.{kind.__qualname__}")
        if known is not None:
            return known(executor)
    if not callable(getattr(executor, "submit", None)):
        raise TypeError(f"{executor!r} is not an executor: it has no submit(function, *args)")
    pool = Pool(executor)
    pool.in_process = bool(in_process)
    return pool


_KINDS: dict[str, type[Pool]] = {
    "concurrent.InterpreterPoolExecutor": Pool,  # a thread pool that pickles
    "concurrent.ThreadPoolExecutor": ThreadPool,
    "concurrent.ProcessPoolExecutor": ProcessPool,
    "loky.ProcessPoolExecutor": ProcessPool,
    "joblib.ProcessPoolExecutor": ProcessPool,  # its own copy of loky
    "pebble.ThreadPool": PebbleThreadPool,
    "pebble.ProcessPool": PebbleProcessPool,
}


def died(error: BaseException) -> bool:
    """Whether *error* means that the future's worker died and the rest of the pool still works."""
    kind = type(error)
    return f"{kind.__module__.partition('.')[0]}.{kind.__qualname__}" == "pebble.ProcessExpired"


def is_broken(error: BaseException) -> bool:
    """Whether *error* means that the whole pool is unusable."""
    return isinstance(error, BrokenExecutor)


def _checked(inner: Any, executor: Any) -> Future[Any]:
    if not callable(getattr(inner, "add_done_callback", None)):
        raise TypeError(
            f"{type(executor).__qualname__}.submit returned {type(inner).__qualname__}, not a "
            "concurrent.futures.Future: it can't be used as an executor"
        )
    future: Future[Any] = inner
    return future


def _pebble_workers(pool: Any) -> int | None:
    count = getattr(getattr(pool, "_context", None), "workers", None)
    return count if isinstance(count, int) else None


def _pebble_trouble(pool: Any) -> str:
    status = getattr(getattr(getattr(pool, "_context", None), "status", None), "name", "")
    if status == "STOPPED":
        return "it was stopped before all tasks were done"
    return "an error ended its threads" if status == "ERROR" else ""
