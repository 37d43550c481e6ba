"""The output of one task: its newest mebibyte, and the number of bytes in all.

It keeps bytes and converts them to text on request, so that a character that came in two pieces is
whole.  Bytes that aren't UTF-8 are shown escaped (``\\xff``).  The text may contain anything that
the task wrote, so a view must sanitize it.

The owner of a buffer makes sure that only one thread at a time uses it.
"""

from __future__ import annotations

import codecs
from typing import NamedTuple, Self

OUTPUT_BUFFER_BYTES = 1024 * 1024

_decoder = codecs.getincrementaldecoder("utf-8")


class OutputEnd(NamedTuple):
    """The end of a task's output, as text, and the number of bytes before it."""

    text: str
    before: int


class OutputText(str):
    """A task's output, as text.

    Attributes:
        dropped: The number of bytes before this text, which were dropped.
    """

    __slots__ = ("dropped",)

    dropped: int

    def __new__(cls, text: str, dropped: int = 0) -> Self:
        made = super().__new__(cls, text)
        made.dropped = dropped
        return made


class OutputBuffer:
    """A ring buffer of one task's output."""

    __slots__ = ("_kept", "total")

    def __init__(self) -> None:
        self._kept = bytearray()
        self.total: int = 0  # bytes written so far, kept or not

    def add(self, data: bytes, at: int | None = None) -> None:
        """Add *data*.  *at* is its position, if something before it may have been dropped."""
        if at is not None and at != self.total:
            if at < self.total:  # received twice
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
        """Return the kept bytes from *at* on, preceded by the position where they start."""
        start = max(at, self.dropped)
        return start, bytes(self._kept[start - self.dropped :])

    def end(self, limit: int = OUTPUT_BUFFER_BYTES, *, is_whole: bool = True) -> OutputEnd:
        """Return the last *limit* bytes as text.

        Unless *is_whole*, more may come, so an incomplete character at the end is left out.
        """
        start, data = self.since(self.total - limit)
        if start:  # don't start inside a character
            skipped = next((n for n, byte in enumerate(data[:4]) if byte & 0xC0 != 0x80), 0)
            start, data = start + skipped, data[skipped:]
        return OutputEnd(_decoder("backslashreplace").decode(data, is_whole), start)
