"""The pane that shows the workers, with the task that each one runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text
from textual.containers import VerticalScroll
from textual.widgets import Static

from scaler_lab.core.messages import TaskId
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.feed.messages import WorkerRow
from scaler_lab.ui.formatting import fit
from scaler_lab.ui.sanitize import clean_line
from scaler_lab.ui.terminal.top.rows import time_of

_STATE_STYLES = {"busy": "cyan", "being killed": "yellow", "spare": "dim", "starting": "dim"}


class WorkersPane(VerticalScroll):
    """Shows one line for each worker."""

    DEFAULT_CSS = """
    WorkersPane { height: 1fr; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__(id="workers")
        self._text = Text()
        self._static = Static(id="workers-text", markup=False)

    def compose(self) -> list[Static]:
        return [self._static]

    def show(
        self, workers: Sequence[WorkerRow], rows: Mapping[TaskId, TaskInfo], now: float
    ) -> None:
        """Redraw the pane if something has changed."""
        text = workers_text(workers, rows, now, self.scrollable_content_region.width)
        if text != self._text or text.spans != self._text.spans:
            self._text = text
            self._static.update(text)


def workers_text(
    workers: Sequence[WorkerRow], rows: Mapping[TaskId, TaskInfo], now: float, width: int
) -> Text:
    """Return one line per worker: its name, state, process, current task and that task's time."""
    if not workers:
        return Text("this engine does not report its workers", "dim")
    task = max(8, width - 53)
    head = f"{'worker':<11} {'state':<12}  {'pid':>8} {'done':>8}  {'task':<{task}}  {'time':>6}"
    text = Text(head, "dim", no_wrap=True, overflow="crop")
    for worker in workers:
        row = rows.get(worker.task_id) if worker.task_id is not None else None
        at = f"#{row.number} {clean_line(row.name)}" if row is not None else ""
        text.append("\n" + fit(clean_line(worker.name), 11) + " ", "not dim")
        state = clean_line(worker.state)
        text.append(fit(state, 12), "not dim " + _STATE_STYLES.get(worker.state, ""))
        took = time_of(row, now) if row is not None and not row.status.is_done else ""
        rest = f"  {worker.pid or '':>8} {worker.tasks_done:>8,}  {fit(at, task)}  {took:>6}"
        text.append(rest, "not dim")
    return text
