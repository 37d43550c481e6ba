"""Sends the generators behind `random.gauss` and `np.random.normal` by name, not with their state.

Such functions are methods of one hidden generator in each process.  Pickle sends a method with its
object, so every task would get a copy of the submitting process's generator in the same state, and
draw the same number.  The pickler is told to refer to those generators by name instead: a task then
draws from its worker's own, which was seeded apart.

A generator that the user made is the user's: it is sent with its state, as pickle does.
"""

from __future__ import annotations

import sys
from typing import Any

_modules = sys.modules
MARK = b"andom"
"""What the streams of all such generators contain: one cheap search for most tasks."""

_CLASS_MARKS = (b"\x06Random\x94", b"randomstate_ctor")


def may_hold(stream: bytes) -> bool:
    """Whether *stream* holds a generator of a class that the hidden ones are of."""
    return any(mark in stream for mark in _CLASS_MARKS)


def name_of_generator(value: Any) -> str | None:
    """The name under which *value*'s class's module has it, if it is a hidden generator.

    What a pickler's `reducer_override` returns, to have it sent by that name.
    """
    random = _modules.get("random")
    if random is not None and value is getattr(random, "_inst", None):
        return "_inst"
    numpy_random = _modules.get("numpy.random.mtrand")
    if numpy_random is not None and value is getattr(numpy_random, "_rand", None):
        return "_rand"
    return None
