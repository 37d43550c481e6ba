"""Calls of tasks that wait for other tasks' results: pickled at submit, completed when they come.

A call is what it was when it was submitted, however long its task then waits.  So it is packed at
once, with a placeholder for each result that is still to come.  The results are packed when they
are there, each on its own, and travel behind the call:

    at submit     fit(<0>, params)                  WAITING: [table, call]
    later         + the result of the first task    WAITING: [table, call, result 0, ...]
    in the worker the results are rebuilt first; a placeholder unpickles as the result it stands for

The client neither rebuilds the call for that nor pickles it again.  A result that stands at two
places of the call is one object there.
"""

from __future__ import annotations

import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from typing import Any

from scaler_lab.core.dependencies import with_results as with_values
from scaler_lab.serialization import pickling
from scaler_lab.serialization.streams import WAITING, Packed, Segment

_ENTRY = struct.Struct("<II")  # the flags and the number of segments of a part


def pack_waiting_call(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    name: str,
    needs: Sequence[Future[Any]],
) -> Packed:
    """The call, with placeholders for the results of *needs*.  Raises `TaskUnserializable`."""
    places = {id(need): _ResultPlaceholder(number) for number, need in enumerate(needs)}
    args, kwargs = with_values((args, kwargs), places)
    call = pickling.pack_call(function, args, kwargs, name)
    return Packed(WAITING, [_table([call]), *call.segments])


def with_results(call: Packed, results: Sequence[Any]) -> Packed:
    """*call*, as `pack_waiting_call` packed it, with the *results* of what it needs."""
    parts = [*_parts(call.segments), *(pickling.pack_value(value, "") for value in results)]
    return Packed(WAITING, [_table(parts), *(s for part in parts for s in part.segments)])


def unpack_waiting_call(
    segments: Sequence[Segment],
) -> tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]:
    """In the worker: function, arguments and keywords, the results in place."""
    call, *results = _parts(segments)
    outer = _here.results
    _here.results = [pickling.unpack_value(*result) for result in results]
    try:
        return pickling.unpack_call(*call)
    finally:
        _here.results = outer


class _ResultPlaceholder:
    """Pickles to the result that it stands for."""

    __slots__ = ("_number",)

    def __init__(self, number: int) -> None:
        self._number = number

    def __repr__(self) -> str:
        return f"<result {self._number}>"

    def __reduce__(self) -> tuple[Callable[[int], Any], tuple[int]]:
        return result_at, (self._number,)


def result_at(number: int) -> Any:
    """What a placeholder unpickles as."""
    return _here.results[number]


class _CurrentResults(threading.local):
    results: Sequence[Any] = ()  # of the call that this thread rebuilds


_here = _CurrentResults()


def _table(parts: Sequence[Packed]) -> bytes:
    return b"".join(_ENTRY.pack(part.flags, len(part.segments)) for part in parts)


def _parts(segments: Sequence[Segment]) -> Iterator[Packed]:
    at = 1
    for flags, count in _ENTRY.iter_unpack(segments[0]):
        yield Packed(flags, [*segments[at : at + count]])
        at += count
