"""`top`, played with keys and mouse: on a real engine, and on a feed that stands still.

After a change of looks that is meant: ``GOLDEN=write python -m pytest tests/test_top.py``, then
look at what changed in ``tests/golden``.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from rich.style import Style
from scenes import PATIENCE_SECONDS, held
from textual.pilot import Pilot
from textual.widgets import OptionList

from scaler_lab import Client, LocalEngine, Resolution
from scaler_lab.facts.lifecycle import Status
from scaler_lab.facts.messages import ProfileResult, Progress, TaskId
from scaler_lab.machine import runtime_folder
from scaler_lab.machine.runtime_folder import Connection
from scaler_lab.memory.board import TaskFacts
from scaler_lab.ports import feed
from scaler_lab.testing import _work
from scaler_lab.windows.feed_connection import FeedConnection
from scaler_lab.windows.feed_mirror import FeedMirror
from scaler_lab.windows.terminal.top.app import TopApp
from scaler_lab.windows.terminal.top.cancel_watch import CancelWatch
from scaler_lab.windows.terminal.top.screens import EngineChooser

GOLDEN = Path(__file__).parent / "golden"
NOW = 1_700_000_000.0

_Play = Callable[[Pilot[None]], Awaitable[None]]


def _play(app: TopApp, play: _Play, size: tuple[int, int] = (100, 24)) -> None:
    """Run *app* without a terminal, under what *play* does."""

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await play(pilot)

    asyncio.run(run())


def _lines(app: TopApp) -> list[str]:
    """What is on the screen."""
    strips = app.screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage]
    return [strip.text.rstrip() for strip in strips]


def _screen(app: TopApp) -> str:
    return "\n".join(_lines(app)) + "\n"


async def _until(pilot: Pilot[None], app: TopApp, *texts: str) -> None:
    """Wait until all of *texts* are on the screen."""
    end = time.monotonic() + PATIENCE_SECONDS
    while any(text not in _screen(app) for text in texts):
        if time.monotonic() > end:
            missing = [text for text in texts if text not in _screen(app)]
            pytest.fail(f"{missing} never came; there is:\n{_screen(app)}")
        await pilot.pause(0.02)


async def _until_still(pilot: Pilot[None], app: TopApp) -> str:
    """What is on the screen once it looks the same for half a second."""
    end = time.monotonic() + PATIENCE_SECONDS
    shown, since = _screen(app), time.monotonic()
    while time.monotonic() < since + 0.5:
        assert time.monotonic() < end, "it never stands still"
        await pilot.pause(0.05)
        if (now := _screen(app)) != shown:
            shown, since = now, time.monotonic()
    return shown


async def _until_it_is(pilot: Pilot[None], app: TopApp, picture: str) -> str:
    """Wait until the screen is *picture*, for parts of it are drawn late; what it is at last."""
    end = time.monotonic() + PATIENCE_SECONDS
    while (shown := _screen(app)) != picture and time.monotonic() < end:
        await pilot.pause(0.02)
    return shown


def _top_on(client: Client) -> TopApp:
    assert isinstance(client.engine, LocalEngine)
    return TopApp(runtime_folder.find(client.engine.name))


def _boom() -> None:
    raise ValueError("no such column")


# -- on a real engine ------------------------------------------------------------------------------


def test_c_cancels_the_task_under_the_cursor_and_says_how_it_was_settled(
    local_client: Client, tmp_path: Path
) -> None:
    future = held(local_client, tmp_path)
    app = _top_on(local_client)

    async def play(pilot: Pilot[None]) -> None:
        await _until(pilot, app, "▸ running", "hold")
        await pilot.press("c")
        await _until(pilot, app, "choose a task first")
        assert not future.done()
        await pilot.press("down", "c")
        await _until(pilot, app, "⊘ cancelled", "#1 hold: interrupted,")

    _play(app, play)
    local_client.cancel([future], PATIENCE_SECONDS)
    assert future.cancel_resolution is Resolution.INTERRUPTED
    facts = local_client.board.facts(future.task_id)
    assert facts is not None
    assert facts.cancel_asked_by == "top"


def test_a_row_says_cancelling_until_the_engine_has_answered(tmp_path: Path) -> None:
    with Client(n_workers=1, grace=60) as client:
        client.submit(_work.beat_stubbornly, str(tmp_path), "held")
        _work.wait_for_start(str(tmp_path), "held", PATIENCE_SECONDS)
        app = _top_on(client)

        async def play(pilot: Pilot[None]) -> None:
            await _until(pilot, app, "▸ running")
            await pilot.press("down", "c")
            await _until(pilot, app, "◌ cancelling", "asked", "1 cancelling")
            await pilot.press("down", "C")  # one task: no question
            await _until(pilot, app, "⊘ cancelled", "#1 beat_stubbornly: killed,")

        _play(app, play)


def test_several_are_selected_and_killed_after_a_question(
    local_client: Client, tmp_path: Path
) -> None:
    futures = [held(local_client, tmp_path, key) for key in ("one", "two")]
    app = _top_on(local_client)

    async def play(pilot: Pilot[None]) -> None:
        await _until(pilot, app, "2 running")
        await pilot.press("down", "shift+down")
        await _until(pilot, app, "2 selected", "▌●")
        await pilot.press("C")
        await _until(pilot, app, "Kill 2 tasks at once?")
        await pilot.press("n")
        await pilot.pause(0.2)
        assert not any(future.done() for future in futures)
        await pilot.press("C")
        await _until(pilot, app, "Kill 2 tasks at once?")
        await pilot.press("y")
        await _until(pilot, app, "⊘ 2 cancelled", "2 killed; within")

    _play(app, play)


def test_all_queued_are_cancelled_and_what_runs_goes_on(
    local_client: Client, tmp_path: Path
) -> None:
    running = [held(local_client, tmp_path, key) for key in ("one", "two")]
    local_client.submit_each(time.sleep, [3600.0] * 30)
    app = _top_on(local_client)

    async def play(pilot: Pilot[None]) -> None:
        await _until(pilot, app, "30 queued")
        await pilot.press("X")
        await _until(pilot, app, "Cancel all 30 tasks that are queued?")
        await pilot.press("y")
        await _until(pilot, app, "⊘ 30 cancelled", "30 never started")
        await pilot.press("X")
        await _until(pilot, app, "nothing is queued")

    _play(app, play)
    assert not any(future.done() for future in running)
    _work.release(str(tmp_path))


def test_a_done_task_is_not_asked_again(local_client: Client) -> None:
    local_client.submit(abs, -1).result(PATIENCE_SECONDS)
    app = _top_on(local_client)

    async def play(pilot: Pilot[None]) -> None:
        await _until(pilot, app, "✓ succeeded")
        await pilot.press("down", "c")
        await _until(pilot, app, "#1 abs is done already")

    _play(app, play)


def test_details_show_the_traceback_and_the_settlement(
    local_client: Client, tmp_path: Path
) -> None:
    assert local_client.submit(_boom).exception(PATIENCE_SECONDS)
    future = held(local_client, tmp_path)
    app = _top_on(local_client)

    async def play(pilot: Pilot[None]) -> None:
        await _until(pilot, app, "✗ failed", "▸ running")
        await pilot.press("down", "down", "enter")
        await _until(pilot, app, "#1  _boom", "Traceback (most recent call last):", "in _boom")
        await pilot.press("up")
        await _until(pilot, app, "#2  hold", "runs", "since")
        await pilot.press("c")
        await _until(pilot, app, "settled", "interrupted,", "after the ask", "by top")
        await pilot.press("escape")
        await pilot.pause(0.1)
        assert "settled" not in _screen(app)

    _play(app, play, (100, 40))
    assert future.cancel()


def test_a_retry_is_asked_of_the_program(local_client: Client) -> None:
    future = local_client.submit(_boom)
    assert future.exception(PATIENCE_SECONDS)
    app = _top_on(local_client)

    async def play(pilot: Pilot[None]) -> None:
        await _until(pilot, app, "✗ failed")
        await pilot.press("down", "R")
        await _until(pilot, app, "asked the program to submit 1 call again", "✗ 2 failed")

    _play(app, play)


def test_workers_are_shown_with_what_they_are_at(local_client: Client, tmp_path: Path) -> None:
    held(local_client, tmp_path)
    app = _top_on(local_client)

    async def play(pilot: Pilot[None]) -> None:
        await _until(pilot, app, "▸ running")
        await pilot.press("w")
        await _until(pilot, app, "busy", "#1 hold", "spare", "pid")
        await pilot.press("w")
        await _until(pilot, app, "▸ running")

    _play(app, play)


def test_the_programs_end_is_said_and_its_next_start_attached_to() -> None:
    first = LocalEngine(n_workers=1, name="night").start()
    client = Client(first)
    client.submit(abs, -1).result(PATIENCE_SECONDS)
    app = TopApp(runtime_folder.find("night"))
    engines = [first]

    async def play(pilot: Pilot[None]) -> None:
        await _until(pilot, app, "✓ succeeded")
        await asyncio.to_thread(client.shutdown)
        await asyncio.to_thread(first.stop)
        await _until(pilot, app, "ended", "it was told to stop", "waits for it", "✓ succeeded")
        await pilot.press("down", "c", "X", "R")
        assert app.table.is_stale
        engines.append(await asyncio.to_thread(LocalEngine(n_workers=1, name="night").start))
        await _until(pilot, app, "it started again", "no tasks yet")
        assert not app.table.is_stale

    try:
        _play(app, play)
    finally:
        for engine in engines:
            engine.stop()


def test_who_reads_is_offered_the_next_start_and_not_torn_away() -> None:
    first = LocalEngine(n_workers=1, name="night").start()
    engines = [first]
    client = Client(first)
    client.submit(abs, -1).result(PATIENCE_SECONDS)
    app = TopApp(runtime_folder.find("night"))

    async def play(pilot: Pilot[None]) -> None:
        await _until(pilot, app, "✓ succeeded")
        await pilot.press("down", "enter")
        await _until(pilot, app, "#1  abs")
        await asyncio.to_thread(client.shutdown)
        await asyncio.to_thread(first.stop)
        await _until(pilot, app, "ended")
        engines.append(await asyncio.to_thread(LocalEngine(n_workers=1, name="night").start))
        await _until(pilot, app, "r: ", "which runs now", "#1  abs")
        await pilot.press("r")
        await _until(pilot, app, "no tasks yet")

    try:
        _play(app, play)
    finally:
        for engine in engines:
            engine.stop()


def test_a_killed_scheduler_is_noticed() -> None:
    client = Client(n_workers=1)
    app = _top_on(client)
    host = runtime_folder.running()[-1]

    async def play(pilot: Pilot[None]) -> None:
        await _until(pilot, app, "no tasks yet")
        os.kill(host.pid, signal.SIGKILL)
        await _until(pilot, app, "ended", "its process is gone")

    _play(app, play)
    client.shutdown()
    runtime_folder.sweep()


def test_with_several_engines_one_is_chosen() -> None:
    with (
        LocalEngine(n_workers=1, name="day") as day,
        LocalEngine(n_workers=1, name="night") as night,
        Client(day) as one,
        Client(night) as other,
    ):
        one.submit(abs, -1).result(PATIENCE_SECONDS)
        other.submit(len, "ab").result(PATIENCE_SECONDS)
        app = TopApp()

        async def play(pilot: Pilot[None]) -> None:
            await _until(pilot, app, "Choose what to look at", "(day)", "(night)")
            await pilot.press("down", "enter")
            await _until(pilot, app, "(day)", "✓ succeeded", "abs")
            await pilot.press("e")
            await _until(pilot, app, "Choose what to look at")
            await pilot.press("escape")
            await pilot.pause(0.1)
            assert "abs" in _screen(app)

        _play(app, play)


def test_with_no_engine_it_waits_for_one() -> None:
    app = TopApp()
    clients: list[Client] = []

    async def play(pilot: Pilot[None]) -> None:
        await _until(pilot, app, "Nothing of yours is running")
        clients.append(await asyncio.to_thread(Client, n_workers=1))
        await _until(pilot, app, "no tasks yet", "1 worker")

    try:
        _play(app, play)
    finally:
        for client in clients:
            client.shutdown()


# -- on a feed that stands still -------------------------------------------------------------------


def _connection(name: str = "812-08a6", program: str = "train.py") -> Connection:
    return Connection(
        engine_id=f"{len(name):032x}",
        name=name,
        program=program,
        pid=812,
        n_workers=2,
        started_at=NOW - 60,
        address="",
        feed="",
        lifeline="",
        folder="",
        blobs="",
        owned=True,
        protocol=1,
        version="1",
        python="3.11",
    )


class StillFeed:
    """What `FeedConnection` is to the app, over rows that the test gives."""

    def __init__(self, rows: list[TaskFacts], ended: str | None = None) -> None:
        self.engine = _connection()
        self.asked: list[tuple[list[TaskId], bool]] = []
        self.mirror = FeedMirror("top")
        self.mirror.on_message(feed.Welcome(feed.PROTOCOL, "host", "812-08a6", 812, 2))
        counts = {status.value: sum(r.status is status for r in rows) for status in Status}
        workers = [
            feed.WorkerRow("worker 1", 820, "busy", TaskId(f"{3:032x}"), 41),
            feed.WorkerRow("worker 2", 821, "idle", None, 40),
            feed.WorkerRow("worker 3", 822, "spare"),
        ]
        self.mirror.on_message(feed.Snapshot(1, 0, 1, rows, counts, workers))
        self._ended = ended

    def __call__(self, engine: Connection, window: str) -> StillFeed:
        """Stands for the class."""
        assert window == "top"
        self.engine = engine
        return self

    def read(self) -> bool:
        if self._ended is not None:
            self.mirror.end(self._ended)
        return False

    def ask_cancel(
        self, task_ids: list[TaskId], *, force: bool = False, only_queued: bool = False
    ) -> list[int]:
        assert not only_queued
        self.asked.append((task_ids, force))
        return []

    def ask_details(self, task_id: TaskId, output_bytes: int = 0) -> int:
        del output_bytes
        self.mirror.details[1] = feed.Details(
            1,
            task_id,
            None,
            "Traceback (most recent call last):\n  …\nValueError: no such column",
            "epoch 1\n10%\r20%\r\n\x1b[2Jno colours",
            1_000_000,
            ProfileResult(0.001, 3.0, 2.5, 123_000_000, 1_500, 80),
        )
        return 1

    def close(self) -> None:
        pass


def _fact(number: int, status: Status, name: str = "", **more: Any) -> TaskFacts:
    started = None if status is Status.QUEUED else NOW - 20 + number
    ended = NOW - 15 + number if status.is_done else None
    worker = f"worker {1 + number % 2}" if started else ""
    facts: dict[str, Any] = {
        "name": name or f"fit[{number}]",
        "group_name": "" if name else "fit",
        "worker": worker,
        "started_at": started,
        "ended_at": ended,
    } | more
    return TaskFacts(
        task_id=TaskId(f"{number:032x}"),
        number=number,
        status=status,
        version=number,
        submitted_at=NOW - 30,
        **facts,
    )


def _rows() -> list[TaskFacts]:
    cancelled: dict[str, Any] = {
        "cancel_asked_at": NOW - 11,
        "cancel_asked_by": "top",
        "cancel_resolution": Resolution.INTERRUPTED,
        "cancel_seconds": 0.0042,
    }
    never = cancelled.copy()
    never.update(cancel_resolution=Resolution.NEVER_STARTED, cancel_seconds=0.0004)
    return [
        _fact(1, Status.SUCCEEDED),
        _fact(2, Status.FAILED, error="ValueError: no such column", output_bytes=1_000_029),
        _fact(3, Status.RUNNING, progress=Progress(700, 1000, "epoch \x1b[2J7")),
        _fact(4, Status.CANCELLED, **cancelled),
        _fact(5, Status.CANCELLING, cancel_asked_at=NOW - 2.5, cancel_asked_by="top"),
        _fact(
            6,
            Status.CANCELLED,
            started_at=None,
            **never,
        ),
        *(_fact(number, Status.QUEUED) for number in range(7, 60)),
        _fact(60, Status.QUEUED, "日本語のタスク"),
    ]


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[StillFeed], TopApp]]:
    """Makes an app on a still feed, at a still clock."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()

    def make(still_feed: StillFeed) -> TopApp:
        connect = cast("Callable[[Connection, str], FeedConnection]", still_feed)
        return TopApp(_connection(), clock=lambda: NOW, connect=connect)

    yield make
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(("width", "height"), [(80, 24), (160, 45)])
@pytest.mark.parametrize("view", ["tasks", "details", "workers", "help", "ended"])
def test_the_picture_is_the_golden_one(
    width: int, height: int, view: str, still: Callable[[StillFeed], TopApp]
) -> None:
    app = still(StillFeed(_rows(), "its client ended" if view == "ended" else None))
    golden = GOLDEN / f"top_{view}_{width}.txt"
    is_new = os.environ.get("GOLDEN") == "write"
    picture = "" if is_new else golden.read_text(encoding="utf-8")
    drawn: list[str] = []

    async def play(pilot: Pilot[None]) -> None:
        await _until(pilot, app, "◌ cancelling")
        match view:
            case "details":
                await pilot.press("down", "down", "down", "enter")
                await _until(pilot, app, "of CPU")
            case "workers":
                await pilot.press("w")
                await _until(pilot, app, "spare")
            case "help":
                await pilot.press("question_mark")
                await _until(pilot, app, "A cancel is a question")
            case "ended":
                await _until(pilot, app, "ended")
            case _:
                await pilot.press("down", "space", "shift+down")
                await _until(pilot, app, "2 selected")
        if is_new:
            drawn.append(await _until_still(pilot, app))
        else:
            drawn.append(await _until_it_is(pilot, app, picture))

    _play(app, play, (width, height))
    if is_new:
        golden.write_text(drawn[0], encoding="utf-8")
    else:
        assert drawn == [picture]


