"""The simulated scheduler process: the real core, in a loop such as `scheduler.loop`'s.

One turn takes in all that is there, source by source in any order, and then lets the core act and
each client's batch go, as the real one does.
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
from scaler_lab.engines.local.scheduler.state import Seat
from scaler_lab.engines.local.worker_ipc import BEGUN
from scaler_lab.testing.simulation.client import ENGINE_ID
from scaler_lab.testing.simulation.event_queue import Agenda
from scaler_lab.testing.simulation.link import Link
from scaler_lab.testing.simulation.parameters import Weights
from scaler_lab.testing.simulation.script import SimulatedTask
from scaler_lab.testing.simulation.worker_control import Blobs, Overseer, SimulatedHands

TURN_SECONDS = 0.00003
HICCUP_SECONDS = 0.05


class Clerk(Overseer, Protocol):
    """Who is told what goes through the door."""

    def accepted(self, task_id: str) -> None: ...
    def cancel_arrived(self, client: str, message: protocol.Cancel) -> None: ...
    def read_report(self, number: int, seq: int, kind: int) -> None: ...
    def reaping(self, number: int) -> None: ...
    def forgotten(self, number: int) -> None: ...
    def window_cancel_arrived(self, task_ids: Sequence[TaskId], *, force: bool) -> None: ...
    def unseated(self, client: str) -> None: ...
    def says(self, client: str, message: protocol.Up) -> None: ...
    def held(self, client: str) -> None: ...
    def resumed(self, client: str) -> None: ...
    def turn_ended(self) -> None: ...


class _Outbox(list[protocol.Up]):
    """A seat's outbox that tells at once what is put into it."""

    def __init__(self, client: str, clerk: Clerk) -> None:
        super().__init__()
        self._client = client
        self._clerk = clerk

    def append(self, message: protocol.Up) -> None:
        self._clerk.says(self._client, message)
        super().append(message)


