"""A process's own folder in the runtime folder, with a lock that shows that the process lives."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence

from scaler_lab.core import fork_guard
from scaler_lab.runtime import runtime_dir


class EngineDir:
    """Creates and locks a folder; `close` removes it.

    If the process crashes, another process removes the folder later.

    Raises:
        UnsafeFolder: The folder can't be private.
        OSError: The folder can't be created or locked.
    """

    def __init__(self) -> None:
        self.id = os.urandom(16).hex()
        self.folder = runtime_dir.make_engine_dir(self.id)
        self._lock_fd = runtime_dir.take_lock(self.folder)
        fork_guard.close_in_child(self)

    def is_intact(self, files: Sequence[str]) -> bool:
        """Return whether the folder still has its lock and *files*; see `runtime_dir.is_intact`."""
        return runtime_dir.is_intact(self.folder, self._lock_fd, files)

    def restore(self) -> None:
        """Create the folder again, empty.  Raises OSError."""
        self._lock_fd = runtime_dir.restore(self.folder, self._lock_fd)

    def close(self) -> None:
        """Remove the folder.  Idempotent."""
        if self._lock_fd >= 0:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.close_in_child()

    def close_in_child(self) -> None:
        """Close the lock in a forked child; otherwise the parent would look alive for ever."""
        fd, self._lock_fd = self._lock_fd, -1
        if fd >= 0:
            os.close(fd)
