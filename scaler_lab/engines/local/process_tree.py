"""Find, kill and reap the child processes of this process, and their descendants.

On Linux a process can be the *sub-reaper* of its descendants: a descendant that loses its parent
becomes a child of the sub-reaper, even after setsid or a double fork.  So to kill a tree: kill the
top and wait for it; its orphaned children become children of this process; kill those too; repeat
until none is left.  This avoids walking a tree that changes during the walk.  On other systems the
tree is listed with psutil before the kill.

A resource tracker of `multiprocessing` or loky is not killed with the rest: it removes the shared
memory and the files that its processes left, once they are gone, and then ends by itself.
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
from typing import TYPE_CHECKING

# psutil is imported where it is used: it would be a tenth of the time in which a scheduler starts.
# The fork server imports it for all workers.
if TYPE_CHECKING:
    import psutil

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_PR_GET_CHILD_SUBREAPER = 37

KILL_TIMEOUT = 5.0
KILL_POLL_SECONDS = 0.001
_RUNS_TRACKER = re.compile(r"from [\w.]*resource_tracker import main; ?main\(")

_is_subreaper = False


def become_subreaper() -> bool:
    """Adopt all orphaned descendants from now on.

    Returns False if the system doesn't support it (only Linux does).
    """
    global _is_subreaper
    _is_subreaper = _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    return _is_subreaper


def has_subreapers() -> bool:
    """Return whether the system supports sub-reapers; changes nothing."""
    answer = ctypes.c_int()
    return _prctl(_PR_GET_CHILD_SUBREAPER, ctypes.c_void_p(ctypes.addressof(answer)))


def die_with_parent() -> bool:
    """Have the kernel kill this process when its parent dies, for whatever reason.

    Returns False if the system doesn't support it.
    """
    return _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def has_children() -> bool:
    """Return whether this process has any child, running or not yet reaped; one system call."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def running_children(pid: int | None = None) -> set[int]:
    """Return the pids of the running children of *pid* (default: this process).

    Takes 20 µs on Linux.
    """
    pids: set[int] = set()
    top = "self" if pid is None else pid
    try:
        for thread in os.listdir(f"/proc/{top}/task"):
            with open(f"/proc/{top}/task/{thread}/children", "rb") as file:
                pids.update(map(int, file.read().split()))
    except OSError:  # the process ended, or the system has no such file
        import psutil

        with contextlib.suppress(psutil.Error):
            pids = {child.pid for child in psutil.Process(pid).children()}
    return {child for child in pids if not _has_ended(child)}


def descendants() -> set[int]:
    """Return the pids of all running descendants of this process."""
    found: set[int] = set()
    level = running_children()
    while level:
        found |= level
        level = {below for pid in level for below in running_children(pid)} - found
    return found


def is_running_child(pid: int) -> bool:
    """Return whether *pid* is a running child of this process; reaps nothing."""
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    except ChildProcessError:
        return False


def _has_ended(pid: int) -> bool:
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:  # not a child of this process; maybe a grandchild
        return not _is_running(pid)


def _is_running(pid: int) -> bool:
    import psutil

    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def is_resource_tracker(pid: int) -> bool:
    """Return whether *pid* is a resource tracker of `multiprocessing` or loky."""
    import psutil

    try:
        command = psutil.Process(pid).cmdline()
    except psutil.Error:
        return False
    return any(_RUNS_TRACKER.match(argument) is not None for argument in command)


def kill_descendants(*, older: Container[int], spare: Container[int]) -> None:
    """Kill all descendants of this process except those in *older* and *spare*.

    Returns once they are gone, or after `KILL_TIMEOUT`.  Processes that the spared ones start in
    the meantime are killed as well.  Resource trackers are not killed: they end when no process
    uses them any more.
    """
    end = time.monotonic() + KILL_TIMEOUT
    while time.monotonic() < end:
        found = [pid for pid in descendants() if pid not in older and pid not in spare]
        if not found:
            return
        trackers = set(filter(is_resource_tracker, found))
        for pid in found:
            if pid not in trackers:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        for pid in found:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG if pid in trackers else 0)
        # Trackers remove what killed processes shared, and end.  A spared process has to reap the
        # children that it has.
        if any(map(_is_running, found)):
            time.sleep(KILL_POLL_SECONDS)


def kill_children(*, spare: Container[int] = ()) -> int:
    """Kill and reap the children and their descendants; return how many were killed.

    Resource trackers and the pids in *spare* are left alone.  Repeats until none is left, or up to
    `KILL_TIMEOUT`, because orphans become children of this process.
    """
    import psutil

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
        if not _is_subreaper:  # else orphans become our children, killed in the next round
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
    """Wait for resource trackers to end and reap them; kill those that still run after *seconds*.

    Every child that still runs is taken for a resource tracker.
    """
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
    import psutil

    try:
        return list(process.children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def _prctl(option: int, value: int | ctypes.c_void_p) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    done = ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)
    return int(done) == 0
