"""The connection to Scaler: all calls to its library, and all messages from it.

    sender thread ─────── send, cancel ───> Scaler's Client ──> its agent thread ──> the scheduler
    ConnectionEvents <─── start, cancel reply, result coming ───┘  (in the agent's thread)
                     <─── result, fetched ──── ScalerFuture's done-callback  (in its executor's)
                     <─── worker lost ──────── the scheduler's monitor  (in `Monitor`'s thread)

Scaler's public calls can't do all that an engine needs.  `Client.submit` waits for one upload after
the other (3 ms each).  `ScalerFuture.cancel` can only send the hard cancel, and reports neither
what happened to the task nor when it started.  So this module uses the private parts listed in
`_PARTS`.  A new connection checks first that they exist: a Scaler that lacks some is refused with
an error that names them, instead of an AttributeError in the middle of the work.

Defects of Scaler 2.9.0 that this module works around:

  - `Client` is not thread-safe: uploads of one thread get lost to another.  So a connection creates
    a client of its own, even if the user gave one, and only one thread calls it.
  - A done-callback that calls the client deadlocks it.  So `ConnectionEvents` only record what
    happened.
  - Scaler drops a future whose result is announced before it has fetched the result.  The future
    stays pending forever if the connection breaks meanwhile.  So call `is_alive` from time to time.
  - `disconnect()` cancels one task after the other and waits for each without a limit.  So `close`
    makes the client forget the tasks first.
"""

from __future__ import annotations

import importlib
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple, Protocol

from scaler_lab.core.messages import TaskId
from scaler_lab.engines.opengris.address import Destination
from scaler_lab.engines.opengris.monitor import Monitor
from scaler_lab.engines.opengris.remote import Header, read_start, run_call
from scaler_lab.engines.opengris.tracker import CancelReply
from scaler_lab.errors import EngineStartFailed
from scaler_lab.serialization.streams import N_STREAMS, Packed

log = logging.getLogger(__name__)

CONNECT_TIMEOUT = 30.0
POLL_INTERVAL = 2.0
SILENT_HEARTBEATS = 3

_PARTS = (
    "_Client__submit",
    "_connector_agent.send",
    "_object_buffer.buffer_send_function",
    "_object_buffer.commit_send_objects",
    "_future_manager.set_all_futures_with_exception",
    "_future_manager.on_task_result",
    "_bridge.is_alive",
    "_stop_event.is_set",
    "_heartbeat_interval_seconds",
    "_bridge._agent._connector_external._callback",
)


class PackedTask(NamedTuple):
    """A packed call that is ready to be sent."""

    task_id: TaskId
    packed: Packed


class ConnectionEvents(Protocol):
    """Receives what Scaler reports.

    Called in Scaler's threads.  Implementations only record the event, and return.
    """

    def on_start(self, task_id: TaskId, worker: str, clock: str, began: float) -> None: ...
    def on_result_coming(self, task_id: TaskId) -> None: ...
    def on_cancel_reply(self, task_id: TaskId, answer: CancelReply) -> None: ...
    def on_fetched(self, task_id: TaskId, value: Any, error: BaseException | None) -> None: ...
    def on_worker_lost(self, task_id: TaskId) -> None: ...
    def on_count(self, n_known: int) -> None: ...


