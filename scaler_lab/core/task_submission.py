"""`TaskSubmission`: the part of a future manager that submits tasks.

    submit: prepare ──> enter ──> send, mark_sent ──> follow plans

`enter` is one step (`Board.commit`), which no interrupt can stop half-way.  If the engine packed
the tasks beforehand, that step also submits them.  The other steps run in the thread of
`Uninterrupted`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from scaler_lab.core.decision_runner import (
    DecisionRunner,
)
from scaler_lab.core.decisions import NO_STARTS
from scaler_lab.core.fork_guard import refuse_in_fork
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.messages import (
    EngineGone,
    InMemoryPayload,
    Task,
    TaskId,
    own_calls,
)
from scaler_lab.core.outbox import Prepared
from scaler_lab.core.state_machine import (
    TaskState,
    Trigger,
)
from scaler_lab.core.task_plan import TaskPlan
from scaler_lab.core.task_record import TaskRecord
from scaler_lab.errors import EngineLost

if TYPE_CHECKING:
    from scaler_lab.core.future_manager import FutureManager

Complete = Callable[[list[ScalerFuture[Any]]], None]


class TaskSubmission(DecisionRunner):
    """Submits tasks, wholly or not at all."""

    def refuse_new(self, why: str = "") -> None:
        """Accept no more tasks.

        A later submit raises *why*, or the usual message if that is empty.
        """
        with self.board.lock:  # each registration is complete before this, or is refused
            if self._is_accepting:
                self._why_refused = why
            self._is_accepting = False

    @property
    def is_accepting(self) -> bool:
        """Whether tasks can still be registered."""
        return self._is_accepting

    def submit(
        self,
        tasks: Sequence[Task],
        plans: Sequence[TaskPlan | None] | None = None,
        *,
        borrowed: Sequence[Task] = (),
        complete: Complete | None = None,
    ) -> list[ScalerFuture[Any]]:
        """Create the futures of new tasks, and send the tasks that don't wait for others.

        An interrupt in the calling thread comes before all of this or after it.

        Args:
            tasks: The tasks.
            plans: Their plans, None for a task without one.  None means that no task has one.
            borrowed: Those of *tasks* whose packed call refers to the caller's memory.
            complete: Called with the futures before anything is sent, for tasks whose arguments
                are futures of this same batch.

        Raises:
            EngineLost: The engine is gone.
            TaskUnserializable: A function or an argument can't be sent.
            RuntimeError: `refuse_new` was called.
        """
        refuse_in_fork(self.made_in)
        engine = self._engine
        ready = tasks if plans is None else _without_waiting(tasks, plans)
        prepared = engine.prepare(ready) if ready else None
        try:
            if prepared is not None:
                if borrowed:
                    own_calls(borrowed)  # the tasks are packed, but may be sent again
                if plans is None:
                    if len(tasks) == 1 and tasks[0].annotations.group is None:
                        futures = [self._enter_one(tasks[0], prepared)]
                    else:
                        futures = self.enter(tasks, None, prepared)
                    self.board.notify()
                    return futures
            if not self.is_inside_call:
                submit = functools.partial(
                    self._submit_wholly, tasks, plans, ready, prepared, complete
                )
                futures = self.wholly(submit, otherwise=list)
                own_calls(borrowed)
                return futures
            futures = self.enter(tasks, plans, prepared)
            self.soon(functools.partial(self._send_late, futures, ready, prepared, complete))
        except BaseException:
            if prepared is not None:  # after earlier submissions, which may still use it
                self.soon(prepared.give_up)
            raise
        return futures

    def submit_attempt(self, future: ScalerFuture[Any], task: Task) -> None:
        """Send an attempt that `Attempts.begin` returned.  Raises what the engine raises."""
        self._engine.submit((task,))
        self.mark_sent((future.record,))
        self._follow((future,))

    def enter(
        self,
        tasks: Sequence[Task],
        plans: Sequence[TaskPlan | None] | None = None,
        prepared: Prepared | None = None,
    ) -> list[ScalerFuture[Any]]:
        """Create and enter the futures of new tasks: the first step of `submit`.

        Only simulations call it directly, because time passes between their steps.

        Tasks that don't wait for others are submitted in the same step if they are *prepared*.
        Otherwise the engine gets them afterwards, so that no answer can arrive for an unknown task.
        """
        if plans is not None:
            self._check_accepting()  # before a thread is started
            self._background.begin(plans)
        now = self._clock()
        is_prepared = prepared is not None
        detail = "" if self._decisions.reports_starts else NO_STARTS
        keeps_calls = self._keeps_calls
        manager: FutureManager = self  # type: ignore[assignment]  # its only subclass
        records: list[TaskRecord] = []
        futures: dict[TaskId, ScalerFuture[Any]] = {}
        for at, task in enumerate(tasks):
            plan = None if plans is None else plans[at]
            task_id = task.task_id
            record = TaskRecord(task_id, task.name, now, task.annotations)
            records += (record,)
            if plan is not None and plan.waits:
                record.state = TaskState.WAITING
            else:
                record.sent = is_prepared
                record.detail = detail
            futures[task_id] = ScalerFuture(record, manager, task if keeps_calls else None, plan)
        if self.is_inside_call:
            self._enter_from_inside(records, futures, prepared)
        else:
            board = self.board
            with board.lock:
                if not self._is_accepting or self._decisions.gone is not None:
                    self._check_accepting()
                board.commit(self._registry.additions(records, futures), prepared)
        return [*futures.values()]

    def _enter_one(self, task: Task, prepared: Prepared) -> ScalerFuture[Any]:
        """Do what `enter` does for one task without a plan, of no group."""
        board, task_id = self.board, task.task_id
        record = TaskRecord(
            task_id, task.name, self._clock(), task.annotations, TaskState.QUEUED, True
        )
        if not self._decisions.reports_starts:
            record.detail = NO_STARTS
        manager: FutureManager = self  # type: ignore[assignment]  # its only subclass
        future: ScalerFuture[Any] = ScalerFuture(
            record, manager, task if self._keeps_calls else None
        )
        if board.is_locked_here():  # `is_inside_call`
            self._enter_from_inside((record,), {task_id: future}, prepared)
        else:
            with board.lock:
                if not self._is_accepting or self._decisions.gone is not None:
                    self._check_accepting()
                board.commit_one(record, future, self._registry.open, prepared)
        return future

    def _submit_wholly(
        self,
        tasks: Sequence[Task],
        plans: Sequence[TaskPlan | None] | None,
        ready: Sequence[Task],
        prepared: Prepared | None,
        complete: Complete | None,
    ) -> list[ScalerFuture[Any]]:
        """Do the steps of a submission, between which no interrupt may arrive."""
        futures = self.enter(tasks, plans, prepared)
        try:
            self._send_new(futures, ready, prepared, complete)
        except BaseException:
            self._withdraw(futures)
            raise
        return futures

    def _send_late(
        self,
        futures: list[ScalerFuture[Any]],
        ready: Sequence[Task],
        prepared: Prepared | None,
        complete: Complete | None,
    ) -> None:
        """Send tasks whose futures the caller already has, so that errors go to the futures."""
        try:
            self._send_new(futures, ready, prepared, complete)
        except BaseException as error:
            payload, line = InMemoryPayload(error), type(error).__name__
            for future in futures:
                self.happen(future, Trigger.SUBMIT_FAILED, payload, line)

    def _send_new(
        self,
        futures: list[ScalerFuture[Any]],
        ready: Sequence[Task],
        prepared: Prepared | None,
        complete: Complete | None,
    ) -> None:
        """Send the tasks that are *ready*, and announce those that wait."""
        if complete is not None:
            complete(futures)
        waiting = [future for future in futures if _waits(future)]
        if prepared is None and ready:
            self._engine.submit(ready)
            self.mark_sent([future.record for future in futures if not _waits(future)])
        if waiting:
            self._engine.expect([future.call for future in waiting if future.call is not None])
            self._note_announced([future.record for future in waiting])
        self._follow(futures)
        self.board.notify()

    def _enter_from_inside(
        self,
        records: Sequence[TaskRecord],
        futures: dict[TaskId, ScalerFuture[Any]],
        prepared: Prepared | None,
    ) -> None:
        """Have tasks entered soon, which a signal handler or a finalizer submits."""
        self._check_accepting()
        self._uninterrupted.post(functools.partial(self._enter_late, records, futures, prepared))

    def _enter_late(
        self,
        records: Sequence[TaskRecord],
        futures: dict[TaskId, ScalerFuture[Any]],
        prepared: Prepared | None,
    ) -> None:
        with self.board.lock:
            is_gone = self._decisions.gone
            self.board.commit(
                self._registry.additions(records, futures),
                None if is_gone is not None else prepared,
            )
        if is_gone is not None:
            self._on_events((EngineGone(is_gone),))

    def _check_accepting(self) -> None:
        if not self._is_accepting:
            if self._why_refused:
                raise RuntimeError(self._why_refused)
            raise RuntimeError("cannot schedule new futures after shutdown")
        if self._decisions.gone is not None:
            raise EngineLost(self._decisions.gone)

    def mark_sent(self, records: Sequence[TaskRecord]) -> None:
        """Record that the engine has the tasks.

        Cancels requested meanwhile are sent now, because a cancel must not arrive before its task.
        """
        with self.board.lock:
            instructions = self._decisions.on_sent(records)
        self._carry_out(instructions)

    def _follow(self, futures: Iterable[ScalerFuture[Any]]) -> None:
        """Carry out the plans of submitted tasks: dependencies and time limits."""
        for future in futures:
            plan = future.plan
            if plan is None:
                continue
            if future.record.state is TaskState.WAITING:
                self._background.watch_dependencies(future)
            elif plan.options.timeout is not None and not self.reports_starts:
                with self.board.lock:
                    if future.record.state is TaskState.QUEUED:
                        self.attempts.enforce_time_limit(future, self._clock())

    def _withdraw(self, futures: Iterable[ScalerFuture[Any]]) -> None:
        """Remove tasks that the engine refused, as if they had never existed."""
        with self.board.lock:
            self._decisions.withdraw(futures)

    def _note_announced(self, records: Iterable[TaskRecord]) -> None:
        """Record tasks that the engine knows to be waiting for others.

        If one of them ends without being submitted, the engine gets a `TaskDropped`.  Call this
        after the announcement, so that the engine learns that a task waits before it learns that
        the task ended.
        """
        with self.board.lock:
            instructions = self._decisions.on_announced(records)
        self._carry_out(instructions)


def _without_waiting(tasks: Sequence[Task], plans: Sequence[TaskPlan | None]) -> Sequence[Task]:
    return [t for t, plan in zip(tasks, plans, strict=True) if plan is None or not plan.waits]


def _waits(future: ScalerFuture[Any]) -> bool:
    return future.plan is not None and future.plan.waits
