"""Send the exceptions of tasks to the client so that their type and attributes survive.

An exception is sent as two streams.  The first holds only text: type, message, traceback.  Every
process can read it, so the client can report an exception even if its class can't be imported
there.  The second stream is the exception itself, in the first of these forms that survives a
round trip in the worker unchanged:

  1. The way it pickles itself.
  2. A form that is rebuilt without calling ``__init__``.  Pickle calls ``__init__`` with ``args``,
     which fails for most exception classes that define their own parameters.  Attributes that can't
     be pickled are left out, and a note lists them.
  3. No second stream: it arrives as `RemoteException`, with the original's type name and message.

`SystemExit` arrives as `TaskExited`.  Other exceptions that don't inherit from `Exception`
(KeyboardInterrupt, GeneratorExit) arrive as `RemoteException`, because they would end the client's
loops and threads.

The code here doesn't trust the exception: its ``__str__``, ``__repr__``, ``__reduce__`` and
properties may raise anything.  Only KeyboardInterrupt passes through, because it stops a task.
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
from scaler_lab.errors import RemoteException, RemoteTraceback, TaskExited
from scaler_lab.serialization.source_lines import with_labels
from scaler_lab.serialization.streams import MAINS, RAISED, Packed, Segment, dump

_SUMMARY_LENGTH = 200
_TEXT_LENGTH = 1_000_000  # characters; the middle of a longer message or traceback is cut out
_OUR_FOLDER = os.path.join(os.path.dirname(os.path.abspath(scaler_lab.__file__)), "")
_OUR_TASKS = os.path.join(_OUR_FOLDER, "testing", "")  # the conformance kit's tasks


def pack_exception(error: BaseException, name: str) -> tuple[Packed, str]:
    """Return *error* packed for `unpack_exception`, and a one-line summary: "KeyError: 'price'".

    Its ``__cause__`` and ``__context__`` are sent only as part of the traceback's text.

    Args:
        error: The exception.  Objects in it may raise anything.
        name: The task's name, as used in notes on the exception.

    Raises:
        KeyboardInterrupt: The task was interrupted here.  Nothing else is raised.
    """
    type_name, message = _type_name(error), _message(error)
    text = _traceback_text(error, type_name, message)
    segments: list[Segment] = [dumps((type_name, message, text), 5)]
    sent = _fit_to_send(error, name)
    if sent is not None:
        segments += sent
    return Packed(RAISED, segments), _summary(type_name, message)


def traceback_text(error: BaseException) -> str:
    """Return the traceback as Python prints it, starting at the task's function."""
    return _traceback_text(error, _type_name(error), _message(error))


def summary_of(error: BaseException) -> str:
    """Return *error* as one line: "KeyError: 'price'"."""
    return _summary(_type_name(error), _message(error))


def unpack_exception(flags: int, segments: Sequence[Segment]) -> BaseException:
    """Return the exception that `pack_exception` packed, with a `RemoteTraceback` as ``__cause__``.

    An exception that can't be rebuilt in this process becomes a `RemoteException`.

    Args:
        flags: The flags of the packed exception.
        segments: Its segments.

    Raises:
        KeyboardInterrupt: The calling thread was interrupted.
        MemoryError: This process ran out of memory.
        ValueError: The segments aren't a packed exception.
    """
    if flags != RAISED:
        raise ValueError(f"not a packed exception (flags {flags}): a bug in scaler_lab")
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


def _stand_in(type_name: str, message: str) -> RemoteException:
    return RemoteException(f"{type_name}: {message}" if message else type_name, type_name)


# -- texts -----------------------------------------------------------------------------------------


def _type_name(error: BaseException) -> str:
    kind = type(error)
    module, name = kind.__module__, kind.__qualname__
    return (
        name if module in ("builtins", RemoteException.__module__, *MAINS) else f"{module}.{name}"
    )


def _message(error: BaseException) -> str:
    try:
        message = str(error)
    except KeyboardInterrupt:
        raise
    except BaseException as trouble:
        return f"<its message can't be read: __str__() raised {type(trouble).__qualname__}>"
    # __str__ may return a subclass of str, which may override methods.
    return _shortened(str.__str__(message))


def _summary(type_name: str, message: str) -> str:
    lines = message.strip().splitlines()
    line = f"{type_name}: {lines[0]}" if lines else type_name
    return line if len(line) <= _SUMMARY_LENGTH else line[: _SUMMARY_LENGTH - 1] + "…"


def _traceback_text(error: BaseException, type_name: str, message: str) -> str:
    frames = without_our_frames(error.__traceback__)
    try:
        story = traceback.TracebackException(type(error), error, frames, compact=True)
        text = "".join(story.format())
    except KeyboardInterrupt:
        raise
    except BaseException:  # a property of the exception raised
        text = f"{_frames_text(frames)}{type_name}: {message}"
    return _shortened(with_labels(text.rstrip("\n")))


def _frames_text(frames: TracebackType | None) -> str:
    try:
        lines = traceback.format_tb(frames)
    except KeyboardInterrupt:
        raise
    except BaseException:  # it imports modules since Python 3.15, which fails without descriptors
        return ""
    return "".join(["Traceback (most recent call last):\n", *lines])


def _shortened(text: str) -> str:
    if len(text) <= _TEXT_LENGTH:
        return text
    half = _TEXT_LENGTH // 2
    return f"{text[:half]}\n... {len(text) - 2 * half} characters left out ...\n{text[-half:]}"


def without_our_frames(frames: TracebackType | None) -> TracebackType | None:
    """Return the traceback from the task's function on, without the worker's frames."""
    while frames is not None:
        path = frames.tb_frame.f_code.co_filename
        if not path.startswith(_OUR_FOLDER) or path.startswith(_OUR_TASKS):
            break
        frames = frames.tb_next
    return frames


# -- the exception itself --------------------------------------------------------------------------


def _fit_to_send(error: BaseException, name: str) -> list[Segment] | None:
    """Return the segments of the exception in a form that survives a round trip, or None."""
    kind = type(error)  # not isinstance: that reads `__class__`, a property that may raise
    if issubclass(kind, SystemExit):
        return dump(_exited(error))
    found = _surviving_form(error, name) if issubclass(kind, Exception) else None
    return None if found is None else found[1]


def _exited(error: BaseException) -> TaskExited:
    try:
        code = error.code  # type: ignore[attr-defined]  # SystemExit has this attribute
        dump(code)
    except KeyboardInterrupt:
        raise
    except BaseException:
        code = _message(error)
    return TaskExited(code)


def _surviving_form(error: BaseException, name: str) -> tuple[Any, list[Segment]] | None:
    """Return what to pickle instead of *error*, with its segments; None if no form survives."""
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
        except BaseException:  # try the next form
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
    """Return the C fields of a built-in exception that aren't in ``args``, like `OSError.filename`.

    Some of them are set only by ``__init__``, which isn't called again.  `AttributeError.obj` is
    left out, as pickle does: it may be any object, of any size.
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
    names: list[str] = vars(copyreg)["_slotnames"](kind)  # the function that pickle uses
    return names


def _group_copy(error: BaseException, name: str) -> _Bare:
    """Return the group with each member in a form that survives, or else as a `RemoteException`."""
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
    """Unpickles as an exception that is created without calling its ``__init__``."""

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
