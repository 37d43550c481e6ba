"""Pickle one object to a stream and its out-of-band buffers.

Neither of the two picklers is sufficient alone.  The C pickler of `pickle` takes a microsecond, but
it pickles objects of `__main__` by name, and a worker has another `__main__`.  `cloudpickle`
pickles them by value, but takes a hundred microseconds.  So the C pickler runs first, and its
stream is used unless it refers to `__main__`.  If the data only contains the text "__main__", this
costs time, but the result is still correct.

Protocol 5 buffers (numpy arrays and the like) of `IN_BAND_LIMIT` bytes or more stay out of the
stream: `segments[1:]` share the objects' own memory.  Smaller buffers are cheaper in the stream.
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
"""Modules whose contents are pickled by value; multiprocessing's spawn uses the second name."""

IN_BAND_LIMIT = 4096

JOINT = 0  # one stream: (function, args, kwargs), or the value
SPLIT = 1  # two streams: the function, (args, kwargs); the second is missing if both are empty
BARE = 2  # one stream: the function, without arguments
RAISED = 3  # two streams: texts about the exception, the exception; see `exceptions`
WAITING = 4  # one stream: a table; then the call and the results of other tasks: `waiting_call`

N_STREAMS = {JOINT: 1, SPLIT: 2, BARE: 1, RAISED: 2, WAITING: 1}
"""By flags: how many of the first segments are streams (at most; there may be fewer)."""

# A name as protocols 4 and 5 write it, and as the older protocols do.
_NAMED = re.compile(rb"\x08__main__(?:\x94)?\x8c.(\w+)|c__main__\n(\w+)", re.DOTALL)
_MAIN_MARK = b"_main__"  # part of both names in MAINS: one search instead of two
_modules = sys.modules


class Packed(NamedTuple):
    """A pickled call, value or exception; *flags* and *segments* are for the `unpack_...` function.

    The first segments are streams.  The others are out-of-band buffers that share the memory of the
    packed objects: write or copy them before the owner of the objects can change them.
    """

    flags: int
    segments: list[Segment]

    @property
    def nbytes(self) -> int:
        """The total size of all segments."""
        if len(self.segments) == 1:
            return len(self.segments[0])  # a stream, so bytes or a view of bytes
        return sum(
            segment.nbytes if isinstance(segment, memoryview) else len(segment)
            for segment in self.segments
        )

    @property
    def is_borrowed(self) -> bool:
        """Whether an out-of-band buffer shares memory that its owner may change."""
        flags, segments = self
        return len(segments) > N_STREAMS[flags] and any(map(_may_change, segments))

    def owned(self) -> Packed:
        """Return the same with copies of the buffers that may change."""
        if not self.is_borrowed:
            return self
        return Packed(self.flags, [bytes(s) if _may_change(s) else s for s in self.segments])

    def load(self) -> Packed:
        """Return itself.  The other forms of a packed call, kept by engines, must be read first."""
        return self

    def with_results(self, results: Sequence[Any]) -> Packed:
        """Return a waiting call together with the results that it waited for.

        Args:
            results: The results, in the order of the tasks that the call needs.

        Raises:
            ResultUnserializable: A result can't be pickled.
        """
        from scaler_lab.serialization import waiting_call  # here, because it needs this module

        return waiting_call.with_results(self, results)


def names_main(stream: bytes) -> bool:
    """Return whether *stream* may refer to an object of `__main__` by name."""
    return stream.find(_MAIN_MARK) >= 0


def main_objects(values: Iterable[Any]) -> list[Any]:
    """Return the objects of `__main__` that are named in pickle streams among *values*.

    Arguments may be streams that the user has pickled already.  The objects that they refer to are
    sent along by value, so that the worker can load such streams.
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
    """Return whether the user registered modules with cloudpickle to be pickled by value."""
    cloudpickle = _modules.get("cloudpickle")  # if it isn't imported, nothing can be registered
    return cloudpickle is not None and bool(cloudpickle.list_registry_pickle_by_value())


def dump(value: Any, *, is_call: bool = False) -> list[Segment]:
    """Pickle *value*; return its stream, followed by its out-of-band buffers.

    Args:
        value: The object to pickle.
        is_call: Whether a worker will read the stream; see `dump_by_value`.

    Raises:
        Exception: Whatever pickling raises.
    """
    return dump_plain(value) or dump_by_value(value, is_call=is_call)


def dump_plain(value: Any) -> list[Segment] | None:
    """Pickle *value* with the C pickler; return what `dump` returns, or None.

    None means that the C pickler can't do it, or that something must be pickled by value.

    Raises:
        BaseException: Only exceptions that don't inherit from `Exception`: SystemExit from a
            ``__reduce__``, or KeyboardInterrupt.
    """
    if "cloudpickle" in _modules and by_value_modules():
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
    except Exception:  # cloudpickle may succeed; if not, its message is better
        return None
    if stream.find(_MAIN_MARK) >= 0:  # `names_main`, without a call
        return None
    segments[0] = stream
    return segments


def dump_by_value(value: Any, *, is_call: bool = False) -> list[Segment]:
    """Pickle *value* with cloudpickle; return what `dump` returns.

    Objects that `__main__` defines, or that can't be imported, are pickled by value.

    Args:
        value: The object to pickle.
        is_call: Whether a worker will read the stream.  Then existing classes in the worker are
            updated to the state that they have here; see `main_pickler`.

    Raises:
        Exception: Whatever pickling raises.
    """
    # This import takes 25 ms, so it happens only if it is needed.
    from scaler_lab.serialization.main_pickler import Pickler

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
    """The C pickler, for values that contain one of the hidden random generators."""

    def reducer_override(self, value: Any) -> Any:
        return name_of_generator(value) or NotImplemented


def _keep(segments: list[Segment], buffer: PickleBuffer) -> bool:
    """Return whether pickle must put *buffer* in-band; otherwise append it to *segments*."""
    try:
        raw = buffer.raw()
    except BufferError:  # not contiguous: pickle raises a better error
        return True
    if raw.nbytes < IN_BAND_LIMIT:
        return True
    segments.append(raw)
    return False
