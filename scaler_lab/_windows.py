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
    "live": ("scaler_lab.ui.terminal.live", "live"),
    "board": ("scaler_lab.ui.terminal.renderables", "of_board"),
    "client": ("scaler_lab.ui.terminal.renderables", "of_client"),
    "future": ("scaler_lab.ui.terminal.renderables", "of_future"),
    "group": ("scaler_lab.ui.terminal.renderables", "of_group"),
    "waiting": ("scaler_lab.ui.terminal.wait_bar", "waiting"),
    "interrupted": ("scaler_lab.ui.terminal.wait_bar", "interrupted"),
    "notebook": ("scaler_lab.ui.notebook.display", "show"),
    "form": ("scaler_lab.ui.notebook.form", "open_form"),
    "mimebundle": ("scaler_lab.ui.notebook.display", "mimebundle"),
}


def open_view(name: Name, target: object, **options: Any) -> Any:
    """The window called *name* onto *target*.

    Any, because what it is belongs to the window's library, which lower floors don't know.
    """
    module, function = _HOME[name]
    return getattr(importlib.import_module(module), function)(target, **options)
