"""`World`: a fake environment of a `SchedulerCore`, with fake workers, clients and a clock.

Its `WorkerControl` does what the real one would, immediately and exactly.  A worker is an inbox,
and takes its first packet when the test requests it.  (`test_simulation` covers all combinations.)
"""

from __future__ import annotations

import signal
from typing import Any

from scaler_lab.core.messages import GroupId, Progress, TaskAnnotations, TaskId
from scaler_lab.engines.local import protocol, worker_ipc
from scaler_lab.engines.local.scheduler.core import SchedulerCore
from scaler_lab.engines.local.scheduler.dispatching import PREFETCH_MAX
from scaler_lab.engines.local.scheduler.stack_reader import Look
from scaler_lab.engines.local.scheduler.state import ClientState
from scaler_lab.engines.local.scheduler.worker_actions import WorkerUsage
from scaler_lab.engines.local.worker_ipc import PACKET, WorkerReport

GRACE = 0.5
SHORT_NS = 50_000


class FakeWorker:
    """One worker, as its kernel objects represent it."""

    def __init__(self) -> None:
        self.inbox: list[int] = []
        self.begun: tuple[int, int] = (0, 0)
        self.interrupts: list[int] = []
        self.is_killed = False
        self.memory: int | None = 0
        self.usage: WorkerUsage | None = WorkerUsage(0, 0, 0)
        self.n_measured = 0
        self.look = Look(None, problem="it has no stack")
        self.sent: tuple[int, Progress] | None = None


