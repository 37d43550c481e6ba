"""Stops the tasks that have exceeded their memory limits.

This is the second line.  The first one is in the worker (`worker.memory_limit`): the allocation
that would exceed the limit raises `MemoryError` there.  That does not cover child processes, nor
memory that was reserved before it is used.

    a task with a limit was sent ──> every `MEASURE_INTERVAL`, while its worker runs it: what has
    it added?  ──> over `TOLERANCE` times its limit, twice in a row ──> its worker is killed

Nothing is measured while no task has a limit.  Owned by the core's thread.
"""

from __future__ import annotations

from typing import Final

from scaler_lab.core.memory_size import size_text
from scaler_lab.engines.local.scheduler.cancelling import Canceller
from scaler_lab.engines.local.scheduler.state import MEASURE_INTERVAL, WorkerState
from scaler_lab.engines.local.scheduler.worker_actions import WorkerControl

TOLERANCE: Final = 1.1


class MemoryLimits:
    """Measures workers whose tasks have memory limits, and stops tasks that exceed them."""

    def __init__(self, worker_control: WorkerControl, canceller: Canceller) -> None:
        self._worker_control = worker_control
        self._canceller = canceller

    def measure(self, worker: WorkerState, now: float) -> None:
        """Measure what the worker's task has added; stop the task if that is too much."""
        if not any(task.memory_limit for task in worker.sent.values()):
            worker.measure_at = None
            return
        worker.measure_at = now + MEASURE_INTERVAL
        number, control = worker.number, self._worker_control
        seq, _ = control.begun(number)
        task = worker.sent.get(seq)
        if task is None or not task.memory_limit or not control.runs(number, seq):
            return
        most = int(task.memory_limit * TOLERANCE)
        memory = control.memory(number, most)
        if memory is None or memory <= most or not control.runs(number, seq):
            worker.over_limit = 0
        elif worker.over_limit != seq:
            worker.over_limit = seq
        else:
            task.memory_used = memory
            limit = size_text(task.memory_limit)
            task.excess = f"over its memory limit of {limit}: killed with {size_text(memory)}"
            self._canceller.kill_over_memory(worker, task)
