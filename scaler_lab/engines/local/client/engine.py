"""`LocalEngine` and `AttachedEngine`: start or find a scheduler process, and connect to it.

Both run in the client's process. `LocalEngine` starts a scheduler; `AttachedEngine` connects to
one that is already running.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import msgspec

from scaler_lab._version import __version__
from scaler_lab.core import fork_guard
from scaler_lab.core.encoding import plain_text
from scaler_lab.core.messages import Task, TaskCancel, TaskDropped, TaskId
from scaler_lab.core.outbox import Prepared
from scaler_lab.core.stack import OnStack
from scaler_lab.engines.base import Emit, Engine, Feature, OnEdit, Reach
from scaler_lab.engines.local import liveness, protocol
from scaler_lab.engines.local.blobs import (
    INLINE_LIMIT,
    BlobFolder,
    create_blob_folder,
    sweep_blob_folders,
)
from scaler_lab.engines.local.client.agent_thread import AgentThread, Batch, Place
from scaler_lab.engines.local.client.current_folder import current_folder
from scaler_lab.engines.local.client.local_ref import LocalRef
from scaler_lab.engines.local.client.nested import NestedTasks
from scaler_lab.engines.local.client.transport import StreamTransport, connect
from scaler_lab.engines.local.settings import (
    GRACE_SECONDS,
    Settings,
    check_grace,
    check_workers,
    paths_for_workers,
)
from scaler_lab.engines.local.worker import shared_data
from scaler_lab.errors import (
    EngineLost,
    EngineNotFound,
    EngineNotStopped,
    EngineStartFailed,
    ProtocolMismatch,
)
from scaler_lab.runtime import runtime_dir
from scaler_lab.runtime.cpus import thread_limits
from scaler_lab.runtime.program_name import program_name
from scaler_lab.runtime.runtime_dir import ConnectionInfo
from scaler_lab.serialization import pickling

if TYPE_CHECKING:
    import psutil

START_TIMEOUT = 30.0
END_TIMEOUT = 5.0

# The settings are sent over the socket pair, not as an argument: a long sys.path doesn't fit
# into an argument.
_BOOT = """
import json, os, sys
link = int(sys.argv[1])
def read(size):
    data = b""
    while len(data) < size:
        chunk = os.read(link, size - len(data))
        if not chunk:
            sys.exit()
        data += chunk
    return data
