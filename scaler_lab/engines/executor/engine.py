"""`ExecutorEngine`: an engine that runs tasks on an executor provided by the user.

    submit ──> pool.submit ──> inner future ──callback──> verdict ──┐
    request_cancel ──> withdraw in the claim file ──> confirmation ─┼──> outbox ──> emit
    poll thread ──> tasks that began, workers that died ────────────┘

All events go through one outbox, in the order in which they happened.  A thread that adds an event
empties the outbox, unless another thread is doing so already.  It holds no lock while it calls
*emit*.

The verdict of a task comes from the thread that removes the task from `_open`: the thread of the
future's callback, the thread that withdraws the task, or the poll thread.

The poll thread is active only while there are open tasks.  It detects which tasks have begun (so
that a task that only waits in a pipe isn't shown as running), workers that died without a report
from their pool, and pools whose futures will never be settled.
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
    EngineGone,
    Event,
    GroupId,
    InMemoryPayload,
    ResultKind,
    Task,
    TaskCancel,
    TaskId,
    TaskResult,
)
from scaler_lab.core.safe_event import SafeEvent
from scaler_lab.core.stack import ENDED, QUEUED, OnStack, TaskStack
from scaler_lab.core.state_machine import Resolution
from scaler_lab.engines.base import Emit, Engine, Feature, OnEdit, Reach
from scaler_lab.engines.executor import pools, remote
from scaler_lab.engines.executor.claims import ClaimFile
from scaler_lab.engines.executor.remote import CallReport, CallStatus
from scaler_lab.engines.executor.thread_stacks import stack_of_thread
from scaler_lab.engines.executor.tracker import (
    Deaths,
    EventOutbox,
    ExecutorTask,
    death,
    failure,
    result,
)
from scaler_lab.errors import EngineLost
from scaler_lab.runtime.engine_dir import EngineDir
from scaler_lab.serialization import remote_call
from scaler_lab.serialization.coroutines import completed

log = logging.getLogger(__name__)

POLL_INTERVAL = 0.05
STOPPING_POLL_INTERVAL = 0.01  # while a task is being stopped
DEAD_POLL_INTERVAL = 0.5
DEAD_FOR_SECONDS = 3.0  # a pool that hasn't reported a dead worker by then never will
CLOSE_TIMEOUT = 5.0


class ExecutorEngine(Engine):
    """Runs tasks on an executor that the user provides and owns.  It never shuts the executor down.

    Which tasks it can stop, and what it can report, depends on the kind of the executor: the module
    `pools` has a table.

    Args:
        executor: Any object with a `submit(function, *args)` method that returns a
            `concurrent.futures.Future`.
        in_process: Whether an executor of unknown kind runs its tasks in this process, so that
            functions and arguments are passed to it without pickling.  Ignored for known kinds.

    Raises:
        TypeError: *executor* isn't an executor.
    """

    def __init__(self, executor: Any, *, in_process: bool | None = None) -> None:
        self._pool = pools.pool_of(executor, in_process)
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
        self._lock = threading.RLock()  # a finalizer may cancel while its thread holds it
        # Guarded by _lock:
        self._open: dict[TaskId, ExecutorTask] = {}
        self._by_number: dict[int, ExecutorTask] = {}  # the same; the next three are subsets
        self._begun: dict[int, ExecutorTask] = {}  # began, TaskStarted not emitted yet
        self._started: dict[int, ExecutorTask] = {}  # TaskStarted was emitted
        self._stopping: dict[int, ExecutorTask] = {}  # to be stopped while it runs
        self._next_number = 0
        self._is_closing = False
        self._gone = ""  # why no more events are emitted; empty while the engine works
        # Not guarded:
        self._outbox = EventOutbox(self._lock)
        self._engine_dir: EngineDir | None = None
        self._folder = ""  # path of _engine_dir
        self._claims: ClaimFile | None = None
        self._deaths = Deaths()
        self._wakeup = SafeEvent()
        self._poll_thread: threading.Thread | None = None
        self._closed = threading.Event()

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
        self._outbox.open(emit)
        if self._pool.has_claims:
            self._engine_dir = EngineDir()
            self._folder = str(self._engine_dir.folder)
            self._claims = ClaimFile(self._engine_dir.folder)
        if self.reports_starts:
            self._poll_thread = threading.Thread(
                target=self._poll, name="scaler_lab-executor-monitor", daemon=True
            )
            self._poll_thread.start()

    def submit(self, tasks: Sequence[Task]) -> None:
        if self._pool.in_process:
            flat = [b""] * len(tasks)
        else:
            flat = [remote_call.pack(task) for task in tasks]
        with self._lock:
            if self._gone:
                raise EngineLost(self._gone)
            opened: list[ExecutorTask] = []
            for task in tasks:
                entry = ExecutorTask(task, self._next_number)
                self._next_number += 1
                self._open[task.task_id] = self._by_number[entry.number] = entry
                opened.append(entry)
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
        if tasks and not self._wakeup.is_set():
            self._wakeup.set()

    def request_cancel(self, cancel: TaskCancel) -> None:
        with self._lock:
            chosen = [e for i in cancel.task_ids if (e := self._open.get(i)) is not None]
            if cancel.group is not None:
                chosen = self._with_group(chosen, cancel.group)
            for entry in chosen:
                entry.cancel_requested = True
        if not chosen:
            return
        withdrawn = self._withdraw(chosen)
        rest = [e for e in chosen if e.number not in withdrawn]
        with self._lock:
            for entry in chosen:
                if entry.number in withdrawn and self._close(entry):
                    self._outbox.add(entry.confirmed(Resolution.NEVER_STARTED))
        if rest:
            self._on_begun(rest)
        self._outbox.flush()

    def close(self, *, wait: bool = True) -> None:
        with self._lock:
            is_first, self._is_closing = not self._is_closing, True
            left = list(self._open.values())
            for entry in left:
                entry.cancel_requested = True
        if is_first:
            withdrawn = self._withdraw(left)
            if self._pool.reach is Reach.STOPS_RUNNING:
                self._on_begun([e for e in left if e.number not in withdrawn])
                if wait:
                    self._await(lambda: not self._stopping)
            self._end(
                "its client was closed; tasks that still run in the executor run to their end"
            )
            if self._engine_dir is not None and self._claims is not None:
                self._claims.close()
                self._engine_dir.close()
            self._closed.set()
        self._wakeup.set()
        self._outbox.flush()
        if wait:
            me = threading.get_ident()
            self._await(lambda: self._closed.is_set() and self._outbox.is_free(me))
            if (
                self._poll_thread is not None
                and self._poll_thread is not threading.current_thread()
            ):
                self._poll_thread.join(CLOSE_TIMEOUT)

    def request_stack(self, task_id: TaskId, reply: OnStack) -> None:
        if Feature.STACKS not in self.features:
            super().request_stack(task_id, reply)
        with self._lock:
            entry = self._open.get(task_id)
            # Read under the lock: a task that has ended is no longer open once its thread may run
            # another one.
            if entry is None:
                stack = TaskStack(task_id, ENDED)
            elif entry.started_at is None:
                stack = TaskStack(task_id, QUEUED)
            else:
                stack = stack_of_thread(task_id, entry.thread_id)
        reply(stack)

    @property
    def executor(self) -> Any:
        """The executor that runs the tasks."""
        return self._pool.executor

    # -- cancelling ------------------------------------------------------------------------------

    def _with_group(self, chosen: list[ExecutorTask], group: GroupId) -> list[ExecutorTask]:
        members = [e for e in self._open.values() if e.group == group]
        return list({e.number: e for e in (*chosen, *members)}.values())

    def _withdraw(self, chosen: Sequence[ExecutorTask]) -> set[int]:
        """Withdraw those that haven't begun; return the numbers of those that can never start."""
        withdrawn: set[int] = set()
        if self._pool.in_process:
            with self._lock:
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
        """Stop tasks that have begun, or refuse the cancel if the pool can't stop them."""
        self._note_starts()
        with self._lock:
            for entry in chosen:
                if entry.task_id not in self._open:
                    continue
                if self._pool.reach is Reach.STOPS_RUNNING:
                    self._stopping[entry.number] = entry
                elif not entry.was_refused:
                    entry.was_refused = True
                    self._outbox.add(entry.refused(self._pool.refusal))
        self._stop_wanted()
        self._wakeup.set()

    # -- verdicts --------------------------------------------------------------------------------

    def _close(self, entry: ExecutorTask) -> bool:
        """Remove an open task; True if the caller must give its verdict.  Needs the lock."""
        if self._open.pop(entry.task_id, None) is None:
            return False
        for table in (self._by_number, self._begun, self._started, self._stopping):
            table.pop(entry.number, None)
        entry.inner = None
        return True

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
        if pools.died(error):
            code, pid = getattr(error, "exitcode", None), getattr(error, "pid", None)
            survives = self._pool.survives_worker_death
            self._verdict(entry, death(entry, self.label, pid, code, survives=survives))
        elif pools.is_broken(error):
            self._break(f"{self.label} is broken: {error}")
        else:
            self._verdict(entry, failure(entry.task_id, error))

    def _verdict(self, entry: ExecutorTask, event: Event) -> None:
        with self._lock:
            if not self._close(entry):
                return
            self._outbox.add(event)
        self._outbox.flush()

    def _break(self, reason: str) -> None:
        """The pool is unusable: give verdicts to tasks whose worker died, then end the engine."""
        if self._gone:
            return
        self._note_starts()
        deaths = Deaths()
        with self._lock:
            running = [e for e in self._started.values() if e.pid]
        dead = [e for e in running if deaths.is_dead(e.pid)]
        with self._lock:
            for entry in dead:
                if self._close(entry):
                    code = self._pool.exit_code(entry.pid)
                    self._outbox.add(death(entry, self.label, entry.pid, code, survives=False))
        self._end(
            f"{reason}. The tasks that were not done are lost. "
            "Create a new executor, and a new Client with it"
        )
        self._outbox.flush()

    def _end(self, reason: str) -> None:
        """Drop all open tasks and emit `EngineGone`, the last event."""
        with self._lock:
            if self._gone:
                return
            self._gone = reason
            for table in (self._by_number, self._begun, self._started, self._stopping):
                table.clear()
            self._open.clear()
            self._outbox.add(EngineGone(reason))

    def _take_back(self, sent: Sequence[ExecutorTask], opened: Sequence[ExecutorTask]) -> None:
        """Undo a `submit` that raises: its tasks get no verdict and, if possible, don't begin."""
        for entry in sent:
            entry.cancel_requested = True
        self._withdraw(sent)
        with self._lock:
            for entry in opened:
                self._close(entry)

    def _refusal(self, error: BaseException) -> BaseException:
        """Return what `submit` raises if the executor's own `submit` raised *error*."""
        if pools.is_broken(error):
            self._break(f"{self.label} is broken: {error}")
            return EngineLost(self._gone)
        if isinstance(error, RuntimeError):
            return EngineLost(f"{self.label} accepts no more tasks: {error}")
        return error

    def _await(self, is_so: Callable[[], bool]) -> None:
        """Wait until *is_so* returns true, for `CLOSE_TIMEOUT` seconds at most."""
        end = time.monotonic() + CLOSE_TIMEOUT
        while True:
            with self._lock:
                if is_so() or time.monotonic() > end:
                    return
            time.sleep(0.002)

    # -- tasks in this process -------------------------------------------------------------------

    def _run_here(self, task: Task, entry: ExecutorTask) -> TaskResult | None:
        """Run the task, in a thread of the pool; None if it was withdrawn."""
        name = threading.current_thread().name
        began_at = time.monotonic()
        with self._lock:
            if entry.is_withdrawn:
                return None
            entry.worker, entry.started_at = name, began_at
            entry.thread_id = threading.get_ident()
            if entry.task_id in self._open:
                self._begun[entry.number] = entry
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

    # -- the poll thread -------------------------------------------------------------------------

    def _poll(self) -> None:
        checked_deaths_at = 0.0
        trouble = ""
        while not self._closed.is_set() and not self._gone:
            with self._lock:
                if not self._open:
                    self._wakeup.clear()
                pause = STOPPING_POLL_INTERVAL if self._stopping else POLL_INTERVAL
            self._wakeup.wait()
            if self._closed.wait(pause):
                return
            self._note_starts()
            self._stop_wanted()
            self._note_stops()
            now = time.monotonic()
            if now >= checked_deaths_at + DEAD_POLL_INTERVAL:
                checked_deaths_at = now
                self._note_deaths(now)
                before, trouble = trouble, self._pool.trouble() if self._open else ""
                if trouble and trouble == before:  # twice: its callbacks had time to run
                    self._break(f"{self.label} no longer settles tasks: {trouble}")
            self._outbox.flush()

    def _note_starts(self) -> None:
        """Add `TaskStarted` to the outbox for tasks that have begun since the last poll."""
        pages = [] if self._claims is None else self._claims.begun()
        with self._lock:
            for page in pages:
                entry = self._by_number.get(page.number)
                if entry is not None and not entry.began:
                    entry.worker, entry.pid, entry.started_at = f"pid {page.pid}", page.pid, page.at
                    self._begun[entry.number] = entry
            for entry in self._begun.values():
                entry.began = True
                self._started[entry.number] = entry
                self._outbox.add(entry.started())
            self._begun.clear()

    def _stop_wanted(self) -> None:
        """Have the pool stop those cancelled tasks whose worker is known by now."""
        with self._lock:
            wanted = [e for e in self._stopping.values() if e.pid and not e.is_stopping]
            for entry in wanted:
                entry.is_stopping = True
        for entry in wanted:
            inner = entry.inner
            if inner is not None:
                self._pool.stop_running(inner)

    def _note_stops(self) -> None:
        """Add verdicts to the outbox for tasks that were stopped, or ended before that."""
        with self._lock:
            stopping = [e for e in self._stopping.values() if e.is_stopping]
        if not stopping or self._claims is None:
            return
        # Check for dead workers first: the status file of a dead worker doesn't change any more.
        dead = {e.pid for e in stopping if self._deaths.is_dead(e.pid)}
        running = {(page.pid, page.number) for page in self._claims.begun()}
        with self._lock:
            for entry in stopping:
                if (entry.pid, entry.number) not in running:
                    if self._close(entry):  # it ended by itself, and the pool dropped its result
                        self._outbox.add(entry.discarded())
                elif entry.pid in dead and self._close(entry):
                    detail = f"its worker process {entry.pid} was killed by {self._pool.name}"
                    confirmed = entry.confirmed(Resolution.KILLED, detail, time.monotonic())
                    self._outbox.add(confirmed)

    def _note_deaths(self, now: float) -> None:
        """Detect workers that died without a report from their pool."""
        pids = set(self._pool.pids())
        with self._lock:
            running = [e for e in self._started.values() if e.pid]
        pids.update(e.pid for e in running)
        silent = self._deaths.dead_for(pids, DEAD_FOR_SECONDS, now)
        if not silent:
            return
        if not self._pool.survives_worker_death:
            died = ", ".join(map(str, sorted(silent)))
            self._break(f"{self.label} did not notice that its worker process {died} died")
            return
        with self._lock:
            for entry in running:
                if entry.pid in silent and self._close(entry):
                    self._outbox.add(death(entry, self.label, entry.pid, None, survives=True))


def _cancelled(inner: Future[Any]) -> bool:
    """Whether the executor removed the task from its queue; some raise if they can't."""
    try:
        return inner.cancel()
    except Exception:
        log.debug("an executor's future can't be cancelled", exc_info=True)
        return False