class World:
    """A fake `WorkerControl` and clock, with the workers and clients behind them."""

    def __init__(
        self, *, n_workers: int = 2, spares: int = 1, slots: int | None = None, reserve: int = 0
    ) -> None:
        self.now = 100.0
        self.free: int | None = None
        self.workers: dict[int, FakeWorker] = {}
        self.spawned: list[int] = []
        self.removed: list[str] = []
        self.inbox_capacity = 1000
        self.core = SchedulerCore(
            self,
            n_workers=n_workers,
            grace=GRACE,
            spares=spares,
            slots=slots,
            reserve=reserve,
        )
        self.core.start()
        self.client = self.core.add_client("client")

    # -- worker control --

    def send(self, worker_number: int, packet: bytes) -> bool:
        worker = self.workers[worker_number]
        if len(worker.inbox) >= self.inbox_capacity:
            return False
        worker.inbox.append(PACKET.unpack_from(packet)[0])
        return True

    def recall(self, worker_number: int) -> list[int]:
        worker = self.workers[worker_number]
        seqs, worker.inbox = worker.inbox, []
        return seqs

    def begun(self, worker_number: int) -> tuple[int, int]:
        return self.workers[worker_number].begun

    def progress(self, worker_number: int) -> tuple[int, Progress] | None:
        return self.workers[worker_number].sent

    def runs(self, worker_number: int, seq: int) -> bool:
        return self.workers[worker_number].begun[0] == seq

    def memory(self, worker_number: int, enough: int) -> int | None:
        del enough
        return self.workers[worker_number].memory

    def free_memory(self) -> int | None:
        return self.free

    def usage(self, worker_number: int) -> WorkerUsage | None:
        worker = self.workers[worker_number]
        worker.n_measured += 1
        return worker.usage

    def look(self, pid: int) -> Look:
        return self.workers[pid - 1000].look

    def interrupt(self, worker_number: int, seq: int) -> None:
        self.workers[worker_number].interrupts.append(seq)

    def kill(self, worker_number: int) -> None:
        self.workers[worker_number].is_killed = True

    def spawn(self, worker_number: int) -> None:
        self.spawned.append(worker_number)
        self.workers[worker_number] = FakeWorker()

    def remove_blob(self, name: str) -> None:
        self.removed.append(name)

    # -- workers --

    def ready(self, *workers: int) -> World:
        for worker_number in workers or tuple(self.spawned):
            self.core.reports.on_born(worker_number, 1000 + worker_number)
            self.report(worker_number, worker_ipc.READY)
        return self

    def report(
        self, worker_number: int, kind: int, seq: int = 0, *, took_ns: int = 0, **more: Any
    ) -> None:
        now_ns = int(self.now * 1e9)
        report = WorkerReport(
            kind,
            seq,
            now_ns - took_ns,
            now_ns,
            more.get("error", ""),
            more.get("data", b""),
            more.get("is_blob", False),
        )
        self.core.reports.on_report(worker_number, report, self.now)
        self.core.dispatcher.dispatch(self.now)

    def take(self, worker_number: int) -> int:
        """Let the worker take and begin its next packet; return its seq."""
        worker = self.workers[worker_number]
        seq = worker.inbox.pop(0)
        worker.begun = seq, int(self.now * 1e9)
        return seq

    def do(self, worker_number: int, *, took_ns: int = SHORT_NS, **more: Any) -> int:
        """Let the worker run its next task; return its seq."""
        seq = self.take(worker_number)
        self.report(worker_number, worker_ipc.VALUE, seq, took_ns=took_ns, **more)
        return seq

    def die(self, worker_number: int, status: int = int(signal.SIGKILL), killed: int = 0) -> None:
        self.core.reports.on_gone(worker_number, status, 1024, killed, "", self.now)

    # -- clients and time --

    def submit(self, *names: str, client: ClientState | None = None, **more: Any) -> None:
        fields = TaskAnnotations.__struct_fields__
        given = {field: more.pop(field) for field in fields if field in more}
        annotations = TaskAnnotations(**given)
        for name in names:
            message = protocol.Submit(TaskId(name), name, b"data", annotations=annotations, **more)
            self.core.on_submit(client or self.client, message)
        self.core.dispatcher.dispatch(self.now)

    def cancel(self, *names: str, force: bool = False, group: str | None = None) -> None:
        message = protocol.Cancel(
            [TaskId(name) for name in names], GroupId(group) if group else None, force
        )
        self.core.on_cancel(self.client, message, self.now)

    def messages_to(self, client: ClientState | None = None) -> list[tuple[str, str]]:
        """Return the messages to the client since the last call: (task, message)."""
        box = (client or self.client).outbox
        sent: list[tuple[str, str]] = []
        for message in box:
            match message:
                case protocol.Confirm():
                    sent.append((message.task_id, message.resolution.value))
                case protocol.Result():
                    sent.append((message.task_id, "failed" if message.failed else "result"))
                case (
                    protocol.Started()
                    | protocol.Died()
                    | protocol.OverMemory()
                    | protocol.CancelRequested()
                ):
                    sent.append((message.task_id, type(message).__name__.lower()))
                case _:
                    sent.append(("", type(message).__name__.lower()))
        box.clear()
        return sent

    def wait(self, seconds: float) -> None:
        """Let time pass, and run timers when they are due."""
        end = self.now + seconds
        while (due := self._due_at()) is not None and due <= end:
            self.now = max(self.now, due)
            self.core.tick(self.now)
        self.now = end

    def _due_at(self) -> float | None:
        due = (self.core.due_at(), self.core.measures_due_at())
        return min((at for at in due if at is not None), default=None)

    def inboxes(self) -> list[int]:
        return [len(self.workers[worker_number].inbox) for worker_number in sorted(self.workers)]


def prefetching(world: World, *workers: int) -> World:
    """Run short tasks until the prefetching depth is at its maximum."""
    n = 0
    while world.core.dispatcher.depth < PREFETCH_MAX:
        for worker_number in workers:
            world.submit(f"warm-{n}")
            n += 1
            if world.workers[worker_number].inbox:
                world.do(worker_number)
    while any(world.workers[worker_number].inbox for worker_number in workers):
        for worker_number in workers:
            while world.workers[worker_number].inbox:
                world.do(worker_number)
    world.messages_to()
    return world