settings = json.loads(read(int.from_bytes(read(4), "little")))
sys.path[:] = settings["sys_path"]
from scaler_lab.engines.local.scheduler.process import main
main(link, settings)
"""


class _SchedulerConnection(Engine):
    """The connection to a scheduler, whichever process started it."""

    reach = Reach.STOPS_RUNNING
    reports_starts = True
    takes_bytes = True
    on_edit = OnEdit.NEW_PROCESS
    has_feed = True
    features = frozenset(
        {
            Feature.OUTPUT,
            Feature.PROGRESS,
            Feature.PRIORITY,
            Feature.SHARED_DATA,
            Feature.STACKS,
        }
    )

    def __init__(self) -> None:
        self._client = os.urandom(16).hex()
        self._agent: AgentThread | None = None
        self._blobs: BlobFolder | None = None
        self._shared = itertools.count(1)
        self._lock = threading.Lock()
        self._closed = False
        self._sys_path: list[str] = []  # the program's `sys.path`; replaced, never changed
        self._nested: NestedTasks | None = None  # set inside a task of this same engine

    def submit(self, tasks: Sequence[Task]) -> None:
        prepared = self.prepare(tasks)
        prepared.outbox.put(prepared.batch)

    def prepare(self, tasks: Sequence[Task]) -> Prepared:
        agent, blobs = self._agent, self._blobs
        if agent is None or blobs is None:
            raise EngineLost(f"{self.label} is not open")
        if sys.path != self._sys_path:
            self._sys_path = list(sys.path)
        messages: list[protocol.Down] = []
        written: list[str] = []  # files; removed again unless the tasks are submitted
        batch = Batch(messages, Place(self._sys_path, current_folder()))
        undo = functools.partial(self._undo, blobs, written, tasks)
        prepared = Prepared(agent.outbox, batch, undo)
        now = time.monotonic()
        limit = protocol.NAME_CHARACTERS
        if self._nested is not None:
            self._nested.add(task.task_id for task in tasks)
        try:
            for task in tasks:
                packed = pickling.packed_call(task)
                if packed.nbytes > INLINE_LIMIT:
                    blob = f"{self._client}-{task.task_id}.a"
                    written.append(blob)
                    blobs.write(blob, packed)
                    if task.packed is not None and packed.is_borrowed:
                        task.keep(_KeptBlob(blobs, blob, f"{blob}.kept"))
                    data = b""
                else:
                    blob = ""
                    data = pickling.flatten(packed)
                messages.append(
                    protocol.Submit(
                        task.task_id,
                        task.name[:limit],
                        data,
                        blob,
                        task.group,
                        task.group_name[:limit],
                        now,
                        task.cell,
                        task.priority,
                        task.tags,
                        task.attempt,
                    )
                )
            agent.check()
        except BaseException:
            prepared.give_up()
            raise
        return prepared

    def _undo(self, blobs: BlobFolder, written: list[str], tasks: Sequence[Task]) -> None:
        """Remove the files and records made for tasks that are not submitted after all."""
        for name in written:
            with contextlib.suppress(OSError):  # not written yet, or removed with its engine
                blobs.remove(name)
        if self._nested is not None:
            self._nested.remove(task.task_id for task in tasks)

    def refresh(self) -> None:
        if self._agent is None:
            raise EngineLost(f"{self.label} is not open")
        self._agent.post(protocol.Refresh())

    def expect(self, tasks: Sequence[Task]) -> None:
        now = time.monotonic()
        self._send(
            protocol.Waiting(
                task.task_id,
                task.name[: protocol.NAME_CHARACTERS],
                task.group,
                task.group_name[: protocol.NAME_CHARACTERS],
                now,
                task.cell,
                task.tags,
            )
            for task in tasks
        )

    def expect_no_more(self, dropped: Sequence[TaskDropped]) -> None:
        limit = protocol.NAME_CHARACTERS
        self._send(
            protocol.Dropped(one.task_id, one.error[:limit], one.detail[:limit], one.requested_by)
            for one in dropped
        )

    def _send(self, messages: Iterable[protocol.Down]) -> None:
        if self._agent is not None:
            with contextlib.suppress(EngineLost):  # the loss was already reported
                self._agent.post(*messages)

    def share(self, value: Any) -> LocalRef:
        agent, blobs = self._agent, self._blobs
        if agent is None or blobs is None:
            raise EngineLost(f"{self.label} is not open")
        packed = pickling.pack_call(shared_data.itself, (value,), {}, "scatter")
        name = f"{self._client}-{next(self._shared)}.s"
        held = weakref.ref(agent)

        def discard() -> None:
            blobs.remove(name)
            if (still := held()) is not None:
                with contextlib.suppress(EngineLost):
                    still.post(protocol.Unshare())

        # Created before the file, so that the file is removed with the reference even if an
        # interrupt arrives in between.
        reference = LocalRef(str(blobs.path), name, 0, type(value).__qualname__, discard)
        reference.nbytes = blobs.write(name, packed)
        return reference

    def request_cancel(self, cancel: TaskCancel) -> None:
        agent = self._agent
        if agent is None:
            return
        task_ids = list(cancel.task_ids)
        with contextlib.suppress(EngineLost):  # the loss was reported and settles all tasks
            agent.post(
                *(
                    protocol.Cancel(
                        task_ids[start : start + protocol.CANCEL_IDS],
                        cancel.group if start == 0 else None,  # one message cancels the group
                        cancel.force,
                        cancel.overdue,
                    )
                    for start in range(0, max(1, len(task_ids)), protocol.CANCEL_IDS)
                )
            )

    def request_stack(self, task_id: TaskId, reply: OnStack) -> None:
        if self._agent is None:
            raise EngineLost(f"{self.label} is not open")
        self._agent.request_stack(task_id, reply)

    def _connect(
        self,
        connection: ConnectionInfo,
        end: socket.socket,
        emit: Emit,
        cause_of_death: Callable[[], str],
    ) -> None:
        """Start the agent's thread on *end*, the stream to the scheduler."""
        self._blobs = BlobFolder(Path(connection.blobs), self._engine_runs)
        if not connection.captures:
            self.features = self.features - {Feature.OUTPUT}
        if shared_data.is_worker_of(connection.blobs):
            folder = Path(connection.folder)
            self._nested = NestedTasks(folder, self._client, connection.n_workers, self.label)
            emit = self._nested.following(emit)
        self._agent = AgentThread(
            connection, self._client, StreamTransport(end), emit, cause_of_death
        )

    def _engine_runs(self) -> bool:
        """Return True, or raise `EngineLost` if the engine and its folder are gone."""
        assert self._agent is not None
        self._agent.check()
        return True

    def _disconnect(self, *, wait: bool) -> None:
        if self._nested is not None:
            self._nested.close()
        if self._agent is not None:
            self._agent.close(wait=wait)


