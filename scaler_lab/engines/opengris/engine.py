"""`OpenGrisEngine`: runs tasks on an OpenGRIS Scaler cluster.

    submit, request_cancel ──> tracker ──> sender thread ──> connection ──> Scaler
    emit <── emitting thread <── tracker <── on_... methods, in Scaler's threads

All threads use the tracker under one lock, and no thread blocks while it holds the lock.  Only the
sender thread calls Scaler; it sends cancels before tasks.  Only the emitting thread calls *emit*,
so the events of a task keep their order.  Twice per second, the emitting thread also checks the
connection, because Scaler leaves futures pending if the connection breaks.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import Any, Self

from scaler_lab.core.messages import (
    EngineGone,
    Event,
    InMemoryPayload,
    ResultKind,
    Task,
    TaskCancel,
    TaskId,
    Usage,
)
from scaler_lab.engines.base import Emit, Engine, Reach
from scaler_lab.engines.opengris import address
from scaler_lab.engines.opengris.address import Destination
from scaler_lab.engines.opengris.connection import PackedTask, ScalerConnection
from scaler_lab.engines.opengris.remote import RemoteResult, TaskRaised, clock_name
from scaler_lab.engines.opengris.tracker import (
    CancelReply,
    Effects,
    PendingCancel,
    ScalerTaskTracker,
)
from scaler_lab.errors import EngineLost, ProtocolMismatch, WorkerDied
from scaler_lab.serialization import pickling

log = logging.getLogger(__name__)

POLL_INTERVAL = 0.5
BATCH = 200  # most tasks sent together; a cancel waits for one such batch at most
CLOSE_TIMEOUT = 5.0  # for Scaler to stop the tasks in `close`; a kill takes it up to 3 s
DISCONNECT_TIMEOUT = 5.0


class OpenGrisEngine(Engine):
    """Runs tasks on an OpenGRIS Scaler cluster (2.9), which it neither starts nor stops.

    Create it with ``Client("scaler://HOST:PORT")`` or ``Client(scaler_client)``.  Either way, the
    engine has a connection of its own and closes it at the end.  From a `scaler.Client` that you
    give, it only reads the scheduler's address and the connection settings.  The cluster's workers
    need the same version of this package.

    A cancel removes queued tasks from the queue.  A running task is interrupted, and its process is
    killed after `remote.GRACE_SECONDS` at the latest, or after 3 s if it is stuck outside Python.
    *force* changes nothing about that.
    """

    label = "OpenGRIS Scaler"
    reach = Reach.STOPS_RUNNING
    reports_starts = True
    takes_bytes = True

    def __init__(self, destination: Destination) -> None:
        self._destination = destination
        self.label = f"OpenGRIS Scaler at {destination.address}"
        self._emit: Emit | None = None
        self._connection: ScalerConnection | None = None
        self._sender = threading.Thread(target=self._send, name="opengris-sender", daemon=True)
        self._emit_thread = threading.Thread(
            target=self._emit_events, name="opengris-events", daemon=True
        )
        self._closer: threading.Thread | None = None  # guarded by _lock, as are all fields below
        self._lock = threading.RLock()
        self._to_send = threading.Condition(self._lock)
        self._to_emit = threading.Condition(self._lock)
        self._is_empty = threading.Condition(self._lock)
        self._tracker = ScalerTaskTracker()
        self._calls: deque[PackedTask] = deque()
        self._cancels: deque[PendingCancel] = deque()
        self._events: deque[Event] = deque()
        self._gone = "the engine was not opened yet"
        self._is_over = False  # EngineGone is the last of _events

    @classmethod
    def from_given(
        cls,
        given: Any,
        *,
        tls: bool = False,
        tls_cert: str | None = None,
        tls_key: str | None = None,
        timeout_seconds: int | None = None,
        object_storage_address: str | None = None,
        monitor_address: str | None = None,
    ) -> Self:
        """Return the engine for a scheduler; `open` connects it.

        Warns if the connection leaves this machine and isn't encrypted.

        Args:
            given: ``"scaler://HOST:PORT"``, one of Scaler's own addresses, or a `scaler.Client`.
                With a client, only *monitor_address* may be given as well.
            tls: Whether to encrypt the connection.
            tls_cert: Path of the certificate.
            tls_key: Path of the certificate's key.
            timeout_seconds: How long the scheduler may be silent before it is considered lost;
                Scaler's default is 60.
            object_storage_address: The object storage's address, if the one that the scheduler
                announces can't be reached from here.
            monitor_address: The monitor's address, if it isn't at the scheduler's port plus 2.

        Raises:
            ValueError: *given* isn't a valid address.
            TypeError: A setting was given that the `scaler.Client` already has.
        """
        settings: dict[str, Any] = {
            "tls_cert": tls_cert,
            "tls_key": tls_key,
            "timeout_seconds": timeout_seconds,
            "object_storage_address": object_storage_address,
        }
        if isinstance(given, str):
            destination = address.of_address(given, tls=tls, **settings)
        else:
            refused = [name for name, value in settings.items() if value is not None]
            if refused or tls:
                names = ", ".join(["tls"] * tls + refused)
                raise TypeError(
                    f"{names}: only allowed with an address; {given!r} has its own settings"
                )
            destination = address.of_client(given)
        if monitor_address is not None:
            destination = destination._replace(monitor_address=monitor_address)
        return cls(destination)

    # -- the contract ------------------------------------------------------------------------------

    def open(self, emit: Emit) -> None:
        self._destination.resolve()
        self._emit = emit
        self._connection = ScalerConnection(self._destination, self)
        self._gone = ""
        self._sender.start()
        self._emit_thread.start()

    def submit(self, tasks: Sequence[Task]) -> None:
        calls: list[PackedTask] = []
        for task in tasks:
            packed = pickling.packed_call(task).owned()  # the sender thread may send it later
            if task.packed is not None:
                task.keep(packed)
            calls.append(PackedTask(task.task_id, packed))
        with self._lock:
            if self._gone:
                raise EngineLost(self._gone)
            self._tracker.add(call.task_id for call in calls)
            self._calls.extend(calls)
            self._to_send.notify()

    def request_cancel(self, cancel: TaskCancel) -> None:
        now = time.monotonic()
        with self._lock:
            self._carry_out(self._tracker.request_cancel(cancel.task_ids, now, force=cancel.force))

    def close(self, *, wait: bool = True) -> None:
        with self._lock:
            if self._closer is None:
                self._closer = threading.Thread(
                    target=self._close, name="opengris-close", daemon=True
                )
                if self._connection is None:
                    self._gone = "the engine was closed"
                    return
                self._closer.start()
            closer = self._closer
        if (
            wait
            and closer.ident is not None
            and threading.current_thread() is not self._emit_thread
        ):
            closer.join(CLOSE_TIMEOUT + 2 * DISCONNECT_TIMEOUT + 2.0)

    # -- connection events: in Scaler's threads ----------------------------------------------------

    def on_start(self, task_id: TaskId, worker: str, clock: str, began: float) -> None:
        """A worker reports that it runs a task."""
        now = time.monotonic()
        at = began if clock == clock_name() else now
        with self._lock:
            self._carry_out(self._tracker.start(task_id, worker, at, now))

    def on_result_coming(self, task_id: TaskId) -> None:
        """Scaler reports that a task ended; its result is not here yet."""
        with self._lock:
            self._tracker.expect_end(task_id)

    def on_cancel_reply(self, task_id: TaskId, answer: CancelReply) -> None:
        """Scaler replied to a cancel."""
        with self._lock:
            self._carry_out(Effects(self._tracker.on_cancel_reply(task_id, answer), []))

    def on_fetched(self, task_id: TaskId, value: Any, error: BaseException | None) -> None:
        """A task's result was fetched."""
        if isinstance(error, TaskRaised):
            self._end(task_id, ResultKind.FAILED, error.ended, error.line)
        elif isinstance(value, RemoteResult):
            self._end(task_id, ResultKind.SUCCESS, value)
        else:
            kind, ours = _of_scaler(error)
            if ours is not None:
                with self._lock:
                    line = f"{type(ours).__name__}: {ours}"
                    events = self._tracker.end(task_id, kind, InMemoryPayload(ours), error=line)
                    self._carry_out(Effects(events, []))

    def on_worker_lost(self, task_id: TaskId) -> None:
        """Scaler lost the worker that had a task."""
        with self._lock:
            self._carry_out(self._tracker.lose_worker(task_id))

    def on_count(self, n_known: int) -> None:
        """The scheduler reports how many of this engine's tasks it has."""
        with self._lock:
            self._carry_out(Effects(self._tracker.compare(n_known, time.monotonic()), []))

    def _end(self, task_id: TaskId, kind: ResultKind, ended: RemoteResult, line: str = "") -> None:
        began_at = ended_at = None
        if ended.clock == clock_name():
            began_at, ended_at = ended.began, ended.ended
        payload = _RemotePayload(ended.packed, failed=kind is ResultKind.FAILED)
        with self._lock:
            events = self._tracker.end(
                task_id,
                kind,
                payload,
                worker=ended.worker,
                started_at=began_at,
                ended_at=ended_at,
                error=line,
                usage=Usage(ended.cpu_ns, 0, ended.bytes_in, len(ended.packed)),
            )
            self._carry_out(Effects(events, []))

    # -- under the lock ----------------------------------------------------------------------------

    def _carry_out(self, output: Effects) -> None:
        if output.events and not self._is_over:
            self._events.extend(output.events)
            self._to_emit.notify()
            if not self._tracker:
                self._is_empty.notify_all()
        if output.cancels:
            self._cancels.extend(output.cancels)
            self._to_send.notify()

    def _emit_gone(self, reason: str) -> None:
        """Queue `EngineGone` as the last event; the tasks that are still open are lost."""
        self._gone = self._gone or reason
        if not self._is_over:
            self._is_over = True
            self._events.append(EngineGone(reason))
        self._calls.clear()
        self._cancels.clear()
        for condition in (self._to_emit, self._to_send, self._is_empty):
            condition.notify_all()

    # -- the sender thread -------------------------------------------------------------------------

    def _send(self) -> None:
        line = self._connection
        assert line is not None
        while True:
            with self._lock:
                while not (self._cancels or self._calls or self._is_over):
                    self._to_send.wait()
                if self._is_over:
                    return
                cancels = list(self._cancels)
                self._cancels.clear()
                calls: list[PackedTask] = []
                while not cancels and self._calls and len(calls) < BATCH:
                    call = self._calls.popleft()
                    if self._tracker.take(call.task_id):
                        calls.append(call)
            try:
                for cancel in cancels:
                    line.cancel(cancel.task_id, hard=cancel.hard)
                if calls:
                    line.send(calls)
                    with self._lock:
                        sent = [call.task_id for call in calls]
                        self._tracker.mark_sent(sent, time.monotonic())
            except Exception as error:
                log.debug("Scaler refused a message", exc_info=True)
                with self._lock:
                    self._emit_gone(self._lost(f"{type(error).__name__}: {error}"))
                return
            del calls

    # -- the emitting thread -----------------------------------------------------------------------

    def _emit_events(self) -> None:
        line, emit = self._connection, self._emit
        assert line is not None
        assert emit is not None
        check_at = time.monotonic() + POLL_INTERVAL
        while True:
            with self._lock:
                if not self._events:
                    self._to_emit.wait(max(0.0, check_at - time.monotonic()))
                if time.monotonic() >= check_at:
                    check_at = time.monotonic() + POLL_INTERVAL
                    if not self._is_over and not line.is_alive():
                        self._emit_gone(self._lost("the connection broke"))
                    self._carry_out(Effects([], self._tracker.due(time.monotonic())))
                events = list(self._events)
                self._events.clear()
                is_over = self._is_over
            if events:
                emit(events)
            if is_over:
                return

    def _lost(self, how: str) -> str:
        return (
            f"{self.label} was lost ({how}).  Whether its open tasks had an effect is unknown; "
            "check that the scheduler runs, and create a new Client"
        )

    # -- the closing thread ------------------------------------------------------------------------

    def _close(self) -> None:
        line = self._connection
        assert line is not None
        with self._lock:
            self._gone = self._gone or "the engine was closed"
            self._carry_out(self._tracker.request_cancel(self._tracker.open_ids, time.monotonic()))
            self._is_empty.wait_for(lambda: not self._tracker or self._is_over, CLOSE_TIMEOUT)
            self._emit_gone("the engine was closed")
        self._emit_thread.join(DISCONNECT_TIMEOUT)
        if not line.close(DISCONNECT_TIMEOUT):
            log.warning("Scaler's client did not disconnect within %g s", DISCONNECT_TIMEOUT)
        self._sender.join(DISCONNECT_TIMEOUT)


