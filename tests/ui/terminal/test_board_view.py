"""The picture of a board, at a fixed clock, held against golden texts; and what it is drawn from.

After a change that is meant: ``GOLDEN=write python -m pytest
tests/ui/terminal/test_board_view.py``, then look at the difference.
"""

from __future__ import annotations

import dataclasses
import io
import os
import re
from pathlib import Path

import pytest
import rich
from rich.cells import cell_len
from rich.console import Console

from scaler_lab import Board, Client
from scaler_lab.core.messages import Progress, TaskId
from scaler_lab.core.state_machine import Resolution, Status
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.testing import ScriptedEngine
from scaler_lab.ui.formatting import STATUS_STYLES, fit_name, milliseconds, span, time_left
from scaler_lab.ui.terminal.board_follower import BoardFollower, BoardFrame
from scaler_lab.ui.terminal.board_view import BoardView, shares
from scaler_lab.ui.terminal.task_list import TaskList

GOLDEN = Path(__file__).parent / "golden"
NOW = 1_000_000.0


def _info(number: int, name: str, status: Status, **more: object) -> TaskInfo:
    started = more.pop("started_at", None if status is Status.QUEUED else NOW - 4)
    return TaskInfo(
        task_id=TaskId(f"{number:032x}"),
        number=number,
        name=name,
        status=status,
        version=number,
        submitted_at=NOW - 5,
        started_at=started,  # type: ignore[arg-type]
        **more,  # type: ignore[arg-type]
    )


def _frame() -> BoardFrame:
    rows = (
        _info(
            17,
            "ignore_interrupts",
            Status.CANCELLING,
            worker="worker-2",
            cancel_requested_at=NOW - 0.412,
            cancel_requested_by="notebook",
        ),
        _info(
            18,
            "train",
            Status.CANCELLING,
            worker="thread-9",
            started_at=NOW - 93,
            cancel_requested_at=NOW - 61,
            detail="Dask cannot interrupt running code",
        ),
        _info(
            19,
            "analyse email._header_value_parser",
            Status.RUNNING,
            worker="worker-1",
            progress=Progress(3, 8, "fé\x1b[31m"),
        ),
        _info(
            16,
            "load [bold]x[/] \x1b[2J\u202e",
            Status.FAILED,
            worker="worker-2",
            ended_at=NOW - 3,
            error="ValueError: no such column: 'prix'\n  in 日本.csv",
        ),
        _info(15, "analyse ast", Status.SUCCEEDED, worker="worker-1", ended_at=NOW - 3.7),
        _info(
            14,
            "wait_in_the_queue",
            Status.CANCELLED,
            started_at=None,
            ended_at=NOW - 3,
            cancel_resolution=Resolution.NEVER_STARTED,
            cancel_seconds=0.000_41,
        ),
        _info(
            12,
            "stubborn",
            Status.CANCELLED,
            worker="worker-1",
            ended_at=NOW - 2,
            cancel_resolution=Resolution.KILLED,
            cancel_seconds=1.0034,
            detail="SIGKILL after 1.0 s; 2 child processes too",
        ),
        _info(20, "analyse json", Status.QUEUED),
    )
    counts = {
        Status.QUEUED: 604,
        Status.WAITING: 0,
        Status.RETRYING: 0,
        Status.RUNNING: 1,
        Status.CANCELLING: 2,
        Status.SUCCEEDED: 127,
        Status.FAILED: 1,
        Status.CANCELLED: 2,
    }
    return BoardFrame(counts, rows, NOW, elapsed=12.34, rate=41.2, rate_is_mean=False)


def _drawn(view: object, *, width: int = 80, height: int = 30, encoding: str = "utf-8") -> str:
    written = io.BytesIO()
    file = io.TextIOWrapper(written, encoding=encoding, newline="")
    console = Console(
        file=file, width=width, height=height, color_system=None, legacy_windows=False
    )
    console.print(view)
    file.flush()
    return "\n".join(line.rstrip() for line in written.getvalue().decode(encoding).split("\n"))


@pytest.mark.parametrize("width", [40, 80, 160])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_the_picture_is_the_golden_one(width: int, encoding: str) -> None:
    drawn = _drawn(BoardView(_frame(), "local engine"), width=width, encoding=encoding)
    golden = GOLDEN / f"board_{width}_{encoding}.txt"
    if os.environ.get("GOLDEN") == "write":
        golden.write_text(drawn, encoding="utf-8")
    assert drawn == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("width", "headline"),
    [
        (60, "prices: loca…   130 of 737 done   41/s   12.3 s   ~15 s left"),
        (50, "130 of 737 done   41/s   12.3 s   ~15 s left"),
        (40, "130 of 737 done   41/s   12.3 s"),
    ],
)
def test_a_narrow_terminal_shows_the_title_and_the_time_left_if_they_fit(
    width: int, headline: str
) -> None:
    frame = dataclasses.replace(_frame(), seconds_left=15.0)
    drawn = _drawn(BoardView(frame, "prices: local engine, 4 workers"), width=width)
    assert drawn.split("\n")[0] == headline


