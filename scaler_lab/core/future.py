"""`ScalerFuture`: a `concurrent.futures.Future` whose `cancel` also stops running tasks.

It differs from the standard library's Future only in these points:

  - `cancel()` works on running tasks too.  It sends a request to the engine and waits for the
    answer.  The answer is a confirmation or the task's own result; in both cases the future ends
    cancelled (rules R1 to R6).
  - `request_cancel()` sends the request without waiting.
  - It has the task's `status`, worker and times, and how its cancel was settled.
  - The first thread that needs the value unpickles it.

It goes from PENDING or RUNNING straight to CANCELLED_AND_NOTIFIED, so `concurrent.futures.wait` and
`as_completed` see a cancelled task at once, queued or not.

    WaitedFuture   the waiters and callbacks, and the steps that settle a future
    LoadedFuture   the outcome: its payload, result and exception
    ScalerFuture   the facts about the task, and what you can do with it
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from concurrent.futures._base import CANCELLED_AND_NOTIFIED, PENDING
from typing import TYPE_CHECKING, Any, TypeVar

from scaler_lab.core.encoding import printable
from scaler_lab.core.flame import Flame
from scaler_lab.core.live_usage import USAGE_TIMEOUT, LiveUsage, wait_for_usage
from scaler_lab.core.loaded_future import LoadedFuture
from scaler_lab.core.messages import ProfileResult, Progress, Task, TaskId
from scaler_lab.core.notebook_display import NotebookDisplay
from scaler_lab.core.output_buffer import OUTPUT_BUFFER_BYTES, OutputBuffer, OutputEnd, OutputText
from scaler_lab.core.stack import STACK_TIMEOUT, Stack
from scaler_lab.core.state_machine import STATUS, Resolution, Status, TaskState
from scaler_lab.core.task_record import profile_of
from scaler_lab.core.waited_future import DONE
from scaler_lab.errors import FeatureMissing

if TYPE_CHECKING:
    from scaler_lab.core.future_manager import FutureManager
    from scaler_lab.core.task_plan import TaskPlan
    from scaler_lab.core.task_record import TaskRecord
    from scaler_lab.ui.terminal.renderables import FutureRenderable

# Covariant, which is sound because `set_result` always raises.  So `wait` and `gather` accept a
# list of futures of several types.
T_co = TypeVar("T_co", covariant=True)

CANCEL_TIMEOUT = 30.0


NOT_FOR_USERS = frozenset(
    {
        *("add_output", "add_waiter", "call", "has_failed", "has_output", "manager", "output_end"),
        *("plan", "record", "remove_waiter", "reset_output", "run_callbacks", "set_exception"),
        *("set_cancel_confirmed", "set_result", "set_result_ready", "set_started"),
        *("set_running_or_notify_cancel", "wait_until_done"),
    }
)
"""What `dir` leaves out: what the package itself calls, and what only executors may call."""


class ScalerFuture(NotebookDisplay, LoadedFuture[T_co]):  # type: ignore[type-var]  # pyright: ignore[reportInvalidTypeArguments]
    """The future of one submitted task: a `concurrent.futures.Future` that can do more.

    Clients create futures; don't create one yourself.
    """

    __slots__ = ("_output", "plan")

    def __init__(
        self,
        record: TaskRecord,
        manager: FutureManager,
        call: Task | None = None,
        plan: TaskPlan | None = None,
    ) -> None:
        # Don't call Future.__init__: it would create what `_WaiterList` creates later.
        self.record = record
        self.manager = manager
        self.call = call
        self._verdict = PENDING
        self._waiter_list = None
        self._payload = None
        self._is_loaded = False
        self._result = None
        self._exception = None
        self.plan = plan  # used by the manager, for a task with limits, retries or dependencies
        self._output: OutputBuffer | None = None  # guarded by the board's lock

    # -- facts -----------------------------------------------------------------------------------

    def __dir__(self) -> list[str]:
        return sorted(set(super().__dir__()) - NOT_FOR_USERS)

    @property
    def task_id(self) -> TaskId:
        """The task's id: 32 hexadecimal digits, unique among all clients."""
        return self.record.task_id

    @property
    def name(self) -> str:
        """The name that views show: the function's qualified name, or the name given."""
        return self.record.name

    @property
    def status(self) -> Status:
        """The status on the board: waiting, queued, running, cancelling, or how the task ended."""
        return STATUS[self.record.state]

    @property
    def has_failed(self) -> bool:
        """Whether the task ended with an exception.  This does not unpickle the exception."""
        return self.record.state is TaskState.FAILED

    @property
    def attempt(self) -> int:
        """The number of the attempt: 1, and one more for each retry (see `Client.options`)."""
        return self.record.attempt

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags that `Client.options` set for the task."""
        return self.record.annotations.tags

    @property
    def worker(self) -> str:
        """The name of the worker that runs or ran the task.

        Empty before the task starts, or if the engine doesn't report workers.
        """
        return self.record.worker

    @property
    def submitted_at(self) -> float:
        """When the task was submitted, in seconds since the epoch."""
        return self.manager.board.epoch + self.record.submitted_at

    @property
    def started_at(self) -> float | None:
        """When the task started, in seconds since the epoch.

        None before it starts, or if the engine doesn't report starts.
        """
        return self.manager.board.to_epoch(self.record.started_at)

    @property
    def ended_at(self) -> float | None:
        """When the task's code ended, in seconds since the epoch; None before."""
        return self.manager.board.to_epoch(self.record.ended_at)

    @property
    def cancel_resolution(self) -> Resolution | None:
        """How the cancel was settled; None while that is unknown, or without a cancel."""
        return self.record.resolution

    @property
    def cancel_seconds(self) -> float | None:
        """Seconds from the cancel request to its answer, as the engine measured them if it does.

        None before the answer, and if no cancel of this task was requested.
        """
        return self.record.cancel_seconds

    @property
    def progress(self) -> Progress | None:
        """The progress that the task reported (`scaler_lab.progress`); None if it reported none."""
        return self.record.progress

    @property
    def profile(self) -> ProfileResult:
        """The resources that the task used, as far as known; see `ProfileResult`."""
        with self.manager.board.lock:
            return profile_of(self.record)

    def running(self) -> bool:
        """Return whether the engine reported the task's start and the task is not done yet."""
        return self.record.state in (
            TaskState.RUNNING,
            TaskState.RUNNING_CANCELLING,
            TaskState.RUNNING_OVERDUE,
        )

    def __repr__(self) -> str:
        record = self.record
        parts = [f"#{record.number} {record.name!r}", STATUS[record.state].value]
        if record.resolution is not None:
            parts.append(f"({record.resolution.words})")
        elif record.error:
            parts.append(f"({printable(record.error)})")
        elif record.worker and not record.state.is_done:
            parts.append(f"on {printable(record.worker)}")
        return f"<ScalerFuture {' '.join(parts)}>"

    def __rich__(self) -> FutureRenderable:
        from scaler_lab.ui.terminal.renderables import of_future

        return of_future(self, self.manager.board)

    # -- cancelling ------------------------------------------------------------------------------

    def cancel(self, timeout: float | None = CANCEL_TIMEOUT, *, force: bool = False) -> bool:
        """Stop the task and wait until it has stopped.

        It sends a request and waits for the answer.  The answer is the engine's confirmation or the
        task's own result, whichever comes first; such a result is discarded.

        In a done-callback, and in a bare event-loop callback, this method doesn't wait, because it
        would delay its own answer.

        Args:
            timeout: The longest time to wait, in seconds; None waits without a limit.  If it runs
                out, the method returns True, `status` stays "cancelling", and the answer still
                comes.
            force: Skip the interrupt, and kill the task's worker process and its children at once.

        Returns:
            True if the task is cancelled or will be.  False only if it had already finished.

        ::

            >>> endless = client.submit(time.sleep, 10_000)
            >>> endless.cancel(), endless.cancelled()
            (True, True)
            >>> endless.cancel_resolution in (Resolution.NEVER_STARTED, Resolution.INTERRUPTED)
            True
        """
        if (timeout is not None and timeout <= 0) or not self.manager.may_wait():
            return self.request_cancel(force=force)
        # This waits for the answer to the request, so it need not wait for the request to be sent.
        self.manager.begin_cancel(self, force=force)
        self.wait_until_done(timeout)
        return self._verdict not in DONE or self._verdict == CANCELLED_AND_NOTIFIED

    def request_cancel(self, *, force: bool = False, source: str = "") -> bool:
        """Request a cancel without waiting for the answer.

        Args:
            force: Skip the interrupt, and kill the task's worker process and its children at once.
            source: The origin of the request, which the board shows: "terminal", "notebook".

        Returns:
            True if the task is cancelled or will be.  False only if it had already finished.
        """
        return self.manager.request_cancel((self,), force=force, source=source) == 1

    # -- looking inside --------------------------------------------------------------------------

    def stack(self, timeout: float = STACK_TIMEOUT) -> Stack:
        """Return where the task is now: a text like a traceback, with its state.

        The task doesn't notice: its stack is read from outside its process, even while it holds the
        GIL in C code, or hangs.  The text contains positions in the code, never values.

        Args:
            timeout: The longest time to wait for the answer, in seconds.

        Returns:
            The stack, with `Stack.state`: "running Python", "in C", "waiting: select", "paused",
            "child process 4711: ffmpeg"; or "queued" or "ended" if the task doesn't run.

        Raises:
            FeatureMissing: The engine can't show where a task is.
            EngineLost: The engine is gone.

        ::

            >>> sleeper = client.submit(time.sleep, 60)
            >>> while not sleeper.running(): time.sleep(0.01)
            >>> sleeper.stack().state
            'waiting: sleep'
        """
        return self.manager.stacks_of((self,), timeout)[0]

    def flame(self, seconds: float = 10.0) -> Flame:
        """Return where the task spends its time, by looking at its stack about 100 times a second.

        It waits for that time, or until the task ends.  A notebook shows the result as a flame
        graph, a terminal as a table of functions.  The task doesn't notice.

        Args:
            seconds: How long to look.

        Returns:
            The samples.  `Flame.save` writes them as a picture (``.svg``), or for speedscope.app
            (``.json``).

        Raises:
            FeatureMissing: The engine can't show where a task is.
            EngineLost: The engine is gone.

        Example::

            client.submit(fit, data).flame(seconds=5).save("fit.svg")
        """
        return self.manager.flame_of(self, seconds)

    @property
    def usage(self) -> LiveUsage | None:
        """What the task uses now; None if it doesn't run.

        The engine measures it when you read this property, which takes 0.1 seconds unless a view
        shows the usage too.

        Returns:
            A `LiveUsage` with `cpu_percent` (of one core), `memory` (bytes that the task has added
            to what its worker had before), and `children` (processes that it started).  What isn't
            known is None.

        Raises:
            FeatureMissing: The engine can't measure it.
            EngineLost: The engine is gone.

        ::

            >>> sleeper = client.submit(time.sleep, 60)
            >>> while not sleeper.running(): time.sleep(0.01)
            >>> sleeper.usage.children, sleeper.cancel(), sleeper.usage
            (0, True, None)
        """
        if self.done():
            return None
        usage = wait_for_usage(self.manager.request_usage, USAGE_TIMEOUT)
        return usage.get(self.task_id)

    def retry(self) -> ScalerFuture[T_co]:
        """Submit the same call again as a new task, with the same options.

        It works for a task that failed or was cancelled.  The future keeps the call's arguments for
        that.

        Returns:
            The future of the new task, at once.

        Raises:
            RuntimeError: The task is not done yet, or it succeeded.

        ::

            >>> failed = client.submit(int, "no number")
            >>> failed.exception()
            ValueError("invalid literal for int() with base 10: 'no number'")
            >>> failed.retry().exception() is failed.exception()
            False
        """
        if not self.done():
            raise RuntimeError(f"{self!r} is not done yet; cancel it first, or wait for it")
        if not self.can_retry:
            raise RuntimeError(
                f"{self!r} can't be retried: the arguments of a task that succeeded are not kept; "
                "submit the call again"
            )
        return self.manager.resubmit(self)

    @property
    def can_retry(self) -> bool:
        """Whether `retry` accepts the task: it failed or was cancelled."""
        return self.done() and self.call is not None

    def __await__(self) -> Generator[Any, None, T_co]:
        """Wait without blocking the event loop.

        If the asyncio task that waits is cancelled, this requests a cancel of the task, also
        without blocking the loop.
        """
        import asyncio  # it takes 40 ms, which only callers that await should pay

        return asyncio.wrap_future(self).__await__()

    # -- its output ------------------------------------------------------------------------------

    def output(self) -> OutputText:
        """Return what the task has written to its standard output and error, in order.

        This includes `print`, `logging`, and whatever C code and child processes write to the
        descriptors 1 and 2.  It never waits: while the task runs, the text is up to a tenth of a
        second old.  Bytes that aren't UTF-8 are shown escaped (``\\xff``).  If the task was
        retried, this is the output of its last attempt.

        Returns:
            The last mebibyte as a `str`; its attribute ``dropped`` is the number of bytes before
            that.

        Raises:
            FeatureMissing: The engine doesn't report the output of its tasks.
        """
        if self.manager.no_output:
            raise FeatureMissing(self.manager.no_output)
        text, before = self.output_end(OUTPUT_BUFFER_BYTES)
        return OutputText(text, before)

    @property
    def has_output(self) -> bool:
        """Whether the task has written anything."""
        return self._output is not None

    def add_output(self, data: bytes, at: int) -> int:
        """Add *data*, which the task wrote at byte *at*.

        Return the number of bytes written so far.  For the manager.
        """
        if self._output is None:
            self._output = OutputBuffer()
        self._output.add(data, at)
        return self._output.total

    def reset_output(self) -> None:
        """Drop the output: another attempt starts, whose output is counted from 0."""
        self._output = None

    def output_end(self, limit: int) -> OutputEnd:
        """Return the last *limit* bytes of the output as text, and the number of bytes before them.

        For views.  Empty if the engine doesn't report output.
        """
        with self.manager.board.lock:
            if self._output is None:
                return OutputEnd("", 0)
            return self._output.end(limit, is_whole=self.record.state.is_done)


def in_bare_loop_callback() -> bool:
    """Return whether the caller runs in an event loop's callback that belongs to no asyncio task.

    `asyncio.wrap_future` passes a cancellation on from such a callback.  (A notebook's cell runs
    inside a loop too, but as a task.)
    """
    asyncio = sys.modules.get("asyncio")
    if asyncio is None:
        return False
    try:
        return asyncio.current_task() is None
    except RuntimeError:  # no loop runs in this thread
        return False
