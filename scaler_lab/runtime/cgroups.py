"""The control groups that this process belongs to, of version 1 and version 2."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

CGROUPS = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")


class GroupFolder(NamedTuple):
    """A folder with the files of a control group, which may not exist.

    Attributes:
        path: The folder.
        version: 1 or 2; the names of the files depend on it.
    """

    path: Path
    version: int


def group_folders(
    controller: str, root: Path = CGROUPS, membership: Path = MEMBERSHIP
) -> Iterator[GroupFolder]:
    """Yield where the files of this process's group may be, then those of the groups above it.

    Args:
        controller: The controller: "cpu", "memory".
        root: Where the control groups are mounted.
        membership: The file that lists the groups of this process.
    """
    try:
        lines = membership.read_text().splitlines()
    except OSError:  # not Linux, or hidden
        return
    for line in lines:
        _, _, rest = line.partition(":")
        controllers, _, group = rest.partition(":")
        if not controllers:
            mounts = [root]
        elif controller in controllers.split(","):
            mounts = [root / controller, root / controllers]
        else:
            continue
        # A container's own group is often mounted at the top, under whatever name it has outside.
        places = [PurePosixPath(group.lstrip("/")), *PurePosixPath(group.lstrip("/")).parents]
        for mount in mounts:
            for place in places:
                yield GroupFolder(mount / place, 1 if controllers else 2)
