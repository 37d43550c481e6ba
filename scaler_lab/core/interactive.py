"""Whether a person types the program, in a notebook or elsewhere, or it runs as a script."""

from __future__ import annotations

import sys
from typing import Any


def is_interactive() -> bool:
    """Return whether a person types the program: in a notebook, in IPython or in Python's REPL.

    ``python -i`` counts too.
    """
    if hasattr(sys, "ps1") or sys.flags.interactive:
        return True
    ipython: Any = sys.modules.get("IPython")
    return ipython is not None and getattr(ipython, "get_ipython", _none)() is not None


def running_kernel() -> Any:
    """Return the notebook kernel that runs this program; None if there is none."""
    if "ipykernel" not in sys.modules:
        return None
    shell = getattr(sys.modules.get("IPython"), "get_ipython", _none)()
    kernel = getattr(shell, "kernel", None)
    return kernel if hasattr(kernel, "control_handlers") else None


def answers_prompts(kernel: Any) -> bool:
    """Return whether the front end that runs the current cell of *kernel* can prompt a person.

    A program that runs a notebook, such as nbclient, can't.  It saves the code of every widget.
    """
    return bool(getattr(kernel, "_allow_stdin", False))


def _none() -> None:
    return None
