"""Knows which notebook cell runs now, so that views can lead from a task to its cell.

IPython reports each cell before it runs, so a submit only reads a variable.  If a thread submits
while a later cell runs, its task counts for that later cell.  After each cell, `replaced` checks
whether the cell replaced any clients.
"""

from __future__ import annotations

import sys
from typing import Any

from scaler_lab.core.encoding import plain_text

MAX_ID_LENGTH = 64  # characters, the limit of nbformat

_current = ""
_is_running = False
_shell: Any = None  # IPython's, once its events are followed
_n_runs = 0


def current_cell() -> str:
    """Return the id of the cell that runs, or ran last; empty outside a notebook."""
    return _current


def n_runs() -> int:
    """Return how many cells have started to run since `track_cells`; it differs in each cell."""
    return _n_runs


def is_running() -> bool:
    """Return whether a cell runs now; False outside a notebook."""
    return _is_running


def track_cells() -> None:
    """Follow IPython's cells if IPython runs.  Called for each new client; idempotent."""
    global _shell, _is_running
    ipython: Any = sys.modules.get("IPython")
    if _shell is not None or ipython is None:
        return
    shell = getattr(ipython, "get_ipython", _none)()
    if shell is None:
        return
    _shell = shell
    shell.events.register("pre_run_cell", _note)
    shell.events.register("post_run_cell", _end_replaced)
    # The cell that makes the first client already runs: its request has its id.
    _is_running = True
    request: dict[str, Any] = getattr(shell, "get_parent", dict[str, Any])() or {}
    metadata: dict[str, Any] = request.get("metadata") or {}
    _take(metadata.get("cellId"))


def shell() -> Any:
    """Return IPython's shell if it runs and its cells are followed; else None."""
    return _shell


def _end_replaced(_result: Any) -> None:
    global _is_running
    _is_running = False
    from scaler_lab.client import replaced

    replaced.after_cell()


def _note(info: Any) -> None:
    global _n_runs, _is_running
    _n_runs += 1
    _is_running = True
    _take(getattr(info, "cell_id", None))


def _take(cell_id: object) -> None:
    global _current
    _current = plain_text(cell_id[:MAX_ID_LENGTH]) if isinstance(cell_id, str) else ""


def _none() -> None:
    return None
