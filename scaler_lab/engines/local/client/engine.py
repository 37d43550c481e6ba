"""`LocalEngine` and `AttachedEngine`: start or find a scheduler process, and connect to it.

Both run in the client's process. `LocalEngine` starts a scheduler; `AttachedEngine` connects to
one that is already running.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import Any, Self

from scaler_lab._version import __version__
from scaler_lab.core import fork_guard
from scaler_lab.core.encoding import plain_text
from scaler_lab.engines.base import Emit, Engine, Feature
from scaler_lab.engines.local import protocol
from scaler_lab.engines.local.blobs import (
    create_blob_folder,
    sweep_blob_folders,
)
from scaler_lab.engines.local.client.connection import SchedulerConnection
from scaler_lab.engines.local.client.current_folder import current_folder
from scaler_lab.engines.local.client.scheduler_process import (
    await_end,
    cause_of_death,
    launch,
    read_answer,
    stop,
    why_not_stopped,
)
from scaler_lab.engines.local.client.transport import connect
from scaler_lab.engines.local.settings import (
    GRACE_SECONDS,
    Settings,
    check_grace,
    check_reserve,
    check_workers,
    paths_for_workers,
)
from scaler_lab.errors import (
    EngineNotFound,
    ProtocolMismatch,
)
from scaler_lab.runtime import runtime_dir
from scaler_lab.runtime.program_name import name_of_client, program_name, program_path
from scaler_lab.runtime.runtime_dir import ConnectionInfo
from scaler_lab.serialization import pickling


class AttachedEngine(SchedulerConnection):
    """A connection to a running local engine: ``Client("local://NAME")``.

    Clients of one engine don't see each other's results and can't stop each other's tasks.

    Args:
        name: The name or the id of the engine.
        label: The engine's name in messages to people. Default: made from *name*.
    """

    def __init__(self, name: str, *, label: str = "") -> None:
        super().__init__()
        self._name = name
        self.label = label or f"local engine {name!r}"

    def open(self, emit: Emit) -> None:
        connection = runtime_dir.find(self._name)
        _check_match(connection)
        try:
            end = connect(connection.address.removeprefix("unix://"))
        except OSError as error:
            raise EngineNotFound(
                f"the local engine {self._name!r} does not answer ({error}); "
                "it may be ending. List the engines with: scaler-lab engine list"
            ) from error
        name, pid = self._name, connection.pid
        try:
            self._connect(
                connection,
                end,
                emit,
                lambda: (
                    f"the local engine {name!r} (scheduler pid {pid}) is gone; "
                    f"start one again with: scaler-lab engine start {name}"
                ),
                name_of_client(self.client_name, program_name()),
            )
        except BaseException:
            end.close()
            raise

    def close(self, *, wait: bool = True) -> None:
        self._disconnect(wait=wait)


NOT_FOR_USERS = frozenset(
    {
        *("client_name", "close_in_child", "expect", "expect_no_more", "feed_id", "for_client"),
        *("has_feed", "open", "prepare", "request_cancel", "request_stack", "request_usage"),
        *("share", "submit", "takes_bytes", "title"),
    }
)
"""What `dir` leaves out: what a client calls or reads, and what the package itself does."""


class LocalEngine(SchedulerConnection):
    """Worker processes on this machine, and the scheduler that sends them tasks.

    ``Client()`` creates one for itself.  To share an engine, start it first and pass it to each
    client, or let other processes attach to it by name::

        with LocalEngine(n_workers=4, name="mine") as engine:
            a, b = Client(engine), Client(engine)      # elsewhere: Client("local://mine")

    In each worker, BLAS and OpenMP may use the number of cores divided by the number of workers
    as threads, unless the environment sets ``OMP_NUM_THREADS`` or a similar variable.

    Args:
        n_workers: The number of worker processes. Default: one for each core that this process
            may use.
        name: The name by which other processes attach to a shared engine. Default: a unique one.
        grace: Seconds that an interrupted task gets to end before its worker is killed.
        reserve: How much memory of the machine, or of the container, to keep free: bytes, text such
            as ``"2 GiB"``, or a percentage such as ``"10%"``.  While less than twice of it is free,
            no task starts beside others; while less than it is free, the task that has added most
            memory is killed, and fails with `TaskOverMemory`.  None means no reserve.
        initializer: Called with *initargs* in each worker before its first task, as in the
            standard library's pools.
        initargs: Arguments of *initializer*.
        capture: Keep what tasks write to stdout and stderr with the task
            (`ScalerFuture.output`). If false, it goes to this process's stdout and stderr.
        detached: Once started, the engine keeps running after this process ends.

    Raises:
        TypeError: *n_workers*, *grace* or *reserve* has the wrong type.
        ValueError: *n_workers*, *grace* or *reserve* is out of range.
        TaskUnserializable: *initializer* or *initargs* can't be pickled.
    """

    def __init__(
        self,
        *,
        n_workers: int | None = None,
        name: str | None = None,
        grace: float = GRACE_SECONDS,
        reserve: int | str | None = None,
        initializer: Callable[..., object] | None = None,
        initargs: tuple[Any, ...] = (),
        capture: bool = True,
        detached: bool = False,
    ) -> None:
        super().__init__()
        self._detached = detached
        self._capture = capture
        if not capture:
            self.features = self.features - {Feature.OUTPUT}
        self.n_workers = check_workers(n_workers)
        self._grace = check_grace(grace)
        self._reserve = check_reserve(reserve)
        self._initializer: bytes | None = None
        if initializer is not None:
            packed = pickling.pack_call(initializer, initargs, {}, "initializer")
            self._initializer = pickling.flatten(packed)
        self._engine_id = os.urandom(16).hex()
        self.name = plain_text(name) if name else f"{os.getpid()}-{self._engine_id[:4]}"
        self.label = f"local engine, {self.n_workers} worker{'s' if self.n_workers > 1 else ''}"
        self._process: subprocess.Popen[bytes] | None = None
        self._tie: socket.socket | None = None  # a shared engine ends when this is closed
        self._connection: ConnectionInfo | None = None
        self._is_shared = False

    def __dir__(self) -> list[str]:
        return sorted(set(super().__dir__()) - NOT_FOR_USERS)

    # -- as a context manager: shared ------------------------------------------------------------

    def start(self) -> Self:
        """Start the engine so that several clients can share it, until `stop` is called.

        Returns:
            This engine.

        Raises:
            EngineStartFailed: The scheduler's process could not be started or did not answer.
            UnsafeFolder: A folder that the engine needs belongs to another user or is not private.
            RuntimeError: This engine was started or closed before.
        """
        with self._lock:
            link = self._start(owned=False)
            if self._detached:
                link.close()
            else:
                self._tie = link
                fork_guard.close_in_child(self)
        self._is_shared = True
        return self

    def stop(self) -> None:
        """Stop the engine and every task on it; return once its processes are gone.

        May be called more than once.

        Raises:
            EngineNotStopped: The engine is *detached* and still runs after 5 seconds.
        """
        self.close(wait=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.stop()

    @property
    def address(self) -> str:
        """The address to pass to `Client` in another process: ``local://NAME``."""
        return f"local://{self.name}"

    @property
    def connection(self) -> ConnectionInfo | None:
        """How to reach the running engine; None if it was not started yet."""
        return self._connection

    def for_client(self) -> Engine:
        """Return the engine for one more client: a new connection if this engine is shared."""
        return AttachedEngine(self._engine_id, label=self.label) if self._is_shared else self

    # -- as one client's engine ------------------------------------------------------------------

    def open(self, emit: Emit) -> None:
        with self._lock:
            link = self._start(owned=True)
        assert self._connection is not None
        link.setblocking(False)
        try:
            self._connect(self._connection, link, emit, self._cause_of_death)
        except BaseException:
            link.close()  # this ends the engine
            self.close()
            raise

    def close(self, *, wait: bool = True) -> None:
        with self._lock:
            is_first, self._closed = not self._closed, True
        if self._agent is not None:
            self._disconnect(wait=wait)
        elif self._connection is not None and is_first:
            try:
                if self._process is None:
                    stop(self._connection)
                else:  # `await_end` kills it if it doesn't end
                    why_not_stopped(self._connection)
            finally:  # also after an interrupt: closing this socket ends the engine
                if self._tie is not None:
                    self._tie.close()
        if self._process is not None and wait:  # every caller waits, not just the first
            await_end(self._process)

    # -- the process -----------------------------------------------------------------------------

    def close_in_child(self) -> None:
        """Close a forked child's copy of the tie, which would keep a shared engine alive."""
        if self._tie is not None:
            self._tie.close()

    def _start(self, *, owned: bool) -> socket.socket:
        """Start the scheduler; return the socket to it.

        Unless the engine is detached, closing that socket ends it.
        """
        if self._process is not None or self._closed:
            raise RuntimeError(f"{self.label} was started before; create a new one")
        folder = runtime_dir.make_engine_dir(self._engine_id)
        with contextlib.ExitStack() as undo:
            undo.callback(shutil.rmtree, folder, ignore_errors=True)
            sweep_blob_folders()
            blobs = create_blob_folder(self._engine_id, folder)
            undo.callback(shutil.rmtree, blobs, ignore_errors=True)
            settings = Settings(
                engine_id=self._engine_id,
                name=self.name,
                n_workers=check_workers(self.n_workers),
                grace=self._grace,
                reserve=self._reserve,
                folder=str(folder),
                blobs=str(blobs),
                tied=not self._detached,
                owner=self._client if owned else "",
                program="" if self._detached else program_name(),
                path="" if self._detached else program_path(),
                client=self.client_name if owned else "",
                sys_path=paths_for_workers(sys.path, os.fsdecode(current_folder())),
                initializer=self._initializer,
                capture=self._capture,
            )
            self._process, link = launch(settings, quiet=self._detached)
            undo.push(self._process)
            undo.callback(self._process.kill)
            undo.callback(link.close)
            self._connection = read_answer(link, self._process)
            undo.pop_all()
        if self._detached:
            self._process.returncode = 0  # this process doesn't wait for it any more
            self._process = None
        return link

    def _cause_of_death(self) -> str:
        assert self._process is not None
        return cause_of_death(self._process)


def _check_match(connection: ConnectionInfo) -> None:
    """Raise `ProtocolMismatch` if the engine has another protocol or Python version."""
    if connection.protocol != protocol.PROTOCOL:
        raise ProtocolMismatch(
            f"the engine {connection.name!r} (scaler_lab {connection.version}) speaks protocol "
            f"{connection.protocol}, this process (scaler_lab {__version__}) {protocol.PROTOCOL}: "
            "restart the one that has the older version"
        )
    if connection.python != protocol.python_version():
        raise ProtocolMismatch(
            f"the engine {connection.name!r} runs Python {connection.python}, this process "
            f"{protocol.python_version()}: code can't be passed between them"
        )