class _KeptBlob:
    """A large call's file, kept in case the task is submitted again.

    It is a second hard link to the blob written for the task, and is removed together with this
    object.  It implements `PackedCall`.
    """

    is_borrowed = False

    def __init__(self, blobs: BlobFolder, name: str, kept: str) -> None:
        self._blobs = blobs
        self._name = kept
        blobs.link(name, kept)

    def __del__(self) -> None:
        with contextlib.suppress(OSError):  # the folder is removed with its engine
            self._blobs.remove(self._name)

    def owned(self) -> _KeptBlob:
        return self

    def load(self) -> pickling.Packed:
        flags, segments = self._blobs.read(self._name, unlink=False, writable=False)
        return pickling.Packed(flags, [*segments])

    def with_results(self, results: Sequence[Any]) -> pickling.Packed:
        return self.load().with_results(results)


class AttachedEngine(_SchedulerConnection):
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
            )
        except BaseException:
            end.close()
            raise

    def close(self, *, wait: bool = True) -> None:
        self._disconnect(wait=wait)


class LocalEngine(_SchedulerConnection):
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
        initializer: Called with *initargs* in each worker before its first task, as in the
            standard library's pools.
        initargs: Arguments of *initializer*.
        capture: Keep what tasks write to stdout and stderr with the task
            (`ScalerFuture.output`). If false, it goes to this process's stdout and stderr.
        detached: Once started, the engine keeps running after this process ends.

    Raises:
        TypeError: *n_workers* or *grace* has the wrong type.
        ValueError: *n_workers* or *grace* is out of range.
        TaskUnserializable: *initializer* or *initargs* can't be pickled.
    """

    def __init__(
        self,
        *,
        n_workers: int | None = None,
        name: str | None = None,
        grace: float = GRACE_SECONDS,
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
                else:  # `_await_end` kills it if it doesn't end
                    _stopped(self._connection)
            finally:  # also after an interrupt: closing this socket ends the engine
                if self._tie is not None:
                    self._tie.close()
        if self._process is not None and wait:  # every caller waits, not just the first
            self._await_end()

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
                folder=str(folder),
                blobs=str(blobs),
                tied=not self._detached,
                owner=self._client if owned else "",
                program="" if self._detached else program_name(),
                sys_path=paths_for_workers(sys.path, os.fsdecode(current_folder())),
                initializer=self._initializer,
                capture=self._capture,
            )
            self._process, link = launch(settings, quiet=self._detached)
            undo.push(self._process)
            undo.callback(self._process.kill)
            undo.callback(link.close)
            self._connection = _read_answer(link, self._process)
            undo.pop_all()
        if self._detached:
            self._process.returncode = 0  # this process doesn't wait for it any more
            self._process = None
        return link

    def _cause_of_death(self) -> str:
        assert self._process is not None
        try:
            code = self._process.wait(END_TIMEOUT)
        except subprocess.TimeoutExpired:
            cause = "no longer answers"
        else:
            cause = (
                f"was killed by {signal.Signals(-code).name}"
                if code < 0
                else f"ended with status {code}"
            )
        at = time.strftime("%H:%M:%S")
        return (
            f"the engine's scheduler (pid {self._process.pid}) {cause} at {at}; the tasks that "
            "were not done are lost. Create a new Client to start a new engine"
        )

    def _await_end(self) -> None:
        assert self._process is not None
        try:
            self._process.wait(END_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def launch(
    settings: Settings, *, quiet: bool = False
) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start a scheduler process; return it and the socket on which it will answer."""
    try:
        ours, theirs = socket.socketpair()
    except OSError as error:
        raise EngineStartFailed(f"the engine's process could not be started: {error}") from error
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONSTARTUP"}
    environment |= thread_limits(settings.n_workers, environment)
    try:
        process = subprocess.Popen(
            [
                sys.executable,
                "-P",
                "-c",
                _BOOT,
                str(theirs.fileno()),
            ],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if quiet else None,
            stderr=subprocess.DEVNULL if quiet else None,
            start_new_session=True,
            env=environment,
        )
    except OSError as error:
        ours.close()
        raise EngineStartFailed(f"the engine's process could not be started: {error}") from error
    finally:
        theirs.close()
    data = json.dumps(msgspec.to_builtins(settings)).encode()  # accepts paths that aren't UTF-8
    with contextlib.suppress(OSError):  # it has ended already: `_read_answer` reports how
        ours.sendall(len(data).to_bytes(4, "little") + data)
    return process, ours


