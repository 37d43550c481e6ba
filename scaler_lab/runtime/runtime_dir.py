"""The private folder in which running engines keep their sockets, and how to find them.

    ROOT/                   see `place`;                                            0700
      ENGINE_ID/            a running local engine, or a client of another engine;  0700
        lock                held (flock) for as long as its scheduler lives
        engine.json         the connection file: addresses, name, pid;              0600
        scheduler.sock      a Unix stream, for clients
        feed.sock           zmq, for views
        lifeline.sock       receives requests to stop the engine

A process that can send a frame to an engine's socket can run code as the engine's user.  So the
owner and the mode of every folder are checked when it is used, and symbolic links are refused.  If
nothing holds an engine's lock, the engine is dead, even if a process has its process id.  The next
start removes its files.

Nothing is created in a folder of another user: after ``sudo -E`` the variables still name the
user's folders, and the user could not access what root creates there.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import shutil
import stat
import time
from collections.abc import Container, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from scaler_lab.errors import EngineNotFound, UnsafeFolder

if TYPE_CHECKING:
    import psutil

SOCKET_PATH_BYTES = 100  # sun_path holds 108 bytes, on macOS 104
STARTING_SECONDS = 60.0
CONNECTION_FILE = "engine.json"
CONNECTION_FILE_BYTES = 64 * 1024
_VARIABLE = "SCALER_LAB_RUNTIME_DIR"
_TEMPORARY_FOLDERS = ("/tmp", "/var/tmp", "/dev/shm")  # checked by `check_private`
_ENGINE_ID = re.compile(r"[0-9a-f]{32}")


class ConnectionInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The content of the connection file: all that a client needs."""

    engine_id: str
    name: str
    pid: int
    n_workers: int
    started_at: float  # seconds since the epoch
    address: str  # unix://PATH of the stream for clients
    feed: str  # zmq, for views
    lifeline: str  # the path of the socket that receives requests to stop
    folder: str
    blobs: str
    owned: bool
    protocol: int
    version: str
    python: str
    captures: bool = False  # whether clients receive the output of their tasks
    kind: str = "engine"  # or "client", which serves only views
    program: str = ""  # the program that started it; empty if it runs on its own
    path: str = ""  # of that program; empty if it has none
    client: str = ""  # the name of its client; empty if it has several, or one without a name


