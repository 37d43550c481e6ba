"""What one task wrote: the newest mebibyte of it, and how much there was in all.

Bytes are kept, and made text when somebody asks: a character that came in two pieces is whole
then.  What is no UTF-8 is shown escaped (``\\xff``); the text is as hostile as its task, so a
window cleans it.

Whoever owns a ring sees to it that one thread at a time uses it.
"""

from __future__ import annotations

import codecs
from typing import NamedTuple, Self

OUTPUT_BUFFER_BYTES = 1024 * 1024

_decoder = codecs.getincrementaldecoder("utf-8")


class OutputEnd(NamedTuple):
    """The end of what a task wrote, as text; how many bytes came before it."""

    text: str
    before: int


class OutputText(str):
    """What a task wrote, as text; *dropped* bytes came before it, and are gone."""

    __slots__ = ("dropped",)

    dropped: int

    def __new__(cls, text: str, dropped: int = 0) -> Self:
        made = super().__new__(cls, text)
        made.dropped = dropped
        return made


class OutputBuffer:
    """See the module."""

    __slots__ = ("_kept", "total")

    def __init__(self) -> None:
        self._kept = bytearray()
        self.total: int = 0  # bytes written so far, kept or not

    def add(self, data: bytes, at: int | None = None) -> None:
        """Take in what comes next; *at* is its place, where something may have been dropped."""
        if at is not None and at != self.total:
            if at < self.total:  # told twice
                data = data[self.total - at :]
                at = self.total
            else:
                self._kept.clear()  # what is kept has no gaps
            self.total = at
        self.total += len(data)
        kept = self._kept
        kept += data[-OUTPUT_BUFFER_BYTES:]
        if len(kept) > OUTPUT_BUFFER_BYTES:
            del kept[: len(kept) - OUTPUT_BUFFER_BYTES]

    @property
    def kept(self) -> int:
        """How many bytes are kept."""
        return len(self._kept)

    @property
    def dropped(self) -> int:
        """How many bytes were written and are not kept."""
        return self.total - len(self._kept)

    def since(self, at: int) -> tuple[int, bytes]:
        """What is kept of the bytes from *at* on, and where it begins."""
        start = max(at, self.dropped)
        return start, bytes(self._kept[start - self.dropped :])

    def end(self, limit: int = OUTPUT_BUFFER_BYTES, *, is_whole: bool = True) -> OutputEnd:
        """The last *limit* bytes as text.  Unless it *is_whole*, more may come: a character whose
        end is missing yet is left out.
        """
        start, data = self.since(self.total - limit)
        if start:  # don't begin inside a character
            skipped = next((n for n, byte in enumerate(data[:4]) if byte & 0xC0 != 0x80), 0)
            start, data = start + skipped, data[skipped:]
        return OutputEnd(_decoder("backslashreplace").decode(data, is_whole), start)
