"""The scheduler's staff: which workers there are, and which of them get tasks.

Bench   starting ─> ready ─> doomed (being killed) ─> gone
                     ├─ active: gets tasks; at most `n_workers`
                     └─ spare: has a place at once when an active one is doomed or gone

There are always as many as wanted, with the spare; a new one is spawned as soon as one is doomed,
for to kill a tree takes its time.  Where worker after worker ends before it has done anything, no
more are started, until there is a reason to try again.  Pure; owned by the core.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from scaler_lab.engines.local.scheduler.state import WorkerState, WorkerStatus
from scaler_lab.feed import messages

START_FAILURES: Final = 5  # one after the other, and no more workers are started


class WorkerPool:
    """See the module.

    *spawn* starts a worker of that number, and tells nobody before it returns.  *slots*: how many
    there can be at once, with those being killed; None for any number.
    """

    def __init__(
        self, spawn: Callable[[int], None], *, n_workers: int, spares: int, slots: int | None
    ) -> None:
        self.workers: dict[int, WorkerState] = {}  # by number; changed here only
        self.active: list[WorkerState] = []  # the ready ones that get tasks; the rest are spares
        self.broken = ""
        """Why no worker can be started, where that is so."""
        self.version = 0
        """Grows with each change of who there is; what they do is told by their tasks."""
        self._spawn = spawn
        self._n_workers = n_workers
        self._n_wanted = n_workers + spares
        self._slots = slots
        self._next_number = 1
        self._failures = 0  # workers that ended before they did a task, since one did

    def fill(self) -> None:
        """Have as many workers as wanted, with the spare."""
        if self.broken:
            return
        living = sum(1 for b in self.workers.values() if b.state is not WorkerStatus.BEING_KILLED)
        missing = self._n_wanted - living
        if self._slots is not None:  # one may be in use still, by the worker that is just gone
            missing = min(missing, self._slots - 1 - len(self.workers))
        for _ in range(missing):
            number = self._next_number
            self._next_number += 1
            self.workers[number] = WorkerState(number)
            self.version += 1
            self._spawn(number)

    def born(self, worker: WorkerState, pid: int) -> None:
        """It has a process."""
        worker.pid = pid
        self.version += 1

    def ready(self, worker: WorkerState) -> None:
        """It has started."""
        worker.state = WorkerStatus.READY
        self._pick_active()

    def works(self) -> None:
        """A worker has done a task, so others may."""
        if self._failures:
            self.try_again()

    def try_again(self) -> None:
        """Start workers again, for as many times as before."""
        self._failures = 0
        if self.broken:
            self.broken = ""
            self.fill()

    def replace(self, worker: WorkerState) -> None:
        """It is being killed: another has its place."""
        worker.state = WorkerStatus.BEING_KILLED
        self._pick_active()
        self.fill()

    def gone(self, worker: WorkerState, cause: str, stacks: str, *, has_worked: bool) -> None:
        """It is reaped, or could not be started: *cause*, and its stacks if any, say how."""
        del self.workers[worker.number]
        if worker.state is not WorkerStatus.BEING_KILLED and not has_worked:
            self._on_failure(worker, cause, stacks)
        self._pick_active()
        self.fill()

    def rows(self) -> list[messages.WorkerRow]:
        """All of them now, for windows."""
        return [
            messages.WorkerRow(
                worker.name,
                worker.pid,
                self._state_of(worker),
                next((task.task_id for task in worker.sent.values() if task.started), None),
                worker.tasks_done,
            )
            for worker in self.workers.values()
        ]

    def _state_of(self, worker: WorkerState) -> str:
        if worker.state is WorkerStatus.STARTING:
            return "starting"
        if worker.state is WorkerStatus.BEING_KILLED:
            return "being killed"
        if worker not in self.active:
            return "spare"
        return "busy" if worker.sent else "idle"

    def _pick_active(self) -> None:
        """Those that get tasks keep their place: a worker that is ready late must not push one out
        which has a task, or there would be one more at work than there should be.
        """
        ready = {n: b for n, b in self.workers.items() if b.state is WorkerStatus.READY}
        kept = [b for b in self.active if ready.pop(b.number, None) is b]
        self.active = [*kept, *ready.values()][: self._n_workers]
        self.version += 1

    def _on_failure(self, worker: WorkerState, cause: str, stacks: str) -> None:
        """A worker ended before it had begun a task.  Give up after some, one after the other.

        Also where they were ready before they ended, or something that kills idle workers would
        have new ones started for ever.  However long each took: an initializer may run into a
        time-out.
        """
        self._failures += 1
        if self._failures >= START_FAILURES:
            why = worker.start_error or stacks.strip() or f"the process {cause}"
            when = (
                "at start" if worker.state is WorkerStatus.STARTING else "before their first task"
            )
            self.broken = f"workers die {when} ({self._failures} in a row): {why}"
