"""The scheduler's pool of workers: which workers exist, and which of them get tasks.

a worker   starting ─> ready ─> being killed ─> gone
                        ├─ active: gets tasks; at most `n_workers`
                        └─ spare: takes the place of an active one that is being killed or gone

The pool always has the wanted number of workers, including the spare.  It spawns a new one as soon
as the kill of another starts, because killing a process tree takes time.  If several workers in a
row end before they have done anything, no more are started until there is a reason to try again.
Pure; owned by the core.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from scaler_lab.engines.local.scheduler.state import WorkerState, WorkerStatus
from scaler_lab.feed import messages

START_FAILURES: Final = 5  # after so many in a row, no more workers are started


class WorkerPool:
    """Starts and replaces workers, and chooses those that get tasks.

    *spawn* starts the worker with the given number, and must not call back before it returns.
    *slots* is the maximum number of workers at once, including those being killed; None means no
    limit.
    """

    def __init__(
        self, spawn: Callable[[int], None], *, n_workers: int, spares: int, slots: int | None
    ) -> None:
        self.workers: dict[int, WorkerState] = {}  # by number; only this class changes it
        self.active: list[WorkerState] = []  # the ready ones that get tasks; the rest are spares
        self.broken = ""
        """The reason if no worker can be started; otherwise ""."""
        self.version = 0
        """Grows when workers start or change their state; tasks don't change it."""
        self._spawn = spawn
        self._n_workers = n_workers
        self._n_wanted = n_workers + spares
        self._slots = slots
        self._next_number = 1
        self._failures = 0  # workers that ended without doing a task since the last one that did

    def fill(self) -> None:
        """Spawn workers until there is the wanted number, including the spare."""
        if self.broken:
            return
        living = sum(1 for b in self.workers.values() if b.state is not WorkerStatus.BEING_KILLED)
        missing = self._n_wanted - living
        if self._slots is not None:  # one slot may still belong to the worker that is just gone
            missing = min(missing, self._slots - 1 - len(self.workers))
        for _ in range(missing):
            number = self._next_number
            self._next_number += 1
            self.workers[number] = WorkerState(number)
            self.version += 1
            self._spawn(number)

    def born(self, worker: WorkerState, pid: int) -> None:
        """Record that the worker has a process."""
        worker.pid = pid
        self.version += 1

    def ready(self, worker: WorkerState) -> None:
        """Record that the worker has started and can take tasks."""
        worker.state = WorkerStatus.READY
        self._pick_active()

    def works(self) -> None:
        """Record that a worker finished a task: workers are able to run, so failures are reset."""
        if self._failures:
            self.try_again()

    def try_again(self) -> None:
        """Reset the count of failures, and start workers again."""
        self._failures = 0
        if self.broken:
            self.broken = ""
            self.fill()

    def replace(self, worker: WorkerState) -> None:
        """Replace a worker that is being killed."""
        worker.state = WorkerStatus.BEING_KILLED
        self._pick_active()
        self.fill()

    def gone(self, worker: WorkerState, cause: str, stacks: str, *, has_worked: bool) -> None:
        """Remove a worker that was reaped or could not be started.

        *cause*, and *stacks* if there are any, describe how it ended.
        """
        del self.workers[worker.number]
        if worker.state is not WorkerStatus.BEING_KILLED and not has_worked:
            self._on_failure(worker, cause, stacks)
        self._pick_active()
        self.fill()

    def rows(self) -> list[messages.WorkerRow]:
        """Return all current workers, for views."""
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
        """Choose the active workers; those that are active stay active.

        If a worker that gets ready later replaced an active one that has a task, more workers than
        `n_workers` would run tasks.
        """
        ready = {n: b for n, b in self.workers.items() if b.state is WorkerStatus.READY}
        kept = [b for b in self.active if ready.pop(b.number, None) is b]
        self.active = [*kept, *ready.values()][: self._n_workers]
        self.version += 1

    def _on_failure(self, worker: WorkerState, cause: str, stacks: str) -> None:
        """Count a worker that ended before it started a task; give up after several in a row.

        Workers that were ready count too: otherwise, if something killed idle workers, new ones
        would be started forever.  The time that each took doesn't matter, because an initializer
        may run into a timeout.
        """
        self._failures += 1
        if self._failures >= START_FAILURES:
            why = worker.start_error or stacks.strip() or f"the process {cause}"
            when = (
                "at start" if worker.state is WorkerStatus.STARTING else "before their first task"
            )
            self.broken = f"workers die {when} ({self._failures} in a row): {why}"
