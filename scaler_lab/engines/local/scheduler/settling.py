"""Settles tasks: every task of the scheduler ends here, once.  Owned by the core's thread."""

from __future__ import annotations

from scaler_lab.core.messages import Usage
from scaler_lab.core.state_machine import Resolution
from scaler_lab.engines.local import protocol
from scaler_lab.engines.local.scheduler.reporting import TaskReporter
from scaler_lab.engines.local.scheduler.state import QueuedTask, QueuedTaskStatus
from scaler_lab.engines.local.scheduler.worker_actions import WorkerControl


class Settler:
    """Sends the final outcomes of tasks to their clients, and frees what the tasks held."""

    def __init__(self, worker_control: WorkerControl, reporter: TaskReporter) -> None:
        self._worker_control = worker_control
        self._reporter = reporter

    def confirm(
        self,
        task: QueuedTask,
        resolution: Resolution,
        *,
        worker: int = 0,
        ended_ns: int = 0,
        detail: str = "",
        usage: Usage | None = None,
    ) -> None:
        """Settle a task whose cancel is done."""
        self.settle(
            task, protocol.Confirm(task.task_id, resolution, worker, ended_ns, detail, usage)
        )

    def settle(self, task: QueuedTask, message: protocol.Up) -> None:
        """Send a task's final outcome, unless it has one, and free what it held."""
        if task.state is QueuedTaskStatus.SETTLED:
            return
        task.state = QueuedTaskStatus.SETTLED
        message = self._reporter.responded(task, message)
        task.worker = None
        task.data = b""
        client = task.client
        del client.tasks[task.task_id]
        client.attempts.pop(task.record.task_id, None)
        if task.group is not None and (members := client.groups.get(task.group)) is not None:
            members.pop(task.task_id, None)
            if not members:
                del client.groups[task.group]
        if task.blob:
            self._worker_control.remove_blob(task.blob)
        if not client.is_gone:
            client.outbox.append(message)
