"""`ExecutorEngine`: an engine that runs tasks on an executor provided by the user.

submit ──> pool.submit ──> inner future ──callback──> verdict ──┐
request_cancel ──> withdraw in the claim file ──> confirmation ─┼──> outbox ──> emit
monitor ──> tasks that began, workers that died ────────────────┘
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any

from scaler_lab.core.messages import (
    Event,
    InMemoryPayload,
    ResultKind,
    Task,
    TaskCancel,
    TaskId,
    TaskResult,
)
from scaler_lab.core.stack import BY_THREAD, ENDED, QUEUED, OnStack, TaskStack
from scaler_lab.core.state_machine import Resolution
from scaler_lab.engines.base import Emit, Engine, Feature, OnEdit, Reach
from scaler_lab.engines.executor import connection, remote
from scaler_lab.engines.executor.claims import ClaimFile
from scaler_lab.engines.executor.monitor import Deaths, PoolMonitor
from scaler_lab.engines.executor.remote import CallReport, CallStatus
from scaler_lab.engines.executor.tracker import ExecutorTask, ExecutorTaskTracker
from scaler_lab.engines.executor.verdicts import death, failure, result
from scaler_lab.engines.thread_stacks import frames_of_thread
from scaler_lab.errors import EngineLost
from scaler_lab.runtime.engine_dir import EngineDir
from scaler_lab.serialization import remote_call
from scaler_lab.serialization.coroutines import completed

log = logging.getLogger(__name__)

CLOSE_TIMEOUT = 5.0


class ExecutorEngine(Engine):
    """Runs tasks on an executor that the user provides and owns.  It never shuts the executor down.

    Which tasks it can stop, and what it can report, depends on the kind of the executor: the module
    `connection` has a table.

    Args:
        executor: Any object with a `submit(function, *args)` method that returns a
            `concurrent.futures.Future`.
        in_process: Whether an executor of unknown kind runs its tasks in this process, so that
            functions and arguments are passed to it without pickling.  Ignored for known kinds.

    Raises:
        TypeError: *executor* isn't an executor.
    """

    def __init__(self, executor: Any, *, in_process: bool | None = None) -> None:
        self._pool = connection.pool_of(executor, in_process)
        count = self._pool.n_workers
        self.n_workers = count
        one, many = self._pool.workers_are
        self.label = self._pool.name
        if count is not None:
            self.label = f"{self._pool.name}, {count} {one if count == 1 else many}"
        self.reach = self._pool.reach
        self.takes_bytes = not self._pool.in_process
        self.on_edit = OnEdit.SHARED if self._pool.in_process else OnEdit.NOTHING
        if self._pool.in_process:
            self.features = self.features | {Feature.STACKS}
        self.survives_worker_death = self._pool.survives_worker_death
        self.reports_starts = self._pool.in_process or self._pool.has_claims
        self._tracker = ExecutorTaskTracker()
        self._is_closing = False  # guarded by the tracker's lock
        self._engine_dir: EngineDir | None = None
        self._folder = ""  # path of _engine_dir
        self._claims: ClaimFile | None = None
        self._monitor = PoolMonitor(self.label, self._pool, self._tracker, self._break)

    @classmethod
    def from_given(cls, given: Any, *, in_process: bool | None = None) -> ExecutorEngine:
        """Return the engine for `Client(executor)`.

        Args:
            given: The executor.
            in_process: See `ExecutorEngine`.

        Raises:
            TypeError: *given* isn't an executor.
        """
        return cls(given, in_process=in_process)

    # -- the contract ----------------------------------------------------------------------------

    def open(self, emit: Emit) -> None:
        self._tracker.outbox.open(emit)
        if self._pool.has_claims:
            self._engine_dir = EngineDir()
            self._folder = str(self._engine_dir.folder)
            self._claims = ClaimFile(self._engine_dir.folder)
            self._monitor.claims = self._claims
        if self.reports_starts:
            self._monitor.start()

    def submit(self, tasks: Sequence[Task]) -> None:
        if self._pool.in_process:
            flat = [b""] * len(tasks)
        else:
            flat = [remote_call.pack(task) for task in tasks]
        opened = self._tracker.add(tasks)
        folder = self._folder
        for at, (task, entry, call) in enumerate(zip(tasks, opened, flat, strict=True)):
            try:
                if self._pool.in_process:
                    inner = self._pool.submit(self._run_here, task, entry)
                else:
                    inner = self._pool.submit(remote.run, folder, entry.number, call, task.name)
            except BaseException as error:
                self._take_back(opened[:at], opened)
                raise self._refusal(error) from error
            entry.inner = inner
            inner.add_done_callback(partial(self._on_done, entry))
        if tasks:
            self._monitor.wake()

    def request_cancel(self, cancel: TaskCancel) -> None:
        chosen = self._tracker.cancelled_by(cancel)
        if not chosen:
            return
        withdrawn = self._withdraw(chosen)
        with self._tracker.lock:
            for entry in chosen:
                if entry.number in withdrawn:
                    self._tracker.settle(entry, entry.confirmed(Resolution.NEVER_STARTED))
        rest = [e for e in chosen if e.number not in withdrawn]
        if rest:
            self._on_begun(rest)
        self._tracker.outbox.flush()

    def close(self, *, wait: bool = True) -> None:
        tracker = self._tracker
        with tracker.lock:
            is_first, self._is_closing = not self._is_closing, True
            left = tracker.cancel_all()
        if is_first:
            withdrawn = self._withdraw(left)
            if self._pool.reach is Reach.STOPS_RUNNING:
                self._on_begun([e for e in left if e.number not in withdrawn])
                if wait:
                    self._await(lambda: not tracker.stopping)
            tracker.lose(
                "its client was closed; tasks that still run in the executor run to their end"
            )
            if self._engine_dir is not None and self._claims is not None:
                self._claims.close()
                self._engine_dir.close()
            self._monitor.stop()
        tracker.outbox.flush()
        if wait:
            me = threading.get_ident()
            self._await(lambda: self._monitor.is_stopped and tracker.outbox.is_free(me))
            self._monitor.join(CLOSE_TIMEOUT)

    def request_stack(self, task_id: TaskId, reply: OnStack, *, at_once: bool = False) -> None:
        if Feature.STACKS not in self.features:
            super().request_stack(task_id, reply, at_once=at_once)
        with self._tracker.lock:
            entry = self._tracker.get(task_id)
            # Read under the lock: a task that has ended is no longer open once its thread may run
            # another one.
            if entry is None:
                stack = TaskStack(task_id, ENDED)
            elif entry.started_at is None:
                stack = TaskStack(task_id, QUEUED)
            else:
                frames = frames_of_thread(entry.thread_id)
                stack = TaskStack.of_thread(task_id, frames, BY_THREAD)
        reply(stack)

    @property
    def executor(self) -> Any:
        """The executor that runs the tasks."""
        return self._pool.executor

    # -- cancelling ------------------------------------------------------------------------------

    def _withdraw(self, chosen: Sequence[ExecutorTask]) -> set[int]:
        """Withdraw those that haven't started; return the numbers of those that can never start."""
        withdrawn: set[int] = set()
        if self._pool.in_process:
            with self._tracker.lock:
                for entry in chosen:
                    if entry.started_at is None:
                        entry.is_withdrawn = True  # checked by `_run_here`
                        withdrawn.add(entry.number)
        if self._pool.cancel_takes_out:
            for entry in chosen:
                if entry.inner is not None and _cancelled(entry.inner):
                    withdrawn.add(entry.number)
        if self._claims is not None:
            left = [e.number for e in chosen if e.number not in withdrawn]
            withdrawn |= self._claims.withdraw(left)
        return withdrawn

    def _on_begun(self, chosen: Sequence[ExecutorTask]) -> None:
        """Stop tasks that have started, or refuse the cancel if the pool can't stop them."""
        self._monitor.report_starts()
        with self._tracker.lock:
            for entry in chosen:
                if self._tracker.get(entry.task_id) is None:
                    continue
                if self._pool.reach is Reach.STOPS_RUNNING:
                    self._tracker.stop(entry)
                elif not entry.was_refused:
                    entry.was_refused = True
                    self._tracker.outbox.add(entry.refused(self._pool.refusal))
        self._monitor.stop_wanted()
        self._monitor.wake()

    # -- verdicts --------------------------------------------------------------------------------

    def _on_done(self, entry: ExecutorTask, inner: Future[Any]) -> None:
        """The pool settled the future.  Runs in a thread of the pool, or in the canceller's."""
        if inner.cancelled():
            if not entry.cancel_requested:
                detail = "its executor was shut down, and removed it from the queue"
                self._verdict(entry, entry.confirmed(Resolution.NEVER_STARTED, detail))
            return  # the thread that requested the cancel gives the verdict
        error = inner.exception()
        if error is not None:
            self._on_error(entry, error)
            return
        given = inner.result()
        if isinstance(given, TaskResult):  # from `_run_here`
            self._verdict(entry, given)
        elif isinstance(given, CallReport):
            if given.outcome != CallStatus.SKIPPED:
                self._verdict(entry, result(entry, given, is_here=self._engine_dir is not None))
            elif not entry.cancel_requested:  # only we withdraw tasks, so the folder is gone
                detail = "its client's folder in the runtime folder was removed"
                self._verdict(entry, entry.confirmed(Resolution.NEVER_STARTED, detail))
        elif not entry.is_withdrawn:
            wrong = TypeError(
                f"{self.label} returned {type(given).__qualname__} as the task's result"
            )
            self._verdict(entry, failure(entry.task_id, wrong))
        entry.inner = None

    def _on_error(self, entry: ExecutorTask, error: BaseException) -> None:
        if connection.died(error):
            code, pid = getattr(error, "exitcode", None), getattr(error, "pid", None)
            survives = self._pool.survives_worker_death
            self._verdict(entry, death(entry, self.label, pid, code, survives=survives))
        elif connection.is_broken(error):
            self._break(f"{self.label} is broken: {error}")
        else:
            self._verdict(entry, failure(entry.task_id, error))

    def _verdict(self, entry: ExecutorTask, event: Event) -> None:
        self._tracker.settle(entry, event)
        self._tracker.outbox.flush()

    def _break(self, reason: str) -> None:
        """The pool is unusable: give verdicts to tasks whose worker died, then end the engine."""
        tracker = self._tracker
        if tracker.gone:
            return
        self._monitor.report_starts()
        deaths = Deaths()
        for entry in tracker.running:
            if deaths.is_dead(entry.pid):
                code = self._pool.exit_code(entry.pid)
                verdict = death(entry, self.label, entry.pid, code, survives=False)
                tracker.settle(entry, verdict)
        tracker.lose(
            f"{reason}. The tasks that were not done are lost. "
            "Create a new executor, and a new Client with it"
        )
        tracker.outbox.flush()

    def _take_back(self, sent: Sequence[ExecutorTask], opened: Sequence[ExecutorTask]) -> None:
        """Undo a `submit` that raises: its tasks get no verdict and, if possible, don't start."""
        for entry in sent:
            entry.cancel_requested = True
        self._withdraw(sent)
        with self._tracker.lock:
            for entry in opened:
                self._tracker.remove(entry)

    def _refusal(self, error: BaseException) -> BaseException:
        """Return what `submit` raises if the executor's own `submit` raised *error*."""
        if connection.is_broken(error):
            self._break(f"{self.label} is broken: {error}")
            return EngineLost(self._tracker.gone)
        if isinstance(error, RuntimeError):
            return EngineLost(f"{self.label} accepts no more tasks: {error}")
        return error

    def _await(self, is_so: Callable[[], bool]) -> None:
        """Wait until *is_so* returns true, for `CLOSE_TIMEOUT` seconds at most."""
        end = time.monotonic() + CLOSE_TIMEOUT
        while True:
            with self._tracker.lock:
                if is_so() or time.monotonic() > end:
                    return
            time.sleep(0.002)

    # -- tasks in this process -------------------------------------------------------------------

    def _run_here(self, task: Task, entry: ExecutorTask) -> TaskResult | None:
        """Run the task, in a thread of the pool; None if it was withdrawn."""
        name = threading.current_thread().name
        began_at = time.monotonic()
        with self._tracker.lock:
            if entry.is_withdrawn:
                return None
            entry.worker, entry.started_at = name, began_at
            entry.thread_id = threading.get_ident()
            self._tracker.begin(entry)
        try:
            value = completed(task.function(*task.args, **task.kwargs))
        except BaseException as error:
            return failure(task.task_id, error, name, began_at)
        return TaskResult(
            task.task_id,
            ResultKind.SUCCESS,
            InMemoryPayload(value),
            name,
            began_at,
            time.monotonic(),
        )


def _cancelled(inner: Future[Any]) -> bool:
    """Whether the executor removed the task from its queue; some raise if they can't."""
    try:
        return inner.cancel()
    except Exception:
        log.debug("an executor's future can't be cancelled", exc_info=True)
        return False
