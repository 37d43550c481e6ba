"""What runs in Scaler's worker: one call of ours, and the news of it.

Scaler calls ``run_call(header, *segments)`` in the main thread of a *processor*, the process that
a worker agent keeps for its tasks.  Around the user's function this does what Scaler does not:

  - It says that the task starts, before a line of it runs.  The news goes the way that a task's
    output goes (`TaskLog`), in order, through the scheduler to the task's own client; so it needs
    no connection of its own, and is as safe as Scaler's own are.
  - Keywords, exceptions and exits survive, packed as everywhere in this package.  A call that
    raised raises `TaskRaised` here, so that Scaler's own windows show it as failed.
  - A cancel of running code takes milliseconds.  Scaler sends SIGTERM, which its own handler lets
    pass while Python code runs, and SIGKILL 3 s later; until then the whole worker stands still.
    Here SIGTERM raises `TaskInterrupted` in the task, so that its ``finally`` blocks run, for
    `GRACE_SECONDS` at most; then the processor ends, and the processes that the task left with
    it.  Code that is stuck outside of Python is left to Scaler's SIGKILL.

  - A processor whose agent was killed ends at once.  By itself it would run its task to the end,
    and find nobody to tell.

The handler stays for the processor's life: Scaler also stops one that has just ended its task,
and would wait 3 s for it.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import json
import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any, NamedTuple, NoReturn

import psutil

from scaler_lab.errors import TaskInterrupted
from scaler_lab.serialization import main_names, pickling

log = logging.getLogger(__name__)

START_MARK = "scaler_lab started: "
GRACE_SECONDS = 0.5
EXIT_CODE = 143  # what a shell calls a process that SIGTERM ended

Header = tuple[int, int]
"""Flags and number of streams of the packed call; few differ, so Scaler uploads few."""


class RemoteResult(NamedTuple):
    """What comes back: the packed value or exception, and where and when it ran."""

    packed: bytes
    worker: str
    clock: str  # see `clock_name`
    began: float
    ended: float
    cpu_ns: int
    bytes_in: int


class TaskRaised(Exception):
    """Carries what a task raised to the client; *line* says it, for Scaler's own windows."""

    def __init__(self, ended: RemoteResult, line: str) -> None:
        super().__init__(ended, line)
        self.ended = ended
        self.line = line

    def __str__(self) -> str:
        return self.line


def run_call(header: Header, *segments: bytes) -> RemoteResult:
    """Run the packed call.  Raises `TaskRaised` where it raised anything."""
    with main_names.of_a_task():
        return _run_call(header, segments)


def _run_call(header: Header, segments: Sequence[bytes]) -> RemoteResult:
    flags, n_streams = header
    began = _Begin(time.monotonic(), time.process_time_ns(), sum(map(len, segments)))
    _take_over_sigterm()
    _watch_agent()
    _report_start(began.at)
    try:
        try:
            _interrupt_window.open = True
            # Copies, for Scaler keeps the segments: the next task with the same array must not
            # find what this one wrote into it.
            loose = [memoryview(bytearray(segment)) for segment in segments[n_streams:]]
            call = pickling.unpack_call(flags, [*segments[:n_streams], *loose])
            function, args, kwargs = call
            value = function(*args, **kwargs)
            packed = pickling.flatten(pickling.pack_value(value, "result"))
            _interrupt_window.open = False
        except BaseException as error:
            _interrupt_window.open = False
            if _interrupt_window.is_stopping:
                _end_now()
            failure, line = pickling.pack_exception(error, "exception")
            packed = pickling.flatten(failure)
            raised: TaskRaised | None = TaskRaised(_ended(packed, began), line)
        else:
            raised = None
    except TaskInterrupted:  # between the task's own exception and the window's closing
        _end_now()
    if raised is not None:
        raise raised
    return _ended(packed, began)


def read_start(content: str) -> tuple[str, str, float] | None:
    """Worker, clock and time of a start told in a `TaskLog`; None where it is a task's output."""
    if not content.startswith(START_MARK):
        return None
    worker, clock, began = json.loads(content.removeprefix(START_MARK))
    return worker, clock, began


@functools.cache
def clock_name() -> str:
    """Which `time.monotonic` this is: the same for all processes that share it, else unique."""
    with contextlib.suppress(OSError), open("/proc/sys/kernel/random/boot_id") as file:
        return file.read().strip()
    return f"{socket.gethostname()} {sys.platform}"


class _Begin(NamedTuple):
    at: float
    cpu_ns: int
    bytes_in: int


def _ended(packed: bytes, began: _Begin) -> RemoteResult:
    cpu_ns = time.process_time_ns() - began.cpu_ns
    return RemoteResult(
        packed, _worker(), clock_name(), began.at, time.monotonic(), cpu_ns, began.bytes_in
    )


def _worker() -> str:
    return f"{_host()}:{os.getpid()}"


@functools.cache
def _host() -> str:
    return socket.gethostname().partition(".")[0]


# -- telling the start -----------------------------------------------------------------------------


def _report_start(began: float) -> None:
    """Never raises: a task whose start can't be told still runs."""
    try:
        processor = _processor()
        if processor is None:
            return
        wire = importlib.import_module("scaler.protocol.capnp")
        processor._connector_agent.send(
            wire.TaskLog(
                taskId=processor.current_task().taskId,
                logType=wire.TaskLog.LogType.stdout,
                content=START_MARK + json.dumps([_worker(), clock_name(), began]),
            )
        )
    except Exception:
        log.warning("the start of a task could not be told to its client", exc_info=True)


def _processor() -> Any:
    """Scaler's `Processor`, in whose process this is; None in another kind of worker.

    Those are AWS Batch's, OCI's and Symphony's.
    """
    home = sys.modules.get("scaler.worker.agent.processor.processor")
    return None if home is None else home.Processor.get_current_processor()


# -- being stopped ---------------------------------------------------------------------------------


class _InterruptWindow:
    """Touched by the main thread only."""

    open = False  # a task of ours runs, and may be interrupted
    is_stopping = False  # SIGTERM came
    is_taken_over = False
    is_watching = False


_interrupt_window = _InterruptWindow()


def _take_over_sigterm() -> None:
    if threading.current_thread() is not threading.main_thread() or sys.platform == "win32":
        return
    signal.signal(signal.SIGTERM, _on_sigterm)  # each time: a task may have changed it
    if not _interrupt_window.is_taken_over:
        _interrupt_window.is_taken_over = True
        os.register_at_fork(after_in_child=_give_sigterm_back)


def _watch_agent() -> None:
    agent = multiprocessing.parent_process()
    if agent is None or _interrupt_window.is_watching or _processor() is None:
        return
    _interrupt_window.is_watching = True

    def watch() -> None:
        agent.join()
        _end_now()

    threading.Thread(target=watch, name="scaler_lab-agent-watch", daemon=True).start()


def _give_sigterm_back() -> None:
    """A process that a task forked ends on SIGTERM as any other does."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _on_sigterm(*_: object) -> None:
    if not _interrupt_window.open:
        _end_now()
    if not _interrupt_window.is_stopping:
        _interrupt_window.is_stopping = True
        signal.signal(signal.SIGALRM, _end_now)
        signal.setitimer(signal.ITIMER_REAL, GRACE_SECONDS)
        raise TaskInterrupted("this task was cancelled")


def _end_now(*_: object) -> NoReturn:
    """End this process, and those that its task left."""
    try:
        for child in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                child.kill()
    finally:
        os._exit(EXIT_CODE)
