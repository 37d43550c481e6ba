"""What runs on Ray's side: around each call in a worker process, and the actor that hears starts.

A thread tells starts.  Where the task before was long, or there was none, the task begins once its
start is on its way.  Behind a short one the thread looks every few milliseconds, and tells the
start of whatever still runs: a stream of short tasks costs no messages, and a long task is shown.
A thread is of no use where the task holds the interpreter's lock from its first line on: the engine
finds that one by the note, below.

It isn't the main thread that tells: there an interrupt might hit Ray's code, which swallows it.
One that Python swallows, in a `__del__` say, is raised again; one that Ray swallowed while it
prepared the task is seen before the task begins.

Ray also loses a cancel now and then that comes just as its task begins, so the engine asks again
while the task runs on.  A task is interrupted once all the same: a second raise would tear what
its `finally` does apart.

A force is lost too, where a plain cancel came before it and was ignored.  So each worker notes
which task it runs, and since when, where others can read it without the interpreter's lock: who
ends the process by its pid then ends that task, and never the one that came after it.
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
IDLE_POLLS = 100  # until the looking thread ends
STOP_TIMEOUT = 0.5  # a process that was told to pause
STOPPED_POLL_INTERVAL = 0.001
WHOLE_BYTES = 65_536
"""What is smaller travels with its heading as one piece of bytes: Ray has a price for each piece,
and a much higher one for all that isn't bytes.  Larger ones are not copied for that."""


class TaskPlace(NamedTuple):
    """Where a task runs."""

    node: str
    host: str
    pid: int
    born: float  # the process, by its machine's clock: tells it from a later one of the same pid
    clock: str  # `far_call.clock`
    note: int  # the descriptor, in that process, of the note that says what it runs; -1 for none


class Start(NamedTuple):
    task_id: str
    place: TaskPlace
    at: float  # that clock's


class StartListener:
    """An actor: hears starts from workers, and has them ready for the engine."""

    def __init__(self) -> None:
        self._received: list[Start] = []
        self._latest: dict[tuple[str, int], Start] = {}  # of each process
        self._any = asyncio.Event()

    async def report(self, start: Start) -> None:
        self._received.append(start)
        self._latest[start.place.node, start.place.pid] = start
        self._any.set()

    async def latest(self) -> list[Start]:
        """Each process's last start that was told: what may run now."""
        return list(self._latest.values())

    async def take(self) -> list[Start]:
        """What was told since; waits until there is some."""
        await self._any.wait()
        self._any.clear()
        heard, self._received = self._received, []
        return heard


class RunningTask(NamedTuple):
    """A task that runs in this worker."""

    listener: str
    start: Start
    reported: threading.Event


_lock = threading.Lock()
_running: RunningTask | None = None
_is_interrupted = False  # the task that runs; touched by the main thread only
_wake = threading.Event()  # tell it now
_is_polling = False  # guarded by _lock
_was_short_for = ""  # the ear of the task before, which knows this process by it; "": it was long


def packed(task_id: str, call: bytes, listener: str) -> tuple[bytes, ...]:
    """The arguments of `run`."""
    heading = f"{task_id} {listener}\n".encode()
    return (heading + call,) if len(call) <= WHOLE_BYTES else (heading, call)


def unpacked(reply: Any) -> Any:
    """What `run` returned: (start, when it ended, *answer)."""
    return pickle.loads(reply) if type(reply) is bytes else reply


def run(heading: bytes, large_call: bytes = b"") -> Any:
    """In a worker's main thread; see `packed` and `unpacked`.

    KeyboardInterrupt passes: that is how Ray stops a task.
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
            # Ray's own code, on the way here, swallowed the interrupt.  From here on none is lost.
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
    """SIGINT in a worker: what Ray's cancel comes to."""
    global _is_interrupted
    del signum, frame
    if not _is_interrupted:
        _is_interrupted = True
        raise KeyboardInterrupt("this task was cancelled")


def _is_cancelled() -> bool:
    """Whether Ray was asked to cancel the task that this worker runs.  Older Rays can't say."""
    context: Any = _ray().get_runtime_context()
    return bool(hasattr(context, "is_canceled") and context.is_canceled())


@functools.cache
def _ray() -> Any:
    return import_module("ray")


def is_gone(pid: int, born: float) -> bool:
    """Whether that process has ended, on this machine."""
    try:
        process = psutil.Process(pid)
        return bool(process.create_time() != born or process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def wait_until_gone(pid: int, born: float, seconds: float) -> bool:
    """The same, for a task on that machine: waits for it."""
    end = time.monotonic() + seconds
    while not is_gone(pid, born):
        if time.monotonic() > end:
            return False
        time.sleep(POLL_INTERVAL)
    return True


def kill_if_runs(task_id: str, where: TaskPlace) -> bool:
    """On that machine: end the process if the task runs in it; whether it did.

    It is paused for the look, so that it can't go on to another task meanwhile.  False too where
    this can't be looked at: there is no such note, or the process is another user's.
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
    """On their machine: what runs now in those processes, by their notes."""
    starts: list[Start] = []
    for where in places:
        with contextlib.suppress(OSError, ValueError):  # it has ended, or writes just now
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
    """The task that the process there runs, by its own note, and since when; ("", 0.0) for none."""
    if where.note < 0:
        return "", 0.0
    with open(f"/proc/{where.pid}/fd/{where.note}") as note:
        task_id, _, at = note.readline().rstrip().partition(" ")
    return task_id, float(at or 0)


def _note(text: str) -> None:
    if place().note >= 0:
        with contextlib.suppress(OSError):  # a task has closed it
            os.pwrite(place().note, f"{text}\n".encode(), 0)


@functools.cache
def place() -> TaskPlace:
    """Where this is: in a worker process."""
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
    """Once a process: an interrupt that Python swallowed reaches the task after all."""
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
    except ValueError:  # its engine was closed: nobody listens any more
        return None


def _report_start(listener: str, start: Start) -> None:
    actor = _listener(listener)
    if actor is not None:
        actor.report.remote(start)


def _poll() -> None:
    """See to it that somebody looks."""
    global _is_polling
    with _lock:
        if _is_polling:
            return
        _is_polling = True
    threading.Thread(target=_keep_polling, name="scaler-lab-starts", daemon=True).start()


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
    """A task came while the look ended."""
    if _running is not None:
        _poll()
