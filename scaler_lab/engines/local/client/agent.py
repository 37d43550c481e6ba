"""The client's side of the protocol with the scheduler.  Pure: bytes in, events out.

`AgentCore` is owned by the agent's thread (`agent_thread`).  It packs the client's messages into
frames for the scheduler, and turns the scheduler's frames into the events of the `Engine` contract.
"""

from __future__ import annotations

import logging
import os
import threading
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, assert_never

import msgspec

from scaler_lab.core.live_usage import LiveUsage, OnUsage
from scaler_lab.core.messages import (
    OUT_OF_RESOURCES,
    EngineGone,
    Event,
    InMemoryPayload,
    Payload,
    ResultKind,
    TaskCancelConfirm,
    TaskCancelRequested,
    TaskHeldBack,
    TaskId,
    TaskOutput,
    TaskProgress,
    TaskResult,
    TaskRetryRequested,
    TaskStarted,
)
from scaler_lab.core.stack import UNKNOWN, OnStack, TaskStack
from scaler_lab.engines.local import protocol
from scaler_lab.engines.local.client.replies import Replies
from scaler_lab.errors import EngineStartFailed, TaskOverMemory, TaskUnserializable, WorkerDied
from scaler_lab.serialization import pickling
from scaler_lab.serialization.payload import FlatPayload
from scaler_lab.serialization.streams import Segment

OpenBlob = Callable[[str], tuple[int, Sequence[Segment]]]

_NS = 1e-9

log = logging.getLogger(__name__)


class Blob:
    """A payload that came as a file.  The file is mapped into memory and already removed."""

    __slots__ = ("_failed", "_flags", "_segments")

    def __init__(self, flags: int, segments: Sequence[Segment], failed: bool) -> None:
        self._flags = flags
        self._segments = segments
        self._failed = failed

    def load(self) -> Any:
        unpack = pickling.unpack_exception if self._failed else pickling.unpack_value
        return unpack(self._flags, self._segments)


class LateBlob:
    """A payload whose file could not be mapped on arrival: no free descriptors or memory.

    The file is kept until it is read or until the client ends.
    """

    def __init__(self, open_blob: OpenBlob, name: str, failed: bool) -> None:
        self._open_blob = open_blob
        self._name = name
        self._failed = failed
        self._lock = threading.Lock()
        self._blob: Blob | None = None

    def fetch(self) -> Blob:
        """Map the file if needed.  Raises OSError with advice if that isn't possible now."""
        with self._lock:
            if self._blob is None:
                try:
                    flags, segments = self._open_blob(self._name)
                except OSError as error:
                    if error.errno not in OUT_OF_RESOURCES:
                        raise
                    raise OSError(
                        error.errno,
                        f"the result can't be read now ({os.strerror(error.errno)}): close some "
                        "files or raise the limit (ulimit -n), then ask for it again; it is kept",
                        error.filename,
                    ) from error
                self._blob = Blob(flags, segments, self._failed)
            return self._blob

    def load(self) -> Any:
        return self.fetch().load()


