"""Where a running task is: `TaskStack`, as an engine reports it, and `Stack`, as users see it."""

from __future__ import annotations

import linecache
import time
import traceback
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol, Self

import msgspec

from scaler_lab.core.messages import TaskId
from scaler_lab.core.safe_event import SafeEvent

RUNNING_PYTHON: Final = "running Python"
RUNNING: Final = "running"  # in which kind of code isn't known
IN_C: Final = "in C"
PAUSED: Final = "paused"
WAITING: Final = "waiting"
QUEUED: Final = "queued"
ENDED: Final = "ended"
UNKNOWN: Final = "unknown"

STACK_TIMEOUT: Final = 1.0

FROM_OUTSIDE: Final = "read from outside, without running anything in the task's process"
BY_THREAD: Final = "read in this program, whose thread runs the task"
BY_WORKER: Final = "read in its worker process, by another thread"

PREPARING: Final = "no Python frames: its function is C code, or its worker prepares it"


class StackFrame(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A function that a task is in."""

    file: str
    line: int
    name: str


class TaskStack(msgspec.Struct, array_like=True, frozen=True):
    """An engine's answer to "where is this task?".

    Attributes:
        task_id: The task.
        state: What it is doing: one of the constants of this module, or "waiting: select", "child
            process 4711: ffmpeg".
        taken: How the stack was read; empty if there is none.
        threads: The stack of each of its threads, the main thread's first; the outermost frame of
            each first.
        problem: Why a running task has no stack; empty otherwise.
    """

    task_id: TaskId
    state: str
    taken: str = ""
    threads: list[list[StackFrame]] = []
    problem: str = ""

    @classmethod
    def of_thread(cls, task_id: TaskId, frames: list[StackFrame] | None, taken: str) -> Self:
        """Return the answer about a task of which only its thread's frames are known.

        *frames* is empty while the engine prepares the task, and None once it has ended.
        """
        if frames is None:
            return cls(task_id, ENDED)
        return cls(task_id, RUNNING, taken, [frames], "" if frames else PREPARING)


OnStack = Callable[[TaskStack], None]
"""The function that receives an engine's answer, from any thread.  It returns promptly."""


class RequestStack(Protocol):
    """`Engine.request_stack`."""

    def __call__(self, task_id: TaskId, reply: OnStack, *, at_once: bool = False) -> None:
        """Request where a task is."""


Request = Callable[[OnStack], None]
"""A function that requests the stack of one task."""


class Stack(str):
    """Where a task is, as text; printed like a traceback.

    Attributes:
        state: What the task is doing: "running Python", "in C", "waiting: select", "paused", "child
            process 4711: ffmpeg", or "queued" or "ended" if it doesn't run.
        taken: How the stack was read; empty if there is none.
        frames: The frames of the main thread, the outermost first, as in `traceback`.
    """

    state: str
    taken: str
    frames: traceback.StackSummary

    __slots__ = ("frames", "state", "taken")

    @classmethod
    def of(cls, stack: TaskStack, *, with_source: bool = True) -> Self:
        """Return the text of an engine's answer.

        Args:
            stack: The answer.
            with_source: Show the source lines, from the files that this process can read.
        """
        threads = [stack_summary(frames, with_source=with_source) for frames in stack.threads]
        parts = [f"{stack.state}; {stack.problem}\n" if stack.problem else f"{stack.state}\n"]
        for number, summary in enumerate(threads):
            if number:
                parts.append("another thread of the task\n")
            parts += summary.format()
        self = cls("".join(parts).rstrip("\n"))
        self.state = stack.state
        self.taken = stack.taken
        self.frames = threads[0] if threads else traceback.StackSummary()
        return self

    def __repr__(self) -> str:
        return str(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (str(self), self.state, self.taken, list(self.frames))


def gather_stacks(requests: Sequence[tuple[TaskId, Request]], timeout: float) -> list[TaskStack]:
    """Request where some tasks are, all at once; return the answers in the same order.

    Args:
        requests: The tasks, each with the function that requests its stack.
        timeout: The longest time to wait, in seconds.
    """
    answers: list[tuple[TaskId, _Answer]] = []
    for task_id, request in requests:
        answer = _Answer()
        answers.append((task_id, answer))
        request(answer.take)
    end = time.monotonic() + timeout
    late = f"the engine did not answer within {timeout:g} s"
    stacks: list[TaskStack] = []
    for task_id, answer in answers:
        answer.arrived.wait(max(0.0, end - time.monotonic()))
        stacks.append(answer.stack or TaskStack(task_id, UNKNOWN, problem=late))
    return stacks


class _Answer:
    """An engine's answer, once it has arrived."""

    def __init__(self) -> None:
        self.stack: TaskStack | None = None
        self.arrived = SafeEvent()

    def take(self, stack: TaskStack) -> None:
        self.stack = stack
        self.arrived.set()


def _rebuild(text: str, state: str, taken: str, frames: list[traceback.FrameSummary]) -> Stack:
    stack = Stack(text)
    stack.state, stack.taken = state, taken
    stack.frames = traceback.StackSummary.from_list(frames)
    return stack


def stack_summary(frames: list[StackFrame], *, with_source: bool = True) -> traceback.StackSummary:
    """Return *frames* for `traceback`, with the source lines that this process can read."""
    if with_source:
        for file in {frame.file for frame in frames}:
            linecache.checkcache(file)
    line = None if with_source else ""
    return traceback.StackSummary.from_list(
        [(frame.file, frame.line, frame.name, line) for frame in frames]
    )
