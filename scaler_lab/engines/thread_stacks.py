"""Where a task is that runs in a thread of this process."""

from __future__ import annotations

import os
import sys
import traceback
from itertools import dropwhile
from typing import Final

from scaler_lab.core.stack import StackFrame

_HERE: Final = os.path.dirname(__file__)
_OWN: Final = tuple(
    f"{folder}{os.sep}" for folder in (_HERE, os.path.join(os.path.dirname(_HERE), "serialization"))
)


def frames_of_thread(thread_id: int) -> list[StackFrame] | None:
    """Return the frames of a thread from the task's function on, the outermost first.

    Args:
        thread_id: The thread's `threading.get_ident()`.

    Returns:
        The frames; empty while an engine prepares the task; None if the thread doesn't exist.
    """
    frame = sys._current_frames().get(thread_id)  # pyright: ignore[reportPrivateUsage]
    if frame is None:
        return None
    found = [
        StackFrame(code.co_filename, line or code.co_firstlineno, code.co_qualname)
        for inner, line in traceback.walk_stack(frame)
        for code in (inner.f_code,)
    ]
    from_engine = dropwhile(lambda frame: not _is_own(frame), reversed(found))
    return list(dropwhile(_is_own, from_engine))


def _is_own(frame: StackFrame) -> bool:
    return frame.file.startswith(_OWN)
