"""Convert calls, values and exceptions to bytes, and back.

=====================  =======================  ==========================
packed by              in                       unpacked by
=====================  =======================  ==========================
`pack_call`            the client, at submit    `unpack_call`, worker
`pack_value`           the worker               `unpack_value`, client
`pack_exception`       the worker               `unpack_exception`, client
=====================  =======================  ==========================

Objects that are sent together keep their identity: function, arguments and keywords are one pickle,
so an object that occurs twice arrives as one object.  The exception is a function of `__main__`
that holds no state (`serialization.function_cache`): its stream is created once and reused.  Its
arguments are a separate stream (SPLIT), provided that nothing in them must be pickled by value too.

Unpacking runs code of the objects' classes.  Do it in the worker's main thread, or in the client's
thread that needs the value; never in the scheduler, or in a thread that owns a socket.
"""

from __future__ import annotations

import struct
from pickle import dumps, loads
from types import FunctionType, NoneType
from typing import TYPE_CHECKING, Any, cast

from scaler_lab.errors import ResultUnserializable, TaskUnserializable
from scaler_lab.serialization.exceptions import pack_exception, unpack_exception
from scaler_lab.serialization.function_cache import function_stream, has_stream, rebuilt
from scaler_lab.serialization.out_of_band import (
    may_hold_out_of_band,
    out_of_band_bytes,
    with_out_of_band,
)
from scaler_lab.serialization.streams import (
    BARE,
    JOINT,
    N_STREAMS,
    SPLIT,
    WAITING,
    Packed,
    Segment,
    by_value_modules,
    dump,
    dump_by_value,
    dump_plain,
    main_objects,
    names_main,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scaler_lab.core.messages import Task

__all__ = [
    "Packed",
    "Segment",
    "flatten",
    "pack_call",
    "pack_exception",
    "pack_value",
    "packed_call",
    "unflatten",
    "unpack_call",
    "unpack_exception",
    "unpack_value",
]

_MANY = 0x80  # set in a flat string's first byte: a table of sizes follows

_packed = cast(  # takes half the time of Packed(...), which is 0.14 us per task
    "Callable[[type[Packed], tuple[int, list[Segment]]], Packed]", vars(tuple)["__new__"]
)
_FLAG_BYTE = [bytes([flags]) for flags in range(256)]
_COUNT = struct.Struct("<I")
_ATOMS = frozenset({NoneType, bool, int, float})


def pack_call(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], name: str
) -> Packed:
    """Return the call, packed for `unpack_call`.

    Args:
        function: The function of the call.
        args: Its positional arguments.
        kwargs: Its keyword arguments.
        name: The task's name, as used in error messages.

    Raises:
        TaskUnserializable: Something in the call can't be pickled.  The message contains the path
            to it.  This covers every exception that a ``__reduce__`` raises, even SystemExit.
        KeyboardInterrupt: The only exception that passes through unchanged.
    """
    try:
        plain_function = type(function) is FunctionType
        local: Any = None  # the function, if it is pickled by value
        if has_stream(function):
            local = function
        if not args and not kwargs:
            return _pack_function(function, local)
        call = args, kwargs
        has_loose = may_hold_out_of_band(args) or (
            bool(kwargs) and may_hold_out_of_band(kwargs.values())
        )
        if has_loose:
            # Containers are copied only for a plain function: a partial or a bound method may share
            # the containers that hold the bytes.
            call = (
                with_out_of_band(args, kwargs)
                if plain_function
                else out_of_band_bytes(args, kwargs)
            )
        if local is None:
            segments = dump_plain((function, *call))
            if segments is not None:
                return _packed(Packed, (JOINT, segments))
        elif (known := function_stream(local)) is not None:
            # Only if the arguments can be pickled plainly: objects pickled by value must be in one
            # stream, or a helper function would arrive twice, as two different objects.
            segments = dump_plain(call)
            if segments is not None:
                segments.insert(0, known)
                return _packed(Packed, (SPLIT, segments))
        if has_loose:
            # Objects that are pickled by value may share the containers.
            call = out_of_band_bytes(args, kwargs)
        named = main_objects((*args, *kwargs.values()))
        return _packed(Packed, (JOINT, dump_by_value((function, *call, named), is_call=True)))
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        from scaler_lab.serialization.diagnosis import unpicklable_call

        raise TaskUnserializable(unpicklable_call(function, args, kwargs, name, error)) from error


def _pack_function(function: Any, local: Any) -> Packed:
    """Return a call without arguments.  *local* is the function if it is pickled by value."""
    if local is not None:
        known = function_stream(local)
        if known is not None:
            return _packed(Packed, (SPLIT, [known]))
    elif type(function) is FunctionType and not by_value_modules():
        try:
            stream = dumps(function, 5)
        except Exception:  # it can't be found under its name: pickle it by value
            pass
        else:
            if not names_main(stream):
                return _packed(Packed, (BARE, [stream]))
    return _packed(Packed, (JOINT, dump((function, (), {}), is_call=True)))


