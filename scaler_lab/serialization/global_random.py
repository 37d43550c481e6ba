"""Pickle the generators behind `random.gauss` and `np.random.normal` by name, not by state.

Such functions are methods of one hidden generator per process.  Pickle sends a method with its
object.  So every task would get a copy of the submitting process's generator in the same state, and
draw the same number.  The picklers here refer to those generators by name instead: a task then
draws from its worker's own generator, which was seeded separately.

A generator that the user created is sent with its state, as pickle does.
"""

from __future__ import annotations

import sys
from typing import Any

_modules = sys.modules
MARK = b"andom"
"""The streams of all such generators contain it; for most tasks one cheap search is enough."""

_CLASS_MARKS = (b"\x06Random\x94", b"randomstate_ctor")


def may_hold(stream: bytes) -> bool:
    """Return whether *stream* contains a generator of the same class as the hidden ones."""
    return any(mark in stream for mark in _CLASS_MARKS)


def name_of_generator(value: Any) -> str | None:
    """Return a hidden generator's name in the module of its class; None for any other object.

    If a pickler's `reducer_override` returns this name, the generator is pickled by name.
    """
    random = _modules.get("random")
    if random is not None and value is getattr(random, "_inst", None):
        return "_inst"
    numpy_random = _modules.get("numpy.random.mtrand")
    if numpy_random is not None and value is getattr(numpy_random, "_rand", None):
        return "_rand"
    return None
