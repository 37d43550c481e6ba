"""A simulated worker process that follows the contract of `engines.local.worker` step by step.

    take a packet ─> enter ─> allow interrupts ─> check CANCEL ─> run ─> disallow them ─> report
                    (crash)                       SKIPPED          │
                                                                 signal: raise, if CANCEL means it

Between any two steps, time passes in which signals may arrive and the process may die.  The bytes
of packets and reports and the cells are real.  A test puts the real `Worker` and this one into the
same situations and compares what they report.

The two workers don't share the code of their decisions.  In the real worker, the decisions are made
between two bytecodes, in an order relative to signals that a function call would change.  A call
would also be too slow there.
"""

from __future__ import annotations

import math
import signal
from collections import deque
from collections.abc import Callable
from typing import Protocol

from scaler_lab.core.messages import Progress
from scaler_lab.engines.local import worker_ipc
from scaler_lab.engines.local.worker_ipc import BEGUN, BEGUN_NS, CANCEL, PACKET, RAISED
from scaler_lab.serialization import pickling
from scaler_lab.serialization.streams import Packed

from .event_queue import EventQueue
from .script import Ending, InterruptReply, SimulatedTask

EXITED_WITH_1 = 1 << 8  # as os.wait reports it


class TaskObserver(Protocol):
    """Receives the facts about the tasks."""

    def took(self, number: int, seq: int, task: SimulatedTask) -> None: ...
    def began(self, number: int, task: SimulatedTask) -> None: ...
    def raised_in(self, number: int, task: SimulatedTask) -> None: ...
    def ended(self, number: int, task: SimulatedTask, ending: Ending) -> None: ...
    def stopped(self, number: int, task: SimulatedTask) -> None: ...
    def died(self, number: int, status: int, in_hand: SimulatedTask | None) -> None: ...


class WorkerEnvironment(Protocol):
    """The environment of a worker process."""

    def task_of(self, data: bytes, is_blob: bool) -> SimulatedTask:
        """Return the task whose call this packet contains."""
        ...

    def write_blob(self, name: str, packed: Packed) -> None: ...
    def remove_blob(self, name: str) -> None: ...

    def readable(self, number: int) -> None:
        """Note that the worker's results stream has data."""
        ...

    def gone(self, number: int, status: int) -> None:
        """Note that the process has ended."""
        ...


