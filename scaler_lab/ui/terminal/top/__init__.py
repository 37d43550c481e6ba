"""``scaler-lab top``: an interactive screen on a running engine, from another terminal.

=====================  ===========================================================
`sorting`              which tasks, in which order (pure)
`rows`                 how one looks as a line (pure)
`cancel_tracker`       what became of the cancels asked here (pure)
`task_table`           the widget that draws the lines in sight
`summary`, `table_header`, `details_pane`, `workers_pane`, `screens`
                       the other widgets
`colours`              dark and light
`app`                  keys, the connection, and who tells whom
=====================  ===========================================================

textual is imported by `top` only when it is run.
"""

from __future__ import annotations


def top(engine: str | None = None, *, is_light: bool = False) -> None:
    """Run it until the person quits.  Raises `EngineNotFound`."""
    from scaler_lab.feed.discovery import find_engine
    from scaler_lab.ui.terminal.top.app import TopApp

    found = None if engine is None else find_engine(engine)
    TopApp(found, is_light=is_light).run()
