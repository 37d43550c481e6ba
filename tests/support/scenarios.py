"""`Scenario`: futures in known states, made by the real local engine or by a script.

Tests run with both, which must behave alike.  The local scenario has real workers, whose tasks
write evidence in a folder.  The scripted one emits the events that such workers would cause.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from scaler_lab import Client
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.messages import EngineGone, TaskCancel, TaskId
from scaler_lab.core.state_machine import Resolution
from scaler_lab.testing import ScriptedEngine, _work

T = TypeVar("T")

TIMEOUT = 20.0


def held(client: Client, folder: Path, key: str = "held") -> ScalerFuture[str]:
    """Return a task that runs now, and continues until it is stopped."""
    future = client.submit(_work.hold, str(folder), key)
    _work.wait_for_start(str(folder), key, TIMEOUT)
    return future


class Scenario(AbstractContextManager["Scenario"], ABC):
    """A client, and futures in the states that a test requests."""

    client: Client

    @abstractmethod
    def let_run(self, function: Callable[..., T], *args: Any) -> ScalerFuture[T]:
        """Return a submitted task that will end by itself."""

    @abstractmethod
    def running(self) -> ScalerFuture[str]:
        """Return a task that runs now, until `release`."""

    @abstractmethod
    def release(self, future: ScalerFuture[str]) -> None:
        """Let a running task continue to its end."""

    @abstractmethod
    def end(self) -> None:
        """Close the client and all that it started."""

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.end()

    def __enter__(self) -> Self:
        return self


class LocalScenario(Scenario):
    """A scenario with real processes."""

    def __init__(self, folder: Path) -> None:
        self.client = Client(n_workers=2)
        self._folder = folder
        self._folders: dict[TaskId, str] = {}

    def let_run(self, function: Callable[..., T], *args: Any) -> ScalerFuture[T]:
        return self.client.submit(function, *args)

    def running(self) -> ScalerFuture[str]:
        folder = self._folder / f"task-{len(self._folders)}"
        folder.mkdir()
        future = self.client.submit(_work.hold, str(folder), "held")
        self._folders[future.task_id] = str(folder)
        _work.wait_for_start(str(folder), "held", TIMEOUT)
        return future

    def release(self, future: ScalerFuture[str]) -> None:
        _work.release(self._folders[future.task_id])

    def end(self) -> None:
        self.client.cancel_all(timeout=TIMEOUT / 4)
        # If a test failed because a reply is missing, its teardown must not wait for it forever.
        manager = self.client._manager  # pyright: ignore[reportPrivateUsage]
        if manager.open_futures:
            manager.on_events((EngineGone("the scene ended"),))
        self.client.shutdown()


class ScriptedScenario(Scenario):
    """A scenario in which a thread emits the events that a correct engine would emit."""

    def __init__(self) -> None:
        self.engine = ScriptedEngine(deliver="thread")
        self.engine.on_cancel = self._confirm
        self.client = Client(self.engine)
        self._running: set[TaskId] = set()

    def let_run(self, function: Callable[..., T], *args: Any) -> ScalerFuture[T]:
        future = self.client.submit(function, *args)
        self.engine.start(future)
        self.engine.run(future)
        return future

    def running(self) -> ScalerFuture[str]:
        future = self.client.submit(str, "held")
        self._running.add(future.task_id)
        self.engine.start(future)
        self.engine.flush()
        return future

    def release(self, future: ScalerFuture[str]) -> None:
        self._running.discard(future.task_id)
        self.engine.run(future)

    def end(self) -> None:
        self.engine.close()
        self.client.shutdown()

    def _confirm(self, cancel: TaskCancel) -> None:
        for task_id in cancel.task_ids:
            if task_id in self._running:
                self._running.discard(task_id)
                self.engine.confirm(task_id, Resolution.INTERRUPTED)
