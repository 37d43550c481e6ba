"""How many processors this process may use, and how many threads each worker's libraries get.

=====================  =============================================================
limit                  from
=====================  =============================================================
affinity, -X cpu_count `os.process_cpu_count`, before Python 3.13 the affinity alone
quota of a container   cgroup v2 ``cpu.max``, v1 ``cpu.cfs_quota_us``: of this
                       process's group, and of those above it
=====================  =============================================================

A quota is time, not processors.  With a quota of 1.5 processors, two workers run slightly slower,
while one worker would leave a third unused.  So a quota is rounded up, as loky does.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from scaler_lab.runtime.cgroups import CGROUPS, MEMBERSHIP, group_folders

_OMP = "OMP_NUM_THREADS"
_FOLLOW_OMP = (
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)
_OTHERS = ("VECLIB_MAXIMUM_THREADS", "NUMBA_NUM_THREADS")


def usable_cpus() -> int:
    """Return how many processors this process may use, at least 1."""
    n = _given_cpus()
    return max(1, min([n, *(math.ceil(quota) for quota in quotas())]))


def thread_limits(n_workers: int, environ: Mapping[str, str]) -> dict[str, str]:
    """Return environment variables that give each of *n_workers* its share of the processors.

    BLAS, OpenMP and similar libraries start a thread for each processor, which is too many if every
    worker does it.  Variables that *environ* already has were set by the user and stay.  If
    ``OMP_NUM_THREADS`` is one of them, libraries that follow it get no variable of their own.
    """
    share = str(max(1, usable_cpus() // n_workers))
    names = (*_OTHERS,) if environ.get(_OMP) else (_OMP, *_FOLLOW_OMP, *_OTHERS)
    return {name: share for name in names if not environ.get(name)}


def quotas(root: Path = CGROUPS, membership: Path = MEMBERSHIP) -> Iterator[float]:
    """Yield the quotas of processor time that apply to this process, in processors."""
    for folder in group_folders("cpu", root, membership):
        read = _quota_v1 if folder.version == 1 else _quota_v2
        quota = read(folder.path)
        if quota is not None:
            yield quota


def _quota_v2(folder: Path) -> float | None:
    try:
        quota, period = (folder / "cpu.max").read_text().split()
        return None if quota == "max" else _ratio(int(quota), int(period))
    except (OSError, ValueError):
        return None


def _quota_v1(folder: Path) -> float | None:
    try:
        quota = int((folder / "cpu.cfs_quota_us").read_text())
        return _ratio(quota, int((folder / "cpu.cfs_period_us").read_text()))
    except (OSError, ValueError):
        return None


def _ratio(quota: int, period: int) -> float | None:
    return quota / period if quota > 0 and period > 0 else None  # -1: no quota


def _given_cpus() -> int:
    process_cpu_count = getattr(os, "process_cpu_count", None)  # Python 3.13
    if process_cpu_count is not None:
        return process_cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
