"""The terminal's eight colours on `top`'s screen, which has its own background.

textual's defaults use one red for both red and magenta: failed and cancelled would look alike.
"""

from __future__ import annotations

from rich.terminal_theme import TerminalTheme

_GREY = (128, 128, 128)

DARK = TerminalTheme(
    (18, 18, 18),
    (224, 224, 224),
    [
        (36, 36, 36),
        (240, 84, 84),  # red
        (126, 200, 110),  # green
        (232, 184, 88),  # yellow
        (96, 165, 250),  # blue
        (198, 134, 230),  # magenta
        (86, 196, 210),  # cyan
        (224, 224, 224),
    ],
    [
        _GREY,
        (255, 110, 110),
        (150, 224, 134),
        (250, 208, 120),
        (130, 188, 255),
        (216, 160, 244),
        (120, 220, 232),
        (255, 255, 255),
    ],
)

LIGHT = TerminalTheme(
    (240, 240, 240),
    (30, 30, 30),
    [
        (30, 30, 30),
        (184, 28, 40),  # red
        (26, 116, 42),  # green
        (140, 92, 0),  # yellow
        (24, 84, 176),  # blue
        (130, 44, 150),  # magenta
        (0, 108, 128),  # cyan
        (90, 90, 90),
    ],
    [
        _GREY,
        (204, 40, 52),
        (36, 132, 54),
        (156, 104, 0),
        (36, 100, 196),
        (148, 60, 168),
        (0, 124, 146),
        (30, 30, 30),
    ],
)
