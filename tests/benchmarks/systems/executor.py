"""Any `concurrent.futures.Executor` whose `cancel` removes only queued tasks."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

from .system import CancelAnswer, System


class ExecutorSystem(System):
    """The common part of the standard library's pool and loky's."""

    def __init__(self, n_workers: int, executor: Executor) -> None:
        super().__init__(n_workers)
        self._executor = executor

    def submit(self, fn: Callable[..., Any], *args: Any) -> Future[Any]:
        return self._executor.submit(fn, *args)

    def result(self, handle: Future[Any]) -> Any:
        return handle.result()

    def cancel(self, handle: Future[Any]) -> CancelAnswer:
        return CancelAnswer.CANCELLED if handle.cancel() else CancelAnswer.REFUSED

    def map_all(self, fn: Callable[[int], Any], n: int) -> int:
        return sum(1 for _ in self._executor.map(fn, range(n), chunksize=self.chunk_size(n)))

    @property
    def native(self) -> Any:
        return self._executor

    def close(self) -> None:
        self._executor.shutdown(wait=True, cancel_futures=True)


class ProcessPoolSystem(ExecutorSystem):
    """``ProcessPoolExecutor(n)``, with the platform's default start method."""

    def __init__(self, n_workers: int) -> None:
        super().__init__(n_workers, ProcessPoolExecutor(n_workers))


class ThreadPoolSystem(ExecutorSystem):
    """``ThreadPoolExecutor(n)``.

    It is not compared, because it has no processes, but a `Client` can run on it.
    """

    def __init__(self, n_workers: int) -> None:
        super().__init__(n_workers, ThreadPoolExecutor(n_workers))
