"""The local engine's settings, checked at the door."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from scaler_lab.runtime.cpus import usable_cpus

GRACE_SECONDS = 0.5
MAX_WORKERS = 1024


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How a scheduler is to run; travels to it as JSON, through a pipe."""

    engine_id: str  # 32 hexadecimal digits; new at every start, so an epoch too
    name: str
    n_workers: int
    grace: float = GRACE_SECONDS
    folder: str
    blobs: str
    tied: bool  # ends with the process that started it
    owner: str = ""  # the client whose farewell is its end; empty where it is shared
    program: str = ""  # that starts it, for windows; empty where it is to run on its own
    sys_path: list[str]
    capture: bool = True  # whether what tasks write is kept, or goes where the starter's goes
    initializer: bytes | None = None  # a flattened call


def default_workers() -> int:
    """One for each core this process may use, by its affinity and its container's quota."""
    return min(usable_cpus(), MAX_WORKERS)


def check_workers(n_workers: int | None) -> int:
    """The number of workers that *n_workers* means.  Raises TypeError or ValueError."""
    if n_workers is None:
        return default_workers()
    if isinstance(n_workers, bool) or not isinstance(n_workers, int):
        raise TypeError(f"n_workers must be a whole number, not {n_workers!r}")
    if not 1 <= n_workers <= MAX_WORKERS:
        raise ValueError(f"n_workers must be from 1 to {MAX_WORKERS}, not {n_workers}")
    return n_workers


def check_grace(grace: float) -> float:
    """*grace* in seconds.  Raises TypeError or ValueError."""
    if isinstance(grace, bool) or not isinstance(grace, int | float):
        raise TypeError(f"grace must be a number of seconds, not {grace!r}")
    if not 0 <= grace <= 3600:
        raise ValueError(f"grace must be from 0 to 3600 seconds, not {grace}")
    return float(grace)


def current_folder() -> str:
    """The current folder of this process; empty if somebody removed it."""
    try:
        return os.getcwd()
    except OSError:
        return ""


def paths_for_workers(paths: list[str], folder: str) -> list[str]:
    """The client's sys.path as workers should have it; *folder* is its current one, or empty.

    '' means the current folder; it is left out where everybody may write there, since a file
    put there by someone else would be imported.  What is relative leads nowhere if the current
    folder was removed, and is left out then.
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
    """Whether any user may make files in *folder*."""
    try:
        return bool(Path(folder).stat().st_mode & 0o002)
    except OSError:
        return False