@pytest.mark.parametrize("width", [1, 10, 39, 40, 59, 60, 80, 119, 120, 160, 300])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    for line in _drawn(BoardView(_frame(), "local engine"), width=width).split("\n"):
        assert cell_len(line) <= width


@pytest.mark.parametrize("width", [40, 80, 160])
@pytest.mark.parametrize("height", [2, 5, 8, 12, 24])
def test_it_is_not_higher_than_the_terminal(width: int, height: int) -> None:
    lines = _drawn(BoardView(_frame()), width=width, height=height).rstrip("\n").split("\n")
    assert len(lines) < max(height, 6), "the bar and the counts are shown in any case"


def test_it_shows_how_many_tasks_it_leaves_out() -> None:
    assert _drawn(BoardView(_frame(), max_rows=3)).rstrip().endswith("… and 734 more")


def test_each_state_is_readable_without_colour() -> None:
    frame = _frame()
    counts = {**frame.counts, Status.WAITING: 3, Status.RETRYING: 1}
    drawn = _drawn(BoardView(dataclasses.replace(frame, counts=counts)))
    for status, look in STATUS_STYLES.items():
        assert f"{look.icon} " in drawn
        assert status.value in drawn
    for form in ("icon", "bar", "ascii_icon", "ascii_bar"):
        assert len({getattr(look, form) for look in STATUS_STYLES.values()}) == len(Status)
    assert all(cell_len(look.icon) == cell_len(look.bar) == 1 for look in STATUS_STYLES.values())


def test_colours_are_the_themes_own() -> None:
    file = io.StringIO()
    console = Console(file=file, width=80, force_terminal=True, color_system="truecolor")
    console.print(BoardView(_frame()))
    codes = {
        int(n) for sgr in re.findall(r"\x1b\[([0-9;]*)m", file.getvalue()) for n in sgr.split(";")
    }
    assert codes <= {0, 1, 2, 31, 32, 33, 34, 35, 36}, "no white, no black, no background, no RGB"


def test_no_color_draws_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    file = io.StringIO()
    Console(file=file, width=80, force_terminal=True).print(BoardView(_frame()))
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", file.getvalue())


def test_an_empty_board_shows_that() -> None:
    assert _drawn(BoardView(BoardFollower(Board()).frame(0.0), "local engine")) == (
        "local engine   no tasks yet\n"
    )


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0 ms"),
        (0.0124, "12 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1.0 s"),
        (59.94, "59.9 s"),
        (59.96, "1m00s"),
        (3599.6, "1h00m"),
        (3 * 3600 + 125, "3h02m"),
        (86400 * 400, "400d"),
        (-3.0, "0 ms"),
    ],
)
def test_a_span_is_written_short(seconds: float, text: str) -> None:
    assert span(seconds) == text
    assert len(text) <= 6


def test_an_answers_time_is_in_milliseconds() -> None:
    assert [milliseconds(s) for s in (0.000_41, 0.0099, 0.01, 1.0034, 9.9, 12.0)] == [
        "0.4 ms",
        "9.9 ms",
        "10 ms",
        "1003 ms",
        "9900 ms",
        "12.0 s",
    ]


def test_shares_fill_the_bar_and_leave_no_part_out() -> None:
    assert shares([0, 0], 10) == [0, 0]
    assert shares([100_000, 1, 0, 1], 10) == [8, 1, 0, 1]
    assert shares([1, 1, 1], 10) == [4, 3, 3]
    assert sum(shares([3, 1, 4, 1, 5, 9], 3)) == 3
    assert shares([604, 1, 2, 127, 1, 2], 40) == [30, 1, 1, 6, 1, 1]


# -- what it is drawn from -----------------------------------------------------------------------


def test_rows_come_in_the_order_that_matters(scripted: tuple[Client, ScriptedEngine]) -> None:
    client, engine = scripted
    group = client.submit_each(str, range(7), name="t")
    for i in (0, 1, 2, 3, 4):
        engine.start(group[i])
    engine.finish(group[0], "0")
    engine.fail(group[1], ValueError("no"))
    group[3].request_cancel()
    engine.finish(group[4], "4")
    rows = BoardFollower(client.board).frame().rows
    assert [(row.name, row.status.value) for row in rows] == [
        ("t[3]", "cancelling"),
        ("t[2]", "running"),
        ("t[1]", "failed"),
        ("t[4]", "succeeded"),
        ("t[0]", "succeeded"),
        ("t[5]", "queued"),
        ("t[6]", "queued"),
    ]


def test_a_watch_that_pulls_sees_what_a_new_one_sees(
    scripted: tuple[Client, ScriptedEngine],
) -> None:
    client, engine = scripted
    watch = BoardFollower(client.board)
    group = client.submit_each(str, range(60), name="t")
    for i, future in enumerate(group):
        if i % 3 == 0:
            engine.start(future)
        if i % 5 == 0:
            engine.finish(future, "")
        if i % 7 == 0:
            future.request_cancel()
        if i % 14 == 0:
            engine.confirm(future)
        if i % 11 == 0:
            engine.fail(future, ValueError("no"))
        seen, anew = watch.frame(), BoardFollower(client.board).frame()
        assert seen.counts == anew.counts
        assert seen.rows == anew.rows