def _read_answer(link: socket.socket, process: subprocess.Popen[bytes]) -> ConnectionInfo:
    """Read the scheduler's one line, its connection info.  Raises `EngineStartFailed`."""
    link.settimeout(START_TIMEOUT)
    transport = b""
    try:
        while not transport.endswith(b"\n"):
            chunk = link.recv(65536)
            if not chunk:
                break
            transport += chunk
    except TimeoutError:
        raise EngineStartFailed(
            f"the engine's process (pid {process.pid}) did not answer within {START_TIMEOUT:g} s"
        ) from None
    if not transport:
        code = process.wait(END_TIMEOUT)
        raise EngineStartFailed(
            f"the engine's process ended with status {code} before it was ready; "
            "what it wrote to stderr says why"
        )
    answer = json.loads(transport)
    if "error" in answer:
        process.wait(END_TIMEOUT)
        raise EngineStartFailed(f"the engine could not start: {answer['error']}")
    return msgspec.convert(answer, ConnectionInfo)


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


def stop(connection: ConnectionInfo, *, force: bool = False) -> None:
    """Stop a shared engine and wait until its scheduler has ended.

    Args:
        connection: The engine to stop.
        force: Kill the engine's processes instead of sending a stop request.

    Raises:
        EngineNotStopped: The engine still runs after 5 seconds.
    """
    why = _stopped(connection, force=force)
    if why:
        raise EngineNotStopped(
            f"the engine {connection.name!r} (pid {connection.pid}) did not stop and still runs: "
            f"{why}. To kill it and all its tasks: "
            f"scaler-lab engine stop --force {connection.name}"
        )


def _stopped(connection: ConnectionInfo, *, force: bool = False) -> str:
    """Stop the engine as `stop` does; return why it still runs, or "" if it ended.

    An engine has ended when its lock is free and its process is gone.  An engine that hangs, was
    stopped by a signal or can't be reached still has both.
    """
    import psutil

    folder = Path(connection.folder)
    process = runtime_dir.process_of(connection)
    if force and process is not None:
        _kill_all(process)
        runtime_dir.sweep()
    else:
        _request_stop(connection)

    def runs() -> bool:
        if runtime_dir.is_alive(folder):
            return True
        try:  # the scheduler frees the lock shortly before its process ends
            return process is not None and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    end = time.monotonic() + END_TIMEOUT
    while runs():
        if time.monotonic() >= end:
            return _why_it_runs(process)
        time.sleep(0.01)
    return ""


def _request_stop(connection: ConnectionInfo) -> None:
    """Send a stop request to the scheduler; wait up to 5 seconds until it disconnects."""
    try:
        transport = connect(connection.lifeline)
    except OSError:
        return  # it has ended, or can't be reached
    with transport, contextlib.suppress(OSError):
        transport.settimeout(END_TIMEOUT)
        transport.sendall(liveness.STOP)
        transport.recv(1)


def _kill_all(scheduler: psutil.Process) -> None:
    """SIGKILL the scheduler.  Kill the processes it started if they don't end by themselves."""
    import psutil

    with contextlib.suppress(psutil.NoSuchProcess):
        children = scheduler.children(recursive=True)
        scheduler.kill()
        for child in psutil.wait_procs([scheduler, *children], timeout=END_TIMEOUT)[1]:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()


def _why_it_runs(process: psutil.Process | None) -> str:
    import psutil

    if process is None:
        return "it runs where this process can't see it, in another container or for another user"
    with contextlib.suppress(psutil.NoSuchProcess):
        if process.status() in (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP):
            return (
                "its process was stopped by a signal or a debugger; it will end after: "
                f"kill -CONT {process.pid}"
            )
    return "it is busy, or can't be reached"
