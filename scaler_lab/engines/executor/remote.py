"""The function that a worker process of a pool runs for each task, and its report."""

from __future__ import annotations

import os
import time
from enum import IntEnum
from typing import NamedTuple

from scaler_lab.core.fork_guard import this_process
from scaler_lab.engines.executor import claims
from scaler_lab.serialization import main_names, pickling
from scaler_lab.serialization.coroutines import completed


class CallStatus(IntEnum):
    """How a call ended."""

    VALUE = 0
    ERROR = 1
    SKIPPED = 2  # withdrawn before it started: none of its code ran


class CallReport(NamedTuple):
    """The result of the pool's future.  Times are seconds of the worker's `time.monotonic`."""

    outcome: int  # a `CallStatus` as an int, because the enum is slow to pickle and to unpickle
    pid: int = 0
    began: float = 0.0
    ended: float = 0.0
    data: bytes = b""  # a flattened value or exception
    line: str = ""  # the exception in one line, for people


def run(folder: str, number: int, call: bytes, name: str) -> CallReport:
    """Run a flattened call, unless its client withdrew it, and return its report.

    Without a *folder*, the client has no way to withdraw it.  Raises nothing but KeyboardInterrupt.
    """
    pid = this_process()
    if folder and not claims.begin(folder, number):
        return CallReport(CallStatus.SKIPPED.value)
    began = time.monotonic()
    outcome, line = CallStatus.VALUE, ""
    with main_names.of_a_task():
        try:
            function, args, kwargs = pickling.unpack_call(*pickling.unflatten(call))
            value = completed(function(*args, **kwargs))
            if this_process() != pid:
                os._exit(0)  # a child process that the task forked and that returned from its code
            packed = pickling.pack_value(value, name)
        except BaseException as error:
            if this_process() != pid:
                os._exit(1)
            outcome = CallStatus.ERROR
            packed, line = pickling.pack_exception(error, name)
    data = pickling.flatten(packed)
    ended = time.monotonic()
    if folder:
        claims.end(folder)
    return CallReport(outcome.value, pid, began, ended, data, line)
