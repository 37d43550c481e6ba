"""Helpers for tests of the real local engine: wait for conditions, processes and files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import psutil

from scaler_lab import Client, LocalEngine
from scaler_lab.core.future import ScalerFuture
from scaler_lab.runtime.runtime_dir import ConnectionInfo

T = TypeVar("T")

TIMEOUT = 20.0
LONG_GRACE_SECONDS = 15.0  # so that a slow machine doesn't make tasks look stubborn


def wait_until(is_so: Callable[[], T], what: str = "a condition", timeout: float = TIMEOUT) -> T:
    """Wait until *is_so* returns a true value, and return it.  AssertionError after *timeout*.

    For conditions without an event: what other processes do, what a row or a widget shows.
    """
    end = time.monotonic() + timeout
    while not (value := is_so()):
        assert time.monotonic() < end, f"waited {timeout:g} s for {what}"
        time.sleep(0.002)  # the only poll of the tests: see the docstring
    return value


def wait_for_file(folder: Path, name: str) -> str:
    """Return the text of a file, once the file exists and isn't empty."""

    def text() -> str:
        try:
            return (folder / name).read_text()
        except FileNotFoundError:
            return ""

    return wait_until(text, f"the file {name!r}")


def started(future: ScalerFuture[T], folder: Path) -> ScalerFuture[T]:
    """Return *future*, once its task has written the file "running"."""
    wait_for_file(folder, "running")
    return future


# -- processes -------------------------------------------------------------------------------------


def is_running(pid: int) -> bool:
    """Whether the process exists and isn't a zombie."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def wait_until_gone(pids: Iterable[int], timeout: float = 3.0) -> None:
    """Wait until none of the processes runs.  AssertionError after *timeout*."""
    left = set(pids)

    def none_left() -> bool:
        left.difference_update([pid for pid in left if not is_running(pid)])
        return not left

    wait_until(none_left, f"processes to end: {left}", timeout)


def engine_of(client: Client) -> LocalEngine:
    engine = client.engine
    assert isinstance(engine, LocalEngine)
    return engine


def connection_of(engine: LocalEngine) -> ConnectionInfo:
    assert engine.connection is not None
    return engine.connection


def scheduler_pid(engine: LocalEngine) -> int:
    return connection_of(engine).pid


def forkserver_pid(engine: LocalEngine) -> int:
    [forkserver] = psutil.Process(scheduler_pid(engine)).children()
    return int(forkserver.pid)


def worker_pids(engine: LocalEngine) -> list[int]:
    return [child.pid for child in psutil.Process(forkserver_pid(engine)).children()]


def all_pids(engine: LocalEngine) -> list[int]:
    """Return the pids of the scheduler and all its descendants."""
    scheduler = psutil.Process(scheduler_pid(engine))
    return [scheduler.pid, *(child.pid for child in scheduler.children(recursive=True))]


def folders_of(engine: LocalEngine) -> list[Path]:
    """Return the folders that contain the engine's files."""
    connection = connection_of(engine)
    return [Path(connection.folder), Path(connection.blobs)]


def blobs_of(engine: LocalEngine) -> list[str]:
    """Return the names of the payload files."""
    return sorted(set(os.listdir(folders_of(engine)[1])) - {"lock"})


def wait_until_nothing_is_left(
    pids: Iterable[int], folders: Iterable[Path], timeout: float = 3.0
) -> None:
    """Wait until no process and no folder of an engine is left.  AssertionError after a timeout."""
    end = time.monotonic() + timeout
    wait_until_gone(pids, timeout)
    places = list(folders)
    left = max(0.1, end - time.monotonic())
    wait_until(lambda: not any(place.exists() for place in places), f"no {places}", left)


# -- programs --------------------------------------------------------------------------------------


class Program:
    """A script in a process of its own that exchanges lines with the test."""

    def __init__(self, code: str, *args: object, **environment: str) -> None:
        tests = str(Path(__file__).parent)
        self.process = subprocess.Popen(
            [sys.executable, "-W", "default", "-c", textwrap.dedent(code), *map(str, args)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": _pythonpath(tests)} | environment,
        )
        self.pid = self.process.pid

    def read(self) -> str:
        """Return the next line; if there is none, fail the test with the content of stderr."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            _, errors = self.process.communicate(timeout=TIMEOUT)
            raise AssertionError(f"the program ended early: {errors}")
        return line.rstrip("\n")

    def send_line(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def signal(self, signum: signal.Signals) -> None:
        self.process.send_signal(signum)

    def end(self, timeout: float = TIMEOUT) -> tuple[int, str, str]:
        """Wait for its end; return (status, the rest of stdout, stderr)."""
        out, errors = self.process.communicate(timeout=timeout)
        return self.process.returncode, out, errors

    def kill(self) -> None:
        """Send SIGKILL and reap the process."""
        self.process.kill()
        self.process.communicate(timeout=TIMEOUT)

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *exc: object) -> None:
        if self.process.poll() is None:
            self.kill()
        for end in (self.process.stdin, self.process.stdout, self.process.stderr):
            if end is not None:
                end.close()


def _pythonpath(tests: str) -> str:
    given = os.environ.get("PYTHONPATH")
    return os.pathsep.join([tests, str(Path(tests).parent), *([given] if given else [])])


def values(futures: Iterable[ScalerFuture[Any]]) -> list[Any]:
    """Return the results, waiting for each with a time limit."""
    return [future.result(TIMEOUT) for future in futures]
