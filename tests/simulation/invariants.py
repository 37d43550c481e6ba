"""`Invariants`: checks what the scheduler reports against what is true in the simulated world.

The parts of the simulation report every event here at the moment it happens.  A broken promise
raises `Fault`.  This class knows tasks and workers only from outside and never reads the state of
the core, so it can't share the core's mistakes.  The module `verdicts` checks what clients see.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Never

from scaler_lab.core.board import Board
from scaler_lab.core.messages import TaskId
from scaler_lab.core.state_machine import Resolution, Status
from scaler_lab.engines.local import protocol, worker_ipc
from scaler_lab.engines.local.scheduler.dispatching import STUCK_SECONDS

from .event_queue import EventQueue
from .outcome import Fault, Log
from .parameters import Parameters
from .script import Ending, SimulatedTask

RESPONSE_SLACK_SECONDS = 2.0  # beyond the grace period: hiccups, killing, reaping
STUCK_SLACK_SECONDS = 0.02  # beyond the core's own limit
_EPSILON = 1e-9

MAX_WORKLESS_DEATHS = 5
"""After so many deaths of workers that never began a task, the core may stop starting workers."""


class _Place:
    """What is known about one worker from outside."""

    __slots__ = (
        "has_begun", "interrupted_at", "is_being_killed", "is_ready", "outstanding", "received_at",
        "running", "running_since", "sent_at", "taken",
    )  # fmt: skip

    def __init__(self) -> None:
        self.is_ready = False  # the scheduler has read that it is ready
        self.has_begun = False  # whether it ever began a task
        self.received_at = 0.0  # when its last report was read
        self.is_being_killed = False  # its kill was ordered
        self.outstanding: dict[int, SimulatedTask] = {}  # sent, neither recalled nor reported
        self.sent_at: dict[int, float] = {}
        self.taken: set[int] = set()
        self.running: SimulatedTask | None = None
        self.running_since = 0.0
        self.interrupted_at: dict[int, float] = {}  # seq -> time of its first interrupt


class Invariants:
    """Checks the scheduler.  Most methods are named after an event, in the past tense."""

    def __init__(
        self,
        event_queue: EventQueue,
        parameters: Parameters,
        counts: Counter[str],
        log: Log,
        tasks: dict[str, SimulatedTask],
    ) -> None:
        self._event_queue = event_queue
        self._parameters = parameters
        self._counts = counts
        self._report = log.add
        self._tasks = tasks
        self._places: dict[int, _Place] = {}
        self.queued: dict[str, SimulatedTask] = {}  # accepted, on no worker, without an outcome
        self._never_sent: dict[str, dict[str, SimulatedTask]] = {}  # by client, in order
        self._being_stopped: dict[str, SimulatedTask] = {}
        self._unseated: set[str] = set()
        self._held: set[str] = set()
        self.workless_deaths = 0  # of workers that never began a task

    def fault(self, message: str) -> Never:
        """Raise `Fault`: a promise was broken."""
        self._report("FAULT: {}", message)
        raise Fault(message)

    # -- the listener ----------------------------------------------------------------------------

    def accepted(self, task_id: str) -> None:
        """A `Submit` came off the stream."""
        task = self._tasks[task_id]
        if task.is_accepted:
            return
        task.is_accepted = True
        self.queued[task_id] = task
        self._never_sent.setdefault(task.client.client_id, {})[task_id] = task

    def cancel_arrived(self, client_id: str, message: protocol.Cancel) -> None:
        """A `Cancel` came off the stream."""
        for task_id in message.task_ids:
            task = self._tasks[task_id]
            if task.client.client_id == client_id:
                self.asked(task, force=message.force)

    def view_cancel_arrived(self, task_ids: Sequence[TaskId], *, force: bool) -> None:
        """A view of the engine requested a cancel."""
        self._report("a window asks to stop {}", ", ".join(str(self._tasks[i]) for i in task_ids))
        for task_id in task_ids:
            task = self._tasks[task_id]
            if task.responded or task.client.client_id in self._unseated:
                continue
            for member in task.client.members_of(task):
                if member.is_accepted:
                    self.asked(member, force=force)

    def asked(self, task: SimulatedTask, *, force: bool) -> None:
        """The scheduler received a cancel of the task; it ignores unknown tasks."""
        if not task.is_accepted:
            return
        task.is_forced = task.is_forced or force
        if task.cancel_arrived_at is None and not task.responded:
            task.cancel_arrived_at = self._event_queue.now
            self._being_stopped[task.task_id] = task

    def client_removed(self, client_id: str) -> None:
        """The scheduler knows that a client is gone."""
        self._report("the scheduler learns that client {} is gone", int(client_id, 16))
        self._unseated.add(client_id)
        for task_id, task in list(self.queued.items()):
            if task.client.client_id == client_id:
                del self.queued[task_id]

    def held(self, client_id: str) -> None:
        """A client has too many unread messages, so its tasks may wait."""
        self._report("client {} is held", int(client_id, 16))
        self._held.add(client_id)

    def resumed(self, client_id: str) -> None:
        """The client has read enough of its messages."""
        self._report("client {} is held no more", int(client_id, 16))
        self._held.discard(client_id)

    def reports(self, client_id: str, message: protocol.Up) -> None:
        """Check a message to a client: it must be true now, and stay true."""
        match message:
            case protocol.Result() | protocol.Died() | protocol.OverMemory() | protocol.Confirm():
                task = self._tasks[message.task_id]
            case protocol.Started():
                return
            case protocol.Output() | protocol.Progressed() | protocol.HeldBack():
                task = self._tasks[message.task_id]
                if task.client.client_id != client_id:
                    self.fault(
                        f"client {client_id} gets a report about {task}, which is not its own"
                    )
                if task.responded:
                    self.fault(f"client {client_id} gets a report about {task} after its answer")
                return
            case (
                protocol.CancelRequested()
                | protocol.RetryRequested()
                | protocol.ClientWelcome()
                | protocol.Refusal()
                | protocol.StackReply()
                | protocol.UsageReply()
                | protocol.Closing()
            ):
                return
        what = (
            message.resolution if isinstance(message, protocol.Confirm) else type(message).__name__
        )
        self._report("the scheduler says of {}: {}", task, what)
        if task.client.client_id != client_id:
            self.fault(f"client {client_id} is told of {task}, which is not its own")
        if task.responded:
            self.fault(f"{task} is answered twice: {task.responded}, then {what}")
        task.responded = what
        self.queued.pop(task.task_id, None)
        self._being_stopped.pop(task.task_id, None)
        if task.runs_on:
            self.fault(f"{task} has its answer ({what}), and still runs")
        match message:
            case protocol.Confirm():
                self._check_confirm(task, message.resolution)
            case protocol.Result():
                if task.ended is None:
                    self.fault(f"{task} has a result, and did not end by itself")
            case protocol.Died():
                self._check_died(task, message)
            case protocol.OverMemory():
                self._check_over_memory(task, message)

    def _check_confirm(self, task: SimulatedTask, resolution: str) -> None:
        if task.cancel_arrived_at is None:
            self.fault(f"{task} is confirmed, and nobody asked to stop it")
        if not is_true(task, Resolution(resolution)):
            self.fault(f"{task} is confirmed as {resolution!r}, which is not true")

    def _check_died(self, task: SimulatedTask, message: protocol.Died) -> None:
        if task.cancel_arrived_at is not None:
            self.fault(f"{task} was asked to stop, and fails instead: {message.message}")
        if message.pid is None:
            if task.began or self.workless_deaths < MAX_WORKLESS_DEATHS:
                self.fault(f"{task} fails for want of a worker, which is not true")
        elif task.stopped_by != "death":
            self.fault(f"{task} fails with a worker that did not have it in hand")

    def _check_over_memory(self, task: SimulatedTask, message: protocol.OverMemory) -> None:
        if task.cancel_arrived_at is not None:
            self.fault(f"{task} was asked to stop, and fails instead: {message.message}")
        if task.stopped_by != "death" or not task.was_killed_over_memory:
            self.fault(f"{task} fails for its memory limit, and was not killed for that")

    # -- actions of the core ---------------------------------------------------------------------

    def spawned(self, number: int) -> None:
        """A worker is to be started."""
        self._places[number] = _Place()

    def sent(self, number: int, seq: int, task: SimulatedTask) -> None:
        """A packet was put into an inbox."""
        self._report("{} goes to worker {} as {}", task, number, seq)
        place = self._places[number]
        place.outstanding[seq] = task
        place.sent_at[seq] = self._event_queue.now
        if not place.is_ready or place.is_being_killed:
            self.fault(f"{task} goes to worker {number}, which is not ready")
        if task.responded or task.task_id not in self.queued:
            self.fault(f"{task} goes to worker {number}, and is not in the queue")
        del self.queued[task.task_id]
        first_timers = self._never_sent[task.client.client_id]
        if task.task_id in first_timers:
            for earlier in list(first_timers.values()):
                del first_timers[earlier.task_id]
                if earlier is task:
                    break
                if earlier.cancel_arrived_at is None and not earlier.responded:
                    self.fault(f"{task} overtakes {earlier}")

    def recalled(self, number: int, seqs: list[int]) -> None:
        """Packets were taken out of an inbox."""
        for seq in seqs:
            task = self._places[number].outstanding.pop(seq, None)
            if task is not None:
                self._report("{} is recalled from worker {}", task, number)
                self._back_to_queue(task)

    def interrupting(self, number: int, seq: int) -> None:
        """An interrupt was ordered."""
        self._report("worker {} is to be interrupted in {}", number, seq)
        place = self._places[number]
        place.interrupted_at.setdefault(seq, self._event_queue.now)
        task = place.outstanding.get(seq)
        if task is not None and not self._may_stop(task):
            self.fault(f"{task} is to be interrupted, and nobody asked")

    def killing(self, number: int) -> None:
        """A kill was ordered: allowed only after the grace period, with force, or over a limit."""
        self._report("worker {} is to be killed", number)
        place = self._places[number]
        if place.is_being_killed:
            self.fault(f"worker {number} is killed twice")
        place.is_being_killed = True
        running = place.running
        if running is not None and running.is_over_memory(self._event_queue.now):
            running.was_killed_over_memory = True
            return
        if running is not None and not self._may_stop(running):
            self.fault(f"worker {number} is to be killed in {running}; nobody asked")
        patience = self._event_queue.now - self._parameters.grace + _EPSILON
        for seq, task in place.outstanding.items():
            if task.is_forced or place.interrupted_at.get(seq, patience + 1) <= patience:
                return
        self.fault(f"worker {number} is to be killed, within the grace of every task it has")

    def read_report(self, number: int, seq: int, kind: int) -> None:
        """The scheduler read a worker's report."""
        place = self._places[number]
        place.outstanding.pop(seq, None)
        place.received_at = self._event_queue.now
        if kind == worker_ipc.READY:
            place.is_ready = True

    def reaping(self, number: int) -> None:
        """The scheduler is about to report to the core that a worker is gone."""
        self._report("the scheduler learns that worker {} is gone", number)
        place = self._places[number]
        for task in place.outstanding.values():
            self._back_to_queue(task)
        place.outstanding.clear()

    def forgotten(self, number: int) -> None:
        """The core was informed that a worker is gone."""
        del self._places[number]

    def _back_to_queue(self, task: SimulatedTask) -> None:
        """Requeue the task.  If the core reports its outcome now, that removes it again."""
        if task.client.client_id not in self._unseated:
            self.queued[task.task_id] = task

    def _may_stop(self, task: SimulatedTask) -> bool:
        return task.cancel_arrived_at is not None or task.client.client_id in self._unseated

    # -- actions of workers ----------------------------------------------------------------------

    def took(self, number: int, seq: int, task: SimulatedTask) -> None:
        """A worker took a packet."""
        del task
        self._places[number].taken.add(seq)

    def began(self, number: int, task: SimulatedTask) -> None:
        """A task's code runs."""
        self._report("{} begins in worker {}: {}", task, number, task.script)
        if task.began:
            self.fault(f"{task} begins a second time")
        if task.responded:
            self.fault(f"{task} begins, and has its answer: {task.responded}")
        place = self._places[number]
        place.running, place.running_since = task, self._event_queue.now
        place.has_begun = True
        task.began, task.runs_on = True, number
        self._counts["tasks begun"] += 1
        at_once = sum(1 for p in self._places.values() if p.running and not p.is_being_killed)
        if at_once > self._parameters.workers:
            self.fault(f"{at_once} tasks run at once, with {self._parameters.workers} workers")

    def raised_in(self, number: int, task: SimulatedTask) -> None:
        """An interrupt was raised while the task could be interrupted."""
        self._report("an interrupt is raised in {}, in worker {}", task, number)
        task.was_raised_in = True
        self._counts["interrupts raised"] += 1
        if not self._may_stop(task):
            self.fault(f"an interrupt lands in {task}, which nobody asked to stop")

    def ended(self, number: int, task: SimulatedTask, ending: Ending) -> None:
        """A task's code ended by itself."""
        self._report("{} {} in worker {}", task, ending.value, number)
        task.ended = ending
        self._no_longer_runs(number, task)

    def stopped(self, number: int, task: SimulatedTask) -> None:
        """A task's code stopped because of an interrupt, and so did what it had left running."""
        self._report("{} has stopped in worker {}", task, number)
        task.stopped_by = "interrupt"
        self._no_longer_runs(number, task)

    def died(self, number: int, status: int, in_hand: SimulatedTask | None) -> None:
        """A worker's process ended."""
        self._report("worker {} dies ({}) with {}", number, status, in_hand)
        place = self._places[number]
        self._counts["deaths of workers"] += 1
        self.workless_deaths += not place.has_begun
        if in_hand is not None:
            in_hand.stopped_by = "death"
            self._no_longer_runs(number, in_hand)

    def _no_longer_runs(self, number: int, task: SimulatedTask) -> None:
        self._places[number].running = None
        task.runs_on = 0

    # -- at the end of each turn -----------------------------------------------------------------

    def turn_ended(self) -> None:
        """Check after a turn of the scheduler: no task waits while a worker is free, or forever."""
        now = self._event_queue.now
        free = busy = 0
        for number, place in self._places.items():
            if place.is_being_killed or not place.is_ready:
                continue
            if place.outstanding:
                busy += 1
                self._check_stuck(number, place, now)
            else:
                free += 1
        ready = [t for t in self.queued.values() if t.client.client_id not in self._held]
        if ready and free and busy < self._parameters.workers:
            waiting = ", ".join(map(str, ready))
            self.fault(f"{waiting} wait, while {busy} workers are busy and {free} free")
        limit = self._parameters.grace + RESPONSE_SLACK_SECONDS
        for task in self._being_stopped.values():
            requested_at = task.cancel_arrived_at or 0.0
            if now - requested_at > limit and task.client.client_id not in self._unseated:
                self.fault(
                    f"{task} was asked to stop {now - requested_at:g} s ago, without an answer"
                )

    def _check_stuck(self, number: int, place: _Place, now: float) -> None:
        if place.running is None:
            return
        limit = now - STUCK_SECONDS - STUCK_SLACK_SECONDS
        if place.running_since > limit or place.received_at > limit:
            return
        for seq, task in place.outstanding.items():
            if seq not in place.taken and place.sent_at[seq] < limit:
                self.fault(f"{task} waits in worker {number} behind {place.running}")

    # -- at rest ---------------------------------------------------------------------------------

    def check_rest(self, *, has_scheduler: bool) -> None:
        """Check that no worker has anything left."""
        for number, place in self._places.items():
            if place.running is not None:
                self.fault(f"{place.running} still runs in worker {number}")
            if has_scheduler and place.outstanding and not place.is_being_killed:
                left = ", ".join(map(str, place.outstanding.values()))
                self.fault(f"worker {number} still has {left}")

    def check_board(self, board: Board) -> None:
        """Check that the engine's own board, which views show, agrees with the clients' reports."""
        for task in self._tasks.values():
            if not task.is_accepted:
                continue
            info = board.info(task.task_id)
            seen = "nothing" if info is None else info.status
            expected = {Status.SUCCEEDED, Status.FAILED}
            if task.cancel_arrived_at is not None or not task.responded:  # or its client is gone
                expected = {Status.CANCELLED}
            if seen not in expected:
                output = task.responded or "nothing, being gone"
                self.fault(f"of {task} its client was told {output}; windows see {seen}")


def is_true(task: SimulatedTask, resolution: Resolution) -> bool:
    """Whether *resolution* is what really happened to the cancelled task."""
    match resolution:
        case Resolution.NEVER_STARTED:
            return not task.began
        case Resolution.INTERRUPTED:
            return task.was_raised_in and task.stopped_by == "interrupt"
        case Resolution.KILLED:
            return task.stopped_by == "death"
        case Resolution.FINISHED_FIRST:
            # It died because no worker was left.
            return task.ended is not None or task.responded in ("Died", "OverMemory")
        case Resolution.LOST:
            return True  # it means that the outcome is unknown
