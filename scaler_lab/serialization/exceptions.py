"""The exceptions of tasks on their way to the client: their type and what they carry survive.

An exception is sent as two streams.  The first holds only texts: type, message, traceback.  It can
be read everywhere, so that an exception whose class is missing in the client is told of as well as
the others.  The second is the exception itself, in the first of these forms that comes through a
round trip here, in the worker, unchanged:

  1. as it pickles itself;
  2. made without calling its ``__init__``, for most exceptions with arguments of their own forget
     that pickle calls that with `args`; attributes that can't be pickled stay behind, and a note
     says which;
  3. not at all: it arrives as `RemoteError`, with the original's type name and message.

`SystemExit` arrives as `TaskExited`.  Other exceptions that are no `Exception` (KeyboardInterrupt,
GeneratorExit) arrive as `RemoteError`, for they would end the client's loops and threads.

Nothing here trusts the exception: its ``__str__``, ``__repr__``, ``__reduce__`` and properties may
raise anything.  KeyboardInterrupt alone passes, for that is how a task is stopped.
"""

from __future__ import annotations

import copyreg
import os
import traceback
from collections.abc import Sequence
from inspect import ismemberdescriptor
from pickle import dumps, loads
from types import TracebackType
from typing import Any

import scaler_lab
from scaler_lab.errors import RemoteError, RemoteTraceback, TaskExited
from scaler_lab.serialization.streams import MAINS, RAISED, Packed, Segment, dump

_SUMMARY_LENGTH = 200
_TEXT_LENGTH = 1_000_000  # characters of a message or traceback; a longer one loses its middle
_OUR_FOLDER = os.path.join(os.path.dirname(os.path.abspath(scaler_lab.__file__)), "")


def pack_exception(error: BaseException, name: str) -> tuple[Packed, str]:
    """*error*, packed for `unpack_exception`, and a line that says it: "KeyError: 'price'".

    Its ``__cause__`` and ``__context__`` travel in the traceback's text.  *name* is what notes
    call the task.  Raises nothing but KeyboardInterrupt.
    """
    type_name, message = _type_name(error), _message(error)
    text = _traceback_text(error, type_name, message)
    segments: list[Segment] = [dumps((type_name, message, text), 5)]
    sent = _fit_to_send(error, name)
    if sent is not None:
        segments += sent
    return Packed(RAISED, segments), _summary(type_name, message)


def traceback_text(error: BaseException) -> str:
    """What a person would have seen in the worker: the traceback, from the task's function on."""
    return _traceback_text(error, _type_name(error), _message(error))


def summary_of(error: BaseException) -> str:
    """A line that says *error*: "KeyError: 'price'"."""
    return _summary(_type_name(error), _message(error))


def unpack_exception(flags: int, segments: Sequence[Segment]) -> BaseException:
    """The exception, with a `RemoteTraceback` as its ``__cause__``.

    One that can't be rebuilt here becomes a `RemoteError`.  Raises only KeyboardInterrupt and
    MemoryError, which are the caller's.
    """
    if flags != RAISED:
        raise ValueError(f"not a packed exception (flags {flags}): a fault of scaler_lab")
    type_name, message, text = loads(segments[0])
    error: BaseException | None = None
    if len(segments) > 1:
        try:
            loaded = loads(segments[1], buffers=segments[2:])
        except (KeyboardInterrupt, MemoryError):
            raise
        except BaseException as trouble:
            error = _stand_in(type_name, message)
            error.add_note(
                f"It could not be rebuilt here ({_summary(_type_name(trouble), _message(trouble))})"
                ": its class must be importable in this process too."
            )
        else:
            if isinstance(loaded, Exception):
                error = loaded
    if error is None:
        error = _stand_in(type_name, message)
    error.__cause__ = RemoteTraceback(text)
    return error


def _stand_in(type_name: str, message: str) -> RemoteError:
    return RemoteError(f"{type_name}: {message}" if message else type_name, type_name)


# -- texts -----------------------------------------------------------------------------------------


def _type_name(error: BaseException) -> str:
    kind = type(error)
    module, name = kind.__module__, kind.__qualname__
    return name if module in ("builtins", *MAINS) else f"{module}.{name}"


def _message(error: BaseException) -> str:
    try:
        message = str(error)
    except KeyboardInterrupt:
        raise
    except BaseException as trouble:
        return f"<its message can't be read: __str__ raised {type(trouble).__qualname__}>"
    # A subclass of str, which __str__ may return, would have methods of its own.
    return _shortened(str.__str__(message))


def _summary(type_name: str, message: str) -> str:
    lines = message.strip().splitlines()
    line = f"{type_name}: {lines[0]}" if lines else type_name
    return line if len(line) <= _SUMMARY_LENGTH else line[: _SUMMARY_LENGTH - 1] + "…"


def _traceback_text(error: BaseException, type_name: str, message: str) -> str:
    frames = _without_our_frames(error.__traceback__)
    try:
        story = traceback.TracebackException(type(error), error, frames, compact=True)
        text = "".join(story.format())
    except KeyboardInterrupt:
        raise
    except BaseException:  # an exception with properties that raise
        text = f"{_frames_text(frames)}{type_name}: {message}"
    return _shortened(text.rstrip("\n"))


