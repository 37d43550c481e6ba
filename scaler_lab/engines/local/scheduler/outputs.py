"""The output of tasks, for views and for their clients.  Pure; owned by the scheduler's core.

A byte in a worker's pipe is attributed to a task by its position in the stream: a report states how
long the stream was when its task ended (see `worker.output_capture`).  Output of one task is sent
to its client at most ten times a second, and the rest before its final outcome.

The newest mebibyte of a task's output is kept while the task runs, and afterwards until newer
tasks need the space.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from scaler_lab.core.messages import TaskId
from scaler_lab.core.output_buffer import OutputBuffer, OutputEnd

KEPT_BYTES: Final = 64 * 1024 * 1024  # of finished tasks
KEPT_TASKS: Final = 10_000


class Outputs:
    """The output buffers of running tasks and, within limits, of finished ones."""

    def __init__(self) -> None:
        self._buffers: dict[TaskId, OutputBuffer] = {}
        # The sizes of finished tasks' outputs, oldest first
        self._done: OrderedDict[TaskId, int] = OrderedDict()
        self._done_bytes = 0

    def open(self, task_id: TaskId) -> OutputBuffer:
        """Return the buffer of a running task; create it if there is none."""
        buffer = self._buffers.get(task_id)
        if buffer is None:
            buffer = self._buffers[task_id] = OutputBuffer()
        return buffer

    def end(self, task_id: TaskId, limit: int) -> OutputEnd:
        """Return the last *limit* bytes of a task's output as text, and how many came before."""
        buffer = self._buffers.get(task_id)
        if buffer is None:
            return OutputEnd("", 0)
        return buffer.end(limit, is_whole=task_id in self._done)

    def discard(self, task_id: TaskId) -> None:
        """Delete the output of a finished task, which is tried again."""
        if self._buffers.pop(task_id, None) is not None:
            self._done_bytes -= self._done.pop(task_id)

    def close(self, task_id: TaskId) -> None:
        """Mark a task as finished; delete the oldest finished outputs beyond the limits."""
        size = self._buffers[task_id].kept
        self._done[task_id] = size
        self._done_bytes += size
        while self._done_bytes > KEPT_BYTES or len(self._done) > KEPT_TASKS:
            oldest, size = self._done.popitem(last=False)
            self._done_bytes -= size
            del self._buffers[oldest]


class WorkerOutput:
    """The bytes from one worker's pipe that are not attributed to a task yet."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._given = 0  # bytes of the stream that were attributed to a task or dropped

    def take_in(self, data: bytes) -> None:
        """Append the next bytes from the pipe."""
        self._rest += data

    def up_to(self, place: int) -> bytes:
        """Remove and return the bytes before the position *place* of the stream."""
        size = place - self._given
        if size <= 0:
            return b""
        data = bytes(self._rest[:size])
        del self._rest[:size]
        self._given += len(data)
        return data

    def all(self) -> bytes:
        """Remove and return all bytes."""
        return self.up_to(self._given + len(self._rest))
