"""The windows, by name, for floors that may not import them.

Imports point down only, yet `client.live()` and `rich.print(board)` are asked for downstairs.  So
the lower floors know a window by what it is for, and this table knows where it lives; it is looked
up, and its libraries (rich, ipywidgets) are imported, when somebody really looks.
"""

from __future__ import annotations

import importlib
from typing import Any, Literal

Name = Literal[
    "live",
    "board",
    "client",
    "form",
    "future",
    "group",
    "notebook",
    "mimebundle",
    "waiting",
    "interrupted",
]

_HOME: dict[Name, tuple[str, str]] = {
    "live": ("scaler_lab.windows.terminal.live", "live"),
    "board": ("scaler_lab.windows.terminal.renderings", "of_board"),
    "client": ("scaler_lab.windows.terminal.renderings", "of_client"),
    "future": ("scaler_lab.windows.terminal.renderings", "of_future"),
    "group": ("scaler_lab.windows.terminal.renderings", "of_group"),
    "waiting": ("scaler_lab.windows.terminal.waiting", "waiting"),
    "interrupted": ("scaler_lab.windows.terminal.waiting", "interrupted"),
    "notebook": ("scaler_lab.windows.notebook.showing", "show"),
    "form": ("scaler_lab.windows.notebook.form", "open_form"),
    "mimebundle": ("scaler_lab.windows.notebook.showing", "mimebundle"),
}


def open_window(name: Name, looked_at: object, **options: Any) -> Any:
    """The window called *name* onto *looked_at*.

    Any, because what it is belongs to the window's library, which lower floors don't know.
    """
    module, function = _HOME[name]
    return getattr(importlib.import_module(module), function)(looked_at, **options)
