"""The user's own modules, as opposed to those of Python and of installed packages.

Only these are edited while a program runs.  A module is the user's own if it has a file outside the
standard library, of every ``site-packages`` and ``dist-packages``, and of this package.  So the
modules of a project's folder are, and those of packages installed with ``pip install -e``.
"""

from __future__ import annotations

import hashlib
import os
import site
import sys
import sysconfig
from collections.abc import Iterator
from functools import lru_cache
from types import ModuleType
from typing import NamedTuple

_INSTALLED = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")


class Stamp(NamedTuple):
    """The state of a file.  Two states with the same stamp have the same content.

    A program can set a file's time of modification back, but not ctime.
    """

    modified_ns: int
    changed_ns: int
    size: int
    inode: int

    @property
    def latest_ns(self) -> int:
        """When the content may have changed last."""
        return max(self.modified_ns, self.changed_ns)


def stamp_of(path: str) -> Stamp | None:
    """The stamp of a file; None if there is no such file."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return Stamp(found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)


def digest_of(path: str) -> bytes:
    """A digest of a file's content; empty if it can't be read."""
    try:
        with open(path, "rb") as file:
            return hashlib.blake2b(file.read(), digest_size=16).digest()
    except OSError:
        return b""


def file_of(module: ModuleType) -> str | None:
    """The file of one of the user's own modules; None for every other module."""
    try:
        path = module.__dict__.get("__file__")
    except Exception:  # not a module, but an object that somebody put among them
        return None
    return path if isinstance(path, str) and is_own(path) else None


def own_modules() -> Iterator[tuple[str, ModuleType, str]]:
    """The name, the module and the file of each of the user's own modules that are loaded."""
    for name, module in list(sys.modules.items()):
        if name not in ("__main__", "__mp_main__") and (path := file_of(module)) is not None:
            yield name, module, path


def prepare() -> None:
    """Look up where Python and installed packages are.

    `sysconfig` imports modules for that, so it can't be done first during an import that
    `is_own` is asked about: since Python 3.15 that fails.
    """
    _libraries()


@lru_cache(maxsize=8192)
def is_own(path: str) -> bool:
    """Whether the module with this file is the user's own."""
    if not os.path.isabs(path):
        path = os.path.abspath(path)
    return not (path.startswith(_libraries()) or any(part in path for part in _INSTALLED))


@lru_cache(maxsize=1)
def _libraries() -> tuple[str, ...]:
    paths = sysconfig.get_paths()
    folders = {paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    # Not there if Python was started without the module `site`, or embedded.
    folders.update(getattr(site, "getsitepackages", list)())
    folders.add(os.path.dirname(os.__file__))
    folders.add(os.path.dirname(os.path.dirname(__file__)))
    real = {os.path.realpath(folder) for folder in folders}
    return tuple(folder + os.sep for folder in folders | real if folder)
