"""The bench a check works at: a client on the engine under test, and a folder for evidence."""

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
from scaler_lab.core.messages import TaskId
from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_group import TaskGroup
from scaler_lab.engines.base import Engine, Reach
from scaler_lab.testing import _work
from scaler_lab.testing._contract_monitor import MonitoredEngine

log = logging.getLogger(__name__)

POLL_INTERVAL = 0.005
LIFE_CHECK_SECONDS = 0.3  # some sixty beats of a task that still runs

UNKNOWN_TASK = TaskId("f" * 32)
"""The id of a task that nobody submitted."""


class Broken(AssertionError):
    """The engine did not do what the contract says; the message says what it did."""


def expect(condition: object, text: str) -> None:
    """Raises `Broken` with *text* where *condition* is false."""
    if not condition:
        raise Broken(text)


class Workbench:
    """One engine, opened, with its client.  Used by one check after the other until one fails."""

    def __init__(
        self, make_engine: Callable[[], Engine], folder: Path, *, patience: float, crowd: int
    ) -> None:
        self.engine = MonitoredEngine(make_engine())
        self.client = Client(self.engine, echo=False)
        self.patience = patience
        self.crowd = crowd
        self._folder = folder
        self._used: list[str] = []  # the folders whose tasks are to be released
        self._is_abandoned = False

    @property
    def stops_running(self) -> bool:
        """What the engine states: an ordinary task is stopped while it runs."""
        return self.engine.reach is not Reach.QUEUED_ONLY

    def stops(self, *, stubborn: bool, force: bool) -> bool:
        """What the engine states of a running task, *stubborn* where it ignores interrupts."""
        if self.engine.reach is Reach.INTERRUPTS:
            return force or not stubborn
        return self.stops_running

    def new_folder(self) -> str:
        """An empty folder for evidence."""
        path = tempfile.mkdtemp(dir=self._folder)
        self._used.append(path)
        return path

    # -- setting the scene ------------------------------------------------------------------------

    def running(
        self, folder: str, task: Callable[[str, str], str] = _work.beat, key: str = "running"
    ) -> ScalerFuture[str]:
        """A task that runs now: its own evidence says so."""
        future = self.client.submit(task, folder, key)
        self.wait_until(
            lambda: _work.count_beats(folder, key) > 2, f"task {key!r} to begin running"
        )
        return future

    def crowded(self, folder: str) -> TaskGroup[str]:
        """More tasks than the engine runs at once, all waiting for release; some run now."""
        keys = [f"crowd-{i}" for i in range(self.crowd)]
        group = self.client.submit_each(_work.hold, [folder] * self.crowd, keys)
        self.wait_until(
            lambda: any(_work.has_started(folder, key) for key in keys), "the first task to start"
        )
        return group

    # -- looking ----------------------------------------------------------------------------------

    def wait_until(self, is_so: Callable[[], bool], what: str) -> None:
        """Raises `Broken` where it isn't so within patience."""
        end = time.monotonic() + self.patience
        while not is_so():
            if time.monotonic() > end:
                raise Broken(f"waited {self.patience:g} s for {what}")
            time.sleep(POLL_INTERVAL)  # the evidence is another process's: files, no events

    def expect_done(self, futures: Iterable[ScalerFuture[Any]]) -> None:
        """Raises `Broken` where not all of *futures* have their verdict within patience."""
        undone = wait(list(futures), timeout=self.patience).not_done
        expect(not undone, f"no verdict came within {self.patience:g} s for {_few(undone)}")

    def expect_cancelled(self, futures: Iterable[ScalerFuture[Any]], folder: str) -> None:
        """Each ends cancelled: at once, or after their release where running code can't be stopped.

        Raises `Broken`.
        """
        chosen = list(futures)
        if not self.stops_running:
            _work.release(folder)
        self.expect_done(chosen)
        for future in chosen:
            expect(future.cancelled(), f"{future!r} was asked to stop and did not end cancelled")
            expect(future.status is Status.CANCELLED, f"{future!r} is cancelled; its row is not")
            expect(future.cancel_resolution is not None, f"{future!r} has no cancel_resolution")

    def is_alive(self, folder: str, key: str) -> bool:
        """Whether the task still beats."""
        before = _work.count_beats(folder, key)
        time.sleep(LIFE_CHECK_SECONDS)  # what must not happen can only be watched for
        return _work.count_beats(folder, key) > before

    # -- ending -----------------------------------------------------------------------------------

    def settle(self) -> None:
        """After a check: let its tasks end.  Raises `Broken` for verdicts missing, and breaches."""
        for folder in self._used:
            _work.release(folder)
        self._used.clear()
        self.expect_done(self.client.futures)
        undone = self.engine.undone
        expect(not undone, f"{len(undone)} tasks never got a verdict: {_few(undone)}")
        breaches = self.engine.breaches
        expect(not breaches, "; ".join(breaches[:3]))

    def shut_down(self) -> None:
        """The orderly end.  May hang with a broken engine."""
        self.client.shutdown()
        breaches = self.engine.breaches
        expect(not breaches, "; ".join(breaches[:3]))

    def abandon(self) -> None:
        """The end after a failed check: takes bounded time whatever the engine does."""
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
                except Exception:  # it failed its check already, and that is what is reported
                    log.debug("ending a broken engine", exc_info=True)

        thread = threading.Thread(target=end, name="conformance-abandon", daemon=True)
        thread.start()
        thread.join(self.patience)
        if thread.is_alive():  # close hangs: settle the futures at least, so that exit does not
            self.engine.declare_gone("its close() hangs")


def _few(things: Iterable[object]) -> str:
    listed = list(things)
    shown = ", ".join(str(thing) for thing in listed[:3])
    return shown if len(listed) <= 3 else f"{shown} and {len(listed) - 3} more"
