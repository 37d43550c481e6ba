"""`SchedulerConnection`: the part of an engine that submits and cancels through a scheduler.

Whichever process started the scheduler, the engine of a client is a connection to it.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import socket
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from scaler_lab.core.live_usage import OnUsage
from scaler_lab.core.messages import (
    NO_ANNOTATIONS,
    Task,
    TaskAnnotations,
    TaskCancel,
    TaskDropped,
    TaskId,
)
from scaler_lab.core.outbox import Prepared
from scaler_lab.core.stack import OnStack
from scaler_lab.engines.base import Emit, Engine, Feature, OnEdit, Reach
from scaler_lab.engines.local import protocol
from scaler_lab.engines.local.blobs import INLINE_LIMIT, BlobFolder
from scaler_lab.engines.local.client.agent_thread import AgentThread, Batch, Place
from scaler_lab.engines.local.client.current_folder import current_folder
from scaler_lab.engines.local.client.local_ref import LocalRef
from scaler_lab.engines.local.client.nested import NestedTasks
from scaler_lab.engines.local.client.transport import StreamTransport
from scaler_lab.engines.local.worker import shared_data
from scaler_lab.errors import EngineLost
from scaler_lab.runtime.runtime_dir import ConnectionInfo
from scaler_lab.serialization import pickling


class SchedulerConnection(Engine):
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
            *((Feature.MEMORY_LIMITS, Feature.USAGE) if sys.platform == "linux" else ()),
        }
    )

    def __init__(self) -> None:
        self._client = os.urandom(16).hex()
        self._agent: AgentThread | None = None
        self._blobs: BlobFolder | None = None
        self._shared = itertools.count(1)
        self._lock = threading.Lock()
        self._closed = False
        self._place = Place([], b"")  # where the program was at the last submit
        self._nested: NestedTasks | None = None  # set inside a task of this same engine

    def submit(self, tasks: Sequence[Task]) -> None:
        prepared = self.prepare(tasks)
        prepared.outbox.put(prepared.batch)

    def prepare(self, tasks: Sequence[Task]) -> Prepared:
        agent, blobs = self._agent, self._blobs
        if agent is None or blobs is None:
            raise EngineLost(f"{self.label} is not open")
        folder, place = current_folder(), self._place
        if folder != place.folder or sys.path != place.sys_path:
            place = self._place = Place(list(sys.path), folder)
        messages: list[protocol.Down] = []
        prepared = Prepared(agent.outbox, Batch(messages, place))
        now = time.monotonic()
        limit = protocol.NAME_CHARACTERS
        try:
            if self._nested is not None:
                prepared.undo = functools.partial(self._undo, blobs, tasks)
                self._nested.add(task.task_id for task in tasks)
            for task in tasks:
                packed = pickling.packed_call(task)
                if packed.nbytes > INLINE_LIMIT:
                    blob = self._name_of_blob(task)
                    if prepared.undo is None:
                        prepared.undo = functools.partial(self._undo, blobs, tasks)
                    blobs.write(blob, packed)
                    if task.packed is not None and packed.is_borrowed:
                        task.keep(_KeptBlob(blobs, blob, f"{blob}.kept"))
                    data = b""
                else:
                    blob = ""
                    data = pickling.flatten(packed)
                annotations = task.annotations
                if annotations is not NO_ANNOTATIONS:
                    annotations = _sendable(annotations)
                messages += (
                    protocol.Submit(
                        task.task_id,
                        task.name[:limit],
                        data,
                        blob,
                        annotations,
                        now,
                        task.attempt,
                        task.first_id,
                    ),
                )
            if agent.gone:
                agent.check()
            if len(messages) == 1 and agent.outbox.accepts_frame:
                prepared.frame = agent.frame_of(messages)
        except BaseException:
            prepared.give_up()
            raise
        return prepared

    def _name_of_blob(self, task: Task) -> str:
        return f"{self._client}-{task.task_id}.a"

    def _undo(self, blobs: BlobFolder, tasks: Sequence[Task]) -> None:
        """Remove the files and records made for tasks that are not submitted after all."""
        for task in tasks:
            with contextlib.suppress(OSError):  # not written, or removed with its engine
                blobs.remove(self._name_of_blob(task))
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
                _sendable(task.annotations),
                now,
            )
            for task in tasks
        )

    def expect_no_more(self, dropped: Sequence[TaskDropped]) -> None:
        limit = protocol.NAME_CHARACTERS
        self._send(
            protocol.Dropped(
                one.task_id,
                one.error[:limit],
                one.detail[:limit],
                one.requested_by,
                one.cancel_requested,
            )
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

    def request_stack(self, task_id: TaskId, reply: OnStack, *, at_once: bool = False) -> None:
        if self._agent is None:
            raise EngineLost(f"{self.label} is not open")
        self._agent.request_stack(task_id, reply, at_once=at_once)

    def request_usage(self, reply: OnUsage) -> None:
        if self._agent is None:
            raise EngineLost(f"{self.label} is not open")
        if Feature.USAGE not in self.features:
            super().request_usage(reply)
        self._agent.request_usage(reply)

    def _connect(
        self,
        connection: ConnectionInfo,
        end: socket.socket,
        emit: Emit,
        cause_of_death: Callable[[], str],
        shown_as: str = "",
    ) -> None:
        """Start the agent's thread on *end*, the stream to the scheduler.

        *shown_as* is the client's name in views, unless they call the engine itself that.
        """
        self.feed_id = connection.engine_id
        self._blobs = BlobFolder(Path(connection.blobs), self._engine_runs)
        if not connection.captures:
            self.features = self.features - {Feature.OUTPUT}
        if shared_data.is_worker_of(connection.blobs):
            folder = Path(connection.folder)
            self._nested = NestedTasks(folder, self._client, connection.n_workers, self.label)
            emit = self._nested.following(emit)
            shown_as = self.client_name  # the program's name is that of the worker
        self._agent = AgentThread(
            connection, self._client, shown_as, StreamTransport(end), emit, cause_of_death
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


def _sendable(annotations: TaskAnnotations) -> TaskAnnotations:
    """Return *annotations* with a group name that the protocol accepts."""
    if len(annotations.group_name) <= protocol.NAME_CHARACTERS:
        return annotations
    cut = annotations.group_name[: protocol.NAME_CHARACTERS]
    return msgspec.structs.replace(annotations, group_name=cut)


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
