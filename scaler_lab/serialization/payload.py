"""`FlatPayload`: a result that arrived as bytes, and is unpickled where it is used."""

from __future__ import annotations

from typing import Any

from scaler_lab.serialization import pickling


class FlatPayload:
    """A `Payload` that holds a packed and flattened value or exception.

    It is unpickled in the thread that loads it, because that may run code of users' classes.
    """

    __slots__ = ("_data", "_is_error")

    def __init__(self, data: bytes, *, is_error: bool) -> None:
        self._data = data
        self._is_error = is_error

    def load(self) -> Any:
        unpack = pickling.unpack_exception if self._is_error else pickling.unpack_value
        return unpack(*pickling.unflatten(self._data))
