"""`ThreadEngine`: a small correct engine on threads, for tests of the conformance kit."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence

from scaler_lab.engines.base import (
    Emit,
    Engine,
    EngineGone,
    Event,
    InMemoryPayload,
    Reach,
    Resolution,
    ResultKind,
    Task,
    TaskCancel,
    TaskCancelConfirm,
    TaskCancelRefused,
    TaskId,
    TaskResult,
    TaskStarted,
    run_task,
)
from scaler_lab.errors import EngineLost, TaskExited


class ThreadEngine(Engine):
    """Removes queued tasks on a cancel; can't stop running ones, and reports that."""

    label = "thread engine"
    has_feed = True  # so that its client publishes no feed
    reach = Reach.QUEUED_ONLY

    def __init__(self, n_threads: int = 2, *, reentrant: bool = False) -> None:
        self._emit: Emit | None = None
        self.wake = threading.Condition() if reentrant else threading.Condition(threading.Lock())
        self.lock = self.wake  # the same lock, for code that doesn't wait
        # Guarded by lock:
        self.queue: deque[Task] = deque()
        self.running: dict[TaskId, Task] = {}
        self.gone = ""
        self.threads = [
            threading.Thread(target=self.work, name=f"thread-engine-{n}", daemon=True)
            for n in range(n_threads)
        ]

    def open(self, emit: Emit) -> None:
        self._emit = emit
        for thread in self.threads:
            thread.start()

    def submit(self, tasks: Sequence[Task]) -> None:
        with self.lock:
            if self.gone:
                raise EngineLost(self.gone)
            self.queue.extend(tasks)
            self.wake.notify_all()

    def request_cancel(self, cancel: TaskCancel) -> None:
        with self.lock:
            wanted = set(cancel.task_ids)
            taken = [task for task in self.queue if task.task_id in wanted]
            for task in taken:
                self.queue.remove(task)
            refused = [task_id for task_id in wanted if task_id in self.running]
        self.emit(
            *(self.confirmation(task) for task in taken),
            *(TaskCancelRefused(task_id, "threads can't be stopped") for task_id in refused),
        )

    def close(self, *, wait: bool = True) -> None:
        self.lose("it was closed")
        if wait:
            end = time.monotonic() + 0.2
            for thread in self.threads:
                if thread is not threading.current_thread() and thread.ident is not None:
                    thread.join(max(0.0, end - time.monotonic()))

    def lose(self, reason: str) -> None:
        with self.lock:
            if self.gone:
                return
            self.gone = reason
            self.queue.clear()
            self.wake.notify_all()
            self.goodbye = (EngineGone(reason),)
        assert self._emit is not None
        self._emit(self.goodbye)

    # -- overridden by the broken engines of `test_testing_kit` ----------------------------------

    def emit(self, *events: Event) -> None:
        assert self._emit is not None
        if events and not self.gone:
            self._emit(events)

    def confirmation(self, task: Task) -> Event:
        return TaskCancelConfirm(task.task_id, Resolution.NEVER_STARTED)

    def started(self, task: Task) -> Event:
        return TaskStarted(task.task_id, threading.current_thread().name, time.monotonic())

    def run(self, task: Task) -> TaskResult:
        try:
            value = run_task(task)
        except SystemExit as error:
            return TaskResult(
                task.task_id, ResultKind.FAILED, InMemoryPayload(TaskExited(error.code))
            )
        except Exception as error:
            return TaskResult(task.task_id, ResultKind.FAILED, InMemoryPayload(error))
        return TaskResult(task.task_id, ResultKind.SUCCESS, InMemoryPayload(value))

    def work(self) -> None:
        while True:
            with self.lock:
                while not self.queue and not self.gone:
                    self.wake.wait()
                if self.gone:
                    return
                task = self.queue.popleft()
                self.running[task.task_id] = task
            self.emit(self.started(task))
            result = self.run(task)
            with self.lock:
                del self.running[task.task_id]
            self.emit(result)
