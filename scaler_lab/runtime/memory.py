"""How much memory this process may use, how much is free, and whether the system ran out of it.

========================  =========================================================
fact                      from
========================  =========================================================
memory of the machine     ``sysconf``
limit of a container      cgroup v2 ``memory.max``, v1 ``memory.limit_in_bytes``: of
                          this process's group, and of those above it
free memory               ``/proc/meminfo``; cgroup v2 ``memory.current``, v1
                          ``memory.usage_in_bytes``, and ``memory.stat``
out-of-memory kills       cgroup v2 ``memory.events``, v1 ``memory.oom_control``, and
                          ``/proc/vmstat`` for the whole machine
========================  =========================================================
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from scaler_lab.runtime.cgroups import CGROUPS, MEMBERSHIP, group_folders

MEMINFO: Final = Path("/proc/meminfo")
VMSTAT: Final = Path("/proc/vmstat")
OOM_SCORE: Final = Path("/proc/self/oom_score_adj")
TASK_OOM_SCORE: Final = 800  # of 1000; the default is 0

_LIMIT_FILES: Final = {1: "memory.limit_in_bytes", 2: "memory.max"}
_USAGE_FILES: Final = {1: "memory.usage_in_bytes", 2: "memory.current"}
_EVENT_FILES: Final = {1: "memory.oom_control", 2: "memory.events"}
_AVAILABLE: Final = re.compile(r"^MemAvailable: +(\d+) kB$", re.MULTILINE)
_INACTIVE: Final = {
    1: re.compile(r"^total_inactive_file (\d+)$", re.MULTILINE),
    2: re.compile(r"^inactive_file (\d+)$", re.MULTILINE),
}
_OOM_KILLS: Final = re.compile(r"^oom_kill (\d+)$", re.MULTILINE)


def usable_memory(root: Path = CGROUPS, membership: Path = MEMBERSHIP) -> int:
    """Return how much memory this process may use, in bytes; 0 if that isn't known.

    It is the memory of the machine, or the limit of the container if that is lower.
    """
    try:
        amounts = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    except (ValueError, OSError):
        amounts = []
    for folder in group_folders("memory", root, membership):
        try:
            amounts.append(int((folder.path / _LIMIT_FILES[folder.version]).read_text()))
        except (OSError, ValueError):  # no such file, or "max"
            continue
    return min((amount for amount in amounts if amount > 0), default=0)


def free_memory(
    root: Path = CGROUPS, membership: Path = MEMBERSHIP, meminfo: Path = MEMINFO
) -> int | None:
    """Return how much memory this process and others may still use; None if that isn't known.

    It is what is available on the machine, or in the container if that is lower.  Memory that holds
    copies of files counts as free, because the system can drop it.
    """
    amounts: list[int] = []
    try:
        if match := _AVAILABLE.search(meminfo.read_text()):
            amounts.append(int(match[1]) * 1024)
    except OSError:  # not Linux
        pass
    for folder in group_folders("memory", root, membership):
        try:
            limit = int((folder.path / _LIMIT_FILES[folder.version]).read_text())
            used = int((folder.path / _USAGE_FILES[folder.version]).read_text())
            stat = (folder.path / "memory.stat").read_text()
        except (OSError, ValueError):  # no such file, or "max"
            continue
        dropped = _INACTIVE[folder.version].search(stat)
        amounts.append(max(0, limit - used + (int(dropped[1]) if dropped else 0)))
    return min(amounts, default=None)


def oom_kills(
    root: Path = CGROUPS, membership: Path = MEMBERSHIP, vmstat: Path = VMSTAT
) -> int | None:
    """Return how often the system killed a process for lack of memory; None if that isn't known.

    Only the difference between two calls has a meaning: kills on the machine and in the groups of
    this process are added up.
    """
    texts: list[str] = []
    folders = group_folders("memory", root, membership)
    for path in (vmstat, *(folder.path / _EVENT_FILES[folder.version] for folder in folders)):
        try:
            texts.append(path.read_text())
        except OSError:
            continue
    found = [int(match[1]) for text in texts for match in _OOM_KILLS.finditer(text)]
    return sum(found) if found else None


def prefer_for_oom_kill() -> None:
    """Make the system kill this process, and those it starts, rather than others.

    For workers: if memory runs out, a task ends, and not the scheduler, the program or a notebook's
    kernel.  Does nothing on systems other than Linux.
    """
    try:
        OOM_SCORE.write_text(str(TASK_OOM_SCORE))
    except OSError:
        return
