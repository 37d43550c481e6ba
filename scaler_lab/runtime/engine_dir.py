"""A process's own folder in the runtime folder, with a lock that says that the process lives."""

from __future__ import annotations

import os
import shutil
import weakref
from collections.abc import Sequence

from scaler_lab.runtime import runtime_dir


class EngineDir:
    """Made, locked, and removed by `close`; what stays after a crash is swept by others.

    Raises `UnsafeFolder`, `OSError`.
    """

    def __init__(self) -> None:
        self.id = os.urandom(16).hex()
        self.folder = runtime_dir.make_engine_dir(self.id)
        self._lock_fd = runtime_dir.take_lock(self.folder)
        _all.add(self)

    def is_intact(self, files: Sequence[str]) -> bool:
        """Whether the folder still has its lock and *files*: `runtime_dir.is_intact`."""
        return runtime_dir.is_intact(self.folder, self._lock_fd, files)

    def restore(self) -> None:
        """Create it again, empty.  Raises OSError."""
        self._lock_fd = runtime_dir.restore(self.folder, self._lock_fd)

    def close(self) -> None:
        """Remove it.  Idempotent."""
        if self._lock_fd >= 0:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.close_in_child()

    def close_in_child(self) -> None:
        """Close the lock, as a fork's child must, or its parent would look alive for ever."""
        fd, self._lock_fd = self._lock_fd, -1
        if fd >= 0:
            os.close(fd)


_all: weakref.WeakSet[EngineDir] = weakref.WeakSet()


def _close_in_child() -> None:
    for engine_dir in list(_all):
        engine_dir.close_in_child()


os.register_at_fork(after_in_child=_close_in_child)
