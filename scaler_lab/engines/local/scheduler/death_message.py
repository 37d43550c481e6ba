"""What to tell people about a worker that died.  Pure, but for a look at the machine's memory."""

from __future__ import annotations

import os
import signal

NEARLY_ALL = 0.8  # of the memory there is: then a SIGKILL from nowhere was the kernel's


def cause_of(status: int) -> tuple[str, int]:
    """("was killed by SIGSEGV (11)", -11) of a wait status: words, and subprocess's exit code."""
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = "signal"
        return f"was killed by {name} ({-code})", code
    return f"exited with status {code}", code


def death_message(
    task: str, number: int, pid: int, status: int, peak_rss_kib: int, memory_kib: int, stacks: str
) -> str:
    """One paragraph: what happened, to which task, what follows, what to do.

    *stacks* is faulthandler's dump, empty where there is none.
    """
    cause, code = cause_of(status)
    words = f"task {task!r} was running in worker {number} (pid {pid}) when that {cause}"
    if code == -signal.SIGKILL:
        gib = 1024 * 1024
        words += f"; it had used {peak_rss_kib / gib:.1f} of {memory_kib / gib:.1f} GiB of memory"
        if peak_rss_kib > NEARLY_ALL * memory_kib:
            words += ": it probably ran out of memory. Make the task's data smaller, or run fewer "
            words += "workers"
    elif code >= 0:
        words += " (os._exit, or an extension that ends the process)"
    words += ". Only this task failed; a new worker has taken the place."
    if stacks:
        words += f"\n\nWhere it was:\n{stacks.strip()}"
    return words
