"""The error message about a worker that died.  Pure."""

from __future__ import annotations

import os
import signal

NEARLY_ALL = 0.8  # share of the memory above which the kernel probably sent the SIGKILL


def cause_of(status: int) -> tuple[str, int]:
    """Return the cause of a wait status, in words and as `subprocess`'s return code.

    For example ("was killed by SIGSEGV (11)", -11).
    """
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = "signal"
        return f"was killed by {name} ({-code})", code
    return f"exited with status {code}", code


def death_message(
    task: str,
    number: int,
    pid: int,
    status: int,
    peak_rss_kib: int,
    memory_kib: int,
    stacks: str,
    *,
    out_of_memory: bool | None = None,
) -> str:
    """Return the message: what happened, to which task, what follows, and what to do.

    Args:
        task: The task's name.
        number: The worker's number.
        pid: Its process id.
        status: Its wait status.
        peak_rss_kib: The largest memory of its process, in KiB.
        memory_kib: The memory that there is for it, in KiB.
        stacks: The dump of `faulthandler`; may be empty.
        out_of_memory: Whether the system killed it for lack of memory; None if that isn't known.
    """
    cause, code = cause_of(status)
    words = f"worker {number} (pid {pid}) {cause} while it ran task {task!r}"
    if code == -signal.SIGKILL:
        gib = 1024 * 1024
        words += f"; it had used {peak_rss_kib / gib:.1f} of {memory_kib / gib:.1f} GiB of memory"
        is_likely = out_of_memory is None and peak_rss_kib > NEARLY_ALL * memory_kib
        if out_of_memory:
            words += ": the system ran out of memory and stopped it. "
        elif is_likely:
            words += ": it probably ran out of memory. "
        if out_of_memory or is_likely:
            words += "Make the task's data smaller, or run fewer workers"
    elif code >= 0:
        words += " (os._exit, or an extension that ends the process)"
    words += ". Only this task failed; a new worker has taken the place."
    if stacks:
        words += f"\n\nIt was running this code:\n{stacks.strip()}"
    return words
