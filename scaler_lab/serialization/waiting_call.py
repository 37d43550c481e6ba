"""Pack calls of tasks that wait for other tasks' results: at submit, with the results added later.

A call must keep the state that it had at submit, however long its task waits.  So it is packed
immediately, with a placeholder for each missing result.  When the results are available, each is
packed separately and sent after the call:

    at submit     fit(<0>, params)                  WAITING: [table, call]
    later         + the result of the first task    WAITING: [table, call, result 0, ...]
    in the worker the results are rebuilt first; a placeholder unpickles as its result

The client doesn't rebuild or pickle the call again for that.  If a result is used at two places of
the call, both get the same object.
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

_ENTRY = struct.Struct("<II")  # one table entry: a part's flags and number of segments


def pack_waiting_call(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    name: str,
    needs: Sequence[Future[Any]],
) -> Packed:
    """Return the packed call with placeholders for results that are not available yet.

    Args:
        function: The function of the call.
        args: Its positional arguments.
        kwargs: Its keyword arguments.
        name: The task's name, as used in error messages.
        needs: The futures in the arguments; placeholders for their results replace them.

    Raises:
        TaskUnserializable: Something in the call can't be pickled.
    """
    places = {id(need): _ResultPlaceholder(number) for number, need in enumerate(needs)}
    args, kwargs = with_values((args, kwargs), places)
    call = pickling.pack_call(function, args, kwargs, name)
    return Packed(WAITING, [_table([call]), *call.segments])


def with_results(call: Packed, results: Sequence[Any]) -> Packed:
    """Return *call* with the results that it needs.

    Args:
        call: A call that `pack_waiting_call` packed.
        results: The results, in the order of its *needs*.

    Raises:
        ResultUnserializable: A result can't be pickled.
    """
    parts = [*_parts(call.segments), *(pickling.pack_value(value, "") for value in results)]
    return Packed(WAITING, [_table(parts), *(s for part in parts for s in part.segments)])


def unpack_waiting_call(
    segments: Sequence[Segment],
) -> tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]:
    """Return the function, arguments and keywords, with results in place of the placeholders.

    Called in the worker.
    """
    call, *results = _parts(segments)
    outer = _here.results
    _here.results = [pickling.unpack_value(*result) for result in results]
    try:
        return pickling.unpack_call(*call)
    finally:
        _here.results = outer


class _ResultPlaceholder:
    """Unpickles as the result that it replaces."""

    __slots__ = ("_number",)

    def __init__(self, number: int) -> None:
        self._number = number

    def __repr__(self) -> str:
        return f"<result {self._number}>"

    def __reduce__(self) -> tuple[Callable[[int], Any], tuple[int]]:
        return result_at, (self._number,)


def result_at(number: int) -> Any:
    """Return the result that the placeholder *number* unpickles as."""
    return _here.results[number]


class _CurrentResults(threading.local):
    results: Sequence[Any] = ()  # the results for the call that this thread rebuilds


_here = _CurrentResults()


def _table(parts: Sequence[Packed]) -> bytes:
    return b"".join(_ENTRY.pack(part.flags, len(part.segments)) for part in parts)


def _parts(segments: Sequence[Segment]) -> Iterator[Packed]:
    at = 1
    for flags, count in _ENTRY.iter_unpack(segments[0]):
        yield Packed(flags, [*segments[at : at + count]])
        at += count
