"""A real OpenGRIS Scaler cluster on loopback, for tests: one storage, one scheduler, two workers.

It is a process tree of its own, not part of the test run's: Scaler replaces a processor for each
killed task, and the check for leaked processes must not count those.  It ends when the pipe to its
stdin is closed, so that it never outlives a test run, however that ends.

    python tests/support/scaler_cluster.py SETTINGS      prints its pids and address, then detaches
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from scaler_lab.engines.local import process_tree

START_TIMEOUT = 60
END_TIMEOUT = 20


@dataclass(frozen=True)
class ScalerCluster:
    """A running cluster."""

    address: str
    pid: int
    scheduler_pid: int
    storage_pid: int
    workers_pid: int  # the process whose children are the workers

    def kill_scheduler(self) -> None:
        """Kill the scheduler."""
        os.kill(self.scheduler_pid, signal.SIGKILL)

    def workers(self) -> list[psutil.Process]:
        """Return the worker processes; the processors that run tasks are their children."""
        found: list[psutil.Process] = psutil.Process(self.workers_pid).children()
        return found


@contextlib.contextmanager
def scaler_cluster(n_workers: int = 2, **settings: object) -> Generator[ScalerCluster]:
    """Start a cluster; at the end of the block, all of its processes are gone.

    *settings* are arguments of Scaler's `SchedulerClusterCombo`.
    """
    given = os.environ.get("PYTHONPATH", "")
    reader, writer = os.pipe()
    tree: list[psutil.Process] = []
    try:
        with open(os.devnull, "wb") as nowhere:
            said = subprocess.run(
                [sys.executable, __file__, json.dumps({"n_workers": n_workers, **settings})],
                stdin=reader,
                stdout=subprocess.PIPE,
                stderr=nowhere,
                timeout=START_TIMEOUT,
                check=True,
                env=os.environ | {"PYTHONPATH": os.pathsep.join([*_paths_of_tests(), given])},
            ).stdout
        cluster = ScalerCluster(**json.loads(said))
        tree = _tree(cluster.pid)
        yield cluster
        with contextlib.suppress(psutil.Error):
            tree = list({*tree, *_tree(cluster.pid)})
    finally:
        os.close(writer)
        os.close(reader)
    _, left = psutil.wait_procs(tree, timeout=END_TIMEOUT)
    _kill(left)  # the storage and workers of a killed scheduler wait for it in vain
    psutil.wait_procs(left, timeout=END_TIMEOUT)


def _kill(processes: list[psutil.Process]) -> None:
    """Kill all but the resource tracker: it removes the semaphores of the others, and ends."""
    for process in processes:
        with contextlib.suppress(psutil.Error):
            if not process_tree.is_resource_tracker(process.pid):
                process.kill()


def _paths_of_tests() -> list[str]:
    """Where the modules of tests are, whose functions the cluster runs: pytest put them there."""
    tests = Path(__file__).parents[1]
    return [path for path in sys.path if Path(path).is_relative_to(tests)]


def _tree(pid: int) -> list[psutil.Process]:
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]


def _main(settings: dict[str, Any]) -> None:
    answer, told = os.pipe()
    if os.fork():
        os.close(told)
        with os.fdopen(answer, "rb") as pipe:
            sys.stdout.buffer.write(pipe.read())
        return
    os.close(answer)
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 1)
    os.dup2(null, 2)
    combo = importlib.import_module("scaler").SchedulerClusterCombo(
        logging_paths=("/dev/null",), logging_level="ERROR", **settings
    )
    _wait_until_it_listens(combo.get_address())
    with os.fdopen(told, "wb") as pipe:
        pipe.write(
            json.dumps(
                {
                    "address": combo.get_address(),
                    "pid": os.getpid(),
                    "scheduler_pid": combo._scheduler.pid,
                    "storage_pid": combo._object_storage.pid,
                    "workers_pid": combo._worker_manager_process.pid,
                }
            ).encode()
        )
    while os.read(0, 1):
        pass
    tree = psutil.Process().children(recursive=True)
    combo.shutdown()
    _kill(tree)  # processes that Scaler left after a kill -9 of one of its parts
    os._exit(0)  # its children are not daemons, so Python would wait for any that hang


def _wait_until_it_listens(address: str) -> None:
    host, _, port = address.removeprefix("tcp://").rpartition(":")
    end = time.monotonic() + START_TIMEOUT
    while True:
        try:
            socket.create_connection((host, int(port)), 5).close()
            return
        except ConnectionRefusedError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)  # another process listens there, so there is no event to wait for


if __name__ == "__main__":
    _main(json.loads(sys.argv[1]))
