"""Draws a flame graph as SVG: one box for each function, as wide as the time spent in it.

The callers are above, what they call is below.  The picture has no script and no style sheet, so it
can be a part of any page.  All text is dark on a light box, so it can be read on any background.
Positions are shares of the width, and a box cuts its label off: at any width, the letters have
their size.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from html import escape
from typing import Final

from scaler_lab.core.encoding import printable
from scaler_lab.core.library_files import library_of
from scaler_lab.core.stack import StackFrame

_ROW: Final = 19  # pixels
_MAX_DEPTH: Final = 120
_MIN_SHARE: Final = 0.001  # of the width; a narrower box is left out
_MIN_LABELLED: Final = 0.015
_OWN, _LIBRARY, _WAITING, _HEADING = "#f7b878", "#f2e2a0", "#bcd2ee", "#e4e4e4"
_LEGEND: Final = (("own code", _OWN), ("libraries", _LIBRARY), ("waiting", _WAITING))

Stack = tuple[StackFrame, ...]


class _Node:
    """A function, called by the functions above it."""

    def __init__(self, frame: StackFrame) -> None:
        self.name = frame.name
        self.file = frame.file
        self.seconds = 0.0
        self.lines: dict[int, float] = defaultdict(float)  # the seconds in each
        self.children: dict[tuple[str, str], _Node] = {}

    def child(self, frame: StackFrame) -> _Node:
        key = frame.name, frame.file
        if key == (self.name, self.file):
            return self  # a recursion is one box
        if key not in self.children:
            self.children[key] = _Node(frame)
        return self.children[key]


def place_of(frame: StackFrame) -> str:
    """Return where a frame is, as "parse.py:40"; empty for what isn't code."""
    return f"{os.path.basename(frame.file)}:{frame.line}" if frame.file else ""


def svg(title: str, threads: Mapping[str, Iterable[tuple[Stack, float]]], width: str) -> str:
    """Return the picture.

    Args:
        title: The text at its top.
        threads: For each heading the stacks, with the seconds spent in them.
        width: The picture's width, in pixels or with a percent sign.
    """
    parts = [_box(0, 0, 1, _HEADING, title, title)]
    row = 1
    trees = [(heading, tree) for heading, stacks in threads.items() if (tree := _tree(stacks))]
    for heading, tree in trees:
        if len(trees) > 1:
            parts.append(_box(0, row, 1, _HEADING, heading, heading))
            row += 1
        row = _draw(tree, row, parts)
    row += 1  # above the legend
    parts += [_box(n * 0.2, row, 0.2, fill, text, text) for n, (text, fill) in enumerate(_LEGEND)]
    size = f'width="{escape(width)}" height="{(row + 1) * _ROW}"'
    label = escape(printable(f"Flame graph of {title}"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{label}" '
        f'font-family="system-ui, sans-serif" font-size="12">{"".join(parts)}</svg>'
    )


def _tree(stacks: Iterable[tuple[Stack, float]]) -> _Node | None:
    root = _Node(StackFrame("", 0, ""))
    for stack, seconds in stacks:
        root.seconds += seconds
        node, seen = root, {root}
        for frame in stack:
            node = node.child(frame)
            node.lines[frame.line] += seconds
            if node not in seen:
                node.seconds += seconds
                seen.add(node)
    return root if root.seconds else None


def _draw(root: _Node, row: int, parts: list[str]) -> int:
    """Draw what *root* called, from *row* on; return the next free row."""
    level, end, whole = [(0.0, root)], row + _MAX_DEPTH, root.seconds
    while level and row < end:
        below: list[tuple[float, _Node]] = []
        for left, node in level:
            for child in sorted(node.children.values(), key=lambda child: -child.seconds):
                share = child.seconds / whole
                if share >= _MIN_SHARE:
                    parts.append(_function(child, left, row, share))
                    below.append((left, child))
                left += share  # noqa: PLW2901
        level = below
        row += bool(level)
    return row


def _function(node: _Node, left: float, row: int, share: float) -> str:
    line = max(node.lines, key=node.lines.__getitem__)
    place = f"\n{node.file}, most often in line {line}" if node.file else ""
    about = f"{node.name}: {node.seconds:.2f} s, {share:.1%}{place}"
    fill = (_LIBRARY if library_of(node.file) else _OWN) if node.file else _WAITING
    label = node.name.rpartition("<locals>.")[2]
    return _box(left, row, share, fill, label, about)


def _box(left: float, row: int, share: float, fill: str, label: str, about: str) -> str:
    text = "" if share < _MIN_LABELLED else f'<text x="4" y="13">{_text(label)}</text>'
    return (
        f'<svg x="{left:.4%}" y="{row * _ROW}" width="{share:.4%}" height="{_ROW - 1}">'
        f'<title>{_text(about)}</title><rect width="100%" height="100%" fill="{fill}" '
        f'stroke="#888" stroke-width="0.5"/>{text}</svg>'
    )


def _text(text: str) -> str:
    return "\n".join(escape(printable(line)) for line in text.split("\n"))
