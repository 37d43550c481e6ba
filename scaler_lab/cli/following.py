"""``show --follow``: a task's output as it comes, and how the task ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scaler_lab.core.output_buffer import OUTPUT_BUFFER_BYTES
from scaler_lab.core.task_record import TaskInfo

if TYPE_CHECKING:
    from collections.abc import Callable

    from scaler_lab.feed.connection import FeedConnection
    from scaler_lab.feed.messages import Details

ANSWER_TIMEOUT = 30.0
MAX_TRIES = 10  # to read up to the end of what a task writes all the time


class OutputFollower:
    """Reads the output of one task, each part once.

    Args:
        feed: The engine's feed.
        row: The task.
    """

    def __init__(self, feed: FeedConnection, row: TaskInfo) -> None:
        self._feed = feed
        self.row = row
        self._seen = 0  # bytes
        self._attempt: int = row.attempt

    @property
    def is_over(self) -> bool:
        """Whether the task or its engine has ended, so that nothing more comes."""
        return self.row.status.is_done or self._feed.mirror.ended is not None

    @property
    def has_more(self) -> bool:
        """Whether the task has written something that was not read yet."""
        return self.row.output_bytes > self._seen or self.row.attempt != self._attempt

    def wait(self, timeout: float) -> None:
        """Wait for news, at most *timeout* seconds."""
        self._feed.wait(timeout)
        self.row = self._feed.mirror.rows.get(self.row.task_id, self.row)

    def read(self) -> str:
        """Return what the task has written since the last call.

        Bytes that were lost because the engine keeps only the end are named in brackets.
        """
        if self.row.attempt != self._attempt:  # its output is counted from 0
            self._seen = 0
            self._attempt = self.row.attempt
        seen, gap, output = self._seen, 0, ""
        for _ in range(MAX_TRIES):
            details = self.details(min(self.row.output_bytes - seen, OUTPUT_BUFFER_BYTES))
            if details is None:
                return ""
            gap, output = details.output_before - seen, details.output
            if gap <= 0 or self.row.output_bytes - seen > OUTPUT_BUFFER_BYTES:
                break  # else the task has written more since the row: request that too
        self._seen = self.row.output_bytes
        text = output.replace("\r\n", "\n").replace("\r", "\n")
        return (f"[{gap:,} bytes are left out]\n" if gap > 0 else "") + text

    def details(self, output_bytes: int = 0) -> Details | None:
        """Return the task's details; None if the engine does not answer."""
        feed = self._feed
        request = feed.request_details(self.row.task_id, output_bytes, at_once=True)
        if not feed.wait_for(lambda: request in feed.mirror.details, ANSWER_TIMEOUT):
            return None
        details = feed.mirror.details.pop(request)
        self.row = details.row or self.row
        return details


def follow(follower: OutputFollower, write: Callable[[str], None]) -> None:
    """Write the task's output as it comes, until the task or its engine ends."""
    while True:
        is_over = follower.is_over  # before the last part is read
        if follower.has_more:
            write(follower.read())
        if is_over and not follower.has_more:
            return
        if not is_over:
            follower.wait(1.0)
