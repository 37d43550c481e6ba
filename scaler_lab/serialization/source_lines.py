"""Send the source lines of a function with its code, so that tracebacks in a worker show them.

A worker has no file for the code of a notebook's cell, and on another machine none for a script.
Therefore a function that is pickled by value brings the lines of its own code, which the worker
puts into `linecache`.  Tracebacks, warnings and `inspect.getsource` read them from there.

A notebook's cell has a file name that means nothing to a user.  Its label (``In[5]``) is sent too,
and replaces the file name in the tracebacks that are sent back.

What it costs: the lines make a function's stream longer, typically by 200 to 1,000 bytes.  Finding
them takes 10 us once per function.
"""

from __future__ import annotations

import linecache
import sys
from collections.abc import Iterator
from types import CodeType
from typing import Any, NamedTuple

_MAX_LENGTH = 100_000  # characters; the lines of a longer function are not sent
_MAX_ENTRIES = 256


class SourceLines(NamedTuple):
    """The lines of a function's code, and where they are."""

    filename: str
    label: str  # of a notebook's cell, such as "In[5]"; else empty
    first: int  # the number of the first line
    text: str


_found: dict[int, tuple[CodeType, SourceLines]] = {}  # by id of the code, which is kept alive
labels: dict[str, str] = {}
"""In a worker, by file name: the labels of the cells whose functions it has received."""


def source_lines(code: CodeType) -> SourceLines:
    """Return the lines of *code*, including the code that is nested in it.

    The text is empty if the source is unknown, as it is for code passed to `exec`.
    """
    known = _found.get(id(code))
    if known is not None:
        return known[1]
    lines = _lines_of(code)[code.co_firstlineno - 1 : _last_line(code)]
    text = "".join(lines).rstrip("\n")
    if len(text) > _MAX_LENGTH:
        text = ""
    filename = code.co_filename
    found = SourceLines(filename, label_of(filename), code.co_firstlineno, text)
    if len(_found) >= _MAX_ENTRIES:
        _found.clear()
    _found[id(code)] = code, found
    return found


def register(found: SourceLines) -> None:
    """Let `linecache` return these lines in this process."""
    filename, label, first, text = found
    if label:
        labels[filename] = label
    new = [f"{line}\n" for line in text.split("\n")] if text else []
    lines: list[str] = linecache.getlines(filename)  # the file, if it exists here
    start, end = first - 1, first - 1 + len(new)
    if lines[start:end] == new:
        return
    lines = lines + ["\n"] * (end - len(lines))
    lines[start:end] = new
    # Without a modification time, `linecache.checkcache` keeps the entry.
    linecache.cache[filename] = sum(map(len, lines)), None, lines, filename


def with_labels(text: str) -> str:
    """Return the text of a traceback with the labels of notebook cells, as IPython shows them."""
    for filename in _filenames(text):
        label = label_of(filename)
        if label:
            text = text.replace(f'File "{filename}", line ', f"Cell {label}, line ")
    return text


def _filenames(text: str) -> set[str]:
    parts = text.split('File "')[1:]
    return {part.partition('", line ')[0] for part in parts}


def _lines_of(code: CodeType) -> list[str]:
    lines: list[str] = linecache.getlines(code.co_filename)
    if not lines:  # since Python 3.13.1 the lines of the interactive interpreter are found by code
        by_code: Any = getattr(linecache, "_getlines_from_code", None)
        lines = by_code(code) if by_code is not None else []
    return lines


def _last_line(code: CodeType) -> int:
    ends = (end for one in _nested(code) for _, end, _, _ in one.co_positions() if end)
    return max(ends, default=0)


def _nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if type(constant) is CodeType:
            yield from _nested(constant)


def label_of(filename: str) -> str:
    """Return the label of a notebook's cell; "" for other files."""
    if filename in labels:
        return labels[filename]
    get_shell: Any = getattr(sys.modules.get("IPython"), "get_ipython", None)
    shell = get_shell() if get_shell is not None else None
    named: Any = getattr(getattr(shell, "compile", None), "format_code_name", None)
    found: Any = named(filename) if named is not None else None
    return str(found[1]) if found else ""
