"""The code that runs in Scaler's worker: one call of a task, and the report of its start.

Scaler calls ``run_call(header, *segments)`` in the main thread of a *processor*, the process that
a worker agent keeps for its tasks.  This module adds what Scaler lacks:

  - It reports the task's start before any code of the task runs.  The report travels like the
    task's output (as a `TaskLog`): in order, through the scheduler, to the task's own client.  So
    it needs no other connection, and is as secure as Scaler's own.
  - Keyword arguments, exceptions and exits are preserved; they are packed as everywhere in this
    package.  If the call raised, `run_call` raises `TaskRaised`, so that Scaler's own views show
    the task as failed.
  - A cancel of running code takes milliseconds.  Scaler sends SIGTERM, which Scaler's own handler
    ignores while Python code runs, and SIGKILL 3 s later.  Until then the whole worker is blocked.
    Here, SIGTERM raises `TaskInterrupted` in the task, so that its ``finally`` blocks run for
    `GRACE_SECONDS` at most.  Then the processor ends, together with the processes that the task
    left behind.  Code that is stuck outside Python is left to Scaler's SIGKILL.
  - A processor whose agent was killed ends immediately.  Otherwise it would run its task to the end
    although it can't report to an agent any more.

The signal handler stays for the life of the processor: Scaler also stops a processor that has just
ended its task, and would wait 3 s for it.
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

from scaler_lab.core.fork_guard import call_in_child
from scaler_lab.errors import TaskInterrupted
from scaler_lab.serialization import main_names, pickling
from scaler_lab.serialization.coroutines import completed

log = logging.getLogger(__name__)

START_MARK = "scaler_lab started: "
GRACE_SECONDS = 0.5
EXIT_CODE = 143  # what a shell reports for a process ended by SIGTERM

Header = tuple[int, int]
"""Flags and number of streams of the packed call.

Few calls differ in these, so Scaler uploads few of them.
"""


class RemoteResult(NamedTuple):
    """The result of a call: the packed value or exception, and where and when the call ran."""

    packed: bytes
    worker: str
    clock: str  # the worker's `clock_name()`
    began: float
    ended: float
    cpu_ns: int
    bytes_in: int


class TaskRaised(Exception):
    """Carries the exception of a task to the client; *line* is its text in Scaler's own views."""

    def __init__(self, ended: RemoteResult, line: str) -> None:
        super().__init__(ended, line)
        self.ended = ended
        self.line = line

    def __str__(self) -> str:
        return self.line


def run_call(header: Header, *segments: bytes) -> RemoteResult:
    """Run the packed call and return its result.  Raises `TaskRaised` if the call raised."""
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
            # Copies, because Scaler keeps the segments: the next task with the same array must not
            # see what this task wrote into it.
            loose = [memoryview(bytearray(segment)) for segment in segments[n_streams:]]
            call = pickling.unpack_call(flags, [*segments[:n_streams], *loose])
            function, args, kwargs = call
            value = completed(function(*args, **kwargs))
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
    except TaskInterrupted:  # after the task's own exception, before interrupts were disabled
        _end_now()
    if raised is not None:
        raise raised
    return _ended(packed, began)


def read_start(content: str) -> tuple[str, str, float] | None:
    """Return worker, clock and time of a start from a `TaskLog`; None if it is a task's output."""
    if not content.startswith(START_MARK):
        return None
    worker, clock, began = json.loads(content.removeprefix(START_MARK))
    return worker, clock, began


@functools.cache
def clock_name() -> str:
    """Return a name for this `time.monotonic`, the same in all processes that share the clock."""
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


# -- reporting the start ---------------------------------------------------------------------------


def _report_start(began: float) -> None:
    """Report the start to the client.  Never raises: the task runs even if that fails."""
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
        log.warning("the start of a task could not be reported to its client", exc_info=True)


def _processor() -> Any:
    """Return Scaler's `Processor` of this process; None in other kinds of workers.

    The other kinds are those of AWS Batch, OCI and Symphony.
    """
    home = sys.modules.get("scaler.worker.agent.processor.processor")
    return None if home is None else home.Processor.get_current_processor()


# -- being stopped ---------------------------------------------------------------------------------


class _InterruptWindow:
    """Whether SIGTERM may interrupt a task now.  Used only by the main thread."""

    open = False  # a task of this engine runs and may be interrupted
    is_stopping = False  # SIGTERM was received
    is_taken_over = False  # the after-fork hook is registered
    is_watching = False  # the thread that watches the agent was started


_interrupt_window = _InterruptWindow()


def _take_over_sigterm() -> None:
    if threading.current_thread() is not threading.main_thread() or sys.platform == "win32":
        return
    signal.signal(signal.SIGTERM, _on_sigterm)  # for each task, because a task may have changed it
    if not _interrupt_window.is_taken_over:
        _interrupt_window.is_taken_over = True
        call_in_child(_give_sigterm_back)


def _watch_agent() -> None:
    agent = multiprocessing.parent_process()
    if agent is None or _interrupt_window.is_watching or _processor() is None:
        return
    _interrupt_window.is_watching = True

    def watch() -> None:
        agent.join()
        _end_now()

    threading.Thread(target=watch, name="scaler_lab-agent-monitor", daemon=True).start()


def _give_sigterm_back() -> None:
    """Restore the default, so that SIGTERM ends a process that a task forked."""
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
    """End this process, and the processes that its task left behind."""
    try:
        for child in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                child.kill()
    finally:
        os._exit(EXIT_CODE)
