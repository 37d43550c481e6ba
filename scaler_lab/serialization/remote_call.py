"""A packed call, run in a process that another library owns, and what it answers.

    client                     the library's worker
    pack ──> bytes ──────────> answer_call(bytes) ──> Answer ──> client: parcel_of(answer)

The library carries bytes in both directions and never sees the user's objects: so what it can
pickle, when it unpickles and what it does to exceptions doesn't matter, and a result is opened in
the thread that wants it.
"""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Sequence
from typing import Any, NamedTuple

from scaler_lab.core.messages import Payload, ResultKind, Task
from scaler_lab.serialization import main_names, pickling


class CallOutcome(NamedTuple):
    """How a call ended.  Sent as a plain tuple, for `CallOutcome(*parts)` on the other side."""

    is_value: bool
    data: bytes  # a value or an exception, packed and flat
    error: str = ""  # one line for people, where it raised

    @property
    def kind(self) -> ResultKind:
        return ResultKind.SUCCESS if self.is_value else ResultKind.FAILED


def pack(task: Task) -> bytes:
    """The call of *task*.  Raises `TaskUnserializable`."""
    kept = task.packed
    if isinstance(kept, _FlatCall):
        return kept.data
    flat = pickling.flatten(pickling.packed_call(task))
    if kept is not None and kept.is_borrowed:
        task.keep(_FlatCall(flat))  # the one copy there is, for another attempt
    return flat


def run_call(call: bytes, *, interruptible: bool = False) -> CallOutcome:
    """Run what `pack` packed.  Whatever it raises is part of the answer, SystemExit too.

    KeyboardInterrupt alone may pass: where it is raised while the answer is being packed, and with
    *interruptible* from the function too, for the library stops tasks with it.
    """
    with main_names.of_a_task():
        try:
            function, args, kwargs = pickling.unpack_call(*pickling.unflatten(call))
            del call
            value = function(*args, **kwargs)
            del function, args, kwargs
            return CallOutcome(True, pickling.flatten(pickling.pack_value(value, "result")))
        except BaseException as error:
            if interruptible and isinstance(error, KeyboardInterrupt):
                raise
            packed, line = pickling.pack_exception(error, "exception")
            return CallOutcome(False, pickling.flatten(packed), line)


def payload_of(answer: CallOutcome) -> Payload:
    """What opens to the value, or to the exception."""
    return _CallValue(answer.data) if answer.is_value else _CallFailure(answer.data)


@functools.cache
def clock() -> str:
    """Names the monotonic clock: processes with the same share it.  Empty where that's unknown."""
    try:
        with open("/proc/sys/kernel/random/boot_id") as file:
            boot = file.read().strip()
        with open("/proc/self/timens_offsets") as file:
            return f"{boot} {' '.join(file.read().split())}"
    except OSError:
        return ""


def is_loopback(host: str) -> bool:
    """Whether *host* is this very machine, by its name or number alone."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _FlatCall:
    """A call that was flattened to be sent, kept like that; see `PackedCall`."""

    __slots__ = ("data",)
    is_borrowed = False

    def __init__(self, data: bytes) -> None:
        self.data = data

    def owned(self) -> _FlatCall:
        return self

    def load(self) -> pickling.Packed:
        flags, segments = pickling.unflatten(self.data)
        return pickling.Packed(flags, [*segments])

    def with_results(self, results: Sequence[Any]) -> pickling.Packed:
        return self.load().with_results(results)


class _CallValue:
    __slots__ = ("_data",)

    def __init__(self, data: bytes) -> None:
        self._data = data

    def load(self) -> Any:
        return pickling.unpack_value(*pickling.unflatten(self._data))


class _CallFailure(_CallValue):
    __slots__ = ()

    def load(self) -> Any:
        return pickling.unpack_exception(*pickling.unflatten(self._data))