class ScalerConnection:
    """The engine's own connection to one scheduler.

    Only one thread may call `send` and `cancel`.
    """

    def __init__(self, destination: Destination, events: ConnectionEvents) -> None:
        """Connect to the scheduler.  Blocks for `CONNECT_TIMEOUT` seconds at most.

        Args:
            destination: The scheduler's address and settings.
            events: Receives what Scaler reports.

        Raises:
            EngineStartFailed: No connection within that time, or an unsuitable version of Scaler.
        """
        wire = importlib.import_module("scaler.protocol.capnp")
        self._version = str(importlib.import_module("scaler.about").__version__)
        self._make_cancel: Callable[..., Any] = wire.TaskCancel
        self._make_flags: Callable[..., Any] = wire.TaskCancel.TaskCancelFlags
        self._make_name: Callable[[bytes], bytes] = importlib.import_module(
            "scaler.utility.identifiers"
        ).TaskID
        self._log_type: Any = wire.TaskLog
        self._confirm_type: Any = wire.TaskCancelConfirm
        self._canceled: Any = wire.TaskCancelConfirmType.canceled
        self._result_type: Any = wire.TaskResult
        confirms = wire.TaskCancelConfirmType
        self._cancel_replies: dict[Any, CancelReply] = {
            confirms.canceled.value: CancelReply.CANCELED,
            confirms.cancelNotFound.value: CancelReply.NOT_FOUND,
        }
        self._destination = destination
        self._events = events
        self._received_at = time.monotonic()
        self._names: dict[TaskId, bytes] = {}  # our task id -> Scaler's id
        self._tasks: dict[bytes, TaskId] = {}  # Scaler's id -> our task id
        self._client: Any = _connect(importlib.import_module("scaler").Client, destination)
        missing = [part for part in _PARTS if not _has(self._client, part)]
        if missing:
            self._client.disconnect()
            raise EngineStartFailed(
                f"OpenGRIS Scaler {self._version} is not one that this version of scaler_lab knows "
                f"(it lacks {', '.join(missing)}): pip install 'opengris-scaler==2.9.*'"
            )
        self._silence_seconds: float = SILENT_HEARTBEATS * self._client._heartbeat_interval_seconds
        connector = self._client._bridge._agent._connector_external
        self._monitor = Monitor(
            destination, bytes(self._client.identity), self._on_lost, events.on_count
        )
        self._monitor.start()
        self._pass_on: Callable[[Any], Awaitable[None]] = connector._callback
        connector._callback = self._receive

    # -- to Scaler ---------------------------------------------------------------------------------

    def send(self, calls: Sequence[PackedTask]) -> None:
        """Upload the data of all calls together, then send the calls.

        Blocks until the storage server has all data.  If the scheduler is lost, it raises whatever
        Scaler raises.
        """
        client = self._client
        if client is None:
            raise ConnectionError("the connection is closed")
        function = client._object_buffer.buffer_send_function(run_call).object_id
        tasks: list[Any] = []
        kept: list[Any] = []  # Scaler identifies objects by `id` until they are committed
        for call in calls:
            flags, segments = call.packed
            header: Header = (flags, min(N_STREAMS[flags], len(segments)))
            args = (header, *map(bytes, segments))
            kept.append(args)
            task, future = client._Client__submit(
                function, args, delayed=True, capabilities=None, reserialize=True
            )
            name = bytes(task.taskId)
            self._tasks[name] = call.task_id
            self._names[call.task_id] = name
            future.add_done_callback(self._fetched)  # before sending, so that results are fetched
            tasks.append(task)
        client._object_buffer.commit_send_objects()
        for task in tasks:
            client._connector_agent.send(task)

    def cancel(self, task_id: TaskId, *, hard: bool) -> None:
        """Request that a task be stopped.  Any reply is passed to the events object."""
        name, client = self._names.get(task_id), self._client
        if name is not None and client is not None:
            message = self._make_cancel(
                taskId=self._make_name(name), flags=self._make_flags(force=hard)
            )
            client._connector_agent.send(message)

    def is_alive(self) -> bool:
        """Whether the connection still works.

        Scaler itself considers a silent scheduler lost after its `timeout_seconds`.  This method
        checks earlier: if the scheduler was silent for a few heartbeats, it is lost if nothing
        listens at its address any more.  The check blocks for `POLL_INTERVAL` seconds at most.
        """
        client = self._client
        if client is None or not client._bridge.is_alive() or client._stop_event.is_set():
            return False
        now = time.monotonic()
        if now - self._received_at < self._silence_seconds:
            return True
        self._received_at = now  # so that the next check comes after another such silence
        return self._destination.is_there(POLL_INTERVAL)

    def close(self, timeout: float) -> bool:
        """Disconnect; the scheduler cancels the tasks that are still open.

        Args:
            timeout: Seconds to wait.  After that, disconnecting continues in a thread.

        Returns:
            Whether the connection was closed within *timeout* seconds.
        """
        self._monitor.stop()
        ending = threading.Thread(target=self._disconnect, name="opengris-disconnect", daemon=True)
        ending.start()
        ending.join(timeout)
        self._monitor.join(timeout)
        return not ending.is_alive()

    def _disconnect(self) -> None:
        client, self._client = self._client, None  # the last reference: it closes the sockets
        if client is None:
            return
        try:
            gone = ConnectionError("the engine was closed")
            client._future_manager.set_all_futures_with_exception(gone)
            client.disconnect()
        except Exception:
            log.debug("disconnecting from Scaler", exc_info=True)
        client._bridge._agent._connector_external._callback = self._pass_on
        self._pass_on = _drop

    # -- from Scaler: all of this runs in Scaler's threads -----------------------------------------

    async def _receive(self, message: Any) -> None:
        """Report what the engine needs from a message, then pass it on to Scaler's client."""
        self._received_at = time.monotonic()
        try:
            if self._note(message):
                return
        except Exception:
            log.exception("a message of Scaler's could not be read: %r", message)
        await self._pass_on(self._quieted(message))

    def _quieted(self, message: Any) -> Any:
        """Replace the reply "not found" to a cancel, so that Scaler's client doesn't log an error.

        It becomes "canceled": a cancel that came too late isn't an error here.  Apart from the log,
        Scaler's client treats the two replies alike.
        """
        if (
            isinstance(message, self._confirm_type)
            and self._cancel_replies.get(message.cancelConfirmType.value) is CancelReply.NOT_FOUND
        ):
            return self._confirm_type(taskId=message.taskId, cancelConfirmType=self._canceled)
        return message

    def _note(self, message: Any) -> bool:
        """Report a message to the events object; True if Scaler's client must not receive it."""
        if isinstance(message, self._log_type):
            start = read_start(message.content)
            if start is None:
                return False
            task_id = self._tasks.get(bytes(message.taskId))
            if task_id is not None:
                self._events.on_start(task_id, *start)
            return True
        if isinstance(message, self._confirm_type):
            task_id = self._tasks.get(bytes(message.taskId))
            answer = self._cancel_replies.get(message.cancelConfirmType.value)
            if task_id is not None and answer is not None:
                self._events.on_cancel_reply(task_id, answer)
        elif isinstance(message, self._result_type):
            task_id = self._tasks.get(bytes(message.taskId))
            if task_id is not None:
                self._events.on_result_coming(task_id)
        return False

    def _on_lost(self, name: bytes) -> None:
        task_id = self._tasks.get(name)
        if task_id is not None:
            self._events.on_worker_lost(task_id)

    def _fetched(self, future: Any) -> None:
        name = bytes(future.task_id)
        task_id = self._tasks.pop(name, None)
        if task_id is None:
            return
        self._names.pop(task_id, None)
        if future.cancelled():
            return  # the confirmation of the cancel was reported already
        error = future.exception(0)
        self._events.on_fetched(task_id, None if error is not None else future.result(0), error)


