"""The simulated fork server and kernel objects, through which the core controls workers.

`recall` and the worker's take are atomic.  Commands to the fork server and signals are delayed, and
keep their order.  An ended process is reaped later, and that is reported after what it wrote.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Protocol

from scaler_lab.core.messages import Progress
from scaler_lab.engines.local.scheduler.stack_reader import Look
from scaler_lab.engines.local.scheduler.worker_actions import WorkerUsage
from scaler_lab.engines.local.worker_ipc import (
    BEGUN,
    BEGUN_NS,
    CANCEL,
    PACKET,
    ReportReader,
    read_progress,
)
from scaler_lab.serialization.streams import Packed, Segment

from .event_queue import EventQueue
from .outcome import Fault
from .parameters import Parameters
from .script import SimulatedTask
from .worker import SimulatedWorker, TaskObserver

COMMAND_SECONDS = 0.00003
HICCUP_SECONDS = 0.02
SPARE_SLOTS = 4  # few, so that some runs run out of them


class Blobs:
    """The files of large payloads: name -> flags and segments."""

    def __init__(self) -> None:
        self.files: dict[str, tuple[int, list[Segment]]] = {}

    def write(self, name: str, packed: Packed) -> None:
        if name in self.files:
            raise FileExistsError(name)
        self.files[name] = (packed.flags, list(packed.segments))

    def read(self, name: str, *, unlink: bool) -> tuple[int, list[Segment]]:
        try:
            return self.files.pop(name) if unlink else self.files[name]
        except KeyError:
            raise FileNotFoundError(name) from None

    def remove(self, name: str) -> None:
        self.files.pop(name, None)

    def remove_all(self, prefix: str) -> None:
        for name in [name for name in self.files if name.startswith(prefix)]:
            del self.files[name]


class WorkerControlObserver(TaskObserver, Protocol):
    """Receives what the core does."""

    def spawned(self, number: int) -> None: ...
    def sent(self, number: int, seq: int, task: SimulatedTask) -> None: ...
    def recalled(self, number: int, seqs: list[int]) -> None: ...
    def interrupting(self, number: int, seq: int) -> None: ...
    def killing(self, number: int) -> None: ...


class SimulatedWorkerControl:
    """Implements the core's `WorkerControl`.  *wake* makes the scheduler take a turn soon."""

    def __init__(
        self,
        event_queue: EventQueue,
        parameters: Parameters,
        blobs: Blobs,
        tasks: dict[str, SimulatedTask],
        observer: WorkerControlObserver,
        client_of: Callable[[int], str],
        wake: Callable[[], None],
    ) -> None:
        self.workers: dict[int, SimulatedWorker] = {}  # each keeps its slot until it is forgotten
        self.readers: dict[int, ReportReader] = {}
        self.news: list[tuple[str, int, int]] = []  # event, number, pid or status
        self._readable: dict[int, None] = {}
        self._event_queue = event_queue
        self._parameters = parameters
        self._blobs = blobs
        self._tasks = tasks
        self._observer = observer
        self._client_of = client_of
        self._wake = wake
        self._forkserver_busy_until = 0.0

    @property
    def slots(self) -> int:
        """Return how many workers there can be at once."""
        return self._parameters.workers + 1 + SPARE_SLOTS

    # -- for the core ----------------------------------------------------------------------------

    def send(self, worker_number: int, packet: bytes) -> bool:
        """Deliver a packet, as the kernel does, even to a dead worker that is not reaped yet."""
        worker = self.workers[worker_number]
        if len(worker.inbox) >= self._parameters.inbox:
            return False
        seq, _, is_blob, _ = PACKET.unpack_from(packet)
        self._observer.sent(worker_number, seq, self.task_of(packet[PACKET.size :], bool(is_blob)))
        worker.inbox.append(packet)
        worker.packet_arrived()
        return True

    def recall(self, worker_number: int) -> list[int]:
        """Take back all packets that the worker has not taken."""
        worker = self.workers.get(worker_number)
        if worker is None:
            return []
        seqs = [PACKET.unpack_from(packet)[0] for packet in worker.inbox]
        worker.inbox.clear()
        self._observer.recalled(worker_number, seqs)
        return seqs

    def begun(self, worker_number: int) -> tuple[int, int]:
        """Read two cells, one after the other."""
        cells = self.workers[worker_number].cells
        return cells[BEGUN], cells[BEGUN_NS]

    def progress(self, worker_number: int) -> tuple[int, Progress] | None:
        """Read the worker's note."""
        worker = self.workers[worker_number]
        return read_progress(worker.note, worker.cells)

    def runs(self, worker_number: int, seq: int) -> bool:
        """Read the cell of the task that started last; no stack is ever requested."""
        return self.workers[worker_number].cells[BEGUN] == seq

    def memory(self, worker_number: int, enough: int) -> int | None:
        """Measure what the task in the worker has added by now."""
        del enough
        return self.workers[worker_number].memory

    def free_memory(self) -> int | None:
        """Return None: simulated engines have no reserve."""
        return None

    def usage(self, worker_number: int) -> WorkerUsage | None:
        """Measure nothing: no usage is ever requested."""
        del worker_number
        return None

    def look(self, pid: int) -> Look:
        """Find nothing: simulated workers have no frames."""
        return Look(None, problem=f"{pid} is no process")

    def interrupt(self, worker_number: int, seq: int) -> None:
        """Set the cell immediately, and send the signal through the fork server."""
        worker = self.workers.get(worker_number)
        if worker is not None:
            self._observer.interrupting(worker_number, seq)
            worker.cells[CANCEL] = seq
            self._command(worker.signal)

    def kill(self, worker_number: int) -> None:
        """Kill a worker through the fork server."""
        self._observer.killing(worker_number)
        self._command(self.workers[worker_number].die, int(signal.SIGKILL))

    def spawn(self, worker_number: int) -> None:
        """Start a worker through the fork server.  IndexError if no slot is free, as in reality."""
        if len(self.workers) >= self.slots:
            raise IndexError("no slot is free for another worker")
        worker = SimulatedWorker(
            worker_number,
            self._event_queue,
            self,
            self._observer,
            self._client_of,
            self._parameters.step,
        )
        self.workers[worker_number] = worker
        self.readers[worker_number] = ReportReader()
        self._observer.spawned(worker_number)
        self._command(self._fork, worker)

    def remove_blob(self, name: str) -> None:
        """Remove a file; it may be missing."""
        self._blobs.remove(name)

    # -- the fork server -------------------------------------------------------------------------

    def _command(self, call: Callable[..., object], *args: object) -> None:
        """Carry out a command later; commands keep their order."""
        rng = self._event_queue.rng
        start = max(self._event_queue.now, self._forkserver_busy_until)
        self._forkserver_busy_until = start + min(rng.expovariate(1.0), 10) * COMMAND_SECONDS
        if rng.random() < self._parameters.hiccups:
            self._forkserver_busy_until += rng.random() * HICCUP_SECONDS
        self._event_queue.at(self._forkserver_busy_until, call, *args)

    def _fork(self, worker: SimulatedWorker) -> None:
        rng, parameters = self._event_queue.rng, self._parameters
        self._send_news("born", worker.number, 1000 + worker.number)
        seconds = (0.5 + rng.random()) * parameters.start
        worker.start(seconds, fails=rng.random() < parameters.start_failures)

    def _send_news(self, what: str, number: int, output: int) -> None:
        self.news.append((what, number, output))
        self._wake()

    # -- for the workers -------------------------------------------------------------------------

    def task_of(self, data: bytes, is_blob: bool) -> SimulatedTask:
        """Return the task by its id, which is all that a simulated call contains."""
        if is_blob:
            name = str(data, "ascii")
            _, segments = self._blobs.files.get(name, (0, []))
            if not segments:
                raise Fault(f"the call's file {name} is missing")
            return self._tasks[str(segments[0], "ascii")]
        return self._tasks[str(data, "ascii")]

    def write_blob(self, name: str, packed: Packed) -> None:
        """Write a file; FileExistsError if it exists."""
        self._blobs.write(name, packed)

    def readable(self, number: int) -> None:
        """Record that the worker's stream has data, and wake the scheduler."""
        self._readable[number] = None
        self._wake()

    def gone(self, number: int, status: int) -> None:
        """Let the fork server reap the process and its children after a while."""
        self._event_queue.soon(self._parameters.reap, self._send_news, "gone", number, status)

    # -- for the scheduler's loop ----------------------------------------------------------------

    @property
    def has_hungry_task(self) -> bool:
        """Whether a running task has exceeded its memory limit, or will."""
        return any(worker.is_hungry for worker in self.workers.values())

    def take_readable(self) -> list[int]:
        """Return the workers whose streams have data, each once."""
        numbers = list(self._readable)
        self._readable.clear()
        return numbers

    def forget(self, number: int) -> None:
        """Free the slot of a reaped worker."""
        del self.workers[number], self.readers[number]
        self._readable.pop(number, None)
