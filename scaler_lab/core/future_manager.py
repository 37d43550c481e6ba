"""`FutureManager`: the only place that requests cancels and gives futures their outcomes.

    view, key, future.cancel() ──> request_cancel ──> engine
    engine ──> on_events ──> the board ──> the future ──> its waiters, its callbacks, the views

`Decisions` applies every trigger under the board's lock, and returns instructions.  The manager
carries them out after the lock is released: it calls the engine, settles futures, notifies views.

    decide under the lock                            act outside it
    ───────────────────────────────────────────      ────────────────────────────────────────────
    request_cancel: QUEUED -> QUEUED_CANCELLING      engine.request_cancel(TaskCancel)
    on_events:      QUEUED_CANCELLING -> CANCELLED   future.set_cancel_confirmed(), callback thread

A done state has no transitions.  So a future gets only one outcome, even if messages come twice,
late or out of order.

A Ctrl-C could stop the main thread in the middle of a change.  So a change that the main thread
requests is made in the thread of `Uninterrupted`.  The same thread makes the changes that a signal
handler or a finalizer requests in the middle of another change.  Only `enter` works in the
calling thread: it is one step (`Board.commit`).

`FutureRegistry` keeps the futures.  `Attempts` handles what is special to tasks with retries or a
time limit.
"""

from __future__ import annotations

import contextlib
import functools
from collections import deque
from collections.abc import Generator, Iterable, Sequence
from typing import Any

from scaler_lab.core.decision_runner import (
    nothing,
)
from scaler_lab.core.decisions import accepted
from scaler_lab.core.encoding import plain_text
from scaler_lab.core.flame import Flame, sample
from scaler_lab.core.fork_guard import refuse_in_fork
from scaler_lab.core.future import ScalerFuture, in_bare_loop_callback
from scaler_lab.core.live_usage import OnUsage
from scaler_lab.core.messages import (
    TaskCancelConfirm,
    TaskId,
    TaskResult,
)
from scaler_lab.core.safe_event import SafeEvent
from scaler_lab.core.stack import ENDED, QUEUED, OnStack, Stack, TaskStack, gather_stacks
from scaler_lab.core.task_submission import TaskSubmission
from scaler_lab.errors import FeatureMissing


