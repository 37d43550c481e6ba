"""Reads the Python stacks of workers from outside, out of their memory.

The worker does nothing for it: no signal, no thread, no code runs in it, and a wait of C code isn't
cut short.  So it also works while a task holds the GIL in C code, or hangs.

Workers are forked, without exec, from a process that the scheduler forked as well.  So all of them
have the same interpreter at the same addresses: the type of code objects, for example, is at the
address at which the scheduler itself has it.  Each pointer that is followed is checked that way: a
read that came too late finds something else there, and is tried again.

The layout of the interpreter's structures differs between versions of Python.  No table of
versions is kept: `Layout.find` finds the offsets in this process, by looking for values that it
knows in its own frames.  If one can't be found, stacks are unavailable, and the error says so.

Why not py-spy?  It is a process of its own for each look (20 ms; here 0.1 to 1 ms), supports each
new Python only later, and doesn't say whether a thread's instruction pointer moves, which is how
`stacks` distinguishes C code from Python code.

Source: CPython's ``Include/internal/pycore_frame.h`` and ``Include/cpython/pystate.h``.
"""

from __future__ import annotations

import ctypes
import functools
import os
import struct
import sys
import threading
from types import CodeType, FrameType
from typing import Final, NamedTuple, Self

MAX_FRAMES: Final = 200  # of one thread; the innermost ones
MAX_THREADS: Final = 100
_ATTEMPTS: Final = 8
_POINTER: Final = 8
_HEADER: Final = object.__basicsize__
_OB_TYPE: Final = _HEADER - _POINTER
_FRAME_BYTES: Final = 96  # of an interpreter frame; what is needed is in its first half
_STATE_BYTES: Final = 512  # of a thread state
_LINKS_BYTES: Final = 64  # the part of a thread state that has the links to its neighbours
_TAGS: Final = 7  # bits of a tagged pointer that aren't part of the address
_TEXT_STATE_AT: Final = _HEADER + 2 * _POINTER  # in a `str`: after its length and its hash
_INTERPRETER_FRAMES: Final = ("<interpreter trampoline>", "<shim>")
_MAX_TEXT: Final = 4_096
_MAX_TABLE: Final = 1 << 20


class LayoutUnknown(Exception):  # reported as a state, not as a failure
    """The structures of this Python can't be read."""


class ReadTorn(Exception):
    """The process changed what was being read; another attempt may succeed."""


class ProcessMemory:
    """The memory of a process, to be read only.

    Raises:
        OSError: The process is gone, or this one may not read it.
    """

    def __init__(self, pid: int | str) -> None:
        self._fd = os.open(f"/proc/{pid}/mem", os.O_RDONLY | os.O_CLOEXEC)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)

    def read(self, address: int, size: int) -> bytes:
        """Return *size* bytes; `ReadTorn` if there is no such memory."""
        try:
            data = os.pread(self._fd, size, address)
        except (OSError, OverflowError) as error:
            raise ReadTorn(str(error)) from None
        if len(data) != size:
            raise ReadTorn(f"{len(data)} of {size} bytes")
        return data

    def fileno(self) -> int:
        """Return the descriptor of the memory's file."""
        return self._fd

    def word(self, address: int) -> int:
        """Return the pointer at *address*."""
        return int.from_bytes(self.read(address, _POINTER), "little")


class Frame(NamedTuple):
    """A function that has begun and not returned."""

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


class _TextKind(NamedTuple):
    """How the characters of one kind of `str` are stored."""

    data_at: int
    codec: str
    width: int


