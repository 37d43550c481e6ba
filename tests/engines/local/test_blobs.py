"""Big payloads as files: what is written is what is mapped, and nothing is left of failures."""

from __future__ import annotations

import contextlib
import errno
import itertools
import mmap
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scaler_lab.engines.local import blobs
from scaler_lab.engines.local.blobs import BlobFolder, create_blob_folder
from scaler_lab.errors import UnsafeFolder
from scaler_lab.serialization.pickling import (
    Packed,
    pack_call,
    pack_value,
    unpack_call,
    unpack_value,
)


@pytest.fixture
def folder(tmp_path: Path) -> BlobFolder:
    return BlobFolder(tmp_path)


@pytest.fixture
def shared_folder() -> Iterator[BlobFolder]:
    """One on tmpfs."""
    path = create_blob_folder(f"test{os.getpid()}", Path("/nonexistent"))
    yield BlobFolder(path)
    for left in path.iterdir():
        left.unlink()
    path.rmdir()


def files(folder: BlobFolder) -> list[str]:
    return sorted(os.listdir(folder.path))


@settings(max_examples=60, deadline=None)
@given(
    flags=st.integers(0, 255),
    segments=st.lists(st.binary(max_size=300), min_size=1, max_size=8),
)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, flags: int, segments: list[bytes]
) -> None:
    folder = BlobFolder(tmp_path_factory.mktemp("blobs"))
    size = folder.write("x", Packed(flags, [*segments]))
    assert size == (folder.path / "x").stat().st_size
    found_flags, found = folder.read("x", unlink=True)
    assert (found_flags, [bytes(segment) for segment in found]) == (flags, segments)
    assert files(folder) == []


def test_many_segments_take_several_writes(folder: BlobFolder) -> None:
    segments: list[bytes | memoryview] = [bytes([n % 256]) * (n % 130) for n in range(3000)]
    folder.write("x", Packed(1, segments))
    assert [bytes(s) for s in folder.read("x", unlink=True)[1]] == segments


def test_an_array_is_mapped_aligned_writable_and_private(folder: BlobFolder) -> None:
    array = np.arange(100_000, dtype=np.float64)
    folder.write("x", pack_value({"a": array, "b": array + 1}, "task"))
    first = unpack_value(*folder.read("x", unlink=False))
    second = unpack_value(*folder.read("x", unlink=True))
    first["a"][0] = -1
    assert second["a"][0] == 0
    for copy in (first["a"], first["b"]):
        assert copy.ctypes.data % 64 == 0
        assert copy.flags.writeable


def test_an_array_lies_in_the_mapping_itself(folder: BlobFolder) -> None:
    folder.write("x", pack_value(np.arange(100_000), "task"))
    flags, segments = folder.read("x", unlink=True)
    mapping = segments[1].obj
    assert isinstance(mapping, mmap.mmap)
    array = unpack_value(flags, segments)
    start = np.frombuffer(mapping, dtype=np.uint8).ctypes.data
    assert start <= array.ctypes.data < start + len(mapping)
    del flags, segments, mapping
    assert array.sum() == sum(range(100_000))  # the mapping lives as long as the array


def test_a_call_with_large_bytes_goes_through_a_file(folder: BlobFolder) -> None:
    large = os.urandom(1 << 20)
    folder.write("x", pack_call(max, (large, b""), {}, "max"))
    function, args, kwargs = unpack_call(*folder.read("x", unlink=True))
    assert function(*args, **kwargs) == large


def test_100_megabytes_are_read_without_a_copy(shared_folder: BlobFolder) -> None:
    array = np.ones(100 << 20, dtype=np.uint8)
    shared_folder.write("x", pack_value(array, "task"))
    resident = _resident()
    copy = unpack_value(*shared_folder.read("x", unlink=True))
    assert copy.nbytes == array.nbytes
    assert _resident() - resident < 10 << 20
    assert copy[:: 1 << 20].sum() == 100


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * mmap.PAGESIZE


@pytest.mark.parametrize("chunks", [[1, 7, 64, 3, 100], [4096 - 64]], ids=["odd", "even"])
def test_partial_writes_are_continued(
    folder: BlobFolder, monkeypatch: pytest.MonkeyPatch, chunks: list[int]
) -> None:
    """Linux writes at most 2 GiB - 4096 bytes a call; here it writes less."""
    real, sizes = os.write, itertools.cycle(chunks)

    def writev(descriptor: int, buffers: list[memoryview]) -> int:
        return real(descriptor, b"".join(buffers)[: next(sizes)])

    monkeypatch.setattr(os, "writev", writev)
    segments: list[bytes | memoryview] = [os.urandom(n) for n in (0, 1, 63, 64, 65, 5000)]
    folder.write("x", Packed(2, segments))
    monkeypatch.undo()
    assert [bytes(s) for s in folder.read("x", unlink=True)[1]] == segments


