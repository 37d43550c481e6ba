"""`Unpicklable`: base class of objects that can't be sent to a task; pickling one explains why."""

from __future__ import annotations

from typing import NoReturn


class Unpicklable:
    """Base class of objects that have threads or connections, or refer to such objects.

    Without it, pickle's error would only name a lock somewhere inside.
    """

    __slots__ = ()

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"cannot pickle a {type(self).__name__}, which belongs to its process: give the task "
            "its results instead (a future among the arguments is replaced by its result), have "
            "the program submit what the task would, or make a Client in the task"
        )
