"""The contract between the desk and whatever runs tasks.

An engine is told of tasks and of cancels, and tells events.  It decides nothing about futures.

Duties of an engine
  - `submit`, `request_cancel` and `close` may be called from any thread, also from inside
    *emit*; none waits for a task, nor for an answer from elsewhere.
  - It calls *emit* from any thread or threads, with no lock of its own held, and for one task in
    the order in which things happened.  A batch is one call.
  - Each submitted task gets exactly one verdict (`TaskResult` or `TaskCancelConfirm`), unless
    `EngineGone` is told; after `EngineGone` nothing is told any more.
  - `TaskCancelConfirm` is told only once the task's code has stopped, or can never start.
  - Cancels of tasks it doesn't know, or has told the verdict of, it ignores.
  - It states its reach truthfully.

Duties of the caller
  - `open` once, before anything else; nothing after `close`.
  - *emit* returns promptly and runs no user code.

`scaler_lab.testing.check_engine` checks all of it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

from scaler_lab.core.messages import Event, Task, TaskCancel, TaskDropped
from scaler_lab.core.outbox import Prepared
from scaler_lab.core.shared_ref import SharedRef
from scaler_lab.core.unpicklable import Unpicklable
from scaler_lab.errors import FeatureMissing

Emit = Callable[[Sequence[Event]], None]


class Reach(StrEnum):
    """What a cancel can stop."""

    STOPS_RUNNING = "stops running code"
    INTERRUPTS = "interrupts Python code; what ignores that runs on until it is forced"
    QUEUED_ONLY = "takes queued tasks out; running ones go on to their end"


class Feature(StrEnum):
    """What an engine can do beyond running and cancelling.  Asking for one it lacks is an error."""

    OUTPUT = "output"  # what a task prints, told while it runs
    PROGRESS = "progress"  # what a task says of how far it is
    PRIORITY = "priority"
    SHARED_DATA = "shared data"  # values sent once, for any number of tasks


class OnEdit(StrEnum):
    """What `Engine.refresh` does after a module was edited that the program has imported."""

    NEW_PROCESS = "tasks run the new text, and this program the old one"
    SHARED = "tasks run the old text, since they run in this program"
    NOTHING = "tasks may run in processes that loaded the old text; restart the engine's workers"


class Engine(Unpicklable, ABC):
    """Runs tasks; see the module's duties."""

    label: str = "engine"
    """What people call it: shown in titles and errors."""

    reach: Reach = Reach.STOPS_RUNNING
    reports_starts: bool = True
    takes_bytes: bool = False
    """Whether it sends a task's call as bytes.  Then the client packs the call when it is submitted
    and each task comes with `Task.packed`.  If not, the function and the arguments themselves go to
    the engine, as they are when the task is."""
    features: frozenset[Feature] = frozenset()
    has_feed: bool = False
    """Whether windows of other processes find it by itself; else its client serves them."""
    survives_worker_death: bool = True
    """Whether a worker's death fails only its own task; else it may take the engine along, and
    every open task with it."""
    on_edit: OnEdit = OnEdit.NOTHING
    """What becomes of tasks that are submitted after one of the user's modules was edited."""
    n_workers: int | None = None
    """How many tasks run at once; None where the engine can't say, or before it does."""

    def for_client(self) -> Engine:
        """The engine a `Client` given this one is to use; one that can be shared gives a link."""
        return self

    @abstractmethod
    def open(self, emit: Emit) -> None:
        """Begin; events go to *emit* from now on.

        Raises `EngineStartFailed` or `EngineNotFound`.
        """

    @abstractmethod
    def submit(self, tasks: Sequence[Task]) -> None:
        """Accept *tasks*, all of them or, where this raises, none.

        Raises `TaskUnserializable` where a call can't be sent, `EngineLost` after the engine went.
        """

    def prepare(self, tasks: Sequence[Task]) -> Prepared | None:
        """Pack *tasks*, and return what one `Board.commit` then submits; None for "use `submit`".

        For an engine that can take tasks in one step, which an interrupt of the caller's thread
        can't cut in two.  Nothing is submitted yet.  Raises what `submit` raises.
        """
        del tasks
        return None

    def expect(self, tasks: Sequence[Task]) -> None:
        """*tasks* wait in the client, for others' results, and may be submitted later.

        For windows of the engine's own, which can't know of them otherwise.  Never raises.
        """
        del tasks

    def expect_no_more(self, dropped: Sequence[TaskDropped]) -> None:
        """Of tasks to be expected, these ended in the client.  Never raises."""
        del dropped

    @abstractmethod
    def request_cancel(self, cancel: TaskCancel) -> None:
        """Ask to stop tasks.  Answers come as events.  Never raises for unknown tasks."""

    def share(self, value: Any) -> SharedRef:
        """Send *value* once, for any number of tasks that are given the reference.

        Raises `FeatureMissing` where the engine can't (it lacks `Feature.SHARED_DATA`),
        `TaskUnserializable` where the value can't be sent, `EngineLost`.
        """
        del value
        raise FeatureMissing(
            f"{self.label} can't keep shared data: give the value itself to each task, or use the "
            "local engine, Client()"
        )

    def refresh(self) -> None:
        """Run what is submitted from now on in no process that loaded an old text of a module.

        Of the user's own modules, those that were edited since the process imported them; nothing
        that runs is stopped.  Raises `FeatureMissing` if `on_edit` is NOTHING; `EngineLost`.
        """
        if self.on_edit is OnEdit.SHARED:
            return
        raise FeatureMissing(
            f"{self.label} can't replace processes that loaded an old text of your modules: "
            "restart its workers, or use the local engine, Client()"
        )

    @abstractmethod
    def close(self, *, wait: bool = True) -> None:
        """End; tasks still undone are stopped.  With *wait*, returns once all it started is gone.

        Idempotent, from any thread.  The wait is bounded by seconds, not by the tasks.
        """
