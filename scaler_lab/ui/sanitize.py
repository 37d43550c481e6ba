"""The one door through which foreign text reaches the terminal.

Task names, errors, details and worker names are data from anywhere: file names of a data set, texts
of exceptions, what a web page said.  Put on a terminal as they are, they can write the clipboard
(OSC 52), set the title, clear the screen, ask questions whose answers land on stdin (CSI 6n), or
turn the reading direction around so that "cancelled" reads as something else.

The rule is the one that `repr` has: what is not printable is shown as its escape.

==========================  ====================  =======================================
text                        for example           shown as
==========================  ====================  =======================================
C0, DEL, C1                 ESC, BEL, U+009B      \\x1b, \\x07, \\x9b
direction, zero width       U+202E, U+200B        \\u202e, \\u200b
seen as nothing, though     U+3164, U+FE0F        \\u3164, \\ufe0f
they count as letters
lone surrogates             U+D800                \\ud800
private, unassigned         U+E000, U+0378        \\ue000, \\u0378 (nobody knows their width)
anything else               é, 日本, 👍           as it is
==========================  ====================  =======================================

A backslash stays one backslash: the result is for reading, not for parsing back.

Clean text is plain text still.  It goes into a `rich.text.Text`, never through rich's markup
(``[/]`` in a name would raise, ``[link=...]`` would be followed) nor its highlighter.
"""

from __future__ import annotations

MAX_CHARACTERS = 2_000
"""No window shows more of one text; a name of a gigabyte costs no more than this."""

_ELLIPSIS = " [...]"

# Printable for Python, as they are letters, marks and spaces, but invisible or of no width.
_UNSEEN = frozenset(
    [
        0x00A0,  # no-break space: not a space when it is copied
        0x034F,  # combining grapheme joiner
        *(0x115F, 0x1160, 0x3164, 0xFFA0),  # Hangul fillers
        *(0x17B4, 0x17B5),  # Khmer inherent vowels
        0x2800,  # Braille blank
        *range(0x180B, 0x1810),  # Mongolian variation selectors
        *range(0xFE00, 0xFE10),  # variation selectors: terminals disagree on the width they give
        *range(0xE0100, 0xE01F0),  # more of them
    ]
)
_SPACES = frozenset([*range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000])  # wide or narrow, but seen
_HANDLED_BY_CALLER = frozenset([0x09, 0x0A])


class _Visible(dict[int, str]):
    """For `str.translate`: code points to what is shown.  Remembers ASCII only: it stays small."""

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
    """*text* with nothing in it that a terminal obeys; newlines and tabs are left to the caller.

    *encoding* is the terminal's: what it lacks is shown escaped as well, rather than raise.
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
    """`clean`, as one line: newlines and tabs are shown as ``\\n`` and ``\\t``."""
    return clean(text, encoding).translate(_ONE_LINE)