def test_a_narrow_summary_leaves_out_what_has_no_room(
    still: Callable[[StillFeed], TopApp],
) -> None:
    app = still(StillFeed(_rows()))

    async def play(pilot: Pilot[None]) -> None:
        await _until(pilot, app, "◌ cancelling")
        done, bar, counts = _lines(app)[:3]
        assert done.endswith("done")
        assert len(bar) == 39
        assert "◌ 1" in counts

    _play(app, play, (40, 20))


HOSTILE = [
    "\x1b]52;c;aGVsbG8=\x07",
    "\x1b[2J\x1b[6n",
    "\x9b2J",
    "[bold red]not bold[/]",
    "[/]",
    "[link=https://example.org]click[/link]",
    "[@click=app.quit]quit[/]",
    "user@host $ \r rm -rf",
    "\u202egnp.exe",
    "a\nb\tc",
    "\ud800 lone",
    "😀" * 100,
    "x" * 5000,
    "",
]


def test_hostile_texts_show_literally_everywhere(still: Callable[[StillFeed], TopApp]) -> None:
    rows = [
        _fact(n, Status.FAILED, name or " ", error=name, detail=name, group_name=name, worker=name)
        for n, name in enumerate(HOSTILE, 1)
    ]
    app = still(StillFeed(rows))

    async def play(pilot: Pilot[None]) -> None:
        await _until(pilot, app, r"\x1b]52;c;", r"\x9b2J", "[bold red]not bold[/]", r"\u202egnp")
        for _ in HOSTILE:
            await pilot.press("down")
            await pilot.press("enter")
            await pilot.pause()
            shown = _screen(app)
            assert not {c for c in shown if not c.isprintable() and c != "\n"}
            await pilot.press("enter")
        await pilot.press("slash")
        await pilot.press(*"[/]")
        await _until(pilot, app, "with '[/]'")
        assert len(app.table.order) == 3
        svg = app.export_screenshot()
        assert "\x1b" not in svg

    _play(app, play, (160, 45))


