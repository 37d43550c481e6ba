"""A task's arguments, sent on request: their reprs, cut, made in the client's process.

Arguments may be anything, including secrets.  So they are not part of the feed, which other
processes can subscribe to, nor of anything that is saved.  These two messages are used only by the
notebook, and the response is sent only to the page that requested it.
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
    """Requests a task's arguments.  The `ArgumentsResponse` has the same *request*."""

    request: int
    task_id: TaskId


class ArgumentsResponse(msgspec.Struct, array_like=True, tag="arguments-of", frozen=True):
    """A task's arguments: names and reprs, in order.  *trouble* says why there are none."""

    request: int
    task_id: TaskId
    arguments: list[tuple[str, str]]
    trouble: str = ""


def arguments_of(call: Task) -> list[tuple[str, str]]:
    """Return each argument's name, if its function's signature has one, and its repr.

    This runs code of the arguments' classes.
    """
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
    except Exception:  # builtins without a signature; classes whose own code raises
        return []
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [parameter.name for parameter in parameters if parameter.kind in kinds]
