"""Reads the Python stacks of workers from outside, out of their memory.

The worker does nothing for it: no signal, no thread, no code runs in it, and a wait of C code isn't
cut short.  So it also works while a task holds the GIL in C code, or hangs.

Workers are forked, without exec, from a process that the scheduler forked as well.  So all of them
have the same interpreter at the same addresses: the type of code objects, for example, is at the
address at which the scheduler itself has it.  Each pointer that is followed is checked that way: a
read that came too late finds something else there, and is tried again.

Why not py-spy?  It is a process of its own for each look (20 ms; here 0.1 to 1 ms), supports each
new Python only later, and doesn't report whether a thread's instruction pointer moves, which is how
`task_stacks` distinguishes C code from Python code.
"""

from __future__ import annotations

import contextlib
import functools
import time
from types import CodeType
from typing import Final, NamedTuple

from scaler_lab.engines.local.scheduler.interpreter_layout import (
    FRAME_BYTES,
    HEADER,
    MAX_THREADS,
    OB_TYPE,
    POINTER,
    TAGS,
    TEXT_STATE_AT,
    Layout,
    ProcessMemory,
    ReadTorn,
)

MAX_FRAMES: Final = 200  # of one thread; the innermost ones
MAX_SECONDS: Final = 0.01  # of one read, in which the scheduler does nothing else
_ATTEMPTS: Final = 8
_INTERPRETER_FRAMES: Final = ("<interpreter trampoline>", "<shim>")
_MAX_TEXT: Final = 4_096
_MAX_TABLE: Final = 1 << 20
_PAGE: Final = 4_096
_USUAL_BYTES: Final = 256  # of a string or a line table, read at once


class Frame(NamedTuple):
    """A function that has started and not returned."""

    file: str
    line: int
    name: str


class ThreadStack(NamedTuple):
    """The frames of one thread, the innermost first.

    Attributes:
        thread_id: The kernel's id of the thread; equal to the process id for the main thread.
        frames: At most `MAX_FRAMES`.
        position: The address of the current instruction, and the frames' addresses.  If two reads
            are equal in this, the thread has executed no Python code in between, or came back to
            the very same instruction.
    """

    thread_id: int
    frames: tuple[Frame, ...]
    position: tuple[int, ...]


