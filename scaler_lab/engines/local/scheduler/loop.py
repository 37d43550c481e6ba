"""The scheduler's loop: the one owner of its sockets, around `SchedulerCore`.

    doors: all clients ─────────────┐            ┌── hands: each worker's inbox, results and pipe
    feed: windows (zmq) ────────────┤ one thread ┤
    lifelines ──────────────────────┘            └── nursery line: spawn, signal, kill; who is gone

One turn: read all that is there, tell the core, let it dispatch once, send each client one batch.
What queued up during a turn is handled as one batch in the next; that is the only batching there
is, and it adapts by itself.

Every turn survives any one message: what can't be decoded, or is meant for another engine, is
counted and dropped.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import socket
import time
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import zmq

from scaler_lab._version import __version__
from scaler_lab.engines.local import bench_link, process_tree, wire
from scaler_lab.engines.local.bench_link import Page
from scaler_lab.engines.local.blobs import BlobFolder
from scaler_lab.engines.local.channel import Channel
from scaler_lab.engines.local.lifelines import Lifelines
from scaler_lab.engines.local.scheduler.core import SchedulerCore
from scaler_lab.engines.local.scheduler.doors import Door, StreamDoor, ZmqDoor
from scaler_lab.engines.local.scheduler.hands import WorkerHands
from scaler_lab.engines.local.scheduler.jobs import Seat
from scaler_lab.engines.local.scheduler.nursery_line import NurseryLine
from scaler_lab.engines.local.scheduler.watch import Watch
from scaler_lab.engines.local.settings import Settings, default_workers
from scaler_lab.facts.messages import TaskId
from scaler_lab.machine import runtime_folder
from scaler_lab.machine.feed_socket import FeedSocket
from scaler_lab.machine.zmq_end import make_keys, make_router
from scaler_lab.ports import feed

log = logging.getLogger(__name__)

LONGEST_SLEEP_SECONDS = 60.0
FAREWELL_SECONDS = 0.2
GATHER_SECONDS = 0.0002
FAILURES_IN_A_ROW = 100
CLIENT = re.compile(r"[0-9a-f]{32}")
BLOB = re.compile(r"[0-9a-f]{32}-[0-9a-f]{32}\.a")
MOST_DATA = bench_link.PACKET_BYTES - bench_link.PACKET.size
FEED_MESSAGES_KEPT = 64  # for a window that doesn't read


class SchedulerLoop:
    """See the module.  Owned by the process's main thread."""

    def __init__(
        self,
        settings: Settings,
        link: socket.socket,
        page: Page,
        nursery_pid: int,
        nursery_link: socket.socket,
    ) -> None:
        self._settings = settings
        self._folder = Path(settings.folder)
        self._blobs = BlobFolder(Path(settings.blobs))
        self._link: socket.socket | None = link
        self._watch = Watch()
        self._nursery = NurseryLine(nursery_pid, nursery_link, self._watch, self._end)
        self._hands = WorkerHands(settings, page, self._blobs, self._nursery, self._watch)
        self._core = SchedulerCore(
            self._hands,
            n_workers=settings.n_workers,
            grace=settings.grace,
            memory_kib=_memory_kib(),
            slots=page.slots,
        )
        self._channels: dict[str, Channel[Any]] = {}
        self._peers: dict[str, Hashable] = {}  # client -> what its door knows it by
        self._clients: dict[Hashable, str] = {}  # and back
        self._departed: set[str] = set()  # no client's name comes twice
        self._leaving: dict[str, tuple[Seat, Hashable]] = {}  # said farewell; may still run tasks
        self._workers_version = 0  # of which the feed knows
        self._contexts = 0
        self._dropped = 0
        self._ending = ""
        self._owner: Hashable = None  # the peer whose end is the engine's, where it has an owner
        cores = default_workers()
        self._cores_to_spin_on = cores if cores > 1 else 0
        self._due_at = 0.0  # when a turn has more to do than to answer what came
        self._lock_fd = -1

    # -- the loop --------------------------------------------------------------------------------

    def run(self) -> None:
        """Serve until the engine ends; leaves no process and no file behind."""
        try:
            self._open()
        except Exception as error:
            log.exception("the scheduler could not start")
            self._answer_starter({"error": f"{type(error).__name__}: {error}"})
            self._close()
            return
        try:
            self._core.start()
            failures = 0
            while not self._ending:
                try:
                    self._turn()
                    failures = 0
                except Exception as error:  # one message's fault must not take all tasks with it
                    log.exception("a turn of the scheduler failed")
                    failures += 1
                    if failures >= FAILURES_IN_A_ROW:
                        self._ending = f"a fault of scaler_lab, please report: {error!r}"
            self._say_goodbye()
        finally:
            self._close()

    def _open(self) -> None:
        settings = self._settings
        self._lock_fd = runtime_folder.take_lock(self._folder)
        self._blobs_lock_fd = runtime_folder.take_lock(self._blobs.path)  # found dead by itself
        self._context = zmq.Context()
        keys = make_keys(settings.transport)
        self._door: Door
        if keys:
            self._door = ZmqDoor(self._context, self._folder, keys, self._watch, self._on_frame)
        else:
            self._door = StreamDoor(
                self._folder, self._watch, self._on_frame, self._on_peer_gone, time.monotonic
            )
        self._feed = FeedSocket(
            make_router(self._context, self._folder, "feed", keys, high_water=FEED_MESSAGES_KEPT),
            self._core.board,
            self,
        )
        self._lifelines = Lifelines(settings.transport, self._folder)
        connection = runtime_folder.Connection(
            engine_id=settings.engine_id,
            name=settings.name,
            captures=settings.capture,
            pid=os.getpid(),
            n_workers=settings.n_workers,
            started_at=time.time(),
            address=self._door.address,
            feed=self._feed.address,
            lifeline=self._lifelines.address,
            token=self._lifelines.token,
            folder=settings.folder,
            blobs=settings.blobs,
            owned=settings.tied,
            program=settings.program,
            protocol=wire.PROTOCOL,
            version=__version__,
            python=wire.python_version(),
            **{name: key for name, key in keys.items() if name != "server_secret"},
        )
        runtime_folder.write_connection(connection)
        register = self._watch.register
        register(self._feed.fd, self._feed.read)
        self._hands.open(self._core)
        register(self._lifelines.listener, self._on_lifeline_offer)
        self._answer_starter(msgspec.to_builtins(connection))
        link, self._link = self._link, None
        assert link is not None
        if not settings.tied:
            link.close()
        elif settings.owner and isinstance(self._door, StreamDoor):
            self._owner = self._door.adopt(link)  # from here on it is the client's connection
            self._door.know(self._owner)
        else:
            self._link = link
            register(link, self._on_link)

    def _turn(self) -> None:
        if self._core.is_saturated:
            # Each worker has work for longer than this: let reports gather, instead of waking for
            # each of them.
            time.sleep(GATHER_SECONDS)
        self._watch.wait(
            0.0 if self._door.read_more() else self._seconds_to_sleep(),
            core_is_free=self._core.n_busy < self._cores_to_spin_on,
        )
        now = time.monotonic()
        core = self._core
        core.dispatch(now)
        for seat in core.seats:
            if seat.outbox:
                self._flush(seat, now)
        if core.workers_version != self._workers_version:
            self._workers_version = core.workers_version
            self._feed.workers_changed()
        if now >= self._due_at:
            self._do_what_is_due(now)
        self._hands.tell_stillborn(now)
        if self._leaving:
            self._see_out()

    def _seconds_to_sleep(self) -> float:
        now = time.monotonic()
        due_at = now + LONGEST_SLEEP_SECONDS
        core = self._core
        for due in (
            *(core.due_at(), core.notes_due_at()),
            *(self._feed.due_at(now), self._door.due_at(), self._hands.due_at()),
        ):
            if due is not None and due < due_at:
                due_at = due
        for channel in self._channels.values():
            due = channel.due_at
            if due is not None and due < due_at:
                due_at = due
        self._due_at = due_at
        return max(0.0, due_at - now)

    def _do_what_is_due(self, now: float) -> None:
        self._door.tick(now)
        self._hands.tick(now)
        self._core.tick(now)
        self._core.dispatch(now)
        for seat in self._core.seats:
            self._flush(seat, now)
        self._feed.publish(now)

    # -- windows: what the feed's Subject does -----------------------------------------------------

    def welcome(self) -> feed.Welcome:
        settings = self._settings
        return feed.Welcome(
            feed.PROTOCOL,
            settings.engine_id,
            settings.name,
            os.getpid(),
            settings.n_workers,
            program=settings.program,
        )

    def workers(self) -> list[feed.WorkerRow]:
        return self._core.workers()

    def cancel(self, task_ids: Sequence[TaskId], *, force: bool, source: str) -> int:
        return self._core.cancel_from_window(
            task_ids, force=force, source=source, now=time.monotonic()
        )

    def retry(self, task_ids: Sequence[TaskId], *, source: str) -> None:
        self._core.retry_from_window(task_ids, source=source)

    def traceback(self, task_id: TaskId) -> str:
        return self._core.chronicle.traceback(task_id)

    def output(self, task_id: TaskId, most: int) -> tuple[str, int]:
        return self._core.chronicle.output(task_id, most)

    # -- clients ---------------------------------------------------------------------------------

    def _on_frame(self, peer: Hashable, frame: memoryview | bytes) -> None:
        try:
            envelope = wire.decode_down(frame)
        except msgspec.DecodeError as error:
            self._drop("it can't be decoded: %s", error)
            return
        if envelope.engine != self._settings.engine_id:
            self._drop("it is meant for engine %s", envelope.engine[:32])
            return
        now = time.monotonic()
        client = self._clients.get(peer) or self._admit(peer, envelope)
        if client is None:
            return
        seat = self._core.sit(client)
        messages = self._channels[client].unpack(envelope.seq, envelope.ack, envelope.messages, now)
        for message in messages:
            if type(message) is wire.Submit:
                if len(message.data) > MOST_DATA or not (
                    message.blob == "" or _is_blob_of(client, message.blob)
                ):
                    self._drop("it submits what no client of ours does (%d bytes)", len(frame))
                else:
                    self._core.on_submit(seat, message)
            elif type(message) is wire.Cancel:
                self._core.on_cancel(seat, message, now)
            elif type(message) is wire.Paths:
                self._on_paths(seat, message)
            elif type(message) is wire.Waiting:
                self._core.on_waiting(seat, message)
            elif type(message) is wire.Dropped:
                self._core.on_dropped(seat, message, now)
            elif type(message) is wire.Unshare:
                self._core.on_unshare()
            elif type(message) is wire.Farewell:
                self._on_farewell(seat)

    def _on_peer_gone(self, peer: Hashable) -> None:
        """A stream ended: its client is gone, by whatever means."""
        client = self._clients.get(peer)
        if client is not None:
            self._unseat(client)
        if peer is self._owner:
            self._ending = "the process that started it is gone"

    def _admit(self, peer: Hashable, envelope: wire.DownEnvelope) -> str | None:
        """The first frame of a connection must say hello, in our protocol and Python."""
        hello = next((m for m in envelope.messages if isinstance(m, wire.Hello)), None)
        if hello is None or envelope.seq != 1 or not CLIENT.fullmatch(hello.client):
            self._drop("it comes from a client that said no proper hello (seq %d)", envelope.seq)
            return None
        if hello.client in self._departed:  # over zmq, its end can be heard of before its hello
            self._drop("it comes from client %s, which is gone", hello.client)
            return None
        refusal = ""
        if hello.protocol != wire.PROTOCOL:
            refusal = (
                f"the client (scaler_lab {hello.version}) speaks protocol {hello.protocol}, the "
                f"engine (scaler_lab {__version__}) {wire.PROTOCOL}"
            )
        elif hello.python != wire.python_version():
            refusal = (
                f"the client runs Python {hello.python}, the engine's workers "
                f"{wire.python_version()}: code can't be passed between them"
            )
        elif hello.client in self._channels:
            refusal = f"there is a client {hello.client} already"
        if refusal:
            refused = wire.UpEnvelope(
                self._settings.engine_id, 1, envelope.seq, [wire.Refusal(refusal)]
            )
            self._door.send(peer, wire.encode(refused))
            self._door.show_out(peer)
            return None
        client = hello.client
        self._door.know(peer)
        self._clients[peer] = client
        self._peers[client] = peer
        self._channels[client] = Channel()
        seat = self._core.sit(client)
        seat.outbox.append(wire.Welcome(self._settings.n_workers))
        return client

    def _on_paths(self, seat: Seat, message: wire.Paths) -> None:
        self._contexts += 1
        seat.context = self._contexts
        spec = {"client": seat.client, "sys_path": message.sys_path}
        path = bench_link.context_path(self._folder, seat.context)
        try:
            path.write_text(json.dumps(spec), encoding="utf-8")
        except OSError as error:  # its tasks will fail, each saying so; others go on
            log.warning(
                "can't tell workers where client %s has its modules: %s", seat.client, error
            )

    def _on_farewell(self, seat: Seat) -> None:
        if seat.client == self._settings.owner:
            self._ending = "its client ended"
        self._leaving[seat.client] = seat, self._peers.get(seat.client)
        self._unseat(seat.client)

    def _see_out(self) -> None:
        """Hang up on those who said farewell and have nothing running any more: that tells them."""
        for client, (seat, peer) in list(self._leaving.items()):
            if seat.jobs:
                continue
            del self._leaving[client]
            self._blobs.remove_all(f"{client}-")
            self._door.show_out(peer)
            line = self._lifelines.line_of(client)
            if line is not None:
                self._watch.unregister(line)
                self._lifelines.cut(line)

    def _unseat(self, client: str) -> None:
        self._departed.add(client)
        peer = self._peers.pop(client, None)
        if peer is not None:
            self._clients.pop(peer, None)
            self._channels.pop(client, None)
            self._core.on_client_gone(self._core.sit(client), time.monotonic())
        self._blobs.remove_all(f"{client}-")

    def _flush(self, seat: Seat, now: float) -> None:
        channel = self._channels.get(seat.client)
        if channel is None:
            seat.outbox.clear()
            return
        outbox = seat.outbox
        if outbox:
            seat.outbox = []
            start = size = 0
            for at, message in enumerate(outbox):
                size += wire.weigh(message)
                if size >= wire.BATCH_BYTES:
                    self._send(seat, channel.pack(outbox[start : at + 1], now))
                    start, size = at + 1, 0
            if start < len(outbox):
                self._send(seat, channel.pack(outbox[start:] if start else outbox, now))
        due = channel.due_at
        if due is not None and due <= now:
            for batch in channel.due(now):
                self._send(seat, batch)
        seat.is_silent = channel.is_silent

    def _send(self, seat: Seat, batch: Any) -> None:
        envelope = wire.UpEnvelope(
            self._settings.engine_id, batch.seq, batch.ack, list(batch.messages)
        )
        self._door.send(self._peers[seat.client], wire.encode(envelope))

    def _drop(self, why: str, detail: object) -> None:
        self._dropped += 1
        if self._dropped & (self._dropped - 1) == 0:  # the 1st, 2nd, 4th, 8th, … is logged
            log.warning("dropped a message (%d so far): " + why, self._dropped, detail)

    # -- lifelines -------------------------------------------------------------------------------

    def _on_link(self) -> None:
        """The starter says nothing after its settings; so this is its end."""
        assert self._link is not None
        try:
            if self._link.recv(4096):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self._drop_link()
        self._ending = "the process that started it is gone"

    def _drop_link(self) -> None:
        if self._link is not None:
            self._watch.unregister(self._link)
            self._link.close()
            self._link = None

    def _on_lifeline_offer(self) -> None:
        line = self._lifelines.accept()
        if line is not None:
            self._watch.register(line, lambda: self._on_lifeline(line))

    def _on_lifeline(self, line: socket.socket) -> None:
        """A client's name, once; its end; or "stop", from the command line."""
        said = self._lifelines.read(line)
        if said is None:
            self._watch.unregister(line)
            client = self._lifelines.cut(line)
            if client is not None:
                self._unseat(client)
        elif said == "stop":
            self._ending = "it was told to stop"

    # -- the end ---------------------------------------------------------------------------------

    def _end(self, why: str) -> None:
        self._ending = why

    def _answer_starter(self, answer: Any) -> None:
        if self._link is None:
            return
        try:
            self._link.sendall(json.dumps(answer).encode("utf-8") + b"\n")
            self._link.setblocking(False)
        except OSError:
            self._ending = "the process that started it is gone"

    def _say_goodbye(self) -> None:
        log.debug("the engine ends: %s", self._ending)
        now = time.monotonic()
        for seat in self._core.seats:
            seat.outbox.append(wire.Closing(self._ending))
            self._flush(seat, now)
        self._feed.end(self._ending)

    def _close(self) -> None:
        """Close all, have the nursery kill and remove, and wait for it."""
        self._hands.close()
        if hasattr(self, "_lifelines"):
            self._lifelines.close()
        if hasattr(self, "_feed"):
            self._feed.close()
        if hasattr(self, "_door"):
            self._door.close(FAREWELL_SECONDS)
        if hasattr(self, "_context"):
            self._context.term()
        if self._nursery.close():  # it was killed, so what it does at its end is ours to do
            process_tree.kill_children()
            for folder in (self._blobs.path, self._folder):
                shutil.rmtree(folder, ignore_errors=True)
        if self._link is not None:
            self._link.close()


def _is_blob_of(client: str, name: str) -> bool:
    return name.startswith(f"{client}-") and bool(BLOB.fullmatch(name))


def _memory_kib() -> int:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 1024
    except (ValueError, OSError):
        return 0
