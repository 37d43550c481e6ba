"""Pickle streams: one object in, one stream and its loose buffers out.

Two picklers, because each is wrong alone.  C's `pickle` takes a microsecond, but sends what
`__main__` defines by name, and a worker has another `__main__`.  `cloudpickle` sends that by
value, and takes a hundred.  So the first is tried, and its stream is taken unless it names
`__main__`; a mere text "__main__" in the data costs time, never correctness.

Buffers of protocol 5 (numpy arrays and their like) from `IN_BAND_LIMIT` bytes on stay out of the
stream: `segments[1:]` alias the objects' own memory.  Smaller ones are cheaper inside.
"""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Callable, Sequence
from pickle import PickleBuffer, Pickler, dumps
from typing import Any, NamedTuple

from scaler_lab.ports.global_random import MARK, may_hold, name_of_generator

Segment = bytes | memoryview

MAINS = ("__main__", "__mp_main__")
"""Modules whose contents travel by value; the second is what multiprocessing's spawn calls it."""

IN_BAND_LIMIT = 4096

JOINT = 0  # one stream: (function, args, kwargs), or the value
SPLIT = 1  # two streams: the function, (args, kwargs); the second is missing where both are empty
BARE = 2  # one stream: the function, without arguments
RAISED = 3  # two streams: what is known of the exception, the exception; see ports.raised
WAITING = 4  # one stream: a table; then the call, and the results it waited for: see ports.waiting

N_STREAMS = {JOINT: 1, SPLIT: 2, BARE: 1, RAISED: 2, WAITING: 1}
"""How many of a packed thing's first segments are streams, if it has so many."""

_MAIN_MARK = b"_main__"  # in both names of MAINS: one search instead of two
_modules = sys.modules
_registry_lock = threading.RLock()  # held while cloudpickle's registry has `__mp_main__`;
# reentrant, for a `__reduce__` may pickle


class Packed(NamedTuple):
    """A pickled thing on its way: *flags* and *segments* are for the `unpack_...` that matches.

    The first segments are streams, the rest loose buffers that alias the memory of the objects
    packed: write them out, or copy them, before their owner may change them.
    """

    flags: int
    segments: list[Segment]

    @property
    def nbytes(self) -> int:
        """The size of all segments."""
        if len(self.segments) == 1:
            return len(self.segments[0])  # a stream, so bytes or a view of bytes
        return sum(
            segment.nbytes if isinstance(segment, memoryview) else len(segment)
            for segment in self.segments
        )

    @property
    def is_borrowed(self) -> bool:
        """Whether a loose buffer aliases memory that its owner may change."""
        return any(type(segment) is memoryview for segment in self.segments) and any(
            _may_change(segment) for segment in self.segments
        )

    def owned(self) -> Packed:
        """The same, with copies of the buffers that may change."""
        if not self.is_borrowed:
            return self
        return Packed(self.flags, [bytes(s) if _may_change(s) else s for s in self.segments])

    def load(self) -> Packed:
        """Itself.  Other forms of a call, which engines keep, have to be read first."""
        return self

    def with_results(self, results: Sequence[Any]) -> Packed:
        """A waiting call, with the results that it waited for.  Raises `ResultUnserializable`."""
        from scaler_lab.ports import waiting_call  # which imports what imports this module

        return waiting_call.with_results(self, results)


def names_main(stream: bytes) -> bool:
    """Whether *stream* may refer to something of `__main__` by name."""
    return stream.find(_MAIN_MARK) >= 0


def by_value_modules() -> bool:
    """Whether the user told cloudpickle of modules that must travel by value."""
    cloudpickle = _modules.get("cloudpickle")  # nobody can have told it before it was imported
    return cloudpickle is not None and bool(cloudpickle.list_registry_pickle_by_value())


def dump(value: Any) -> list[Segment]:
    """Pickle *value*: its stream first, then its loose buffers.  Raises whatever pickling does."""
    return dump_plain(value) or dump_by_value(value)


def dump_plain(value: Any) -> list[Segment] | None:
    """As `dump`, with C's pickle; None where that can't, or where something has to go by value.

    Raises only what isn't an `Exception`: SystemExit from a ``__reduce__``, Ctrl-C.
    """
    if by_value_modules():
        return None
    segments: list[Segment] = [b""]

    def keep(buffer: PickleBuffer) -> bool:
        return _keep(segments, buffer)

    try:
        stream = dumps(value, 5, buffer_callback=keep)
        if stream.find(MARK) >= 0 and may_hold(stream):
            del segments[1:]
            stream = _dumps(_PlainPickler, value, keep)
    except Exception:  # cloudpickle has the last word, and the better message
        return None
    if names_main(stream):
        return None
    segments[0] = stream
    return segments


def dump_by_value(value: Any) -> list[Segment]:
    """As `dump`, with cloudpickle: what `__main__` or nobody defines goes by value."""
    # 25 ms that only those who need it pay
    import cloudpickle as untyped_cloudpickle  # pyright: ignore[reportMissingTypeStubs]

    from scaler_lab.ports.by_value_pickler import ByValuePickler

    cloudpickle: Any = untyped_cloudpickle
    segments: list[Segment] = [b""]

    def keep(buffer: PickleBuffer) -> bool:
        return _keep(segments, buffer)

    mp_main = _modules.get("__mp_main__")
    if mp_main is None:
        segments[0] = _dumps(ByValuePickler, value, keep)
        return segments
    # cloudpickle knows `__main__` only; in a child that multiprocessing spawned, the same module
    # is called `__mp_main__`, and a worker could not import that.
    with _registry_lock:
        ours = mp_main.__name__ not in cloudpickle.list_registry_pickle_by_value()
        if ours:
            cloudpickle.register_pickle_by_value(mp_main)
        try:
            segments[0] = _dumps(ByValuePickler, value, keep)
        finally:
            if ours:
                cloudpickle.unregister_pickle_by_value(mp_main)
    return segments


def _may_change(segment: Segment) -> bool:
    return isinstance(segment, memoryview) and type(segment.obj) is not bytes


class _PlainPickler(Pickler):
    """C's, for values that hold a generator."""

    def reducer_override(self, value: Any) -> Any:
        return name_of_generator(value) or NotImplemented


def _dumps(pickler: type[Pickler], value: Any, keep: Callable[[PickleBuffer], bool]) -> bytes:
    with io.BytesIO() as file:
        pickler(file, protocol=5, buffer_callback=keep).dump(value)
        return file.getvalue()


def _keep(segments: list[Segment], buffer: PickleBuffer) -> bool:
    """pickle's question: shall this buffer go in-band?"""
    try:
        raw = buffer.raw()
    except BufferError:  # not contiguous: pickle says so better
        return True
    if raw.nbytes < IN_BAND_LIMIT:
        return True
    segments.append(raw)
    return False
