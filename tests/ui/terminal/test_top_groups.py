"""Groups and several programs in `top`: what is listed, and what the keys do to it."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, cast

import msgspec
import pytest
from fake_feed import NOW, FakeFeed, connection, fake_top, info, sixty_rows
from textual.pilot import Pilot
from top_driver import lines_of, run_top, until, until_gone

from scaler_lab.core.messages import TaskId
from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.feed.connection import FeedConnection
from scaler_lab.runtime.runtime_dir import ConnectionInfo
from scaler_lab.ui.terminal.top.app import TopApp
from scaler_lab.ui.terminal.top.groups import GroupRow, group_id_of
from scaler_lab.ui.terminal.top.sorting import SortBy
from scaler_lab.ui.terminal.top.task_order import TaskOrder

pytestmark = pytest.mark.usefixtures("utc")


def _by_id(rows: list[TaskInfo]) -> dict[TaskId, TaskInfo]:
    return {row.task_id: row for row in rows}


def _member(number: int, name: str, status: Status, first: int) -> TaskInfo:
    return info(number, status, f"{name}[{number - first}]", group_name=name)


def test_two_groups_of_one_name_are_two_rows() -> None:
    first = [_member(n, "fit", Status.QUEUED, 1) for n in range(1, 4)]
    second = [_member(n, "fit", Status.QUEUED, 4) for n in range(4, 6)]
    assert len({group_id_of(row) for row in first}) == 1
    assert {group_id_of(row) for row in first}.isdisjoint({group_id_of(row) for row in second})
    order = TaskOrder()
    order.start_over(_by_id([*first, *second]))
    groups = [order.row(row_id) for row_id in order]
    assert all(isinstance(group, GroupRow) for group in groups)
    assert [len(list(order.tasks(row_id))) for row_id in order] == [3, 2]


def test_a_displayed_group_and_a_group_of_one_need_no_row() -> None:
    order = TaskOrder()
    members = [_member(n, "fit", Status.QUEUED, 1) for n in range(1, 4)]
    order.start_over(_by_id(members))
    assert list(order) == [row.task_id for row in members]
    alone = _member(4, "load", Status.QUEUED, 4)
    order.start_over(_by_id([*members, alone]))
    assert list(order)[1:] == [alone.task_id]
    assert len(list(order.tasks(order[0]))) == 3


def test_groups_that_fit_start_unfolded_and_a_choice_holds() -> None:
    rows = [_member(n, "few", Status.QUEUED, 1) for n in range(1, 4)]
    rows += [_member(n, "many", Status.QUEUED, 4) for n in range(4, 40)]
    order = TaskOrder()
    order.start_over(_by_id(rows))
    order.fit(10)
    few, many = order[0], order[4]
    assert [order.is_folded(few), order.is_folded(many)] == [False, True]
    assert len(order) == 5
    order.fold(few, True)
    order.fold(many, False)
    order.fit(60)
    assert [order.is_folded(few), order.is_folded(many)] == [True, False]
    assert [order.is_member(row_id) for row_id in order] == [False] * 2 + [True] * 36


@pytest.mark.parametrize("seed", range(30))
def test_an_updated_order_is_that_of_a_new_start(seed: int) -> None:
    chance = random.Random(seed)
    rows: dict[TaskId, TaskInfo] = {}
    order = TaskOrder(lambda task_id: f"program {int(task_id, 16) % 3}")
    order.start_over(rows)
    sort_by, is_reversed = chance.choice(list(SortBy)), chance.random() < 0.3
    order.choose(sort_by=sort_by, is_reversed=is_reversed)
    order.fit(chance.randrange(60))
    for _ in range(12):
        for _ in range(chance.choice([1, 5, 60])):
            number = chance.randrange(1, 90)
            task_id = TaskId(f"{number:032x}")
            name, first = chance.choice([("fit", 0), ("fit", 30), ("load", 0), ("", 0)])
            if task_id in rows and chance.random() < 0.2:
                del rows[task_id]
            elif task_id in rows:
                status = chance.choice(list(Status))
                rows[task_id] = msgspec.structs.replace(
                    info(number, status, rows[task_id].name),
                    group_name=rows[task_id].group_name,
                    version=chance.randrange(1000),
                )
            elif name and number >= first:
                rows[task_id] = _member(number, name, Status.QUEUED, first)
            else:
                rows[task_id] = info(number, Status.RUNNING, "alone")
            order.note([task_id])
        group_ids = [row_id for row_id in order if isinstance(order.row(row_id), GroupRow)]
        if group_ids and chance.random() < 0.5:
            order.fold(chance.choice(group_ids), chance.random() < 0.5)
        order.settle()
        lines = list(order)
        assert lines == [order[n] for n in range(len(order))], "by line"
        assert [order.index_of(row_id) for row_id in lines] == list(range(len(order))), "by id"
        tasks = {row.task_id for row_id in lines for row in order.tasks(row_id)}
        assert tasks == set(rows), "all are there"
        order.choose(search="")  # sorts everything anew
        assert lines == list(order)


def test_keys_fold_and_act_on_a_group() -> None:
    fake_feed = FakeFeed(sixty_rows())
    app = fake_top(fake_feed, is_grouped=True)

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, app, "+ fit", "4/59", "1 failed", "日本語のタスク")
        await pilot.press("down", "enter")
        await until(pilot, app, "- fit", "fit[5]", "ValueError: no such")
        await pilot.press("down", "down")
        assert app.table.cursor == f"{3:032x}"
        await pilot.press("left")
        await until_gone(pilot, app, "fit[5]")
        await pilot.press("right")
        await until(pilot, app, "fit[5]")
        await pilot.press("enter")
        await until_gone(pilot, app, "fit[5]")
        await pilot.press("space")
        await until(pilot, app, "59 selected")
        await pilot.press("escape", "up", "c")
        await until(pilot, app, "55 cancelling", "4 were done before")
        await pilot.press("f")
        await until(pilot, app, "open only: 56 of 60", "fit[5]")
        await pilot.press("escape")
        await until_gone(pilot, app, "fit[5]")
        await pilot.press("z")
        await until(pilot, app, "not grouped", "fit[5]")

    run_top(app, play)
    [(asked, force)] = fake_feed.asked
    assert len(asked) == 55
    assert not force


def test_a_cancel_of_several_running_tasks_asks_first() -> None:
    rows = [_member(n, "fit", Status.RUNNING, 1) for n in range(1, 30)]
    fake_feed = FakeFeed([*rows, info(30, Status.QUEUED, "report")])
    app = fake_top(fake_feed, is_grouped=True)

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, app, "+ fit")
        await pilot.press("down", "c")
        await until(pilot, app, "Cancel 29 tasks?")
        await pilot.press("n")
        assert fake_feed.asked == []
        await pilot.press("ctrl+a", "c")
        await until(pilot, app, "Cancel 30 tasks, 29 of them running?")
        await pilot.press("y")
        await until(pilot, app, "30 cancelling")

    run_top(app, play)
    assert [len(asked) for asked, _ in fake_feed.asked] == [30]


# -- all programs ----------------------------------------------------------------------------------


class _Engines:
    """Fake engines, each with its own rows."""

    def __init__(self) -> None:
        self.running: list[ConnectionInfo] = []
        self.feeds: dict[str, FakeFeed] = {}

    def start(self, name: str, rows: list[TaskInfo], **more: Any) -> FakeFeed:
        engine = connection(name, f"{name}.py")
        engine = msgspec.structs.replace(engine, engine_id=name, **more)
        self.running.append(engine)
        feed = self.feeds[name] = FakeFeed(rows)
        return feed

    def connect(self, engine: ConnectionInfo, view: str) -> FakeFeed:
        return self.feeds[engine.engine_id](engine, view)

    def app(self) -> TopApp:
        connect = cast("Callable[[ConnectionInfo, str], FeedConnection]", self.connect)
        return TopApp(shows_all=True, clock=lambda: NOW, connect=connect)


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch) -> _Engines:
    engines = _Engines()
    monkeypatch.setattr(
        "scaler_lab.ui.terminal.top.engine_feeds.find_engines", lambda: engines.running
    )
    monkeypatch.setattr("scaler_lab.ui.terminal.top.engine_feeds.ENGINES_INTERVAL", 0.0)
    return engines


def _alone(number: int, status: Status, name: str) -> TaskInfo:
    return info(number, status, name, task_id=TaskId(name.encode().hex().ljust(32, "0")))


def test_all_programs_are_in_one_list(engines: _Engines) -> None:
    train = engines.start("train", [_alone(1, Status.RUNNING, "fit")])
    night = engines.start(
        "night", [_alone(1, Status.RUNNING, "load"), _alone(2, Status.QUEUED, "save")]
    )
    app = engines.app()

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, app, "2 programs   4 workers", "program", "train.py", "night.py")
        await pilot.press("ctrl+a", "c")
        await until(pilot, app, "Cancel 3 tasks, 2 of them running: 2 of night.py, 1 of train.py?")
        await pilot.press("y")
        await until(pilot, app, "3 cancelling")
        engines.start("late", [_alone(7, Status.SUCCEEDED, "late one")], client="prices")
        await until(pilot, app, "3 programs", "late one", "prices")
        train.mirror.end("its client ended", at=NOW)
        await until(pilot, app, "2 programs", "engine ended", "train.py")
        await pilot.press("slash", *"prices", "enter")
        await until(pilot, app, "with 'prices': 1 of 4")

    run_top(app, play)
    assert [len(asked) for asked, _ in train.asked] == [1]
    assert [len(asked) for asked, _ in night.asked] == [2]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_program_has_its_column_at_every_width(engines: _Engines, width: int) -> None:
    engines.start("train", sixty_rows())
    engines.start("night", [_alone(1, Status.RUNNING, "a_task_with_a_long_name")])
    app = engines.app()

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, app, "train.py", "night.py", "4/59")
        assert {len(line) <= width for line in lines_of(app)} == {True}

    run_top(app, play, (width, 20))


def test_the_tasks_of_clients_that_share_an_engine_have_a_column_for_the_client() -> None:
    prices = info(1, Status.RUNNING, "fit", client="prices (a.ipynb)")
    other = info(2, Status.RUNNING, "load", client="b.ipynb")
    for rows, expected in (([prices], False), ([prices, other], True)):
        app = fake_top(FakeFeed(rows))

        async def play(pilot: Pilot[None], app: TopApp = app, expected: bool = expected) -> None:
            await until(pilot, app, "▸ running")
            header = next(line for line in lines_of(app) if "what happened" in line)
            assert expected == ("program" in header)
            if expected:
                await until(pilot, app, "prices", "ynb)", "b.ipynb")
                await pilot.press("ctrl+a", "c")
                await until(pilot, app, "1 of prices (a.ipynb)", "1 of b.ipynb")

        run_top(app, play)