async def _drop(_message: Any) -> None:
    """Ignore a message that arrives at a closed connection."""


def _has(thing: Any, path: str) -> bool:
    for name in path.split("."):
        thing = getattr(thing, name, None)
        if thing is None:
            return False
    return True


def _connect(client_type: Callable[..., Any], destination: Destination) -> Any:
    """Return a new Scaler client.

    It is created in a daemon thread, because its constructor waits without a limit.
    """
    made: list[Any] = []
    failed: list[BaseException] = []
    given_up = threading.Event()

    def connect() -> None:
        try:
            client = client_type(**destination.client_settings)
        except BaseException as error:
            failed.append(error)
            return
        made.append(client)
        if given_up.is_set():
            client.disconnect()

    thread = threading.Thread(target=connect, name="opengris-connect", daemon=True)
    thread.start()
    thread.join(CONNECT_TIMEOUT)
    if failed:
        raise EngineStartFailed(
            f"could not connect to {destination.address}: {failed[0]!r}"
        ) from failed[0]
    if not made:
        given_up.set()
        raise EngineStartFailed(
            f"{destination.address} did not answer within {CONNECT_TIMEOUT:g} s: is it a Scaler "
            "scheduler, of a version like the one installed here, and does its object storage run?"
        )
    return made[0]
