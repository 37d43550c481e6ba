"""`ExternalCluster`: a cluster in a program that is not a child of the test process.

A cluster replaces its workers at any time, so the check for leaked processes must not count them.
A process that ends immediately starts the program, so init adopts it.  The program ends when its
stdin is closed, however this process ends.  Its first line contains its address and its pid.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from helpers import is_running, wait_until

START = """
import subprocess, sys
subprocess.Popen(sys.argv[1:], start_new_session=True)
"""


class ExternalCluster:
    """Runs ``python PROGRAM ARGUMENTS``; *where* is the content of its first line."""

    def __init__(self, program: str, *arguments: object, **environment: str) -> None:
        support = Path(__file__).parent
        tests, project = support.parents[0], support.parents[1]
        # Tasks are functions of test modules, which pytest has put on the path.
        paths = [path for path in sys.path if Path(path).is_relative_to(tests)]
        given = os.environ.get("PYTHONPATH", "")
        command = [sys.executable, str(support / program), *map(str, arguments)]
        self._starter = subprocess.Popen(
            [sys.executable, "-c", START, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ
            | {"PYTHONPATH": os.pathsep.join([*paths, str(project), given])}
            | environment,
        )
        assert self._starter.stdout is not None
        line = self._starter.stdout.readline()
        self._starter.wait(10)
        if not line:
            self._hang_up()
            raise AssertionError(f"{program} did not start")
        self.where: dict[str, Any] = json.loads(line)
        self.pid: int = self.where["pid"]

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def end(self) -> None:
        """End the program, and wait until it has ended."""
        self._hang_up()
        try:
            wait_until(lambda: not is_running(self.pid), "the program beside to end")
        except AssertionError:
            self.kill()
            raise

    def _hang_up(self) -> None:
        for end in (self._starter.stdin, self._starter.stdout):
            if end is not None:
                end.close()

    def __enter__(self) -> ExternalCluster:
        return self

    def __exit__(self, *exc: object) -> None:
        self.end()


def print_address(**where: object) -> None:
    """Print the first line of the program."""
    print(json.dumps({"pid": os.getpid(), **where}), flush=True)  # noqa: T201
