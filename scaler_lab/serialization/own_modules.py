"""Find the user's own modules, as opposed to those of Python and of installed packages.

Only the user's own modules are edited while a program runs.  A module is the user's own if its file
is outside the standard library, every ``site-packages`` and ``dist-packages``, and this package.
So the modules in a project's folder count, and those of packages installed with ``pip install -e``.
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
    """The state of a file.  If two stamps of a file are equal, its content is the same.

    A program can reset a file's modification time, but not its ctime.
    """

    modified_ns: int
    changed_ns: int
    size: int
    inode: int

    @property
    def latest_ns(self) -> int:
        """The latest time at which the content may have changed, in ns since the epoch."""
        return max(self.modified_ns, self.changed_ns)


def stamp_of(path: str) -> Stamp | None:
    """Return the stamp of a file; None if the file doesn't exist."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return Stamp(found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)


def digest_of(path: str) -> bytes:
    """Return a digest of a file's content; empty if it can't be read."""
    try:
        with open(path, "rb") as file:
            return hashlib.blake2b(file.read(), digest_size=16).digest()
    except OSError:
        return b""


def file_of(module: ModuleType) -> str | None:
    """Return the file of one of the user's own modules; None for every other module."""
    try:
        path = module.__dict__.get("__file__")
    except Exception:  # not a module, but another object in `sys.modules`
        return None
    return path if isinstance(path, str) and is_own(path) else None


def own_modules() -> Iterator[tuple[str, ModuleType, str]]:
    """Yield the name, module and file of each loaded module of the user."""
    for name, module in list(sys.modules.items()):
        if name not in ("__main__", "__mp_main__") and (path := file_of(module)) is not None:
            yield name, module, path


def prepare() -> None:
    """Find out where Python and installed packages are, before `is_own` needs to know.

    `sysconfig` imports modules for this.  If `is_own` did it first, in the middle of an import, it
    would fail since Python 3.15.
    """
    _libraries()


@lru_cache(maxsize=8192)
def is_own(path: str) -> bool:
    """Return whether the module with this file is the user's own."""
    if not os.path.isabs(path):
        path = os.path.abspath(path)
    return not (path.startswith(_libraries()) or any(part in path for part in _INSTALLED))


@lru_cache(maxsize=1)
def _libraries() -> tuple[str, ...]:
    paths = sysconfig.get_paths()
    folders = {paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    # The function is missing if Python was started without the module `site`, or is embedded.
    folders.update(getattr(site, "getsitepackages", list)())
    folders.add(os.path.dirname(os.__file__))
    folders.add(os.path.dirname(os.path.dirname(__file__)))
    real = {os.path.realpath(folder) for folder in folders}
    return tuple(folder + os.sep for folder in folders | real if folder)
