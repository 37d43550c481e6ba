"""Compares the simulated worker with the real one: both must report the same for a task.

The real `Worker` runs in this process, with lists as sockets.  Its signals are calls of its handler
from the task's own code, because that is where Python runs a handler.
"""

from __future__ import annotations

import json
import math
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import cast

import pytest

from scaler_lab.engines.local import worker_ipc
from scaler_lab.engines.local.worker.worker import Worker, WorkerSpec
from scaler_lab.engines.local.worker_ipc import BEGUN, CANCEL, PACKET, RAISED
from scaler_lab.errors import TaskInterrupted
from scaler_lab.serialization import pickling
from scaler_lab.serialization.streams import Packed

from .client import SimulatedClient
from .event_queue import EventQueue
from .script import Ending, InterruptReply, Script, SimulatedTask
from .worker import SimulatedWorker

SEQ = 7

SITUATIONS = {
    "a task returns": (Ending.VALUE, InterruptReply.STOPS, ""),
    "a task raises": (Ending.ERROR, InterruptReply.STOPS, ""),
    "it is asked before it begins": (Ending.VALUE, InterruptReply.STOPS, "before"),
    "another is asked while it runs": (Ending.VALUE, InterruptReply.STOPS, "other"),
    "it is asked after its end": (Ending.VALUE, InterruptReply.STOPS, "after"),
    "it stops": (Ending.VALUE, InterruptReply.STOPS, "in"),
    "it stops, and is signalled again meanwhile": (Ending.VALUE, InterruptReply.STOPS, "in twice"),
    "it goes on and returns": (Ending.VALUE, InterruptReply.GOES_ON, "in"),
    "it goes on and returns, signalled again": (Ending.VALUE, InterruptReply.GOES_ON, "in twice"),
    "it goes on and raises": (Ending.ERROR, InterruptReply.GOES_ON, "in"),
    "it catches it and returns": (Ending.VALUE, InterruptReply.RETURNS, "in"),
    "it raises something else": (Ending.VALUE, InterruptReply.RAISES, "in"),
    "it was in a __del__": (Ending.VALUE, InterruptReply.UNSEEN, "in"),
    "it was in a __del__, and is signalled again": (
        Ending.VALUE,
        InterruptReply.UNSEEN,
        "in twice",
    ),
    "it was in a __del__, and raises": (Ending.ERROR, InterruptReply.UNSEEN, "in"),
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_simulated_worker_reports_what_the_real_one_does(
    situation: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ending, reply, asked = SITUATIONS[situation]
    real = _RealWorker(tmp_path, monkeypatch).run(ending, reply, asked)
    assert _SimulatedWorker().run(ending, reply, asked) == real


Reported = tuple[list[int], list[int]]  # kinds of reports, and the cells BEGUN, CANCEL and RAISED


class _Handles:
    """Stands in for the sockets of the real worker."""

    def __init__(self, packets: list[bytes]) -> None:
        self._packets = packets
        self._reader = worker_ipc.ReportReader()
        self.kinds: list[int] = []

    def recv_into(self, buffer: bytearray) -> int:
        if not self._packets:
            return 0
        packet = self._packets.pop(0)
        buffer[: len(packet)] = packet
        return len(packet)

    def sendall(self, data: bytes) -> None:
        self.kinds.extend(report.kind for report in self._reader.feed(data))


class _RealWorker:
    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "unraisablehook", sys.__unraisablehook__)
        spec = {"client": "c" * 32, "sys_path": sys.path, "folder": ""}
        worker_ipc.context_path(folder, 1).write_text(json.dumps(spec))
        self._folder = folder

    def run(self, ending: Ending, reply: InterruptReply, asked: str) -> Reported:
        call = pickling.flatten(pickling.pack_call(_perform, (ending, reply, asked), {}, "task"))
        ends = _Handles([PACKET.pack(SEQ, 1, 0, 0) + call])
        page = worker_ipc.SharedPage(1)
        cells = page.of(0)
        as_socket = cast("socket.socket", ends)
        worker = Worker(
            WorkerSpec(
                1,
                as_socket,
                as_socket,
                cells,
                page.note_of(0),
                -1,
                self._folder,
                self._folder,
                None,
            )
        )
        worker.interrupts.watch_unraisable()
        _stage.append((worker, cells))
        try:
            if asked == "before":
                cells[CANCEL] = SEQ
                worker.interrupts.on_interrupt(2, None)
            worker.run()
            if asked == "after":
                cells[CANCEL] = SEQ
                worker.interrupts.on_interrupt(2, None)
        finally:
            worker.end()
            _stage.clear()
        return ends.kinds, [cells[BEGUN], cells[CANCEL], cells[RAISED]]


_stage: list[tuple[Worker, memoryview]] = []  # the real worker that runs `_perform`


def _perform(ending: Ending, reply: InterruptReply, asked: str) -> str:
    """The code of the real task.  Its signals come from its own code."""
    worker, cells = _stage[0]

    def signal_arrives() -> None:
        worker.interrupts.on_interrupt(2, None)

    if asked in ("in", "in twice"):
        cells[CANCEL] = SEQ
        try:
            if reply is InterruptReply.UNSEEN:
                _Dying(signal_arrives)  # dies immediately, because nothing refers to it
            else:
                signal_arrives()
        except TaskInterrupted:
            if asked == "in twice":
                signal_arrives()
            if reply is InterruptReply.RETURNS:
                return "something"
            if reply is InterruptReply.RAISES:
                raise KeyError from None
            if reply is InterruptReply.STOPS:
                raise
        if asked == "in twice":
            signal_arrives()
    elif asked == "other":
        cells[CANCEL] = SEQ + 1
        signal_arrives()
    if ending is Ending.ERROR:
        raise ValueError
    return "something"


class _Dying:
    def __init__(self, call: Callable[[], None]) -> None:
        self._call = call

    def __del__(self) -> None:
        self._call()


class _SimulatedWorker:
    """A simulated worker without a scheduler."""

    def __init__(self) -> None:
        self._event_queue = EventQueue(Random(1))
        self._reader = worker_ipc.ReportReader()
        self._kinds: list[int] = []
        self._worker = SimulatedWorker(
            1, self._event_queue, self, self, lambda _: "c" * 32, step_seconds=0.00001
        )

    def run(self, ending: Ending, reply: InterruptReply, asked: str) -> Reported:
        worker = self._worker
        script = Script(
            1.0, ending, reply, 0.1, 0.0, 0.0, 0.0, False, False, False, math.inf, False
        )
        self._task = SimulatedTask(1, cast("SimulatedClient", None), script)
        worker.inbox.append(PACKET.pack(SEQ, 1, 0, 0) + self._task.task_id.encode())
        if asked == "before":
            self._ask(SEQ)
        worker.start(0.0, fails=False)
        self._asked = asked
        while self._event_queue.step():
            pass
        if asked == "after":
            self._ask(SEQ)
        assert self._kinds.pop(0) == worker_ipc.READY
        return self._kinds, [worker.cells[cell] for cell in (BEGUN, CANCEL, RAISED)]

    def _ask(self, seq: int) -> None:
        self._worker.cells[CANCEL] = seq
        self._worker.signal()

    # The worker's environment and its observer:

    def task_of(self, data: bytes, is_blob: bool) -> SimulatedTask:
        del data, is_blob
        return self._task

    def write_blob(self, name: str, packed: Packed) -> None: ...
    def remove_blob(self, name: str) -> None: ...

    def readable(self, number: int) -> None:
        assert number == 1
        stream = self._worker.stream
        self._kinds.extend(report.kind for report in self._reader.feed(bytes(stream)))
        stream.clear()

    def gone(self, number: int, status: int) -> None: ...
    def took(self, number: int, seq: int, task: SimulatedTask) -> None: ...

    def began(self, number: int, task: SimulatedTask) -> None:
        assert number == 1
        task.began = True
        if self._asked in ("in", "in twice", "other"):
            self._event_queue.after(0.5, self._ask, SEQ + (self._asked == "other"))
        if self._asked == "in twice":
            self._event_queue.after(0.55, self._worker.signal)

    def raised_in(self, number: int, task: SimulatedTask) -> None: ...
    def ended(self, number: int, task: SimulatedTask, ending: Ending) -> None: ...
    def stopped(self, number: int, task: SimulatedTask) -> None: ...
    def died(self, number: int, status: int, in_hand: SimulatedTask | None) -> None: ...
