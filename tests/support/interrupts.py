"""Interrupts the main thread at each point at which CPython runs signal handlers, one at a time.

CPython (3.11 and later) checks for signals when a function begins, after each call, and when a loop
jumps back, and nowhere else.  A tracer sees each bytecode, so it can raise KeyboardInterrupt at the
n-th such point of a call, for each n until the call ends before it.
"""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable, Iterator
from types import CodeType, FrameType
from typing import Any

_CALLS = frozenset({"CALL", "CALL_KW", "CALL_FUNCTION_EX"})
_points: dict[CodeType, frozenset[int]] = {}


def _points_of(code: CodeType) -> frozenset[int]:
    """Return the offsets of the instructions before which a signal may be handled."""
    found = _points.get(code)
    if found is None:
        offsets: set[int] = set()
        before = ""
        for instruction in dis.get_instructions(code):
            if before in _CALLS or instruction.opname == "JUMP_BACKWARD":
                offsets.add(instruction.offset)
            before = instruction.opname
        found = _points[code] = frozenset(offsets)
    return found


class Interrupter:
    """Raises *error* at point number *at* (the first is 1) of the call that `run` makes."""

    def __init__(self, at: int, error: type[BaseException] = KeyboardInterrupt) -> None:
        self._at = at
        self._error = error
        self._seen = 0
        self.where = ""
        """Where it raised; empty if the call ended before that."""

    def run(self, call: Callable[[], Any]) -> Any:
        """Make *call*; return its result, or None if it was interrupted."""
        before = sys.gettrace()
        sys.settrace(self._trace)
        try:
            return call()
        except self._error:
            if not self.where:
                raise
            return None
        finally:
            sys.settrace(before)

    def _trace(self, frame: FrameType, event: str, _arg: object) -> Any:
        if self.where or frame.f_code.co_filename == __file__:
            return None
        if event == "call":
            frame.f_trace_opcodes = True
            frame.f_trace_lines = False
            self._note(frame)
        elif event == "opcode" and frame.f_lasti in _points_of(frame.f_code):
            self._note(frame)
        return self._trace

    def _note(self, frame: FrameType) -> None:
        self._seen += 1
        if self._seen == self._at:
            self.where = f"{frame.f_code.co_filename}:{frame.f_lineno} {frame.f_code.co_qualname}"
            raise self._error


def at_each_point(call: Callable[[], Any]) -> Iterator[tuple[str, Any]]:
    """Make *call* once for each of its points, interrupted there; yield (where, its result).

    The last call isn't interrupted, and its `where` is empty.
    """
    at = 0
    while True:
        at += 1
        interrupter = Interrupter(at)
        returned = interrupter.run(call)
        yield interrupter.where, returned
        if not interrupter.where:
            return
