"""The workbench of a check: a client on the engine under test, and a folder for evidence."""

from __future__ import annotations

import logging
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import wait
from pathlib import Path
from typing import Any

from scaler_lab.client.client import Client
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_group import TaskGroup
from scaler_lab.engines.base import (
    Engine,
    Reach,
    TaskId,
)
from scaler_lab.testing import _work
from scaler_lab.testing._contract_monitor import MonitoredEngine

log = logging.getLogger(__name__)

POLL_INTERVAL = 0.005
LIFE_CHECK_SECONDS = 0.3  # about sixty beats of a task that still runs

UNKNOWN_TASK = TaskId("f" * 32)
"""The id of a task that nobody submitted."""


class Broken(AssertionError):
    """The engine did not do what the contract requires; the message states what it did."""


def expect(condition: object, text: str) -> None:
    """Raise `Broken` with *text* if *condition* is false."""
    if not condition:
        raise Broken(text)


class Workbench:
    """An opened engine with its client.  Used by one check after the other until one fails."""

    def __init__(
        self, make_engine: Callable[[], Engine], folder: Path, *, patience: float, crowd: int
    ) -> None:
        self.engine = MonitoredEngine(make_engine())
        self.client = Client(self.engine, echo=False)
        self.patience = patience
        self.crowd = crowd
        self._folder = folder
        self._used: list[str] = []  # folders whose tasks must be released
        self._is_abandoned = False

    @property
    def stops_running(self) -> bool:
        """Whether the engine states that it stops an ordinary task while it runs."""
        return self.engine.reach is not Reach.QUEUED_ONLY

    def stops(self, *, stubborn: bool, force: bool) -> bool:
        """Return whether the engine states that it stops a running task.

        *stubborn* means that the task ignores interrupts.
        """
        if self.engine.reach is Reach.INTERRUPTS:
            return force or not stubborn
        return self.stops_running

    def new_folder(self) -> str:
        """Return an empty folder for evidence."""
        path = tempfile.mkdtemp(dir=self._folder)
        self._used.append(path)
        return path

    # -- preparing tasks --------------------------------------------------------------------------

    def running(
        self, folder: str, task: Callable[[str, str], str] = _work.beat, key: str = "running"
    ) -> ScalerFuture[str]:
        """Return the future of a task that runs now, as its own evidence shows."""
        future = self.client.submit(task, folder, key)
        self.wait_until(
            lambda: _work.count_beats(folder, key) > 2, f"task {key!r} to begin running"
        )
        return future

    def crowded(self, folder: str) -> TaskGroup[str]:
        """Return more tasks than the engine runs at once, all waiting for release; some run now."""
        keys = [f"crowd-{i}" for i in range(self.crowd)]
        group = self.client.submit_each(_work.hold, [folder] * self.crowd, keys)
        self.wait_until(
            lambda: any(_work.has_started(folder, key) for key in keys), "the first task to start"
        )
        return group

    # -- checking ---------------------------------------------------------------------------------

    def wait_until(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait until *is_so* returns true.  Raise `Broken` if that takes longer than `patience`."""
        end = time.monotonic() + self.patience
        while not is_so():
            if time.monotonic() > end:
                raise Broken(f"waited {self.patience:g} s for {what}")
            time.sleep(POLL_INTERVAL)  # the evidence is in files of another process, without events

    def expect_done(self, futures: Iterable[ScalerFuture[Any]]) -> None:
        """Raise `Broken` if some of *futures* have no verdict within `patience`."""
        undone = wait(list(futures), timeout=self.patience).not_done
        expect(not undone, f"no outcome came within {self.patience:g} s for {_few(undone)}")

    def expect_cancelled(self, futures: Iterable[ScalerFuture[Any]], folder: str) -> None:
        """Raise `Broken` unless each of *futures* ends cancelled.

        If the engine can't stop running code, their tasks are released first.
        """
        chosen = list(futures)
        if not self.stops_running:
            _work.release(folder)
        self.expect_done(chosen)
        for future in chosen:
            expect(
                future.cancelled(), f"{future!r} was requested to stop and did not end cancelled"
            )
            expect(future.status is Status.CANCELLED, f"{future!r} is cancelled; its row is not")
            expect(future.cancel_resolution is not None, f"{future!r} has no cancel_resolution")

    def is_alive(self, folder: str, key: str) -> bool:
        """Return whether the task still writes beats."""
        before = _work.count_beats(folder, key)
        time.sleep(LIFE_CHECK_SECONDS)  # the absence of an event can only be observed over time
        return _work.count_beats(folder, key) > before

    # -- ending -----------------------------------------------------------------------------------

    def settle(self) -> None:
        """Let the tasks of a check end.  Raise `Broken` for missing verdicts and for breaches."""
        for folder in self._used:
            _work.release(folder)
        self._used.clear()
        self.expect_done(self.client.futures)
        undone = self.engine.undone
        expect(not undone, f"{len(undone)} tasks never got an outcome: {_few(undone)}")
        breaches = self.engine.breaches
        expect(not breaches, "; ".join(breaches[:3]))

    def shut_down(self) -> None:
        """Shut down in order.  May hang with a broken engine."""
        self.client.shutdown()
        breaches = self.engine.breaches
        expect(not breaches, "; ".join(breaches[:3]))

    def abandon(self) -> None:
        """Shut down after a failed check, in bounded time, whatever the engine does."""
        if self._is_abandoned:
            return
        self._is_abandoned = True
        for folder in self._used:
            _work.release(folder)

        def end() -> None:
            lasts: tuple[Callable[[], object], ...] = (
                self.engine.close,
                lambda: self.engine.declare_gone("a conformance check failed on it"),
                self.client.shutdown,
            )
            for last in lasts:
                try:
                    last()
                except Exception:  # the check's failure is reported already
                    log.debug("ending a broken engine", exc_info=True)

        thread = threading.Thread(target=end, name="conformance-abandon", daemon=True)
        thread.start()
        thread.join(self.patience)
        if thread.is_alive():  # close hangs: settle the futures, so that exit does not
            self.engine.declare_gone("its close() hangs")


def _few(things: Iterable[object]) -> str:
    listed = list(things)
    shown = ", ".join(str(thing) for thing in listed[:3])
    return shown if len(listed) <= 3 else f"{shown} and {len(listed) - 3} more"
