"""What may be submitted as a task's function."""

from __future__ import annotations

import functools
from inspect import CO_ASYNC_GENERATOR
from types import CoroutineType
from typing import Any

from scaler_lab.serialization.coroutines import async_generator_message


def check_function(fn: Any) -> None:
    """Raise TypeError if *fn* can't be a task's function.

    It is neither a coroutine, which is what calling a coroutine function returns, nor an async
    generator function.
    """
    code = getattr(fn, "__code__", None)
    if code is None:  # not a plain function or method
        if type(fn) is CoroutineType:
            name = fn.__qualname__
            fn.close()  # it will never run, and Python would warn of that
            raise TypeError(
                f"a task needs the function and its arguments, not the coroutine {name}(...): "
                f"write submit({name}, ...)"
            )
        if not callable(fn):
            raise TypeError(f"a task needs a function, not {type(fn).__qualname__!r}")
        inner: Any = fn
        while isinstance(inner, functools.partial):
            inner = inner.func
        code = getattr(inner, "__code__", None)
        if code is None:
            code = getattr(type(inner).__call__, "__code__", None)
        if code is None:
            return
    if code.co_flags & CO_ASYNC_GENERATOR:
        raise TypeError(async_generator_message(code.co_qualname))
