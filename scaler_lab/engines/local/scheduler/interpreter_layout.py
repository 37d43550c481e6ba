"""Where the interpreter keeps what `FrameReader` reads, in this Python.

The layout of the interpreter's structures differs between versions of Python.  No table of
versions is kept: `Layout.find` finds the offsets in this process, by looking for values that it
knows in its own frames.  If one can't be found, stacks are unavailable, and the error states that.

Source: CPython's ``Include/internal/pycore_frame.h`` and ``Include/cpython/pystate.h``.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
import threading
from types import CodeType, FrameType
from typing import Final, NamedTuple, Self

MAX_THREADS: Final = 100
POINTER: Final = 8
HEADER: Final = object.__basicsize__
OB_TYPE: Final = HEADER - POINTER
FRAME_BYTES: Final = 96  # of an interpreter frame; what is needed is in its first half
TAGS: Final = 7  # bits of a tagged pointer that aren't part of the address
TEXT_STATE_AT: Final = HEADER + 2 * POINTER  # in a `str`: after its length and its hash
_STATE_BYTES: Final = 512  # of a thread state
_LINKS_BYTES: Final = 64  # the part of a thread state that has the links to its neighbours


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
        """Return *size* bytes; `ReadTorn` if that memory doesn't exist."""
        data = self.read_some(address, size)
        if len(data) != size:
            raise ReadTorn(f"{len(data)} of {size} bytes")
        return data

    def read_some(self, address: int, size: int) -> bytes:
        """Return up to *size* bytes, as many as there are; `ReadTorn` if there are none."""
        try:
            return os.pread(self._fd, size, address)
        except (OSError, OverflowError) as error:
            raise ReadTorn(str(error)) from None

    def fileno(self) -> int:
        """Return the descriptor of the memory's file."""
        return self._fd

    def word(self, address: int) -> int:
        """Return the pointer at *address*."""
        return int.from_bytes(self.read(address, POINTER), "little")


class TextKind(NamedTuple):
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
    text_state: int  # in a `str`: the mask of the bits for its kind
    text_kinds: dict[int, TextKind]

    @classmethod
    def find(cls) -> Layout:
        """Find the offsets in this process.  Call it in the main thread.

        Raises:
            LayoutUnknown: One of them was not found.
        """
        if sys.byteorder != "little" or struct.calcsize("P") != POINTER:
            raise LayoutUnknown("only 64-bit little-endian machines are supported")
        try:
            with ProcessMemory("self") as memory:
                return _find_layout(memory)
        except (OSError, ReadTorn) as error:
            raise LayoutUnknown(f"this process can't read its own memory: {error}") from None


def _index(words: tuple[int, ...], value: int, what: str, mask: int = 0) -> int:
    for at, word in enumerate(words):
        if word & ~mask == value:
            return at * POINTER
    raise LayoutUnknown(f"{what} was not found in this Python")


def _words(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // POINTER}Q", data)


def _thread_state() -> int:
    api = ctypes.pythonapi.PyThreadState_Get
    api.restype = ctypes.c_void_p
    return int(api() or 0)


def _interpreter_frame(memory: ProcessMemory, frame: FrameType) -> int:
    return memory.word(id(frame) + HEADER + POINTER)  # after `f_back`


def _find_layout(memory: ProcessMemory) -> Layout:
    frame = sys._getframe()  # pyright: ignore[reportPrivateUsage]
    caller = frame.f_back
    assert caller is not None
    words = _words(memory.read(_interpreter_frame(memory, frame), FRAME_BYTES))
    code_at = _index(words, id(frame.f_code), "the code of a frame", TAGS)
    previous_at = _index(words, _interpreter_frame(memory, caller), "the caller of a frame")
    instruction_at = _find_instruction(memory)
    current, current_in = _find_current(memory)

    # A code object with a line number that nothing else in it can be, and two different names.
    line = 0x5CA1E7
    code = ProcessMemory.read.__code__.replace(co_firstlineno=line)
    head = memory.read(id(code), CodeType.__basicsize__)
    fields = _words(head[: len(head) // POINTER * POINTER])
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
        return words.index(address) * POINTER, None
    for at, word in enumerate(words):
        try:
            data = read(fd, 2 * POINTER, word)
        except (OSError, OverflowError):
            continue
        if len(data) == 2 * POINTER and address in (inside := _words(data)):
            return at * POINTER, inside.index(address) * POINTER
    raise LayoutUnknown("the current frame of a thread was not found in this Python")


def _find_instruction(memory: ProcessMemory) -> int:
    def inner() -> int:
        frame = sys._getframe().f_back  # pyright: ignore[reportPrivateUsage]
        assert frame is not None
        code = frame.f_code
        words = _words(memory.read(_interpreter_frame(memory, frame), FRAME_BYTES))
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
    for at in range(0, _LINKS_BYTES, POINTER):
        reached = state
        for _ in range(MAX_THREADS):
            try:
                reached = memory.word(reached + at)
            except ReadTorn:
                break
            if reached == newer:
                return at
    raise LayoutUnknown("the list of threads was not found in this Python")


def _find_text_kinds(memory: ProcessMemory) -> tuple[int, dict[int, TextKind]]:
    """Find how `str` stores its characters, by strings made here.

    A bit for the kind is the same in all strings of a kind, and differs between kinds.  The
    others show whether the string is interned, or are not used and may have any value.
    """
    varying, distinct, first = 0, 0, 0
    kinds: list[tuple[int, TextKind]] = []
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
            int.from_bytes(memory.read(id(text) + TEXT_STATE_AT, 4), "little") for text in texts
        ]
        first = first or states[0]
        for state in states:
            varying |= state ^ states[0]
        distinct |= states[0] ^ first
        size = sys.getsizeof(texts[0])
        kinds.append((states[0], TextKind(size - (len(texts[0]) + 1) * width, codec, width)))
    mask = distinct & ~varying
    found = {state & mask: kind for state, kind in kinds}
    if len(found) != len(kinds):
        raise LayoutUnknown("the kinds of strings were not found in this Python")
    return mask, found
