"""Run a packed call in a worker process of another library, and return its outcome as bytes.

    client                     the library's worker
    pack ──> bytes ──────────> run_call(bytes) ──> CallOutcome ──> client: payload_of(outcome)

The library only transports bytes in both directions and never sees the user's objects.  So it
doesn't matter what it can pickle, when it unpickles and how it treats exceptions.  A result is
unpickled in the thread that needs it.
"""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Sequence
from typing import Any, NamedTuple

from scaler_lab.core.messages import Payload, ResultKind, Task
from scaler_lab.serialization import main_names, pickling
from scaler_lab.serialization.coroutines import completed
from scaler_lab.serialization.payload import FlatPayload


class CallOutcome(NamedTuple):
    """The outcome of a call.

    It is sent as a plain tuple and rebuilt with `CallOutcome(*parts)` on the other side.
    """

    is_value: bool
    data: bytes  # a value or an exception, packed and flattened
    error: str = ""  # a one-line summary of the exception, if the call raised

    @property
    def kind(self) -> ResultKind:
        """SUCCESS for a value, FAILED for an exception."""
        return ResultKind.SUCCESS if self.is_value else ResultKind.FAILED


def pack(task: Task) -> bytes:
    """Return the call of *task* as bytes for `run_call`.

    Args:
        task: The task.

    Raises:
        TaskUnserializable: The call can't be pickled.
    """
    kept = task.packed
    if isinstance(kept, _FlatCall):
        return kept.data
    flat = pickling.flatten(pickling.packed_call(task))
    if kept is not None and kept.is_borrowed:
        task.keep(_FlatCall(flat))  # a retry reuses this copy, so there is only one
    return flat


def run_call(call: bytes, *, interruptible: bool = False) -> CallOutcome:
    """Run a call that `pack` packed, and return its outcome.

    An exception of the call, even SystemExit, is part of the outcome.

    Args:
        call: The packed call.
        interruptible: Whether a KeyboardInterrupt of the function is raised, not packed.  Use it if
            the library stops tasks with KeyboardInterrupt.

    Raises:
        KeyboardInterrupt: It was raised while the outcome was packed, or (only if *interruptible*)
            while the call ran.
    """
    with main_names.of_a_task():
        try:
            function, args, kwargs = pickling.unpack_call(*pickling.unflatten(call))
            del call
            value = completed(function(*args, **kwargs))
            del function, args, kwargs
            return CallOutcome(True, pickling.flatten(pickling.pack_value(value, "result")))
        except BaseException as error:
            if interruptible and isinstance(error, KeyboardInterrupt):
                raise
            packed, line = pickling.pack_exception(error, "exception")
            return CallOutcome(False, pickling.flatten(packed), line)


def payload_of(answer: CallOutcome) -> Payload:
    """Return a payload that loads the value or the exception of *answer*."""
    return FlatPayload(answer.data, is_error=not answer.is_value)


@functools.cache
def clock() -> str:
    """Return an id of the monotonic clock; "" if it is unknown.

    Processes that return the same id share the clock.
    """
    try:
        with open("/proc/sys/kernel/random/boot_id") as file:
            boot = file.read().strip()
        with open("/proc/self/timens_offsets") as file:
            return f"{boot} {' '.join(file.read().split())}"
    except OSError:
        return ""


def is_loopback(host: str) -> bool:
    """Return whether *host* is "localhost" or a loopback address.  Doesn't resolve other names."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _FlatCall:
    """A packed call that is kept in the flat form in which it was sent; see `PackedCall`."""

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
