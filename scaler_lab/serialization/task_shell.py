"""What `get_ipython()` gives in a task of a notebook: enough of a shell for ``!command``.

A cell's ``files = !ls {folder}`` is ``get_ipython().getoutput("ls {folder}")``.  A worker has no
IPython shell: starting one takes half a second and opens the user's history.  So this runs the
commands, with the same expansion of ``{expression}`` and ``$name``, and refuses magics by name.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
from typing import Any, NoReturn

_caller = sys._getframe  # pyright: ignore[reportPrivateUsage]


class TaskShell:
    """In place of the notebook's `InteractiveShell`."""

    def getoutput(self, command: str, split: bool = True, depth: int = 0) -> Any:
        """The lines that *command* writes, as IPython gives them."""
        text = importlib.import_module("IPython.utils.process").getoutput(
            _expanded(command, _caller(1 + depth))
        )
        texts: Any = importlib.import_module("IPython.utils.text")
        return texts.SList(text.splitlines()) if split else texts.LSString(text)

    def system(self, command: str) -> None:
        """Run *command*; what it writes is the task's output."""
        sys.stdout.flush()
        subprocess.run(_expanded(command, _caller(1)), shell=True, check=False)

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(
            f"get_ipython().{name}: a task runs in a worker process, which has no IPython shell. "
            "Commands (!ls) work there; use magics in the notebook"
        )


def _expanded(command: str, frame: Any) -> str:
    formatter: Any = importlib.import_module("IPython.utils.text").DollarFormatter()
    try:
        expanded: str = formatter.vformat(
            command, args=[], kwargs={**frame.f_globals, **frame.f_locals}
        )
    except Exception:  # as IPython does: then the shell gets it as it is
        return command
    return expanded
