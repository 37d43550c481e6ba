"""The agent's thread: owns the client's end of the connection, sends messages, emits events.

    any thread: a batch  ──> Outbox ──┐
                      WakeupSocket ───┤ poll ── AgentCore ─┬─> emit(events)
    scheduler: frames ────────────────┘                    └─> frames

Other threads put whole batches into the outbox, in one step that an interrupt can't split, or
write one small frame while this thread sleeps: see `core.outbox`.  If many tasks are submitted in a
row, the first one is written at once, the second one wakes this thread, and the others gather for a
moment, so that the scheduler doesn't need one loop turn for each.

It runs no user code: nothing is unpickled here and no callback is called.
"""

from __future__ import annotations

import logging
import os
import select
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from scaler_lab.core import fork_guard
from scaler_lab.core.live_usage import OnUsage
from scaler_lab.core.messages import EngineGone, Event, TaskId
from scaler_lab.core.outbox import Outbox
from scaler_lab.core.stack import OnStack
from scaler_lab.engines.base import Emit
from scaler_lab.engines.local import protocol
from scaler_lab.engines.local.blobs import BlobFolder
from scaler_lab.engines.local.client.agent import AgentCore
from scaler_lab.engines.local.client.transport import WHOLE_BYTES, StreamTransport
from scaler_lab.engines.local.framing import HEAD
from scaler_lab.engines.local.settings import paths_for_workers
from scaler_lab.errors import EngineLost
from scaler_lab.runtime.runtime_dir import ConnectionInfo
from scaler_lab.runtime.wakeup import WakeupSocket

log = logging.getLogger(__name__)

JOIN_TIMEOUT = 10.0
GOODBYE_TIMEOUT = 2.0
LAST_MESSAGE_TIMEOUT = 5.0
BURST = 8  # after so many messages sent in one turn, the next ones are left to gather
GATHER_MS = 1


class Place(msgspec.Struct, frozen=True, gc=False):
    """The program's `sys.path` and current folder (empty if it was removed)."""

    sys_path: list[str]  # never changed
    folder: bytes

    def message(self) -> protocol.Paths:
        """Return the message that sets it for all later tasks."""
        paths = paths_for_workers(self.sys_path, os.fsdecode(self.folder))
        return protocol.Paths([os.fsencode(path) for path in paths], self.folder)


class Batch(msgspec.Struct, frozen=True, gc=False):
    """Messages that are put into the outbox in one step, and sent in order.

    Each batch of tasks has its *place*, because a batch that was prepared earlier may be put into
    the outbox later.  The agent's thread sends the place if it isn't that of the last batch.
    """

    messages: list[protocol.Down]
    place: Place | None = None


