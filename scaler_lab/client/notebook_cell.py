"""Which cell of a notebook runs now, so that a person can be led from a task to where it came from.

IPython says so before it runs a cell: reading it costs a submit nothing.  A thread that submits
while a later cell runs is taken to be of that one.  After each cell, `replaced` looks which clients
the cell put in the place of others.
"""

from __future__ import annotations

import sys
from typing import Any

from scaler_lab.core.encoding import plain_text

MAX_ID_LENGTH = 64  # characters, as nbformat has them

_current = ""
_shell: Any = None  # IPython's, once it is watched
_n_runs = 0


def current_cell() -> str:
    """The id of the cell that runs, or ran last; empty outside a notebook."""
    return _current


def n_runs() -> int:
    """How many cells have begun to run since `track_cells`; it differs in each cell."""
    return _n_runs


def track_cells() -> None:
    """Begin to know it, where IPython runs.  Called for each client that is made; idempotent."""
    global _shell
    ipython: Any = sys.modules.get("IPython")
    if _shell is not None or ipython is None:
        return
    shell = getattr(ipython, "get_ipython", _none)()
    if shell is None:
        return
    _shell = shell
    shell.events.register("pre_run_cell", _note)
    shell.events.register("post_run_cell", _end_replaced)
    # The cell that makes the first client runs already: its request says which it is.
    request: dict[str, Any] = getattr(shell, "get_parent", dict[str, Any])() or {}
    metadata: dict[str, Any] = request.get("metadata") or {}
    _take(metadata.get("cellId"))


def shell() -> Any:
    """IPython's shell, where that runs and is watched; else None."""
    return _shell


def _end_replaced(_result: Any) -> None:
    from scaler_lab.client import replaced

    replaced.after_cell()


def _note(info: Any) -> None:
    global _n_runs
    _n_runs += 1
    _take(getattr(info, "cell_id", None))


def _take(cell_id: object) -> None:
    global _current
    _current = plain_text(cell_id[:MAX_ID_LENGTH]) if isinstance(cell_id, str) else ""


def _none() -> None:
    return None
