"""`Unpicklable`: what belongs to its process, and says so if a task is given it."""

from __future__ import annotations

from typing import NoReturn


class Unpicklable:
    """A base of what holds threads and connections, or refers to what does.

    Without it pickle would name a lock somewhere inside.
    """

    __slots__ = ()

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"cannot pickle a {type(self).__name__}, which belongs to its process: give the task "
            "its results instead (a future among the arguments is replaced by its result), have "
            "the program submit what the task would, or make a Client in the task"
        )