class SimulatedScheduler:
    """One scheduler process with its workers."""

    def __init__(
        self,
        agenda: Agenda,
        weights: Weights,
        counts: Counter[str],
        blobs: Blobs,
        tasks: dict[str, SimulatedTask],
        clerk: Clerk,
    ) -> None:
        self._agenda = agenda
        self._weights = weights
        self._counts = counts
        self._blobs = blobs
        self._clerk = clerk
        self._contexts: list[str] = [""]  # context -> whose
        self.hands = SimulatedHands(
            agenda, weights, blobs, tasks, clerk, self._contexts.__getitem__, self.wake
        )
        self.core = SchedulerCore(
            self.hands,
            n_workers=weights.workers,
            grace=weights.grace,
            slots=self.hands.slots,
            board=Board(epoch=0.0),
        )
        self.all_seats: list[Seat] = []
        self.is_alive = True
        self._links: dict[str, Link] = {}
        self._seated: set[str] = set()
        self._held: set[str] = set()  # clients with too much unread: nothing is read from them
        self._frames: list[tuple[str, bytes | None]] = []  # None: the stream's end
        self._window_cancels: list[tuple[list[TaskId], bool]] = []
        self._has_turn_coming = False
        self._timer_at: float | None = None
        self._dice = Random(len(tasks))  # of its own, for what tasks say changes nothing else
        self._taken: dict[int, int] = {}  # bytes of each worker's output

    def connect(self, client: str, link: Link) -> None:
        """Where frames for *client* go."""
        self._links[client] = link

    def link_to(self, client: str) -> Link:
        """The way up to that client."""
        return self._links[client]

    def start(self) -> None:
        """Have the workers spawned."""
        self.core.start()
        self.wake()

    def die(self) -> None:
        """The process is killed; its nursery kills the workers then."""
        self.is_alive = False
        for worker in list(self.hands.workers.values()):
            self._agenda.soon(TURN_SECONDS, worker.die, 9)

    # -- what arrives ----------------------------------------------------------------------------

    def frame_arrived(self, client: str, frame: bytes) -> None:
        """From the link."""
        self._frames.append((client, frame))
        self.wake()

    def window_asks(self, task_ids: list[TaskId], *, force: bool) -> None:
        """From somebody who watches the engine."""
        self._window_cancels.append((task_ids, force))
        self.wake()

    def lifeline_ended(self, client: str) -> None:
        """A client is gone, which is read behind all that it sent."""
        self._release(client)  # what was kept for it can't be sent any more
        self._frames.append((client, None))
        self.wake()

    def caught_up(self, client: str) -> None:
        """A client has read something."""
        if self._links[client].unread <= self._weights.unread // 2:
            self._release(client)

    def _release(self, client: str) -> None:
        if client in self._held and self.is_alive:
            self._held.discard(client)
            self._clerk.resumed(client)
            self.core.resume(self.core.sit(client), self._agenda.now)
            self.wake()

    def wake(self) -> None:
        """Have a turn soon."""
        if self._has_turn_coming:
            return
        self._has_turn_coming = True
        rng = self._agenda.rng
        if rng.random() < self._weights.hiccups:
            self._agenda.after(rng.random() * HICCUP_SECONDS, self._turn)
        else:
            self._agenda.soon(TURN_SECONDS, self._turn)

    # -- a turn ----------------------------------------------------------------------------------

    def _turn(self) -> None:
        self._has_turn_coming = False
        if not self.is_alive:
            return
        sources = [
            self._on_router,
            self._on_windows,
            self._on_nursery,
            self._on_results,
        ]
        self._agenda.rng.shuffle(sources)
        for source in sources:
            source()
        now = self._agenda.now
        self.core.tick(now)
        self.core.dispatch(now)
        for seat in self.core.seats:
            self._flush(seat)
        self._clerk.turn_ended()
        self._set_timer()

    def _set_timer(self) -> None:
        self._timer_at = self.core.due_at()
        if self._timer_at is not None:
            self._agenda.at(self._timer_at, self._on_timer, self._timer_at)

    def _on_timer(self, at: float) -> None:
        if at == self._timer_at:
            self.wake()

    def _on_router(self) -> None:
        frames, self._frames = self._frames, []
        now = self._agenda.now
        for client, frame in frames:
            if client in self._held:
                self._frames.append((client, frame))
                continue
            if frame is None:
                self._unseat(client)
                continue
            envelope = protocol.decode_down(frame)
            if client not in self._seated and not self._admit(client, envelope):
                continue
            seat = self.core.sit(client)
            for message in envelope.messages:
                self._take_in(seat, message, now)

    def _admit(self, client: str, envelope: protocol.DownEnvelope) -> bool:
        is_hello = any(isinstance(message, protocol.Hello) for message in envelope.messages)
        if not is_hello:
            return False
        self._seated.add(client)
        seat = self.core.sit(client)
        self.all_seats.append(seat)
        seat.outbox = _Outbox(client, self._clerk)
        seat.outbox.append(protocol.Welcome(self._weights.workers))
        return True

    def _take_in(self, seat: Seat, message: protocol.Down, now: float) -> None:
        match message:
            case protocol.Submit():
                self._clerk.accepted(message.task_id)
                self.core.on_submit(seat, message)
            case protocol.Cancel():
                self._clerk.cancel_arrived(seat.client, message)
                self.core.on_cancel(seat, message, now)
            case protocol.Waiting():
                self.core.on_waiting(seat, message)
            case protocol.Dropped():
                self.core.on_dropped(seat, message, now)
            case protocol.Paths():
                self._contexts.append(seat.client)
                seat.context = len(self._contexts) - 1
            case protocol.Refresh():
                self.core.on_refresh(seat)
            case protocol.Farewell():
                self._unseat(seat.client)
            case protocol.Hello() | protocol.Unshare():
                pass

    def _on_windows(self) -> None:
        cancels, self._window_cancels = self._window_cancels, []
        for task_ids, force in cancels:
            self._clerk.window_cancel_arrived(task_ids, force=force)
            self.core.cancel_from_window(
                task_ids, force=force, source="a window", now=self._agenda.now
            )

    def _unseat(self, client: str) -> None:
        if client in self._seated:
            self._seated.discard(client)
            self._clerk.unseated(client)
            self.core.on_client_gone(self.core.sit(client), self._agenda.now)
        self._blobs.remove_all(f"{client}-")

    def _on_nursery(self) -> None:
        news, self.hands.news[:] = list(self.hands.news), []
        for what, number, said in news:
            if what == "born":
                self.core.on_born(number, said)
                continue
            self._read(number, len(self.hands.workers[number].stream))
            self._clerk.reaping(number)
            worker = self.hands.workers[number]
            self._take_output(number, len(worker.pipe))
            self.core.settle_output(number, worker.cells[BEGUN], self._agenda.now)
            stacks = "Fatal Python error" if said not in (9, 256) else ""
            self.core.on_gone(number, said, 1000, 0, stacks, self._agenda.now)
            self._clerk.forgotten(number)
            self.hands.forget(number)

    def _on_results(self) -> None:
        for number in self.hands.take_readable():
            if self.hands.workers[number].pipe and self._dice.random() < 0.7:
                self._on_output(number)
                continue
            if self.hands.workers[number].pipe:
                self.hands.readable(number)  # poll tells of it again
            stream = self.hands.workers[number].stream
            size = len(stream)
            if size > 1 and self._agenda.rng.random() < 0.3:  # a read that takes two goes
                size = self._agenda.rng.randrange(1, size)
                self.hands.readable(number)
            self._read(number, size)

    def _on_output(self, number: int) -> None:
        """In the real loop's order: the pipe, which task is begun, the reports."""
        worker = self.hands.workers[number]
        self._take_output(number, self._dice.randint(1, len(worker.pipe)))
        if worker.pipe:
            self.hands.readable(number)
        seq = worker.cells[BEGUN]
        self._read(number, len(worker.stream))
        self.core.settle_output(number, seq, self._agenda.now)

    def _take_output(self, number: int, size: int) -> None:
        pipe = self.hands.workers[number].pipe
        data = bytes(pipe[:size])
        del pipe[:size]
        self._taken[number] = self._taken.get(number, 0) + len(data)
        self.core.on_output(number, data)

    def _read(self, number: int, size: int) -> None:
        stream = self.hands.workers[number].stream
        chunk = bytes(stream[:size])
        del stream[:size]
        for report in self.hands.readers[number].feed(chunk):
            self._clerk.read_report(number, report.seq, report.kind)
            self._take_output(number, max(0, report.written - self._taken.get(number, 0)))
            self.core.on_report(number, report, self._agenda.now)

    def _flush(self, seat: Seat) -> None:
        """Cut into envelopes anywhere: the real loop cuts by size."""
        link = self._links[seat.client]
        outbox = seat.outbox[:]
        seat.outbox.clear()
        while outbox:
            size = len(outbox)
            if size > 1 and self._agenda.rng.random() < 0.2:
                size = self._agenda.rng.randrange(1, size)
            link.send(protocol.encode(protocol.UpEnvelope(ENGINE_ID, outbox[:size])))
            outbox = outbox[size:]
        seat.is_behind = link.unread > self._weights.unread // 4
        if link.unread > self._weights.unread and seat.client not in self._held:
            self._held.add(seat.client)
            self._clerk.held(seat.client)
            self._counts["clients held"] += 1
            self.core.hold(seat)