def test_a_forgotten_task_leaves_the_picture() -> None:
    board = Board(keep=2)
    engine = ScriptedEngine()
    with Client(engine, board=board) as client:
        watch = BoardFollower(board)
        for i in range(6):
            future = client.submit(str, i)
            engine.finish(future, str(i))
            watch.frame()
        frame = watch.frame()
        assert [row.number for row in frame.rows] == [6, 5]
        assert frame.total == 6, "it still counts"


def test_a_watch_that_fell_behind_starts_anew() -> None:
    board = Board(keep=1)
    engine = ScriptedEngine()
    with Client(engine, board=board) as client:
        watch = BoardFollower(board)
        for i in range(5):
            engine.finish(client.submit(str, i), "")
        watch.frame()
        for i in range(50):  # more forgotten than the board remembers having forgotten
            engine.finish(client.submit(str, i), "")
        assert [row.number for row in watch.frame().rows] == [55]


def test_elapsed_begins_when_work_does_and_stops_when_it_ends(
    scripted: tuple[Client, ScriptedEngine],
) -> None:
    client, engine = scripted
    board = client.board
    engine.finish(client.submit(str, 1), "1")
    later = client.submit(str, 2)
    watch = BoardFollower(board)
    begin = later.submitted_at - board.epoch
    assert watch.frame(begin + 100.0).elapsed == pytest.approx(100.0)
    engine.finish(later, "2")
    assert later.ended_at is not None
    took = later.ended_at - later.submitted_at
    assert watch.frame(begin + 200.0).elapsed == pytest.approx(took)
    assert BoardFollower(board).frame(begin + 200.0).elapsed == pytest.approx(took)


def test_throughput_is_of_the_last_seconds_while_work_goes_on(
    scripted: tuple[Client, ScriptedEngine],
) -> None:
    client, engine = scripted
    group = client.submit_each(str, range(100), name="t")
    watch = BoardFollower(client.board)
    now = group[0].submitted_at - client.board.epoch
    watch.frame(now)
    for second in range(1, 9):
        for future in group[second * 10 : second * 10 + 10]:
            engine.finish(future, "")
        frame = watch.frame(now + second)
        assert frame.rate == pytest.approx(10.0)
        assert not frame.rate_is_mean


# -- what rich.print shows -----------------------------------------------------------------------


def test_rich_shows_clients_boards_futures_and_groups(
    scripted: tuple[Client, ScriptedEngine], capsys: pytest.CaptureFixture[str]
) -> None:
    client, engine = scripted
    group = client.submit_each(str, range(3), name="[/] \x1b[2J")
    engine.start(group[0])
    engine.fail(group[0], ValueError("[/]"))
    rich.print(client)
    assert "scripted engine   1 of 3 done" in capsys.readouterr().out
    rich.print(client.board)
    assert "1 of 3 done" in capsys.readouterr().out
    rich.print(group[0])
    assert r"✗ failed  #1  [/] \x1b[2J[0]  worker-1" in capsys.readouterr().out
    rich.print(group)
    assert r"[/] \x1b[2J   · 2 queued   ✗ 1 failed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "width", "text"),
    [
        ("fit[3]", 10, "fit[3]    "),
        ("analyse_everything[12]", 14, "analyse_e…[12]"),
        ("analyse_everything", 12, "analyse_…ing"),
        ("x[123456789]", 8, "x…56789]"),
        ("日本語の長い名前[3]", 11, "日本語 …[3]"),
        ("abcdef", 2, "a…"),
        ("abcdef", 0, ""),
    ],
)
def test_a_long_name_is_cut_in_the_middle(name: str, width: int, text: str) -> None:
    assert fit_name(name, width) == text
    assert cell_len(fit_name(name, width, ascii_only=True)) == width


def test_the_time_left_is_rounded() -> None:
    times = [0.2, 15.4, 59.6, 300, 5400, 3 * 86400]
    assert [time_left(seconds) for seconds in times] == [
        *("~1 s left", "~15 s left", "~1 min left", "~5 min left", "~1.5 h left", "~3 d left"),
    ]


@pytest.mark.parametrize(
    ("width", "clients", "columns"),
    [
        (60, 1, ["task", "time"]),
        (80, 1, ["task", "worker", "time"]),
        (80, 2, ["task", "client", "time"]),
        (100, 2, ["task", "client", "worker", "time"]),
    ],
)
def test_a_list_leaves_out_columns_that_have_no_room(
    width: int, clients: int, columns: list[str]
) -> None:
    rows = [
        _info(n, f"fit[{n}]", Status.RUNNING, worker="worker 1", client=f"a{n % clients}.ipynb")
        for n in range(1, 4)
    ]
    file = io.StringIO()
    console = Console(file=file, width=width, force_terminal=True, color_system=None)
    console.print(TaskList(rows), soft_wrap=True)
    header = file.getvalue().splitlines()[0]
    assert header.split() == ["state", "#", *columns, "what", "happened"]
