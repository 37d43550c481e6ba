"""The agent's thread: the one owner of the client's zmq socket and of its lifeline.

    any thread: post() ─> deque ─┐                      ┌─> emit(events), in this thread
                     wake pipe ──┤ poll ── AgentCore ───┤
    scheduler: frames ───────────┤                      └─> frames to the scheduler
    lifeline: end of file ───────┘

It runs no user code: nothing is unpickled here and no callback is called.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

import zmq

from scaler_lab.engines.local import wire
from scaler_lab.engines.local.agent import AgentCore
from scaler_lab.engines.local.blobs import BlobFolder
from scaler_lab.engines.local.runtime_folder import Connection
from scaler_lab.engines.local.zmq_end import make_dealer
from scaler_lab.facts.errors import EngineLost
from scaler_lab.facts.messages import EngineGone
from scaler_lab.ports.engine import Emit

log = logging.getLogger(__name__)

JOIN_SECONDS = 10.0
FAREWELL_SECONDS = 2.0
BURST = 8  # tasks sent in one turn
GATHER_MS = 1


class AgentThread:
    """One client's connection to one scheduler.

    *lifeline* is a socket whose end of file means that the scheduler is gone; it becomes the
    agent's.  *cause_of_death* is then asked what happened, for people.
    """

    def __init__(
        self,
        connection: Connection,
        client: str,
        lifeline: socket.socket,
        emit: Emit,
        cause_of_death: Callable[[], str],
    ) -> None:
        self._connection = connection
        self._emit = emit
        self._lifeline = lifeline
        self._cause_of_death = cause_of_death
        blobs = BlobFolder(Path(connection.blobs))
        self._core = AgentCore(
            connection.engine_id, client, lambda name: blobs.read(name, unlink=True), os.getpid()
        )
        self._client = client
        self._outgoing: deque[wire.Down] = deque()
        self._woken, self._wake = socket.socketpair()
        self._woken.setblocking(False)
        self._wake.setblocking(False)
        self._is_asleep = False
        self._is_ending = False
        self._gone = ""
        self._pid = os.getpid()
        self._thread = threading.Thread(target=self._run, name="scaler_lab-agent", daemon=True)
        self._thread.start()

    # -- from any thread -------------------------------------------------------------------------

    def post(self, *messages: wire.Down) -> None:
        """Send these soon, in order.  Raises `EngineLost` once the engine is gone."""
        if self._gone:
            raise EngineLost(self._gone)
        self._outgoing.extend(messages)
        if self._is_asleep:
            self._rouse()

    @property
    def is_gone(self) -> bool:
        """Whether the engine is gone, or this connection was closed."""
        return bool(self._gone)

    def close(self, *, wait: bool) -> None:
        """Say farewell and end the thread."""
        self._is_ending = True
        self._rouse()
        if wait and self._thread is not threading.current_thread():
            self._thread.join(JOIN_SECONDS)

    def let_go(self) -> None:
        """In a fork's child: close the copies of what is the parent's, without touching it."""
        for end in (self._lifeline, self._woken, self._wake):
            end.close()

    def _rouse(self) -> None:
        try:
            self._wake.send(b"!")
        except (BlockingIOError, OSError):
            pass  # roused already, or ended

    # -- the thread ------------------------------------------------------------------------------

    def _run(self) -> None:
        context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        keys = {
            name: getattr(self._connection, name)
            for name in ("server_key", "client_public", "client_secret")
            if getattr(self._connection, name)
        }
        identity = self._client.encode("ascii")
        dealer = make_dealer(context, self._connection.address, identity, keys)
        try:
            self._serve(dealer)
        except Exception as error:  # a fault of ours must not leave futures pending
            log.exception("the agent failed")
            self._lose(f"scaler_lab's agent failed: {type(error).__name__}: {error}")
        finally:
            dealer.close(linger=int(1000 * FAREWELL_SECONDS) if self._is_ending else 0)
            context.term()
            for end in (self._lifeline, self._woken, self._wake):
                end.close()

    def _serve(self, dealer: zmq.Socket[bytes]) -> None:
        poller = zmq.Poller()
        poller.register(dealer, zmq.POLLIN)
        poller.register(self._woken, zmq.POLLIN)
        poller.register(self._lifeline, zmq.POLLIN)
        woken, lifeline = self._woken.fileno(), self._lifeline.fileno()
        core, outgoing = self._core, self._outgoing
        sent = 0
        while not self._gone:
            # In a burst, tasks are left to gather for a moment; nobody need rouse us for that.
            # Else a post rouses, from here on; so look once more, then sleep.
            in_burst = sent > BURST
            self._is_asleep = not in_burst
            if self._is_ending or (outgoing and not in_burst):
                timeout = 0
            elif in_burst:
                timeout = GATHER_MS
            else:
                due = core.due_at
                timeout = -1 if due is None else max(0, int(1000 * (due - time.monotonic())) + 1)
            ready = {source: True for source, _ in poller.poll(timeout)}
            self._is_asleep = False
            if woken in ready:
                self._woken.recv(4096)
            now = time.monotonic()
            if dealer in ready:
                self._take_in(dealer, now)
            frames = core.due(now)
            sent = len(outgoing)
            if sent:
                frames.extend(core.pack([outgoing.popleft() for _ in range(sent)], now))
            for frame in frames:
                dealer.send(frame, zmq.NOBLOCK)
            if self._is_ending and not outgoing:
                for frame in core.pack([wire.Farewell()], now):
                    dealer.send(frame, zmq.NOBLOCK)
                self._gone = "the client was shut down"
            elif lifeline in ready and not self._gone:
                self._on_lifeline(dealer)

    def _take_in(self, dealer: zmq.Socket[bytes], now: float) -> None:
        while True:
            try:
                frame = dealer.recv(zmq.NOBLOCK)
            except zmq.Again:
                return
            events = self._core.take_in(frame, now)
            if self._core.gone:
                self._gone = self._core.gone
            if events:
                self._emit(events)

    def _on_lifeline(self, dealer: zmq.Socket[bytes]) -> None:
        try:
            if self._lifeline.recv(4096):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self._take_in(dealer, time.monotonic())  # what it still said counts
        if not self._gone:
            self._lose(self._cause_of_death())

    def _lose(self, reason: str) -> None:
        self._gone = reason
        self._emit((EngineGone(reason),))
