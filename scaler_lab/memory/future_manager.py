"""`FutureManager`: the one place where a future is asked to stop, and where it gets its verdict.

    window, key, future.cancel() ──> request_cancel ──> engine
    engine ──> on_events ──> the board ──> the future ──> its waiters, its callbacks, the views

Every happening goes through `lifecycle.step`, under the board's lock; what follows from it (the
engine's call, settling a future, ringing the views) is done after the lock is released:

    decide under the lock          act outside it
    ─────────────────────          ───────────────────────────────────────────
    request_cancel: QUEUED -> QUEUED_ASKED      engine.request_cancel(TaskCancel)
    on_events:      QUEUED_ASKED -> CANCELLED   future.set_cancel_confirmed(), courier

Since a stage that is done has no steps, one verdict is all a future can get, whatever comes twice,
late or out of order.
"""

from __future__ import annotations

import functools
import logging
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from scaler_lab.facts.errors import EngineLost
from scaler_lab.facts.lifecycle import Deed, Happening, Resolution, Stage, step
from scaler_lab.facts.messages import (
    EngineGone,
    Event,
    GroupId,
    Opened,
    Parcel,
    ResultKind,
    Task,
    TaskCancel,
    TaskCancelAsked,
    TaskCancelConfirm,
    TaskCancelRefused,
    TaskId,
    TaskOutput,
    TaskProgress,
    TaskResult,
    TaskRetryAsked,
    TaskStarted,
)
from scaler_lab.memory.board import Board, TaskRecord
from scaler_lab.memory.courier import Courier
from scaler_lab.memory.future import ScalerFuture, in_bare_loop_callback
from scaler_lab.memory.process import refuse_in_fork, this_process

log = logging.getLogger(__name__)


class Listener(Protocol):
    """Who wants to hear what tasks write, as it comes: in the thread that delivers events."""

    def heard(self, task_id: TaskId, at: int, data: bytes) -> None:
        """A task wrote *data*, its bytes from *at* on.  Must return at once, and not raise."""
        ...

    def ended(self, task_id: TaskId) -> None:
        """A task that was heard has its verdict, and writes no more."""
        ...

    def close(self, *, wait: bool) -> None:
        """Nothing more comes.  With *wait*, returns once all was passed on, or soon after."""
        ...


SendCancel = Callable[[TaskCancel], None]
Resubmit = Callable[[Task], ScalerFuture[Any]]

_HAPPENING_OF = {
    ResultKind.SUCCESS: Happening.RESULT_ARRIVED,
    ResultKind.FAILED: Happening.EXCEPTION_ARRIVED,
    ResultKind.WORKER_DIED: Happening.WORKER_DIED,
}

_PRUNE_MIN = 10_000  # done futures remembered (weakly) before the dead ones are swept out

# What a batch of events asks to be done once the lock is released.
_Settlement = tuple[ScalerFuture[Any], Deed, Parcel | None]


