"""Broken variants of the cores and of the simulated parts, for `test_simulation` to catch.

Each has one fault.  Some are the cores as they were before a simulated run revealed the fault.
"""
# Mutants use private names.
# pyright: reportPrivateUsage=false

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from scaler_lab.core import state_machine
from scaler_lab.core.future_manager import FutureManager
from scaler_lab.core.messages import (
    Event,
    InMemoryPayload,
    ResultKind,
    Task,
    TaskCancel,
    TaskResult,
)
from scaler_lab.core.state_machine import Action, Resolution, TaskState, Transition, Trigger
from scaler_lab.core.task_record import TaskRecord
from scaler_lab.engines.local import protocol, worker_ipc
from scaler_lab.engines.local.client.agent import AgentCore
from scaler_lab.engines.local.scheduler import worker_pool, worker_reports
from scaler_lab.engines.local.scheduler.cancelling import Canceller, end_interrupt
from scaler_lab.engines.local.scheduler.core import SchedulerCore
from scaler_lab.engines.local.scheduler.dispatching import Dispatcher
from scaler_lab.engines.local.scheduler.fair_queue import FairQueue
from scaler_lab.engines.local.scheduler.memory_limits import MemoryLimits
from scaler_lab.engines.local.scheduler.state import (
    ClientState,
    QueuedTask,
    QueuedTaskStatus,
    WorkerState,
    WorkerStatus,
)
from scaler_lab.engines.local.scheduler.worker_pool import WorkerPool
from scaler_lab.engines.local.scheduler.worker_reports import WorkerReports
from scaler_lab.engines.local.worker_ipc import BEGUN, PACKET, RAISED, WorkerReport

from .client import SimulatedClient
from .link import SimulatedLink
from .script import MEMORY_LIMIT
from .worker import SimulatedWorker
from .worker_control import SimulatedWorkerControl

Mutant = Callable[[pytest.MonkeyPatch], None]


def recall_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Recall reports packets that it didn't take back."""

    def recall(self: SimulatedWorkerControl, worker_number: int) -> list[int]:
        seqs = [PACKET.unpack_from(packet)[0] for packet in self.workers[worker_number].inbox]
        self._observer.recalled(worker_number, seqs)
        return seqs

    monkeypatch.setattr(SimulatedWorkerControl, "recall", recall)


