"""What is known of each kind of pool: how to submit, what a cancel can do, how it dies.

========================  =============  ===================  ============  ==================
pool                      a cancel of    a cancel of running  starts told   a worker's death
                          queued tasks   tasks
========================  =============  ===================  ============  ==================
ThreadPoolExecutor,       takes them     can't                yes           (no such thing)
pebble's ThreadPool       out, at once
ProcessPoolExecutor,      takes them     can't                yes           breaks the pool
loky                      out, at once
pebble's ProcessPool      takes them     kills their worker   yes           fails its task
                          out, at once
any other                 as its future  can't                no            as its future
                          says                                              says
========================  =============  ===================  ============  ==================

Nothing here imports a pool's library: what was given tells its kind by its class's names.  Their
private attributes are only looked at for signs of death, and only where they are there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import BrokenExecutor, Future
from typing import Any

from scaler_lab.engines.base import Reach

RESULT_IS_DISCARDED = "it goes on to its end, and its result will be discarded"


class Pool:
    """An executor of an unknown kind: perhaps in other processes, perhaps on other machines."""

    in_process = False
    has_claims = False  # its workers are processes of this machine
    cancel_takes_out = True  # by Future.cancel(), for want of a better way
    reach = Reach.QUEUED_ONLY
    survives_worker_death = False
    refusal = f"this executor can't stop a running task: {RESULT_IS_DISCARDED}"
    workers_are = ("worker", "workers")

    def __init__(self, executor: Any) -> None:
        self.executor = executor

    @property
    def name(self) -> str:
        """What people call it."""
        return type(self.executor).__name__

    @property
    def n_workers(self) -> int | None:
        """How many tasks it runs at once, where it says."""
        count = getattr(self.executor, "_max_workers", None)
        return count if isinstance(count, int) else None

    def submit(self, call: Callable[..., Any], *args: Any) -> Future[Any]:
        """The executor's own future.  Raises what it raises."""
        return _checked(self.executor.submit(call, *args), self.executor)

    def stop_running(self, inner: Future[Any]) -> None:
        """Stop a task that has begun; only where `reach` says so."""
        raise NotImplementedError

    def trouble(self) -> str:
        """Why no future of it will ever be settled any more; empty where all is well."""
        return ""

    def pids(self) -> Iterable[int]:
        """Its worker processes, dead ones too that it has not noticed yet."""
        return ()

    def exit_code(self, pid: int) -> int | None:
        """How a worker process ended, negative for a signal; None where that isn't known."""
        del pid
        return None


class ThreadPool(Pool):
    """The standard library's.

    No future of it is cancelled: where an initializer fails later, the pool would trip over that
    and settle no other (CPython, as gh-107219).  A withdrawn task's call returns at once instead.
    """

    in_process = True
    cancel_takes_out = False
    survives_worker_death = True
    refusal = f"a thread can't be stopped from outside: {RESULT_IS_DISCARDED}"
    workers_are = ("thread", "threads")


class PebbleThreadPool(ThreadPool):
    """Here, a cancel that meets its task's start would end a thread; so it isn't used either."""

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
    """The standard library's, and loky's, which is made after it.

    A thread of the pool's settles its futures; once that has ended, nobody does.  It ends with an
    error where a pool that breaks meets a cancelled future (CPython, gh-107219): so no future of it
    is cancelled, and a withdrawn task passes through the pool without a line of it being run.
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
        # Kept, for the executor forgets it in shutdown(wait=False), with tasks still to come.
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
    """Its cancel kills the worker of a running task.

    Not of a queued one: pebble has those begin, and kills their worker then.  And where the task
    ends just then it may kill the next one's worker, and forget that one's future.
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
    """What is known of *executor*.

    *in_process*: whether the tasks of an executor of unknown kind run in this very process, so
    that nothing needs pickling.  Raises TypeError where it is none.
    """
    for kind in type(executor).__mro__:
        known = _KINDS.get(f"{kind.__module__.partition('.')[0]}.{kind.__qualname__}")
        if known is not None:
            return known(executor)
    if not callable(getattr(executor, "submit", None)):
        raise TypeError(f"{executor!r} is no executor: it has no submit(function, *args)")
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
    """Whether a future failed with *error* because its worker died, and nothing else did."""
    kind = type(error)
    return f"{kind.__module__.partition('.')[0]}.{kind.__qualname__}" == "pebble.ProcessExpired"


def is_broken(error: BaseException) -> bool:
    """Whether *error* says that the whole pool is unusable."""
    return isinstance(error, BrokenExecutor)


def _checked(inner: Any, executor: Any) -> Future[Any]:
    if not callable(getattr(inner, "add_done_callback", None)):
        raise TypeError(
            f"{type(executor).__qualname__}.submit gave {type(inner).__qualname__}, not a "
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
        return "it was stopped, with tasks undone"
    return "an error ended its threads" if status == "ERROR" else ""
