"""Lists the modules of the installed Python's standard library."""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path
from typing import NamedTuple

# Not the library: packages installed beside it, its own tests, and code that is wrong on purpose.
_LEFT_OUT = frozenset(
    ["__pycache__", "site-packages", "dist-packages", "test", "tests", "idle_test", "turtledemo"]
)


class Module(NamedTuple):
    """A module and its source file."""

    name: str
    path: str


def standard_library(folder: str | None = None) -> list[Module]:
    """Return every module that has a source file, sorted by name, without the library's own tests.

    Raises `FileNotFoundError` if the library has no sources (some embedded Pythons).
    """
    root = Path(folder or sysconfig.get_path("stdlib"))
    modules: list[Module] = []
    for here, folders, files in os.walk(root):
        folders[:] = [f for f in folders if f not in _LEFT_OUT and f.isidentifier()]
        package = Path(here).relative_to(root).parts
        for file in files:
            stem, suffix = os.path.splitext(file)
            if suffix == ".py" and stem.isidentifier():
                parts = package if stem == "__init__" and package else (*package, stem)
                modules.append(Module(".".join(parts), os.path.join(here, file)))
    if not modules:
        raise FileNotFoundError(
            f"no Python source files under {root}: this Python came without the sources of its "
            "standard library; run the demo with one that has them (python.org's, your system's)"
        )
    return sorted(modules)
