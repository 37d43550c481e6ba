"""The lines of the table: which rows are shown, in which order, and which groups are folded.  Pure.

    ▸ running    12  + fit           a folded group is one line
    ▸ running     3  - load          the lines of an unfolded group's tasks follow it
    ✓ succeeded   3    load[0]
    · queued      9  report          a task without a group

A search or a filter lists the tasks that match, without groups.  If all tasks belong to one group,
they are listed without it.  Groups that fit on the screen start unfolded, the others folded, until
the person folds or unfolds them.

The caller decides when changed rows move to their places (`settle`).  Until then, lines may be
slightly out of order, but the content of each is current, because it looks up its row by id.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate

from scaler_lab.core.messages import TaskId
from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.ui.terminal.top.groups import GroupRow, Groups, Row
from scaler_lab.ui.terminal.top.sorting import SortBy, SortedRows, key_of


class TaskOrder:
    """The shown rows in their order: a sequence of ids of tasks and groups.

    Not thread-safe: one thread owns it.

    Args:
        program_of: Returns the program that a task belongs to.
    """

    def __init__(self, program_of: Callable[[TaskId], str] = lambda _: "") -> None:
        self.sort_by = SortBy.STATE
        self.is_reversed = False
        self.states: frozenset[Status] = frozenset(Status)
        self.search = ""
        self.is_grouped = True
        self._program_of = program_of
        self._room = 0
        self._rows: Mapping[TaskId, TaskInfo] = {}
        self._groups = Groups()
        self._choices: dict[TaskId, bool] = {}  # whether the person has folded a group
        self._lists_groups = False
        self._dirty: dict[TaskId, None] = {}
        self._top = SortedRows((), lambda _: 0, False)
        self._members: dict[TaskId, SortedRows] = {}  # of the unfolded groups
        # Of the unfolded groups, by position: the index in `_top`, the id, and how many lines of
        # members come before it.
        self._places: list[int] = []
        self._unfolded: list[TaskId] = []
        self._before: list[int] = [0]

    # -- the sequence ------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._top) + self._before[-1]

    def __getitem__(self, line: int) -> TaskId:
        headers = range(len(self._places))
        at = bisect_right(headers, line, key=lambda n: self._places[n] + self._before[n]) - 1
        if at < 0:
            return self._top[line]
        offset = line - self._places[at] - self._before[at]
        members = self._members[self._unfolded[at]]
        if 0 < offset <= len(members):
            return members[offset - 1]
        return self._top[line - self._before[at + (offset > 0)]]

    def __iter__(self) -> Iterator[TaskId]:
        for row_id in self._top:
            yield row_id
            yield from self._members.get(row_id, ())

    def index_of(self, row_id: TaskId) -> int | None:
        """Return the line of a task or group, or None if it is not shown."""
        index = self._top.index_of(row_id)
        if index is not None:
            return index + self._before[bisect_left(self._places, index)]
        group = self._groups.of(row_id)
        members = None if group is None else self._members.get(group.task_id)
        index = None if members is None else members.index_of(row_id)
        if group is None or index is None:
            return None
        at = self._unfolded.index(group.task_id)
        return self._places[at] + self._before[at] + 1 + index

    def row(self, row_id: TaskId) -> Row | None:
        """Return the current row of a task or group."""
        return self._rows.get(row_id) or self._groups.get(row_id)

    def tasks(self, row_id: TaskId) -> Iterable[TaskInfo]:
        """Return the task of an id, or the tasks of a group."""
        row = self.row(row_id)
        if row is None:
            return ()
        return row.members.values() if isinstance(row, GroupRow) else (row,)

    @property
    def is_filtered(self) -> bool:
        """Whether some tasks may be hidden."""
        return bool(self.search) or len(self.states) < len(Status)

    # -- order and filter --------------------------------------------------------------------------

    def choose(
        self,
        *,
        sort_by: SortBy | None = None,
        is_reversed: bool | None = None,
        states: frozenset[Status] | None = None,
        search: str | None = None,
        is_grouped: bool | None = None,
    ) -> None:
        """Change which tasks are shown or how they are sorted.  None keeps a setting as it is."""
        self.sort_by = self.sort_by if sort_by is None else sort_by
        self.is_reversed = self.is_reversed if is_reversed is None else is_reversed
        self.states = self.states if states is None else states
        self.search = self.search if search is None else search.lower()
        self.is_grouped = self.is_grouped if is_grouped is None else is_grouped
        self._arrange()

    def start_over(self, rows: Mapping[TaskId, TaskInfo]) -> None:
        """Replace all tasks by *rows*.

        The mapping is kept and read again whenever something changes.
        """
        self._rows = rows
        self._groups.start_over(rows.values())
        self._arrange()

    def _arrange(self) -> None:
        """Sort everything anew."""
        self._dirty.clear()
        self._members.clear()
        self._lists_groups = self._should_list_groups()
        rows: Iterable[Row] = self._rows.values()
        if self._lists_groups:
            rows = [*self._groups.ungrouped(self._rows), *self._groups.shown()]
        elif self.is_filtered:
            rows = [row for row in self._rows.values() if self._matches(row)]
        self._top = self._sorted(rows)
        self._lay_out()

    def _sorted(self, rows: Iterable[Row]) -> SortedRows:
        return SortedRows(rows, key_of(self.sort_by, self.program_of), self.is_reversed)

    def _should_list_groups(self) -> bool:
        if not self.is_grouped or self.is_filtered:
            return False
        groups = self._groups.shown()
        return len(groups) > 1 or (len(groups) == 1 and len(groups[0].members) < len(self._rows))

    def program_of(self, row: Row) -> str:
        """Return the program that a task or group belongs to."""
        task_id = next(iter(row.members)) if isinstance(row, GroupRow) else row.task_id
        return self._program_of(task_id)

    def _matches(self, row: TaskInfo) -> bool:
        if row.status not in self.states:
            return False
        text = self.search
        return not text or (
            text in row.name.lower()
            or text in row.error.lower()
            or text in row.worker.lower()
            or text in row.group_name.lower()
            or any(text in tag.lower() for tag in row.tags)
            or text == f"#{row.number}"
            or row.task_id.startswith(text)
            or text in self._program_of(row.task_id).lower()
        )

    # -- folding -----------------------------------------------------------------------------------

    def fit(self, room: int) -> None:
        """Unfold the groups that fit into *room* lines, unless the person chose otherwise."""
        if room != self._room:
            self._room = room
            self._lay_out()

    def is_folded(self, group_id: TaskId) -> bool:
        """Return whether a group's tasks are hidden."""
        return group_id not in self._members

    def fold(self, group_id: TaskId, is_folded: bool) -> None:
        """Hide or show the tasks of a group."""
        self._choices[group_id] = is_folded
        self._lay_out()

    def group_of(self, row_id: TaskId) -> GroupRow | None:
        """Return the listed group that a line belongs to, or is; None if there is none."""
        if not self._lists_groups:
            return None
        return self._groups.get(row_id) or self._groups.of(row_id)

    def is_member(self, row_id: TaskId) -> bool:
        """Return whether a line is that of a task below its group."""
        return self._lists_groups and self._groups.of(row_id) is not None

    def _lay_out(self) -> None:
        """Update which groups are unfolded, and where they are."""
        kept, self._members = self._members, {}
        placed: list[tuple[int, TaskId]] = []
        left = self._room - len(self._top)
        for group in self._groups.shown() if self._lists_groups else ():
            fits = len(group.members) <= left
            left -= len(group.members) if fits else 0
            place = self._top.index_of(group.task_id)
            if place is not None and not self._choices.get(group.task_id, not fits):
                placed.append((place, group.task_id))
                self._members[group.task_id] = kept.get(group.task_id) or self._sorted(
                    group.members.values()
                )
        placed.sort()
        self._places = [place for place, _ in placed]
        self._unfolded = [group_id for _, group_id in placed]
        sizes = (len(self._members[group_id]) for group_id in self._unfolded)
        self._before = list(accumulate(sizes, initial=0))

    # -- updates -----------------------------------------------------------------------------------

    def note(self, task_ids: Iterable[TaskId]) -> None:
        """Mark these tasks as changed, new or removed."""
        for task_id in task_ids:
            row = self._rows.get(task_id)
            group = self._groups.drop(task_id) if row is None else self._groups.take(row)
            self._dirty[task_id] = None
            if group is not None:
                self._dirty[group.task_id] = None
                if len(group.members) <= 2:  # it may just have become a group, or be one no longer
                    self._dirty.update(dict.fromkeys(group.members))

    @property
    def must_settle(self) -> bool:
        """Whether some rows are not at their place."""
        return bool(self._dirty)

    @property
    def is_quick(self) -> bool:
        """Whether `settle` takes less than a few milliseconds."""
        return len(self._dirty) <= 100 or len(self) < 5_000

    def settle(self) -> None:
        """Move every row to its place."""
        if self._lists_groups != self._should_list_groups():
            self._arrange()
            return
        dirty, self._dirty = self._dirty, {}
        self._top.settle(dirty, self._at_top)
        for group_id, members in self._members.items():
            group = self._groups.get(group_id)
            rows = {} if group is None else group.members
            members.settle([i for i in dirty if i in rows or i in members], rows.get)
        if self._lists_groups:
            self._lay_out()

    def _at_top(self, row_id: TaskId) -> Row | None:
        if self._lists_groups:
            return self._groups.get(row_id) or (
                None if self._groups.of(row_id) is not None else self._rows.get(row_id)
            )
        row = self._rows.get(row_id)
        return row if row is not None and (not self.is_filtered or self._matches(row)) else None
