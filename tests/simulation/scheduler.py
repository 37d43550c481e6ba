"""The simulated scheduler process: the real core, in a loop like that of `scheduler.loop`.

One turn reads all that is available, source by source in any order.  Then the core acts, and each
client's batch is sent.  The real loop does the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Protocol

from scaler_lab.core.board import Board
from scaler_lab.core.messages import TaskId
from scaler_lab.engines.local import protocol
from scaler_lab.engines.local.scheduler.core import SchedulerCore
from scaler_lab.engines.local.scheduler.state import ClientState
from scaler_lab.engines.local.worker_ipc import BEGUN

from .client import ENGINE_ID
from .event_queue import EventQueue
from .link import SimulatedLink
from .parameters import Parameters
from .script import SimulatedTask
from .worker_control import (
    Blobs,
    SimulatedWorkerControl,
    WorkerControlObserver,
)

TURN_SECONDS = 0.00003
HICCUP_SECONDS = 0.05


class SchedulerObserver(WorkerControlObserver, Protocol):
    """Receives what passes through the listener."""

    def accepted(self, task_id: str) -> None: ...
    def cancel_arrived(self, client_id: str, message: protocol.Cancel) -> None: ...
    def read_report(self, number: int, seq: int, kind: int) -> None: ...
    def reaping(self, number: int) -> None: ...
    def forgotten(self, number: int) -> None: ...
    def view_cancel_arrived(self, task_ids: Sequence[TaskId], *, force: bool) -> None: ...
    def client_removed(self, client_id: str) -> None: ...
    def reports(self, client_id: str, message: protocol.Up) -> None: ...
    def held(self, client_id: str) -> None: ...
    def resumed(self, client_id: str) -> None: ...
    def turn_ended(self) -> None: ...


class _Outbox(list[protocol.Up]):
    """A client's outbox that reports each message to the observer when it is added."""

    def __init__(self, client_id: str, observer: SchedulerObserver) -> None:
        super().__init__()
        self._client = client_id
        self._observer = observer

    def append(self, message: protocol.Up) -> None:
        self._observer.reports(self._client, message)
        super().append(message)