class AgentCore:
    """Packs messages for the scheduler into frames, and turns its frames into events.

    Args:
        engine_id: The id of the engine.  Frames from another engine are dropped.
        client: The id of this client.
        open_blob: Maps and removes a blob; returns its flags and segments.
        pid: The pid of this process, for display.
        name: The client's name in the views of an engine that clients share.
    """

    def __init__(
        self, engine_id: str, client: str, open_blob: OpenBlob, pid: int = 0, name: str = ""
    ) -> None:
        self._stacks = Replies[TaskStack]()
        self._usages = Replies[Mapping[TaskId, LiveUsage]]()
        self._engine_id = engine_id
        self._open_blob = open_blob
        self._hello: list[protocol.Down] = [protocol.ClientHello(client, pid=pid, name=name)]
        self._names: dict[int, str] = {0: ""}
        self._failures: list[Event] = []
        self._late: list[tuple[str, weakref.ref[LateBlob]]] = []
        self.dropped = 0
        self.gone = ""  # why the connection is over; "" while it is open

    # -- to the scheduler --------------------------------------------------------------------------

    def pack(self, messages: Iterable[protocol.Down]) -> list[bytes]:
        """Return the frames that carry *messages*."""
        frames: list[bytes] = []
        batch: list[protocol.Down] = self._hello
        self._hello = []
        size = 0
        for message in messages:
            batch.append(message)
            size += protocol.weigh(message)
            if size >= protocol.BATCH_BYTES:
                frames += self._frames(batch)
                batch, size = [], 0
        if batch:
            frames += self._frames(batch)
        return frames

    def request_stack(
        self, task_id: TaskId, reply: OnStack, *, at_once: bool
    ) -> protocol.StackRequest:
        """Return the request to send; *reply* gets the answer.  Any thread may call it."""
        number = self._stacks.expect(
            reply, lambda reason: TaskStack(task_id, UNKNOWN, problem=reason)
        )
        return protocol.StackRequest(number, task_id, at_once)

    def request_usage(self, reply: OnUsage) -> protocol.UsageRequest:
        """Return the request to send; *reply* gets the answer.  Any thread may call it."""
        return protocol.UsageRequest(self._usages.expect(reply, lambda _: {}))

    def lose_requests(self, reason: str) -> None:
        """Answer all requests: the engine is gone."""
        self._stacks.lose(reason)
        self._usages.lose(reason)

    def take_failures(self) -> list[Event]:
        """Return, once, the results of tasks that `pack` could not encode."""
        failures, self._failures = self._failures, []
        return failures

    def _frames(self, batch: list[protocol.Down]) -> list[bytes]:
        try:
            return [protocol.encode(protocol.DownEnvelope(self._engine_id, batch))]
        except Exception as error:
            if len(batch) > 1:  # only the faulty message must fail
                return [frame for message in batch for frame in self._frames([message])]
            self._fail(batch[0], error)
            return []

    def _fail(self, message: protocol.Down, error: Exception) -> None:
        log.error("can't send a message of type %s: %r", type(message).__name__, error)
        if type(message) is protocol.Submit:
            words = f"the task could not be sent to the engine: {type(error).__name__}: {error}"
            self._failures.append(
                TaskResult(
                    message.task_id,
                    ResultKind.FAILED,
                    InMemoryPayload(TaskUnserializable(words)),
                    error=f"TaskUnserializable: {words}",
                )
            )

    # -- from the scheduler ------------------------------------------------------------------------

    def take_in(self, frame: bytes | memoryview) -> list[Event]:
        """Return the events in a frame.

        A frame that can't be decoded, or comes from another engine, is only counted in `dropped`.
        """
        try:
            envelope = protocol.decode_up(frame)
        except msgspec.DecodeError:
            self.dropped += 1
            return []
        if envelope.engine != self._engine_id:
            self.dropped += 1
            return []
        if self._late:
            self.fetch_late()
        events: list[Event] = []
        for message in envelope.messages:
            event = self._event(message)
            if event is not None:
                events.append(event)
        return events

    def fetch_late(self) -> None:
        """Map the files that could not be mapped on arrival, as many as is possible now."""
        while self._late:
            name, reference = self._late[-1]
            late = reference()
            try:
                if late is None:
                    self._open_blob(name)  # the payload is unused: opening it removes the file
                else:
                    late.fetch()
            except (OSError, ValueError) as error:
                if isinstance(error, OSError) and error.errno in OUT_OF_RESOURCES:
                    return
            self._late.pop()

    def _event(self, message: protocol.Up) -> Event | None:
        match message:
            case protocol.Result():
                return TaskResult(
                    message.task_id,
                    ResultKind.FAILED if message.failed else ResultKind.SUCCESS,
                    self._payload(message),
                    self._worker(message.worker),
                    message.started_ns * _NS,
                    message.ended_ns * _NS,
                    message.error,
                    message.usage,
                    message.cancel_seconds,
                )
            case protocol.Started():
                return TaskStarted(
                    message.task_id, self._worker(message.worker), message.at_ns * _NS
                )
            case protocol.Confirm():
                return TaskCancelConfirm(
                    message.task_id,
                    message.resolution,
                    self._worker(message.worker),
                    message.detail,
                    message.ended_ns * _NS if message.ended_ns else None,
                    message.usage,
                    message.cancel_seconds,
                )
            case protocol.Died():
                error: WorkerDied | EngineStartFailed
                if message.pid is None:  # no worker had the task, so no cancel killed one
                    kind, error = ResultKind.FAILED, EngineStartFailed(message.message)
                else:
                    kind = ResultKind.WORKER_DIED
                    error = WorkerDied(message.message, message.pid, message.exit_code)
                return TaskResult(
                    message.task_id,
                    kind,
                    InMemoryPayload(error),
                    self._worker(message.worker),
                    message.started_ns * _NS if message.started_ns else None,
                    message.ended_ns * _NS if message.ended_ns else None,
                    f"{type(error).__name__}: {message.message.partition('. Only this')[0]}",
                    message.usage,
                )
            case protocol.OverMemory():
                return TaskResult(
                    message.task_id,
                    ResultKind.FAILED,
                    InMemoryPayload(
                        TaskOverMemory(message.message, message.limit or None, message.memory)
                    ),
                    self._worker(message.worker),
                    message.started_ns * _NS,
                    message.ended_ns * _NS,
                    f"{TaskOverMemory.__name__}: {message.message}",
                    message.usage,
                )
            case protocol.CancelRequested():
                return TaskCancelRequested(message.task_id, message.source)
            case protocol.RetryRequested():
                return TaskRetryRequested(message.task_id, message.source)
            case protocol.HeldBack():
                return TaskHeldBack(message.task_id, message.reason)
            case protocol.Progressed():
                return TaskProgress(message.task_id, message.progress)
            case protocol.Output():
                return TaskOutput(message.task_id, message.at, message.data)
            case protocol.Refusal():
                self.gone = f"the engine refused this client: {message.reason}"
                return EngineGone(self.gone)
            case protocol.Closing():
                self.gone = f"the engine ended: {message.reason}"
                return EngineGone(self.gone)
            case protocol.StackReply() | protocol.UsageReply() | protocol.ClientWelcome():
                self._take_reply(message)
                return None
            case _:
                assert_never(message)

    def _take_reply(
        self, message: protocol.StackReply | protocol.UsageReply | protocol.ClientWelcome
    ) -> None:
        if type(message) is protocol.StackReply:
            self._stacks.deliver(message.number, message.stack)
        elif type(message) is protocol.UsageReply:
            self._usages.deliver(message.number, message.usage)

    def _payload(self, message: protocol.Result) -> Payload:
        if not message.blob:
            return FlatPayload(message.data, is_error=message.failed)
        try:
            flags, segments = self._open_blob(message.blob)
        except Exception as error:  # any error: the other tasks' messages must still be read
            if not isinstance(error, OSError) or error.errno not in OUT_OF_RESOURCES:
                return _Unreadable(error)
            late = LateBlob(self._open_blob, message.blob, message.failed)
            self._late.append((message.blob, weakref.ref(late)))
            return late
        return Blob(flags, segments, message.failed)

    def _worker(self, number: int) -> str:
        name = self._names.get(number)
        if name is None:
            name = self._names[number] = f"worker {number}"
        return name


class _Unreadable:
    """A payload whose file can't be read; loading it raises the error."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def load(self) -> Any:
        raise self._error
