"""Where a task is that runs in a thread of this program."""

from __future__ import annotations

import os
import sys
import traceback
from typing import Final

from scaler_lab.core.messages import TaskId
from scaler_lab.core.stack import BY_THREAD, ENDED, RUNNING, StackFrame, TaskStack

_FOLDER: Final = os.path.dirname(__file__)


def stack_of_thread(task_id: TaskId, thread_id: int) -> TaskStack:
    """Return the stack of a thread, from the function that the engine called on.

    Args:
        task_id: The task that runs there.
        thread_id: The thread's `threading.get_ident()`.
    """
    frame = sys._current_frames().get(thread_id)  # pyright: ignore[reportPrivateUsage]
    if frame is None:
        return TaskStack(task_id, ENDED)
    found = [
        StackFrame(code.co_filename, line or code.co_firstlineno, code.co_qualname)
        for inner, line in traceback.walk_stack(frame)
        for code in (inner.f_code,)
    ]
    own = next((n for n, f in enumerate(found) if os.path.dirname(f.file) == _FOLDER), len(found))
    return TaskStack(task_id, RUNNING, BY_THREAD, [found[:own][::-1]])