class Layout(NamedTuple):
    """Where the fields of the interpreter's structures are, in bytes."""

    main_state: int  # the address of the main thread's state
    current: int  # in a thread state: the current frame, or a pointer to what has it
    current_in: int | None  # if so: where it is in there
    newer: int  # in a thread state: the thread state made after it
    native_id: int
    code: int  # in a frame
    previous: int
    instruction: int
    filename: int  # in a code object
    qualname: int
    line_table: int
    first_line: int
    text_state: int  # in a `str`: the mask of the bits that tell its kind
    text_kinds: dict[int, _TextKind]

    @classmethod
    def find(cls) -> Layout:
        """Find the offsets in this process.  Call it in the main thread.

        Raises:
            LayoutUnknown: One of them was not found.
        """
        if sys.byteorder != "little" or struct.calcsize("P") != _POINTER:
            raise LayoutUnknown("only 64-bit little-endian machines are supported")
        try:
            with ProcessMemory("self") as memory:
                return _find_layout(memory)
        except (OSError, ReadTorn) as error:
            raise LayoutUnknown(f"this process can't read its own memory: {error}") from None


def _index(words: tuple[int, ...], value: int, what: str, mask: int = 0) -> int:
    for at, word in enumerate(words):
        if word & ~mask == value:
            return at * _POINTER
    raise LayoutUnknown(f"{what} was not found in this Python")