class FutureManager(TaskSubmission):
    """Routes events to the board and to futures, and cancels to the engine.  Thread-safe.

    Args:
        board: The board to which the manager writes.
        engine: Receives the manager's commands.
        name: A prefix for the names of its threads.
        new_id: Makes task ids.  Without it, tasks can't have plans.
        keeps_calls: Whether futures keep their calls, so that they can be retried.
        clock: For simulations, which have their own time.
        callback_thread: For simulations, which have no threads.
    """

    def begin_callbacks(self) -> None:
        """Start the thread that runs done-callbacks, when the first callback is added."""
        if self._is_threaded and not self._callback_thread.has_begun:
            with contextlib.suppress(RuntimeError):  # at exit: callbacks run in the settling thread
                self.wholly(self._callback_thread.begin, otherwise=nothing)

    def request_cancel(
        self, futures: Iterable[ScalerFuture[Any]], *, force: bool = False, source: str = ""
    ) -> int:
        """Request a cancel of these futures, in one message.

        Every button, key and call uses this path.  A second request sends nothing, unless it adds
        *force*; that is sent once.

        Returns:
            How many of the futures are cancelled or will be.
        """
        refuse_in_fork(self.made_in)
        source = plain_text(source)
        chosen = list(futures)
        if not [future for future in chosen if not future.record.state.is_done]:
            return accepted(chosen)
        return self.wholly(
            functools.partial(self._request_cancel, chosen, force, source),
            otherwise=functools.partial(accepted, chosen),
        )

    def begin_cancel(self, future: ScalerFuture[Any], *, force: bool) -> None:
        """Request a cancel for a caller that waits for the future anyway; it may be sent later."""
        refuse_in_fork(self.made_in)
        if not future.record.state.is_done:
            request = functools.partial(self._request_cancel, (future,), force, "")
            if self._is_threaded:
                self._uninterrupted.begin_to_run(request)
            else:
                request()

    def _request_cancel(
        self, futures: Sequence[ScalerFuture[Any]], force: bool, source: str
    ) -> int:
        now = self._clock()
        with self.board.lock:
            decision = self._decisions.request_cancel(futures, now, force=force, source=source)
        if decision.is_news or decision.instructions:
            self._carry_out(decision.instructions)
        return decision.accepted

    def request_cancel_by_id(
        self, task_ids: Iterable[TaskId], *, force: bool = False, source: str = ""
    ) -> int:
        """Request a cancel by task id, for views; unknown ids count as done."""
        with self.board.lock:
            found = map(self._registry.find_open, task_ids)
            futures = [future for future in found if future is not None]
        return self.request_cancel(futures, force=force, source=source)

    def may_wait(self) -> bool:
        """Return whether the calling thread may wait for an answer without delaying that answer."""
        return not (
            self._uninterrupted.is_here()
            or getattr(self._here, "delivering", False)
            or self._callback_thread.is_here()
            or self._background.is_here()
            or in_bare_loop_callback()
        )

    def on_task_result(self, result: TaskResult) -> None:
        """Process one `TaskResult`; see `on_events`."""
        self.on_events((result,))

    def on_task_cancel_confirm(self, confirm: TaskCancelConfirm) -> None:
        """Process one `TaskCancelConfirm`; see `on_events`."""
        self.on_events((confirm,))

    def request_stack(
        self, future: ScalerFuture[Any], reply: OnStack, *, at_once: bool = False
    ) -> None:
        """Request where a task is, without waiting; *reply* gets the answer.

        With *at_once*, the answer need not show whether C or Python code runs.

        Raises:
            FeatureMissing: The engine can't show it.
            EngineLost: The engine is gone.
        """
        if future.done():
            reply(TaskStack(future.task_id, ENDED))
        elif not future.record.sent:
            reply(TaskStack(future.task_id, QUEUED))
        elif self.engine_request_stack is None:
            raise FeatureMissing("where this task is can't be shown: it was not submitted here")
        else:
            self.engine_request_stack(future.task_id, reply, at_once=at_once)

    def stacks_of(self, futures: Sequence[ScalerFuture[Any]], timeout: float) -> list[Stack]:
        """Return where each of *futures* is; wait up to *timeout* seconds for the answers."""
        requests = [(f.task_id, functools.partial(self.request_stack, f)) for f in futures]
        return [Stack.of(stack) for stack in gather_stacks(requests, timeout)]

    def flame_of(self, future: ScalerFuture[Any], seconds: float) -> Flame:
        """Look where a task is for so many seconds, or until it ends."""
        request = functools.partial(self.request_stack, future, at_once=True)
        flame = Flame(future.record.name)
        sample(lambda limit: gather_stacks([(future.task_id, request)], limit)[0], flame, seconds)
        return flame

    def request_usage(self, reply: OnUsage) -> None:
        """Request what the running tasks use, without waiting; *reply* gets the answer.

        Raises:
            FeatureMissing: The engine can't measure it.
            EngineLost: The engine is gone.
        """
        if self.engine_request_usage is None:
            raise FeatureMissing("what this task uses can't be measured: it was not submitted here")
        self.engine_request_usage(reply)

    @property
    def open_futures(self) -> list[ScalerFuture[Any]]:
        """The futures without an outcome, oldest first."""
        with self.board.lock:
            return self._registry.list_open()

    @property
    def futures(self) -> list[ScalerFuture[Any]]:
        """All usable futures: the open ones, and the done ones that are still referred to."""
        with self.board.lock:
            return self._registry.list_all()

    def find(self, task_id: TaskId) -> ScalerFuture[Any] | None:
        """Return a task's future; None if it isn't this manager's, or if nothing refers to it."""
        with self.board.lock:
            return self._registry.find_open(task_id) or self._registry.find_done(task_id)

    @contextlib.contextmanager
    def keeping_failed(self, futures: deque[ScalerFuture[Any]]) -> Generator[None]:
        """Append each future that fails in the block to *futures*, so that it isn't collected.

        A view that prints failures later needs their exceptions, and the program may have dropped
        the futures by then.
        """
        with self.board.lock:
            self._registry.keep_failed(futures)
        try:
            yield
        finally:
            with self.board.lock:
                self._registry.stop_keeping(futures)

    @property
    def is_closed(self) -> bool:
        """Whether no future of this manager is open, and none will be."""
        return self._is_closed

    def wait_all_done(self, timeout: float | None = None) -> bool:
        """Wait until every future is settled.

        Args:
            timeout: The longest time to wait, in seconds; None waits without a limit.

        Returns:
            Whether all futures are settled.
        """
        event = SafeEvent()
        with self.board.lock:
            if self._registry.is_all_done(event):
                return True
        try:
            return event.wait(timeout)
        finally:
            with self.board.lock:
                self._registry.forget_waiting(event)

    def close(self, *, wait: bool = True) -> None:
        """Run the waiting callbacks, and end the threads."""
        self._background.close(wait=wait)
        self._callback_thread.close(wait=wait)
        self._uninterrupted.close(wait=wait)
        if self.listener is not None:
            self.listener.close(wait=wait)
        self._is_closed = True
        self.board.notify()