def test_search_and_filter_and_sort_choose_what_is_shown(
    still: Callable[[StillFeed], TopApp],
) -> None:
    app = still(StillFeed(_rows()))

    async def play(pilot: Pilot[None]) -> None:
        await _until(pilot, app, "fit[10]")
        await pilot.press("slash")
        await pilot.press(*"column")
        await _until(pilot, app, "with 'column': 1 of 60")
        await pilot.press("enter")
        await _until(pilot, app, "ValueError")
        await pilot.press("escape")
        await _until(pilot, app, "fit[10]")

        await pilot.press("f")
        await _until(pilot, app, "open only: 56 of 60")
        await pilot.press("F", "F")
        await _until(pilot, app, "cancelled only: 2 of 60")
        await pilot.press("escape")
        assert len(app.table.order) == 60

        await pilot.press("s")
        await _until(pilot, app, "sorted by number", "#▾")
        assert [int(i, 16) for i in app.table.order] == list(range(1, 61))
        await pilot.press("S")
        assert [int(i, 16) for i in app.table.order] == list(range(60, 0, -1))
        await pilot.press("slash")
        await pilot.press(*"nothing like it")
        await _until(pilot, app, "no such tasks", "0 of 60")

    _play(app, play)


def test_the_mouse_selects_opens_sorts_and_filters(still: Callable[[StillFeed], TopApp]) -> None:
    app = still(StillFeed(_rows()))

    async def play(pilot: Pilot[None]) -> None:
        await _until(pilot, app, "fit[10]")
        await pilot.click("#tasks", offset=(5, 1))
        assert app.table.cursor == f"{3:032x}"
        await pilot.click("#tasks", offset=(5, 3), shift=True)
        assert len(app.table.selected) == 3
        await pilot.click("#tasks", offset=(5, 2), control=True)
        assert len(app.table.selected) == 2
        await pilot.click("#header", offset=(17, 0))
        await _until(pilot, app, "#▾")
        await pilot.click("#header", offset=(17, 0))
        await _until(pilot, app, "#▴")
        await pilot.click("#summary", offset=(3, 2))
        await _until(pilot, app, "cancelling only: 1 of 60")
        await pilot.click("#summary", offset=(3, 2))
        await pilot.pause(0.2)
        assert not app.table.order.is_filtered
        await pilot.click("#tasks", offset=(5, 0), times=2)
        await _until(pilot, app, "日本語のタスク", "submitted")

    _play(app, play)