class FrameReader:
    """Reads the stacks of forked processes.  One thread uses it."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def read(self, pid: int) -> list[ThreadStack]:
        """Return the stacks of a worker's threads, the main thread's first.

        Other threads are left out if they change all the time, or if there are so many that reading
        them takes longer than `MAX_SECONDS`.

        Raises:
            OSError: The process is gone, or may not be read.
            ReadTorn: The main thread's stack changed all the time.
        """
        end = time.monotonic() + MAX_SECONDS
        with ProcessMemory(pid) as memory:
            reading = _Reading(memory, self._layout)
            main, *others = self._states(memory)
            stacks = [reading.thread(main)]
            for state in others:
                if time.monotonic() > end:
                    break
                with contextlib.suppress(ReadTorn):
                    stacks.append(reading.thread(state))
            return stacks

    def _states(self, memory: ProcessMemory) -> list[int]:
        states = [self._layout.main_state]
        while len(states) < MAX_THREADS:
            try:
                newer = memory.word(states[-1] + self._layout.newer)
            except ReadTorn:
                break  # a thread has just ended
            if not newer or newer in states:
                break
            states.append(newer)
        return states


class _Code(NamedTuple):
    """What is shown of a code object."""

    file: str
    name: str
    first_line: int
    line_table: bytes


class _Reading:
    """One read of a process.  What several frames have in common is read once.

    Nothing is kept for the next read: another object may be at the same address then.
    """

    def __init__(self, memory: ProcessMemory, layout: Layout) -> None:
        self._memory = memory
        self._layout = layout
        self._is_code: dict[int, bool] = {}
        self._codes: dict[int, _Code] = {}
        self._texts: dict[int, str] = {}

    def thread(self, state: int) -> ThreadStack:
        """Read until two reads in a row agree about which functions run.

        A thread that calls short functions all the time never stands still so long.  Then the
        part on which the two last reads agree is the answer: the callers.
        """
        chain: list[tuple[int, int, int]] = []
        before: list[tuple[int, int, int]] | None = None
        for _ in range(_ATTEMPTS):
            try:
                chain = self._chain(state)
            except ReadTorn:
                before = None
                continue
            if before is not None and [c[:2] for c in chain] == [c[:2] for c in before]:
                break
            before = chain
        else:
            if before is None:
                raise ReadTorn("the stack changed during each of several reads")
            chain = _common_callers(before, self._chain(state))
        thread_id = self._memory.word(state + self._layout.native_id)
        frames = [frame for _, code, at in chain if (frame := self._frame(code, at)) is not None]
        position = (chain[0][2], *(address for address, _, _ in chain)) if chain else ()
        return ThreadStack(thread_id, tuple(frames), position)

    def _chain(self, state: int) -> list[tuple[int, int, int]]:
        """Return (address, code object, instruction) of each frame, the innermost first.

        Most frames of a thread are side by side, so a page of memory is read at a time.
        """
        layout, memory = self._layout, self._memory
        address = memory.word(state + layout.current)
        if layout.current_in is not None and address:
            address = memory.word(address + layout.current_in)
        pages: dict[int, bytes] = {}
        chain: list[tuple[int, int, int]] = []
        for _ in range(2 * MAX_FRAMES):  # a torn read may lead in a circle
            if not address or len(chain) == MAX_FRAMES:
                break
            page = address & -_PAGE
            if page not in pages:
                pages[page] = memory.read_some(page, _PAGE + FRAME_BYTES)
            at = address - page
            data = pages[page][at : at + FRAME_BYTES]
            if len(data) < FRAME_BYTES:
                data = memory.read(address, FRAME_BYTES)
            code = int.from_bytes(data[layout.code : layout.code + POINTER], "little") & ~TAGS
            at = layout.instruction
            instruction = int.from_bytes(data[at : at + POINTER], "little")
            if code and code not in self._is_code:
                self._is_code[code] = memory.word(code + OB_TYPE) == id(CodeType)
            if code and self._is_code[code]:
                chain.append((address, code, instruction))
            # else it is the interpreter's own frame between C code and Python code
            at = layout.previous
            address = int.from_bytes(data[at : at + POINTER], "little")
        return chain

    def _frame(self, address: int, instruction: int) -> Frame | None:
        code = self._code(address)
        offset = instruction - address - CodeType.__basicsize__
        if code.name in _INTERPRETER_FRAMES:
            return None
        if offset > _MAX_TABLE:
            raise ReadTorn("not an instruction of this code")
        if offset < 0:  # it has not started yet
            return Frame(code.file, code.first_line, code.name)
        return Frame(code.file, _line_of(code.line_table, code.first_line, offset), code.name)

    def _code(self, address: int) -> _Code:
        code = self._codes.get(address)
        if code is None:
            layout = self._layout
            head = self._memory.read(address, CodeType.__basicsize__)
            if _pointer(head, OB_TYPE) != id(CodeType):
                raise ReadTorn("not a code object")
            at = layout.first_line
            code = self._codes[address] = _Code(
                self._text(_pointer(head, layout.filename)),
                self._text(_pointer(head, layout.qualname)),
                int.from_bytes(head[at : at + 4], "little"),
                self._bytes(_pointer(head, layout.line_table)),
            )
        return code

    def _text(self, address: int) -> str:
        text = self._texts.get(address)
        if text is None:
            layout = self._layout
            head = self._memory.read_some(address, _USUAL_BYTES)
            if len(head) < TEXT_STATE_AT + 4 or _pointer(head, OB_TYPE) != id(str):
                raise ReadTorn("not a string")
            length = _pointer(head, HEADER)
            at = TEXT_STATE_AT
            state = int.from_bytes(head[at : at + 4], "little") & layout.text_state
            kind = layout.text_kinds.get(state)
            if kind is None or length > _MAX_TEXT:
                raise ReadTorn("not a string of this kind")
            data = self._rest(address, head, kind.data_at, length * kind.width)
            text = self._texts[address] = data.decode(kind.codec, "replace")
        return text

    def _bytes(self, address: int) -> bytes:
        head = self._memory.read_some(address, _USUAL_BYTES)
        if len(head) < HEADER + POINTER or _pointer(head, OB_TYPE) != id(bytes):
            raise ReadTorn("not bytes")
        size = _pointer(head, HEADER)
        if size > _MAX_TABLE:
            raise ReadTorn("not bytes of this kind")
        return self._rest(address, head, bytes.__basicsize__ - 1, size)

    def _rest(self, address: int, head: bytes, start: int, size: int) -> bytes:
        """Return *size* bytes of an object, from *start* on; *head* was read already."""
        data = head[start : start + size]
        return data if len(data) == size else self._memory.read(address + start, size)


def _pointer(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + POINTER], "little")


def _common_callers(
    a: list[tuple[int, int, int]], b: list[tuple[int, int, int]]
) -> list[tuple[int, int, int]]:
    """Return the outermost frames of *a* that are also those of *b*."""
    same = 0
    while same < min(len(a), len(b)) and a[-1 - same][:2] == b[-1 - same][:2]:
        same += 1
    if not same:
        raise ReadTorn("the stack changed during each of several reads")
    return a[len(a) - same :]


@functools.lru_cache(maxsize=1_000)
def _line_of(table: bytes, first_line: int, offset: int) -> int:
    """Return the line of the instruction at *offset*, as Python itself decodes the table."""
    code = _empty.replace(
        co_linetable=table,
        co_firstlineno=first_line,
        co_code=_empty.co_code[:2] * (offset // 2 + 1),
    )
    for start, end, line in code.co_lines():
        if start <= offset < end:
            return first_line if line is None else line
    return first_line


def _nothing() -> None:
    pass


_empty: Final = _nothing.__code__
