"""The name of the running program, which views show for an engine that it started for itself."""

from __future__ import annotations

import os
import sys

from scaler_lab.core.encoding import plain_text

MAX_LENGTH = 200  # characters


def program_name() -> str:
    """Return the name of the notebook, script or module that runs; else "python" or "ipython".

    The text comes from outside and is not sanitized.
    """
    return plain_text(_name())


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
