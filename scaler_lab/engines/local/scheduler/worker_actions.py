"""The actions by which the core controls workers: the interface between it and the processes.

`worker_control.ProcessWorkerControl` implements it with sockets and signals, and the simulation in
virtual time.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from scaler_lab.core.messages import Progress
from scaler_lab.engines.local.scheduler.stack_reader import Look


class WorkerUsage(NamedTuple):
    """What a worker and the processes of its task use.

    Attributes:
        cpu_ns: The CPU time that they have used, since the start of the worker.
        memory: The bytes that its task has added; None if that isn't known.
        children: The number of processes.
    """

    cpu_ns: int
    memory: int | None
    children: int


class WorkerControl(Protocol):
    """The actions by which the core controls workers.  None of them waits."""

    def send(self, worker_number: int, packet: bytes) -> bool:
        """Put one packet into a worker's inbox; False if the inbox is full or closed."""
        ...

    def recall(self, worker_number: int) -> list[int]:
        """Take back the tasks that the worker has not taken; return their seqs, in order."""
        ...

    def begun(self, worker_number: int) -> tuple[int, int]:
        """Return (seq of the task that started last, its start time in ns)."""
        ...

    def interrupt(self, worker_number: int, seq: int) -> None:
        """Make the worker raise an exception in task *seq*."""
        ...

    def progress(self, worker_number: int) -> tuple[int, Progress] | None:
        """Return (seq of the reporting task, its progress); None if no progress is reported."""
        ...

    def runs(self, worker_number: int, seq: int) -> bool:
        """Return whether the worker runs task *seq* now."""
        ...

    def look(self, pid: int) -> Look:
        """Return what the worker with this process id does now."""
        ...

    def memory(self, worker_number: int, enough: int) -> int | None:
        """Return the bytes that the worker's task has added, with its child processes.

        None if that can't be measured.  An estimate that is too high may be returned unless it is
        more than *enough*.
        """
        ...

    def free_memory(self) -> int | None:
        """Return how much memory of the machine is free, in bytes; None if that isn't known."""
        ...

    def usage(self, worker_number: int) -> WorkerUsage | None:
        """Return what the worker and the processes of its task use; None if that isn't known."""
        ...

    def kill(self, worker_number: int) -> None:
        """Kill the worker and its descendants; `SchedulerCore.on_gone` follows."""
        ...

    def spawn(self, worker_number: int) -> None:
        """Start a worker; `on_report` with READY follows, or `on_gone`."""
        ...

    def remove_blob(self, name: str) -> None:
        """Remove a payload's file if it exists."""
        ...
