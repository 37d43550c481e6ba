"""Describes the machine that was measured: sizes and versions, no names."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version

import psutil


def describe() -> dict[str, str]:
    """Return the cores, memory, Python version and operating system."""
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    return {
        "cores": str(cores),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": f"{platform.system()} {platform.release().split('-')[0]} {platform.machine()}",
        "load": f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "",
    }


def version_of(distribution: str) -> str:
    """Return the installed version of a distribution.

    It is Python's own version for the standard library, and empty if nothing is installed.
    """
    if not distribution:
        return platform.python_version()
    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""
