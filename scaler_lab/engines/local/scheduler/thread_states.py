"""What a thread of another process is doing, as the kernel knows it: from ``/proc``.

Only Linux has these files.  Reading them doesn't affect the process.
"""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Final, NamedTuple

from scaler_lab.engines.local import process_tree

RUNNING: Final = "R"
STOPPED: Final = frozenset("Tt")

_CLOCK_NS: Final = 1_000_000_000 // os.sysconf("SC_CLK_TCK")

# The system calls in which programs wait, by the machine's numbers.  Variants of one call have one
# name.  Source: the kernel's arch/x86/entry/syscalls/syscall_64.tbl and scripts/syscall.tbl.
_CALLS: Final[dict[str, dict[int, str]]] = {
    "x86_64": {
        0: "read",
        1: "write",
        7: "poll",
        17: "read",
        18: "write",
        19: "read",
        20: "write",
        23: "select",
        35: "sleep",
        42: "connect",
        43: "accept",
        44: "send",
        45: "receive",
        46: "send",
        47: "receive",
        61: "a child process",
        72: "a file lock",
        73: "a file lock",
        74: "fsync",
        75: "fsync",
        202: "a lock",
        208: "disk",
        230: "sleep",
        232: "epoll",
        247: "a child process",
        257: "open",
        270: "select",
        271: "poll",
        281: "epoll",
        288: "accept",
        299: "receive",
        441: "epoll",
    },
    "aarch64": {
        22: "epoll",
        25: "a file lock",
        32: "a file lock",
        56: "open",
        63: "read",
        64: "write",
        65: "read",
        66: "write",
        67: "read",
        68: "write",
        72: "select",
        73: "poll",
        82: "fsync",
        83: "fsync",
        95: "a child process",
        98: "a lock",
        101: "sleep",
        115: "sleep",
        202: "accept",
        203: "connect",
        206: "send",
        207: "receive",
        211: "send",
        212: "receive",
        242: "accept",
        243: "receive",
        260: "a child process",
        441: "epoll",
    },
}
# Calls in which a thread that waits for a child process is seen.
_FOR_CHILDREN: Final = frozenset({"a child process", "poll", "select", "epoll", "read"})


class ThreadState(NamedTuple):
    """What a thread does.

    Attributes:
        letter: The kernel's letter: R runs or is ready to, S and D wait, T and t are stopped.
        cpu_ns: How long it has run on a CPU.
        waits_for: What it waits for; empty if it doesn't wait, or if that isn't known.
    """

    letter: str
    cpu_ns: int
    waits_for: str

    @property
    def is_running(self) -> bool:
        """Whether it runs, or is ready to."""
        return self.letter == RUNNING

    @property
    def is_stopped(self) -> bool:
        """Whether a signal or a debugger stopped it."""
        return self.letter in STOPPED


def thread_state(pid: int, thread_id: int) -> ThreadState:
    """Return the state of a thread.

    Raises:
        OSError: It has ended.
    """
    folder = Path(f"/proc/{pid}/task/{thread_id}")
    fields = (folder / "stat").read_bytes().rpartition(b")")[2].split()
    letter = fields[0].decode("ascii")
    try:
        cpu_ns = int((folder / "schedstat").read_bytes().split()[0])
    except (OSError, IndexError):  # a kernel without these statistics
        cpu_ns = (int(fields[11]) + int(fields[12])) * _CLOCK_NS
    waits_for = "" if letter == RUNNING or letter in STOPPED else _call(folder)
    return ThreadState(letter, cpu_ns, waits_for)


def _call(folder: Path) -> str:
    """Return the system call that the thread is in; empty if that isn't known."""
    try:
        number = int((folder / "syscall").read_bytes().split()[0])
    except (OSError, ValueError):  # not permitted, or "running"
        return ""
    return _CALLS.get(platform.machine(), {}).get(number, "")


def child_waited_for(pid: int, waits_for: str) -> str:
    """Return the child process that a thread waits for, as "4711: ffmpeg"; empty if none."""
    if waits_for not in _FOR_CHILDREN:
        return ""
    for child in sorted(process_tree.running_children(pid), reverse=True):
        try:
            name = Path(f"/proc/{child}/comm").read_bytes().decode("utf-8", "replace").strip()
        except OSError:
            continue
        if not process_tree.is_resource_tracker(child):
            return f"{child}: {name}"
    return ""
