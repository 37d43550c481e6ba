"""What running tasks use now: CPU time, memory and processes.

Only a request causes a measurement; several within `FRESH_SECONDS` share one.  The CPU share is the
difference of two samples.  If a task was not measured during the last seconds, the second sample
follows after `SAMPLE_SECONDS`, and the answer with it.

Pure: samples are taken by the `WorkerControl`, and time is passed in.  Owned by the core's thread.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from scaler_lab.core.live_usage import LiveUsage, OnUsage
from scaler_lab.core.messages import TaskId
from scaler_lab.engines.local.scheduler.state import (
    ClientState,
    QueuedTask,
    QueuedTaskStatus,
    WorkerState,
)
from scaler_lab.engines.local.scheduler.worker_actions import WorkerControl

FRESH_SECONDS: Final = 0.5
SAMPLE_SECONDS: Final = 0.1
MAX_SAMPLE_SECONDS: Final = 3.0  # an older sample precedes a pause without requests


class _Sample(NamedTuple):
    seq: int
    at: float
    cpu_ns: int


class TaskUsages:
    """Answers what the tasks of *workers* use."""

    def __init__(self, worker_control: WorkerControl, workers: Mapping[int, WorkerState]) -> None:
        self._control = worker_control
        self._workers = workers
        self._samples: dict[int, _Sample] = {}  # of each worker, the last one
        self._usages: dict[QueuedTask, LiveUsage] = {}  # as measured last
        self._measured_at = -FRESH_SECONDS
        self._requests: list[tuple[ClientState | None, OnUsage]] = []
        self._due_at: float | None = None  # when to take the second samples

    def request(self, client: ClientState | None, reply: OnUsage, now: float) -> None:
        """Answer what the tasks of *client* use, or of all clients, now or soon."""
        self._requests.append((client, reply))
        if self._due_at is not None:
            return
        if now - self._measured_at >= FRESH_SECONDS:
            self._usages.clear()
            for gone in self._samples.keys() - self._workers.keys():
                del self._samples[gone]
            self._measured_at = now
        if self._measure(now):
            self._answer()
        else:
            self._due_at = now + SAMPLE_SECONDS

    def tick(self, now: float) -> None:
        """Take the second samples, if they are due."""
        if self._due_at is not None and now >= self._due_at:
            self._due_at = None
            self._measure(now)
            self._answer()

    def due_at(self) -> float | None:
        """Return the time when `tick` next has something to do; None for never."""
        return self._due_at

    def _answer(self) -> None:
        requests, self._requests = self._requests, []
        for client, reply in requests:
            reply(self._of(client))

    def _of(self, client: ClientState | None) -> dict[TaskId, LiveUsage]:
        """Return the usages by the ids that views know."""
        return {
            task.record.task_id: usage
            for task, usage in self._usages.items()
            if task.state is QueuedTaskStatus.SENT and client in (None, task.client)
        }

    def _measure(self, now: float) -> bool:
        """Measure the running tasks that were not; return whether all CPU shares are known."""
        is_complete = True
        for number, worker in self._workers.items():
            seq, _ = self._control.begun(number) if worker.sent else (0, 0)
            task = worker.sent.get(seq)
            if task is None or not self._control.runs(number, seq):
                continue
            known = self._usages.get(task)
            if known is not None and known.cpu_percent is not None:
                continue
            if (found := self._control.usage(number)) is None:
                continue
            last = self._samples.get(number)
            self._samples[number] = _Sample(seq, now, found.cpu_ns)
            cpu = None
            if last is not None and last.seq == seq and 0 < now - last.at <= MAX_SAMPLE_SECONDS:
                cpu = max(0, found.cpu_ns - last.cpu_ns) / (now - last.at) / 1e7
            is_complete = is_complete and cpu is not None
            self._usages[task] = LiveUsage(cpu, found.memory, found.children)
        return is_complete
