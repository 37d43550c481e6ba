"""The code that runs inside Ray: around each call in a worker process, and the `StartListener`.

A background thread of the worker reports starts.  If the previous task was long, or if this is the
first task, the task starts only once its start is being sent.  After a short task, the thread polls
every 20 ms and reports the start of the task that still runs at the next poll.  So a stream of
short tasks costs no messages, and a long task is still reported.  The thread can't run if the task
holds the GIL from its first line on; the engine finds such a task by the worker's note (see below).

The main thread doesn't report starts, because an interrupt could hit Ray's code there, which
swallows it.  An interrupt that Python swallows (in a `__del__`, for example) is raised again.  An
interrupt that Ray swallowed while it prepared the task is detected before the task starts.

Ray sometimes loses a cancel that arrives just as its task starts, so the engine repeats the request
while the task runs.  The task is interrupted only once all the same: a second exception would
disrupt the code of its `finally` blocks.

Ray also loses a forced cancel that follows an ignored plain cancel.  So each worker keeps a note of
which task it runs and since when.  Other processes can read the note without the GIL.  The engine
can then kill the process by its pid and be sure that it ends this task and not the next one.
"""

from __future__ import annotations

import _thread
import asyncio
import contextlib
import functools
import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Iterable
from importlib import import_module
from types import FrameType
from typing import Any, NamedTuple

import psutil

from scaler_lab.serialization.remote_call import clock, run_call

POLL_INTERVAL = 0.02
SHORT_SECONDS = 0.02
REPORT_TIMEOUT = 10.0
IDLE_POLLS = 100  # polls without a task after which the polling thread ends
STOP_TIMEOUT = 0.5  # for a process to become suspended
STOPPED_POLL_INTERVAL = 0.001
WHOLE_BYTES = 65_536
"""Calls up to this size are joined with their heading into one bytes object.

Ray has a cost for each argument, and a much higher one for arguments that aren't bytes.  Larger
calls are sent separately, to avoid the copy.
"""


class TaskPlace(NamedTuple):
    """Where a task runs."""

    node: str
    host: str
    pid: int
    born: float  # start time of the process, to distinguish it from a later one with the same pid
    clock: str  # `remote_call.clock` of the machine
    note: int  # the note's file descriptor in that process; -1 for none


class Start(NamedTuple):
    """A task's start, as the worker reports it."""

    task_id: str
    place: TaskPlace
    at: float  # by the clock of that place


class StartListener:
    """A Ray actor that receives starts from workers and keeps them for the engine."""

    def __init__(self) -> None:
        self._received: list[Start] = []
        self._latest: dict[tuple[str, int], Start] = {}  # by process: node and pid
        self._any = asyncio.Event()

    async def report(self, start: Start) -> None:
        self._received.append(start)
        self._latest[start.place.node, start.place.pid] = start
        self._any.set()

    async def latest(self) -> list[Start]:
        """Return the last start reported by each process: the tasks that may be running now."""
        return list(self._latest.values())

    async def take(self) -> list[Start]:
        """Return the starts reported since the last call; waits until there is at least one."""
        await self._any.wait()
        self._any.clear()
        heard, self._received = self._received, []
        return heard


class RunningTask(NamedTuple):
    """The task that runs in this worker."""

    listener: str
    start: Start
    reported: threading.Event


_lock = threading.Lock()
_running: RunningTask | None = None
_is_interrupted = False  # whether the running task was; used only by the main thread
_wake = threading.Event()  # set to report the running task now
_is_polling = False  # guarded by _lock
_was_short_for = ""  # listener of the previous task, if short: it knows this process; else ""


def packed(task_id: str, call: bytes, listener: str) -> tuple[bytes, ...]:
    """Return the arguments of `run` for a packed call."""
    heading = f"{task_id} {listener}\n".encode()
    return (heading + call,) if len(call) <= WHOLE_BYTES else (heading, call)


def unpacked(reply: Any) -> Any:
    """Return the decoded reply of `run`: (start, time of the end, *outcome)."""
    return pickle.loads(reply) if type(reply) is bytes else reply


def run(heading: bytes, large_call: bytes = b"") -> Any:
    """Run a call in a worker's main thread.

    `packed` makes the arguments, and `unpacked` decodes the result.  KeyboardInterrupt is raised to
    Ray, because that is how Ray stops a task.
    """
    global _running, _was_short_for, _is_interrupted
    line, _, call = heading.partition(b"\n")
    task_id, _, listener = line.decode().partition(" ")
    start = Start(task_id, place(), time.monotonic())
    begun = RunningTask(listener, start, threading.Event())
    _is_interrupted = False
    _note(f"{task_id} {start.at}")
    handler = signal.signal(signal.SIGINT, _interrupt)
    try:
        _running = begun
        _poll()
        if _was_short_for != listener:
            _wake.set()
            begun.reported.wait(REPORT_TIMEOUT)
        if _is_cancelled():
            # Ray's own code swallowed the interrupt before this point.  After it, none is lost.
            raise KeyboardInterrupt("this task was cancelled before it began")
        outcome = run_call(large_call or call, interruptible=True)
    finally:
        try:
            _running = None
            ended = time.monotonic()
            _was_short_for = listener if ended - start.at < SHORT_SECONDS else ""
            _note("")
        finally:
            signal.signal(signal.SIGINT, handler)
    reply = (start, ended, *outcome)
    return pickle.dumps(reply) if len(outcome.data) <= WHOLE_BYTES else reply


