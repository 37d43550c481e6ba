"""`Engine`: the contract between a client and the code that runs its tasks.

The client submits tasks and cancel requests to an engine; the engine reports events.  An engine
decides nothing about futures.

Duties of an engine
  - `submit`, `request_cancel` and `close` may be called from any thread, also from inside
    *emit*.  None of them waits for a task to end, or for a reply from another thread or process.
  - It calls *emit* from any thread or threads, with none of its own locks held.  The events of
    one task are emitted in the order in which they happened.  A batch of events is one call.
  - Each submitted task gets exactly one verdict (`TaskResult` or `TaskCancelConfirm`), unless the
    engine emits `EngineGone`.  After `EngineGone` it emits nothing.
  - It emits `TaskCancelConfirm` only once the task's code has stopped, or can never start.
  - It ignores cancels of tasks that it doesn't know, or whose verdict it has emitted.
  - Its `reach` is what it can really stop.

Duties of the caller
  - Call `open` once, before any other method, and no method after `close`.
  - *emit* returns promptly and runs no user code.

`scaler_lab.testing.check_engine` tests an engine against this whole contract.

This module has all names that an engine needs, wherever they are defined.  Import them from here:
where they are defined may change between any two versions, and the changelog lists each change
of this module.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

from scaler_lab.core.live_usage import LiveUsage, OnUsage
from scaler_lab.core.messages import (
    EngineGone,
    Event,
    GroupId,
    InMemoryPayload,
    Payload,
    ProfileResult,
    Progress,
    ResultKind,
    Task,
    TaskAnnotations,
    TaskCancel,
    TaskCancelConfirm,
    TaskCancelRefused,
    TaskCancelRequested,
    TaskDropped,
    TaskHeldBack,
    TaskId,
    TaskOutput,
    TaskProgress,
    TaskResult,
    TaskRetryRequested,
    TaskStarted,
    Usage,
)
from scaler_lab.core.outbox import Prepared
from scaler_lab.core.shared_ref import SharedRef
from scaler_lab.core.stack import OnStack
from scaler_lab.core.state_machine import Resolution
from scaler_lab.core.unpicklable import Unpicklable
from scaler_lab.engines.tracked_task import TrackedTask
from scaler_lab.errors import FeatureMissing
from scaler_lab.serialization.coroutines import completed
from scaler_lab.serialization.remote_call import CallOutcome, pack, payload_of, run_call

__all__ = [
    "CallOutcome",
    "Emit",
    "Engine",
    "EngineGone",
    "Event",
    "Feature",
    "GroupId",
    "InMemoryPayload",
    "LiveUsage",
    "OnEdit",
    "OnStack",
    "OnUsage",
    "Payload",
    "Prepared",
    "ProfileResult",
    "Progress",
    "Reach",
    "Resolution",
    "ResultKind",
    "SharedRef",
    "Task",
    "TaskAnnotations",
    "TaskCancel",
    "TaskCancelConfirm",
    "TaskCancelRefused",
    "TaskCancelRequested",
    "TaskDropped",
    "TaskHeldBack",
    "TaskId",
    "TaskOutput",
    "TaskProgress",
    "TaskResult",
    "TaskRetryRequested",
    "TaskStarted",
    "TrackedTask",
    "Usage",
    "pack",
    "payload_of",
    "run_call",
    "run_task",
]

Emit = Callable[[Sequence[Event]], None]
"""The function through which an engine reports a batch of events to its client."""


def run_task(task: Task) -> Any:
    """Run a task's call in this thread and return its value; for engines in this process.

    The coroutine of a coroutine function runs to its end, in an event loop of its own.

    Raises:
        Exception: Whatever the call raises.
    """
    return completed(task.function(*task.args, **task.kwargs))


class Reach(StrEnum):
    """What a cancel can stop."""

    STOPS_RUNNING = "stops_running"  # it stops running code
    INTERRUPTS = "interrupts"  # Python code; what ignores the interrupt runs on until force=True
    QUEUED_ONLY = "queued_only"  # it removes queued tasks; running tasks run to their end


class Feature(StrEnum):
    """What an engine can do besides running and cancelling tasks.

    Using a feature that the engine lacks raises `FeatureMissing`.
    """

    OUTPUT = "output"  # it reports what a task prints, while the task runs
    PROGRESS = "progress"  # it reports the progress updates of a task
    PRIORITY = "priority"  # it starts tasks of higher priority first
    SHARED_DATA = "shared_data"  # values that are sent once, for any number of tasks
    STACKS = "stacks"  # it shows where a running task is
    USAGE = "usage"  # it measures what running tasks use
    MEMORY_LIMITS = "memory_limits"  # it stops tasks that exceed `TaskAnnotations.memory`


class OnEdit(StrEnum):
    """Which version of an edited module new tasks run, and what `Engine.refresh` can do about it.

    This concerns modules that were edited after the program had imported them.
    """

    NEW_PROCESS = "new_process"  # they run the new version; this program runs the old one
    SHARED = "shared"  # they run the old version, because they run in this program
    NOTHING = "nothing"  # they may run in processes that loaded the old version


class Engine(Unpicklable, ABC):
    """The base class of all engines: code that runs tasks for a `Client`.

    Subclasses implement `open`, `submit`, `request_cancel` and `close`, and set the class
    attributes below to describe what they can do.  The module's docstring lists the duties of an
    engine and of its caller; `scaler_lab.testing.check_engine` tests them.
    """

    label: str = "engine"
    """The engine's name for people, used in titles and error messages."""

    client_name: str = ""
    """The name of the client that uses the engine; empty if it has none.

    The client sets it before it calls `open`.
    """
    reach: Reach = Reach.STOPS_RUNNING
    """What a cancel can stop."""
    reports_starts: bool = True
    """Whether the engine emits `TaskStarted`."""
    takes_bytes: bool = False
    """Whether the engine sends a task's call as bytes.

    If true, the client pickles the call at submission, and each task has `Task.packed`.  If false,
    the engine receives the function and the arguments as objects, in the state that they are in
    when the task runs.
    """
    features: frozenset[Feature] = frozenset()
    """What the engine can do besides running and cancelling tasks."""
    has_feed: bool = False
    """Whether views in other processes find the engine directly.

    If false, the client publishes the engine's tasks to them.
    """
    feed_id: str = ""
    """The id under which views in other processes find the engine's feed, once it is open.

    Empty if `has_feed` is false.
    """
    survives_worker_death: bool = True
    """Whether the death of a worker fails only the task that it ran.

    If false, it may end the engine, and every unfinished task with it.
    """
    on_edit: OnEdit = OnEdit.NOTHING
    """Which version of an edited module new tasks run."""
    n_workers: int | None = None
    """How many tasks run at once; None if the engine doesn't know, or doesn't know it yet."""

    @property
    def title(self) -> str:
        """What views show above the tasks: the client's name, if it has one, and the engine's."""
        return f"{self.client_name}: {self.label}" if self.client_name else self.label

    def for_client(self) -> Engine:
        """Return the engine that a `Client` created with this one uses.

        The default is the engine itself.  An engine that several clients can share returns a new
        connection to it.
        """
        return self

    @abstractmethod
    def open(self, emit: Emit) -> None:
        """Start the engine.

        Args:
            emit: Receives all events from now on.

        Raises:
            EngineStartFailed: The engine could not be started.
            EngineNotFound: No running engine was found to connect to.
        """

    @abstractmethod
    def submit(self, tasks: Sequence[Task]) -> None:
        """Accept *tasks*: all of them, or none if this raises.

        Returns without waiting for a task.

        Args:
            tasks: The tasks to run, in the order of submission.

        Raises:
            TaskUnserializable: A function or an argument can't be sent.
            EngineLost: The engine is gone.
        """

    def prepare(self, tasks: Sequence[Task]) -> Prepared | None:
        """Pack *tasks* so that one `Board.commit` can submit them; None if `submit` must do it.

        For engines that can accept a batch in one step, which a Ctrl-C in the caller's thread can't
        interrupt halfway.  This method itself submits nothing.

        Args:
            tasks: The tasks to run, in the order of submission.

        Returns:
            The packed batch, or None (the default): the client then calls `submit`.

        Raises:
            TaskUnserializable: A function or an argument can't be sent.
            EngineLost: The engine is gone.
        """
        del tasks
        return None

    def expect(self, tasks: Sequence[Task]) -> None:
        """Note that *tasks* may be submitted later.  Never raises.

        These tasks wait in the client for results of other tasks.  An engine that serves its own
        views learns of them only through this method.

        Args:
            tasks: The tasks that wait in the client.
        """
        del tasks

    def expect_no_more(self, dropped: Sequence[TaskDropped]) -> None:
        """Note that announced tasks ended in the client and won't be submitted.  Never raises.

        Args:
            dropped: Why each task ended.  It was passed to `expect` before, or its last attempt
                failed in one of the ways in its `Task.retried_on`.
        """
        del dropped

    @abstractmethod
    def request_cancel(self, cancel: TaskCancel) -> None:
        """Request that tasks be stopped, and return without waiting.

        The outcome is reported as events.  Unknown tasks are ignored, without an error.

        Args:
            cancel: Which tasks to stop, and whether to force it.
        """

    def share(self, value: Any) -> SharedRef:
        """Send *value* once, for use by any number of tasks.

        Args:
            value: The value to send.

        Returns:
            A reference, to be given to tasks in place of the value.

        Raises:
            FeatureMissing: The engine lacks `Feature.SHARED_DATA`.
            TaskUnserializable: The value can't be sent.
            EngineLost: The engine is gone.
        """
        del value
        raise FeatureMissing(
            f"{self.label} does not support shared data: pass the value itself to each task, "
            "or use the local engine, Client()"
        )

    def request_stack(self, task_id: TaskId, reply: OnStack, *, at_once: bool = False) -> None:
        """Request where a task is, and return without waiting.

        Reading a stack must not change what the task does.

        Args:
            task_id: A task that was submitted and whose outcome may not have been emitted yet.
            reply: Called once with the answer, from any thread, within a fraction of a second.  If
                the task doesn't run, the answer's state shows that.
            at_once: Answer with what is seen first.  The state may then be "running",
                whether that is Python or C code.  For a caller that requests many stacks.

        Raises:
            FeatureMissing: The engine lacks `Feature.STACKS`.
            EngineLost: The engine is gone.
        """
        del task_id, reply, at_once
        raise FeatureMissing(
            f"{self.label} can't show where a task is: the local engine, Client(), can"
        )

    def request_usage(self, reply: OnUsage) -> None:
        """Request what the running tasks of this client use, and return without waiting.

        Args:
            reply: Called once with the usage of each running task, by `Task.task_id` of its first
                attempt; from any thread, within a fraction of a second.

        Raises:
            FeatureMissing: The engine lacks `Feature.USAGE`.
            EngineLost: The engine is gone.
        """
        del reply
        raise FeatureMissing(
            f"{self.label} can't measure what tasks use: the local engine, Client(), can, on Linux"
        )

    def refresh(self) -> None:
        """Run new tasks only in processes that haven't loaded an old version of a module.

        This concerns the user's own modules that were edited after a process imported them.
        Running tasks are not stopped.

        Raises:
            FeatureMissing: `on_edit` is `OnEdit.NOTHING`.
            EngineLost: The engine is gone.
        """
        if self.on_edit is OnEdit.SHARED:
            return
        raise FeatureMissing(
            f"{self.label} can't replace processes that loaded an old version of your modules: "
            "restart its workers, or use the local engine, Client()"
        )

    @abstractmethod
    def close(self, *, wait: bool = True) -> None:
        """Close the engine and stop its unfinished tasks.

        May be called from any thread, and more than once.

        Args:
            wait: Return only once everything that the engine started is gone.  The wait is limited
                to seconds, however long the tasks run.
        """
