"""The live view: what stays on the screen, what goes above it, and how often it looks."""

from __future__ import annotations

import io
import os
import pty
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from fake_terminal import FakeTerminal
from helpers import wait_until
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from scaler_lab import Board, Client
from scaler_lab.core.state_machine import Status
from scaler_lab.testing import ScriptedEngine
from scaler_lab.ui.terminal.board_follower import BoardFollower, BoardFrame
from scaler_lab.ui.terminal.failures import Failure, print_failures
from scaler_lab.ui.terminal.live import MAX_REFRESHES_PER_SECOND, LiveView, live
from scaler_lab.ui.terminal.live_view import LiveRenderable

Scripted = tuple[Client, ScriptedEngine]


class Recorder:
    """A screen that writes down what it was shown."""

    min_seconds = 1.0 / MAX_REFRESHES_PER_SECOND

    def __init__(self) -> None:
        self.scenes: list[BoardFrame] = []
        self.ended: list[BoardFrame | None] = []
        self.seen = threading.Condition()
        self.error: Exception | None = None

    def begin(self, frame: BoardFrame) -> None:
        self.show(frame)

    def show(self, frame: BoardFrame) -> None:
        with self.seen:
            self.scenes.append(frame)
            self.seen.notify_all()
        if self.error is not None:
            raise self.error

    def end(self, frame: BoardFrame | None, failures: Sequence[Failure] = ()) -> None:
        del failures
        self.ended.append(frame)

    def wait_for(self, status: Status, count: int) -> None:
        with self.seen:
            assert self.seen.wait_for(lambda: self.scenes[-1].counts[status] == count, 10)


def _terminal(width: int = 80, height: int = 24) -> tuple[Console, io.StringIO]:
    file = io.StringIO()
    return Console(file=file, force_terminal=True, width=width, height=height, _environ={}), file


def _seen(file: io.StringIO, width: int = 80) -> list[str]:
    screen = FakeTerminal(width)
    screen.write(file.getvalue())
    assert screen.cursor_shown
    return screen.lines


# -- in place, on a terminal ---------------------------------------------------------------------


def test_the_last_picture_stays(scripted: Scripted) -> None:
    client, engine = scripted
    console, file = _terminal()
    with live(client, console=console):
        for future in client.submit_each(str, range(3), name="t"):
            engine.start(future)
            engine.finish(future, "")
    lines = _seen(file)
    assert lines[0].startswith("scripted engine   3 of 3 done")
    assert lines[2:] == ["✓ 3 succeeded"]


def test_nothing_stays_where_it_should_not(scripted: Scripted) -> None:
    client, engine = scripted
    console, file = _terminal()
    with client.live(console=console, keep=False):
        engine.finish(client.submit(str, 1), "")
    assert _seen(file) == []


def test_what_the_program_prints_goes_above(scripted: Scripted) -> None:
    client, engine = scripted
    console, file = _terminal()
    with live(client, console=console):
        for i, future in enumerate(client.submit_each(str, range(20), name="t")):
            engine.finish(future, "")
            sys.stdout.write(f"result {i}\n")
            console.print("[bold]and[/bold] by rich", i)
    lines = _seen(file)
    assert lines[:40] == [text for i in range(20) for text in (f"result {i}", f"and by rich {i}")]
    assert lines[40].startswith("scripted engine   20 of 20 done")


def test_an_error_in_the_block_comes_out_and_leaves_the_terminal_sound(scripted: Scripted) -> None:
    client, _ = scripted
    console, file = _terminal()
    client.submit(str, 1)
    with pytest.raises(ZeroDivisionError), live(client, console=console):
        _ = 1 // 0
    assert _seen(file)[2] == "· 1 queued"
    assert sys.stdout is not file