class FutureManager:
    """Routes events to the board and to futures, and cancels to the engine.

    Thread-safe throughout.  `send_cancel` is the engine's `request_cancel`, set once by the
    client before the first task.  *clock* and *courier* are for simulations, which have a time of
    their own and no threads.
    """

    def __init__(
        self,
        board: Board,
        send_cancel: SendCancel,
        name: str = "scaler_lab",
        *,
        clock: Callable[[], float] = time.monotonic,
        courier: Courier | None = None,
    ) -> None:
        self.board = board
        self.made_in = this_process()
        """The id of the process that can use it; a child that a fork made can't."""
        self._send_cancel = send_cancel
        self._clock = clock
        self._resubmit: Resubmit | None = None
        self._courier = Courier(f"{name}-callbacks") if courier is None else courier
        self._here = threading.local()  # .delivering: this thread is inside on_events
        # Guarded by board.lock:
        self._open: dict[TaskId, ScalerFuture[Any]] = {}
        self._done: dict[TaskId, weakref.ref[ScalerFuture[Any]]] = {}
        self._groups: dict[GroupId, dict[TaskId, TaskRecord]] = {}
        self._gone: str | None = None
        self._settling = 0  # how many are off `_open`, and their futures not yet settled
        self._prune_at = _PRUNE_MIN
        self._all_done = threading.Condition(board.lock)
        self._is_closed = False
        self.listener: Listener | None = None  # set before the first task
        self.no_output = ""  # why nothing is told of what tasks write, where that is so
        board.add_writer(self)

    # -- submitting ------------------------------------------------------------------------------

    def register(
        self, records: Sequence[TaskRecord], calls: Sequence[Task] | None = None
    ) -> list[ScalerFuture[Any]]:
        """Make the futures of tasks that are about to be sent.  With *calls* they can be retried.

        Before the engine hears of them, so that no answer can arrive for an unknown task.
        Raises `EngineLost` where the engine is gone.
        """
        board, opened = self.board, self._open
        futures: list[ScalerFuture[Any]] = []
        with board.lock:
            if self._gone is not None:
                raise EngineLost(self._gone)
            for at, record in enumerate(records):
                call = None if calls is None else calls[at]
                future: ScalerFuture[Any] = ScalerFuture(record, self, call)
                futures.append(future)
                board.add(record)
                opened[record.task_id] = future
                if record.group is not None:
                    self._groups.setdefault(record.group, {})[record.task_id] = record
        return futures

    def mark_sent(self, records: Sequence[TaskRecord]) -> None:
        """The engine has the tasks.  A cancel asked in between goes now: it must not overtake."""
        asked: list[TaskRecord] = []
        with self.board.lock:
            for record in records:
                record.sent = True
                if record.stage is not Stage.QUEUED and record.stage.is_asked:
                    asked.append(record)
        self.board.ring()
        if asked:
            for force in (False, True):
                self._send([r for r in asked if r.force_asked is force], force=force)

    def withdraw(self, records: Sequence[TaskRecord]) -> None:
        """The engine refused the tasks: as if they had never been."""
        with self.board.lock:
            for record in records:
                self._open.pop(record.task_id, None)
                self._leave_group(record)
            self.board.forget([record.task_id for record in records])
            self._all_done.notify_all()

    # -- retrying --------------------------------------------------------------------------------

    def on_retry(self, resubmit: Resubmit) -> None:
        """The client says how a call is submitted again."""
        self._resubmit = resubmit

    def resubmit(self, call: Task) -> ScalerFuture[Any]:
        """Submit a done task's call again.  Raises what `Client.submit` raises."""
        if self._resubmit is None:
            raise RuntimeError("this future's client can't submit a call again")
        return self._resubmit(call)

    def retry_by_id(self, task_ids: Iterable[TaskId]) -> None:
        """For windows: submit these calls again, soon, where somebody still holds the future."""
        for task_id in task_ids:  # by the courier, for it pickles
            self._courier.hand_over(functools.partial(self._retry_for_window, task_id))

    def _retry_for_window(self, task_id: TaskId) -> None:
        with self.board.lock:
            kept = self._done.get(task_id)
        future = None if kept is None else kept()
        if future is None or future.call is None:
            return  # nobody holds it any more, or it succeeded: the window sees no new task
        try:
            self.resubmit(future.call)
        except Exception:
            log.exception("a window asked to retry %r, which failed", future)

    # -- cancelling ------------------------------------------------------------------------------

    def request_cancel(
        self, futures: Iterable[ScalerFuture[Any]], *, force: bool = False, source: str = ""
    ) -> int:
        """Ask the engine to stop these, in one message.  Returns how many will be cancelled.

        The one path of every button, key and call.  Asking again sends nothing; only the step
        from a plain ask to *force* is a new question, and is sent once.
        """
        refuse_in_fork(self.made_in)
        now = self._clock()
        to_send: list[TaskRecord] = []
        accepted = 0
        with self.board.lock:
            for future in futures:
                record = future.record
                if self._ask(record, now, force, source, to_send):
                    accepted += 1
                    if record.group is not None and not record.stage.is_done:
                        for member in list(self._groups.get(record.group, {}).values()):
                            self._ask(member, now, force, source, to_send)
        if to_send:
            self.board.ring()
            self._send(to_send, force=force)
        return accepted

    def request_cancel_by_id(
        self, task_ids: Iterable[TaskId], *, force: bool = False, source: str = ""
    ) -> int:
        """`request_cancel` for windows, which know ids; unknown ones count as done."""
        with self.board.lock:
            futures = [f for task_id in task_ids if (f := self._open.get(task_id)) is not None]
        return self.request_cancel(futures, force=force, source=source)

    def may_wait(self) -> bool:
        """Whether the calling thread may wait for an answer without holding that answer up."""
        return not (
            getattr(self._here, "delivering", False)
            or self._courier.is_here()
            or in_bare_loop_callback()
        )

    def _ask(
        self, record: TaskRecord, now: float, force: bool, source: str, to_send: list[TaskRecord]
    ) -> bool:
        """Under the lock.  Whether *record* is or will end cancelled."""
        if record.stage.is_done:
            return record.stage is Stage.CANCELLED
        taken = step(record.stage, Happening.CANCEL_ASKED)
        is_new = taken.deed is Deed.SEND_CANCEL
        if is_new:
            record.asked_at = now
            record.asked_by = source
        if is_new or (force and not record.force_asked):
            record.force_asked = force
            self.board.move(record, taken.stage)
            if record.sent:
                to_send.append(record)
        return True

    def _send(self, records: Iterable[TaskRecord], *, force: bool) -> None:
        alone: list[TaskId] = []
        by_group: dict[GroupId, list[TaskId]] = {}
        for record in records:
            if record.group is None:
                alone.append(record.task_id)
            else:
                by_group.setdefault(record.group, []).append(record.task_id)
        if alone:
            self._send_cancel(TaskCancel(tuple(alone), force=force))
        for group, members in by_group.items():
            self._send_cancel(TaskCancel(tuple(members), group=group, force=force))

    # -- events ----------------------------------------------------------------------------------

    def on_events(self, events: Sequence[Event]) -> None:
        """What the engine tells.  From any thread; runs no user code; holds no lock on return."""
        settlements: list[_Settlement] = []
        retries: list[TaskId] = []
        heard: list[TaskOutput] = []
        now = self._clock()
        with self.board.lock:
            for event in events:
                if type(event) is TaskResult:
                    self._result(event, now, settlements)
                elif type(event) is TaskStarted:
                    self._started(event)
                elif type(event) is TaskCancelConfirm:
                    self._confirm(event, now, settlements)
                elif type(event) is TaskCancelRefused:
                    self._refused(event)
                elif type(event) is TaskCancelAsked:
                    self._asked_elsewhere(event, now)
                elif type(event) is TaskProgress:
                    self._progressed(event)
                elif type(event) is TaskOutput:
                    self._wrote(event)
                    heard.append(event)
                elif type(event) is TaskRetryAsked:
                    retries.append(event.task_id)
                elif type(event) is EngineGone:
                    self._engine_gone(event, now, settlements)
                else:
                    log.error("an engine told %r, which is not an event", event)
            self._settling += len(settlements)
        outer = getattr(
            self._here, "delivering", False
        )  # a bell may ask an engine that answers here
        self._here.delivering = True
        try:
            if self.listener is not None:
                for told in heard:
                    self.listener.heard(told.task_id, told.at, told.data)
            for future, deed, parcel in settlements:
                if future.has_output and self.listener is not None:
                    self.listener.ended(future.task_id)
                self._settle(future, deed, parcel)
            if settlements:
                with self.board.lock:
                    self._settling -= len(settlements)
                    self._all_done.notify_all()
            self.retry_by_id(retries)
            self.board.ring()  # in here too: a bell that cancels must not wait for its own answer
        finally:
            self._here.delivering = outer

    def on_task_result(self, result: TaskResult) -> None:
        """One `TaskResult`; see `on_events`."""
        self.on_events((result,))

    def on_task_cancel_confirm(self, confirm: TaskCancelConfirm) -> None:
        """One `TaskCancelConfirm`; see `on_events`."""
        self.on_events((confirm,))

    # Under the lock, all of these:

    def _started(self, event: TaskStarted) -> None:
        future = self._open.get(event.task_id)
        if future is None:
            return
        record = future.record
        taken = step(record.stage, Happening.STARTED)
        if taken.stage is not record.stage:
            record.worker = event.worker
            record.started_at = event.at
            self.board.move(record, taken.stage)
            future.set_started()

    def _progressed(self, event: TaskProgress) -> None:
        future = self._open.get(event.task_id)
        if future is not None:
            future.record.progress = event.progress
            self.board.move(future.record, future.record.stage)

    def _wrote(self, event: TaskOutput) -> None:
        future = self._open.get(event.task_id)
        if future is not None:
            future.record.output_bytes = future.add_output(event.data, event.at)
            self.board.move(future.record, future.record.stage)

    def _result(self, event: TaskResult, now: float, settlements: list[_Settlement]) -> None:
        future = self._open.get(event.task_id)
        if future is None:
            return
        record = future.record
        taken = step(record.stage, _HAPPENING_OF[event.kind])
        if event.worker:
            record.worker = event.worker
        if event.started_at is not None:
            record.started_at = event.started_at
        record.ended_at = event.ended_at or now
        record.usage = event.usage
        parcel: Parcel | None = None
        if taken.deed is Deed.SETTLE_CANCELLED:
            if event.kind is ResultKind.WORKER_DIED:
                record.detail = event.error
        else:
            record.error = event.error
            parcel = event.parcel
        self._verdict(future, taken.stage, taken.resolution, now)
        settlements.append((future, taken.deed, parcel))

    def _confirm(
        self, event: TaskCancelConfirm, now: float, settlements: list[_Settlement]
    ) -> None:
        future = self._open.get(event.task_id)
        if future is None:
            return
        record = future.record
        taken = step(record.stage, Happening.CANCEL_CONFIRMED)
        if event.worker:
            record.worker = event.worker
        record.detail = event.detail
        record.ended_at = event.ended_at or now
        if record.asked_at is None:
            record.asked_at = now
        self._verdict(future, taken.stage, event.resolution, now)
        settlements.append((future, taken.deed, None))

    def _refused(self, event: TaskCancelRefused) -> None:
        future = self._open.get(event.task_id)
        if future is not None and future.record.stage.is_asked:
            future.record.detail = event.reason
            self.board.move(
                future.record, step(future.record.stage, Happening.CANCEL_REFUSED).stage
            )

    def _asked_elsewhere(self, event: TaskCancelAsked, now: float) -> None:
        future = self._open.get(event.task_id)
        if future is not None:
            self._ask(future.record, now, False, event.source, [])

    def _engine_gone(self, event: EngineGone, now: float, settlements: list[_Settlement]) -> None:
        if self._gone is None:
            self._gone = event.reason
        for future in list(self._open.values()):
            record = future.record
            taken = step(record.stage, Happening.ENGINE_LOST)
            record.ended_at = now
            parcel: Parcel | None = None
            if taken.deed is Deed.SETTLE_EXCEPTION:
                record.error = "EngineLost"
                parcel = Opened(EngineLost(event.reason))
            self._verdict(future, taken.stage, taken.resolution, now)
            settlements.append((future, taken.deed, parcel))

    def _verdict(
        self, future: ScalerFuture[Any], stage: Stage, resolution: Resolution | None, now: float
    ) -> None:
        record = future.record
        record.settled_at = now
        record.resolution = resolution
        self.board.move(record, stage)
        del self._open[record.task_id]
        self._done[record.task_id] = weakref.ref(future)
        if len(self._done) > self._prune_at:
            self._done = {i: ref for i, ref in self._done.items() if ref() is not None}
            self._prune_at = 2 * len(self._done) + _PRUNE_MIN
        if record.group is not None:
            self._leave_group(record)

    def _leave_group(self, record: TaskRecord) -> None:
        if record.group is not None and (members := self._groups.get(record.group)) is not None:
            members.pop(record.task_id, None)
            if not members:
                del self._groups[record.group]

    # Outside the lock:

    def _settle(self, future: ScalerFuture[Any], deed: Deed, parcel: Parcel | None) -> None:
        if deed is Deed.SETTLE_CANCELLED:
            has_callbacks = future.set_cancel_confirmed()
        else:
            assert parcel is not None
            has_callbacks = future.set_result_ready(parcel, failed=deed is Deed.SETTLE_EXCEPTION)
        if has_callbacks:
            self._courier.hand_over(future.run_callbacks)

    # -- the futures -----------------------------------------------------------------------------

    @property
    def open_futures(self) -> list[ScalerFuture[Any]]:
        """Those without a verdict, oldest first."""
        with self.board.lock:
            return list(self._open.values())

    @property
    def futures(self) -> list[ScalerFuture[Any]]:
        """All that somebody can still use: the open ones, and the done ones still referred to."""
        with self.board.lock:
            done = [future for ref in self._done.values() if (future := ref()) is not None]
            return sorted([*done, *self._open.values()], key=lambda f: f.record.number)

    def find(self, task_id: TaskId) -> ScalerFuture[Any] | None:
        """A task's future; None where it is not of this manager, or nobody refers to it."""
        with self.board.lock:
            future = self._open.get(task_id)
            ref = self._done.get(task_id)
        return ref() if future is None and ref is not None else future

    @property
    def is_closed(self) -> bool:
        """Whether no future of it is open, and none will be."""
        return self._is_closed

    def wait_all_done(self, timeout: float | None = None) -> bool:
        """Wait until every future is settled, at most *timeout* seconds; whether that is so."""
        with self.board.lock:
            return self._all_done.wait_for(lambda: not self._open and not self._settling, timeout)

    def close(self, *, wait: bool = True) -> None:
        """Run the callbacks that wait, and end the courier."""
        self._courier.close(wait=wait)
        if self.listener is not None:
            self.listener.close(wait=wait)
        self._is_closed = True
        self.board.ring()