def frames_overtake(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stream doesn't keep the order of its frames."""

    def send(self: SimulatedLink, frame: bytes) -> None:
        self._event_queue.soon(self._parameters.delay, self._deliver, frame)

    monkeypatch.setattr(SimulatedLink, "send", send)


def frames_are_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stream loses some frames."""

    def send(self: SimulatedLink, frame: bytes) -> None:
        if self._event_queue.rng.random() < 0.9:
            original(self, frame)

    original = SimulatedLink.send
    monkeypatch.setattr(SimulatedLink, "send", send)


def held_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A held client that reads again is not resumed."""

    def resume(self: SchedulerCore, client: ClientState, now: float) -> None: ...

    monkeypatch.setattr(SchedulerCore, "resume", resume)


def held_clients_hold_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that doesn't read makes all other clients wait."""

    def take(self: FairQueue) -> QueuedTask | None:
        if self._clients and self._clients[0].is_held:
            return None
        return original(self)

    def give_turn(self: FairQueue, client: ClientState) -> None:
        if not client.has_turn:
            client.has_turn = True
            self._clients.append(client)

    original = FairQueue.take
    monkeypatch.setattr(FairQueue, "take", take)
    monkeypatch.setattr(FairQueue, "give_turn", give_turn)


def confirmed_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cancel is confirmed immediately."""

    def stop(
        self: Canceller, tasks: list[QueuedTask], force: bool, now: float, source: str = ""
    ) -> None:
        original(self, tasks, force, now, source)
        for task in tasks:
            if task.state is QueuedTaskStatus.SENT:
                self._settler.confirm(task, Resolution.INTERRUPTED)

    original = Canceller.stop
    monkeypatch.setattr(Canceller, "stop", stop)


def result_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some reports are lost."""

    def on_report(self: WorkerReports, number: int, report: WorkerReport, now: float) -> None:
        if report.kind != worker_ipc.VALUE or report.seq % 3:
            original(self, number, report, now)

    original = WorkerReports.on_report
    monkeypatch.setattr(WorkerReports, "on_report", on_report)


def a_death_fails_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """The death of a worker also fails the tasks that were queued at it."""

    def requeue(self: Dispatcher, task: QueuedTask) -> None:
        self._settler.settle(task, protocol.Died(task.task_id, 1, "", 1, 1))

    monkeypatch.setattr(Dispatcher, "requeue", requeue)


def a_death_is_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A task that a dead worker had started is run again."""

    def begun(self: SimulatedWorkerControl, worker_number: int) -> tuple[int, int]:
        cells = self.workers[worker_number].cells
        return (cells[BEGUN], 0) if self.workers[worker_number].is_alive else (0, 0)

    monkeypatch.setattr(SimulatedWorkerControl, "begun", begun)


def no_kill_after_the_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    def doom(self: Canceller, worker: WorkerState, detail: str) -> None:
        del self, detail
        end_interrupt(worker)

    monkeypatch.setattr(Canceller, "doom", doom)


def kill_without_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(self: Canceller, worker: WorkerState, now: float) -> None:
        del now
        is_being_killed = worker.state is WorkerStatus.BEING_KILLED
        if (
            worker.sent
            and next(reversed(worker.sent.values())).cancel_requested
            and not is_being_killed
        ):
            self.doom(worker, "")

    monkeypatch.setattr(Canceller, "_interrupt", interrupt)


def interrupts_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupt goes to the first task that was sent, not to the running one."""

    def interrupt(self: Canceller, worker: WorkerState, now: float) -> None:
        if worker.sent and worker.state is not WorkerStatus.BEING_KILLED and not worker.target:
            worker.target = next(iter(worker.sent))
            worker.deadline = now + self._grace
            self._worker_control.interrupt(worker.number, worker.target)

    monkeypatch.setattr(Canceller, "_interrupt", interrupt)


def gone_clients_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def on_client_gone(self: SchedulerCore, client: ClientState, now: float) -> None:
        del now
        client.is_gone = True
        del self._clients[client.client_id]

    monkeypatch.setattr(SchedulerCore, "on_client_gone", on_client_gone)


def last_in_first_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def on_submit(self: SchedulerCore, client: ClientState, message: protocol.Submit) -> None:
        original(self, client, message)
        client.queue.rotate(1)

    original = SchedulerCore.on_submit
    monkeypatch.setattr(SchedulerCore, "on_submit", on_submit)


def late_workers_push_others_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code as it was before a simulated run revealed the fault."""

    def pick_active(self: WorkerPool) -> None:
        ready = [b for b in self.workers.values() if b.state is WorkerStatus.READY]
        self.active = ready[: self._n_workers]

    monkeypatch.setattr(WorkerPool, "_pick_active", pick_active)


def any_number_of_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code as it was before a simulated run revealed the fault."""

    def init(self: SchedulerCore, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs | {"slots": None})

    original = SchedulerCore.__init__
    monkeypatch.setattr(SchedulerCore, "__init__", init)


def workers_are_started_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code for slow workers as it was before a simulated run revealed the fault."""
    monkeypatch.setattr(worker_pool, "START_FAILURES", 10**9)


def tasks_are_tried_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code as it was: no limit of tries, and each worker that got ready reset failures."""

    def on_report(self: WorkerReports, number: int, report: WorkerReport, now: float) -> None:
        original(self, number, report, now)
        if report.kind == worker_ipc.READY:
            self._worker_pool.try_again()

    original = WorkerReports.on_report
    monkeypatch.setattr(WorkerReports, "on_report", on_report)
    monkeypatch.setattr(worker_reports, "MAX_TRIES", 10**9)


def no_start_is_a_death(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code as it was before a simulated run revealed the fault."""

    def event(self: AgentCore, message: protocol.Up) -> Event | None:
        told = original(self, message)
        if isinstance(told, TaskResult) and isinstance(told.payload, InMemoryPayload):
            return msgspec.structs.replace(told, kind=ResultKind.WORKER_DIED)
        return told

    original = AgentCore._event
    monkeypatch.setattr(AgentCore, "_event", event)


def killed_results_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code as it was before a simulated run revealed the fault."""
    original = worker_ipc.result_blob

    def another(client_id: str, seq: int) -> str:
        return original(client_id, seq + 1_000_000)

    monkeypatch.setattr(worker_ipc, "result_blob", another)

    def end(self: SimulatedWorker) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(worker_ipc, "result_blob", original)
            original_end(self)

    original_end = SimulatedWorker._end
    monkeypatch.setattr(SimulatedWorker, "_end", end)


def begun_before_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker as it was before a simulated run revealed the fault."""

    def opens(self: SimulatedWorker) -> None:
        self.cells[BEGUN] = self._seq
        original(self)

    original = SimulatedWorker._open
    monkeypatch.setattr(SimulatedWorker, "_open", opens)


def nobody_is_freed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks that were sent after a long task wait for its end."""

    def look(self: Dispatcher, worker: WorkerState, now: float) -> None:
        del self, now
        worker.poll_at = None

    monkeypatch.setattr(Dispatcher, "poll", look)


def call_files_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    def remove_blob(self: SimulatedWorkerControl, name: str) -> None: ...

    monkeypatch.setattr(SimulatedWorkerControl, "remove_blob", remove_blob)


def results_beat_cancels(monkeypatch: pytest.MonkeyPatch) -> None:
    for state in (TaskState.QUEUED_CANCELLING, TaskState.RUNNING_CANCELLING):
        won = Transition(TaskState.SUCCEEDED, Action.SETTLE_RESULT)
        monkeypatch.setitem(state_machine.TRANSITIONS, (state, Trigger.RESULT_ARRIVED), won)


def every_ask_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    for state in (TaskState.QUEUED_CANCELLING, TaskState.RUNNING_CANCELLING):
        again = Transition(state, Action.SEND_CANCEL)
        monkeypatch.setitem(state_machine.TRANSITIONS, (state, Trigger.CANCEL_REQUESTED), again)


def cancels_overtake(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cancel is sent before its task."""

    def enter(self: FutureManager, tasks: list[Task]) -> list[Any]:
        futures = original(self, tasks)
        for future in futures:
            future.record.sent = True
        return futures

    original = FutureManager.enter
    monkeypatch.setattr(FutureManager, "enter", enter)


def early_cancels_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cancel requested before its task was sent is never sent."""

    def mark_sent(self: FutureManager, records: list[TaskRecord]) -> None:
        del self
        for record in records:
            record.sent = True

    monkeypatch.setattr(FutureManager, "mark_sent", mark_sent)


def force_spreads(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cancel requested before its task was sent becomes a forced one."""

    def send(self: FutureManager, cancel: TaskCancel) -> None:
        original(self, replace(cancel, force=cancel.force or len(cancel.task_ids) > 1))

    original = FutureManager._send_cancel
    monkeypatch.setattr(FutureManager, "_send_cancel", send)


def no_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker raises in any code that it runs when the signal arrives."""

    def on_interrupt(self: SimulatedWorker) -> None:
        if self._open_seq and self.cells[RAISED] != self._open_seq:
            self.cells[RAISED] = self._open_seq
            self._raise()

    monkeypatch.setattr(SimulatedWorker, "on_interrupt", on_interrupt)


def meddling_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client can stop another client's tasks."""

    def on_cancel(
        self: SchedulerCore, client: ClientState, message: protocol.Cancel, now: float
    ) -> None:
        original(self, client, message, now)
        for other in self.clients:
            original(self, other, message, now)

    original = SchedulerCore.on_cancel
    monkeypatch.setattr(SchedulerCore, "on_cancel", on_cancel)


def engine_loss_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def lifeline_ended(self: SimulatedClient) -> None: ...

    monkeypatch.setattr(SimulatedClient, "lifeline_ended", lifeline_ended)


def limits_beat_cancels(monkeypatch: pytest.MonkeyPatch) -> None:
    """A task whose cancel was requested before fails when it exceeds its memory limit."""

    def doom(self: Canceller, worker: WorkerState, detail: str) -> None:
        if detail.startswith("over its memory limit"):
            for task in worker.sent.values():
                task.cancel_requested = False
        original(self, worker, detail)

    original = Canceller.doom
    monkeypatch.setattr(Canceller, "doom", doom)


def limits_are_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """A task without a limit is stopped by that of the task before it."""

    def measure(self: MemoryLimits, worker: WorkerState, now: float) -> None:
        for task in worker.sent.values():
            task.memory_limit = task.memory_limit or MEMORY_LIMIT
        original(self, worker, now)

    original = MemoryLimits.measure
    monkeypatch.setattr(MemoryLimits, "measure", measure)


MUTANTS: list[Mutant] = [
    a_death_fails_all, a_death_is_for_nothing, any_number_of_workers,
    begun_before_skipped, call_files_stay, cancels_overtake, confirmed_on_request,
    early_cancels_are_forgotten, engine_loss_is_not_told, every_ask_is_sent, force_spreads,
    frames_are_lost, frames_overtake, gone_clients_go_on, held_clients_hold_others,
    held_for_ever, interrupts_the_first, kill_without_grace, killed_results_stay,
    last_in_first_out, late_workers_push_others_out, limits_are_for_all, limits_beat_cancels,
    meddling_works, no_kill_after_the_grace, no_start_is_a_death, no_window, nobody_is_freed,
    recall_lies, result_lost, results_beat_cancels, tasks_are_tried_for_ever,
    workers_are_started_for_ever,
]  # fmt: skip
