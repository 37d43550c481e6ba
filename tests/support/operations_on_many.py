"""Operations on n tasks, and a count of the work they take.

`OPERATIONS` has a function for each: called with n, it prepares n tasks and returns what to count.
`client_operations` and `scheduler_operations` enter theirs.
"""

from __future__ import annotations

import itertools
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from scaler_lab.core.messages import TaskId

Prepare = Callable[[int], Callable[[], object]]

OPERATIONS: dict[str, Prepare] = {}


def operation(name: str) -> Callable[[Prepare], Prepare]:
    """Enter a function that prepares an operation on n tasks."""

    def enter(prepare: Prepare) -> Prepare:
        OPERATIONS[name] = prepare
        return prepare

    return enter


def lines_run(call: Callable[[], object]) -> int:
    """Return how many lines of Python *call* runs.

    It is called in a thread of its own: `Uninterrupted` then makes all changes in that thread.
    """
    tally = itertools.count()
    errors: list[BaseException] = []

    def trace(frame: FrameType, event: str, argument: Any) -> Callable[..., Any]:
        del frame, argument
        if event == "line":
            next(tally)
        return trace

    def run() -> None:
        sys.settrace(trace)
        try:
            call()
        except BaseException as error:
            errors.append(error)
        finally:
            sys.settrace(None)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return next(tally)


def ids(n: int) -> list[TaskId]:
    """Return n task ids."""
    return [TaskId(f"{number:032x}") for number in range(n)]
