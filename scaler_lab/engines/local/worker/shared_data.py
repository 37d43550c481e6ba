"""A worker's view of scattered values: files on tmpfs, mapped read-only, so that all share them.

    client            worker
    ──────            ──────
    scatter: writes the file once
    submit: the reference pickles as `fetch(folder, name)`
                      unpickling the call maps the file, and rebuilds the value upon the mapping
    release: removes the file
                      `forget_removed`, before its next task: lets go of the mapping

An array is a view of the mapping, which no task can write to: so no task sees what another made of
it.  What holds no buffers is rebuilt for each task, for the same reason.  Only `bytes` and `str`,
which nobody can change, are rebuilt once and kept.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NamedTuple

from scaler_lab.engines.local.blobs import BlobFolder
from scaler_lab.serialization import pickling

_folder: BlobFolder | None = None  # this worker's engine's; None in every other process
_mapped: dict[str, _Mapped] = {}  # by file name


class _Mapped(NamedTuple):
    flags: int
    segments: list[memoryview]
    value: bytes | str | None  # where nobody can change it


def be_worker(folder: Path) -> None:
    """This process runs the tasks of the engine whose blobs are in *folder*."""
    global _folder
    _folder = BlobFolder(folder)


def is_worker_of(folder: str) -> bool:
    """Whether this process is a worker of the engine whose blobs are in *folder*."""
    return _folder is not None and str(_folder.path) == folder


def fetch(folder: str, name: str) -> Any:
    """The value scattered as *name*.  Raises RuntimeError where it isn't to be had, saying why."""
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
        _mapped[name] = _Mapped(0, [], value)  # the copy will do: let the mapping go
    return value


def holds_any() -> bool:
    """Whether there is something to let go of."""
    return bool(_mapped)


def forget_removed() -> None:
    """Let go of what was released; a view that a task kept keeps its own memory."""
    if _folder is not None:
        for name in [name for name in _mapped if not _folder.has(name)]:
            del _mapped[name]


def _note_fork() -> None:
    global _folder
    _folder = None  # a process that a task forked may hold a mapping, and gets no new one
    _mapped.clear()


os.register_at_fork(after_in_child=_note_fork)


def itself(value: Any) -> Any:
    """What a scattered value travels as the argument of: so that pickling names it in errors."""
    return value
