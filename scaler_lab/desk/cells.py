"""Which cell of a notebook runs now, so that a person can be led from a task to where it came from.

IPython says so before it runs a cell: reading it costs a submit nothing.  A thread that submits
while a later cell runs is taken to be of that one.
"""

from __future__ import annotations

import sys
from typing import Any

LONGEST_ID = 64  # characters, as nbformat has them

_current = ""
_is_watching = False


def current_cell() -> str:
    """The id of the cell that runs, or ran last; empty outside a notebook."""
    return _current


def watch() -> None:
    """Begin to know it, where IPython runs.  Called for each client that is made; idempotent."""
    global _is_watching
    ipython: Any = sys.modules.get("IPython")
    if _is_watching or ipython is None:
        return
    shell = getattr(ipython, "get_ipython", _none)()
    if shell is None:
        return
    _is_watching = True
    shell.events.register("pre_run_cell", _note)
    # The cell that makes the first client runs already: its request says which it is.
    request: dict[str, Any] = getattr(shell, "get_parent", dict[str, Any])() or {}
    metadata: dict[str, Any] = request.get("metadata") or {}
    _take(metadata.get("cellId"))


def _note(info: Any) -> None:
    _take(getattr(info, "cell_id", None))


def _take(cell_id: object) -> None:
    global _current
    _current = cell_id[:LONGEST_ID] if isinstance(cell_id, str) else ""


def _none() -> None:
    return None
