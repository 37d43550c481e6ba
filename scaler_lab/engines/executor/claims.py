"""The claim file: workers of a pool mark tasks as begun in it, and the client as withdrawn.

    FOLDER/claims          one byte per task: free, begun, or withdrawn
    FOLDER/PID-THREAD      a worker's status file: which task it runs now, and since when

A task's byte is read and written under a lock on that byte (`fcntl`), so either the worker begins
the task or the client withdraws it, never both.  The lock of a worker that dies is released.  So a
withdrawn task *can never start*, whatever its pool still does with it.

The status files hold state, not messages: nothing is lost if the client is busy, no worker waits
for the client, and a task too short to be seen costs nothing.  The third word of a status file
shows a torn write; the client then reads the file again at the next poll.

The folder is removed when its client ends.  Tasks of that client that are still in the pool then
don't begin.
"""

from __future__ import annotations

import fcntl
import os
import struct
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from scaler_lab.core.fork_guard import call_in_child

_FREE, _BEGUN, _WITHDRAWN = b"\0", b"\1", b"\2"
_PAGE = struct.Struct("<QQQ")  # task's number + 1 (0: none), start time (ns), XOR of the two
_CLAIMS = "claims"

LOCK_TIMEOUT = 0.25  # workers hold a lock for microseconds, unless they are suspended meanwhile
FOLDERS_KEPT = 4  # folders that a worker thread keeps open: clients come and go
PAGES_KEPT = 64  # with more status files than this, those of dead workers are removed


class StartedClaim(NamedTuple):
    """The content of one worker's status file: the task that it runs."""

    number: int  # of the task
    pid: int
    at: float  # when it began, in seconds of time.monotonic


class ClaimFile:
    """The client's side of the claim file.  Any thread may use it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.RLock()  # an fcntl lock doesn't exclude threads of the same process
        flags = os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
        self._claims = os.open(folder / _CLAIMS, flags, 0o600)

    def withdraw(self, numbers: Sequence[int]) -> set[int]:
        """Withdraw tasks that haven't begun.  Return the numbers of those that can never start now.

        The other tasks have begun.  The result also lacks tasks whose byte is locked by a suspended
        worker: the caller should try those again later.
        """
        if not numbers:
            return set()
        first, last = min(numbers), max(numbers)
        length = last + 1 - first
        with self._lock:
            if self._claims < 0 or not self._take(first, length):
                return set()
            try:
                states = bytearray(os.pread(self._claims, length, first).ljust(length, _FREE))
                taken = {n for n in numbers if states[n - first] != _BEGUN[0]}
                for number in taken:
                    states[number - first] = _WITHDRAWN[0]
                os.pwrite(self._claims, states, first)
            finally:
                fcntl.lockf(self._claims, fcntl.LOCK_UN, length, first)
        return taken

    def begun(self) -> list[StartedClaim]:
        """Return what each worker runs now."""
        found: list[StartedClaim] = []
        try:
            names = os.listdir(self.folder)
        except OSError:
            return found
        pages = [name for name in names if name.partition("-")[0].isdecimal()]
        for name in pages:
            pid = int(name.partition("-")[0])
            try:
                page = (self.folder / name).read_bytes()
            except OSError:
                continue
            if len(page) == _PAGE.size:
                number, at_ns, check = _PAGE.unpack(page)
                if number and number ^ at_ns == check:
                    found.append(StartedClaim(number - 1, pid, at_ns / 1e9))
        if len(pages) > PAGES_KEPT:
            self._forget_the_dead(pages)
        return found

    def close(self) -> None:
        """Close the file.  The owner of the folder removes the folder."""
        with self._lock:
            if self._claims >= 0:
                os.close(self._claims)
                self._claims = -1

    def _take(self, first: int, length: int) -> bool:
        end = time.monotonic() + LOCK_TIMEOUT
        while True:
            try:
                fcntl.lockf(self._claims, fcntl.LOCK_EX | fcntl.LOCK_NB, length, first)
            except (BlockingIOError, PermissionError):  # POSIX allows either
                if time.monotonic() > end:
                    return False
                time.sleep(0.0005)
            else:
                return True

    def _forget_the_dead(self, pages: Sequence[str]) -> None:
        for name in pages:
            try:
                os.kill(int(name.partition("-")[0]), 0)
            except ProcessLookupError:
                (self.folder / name).unlink(missing_ok=True)
            except PermissionError:
                continue


# -- the worker's side -----------------------------------------------------------------------------


class _WorkerClaims:
    """One thread's file descriptors for one folder."""

    def __init__(self, folder: str) -> None:
        self.claims = os.open(
            os.path.join(folder, _CLAIMS), os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
        )
        page = os.path.join(folder, f"{os.getpid()}-{threading.get_native_id()}")
        try:
            flags = os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
            self.page = os.open(page, flags, 0o600)
        except OSError:
            os.close(self.claims)
            raise

    def close(self) -> None:
        os.close(self.claims)
        os.close(self.page)


class _OpenFolders(threading.local):
    """The folders that a worker thread has open, newest last."""

    def __init__(self) -> None:
        self.open_folders: OrderedDict[str, _WorkerClaims] = OrderedDict()


_here = _OpenFolders()


def begin(folder: str, number: int) -> bool:
    """Mark the task as begun; False if it was withdrawn or its client is gone.

    Called in the worker's thread.  If True, the thread's status file shows the task until `end`.
    """
    end = _end_of(folder)
    if end is None:
        return False
    fcntl.lockf(end.claims, fcntl.LOCK_EX, 1, number)
    try:
        if os.pread(end.claims, 1, number) not in (b"", _FREE):
            return False
        os.pwrite(end.claims, _BEGUN, number)
    finally:
        fcntl.lockf(end.claims, fcntl.LOCK_UN, 1, number)
    at_ns = time.monotonic_ns()
    os.pwrite(end.page, _PAGE.pack(number + 1, at_ns, (number + 1) ^ at_ns), 0)
    return True


def end(folder: str) -> None:
    """Note that the task's code has ended."""
    opened = _here.open_folders.get(folder)
    if opened is not None:
        os.pwrite(opened.page, _PAGE.pack(0, 0, 0), 0)


def leave() -> None:
    """Close all folders that this thread has open."""
    for opened in _here.open_folders.values():
        opened.close()
    _here.open_folders.clear()


call_in_child(leave)  # the status files belong to the parent process


def n_open() -> int:
    """Return how many folders this thread has open."""
    return len(_here.open_folders)


def _end_of(folder: str) -> _WorkerClaims | None:
    here = _here
    opened = here.open_folders.get(folder)
    if opened is None:
        try:
            opened = _WorkerClaims(folder)
        except OSError:
            return None
        here.open_folders[folder] = opened
        if len(here.open_folders) > FOLDERS_KEPT:
            here.open_folders.popitem(last=False)[1].close()
    return opened
