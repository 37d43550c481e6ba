"""`BoardSource`: a board as the source of a feed, and what a view can do with its tasks.

The notebook's table and the feed of a client both use it.  It takes task ids, because a view has no
futures.  The clients that write to the board carry the requests out.
"""

from __future__ import annotations

import contextlib
import secrets
import traceback
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from scaler_lab.core.board import Board
from scaler_lab.core.fork_guard import this_process
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.live_usage import LiveUsage, OnUsage
from scaler_lab.core.messages import ProfileResult, Task, TaskId
from scaler_lab.core.stack import ENDED, UNKNOWN, OnStack, TaskStack
from scaler_lab.core.state_machine import STATUS, Status
from scaler_lab.core.task_record import TaskInfo, TaskRecord
from scaler_lab.engines.base import Reach
from scaler_lab.errors import EngineLost, FeatureMissing, RemoteTraceback
from scaler_lab.feed import messages
from scaler_lab.runtime.program_name import program_name
from scaler_lab.serialization.source_lines import with_labels

_PROCESS_ID = secrets.token_hex(8)


class ShownEngine(Protocol):
    """What a feed reports about an engine: an `Engine`, or futures that another library made."""

    @property
    def title(self) -> str:
        """What views show above its tasks."""
        ...

    @property
    def reach(self) -> Reach:
        """What its cancels can stop."""
        ...

    @property
    def reports_starts(self) -> bool:
        """Whether it reports that a task has started."""
        ...

    @property
    def n_workers(self) -> int | None:
        """How many tasks it runs at a time; None if that isn't known."""
        ...


@dataclass(frozen=True)
class BoardSource:
    """The source of a feed: a board, all of it or some of its tasks.

    Attributes:
        board: The board that keeps the tasks.
        engine: The engine that runs them; None if there may be several.
        name: What is shown, if it isn't all of an engine's tasks.
        numbers: The numbers of the tasks to show; None shows all tasks.
        engine_id: A name of this source that is unique for each start of the engine or client.
        records: The records of the tasks of *numbers*, to count those that the board keeps no more.
    """

    board: Board
    engine: ShownEngine | None = None
    name: str = "all tasks"
    numbers: Container[int] | None = None
    engine_id: str = _PROCESS_ID
    records: tuple[TaskRecord, ...] = field(default=(), compare=False)

    @property
    def label(self) -> str:
        """What is shown, for people."""
        return self.name if self.engine is None else self.engine.title

    @property
    def is_over(self) -> bool:
        """Whether the board is closed and can't change any more."""
        return self.board.is_closed

    def shows(self, info: TaskInfo) -> bool:
        """Whether the feed shows a task."""
        return self.numbers is None or info.number in self.numbers

    def _shows_id(self, task_id: TaskId) -> bool:
        if self.numbers is None:
            return True
        info = self.board.info(task_id)
        return info is not None and self.shows(info)

    def counts(self) -> dict[str, int]:
        """Return how many of the tasks have each status; empty if the rows are to be counted."""
        if self.numbers is None:
            return {status.value: n for status, n in self.board.counts.items()}
        if self.board.is_whole:
            return {}
        counts = dict.fromkeys((status.value for status in Status), 0)
        for state, n in Counter(record.state for record in self.records).items():
            counts[STATUS[state].value] += n
        return counts

    def tasks(self) -> list[TaskInfo]:
        """Return the current state of the shown tasks, oldest first."""
        return [info for info in self.board.snapshot().tasks if self.shows(info)]

    def open_ids(self) -> list[TaskId]:
        """Return the ids of the shown tasks that are not done, oldest first."""
        task_ids = self.board.open_ids()
        if self.numbers is None:
            return task_ids
        found = map(self.board.info, task_ids)
        return [info.task_id for info in found if info is not None and self.shows(info)]

    def is_queued(self, task_id: TaskId) -> bool:
        """Whether a task has not started and no cancel was requested."""
        info = self.board.info(task_id)
        return info is not None and info.status.is_pending

    def runs(self, task_id: TaskId) -> bool:
        """Whether a task runs now."""
        info = self.board.info(task_id)
        return info is not None and info.status in (Status.RUNNING, Status.CANCELLING)

    # -- implements `FeedSource` -------------------------------------------------------------------

    def welcome(self) -> messages.Welcome:
        engine = self.engine
        return messages.Welcome(
            messages.PROTOCOL,
            self.engine_id,
            self.label,
            this_process(),
            0 if engine is None else engine.n_workers or 0,
            engine is None or engine.reach is not Reach.QUEUED_ONLY,
            engine is None or engine.reports_starts,
            program_name(),
            any(writer.reports_usage for writer in self.board.writers),
        )

    def workers(self) -> list[messages.WorkerRow]:
        return []  # only the local engine's own feed lists them; a row names its worker

    def is_behind(self) -> bool:
        return False  # it is the program's own board

    def cancel(self, task_ids: Sequence[TaskId], *, force: bool, source: str) -> int:
        return sum(
            writer.request_cancel_by_id(task_ids, force=force, source=source)
            for writer in self.board.writers
        )

    def retry(self, task_ids: Sequence[TaskId], *, source: str) -> None:
        del source  # the row of a new task doesn't show the source of the request
        for writer in self.board.writers:
            writer.retry_by_id(task_ids)

    def request_stack(self, task_id: TaskId, reply: OnStack, *, at_once: bool) -> None:
        future = self.future(task_id)
        if future is None:
            reply(TaskStack(task_id, ENDED))
            return
        try:
            future.manager.request_stack(future, reply, at_once=at_once)
        except (FeatureMissing, EngineLost) as error:
            reply(TaskStack(task_id, UNKNOWN, problem=str(error)))

    def request_usage(self, reply: OnUsage) -> None:
        """Request what the shown tasks use; *reply* gets an answer for each client that has some.

        The answer comes in any thread.
        """

        def take(usage: Mapping[TaskId, LiveUsage]) -> None:
            shown = {i: u for i, u in usage.items() if self._shows_id(i)}
            reply(shown)

        for writer in self.board.writers:
            with contextlib.suppress(FeatureMissing, EngineLost):
                writer.request_usage(take)

    def traceback(self, task_id: TaskId) -> str:
        """Return the traceback of the exception that a task raised; empty if there is none.

        This unpickles the exception, which may run code of its class and may take long.
        """
        future = self.future(task_id)
        if future is None or not future.done() or future.cancelled():
            return ""
        error = future.exception(0)
        return "" if error is None else traceback_of(error)

    def output(self, task_id: TaskId, limit: int) -> tuple[str, int]:
        future = self.future(task_id)
        return ("", 0) if future is None else future.output_end(limit)

    # -- beyond the feed ---------------------------------------------------------------------------

    def future(self, task_id: TaskId) -> ScalerFuture[Any] | None:
        """Return a task's future; None if nothing holds it any more."""
        for writer in self.board.writers:
            future = writer.find(task_id)
            if future is not None:
                return future
        return None

    def profile(self, task_id: TaskId) -> ProfileResult | None:
        """Return the resources that a task used; None if nothing holds its future any more."""
        future = self.future(task_id)
        return None if future is None else future.profile

    def call(self, task_id: TaskId) -> Task | None:
        """Return a task's function and arguments; None if they have been dropped."""
        future = self.future(task_id)
        return None if future is None else future.call


def traceback_of(error: BaseException) -> str:
    """Return the traceback of an exception that a task raised, as its worker recorded it."""
    if isinstance(error.__cause__, RemoteTraceback):
        return error.__cause__.text
    return with_labels("".join(traceback.format_exception(error)).rstrip("\n"))