def place() -> Path:
    """Return the path of the folder for this user's engines, which may not exist yet.

    It is ``$SCALER_LAB_RUNTIME_DIR/scaler_lab`` if that variable is set.  Otherwise it is the first
    usable one of ``scaler_lab`` in ``$XDG_RUNTIME_DIR`` and ``scaler_lab-UID`` in the folders for
    temporary files.  A usable folder belongs to no other user, and its path is short enough for a
    socket.

    Raises:
        UnsafeFolder: No folder is usable.
    """
    if named := os.environ.get(_VARIABLE):
        return _named_place(Path(named).absolute())
    me = os.getuid()
    reasons: list[str] = []
    if run := os.environ.get("XDG_RUNTIME_DIR"):
        folder = Path(run) / "scaler_lab"
        why = _why_unusable(folder, owners={me})
        if not why:
            return folder
        reasons.append(why)
    temporary = [os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP")]
    for parent in dict.fromkeys([*filter(None, temporary), *_TEMPORARY_FOLDERS]):
        folder = Path(parent) / f"scaler_lab-{me}"
        why = _why_unusable(folder, owners={me, 0})
        if not why:
            return folder
        reasons.append(why)
    raise UnsafeFolder(
        "there is no folder for the sockets of the local engine: "
        + "; ".join(reasons)
        + f". Set {_VARIABLE} to a folder of your own"
    )


def _why_unusable(folder: Path, owners: Container[int]) -> str:
    """Return why *folder* can't hold this user's engines; "" if it can.

    Its parent must belong to one of *owners*, or let users delete only their own files, as /tmp
    does.
    """
    parent = folder.parent
    if not parent.is_absolute():
        return f"{parent} is not an absolute path"
    try:
        found = parent.stat()
    except OSError as error:
        return f"{parent}: {error.strerror}"
    if not stat.S_ISDIR(found.st_mode):
        return f"{parent} is not a folder"
    if found.st_uid not in owners and not (0 in owners and found.st_mode & stat.S_ISVTX):
        return f"{parent} belongs to user {found.st_uid}, not to you ({os.getuid()})"
    if not os.access(parent, os.W_OK | os.X_OK) and not os.path.lexists(folder):
        return f"{parent} can't be written to"
    if socket_path_length(folder) > SOCKET_PATH_BYTES:
        return f"{parent} makes the path of a socket longer than {SOCKET_PATH_BYTES} bytes"
    return ""


def _named_place(parent: Path) -> Path:
    """Return the folder inside *parent*, which the variable names.  Raises `UnsafeFolder`."""
    try:
        found = parent.stat()
    except OSError:  # it is missing, or `root` will report what is wrong with it
        return parent / "scaler_lab"
    if found.st_uid not in (os.getuid(), 0) and not found.st_mode & stat.S_ISVTX:
        raise UnsafeFolder(
            f"{_VARIABLE} names {parent}, which belongs to user {found.st_uid}, not to you "
            f"({os.getuid()}): what you create there would keep that user out. Unset "
            f"{_VARIABLE}, or set it to a folder of your own"
        )
    return parent / "scaler_lab"


def root() -> Path:
    """Create and check the folder for this user's engines, and return it.

    Raises `UnsafeFolder`.
    """
    folder = place()
    try:
        for path in (folder.parent, folder):
            with contextlib.suppress(FileExistsError):
                path.mkdir(mode=0o700)
        check_private(folder)
    except UnsafeFolder:
        raise
    except OSError as error:
        raise UnsafeFolder(
            f"{folder}, the folder for the sockets of the local engine, can't be used: "
            f"{error.strerror}. Set {_VARIABLE} to a folder of your own"
        ) from error
    return folder


def check_private(folder: Path) -> None:
    """Raise `UnsafeFolder` unless *folder* is a real folder that only this user can enter."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise UnsafeFolder(
            f"{folder} is not a folder but a link or a file, which another user may have created. "
            "Remove it, or set SCALER_LAB_RUNTIME_DIR to a folder of your own"
        )
    if found.st_uid != os.getuid():
        raise UnsafeFolder(
            f"{folder} belongs to user {found.st_uid}, not to you ({os.getuid()}). "
            "Set SCALER_LAB_RUNTIME_DIR to a folder of your own"
        )
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise UnsafeFolder(
            f"{folder} can be entered by others (mode {stat.S_IMODE(found.st_mode):o}), so they "
            f"could run code as you. Run: chmod 700 {folder}"
        )


def make_engine_dir(engine_id: str) -> Path:
    """Create and return a new engine's folder; first remove what dead engines left."""
    sweep()
    folder = root() / engine_id
    folder.mkdir(mode=0o700)
    check_private(folder)
    if socket_path_length(folder.parent) > SOCKET_PATH_BYTES:
        folder.rmdir()
        raise UnsafeFolder(
            f"the path {folder} is too long for a socket ({SOCKET_PATH_BYTES} bytes at most): "
            "set SCALER_LAB_RUNTIME_DIR to a shorter path"
        )
    return folder


def socket_path_length(root: Path) -> int:
    """Return the length in bytes of the longest path of an engine's socket under *root*."""
    return len(os.fsencode(root / ("0" * 32) / "scheduler.sock"))


def dead_engines(root: Path) -> list[Path]:
    """Return the folders of dead engines; `sweep` removes them."""
    return [
        folder
        for folder in root.iterdir()
        if _ENGINE_ID.fullmatch(folder.name) and not folder.is_symlink() and is_dead(folder)
    ]


def take_lock(folder: Path) -> int:
    """Lock the engine's folder and return the descriptor that holds the lock.

    The lock is held until this process ends, or closes the descriptor.  It is locked before the
    file gets its name, because an unlocked lock file means a dead engine, whose files are removed.
    """
    part = folder / "lock.part"
    part.unlink(missing_ok=True)
    fd = os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    part.rename(folder / "lock")
    return fd


def is_intact(folder: Path, lock_fd: int, files: Sequence[str] = ()) -> bool:
    """Return whether *folder* still contains the lock held by *lock_fd*, and *files*.

    At the end of a login, systemd deletes $XDG_RUNTIME_DIR and the user's files in /dev/shm.  Other
    programs delete old files in /tmp.  Running engines go on, but can't be found any more.
    """
    try:
        found = os.stat(folder / "lock", follow_symlinks=False)
        for name in files:
            os.stat(folder / name, follow_symlinks=False)
    except OSError:
        return False
    return os.path.samestat(found, os.fstat(lock_fd))


def restore(folder: Path, lock_fd: int) -> int:
    """Create a deleted folder again, lock it, and close *lock_fd*.

    Returns:
        The descriptor that holds the new lock.

    Raises:
        OSError: The folder can't be created.
        UnsafeFolder: Something else created it, and it isn't private.
    """
    create_again(folder)
    new = take_lock(folder)
    os.close(lock_fd)
    return new


def create_again(folder: Path) -> None:
    """Create a deleted private folder again, with its parents.  Raises OSError."""
    with contextlib.suppress(FileExistsError):
        try:
            folder.mkdir(mode=0o700)
        except FileNotFoundError:
            if folder.parent == folder:
                raise
            create_again(folder.parent)
            with contextlib.suppress(FileExistsError):
                folder.mkdir(mode=0o700)
    check_private(folder)


def is_alive(folder: Path) -> bool:
    """Return whether an engine's scheduler holds its lock."""
    try:
        fd = os.open(folder / "lock", os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(fd)
    return False


def is_running(connection: ConnectionInfo) -> bool:
    """Return whether an engine is alive, even while its folder is deleted."""
    folder = Path(connection.folder)
    return is_alive(folder) or (not folder.exists() and process_of(connection) is not None)


def process_of(connection: ConnectionInfo) -> psutil.Process | None:
    """Return the engine's process; None if it has ended, or isn't visible from here."""
    import psutil

    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(connection.pid)  # psutil records the time of the process's start
        # Is the process id still the engine's, or did another process get it later?
        if is_alive(Path(connection.folder)) or process.create_time() <= connection.started_at:
            return process if process.status() != psutil.STATUS_ZOMBIE else None
    return None


def write_connection(connection: ConnectionInfo) -> None:
    """Write the whole connection file, with mode 0600 from the first byte on."""
    folder = Path(connection.folder)
    part = folder / "engine.json.part"
    part.unlink(missing_ok=True)
    fd = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
    with os.fdopen(fd, "wb") as file:
        # Not with msgspec, which refuses paths that aren't UTF-8.
        file.write(json.dumps(msgspec.to_builtins(connection), separators=(",", ":")).encode())
    part.rename(folder / CONNECTION_FILE)


def read_connection(folder: Path) -> ConnectionInfo | None:
    """Return the content of an engine's connection file; None if there is none to be trusted."""
    try:
        check_private(folder)
        fd = os.open(folder / CONNECTION_FILE, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            found = os.fstat(fd)
            if (
                not stat.S_ISREG(found.st_mode)
                or found.st_uid != os.getuid()
                or found.st_size > CONNECTION_FILE_BYTES
            ):
                return None
            text = os.read(fd, CONNECTION_FILE_BYTES).decode()
            return msgspec.convert(json.loads(text), ConnectionInfo)
        finally:
            os.close(fd)
    except (OSError, UnsafeFolder, ValueError, RecursionError):
        return None


def running() -> list[ConnectionInfo]:
    """Return this user's running engines, oldest first."""
    return [connection for connection in running_feeds() if connection.kind == "engine"]


def running_feeds() -> list[ConnectionInfo]:
    """Return this user's running engines and clients of other engines, oldest first."""
    found = [
        connection
        for folder in root().iterdir()
        if _ENGINE_ID.fullmatch(folder.name)
        and is_alive(folder)
        and (connection := read_connection(folder)) is not None
    ]
    return sorted(found, key=lambda connection: connection.started_at)


def find(name: str) -> ConnectionInfo:
    """Return the running engine with that name or id.  Raises `EngineNotFound`."""
    engines = running()
    for connection in engines:
        if name in (connection.name, connection.engine_id):
            return connection
    names = ", ".join(repr(c.name) for c in engines)
    raise EngineNotFound(
        f"no local engine named {name!r} is running"
        + (f"; running now: {names}" if names else "; none is running now")
        + f". Start one with: scaler-lab engine start {name}"
    )


def sweep() -> int:
    """Remove what dead engines left, here and in shared memory.  Return how many engines."""
    dead = dead_engines(root())
    for folder in dead:
        connection = read_connection(folder)
        if connection is not None:
            _remove_blobs(Path(connection.blobs), folder.name)
        shutil.rmtree(folder, ignore_errors=True)
    return len(dead)


def _remove_blobs(blobs: Path, engine_id: str) -> None:
    """Remove a dead engine's blobs, if the folder has the expected name and is this user's."""
    try:
        if engine_id in blobs.name:
            check_private(blobs)
            shutil.rmtree(blobs, ignore_errors=True)
    except (OSError, UnsafeFolder):
        pass


def is_dead(folder: Path) -> bool:
    """Return whether the folder's scheduler has ended.

    A folder without a lock gets a minute to start.
    """
    try:
        # Check this first: a held lock may appear between the two checks.
        has_lock = (folder / "lock").exists()
        is_old = time.time() - folder.stat().st_mtime > STARTING_SECONDS
    except OSError:
        return False
    return (has_lock or is_old) and not is_alive(folder)
