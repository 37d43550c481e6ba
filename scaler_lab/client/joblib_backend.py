# joblib has no types, and its base classes have docstrings for bodies:
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportIncompatibleMethodOverride=false
"""joblib's Parallel calls on a client: scikit-learn's and everybody's.

    with joblib.parallel_config("scaler_lab"):                   # a client of its own
    with joblib.parallel_config("scaler_lab", client=client):    # or yours
        search.fit(X, y)

    joblib ──batch──> ScalerLabBackend.submit ──> Client ──> the engine, the board
    joblib <─future── its callback, in the client's courier thread, which submits the next batch

What becomes of

===================  ============================================================================
an error in a call   Parallel raises it, and the rest is cancelled
a cancelled batch    from the board, say: Parallel raises `CancelledError`; the rest is cancelled
an aborted call      a timeout, Ctrl-C, a generator dropped: all its batches, in one message
Parallel inside a    runs in that worker, one call after the other
batch
n_jobs=-1, or none   the engine's workers (the machine's cores, where the engine doesn't say)
n_jobs=1             joblib runs the calls itself, here; no task is made
===================  ============================================================================

Imports joblib, so it is imported only by who uses it: see `joblib_registration`.
"""

from __future__ import annotations

import functools
import threading
import weakref
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from typing import Any

import joblib
from joblib.parallel import (
    AutoBatchingMixin,
    FallbackToBackend,
    ParallelBackendBase,
    SequentialBackend,
)

from scaler_lab.client.client import Client, name_of
from scaler_lab.client.joblib_registration import limit_threads
from scaler_lab.core.future import ScalerFuture

PARAMETERS_SHOWN = 60  # characters

Call = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]


