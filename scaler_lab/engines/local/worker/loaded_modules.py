"""Detect whether a file of the user's own modules was edited after this worker loaded it.

A user may edit a module while the engine runs.  A worker that has loaded the older version can't
run tasks submitted after the edit: it ends and is replaced by a new worker that has not loaded the
module yet.  (Reloading the module in place is not enough: other modules and objects refer to the
old one.)

The exact moment when the import system reads a file is unknown.  So the worker records the file's
state just before the import, and an edit in between counts as an edit after the import.

Python treats a cached .pyc file as current if the source that it was compiled from had the same
size and was modified in the same second.  Python would miss an edit within that second that keeps
the size.  So a .pyc file is used only if it is newer than the last change of its source by more
than `RESOLUTION_NS`.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from importlib.machinery import SourceFileLoader
from typing import Any

from scaler_lab.serialization.own_modules import (
    Stamp,
    digest_of,
    is_own,
    own_modules,
    prepare,
    stamp_of,
)

RESOLUTION_NS = 2_000_000_000  # covers the times in .pyc files and those of coarse file systems


class LoadedModules:
    """Records the user's modules that this process has loaded, and finds the edited ones.

    Create it before any of the user's modules is imported.
    """

    def __init__(self) -> None:
        # Modules inherited from the fork server: a worker forked later would have them too.
        self._inherited = frozenset(sys.modules)
        self._loaded: dict[str, tuple[Stamp, bytes]] = {}  # by file, as of its import
        self._checked_ns = time.time_ns()

    def watch_imports(self) -> None:
        """From now on, record the state of each module file before the import system reads it."""
        prepare()
        path_stats = SourceFileLoader.path_stats

        def noted(loader: SourceFileLoader, path: str) -> Any:
            stats = path_stats(loader, path)
            if is_own(path) and (stamp := stamp_of(path)) is not None:
                self._loaded[path] = stamp, digest_of(path)
                if not _has_current_pyc(path, stamp):
                    raise OSError  # then the importer compiles the source and writes no .pyc file
            return stats

        setattr(SourceFileLoader, "path_stats", noted)  # noqa: B010  # mypy: it is a method

    def edited(self) -> str:
        """Return the name of a module that was edited after it was loaded; "" if there is none."""
        checked_ns, self._checked_ns = self._checked_ns, time.time_ns()
        for name, _, path in own_modules():
            if name in self._inherited:
                continue
            stamp = stamp_of(path)
            known = self._loaded.get(path)
            if stamp is None:
                continue  # the file was generated, and removed once it was imported
            if known is None:  # loaded by another importer, for example an extension module
                if stamp.latest_ns >= checked_ns - RESOLUTION_NS:
                    return name
                self._loaded[path] = stamp, digest_of(path)
            elif known[0] != stamp:
                digest = digest_of(path)
                if digest != known[1]:
                    return name
                self._loaded[path] = stamp, digest  # the file was saved without a change
        return ""


def _has_current_pyc(path: str, source: Stamp) -> bool:
    try:
        cached = stamp_of(importlib.util.cache_from_source(path))
    except NotImplementedError:
        return True
    if cached is None:  # a .pyc written now might still pass as current after the next edit
        return time.time_ns() - source.latest_ns > RESOLUTION_NS
    return cached.modified_ns - source.latest_ns > RESOLUTION_NS
