"""The live view: what stays on the screen, what goes above it, and how often it looks."""

from __future__ import annotations

import io
import os
import pty
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake_terminal import FakeTerminal
from helpers import wait_until
from rich.console import Console

from scaler_lab import Board, Client
from scaler_lab.core.state_machine import Status
from scaler_lab.testing import ScriptedEngine
from scaler_lab.ui.terminal.board_follower import BoardFrame
from scaler_lab.ui.terminal.live import MAX_REFRESHES_PER_SECOND, LiveView, live

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

    def end(self, frame: BoardFrame | None) -> None:
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
    assert lines[2] == "✓ 3 succeeded"
    assert [line.split()[:4] for line in lines[5:]] == [
        ["✓", "succeeded", "3", "t[2]"],
        ["✓", "succeeded", "2", "t[1]"],
        ["✓", "succeeded", "1", "t[0]"],
    ]


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


def test_a_low_terminal_is_not_overfilled(scripted: Scripted) -> None:
    client, engine = scripted
    console, file = _terminal(height=9)
    with live(client, console=console):
        for future in client.submit_each(str, range(50), name="t"):
            engine.start(future)
        sys.stdout.write("above\n")
    lines = _seen(file)
    assert lines[0] == "above"
    assert len(lines) == 1 + 8
    assert lines[-1] == "… and 48 more"


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


def test_it_looks_no_more_often_than_its_pace(scripted: Scripted) -> None:
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
