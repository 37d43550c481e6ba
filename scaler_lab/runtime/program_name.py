"""The name and the path of the running program, which views show for its own engine."""

from __future__ import annotations

import os
import sys

from scaler_lab.core.encoding import plain_text

MAX_LENGTH = 200  # characters
MAX_PATH_LENGTH = 4096


def program_name() -> str:
    """Return the name of the notebook, script or module that runs; else "python" or "ipython".

    The text comes from outside and is not sanitized.
    """
    return plain_text(_name())


def program_path() -> str:
    """Return the absolute path of the notebook or script that runs; empty if there is none.

    It distinguishes two programs with the same name.  The text comes from outside and isn't
    sanitized.
    """
    if "ipykernel" in sys.modules:
        path = os.environ.get("JPY_SESSION_NAME", "")
    else:
        path = getattr(sys.modules.get("__main__"), "__file__", None) or ""
    return plain_text(os.path.abspath(path)[:MAX_PATH_LENGTH]) if path else ""


def name_of_client(client: str, program: str) -> str:
    """Return what views call a client: its name if it has one, and its program."""
    return f"{client} ({program})" if client and program else client or program


def _name() -> str:
    notebook = os.environ.get("JPY_SESSION_NAME", "")  # set by Jupyter Server for its kernels
    if "ipykernel" in sys.modules:
        return os.path.basename(notebook)[:MAX_LENGTH] or "notebook"
    spec = getattr(sys.modules.get("__main__"), "__spec__", None)
    if spec is not None and spec.name:  # python -m
        return str(spec.name).removesuffix(".__main__")[:MAX_LENGTH]
    script = os.path.basename(sys.argv[0]) if sys.argv else ""
    if script in ("", "-", "-c"):
        return "ipython" if "IPython" in sys.modules else "python"
    return script[:MAX_LENGTH]