def test_one_ask_for_all_selected(still: Callable[[StillFeed], TopApp]) -> None:
    still_feed = StillFeed(_rows())
    app = still(still_feed)

    async def play(pilot: Pilot[None]) -> None:
        await _until(pilot, app, "fit[10]")
        await pilot.press("ctrl+a")
        await _until(pilot, app, "60 selected")
        await pilot.press("c")
        await _until(pilot, app, "56 cancelling", "4 were done before")
        await pilot.press("down", "down", "C")

    _play(app, play)
    [(all_open, force), (one, forced)] = still_feed.asked
    assert len(all_open) == 56
    assert not force
    assert one == [f"{3:032x}"]
    assert forced


def test_a_cursor_is_on_a_task_and_gone_when_that_is_carried_out_of_sight(
    still: Callable[[StillFeed], TopApp],
) -> None:
    rows = _rows()
    still_feed = StillFeed(rows)
    app = still(still_feed)

    async def play(pilot: Pilot[None]) -> None:
        await _until(pilot, app, "fit[10]")
        await pilot.press("down", "down", "down", "down")
        assert app.table.chosen == [rows[6]]
        running = _fact(7, Status.RUNNING, started_at=NOW - 1)
        still_feed.mirror.on_message(feed.Changes(1, 2, [running], [], {}))
        app.look()
        assert app.table.chosen == [running]
        assert app.table.order.index_of(TaskId(f"{7:032x}")) == 2
        done = _fact(7, Status.SUCCEEDED, ended_at=NOW)
        still_feed.mirror.on_message(feed.Changes(2, 3, [done], [], {}))
        app.look()
        assert app.table.cursor is None
        await pilot.press("c")
        await _until(pilot, app, "choose a task first")

    _play(app, play)
    assert still_feed.asked == []


