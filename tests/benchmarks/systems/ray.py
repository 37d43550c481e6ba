"""Ray, started here on loopback, with a token for this run and without its dashboard."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from ray_loopback import ray_on_loopback, ray_token

from .system import SILENT_AFTER_SECONDS, CancelAnswer, System

os.environ.update(ray_token())  # must be set before Ray is imported
_ray = ray_on_loopback()
_errors: Any = import_module("ray.exceptions")


class Ray(System):
    """``ray.init(num_cpus=n)``.

    `cancel` raises KeyboardInterrupt in the task; with force, it kills the worker.  ``ray.cancel``
    returns before anything has happened, so the answer is the outcome of ``ray.get`` after it.
    Retries are off, because Ray would run a killed task again.
    """

    interrupts = True
    kills = True

    def __init__(self, n_workers: int) -> None:
        super().__init__(n_workers)
        self._remotes: dict[Callable[..., Any], Any] = {}
        _ray.init(
            num_cpus=n_workers,
            include_dashboard=False,
            log_to_driver=False,
            logging_level="error",
            # TMPDIR, which the runner sets and empties; short, because it holds Unix sockets.
            _temp_dir=tempfile.gettempdir(),
            _node_ip_address="127.0.0.1",
        )

    def submit(self, fn: Callable[..., Any], *args: Any) -> Any:
        remote = self._remotes.get(fn)
        if remote is None:
            remote = self._remotes[fn] = _ray.remote(num_cpus=1, max_retries=0)(fn)
        return remote.remote(*args)

    def result(self, handle: Any) -> Any:
        return _ray.get(handle)

    def is_done(self, handle: Any) -> bool:
        return bool(_ray.wait([handle], timeout=0)[0])

    def results(self, handles: Sequence[Any]) -> list[Any]:
        return list(_ray.get(list(handles)))

    def cancel(self, handle: Any) -> CancelAnswer:
        _ray.cancel(handle)
        return _answer(handle, SILENT_AFTER_SECONDS)

    def kill(self, handle: Any) -> CancelAnswer:
        _ray.cancel(handle, force=True)
        return _answer(handle, SILENT_AFTER_SECONDS)

    def cancel_all(self, handles: Sequence[Any]) -> list[CancelAnswer]:
        for handle in handles:
            _ray.cancel(handle)
        end = time.monotonic() + SILENT_AFTER_SECONDS
        return [_answer(handle, max(0.0, end - time.monotonic())) for handle in handles]

    @property
    def native(self) -> Any:
        return _ray

    def close(self) -> None:
        _ray.shutdown()


def _answer(handle: Any, timeout: float) -> CancelAnswer:
    try:
        _ray.get(handle, timeout=timeout)
    except (_errors.TaskCancelledError, _errors.WorkerCrashedError):
        return CancelAnswer.CANCELLED
    except _errors.GetTimeoutError:
        return CancelAnswer.SILENT
    except _errors.RayTaskError as error:
        # A task that was interrupted ends with the KeyboardInterrupt that stopped it.
        stopped = isinstance(error.cause, KeyboardInterrupt)
        return CancelAnswer.CANCELLED if stopped else CancelAnswer.REFUSED
    return CancelAnswer.REFUSED
