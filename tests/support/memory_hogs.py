"""Tasks that use too much memory, each in another way, and tasks that use nearly too much."""

from __future__ import annotations

import ctypes
import mmap
import os
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import IO

MIB = 1024**2
PAUSE = 0.0005  # after each MiB, so that a hog is measured before the machine's memory is used up

_CHILD = f"""
import time
kept = []
while True:
    kept.append(bytes(range(256)) * 4096)
    time.sleep({PAUSE})
"""


_SHARING = f"""
import os, signal, sys
sys.path[:] = {sys.path}
from memory_hogs import used

print(os.getpid(), flush=True)
sys.stdin.readline()
kept = used(int(sys.argv[1]))
children = []
for _ in range(3):
    children.append(os.fork())
    if children[-1] == 0:
        signal.pause()
print(os.getpid(), flush=True)
sys.stdin.readline()
for child in children:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
"""


@contextmanager
def sharing_process(size: int) -> Generator[Iterator[int]]:
    """Start a process; its second step is to share *size* bytes with three children.

    Yields its process id after each step.
    """
    with subprocess.Popen(
        [sys.executable, "-c", _SHARING, str(size)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def steps(requests: IO[str], answers: IO[str]) -> Iterator[int]:
            for answer in answers:
                yield int(answer)
                requests.write("\n")
                requests.flush()

        try:
            yield steps(process.stdin, process.stdout)
        finally:
            process.stdin.close()


def one_big_object() -> int:
    return len(bytearray(8 << 30))


def many_small_objects() -> int:
    kept: list[list[int]] = []
    while True:
        kept.append([1] * 100)


def private_mapping() -> int:
    return mmap.mmap(-1, 8 << 30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS).size()


def hoard() -> None:
    kept: list[bytes] = []
    while True:
        kept.append(os.urandom(16) * (MIB // 16))
        time.sleep(PAUSE)


def forked_child() -> None:
    pid = os.fork()
    if pid == 0:
        hoard()
    os.waitpid(pid, 0)


def subprocess_of_a_shell() -> int:
    """The shell's child is the hog, and the shell lives on."""
    return subprocess.run(
        ["sh", "-c", f"{sys.executable} -c '{_CHILD}'; true"], check=False
    ).returncode


def threads() -> None:
    """Threads whose errors the task receives: a bare thread's error ends only that thread."""
    with ThreadPoolExecutor(4) as pool:
        for hog in [pool.submit(hoard) for _ in range(4)]:
            hog.result()


def malloc_without_a_check() -> None:
    """C code that uses what `malloc` returns, and doesn't request too much at once."""
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    libc.memset.argtypes = (ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t)
    while True:
        libc.memset(libc.malloc(MIB), 1, MIB)
        time.sleep(PAUSE)


HOGS = (
    one_big_object,
    many_small_objects,
    private_mapping,
    forked_child,
    subprocess_of_a_shell,
    threads,
    malloc_without_a_check,
)


def used(size: int) -> bytearray:
    """Return *size* bytes of memory, each page of which is used."""
    memory = bytearray(size)
    for at in range(0, size, mmap.PAGESIZE):
        memory[at] = 1
    return memory


def fill(size: int, seconds: float) -> int:
    """Use *size* bytes for a while."""
    kept = used(size)
    time.sleep(seconds)
    return len(kept)


def fill_and_fork(size: int, seconds: float) -> int:
    """Use *size* bytes, and share them with four child processes that only read them."""
    kept = used(size)
    pids: list[int] = []
    for _ in range(4):
        pid = os.fork()
        if pid == 0:
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                sum(kept[:: mmap.PAGESIZE])
            os._exit(0)
        pids.append(pid)
    return sum(os.waitpid(pid, 0)[1] for pid in pids)


def fill_and_start_programs(size: int, seconds: float) -> int:
    """Use *size* bytes, and start programs all the time, each with a copy of the memory map."""
    kept = used(size)
    end, n_started = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        subprocess.run(["true"], check=True)
        n_started += 1
    return n_started if kept else 0


def keep(size: int) -> None:
    """Use *size* bytes, and leave them to the worker."""
    _kept.append(used(size))


_kept: list[bytearray] = []


def fill_in_child(size: int) -> None:
    """Use *size* bytes in a child process, and one core."""
    pid = os.fork()
    if pid == 0:
        kept = used(size)
        while kept:
            pass
    os.waitpid(pid, 0)


def start_threads(n: int) -> int:
    """Start threads that do nothing, whose stacks are reserved and not used."""
    go = threading.Event()
    started = [threading.Thread(target=go.wait) for _ in range(n)]
    for thread in started:
        thread.start()
    go.set()
    for thread in started:
        thread.join()
    return n


def cleans_up(path: str) -> int:
    try:
        return one_big_object()
    finally:
        with open(path, "w") as file:
            file.write("finally")


def raises_its_own() -> None:
    raise MemoryError("the cache is full")


def handles_it() -> str:
    try:
        one_big_object()
    except MemoryError:
        return "handled"
    return "not refused"


def worker() -> int:
    return os.getpid()
