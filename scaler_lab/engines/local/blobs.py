"""Large payloads as files on tmpfs: written once, and mapped into memory by each reader.

    offset 0   magic, flags, number of segments          16 bytes
    offset 16  the segments' sizes                       8 bytes each
    ...        the segments, each at a multiple of 64, so that arrays are aligned

They are written with `write`, not through a mapping: on a full tmpfs, `write` fails with ENOSPC,
while a mapping would kill the process with SIGBUS.  They are read through a private mapping
without a copy, and a reader that changes its array doesn't change another reader's.  The mapping,
and with it the memory, lives as long as the buffers made from it, whether or not the file still
exists.
It keeps no descriptor open (`file_mapping`).

The folder is private to one user (0700).  Headers are checked nevertheless, so that a truncated
file causes an error and not a crash.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import struct
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from scaler_lab.engines.local.file_mapping import map_file
from scaler_lab.runtime.runtime_dir import check_private, create_again, is_dead

if TYPE_CHECKING:  # the scheduler removes blobs; it must not load a pickler for that
    from scaler_lab.serialization.streams import Packed, Segment

INLINE_LIMIT = 64 * 1024
"""Payloads of up to this many bytes are part of the messages."""

_SHARED_MEMORY = Path("/dev/shm")
MIN_FREE = 256 * 1024 * 1024  # Docker's default /dev/shm of 64 MiB would fill at once
_MAGIC = b"scalblob"
_HEAD = struct.Struct("<8sII")
_ALIGNMENT = 64
_MAX_BUFFERS = 512  # passed to one writev; Linux accepts 1024
_PADDING = bytes(_ALIGNMENT)


class BlobFolder:
    """The blobs of one engine.  Its methods may be called from any thread and process.

    *outlives_folder* returns whether the engine still runs.  If it does and the folder is missing,
    something else deleted the folder (see `runtime_dir.is_intact`), and `write` creates it again.
    """

    def __init__(self, path: Path, outlives_folder: Callable[[], bool] = lambda: False) -> None:
        self.path = path
        self._outlives_folder = outlives_folder

    def __repr__(self) -> str:
        return f"<BlobFolder {self.path}>"

    def write(self, name: str, packed: Packed) -> int:
        """Write *packed* as the new file *name*; return the file's size in bytes.

        Raises FileExistsError, and OSError if there is no space left; the file is then removed.
        """
        path = self._path(name)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        opened: list[int] = []
        try:
            try:
                try:
                    # Opened and recorded in one step: an interrupt in between would leave it open.
                    opened.extend(map(os.open, (path,), (flags,), (0o600,)))
                except FileNotFoundError:
                    if not self._outlives_folder():
                        raise
                    create_again(self.path)
                    opened.extend(map(os.open, (path,), (flags,), (0o600,)))
                size = _write_all(opened[0], _laid_out(packed))
            finally:
                if opened:
                    os.close(opened[0])
        except BaseException as error:
            if opened:
                self.remove(name)
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise _no_space(self.path, packed.nbytes, error) from error
            raise
        return size

    def link(self, name: str, other: str) -> None:
        """Give the file *name* a second name; its memory is kept as long as either one exists."""
        os.link(self._path(name), self._path(other))

    def has(self, name: str) -> bool:
        """Return whether the file *name* exists."""
        return os.path.exists(self._path(name))

    def read(
        self, name: str, *, unlink: bool, writable: bool = True
    ) -> tuple[int, list[memoryview]]:
        """Return the flags and segments of the file *name*, without copying them.

        With *writable*, the segments are private to the caller.  Otherwise they are read-only, and
        all such readers share the memory.  With *unlink*, the file is removed, even if it isn't a
        blob.  Raises FileNotFoundError; ValueError if the file isn't a blob or is truncated; and
        OSError if descriptors or memory are used up: then the file is kept and can be read later.
        """
        path = self._path(name)
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            status = os.fstat(descriptor)
            is_blob = stat.S_ISREG(status.st_mode) and status.st_size >= _HEAD.size
            view = map_file(descriptor, status.st_size, writable=writable) if is_blob else None
        finally:
            os.close(descriptor)
        if unlink:
            self.remove(name)
        if view is None:
            raise ValueError(f"{path} is not a blob of scaler_lab")
        return _taken_apart(view, path)

    def remove(self, name: str) -> None:
        """Remove the file *name* if it exists."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._path(name))

    def remove_all(self, prefix: str) -> None:
        """Remove every file whose name starts with *prefix*."""
        with contextlib.suppress(FileNotFoundError):
            for name in os.listdir(self.path):
                if name.startswith(prefix):
                    self.remove(name)

    def _path(self, name: str) -> str:
        if not name or name.startswith(".") or "/" in name or "\0" in name:
            raise ValueError(f"not a valid name of a blob: {name!r}")
        return os.path.join(self.path, name)