class AgentThread:
    """One client's connection to one scheduler, served by a thread of its own.

    *client* is its id, and *name* its name in the views of an engine that clients share.  The agent
    takes over *transport* and closes it.  When the connection ends, *cause_of_death*
    returns a message for people that explains why.
    """

    def __init__(
        self,
        connection: ConnectionInfo,
        client: str,
        name: str,
        transport: StreamTransport,
        emit: Emit,
        cause_of_death: Callable[[], str],
    ) -> None:
        self._emit = emit
        self._transport = transport
        self._cause_of_death = cause_of_death
        self._engine_id = connection.engine_id
        blobs = BlobFolder(Path(connection.blobs))
        self._core = AgentCore(
            connection.engine_id,
            client,
            lambda blob: blobs.read(blob, unlink=True),
            os.getpid(),
            name,
        )
        self._wakeup = WakeupSocket()
        self.outbox = Outbox(self._wakeup.send, transport.write_whole)
        self._is_ending = False
        self.gone = ""
        """Why the connection is over; "" while it is open."""
        self._thread = threading.Thread(target=self._run, name="scaler_lab-agent", daemon=True)
        fork_guard.close_in_child(self)
        self._thread.start()

    # -- from any thread -------------------------------------------------------------------------

    def post(self, *messages: protocol.Down) -> None:
        """Queue *messages* to be sent in order.  Raises `EngineLost` if the engine is gone."""
        self.check()
        self.outbox.put(Batch(list(messages)))

    def request_stack(self, task_id: TaskId, reply: OnStack, *, at_once: bool) -> None:
        """Request where a task is.  Raises `EngineLost` if the engine is gone."""
        self._request(self._core.request_stack(task_id, reply, at_once=at_once))

    def request_usage(self, reply: OnUsage) -> None:
        """Request what the running tasks use.  Raises `EngineLost` if the engine is gone."""
        self._request(self._core.request_usage(reply))

    def _request(self, message: protocol.Down) -> None:
        self.post(message)
        if self.gone:
            self._core.lose_requests(self.gone)

    def frame_of(self, messages: list[protocol.Down]) -> bytes:
        """Return *messages* as a frame that `Outbox.write` accepts; b"" if that isn't possible."""
        try:
            frame = protocol.encode_strictly(protocol.DownEnvelope(self._engine_id, messages))
        except Exception:  # `AgentCore.pack` handles it
            return b""
        return HEAD.pack(len(frame)) + frame if len(frame) <= WHOLE_BYTES else b""

    def check(self) -> None:
        """Raise `EngineLost` if the engine is gone or this connection was closed."""
        if self.gone:
            raise EngineLost(self.gone)

    def close(self, *, wait: bool) -> None:
        """Send a goodbye and end the thread; with *wait*, join it for up to `JOIN_TIMEOUT`."""
        self._is_ending = True
        self._wakeup.wake()
        if wait and self._thread is not threading.current_thread():
            self._thread.join(JOIN_TIMEOUT)

    def close_in_child(self) -> None:
        """In a forked child: close its copies of the parent's sockets; the parent keeps its own."""
        self._transport.close_in_child()
        self._wakeup.close()

    # -- the thread ------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._serve()
        except Exception as error:  # a bug here must not leave futures pending forever
            log.exception("the agent failed")
            self._lose(f"scaler_lab's agent failed: {type(error).__name__}: {error}")
        finally:
            if self._is_ending:
                self._await_last_word()
            # No thread is left to be woken, and no frame must be written to a closed descriptor.
            self.outbox.accepts_frame = self.outbox.is_sender_asleep = False
            self._wait_for_writer()
            self._transport.close(GOODBYE_TIMEOUT if self._is_ending else 0.0)
            self._wakeup.close()

    def _serve(self) -> None:
        transport, core, outbox = self._transport, self._core, self.outbox
        woken = self._wakeup.fileno()
        poll = select.poll()
        poll.register(woken, select.POLLIN)
        poll.register(transport.fileno(), select.POLLIN)
        sent = 0
        while not self.gone:
            # In a burst, tasks gather for a moment: this thread wakes by itself, by its timeout.
            # Otherwise, from here on, a thread that puts something into the outbox wakes this
            # one.  So check the outbox once more, then sleep.
            in_burst = sent > BURST
            outbox.is_sender_asleep = not in_burst
            if self._is_ending or (outbox.batches and not in_burst):
                timeout = 0
            elif in_burst or (transport.has_unsent and not transport.flush()):
                timeout = GATHER_MS
            else:
                timeout = -1
                # Not in a row of tasks, which gather: each frame costs the scheduler a turn.
                outbox.accepts_frame = not sent
            ready = poll.poll(timeout)
            outbox.accepts_frame = outbox.is_sender_asleep = False
            sent = self._send_all()
            for fd, _ in ready:
                if fd == woken:
                    self._wakeup.clear()
                else:
                    self._read()
            if self._is_ending and not outbox.batches and not self.gone:
                core.fetch_late()
                self._write(core.pack([protocol.Goodbye()]))
                self._lose("the engine was closed")  # open tasks were stopped with it

    def _send_all(self) -> int:
        """Write all that is in the outbox; return the number of messages."""
        batches = self.outbox.batches
        messages: list[protocol.Down] = []
        while batches:
            batch: Batch = batches.popleft()
            place = batch.place
            if place is not None and place is not self.outbox.place:
                self.outbox.place = place
                messages.append(place.message())
            messages += batch.messages
        if messages:
            self._write(self._core.pack(messages))
            if failures := self._core.take_failures():
                self._emit(failures)
        return len(messages)

    def _wait_for_writer(self) -> None:
        """Wait until no other thread writes a frame; that takes some microseconds."""
        while self.outbox.is_writing:
            time.sleep(0)

    def _write(self, frames: list[bytes]) -> None:
        self._wait_for_writer()
        for frame in frames:
            self._transport.write(frame)

    def _read(self) -> None:
        frames = self._transport.read()
        if frames is None:
            if not self.gone:
                self._lose(self._cause_of_death())
            return
        for frame in frames:
            events = self._core.take_in(frame)
            if self._core.gone:
                self.gone = self._core.gone
            if events:
                self._deliver(events)

    def _deliver(self, events: list[Event]) -> None:
        try:
            self._emit(events)
        except Exception:  # only these events are lost; the other tasks go on
            log.exception("%d events could not be delivered", len(events))

    def _await_last_word(self) -> None:
        """After a goodbye, wait until the scheduler disconnects.

        It does so once the client's tasks have stopped.
        """
        end = time.monotonic() + LAST_MESSAGE_TIMEOUT
        poll = select.poll()
        poll.register(self._transport.fileno(), select.POLLIN)
        while (left := end - time.monotonic()) > 0:
            self._transport.flush()
            poll.poll(1000 * (min(left, GATHER_MS / 1000) if self._transport.has_unsent else left))
            if self._transport.read() is None:
                return
        log.warning(
            "the scheduler did not close the connection within %g s after Goodbye",
            LAST_MESSAGE_TIMEOUT,
        )

    def _lose(self, reason: str) -> None:
        self.gone = reason
        self._core.lose_requests(reason)
        self._emit((EngineGone(reason),))
