"""The agent's thread: it owns the client's end of the connection, and delivers what comes up.

    any thread: post() ─┬─ one now and then: written at once, in that thread
                        └─ many in a row ─> deque ─┐
                                         wake pipe ┤ poll ── AgentCore ─┬─> emit(events)
    scheduler: frames ─────────────────────────────┘                   └─> frames

A single task is written by the thread that submits it, which saves a switch to this one; of many
in a row the first rouses this thread and the others gather for a moment, which saves the scheduler
a turn for each.

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
from collections import deque
from collections.abc import Callable
from pathlib import Path

from scaler_lab.engines.local import wire
from scaler_lab.engines.local.blobs import BlobFolder
from scaler_lab.engines.local.client.agent import AgentCore
from scaler_lab.engines.local.client.lines import StreamLine
from scaler_lab.facts.errors import EngineLost
from scaler_lab.facts.messages import EngineGone
from scaler_lab.machine.runtime_folder import Connection
from scaler_lab.ports.engine import Emit

log = logging.getLogger(__name__)

JOIN_SECONDS = 10.0
FAREWELL_SECONDS = 2.0
LAST_WORD_SECONDS = 5.0
IN_A_ROW_SECONDS = 0.00005  # posts closer than this belong to a burst
BURST = 8  # messages sent in one turn, after which the next are left to gather
GATHER_MS = 1


class AgentThread:
    """One client's connection to one scheduler, over *line*, which becomes the agent's.

    *cause_of_death* is asked what happened, for people, when the line ends.
    """

    def __init__(
        self,
        connection: Connection,
        client: str,
        line: StreamLine,
        emit: Emit,
        cause_of_death: Callable[[], str],
    ) -> None:
        self._emit = emit
        self._line = line
        self._cause_of_death = cause_of_death
        blobs = BlobFolder(Path(connection.blobs))
        self._core = AgentCore(
            connection.engine_id, client, lambda name: blobs.read(name, unlink=True), os.getpid()
        )
        self._using = threading.Lock()  # held by whoever uses the core, and writes the line
        self._outgoing: deque[wire.Down] = deque()
        self._posted_at = 0.0
        self._woken, self._wake = socket.socketpair()
        self._woken.setblocking(False)
        self._wake.setblocking(False)
        self._is_asleep = False
        self._is_ending = False
        self._gone = ""
        self._thread = threading.Thread(target=self._run, name="scaler_lab-agent", daemon=True)
        self._thread.start()

    # -- from any thread -------------------------------------------------------------------------

    def post(self, *messages: wire.Down) -> None:
        """Send these soon, in order.  Raises `EngineLost` once the engine is gone."""
        self.check()
        self._outgoing.extend(messages)
        now = time.monotonic()
        is_in_a_row = now - self._posted_at < IN_A_ROW_SECONDS
        self._posted_at = now
        if not is_in_a_row:
            self._send_all()
        # What another thread's sending kept from going out, or the socket did not take, is the
        # agent's thread's to send.
        if self._is_asleep and (self._outgoing or self._line.has_unsent):
            self._rouse()

    def check(self) -> None:
        """Raises `EngineLost` where the engine is gone, or this connection was closed."""
        if self._gone:
            raise EngineLost(self._gone)

    def close(self, *, wait: bool) -> None:
        """Say farewell and end the thread."""
        self._is_ending = True
        self._rouse()
        if wait and self._thread is not threading.current_thread():
            self._thread.join(JOIN_SECONDS)

    def let_go(self) -> None:
        """In a fork's child: close the copies of what is the parent's, without touching it."""
        self._line.let_go()
        for end in (self._woken, self._wake):
            end.close()

    def _rouse(self) -> None:
        with contextlib.suppress(OSError):  # roused already, or ended
            self._wake.send(b"!")

    def _send_all(self) -> int:
        """Write what was posted, unless another thread is at it, which then sees to this too."""
        sent = 0
        outgoing = self._outgoing
        while outgoing and self._using.acquire(blocking=False):
            try:
                batch = [outgoing.popleft() for _ in range(len(outgoing))]
                for frame in self._core.pack(batch):
                    self._line.write(frame)
                sent += len(batch)
                failures = self._core.take_failures()
            finally:
                self._using.release()
            if failures:
                self._emit(failures)
        return sent

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
            with self._using:
                self._line.close(FAREWELL_SECONDS if self._is_ending else 0.0)
            for end in (self._woken, self._wake):
                end.close()

    def _serve(self) -> None:
        line, core, outgoing = self._line, self._core, self._outgoing
        woken = self._woken.fileno()
        poll = select.poll()
        poll.register(woken, select.POLLIN)
        poll.register(line.fileno(), select.POLLIN)
        sent = 0
        while not self._gone:
            # In a burst, tasks are left to gather for a moment, and nobody need rouse us for that.
            # Else a post rouses, from here on; so look once more, then sleep.
            in_burst = sent > BURST
            self._is_asleep = not in_burst
            if self._is_ending or (outgoing and not in_burst):
                timeout = 0
            elif in_burst or (line.has_unsent and not self._flush()):
                timeout = GATHER_MS
            else:
                timeout = -1
            ready = poll.poll(timeout)
            self._is_asleep = False
            if any(fd == woken for fd, _ in ready):
                self._woken.recv(4096)
            self._read()
            sent = self._send_all()
            if self._is_ending and not outgoing and not self._gone:
                core.fetch_late()
                with self._using:
                    for frame in core.pack([wire.Farewell()]):
                        line.write(frame)
                self._lose("the engine was closed")  # tasks still open were stopped with it

    def _read(self) -> None:
        frames = self._line.read()
        if frames is None:
            if not self._gone:
                self._lose(self._cause_of_death())
            return
        for frame in frames:
            events = self._core.take_in(frame)
            if self._core.gone:
                self._gone = self._core.gone
            if events:
                self._emit(events)

    def _await_last_word(self) -> None:
        """After a farewell the scheduler hangs up, once what it ran for us has stopped."""
        end = time.monotonic() + LAST_WORD_SECONDS
        poll = select.poll()
        poll.register(self._line.fileno(), select.POLLIN)
        while (left := end - time.monotonic()) > 0:
            self._flush()
            poll.poll(1000 * (min(left, GATHER_MS / 1000) if self._line.has_unsent else left))
            if self._line.read() is None:
                return
        log.warning("the scheduler did not hang up within %g s of a farewell", LAST_WORD_SECONDS)

    def _flush(self) -> bool:
        with self._using:
            return self._line.flush()

    def _lose(self, reason: str) -> None:
        self._gone = reason
        self._emit((EngineGone(reason),))