class ScalerLabBackend(AutoBatchingMixin, ParallelBackendBase):  # type: ignore[misc]
    """Made by joblib for ``parallel_config("scaler_lab", client=None)``.

    With a *client*, its engine runs the calls, and n_jobs bounds only how many batches are handed
    in at a time.  Without, the backend starts a client with n_jobs workers at its first call, uses
    it for all calls of its ``with`` block, and shuts it down after.
    """

    supports_retrieve_callback = True
    supports_inner_max_num_threads = True
    default_n_jobs = -1

    def __init__(
        self,
        client: Client | None = None,
        nesting_level: int | None = None,
        inner_max_num_threads: int | None = None,
    ) -> None:
        if client is not None and inner_max_num_threads is not None:
            raise ValueError(
                "inner_max_num_threads: only without client=, for workers that are started for it"
            )
        super().__init__(nesting_level=nesting_level, inner_max_num_threads=inner_max_num_threads)
        self._given = client
        self._own: Client | None = None
        self._own_workers = 0
        self._lock = threading.Lock()
        self._open: dict[ScalerFuture[Any], None] = {}  # guarded by _lock; of this call, in order
        self._is_aborted = False  # guarded by _lock
        self._n_calls = 0  # guarded by _lock; handed in by this Parallel call

    # -- a Parallel call's begin and end ---------------------------------------------------------

    def configure(self, n_jobs: int = 1, parallel: Any = None, **_unused: Any) -> int:
        """How many jobs there will be.  joblib's memmapping options don't apply."""
        # Weakly: Parallel refers to the backend, and a cycle would keep the own client for longer.
        self.parallel = None if parallel is None else weakref.proxy(parallel)
        n_jobs = self.effective_n_jobs(n_jobs)
        if n_jobs == 1:
            raise FallbackToBackend(SequentialBackend(nesting_level=self.nesting_level))
        if self._given is None and n_jobs != self._own_workers:
            self._end_own()
            self._start_own(n_jobs)
        return n_jobs

    def effective_n_jobs(self, n_jobs: int | None) -> int:
        """*n_jobs* as joblib means it, of the engine's workers instead of the cores."""
        if n_jobs == 0:
            raise ValueError("n_jobs == 0 in Parallel has no meaning")
        if n_jobs is None or (self._given is None and (self.nesting_level or 0) > 0):
            return 1  # a worker starts no workers of its own
        if n_jobs > 0:
            return n_jobs
        return max(1, self._n_workers() + 1 + n_jobs)

    def start_call(self) -> None:
        with self._lock:
            self._open.clear()
            self._is_aborted = False
            self._n_calls = 0

    def terminate(self) -> None:
        """The end of a call.  The own client stays for the block's next."""
        self.reset_batch_stats()

    def abort_everything(self, ensure_ready: bool = True) -> None:
        """Ask to stop every batch of this call, in one message; doesn't wait for the answers."""
        del ensure_ready  # the workers stay
        with self._lock:
            self._is_aborted = True
            left = list(self._open)
            self._open.clear()
        if left:
            self._client().cancel(left, timeout=0)

    def get_nested_backend(self) -> tuple[Any, int]:
        """What Parallel calls inside a batch use."""
        return SequentialBackend(nesting_level=(self.nesting_level or 0) + 1), 1

    # -- batches ---------------------------------------------------------------------------------

    def submit(self, func: Any, callback: Callable[[Any], Any] | None = None) -> Future[Any]:
        """Hand a batch in; *callback* gets its future, once it is done, in the courier's thread.

        A batch that can't be sent gives a failed future: in the courier's thread nobody would hear
        of the exception, and joblib would wait for ever.
        """
        with self._lock:
            first = self._n_calls
            self._n_calls += len(func)
        future: Future[Any]
        try:
            future = submitted = self._client().submit(
                JoblibBatch(func, _name_of_batch(func, first))
            )
        except Exception as error:
            future = Future()
            future.set_exception(error)
        else:
            with self._lock:
                is_late = self._is_aborted
                if not is_late:
                    self._open[submitted] = None
            submitted.add_done_callback(self._forget)
            if is_late:  # the call was aborted while the batch was on its way
                submitted.request_cancel()
        if callback is not None:
            future.add_done_callback(callback)
        return future

    def retrieve_result_callback(self, out: Future[Any]) -> Any:
        """What the batch gave; raises what it raised."""
        return out.result()

    def _forget(self, future: Any) -> None:
        with self._lock:
            self._open.pop(future, None)

    # -- the client ------------------------------------------------------------------------------

    def _client(self) -> Client:
        client = self._given or self._own
        if client is None:
            raise RuntimeError("this joblib backend was used before Parallel configured it")
        return client

    def _n_workers(self) -> int:
        if self._given is None:
            return int(joblib.cpu_count())
        n_workers = getattr(self._given.engine, "n_workers", None)
        return n_workers if isinstance(n_workers, int) else int(joblib.cpu_count())

    def _start_own(self, n_workers: int) -> None:
        threads = self._prepare_worker_env(n_jobs=n_workers)
        client = Client(n_workers=n_workers, initializer=limit_threads, initargs=(threads,))
        self._own, self._own_workers = client, n_workers
        # joblib says of no block that it ended; what it lets go of then is this backend.
        end = functools.partial(client.shutdown, wait=False)
        self._end_client = weakref.finalize(self, end)
        self._end_client.atexit = False  # the client sees to that itself

    def _end_own(self) -> None:
        if self._own is not None:
            self._end_client()
            self._own = None


class JoblibBatch:
    """joblib's batch, under a name that says what is in it."""

    def __init__(self, calls: Callable[[], list[Any]], name: str) -> None:
        self.calls = calls
        self.__qualname__ = name  # what the client calls the task

    def __call__(self) -> list[Any]:
        return self.calls()


def _name_of_batch(batch: Any, first: int) -> str:
    """``sqrt[3]``, ``sqrt[3:7]``, ``_fit_and_score[3] C=1, kernel=rbf``."""
    calls: list[Call] = batch.items
    names = {name_of(_unwrapped(function)): None for function, _args, _kwargs in calls}
    place = f"{first}" if len(calls) == 1 else f"{first}:{first + len(calls)}"
    said = _parameters(kwargs.get("parameters") for _function, _args, kwargs in calls)
    return f"{', '.join(names)}[{place}]{said}"


def _unwrapped(function: Any) -> Any:
    """The function itself, out of what joblib and scikit-learn wrap around it."""
    for attribute in ("function", "func"):
        inner = getattr(function, attribute, None)
        if callable(inner):
            return _unwrapped(inner)
    return function


def _parameters(of_calls: Iterable[Any]) -> str:
    """A search's parameters, where all the batch's calls have the same."""
    given = list(of_calls)
    parameters = given[0]
    if not isinstance(parameters, Mapping) or any(other is not parameters for other in given):
        return ""
    text = ", ".join(f"{key}={value}" for key, value in parameters.items())
    return f" {text[:PARAMETERS_SHOWN]}" if text else ""
