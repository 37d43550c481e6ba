"""`ScriptedEngine`: an engine that does only what the test commands, when the test commands it.

    client ──Task, TaskCancel──> engine.tasks, engine.cancels      the test reads the requests
    client <──────events──────── engine.finish(task, 42), ...      the test decides the answer

    engine = ScriptedEngine()
    with Client(engine) as client:
        future = client.submit(print, "never printed")
        engine.start(future)
        future.request_cancel()
        engine.finish(future, None)                 # the result beats the confirmation
        assert future.cancelled()

A script may also report what no correct engine would: a result twice, a start after the end, a
confirmation for an unknown task.  That is its purpose.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Any, Literal, Protocol, TypeVar

from scaler_lab.engines.base import (
    Emit,
    Engine,
    EngineGone,
    Event,
    InMemoryPayload,
    Payload,
    Reach,
    Resolution,
    ResultKind,
    Task,
    TaskCancel,
    TaskCancelConfirm,
    TaskCancelRefused,
    TaskCancelRequested,
    TaskId,
    TaskResult,
    TaskStarted,
    TrackedTask,
    run_task,
)
from scaler_lab.errors import EngineLost, WorkerDied

WAIT_TIMEOUT = 10.0

T = TypeVar("T")


class _HasId(Protocol):
    @property
    def task_id(self) -> TaskId: ...


Which = _HasId | TaskId
"""A task, its future, or its id."""


class ScriptedEngine(Engine):
    """An engine that records requests, and reports the events that the script commands.

    Any thread may call any method.

    Args:
        label: The name of the engine in views.
        reach: What its cancels can stop, as it states.
        reports_starts: Whether it states that it reports starts.
        feed: Whether its client publishes a feed for views in other processes.
        deliver: ``"inline"`` delivers events in the thread that calls the script's method, which
            returns once the client has processed them.  ``"thread"`` delivers them from a thread
            of the engine's own, as most engines do, and the method returns at once (`flush`
            waits).

    Attributes:
        on_submit: A function that is called inside `submit` and may answer immediately, like an
            engine that is faster than its caller; None for nothing.
        on_cancel: The same for `request_cancel`.
    """

    def __init__(
        self,
        *,
        label: str = "scripted engine",
        reach: Reach = Reach.STOPS_RUNNING,
        reports_starts: bool = True,
        feed: bool = False,
        deliver: Literal["inline", "thread"] = "inline",
    ) -> None:
        self.label = label
        self.has_feed = not feed  # if False, its client serves a feed
        self.reach = reach
        self.reports_starts = reports_starts
        self.on_submit: Callable[[Sequence[Task]], object] | None = None
        self.on_cancel: Callable[[TaskCancel], object] | None = None
        self._changed = threading.Condition()
        # Guarded by _changed:
        self._tasks: list[Task] = []
        self._cancels: list[TaskCancel] = []
        self._undone: dict[TaskId, TrackedTask] = {}
        self._closes = 0
        self._lost: str | None = None
        self._refusal: BaseException | None = None
        self._emit: Emit | None = None
        self._post: SimpleQueue[Sequence[Event] | threading.Event | None] = SimpleQueue()
        self._postman = (
            threading.Thread(target=self._deliver, name="scripted-engine", daemon=True)
            if deliver == "thread"
            else None
        )

    # -- the engine's side: called by the client --------------------------------------------------

    def open(self, emit: Emit) -> None:
        with self._changed:
            if self._emit is not None:
                raise RuntimeError("open was called twice; an engine can serve one client only")
            self._emit = emit
        if self._postman is not None:
            self._postman.start()

    def submit(self, tasks: Sequence[Task]) -> None:
        with self._changed:
            if self._refusal is not None:
                refusal, self._refusal = self._refusal, None
                raise refusal
            if self._lost is not None:
                raise EngineLost(self._lost)
            if self._emit is None or self._closes:
                raise RuntimeError("submit was called before open or after close")
            self._tasks.extend(tasks)
            self._undone.update((t.task_id, TrackedTask(t.task_id, t.name)) for t in tasks)
            self._changed.notify_all()
            answer = self.on_submit
        if answer is not None:
            answer(tasks)

    def request_cancel(self, cancel: TaskCancel) -> None:
        with self._changed:
            self._cancels.append(cancel)
            self._changed.notify_all()
            answer = self.on_cancel
        if answer is not None:
            answer(cancel)

    def close(self, *, wait: bool = True) -> None:
        """End the unfinished tasks: started ones as killed, others as never started."""
        with self._changed:
            self._closes += 1
            self._changed.notify_all()
            if self._closes > 1:
                return
            events: list[Event] = [
                one.confirmed(Resolution.KILLED if one.began else Resolution.NEVER_STARTED)
                for one in self._undone.values()
            ]
        if events and self._lost is None:
            self.emit(*events)
        if self._postman is not None and self._emit is not None:
            self._post.put(None)
            if wait and self._postman is not threading.current_thread():
                self._postman.join(WAIT_TIMEOUT)

    # -- the script's side: requests received -----------------------------------------------------

    @property
    def tasks(self) -> list[Task]:
        """Every task accepted so far, in order."""
        with self._changed:
            return list(self._tasks)

    @property
    def cancels(self) -> list[TaskCancel]:
        """Every cancel received so far, in order."""
        with self._changed:
            return list(self._cancels)

    @property
    def is_closed(self) -> bool:
        """Whether `close` was called."""
        with self._changed:
            return self._closes > 0

    @property
    def is_lost(self) -> bool:
        """Whether the script called `lose`."""
        with self._changed:
            return self._lost is not None

    def cancels_of(self, which: Which) -> list[TaskCancel]:
        """Return the cancels that name this task."""
        task_id = _id_of(which)
        return [cancel for cancel in self.cancels if task_id in cancel.task_ids]

    def wait_for_tasks(self, count: int = 1, timeout: float = WAIT_TIMEOUT) -> list[Task]:
        """Wait until *count* tasks were accepted, and return all accepted tasks.

        Raises:
            TimeoutError: There are still fewer after *timeout* seconds.
        """
        return self._wait_for(self._tasks, count, timeout, "tasks")

    def wait_for_cancels(self, count: int = 1, timeout: float = WAIT_TIMEOUT) -> list[TaskCancel]:
        """Wait until *count* cancels were received, and return all received cancels.

        Raises:
            TimeoutError: There are still fewer after *timeout* seconds.
        """
        return self._wait_for(self._cancels, count, timeout, "cancels")

    def wait_for_cancel_of(self, which: Which, timeout: float = WAIT_TIMEOUT) -> TaskCancel:
        """Wait for the first cancel that names this task, and return it.

        Raises:
            TimeoutError: None was received within *timeout* seconds.
        """
        task_id = _id_of(which)
        with self._changed:

            def first() -> TaskCancel | None:
                return next((c for c in self._cancels if task_id in c.task_ids), None)

            cancel = self._changed.wait_for(first, timeout)
            if cancel is None:
                raise TimeoutError(f"no cancel of task {task_id} came within {timeout} s")
            return cancel

    def wait_for_close(self, timeout: float = WAIT_TIMEOUT) -> None:
        """Wait until `close` was called.

        Raises:
            TimeoutError: It was not called within *timeout* seconds.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._closes > 0, timeout):
                raise TimeoutError(f"the engine was not closed within {timeout} s")

    def _wait_for(self, things: list[T], count: int, timeout: float, what: str) -> list[T]:
        with self._changed:
            if not self._changed.wait_for(lambda: len(things) >= count, timeout):
                raise TimeoutError(
                    f"waited {timeout} s for {count} {what}; there are {len(things)}"
                )
            return list(things)

    # -- the script's side: events to report ------------------------------------------------------

    def refuse_next_submit(self, error: BaseException) -> None:
        """Make the next `submit` raise *error* and accept nothing."""
        with self._changed:
            self._refusal = error

    def start(self, which: Which, worker: str = "worker-1") -> None:
        """Report that the task has just started."""
        self.emit(TaskStarted(_id_of(which), worker, time.monotonic()))

    def finish(self, which: Which, value: Any = None) -> None:
        """Report that the task returned *value*."""
        self.finish_with(which, InMemoryPayload(value))

    def finish_with(
        self, which: Which, payload: Payload, kind: ResultKind = ResultKind.SUCCESS
    ) -> None:
        """Report that the task ended, with a payload of the script's own."""
        self.emit(TaskResult(_id_of(which), kind, payload, ended_at=time.monotonic()))

    def run(self, which: Which) -> None:
        """Call the task's function in this thread, and report what it returned or raised."""
        task_id = _id_of(which)
        task = next(task for task in self.tasks if task.task_id == task_id)
        try:
            value = run_task(task)
        except Exception as error:
            self.fail(which, error)
        else:
            self.finish(which, value)

    def fail(self, which: Which, exception: BaseException) -> None:
        """Report that the task raised *exception*."""
        self.emit(
            TaskResult(
                _id_of(which),
                ResultKind.FAILED,
                InMemoryPayload(exception),
                ended_at=time.monotonic(),
                error=f"{type(exception).__name__}: {exception}",
            )
        )

    def worker_dies(self, which: Which, exit_code: int = -9, pid: int = 4242) -> None:
        """Report that the task's worker ended while it ran the task."""
        message = f"worker process {pid} ended with exit code {exit_code} while it ran this task"
        self.emit(
            TaskResult(
                _id_of(which),
                ResultKind.WORKER_DIED,
                InMemoryPayload(WorkerDied(message, pid, exit_code)),
                ended_at=time.monotonic(),
                error=message,
            )
        )

    def confirm(
        self, which: Which, resolution: Resolution = Resolution.INTERRUPTED, detail: str = ""
    ) -> None:
        """Report that the task was stopped."""
        self.emit(
            TaskCancelConfirm(_id_of(which), resolution, detail=detail, ended_at=time.monotonic())
        )

    def refuse(self, which: Which, reason: str = "it can't be stopped while it runs") -> None:
        """Report that the task can't be stopped."""
        self.emit(TaskCancelRefused(_id_of(which), reason))

    def requested_elsewhere(self, which: Which, source: str = "another view") -> None:
        """Report that another client or view requested a cancel of the task."""
        self.emit(TaskCancelRequested(_id_of(which), source))

    def lose(self, reason: str = "the scripted engine was lost, as scripted") -> None:
        """Report that no more events will come; from now on `submit` raises `EngineLost`."""
        with self._changed:
            self._lost = reason
        self.emit(EngineGone(reason))

    def emit(self, *events: Event) -> None:
        """Report any events, correct or not, as one batch."""
        with self._changed:
            emit = self._emit
            if emit is None:
                raise RuntimeError("this engine was not opened, so no client can receive events")
            for event in events:
                if type(event) is TaskStarted:
                    if event.task_id in self._undone:
                        self._undone[event.task_id].began = True
                elif type(event) is TaskResult or type(event) is TaskCancelConfirm:
                    self._undone.pop(event.task_id, None)
        if self._postman is None:
            emit(events)
        else:
            self._post.put(events)

    def flush(self, timeout: float = WAIT_TIMEOUT) -> None:
        """Wait until the client has processed all reported events.

        Raises:
            TimeoutError: It has not within *timeout* seconds.
        """
        if self._postman is None:
            return
        delivered = threading.Event()
        self._post.put(delivered)
        if not delivered.wait(timeout):
            raise TimeoutError(f"the client has not processed the events after {timeout} s")

    def _deliver(self) -> None:
        assert self._emit is not None
        while (letter := self._post.get()) is not None:
            if isinstance(letter, threading.Event):
                letter.set()
            else:
                self._emit(letter)


def _id_of(which: Which) -> TaskId:
    return TaskId(which) if isinstance(which, str) else which.task_id
