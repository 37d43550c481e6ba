"""`top`: the tasks of a running engine, live, with sorting, search and cancel.

    feed ──10 Hz──> FeedConnection.read ──> mirror ──> Summary, TaskTable, DetailsPane, …
    keys, mouse ──> actions ──> FeedConnection.request_cancel   (the only way to stop a task)

The app owns the connection and polls it ten times a second.  The widgets redraw only what changed.
No view keeps its own state about tasks: a row shows "cancelling" once the engine's board does.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.widgets import Footer, Input, Static

from scaler_lab.core.live_usage import USAGE_INTERVAL
from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.feed.connection import FeedConnection
from scaler_lab.feed.discovery import find_engines, is_successor, title_of
from scaler_lab.feed.mirror import FeedMirror
from scaler_lab.runtime.runtime_dir import ConnectionInfo
from scaler_lab.ui.sanitize import clean_line
from scaler_lab.ui.terminal.top import colours
from scaler_lab.ui.terminal.top.cancel_tracker import CancelTracker
from scaler_lab.ui.terminal.top.details_pane import DetailsPane
from scaler_lab.ui.terminal.top.screens import EngineChooser, Help, Question
from scaler_lab.ui.terminal.top.sorting import SortBy
from scaler_lab.ui.terminal.top.summary import Summary, Throughput, settled_of
from scaler_lab.ui.terminal.top.table_header import TableHeader
from scaler_lab.ui.terminal.top.task_table import TaskTable
from scaler_lab.ui.terminal.top.workers_pane import WorkersPane

REFRESHES_PER_SECOND = 10
SUCCESSOR_INTERVAL = 1.0
MESSAGE_SECONDS = 10.0
STACK_INTERVAL = 1.0  # between two looks where a task is
DETAILS_INTERVAL = 0.3  # between two requests for the details of an unfinished task

_FILTERS: tuple[tuple[str, frozenset[Status]], ...] = (
    ("all", frozenset(Status)),
    ("open", frozenset(status for status in Status if not status.is_done)),
    *((status.value, frozenset({status})) for status in Status),
)


class TopApp(App[None]):
    """The textual app of ``scaler-lab top``.

    Args:
        engine: The engine to show.  None attaches to the only running engine, or shows a list to
            choose from.
        is_light: Whether to start with the light theme.
        clock: Returns seconds since the epoch; for tests.
        connect: Opens a connection to an engine; for tests.
    """

    TITLE = "scaler-lab top"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012  # as App has it
    CSS = """
    #body { height: 1fr; layout: vertical; }
    .-wide #body { layout: horizontal; }
    .-wide #details {
        width: 45%; height: 100%; border-top: none; border-left: solid $primary;
    }
    #main { width: 1fr; height: 1fr; }
    * {
        scrollbar-background: $surface; scrollbar-background-hover: $surface;
        scrollbar-background-active: $surface; scrollbar-corner-color: $surface;
        scrollbar-color: $primary 60%; scrollbar-color-hover: $primary;
        scrollbar-color-active: $primary;
    }
    #status { height: 1; padding: 0 1; background: $panel; }
    #status.-ended { background: $warning 30%; text-style: bold; }
    Footer FooterKey { margin: 0 1 0 0; }
    #search { height: 1; border: none; padding: 0 1; background: $surface; }
    """
    # In the order of need, because a narrow footer shows only the first ones.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "Help", key_display="?"),
        Binding("q", "quit", "Quit"),
        # Of the table; here, because the footer shows those of the focused widget first.
        Binding("enter", "open", "More", key_display="⏎"),
        Binding("c", "cancel(False)", "Cancel"),
        Binding("C", "cancel(True)", "Kill"),
        Binding("X", "cancel_queued", "Cancel queued", show=False),
        Binding("R", "retry", "Retry", show=False),
        Binding("slash", "search", "Find", key_display="/"),
        Binding("f", "filter(1)", "Filter"),
        Binding("space", "select", "Select", key_display="␣"),
        Binding("F", "filter(-1)", show=False),
        Binding("s", "sort", "Sort"),
        Binding("S", "reverse", show=False),
        Binding("w", "workers", "Workers"),
        Binding("e", "engines", "Engine", show=False),
        Binding("r", "follow", "Attach", show=False),
        Binding("t", "theme", "Theme", show=False),
        Binding("escape", "step_back", show=False),
    ]

    def __init__(
        self,
        engine: ConnectionInfo | None = None,
        *,
        is_light: bool = False,
        clock: Callable[[], float] = time.time,
        connect: Callable[[ConnectionInfo, str], FeedConnection] = FeedConnection,
    ) -> None:
        self._has_colours = "NO_COLOR" not in os.environ
        # With NO_COLOR, use the terminal's own colours: textual would make them grey otherwise.
        super().__init__(ansi_color=not self._has_colours)
        if self._has_colours:
            self.ansi_theme_dark, self.ansi_theme_light = colours.DARK, colours.LIGHT
            self.theme = "textual-light" if is_light else "textual-dark"
        self._clock = clock
        self._connect = connect
        self._engine = engine
        self._feed: FeedConnection | None = None
        self._ended_at = 0.0  # seconds since the epoch; 0 while the engine runs
        self._successor: ConnectionInfo | None = None
        self._successor_checked_at = 0.0
        self._throughput = Throughput()
        self._cancel_trackers: list[CancelTracker] = []
        self._details_request: int | None = None
        self._details_of: TaskInfo | None = None
        self._details_at = 0.0  # when the details were requested
        self._usage_at = 0.0  # when the usage was requested
        self._filter = 0
        self._message = ""
        self._message_at = 0.0
        self._status_text = ""
        self.table = TaskTable()
        self._summary = Summary()
        self._header = TableHeader()
        self._details = DetailsPane()
        self._workers_pane = WorkersPane()
        self._status = Static(id="status", markup=False)
        self._search = Input(
            id="search", placeholder="find in name, error, worker, group, tags; or #12"
        )

    def compose(self) -> ComposeResult:
        yield self._summary
        with Container(id="body"):
            with Vertical(id="main"):
                yield self._header
                yield self.table
                yield self._workers_pane
            yield self._details
        yield self._search
        yield self._status
        footer = Footer(show_command_palette=False)
        footer.compact = True
        yield footer

    def on_mount(self) -> None:
        self._search.display = self._workers_pane.display = self._details.display = False
        self.screen.set_focus(self.table)
        engines = find_engines() if self._engine is None else [self._engine]
        if len(engines) == 1:
            self._open_engine(engines[0])
        else:
            self._choose()
        self.set_interval(1 / REFRESHES_PER_SECOND, self.refresh_view)

    def on_unmount(self) -> None:
        if self._feed is not None:
            self._feed.close()

    # -- the connection ----------------------------------------------------------------------------

    @property
    def mirror(self) -> FeedMirror | None:
        """The local copy of the engine's board; None before an engine was chosen."""
        return None if self._feed is None else self._feed.mirror

    def _open_engine(self, engine: ConnectionInfo) -> None:
        if self._feed is not None:
            self._feed.close()
        self._engine = engine
        self._feed = self._connect(engine, "top")
        self._ended_at, self._successor = 0.0, None
        self._throughput = Throughput()
        self._cancel_trackers.clear()
        self._details.show(None)
        self._set_stale(False)
        self.table.select_none()

    def refresh_view(self) -> None:
        """Read the feed and draw what is new.  Called ten times a second."""
        feed = self._feed
        if feed is None:
            return
        mirror, now = feed.mirror, self._clock()
        if self._ended_at:
            now = self._ended_at  # the times in the last state stand still
            self._find_successor()
        else:
            feed.read()
            if mirror.ended is not None:
                self._ended_at = now
                self._set_stale(True)
        news = mirror.take_news()
        if mirror.is_whole:
            self.table.take(mirror.rows, news, now, mirror.usage_of)
            self._request_usage(feed)
        self._header.show(
            self.table.columns, self.table.order.sort_by, self.table.order.is_reversed
        )
        per_second = None
        if mirror.is_whole and mirror.ended is None:
            per_second = self._throughput.at(now, settled_of(mirror.counts))
        n_workers = mirror.welcome.n_workers if mirror.welcome is not None else 0
        self._summary.show(title_of(feed.engine), n_workers, mirror.counts, per_second)
        self._check_details(now)
        if self._workers_pane.display:
            self._workers_pane.show(mirror.workers, mirror.rows, now)
        self._check_cancels()
        self._show_status()

    def _request_usage(self, feed: FeedConnection) -> None:
        """Request once a second what the tasks use, while some of them run and that is shown."""
        at = time.monotonic()
        runs = feed.mirror.counts[Status.RUNNING] + feed.mirror.counts[Status.CANCELLING]
        is_shown = self.table.columns.usage or self._details.row is not None
        if is_shown and runs and at >= self._usage_at + USAGE_INTERVAL:
            self._usage_at = at
            feed.request_usage()

    def _set_stale(self, is_stale: bool) -> None:
        self.table.is_stale = is_stale
        for widget in (self._summary, self._details):
            widget.set_class(is_stale, "-stale")

    def _find_successor(self) -> None:
        """After the engine has ended: attach to its successor, unless the person is reading."""
        at = time.monotonic()
        if at - self._successor_checked_at < SUCCESSOR_INTERVAL or self._engine is None:
            return
        self._successor_checked_at = at
        found = [engine for engine in find_engines() if is_successor(engine, self._engine)]
        self._successor = found[-1] if found else None
        is_reading = self._details.row is not None or bool(self.table.selected)
        if self._successor is not None and not is_reading and len(self.screen_stack) == 1:
            title = title_of(self._successor)
            self._open_engine(self._successor)
            self._show_message(f"it started again: {title}")

    # -- the status line ---------------------------------------------------------------------------

    def _show_message(self, text: str) -> None:
        self._message, self._message_at = text, time.monotonic()
        self._show_status()

    def _show_status(self) -> None:
        mirror = self.mirror
        ended = mirror.ended if mirror is not None else None
        self._status.set_class(ended is not None, "-ended")
        if ended is not None:
            at = time.strftime("%H:%M:%S", time.localtime(self._ended_at))
            text = f"ended {at}: {ended}"
            if self._successor is not None:
                text = f"r: {title_of(self._successor)}, which runs now   {text}"
            else:
                text += "   waits for it to start again   e: others"
        elif mirror is None or not mirror.is_whole:
            text = "waiting for the engine to answer" if mirror is not None else ""
        else:
            text = self._in_words(mirror)
        line = Text(clean_line(text), no_wrap=True, overflow="ellipsis")
        if line.plain != self._status_text:
            self._status_text = line.plain
            self._status.update(line)

    def _in_words(self, mirror: FeedMirror) -> str:
        """Return the last message, the number of selected tasks, and the filter."""
        order, parts = self.table.order, list[str]()
        if self._message and time.monotonic() - self._message_at < MESSAGE_SECONDS:
            parts.append(self._message)
        if self.table.selected:
            parts.append(f"{len(self.table.selected):,} selected")
        if order.is_filtered:
            shown = _FILTERS[self._filter][0]
            what = "" if shown == "all" else f"{shown} only"
            what += f"{', ' * bool(what)}with {order.search!r}" if order.search else ""
            parts.append(f"{what}: {len(order):,} of {len(mirror.rows):,}")
        return "   ".join(parts)

    # -- cancelling --------------------------------------------------------------------------------

    def action_cancel(self, force: bool) -> None:
        """Request to cancel the selected tasks, or the task under the cursor."""
        rows = self.table.chosen
        if not self._may_confirm():
            return
        if not rows:
            self._show_message("choose a task first, with the arrow keys or the mouse")
            return
        open_rows = [row for row in rows if not row.status.is_done]
        if not open_rows:
            was = f"#{rows[0].number} {rows[0].name} is" if len(rows) == 1 else "these are"
            self._show_message(f"{was} done already")
        elif force and len(open_rows) > 1:
            self._confirm_first(f"Kill {len(open_rows):,} tasks at once?", rows, force=True)
        else:
            self._cancel(rows, force=force)

    def action_cancel_queued(self) -> None:
        """Request to cancel all queued tasks."""
        mirror = self.mirror
        if mirror is None or not self._may_confirm():
            return
        rows = [row for row in mirror.rows.values() if row.status.is_pending]
        if not rows:
            self._show_message("nothing is queued")
        elif len(rows) == 1:
            self._cancel(rows, only_queued=True)
        else:
            question = f"Cancel all {len(rows):,} tasks that are queued?"
            self._confirm_first(question, rows, only_queued=True)

    def action_retry(self) -> None:
        """Request to submit the calls of failed and cancelled tasks again, as new tasks."""
        if not self._may_confirm():
            return
        assert self._feed is not None
        over = (Status.FAILED, Status.CANCELLED)
        task_ids = [row.task_id for row in self.table.chosen if row.status in over]
        if not task_ids:
            self._show_message("choose tasks that failed or were cancelled, to submit them again")
            return
        self._feed.request_retry(task_ids)
        self.table.select_none()
        n = f"{len(task_ids):,} call{'s' if len(task_ids) > 1 else ''}"
        self._show_message(
            f"requested that the program submit {n} again; it can if it still holds the future"
        )

    def _confirm_first(
        self,
        question: str,
        rows: list[TaskInfo],
        *,
        force: bool = False,
        only_queued: bool = False,
    ) -> None:
        def on_choice(yes: bool | None) -> None:
            if yes and self._may_confirm():
                self._cancel(rows, force=force, only_queued=only_queued)

        self.push_screen(Question(question), on_choice)

    def _may_confirm(self) -> bool:
        mirror = self.mirror
        if mirror is None:
            return False
        if mirror.ended is not None:
            self.bell()
        return mirror.ended is None

    def _cancel(
        self, rows: list[TaskInfo], *, force: bool = False, only_queued: bool = False
    ) -> None:
        assert self._feed is not None
        tracker = CancelTracker(rows, force=force, only_queued=only_queued)
        tracker.on_requested(
            self._feed.request_cancel(tracker.task_ids, force=force, only_queued=only_queued)
        )
        self._cancel_trackers.append(tracker)
        self.table.select_none()
        self._show_message(tracker.words(self._feed.mirror.rows))

    def _check_cancels(self) -> None:
        mirror = self.mirror
        assert mirror is not None
        for tracker in list(self._cancel_trackers):
            tracker.receive(mirror.responses)
            text = tracker.outcome(mirror.rows, mirror.version)
            if text is not None:
                self._cancel_trackers.remove(tracker)
                self._show_message(text)
            elif tracker is self._cancel_trackers[-1]:
                self._show_message(tracker.words(mirror.rows))

    # -- the panes ---------------------------------------------------------------------------------

    def on_task_table_opened(self) -> None:
        row = self.table.cursor_row
        if row is not None and row.task_id == self._details.task_id:
            self._details.show(None)
        else:
            self._show_details(row)

    def on_task_table_cursor_moved(self) -> None:
        row = self.table.cursor_row
        if self._details.row is not None and row is not None:
            self._show_details(row)

    def _show_details(self, row: TaskInfo | None) -> None:
        self._details.show(row)
        self._details_of = None
        self._details_at = 0.0

    def _check_details(self, now: float) -> None:
        """Update the pane's row, and request its traceback, output and profile."""
        mirror, shown = self.mirror, self._details.row
        if mirror is None or self._feed is None or shown is None:
            return
        row = mirror.rows.get(shown.task_id, shown)
        is_new = row is not self._details_of and mirror.ended is None
        runs = row.status in (Status.RUNNING, Status.CANCELLING) and mirror.ended is None
        if (is_new and (row.status.is_done or now >= self._details_at + DETAILS_INTERVAL)) or (
            runs and now >= self._details_at + STACK_INTERVAL
        ):
            self._details_of, self._details_at = row, now
            self._details_request = self._feed.request_details(row.task_id)
        for request, details in list(mirror.details.items()):
            del mirror.details[request]
            if request == self._details_request and details.task_id == row.task_id:
                self._details.details = details
        self._details.usage = mirror.usage_of(row)
        self._details.show(row, now)

    def action_workers(self) -> None:
        """Show the workers, or switch back to the tasks."""
        is_open = not self._workers_pane.display
        self._workers_pane.display = is_open
        self.table.display = self._header.display = not is_open
        self.screen.set_focus(self._workers_pane if is_open else self.table)
        self.refresh_view()

    # -- filter, order, search ---------------------------------------------------------------------

    def action_filter(self, by: int) -> None:
        """Select the next filter by state."""
        self._set_filter((self._filter + by) % len(_FILTERS))

    def on_summary_state_clicked(self, event: Summary.StateClicked) -> None:
        names = [name for name, _ in _FILTERS]
        clicked = names.index(event.status.value)
        self._set_filter(0 if self._filter == clicked else clicked)

    def _set_filter(self, chosen: int) -> None:
        self._filter = chosen
        self.table.rearrange(states=_FILTERS[chosen][1])
        self.refresh_view()

    def action_sort(self) -> None:
        """Sort by the next column."""
        columns = list(SortBy)
        at = columns.index(self.table.order.sort_by)
        self._sort(columns[(at + 1) % len(columns)])

    def _sort(self, by: SortBy) -> None:
        self.table.rearrange(sort_by=by, is_reversed=False)
        self._show_message(f"sorted by {'number' if by is SortBy.NUMBER else by.value}")
        self.refresh_view()

    def action_reverse(self) -> None:
        """Reverse the order."""
        self.table.rearrange(is_reversed=not self.table.order.is_reversed)
        self.refresh_view()

    def on_table_header_clicked(self, event: TableHeader.Clicked) -> None:
        if event.sort_by is self.table.order.sort_by:
            self.action_reverse()
        else:
            self._sort(event.sort_by)

    def action_search(self) -> None:
        """Open the search field.  The table is filtered with every key."""
        self._search.display = True
        self.screen.set_focus(self._search)  # at once: the next keys belong to the search

    def on_input_changed(self, event: Input.Changed) -> None:
        self.table.rearrange(search=event.value)
        self.refresh_view()

    def on_input_submitted(self) -> None:
        self._close_search()

    def _close_search(self) -> None:
        self.screen.set_focus(self.table)
        self._search.display = False

    def action_step_back(self) -> None:
        """Undo one step: the search, the selection, the details, the workers or the filter."""
        if self._search.display or self.table.order.search:
            self._search.value = ""
            self._close_search()
        elif self.table.selected:
            self.table.select_none()
        elif self._details.row is not None:
            self._details.show(None)
            self.screen.set_focus(self.table)
        elif self._workers_pane.display:
            self.action_workers()
        elif self._filter:
            self._set_filter(0)

    # -- the table ---------------------------------------------------------------------------------

    def action_open(self) -> None:
        """Open the details of the task under the cursor."""
        if self.focused is self.table:
            self.table.action_open()

    def action_select(self) -> None:
        """Select the task under the cursor, or no longer."""
        if self.focused is self.table:
            self.table.action_toggle_selected()

    # -- other actions -----------------------------------------------------------------------------

    def action_engines(self) -> None:
        """Show the list of engines."""
        self._choose()

    def _choose(self) -> None:
        def on_choice(engine: ConnectionInfo | None) -> None:
            if engine is not None:
                self._open_engine(engine)

        self.push_screen(EngineChooser(choose_first=self._feed is None), on_choice)

    def action_follow(self) -> None:
        """Attach to the successor of the ended engine."""
        if self._successor is not None:
            self._open_engine(self._successor)

    def action_help(self) -> None:
        """Show the keys."""
        self.push_screen(Help())

    def action_theme(self) -> None:
        """Switch between the dark and the light theme."""
        if self._has_colours:
            self.theme = "textual-dark" if self.theme == "textual-light" else "textual-light"