def test_help_and_questions_close_with_their_keys(still: Callable[[StillFeed], TopApp]) -> None:
    app = still(StillFeed(_rows()))

    def screen() -> str:
        return type(app.screen).__name__

    async def play(pilot: Pilot[None]) -> None:
        await _until(pilot, app, "fit[10]")
        await pilot.press("question_mark")
        assert screen() == "Help"
        await pilot.press("escape")
        await pilot.press("ctrl+a", "C")
        assert screen() == "Question"
        await pilot.press("escape")
        assert len(app.screen_stack) == 1
        await pilot.press("q")

    _play(app, play)
    assert app.return_code == 0


def test_no_colour_is_no_colour(
    still: Callable[[StillFeed], TopApp], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = still(StillFeed(_rows()))

    async def play(pilot: Pilot[None]) -> None:
        await _until(pilot, app, "fit[10]")
        await pilot.press("down", "space")
        await pilot.pause()
        for strip in app.screen._compositor.render_strips():  # pyright: ignore[reportPrivateUsage]
            for segment in strip:
                style = segment.style or Style()
                for colour in (style.color, style.bgcolor):
                    assert colour is None or colour.is_default, segment

    _play(app, play)


def test_dark_and_light(still: Callable[[StillFeed], TopApp]) -> None:
    app = still(StillFeed(_rows()))

    async def play(pilot: Pilot[None]) -> None:
        assert app.theme == "textual-dark"
        await pilot.press("t")
        assert app.theme == "textual-light"

    _play(app, play)


def test_the_chooser_keeps_its_place_when_engines_come(
    still: Callable[[StillFeed], TopApp], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = still(StillFeed(_rows()))
    hosts = [_connection("1-a", "\x1b[2J[/]"), _connection("22-b")]
    monkeypatch.setattr("scaler_lab.windows.terminal.top.screens.feed_hosts", lambda: hosts)

    async def play(pilot: Pilot[None]) -> None:
        await _until(pilot, app, "fit[10]")
        await pilot.press("e")
        assert isinstance(app.screen, EngineChooser)
        await _until(pilot, app, r"\x1b[2J[/] (1-a)", "train.py (22-b)")
        assert app.screen.query_one(OptionList).highlighted == 0

    _play(app, play)


# -- what became of a cancel, in words -------------------------------------------------------------


def test_a_watch_counts_how_each_was_settled() -> None:
    rows = {
        row.task_id: row
        for row in (
            _fact(1, Status.RUNNING),
            _fact(2, Status.QUEUED),
            _fact(3, Status.RUNNING),
            _fact(4, Status.SUCCEEDED),
        )
    }
    watch = CancelWatch(list(rows.values()), force=False)
    assert len(watch.task_ids) == 3
    assert watch.look(rows) is None
    assert watch.words(rows) == "1 was done before; 3 cancelling"
    settled: dict[str, Any] = {"cancel_asked_at": NOW, "cancel_seconds": 0.25}
    how = Resolution.INTERRUPTED
    rows[watch.task_ids[0]] = _fact(1, Status.CANCELLED, cancel_resolution=how, **settled)
    how = Resolution.NEVER_STARTED
    rows[watch.task_ids[1]] = _fact(2, Status.CANCELLED, cancel_resolution=how, **settled)
    assert watch.look(rows) is None
    rows[watch.task_ids[2]] = _fact(3, Status.FAILED)
    assert watch.look(rows) == ("1 interrupted; 1 never started; within 250 ms; 2 were done before")


def test_a_watch_of_queued_ones_tells_which_had_begun() -> None:
    rows = {row.task_id: row for row in (_fact(n, Status.QUEUED) for n in range(3))}
    watch = CancelWatch(list(rows.values()), force=False, only_queued=True)
    settled: dict[str, Any] = {
        "cancel_asked_at": NOW,
        "cancel_resolution": Resolution.NEVER_STARTED,
    }
    for number in (0, 1):
        rows[TaskId(f"{number:032x}")] = _fact(number, Status.CANCELLED, **settled)
    rows[TaskId(f"{2:032x}")] = _fact(2, Status.RUNNING)
    assert watch.look(rows) is None
    watch.on_answer()
    assert watch.look(rows) == "2 never started; 1 had begun, and went on"


# -- the picture in the README ---------------------------------------------------------------------


def _rows_of_the_picture() -> list[TaskFacts]:
    def how(resolution: Resolution, seconds: float) -> dict[str, Any]:
        return {
            "cancel_asked_at": NOW - 4,
            "cancel_asked_by": "top",
            "cancel_resolution": resolution,
            "cancel_seconds": seconds,
            "ended_at": NOW - 4 + seconds,
        }

    interrupted = how(Resolution.INTERRUPTED, 0.0012)
    killed = how(Resolution.KILLED, 0.512) | {"detail": "SIGKILL after a grace of 0.5 s"}
    asked: dict[str, Any] = {"cancel_asked_at": NOW - 0.3, "cancel_asked_by": "top"}
    never = how(Resolution.NEVER_STARTED, 0.0004)
    never.update(started_at=None, worker="")
    return [
        *(_fact(n, Status.SUCCEEDED, f"load[{n}]") for n in range(1, 11)),
        _fact(11, Status.FAILED, error="ValueError: no such column"),
        _fact(12, Status.CANCELLED, **interrupted),
        _fact(13, Status.CANCELLED, "stubborn", **killed),
        _fact(14, Status.CANCELLING, "train_forest", **asked),
        _fact(15, Status.RUNNING),
        _fact(16, Status.RUNNING),
        *(_fact(n, Status.QUEUED) for n in range(17, 21)),
        *(_fact(n, Status.CANCELLED, **never) for n in range(21, 25)),
    ]


def test_the_readmes_picture_is_light_and_needs_nothing_from_elsewhere(
    still: Callable[[StillFeed], TopApp],
) -> None:
    app = still(StillFeed(_rows_of_the_picture()))
    pictures: list[str] = []

    async def play(pilot: Pilot[None]) -> None:
        await _until(pilot, app, "◌ cancelling")
        await pilot.press("down", "down", "down", "down", "enter")
        await _until(pilot, app, "Traceback")
        await _until_still(pilot, app)
        pictures.append(app.export_screenshot(title="scaler-lab top"))

    _play(app, play, (100, 28))
    # The font is the reader's own monospaced one, not fetched from somewhere.
    picture = re.sub(r"@font-face \{.*?\}", "", pictures[0], flags=re.DOTALL)
    picture = re.sub(r"<!--.*?-->", "", picture, flags=re.DOTALL)
    assert set(re.findall(r"https?://[^\s\"<]*", picture)) <= {"http://www.w3.org/2000/svg"}
    assert len(picture) < 300_000
    if os.environ.get("GOLDEN") == "write":
        (GOLDEN.parent.parent / "docs" / "top.svg").write_text(picture, encoding="utf-8")
