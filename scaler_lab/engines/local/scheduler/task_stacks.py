"""Answers the question where a task is, from looks at its worker.

One look can't distinguish a thread that runs Python code from one that runs C code.  So a thread
that runs is looked at several times: if its stack and its instruction stay the same while it uses
the CPU, it is in C code.  All this takes at most `LONGEST`.

An answer is about the task that was named, or reports that the task has ended: the number of the
task that its worker runs is read before and after each look.

Pure: looks are taken by the `WorkerControl`, and time is passed in.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from scaler_lab.core import stack as states
from scaler_lab.core.library_files import library_of
from scaler_lab.core.messages import TaskId
from scaler_lab.core.stack import OnStack, StackFrame, TaskStack
from scaler_lab.engines.local.scheduler.frame_reader import MAX_FRAMES, Frame
from scaler_lab.engines.local.scheduler.stack_reader import Look
from scaler_lab.engines.local.scheduler.state import ClientState, QueuedTask, QueuedTaskStatus

LOOK_INTERVAL: Final = 0.005
_LOOKS_AT_ONCE: Final = 3
LONGEST: Final = 0.15
C_CPU_NS: Final = 15_000_000  # a thread that ran for so long at one instruction is in C code
STARVED_NS: Final = 1_000_000  # one that ran for less has only waited for a CPU

_ENGINE: Final = Path(__file__).parents[1]
_WORKER_FILES: Final = f"{_ENGINE / 'worker'}{os.sep}"
_OWN_FILES: Final = (
    f"{_ENGINE}{os.sep}",
    f"{_ENGINE.parents[1] / 'serialization'}{os.sep}",
)


class _Request:
    __slots__ = ("due_at", "end_at", "first", "reply", "task")

    def __init__(self, task: QueuedTask, reply: OnStack, first: Look, now: float) -> None:
        self.task = task
        self.reply = reply
        self.first = first
        self.due_at = now + LOOK_INTERVAL
        self.end_at = now + LONGEST


class TaskStacks:
    """Answers requests for the stacks of tasks.

    Args:
        look: Looks at the worker with a process id.
        runs: Returns whether the worker with a number runs the task with a number.
    """

    def __init__(self, look: Callable[[int], Look], runs: Callable[[int, int], bool]) -> None:
        self._look = look
        self._runs = runs
        self._requests: list[_Request] = []

    def request_by_id(
        self,
        client: ClientState | None,
        task_id: TaskId,
        reply: OnStack,
        now: float,
        *,
        at_once: bool,
    ) -> None:
        """Answer where the task is that views know by that id; *client* is the one that has it."""
        if client is None or not client.has(task_id):
            reply(TaskStack(task_id, states.ENDED))
        elif (task := client.task_shown_as(task_id)) is None:
            reply(TaskStack(task_id, states.QUEUED))
        else:
            self.request(task, reply, now, at_once=at_once)

    def request(
        self, task: QueuedTask, reply: OnStack, now: float, *, at_once: bool = False
    ) -> None:
        """Answer where *task* is, by calling *reply* now or within `LONGEST`.

        With *at_once*, it is called now, and the state may be `RUNNING`.
        """
        if at_once:
            reply(self._at_once(task))
            return
        look = self._look_at(task)
        if look is None:
            reply(_without_frames(task))
        elif look.thread is not None and look.thread.is_running:
            self._requests.append(_Request(task, reply, look, now))
        else:
            reply(_answer(task, look, _state_of(look)))

    def now(self, task: QueuedTask) -> TaskStack | None:
        """Return where *task* is, without waiting; None if it has no stack that can be read."""
        stack = self._at_once(task)
        return stack if stack.threads and stack.threads[0] else None

    def tick(self, now: float) -> None:
        """Look again at the tasks whose next look is due."""
        for request in [request for request in self._requests if now >= request.due_at]:
            answer = self._again(request, now)
            if answer is not None:
                self._requests.remove(request)
                request.reply(answer)

    def due_at(self) -> float | None:
        """Return the time when `tick` next has something to do; None for never."""
        return min((request.due_at for request in self._requests), default=None)

    def _again(self, request: _Request, now: float) -> TaskStack | None:
        """Look again; return the answer, or None if another look is needed."""
        task, first = request.task, request.first
        look = self._look_at(task)
        if look is None:
            return _without_frames(task)
        if look.thread is None or not look.thread.is_running:
            return _answer(task, look, _state_of(look))
        request.due_at = now + LOOK_INTERVAL
        if not look.threads:  # its stack changed during all reads, or can't be read at all
            return _answer(task, look, _state_of(look)) if now >= request.end_at else None
        if not first.threads:
            request.first = look
            return None
        if look.threads[0].position != first.threads[0].position:
            return _answer(task, look, states.RUNNING_PYTHON)
        assert first.thread is not None
        used_ns = look.thread.cpu_ns - first.thread.cpu_ns
        if used_ns >= C_CPU_NS:
            return _answer(task, look, states.IN_C)
        if now >= request.end_at:
            is_starved = used_ns < STARVED_NS
            return _answer(task, look, f"{states.WAITING}: a CPU" if is_starved else states.IN_C)
        return None

    def _at_once(self, task: QueuedTask) -> TaskStack:
        look = self._look_at(task)
        for _ in range(_LOOKS_AT_ONCE - 1):
            if look is None or look.threads:
                break
            look = self._look_at(task)  # the stack changed during all reads
        return _without_frames(task) if look is None else _answer(task, look, _state_of(look))

    def _look_at(self, task: QueuedTask) -> Look | None:
        """Return a look at the task's worker; None if the task doesn't run there."""
        worker = task.worker
        if task.state is not QueuedTaskStatus.SENT or worker is None:
            return None
        if not self._runs(worker.number, task.seq):
            return None
        look = self._look(worker.pid)
        return look if self._runs(worker.number, task.seq) else None


def _without_frames(task: QueuedTask) -> TaskStack:
    worker = task.worker
    is_queued = task.state is QueuedTaskStatus.QUEUED or (worker is not None and not task.started)
    return TaskStack(task.task_id, states.QUEUED if is_queued else states.ENDED)


def _state_of(look: Look) -> str:
    thread = look.thread
    if thread is None:
        return states.UNKNOWN
    if thread.is_stopped:
        return states.PAUSED
    if look.child:
        return f"child process {look.child}"
    if thread.is_running:
        return states.RUNNING
    return f"{states.WAITING}: {thread.waits_for}" if thread.waits_for else states.WAITING


def _answer(task: QueuedTask, look: Look, state: str) -> TaskStack:
    threads = [
        [StackFrame(frame.file, frame.line, frame.name) for frame in reversed(frames)]
        for thread in look.threads
        if (frames := _of_task(thread.frames)) or thread is look.threads[0]
    ]
    taken = states.FROM_OUTSIDE if look.threads else ""
    problem = look.problem or ("" if threads[0] else states.PREPARING)
    return TaskStack(task.task_id, state, taken, threads, problem)


def _of_task(frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
    """Return the frames of the task: without those of the worker that called it.

    The stack of a worker's main thread starts with the frames of the processes that it was forked
    in.  Other threads, and a deep recursion of which only a part was read, have none of them.
    Nothing is left while the worker prepares the task, or what it returned.
    """
    if len(frames) >= MAX_FRAMES or not any(f.file.startswith(_WORKER_FILES) for f in frames):
        return frames
    end = len(frames)
    while end and not frames[end - 1].file.startswith(_WORKER_FILES):
        end -= 1
    while end and frames[end - 1].file.startswith(_OWN_FILES):
        end -= 1
    return frames[:end]


def brief(stack: TaskStack) -> str:
    """Return in some words where a task is: "parse (parse.py:40)".

    The line is that of the task's own code, not of a library that it called.
    """
    frames = stack.threads[0][::-1]
    own = next((n for n, frame in enumerate(frames) if not _is_library(frame.file)), 0)
    frame = frames[own]
    place = f"{os.path.basename(frame.file)}:{frame.line}"
    if own:
        return f"{frames[own - 1].name}, called by {frame.name} ({place})"
    return f"{frame.name} ({place})"


def _is_library(file: str) -> bool:
    return file.startswith(_OWN_FILES) or library_of(file) != ""
