"""The clients' sessions: from a valid hello to a goodbye, or to the end of their connection.

    listener ─ frames ─> sessions ── submit, cancel, waiting, … ──> the core
             <─ frames ─          <── messages in each client's outbox

A client is served only if its first message is a hello with the same protocol and Python version,
and a client's id can't be used by a second connection.  Frames that can't be decoded, or are meant
for another engine, are dropped and counted.

Owned by the loop's thread; nothing here waits.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import logging
import os
import re
import socket
import time
from collections.abc import Callable, Container, Hashable
from pathlib import Path

import msgspec

from scaler_lab._version import __version__
from scaler_lab.core.encoding import plain_text
from scaler_lab.engines.local import protocol, worker_ipc
from scaler_lab.engines.local.blobs import BlobFolder
from scaler_lab.engines.local.liveness import LivenessListener
from scaler_lab.engines.local.peer_credentials import MAX_PENDING
from scaler_lab.engines.local.scheduler.core import SchedulerCore
from scaler_lab.engines.local.scheduler.listeners import UnixListener
from scaler_lab.engines.local.scheduler.poller import Poller
from scaler_lab.engines.local.scheduler.state import ClientState
from scaler_lab.engines.local.settings import Settings

log = logging.getLogger(__name__)

CLIENT = re.compile(r"[0-9a-f]{32}")
BLOB = re.compile(r"[0-9a-f]{32}-[0-9a-f]{32}\.a")
OLD_CONTEXTS = 16  # so many are kept per client before those that no task needs are removed
MAX_DATA = worker_ipc.PACKET_BYTES - worker_ipc.PACKET.size


class ClientSessions:
    """The sessions of all connected clients.

    *end* is called with the reason if the end of a client ends the engine.
    """

    def __init__(
        self,
        settings: Settings,
        core: SchedulerCore,
        blobs: BlobFolder,
        poller: Poller,
        end: Callable[[str], None],
    ) -> None:
        self._settings = settings
        self._folder = Path(settings.folder)
        self._core = core
        self._blobs = blobs
        self._poller = poller
        self._end = end
        self._peers: dict[str, Hashable] = {}  # client -> its connection in the listener
        self._clients: dict[Hashable, str] = {}  # and the reverse
        # Clients that sent goodbye; their tasks may still run
        self._leaving: dict[str, tuple[ClientState, Hashable]] = {}
        self._owner: Hashable = None  # the engine ends with this peer, if it has an owner
        self._contexts: dict[int, str] = {}  # by number: the content of each one's file
        self._numbers: dict[str, int] = {}  # and the reverse
        self._next_context = 1
        self._vacated: list[ClientState] = []  # gone clients; their tasks may still run
        self._dropped = 0

    # -- for the loop ----------------------------------------------------------------------------

    def open(self, listener: UnixListener, lifelines: LivenessListener) -> None:
        """Serve the clients of *listener*, which was made with `on_frame` and `on_peer_gone`."""
        self._listener = listener
        self._lifelines = lifelines
        self._poller.register(lifelines.listener, self._on_lifeline_offer)

    def write_contexts(self) -> None:
        """Write the context files, which workers read, again after they were deleted."""
        for context in self._contexts:
            self._write_context(context)

    def listen_again(self, folder: Path) -> None:
        """Listen in *folder* once more, after the sockets were deleted."""
        self._listener.listen_again()
        lifelines = LivenessListener(folder)
        for _ in range(MAX_PENDING):  # of processes that connected before it was deleted
            self._on_lifeline_offer()
        self._poller.unregister(self._lifelines.listener)
        self._lifelines.listener.close()
        self._lifelines.listener = lifelines.listener
        self._poller.register(lifelines.listener, self._on_lifeline_offer)

    def be_owned_by(self, peer: Hashable) -> None:
        """End the engine when *peer*'s connection ends; *peer* counts as authenticated."""
        self._owner = peer
        self._listener.know(peer)

    def flush(self, client: ClientState) -> None:
        """Send all messages in the client's outbox."""
        peer = self._peers.get(client.client_id)
        client.is_behind = self._listener.is_behind(peer)
        outbox = client.outbox
        if not outbox:
            return
        if peer is None:
            outbox.clear()
            return
        client.outbox = []
        start = size = 0
        for at, message in enumerate(outbox):
            size += protocol.weigh(message)
            if size >= protocol.BATCH_BYTES:
                self._send(peer, outbox[start : at + 1])
                start, size = at + 1, 0
        if start < len(outbox):
            self._send(peer, outbox[start:] if start else outbox)
        if self._listener.is_full(peer):
            self._core.hold(client)

    def see_out(self) -> None:
        """Disconnect clients that sent goodbye and whose tasks have ended.

        The clients wait for this.  Also remove the context files of clients that are gone and
        whose tasks have ended.
        """
        for client in [client for client in self._vacated if not client.tasks]:
            self._vacated.remove(client)
            self._drop_contexts(client)
        for client_id, (client, peer) in list(self._leaving.items()):
            if client.tasks:
                continue
            del self._leaving[client_id]
            self._blobs.remove_all(f"{client_id}-")
            self._listener.show_out(peer)
            if peer in self._clients:  # it connected again over the same connection
                self._remove_client(self._clients[peer])

    def send_goodbye(self, why: str) -> None:
        """Send every client the message that the engine ends."""
        for client in self._core.clients:
            client.outbox.append(protocol.Closing(why))
            self.flush(client)

    # -- frames from clients -----------------------------------------------------------------------

    def on_frame(self, peer: Hashable, frame: memoryview) -> None:
        """Process a frame from *peer*, which may not have sent hello yet."""
        try:
            envelope = protocol.decode_down(frame)
        except msgspec.DecodeError as error:
            self._drop("it can't be decoded: %s", error)
            return
        if envelope.engine != self._settings.engine_id:
            self._drop("it is addressed to engine %s", envelope.engine[:32])
            return
        now = time.monotonic()
        client_id = self._clients.get(peer) or self._admit(peer, envelope)
        if client_id is None:
            return
        client = self._core.add_client(client_id)
        for message in envelope.messages:
            if type(message) is protocol.Submit:
                if len(message.data) > MAX_DATA or not (
                    message.blob == "" or _is_blob_of(client_id, message.blob)
                ):
                    self._drop("it contains an invalid task (%d bytes)", len(frame))
                else:
                    self._core.on_submit(client, message)
            elif type(message) is protocol.Cancel:
                self._core.on_cancel(client, message, now)
            elif type(message) is protocol.Refresh:
                self._core.on_refresh(client)
            elif type(message) is protocol.Paths:
                self._on_paths(client, message)
            elif type(message) is protocol.Waiting:
                self._core.on_waiting(client, message)
            elif type(message) is protocol.Dropped:
                self._core.on_dropped(client, message, now)
            elif isinstance(message, protocol.StackRequest | protocol.UsageRequest):
                self._core.on_question(client, message, now)
            elif type(message) is protocol.Unshare:
                self._core.on_unshare()
            elif type(message) is protocol.Goodbye:
                self._on_goodbye(client)

    def on_peer_gone(self, peer: Hashable) -> None:
        """A stream ended: its client is gone, for whatever reason."""
        client_id = self._clients.get(peer)
        if client_id is not None:
            self._remove_client(client_id)
        if peer is self._owner:
            self._end("the process that started it has ended")

    def on_peer_drained(self, peer: Hashable) -> None:
        """A client that had too much unread data has read enough of it."""
        client_id = self._clients.get(peer)
        if client_id is not None:
            self._core.resume(self._core.add_client(client_id), time.monotonic())

    def _admit(self, peer: Hashable, envelope: protocol.DownEnvelope) -> str | None:
        """Check the first frame of a connection; return the client's id, or None.

        It must contain a hello with the same protocol and Python version.
        """
        hello = next((m for m in envelope.messages if isinstance(m, protocol.ClientHello)), None)
        if hello is None or not CLIENT.fullmatch(hello.client):
            kinds = ", ".join(type(message).__name__ for message in envelope.messages[:5])
            self._drop("the first message of its client was not a valid ClientHello, but %s", kinds)
            return None
        refusal = self._refusal(hello)
        if refusal:
            self._send(peer, [protocol.Refusal(refusal)])
            self._listener.show_out(peer)
            return None
        client_id = hello.client
        self._listener.know(peer)
        self._clients[peer] = client_id
        self._peers[client_id] = peer
        names = {client.name for client in self._core.clients}
        client = self._core.add_client(client_id)
        client.name = _unlike(names, plain_text(hello.name)[: protocol.NAME_CHARACTERS])
        client.outbox.append(protocol.ClientWelcome(self._settings.n_workers))
        return client_id

    def _refusal(self, hello: protocol.ClientHello) -> str:
        """Return why the client can't be served; "" if it can."""
        if hello.protocol != protocol.PROTOCOL:
            return (
                f"the client (scaler_lab {hello.version}) speaks protocol {hello.protocol}, the "
                f"engine (scaler_lab {__version__}) {protocol.PROTOCOL}"
            )
        if hello.python != protocol.python_version():
            return (
                f"the client runs Python {hello.python}, the engine's workers "
                f"{protocol.python_version()}: code can't be passed between them"
            )
        if hello.client in self._peers or hello.client in self._leaving:
            return f"a client with the id {hello.client} is connected already"
        return ""

    def _on_paths(self, client: ClientState, message: protocol.Paths) -> None:
        spec = json.dumps(
            {
                "client": client.client_id,
                "sys_path": [os.fsdecode(path) for path in message.sys_path],
                "folder": os.fsdecode(message.folder),
            }
        )
        context = self._numbers.get(spec)
        if context is None:  # known if a program returns to an earlier folder
            context = self._next_context
            self._next_context += 1
            self._contexts[context] = spec
            self._numbers[spec] = context
            self._write_context(context)
            client.contexts.append(context)
        client.context = context
        if len(client.contexts) > 2 * client.contexts_in_use + OLD_CONTEXTS:
            used = {task.context for task in client.tasks.values()} | {context}
            self._drop_contexts(client, used)
            client.contexts_in_use = len(used)

    def _drop_contexts(self, client: ClientState, used: Container[int] = ()) -> None:
        """Remove the files of the client's contexts, except those that its tasks still use."""
        for context in client.contexts:
            if context not in used:
                del self._numbers[self._contexts.pop(context)]
                for folder in (self._folder, self._blobs.path):
                    with contextlib.suppress(OSError):
                        worker_ipc.context_path(folder, context).unlink(missing_ok=True)
        client.contexts = [context for context in client.contexts if context in used]

    def _write_context(self, context: int) -> None:
        """Write a context's file; if the engine's folder is gone for good, into the blob folder."""
        for folder in (self._folder, self._blobs.path):
            path = worker_ipc.context_path(folder, context)
            try:
                # Renamed once it is complete: a worker may be waiting for the file.
                part = path.with_suffix(".part")
                part.write_text(self._contexts[context], encoding="utf-8")
                part.rename(path)
            except OSError as error:
                log.debug("can't write %s: %s", path, error)
            else:
                return
        # The tasks of this context will fail, each with the reason; others continue.
        log.warning("can't send a client's module paths to the workers: the file can't be written")

    def _on_goodbye(self, client: ClientState) -> None:
        if client.client_id == self._settings.owner:
            self._end("its client ended")
        self._leaving[client.client_id] = client, self._peers.get(client.client_id)
        self._remove_client(client.client_id)

    def _remove_client(self, client_id: str) -> None:
        peer = self._peers.pop(client_id, None)
        if peer is not None:
            self._clients.pop(peer, None)
            client = self._core.add_client(client_id)
            self._core.on_client_gone(client, time.monotonic())
            self._vacated.append(client)
        self._blobs.remove_all(f"{client_id}-")

    def _send(self, peer: Hashable, messages: list[protocol.Up]) -> None:
        self._listener.send(
            peer, protocol.encode(protocol.UpEnvelope(self._settings.engine_id, messages))
        )

    def _drop(self, why: str, detail: object) -> None:
        self._dropped += 1
        if self._dropped & (self._dropped - 1) == 0:  # the 1st, 2nd, 4th, 8th, … is logged
            log.warning("dropped a message (%d so far): " + why, self._dropped, detail)

    # -- liveness connections ----------------------------------------------------------------------

    def _on_lifeline_offer(self) -> None:
        lifeline = self._lifelines.accept()
        if lifeline is not None:
            self._poller.register(lifeline, lambda: self._on_lifeline(lifeline))
            for silent in self._lifelines.surplus():
                self._cut_lifeline(silent)

    def _on_lifeline(self, lifeline: socket.socket) -> None:
        """The peer requests a stop, or is gone."""
        wants_stop = self._lifelines.says_stop(lifeline)
        if wants_stop is None:
            self._cut_lifeline(lifeline)
        elif wants_stop:
            self._end("it was stopped by a command")

    def _cut_lifeline(self, lifeline: socket.socket) -> None:
        self._poller.unregister(lifeline)
        self._lifelines.cut(lifeline)


def _unlike(names: Container[str], name: str) -> str:
    """Return *name*, with a number if *names* contains it already."""
    numbered = (f"{name} {n}" if n > 1 else name for n in itertools.count(1))
    return name and next(each for each in numbered if each not in names)


def _is_blob_of(client_id: str, name: str) -> bool:
    return name.startswith(f"{client_id}-") and bool(BLOB.fullmatch(name))
