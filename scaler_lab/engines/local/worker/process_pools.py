"""Find process pools, and the pipes that lead to their processes."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Container, Iterator
from typing import Any, Final

from scaler_lab.engines.local.worker import live_objects

_POOLS: Final = (
    ("concurrent.futures.process", "ProcessPoolExecutor"),
    ("loky.process_executor", "ProcessPoolExecutor"),
    ("joblib.externals.loky.process_executor", "ProcessPoolExecutor"),
    ("multiprocessing.pool", "Pool"),
)
_PIPES_OF_MANAGERS: Final = (
    ("multiprocessing.resource_tracker", "_resource_tracker", "_fd"),
    ("multiprocessing.forkserver", "_forkserver", "_forkserver_alive_fd"),
    ("loky.backend.resource_tracker", "_resource_tracker", "_fd"),
    ("joblib.externals.loky.backend.resource_tracker", "_resource_tracker", "_fd"),
)


def types() -> set[type]:
    """Return the classes of process pools."""
    return {kind for module, name in _POOLS for kind in live_objects.types_of(module, name)}


def find(objects: list[Any]) -> Iterator[Any]:
    """Yield the pools among *objects*."""
    for module, name in _POOLS:
        yield from live_objects.of(objects, module, name)


def state_of(pool: Any, older_processes: Container[int]) -> str:
    """Return "broken" if processes of the pool will be killed with the task, "busy", or ""."""
    members: Any = getattr(pool, "_processes", None)
    if hasattr(pool, "_cache"):  # multiprocessing.pool.Pool
        members, work = pool._pool, pool._cache
        if pool._state == "TERMINATE":
            return ""
        pids = [process.pid for process in members or ()]
    else:
        work = pool._pending_work_items
        pids = list(members or ())
    if any(pid is not None and pid not in older_processes for pid in pids):
        return "broken"
    return "busy" if work else ""


def pipes_of(pool: Any) -> Iterator[int]:
    """Yield the descriptors through which *pool* exchanges data with its processes."""
    for part in live_objects.attributes(pool):
        ends: list[Any] = [getattr(part, "_reader", None), getattr(part, "_writer", None)]
        for end in ends:
            with contextlib.suppress(Exception):
                yield end.fileno()


def pipes_of_processes() -> Iterator[int]:
    """Yield the descriptors of pipes that only manage processes, or detect their end."""
    for module, name, attribute in _PIPES_OF_MANAGERS:
        yield getattr(getattr(sys.modules.get(module), name, None), attribute, -1)
    for process in list(getattr(sys.modules.get("multiprocessing.process"), "_children", ())):
        popen = getattr(process, "_popen", None)
        yield getattr(popen, "sentinel", -1)
        yield from getattr(getattr(popen, "finalizer", None), "_args", ())