class _RemotePayload:
    """A `Payload` that holds a value or exception, packed as it was received."""

    __slots__ = ("_failed", "_packed")

    def __init__(self, packed: bytes, *, failed: bool) -> None:
        self._packed = packed
        self._failed = failed

    def load(self) -> Any:
        flags, segments = pickling.unflatten(self._packed)
        if self._failed:
            return pickling.unpack_exception(flags, segments)
        return pickling.unpack_value(flags, segments)


def _of_scaler(error: BaseException | None) -> tuple[ResultKind, Exception | None]:
    """Return the verdict's kind and error for a task that Scaler failed.

    The error is None if Scaler itself is gone.  Errors are matched by name, because Scaler's
    modules move between versions.
    """
    name = type(error).__name__
    match name:
        case "ProcessorDiedError" | "WorkerDiedError":
            return ResultKind.WORKER_DIED, WorkerDied(
                f"the process that ran this task died: {error}"
            )
        case (
            "DisconnectedError"
            | "TimeoutError"
            | "ConnectionError"
            | ("ClientQuitException" | "ClientShutdownException" | "ClientCancelledException")
        ):
            return ResultKind.FAILED, None  # the emitting thread will detect the broken connection
        case "DeserializeObjectError":
            return ResultKind.FAILED, ProtocolMismatch(
                f"Scaler's worker could not rebuild this task ({error}): install scaler-lab, of "
                "this very version, where the cluster's workers run"
            )
        case _:
            lost = EngineLost(f"Scaler could not bring this task to an end: {name}: {error}")
            lost.__cause__ = error
            return ResultKind.FAILED, lost
