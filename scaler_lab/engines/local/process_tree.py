"""Children of this process: finding, killing and reaping them.

On Linux a process can be the *sub-reaper* of its descendants: whoever loses its parent becomes its
child, also after setsid or a double fork.  So killing a tree is: kill the top, wait for it, and
what is orphaned climbs up to us; kill that; until no stranger is left.  No walk over a tree that
changes while one looks.  Elsewhere psutil's walk, taken before the kill, has to do.

A resource tracker of `multiprocessing` or loky is never killed with the rest: it removes the shared
memory and the files that its processes left, once they are gone, and ends by itself.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import signal
import sys
import time
from collections.abc import Container

import psutil

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_PR_GET_CHILD_SUBREAPER = 37

KILL_TIMEOUT = 5.0
KILL_POLL_SECONDS = 0.001
_RUNS_TRACKER = re.compile(r"from [\w.]*resource_tracker import main; ?main\(")

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


def running_children(pid: int | None = None) -> set[int]:
    """The pids of the children of *pid* (this process) that have not ended; 20 µs on Linux."""
    pids: set[int] = set()
    top = "self" if pid is None else pid
    try:
        for thread in os.listdir(f"/proc/{top}/task"):
            with open(f"/proc/{top}/task/{thread}/children", "rb") as file:
                pids.update(map(int, file.read().split()))
    except OSError:  # it ended; or not Linux, or a kernel without it
        with contextlib.suppress(psutil.Error):
            pids = {child.pid for child in psutil.Process(pid).children()}
    return {child for child in pids if not _has_ended(child)}


def descendants() -> set[int]:
    """The pids of all processes below this one that have not ended."""
    found: set[int] = set()
    level = running_children()
    while level:
        found |= level
        level = {below for pid in level for below in running_children(pid)} - found
    return found


def is_running_child(pid: int) -> bool:
    """Whether *pid* is a child of this process that has not ended; reaps nothing."""
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    except ChildProcessError:
        return False


def _has_ended(pid: int) -> bool:
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:  # not a child of this process; maybe one of its child's
        return not _is_running(pid)


def _is_running(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def is_resource_tracker(pid: int) -> bool:
    """Whether *pid* is a resource tracker of `multiprocessing` or loky."""
    try:
        command = psutil.Process(pid).cmdline()
    except psutil.Error:
        return False
    return any(_RUNS_TRACKER.match(argument) is not None for argument in command)


def kill_descendants(*, older: Container[int], spare: Container[int]) -> None:
    """Kill all processes below this one but the *older* ones and the *spare* ones.

    Returns once they are gone.  What those that stay have started meanwhile is killed as well.
    """
    end = time.monotonic() + KILL_TIMEOUT
    while time.monotonic() < end:
        found = [pid for pid in descendants() if pid not in older and pid not in spare]
        if not found:
            return
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in found:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
        if any(map(_is_running, found)):  # the child of one that stays, which has to reap it
            time.sleep(KILL_POLL_SECONDS)


def kill_children(*, spare: Container[int] = ()) -> int:
    """Kill and reap the children, and theirs, but for resource trackers; how many.

    Spares those whose pid is in *spare*.  Repeats until none is left, for orphans climb up.
    """
    killed = 0
    end = time.monotonic() + KILL_TIMEOUT
    while time.monotonic() < end:
        found = [
            child
            for child in psutil.Process().children()
            if child.pid not in spare and not is_resource_tracker(child.pid)
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


def wait_for_resource_trackers(seconds: float) -> None:
    """Reap the resource trackers among the children; kill those that take longer than that."""
    end = time.monotonic() + seconds
    while running := running_children():
        if time.monotonic() >= end:
            for pid in running:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, 0)
            return
        time.sleep(KILL_POLL_SECONDS)


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    try:
        return list(process.children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def _prctl(option: int, value: int | ctypes.c_void_p) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    done = ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)
    return int(done) == 0
