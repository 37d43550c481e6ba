"""The object that `get_ipython()` returns in a task: enough of a shell to run ``!command``.

IPython turns a cell's ``files = !ls {folder}`` into ``get_ipython().getoutput("ls {folder}")``.  A
worker has no IPython shell, because starting one takes half a second and opens the user's history.
So this object runs the commands, with the same expansion of ``{expression}`` and ``$name``.  For
magics and everything else it raises an error that names the attribute.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
from typing import Any, NoReturn

_caller = sys._getframe  # pyright: ignore[reportPrivateUsage]


class TaskShell:
    """Replaces the notebook's `InteractiveShell` in a task."""

    def getoutput(self, command: str, split: bool = True, depth: int = 0) -> Any:
        """Run *command* and return its output the way IPython does.

        Args:
            command: The shell command; ``{expression}`` and ``$name`` are expanded.
            split: Return the output as a list of lines (`SList`) if true, else as an `LSString`.
            depth: How many frames above the caller the variables for the expansion are.
        """
        text = importlib.import_module("IPython.utils.process").getoutput(
            _expanded(command, _caller(1 + depth))
        )
        texts: Any = importlib.import_module("IPython.utils.text")
        return texts.SList(text.splitlines()) if split else texts.LSString(text)

    def system(self, command: str) -> None:
        """Run *command*.  Its output becomes the task's output.

        Args:
            command: The shell command; ``{expression}`` and ``$name`` are expanded.
        """
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
    except Exception:  # as IPython does: run the command without expansion
        return command
    return expanded
