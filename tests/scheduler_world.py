"""A world around a `SchedulerCore`: what that does to it, and what it tells its clients.

The hands here do what real ones would, at once and exactly: a bench is an inbox, of which a worker
takes the first when the test says so.  (`test_simulation` plays it against everything at once.)
"""

from __future__ import annotations

import signal
from typing import Any

from scaler_lab.core.messages import GroupId, Progress, TaskId
from scaler_lab.engines.local import protocol, worker_ipc
from scaler_lab.engines.local.scheduler.core import DEEPEST, SchedulerCore
from scaler_lab.engines.local.scheduler.state import Seat
from scaler_lab.engines.local.worker_ipc import PACKET, Report

GRACE = 0.5
SHORT_NS = 50_000


class Worker:
    """One bench as its kernel objects have it."""

    def __init__(self) -> None:
        self.inbox: list[int] = []
        self.begun: tuple[int, int] = (0, 0)
        self.interrupts: list[int] = []
        self.is_killed = False
        self.said: tuple[int, Progress] | None = None


class World:
    """The hands, a clock, and the other sides of both."""

    def __init__(self, *, n_workers: int = 2, spares: int = 1, slots: int | None = None) -> None:
        self.now = 100.0
        self.workers: dict[int, Worker] = {}
        self.spawned: list[int] = []
        self.removed: list[str] = []
        self.inbox_room = 1000
        self.core = SchedulerCore(
            self, n_workers=n_workers, grace=GRACE, spares=spares, slots=slots
        )
        self.core.start()
        self.seat = self.core.sit("client")

    # -- hands --

    def send(self, bench: int, packet: bytes) -> bool:
        worker = self.workers[bench]
        if len(worker.inbox) >= self.inbox_room:
            return False
        worker.inbox.append(PACKET.unpack_from(packet)[0])
        return True

    def recall(self, bench: int) -> list[int]:
        worker = self.workers[bench]
        seqs, worker.inbox = worker.inbox, []
        return seqs

    def begun(self, bench: int) -> tuple[int, int]:
        return self.workers[bench].begun

    def progress(self, bench: int) -> tuple[int, Progress] | None:
        return self.workers[bench].said

    def interrupt(self, bench: int, seq: int) -> None:
        self.workers[bench].interrupts.append(seq)

    def kill(self, bench: int) -> None:
        self.workers[bench].is_killed = True

    def spawn(self, bench: int) -> None:
        self.spawned.append(bench)
        self.workers[bench] = Worker()

    def remove_blob(self, name: str) -> None:
        self.removed.append(name)

    # -- workers --

    def ready(self, *benches: int) -> World:
        for bench in benches or tuple(self.spawned):
            self.core.on_born(bench, 1000 + bench)
            self.report(bench, worker_ipc.READY)
        return self

    def report(self, bench: int, kind: int, seq: int = 0, *, took_ns: int = 0, **more: Any) -> None:
        now_ns = int(self.now * 1e9)
        report = Report(
            kind,
            seq,
            now_ns - took_ns,
            now_ns,
            more.get("error", ""),
            more.get("data", b""),
            more.get("is_blob", False),
        )
        self.core.on_report(bench, report, self.now)
        self.core.dispatch(self.now)

    def take(self, bench: int) -> int:
        """The worker takes its next packet and begins it; its seq."""
        worker = self.workers[bench]
        seq = worker.inbox.pop(0)
        worker.begun = seq, int(self.now * 1e9)
        return seq

    def do(self, bench: int, *, took_ns: int = SHORT_NS, **more: Any) -> int:
        """The worker does its next task; its seq."""
        seq = self.take(bench)
        self.report(bench, worker_ipc.VALUE, seq, took_ns=took_ns, **more)
        return seq

    def die(self, bench: int, status: int = int(signal.SIGKILL), killed: int = 0) -> None:
        self.core.on_gone(bench, status, 1024, killed, "", self.now)

    # -- clients and time --

    def submit(self, *names: str, seat: Seat | None = None, **more: Any) -> None:
        for name in names:
            message = protocol.Submit(TaskId(name), name, b"data", **more)
            self.core.on_submit(seat or self.seat, message)
        self.core.dispatch(self.now)

    def cancel(self, *names: str, force: bool = False, group: str | None = None) -> None:
        message = protocol.Cancel(
            [TaskId(name) for name in names], GroupId(group) if group else None, force
        )
        self.core.on_cancel(self.seat, message, self.now)

    def told(self, seat: Seat | None = None) -> list[tuple[str, str]]:
        """What went to the client since the last look: (task, what)."""
        box = (seat or self.seat).outbox
        said: list[tuple[str, str]] = []
        for message in box:
            match message:
                case protocol.Confirm():
                    said.append((message.task_id, message.resolution.value))
                case protocol.Result():
                    said.append((message.task_id, "failed" if message.failed else "result"))
                case protocol.Started() | protocol.Died() | protocol.Asked():
                    said.append((message.task_id, type(message).__name__.lower()))
                case _:
                    said.append(("", type(message).__name__.lower()))
        box.clear()
        return said

    def wait(self, seconds: float) -> None:
        """Let time pass, doing what is due when it is due."""
        end = self.now + seconds
        while (due := self.core.due_at()) is not None and due <= end:
            self.now = max(self.now, due)
            self.core.tick(self.now)
        self.now = end

    def inboxes(self) -> list[int]:
        return [len(self.workers[bench].inbox) for bench in sorted(self.workers)]


def prefetching(world: World, *benches: int) -> World:
    """Short tasks, until as many are sent ahead as ever."""
    n = 0
    while world.core._depth < DEEPEST:  # pyright: ignore[reportPrivateUsage]
        for bench in benches:
            world.submit(f"warm-{n}")
            n += 1
            if world.workers[bench].inbox:
                world.do(bench)
    while any(world.workers[bench].inbox for bench in benches):
        for bench in benches:
            while world.workers[bench].inbox:
                world.do(bench)
    world.told()
    return world
