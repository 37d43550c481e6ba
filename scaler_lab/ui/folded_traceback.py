"""The text of a traceback with the frames of libraries folded, so that the user's own stand out.

A call into pandas or scikit-learn adds a dozen frames between the user's line and the error.  Each
run of such frames becomes one line.  The frame that raised the error stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scaler_lab.core.library_files import library_of

_FRAME = re.compile(r'^(?P<margin>[ |+]*)(?:File "(?P<file>[^"]*)", line \d+, in |Cell In\[)')
_FEWEST = 2  # frames; a single one takes no more room than the line that would replace it


@dataclass
class _Frame:
    margin: str
    library: str  # empty for the user's own code
    lines: list[str]


def folded_traceback(text: str) -> str:
    """Return the text with each run of library frames as one line."""
    lines: list[str] = []
    run: list[_Frame] = []
    for part in _parts(text.split("\n")):
        if isinstance(part, _Frame) and part.library:
            if run and run[-1].margin != part.margin:
                lines += _folded(run)
                run = []
            run.append(part)
            continue
        if run:
            raised = [] if isinstance(part, _Frame) else [run.pop()]
            lines += _folded(run)
            lines += [line for frame in raised for line in frame.lines]
            run = []
        lines += part.lines if isinstance(part, _Frame) else [part]
    lines += [line for frame in run for line in frame.lines]
    return "\n".join(lines)


def last_frame(text: str) -> list[str]:
    """Return the lines of the last frame of the user's own code; of any code if there is none."""
    frames = [part for part in _parts(text.split("\n")) if isinstance(part, _Frame)]
    mine = [frame for frame in frames if not frame.library]
    chosen = (mine or frames)[-1:]
    return [line[len(frame.margin) :] for frame in chosen for line in frame.lines]


def _parts(lines: Sequence[str]) -> Iterator[_Frame | str]:
    """Yield the frames, and the lines that belong to none."""
    frame: _Frame | None = None
    for line in lines:
        found = _FRAME.match(line)
        if found is not None:
            if frame is not None:
                yield frame
            frame = _Frame(found["margin"], library_of(found["file"] or ""), [line])
        elif frame is not None and line.startswith((f"{frame.margin}  ", f"{frame.margin}[")):
            frame.lines.append(line)  # source, carets, or "[Previous line repeated 9 more times]"
        else:
            if frame is not None:
                yield frame
                frame = None
            yield line
    if frame is not None:
        yield frame


def _folded(run: Sequence[_Frame]) -> list[str]:
    if len(run) < _FEWEST:
        return [line for frame in run for line in frame.lines]
    names = ", ".join(dict.fromkeys(frame.library for frame in run))
    return [f"{run[0].margin}... {len(run)} frames in {names}"]
