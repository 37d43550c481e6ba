"""The tasks that one `map` or `submit_each` made, as one row of `top`'s table.  Pure.

A row names its group, and two groups may have one name.  The members are called ``name[0]``,
``name[1]`` and so on, and get their numbers in that order.  So a member's number minus its index is
the same for all members, and different for each group of a client.  The first half of a task's id
names the client.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scaler_lab.core.messages import TaskId
from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.ui.terminal.group_tally import seconds_left

GROUP_PREFIX = "group:"  # no task's id has it

_ID_LENGTH = 32
_MIN_SETTLED = 2  # of an estimate; one task alone may be unlike the others

RANK = {
    Status.CANCELLING: 0,
    Status.RUNNING: 1,
    Status.FAILED: 2,
    Status.RETRYING: 3,
    Status.QUEUED: 4,
    Status.WAITING: 5,
    Status.CANCELLED: 6,
    Status.SUCCEEDED: 7,
}
"""The statuses, the most interesting one first."""


def group_id_of(row: TaskInfo) -> TaskId | None:
    """Return the id of the group that a task belongs to; None if it belongs to none."""
    if not row.group_name:
        return None
    name, first = row.name, ""
    index = name[name.rfind("[") + 1 : -1] if name.endswith("]") else ""
    if index.isdecimal():
        first = str(row.number - int(index))
    client = row.task_id[: _ID_LENGTH // 2] if len(row.task_id) == _ID_LENGTH else ""
    return TaskId(f"{GROUP_PREFIX}{client} {first} {row.group_name}")


class GroupRow:
    """A group as one row.  It has the attributes of a task that rows are sorted by.

    Members that the engine no longer keeps still count.
    """

    def __init__(self, group_id: TaskId, first: TaskInfo) -> None:
        self.task_id = group_id
        self.name = first.group_name
        self.number = first.number
        self.submitted_at = first.submitted_at
        self.members: dict[TaskId, TaskInfo] = {}
        self.counts: dict[Status, int] = dict.fromkeys(Status, 0)
        self.version = 0
        self.worker = ""
        self.error = ""  # of the member that failed last
        self.started_at: float | None = None
        self.cancel_requested_at: float | None = None
        self._last_ended_at: float | None = None

    @property
    def total(self) -> int:
        """How many tasks it has."""
        return sum(self.counts.values())

    @property
    def settled(self) -> int:
        """How many of its tasks have finished."""
        return sum(n for status, n in self.counts.items() if status.is_done)

    @property
    def status(self) -> Status:
        """The most interesting status of its tasks."""
        return min((status for status, n in self.counts.items() if n), key=RANK.__getitem__)

    @property
    def ended_at(self) -> float | None:
        """When the last task ended; None while one is unfinished."""
        return self._last_ended_at if self.settled == self.total else None

    def seconds_left(self, now: float) -> float | None:
        """Return the estimated time until all tasks are done; None if it can't be estimated."""
        n_settled = self.settled
        is_moving = self.counts[Status.RUNNING] + self.counts[Status.CANCELLING] > 0
        if self.started_at is None or not is_moving or n_settled < _MIN_SETTLED:
            return None
        return seconds_left(self.total - n_settled, n_settled, now - self.started_at)

    def take(self, row: TaskInfo) -> None:
        """Count a new member, or a member that has changed."""
        before = self.members.get(row.task_id)
        if before is not None:
            self.counts[before.status] -= 1
        self.members[row.task_id] = row
        status = row.status
        self.counts[status] += 1
        if row.version > self.version:
            self.version = row.version
        started, asked, ended = row.started_at, row.cancel_requested_at, row.ended_at
        if started is not None and (self.started_at is None or started < self.started_at):
            self.started_at = started
        if asked is not None and asked > (self.cancel_requested_at or 0):
            self.cancel_requested_at = asked
        if ended is not None and status.is_done:
            self._last_ended_at = max(ended, self._last_ended_at or 0)
            if status is Status.FAILED:
                self.error = row.error

    def drop(self, task_id: TaskId) -> None:
        """Note that the engine no longer keeps a member."""
        row = self.members.pop(task_id, None)
        if row is not None and not row.status.is_done:
            self.counts[row.status] -= 1


Row = TaskInfo | GroupRow


class Groups:
    """All groups of a table, kept up to date.  A group of one task is not shown as a group."""

    def __init__(self) -> None:
        self._groups: dict[TaskId, GroupRow] = {}  # in the order of their first tasks
        self._group_of: dict[TaskId, GroupRow] = {}

    def start_over(self, rows: Iterable[TaskInfo]) -> None:
        """Replace everything by the groups of *rows*."""
        self._groups.clear()
        self._group_of.clear()
        for row in rows:
            self.take(row)

    def take(self, row: TaskInfo) -> GroupRow | None:
        """Count a new or changed task.  Return its group, if it has one."""
        group = self._group_of.get(row.task_id)
        if group is None:
            group_id = group_id_of(row)
            if group_id is None:
                return None
            group = self._groups.get(group_id)
            if group is None:
                group = self._groups[group_id] = GroupRow(group_id, row)
            self._group_of[row.task_id] = group
        group.take(row)
        return group

    def drop(self, task_id: TaskId) -> GroupRow | None:
        """Forget a task.  Return its group, if it has one."""
        group = self._group_of.pop(task_id, None)
        if group is not None:
            group.drop(task_id)
            if not group.members:
                del self._groups[group.task_id]
        return group

    def shown(self) -> list[GroupRow]:
        """Return the groups that are shown as such, oldest first."""
        return [group for group in self._groups.values() if len(group.members) > 1]

    def get(self, group_id: TaskId) -> GroupRow | None:
        """Return a group that is shown as such."""
        group = self._groups.get(group_id)
        return group if group is not None and len(group.members) > 1 else None

    def of(self, task_id: TaskId) -> GroupRow | None:
        """Return the group that a task is shown in; None if it is shown by itself."""
        group = self._group_of.get(task_id)
        return group if group is not None and len(group.members) > 1 else None

    def ungrouped(self, rows: Mapping[TaskId, TaskInfo]) -> Iterable[TaskInfo]:
        """Yield those of *rows* that are shown by themselves."""
        return (row for task_id, row in rows.items() if self.of(task_id) is None)
