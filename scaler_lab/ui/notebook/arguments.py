"""A task's arguments, for who asks to see them: reprs, cut, taken in the client's process.

They may be anything, secrets too.  So they are no part of the feed, which others can attach to, nor
of anything that is saved: these two messages are the notebook's own, and the answer is for the page
that asked.
"""

from __future__ import annotations

import inspect
from typing import Any

import msgspec

from scaler_lab.core.messages import Task, TaskId
from scaler_lab.serialization.annotations import signature_of
from scaler_lab.ui.notebook.short_repr import short_repr

MAX_REPR_LENGTH = 80  # characters
MAX_ARGUMENTS = 50


class ArgumentsRequest(msgspec.Struct, array_like=True, tag="arguments", frozen=True):
    """What was this task called with?  `ArgumentsResponse` comes with the same *request*."""

    request: int
    task_id: TaskId


class ArgumentsResponse(msgspec.Struct, array_like=True, tag="arguments-of", frozen=True):
    """Names and reprs, in order; *trouble* says why there are none to be had."""

    request: int
    task_id: TaskId
    arguments: list[tuple[str, str]]
    trouble: str = ""


def arguments_of(call: Task) -> list[tuple[str, str]]:
    """Each argument's name, where its function tells it, and its repr.  Runs the values' code."""
    names = _positional_names(call)
    found = [
        (names[n] if n < len(names) else f"[{n}]", short_repr(value, MAX_REPR_LENGTH))
        for n, value in enumerate(call.args[:MAX_ARGUMENTS])
    ]
    for name, value in list(call.kwargs.items())[: MAX_ARGUMENTS - len(found)]:
        found.append((name, short_repr(value, MAX_REPR_LENGTH)))
    left = len(call.args) + len(call.kwargs) - len(found)
    if left > 0:
        found.append(("…", f"and {left} more"))
    return found


def _positional_names(call: Task) -> list[str]:
    try:
        parameters: list[Any] = list(signature_of(call.function).parameters.values())
    except Exception:  # builtins without one; classes whose own code raises
        return []
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [parameter.name for parameter in parameters if parameter.kind in kinds]
