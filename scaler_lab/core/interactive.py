"""Whether a person types the program, or it runs as a script."""

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


def _none() -> None:
    return None
