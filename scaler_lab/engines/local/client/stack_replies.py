"""The requests where tasks are, until the scheduler's answers arrive."""

from __future__ import annotations

import itertools

from scaler_lab.core.messages import TaskId
from scaler_lab.core.stack import UNKNOWN, OnStack, TaskStack
from scaler_lab.engines.local import protocol


class StackReplies:
    """Passes each answer to the function that waits for it.  Any thread may use it."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._waiting: dict[int, tuple[TaskId, OnStack]] = {}

    def request(
        self, task_id: TaskId, reply: OnStack, *, at_once: bool = False
    ) -> protocol.StackRequest:
        """Return the request to send; *reply* gets the answer."""
        number = next(self._numbers)
        self._waiting[number] = task_id, reply
        return protocol.StackRequest(number, task_id, at_once)

    def deliver(self, message: protocol.StackReply) -> None:
        """Pass an answer on."""
        waiting = self._waiting.pop(message.number, None)
        if waiting is not None:
            waiting[1](message.stack)

    def lose(self, reason: str) -> None:
        """Answer all requests: the engine is gone."""
        for number in list(self._waiting):
            if (waiting := self._waiting.pop(number, None)) is not None:
                task_id, reply = waiting
                reply(TaskStack(task_id, UNKNOWN, problem=reason))
