"""What the tests of the real local engine look at: conditions, processes, files."""

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
LONG_GRACE_SECONDS = 15.0  # a machine that stands still for a moment makes no task stubborn


def wait_until(is_so: Callable[[], T], what: str = "a condition", timeout: float = TIMEOUT) -> T:
    """What *is_so* gives once that is true.  Raises AssertionError where it isn't in time.

    For what no event tells of: what other processes do, what a row or a widget shows.
    """
    end = time.monotonic() + timeout
    while not (value := is_so()):
        assert time.monotonic() < end, f"waited {timeout:g} s for {what}"
        time.sleep(0.002)  # the one poll of the tests: see above
    return value


def wait_for_file(folder: Path, name: str) -> str:
    """The text of a file, once that is there and not empty."""

    def text() -> str:
        try:
            return (folder / name).read_text()
        except FileNotFoundError:
            return ""

    return wait_until(text, f"the file {name!r}")


def started(future: ScalerFuture[T], folder: Path) -> ScalerFuture[T]:
    """*future*, once its task has left the evidence "running"."""
    wait_for_file(folder, "running")
    return future


# -- processes -------------------------------------------------------------------------------------


def is_running(pid: int) -> bool:
    """Whether there is such a process, and it is no zombie."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def wait_until_gone(pids: Iterable[int], timeout: float = 3.0) -> None:
    """Returns once none of them runs.  Raises AssertionError."""
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
    """The scheduler and everything below it."""
    scheduler = psutil.Process(scheduler_pid(engine))
    return [scheduler.pid, *(child.pid for child in scheduler.children(recursive=True))]


def folders_of(engine: LocalEngine) -> list[Path]:
    """Where the engine's files are."""
    connection = connection_of(engine)
    return [Path(connection.folder), Path(connection.blobs)]


def blobs_of(engine: LocalEngine) -> list[str]:
    """The names of the payloads' files."""
    return sorted(set(os.listdir(folders_of(engine)[1])) - {"lock"})


def wait_until_nothing_is_left(
    pids: Iterable[int], folders: Iterable[Path], timeout: float = 3.0
) -> None:
    """Returns once no process and no folder of an engine is left.  Raises AssertionError."""
    end = time.monotonic() + timeout
    wait_until_gone(pids, timeout)
    places = list(folders)
    left = max(0.1, end - time.monotonic())
    wait_until(lambda: not any(place.exists() for place in places), f"no {places}", left)


# -- programs --------------------------------------------------------------------------------------


class Program:
    """A script in a process of its own, which talks in lines."""

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
        """The next line; fails the test with stderr where there is none."""
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
        """(status, the rest of stdout, stderr), once it has ended."""
        out, errors = self.process.communicate(timeout=timeout)
        return self.process.returncode, out, errors

    def kill(self) -> None:
        """SIGKILL, and reap."""
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
    """Their results, each in time."""
    return [future.result(TIMEOUT) for future in futures]
