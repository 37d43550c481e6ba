"""One line of the table: everything that its content depends on.

A line is drawn again only if that has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from rich.segment import Segment

from scaler_lab.core.live_usage import LiveUsage
from scaler_lab.core.messages import TaskId
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.ui.terminal.board_view import what_happened
from scaler_lab.ui.terminal.top.groups import GroupRow
from scaler_lab.ui.terminal.top.rows import (
    WIDE,
    Columns,
    GroupTexts,
    Marks,
    TaskTexts,
    group_line,
    task_line,
    texts_of,
    time_of,
)
from scaler_lab.ui.terminal.top.task_order import TaskOrder

UsageOf = Callable[[TaskInfo], LiveUsage | None]


class Line(NamedTuple):
    """The line of a task or group."""

    row_id: TaskId
    columns: Columns
    marks: Marks
    row: TaskInfo | None  # None for a group
    texts: TaskTexts | GroupTexts

    def draw(self) -> list[Segment]:
        """Return the line's segments."""
        if isinstance(self.texts, GroupTexts):
            return group_line(self.texts, self.columns, self.marks)
        assert self.row is not None
        return task_line(self.row, self.texts, self.columns, self.marks)


def line_of(
    row_id: TaskId,
    order: TaskOrder,
    columns: Columns,
    marks: Marks,
    now: float,
    usage_of: UsageOf,
) -> Line | None:
    """Return the line of a task or group at the time *now*; None if it is gone."""
    row = order.row(row_id)
    if row is None:
        return None
    program = order.program_of(row) if columns.program else ""
    if isinstance(row, GroupRow):
        marks = marks._replace(folded=order.is_folded(row_id))
        return Line(row_id, columns, marks, None, texts_of(row, now, program))
    marks = marks._replace(member=order.is_member(row_id))
    happened = what_happened(row, now, at_length=columns.width >= WIDE)
    texts = TaskTexts(time_of(row, now), happened, program, usage_of(row))
    return Line(row_id, columns, marks, row, texts)
