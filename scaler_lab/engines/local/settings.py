"""The local engine's settings, and functions that check their values."""

from __future__ import annotations

import os
import re
from pathlib import Path

import msgspec

from scaler_lab.core.memory_size import parse_size
from scaler_lab.runtime.cpus import usable_cpus
from scaler_lab.runtime.memory import usable_memory

GRACE_SECONDS = 0.5
MAX_GRACE_SECONDS = 3600
MAX_WORKERS = 1024
MAX_RESERVE = 0.5  # of the memory; tasks start while twice the reserve is free
_PERCENT = re.compile(r"(\d+(?:\.\d*)?) ?%")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of one scheduler process; sent to it as JSON over a socket pair."""

    engine_id: str  # 32 hexadecimal digits, new at every start
    name: str
    n_workers: int
    grace: float = GRACE_SECONDS
    folder: str
    blobs: str
    tied: bool  # whether the engine ends with the process that started it
    owner: str = ""  # the engine ends when this client sends goodbye; empty if it is shared
    program: str = ""  # the program that starts it, shown by views; empty if it is detached
    path: str = ""  # of that program, which tells it from another one of that name
    client: str = ""  # the name of its client, shown by views
    sys_path: list[str]
    reserve: int = 0  # bytes of memory to keep free; 0: no reserve
    capture: bool = True  # keep what tasks write; if false, it goes to the starter's output
    initializer: bytes | None = None  # a flattened call


def default_workers() -> int:
    """Return the number of cores this process may use, by its affinity and container quota.

    At most `MAX_WORKERS`.
    """
    return min(usable_cpus(), MAX_WORKERS)


def check_workers(n_workers: int | None) -> int:
    """Return *n_workers*, or the default if it is None.  Raises TypeError or ValueError."""
    if n_workers is None:
        return default_workers()
    if isinstance(n_workers, bool) or not isinstance(n_workers, int):
        raise TypeError(f"n_workers must be a whole number, not {n_workers!r}")
    if not 1 <= n_workers <= MAX_WORKERS:
        raise ValueError(f"n_workers must be from 1 to {MAX_WORKERS}, not {n_workers}")
    return n_workers


def check_grace(grace: float) -> float:
    """Return the grace period in seconds as a float.  Raises TypeError or ValueError."""
    if isinstance(grace, bool) or not isinstance(grace, int | float):
        raise TypeError(f"grace must be a number of seconds, not {grace!r}")
    if not 0 <= grace <= MAX_GRACE_SECONDS:
        raise ValueError(f"grace must be from 0 to {MAX_GRACE_SECONDS} seconds, not {grace}")
    return float(grace)


def check_reserve(reserve: int | str | None) -> int:
    """Return a reserve of memory in bytes; 0 if it is None.  Raises TypeError or ValueError.

    A percentage is one of the memory of the machine, or of the container.
    """
    if reserve is None:
        return 0
    if isinstance(reserve, bool) or not isinstance(reserve, int | str):
        raise TypeError(f"reserve must be an amount of memory or a percentage, not {reserve!r}")
    size: int | None
    if isinstance(reserve, int):
        size = reserve
    elif (match := _PERCENT.fullmatch(reserve.strip())) is not None:
        size = int(usable_memory() * float(match[1]) / 100)
    else:
        size = parse_size(reserve)
    if size is None or not 0 < size <= MAX_RESERVE * usable_memory():
        raise ValueError(
            f"reserve must be an amount such as '2 GiB', or a percentage such as '10%', of at most "
            f"{MAX_RESERVE:.0%} of the memory, not {reserve!r}; use None for no reserve"
        )
    return size


def paths_for_workers(paths: list[str], folder: str) -> list[str]:
    """Return the client's `sys.path` for use in workers, with absolute paths and no duplicates.

    *folder* is the client's current folder, or empty if it was removed; relative paths are then
    left out.  '' means the current folder.  It is left out if every user may write there, because
    a file put there by someone else would be imported.
    """
    resolved: list[str] = []
    for path in paths:
        if os.path.isabs(path):
            entry = os.path.normpath(path)
        elif not folder or (not path and is_writable_by_all(folder)):
            continue
        else:
            entry = os.path.normpath(os.path.join(folder, path))
        if entry not in resolved:
            resolved.append(entry)
    return resolved


def is_writable_by_all(folder: str) -> bool:
    """Return whether any user may create files in *folder*."""
    try:
        return bool(Path(folder).stat().st_mode & 0o002)
    except OSError:
        return False
