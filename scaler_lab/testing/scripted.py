"""`ScriptedEngine`: an engine that does only what the test says, when the test says it.

    client ──Task, TaskCancel──> engine.tasks, engine.cancels      the test reads what was asked
    client <──────events──────── engine.finish(task, 42), ...      the test decides the answer

    engine = ScriptedEngine()
    with Client(engine) as client:
        future = client.submit(print, "never printed")
        engine.start(future)
        future.request_cancel()
        engine.finish(future, None)                 # the result beats the confirmation
        assert future.cancelled()

Nothing stops a script from telling what no sound engine would: a result twice, a start after the
end, a confirmation for a stranger.  That is what it is for.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Any, Literal, Protocol, TypeVar

from scaler_lab.core.messages import (
    EngineGone,
    Event,
    InMemoryPayload,
    Payload,
    ResultKind,
    Task,
    TaskCancel,
    TaskCancelConfirm,
    TaskCancelRefused,
    TaskCancelRequested,
    TaskId,
    TaskResult,
    TaskStarted,
)
from scaler_lab.core.state_machine import Resolution
from scaler_lab.engines.base import Emit, Engine, Reach
from scaler_lab.errors import EngineLost, WorkerDied

WAIT_TIMEOUT = 10.0

T = TypeVar("T")


class _HasId(Protocol):
    @property
    def task_id(self) -> TaskId: ...


Which = _HasId | TaskId
"""A task, the future of one, or its id."""


class ScriptedEngine(Engine):
    """Records what it is asked, and tells what the script says.  Any thread may call anything.

    *deliver* ``"inline"`` tells events in the thread that calls the script's verb, which returns
    once they have been taken in; ``"thread"`` tells them from a thread of the engine's own, as
    most engines do, and the verb returns at once (`flush` waits).

    `on_submit` and `on_cancel` may be set to calls that answer on the spot, from inside `submit`
    and `request_cancel`: an engine that is faster than its caller.
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
        self.has_feed = not feed  # else its client would serve windows
        self.reach = reach
        self.reports_starts = reports_starts
        self.on_submit: Callable[[Sequence[Task]], object] | None = None
        self.on_cancel: Callable[[TaskCancel], object] | None = None
        self._changed = threading.Condition()
        # Guarded by _changed:
        self._tasks: list[Task] = []
        self._cancels: list[TaskCancel] = []
        self._undone: dict[TaskId, bool] = {}  # whether it was said to have started
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

    # -- the engine's side: what the client calls -------------------------------------------------

    def open(self, emit: Emit) -> None:
        with self._changed:
            if self._emit is not None:
                raise RuntimeError("open was called twice; an engine serves one client")
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
            self._undone.update((task.task_id, False) for task in tasks)
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
        """Ends the undone tasks: as never started, or killed where the script had started them."""
        with self._changed:
            self._closes += 1
            self._changed.notify_all()
            if self._closes > 1:
                return
            events: list[Event] = [
                TaskCancelConfirm(
                    task_id, Resolution.KILLED if started else Resolution.NEVER_STARTED
                )
                for task_id, started in self._undone.items()
            ]
        if events and self._lost is None:
            self.emit(*events)
        if self._postman is not None and self._emit is not None:
            self._post.put(None)
            if wait and self._postman is not threading.current_thread():
                self._postman.join(WAIT_TIMEOUT)

    # -- the script's side: what was asked --------------------------------------------------------

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
        """Whether the script said `lose`."""
        with self._changed:
            return self._lost is not None

    def cancels_of(self, which: Which) -> list[TaskCancel]:
        """The cancels that name this task."""
        task_id = _id_of(which)
        return [cancel for cancel in self.cancels if task_id in cancel.task_ids]

    def wait_for_tasks(self, count: int = 1, timeout: float = WAIT_TIMEOUT) -> list[Task]:
        """The tasks accepted, once there are *count*.  Raises TimeoutError."""
        return self._wait_for(self._tasks, count, timeout, "tasks")

    def wait_for_cancels(self, count: int = 1, timeout: float = WAIT_TIMEOUT) -> list[TaskCancel]:
        """The cancels received, once there are *count*.  Raises TimeoutError."""
        return self._wait_for(self._cancels, count, timeout, "cancels")

    def wait_for_cancel_of(self, which: Which, timeout: float = WAIT_TIMEOUT) -> TaskCancel:
        """The first cancel that names this task, once it is here.  Raises TimeoutError."""
        task_id = _id_of(which)
        with self._changed:

            def first() -> TaskCancel | None:
                return next((c for c in self._cancels if task_id in c.task_ids), None)

            cancel = self._changed.wait_for(first, timeout)
            if cancel is None:
                raise TimeoutError(f"no cancel of task {task_id} came within {timeout} s")
            return cancel

    def wait_for_close(self, timeout: float = WAIT_TIMEOUT) -> None:
        """Returns once `close` was called.  Raises TimeoutError."""
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

    # -- the script's side: what happens ----------------------------------------------------------

    def refuse_next_submit(self, error: BaseException) -> None:
        """Have the next `submit` raise *error* and accept nothing."""
        with self._changed:
            self._refusal = error

    def start(self, which: Which, worker: str = "worker-1") -> None:
        """Tell that it runs, since now."""
        self.emit(TaskStarted(_id_of(which), worker, time.monotonic()))

    def finish(self, which: Which, value: Any = None) -> None:
        """Tell that it returned *value*."""
        self.finish_with(which, InMemoryPayload(value))

    def finish_with(
        self, which: Which, payload: Payload, kind: ResultKind = ResultKind.SUCCESS
    ) -> None:
        """Tell that it ended, with a parcel of the script's making."""
        self.emit(TaskResult(_id_of(which), kind, payload, ended_at=time.monotonic()))

    def run(self, which: Which) -> None:
        """Call the task's function here and now, and tell what it returned or raised."""
        task_id = _id_of(which)
        task = next(task for task in self.tasks if task.task_id == task_id)
        try:
            value = task.function(*task.args, **task.kwargs)
        except Exception as error:
            self.fail(which, error)
        else:
            self.finish(which, value)

    def fail(self, which: Which, exception: BaseException) -> None:
        """Tell that it raised *exception*."""
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
        """Tell that its worker ended under it."""
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
        """Tell that it was stopped."""
        self.emit(
            TaskCancelConfirm(_id_of(which), resolution, detail=detail, ended_at=time.monotonic())
        )

    def refuse(self, which: Which, reason: str = "it can't be stopped while it runs") -> None:
        """Tell that it can't be stopped."""
        self.emit(TaskCancelRefused(_id_of(which), reason))

    def requested_elsewhere(self, which: Which, source: str = "another window") -> None:
        """Tell that somebody else asked to stop it."""
        self.emit(TaskCancelRequested(_id_of(which), source))

    def lose(self, reason: str = "the scripted engine was lost, as its script says") -> None:
        """Tell that nothing more will come; `submit` raises `EngineLost` from now on."""
        with self._changed:
            self._lost = reason
        self.emit(EngineGone(reason))

    def emit(self, *events: Event) -> None:
        """Tell any events, true or not, as one batch."""
        with self._changed:
            emit = self._emit
            if emit is None:
                raise RuntimeError("nobody opened this engine; there is nobody to tell")
            for event in events:
                if type(event) is TaskStarted:
                    if event.task_id in self._undone:
                        self._undone[event.task_id] = True
                elif type(event) is TaskResult or type(event) is TaskCancelConfirm:
                    self._undone.pop(event.task_id, None)
        if self._postman is None:
            emit(events)
        else:
            self._post.put(events)

    def flush(self, timeout: float = WAIT_TIMEOUT) -> None:
        """Returns once all that was told has been taken in.  Raises TimeoutError."""
        if self._postman is None:
            return
        delivered = threading.Event()
        self._post.put(delivered)
        if not delivered.wait(timeout):
            raise TimeoutError(f"what was told is still not taken in after {timeout} s")

    def _deliver(self) -> None:
        assert self._emit is not None
        while (letter := self._post.get()) is not None:
            if isinstance(letter, threading.Event):
                letter.set()
            else:
                self._emit(letter)


def _id_of(which: Which) -> TaskId:
    return TaskId(which) if isinstance(which, str) else which.task_id
