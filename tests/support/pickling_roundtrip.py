"""Round trips to another process: of calls, values and exceptions, also from a notebook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cloudpickle  # pyright: ignore[reportMissingTypeStubs]

from scaler_lab.serialization.pickling import (
    Packed,
    flatten,
    pack_call,
    pack_exception,
    pack_value,
    unflatten,
    unpack_call,
    unpack_exception,
    unpack_value,
)

MEGABYTE = 1 << 20

registry: Any = cloudpickle  # for its registry of modules pickled by value; it is untyped


def called(packed: Packed) -> Any:
    """Return the result of the call in a worker that received it inline."""
    function, args, kwargs = unpack_call(*unflatten(flatten(packed)))
    return function(*args, **kwargs)


def sent(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    return called(pack_call(function, args, kwargs, "task"))


def returned(value: Any) -> Any:
    return unpack_value(*unflatten(flatten(pack_value(value, "task"))))


def raised(error: BaseException) -> BaseException:
    return unpack_exception(*unflatten(flatten(pack_exception(error, "task")[0])))


def echo(*args: Any, **kwargs: Any) -> Any:
    return args, kwargs


class Notebook:
    """A `__main__` whose cells are run one by one."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {"__name__": "__main__"}

    def run(self, cell: str) -> None:
        # Without this file's own `from __future__ import annotations`.
        exec(compile(cell, "<cell>", "exec", dont_inherit=True), self.names)

    def __getitem__(self, name: str) -> Any:
        return self.names[name]

    def submit(self, name: str, *args: Any) -> Any:
        return sent(self.names[name], *args)
