"""Requests to the scheduler, until its answers arrive: where a task is, what tasks use."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Replies(Generic[T]):
    """Passes each answer to the function that waits for it.  Any thread may use it."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._waiting: dict[int, tuple[Callable[[T], None], Callable[[str], T]]] = {}

    def expect(self, reply: Callable[[T], None], lost: Callable[[str], T]) -> int:
        """Return the number for a new request.

        Args:
            reply: Gets the answer.
            lost: Returns the answer if the engine is gone; it gets the reason.
        """
        number = next(self._numbers)
        self._waiting[number] = reply, lost
        return number

    def deliver(self, number: int, answer: T) -> None:
        """Pass an answer on."""
        waiting = self._waiting.pop(number, None)
        if waiting is not None:
            waiting[0](answer)

    def lose(self, reason: str) -> None:
        """Answer all requests: the engine is gone."""
        for number in list(self._waiting):
            if (waiting := self._waiting.pop(number, None)) is not None:
                reply, lost = waiting
                reply(lost(reason))
