"""The agent's thread: it owns the client's end of the connection, and delivers what comes up.

    any thread: one step ──> Outbox ──┐
                          wake pipe ──┤ poll ── AgentCore ─┬─> emit(events)
    scheduler: frames ────────────────┘                    └─> frames

Only this thread packs and writes.  The others put whole batches into the outbox, in a step that no
interrupt cuts in two: see `core.outbox`.  Of many tasks in a row the first wakes this thread and
the others gather for a moment, which saves the scheduler a turn for each.

It runs no user code: nothing is unpickled here and no callback is called.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import socket
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from scaler_lab.core.messages import EngineGone, Event
from scaler_lab.core.outbox import Outbox
from scaler_lab.engines.base import Emit
from scaler_lab.engines.local import protocol
from scaler_lab.engines.local.blobs import BlobFolder
from scaler_lab.engines.local.client.agent import AgentCore
from scaler_lab.engines.local.client.transport import StreamTransport
from scaler_lab.errors import EngineLost
from scaler_lab.runtime.runtime_dir import ConnectionInfo

log = logging.getLogger(__name__)

JOIN_TIMEOUT = 10.0
GOODBYE_TIMEOUT = 2.0
LAST_MESSAGE_TIMEOUT = 5.0
BURST = 8  # messages sent in one turn, after which the next are left to gather
GATHER_MS = 1


class Batch(NamedTuple):
    """What is put into the outbox at once, and sent in order."""

    messages: list[protocol.Down]
    place: tuple[list[str], str] | None = None
    """The program's module path and current folder, if one of the messages has them."""


class AgentThread:
    """One client's connection to one scheduler, over *transport*, which becomes the agent's.

    *cause_of_death* is asked what happened, for people, when the line ends.
    """

    def __init__(
        self,
        connection: ConnectionInfo,
        client: str,
        transport: StreamTransport,
        emit: Emit,
        cause_of_death: Callable[[], str],
    ) -> None:
        self._emit = emit
        self._transport = transport
        self._cause_of_death = cause_of_death
        blobs = BlobFolder(Path(connection.blobs))
        self._core = AgentCore(
            connection.engine_id, client, lambda name: blobs.read(name, unlink=True), os.getpid()
        )
        self._woken, self._wake = socket.socketpair()
        self._woken.setblocking(False)
        self._wake.setblocking(False)
        self.outbox = Outbox(partial(self._wake.send, b"!"))
        self.place: tuple[list[str], str] = ([], "")
        """The module path and the current folder that were sent last."""
        self._is_ending = False
        self._gone = ""
        self._thread = threading.Thread(target=self._run, name="scaler_lab-agent", daemon=True)
        self._thread.start()

    # -- from any thread -------------------------------------------------------------------------

    def post(self, *messages: protocol.Down) -> None:
        """Send these soon, in order.  Raises `EngineLost` once the engine is gone."""
        self.check()
        self.outbox.put(Batch(list(messages)))

    def check(self) -> None:
        """Raises `EngineLost` where the engine is gone, or this connection was closed."""
        if self._gone:
            raise EngineLost(self._gone)

    def close(self, *, wait: bool) -> None:
        """Say farewell and end the thread."""
        self._is_ending = True
        self._rouse()
        if wait and self._thread is not threading.current_thread():
            self._thread.join(JOIN_TIMEOUT)

    def close_in_child(self) -> None:
        """In a fork's child: close the copies of what is the parent's, without touching it."""
        self._transport.close_in_child()
        for end in (self._woken, self._wake):
            end.close()

    def _rouse(self) -> None:
        with contextlib.suppress(OSError):  # roused already, or ended
            self._wake.send(b"!")

    # -- the thread ------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._serve()
        except Exception as error:  # a fault of ours must not leave futures pending
            log.exception("the agent failed")
            self._lose(f"scaler_lab's agent failed: {type(error).__name__}: {error}")
        finally:
            if self._is_ending:
                self._await_last_word()
            self.outbox.is_sender_asleep = False  # nothing is there to be woken
            self._transport.close(GOODBYE_TIMEOUT if self._is_ending else 0.0)
            for end in (self._woken, self._wake):
                end.close()

    def _serve(self) -> None:
        transport, core, outbox = self._transport, self._core, self.outbox
        woken = self._woken.fileno()
        poll = select.poll()
        poll.register(woken, select.POLLIN)
        poll.register(transport.fileno(), select.POLLIN)
        sent = 0
        while not self._gone:
            # In a burst, tasks are left to gather for a moment, and nobody need wake us for that.
            # Else whoever puts something into the outbox does, from here on; so look once more,
            # then sleep.
            in_burst = sent > BURST
            outbox.is_sender_asleep = not in_burst
            if self._is_ending or (outbox.batches and not in_burst):
                timeout = 0
            elif in_burst or (transport.has_unsent and not transport.flush()):
                timeout = GATHER_MS
            else:
                timeout = -1
            ready = poll.poll(timeout)
            outbox.is_sender_asleep = False
            sent = self._send_all()
            for fd, _ in ready:
                if fd == woken:
                    self._woken.recv(4096)
                else:
                    self._read()
            if self._is_ending and not outbox.batches and not self._gone:
                core.fetch_late()
                self._write(core.pack([protocol.Goodbye()]))
                self._lose("the engine was closed")  # tasks still open were stopped with it

    def _send_all(self) -> int:
        """Write what is in the outbox; how many messages that were."""
        batches = self.outbox.batches
        messages: list[protocol.Down] = []
        while batches:
            batch: Batch = batches.popleft()
            messages += batch.messages
            if batch.place is not None:
                self.place = batch.place
        if messages:
            self._write(self._core.pack(messages))
            if failures := self._core.take_failures():
                self._emit(failures)
        return len(messages)

    def _write(self, frames: list[bytes]) -> None:
        for frame in frames:
            self._transport.write(frame)

    def _read(self) -> None:
        frames = self._transport.read()
        if frames is None:
            if not self._gone:
                self._lose(self._cause_of_death())
            return
        for frame in frames:
            events = self._core.take_in(frame)
            if self._core.gone:
                self._gone = self._core.gone
            if events:
                self._deliver(events)

    def _deliver(self, events: list[Event]) -> None:
        try:
            self._emit(events)
        except Exception:  # what these are about is over; the other tasks go on
            log.exception("%d events could not be delivered", len(events))

    def _await_last_word(self) -> None:
        """After a farewell the scheduler hangs up, once what it ran for us has stopped."""
        end = time.monotonic() + LAST_MESSAGE_TIMEOUT
        poll = select.poll()
        poll.register(self._transport.fileno(), select.POLLIN)
        while (left := end - time.monotonic()) > 0:
            self._transport.flush()
            poll.poll(1000 * (min(left, GATHER_MS / 1000) if self._transport.has_unsent else left))
            if self._transport.read() is None:
                return
        log.warning("the scheduler did not hang up within %g s of a farewell", LAST_MESSAGE_TIMEOUT)

    def _lose(self, reason: str) -> None:
        self._gone = reason
        self._emit((EngineGone(reason),))
