# joblib has no types, and its base classes have only docstrings as bodies:
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportIncompatibleMethodOverride=false
"""Runs joblib's Parallel calls on a client, also those that scikit-learn makes.

    with joblib.parallel_config(client.joblib_backend()):    # on your client
        search.fit(X, y)

    scaler_lab.register_joblib_backend()
    with joblib.parallel_config("scaler_lab"):               # on a client of its own
        search.fit(X, y)

    joblib ──batch──> ScalerLabBackend.submit ──> Client ──> the engine, the board
    joblib <─future── its callback, in the client's callback thread, which submits the next batch

What happens in each case:

===================  ============================================================================
an error in a call   Parallel raises it, and the rest is cancelled
a cancelled batch    (for example, from a view) Parallel raises `CancelledError`; the rest is
                     cancelled
an aborted call      (a timeout, Ctrl-C, a dropped generator) all its batches are cancelled in
                     one message
Parallel inside a    runs in that worker, one call after the other
batch
n_jobs=-1, or none   one job per worker of the engine (per core, if the engine reports no number)
n_jobs=1             joblib runs the calls itself, in this process; no task is made
===================  ============================================================================

This module imports joblib, so it is imported only on first use.
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

from scaler_lab.client.client import Client
from scaler_lab.client.joblib_registration import limit_threads
from scaler_lab.client.new_task import name_of
from scaler_lab.core.future import ScalerFuture

PARAMETERS_SHOWN = 60  # characters

Call = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]


class ScalerLabBackend(AutoBatchingMixin, ParallelBackendBase):  # type: ignore[misc]
    """The joblib backend that `Client.joblib_backend` and ``parallel_config("scaler_lab")`` create.

    With a *client*, its engine runs the calls, and n_jobs limits only how many batches are
    submitted at a time.  Without one, the backend starts a client with n_jobs workers at its first
    call, uses it for all calls of its ``with`` block, and shuts it down afterwards.
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
            raise ValueError("inner_max_num_threads can't be used with client=")
        super().__init__(nesting_level=nesting_level, inner_max_num_threads=inner_max_num_threads)
        self._given = client
        self._own: Client | None = None
        self._own_workers = 0
        self._lock = threading.Lock()
        self._open: dict[ScalerFuture[Any], None] = {}  # guarded by _lock; of this call, in order
        self._is_aborted = False  # guarded by _lock
        self._n_calls = 0  # guarded by _lock; submitted by this Parallel call

    # -- start and end of a Parallel call --------------------------------------------------------

    def configure(self, n_jobs: int = 1, parallel: Any = None, **_unused: Any) -> int:
        """Return how many jobs there will be.  joblib's memmapping options don't apply."""
        # Weakly: Parallel refers to the backend, and a cycle would keep the own client longer.
        self.parallel = None if parallel is None else weakref.proxy(parallel)
        n_jobs = self.effective_n_jobs(n_jobs)
        if n_jobs == 1:
            raise FallbackToBackend(SequentialBackend(nesting_level=self.nesting_level))
        if self._given is None and n_jobs != self._own_workers:
            self._end_own()
            self._start_own(n_jobs)
        return n_jobs

    def effective_n_jobs(self, n_jobs: int | None) -> int:
        """Return the number of jobs for *n_jobs*, with the engine's workers as cores."""
        if n_jobs == 0:
            raise ValueError("n_jobs == 0 in Parallel has no meaning")
        if n_jobs is None or (self._given is None and (self.nesting_level or 0) > 0):
            return 1  # a worker starts no workers of its own
        if n_jobs > 0:
            return n_jobs
        return max(1, self._n_workers() + 1 + n_jobs)

    def start_call(self) -> None:
        """Reset the state for a new Parallel call."""
        with self._lock:
            self._open.clear()
            self._is_aborted = False
            self._n_calls = 0

    def terminate(self) -> None:
        """End a call.  The backend's own client stays for the next call of the block."""
        self.reset_batch_stats()

    def abort_everything(self, ensure_ready: bool = True) -> None:
        """Request a cancel of all batches of this call in one message, without waiting."""
        del ensure_ready  # the workers stay
        with self._lock:
            self._is_aborted = True
            left = list(self._open)
            self._open.clear()
        if left:
            self._client().cancel(left, timeout=0)

    def get_nested_backend(self) -> tuple[Any, int]:
        """Return the backend for Parallel calls inside a batch."""
        return SequentialBackend(nesting_level=(self.nesting_level or 0) + 1), 1

    # -- batches ---------------------------------------------------------------------------------

    def submit(self, func: Any, callback: Callable[[Any], Any] | None = None) -> Future[Any]:
        """Submit a batch and return its future.

        *callback* is called with the future once it is done, in the client's callback thread.  If a
        batch can't be sent, the future fails instead of this method raising: in the callback thread
        nobody would see the exception, and joblib would wait forever.
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
            if is_late:  # the call was aborted while the batch was being submitted
                submitted.request_cancel()
        if callback is not None:
            future.add_done_callback(callback)
        return future

    def retrieve_result_callback(self, out: Future[Any]) -> Any:
        """Return the batch's result, or raise its exception."""
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
        threads: dict[str, str] = self._prepare_worker_env(n_jobs=n_workers)
        client = Client(
            n_workers=n_workers, name="joblib", initializer=limit_threads, initargs=(threads,)
        )
        self._own, self._own_workers = client, n_workers
        # joblib does not report the end of a block; it only drops its reference to this backend.
        end = functools.partial(client.shutdown, wait=False)
        self._end_client = weakref.finalize(self, end)
        self._end_client.atexit = False  # at exit the client shuts itself down

    def _end_own(self) -> None:
        if self._own is not None:
            self._end_client()
            self._own = None


class JoblibBatch:
    """A batch of joblib's, under a name that describes its calls."""

    def __init__(self, calls: Callable[[], list[Any]], name: str) -> None:
        self.calls = calls
        self.__qualname__ = name  # which the client uses as the task's name

    def __call__(self) -> list[Any]:
        return self.calls()


def _name_of_batch(batch: Any, first: int) -> str:
    """Return a batch's name: ``sqrt[3]``, ``sqrt[3:7]``, ``_fit_and_score[3] C=1, kernel=rbf``."""
    calls: list[Call] = batch.items
    names = {name_of(_unwrapped(function)): None for function, _args, _kwargs in calls}
    place = f"{first}" if len(calls) == 1 else f"{first}:{first + len(calls)}"
    parameters = _parameters(kwargs.get("parameters") for _function, _args, kwargs in calls)
    return f"{', '.join(names)}[{place}]{parameters}"


def _unwrapped(function: Any) -> Any:
    """Return the function that joblib and scikit-learn have wrapped."""
    for attribute in ("function", "func"):
        inner = getattr(function, attribute, None)
        if callable(inner):
            return _unwrapped(inner)
    return function


def _parameters(of_calls: Iterable[Any]) -> str:
    """Return a search's parameters as text, if all calls of the batch have the same."""
    given = list(of_calls)
    parameters = given[0]
    if not isinstance(parameters, Mapping) or any(other is not parameters for other in given):
        return ""
    text = ", ".join(f"{key}={value}" for key, value in parameters.items())
    return f" {text[:PARAMETERS_SHOWN]}" if text else ""