def test_a_blob_is_private_and_new(folder: BlobFolder) -> None:
    before = os.umask(0)
    try:
        folder.write("x", Packed(0, [b"a"]))
    finally:
        os.umask(before)
    assert stat.S_IMODE((folder.path / "x").stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        folder.write("x", Packed(0, [b"b"]))
    assert bytes(folder.read("x", unlink=True)[1][0]) == b"a"


def test_links_are_not_followed(folder: BlobFolder, tmp_path: Path) -> None:
    target = tmp_path / "target"
    (tmp_path / "link").symlink_to(target)
    with pytest.raises(FileExistsError):
        folder.write("link", Packed(0, [b"a"]))
    assert not target.exists()
    target.write_bytes(b"x")
    with pytest.raises(OSError, match="symbolic links"):
        folder.read("link", unlink=False)


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "/etc/passwd", "a\0b", ".hidden"])
def test_names_stay_in_the_folder(folder: BlobFolder, name: str) -> None:
    with pytest.raises(ValueError, match="not a valid name of a blob"):
        folder.write(name, Packed(0, [b"a"]))
    with pytest.raises(ValueError, match="not a valid name of a blob"):
        folder.read(name, unlink=True)
    with pytest.raises(ValueError, match="not a valid name of a blob"):
        folder.remove(name)


def test_removing_twice_is_fine(folder: BlobFolder) -> None:
    folder.write("x", Packed(0, [b"a"]))
    folder.remove("x")
    folder.remove("x")
    with pytest.raises(FileNotFoundError):
        folder.read("x", unlink=True)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_failed_write_leaves_no_file(
    folder: BlobFolder, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    real, written = os.writev, 0

    def writev(descriptor: int, buffers: Any) -> int:
        nonlocal written
        if written:
            raise OSError(number, os.strerror(number))
        written = real(descriptor, buffers[:1])
        return written

    monkeypatch.setattr(os, "writev", writev)
    with pytest.raises(OSError) as caught:  # noqa: PT011  # the number is looked at below
        folder.write("x", Packed(0, [b"a" * 1_000_000]))
    assert caught.value.errno == number
    assert ("no room for a payload of 1,000,000 bytes" in str(caught.value)) == (
        number != errno.EIO
    )
    assert files(folder) == []


def test_an_interrupted_write_leaves_no_file(
    folder: BlobFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def writev(*_: Any) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "writev", writev)
    with pytest.raises(KeyboardInterrupt):
        folder.write("x", Packed(0, [b"a"]))
    assert files(folder) == []


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_an_error_or_stays_within(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = BlobFolder(tmp_path_factory.mktemp("blobs"))
    folder.write("x", Packed(0, [b"stream" * 10, b"buffer" * 100]))
    path = folder.path / "x"
    content = bytearray(path.read_bytes())
    for place in data.draw(st.lists(st.integers(8, 40), max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    segments: list[memoryview] = []
    with contextlib.suppress(ValueError):
        _, segments = folder.read("x", unlink=True)
    for segment in segments:
        segment[:] = bytes(segment.nbytes)  # each byte of it is there
    assert files(folder) == []


def test_what_is_not_a_file_is_refused(folder: BlobFolder) -> None:
    os.mkfifo(folder.path / "fifo")
    with pytest.raises(ValueError, match="not a blob"):  # and does not wait for a writer
        folder.read("fifo", unlink=False)
    (folder.path / "other").write_bytes(b"x" * 100)
    with pytest.raises(ValueError, match="not a blob"):
        folder.read("other", unlink=False)


# -- the folder ------------------------------------------------------------------------------------


@pytest.fixture
def shm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for /dev/shm."""
    place = tmp_path / "shm"
    place.mkdir()
    monkeypatch.setattr(blobs, "_SHARED_MEMORY", place)
    monkeypatch.setattr(blobs, "MIN_FREE", 1)
    return place


def test_the_folder_is_private_and_names_its_owner(shm: Path, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        path = create_blob_folder("abc", tmp_path)
    finally:
        os.umask(before)
    assert path == shm / f"scaler_lab-{os.getuid()}-abc"
    assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert create_blob_folder("abc", tmp_path) == path


def test_without_room_in_shared_memory_the_folder_is_elsewhere(
    shm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blobs, "MIN_FREE", 1 << 62)
    assert create_blob_folder("abc", tmp_path) == tmp_path / "blobs"
    monkeypatch.setattr(blobs, "_SHARED_MEMORY", shm / "missing")
    assert create_blob_folder("abc", tmp_path) == tmp_path / "blobs"


def test_a_folder_that_is_not_ours_alone_is_refused(shm: Path, tmp_path: Path) -> None:
    path = shm / f"scaler_lab-{os.getuid()}-abc"
    path.mkdir()
    path.chmod(0o777)
    with pytest.raises(UnsafeFolder):
        create_blob_folder("abc", tmp_path)
    path.rmdir()
    path.symlink_to(tmp_path)
    with pytest.raises(UnsafeFolder):
        create_blob_folder("abc", tmp_path)


def test_removing_blobs_loads_no_cloudpickle() -> None:
    code = "import sys, scaler_lab.engines.local.blobs\nprint('cloudpickle' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout.strip() == "False"