def _words(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // _POINTER}Q", data)


def _thread_state() -> int:
    api = ctypes.pythonapi.PyThreadState_Get
    api.restype = ctypes.c_void_p
    return int(api() or 0)


def _interpreter_frame(memory: ProcessMemory, frame: FrameType) -> int:
    return memory.word(id(frame) + _HEADER + _POINTER)  # after `f_back`


def _find_layout(memory: ProcessMemory) -> Layout:
    frame = sys._getframe()  # pyright: ignore[reportPrivateUsage]
    caller = frame.f_back
    assert caller is not None
    words = _words(memory.read(_interpreter_frame(memory, frame), _FRAME_BYTES))
    code_at = _index(words, id(frame.f_code), "the code of a frame", _TAGS)
    previous_at = _index(words, _interpreter_frame(memory, caller), "the caller of a frame")
    instruction_at = _find_instruction(memory)
    current, current_in = _find_current(memory)

    # A code object with a line number that nothing else in it can be, and two different names.
    line = 0x5CA1E7
    code = ProcessMemory.read.__code__.replace(co_firstlineno=line)
    head = memory.read(id(code), CodeType.__basicsize__)
    fields = _words(head[: len(head) // _POINTER * _POINTER])
    first_line = head.find(line.to_bytes(4, "little"))
    if first_line < 0:
        raise LayoutUnknown("the first line of a code object was not found in this Python")

    state = _thread_state()
    newer, native_id = _find_thread_links(memory, state)
    mask, kinds = _find_text_kinds(memory)
    return Layout(
        main_state=state,
        current=current,
        current_in=current_in,
        newer=newer,
        native_id=native_id,
        code=code_at,
        previous=previous_at,
        instruction=instruction_at,
        filename=_index(fields, id(code.co_filename), "the file of a code object"),
        qualname=_index(fields, id(code.co_qualname), "the name of a code object"),
        line_table=_index(fields, id(code.co_linetable), "the lines of a code object"),
        first_line=first_line,
        text_state=mask,
        text_kinds=kinds,
    )


def _find_current(memory: ProcessMemory) -> tuple[int, int | None]:
    """Find the pointer to the current frame in this thread's state.

    Until Python 3.12 it is in another structure, to which the state points.
    """
    state = _thread_state()
    address = _interpreter_frame(memory, sys._getframe())  # pyright: ignore[reportPrivateUsage]
    read, fd = os.pread, memory.fileno()  # no function in between: its frame would be the current
    words = _words(read(fd, _STATE_BYTES, state))
    if address in words:
        return words.index(address) * _POINTER, None
    for at, word in enumerate(words):
        try:
            data = read(fd, 2 * _POINTER, word)
        except (OSError, OverflowError):
            continue
        if len(data) == 2 * _POINTER and address in (inside := _words(data)):
            return at * _POINTER, inside.index(address) * _POINTER
    raise LayoutUnknown("the current frame of a thread was not found in this Python")


def _find_instruction(memory: ProcessMemory) -> int:
    def inner() -> int:
        frame = sys._getframe().f_back  # pyright: ignore[reportPrivateUsage]
        assert frame is not None
        code = frame.f_code
        words = _words(memory.read(_interpreter_frame(memory, frame), _FRAME_BYTES))
        instruction = id(code) + CodeType.__basicsize__ + frame.f_lasti
        return _index(words, instruction, "the instruction of a frame")

    return inner()


def _find_thread_links(memory: ProcessMemory, state: int) -> tuple[int, int]:
    states: list[tuple[int, int]] = []
    has_begun, may_end = threading.Event(), threading.Event()

    def run() -> None:
        states.append((_thread_state(), threading.get_native_id()))
        has_begun.set()
        may_end.wait()

    thread = threading.Thread(target=run, name="scaler-lab layout", daemon=True)
    thread.start()
    try:
        has_begun.wait()
        newer, its_id = states[0]
        words = _words(memory.read(newer, _STATE_BYTES))
        return _find_newer(memory, state, newer), _index(words, its_id, "the id of a thread")
    finally:
        may_end.set()
        thread.join()


def _find_newer(memory: ProcessMemory, state: int, newer: int) -> int:
    """Find the link by which one gets from the state of the main thread to a newer one."""
    for at in range(0, _LINKS_BYTES, _POINTER):
        reached = state
        for _ in range(MAX_THREADS):
            try:
                reached = memory.word(reached + at)
            except ReadTorn:
                break
            if reached == newer:
                return at
    raise LayoutUnknown("the list of threads was not found in this Python")


def _find_text_kinds(memory: ProcessMemory) -> tuple[int, dict[int, _TextKind]]:
    """Find how `str` stores its characters, by strings made here.

    A bit that tells the kind is the same in all strings of a kind, and differs between kinds.  The
    others say whether the string is interned, or are not used and may have any value.
    """
    varying, distinct, first = 0, 0, 0
    kinds: list[tuple[int, _TextKind]] = []
    for letter, codec, width in (
        ("a", "ascii", 1),
        ("\u00e9", "latin-1", 1),
        ("\u0142", "utf-16-le", 2),
        ("\U0001f600", "utf-32-le", 4),
    ):
        texts = [letter * n for n in range(2, 100)]
        texts += [sys.intern(letter * n + "_") for n in range(2, 100)]
        if codec == "ascii":
            texts += sys.modules
        states = [
            int.from_bytes(memory.read(id(text) + _TEXT_STATE_AT, 4), "little") for text in texts
        ]
        first = first or states[0]
        for state in states:
            varying |= state ^ states[0]
        distinct |= states[0] ^ first
        size = sys.getsizeof(texts[0])
        kinds.append((states[0], _TextKind(size - (len(texts[0]) + 1) * width, codec, width)))
    mask = distinct & ~varying
    found = {state & mask: kind for state, kind in kinds}
    if len(found) != len(kinds):
        raise LayoutUnknown("the kinds of strings were not found in this Python")
    return mask, found


class FrameReader:
    """Reads the stacks of forked processes.  One thread uses it."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def read(self, pid: int) -> list[ThreadStack]:
        """Return the stacks of a worker's threads, the main thread's first.

        Raises:
            OSError: The process is gone, or may not be read.
            ReadTorn: It changed all the time.
        """
        with ProcessMemory(pid) as memory:
            return [self._read_thread(memory, state) for state in self._states(memory)]

    def read_main(self, pid: int) -> ThreadStack:
        """Return the stack of a worker's main thread.

        Raises:
            OSError: The process is gone, or may not be read.
            ReadTorn: It changed all the time.
        """
        with ProcessMemory(pid) as memory:
            return self._read_thread(memory, self._layout.main_state)

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

    def _read_thread(self, memory: ProcessMemory, state: int) -> ThreadStack:
        """Read until two reads in a row agree about which functions run.

        A thread that calls short functions all the time never stands still so long.  Then the
        part on which the two last reads agree is the answer: the callers.
        """
        layout = self._layout
        chain: list[tuple[int, int, int]] = []
        before: list[tuple[int, int, int]] | None = None
        for _ in range(_ATTEMPTS):
            try:
                chain = self._chain(memory, state)
            except ReadTorn:
                before = None
                continue
            if before is not None and [c[:2] for c in chain] == [c[:2] for c in before]:
                break
            before = chain
        else:
            if before is None:
                raise ReadTorn("the stack changed during each of several reads")
            chain = _common_callers(before, self._chain(memory, state))
        thread_id = memory.word(state + layout.native_id)
        frames = [
            frame for _, code, at in chain if (frame := self._frame(memory, code, at)) is not None
        ]
        position = (chain[0][2], *(address for address, _, _ in chain)) if chain else ()
        return ThreadStack(thread_id, tuple(frames), position)

    def _chain(self, memory: ProcessMemory, state: int) -> list[tuple[int, int, int]]:
        """Return (address, code object, instruction) of each frame, the innermost first."""
        layout = self._layout
        address = memory.word(state + layout.current)
        if layout.current_in is not None and address:
            address = memory.word(address + layout.current_in)
        chain: list[tuple[int, int, int]] = []
        for _ in range(2 * MAX_FRAMES):  # a torn read may lead in a circle
            if not address or len(chain) == MAX_FRAMES:
                break
            data = memory.read(address, _FRAME_BYTES)
            code = int.from_bytes(data[layout.code : layout.code + _POINTER], "little") & ~_TAGS
            at = layout.instruction
            instruction = int.from_bytes(data[at : at + _POINTER], "little")
            if code and memory.word(code + _OB_TYPE) == id(CodeType):
                chain.append((address, code, instruction))
            # else it is the interpreter's own frame between C code and Python code
            at = layout.previous
            address = int.from_bytes(data[at : at + _POINTER], "little")
        return chain

    def _frame(self, memory: ProcessMemory, code: int, instruction: int) -> Frame | None:
        layout = self._layout
        head = memory.read(code, CodeType.__basicsize__)

        def field(at: int) -> int:
            return int.from_bytes(head[at : at + _POINTER], "little")

        file = self._text(memory, field(layout.filename))
        name = self._text(memory, field(layout.qualname))
        first_line = int.from_bytes(head[layout.first_line : layout.first_line + 4], "little")
        offset = instruction - code - CodeType.__basicsize__
        if name in _INTERPRETER_FRAMES:
            return None
        if offset > _MAX_TABLE:
            raise ReadTorn("not an instruction of this code")
        if offset < 0:  # it has not begun yet
            return Frame(file, first_line, name)
        line = _line_of(self._bytes(memory, field(layout.line_table)), first_line, offset)
        return Frame(file, line, name)

    def _text(self, memory: ProcessMemory, address: int) -> str:
        layout = self._layout
        head = memory.read(address, _HEADER + 3 * _POINTER)
        if int.from_bytes(head[_OB_TYPE:_HEADER], "little") != id(str):
            raise ReadTorn("not a string")
        length = int.from_bytes(head[_HEADER : _HEADER + _POINTER], "little")
        at = _TEXT_STATE_AT
        state = int.from_bytes(head[at : at + 4], "little") & layout.text_state
        kind = layout.text_kinds.get(state)
        if kind is None or length > _MAX_TEXT:
            raise ReadTorn("not a string of this kind")
        data = memory.read(address + kind.data_at, length * kind.width)
        return data.decode(kind.codec, "replace")

    def _bytes(self, memory: ProcessMemory, address: int) -> bytes:
        head = memory.read(address, _HEADER + _POINTER)
        if int.from_bytes(head[_OB_TYPE:_HEADER], "little") != id(bytes):
            raise ReadTorn("not bytes")
        size = int.from_bytes(head[_HEADER:], "little")
        if size > _MAX_TABLE:
            raise ReadTorn("not bytes of this kind")
        return memory.read(address + bytes.__basicsize__ - 1, size)


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
