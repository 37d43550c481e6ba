"""Keeps a part of the machine's memory free, if the engine has a reserve.

    free memory                        what happens
    at least twice the reserve         tasks start
    less                               no task starts while others run, and queued rows show it
    less than the reserve, twice in    the task that has added most is killed, unless what it added
      a row                            is less than a tenth of the reserve

Free memory is that of the machine or of the container, whichever is lower.  It is read only while
there are tasks.  If nothing of the engine runs, one task may start as long as the reserve is free.

Pure: memory is measured by the `WorkerControl`, and time is passed in.  Owned by the core's thread.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Mapping
from typing import Final

from scaler_lab.core.memory_size import size_text
from scaler_lab.engines.local.scheduler.cancelling import Canceller
from scaler_lab.engines.local.scheduler.dispatching import Dispatcher
from scaler_lab.engines.local.scheduler.reporting import TaskReporter
from scaler_lab.engines.local.scheduler.state import (
    ClientState,
    QueuedTask,
    QueuedTaskStatus,
    WorkerState,
    WorkerStatus,
)
from scaler_lab.engines.local.scheduler.worker_actions import WorkerControl

CHECK_INTERVAL: Final = 0.1
MARGIN: Final = 2  # times the reserve must be free for a task to start
LEAST: Final = 10  # what a task must have added to be killed: the reserve divided by that
MAX_ROWS: Final = 1_000  # of each client, that say why they wait


class MemoryReserve:
    """Holds back and stops tasks while memory is low.  *reserve* is in bytes; 0 means never."""

    def __init__(
        self,
        worker_control: WorkerControl,
        workers: Mapping[int, WorkerState],
        dispatcher: Dispatcher,
        canceller: Canceller,
        reporter: TaskReporter,
        *,
        reserve: int,
    ) -> None:
        self._control = worker_control
        self._workers = workers
        self._dispatcher = dispatcher
        self._canceller = canceller
        self._reporter = reporter
        self._reserve = reserve
        self._checked_at = -CHECK_INTERVAL
        self._suspect: QueuedTask | None = None  # the largest task, if too little was free

    def due_at(self) -> float | None:
        """Return the time when `tick` next has something to do; None for never."""
        if not self._reserve or not (self._dispatcher.fair_queue or self._dispatcher.n_busy):
            return None
        return self._checked_at + CHECK_INTERVAL

    def tick(self, clients: Mapping[str, ClientState], now: float) -> None:
        """Read how much memory is free, and do what follows, if that is due."""
        due_at = self.due_at()
        if due_at is None or now < due_at:
            return
        self._checked_at = now
        free = self._control.free_memory()
        if free is None:
            return
        if free >= MARGIN * self._reserve:
            if self._dispatcher.most_busy is not None:
                self._dispatcher.most_busy = None
                self._note(clients, "")
        else:
            if self._dispatcher.most_busy is None:
                for worker in self._workers.values():
                    self._dispatcher.take_back(worker)
            self._dispatcher.most_busy = 1 if free >= self._reserve else 0
            reason = f"memory is low, and {size_text(self._reserve)} of it is the reserve"
            self._note(clients, reason)
        if free < self._reserve:
            self._stop_largest(free)
        else:
            self._suspect = None

    def _note(self, clients: Mapping[str, ClientState], reason: str) -> None:
        """Show in the rows of queued tasks why they wait; most of them already show it."""
        for client in clients.values():
            for task in itertools.islice(client.tasks.values(), MAX_ROWS):
                if task.state is QueuedTaskStatus.QUEUED:
                    self._reporter.held_back(task, reason)

    def _stop_largest(self, free: int) -> None:
        """Kill the task that has added most, if it was that at the last check too."""
        if any(worker.state is WorkerStatus.BEING_KILLED for worker in self._workers.values()):
            return  # its memory will be free soon
        largest: tuple[int, WorkerState, QueuedTask] | None = None
        for number, worker in self._workers.items():
            seq, _ = self._control.begun(number) if worker.sent else (0, 0)
            task = worker.sent.get(seq)
            if task is None or not self._control.runs(number, seq):
                continue
            memory = self._control.memory(number, sys.maxsize) or 0
            if largest is None or memory > largest[0]:
                largest = memory, worker, task
        if largest is None or largest[0] < self._reserve // LEAST:
            self._suspect = None
            return
        memory, worker, task = largest
        if task is not self._suspect:
            self._suspect = task
            return
        self._suspect = None
        task.memory_used = memory
        task.excess = (
            f"stopped because memory ran low: {size_text(free)} of memory was free, and "
            f"{size_text(self._reserve)} is the reserve; it had added {size_text(memory)}"
        )
        self._canceller.kill_over_memory(worker, task)
