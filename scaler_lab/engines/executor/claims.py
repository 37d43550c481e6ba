"""Who begins a task, or withdraws it: a file that a client and the workers of a pool share.

    FOLDER/claims          a byte a task: free, begun, or withdrawn
    FOLDER/PID-THREAD      a worker's page: which task it runs now, and since when

A task's byte is read and written under a lock on that very byte (`fcntl`), so either the worker
begins it or the client withdraws it, never both; and a worker that dies lets go of its lock.  That
is why a withdrawn task *can never start*, whatever its pool still does with it.

The pages are state, not messages: nothing is lost where the client is busy, nobody waits for it,
and a task too short to be seen costs nothing.  A page with a torn write is told by its third word,
and read again at the next look.

The folder goes when its client does, and what the pool still has of the client's is not begun.
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

_FREE, _BEGUN, _WITHDRAWN = b"\0", b"\1", b"\2"
_PAGE = struct.Struct("<QQQ")  # task's number + 1 (0: none), begun at (ns), both xored
_CLAIMS = "claims"

LOCK_TIMEOUT = 0.25  # workers hold a lock for microseconds, unless they are stopped in it
FOLDERS_KEPT = 4  # open in a worker: clients come and go
PAGES_KEPT = 64  # of workers that may be gone


class StartedClaim(NamedTuple):
    """One worker's page."""

    number: int  # the task's
    pid: int
    at: float  # seconds of time.monotonic


class ClaimFile:
    """The client's end.  Any thread may use it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.RLock()  # fcntl's locks don't exclude threads of one process
        flags = os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
        self._claims = os.open(folder / _CLAIMS, flags, 0o600)

    def withdraw(self, numbers: Sequence[int]) -> set[int]:
        """Those of *numbers* that can never start now; the others have begun.

        One that a stopped worker keeps locked is not among them either: ask again later.
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
        """What each worker runs now."""
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
        """Let go of the file; the folder is its owner's to remove."""
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


# -- the worker's end ------------------------------------------------------------------------------


class _WorkerClaims:
    """One thread's descriptors of one folder."""

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
    """A worker thread's open folders, newest last."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.open_folders: OrderedDict[str, _WorkerClaims] = OrderedDict()


_here = _OpenFolders()


def begin(folder: str, number: int) -> bool:
    """Begin the task, in the worker's thread; False where it was withdrawn, or its client is gone.

    Where True, the page says so until `end`.
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
    """The task's code has ended."""
    opened = _here.open_folders.get(folder)
    if opened is not None:
        os.pwrite(opened.page, _PAGE.pack(0, 0, 0), 0)


def leave() -> None:
    """Close what this thread has open of all folders."""
    for opened in _here.open_folders.values():
        opened.close()
    _here.open_folders.clear()


def n_open() -> int:
    """How many folders this thread has open."""
    return len(_here.open_folders)


def _end_of(folder: str) -> _WorkerClaims | None:
    here = _here
    if here.pid != os.getpid():  # a fork's copy: its page is another's
        here.pid = os.getpid()
        leave()
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
