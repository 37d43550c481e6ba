"""What a person requests of tasks in `top`: to cancel, kill or retry them.

    a key ──> TaskCommands ──(a question)──> EngineFeeds ──> the engine

One rule holds in every view: whatever would stop more than one running task, or kill a worker, asks
first.  The question names how many tasks it is about, and whose.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.ui.terminal.top.cancel_tracker import CancelTracker
from scaler_lab.ui.terminal.top.engine_feeds import EngineFeeds
from scaler_lab.ui.terminal.top.task_table import TaskTable

MAX_PROGRAMS = 4  # in a question


class TaskCommands:
    """Carries out the keys that act on tasks.

    Args:
        feeds: The engines that receive the requests.
        table: Knows which tasks are chosen.
        show_message: Shows a text on the status line.
        ask: Shows a question, and calls the function if the answer is yes.
    """

    def __init__(
        self,
        feeds: EngineFeeds,
        table: TaskTable,
        show_message: Callable[[str], None],
        ask: Callable[[str, Callable[[], None]], None],
    ) -> None:
        self._feeds = feeds
        self._table = table
        self._show_message = show_message
        self._ask = ask
        self._trackers: list[CancelTracker] = []
        self._shown = ""  # how the last cancel goes on

    def forget(self) -> None:
        """Stop tracking cancels: other engines are shown."""
        self._trackers.clear()

    def cancel(self, force: bool) -> None:
        """Request to cancel the selected tasks, or those under the cursor."""
        rows = self._table.chosen
        if not rows:
            self._show_message("choose a task first, with the arrow keys or the mouse")
            return
        open_rows = [row for row in rows if not row.status.is_done]
        if not open_rows:
            was = f"#{rows[0].number} {rows[0].name} is" if len(rows) == 1 else "these are"
            self._show_message(f"{was} done already")
        elif force or sum(row.status is Status.RUNNING for row in open_rows) > 1:
            self._confirm_first(rows, force=force)
        else:
            self._cancel(rows, force=force)

    def cancel_queued(self) -> None:
        """Request to cancel all queued tasks."""
        rows = [row for row in self._feeds.rows.values() if row.status.is_pending]
        if not rows:
            self._show_message("nothing is queued")
        elif len(rows) == 1:
            self._cancel(rows, only_queued=True)
        else:
            self._confirm_first(rows, only_queued=True)

    def retry(self) -> None:
        """Request to submit the calls of failed and cancelled tasks again, as new tasks."""
        over = (Status.FAILED, Status.CANCELLED)
        task_ids = [row.task_id for row in self._table.chosen if row.status in over]
        if not task_ids:
            self._show_message("choose tasks that failed or were cancelled, to submit them again")
            return
        self._feeds.request_retry(task_ids)
        self._table.select_none()
        n = f"{len(task_ids):,} call{'s' if len(task_ids) > 1 else ''}"
        self._show_message(
            f"requested that the program submit {n} again; it can if it still holds the future"
        )

    def check(self) -> None:
        """Show how the requested cancels went on, and how they ended."""
        for tracker in list(self._trackers):
            tracker.receive(self._feeds.take_response)
            text = tracker.outcome(self._feeds.rows, self._feeds.versions)
            if text is not None:
                self._trackers.remove(tracker)
                self._show_message(text)
            elif tracker is self._trackers[-1]:
                text = tracker.words(self._feeds.rows)
                if text != self._shown:  # else a later message would not stay
                    self._shown = text
                    self._show_message(text)

    def _confirm_first(
        self, rows: Sequence[TaskInfo], *, force: bool = False, only_queued: bool = False
    ) -> None:
        def proceed() -> None:
            if self._feeds.ended is None:
                self._cancel(rows, force=force, only_queued=only_queued)

        self._ask(self._question(rows, force=force, only_queued=only_queued), proceed)

    def _question(self, rows: Sequence[TaskInfo], *, force: bool, only_queued: bool) -> str:
        rows = [row for row in rows if not row.status.is_done]
        if force and len(rows) == 1:
            return f"Kill the worker of #{rows[0].number} {rows[0].name}?"
        n, running = len(rows), sum(not row.status.is_pending for row in rows)
        tasks = f"{n:,} {'queued ' * only_queued}task{'s' * (n > 1)}"
        of_them = f", {running:,} of them running" if 0 < running < n else ""
        programs = Counter(self._feeds.program_of(row.task_id) for row in rows)
        programs.pop("", None)
        whose = ""
        if len(programs) == 1:
            whose = f" of {next(iter(programs))}"
        elif programs:
            parts = [f"{m:,} of {name}" for name, m in programs.most_common(MAX_PROGRAMS)]
            more = len(programs) - MAX_PROGRAMS
            whose = f": {', '.join(parts)}" + (f", and of {more} more programs" if more > 0 else "")
        what = "Kill the workers of" if force else "Cancel"
        if len(programs) > 1:
            return f"{what} {tasks}{of_them}{whose}?"
        return f"{what} {tasks}{whose}{of_them}?"

    def _cancel(
        self, rows: Sequence[TaskInfo], *, force: bool = False, only_queued: bool = False
    ) -> None:
        tracker = CancelTracker(rows, force=force, only_queued=only_queued)
        tracker.on_requested(
            self._feeds.request_cancel(tracker.task_ids, force=force, only_queued=only_queued)
        )
        self._trackers.append(tracker)
        self._table.select_none()
        self._shown = tracker.words(self._feeds.rows)
        self._show_message(self._shown)
