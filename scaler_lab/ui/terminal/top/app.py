"""`top`: the tasks of a running engine, live, with sorting, search and cancel.

    feeds ──10 Hz──> EngineFeeds.read ──> rows, counts ──> Summary, TaskTable, DetailsPane, …
    keys, mouse ──> actions ──> TaskCommands ──> EngineFeeds.request_cancel

The app polls the connections ten times a second.  The widgets redraw only what changed.
No view keeps its own state about tasks: a row shows "cancelling" once the engine's board does.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import ClassVar, Literal

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.widgets import Footer, Input

from scaler_lab.core.live_usage import USAGE_INTERVAL
from scaler_lab.core.state_machine import Status
from scaler_lab.feed.connection import FeedConnection
from scaler_lab.feed.discovery import find_engines, title_of
from scaler_lab.runtime.runtime_dir import ConnectionInfo
from scaler_lab.ui.terminal.top import colours
from scaler_lab.ui.terminal.top.commands import TaskCommands
from scaler_lab.ui.terminal.top.details_pane import DetailsPane
from scaler_lab.ui.terminal.top.engine_feeds import EngineFeeds
from scaler_lab.ui.terminal.top.screens import EngineChooser, Help, Question
from scaler_lab.ui.terminal.top.sorting import SortBy
from scaler_lab.ui.terminal.top.status_line import StatusLine
from scaler_lab.ui.terminal.top.summary import Summary, Throughput, settled_of
from scaler_lab.ui.terminal.top.table_header import TableHeader
from scaler_lab.ui.terminal.top.task_table import TaskTable
from scaler_lab.ui.terminal.top.workers_pane import WorkersPane

REFRESHES_PER_SECOND = 10

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
        shows_all: Whether to show the tasks of all engines, also of those that start later.
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
        Binding("p", "flame", "Profile", show=False),
        Binding("w", "workers", "Workers"),
        Binding("z", "group", "Groups"),
        Binding("a", "all_programs", "All programs"),
        Binding("e", "engines", "Engine", show=False),
        Binding("r", "follow", "Attach", show=False),
        Binding("t", "theme", "Theme", show=False),
        Binding("escape", "step_back", show=False),
    ]

    def __init__(
        self,
        engine: ConnectionInfo | None = None,
        *,
        shows_all: bool = False,
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
        self._engine = engine
        self._starts_with_all = shows_all
        self._ended_at = 0.0  # seconds since the epoch; 0 while the engine runs
        self._throughput = Throughput()
        self._usage_at = 0.0  # when the usage was requested
        self._filter = 0
        self.feeds = EngineFeeds(connect)
        self.table = TaskTable(self.feeds.program_of)
        self._summary = Summary()
        self._header = TableHeader()
        self._details = DetailsPane()
        self._workers_pane = WorkersPane()
        self._status = StatusLine(self.feeds, self.table)
        self._commands = TaskCommands(self.feeds, self.table, self._status.show_message, self._ask)
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
        if self._engine is not None or self._starts_with_all:
            self._open_engine(self._engine)
        elif len(engines := find_engines()) == 1:
            self._open_engine(engines[0])
        else:
            self._choose()
        self.set_interval(1 / REFRESHES_PER_SECOND, self.refresh_view)

    def on_unmount(self) -> None:
        self._details.end_sampling()
        self.feeds.close()

    # -- the engines -------------------------------------------------------------------------------

    def _open_engine(self, engine: ConnectionInfo | None) -> None:
        """Show this engine; None shows all."""
        if engine is None:
            self.feeds.show_all()
        else:
            self.feeds.show_one(engine)
        self._ended_at = 0.0
        self._throughput = Throughput()
        self._commands.forget()
        self._details.show(None)
        self._set_stale(False)
        self.table.select_none()

    def refresh_view(self) -> None:
        """Read the feeds and draw what is new.  Called ten times a second."""
        feeds, now = self.feeds, self._clock()
        if not feeds.is_open:
            return
        news = feeds.read()
        if feeds.ended is not None and not self._ended_at:
            self._ended_at = self._status.ended_at = now
            self._set_stale(True)
        now = self._ended_at or now  # the times in the last state stand still
        if feeds.successor is not None:
            self._attach_unless_reading(feeds.successor)
        if feeds.is_whole or feeds.shows_all or self._ended_at:
            self.table.longest_program = feeds.longest_program
            self.table.take(feeds.rows, news, now, feeds.usage_of)
            self._request_usage()
        self._header.show(
            self.table.columns, self.table.order.sort_by, self.table.order.is_reversed
        )
        per_second = None
        if news.everything:
            self._throughput = Throughput()  # a rate counts what ended since the view looked
        elif feeds.is_whole and not self._ended_at:
            per_second = self._throughput.at(now, settled_of(feeds.counts))
        self._summary.show(feeds.title, feeds.n_workers, feeds.counts, per_second)
        self._details.follow(feeds, now)
        if self._workers_pane.display:
            self._workers_pane.show(feeds.workers, feeds.rows, now)
        self._commands.check()
        self._status.show()

    def _request_usage(self) -> None:
        """Request once a second what the tasks use, while that is shown."""
        at = time.monotonic()
        is_shown = self.table.columns.usage or self._details.row is not None
        if is_shown and at >= self._usage_at + USAGE_INTERVAL:
            self._usage_at = at
            self.feeds.request_usage()

    def _set_stale(self, is_stale: bool) -> None:
        self.table.is_stale = is_stale
        for widget in (self._summary, self._details):
            widget.set_class(is_stale, "-stale")

    def _attach_unless_reading(self, successor: ConnectionInfo) -> None:
        is_reading = self._details.row is not None or bool(self.table.selected)
        if not is_reading and len(self.screen_stack) == 1:
            self._open_engine(successor)
            self._status.show_message(f"it started again: {title_of(successor)}")

    # -- commands ----------------------------------------------------------------------------------

    def action_cancel(self, force: bool) -> None:
        """Request to cancel the selected tasks, or those under the cursor."""
        if self._may_act():
            self._commands.cancel(force)

    def action_cancel_queued(self) -> None:
        """Request to cancel all queued tasks."""
        if self._may_act():
            self._commands.cancel_queued()

    def action_retry(self) -> None:
        """Request to submit the calls of failed and cancelled tasks again, as new tasks."""
        if self._may_act():
            self._commands.retry()

    def _may_act(self) -> bool:
        if self.feeds.ended is not None:
            self.bell()
        return self.feeds.is_open and self.feeds.ended is None

    def _ask(self, question: str, proceed: Callable[[], None]) -> None:
        def on_choice(yes: bool | None) -> None:
            if yes:
                proceed()

        self.push_screen(Question(question), on_choice)

    # -- the panes ---------------------------------------------------------------------------------

    def on_task_table_opened(self) -> None:
        row = self.table.cursor_row
        is_shown = row is not None and row.task_id == self._details.task_id
        self._details.show(None if is_shown else row)

    def on_task_table_cursor_moved(self) -> None:
        row = self.table.cursor_row
        if self._details.row is not None and row is not None:
            self._details.show(row)

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
        self._status.filter_name = _FILTERS[chosen][0]
        self.table.rearrange(states=_FILTERS[chosen][1])
        self.refresh_view()

    def action_sort(self) -> None:
        """Sort by the next column."""
        columns = [by for by in SortBy if by is not SortBy.PROGRAM or self.feeds.shows_all]
        at = columns.index(self.table.order.sort_by)
        self._sort(columns[(at + 1) % len(columns)])

    def _sort(self, by: SortBy) -> None:
        self.table.rearrange(sort_by=by, is_reversed=False)
        self._status.show_message(f"sorted by {'number' if by is SortBy.NUMBER else by.value}")
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

    def action_group(self) -> None:
        """List groups as such, or each task by itself."""
        is_grouped = not self.table.order.is_grouped
        self.table.rearrange(is_grouped=is_grouped)
        self._status.show_message("grouped" if is_grouped else "not grouped")
        self.refresh_view()

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
        def on_choice(choice: ConnectionInfo | Literal["all"] | None) -> None:
            if choice is not None:
                self._open_engine(None if choice == "all" else choice)

        self.push_screen(EngineChooser(choose_first=not self.feeds.is_open), on_choice)

    def action_all_programs(self) -> None:
        """Show the tasks of all programs."""
        self._open_engine(None)

    def action_follow(self) -> None:
        """Attach to the successor of the ended engine."""
        if self.feeds.successor is not None:
            self._open_engine(self.feeds.successor)

    def action_flame(self) -> None:
        """Sample where the task of the details spends its time, for ten seconds; or stop."""
        if trouble := self._details.toggle_flame(self.feeds):
            self._status.show_message(trouble)

    def action_help(self) -> None:
        """Show the keys."""
        self.push_screen(Help())

    def action_theme(self) -> None:
        """Switch between the dark and the light theme."""
        if self._has_colours:
            self.theme = "textual-dark" if self.theme == "textual-light" else "textual-light"
