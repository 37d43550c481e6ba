"""Send large `bytes` and `bytearray` values out of band: beside the pickle stream, not in it.

Pickle copies such a value into its stream, and out of the stream again.  If a `_OutOfBand` object
takes its place, pickle gets a `PickleBuffer`.  It arrives as a separate buffer and is copied only
once, into the new value.

A value is replaced only if the task can't notice.  A large `bytes` object that is itself an
argument is always replaced.  Replacing a `bytearray`, or a value inside a list, tuple or dict,
means sending a copy of a container or of a mutable object.  Another object in the call might refer
to the original and would then arrive with a different copy.  So this is done only if the whole call
consists of builtin containers and plain values; the copies share what the originals shared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pickle import PickleBuffer
from typing import Any

from scaler_lab.serialization.huge_pages import MIN_HUGE_BYTES, bytes_of

MIN_OUT_OF_BAND_BYTES = 64 * 1024
"""Size in bytes from which a value is sent out of band."""

_MAX_CHECKED = 64  # items checked per container; of a longer one, only the first is checked
_MAX_NODES = 4096
_ATOMS = frozenset({int, float, complex, bool, str, type(None), type(...)})
_CONTAINERS = frozenset({list, tuple, dict})

_kind_of: Callable[[Any], type[Any]] = type  # `type`, with a signature for type checkers

Call = tuple[tuple[Any, ...], dict[str, Any]]


class _OutOfBand:
    """Unpickles as the byte string that it replaces, but is sent out of band."""

    __slots__ = ("value",)

    def __init__(self, value: bytes | bytearray) -> None:
        self.value = value

    def __reduce__(self) -> tuple[Callable[[Any], Any], tuple[PickleBuffer]]:
        is_huge = type(self.value) is bytes and len(self.value) >= MIN_HUGE_BYTES
        return bytes_of if is_huge else type(self.value), (PickleBuffer(self.value),)


def may_hold_out_of_band(values: Iterable[Any]) -> bool:
    """Return whether *values*, or the containers among them, hold a large byte string."""
    for value in values:
        kind = _kind_of(value)
        if kind is bytes or kind is bytearray:
            if len(value) >= MIN_OUT_OF_BAND_BYTES:
                return True
        elif kind in _CONTAINERS and value and _container_may_hold(value):
            return True
    return False


def _container_may_hold(container: list[Any] | tuple[Any, ...] | dict[Any, Any]) -> bool:
    items: Iterable[Any] = container.values() if isinstance(container, dict) else container
    if len(container) > _MAX_CHECKED:
        items = (next(iter(items)),)
    for item in items:
        kind = _kind_of(item)
        if (kind is bytes or kind is bytearray) and len(item) >= MIN_OUT_OF_BAND_BYTES:
            return True
    return False


def with_out_of_band(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call:
    """Return *args* and *kwargs* with large byte strings replaced wherever that is safe."""
    try:
        copy = _Copy()
        return copy.of(args), copy.of(kwargs)
    except _Unsound:
        return out_of_band_bytes(args, kwargs)


def out_of_band_bytes(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call:
    """Return *args* and *kwargs* with each argument replaced that is itself a large `bytes`."""
    known: dict[int, _OutOfBand] = {}

    def loose(value: Any) -> Any:
        if type(value) is bytes and len(value) >= MIN_OUT_OF_BAND_BYTES:
            return known.setdefault(id(value), _OutOfBand(value))
        return value

    return tuple(map(loose, args)), {key: loose(value) for key, value in kwargs.items()}


class _Unsound(Exception):  # signals a result of the check, not an error
    """An object in the call may share a value that would be copied."""


class _Copy:
    """Copies builtin containers with the byte strings replaced; keeps what they share."""

    def __init__(self) -> None:
        self._copies: dict[int, Any] = {}  # by id of the original, which the call keeps alive
        self._nodes_left = _MAX_NODES

    def of(self, value: Any) -> Any:
        kind = _kind_of(value)
        if kind in _ATOMS:
            return value
        self._nodes_left -= 1
        if self._nodes_left < 0:
            raise _Unsound
        copy = self._copies.get(id(value))
        if copy is None:
            copy = self._copies[id(value)] = self._new(kind, value)
            if kind is list:
                copy.extend(map(self.of, value))
            elif kind is dict:
                if not all(type(key) in _ATOMS for key in value):
                    raise _Unsound
                copy.update((key, self.of(item)) for key, item in value.items())
        return copy

    def _new(self, kind: type, value: Any) -> Any:
        if kind is bytes or kind is bytearray:
            return _OutOfBand(value) if len(value) >= MIN_OUT_OF_BAND_BYTES else value
        if kind is list:
            return []
        if kind is dict:
            return {}
        if kind is tuple:
            return tuple(map(self.of, value))
        if kind.__module__ == "numpy" and kind.__name__ == "ndarray" and not value.dtype.hasobject:
            return value
        raise _Unsound
