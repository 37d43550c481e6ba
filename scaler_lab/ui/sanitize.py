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
anything else               é, 日本, 👍           unchanged
==========================  ====================  ======================================

A backslash stays a single backslash: the result is for reading, not for parsing back.

Sanitized text is still plain text.  Put it into a `rich.text.Text`.  Never pass it through rich's
markup (``[/]`` in a name would raise, ``[link=...]`` would become a link) or rich's highlighter.
"""

from __future__ import annotations

MAX_CHARACTERS = 2_000
"""The longest text that a view shows.  A name of a gigabyte costs no more than this."""

_ELLIPSIS = " [...]"

# Python counts these as printable (letters, marks and spaces), but they are invisible or have no
# width.
_UNSEEN = frozenset(
    [
        0x00A0,  # no-break space: copied text contains it instead of a space
        0x034F,  # combining grapheme joiner
        *(0x115F, 0x1160, 0x3164, 0xFFA0),  # Hangul fillers
        *(0x17B4, 0x17B5),  # Khmer inherent vowels
        0x2800,  # Braille blank
        *range(0x180B, 0x1810),  # Mongolian variation selectors
        *range(0xFE00, 0xFE10),  # variation selectors: terminals disagree on their width
        *range(0xE0100, 0xE01F0),  # more variation selectors
    ]
)
_SPACES = frozenset([*range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000])  # wide or narrow, but visible
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
        text = text.translate(_TABLE)
        if not encoding.lower().startswith("utf"):
            text = text.encode(encoding, "backslashreplace").decode(encoding)
    elif not text.isprintable():
        text = text.translate(_TABLE)
    return text


def clean_line(text: str, encoding: str = "utf-8") -> str:
    """Return *text* sanitized like `clean`, in one line: with ``\\n`` and ``\\t`` escaped too."""
    return clean(text, encoding).translate(_ONE_LINE)
