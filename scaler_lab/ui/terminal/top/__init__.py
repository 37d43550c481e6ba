"""``scaler-lab top``: an interactive screen for running engines, started in another terminal.

=====================  ===========================================================
`groups`               the tasks of one `map`, as one row (pure)
`sorting`              rows in a sorted order (pure)
`task_order`           which rows are shown, in which order, and what is folded (pure)
`rows`                 formats a task or group as a line of the table (pure)
`lines`                everything that the content of one line depends on (pure)
`cancel_tracker`       summarizes how the cancels requested here ended (pure)
`engine_feeds`         the connections to one engine, or to all
`commands`             cancel, kill and retry, after a question if need be
`task_table`           the widget that draws the visible lines
`summary`, `table_header`, `status_line`, `details_pane`, `workers_pane`, `screens`
                       the other widgets
`colours`              dark and light
`app`                  keys, and the events between the widgets
=====================  ===========================================================

`top` imports textual only when it is called.
"""

from __future__ import annotations


def top(engine: str | None = None, *, shows_all: bool = False, is_light: bool = False) -> None:
    """Run the interactive screen until the person quits.

    Args:
        engine: The name, id, program or process id of the engine to show.  None attaches to the
            only running engine, or shows a list to choose from.
        shows_all: Whether to show the tasks of all engines in one list.
        is_light: Whether to start with the light theme.

    Raises:
        EngineNotFound: The engine doesn't exist.
    """
    from scaler_lab.feed.discovery import find_engine
    from scaler_lab.ui.terminal.top.app import TopApp

    found = None if engine is None else find_engine(engine)
    TopApp(found, shows_all=shows_all, is_light=is_light).run()
