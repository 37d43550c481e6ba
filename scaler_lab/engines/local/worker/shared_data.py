"""Give tasks access to scattered values: files on tmpfs that all workers map read-only and share.

    client            worker
    ──────            ──────
    scatter: writes the file once
    submit: the reference pickles as `fetch(folder, name)`
                      unpickling the call maps the file, and rebuilds the value on the mapping
    release: removes the file
                      `forget_removed`, before its next task: releases the mapping

An array is a view of the mapping, and no task can write to it.  So no task sees changes that
another task made.  For the same reason, a value without buffers is rebuilt for each task.  Only
`bytes` and `str` are rebuilt once and kept, because they are immutable.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from scaler_lab.core.fork_guard import call_in_child
from scaler_lab.engines.local.blobs import BlobFolder
from scaler_lab.serialization import pickling

_folder: BlobFolder | None = None  # of this worker's engine; None in every other process
_mapped: dict[str, _Mapped] = {}  # by file name


class _Mapped(NamedTuple):
    flags: int
    segments: list[memoryview]
    value: bytes | str | None  # the value itself, if it is immutable


def be_worker(folder: Path) -> None:
    """Declare this process a worker of the engine whose blobs are in *folder*."""
    global _folder
    _folder = BlobFolder(folder)


def is_worker_of(folder: str) -> bool:
    """Return whether this process is a worker of the engine whose blobs are in *folder*."""
    return _folder is not None and str(_folder.path) == folder


def fetch(folder: str, name: str) -> Any:
    """Return the value that was scattered as *name*.

    Args:
        folder: The blob folder of the engine that the value was scattered to.
        name: The name of the value's file.

    Raises:
        RuntimeError: This process isn't a worker, the value belongs to another engine, or it was
            released.
    """
    if _folder is None:
        raise RuntimeError(
            "a SharedRef can be opened only inside a task of the client that scattered it"
        )
    if str(_folder.path) != folder:
        raise RuntimeError(
            "a SharedRef belongs to the engine it was scattered to, and this task runs on another: "
            "scatter the value with this task's client"
        )
    known = _mapped.get(name)
    if known is None or not _folder.has(name):
        try:
            flags, segments = _folder.read(name, unlink=False, writable=False)
        except FileNotFoundError:
            raise RuntimeError(
                "a SharedRef's value was released before this task began: keep the reference, or "
                "don't call release(), until the tasks that use it are done"
            ) from None
        known = _mapped[name] = _Mapped(flags, segments, None)
    if known.value is not None:
        return known.value
    _, (value,), _ = pickling.unpack_call(known.flags, known.segments)
    if type(value) is bytes or type(value) is str:
        _mapped[name] = _Mapped(0, [], value)  # the copy is enough: release the mapping
    return value


def holds_any() -> bool:
    """Return whether this process holds any mapping or kept value."""
    return bool(_mapped)


def forget_removed() -> None:
    """Drop the mappings of released values.

    If a task kept a view of such a mapping, the memory stays until that view is gone.
    """
    if _folder is not None:
        for name in [name for name in _mapped if not _folder.has(name)]:
            del _mapped[name]


def _note_fork() -> None:
    global _folder
    _folder = None  # a process that a task forked keeps its arrays, but can't map new values
    _mapped.clear()


call_in_child(_note_fork)


def itself(value: Any) -> Any:
    """Return *value*.  A scattered value is pickled as this function's argument.

    That way, pickling errors name the value.
    """
    return value
