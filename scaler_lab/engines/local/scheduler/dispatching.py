"""Sends queued tasks to workers, and takes back those that a worker has not taken.

Prefetch: a worker gets several short tasks at once, so that it never waits for the scheduler.
It gets tasks for `PREFETCH_NS` of work, by the running mean of their durations, but at most
`PREFETCH_MAX`.  They stay cancellable, and don't wait behind a task that turns out to be long:
tasks that the worker has not taken after `STUCK_SECONDS` are recalled and sent to other workers.

Owned by the core's thread.
"""

from __future__ import annotations

from typing import Final

from scaler_lab.core.state_machine import Resolution
from scaler_lab.engines.local import protocol, worker_ipc
from scaler_lab.engines.local.scheduler.fair_queue import FairQueue
from scaler_lab.engines.local.scheduler.reporting import TaskReporter
from scaler_lab.engines.local.scheduler.settling import Settler
from scaler_lab.engines.local.scheduler.state import (
    MEASURE_INTERVAL,
    POLL_INTERVAL,
    QueuedTask,
    QueuedTaskStatus,
    WorkerState,
)
from scaler_lab.engines.local.scheduler.worker_actions import WorkerControl
from scaler_lab.engines.local.scheduler.worker_pool import WorkerPool
from scaler_lab.engines.local.worker_ipc import PACKET

PREFETCH_NS: Final = 4_000_000
PREFETCH_MAX: Final = 64
LONG_TASK_NS: Final = 2_000_000  # tasks that take longer on average are not prefetched
MIN_TASK_NS: Final = 40_000  # total time that a worker needs for the shortest task
# So many tasks keep a worker busy for at least one loop turn of the scheduler.
PREFETCH_START: Final = 24
MAX_POLL_INTERVAL: Final = 0.05
STUCK_SECONDS: Final = 0.01


class Dispatcher:
    """Sends queued tasks evenly to the workers; clients take turns."""

    def __init__(
        self,
        worker_control: WorkerControl,
        worker_pool: WorkerPool,
        reporter: TaskReporter,
        settler: Settler,
    ) -> None:
        self.fair_queue = FairQueue()
        self.depth = 1
        """So many tasks a worker has at most."""
        self.most_busy: int | None = None
        """So many workers may have tasks; None means all of them."""
        self._worker_control = worker_control
        self._worker_pool = worker_pool
        self._reporter = reporter
        self._settler = settler
        self._next_seq = 1
        self._mean_ns = float(LONG_TASK_NS)

    @property
    def n_busy(self) -> int:
        """The number of workers that have tasks."""
        return sum(1 for worker in self._worker_pool.active if worker.sent)

    @property
    def is_saturated(self) -> bool:
        """Whether every worker has enough tasks that none waits for a loop turn."""
        active = self._worker_pool.active
        return (
            self.depth > PREFETCH_START
            and bool(active)
            and all(len(worker.sent) > PREFETCH_START for worker in active)
        )

    def dispatch(self, now: float) -> None:
        """Send queued tasks evenly to the workers; clients take turns."""
        if not self.fair_queue:
            return
        active = self._worker_pool.active
        if not active:
            if self._worker_pool.broken and not self._worker_pool.workers:
                self._fail_queued()
            return
        depth = self.depth
        # A worker that is being interrupted gets no tasks: if it has to be killed, that must not
        # kill a task that has just started.
        if self.most_busy is not None:
            depth = 1
        open_workers = [b for b in active if not b.target and not b.is_long and len(b.sent) < depth]
        if self.most_busy is not None:
            open_workers = open_workers[: max(0, self.most_busy - self.n_busy)]
        while open_workers:
            level = min(len(worker.sent) for worker in open_workers)
            for worker in open_workers:
                if len(worker.sent) > level:
                    continue
                task = self.fair_queue.take()
                if task is None:
                    return
                if not self._send(worker, task, now):
                    self.fair_queue.untake(task)
                    open_workers = [b for b in open_workers if b is not worker]
                    break
            else:
                if level + 1 >= depth:
                    open_workers = [b for b in open_workers if len(b.sent) < depth]

    def _send(self, worker: WorkerState, task: QueuedTask, now: float) -> bool:
        seq = self._next_seq
        check = worker_ipc.CHECK_MODULES if task.generation > worker.generation else 0
        if task.blob:
            kind, data = 1 | check, task.blob.encode("ascii")
        else:
            kind, data = check, task.data
        packet = PACKET.pack(seq, task.context, kind, task.memory_limit) + data
        if not self._worker_control.send(worker.number, packet):
            return False
        if check:
            worker.generation = task.generation
        self._next_seq = seq + 1
        task.seq = seq
        task.state = QueuedTaskStatus.SENT
        task.worker = worker
        if not worker.sent:
            worker.poll_at = now + POLL_INTERVAL
            worker.poll_after = POLL_INTERVAL
        worker.sent[seq] = task
        if task.memory_limit and worker.measure_at is None:
            worker.measure_at = now + MEASURE_INTERVAL
        return True

    def requeue(self, task: QueuedTask) -> None:
        """Put a task back at the front of its queue; of several, call it for the last one first."""
        task.state = QueuedTaskStatus.QUEUED
        task.worker = None
        self.fair_queue.put_back(task)

    def take_back(self, worker: WorkerState) -> None:
        """Recall a worker's inbox: confirm the cancelled tasks, requeue the others in order."""
        seqs = self._worker_control.recall(worker.number)
        if seqs:
            worker.generation = 0  # CHECK_MODULES may have been in one of them
        for seq in reversed(seqs):
            task = worker.sent.pop(seq, None)
            if task is None:
                continue
            if task.cancel_requested:
                self._settler.confirm(task, Resolution.NEVER_STARTED)
            else:
                self.requeue(task)

    def learn(self, took_ns: int) -> None:
        """Adapt the depth to the duration of a task that ended."""
        self._mean_ns += 0.2 * (took_ns - self._mean_ns)
        if self._mean_ns >= LONG_TASK_NS:
            self.depth = 1
        else:
            self.depth = min(PREFETCH_MAX, 1 + int(PREFETCH_NS / max(self._mean_ns, MIN_TASK_NS)))

    def poll(self, worker: WorkerState, now: float) -> None:
        """Find out which task a busy worker runs; recall tasks that wait behind a long one."""
        seq, begun_ns = self._worker_control.begun(worker.number)
        task = worker.sent.get(seq)
        if task is None:  # it is between two tasks, or its report is on the way, or it was stopped
            worker.poll_after = min(2 * worker.poll_after, MAX_POLL_INTERVAL)
            worker.poll_at = now + worker.poll_after if worker.sent else None
            return
        worker.poll_after = POLL_INTERVAL
        if not task.started:
            task.started = True
            self._reporter.started(task, worker, begun_ns)
        for_seconds = now - begun_ns * 1e-9
        if for_seconds < STUCK_SECONDS:
            worker.poll_at = now + STUCK_SECONDS - for_seconds
            return
        worker.poll_at = None
        worker.note_at = now
        worker.is_long = True  # it gets no more tasks until it reports
        if len(worker.sent) > 1:
            self.take_back(worker)
            self.dispatch(now)

    def _fail_queued(self) -> None:
        while (task := self.fair_queue.take()) is not None:
            self._settler.settle(task, protocol.Died(task.task_id, 0, self._worker_pool.broken))