def _frames_text(frames: TracebackType | None) -> str:
    try:
        lines = traceback.format_tb(frames)
    except KeyboardInterrupt:
        raise
    except BaseException:  # it imports modules (since Python 3.15), and no descriptor may be left
        return ""
    return "".join(["Traceback (most recent call last):\n", *lines])


def _shortened(text: str) -> str:
    if len(text) <= _TEXT_LENGTH:
        return text
    half = _TEXT_LENGTH // 2
    return f"{text[:half]}\n... {len(text) - 2 * half} characters left out ...\n{text[-half:]}"


def _without_our_frames(frames: TracebackType | None) -> TracebackType | None:
    """The traceback from the task's own function on; the worker's frames tell a user nothing."""
    while frames is not None and frames.tb_frame.f_code.co_filename.startswith(_OUR_FOLDER):
        frames = frames.tb_next
    return frames


# -- the exception itself --------------------------------------------------------------------------


def _fit_to_send(error: BaseException, name: str) -> list[Segment] | None:
    """Segments of the exception in a form that survives the trip; None where there is no such."""
    kind = type(error)  # not isinstance: that asks a `__class__` property, which may raise
    if issubclass(kind, SystemExit):
        return dump(_exited(error))
    found = _surviving_form(error, name) if issubclass(kind, Exception) else None
    return None if found is None else found[1]


def _exited(error: BaseException) -> TaskExited:
    try:
        code = error.code  # type: ignore[attr-defined]  # a SystemExit has one
        dump(code)
    except KeyboardInterrupt:
        raise
    except BaseException:
        code = _message(error)
    return TaskExited(code)


def _surviving_form(error: BaseException, name: str) -> tuple[Any, list[Segment]] | None:
    """What to pickle in the place of *error*, and its segments."""
    copy = _group_copy if issubclass(type(error), BaseExceptionGroup) else _bare_copy
    for make in (_itself, copy):
        try:
            form = make(error, name)
            segments = dump(form)
            arrived = loads(segments[0], buffers=segments[1:])
            if (
                type(arrived) is type(error)
                and len(arrived.args) == len(error.args)
                and _message(arrived) == _message(error)
            ):
                return form, segments
        except KeyboardInterrupt:
            raise
        except BaseException:  # the next form, then
            continue
    return None


def _itself(error: BaseException, _name: str) -> BaseException:
    return error


def _bare_copy(error: BaseException, name: str) -> _Bare:
    state = {**_fields(error), **vars(error)}
    for slot in _slots(type(error)):
        if hasattr(error, slot):
            state[slot] = getattr(error, slot)
    left_behind = [key for key, value in state.items() if not _is_picklable(value)]
    for key in left_behind:
        del state[key]
    if left_behind:
        state["__notes__"] = [
            *state.get("__notes__", []),
            f"Sent by task {name!r} without what can't be pickled: {', '.join(left_behind)}.",
        ]
    return _Bare(type(error), error.args, state)


def _fields(error: BaseException) -> dict[str, Any]:
    """What C code keeps of a built-in exception beside its ``args``: `OSError.filename`, say.

    Some of it is set by ``__init__`` only, which isn't called again.  Without `AttributeError.obj`,
    which pickle leaves out too: it may be anything, of any size.
    """
    kinds: list[type] = [
        kind
        for kind in type(error).__mro__
        if kind.__module__ == "builtins" and not issubclass(kind, BaseExceptionGroup)
    ]
    return {
        key: value
        for kind in kinds
        for key, member in vars(kind).items()
        if ismemberdescriptor(member) and not key.startswith("__") and key != "obj"
        if (value := member.__get__(error)) is not None
    }


def _slots(kind: type) -> list[str]:
    names: list[str] = vars(copyreg)["_slotnames"](kind)  # as pickle itself asks
    return names


def _group_copy(error: BaseException, name: str) -> _Bare:
    """The group, each of its members in a form that survives or as a `RemoteError`."""
    group: Any = error
    exceptions: tuple[BaseException, ...] = group.exceptions
    members: list[Any] = []
    for member in exceptions:
        found = _surviving_form(member, name)
        if found is None:
            members.append(_stand_in(_type_name(member), _message(member)))
        else:
            members.append(found[0])
    attributes: dict[str, Any] = vars(error)
    state = {key: value for key, value in attributes.items() if _is_picklable(value)}
    return _Bare(type(error), (group.message, members), state)


def _is_picklable(value: Any) -> bool:
    try:
        dump(value)
    except KeyboardInterrupt:
        raise
    except BaseException:
        return False
    return True


class _Bare:
    """Pickles to an exception that is made without calling its ``__init__``."""

    __slots__ = ("_parts",)

    def __init__(
        self, kind: type[BaseException], args: tuple[Any, ...], state: dict[str, Any]
    ) -> None:
        self._parts = kind, args, state

    def __reduce__(self) -> tuple[Any, ...]:
        return _make, self._parts


def _make(kind: type[BaseException], args: tuple[Any, ...], state: dict[str, Any]) -> BaseException:
    error = kind.__new__(kind, *args)
    error.args = args
    for key, value in state.items():
        object.__setattr__(error, key, value)
    return error