def _interrupt(signum: int, frame: FrameType | None) -> None:
    """Handle SIGINT in a worker, which is how a cancel by Ray arrives."""
    global _is_interrupted
    del signum, frame
    if not _is_interrupted:
        _is_interrupted = True
        raise KeyboardInterrupt("this task was cancelled")


def _is_cancelled() -> bool:
    """Whether this worker's task was cancelled through Ray; False if this Ray can't report it."""
    context: Any = _ray().get_runtime_context()
    return bool(hasattr(context, "is_canceled") and context.is_canceled())


@functools.cache
def _ray() -> Any:
    return import_module("ray")


def is_gone(pid: int, born: float) -> bool:
    """Whether a process of this machine has ended."""
    try:
        process = psutil.Process(pid)
        return bool(process.create_time() != born or process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def wait_until_gone(pid: int, born: float, seconds: float) -> bool:
    """Wait until a process of this machine has ended; False if it still runs after *seconds*."""
    end = time.monotonic() + seconds
    while not is_gone(pid, born):
        if time.monotonic() > end:
            return False
        time.sleep(POLL_INTERVAL)
    return True


def kill_if_runs(task_id: str, where: TaskPlace) -> bool:
    """Kill a process of this machine if it runs the task; return whether it did.

    The process is suspended during the check, so that it can't start another task meanwhile.  Also
    False if that can't be checked: there is no note, or the process belongs to another user.
    """
    try:
        process = psutil.Process(where.pid)
        if process.create_time() != where.born or _noted(where)[0] != task_id:
            return False
        process.suspend()
        try:
            is_it = _is_paused(process) and _noted(where)[0] == task_id
            if is_it:
                process.kill()
        finally:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.resume()
    except (psutil.Error, OSError):
        return False
    return is_it


def running(places: Iterable[TaskPlace]) -> list[Start]:
    """Return what these processes of this machine run now, by their notes."""
    starts: list[Start] = []
    for where in places:
        with contextlib.suppress(OSError, ValueError):  # it has ended, or is writing its note
            task_id, at = _noted(where)
            if task_id and not is_gone(where.pid, where.born):
                starts.append(Start(task_id, where, at))
    return starts


def _is_paused(process: psutil.Process) -> bool:
    end = time.monotonic() + STOP_TIMEOUT
    while process.status() != psutil.STATUS_STOPPED:
        if time.monotonic() > end:
            return False
        time.sleep(STOPPED_POLL_INTERVAL)
    return True


def _noted(where: TaskPlace) -> tuple[str, float]:
    """Return the task in a process's note and when it started; ("", 0.0) for none."""
    if where.note < 0:
        return "", 0.0
    with open(f"/proc/{where.pid}/fd/{where.note}") as note:
        task_id, _, at = note.readline().rstrip().partition(" ")
    return task_id, float(at or 0)


def _note(text: str) -> None:
    if place().note >= 0:
        with contextlib.suppress(OSError):  # a task has closed the file descriptor
            os.pwrite(place().note, f"{text}\n".encode(), 0)


@functools.cache
def place() -> TaskPlace:
    """Return the place of this worker process."""
    _raise_swallowed_again()
    ray: Any = import_module("ray")
    pid = os.getpid()
    return TaskPlace(
        str(ray.get_runtime_context().get_node_id()),
        str(ray.util.get_node_ip_address()),
        pid,
        float(psutil.Process(pid).create_time()),
        clock(),
        os.memfd_create("scaler_lab-task") if hasattr(os, "memfd_create") else -1,
    )


def _raise_swallowed_again() -> None:
    """Raise interrupts again that Python swallowed.  Called once per process."""
    previous = sys.unraisablehook

    def hook(unraisable: Any) -> None:
        global _is_interrupted
        if issubclass(unraisable.exc_type, KeyboardInterrupt) and _running is not None:
            _is_interrupted = False
            _thread.interrupt_main()
        else:
            previous(unraisable)

    sys.unraisablehook = hook


@functools.cache
def _listener(name: str) -> Any:
    try:
        return import_module("ray").get_actor(name)
    except ValueError:  # its engine was closed, and the actor is gone
        return None


def _report_start(listener: str, start: Start) -> None:
    actor = _listener(listener)
    if actor is not None:
        actor.report.remote(start)


def _poll() -> None:
    """Start the polling thread unless it runs."""
    global _is_polling
    with _lock:
        if _is_polling:
            return
        _is_polling = True
    threading.Thread(target=_keep_polling, name="scaler_lab-ray-starts", daemon=True).start()


def _keep_polling() -> None:
    global _is_polling
    seen: RunningTask | None = None
    idle = 0
    while idle < IDLE_POLLS:
        is_awake = _wake.wait(POLL_INTERVAL)
        _wake.clear()
        now = _running
        idle = idle + 1 if now is None else 0
        if now is not None and (is_awake or now is seen) and not now.reported.is_set():
            _report_start(now.listener, now.start)
            now.reported.set()
        seen = now
    with _lock:
        _is_polling = False
    _poll_again()


def _poll_again() -> None:
    """Restart the polling thread if a task came while the thread was ending."""
    if _running is not None:
        _poll()
