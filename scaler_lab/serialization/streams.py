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
import re
import sys
from collections.abc import Iterable, Sequence
from pickle import PickleBuffer, Pickler, dumps
from typing import Any, NamedTuple

from scaler_lab.serialization.global_random import MARK, may_hold, name_of_generator

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

_NAMED = re.compile(rb"\x08__main__(?:\x94)?\x8c.(\w+)|c__main__\n(\w+)", re.DOTALL)
# as protocol 4 and 5 write a name, and as the older ones do
_MAIN_MARK = b"_main__"  # in both names of MAINS: one search instead of two
_modules = sys.modules


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
        flags, segments = self
        return len(segments) > N_STREAMS[flags] and any(map(_may_change, segments))

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
        from scaler_lab.serialization import waiting_call  # which imports what imports this module

        return waiting_call.with_results(self, results)


def names_main(stream: bytes) -> bool:
    """Whether *stream* may refer to something of `__main__` by name."""
    return stream.find(_MAIN_MARK) >= 0


def main_objects(values: Iterable[Any]) -> list[Any]:
    """What pickles among *values* (arguments that were pickled already) name in `__main__`.

    It goes along by value, so that the worker can load them.
    """
    main = _modules[MAINS[0]]
    paths = [
        (found[1] or found[2]).decode()
        for value in values
        if isinstance(value, bytes) and names_main(value)
        for found in _NAMED.finditer(value)
    ]
    return [getattr(main, path) for path in dict.fromkeys(paths) if hasattr(main, path)]


def by_value_modules() -> bool:
    """Whether the user told cloudpickle of modules that must travel by value."""
    cloudpickle = _modules.get("cloudpickle")  # nobody can have told it before it was imported
    return cloudpickle is not None and bool(cloudpickle.list_registry_pickle_by_value())


def dump(value: Any, *, is_call: bool = False) -> list[Segment]:
    """Pickle *value*: its stream first, then its loose buffers.  Raises whatever pickling does."""
    return dump_plain(value) or dump_by_value(value, is_call=is_call)


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
            with io.BytesIO() as file:
                _PlainPickler(file, protocol=5, buffer_callback=keep).dump(value)
                stream = file.getvalue()
    except Exception:  # cloudpickle has the last word, and the better message
        return None
    if names_main(stream):
        return None
    segments[0] = stream
    return segments


def dump_by_value(value: Any, *, is_call: bool = False) -> list[Segment]:
    """As `dump`, with cloudpickle: what `__main__` or nobody defines goes by value.

    *is_call*: it goes to a worker, where classes are to be as they are here; see `main_pickler`.
    """
    from scaler_lab.serialization.main_pickler import (
        Pickler,  # 25 ms that only those who need it pay
    )

    segments: list[Segment] = [b""]

    def keep(buffer: PickleBuffer) -> bool:
        return _keep(segments, buffer)

    with io.BytesIO() as file:
        Pickler(file, keep, is_call=is_call).dump(value)
        segments[0] = file.getvalue()
    return segments


def _may_change(segment: Segment) -> bool:
    return isinstance(segment, memoryview) and type(segment.obj) is not bytes


class _PlainPickler(Pickler):
    """C's, for values that hold a generator."""

    def reducer_override(self, value: Any) -> Any:
        return name_of_generator(value) or NotImplemented


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
