"""Escapes text from tasks before it is shown.  All such text passes through this module.

Task names, errors, details and worker names can come from anywhere: file names of a data set,
messages of exceptions, the content of a web page.  If a terminal gets such text unchanged, the text
can write the clipboard (OSC 52), set the title, clear the screen, send queries whose replies arrive
on stdin (CSI 6n), or reverse the reading direction so that "cancelled" reads as something else.

The rule is the same as for `repr`: a character that is not printable is shown as its escape.

==========================  ====================  ======================================
text                        for example           shown as
==========================  ====================  ======================================
C0, DEL, C1                 ESC, BEL, U+009B      \\x1b, \\x07, \\x9b
direction, zero width       U+202E, U+200B        \\u202e, \\u200b
invisible characters        U+3164, U+FE0F        \\u3164, \\ufe0f
that count as letters
lone surrogates             U+D800                \\ud800
private, unassigned         U+E000, U+0378        \\ue000, \\u0378 (their width is unknown)
joiners and variation       U+200D in 👩‍🔬          unchanged between letters of a script that joins
selectors                   U+200C in می‌خواهم     them or in emoji; elsewhere an escape
anything else               é, 日本, 👍           unchanged
==========================  ====================  ======================================

The pages of notebooks and JupyterLab follow the same table.  The file `unseen.ts` of the front end
is written from it, and both sides are tested with the same cases.

A backslash stays a single backslash: the result is for reading, not for parsing back.

Sanitized text is still plain text.  Put it into a `rich.text.Text`.  Never pass it through rich's
markup (``[/]`` in a name would raise, ``[link=...]`` would become a link) or rich's highlighter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

MAX_CHARACTERS = 2_000
"""The longest text that a view shows.  A name of a gigabyte costs no more than this."""

_ELLIPSIS = " [...]"

# Python counts these as printable (letters, marks and spaces), but they are invisible or have no
# width.
UNSEEN_RANGES = (
    (0x00A0, 0x00A0),  # no-break space: copied text contains it instead of a space
    (0x034F, 0x034F),  # combining grapheme joiner
    *((0x115F, 0x1160), (0x3164, 0x3164), (0xFFA0, 0xFFA0)),  # Hangul fillers
    (0x17B4, 0x17B5),  # Khmer inherent vowels
    (0x180B, 0x180F),  # Mongolian variation selectors
    (0x2800, 0x2800),  # Braille blank
)
# Joiners and variation selectors: part of emoji, and of words in scripts such as Persian's.
JOINER_RANGES = ((0x200C, 0x200D), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
SPACE_RANGES = ((0x2000, 0x200A), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000))
FIRST_JOINED = 0x0590  # Latin, Greek and Cyrillic letters need no joiner: there it would only hide
_JOINED = re.compile(r"[LMS]")  # categories: letters, marks, symbols


def _codes(ranges: Sequence[tuple[int, int]]) -> frozenset[int]:
    return frozenset(code for first, last in ranges for code in range(first, last + 1))


_JOINERS = _codes(JOINER_RANGES)
_CONNECTORS = frozenset([0x200C, 0x200D])  # the other joiners are variation selectors
_UNSEEN = _codes(UNSEEN_RANGES) | _JOINERS
_SPACES = _codes(SPACE_RANGES)  # wide or narrow, but visible
_HANDLED_BY_CALLER = frozenset([0x09, 0x0A])


class _Visible(dict[int, str]):
    """A `str.translate` table from code points to visible text.

    It caches ASCII only, so it stays small.
    """

    def __missing__(self, code: int) -> str:
        shown = _visible(code)
        if code < 0x80:
            self[code] = shown
        return shown


def _visible(code: int) -> str:
    character = chr(code)
    if code in _HANDLED_BY_CALLER or code in _SPACES:
        return character
    if character.isprintable() and code not in _UNSEEN:
        return character
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


_TABLE = _Visible()
_ONE_LINE = str.maketrans({"\n": "\\n", "\t": "\\t"})


def clean(text: str, encoding: str = "utf-8") -> str:
    """Return *text* without anything that a terminal would interpret.

    Newlines and tabs are kept: the caller handles them.

    Args:
        text: The text to sanitize.  It is cut after `MAX_CHARACTERS` characters.
        encoding: The terminal's encoding.  Characters that it lacks are escaped as well, instead of
            raising `UnicodeEncodeError`.
    """
    if len(text) > MAX_CHARACTERS:
        text = text[:MAX_CHARACTERS] + _ELLIPSIS
    if not text.isascii():
        text = _translated(text)
        if not encoding.lower().startswith("utf"):
            text = text.encode(encoding, "backslashreplace").decode(encoding)
    elif not text.isprintable():
        text = text.translate(_TABLE)
    return text


def _translated(text: str) -> str:
    """Return *text* with escapes, but with the joiners that its script or an emoji needs."""
    if _JOINERS.isdisjoint(map(ord, text)):
        return text.translate(_TABLE)
    return "".join(
        character if _is_needed(text, n) else character.translate(_TABLE)
        for n, character in enumerate(text)
    )


def _is_needed(text: str, n: int) -> bool:
    """Whether the character at *n* is a joiner or a variation selector in its place."""
    code = ord(text[n])
    if code not in _JOINERS or n == 0:
        return False
    before = text[n - 1]
    if code not in _CONNECTORS:
        return _is_joined(before) or text[n + 1 : n + 2] == "\u20e3"  # a keycap: 1, it, enclosed
    if ord(before) in _JOINERS - _CONNECTORS and n > 1:
        before = text[n - 2]  # a variation selector belongs to what is before it
    return _is_joined(before) and n + 1 < len(text) and _is_joined(text[n + 1])


def _is_joined(character: str) -> bool:
    code = ord(character)
    if code < FIRST_JOINED or code in _UNSEEN:
        return False
    return _JOINED.match(unicodedata.category(character)) is not None


def clean_line(text: str, encoding: str = "utf-8") -> str:
    """Return *text* sanitized like `clean`, in one line: with ``\\n`` and ``\\t`` escaped too."""
    shown = clean(text, encoding)
    return shown if shown.isprintable() else shown.translate(_ONE_LINE)
