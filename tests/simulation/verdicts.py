"""`Verdicts`: checks the clients' requests, the events they receive, and their futures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import CancelledError
from concurrent.futures import wait as wait_for_futures

from scaler_lab.core.messages import (
    Event,
    TaskCancel,
    TaskCancelConfirm,
    TaskCancelRequested,
    TaskResult,
    TaskStarted,
)
from scaler_lab.core.state_machine import Resolution, Status
from scaler_lab.errors import EngineLost, EngineStartFailed, TaskOverMemory, WorkerDied

from .client import SimulatedClient
from .event_queue import EventQueue
from .invariants import Invariants, is_true
from .outcome import Log
from .script import Ending, SimulatedTask


class Verdicts:
    """Checks the clients, and reports faults through `Invariants`."""

    def __init__(
        self,
        event_queue: EventQueue,
        counts: Counter[str],
        log: Log,
        tasks: dict[str, SimulatedTask],
        invariants: Invariants,
    ) -> None:
        self._event_queue = event_queue
        self._counts = counts
        self._report = log.add
        self._tasks = tasks
        self._fault = invariants.fault
        self._questions: set[tuple[str, bool]] = set()
        self.is_engine_lost = False

    # -- requests --------------------------------------------------------------------------------

    def requests_cancel(
        self, client: SimulatedClient, tasks: Sequence[SimulatedTask], *, force: bool, by_id: bool
    ) -> int:
        """Note a cancel request; return how many tasks it must report as to be cancelled (R4)."""
        how = "asks, with force, to stop" if force else "asks to stop"
        self._report("{} {} {}", client, how, ", ".join(map(str, tasks)))
        self._counts["asks"] += 1
        expected = 0
        for task in tasks:
            future = client.futures[task.task_id]
            if future.done():
                expected += future.cancelled() and not by_id
                continue
            expected += 1
            for member in client.members_of(task):
                if not client.futures[member.task_id].done():
                    member.is_cancel_requested = True
                    member.is_force_requested = member.is_force_requested or force
        return expected

    def has_received(self, client: SimulatedClient, accepted: int, expected: int) -> None:
        """Check the counts that the client received."""
        if accepted != expected:
            self._fault(f"{client} is told that {accepted} will end cancelled; {expected} will")

    def sends_cancel(self, client: SimulatedClient, cancel: TaskCancel) -> None:
        """R1: one cancel message per task, and one more if force is new."""
        for task_id in cancel.task_ids:
            if cancel.force and not self._tasks[task_id].is_force_requested:
                self._fault(f"{client} asks with force for {self._tasks[task_id]}; nobody did")
            question = (task_id, cancel.force)
            if question in self._questions:
                self._fault(f"{client} sends the same cancel of {self._tasks[task_id]} twice")
            self._questions.add(question)

    # -- events ----------------------------------------------------------------------------------

    def received(self, client: SimulatedClient, event: Event) -> None:
        """Check an event that reaches a client."""
        match event:
            case TaskStarted():
                task = self._tasks[event.task_id]
                self._report("{} is told that {} started", client, task)
                if not task.began:
                    self._fault(f"{client} is told that {task} started, which never did")
            case TaskResult():
                self._report("{} is told of {}: {}", client, self._tasks[event.task_id], event.kind)
            case TaskCancelConfirm():
                task = self._tasks[event.task_id]
                self._report("{} is told of {}: {}", client, task, event.resolution)
            case TaskCancelRequested():
                task = self._tasks[event.task_id]
                self._report("{} is told that {} stops {}", client, event.source, task)
                if not client.futures[task.task_id].done():
                    task.is_cancel_requested = True
            case _:
                self._report("{} is told {}", client, type(event).__name__)

    def done(self, task: SimulatedTask) -> None:
        """Check a future whose callback ran: R3, R6, R7, and that the value is its own."""
        task.verdicts += 1
        future = task.client.futures[task.task_id]
        self._report("{} sees {!r}", task.client, future)
        if task.verdicts > 1:
            self._fault(f"the callback of {task} runs {task.verdicts} times")
        info = task.client.board.info(task.task_id)
        if not future.done() or info is None or info.status is not future.status:
            self._fault(f"{future!r} has its verdict, and the board says {info}")
        if not self.is_engine_lost:
            self._check_output(task)
        if wait_for_futures([future], 0).not_done:
            self._fault(f"those who wait for {future!r} still do")
        if task.is_cancel_requested:
            self._check_cancelled(task)
        elif future.cancelled():
            self._fault(f"{task} is cancelled, and nobody asked to stop it")
        else:
            self._check_settled(task)

    def _check_output(self, task: SimulatedTask) -> None:
        """Check that all its output and progress came before its verdict, and nothing else."""
        future = task.client.futures[task.task_id]
        text, _ = future.output_end(1_000)
        if text.encode() != task.wrote:
            self._fault(f"{task} wrote {task.wrote!r}, and {task.client} was told {text!r}")
        if future.progress != task.output:
            self._fault(f"{task} said {task.output}, and {task.client} was told {future.progress}")

    def _check_cancelled(self, task: SimulatedTask) -> None:
        future = task.client.futures[task.task_id]
        if not future.cancelled() or future.status is not Status.CANCELLED:
            self._fault(f"{task} was asked to stop, and did not end cancelled")
        try:
            future.result()
        except CancelledError:
            pass
        else:
            self._fault(f"{task} is cancelled, and has a result")
        if future.cancel_seconds is None or future.cancel_seconds < 0:
            self._fault(f"the cancel of {task} took {future.cancel_seconds} s")
        resolution = future.cancel_resolution
        if resolution is None or not is_true(task, resolution):
            self._fault(f"the cancel of {task} was settled as {resolution}, which is not true")
        if resolution is Resolution.LOST and not self.is_engine_lost:
            self._fault(f"the cancel of {task} is lost, and the engine is not")
        self._counts[resolution.value] += 1

    def _check_settled(self, task: SimulatedTask) -> None:
        future = task.client.futures[task.task_id]
        error = future.exception()
        is_true_of_it = False
        match error:
            case None:
                kind = "values"
                is_true_of_it = task.ended is Ending.VALUE and future.result() == task.value
            case ValueError():
                kind = "exceptions"
                is_true_of_it = task.ended is Ending.ERROR and str(error) == task.words
            case WorkerDied():
                kind = "lost with their workers"
                is_true_of_it = task.stopped_by == "death"
            case TaskOverMemory():
                kind = "over their memory limits"
                is_true_of_it = task.was_killed_over_memory and task.stopped_by == "death"
            case EngineStartFailed():
                kind = "without a worker"
                is_true_of_it = not task.began
            case EngineLost():
                kind = "lost with the engine"
                is_true_of_it = self.is_engine_lost
            case _:
                kind = ""
        if not is_true_of_it:
            self._fault(f"{task} ends with {error!r}, which is not true")
        if (future.status is Status.SUCCEEDED) is not (error is None):
            self._fault(f"{future!r} has {error!r}")
        self._counts[kind] += 1

    # -- at rest ---------------------------------------------------------------------------------

    def check_pause(self, client: SimulatedClient, queued: dict[str, SimulatedTask]) -> None:
        """Check at a standstill: tasks without a verdict run, or wait for a running task."""
        for task_id, future in client.futures.items():
            task = client.tasks[task_id]
            if future.done() or not client.is_alive:
                continue
            if task.is_cancel_requested:
                self._fault(f"{task} was asked to stop, and no answer will ever come")
            if not task.runs_on and task_id not in queued:
                self._fault(f"{task} has no verdict, and none will ever come")

    def check_rest(self, client: SimulatedClient) -> None:
        """R7, R8: each future has its one verdict."""
        for task_id, future in client.futures.items():
            task = client.tasks[task_id]
            if client.is_alive and (not future.done() or task.verdicts != 1):
                self._fault(f"{task} never got its verdict: {future!r}")
        if client.is_alive and client.manager.open_futures:
            self._fault(f"{client} still holds {client.manager.open_futures}")