class SimulatedWorker:
    """One worker process.

    *client_of* returns the client of a context.  *step_seconds* is the average duration of each of
    the worker's own steps.
    """

    def __init__(
        self,
        number: int,
        event_queue: EventQueue,
        environment: WorkerEnvironment,
        observer: TaskObserver,
        client_of: Callable[[int], str],
        step_seconds: float,
    ) -> None:
        self.number = number
        self.cells = [0] * worker_ipc.CELLS
        self.inbox: deque[bytes] = deque()
        self.stream = bytearray()  # written, not read by the scheduler yet
        self.pipe = bytearray()  # its output, likewise
        self.note = memoryview(bytearray(worker_ipc.NOTES_BYTES))
        self._written = 0  # bytes of output, read or not
        self.is_alive = True
        self._event_queue = event_queue
        self._around = environment
        self._observer = observer
        self._client_of = client_of
        self._step_seconds = step_seconds
        self._is_waiting = False  # for a packet
        self._open_seq = 0  # the task that may be interrupted now
        self._was_swallowed = False
        self._was_unseen = False  # in this task
        self._task: SimulatedTask | None = None  # taken, not reported yet
        self._seq = self._context = self._begun_ns = 0
        self._act = 0  # step of the task; an interrupt increases it to drop the scheduled step
        self._deaf_until = 0.0
        self._signal_waits = False
        self._blob = ""

    # -- the process -----------------------------------------------------------------------------

    def start(self, seconds: float, fails: bool) -> None:
        """Start; after *seconds*, wait for the first task or die."""
        self._after(seconds, self._fail_at_start if fails else self._be_ready)

    def die(self, status: int) -> None:
        """End the process: what it has written stays, and nothing else happens."""
        if not self.is_alive:
            return
        self.is_alive = False
        self._observer.died(self.number, status, self._task)
        self._around.gone(self.number, status)

    @property
    def memory(self) -> int:
        """Bytes that its task has added by now."""
        if self._task is None or not self.is_alive:
            return 0
        return self._task.memory(self._event_queue.now)

    @property
    def is_hungry(self) -> bool:
        """Whether its task has exceeded its memory limit, or will."""
        task = self._task
        return self.is_alive and task is not None and task.began and task.is_hungry

    def packet_arrived(self) -> None:
        """Note that a packet was put into the inbox."""
        if self._is_waiting:
            self._is_waiting = False
            self._soon(self._take)

    def _fail_at_start(self) -> None:
        if self._event_queue.rng.random() < 0.5:
            self._write(worker_ipc.START_FAILED, error="ImportError: no module named 'x'")
            self._soon(self.die, EXITED_WITH_1)
        else:
            self.die(signal.SIGSEGV)

    def _be_ready(self) -> None:
        self._write(worker_ipc.READY)
        self._soon(self._take)

    def _after(self, seconds: float, call: Callable[..., object], *args: object) -> None:
        self._event_queue.after(seconds, self._if_alive, call, args)

    def _soon(self, call: Callable[..., object], *args: object) -> None:
        self._event_queue.soon(self._step_seconds, self._if_alive, call, args)

    def _if_alive(self, call: Callable[..., object], args: tuple[object, ...]) -> None:
        if self.is_alive:
            call(*args)

    # -- interrupts ------------------------------------------------------------------------------

    def signal(self) -> None:
        """Receive SIGINT; Python runs its handler once it is out of C code."""
        if not self.is_alive:
            return
        if self._event_queue.now < self._deaf_until:
            if not self._signal_waits and self._deaf_until < math.inf:
                self._signal_waits = True
                self._event_queue.at(self._deaf_until, self._if_alive, self._receive, ())
            return
        self.on_interrupt()

    def _receive(self) -> None:
        self._signal_waits = False
        self.on_interrupt()

    def on_interrupt(self) -> None:
        """Run the signal handler of the real worker, and the task's reaction."""
        seq, cells = self._open_seq, self.cells
        if not seq or cells[CANCEL] != seq:
            return
        if cells[RAISED] != seq or self._was_swallowed:
            cells[RAISED] = seq
            self._was_swallowed = False
            self._raise()

    # -- the loop --------------------------------------------------------------------------------

    def _take(self) -> None:
        if not self.inbox:
            self._is_waiting = True
            return
        packet = self.inbox.popleft()
        self._seq, self._context, is_blob, _ = PACKET.unpack_from(packet)
        self._task = self._around.task_of(packet[PACKET.size :], bool(is_blob))
        self._observer.took(self.number, self._seq, self._task)
        if self._task.script.is_cursed:
            self._soon(self.die, EXITED_WITH_1)
        else:
            self._soon(self._note_time)

    def _note_time(self) -> None:
        self._begun_ns = self.cells[BEGUN_NS] = int(self._event_queue.now * 1e9)
        self._soon(self._open)

    def _open(self) -> None:
        self._open_seq = self._seq
        if self._event_queue.rng.random() < 0.5:
            self._poll()
        else:
            self._soon(self._unless_interrupted, self._act, self._poll)

    def _poll(self) -> None:
        task = self._in_hand
        if self.cells[CANCEL] == self._seq:
            self._open_seq = 0
            self._soon(self._report, worker_ipc.SKIPPED)
            return
        self.cells[BEGUN] = self._seq
        task.began_at = self._event_queue.now
        self._observer.began(self.number, task)
        self._write_output("begins", Progress(1, 2, task.name))
        script = task.script
        if script.deaf_until and script.deaf_from < script.seconds:
            self._after(script.deaf_from, self._unless_interrupted, self._act, self._go_deaf)
        if script.seconds < math.inf:
            self._after(script.seconds, self._unless_interrupted, self._act, self._end)

    def _unless_interrupted(self, act: int, call: Callable[[], object]) -> None:
        if act != self._act:
            return
        if self._event_queue.now < self._deaf_until:  # it ends only after the C code that it is in
            if self._deaf_until < math.inf:
                self._event_queue.at(
                    self._deaf_until, self._if_alive, self._unless_interrupted, (act, call)
                )
            return
        call()

    def _go_deaf(self) -> None:
        script = self._in_hand.script
        self._deaf_until = self._event_queue.now + (script.deaf_until - script.deaf_from)

    def _end(self) -> None:
        """End the task's function; interrupts are still allowed while the result is packed."""
        task = self._in_hand
        if task.script.ending is Ending.CRASH:
            self.die(signal.SIGSEGV)
        elif task.script.is_big_value and task.script.ending is Ending.VALUE:
            self._blob = worker_ipc.result_blob(self._client_of(self._context), self._seq)
            self._around.write_blob(self._blob, pickling.pack_value(task.value, "result"))
            self._soon(self._unless_interrupted, self._act, self._close)
        else:
            self._close()

    def _close(self) -> None:
        self._open_seq = 0
        self._act += 1
        task = self._in_hand
        if task.script.ending is Ending.ERROR and self.cells[RAISED] == self._seq:
            self._clear_away()  # it continued and raised later, in reply to the interrupt
            return
        self._write_output("ends", Progress(2, 2))
        self._observer.ended(self.number, task, task.script.ending)
        is_value = task.script.ending is Ending.VALUE
        self._soon(self._report, worker_ipc.VALUE if is_value else worker_ipc.ERROR)

    # -- interrupted -----------------------------------------------------------------------------

    def _raise(self) -> None:
        task = self._in_hand
        self._observer.raised_in(self.number, task)
        if not task.began:  # in the worker's own code, before the task's first line
            self._stop_at_once()
            return
        if self._blob:  # in the worker's own code, after the task's last line
            self._around.remove_blob(self._blob)
            self._blob = ""
            self._stop_at_once()
            return
        match task.script.reply:
            case InterruptReply.GOES_ON:
                return
            case InterruptReply.UNSEEN if not self._was_unseen:
                self._was_unseen = self._was_swallowed = True
                return
            case InterruptReply.CRASHES:
                self._act += 1
                self._soon(self.die, signal.SIGABRT)
            case InterruptReply.STOPS | InterruptReply.RAISES | InterruptReply.UNSEEN:
                self._act += 1
                if task.script.cleanup < math.inf:
                    self._after(task.script.cleanup, self._stop_at_once)
            case InterruptReply.RETURNS:
                self._act += 1
                if task.script.cleanup < math.inf:
                    self._after(task.script.cleanup, self._return)

    def _return(self) -> None:
        self._open_seq = 0
        self._write_output("ends", Progress(2, 2))
        self._observer.ended(self.number, self._in_hand, Ending.VALUE)
        self._soon(self._report, worker_ipc.VALUE)

    def _stop_at_once(self) -> None:
        self._open_seq = 0
        self._act += 1
        self._clear_away()

    def _clear_away(self) -> None:
        leftovers = self._in_hand.script.leftovers if self._in_hand.began else 0.0
        if leftovers < math.inf:
            self._after(leftovers, self._stopped)

    def _stopped(self) -> None:
        self._observer.stopped(self.number, self._in_hand)
        self._soon(self._report, worker_ipc.INTERRUPTED)

    # -- reporting -------------------------------------------------------------------------------

    @property
    def _in_hand(self) -> SimulatedTask:
        assert self._task is not None
        return self._task

    def _write_output(self, what: str, progress: Progress) -> None:
        """Print something and report progress, if the task does so."""
        task = self._in_hand
        if not task.writes_output:
            return
        output = f"{task} {what}\n".encode()
        task.wrote += output
        task.output = progress
        self.pipe += output
        self._written += len(output)
        worker_ipc.write_note(self.note, self._seq, worker_ipc.note_text(progress))
        self._around.readable(self.number)

    def _report(self, kind: int) -> None:
        task = self._in_hand
        data, line = b"", ""
        if kind == worker_ipc.VALUE:
            if self._blob:
                data = self._blob.encode("ascii")
            else:
                data = pickling.flatten(pickling.pack_value(task.value, "result"))
        elif kind == worker_ipc.ERROR:
            packed, line = pickling.pack_exception(ValueError(task.words), "exception")
            data = pickling.flatten(packed)
        is_blob = bool(self._blob)
        frame = worker_ipc.frame_report(
            kind,
            self._seq,
            self._begun_ns,
            int(self._event_queue.now * 1e9),
            data,
            line.encode(),
            is_blob,
            written=self._written,
            note=b"" if task.output is None else worker_ipc.note_text(task.output),
        )
        cut = (
            self._event_queue.rng.randrange(len(frame))
            if self._event_queue.rng.random() < 0.2
            else 0
        )
        if cut:  # a write in two parts; the process may die between them
            self._write_bytes(frame[:cut])
            self._soon(self._finish_report, frame[cut:])
        else:
            self._finish_report(frame)

    def _finish_report(self, rest: bytes) -> None:
        self._task = None
        self._blob = ""
        self._was_unseen = False
        self._deaf_until = 0.0
        self._write_bytes(rest)
        if self._event_queue.rng.random() < 0.5:
            self._take()
        else:
            self._soon(self._take)

    def _write(self, kind: int, error: str = "") -> None:
        self._write_bytes(worker_ipc.frame_report(kind, 0, 0, 0, b"", error.encode()))

    def _write_bytes(self, data: bytes) -> None:
        self.stream += data
        self._around.readable(self.number)
