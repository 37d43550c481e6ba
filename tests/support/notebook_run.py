"""Runs a notebook's cells as IPython does, then a check in the same namespace.  Run it as:

    python notebook_run.py NOTEBOOK CHECK

It uses no kernel, because the browser tests cover kernels, and starting one takes seconds.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, cast


def main(path: str, check: str) -> None:
    """Run the notebook and the check; exits with a traceback if a cell or the check raises."""
    import IPython.core.interactiveshell as shells

    shell = cast("Any", shells).InteractiveShell.instance()
    notebook = json.loads(Path(path).read_text(encoding="utf-8"))
    cells = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]
    for code in [*cells, check]:
        shell.run_cell(code).raise_error()


if __name__ == "__main__":
    main(*sys.argv[1:])
