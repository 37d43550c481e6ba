"""One look at a worker: what its main thread does, and the stacks of all its threads."""

from __future__ import annotations

import logging
from typing import NamedTuple

from scaler_lab.engines.local.scheduler.frame_reader import FrameReader, ThreadStack
from scaler_lab.engines.local.scheduler.interpreter_layout import Layout, LayoutUnknown, ReadTorn
from scaler_lab.engines.local.scheduler.thread_states import (
    ThreadState,
    child_waited_for,
    thread_state,
)

log = logging.getLogger(__name__)


class Look(NamedTuple):
    """What one look at a worker found.

    Attributes:
        thread: The state of its main thread; None if it isn't known.
        child: The child process that this thread waits for, if any: "4711: ffmpeg".
        threads: The stack of each thread, the main thread's first.
        problem: Why *threads* is empty.
    """

    thread: ThreadState | None
    child: str = ""
    threads: tuple[ThreadStack, ...] = ()
    problem: str = ""


class StackReader:
    """Looks at workers.  One thread uses it: the main thread of the process that forked them."""

    def __init__(self) -> None:
        self._frames: FrameReader | None = None
        self._unavailable = ""  # why stacks can't be read here

    def look(self, pid: int) -> Look:
        """Return what the worker with this process id does now."""
        try:
            thread = thread_state(pid, pid)
        except (OSError, ValueError, IndexError):
            return Look(None, problem="the system doesn't show what its process does")
        child = "" if thread.is_running else child_waited_for(pid, thread.waits_for)
        try:
            return Look(thread, child, tuple(self._reader().read(pid)))
        except PermissionError:
            problem = "its stack can't be read: the system forbids it (ptrace)"
        except (OSError, ReadTorn) as error:
            problem = f"its stack can't be read now: {error}"
        except LayoutUnknown as error:
            problem = f"its stack can't be read: {error}"
        except Exception as error:  # a look must never harm the engine
            log.exception("the stack of process %d could not be read", pid)
            problem = f"its stack can't be read now: {error!r}"
        return Look(thread, child, problem=problem)

    def _reader(self) -> FrameReader:
        if self._frames is None:
            if self._unavailable:
                raise LayoutUnknown(self._unavailable)
            try:
                self._frames = FrameReader(Layout.find())
            except LayoutUnknown as error:
                self._unavailable = str(error)
                log.warning("the stacks of tasks can't be read: %s", error)
                raise
        return self._frames
