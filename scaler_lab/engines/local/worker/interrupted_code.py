"""Find out which code an interrupt hit: an import, or the entry or exit of a `with` block."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Iterator
from typing import Final

_WAITING_MODULES: Final = frozenset(
    {
        *("threading", "queue", "selectors", "socket", "ssl", "subprocess", "_pyio"),
        *("concurrent.futures._base", "concurrent.futures.thread", "concurrent.futures.process"),
        *("multiprocessing.connection", "multiprocessing.pool", "multiprocessing.process"),
        *("multiprocessing.popen_fork", "multiprocessing.queues", "multiprocessing.synchronize"),
        *("asyncio.base_events", "asyncio.runners", "asyncio.events", "tempfile", "shutil"),
    }
)
_SUPPRESS: Final = contextlib.suppress.__exit__.__code__  # safe to interrupt: changes no state


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or link.__context__


def tore_an_import(error: BaseException) -> bool:
    """Return whether *error* or one of its causes passed through an import.

    An import is a module's top-level code or code of the import system.
    """
    for link in _chain(error):
        for frame, _ in traceback.walk_tb(link.__traceback__):
            code = frame.f_code
            if code.co_filename.startswith("<frozen importlib"):
                return True
            if code.co_name == "<module>" and frame.f_globals.get("__spec__") is not None:
                return True
    return False


def tore_a_with(error: BaseException) -> bool:
    """Return whether *error* passed through an `__enter__` or `__exit__` that did not just wait."""
    for link in _chain(error):
        frames = [frame for frame, _ in traceback.walk_tb(link.__traceback__)]
        codes = [frame.f_code for frame in frames]
        if any(c.co_name in ("__enter__", "__exit__") and c is not _SUPPRESS for c in codes):
            # The last frames belong to the worker's own signal handler.
            names = [str(frame.f_globals.get("__name__")) for frame in frames]
            while names and names[-1].startswith("scaler_lab.engines.local."):
                names.pop()
            if names and names[-1] not in _WAITING_MODULES:
                return True
    return False
