"""Stops tasks.  Each outcome of a cancel is reported only once it is true.

    the task is               the scheduler                             outcome
    queued                    drops it                                  NEVER_STARTED
    sent, not taken           recalls the worker's inbox                NEVER_STARTED
    taken, not started        sets the CANCEL cell; the worker skips it NEVER_STARTED
    running                   sets the CANCEL cell and sends a signal   INTERRUPTED
    … and still runs after    kills the worker's tree; a spare worker   KILLED
      the grace, or force     takes its place at once
    ended in the meantime     sends its result, without the value       (FINISHED_FIRST)

Owned by the core's thread.
"""

from __future__ import annotations

from typing import Final

from scaler_lab.core.state_machine import Resolution
from scaler_lab.engines.local.scheduler.dispatching import Dispatcher
from scaler_lab.engines.local.scheduler.reporting import TaskReporter
from scaler_lab.engines.local.scheduler.settling import Settler
from scaler_lab.engines.local.scheduler.state import (
    QueuedTask,
    QueuedTaskStatus,
    WorkerState,
    WorkerStatus,
)
from scaler_lab.engines.local.scheduler.task_stacks import TaskStacks, brief
from scaler_lab.engines.local.scheduler.worker_actions import WorkerControl
from scaler_lab.engines.local.scheduler.worker_pool import WorkerPool

# An interrupt is repeated, in case Python or C code swallowed it.
INTERRUPT_RETRY_INTERVAL: Final = 0.01


class Canceller:
    """Stops queued and running tasks.

    *grace* is the time in seconds between a task's first interrupt and the kill of its worker.
    """

    def __init__(
        self,
        worker_control: WorkerControl,
        worker_pool: WorkerPool,
        dispatcher: Dispatcher,
        reporter: TaskReporter,
        settler: Settler,
        stacks: TaskStacks,
        *,
        grace: float,
    ) -> None:
        self._worker_control = worker_control
        self._worker_pool = worker_pool
        self._dispatcher = dispatcher
        self._reporter = reporter
        self._settler = settler
        self._stacks = stacks
        self._grace = grace

    def stop(
        self,
        tasks: list[QueuedTask],
        force: bool,
        now: float,
        source: str = "",
        *,
        overdue: bool = False,
    ) -> None:
        """Stop tasks at the request of *source* or, with *overdue*, of their time limits.

        The outcomes follow, now or later.  Call `dispatch` afterwards.
        """
        workers: dict[int, WorkerState] = {}
        for task in tasks:
            is_news = not task.cancel_requested or (task.record.state.is_overdue and not overdue)
            if is_news and task.state is not QueuedTaskStatus.SETTLED:
                self._reporter.cancel_requested(task, source, now, overdue=overdue)
            if task.state is QueuedTaskStatus.QUEUED:
                task.cancel_requested = True
                self._settler.confirm(task, Resolution.NEVER_STARTED)
                self._dispatcher.fair_queue.settled(task)
            elif task.state is QueuedTaskStatus.SENT and task.worker is not None:
                task.cancel_requested = True
                task.forced = task.forced or force
                workers[task.worker.number] = task.worker
        for worker in workers.values():
            self._dispatcher.take_back(worker)
            self._interrupt(worker, now)

    def _interrupt(self, worker: WorkerState, now: float) -> None:
        """Interrupt the worker's current task if its cancel was requested.

        The current task is the last one taken: those before it have ended, and their reports will
        arrive.
        """
        if not worker.sent or worker.state is WorkerStatus.BEING_KILLED:
            return
        seq = next(reversed(worker.sent))
        task = worker.sent[seq]
        if not task.cancel_requested:
            return
        if task.record.state.is_overdue and not task.where:
            self.note_where(task)
        if task.forced:
            self.doom(worker, "SIGKILL at once (force=True)")
        elif worker.target != seq:
            worker.target = seq
            worker.deadline = now + self._grace
            worker.next_interrupt = now + INTERRUPT_RETRY_INTERVAL
            self._worker_control.interrupt(worker.number, seq)

    def note_where(self, task: QueuedTask) -> None:
        """Keep where the task is, before it is stopped."""
        stack = self._stacks.now(task)
        if stack is not None:
            task.where = f"it was in {brief(stack)}"
            self._reporter.keep_stack(task, stack)

    def tick(self, worker: WorkerState, now: float) -> None:
        """Interrupt or kill the worker if that is due."""
        if worker.deadline is not None and now >= worker.deadline:
            task = worker.sent.get(worker.target)
            if task is None:
                end_interrupt(worker)
            else:
                self.note_where(task)
                detail = f"SIGKILL after a grace period of {self._grace:g} s"
                self.doom(worker, f"{detail}; {task.where}" if task.where else detail)
        elif worker.next_interrupt is not None and now >= worker.next_interrupt:
            worker.next_interrupt = now + INTERRUPT_RETRY_INTERVAL
            self._worker_control.interrupt(worker.number, worker.target)

    def doom(self, worker: WorkerState, detail: str) -> None:
        """Kill a worker and replace it; *detail* is why."""
        self._dispatcher.take_back(worker)
        worker.detail = detail
        self._worker_control.kill(worker.number)
        self.replace(worker)

    def kill_over_memory(self, worker: WorkerState, task: QueuedTask) -> None:
        """Kill a worker because its task uses too much memory; `task.excess` has the cause."""
        self.note_where(task)
        if task.where:
            task.excess = f"{task.excess}; {task.where}"
        self.doom(worker, task.excess)

    def replace(self, worker: WorkerState) -> None:
        """Give the worker no more tasks, and start another in its place: it ends, or is killed."""
        worker.poll_at = worker.note_at = worker.measure_at = None
        end_interrupt(worker)
        self._worker_pool.replace(worker)


def end_interrupt(worker: WorkerState) -> None:
    """The worker's task need not be interrupted any more."""
    worker.target = 0
    worker.deadline = worker.next_interrupt = None
