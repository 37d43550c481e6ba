"""What tasks wrote, for windows and for their clients.  Pure; owned by the scheduler's core.

The pipes' bytes become tasks' bytes by their place in the stream: a report says how far the stream
went when its task ended (see `worker.output_capture`).  What a client has not been told is told at
most ten times a second of one task, and the rest before its verdict.

A task's newest mebibyte is kept while it runs, and after that as long as there is room.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from scaler_lab.core.messages import TaskId
from scaler_lab.core.output_buffer import OutputBuffer, OutputEnd

KEPT_BYTES: Final = 64 * 1024 * 1024  # of tasks that are done
KEPT_TASKS: Final = 10_000


class Outputs:
    """See the module."""

    def __init__(self) -> None:
        self._buffers: dict[TaskId, OutputBuffer] = {}
        self._done: OrderedDict[TaskId, int] = OrderedDict()  # its size, oldest first
        self._done_bytes = 0

    def open(self, task_id: TaskId) -> OutputBuffer:
        """The ring of a task that runs, new or old."""
        buffer = self._buffers.get(task_id)
        if buffer is None:
            buffer = self._buffers[task_id] = OutputBuffer()
        return buffer

    def end(self, task_id: TaskId, limit: int) -> OutputEnd:
        """The last *limit* bytes of what a task wrote, as text; how many bytes came before."""
        buffer = self._buffers.get(task_id)
        if buffer is None:
            return OutputEnd("", 0)
        return buffer.end(limit, is_whole=task_id in self._done)

    def close(self, task_id: TaskId) -> None:
        """A task that wrote something is done; the oldest of those done make room."""
        size = self._buffers[task_id].kept
        self._done[task_id] = size
        self._done_bytes += size
        while self._done_bytes > KEPT_BYTES or len(self._done) > KEPT_TASKS:
            oldest, size = self._done.popitem(last=False)
            self._done_bytes -= size
            del self._buffers[oldest]


class WorkerOutput:
    """What came out of one worker's pipe, and is no task's yet."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._given = 0  # bytes of the stream that were given to tasks, or to nobody

    def take_in(self, data: bytes) -> None:
        """The next bytes."""
        self._rest += data

    def up_to(self, place: int) -> bytes:
        """Those before *place* that nobody has yet."""
        size = place - self._given
        if size <= 0:
            return b""
        data = bytes(self._rest[:size])
        del self._rest[:size]
        self._given += len(data)
        return data

    def all(self) -> bytes:
        """All that nobody has yet."""
        return self.up_to(self._given + len(self._rest))
