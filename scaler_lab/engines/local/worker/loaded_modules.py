"""Which text of the user's own modules this worker has loaded, and whether a file differs by now.

A person edits a module while the engine runs.  A worker that has loaded the older text is of no use
for tasks submitted after that: it ends, and another one, which has loaded nothing yet, takes its
place.  (To reload a module in place is not enough: other modules and objects refer to the old one.)

A file is read by the import system at an unknown time.  So its state is noted just before that, and
an edit in between counts as one after it.

Python takes a cached .pyc file for current if it was compiled from a source of the same size that
was modified in the same second.  An edit within a second that keeps the size would not be seen, so
a .pyc file is used only if it is younger than the last change of its source by more than that.
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

RESOLUTION_NS = 2_000_000_000  # of the times in a .pyc file, and of coarse file systems


class LoadedModules:
    """This process's.  Made before any of the user's modules is imported."""

    def __init__(self) -> None:
        # Those of the fork server: a worker forked later would have them too.
        self._inherited = frozenset(sys.modules)
        self._loaded: dict[str, tuple[Stamp, bytes]] = {}  # by file, as of its import
        self._checked_ns = time.time_ns()

    def watch_imports(self) -> None:
        """Note the state of each file from now on, before it is read."""
        prepare()
        path_stats = SourceFileLoader.path_stats

        def noted(loader: SourceFileLoader, path: str) -> Any:
            stats = path_stats(loader, path)
            if is_own(path) and (stamp := stamp_of(path)) is not None:
                self._loaded[path] = stamp, digest_of(path)
                if not _has_current_pyc(path, stamp):
                    raise OSError  # the importer compiles the source, and writes no .pyc file
            return stats

        setattr(SourceFileLoader, "path_stats", noted)  # noqa: B010  # mypy: it is a method

    def edited(self) -> str:
        """The name of a module whose file was edited after it was loaded; "" if there is none."""
        checked_ns, self._checked_ns = self._checked_ns, time.time_ns()
        for name, _, path in own_modules():
            if name in self._inherited:
                continue
            stamp = stamp_of(path)
            known = self._loaded.get(path)
            if stamp is None:
                continue  # generated, and removed once it was imported
            if known is None:  # by an importer of its own, such as an extension module
                if stamp.latest_ns >= checked_ns - RESOLUTION_NS:
                    return name
                self._loaded[path] = stamp, digest_of(path)
            elif known[0] != stamp:
                digest = digest_of(path)
                if digest != known[1]:
                    return name
                self._loaded[path] = stamp, digest  # saved without a change
        return ""


def _has_current_pyc(path: str, source: Stamp) -> bool:
    try:
        cached = stamp_of(importlib.util.cache_from_source(path))
    except NotImplementedError:
        return True
    if cached is None:  # one that is written now would be taken for current after the next edit
        return time.time_ns() - source.latest_ns > RESOLUTION_NS
    return cached.modified_ns - source.latest_ns > RESOLUTION_NS
