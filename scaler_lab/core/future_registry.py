"""`FutureRegistry`: a manager's futures, by the ids that engines and views use for them.

    open        no outcome yet: held here, because it must be settled
    settling    removed, but the future isn't settled yet: shutdown waits for it
    done        remembered for as long as something else holds it

A task that is retried has a new id at the engine for each attempt.  Its row and its future keep the
first id.  Only this module maps between the two.
"""

from __future__ import annotations

import functools
import weakref
from collections import deque
from collections.abc import Sequence
from typing import Any

from scaler_lab.core.board import Additions
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.messages import GroupId, TaskId
from scaler_lab.core.safe_event import SafeEvent
from scaler_lab.core.state_machine import TaskState
from scaler_lab.core.task_record import TaskRecord


class FutureRegistry:
    """One manager's futures.  Called under the board's lock."""

    def __init__(self) -> None:
        self.open: dict[TaskId, ScalerFuture[Any]] = {}
        """The futures without an outcome, by their ids at the engine."""
        self._renamed: dict[TaskId, TaskId] = {}  # of retried tasks: first id -> the engine's id
        self._done: dict[TaskId, weakref.ref[ScalerFuture[Any]]] = {}  # by both ids
        # The open members of atomic groups.
        self._groups: dict[GroupId, dict[TaskId, TaskRecord]] = {}
        self._kept_failed: list[deque[ScalerFuture[Any]]] = []  # for the live views that are open
        self._settling = 0
        self._all_done: list[SafeEvent] = []  # events of threads that wait until all are done

    def additions(
        self, records: Sequence[TaskRecord], futures: dict[TaskId, ScalerFuture[Any]]
    ) -> Additions:
        """Return what `Board.commit` has to enter for new tasks and their futures."""
        new_groups: dict[GroupId, dict[TaskId, TaskRecord]] = {}
        for record in records:
            group = record.annotations.group
            if group is not None:
                if group not in new_groups:
                    new_groups[group] = {**self._groups.get(group, {})}
                new_groups[group][record.task_id] = record
        return Additions(records, futures, self.open, new_groups, self._groups)

    def rename(self, record: TaskRecord, sent_as: TaskId) -> None:
        """Change the id that the engine uses for a task."""
        future = self.open.pop(engine_id(record))
        record.sent_as = self._renamed[record.task_id] = sent_as
        self.open[sent_as] = future

    def withdraw(self, record: TaskRecord) -> ScalerFuture[Any] | None:
        """Remove a task as if it had never existed."""
        future = self.open.pop(record.task_id, None)
        self._leave_group(record)
        self._notify_if_all_done()
        return future

    def note_verdict(self, future: ScalerFuture[Any]) -> None:
        """Record that a task is done.  Its future is settled next: see `settled`."""
        record = future.record
        self._remember(future, record.task_id)
        if record.sent_as:  # the id that the engine's views use
            del self.open[record.sent_as], self._renamed[record.task_id]
            self._remember(future, record.sent_as)
        else:
            del self.open[record.task_id]
        self._settling += 1
        if record.state is TaskState.FAILED:
            for failed in self._kept_failed:
                failed.append(future)
        self._leave_group(record)

    def _remember(self, future: ScalerFuture[Any], task_id: TaskId) -> None:
        """Find a done future by that id until nothing else holds it.

        The reference's callback is `dict.pop` itself: it may be called in any thread, also in the
        middle of another change, and runs no Python code.
        """
        forget = functools.partial(self._done.pop, task_id)
        self._done[task_id] = weakref.ref(future, forget)

    def keep_failed(self, futures: deque[ScalerFuture[Any]]) -> None:
        """Append each future that fails from now on to *futures*, until `stop_keeping`."""
        self._kept_failed.append(futures)

    def stop_keeping(self, futures: deque[ScalerFuture[Any]]) -> None:
        """Undo `keep_failed`."""
        self._kept_failed = [one for one in self._kept_failed if one is not futures]

    def settled(self, n: int) -> None:
        """Record that *n* futures were settled after `note_verdict`."""
        self._settling -= n
        self._notify_if_all_done()

    def is_all_done(self, event: SafeEvent) -> bool:
        """Return whether none is open or settling.  If not, *event* is set once that is so."""
        if not self.open and not self._settling:
            return True
        self._all_done += (event,)
        return False

    def forget_waiting(self, event: SafeEvent) -> None:
        """Forget *event*: nothing waits for it any more."""
        self._all_done = [one for one in self._all_done if one is not event]

    # -- finding futures -------------------------------------------------------------------------

    def find_open(self, task_id: TaskId) -> ScalerFuture[Any] | None:
        """Return an open future by either id."""
        return self.open.get(self._renamed.get(task_id, task_id))

    def find_done(self, task_id: TaskId) -> ScalerFuture[Any] | None:
        """Return a done future by either id; None if nothing holds it any more."""
        kept = self._done.get(task_id)
        return None if kept is None else kept()

    def members(self, group: GroupId) -> list[TaskRecord]:
        """Return the members of an atomic group that have no outcome yet."""
        return list(self._groups.get(group, {}).values())

    def list_open(self) -> list[ScalerFuture[Any]]:
        """Return the futures without an outcome, oldest first."""
        futures = list(self.open.values())
        if self._renamed:  # retried tasks were entered again at the end
            futures.sort(key=_number)
        return futures

    def list_all(self) -> list[ScalerFuture[Any]]:
        """Return the open futures, and the done ones that something holds, oldest first."""
        # `list` makes no objects on its way that could start the garbage collector, which might
        # remove entries.  A retried task is there twice.
        kept = [ref() for ref in list(self._done.values())]
        done = dict.fromkeys(future for future in kept if future is not None)
        return sorted([*done, *self.open.values()], key=_number)

    def _leave_group(self, record: TaskRecord) -> None:
        group = record.annotations.group
        if group is not None and (members := self._groups.get(group)) is not None:
            members.pop(record.task_id, None)
            if not members:
                del self._groups[group]

    def _notify_if_all_done(self) -> None:
        if not self.open and not self._settling and self._all_done:
            waiting, self._all_done = self._all_done, []
            for event in waiting:
                event.set()


def engine_id(record: TaskRecord) -> TaskId:
    """Return the id that the engine uses for a task."""
    return record.sent_as or record.task_id


def _number(future: ScalerFuture[Any]) -> int:
    return future.record.number
