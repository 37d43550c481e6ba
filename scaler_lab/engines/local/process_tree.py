"""Children of this process: finding, killing and reaping them.

On Linux a process can be the *sub-reaper* of its descendants: whoever loses its parent becomes its
child, also after setsid or a double fork.  So killing a tree is: kill the top, wait for it, and
what is orphaned climbs up to us; kill that; until no stranger is left.  No walk over a tree that
changes while one looks.  Elsewhere psutil's walk, taken before the kill, has to do.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Container

import psutil

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_PR_GET_CHILD_SUBREAPER = 37

KILL_WAIT_SECONDS = 5.0

_is_subreaper = False


def become_subreaper() -> bool:
    """Adopt all orphaned descendants from now on; False where the system can't (not Linux)."""
    global _is_subreaper
    _is_subreaper = _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    return _is_subreaper


def has_subreapers() -> bool:
    """Whether the system has them; asks, and changes nothing."""
    answer = ctypes.c_int()
    return _prctl(_PR_GET_CHILD_SUBREAPER, ctypes.c_void_p(ctypes.addressof(answer)))


def die_with_parent() -> bool:
    """Be killed when the parent dies, however it does; False where the system can't."""
    return _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def has_children() -> bool:
    """Whether this process has any child, ended or not; one system call."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def running_children() -> set[int]:
    """The pids of this process's children that have not ended; some 20 µs on Linux."""
    pids: set[int] = set()
    try:
        for thread in os.listdir("/proc/self/task"):
            with open(f"/proc/self/task/{thread}/children", "rb") as file:
                pids.update(map(int, file.read().split()))
    except OSError:  # not Linux, or a kernel without it
        pids = {child.pid for child in psutil.Process().children()}
    return {pid for pid in pids if not _has_ended(pid)}


def _has_ended(pid: int) -> bool:
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def kill_children(*, since: float = 0.0, spare: Container[int] = ()) -> int:
    """Kill and reap the children made since *since* (of `birth_clock`), and theirs; how many.

    Spares those whose pid is in *spare*.  Repeats until none is left, for orphans climb up.
    """
    killed = 0
    end = time.monotonic() + KILL_WAIT_SECONDS
    while time.monotonic() < end:
        found = [
            child
            for child in psutil.Process().children()
            if child.pid not in spare and _born(child) >= since
        ]
        if not found:
            break
        family = found
        if not _is_subreaper:  # else those below come to us by themselves, for the next round
            family = [*found, *(below for child in found for below in _descendants(child))]
        for member in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
                killed += 1
        for child in found:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(child.pid, 0)
    return killed


class BirthClock:
    """Tells which children are younger than a moment of `time.monotonic`.

    A process's birth is known in wall time, off by up to a second from what `time.time` says, for
    the machine's own birth is known in whole seconds.  So moments are counted from this process's
    own birth, which is off by the same.
    """

    def __init__(self) -> None:
        self._offset = _born(psutil.Process()) - time.monotonic()

    def at(self, monotonic_ns: int) -> float:
        """The time of birth of a process born then; a tick (0.01 s) and a bit earlier."""
        return monotonic_ns * 1e-9 + self._offset - 0.03


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    try:
        return list(process.children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def _born(process: psutil.Process) -> float:
    try:
        return float(process.create_time())
    except psutil.NoSuchProcess:
        return 0.0


def _prctl(option: int, value: int | ctypes.c_void_p) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    done = ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)
    return int(done) == 0
