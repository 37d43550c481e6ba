"""`FakeTerminal`: a minimal terminal that shows what a user sees after a program's output.

It supports what rich's live display uses: text, CR, LF, cursor up, erase line, colours, showing and
hiding the cursor.  It raises on anything else, so that no test passes by ignoring a sequence.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\x1b\[(?P<numbers>[?0-9;]*)(?P<final>[A-Za-z])|(?P<text>[^\x1b])", re.DOTALL)


class FakeTerminal:
    """Lines of text and a cursor; the number of lines is not limited."""

    def __init__(self, width: int = 80) -> None:
        self._width = width
        self._lines: list[str] = [""]
        self._row = 0
        self._column = 0
        self.cursor_shown = True

    @property
    def lines(self) -> list[str]:
        """The lines, without trailing spaces, and without empty lines at the end."""
        lines = [line.rstrip() for line in self._lines]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def write(self, output: str) -> None:
        """Process the output of a program."""
        at = 0
        while at < len(output):
            token = _TOKEN.match(output, at)
            if token is None:
                raise AssertionError(f"this screen does not know {output[at : at + 20]!r}")
            at = token.end()
            if token["text"] is not None:
                self._put(token["text"])
            else:
                self._obey(token["numbers"], token["final"])

    def _put(self, character: str) -> None:
        if character == "\r":
            self._column = 0
        elif character == "\n":  # a terminal turns it into CR LF
            self._down()
            self._column = 0
        else:
            if self._column >= self._width:
                self._down()
                self._column = 0
            line = self._lines[self._row].ljust(self._column)
            self._lines[self._row] = line[: self._column] + character + line[self._column + 1 :]
            self._column += 1

    def _down(self) -> None:
        self._row += 1
        if self._row == len(self._lines):
            self._lines.append("")

    def _obey(self, numbers: str, final: str) -> None:
        match numbers, final:
            case "?25", "h":
                self.cursor_shown = True
            case "?25", "l":
                self.cursor_shown = False
            case _, "m":
                pass
            case "2", "K":
                self._lines[self._row] = ""
            case _, "A" if numbers.isdigit():
                self._row -= int(numbers)
                assert self._row >= 0, "moved above what was ever written"
            case _:
                raise AssertionError(f"this screen does not know CSI {numbers}{final}")