def create_blob_folder(label: str, fallback: Path) -> Path:
    """Create a private folder for blobs, in shared memory if that has space, else in *fallback*.

    An existing folder of that name is used if it belongs to the user and is private; otherwise
    this raises `UnsafeFolder`.
    """
    if _has_space(_SHARED_MEMORY):
        path = _SHARED_MEMORY / f"scaler_lab-{os.getuid()}-{label}"
    else:
        path = fallback / "blobs"
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
    check_private(path)  # a user with write access here can run code as this user
    return path


def sweep_blob_folders() -> int:
    """Remove the folders that dead engines of this user left in shared memory; return how many.

    It finds them whatever runtime folder the engines used: each blob folder has its own lock.
    """
    swept = 0
    for path in _SHARED_MEMORY.glob(f"scaler_lab-{os.getuid()}-*"):
        try:
            if path.lstat().st_uid != os.getuid() or path.is_symlink() or not is_dead(path):
                continue
        except OSError:
            continue
        shutil.rmtree(path, ignore_errors=True)
        swept += 1
    return swept


def free_shared_memory() -> int:
    """Return the free bytes in shared memory; 0 if there is none that this user may write to."""
    return _free(_SHARED_MEMORY)


def _has_space(path: Path) -> bool:
    return _free(path) >= MIN_FREE


def _free(path: Path) -> int:
    try:
        volume = os.statvfs(path)
    except OSError:
        return 0
    if not path.is_dir() or not os.access(path, os.W_OK | os.X_OK):
        return 0
    return volume.f_bavail * volume.f_frsize


def _no_space(path: Path, size: int, error: OSError) -> OSError:
    return OSError(
        error.errno,
        f"no room for a payload of {size:,} bytes: free some memory there, keep fewer large "
        "results at a time, or pass the name of a file instead",
        str(path),
    )


# -- the file --------------------------------------------------------------------------------------


def _round_up(offset: int) -> int:
    return -(-offset // _ALIGNMENT) * _ALIGNMENT


def _laid_out(packed: Packed) -> Iterator[Segment]:
    flags, segments = packed
    sizes = [memoryview(segment).nbytes for segment in segments]
    table = _HEAD.pack(_MAGIC, flags, len(sizes)) + struct.pack(f"<{len(sizes)}Q", *sizes)
    yield table
    offset = len(table)
    for segment, size in zip(segments, sizes, strict=True):
        yield _PADDING[: _round_up(offset) - offset]
        yield segment
        offset = _round_up(offset) + size


def _write_all(descriptor: int, pieces: Iterable[Segment]) -> int:
    """Write every byte; one call writes at most 2 GiB - 4096 bytes on Linux, maybe fewer."""
    waiting = [memoryview(piece).cast("B") for piece in pieces if len(piece)]
    waiting.reverse()  # the next piece is the last element, for `pop`
    total = 0
    while waiting:
        written = os.writev(descriptor, waiting[: -_MAX_BUFFERS - 1 : -1])
        total += written
        while written:
            piece = waiting.pop()
            if written < piece.nbytes:
                waiting.append(piece[written:])
                break
            written -= piece.nbytes
    return total


def _taken_apart(view: memoryview, path: str) -> tuple[int, list[memoryview]]:
    magic, flags, count = _HEAD.unpack_from(view)
    if magic != _MAGIC:
        raise ValueError(f"{path} is not a blob of scaler_lab")
    offset = _HEAD.size + 8 * count
    if offset > view.nbytes:
        raise ValueError(f"{path} is damaged: it announces {count} segments")
    segments: list[memoryview] = []
    for size in struct.unpack_from(f"<{count}Q", view, _HEAD.size):
        offset = _round_up(offset)
        if offset + size > view.nbytes:
            raise ValueError(
                f"{path} is cut short: a segment ends at byte {offset + size:,} of {view.nbytes:,}"
            )
        segments.append(view[offset : offset + size])
        offset += size
    return flags, segments
