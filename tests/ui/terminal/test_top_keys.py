"""What keys and the mouse do in `top`, on a feed that stands still."""

from __future__ import annotations

import pytest
from fake_feed import NOW, FakeFeed, connection, fake_top, info, sixty_rows
from textual.pilot import Pilot
from textual.widgets import OptionList
from top_driver import run_top, until, until_gone

from scaler_lab.core.messages import TaskId
from scaler_lab.core.state_machine import Status
from scaler_lab.feed import messages
from scaler_lab.ui.terminal.top.screens import EngineChooser

pytestmark = pytest.mark.usefixtures("utc")


def test_search_and_filter_and_sort_choose_what_is_shown() -> None:
    app = fake_top(FakeFeed(sixty_rows()))

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, app, "fit[10]")
        await pilot.press("slash")
        await pilot.press(*"column")
        await until(pilot, app, "with 'column': 1 of 60")
        await pilot.press("enter")
        await until(pilot, app, "ValueError")
        await pilot.press("escape")
        await until(pilot, app, "fit[10]")

        await pilot.press("f")
        await until(pilot, app, "open only: 56 of 60")
        await pilot.press("F", "F")
        await until(pilot, app, "cancelled only: 2 of 60")
        await pilot.press("escape")
        assert len(app.table.order) == 60

        await pilot.press("s")
        await until(pilot, app, "sorted by number", "#▾")
        assert [int(i, 16) for i in app.table.order] == list(range(1, 61))
        await pilot.press("S")
        assert [int(i, 16) for i in app.table.order] == list(range(60, 0, -1))
        await pilot.press("slash")
        await pilot.press(*"nothing like it")
        await until(pilot, app, "no such tasks", "0 of 60")

    run_top(app, play)


def test_the_mouse_selects_opens_sorts_and_filters() -> None:
    app = fake_top(FakeFeed(sixty_rows()))

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, app, "fit[10]")
        await pilot.click("#tasks", offset=(5, 1))
        assert app.table.cursor == f"{3:032x}"
        await pilot.click("#tasks", offset=(5, 3), shift=True)
        assert len(app.table.selected) == 3
        await pilot.click("#tasks", offset=(5, 2), control=True)
        assert len(app.table.selected) == 2
        await pilot.click("#header", offset=(17, 0))
        await until(pilot, app, "#▾")
        await pilot.click("#header", offset=(17, 0))
        await until(pilot, app, "#▴")
        await pilot.click("#summary", offset=(3, 2))
        await until(pilot, app, "cancelling only: 1 of 60")
        await pilot.click("#summary", offset=(3, 2))
        await until_gone(pilot, app, "cancelling only")
        assert not app.table.order.is_filtered
        await pilot.click("#tasks", offset=(5, 0), times=2)
        await until(pilot, app, "日本語のタスク", "submitted")

    run_top(app, play)


def test_one_ask_for_all_selected() -> None:
    fake_feed = FakeFeed(sixty_rows())
    app = fake_top(fake_feed)

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, app, "fit[10]")
        await pilot.press("ctrl+a")
        await until(pilot, app, "60 selected")
        await pilot.press("c")
        await until(pilot, app, "56 cancelling", "4 were done before")
        await pilot.press("down", "down", "C")
        await until(pilot, app, "Kill the worker of #3 fit[3]?")
        await pilot.press("y")

    run_top(app, play)
    [(all_open, force), (one, forced)] = fake_feed.asked
    assert len(all_open) == 56
    assert not force
    assert one == [f"{3:032x}"]
    assert forced


def test_a_cursor_is_on_a_task_and_gone_when_that_is_carried_out_of_sight() -> None:
    rows = sixty_rows()
    fake_feed = FakeFeed(rows)
    app = fake_top(fake_feed)

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, app, "fit[10]")
        await pilot.press("down", "down", "down", "down")
        assert app.table.chosen == [rows[6]]
        running = info(7, Status.RUNNING, started_at=NOW - 1)
        fake_feed.mirror.on_message(messages.Changes(1, 2, [running], [], {}))
        app.refresh_view()
        assert app.table.chosen == [running]
        assert app.table.order.index_of(TaskId(f"{7:032x}")) == 2
        done = info(7, Status.SUCCEEDED, ended_at=NOW)
        fake_feed.mirror.on_message(messages.Changes(2, 3, [done], [], {}))
        app.refresh_view()
        assert app.table.cursor is None
        await pilot.press("c")
        await until(pilot, app, "choose a task first")

    run_top(app, play)
    assert fake_feed.asked == []


def test_help_and_questions_close_with_their_keys() -> None:
    app = fake_top(FakeFeed(sixty_rows()))

    def screen() -> str:
        return type(app.screen).__name__

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, app, "fit[10]")
        await pilot.press("question_mark")
        assert screen() == "Help"
        await pilot.press("escape")
        await pilot.press("ctrl+a", "C")
        assert screen() == "Question"
        await pilot.press("escape")
        assert len(app.screen_stack) == 1
        await pilot.press("q")

    run_top(app, play)
    assert app.return_code == 0


def test_the_chooser_keeps_its_place_when_engines_come(monkeypatch: pytest.MonkeyPatch) -> None:
    app = fake_top(FakeFeed(sixty_rows()))
    engines = [connection("1-a", "\x1b[2J[/]"), connection("22-b")]
    monkeypatch.setattr("scaler_lab.ui.terminal.top.screens.find_engines", lambda: engines)

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, app, "fit[10]")
        await pilot.press("e")
        assert isinstance(app.screen, EngineChooser)
        await until(pilot, app, r"\x1b[2J[/] (1-a)", "train.py (22-b)")
        assert app.screen.query_one(OptionList).highlighted == 0

    run_top(app, play)
