"""A task's arguments, sent on request: their reprs, cut, made in the client's process.

Arguments may be anything, including secrets.  So they are not part of the feed, which other
processes can subscribe to, nor of anything that is saved.  These messages are used only by the
notebook, and the response is sent only to the page that requested it.

A `Glimpse` is what a row shows beyond the feed, for the rows that a person sees: the arguments and
the result in a few words, and the last line of output.  The value of a parameter with a
secret's name (``password``, ``api_key``, ``token``) is not shown there.
"""

from __future__ import annotations

import inspect
import re
from typing import Any

import msgspec

from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.messages import Task, TaskId
from scaler_lab.core.state_machine import Status
from scaler_lab.serialization.annotations import signature_of
from scaler_lab.ui.notebook.short_repr import short_repr

MAX_REPR_LENGTH = 80  # characters
MAX_ARGUMENTS = 50
MAX_GLIMPSES = 200  # tasks in one request
_GLIMPSE_LENGTH = 24  # characters of one argument
_MAX_GLIMPSED = 6  # arguments
_RESULT_LENGTH = 120
_OUTPUT_BYTES = 400
_SMALL_RESULT_BYTES = 16 * 1024  # a larger one is not unpickled for a row
_DETAILED_RESULT_BYTES = 1024 * 1024  # a larger one is not unpickled for the details
_DETAIL_LENGTH = 4000
_HEAD_ROWS = 10
_SECRET = re.compile(r"passw|secret|token|api_?key|credential", re.IGNORECASE)


class ArgumentsRequest(msgspec.Struct, array_like=True, tag="arguments", frozen=True):
    """Requests a task's arguments.  The `ArgumentsResponse` has the same *request*."""

    request: int
    task_id: TaskId


class ResultText(msgspec.Struct, array_like=True, frozen=True):
    """A task's result as text: its type, its size if known, its repr or the head of a table."""

    type: str
    n_bytes: int | None
    text: str


class ArgumentsResponse(msgspec.Struct, array_like=True, tag="arguments-of", frozen=True):
    """A task's arguments: names and reprs, in order.  *trouble* is the reason if there are none.

    *result* is None if there is none, or if it is large.
    """

    request: int
    task_id: TaskId
    arguments: list[tuple[str, str]]
    trouble: str = ""
    result: ResultText | None = None


class GlimpsesRequest(msgspec.Struct, array_like=True, tag="glimpses", frozen=True):
    """Requests what the rows of these tasks show beyond the feed."""

    request: int
    task_ids: list[TaskId]


class Glimpse(msgspec.Struct, array_like=True, frozen=True):
    """One task's arguments, result and last line of output, in a few words; empty if unknown."""

    task_id: TaskId
    arguments: str
    result: str
    line: str


class GlimpsesResponse(msgspec.Struct, array_like=True, tag="glimpses-of", frozen=True):
    """The glimpses of the requested tasks."""

    request: int
    glimpses: list[Glimpse]


def glimpse_of(future: ScalerFuture[Any]) -> Glimpse:
    """Return what a row shows of *future* beyond the feed.

    This runs code of the classes of the arguments and of a small result.
    """
    call = future.call
    text, _ = future.output_end(_OUTPUT_BYTES)
    lines = [line for line in re.split(r"[\r\n]+", text) if line.strip()]
    return Glimpse(
        future.task_id,
        "" if call is None else in_a_few_words(call),
        _small_result(future),
        lines[-1].strip() if lines else "",
    )


def result_of(future: ScalerFuture[Any]) -> ResultText | None:
    """Return the result of *future* as text; None if it has none, or it is large.

    This may unpickle the result, and runs code of its class.
    """
    if future.status is not Status.SUCCEEDED:
        return None
    size = future.profile.bytes_out
    if size is None or size > _DETAILED_RESULT_BYTES:
        return None
    try:
        value = future.result(0)
    except Exception as error:
        return ResultText("unreadable", size, f"{type(error).__name__}: {error}"[:_DETAIL_LENGTH])
    return ResultText(type(value).__name__, size, _head_of_table(value) or _detail(value))


def _detail(value: Any) -> str:
    return short_repr(value, _DETAIL_LENGTH)


def _head_of_table(value: Any) -> str:
    """Return the first rows of a pandas object or the like; empty if *value* is something else."""
    if not (hasattr(value, "head") and hasattr(value, "to_string") and hasattr(value, "shape")):
        return ""
    try:
        shape = " x ".join(map(str, value.shape))
        return f"{value.head(_HEAD_ROWS).to_string()}\n\n[{shape}]"[:_DETAIL_LENGTH]
    except Exception:  # its own code; the repr is shown instead
        return ""


def in_a_few_words(call: Task) -> str:
    """Return a call's arguments; the value of a parameter with a secret's name is not shown.

    This runs code of the arguments' classes.
    """
    names = _positional_names(call)
    parts: list[str] = []
    for n, value in enumerate(call.args):
        name = names[n] if n < len(names) else ""
        parts.append(_named(name, value, len(call.args) > 1))
    parts += [_named(name, value, True) for name, value in call.kwargs.items()]
    shown = parts[:_MAX_GLIMPSED]
    return ", ".join(shown + ["…"] * (len(parts) > len(shown)))


def _named(name: str, value: Any, is_named: bool) -> str:
    text = "•••" if _SECRET.search(name) else short_repr(value, _GLIMPSE_LENGTH)
    return f"{name}={text}" if name and is_named else text


def _small_result(future: ScalerFuture[Any]) -> str:
    if future.status is not Status.SUCCEEDED:
        return ""
    size = future.profile.bytes_out
    if size is None or size > _SMALL_RESULT_BYTES:
        return ""
    try:
        value = future.result(0)
    except Exception:  # it can't be unpickled here; the details show why
        return ""
    return "" if value is None else short_repr(value, _RESULT_LENGTH)


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