def packed_call(task: Task) -> Packed:
    """Return the packed call of *task*: the one packed at submit, or else packed now.

    Raises:
        TaskUnserializable: The call is packed now and can't be pickled.
    """
    packed = task.packed
    if type(packed) is Packed:  # most calls; others are kept in other forms
        return packed
    if packed is None:
        return pack_call(task.function, task.args, task.kwargs, task.name)
    loaded: Packed = packed.load()
    return loaded


def unpack_call(
    flags: int, segments: Sequence[Segment]
) -> tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]:
    """Return the function, arguments and keywords of a packed call.

    Args:
        flags: The flags of the packed call.
        segments: Its segments.

    Raises:
        Exception: Whatever importing their modules or rebuilding them raises.  A note states that
            it was raised while the worker rebuilt the call.
        ValueError: The segments aren't a packed call.
    """
    try:
        if flags == BARE:
            return loads(segments[0]), (), {}
        if flags == SPLIT:
            function = rebuilt(segments[0])
            if len(segments) == 1:
                return function, (), {}
            args, kwargs = loads(segments[1], buffers=segments[2:])
            return function, args, kwargs
        if flags == JOINT:
            if len(segments) == 1:
                function, args, kwargs, *_ = loads(segments[0])
            else:
                function, args, kwargs, *_ = loads(segments[0], buffers=segments[1:])
            return function, args, kwargs
        if flags == WAITING:
            from scaler_lab.serialization.waiting_call import unpack_waiting_call

            return unpack_waiting_call(segments)
    except Exception as error:
        error.add_note(
            "Raised in the worker while it rebuilt the task's function and arguments: the modules "
            "they come from must be importable there too."
        )
        raise
    raise ValueError(f"not a packed call (flags {flags}): a bug in scaler_lab, please report it")


def pack_value(value: Any, name: str) -> Packed:
    """Return a task's result, packed for `unpack_value`.

    Args:
        value: The result.
        name: The task's name, as used in error messages.

    Raises:
        ResultUnserializable: Something in the result can't be pickled.  This covers every exception
            that a ``__reduce__`` raises, even SystemExit.
        KeyboardInterrupt: The only exception that passes through unchanged.
    """
    try:
        if type(value) in _ATOMS:  # half of the time, for the results of many short tasks
            return _packed(Packed, (JOINT, [dumps(value, 5)]))
        if may_hold_out_of_band((value,)):
            return _packed(Packed, (JOINT, dump(with_out_of_band((value,), {})[0][0])))
        return _packed(Packed, (JOINT, dump_plain(value) or dump_by_value(value)))
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        from scaler_lab.serialization.diagnosis import unpicklable_result

        raise ResultUnserializable(unpicklable_result(value, name, error)) from error


def unpack_value(flags: int, segments: Sequence[Segment]) -> Any:
    """Return the value of a packed result.

    Args:
        flags: The flags of the packed result.
        segments: Its segments.

    Raises:
        Exception: Whatever rebuilding the value raises.
        ValueError: The segments aren't a packed value.
    """
    if flags != JOINT:
        raise ValueError(f"not a packed value (flags {flags}): a bug in scaler_lab")
    if len(segments) == 1:
        return loads(segments[0])
    return loads(segments[0], buffers=segments[1:])


def flatten(packed: Packed) -> bytes:
    """Return *packed* as one self-describing byte string.

    Each byte is copied once, so use it for small payloads.
    """
    flags, segments = packed
    if len(segments) == 1:
        return _FLAG_BYTE[flags] + segments[0]
    sizes = [s.nbytes if isinstance(s, memoryview) else len(s) for s in segments]
    table = struct.pack(f"<BI{len(sizes)}Q", flags | _MANY, len(sizes), *sizes)
    return b"".join([table, *segments])


def unflatten(data: bytes | memoryview) -> tuple[int, list[memoryview]]:
    """Return the flags and segments of a byte string that `flatten` returned.

    The streams are views of *data*.  The out-of-band buffers are separate copies, writable and
    aligned.  So an array on such a buffer is writable and doesn't keep the rest of *data* alive.

    Args:
        data: The byte string.

    Raises:
        ValueError: *data* isn't such a byte string.
    """
    view = memoryview(data)
    if not view:
        raise ValueError("an empty payload")
    first = view[0]
    if first < _MANY:
        return first, [view[1:]]
    flags = first & ~_MANY
    try:
        (count,) = _COUNT.unpack_from(view, 1)
        start = 5 + 8 * count
        if start > view.nbytes:
            raise struct.error
        sizes = struct.unpack_from(f"<{count}Q", view, 5)
    except struct.error:
        raise ValueError("a payload's table of segments is cut short") from None
    if start + sum(sizes) != view.nbytes:
        raise ValueError(
            f"a payload of {view.nbytes} bytes announces segments of {start + sum(sizes)}"
        )
    streams = N_STREAMS.get(flags, 1)
    segments: list[memoryview] = []
    for index, size in enumerate(sizes):
        segment = view[start : start + size]
        segments.append(segment if index < streams else memoryview(bytearray(segment)))
        start += size
    return flags, segments