class SimulatedScheduler:
    """One scheduler process with its workers."""

    def __init__(
        self,
        event_queue: EventQueue,
        parameters: Parameters,
        counts: Counter[str],
        blobs: Blobs,
        tasks: dict[str, SimulatedTask],
        observer: SchedulerObserver,
    ) -> None:
        self._event_queue = event_queue
        self._parameters = parameters
        self._counts = counts
        self._blobs = blobs
        self._observer = observer
        self._contexts: list[str] = [""]  # context -> client id
        self.worker_control = SimulatedWorkerControl(
            event_queue, parameters, blobs, tasks, observer, self._contexts.__getitem__, self.wake
        )
        self.core = SchedulerCore(
            self.worker_control,
            n_workers=parameters.workers,
            grace=parameters.grace,
            slots=self.worker_control.slots,
            board=Board(epoch=0.0),
        )
        self.all_clients: list[ClientState] = []
        self.is_alive = True
        self._links: dict[str, SimulatedLink] = {}
        self._seated: set[str] = set()
        self._held: set[str] = set()  # too many unread bytes: nothing is read from these clients
        self._frames: list[tuple[str, bytes | None]] = []  # None: the stream's end
        self._view_cancels: list[tuple[list[TaskId], bool]] = []
        self._has_turn_coming = False
        self._timer_at: float | None = None
        self._dice = Random(len(tasks))  # separate, so that what tasks report changes nothing else
        self._taken: dict[int, int] = {}  # bytes of each worker's output

    def connect(self, client_id: str, link: SimulatedLink) -> None:
        """Set the link for frames to *client_id*."""
        self._links[client_id] = link

    def link_to(self, client_id: str) -> SimulatedLink:
        """Return the link to that client."""
        return self._links[client_id]

    def start(self) -> None:
        """Spawn the workers."""
        self.core.start()
        self.wake()

    def die(self) -> None:
        """Kill the process; its fork server then kills the workers."""
        self.is_alive = False
        for worker in list(self.worker_control.workers.values()):
            self._event_queue.soon(TURN_SECONDS, worker.die, 9)

    # -- what arrives ----------------------------------------------------------------------------

    def frame_arrived(self, client_id: str, frame: bytes) -> None:
        """Receive a frame from the link."""
        self._frames.append((client_id, frame))
        self.wake()

    def view_requests(self, task_ids: list[TaskId], *, force: bool) -> None:
        """Receive a cancel from a view of the engine."""
        self._view_cancels.append((task_ids, force))
        self.wake()

    def lifeline_ended(self, client_id: str) -> None:
        """Notice that a client is gone, after reading all that it sent."""
        self._release(client_id)  # messages for it can't be sent any more
        self._frames.append((client_id, None))
        self.wake()

    def caught_up(self, client_id: str) -> None:
        """Note that a client has read something."""
        if self._links[client_id].unread <= self._parameters.unread // 2:
            self._release(client_id)

    def _release(self, client_id: str) -> None:
        if client_id in self._held and self.is_alive:
            self._held.discard(client_id)
            self._observer.resumed(client_id)
            self.core.resume(self.core.add_client(client_id), self._event_queue.now)
            self.wake()

    def wake(self) -> None:
        """Schedule a turn soon."""
        if self._has_turn_coming:
            return
        self._has_turn_coming = True
        rng = self._event_queue.rng
        if rng.random() < self._parameters.hiccups:
            self._event_queue.after(rng.random() * HICCUP_SECONDS, self._turn)
        else:
            self._event_queue.soon(TURN_SECONDS, self._turn)

    # -- a turn ----------------------------------------------------------------------------------

    def _turn(self) -> None:
        self._has_turn_coming = False
        if not self.is_alive:
            return
        sources = [
            self._on_router,
            self._on_views,
            self._on_forkserver,
            self._on_results,
        ]
        self._event_queue.rng.shuffle(sources)
        for source in sources:
            source()
        now = self._event_queue.now
        self.core.tick(now)
        self.core.dispatcher.dispatch(now)
        for client in self.core.clients:
            self._flush(client)
        self._observer.turn_ended()
        self._set_timer()

    def _set_timer(self) -> None:
        self._timer_at = self.core.due_at()
        measures_at = self.core.measures_due_at()
        # Else a task that never ends, and never exceeds its limit, would be measured for ever.
        if measures_at is not None and self.worker_control.has_hungry_task:
            self._timer_at = min(measures_at, self._timer_at or measures_at)
        if self._timer_at is not None:
            self._event_queue.at(self._timer_at, self._on_timer, self._timer_at)

    def _on_timer(self, at: float) -> None:
        if at == self._timer_at:
            self.wake()

    def _on_router(self) -> None:
        frames, self._frames = self._frames, []
        now = self._event_queue.now
        for client_id, frame in frames:
            if client_id in self._held:
                self._frames.append((client_id, frame))
                continue
            if frame is None:
                self._remove_client(client_id)
                continue
            envelope = protocol.decode_down(frame)
            if client_id not in self._seated and not self._admit(client_id, envelope):
                continue
            client = self.core.add_client(client_id)
            for message in envelope.messages:
                self._take_in(client, message, now)

    def _admit(self, client_id: str, envelope: protocol.DownEnvelope) -> bool:
        is_hello = any(isinstance(message, protocol.ClientHello) for message in envelope.messages)
        if not is_hello:
            return False
        self._seated.add(client_id)
        client = self.core.add_client(client_id)
        self.all_clients.append(client)
        client.outbox = _Outbox(client_id, self._observer)
        client.outbox.append(protocol.ClientWelcome(self._parameters.workers))
        return True

    def _take_in(self, client: ClientState, message: protocol.Down, now: float) -> None:
        match message:
            case protocol.Submit():
                self._observer.accepted(message.task_id)
                self.core.on_submit(client, message)
            case protocol.Cancel():
                self._observer.cancel_arrived(client.client_id, message)
                self.core.on_cancel(client, message, now)
            case protocol.Waiting():
                self.core.on_waiting(client, message)
            case protocol.Dropped():
                self.core.on_dropped(client, message, now)
            case protocol.Paths():
                self._contexts.append(client.client_id)
                client.context = len(self._contexts) - 1
            case protocol.Refresh():
                self.core.on_refresh(client)
            case protocol.Goodbye():
                self._remove_client(client.client_id)
            case (
                protocol.ClientHello()
                | protocol.Unshare()
                | protocol.StackRequest()
                | protocol.UsageRequest()
            ):
                pass

    def _on_views(self) -> None:
        cancels, self._view_cancels = self._view_cancels, []
        for task_ids, force in cancels:
            self._observer.view_cancel_arrived(task_ids, force=force)
            self.core.views.cancel(
                task_ids, force=force, source="a window", now=self._event_queue.now
            )

    def _remove_client(self, client_id: str) -> None:
        if client_id in self._seated:
            self._seated.discard(client_id)
            self._observer.client_removed(client_id)
            self.core.on_client_gone(self.core.add_client(client_id), self._event_queue.now)
        self._blobs.remove_all(f"{client_id}-")

    def _on_forkserver(self) -> None:
        news, self.worker_control.news[:] = list(self.worker_control.news), []
        for what, number, output in news:
            if what == "born":
                self.core.reports.on_born(number, output)
                continue
            self._read(number, len(self.worker_control.workers[number].stream))
            self._observer.reaping(number)
            worker = self.worker_control.workers[number]
            self._take_output(number, len(worker.pipe))
            self.core.reports.settle_output(number, worker.cells[BEGUN], self._event_queue.now)
            stacks = "Fatal Python error" if output not in (9, 256) else ""
            self.core.reports.on_gone(number, output, 1000, 0, stacks, self._event_queue.now)
            self._observer.forgotten(number)
            self.worker_control.forget(number)

    def _on_results(self) -> None:
        for number in self.worker_control.take_readable():
            if self.worker_control.workers[number].pipe and self._dice.random() < 0.7:
                self._on_output(number)
                continue
            if self.worker_control.workers[number].pipe:
                self.worker_control.readable(number)  # poll reports it again
            stream = self.worker_control.workers[number].stream
            size = len(stream)
            if size > 1 and self._event_queue.rng.random() < 0.3:  # a read in two parts
                size = self._event_queue.rng.randrange(1, size)
                self.worker_control.readable(number)
            self._read(number, size)

    def _on_output(self, number: int) -> None:
        """Read in the order of the real loop: the pipe, the task that has started, the reports."""
        worker = self.worker_control.workers[number]
        self._take_output(number, self._dice.randint(1, len(worker.pipe)))
        if worker.pipe:
            self.worker_control.readable(number)
        seq = worker.cells[BEGUN]
        self._read(number, len(worker.stream))
        self.core.reports.settle_output(number, seq, self._event_queue.now)

    def _take_output(self, number: int, size: int) -> None:
        pipe = self.worker_control.workers[number].pipe
        data = bytes(pipe[:size])
        del pipe[:size]
        self._taken[number] = self._taken.get(number, 0) + len(data)
        self.core.reports.on_output(number, data)

    def _read(self, number: int, size: int) -> None:
        stream = self.worker_control.workers[number].stream
        chunk = bytes(stream[:size])
        del stream[:size]
        for report in self.worker_control.readers[number].feed(chunk):
            self._observer.read_report(number, report.seq, report.kind)
            self._take_output(number, max(0, report.written - self._taken.get(number, 0)))
            self.core.reports.on_report(number, report, self._event_queue.now)

    def _flush(self, client: ClientState) -> None:
        """Send the client's batch, cut into envelopes at random; the real loop cuts by size."""
        link = self._links[client.client_id]
        outbox = client.outbox[:]
        client.outbox.clear()
        while outbox:
            size = len(outbox)
            if size > 1 and self._event_queue.rng.random() < 0.2:
                size = self._event_queue.rng.randrange(1, size)
            link.send(protocol.encode(protocol.UpEnvelope(ENGINE_ID, outbox[:size])))
            outbox = outbox[size:]
        client.is_behind = link.unread > self._parameters.unread // 4
        if link.unread > self._parameters.unread and client.client_id not in self._held:
            self._held.add(client.client_id)
            self._observer.held(client.client_id)
            self._counts["clients held"] += 1
            self.core.hold(client)
