"""Tasks that submit tasks to the engine they run on: prevents a deadlock.

A task that waits for a task of its own engine occupies a worker while it waits.  If every worker
is occupied like this, nothing can run, and all of them wait forever.  So the last one is refused:
each worker process with open tasks on its own engine creates a file in the engine's folder, and
its `submit` raises an error if there are as many such processes as workers.

    worker 1: task A  ──submits a──>  nested-PID1-ID     one of two workers: accepted
    worker 2: task B  ──submits b──>  nested-PID2-ID     two of two: b is refused, B can fail,
                                                         then a runs in its place
Whether a task really waits can't be known.  A task that submits and doesn't wait counts too, until
its tasks are done or its client ends.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

from scaler_lab.core.messages import EngineGone, Event, TaskCancelConfirm, TaskId, TaskResult
from scaler_lab.engines.base import Emit
from scaler_lab.errors import FeatureMissing

_PREFIX = "nested-"


class NestedTasks:
    """The open tasks of a client that was created in a task, on the engine of that task.

    *folder* is the engine's folder; *label* names the engine in errors.  Thread-safe.
    """

    def __init__(self, folder: Path, client: str, n_workers: int, label: str) -> None:
        self._folder = folder
        self._mark = folder / f"{_PREFIX}{os.getpid()}-{client}"
        self._n_workers = n_workers
        self._label = label
        self._lock = threading.Lock()
        self._open: set[TaskId] = set()  # guarded by _lock

    def add(self, task_ids: Iterable[TaskId]) -> None:
        """Record tasks that are about to be submitted.

        Raises `FeatureMissing` if no worker would be left to run them.
        """
        with self._lock:
            self._mark.touch()  # before counting: if two do this at once, one counts both
            if len(self._holders()) >= self._n_workers:
                if not self._open:
                    self._unmark()
                raise FeatureMissing(self._refusal())
            self._open.update(task_ids)

    def remove(self, task_ids: Iterable[TaskId]) -> None:
        """Forget tasks that are done or were not submitted."""
        with self._lock:
            if self._open:
                self._open.difference_update(task_ids)
                if not self._open:
                    self._unmark()

    def close(self) -> None:
        """Forget all tasks, because the client ends."""
        with self._lock:
            self._open.clear()
            self._unmark()

    def following(self, emit: Emit) -> Emit:
        """Wrap *emit*: forget finished tasks before passing the events on."""

        def emit_and_note(events: Sequence[Event]) -> None:
            if any(isinstance(event, EngineGone) for event in events):
                self.close()
            self.remove(
                [e.task_id for e in events if isinstance(e, TaskResult | TaskCancelConfirm)]
            )
            emit(events)

        return emit_and_note

    def _holders(self) -> set[int]:
        """Return the pids of workers whose task has open tasks on this engine."""
        holders: set[int] = set()
        for name in os.listdir(self._folder):
            if name.startswith(_PREFIX):
                pid = int(name.removeprefix(_PREFIX).partition("-")[0])
                if _is_alive(pid):
                    holders.add(pid)
                else:  # the worker was killed
                    (self._folder / name).unlink(missing_ok=True)
        return holders

    def _unmark(self) -> None:
        with contextlib.suppress(OSError):  # the folder is removed with its engine
            self._mark.unlink(missing_ok=True)

    def _refusal(self) -> str:
        n = self._n_workers
        workers = (
            "its only worker runs this task"
            if n == 1
            else f"all {n} workers run tasks that have open tasks of their own on it"
        )
        return (
            f"a task can't submit to {self._label}, on which it runs, at this moment: {workers}, "
            "so no worker would be left if they wait for those tasks. Submit the tasks from the "
            "program (a task may take the futures of others as arguments), give the engine more "
            "workers, or create an engine in the task: Client(n_workers=1)"
        )


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