@pytest.mark.parametrize("height", [5, 9, 24, 60])
@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
@pytest.mark.parametrize("n_groups", [0, 1, 3, 30])
def test_it_takes_a_third_of_the_screen(
    scripted: Scripted, width: int, height: int, n_groups: int
) -> None:
    client, engine = scripted
    for n in range(max(n_groups, 1)):
        names = [f"{n}-{i}" for i in range(40)]
        futures = (
            client.submit_each(str, names, name=f"analyse_all_of_it_{n}")
            if n_groups
            else [client.submit(str, name) for name in names]
        )
        for future in futures[:20]:
            engine.start(future)
        for future in futures[:3]:
            engine.fail(future, ValueError("no such column"))
    console, file = _terminal(width, height)
    console.print(LiveRenderable(BoardFollower(client.board).frame(), "local engine", 15))
    lines = file.getvalue().splitlines()
    assert len(lines) <= max(4, height // 3)
    plain = [Text.from_ansi(line).plain for line in lines]
    assert all(cell_len(line) <= width for line in plain), plain
    if height >= 24:
        assert any("failed" in line or "running" in line for line in plain[3:])
        assert ("more" in plain[-1]) is True
    if n_groups > 1 and height >= 24 and width >= 60:
        assert any(re.search(r"analyse_all_of_it_0 .* 3/40  3 failed", line) for line in plain)


def test_each_failure_is_printed_once_with_its_last_line() -> None:
    console, file = _terminal(200)  # the path of a checkout may be long
    with Client(n_workers=1) as client:
        client.options(name="before").submit(divide, 0).exception(60)
        with live(client, console=console):
            for future in client.submit_each(divide, [0, 1], name="divide"):
                future.exception(60)
    lines = _seen(file, 200)
    assert lines[0] == "✗ divide[0]  ZeroDivisionError: division by zero"
    assert re.fullmatch(r'    File ".*test_live.py", line \d+, in divide', lines[1])
    assert [line.strip() for line in lines[2:4]] == ["return 1 / x", "~~^~~"]
    assert lines[4].startswith("local engine, 1 worker   3 of 3 done")
    assert sum("✗" in line for line in lines) == 2, "the failure, and the count"


def test_a_failures_markers_are_left_out_if_they_would_wrap(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.submit(abs, -1)
    engine.fail(future, ValueError("no"))
    engine.flush()
    [info] = client.board.snapshot().tasks
    frame = ['File "fit.py", line 3, in fit', "  raise ValueError('no')", "  " + "^" * 21]
    for width, marked in ((60, True), (24, False)):
        console = Console(file=io.StringIO(), width=width, force_terminal=True)
        print_failures([Failure(info, frame)], console)
        assert isinstance(console.file, io.StringIO)
        assert ("^^^" in console.file.getvalue()) is marked
        assert "raise ValueError" in console.file.getvalue()


def test_a_pipe_gets_the_failures_too(scripted: Scripted) -> None:
    client, engine = scripted
    file = io.StringIO()
    with live(client, console=Console(file=file)):
        engine.fail(client.submit(str, 1), ValueError("no"))
    assert file.getvalue().splitlines()[0] == "✗ str  ValueError: no"
    assert file.getvalue().splitlines()[-1].startswith("scripted engine: 1 of 1 done")


def divide(x: int) -> float:
    return 1 / x


def test_it_is_entered_once(scripted: Scripted) -> None:
    client, _ = scripted
    view = live(client, console=_terminal()[0])
    with view:
        pass
    with pytest.raises(RuntimeError, match="make a new one"):
        view.__enter__()


def test_rows_below_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        live(Board(), rows=-1)


# -- its pace ------------------------------------------------------------------------------------


def test_it_polls_no_more_often_than_its_interval(scripted: Scripted) -> None:
    client, engine = scripted
    recorder = Recorder()
    began = time.monotonic()
    with LiveView(client.board, recorder):
        for future in client.submit_each(str, range(20_000), name="t"):
            engine.finish(future, "")  # each rings
    looks_allowed = (time.monotonic() - began) * MAX_REFRESHES_PER_SECOND + 2
    assert len(recorder.scenes) <= looks_allowed
    assert [frame and frame.settled for frame in recorder.ended] == [20_000]


def test_it_is_woken_by_the_board(scripted: Scripted) -> None:
    client, engine = scripted
    recorder = Recorder()
    with LiveView(client.board, recorder):
        future = client.submit(str, 1)
        recorder.wait_for(Status.QUEUED, 1)
        engine.start(future)
        recorder.wait_for(Status.RUNNING, 1)
        future.request_cancel()
        recorder.wait_for(Status.CANCELLING, 1)
        engine.confirm(future)
        recorder.wait_for(Status.CANCELLED, 1)


def test_its_clock_goes_on_while_something_runs(scripted: Scripted) -> None:
    client, engine = scripted
    engine.start(client.submit(str, 1))
    recorder = Recorder()
    with LiveView(client.board, recorder), recorder.seen:
        assert recorder.seen.wait_for(lambda: len(recorder.scenes) >= 3, 10), "nothing rang"


class NotificationCounter(Board):
    """Counts the bells that hang."""

    n_notifications = 0

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        take_down = super().subscribe(listener)
        self.n_notifications += 1

        def take_down_and_count() -> None:
            take_down()
            self.n_notifications -= 1

        return take_down_and_count


def test_it_takes_its_bell_down() -> None:
    board = NotificationCounter()
    with LiveView(board, Recorder()):
        assert board.n_notifications == 1
    assert board.n_notifications == 0


def test_an_error_in_drawing_ends_the_view_and_not_the_block(
    scripted: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    client, engine = scripted
    recorder = Recorder()
    with LiveView(client.board, recorder):
        recorder.error = OSError("the terminal went away")
        future = client.submit(str, 1)
        wait_until(lambda: "the live view ended" in caplog.text)
        engine.finish(future, "1")
        assert future.result(0) == "1"
    assert recorder.ended, "the screen was put right"


# -- where there is no terminal ------------------------------------------------------------------


def _plain_lines(client: Client, engine: ScriptedEngine, console: Console) -> list[str]:
    with live(client, console=console):
        group = client.submit_each(str, range(30), name="t")
        for future in group[:28]:
            engine.start(future)
            engine.finish(future, "")
        engine.fail(group[28], ValueError("no"))
        group[29].request_cancel()
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def test_a_pipe_gets_a_plain_line_now_and_then_and_a_last_one(scripted: Scripted) -> None:
    client, engine = scripted
    lines = _plain_lines(client, engine, Console(file=io.StringIO(), width=20))
    assert len(lines) <= 2, "all within one pace"
    assert lines[-1].startswith(
        "scripted engine: 29 of 30 done (28 succeeded, 1 failed), 1 cancelling; "
    )


def test_a_dumb_terminal_gets_plain_lines(scripted: Scripted) -> None:
    client, engine = scripted
    console = Console(file=io.StringIO(), force_terminal=True, _environ={"TERM": "dumb"})
    lines = _plain_lines(client, engine, console)
    assert not any("\x1b" in line for line in lines)
    assert lines[-1].startswith("scripted engine: 29 of 30 done")


def test_the_last_line_is_not_said_twice(scripted: Scripted) -> None:
    client, engine = scripted
    engine.finish(client.submit(str, 1), "1")
    file = io.StringIO()
    with live(client, console=Console(file=file)):
        pass
    assert len(file.getvalue().splitlines()) == 1


# -- a whole program on a real terminal ------------------------------------------------------------

PROGRAM = """
import time
from scaler_lab import Client
from scaler_lab.testing import ScriptedEngine

engine = ScriptedEngine()
client = Client(engine)
future = client.submit(str, 1)
engine.start(future)
try:
    with client.live():
        print("ready", flush=True)
        {body}
finally:
    engine.close()
    client.shutdown()
"""


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    mine, theirs = pty.openpty()
    yield mine, theirs
    os.close(mine)


def _start(body: str, theirs: int) -> subprocess.Popen[bytes]:
    environ = os.environ | {"TERM": "xterm", "COLUMNS": "80", "LINES": "24"}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(body=body)],
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.PIPE,
        env=environ,
        cwd=Path(__file__).parents[3],
        start_new_session=True,
    )
    os.close(theirs)
    return process


def _read(mine: int, *, until: bytes = b"") -> bytes:
    """What came until *until*, or until the other end was closed."""
    output = b""
    while not until or until not in output:
        try:
            piece = os.read(mine, 65536)
        except OSError:  # Linux: the other end is closed
            break
        if not piece:
            break
        output += piece
    return output


def test_on_a_terminal_a_program_draws_and_prints(terminal: tuple[int, int]) -> None:
    mine, theirs = terminal
    process = _start("engine.finish(future, 1); print('printed')", theirs)
    output = _read(mine)
    assert process.communicate(timeout=20)[1] == b""
    assert process.returncode == 0
    screen = FakeTerminal(80)
    screen.write(output.decode())
    assert screen.cursor_shown
    assert screen.lines[:2] == ["ready", "printed"]
    assert screen.lines[2].startswith("scripted engine   1 of 1 done")


def test_ctrl_c_in_the_block_gives_the_terminal_back(terminal: tuple[int, int]) -> None:
    mine, theirs = terminal
    # It sleeps until Ctrl-C.  Not signal.pause: a signal that comes just as it begins is missed.
    process = _start("while True: time.sleep(0.05)", theirs)
    output = _read(mine, until=b"ready")
    process.send_signal(signal.SIGINT)
    output += _read(mine)
    errors = process.communicate(timeout=20)[1]
    assert errors.rstrip().endswith(b"KeyboardInterrupt")
    screen = FakeTerminal(80)
    screen.write(output.decode())
    assert screen.cursor_shown
    assert "▸ 1 running" in screen.lines
