"""A scheduler's process, seen from outside: start it, stop it, and find out how it ended."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from scaler_lab.engines.local import liveness
from scaler_lab.engines.local.client.transport import connect
from scaler_lab.engines.local.settings import Settings
from scaler_lab.errors import EngineNotStopped, EngineStartFailed
from scaler_lab.runtime import runtime_dir
from scaler_lab.runtime.cpus import thread_limits
from scaler_lab.runtime.runtime_dir import ConnectionInfo

if TYPE_CHECKING:
    import psutil

# Returns the options -O, -W, -X and so on of this program.  multiprocessing uses it too.
_interpreter_options: Callable[[], list[str]] = vars(subprocess)["_args_from_interpreter_flags"]

START_TIMEOUT = 30.0
END_TIMEOUT = 5.0

# The settings are sent over the socket pair, not as an argument: a long sys.path doesn't fit
# into an argument.
_BOOT = """
import json, os, sys
link = int(sys.argv[1])
def read(size):
    data = b""
    while len(data) < size:
        chunk = os.read(link, size - len(data))
        if not chunk:
            sys.exit()
        data += chunk
    return data
settings = json.loads(read(int.from_bytes(read(4), "little")))
sys.path[:] = settings["sys_path"]
from scaler_lab.engines.local.scheduler.process import main
main(link, settings)
"""


def launch(
    settings: Settings, *, quiet: bool = False
) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start a scheduler process; return it and the socket on which it will answer."""
    try:
        ours, theirs = socket.socketpair()
    except OSError as error:
        raise EngineStartFailed(f"the engine's process could not be started: {error}") from error
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONSTARTUP"}
    environment |= thread_limits(settings.n_workers, environment)
    try:
        process = subprocess.Popen(
            [
                sys.executable,
                *_interpreter_options(),
                "-P",
                "-c",
                _BOOT,
                str(theirs.fileno()),
            ],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if quiet else None,
            stderr=subprocess.DEVNULL if quiet else None,
            start_new_session=True,
            env=environment,
        )
    except OSError as error:
        ours.close()
        raise EngineStartFailed(f"the engine's process could not be started: {error}") from error
    finally:
        theirs.close()
    data = json.dumps(msgspec.to_builtins(settings)).encode()  # accepts paths that aren't UTF-8
    with contextlib.suppress(OSError):  # it has ended already: `read_answer` reports how
        ours.sendall(len(data).to_bytes(4, "little") + data)
    return process, ours


def read_answer(link: socket.socket, process: subprocess.Popen[bytes]) -> ConnectionInfo:
    """Read the scheduler's one line, its connection info.  Raises `EngineStartFailed`."""
    link.settimeout(START_TIMEOUT)
    transport = b""
    try:
        while not transport.endswith(b"\n"):
            chunk = link.recv(65536)
            if not chunk:
                break
            transport += chunk
    except TimeoutError:
        raise EngineStartFailed(
            f"the engine's process (pid {process.pid}) did not answer within {START_TIMEOUT:g} s"
        ) from None
    if not transport:
        code = process.wait(END_TIMEOUT)
        raise EngineStartFailed(
            f"the engine's process ended with status {code} before it was ready; "
            "what it wrote to stderr shows why"
        )
    answer = json.loads(transport)
    if "error" in answer:
        process.wait(END_TIMEOUT)
        raise EngineStartFailed(f"the engine could not start: {answer['error']}")
    return msgspec.convert(answer, ConnectionInfo)


def cause_of_death(process: subprocess.Popen[bytes]) -> str:
    """Return how a scheduler ended that its client has lost, for people."""
    try:
        code = process.wait(END_TIMEOUT)
    except subprocess.TimeoutExpired:
        cause = "no longer answers"
    else:
        cause = (
            f"was killed by {signal.Signals(-code).name}"
            if code < 0
            else f"ended with status {code}"
        )
    at = time.strftime("%H:%M:%S")
    return (
        f"the engine's scheduler (pid {process.pid}) {cause} at {at}; the tasks that "
        "were not done are lost. Create a new Client to start a new engine"
    )


def await_end(process: subprocess.Popen[bytes]) -> None:
    """Wait until a scheduler has ended.  Kill it if it doesn't end in `END_TIMEOUT` seconds."""
    try:
        process.wait(END_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def stop(connection: ConnectionInfo, *, force: bool = False) -> None:
    """Stop a shared engine and wait until its scheduler has ended.

    Args:
        connection: The engine to stop.
        force: Kill the engine's processes instead of sending a stop request.

    Raises:
        EngineNotStopped: The engine still runs after 5 seconds.
    """
    why = why_not_stopped(connection, force=force)
    if why:
        raise EngineNotStopped(
            f"the engine {connection.name!r} (pid {connection.pid}) did not stop and still runs: "
            f"{why}. To kill it and all its tasks: "
            f"scaler-lab engine stop --force {connection.name}"
        )


def why_not_stopped(connection: ConnectionInfo, *, force: bool = False) -> str:
    """Stop the engine as `stop` does; return why it still runs, or "" if it ended.

    An engine has ended when its lock is free and its process is gone.  An engine that hangs, was
    stopped by a signal or can't be reached still has both.
    """
    import psutil

    folder = Path(connection.folder)
    process = runtime_dir.process_of(connection)
    if force and process is not None:
        _kill_all(process)
        runtime_dir.sweep()
    else:
        _request_stop(connection)

    def runs() -> bool:
        if runtime_dir.is_alive(folder):
            return True
        try:  # the scheduler frees the lock shortly before its process ends
            return process is not None and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    end = time.monotonic() + END_TIMEOUT
    while runs():
        if time.monotonic() >= end:
            return _why_it_runs(process)
        time.sleep(0.01)
    return ""


def _request_stop(connection: ConnectionInfo) -> None:
    """Send a stop request to the scheduler; wait up to 5 seconds until it disconnects."""
    try:
        transport = connect(connection.lifeline)
    except OSError:
        return  # it has ended, or can't be reached
    with transport, contextlib.suppress(OSError):
        transport.settimeout(END_TIMEOUT)
        transport.sendall(liveness.STOP)
        transport.recv(1)


def _kill_all(scheduler: psutil.Process) -> None:
    """SIGKILL the scheduler.  Kill the processes it started if they don't end by themselves."""
    import psutil

    with contextlib.suppress(psutil.NoSuchProcess):
        children = scheduler.children(recursive=True)
        scheduler.kill()
        for child in psutil.wait_procs([scheduler, *children], timeout=END_TIMEOUT)[1]:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()


def _why_it_runs(process: psutil.Process | None) -> str:
    import psutil

    if process is None:
        return "it runs where this process can't see it, in another container or for another user"
    with contextlib.suppress(psutil.NoSuchProcess):
        if process.status() in (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP):
            return (
                "its process was stopped by a signal or a debugger; it will end after: "
                f"kill -CONT {process.pid}"
            )
    return "it is busy, or can't be reached"
