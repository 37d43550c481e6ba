"""``scaler-lab top``: an interactive screen for a running engine, started in another terminal.

=====================  ===========================================================
`sorting`              which tasks are shown, in which order (pure)
`rows`                 formats a task as a line of the table (pure)
`cancel_tracker`       summarizes how the cancels requested here ended (pure)
`task_table`           the widget that draws the visible lines
`summary`, `table_header`, `details_pane`, `workers_pane`, `screens`
                       the other widgets
`colours`              dark and light
`app`                  keys, the connection, and the events between the widgets
=====================  ===========================================================

`top` imports textual only when it is called.
"""

from __future__ import annotations


def top(engine: str | None = None, *, is_light: bool = False) -> None:
    """Run the interactive screen until the person quits.

    Args:
        engine: The name, id, program or process id of the engine to show.  None attaches to the
        only
            running engine, or shows a list to choose from.
        is_light: Whether to start with the light theme.

    Raises:
        EngineNotFound: There is no such engine.
    """
    from scaler_lab.feed.discovery import find_engine
    from scaler_lab.ui.terminal.top.app import TopApp

    found = None if engine is None else find_engine(engine)
    TopApp(found, is_light=is_light).run()
