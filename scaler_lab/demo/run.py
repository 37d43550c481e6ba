"""The job: submit, cancel, gather, check.

    submitted                a third of the modules, SLEEPING, a third, BUSY, a third, STUBBORN,
                             QUEUED
    cancelled at once        QUEUED, with hundreds of tasks before it
    cancelled once they ran  SLEEPING, BUSY, STUBBORN

While these are cancelled one after the other, the analysis goes on.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, wait
from dataclasses import dataclass, replace
from typing import Any

from scaler_lab.client.client import Client
from scaler_lab.core.board import Board
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.state_machine import Resolution
from scaler_lab.demo.analysis import Analysis, ModuleReport
from scaler_lab.demo.imports import ImportGraph, import_graph
from scaler_lab.demo.library import Module
from scaler_lab.demo.stuck import BUSY, QUEUED, SLEEPING, STUBBORN, Mark, Stuck, marks_left

START_TIMEOUT = 45.0
SHOW_SECONDS = 0.8  # how long the view shows each stuck task before it is cancelled
CANCEL_TIMEOUT = 15.0
MARK_TIMEOUT = 10.0
POLL_INTERVAL = 0.02


_Analysed = tuple[Module, ScalerFuture[ModuleReport]]


@dataclass(frozen=True, slots=True)
class CancelOutcome:
    """The outcome of one stuck task's cancel."""

    stuck: Stuck
    reply: bool  # what `cancel()` returned
    was_running: bool
    resolution: Resolution | None
    seconds: float | None
    raises_cancelled: bool  # whether `result()` raises CancelledError
    marks: frozenset[Mark]
    detail: str

    @property
    def faults(self) -> list[str]:
        """What is not as expected; empty if all of it is."""
        stuck = self.stuck
        faults: list[str] = []
        if self.was_running is not stuck.is_to_start:
            faults.append("never started" if stuck.is_to_start else "it was running already")
        if not self.reply:
            faults.append("cancel() returned False")
        if self.resolution is not stuck.resolution:
            found = self.resolution.words if self.resolution else "no answer"
            faults.append(f"expected {stuck.resolution.words!r}, found {found!r}")
        if not self.raises_cancelled:
            faults.append("result() did not raise CancelledError")
        faults += [f"expected that {mark.value}" for mark in sorted(stuck.marks - self.marks)]
        faults += [f"not expected: {mark.value}" for mark in sorted(self.marks - stuck.marks)]
        return faults


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that the demo found."""

    engine: str
    reports: list[ModuleReport]
    graph: ImportGraph
    failures: list[str]  # modules that could not be analysed, and why
    cancels: list[CancelOutcome]
    seconds: float

    @property
    def faults(self) -> list[str]:
        """Everything that is not as expected."""
        faults = [f"{c.stuck.name}: {fault}" for c in self.cancels for fault in c.faults]
        return [*faults, *self.failures]


def run(client: Client, modules: Sequence[Module], show: Callable[[str], None]) -> Findings:
    """Do the job on *client*, and call *show* with a line for each step.

    Whatever interrupts the job, no task is left running: open tasks are killed on the way out.
    """
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="scaler_lab-demo-") as folder:
        try:
            analyses, stuck = _submit(client, modules, folder)
            cancels: list[CancelOutcome] = []
            for one, future in stuck:
                outcome = _cancel(client.board, one, future, folder)
                cancels.append(outcome)
                show(_notify(outcome))
            reports, failures = _gather(analyses)
            cancels = [_wait_for_change(outcome, folder) for outcome in cancels]
        except BaseException:
            # Before the folder is removed, because the stuck tasks leave their marks in it.
            client.cancel_all(timeout=CANCEL_TIMEOUT, force=True)
            raise
    return Findings(
        engine=client.engine.label,
        reports=reports,
        graph=import_graph(reports),
        failures=failures,
        cancels=cancels,
        seconds=time.monotonic() - began,
    )


def _submit(
    client: Client, modules: Sequence[Module], folder: str
) -> tuple[list[_Analysed], list[tuple[Stuck, ScalerFuture[None]]]]:
    """Submit everything; return the stuck tasks in the order in which they are cancelled."""
    analyses: list[_Analysed] = []
    stuck: list[tuple[Stuck, ScalerFuture[None]]] = []
    third = -(-len(modules) // 3)
    for i, one in enumerate((SLEEPING, BUSY, STUBBORN)):
        part = modules[i * third : (i + 1) * third]
        analyses += [(module, client.submit(Analysis(module))) for module in part]
        stuck.append((one, client.submit(one.function, folder)))
    return analyses, [(QUEUED, client.submit(QUEUED.function, folder)), *stuck]


def _cancel(board: Board, stuck: Stuck, future: ScalerFuture[None], folder: str) -> CancelOutcome:
    if stuck.is_to_start:
        _wait_until_running(board, future)
        end = time.monotonic() + MARK_TIMEOUT
        while Mark.RAN not in marks_left(folder, stuck.name) and time.monotonic() < end:
            wait([future], POLL_INTERVAL)
        wait([future], SHOW_SECONDS)
    was_running = future.started_at is not None
    reply = future.cancel(timeout=CANCEL_TIMEOUT)
    info = board.info(future.task_id)
    return CancelOutcome(
        stuck=stuck,
        reply=reply,
        was_running=was_running,
        resolution=future.cancel_resolution,
        seconds=future.cancel_seconds,
        raises_cancelled=_raises_cancelled(future),
        marks=marks_left(folder, stuck.name),
        detail=info.detail if info else "",
    )


def _wait_for_change(outcome: CancelOutcome, folder: str) -> CancelOutcome:
    """Read the marks again at the end: a task that never started must not have run since."""
    return replace(outcome, marks=marks_left(folder, outcome.stuck.name))


def _wait_until_running(board: Board, future: ScalerFuture[Any]) -> None:
    """Wait until *future* runs or is done, woken by the board; at most `START_TIMEOUT` seconds."""
    rung = threading.Event()
    take_down = board.subscribe(rung.set)
    try:
        end = time.monotonic() + START_TIMEOUT
        while not (future.running() or future.done()) and time.monotonic() < end:
            rung.wait(end - time.monotonic())
            rung.clear()
    finally:
        take_down()


def _raises_cancelled(future: ScalerFuture[Any]) -> bool:
    try:
        future.result(timeout=0)
    except CancelledError:
        return True
    except Exception:  # TimeoutError, as no answer came; or the task's own error
        return False
    return False


def _gather(
    analyses: Sequence[_Analysed],
) -> tuple[list[ModuleReport], list[str]]:
    reports: list[ModuleReport] = []
    failures: list[str] = []
    for module, future in analyses:
        try:
            reports.append(future.result())
        except (Exception, CancelledError) as error:
            failures.append(f"{module.name} was not analysed: {type(error).__name__}: {error}")
    return reports, failures


def _notify(outcome: CancelOutcome) -> str:
    found = outcome.resolution.words if outcome.resolution else "no answer yet"
    took = "" if outcome.seconds is None else f", {outcome.seconds * 1000:.1f} ms after the request"
    return f"cancelled {outcome.stuck.name}: {found}{took}"
