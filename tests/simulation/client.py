"""A simulated client process: the real futures on the real agent core, and a simulated user.

Submitting takes the same steps as in `FutureManager.submit`, with time between them: `enter`, call
the engine, `mark_sent`.  A cancel may come between any two steps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol

from scaler_lab.core.board import Board
from scaler_lab.core.callback_thread import CallbackThread
from scaler_lab.core.commands import EngineCommands
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.future_manager import FutureManager
from scaler_lab.core.messages import (
    EngineGone,
    Event,
    GroupId,
    Task,
    TaskAnnotations,
    TaskCancel,
    TaskId,
)
from scaler_lab.core.task_record import TaskRecord
from scaler_lab.engines.local import protocol
from scaler_lab.engines.local.client.agent import AgentCore
from scaler_lab.serialization import pickling

from .event_queue import EventQueue
from .link import SimulatedLink
from .parameters import Parameters
from .script import SimulatedTask
from .worker_control import Blobs

TURN_SECONDS = 0.00003
HICCUP_SECONDS = 0.05
ENGINE_ID = "e" * 32


class _SimulatedEngine(EngineCommands):
    def __init__(self, request_cancel: Callable[[TaskCancel], None]) -> None:
        self._request_cancel = request_cancel

    def request_cancel(self, cancel: TaskCancel) -> None:
        self._request_cancel(cancel)


class ClientObserver(Protocol):
    """Receives what a client does, and what its futures report."""

    def received(self, client: SimulatedClient, event: Event) -> None: ...
    def sends_cancel(self, client: SimulatedClient, cancel: TaskCancel) -> None: ...
    def requests_cancel(
        self, client: SimulatedClient, tasks: Sequence[SimulatedTask], *, force: bool, by_id: bool
    ) -> int: ...
    def has_received(self, client: SimulatedClient, accepted: int, expected: int) -> None: ...
    def done(self, task: SimulatedTask) -> None: ...


class _SimulatedCallbackThread(CallbackThread):
    """Runs callbacks later, one after the other, as the real callback thread does."""

    def __init__(self, event_queue: EventQueue, name: str) -> None:
        super().__init__(name)
        self._event_queue = event_queue
        self._calls: list[Callable[[], None]] = []
        self._is_running = False

    def is_here(self) -> bool:
        return self._is_running

    def submit(self, call: Callable[[], None]) -> None:
        self._calls.append(call)
        self._event_queue.soon(TURN_SECONDS, self._run_next)

    def _run_next(self) -> None:
        self._is_running = True
        try:
            self._calls.pop(0)()
        finally:
            self._is_running = False


class SimulatedClient:
    """One client process.  *callback* is the user's done-callback."""

    def __init__(
        self,
        number: int,
        event_queue: EventQueue,
        parameters: Parameters,
        counts: Counter[str],
        blobs: Blobs,
        observer: ClientObserver,
        connect: Callable[[SimulatedClient], tuple[SimulatedLink, SimulatedLink]],
        caught_up: Callable[[str], None],
        callback: Callable[[SimulatedTask], None],
    ) -> None:
        self.number = number
        self.name = f"client {number}"
        self.client_id = f"{number:032x}"
        self._event_queue = event_queue
        self._parameters = parameters
        self._counts = counts
        self._blobs = blobs
        self._observer = observer
        self._callback = callback
        self.board = Board(epoch=0.0)
        self.manager = FutureManager(
            self.board,
            _SimulatedEngine(self._send_cancel),
            clock=lambda: event_queue.now,
            callback_thread=_SimulatedCallbackThread(event_queue, self.name),
        )
        self.tasks: dict[TaskId, SimulatedTask] = {}
        self.futures: dict[TaskId, ScalerFuture[Any]] = {}
        self._groups: dict[GroupId, list[SimulatedTask]] = {}
        self._group_of: dict[TaskId, GroupId] = {}
        self.is_alive = True
        self.gone = ""  # why the engine is gone; empty while it works
        self._core = AgentCore(
            ENGINE_ID, self.client_id, lambda name: blobs.read(name, unlink=True)
        )
        self._outgoing: list[protocol.Down] = []
        self._incoming: list[bytes] = []
        self._lifeline_ended = False
        self._has_turn_coming = False
        self._has_paths = False
        self._caught_up = caught_up
        self._stalled_until = 0.0
        self.link, self._link_up = connect(self)

    def __str__(self) -> str:
        return self.name

    # -- what the user does ----------------------------------------------------------------------

    def submit(self, tasks: Sequence[SimulatedTask], group: GroupId | None) -> None:
        """Submit tasks.  Raises `EngineLost` if the engine is gone."""
        futures = self.manager.enter(
            [
                Task(task.task_id, task.name, len, annotations=_annotations(task, group))
                for task in tasks
            ]
        )
        records = [future.record for future in futures]
        for task, future in zip(tasks, futures, strict=True):
            self.tasks[task.task_id] = task
            self.futures[task.task_id] = future
            future.add_done_callback(partial(self._on_done, task))
            if group is not None:
                self._groups.setdefault(group, []).append(task)
                self._group_of[task.task_id] = group
        self._event_queue.soon(TURN_SECONDS, self._send_tasks, tasks, records, group)

    def _send_tasks(
        self, tasks: Sequence[SimulatedTask], records: list[TaskRecord], group: GroupId | None
    ) -> None:
        if not self.is_alive or self.gone:
            return  # `post` would raise, but the engine's end has settled the futures by now
        messages: list[protocol.Down] = []
        if not self._has_paths or self._event_queue.rng.random() < 0.1:
            self._has_paths = True
            messages.append(protocol.Paths([b"/somewhere"]))
        for task in tasks:
            blob = ""
            if task.script.is_big_call:
                blob = f"{self.client_id}-{task.task_id}.a"
                call = pickling.Packed(0, [task.task_id.encode()])
                self._blobs.write(blob, call)
            data = b"" if blob else task.task_id.encode()
            annotations = _annotations(task, group)
            submit = protocol.Submit(task.task_id, task.name, data, blob, annotations)
            messages.append(submit)
            if self._event_queue.rng.random() < self._parameters.doubled:
                self._counts["tasks sent twice"] += 1
                messages.append(submit)
        self._post(messages)
        self._event_queue.soon(TURN_SECONDS, self._mark_sent, records)

    def _mark_sent(self, records: list[TaskRecord]) -> None:
        if self.is_alive:
            self.manager.mark_sent(records)

    def request_cancel(self, tasks: Sequence[SimulatedTask], *, force: bool, way: str) -> None:
        """Cancel tasks: by "future", by "id" as views do, or with a "wait" of zero seconds."""
        expected = self._observer.requests_cancel(self, tasks, force=force, by_id=way == "id")
        futures = [self.futures[task.task_id] for task in tasks]
        if way == "id":
            ids = [task.task_id for task in tasks]
            accepted = self.manager.request_cancel_by_id(ids, force=force, source="a window")
        elif way == "wait" and len(futures) == 1:
            accepted = int(futures[0].cancel(0, force=force))
        else:
            accepted = self.manager.request_cancel(futures, force=force)
        self._observer.has_received(self, accepted, expected)

    def meddle(self, task: SimulatedTask) -> None:
        """Send a cancel that no `FutureManager` sends: of a foreign task, or once too often."""
        if self.is_alive and not self.gone:
            self._post([protocol.Cancel([task.task_id], force=True)])

    def _send_cancel(self, cancel: TaskCancel) -> None:
        self._observer.sends_cancel(self, cancel)
        if self.gone:
            return
        message = protocol.Cancel(list(cancel.task_ids), cancel.group, cancel.force)
        twice = self._event_queue.rng.random() < self._parameters.doubled
        self._post([message, message] if twice else [message])

    def _on_done(self, task: SimulatedTask, future: object) -> None:
        del future
        if not self.is_alive:
            return
        try:
            self._observer.done(task)
            self._callback(task)
        except Exception as error:  # the future would only log it
            self._event_queue.failure = error

    # -- state of tasks --------------------------------------------------------------------------

    def is_done(self, task: SimulatedTask) -> bool:
        """Whether the task's future is done."""
        return self.futures[task.task_id].done()

    def members_of(self, task: SimulatedTask) -> Sequence[SimulatedTask]:
        """Return the tasks that are cancelled with it, including itself."""
        group = self._group_of.get(task.task_id)
        return (task,) if group is None else self._groups[group]

    # -- its end ---------------------------------------------------------------------------------

    def die(self, goodbye: bool) -> None:
        """End the process, with or without a goodbye message."""
        if not self.is_alive:
            return
        if goodbye and not self.gone:
            for frame in self._core.pack([*self._outgoing, protocol.Goodbye()]):
                self.link.send(frame)
        self.is_alive = False
        self._link_up.cut()

    # -- the agent's thread ----------------------------------------------------------------------

    def _post(self, messages: Sequence[protocol.Down]) -> None:
        self._outgoing.extend(messages)
        self._wake()

    def frame_arrived(self, frame: bytes) -> None:
        """Receive a frame from the link."""
        self._incoming.append(frame)
        self._wake()

    def lifeline_ended(self) -> None:
        """Notice that the scheduler is gone."""
        self._lifeline_ended = True
        self._wake()

    def stall(self, seconds: float) -> None:
        """Stop the agent's thread for a time, as C code that holds the GIL or a debugger would."""
        self._stalled_until = self._event_queue.now + seconds

    def _wake(self) -> None:
        if self._has_turn_coming:
            return
        self._has_turn_coming = True
        rng = self._event_queue.rng
        if self._event_queue.now < self._stalled_until:
            self._event_queue.at(self._stalled_until, self._turn)
        elif rng.random() < self._parameters.hiccups:
            self._event_queue.after(rng.random() * HICCUP_SECONDS, self._turn)
        else:
            self._event_queue.soon(TURN_SECONDS, self._turn)

    def _turn(self) -> None:
        self._has_turn_coming = False
        if not self.is_alive or self.gone:
            return
        if self._event_queue.now < self._stalled_until:
            self._wake()
            return
        incoming, self._incoming = self._incoming, []
        for frame in incoming:
            self._link_up.read(frame)
            self._emit(self._core.take_in(frame))
        if incoming:
            self._caught_up(self.client_id)
        if self._outgoing:
            outgoing, self._outgoing = self._outgoing, []
            for frame in self._core.pack(outgoing):
                self.link.send(frame)
        if self._lifeline_ended:
            self.gone = "the simulated scheduler died"
            self._emit([EngineGone(self.gone)])

    def _emit(self, events: Sequence[Event]) -> None:
        if events:
            for event in events:
                self._observer.received(self, event)
            self.manager.on_events(events)


def _annotations(task: SimulatedTask, group: GroupId | None) -> TaskAnnotations:
    return TaskAnnotations(group, memory=task.memory_limit)
