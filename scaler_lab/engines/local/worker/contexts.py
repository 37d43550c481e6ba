"""Prepare a worker for the tasks of a client.

A *context* is a client with its sys.path and its current folder at the submit.  The scheduler
numbers the contexts and writes each one to a file in the engine's folder.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from scaler_lab.engines.local import worker_ipc

KNOWN_CONTEXTS: Final = 64
RESTORE_TIMEOUT: Final = 5.0  # how long the scheduler may take to create the engine's files again
RESTORE_POLL_INTERVAL: Final = 0.005


class Contexts:
    """Switches a worker between contexts.

    Only the worker's main thread uses it.

    Args:
        folder: The engine's folder.
        blobs: The engine's folder in shared memory.
        request_files: Requests the scheduler to write missing files again.
    """

    def __init__(self, folder: Path, blobs: Path, request_files: Callable[[], None]) -> None:
        self._folder = folder
        self._blobs = blobs
        self._request_files = request_files
        self._clients: dict[int, str] = {}  # context -> id of its client, once set up
        self._folders: dict[int, str] = {}  # context -> current folder of its program
        self.current = 0
        """The context of the last task."""

    def client_of(self, context: int) -> str:
        """Return the id of the client that the context belongs to.  It must have been entered."""
        return self._clients[context]

    def enter(self, context: int) -> str:
        """Switch to *context* and return the folder in which its tasks run; "" if any will do."""
        if context not in self._clients:
            self._set_up(context)
        self.current = context
        return self._folders[context]

    def _set_up(self, context: int) -> None:
        """Make the modules on a client's sys.path importable."""
        spec = json.loads(self._read(context))
        known = set(sys.path)
        wanted: list[str] = spec["sys_path"]
        sys.path[:] = [*wanted, *(p for p in sys.path if p not in wanted)]
        if known != set(sys.path):
            importlib.invalidate_caches()
        if len(self._clients) >= KNOWN_CONTEXTS:  # a context that is used again is set up again
            self._clients.clear()
            self._folders.clear()
        self._folders[context] = spec["folder"]
        self._clients[context] = spec["client"]

    def _read(self, context: int) -> bytes:
        """Return the content of the context's file.

        The file is missing if the engine's folder was deleted.  Then the worker has the scheduler
        write it again, and waits for it for at most `RESTORE_TIMEOUT` seconds.
        """
        path = worker_ipc.context_path(self._folder, context)
        with contextlib.suppress(OSError):
            return path.read_bytes()
        self._request_files()
        until = time.monotonic() + RESTORE_TIMEOUT
        while time.monotonic() < until:
            for folder in (self._folder, self._blobs):
                with contextlib.suppress(OSError):
                    return worker_ipc.context_path(folder, context).read_bytes()
            time.sleep(RESTORE_POLL_INTERVAL)
        return path.read_bytes()
