"""The local engine's settings, and functions that check their values."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from scaler_lab.runtime.cpus import usable_cpus

GRACE_SECONDS = 0.5
MAX_GRACE_SECONDS = 3600
MAX_WORKERS = 1024


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
    client: str = ""  # the name of its client, shown by views
    sys_path: list[str]
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
