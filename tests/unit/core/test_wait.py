"""Waiting for futures: what it returns, what a person sees meanwhile, and what Ctrl-C does."""

from __future__ import annotations

import concurrent.futures
import io
import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from fake_terminal import FakeTerminal
from rich.console import Console

from scaler_lab import Client, Status
from scaler_lab.core.wait import wait_in_company
from scaler_lab.testing import ScriptedEngine
from scaler_lab.ui.terminal.live import live
from scaler_lab.ui.terminal.wait_bar import FuturesFollower, interrupted, waiting

Scripted = tuple[Client, ScriptedEngine]

TIMEOUT = 10.0


def _terminal() -> tuple[Console, io.StringIO]:
    file = io.StringIO()
    return Console(file=file, force_terminal=True, width=80, height=24, _environ={}), file


# -- what it returns -----------------------------------------------------------------------------


def test_wait_returns_what_is_done_and_what_is_not(scripted: Scripted) -> None:
    client, engine = scripted
    a, b, c = client.submit_each(len, ["a", "b", "c"])
    engine.finish(a, 1)
    engine.fail(b, ValueError("no such column"))
    waited = client.wait([a, b, c], timeout=0)
    assert waited.done == {a, b}
    assert waited.not_done == {c}
    done, not_done = client.wait([a, b])
    assert (done, not_done) == ({a, b}, set())


def test_wait_without_futures_is_for_all_that_are_open(threaded: Scripted) -> None:
    client, engine = threaded
    a, b = client.submit_each(len, ["a", "b"])
    engine.finish(a, 1)
    engine.flush()
    engine.finish(b, 1)
    assert client.wait([a, b], TIMEOUT).not_done == set()
    c = client.submit(len, "c")
    assert client.wait_all(timeout=0) == (set(), {c})


def test_wait_for_the_first_and_for_the_first_exception(scripted: Scripted) -> None:
    client, engine = scripted
    a, b, c = client.submit_each(len, ["a", "b", "c"])
    engine.finish(a, 1)
    assert client.wait([a, b, c], None, concurrent.futures.FIRST_COMPLETED).done == {a}
    engine.fail(b, ValueError("no such column"))
    assert client.wait([a, b, c], None, concurrent.futures.FIRST_EXCEPTION).done == {a, b}


def test_wait_knows_no_other_condition(scripted: Scripted) -> None:
    client, _engine = scripted
    with pytest.raises(ValueError, match="'SOMETIME'"):
        client.wait([], None, "SOMETIME")


def test_nothing_is_drawn_without_a_terminal(
    scripted: Scripted, capsys: pytest.CaptureFixture[str]
) -> None:
    client, _engine = scripted
    group = client.submit_each(len, ["a"])
    client.wait(group, 0.01)
    with pytest.raises(TimeoutError):
        group.results(0.01)
    assert capsys.readouterr() == ("", "")


def test_an_interrupt_without_a_terminal_is_a_plain_one(scripted: Scripted) -> None:
    client, engine = scripted
    group = client.submit_each(len, ["a"])

    def step(_seconds: float | None) -> NoReturn:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        wait_in_company(step, group, None, progress=True, title="")
    assert engine.cancels == []
    assert group[0].status is Status.QUEUED


# -- the bar -------------------------------------------------------------------------------------


def test_the_bar_counts_the_futures_waited_for_and_no_others(scripted: Scripted) -> None:
    client, engine = scripted
    client.submit_each(len, ["others"] * 5)
    group = client.submit_each(len, ["a", "b", "c", "d"], name="fits")
    engine.finish(group[0], 1)
    now = [100.0]
    watch = FuturesFollower(group, clock=lambda: now[0])
    engine.start(group[1])
    engine.fail(group[2], ValueError("no"))
    now[0] += 2.0
    frame = watch.frame()
    assert {status.value: n for status, n in frame.counts.items() if n} == {
        "queued": 1,
        "running": 1,
        "succeeded": 1,
        "failed": 1,
    }
    assert frame.elapsed == 2.0
    assert frame.rate == 0.5  # one, in these two seconds; one was done before
    assert frame.rows == ()


def test_the_bar_is_drawn_and_goes_away(scripted: Scripted) -> None:
    client, engine = scripted
    group = client.submit_each(len, ["a", "b"], name="fits")
    engine.finish(group[0], 1)
    console, file = _terminal()
    bar = waiting(group, title="fits", console=console)
    assert bar is not None
    with bar:
        screen = FakeTerminal(80)
        screen.write(file.getvalue())
        assert screen.lines[0].startswith("fits   1 of 2 done")
        assert screen.lines[2] == "· 1 queued   ✓ 1 succeeded"
        assert len(screen.lines) == 3
    screen = FakeTerminal(80)
    screen.write(file.getvalue())
    assert screen.lines == []
    assert screen.cursor_shown


def test_there_is_no_bar_beside_a_live_view_or_without_a_terminal(scripted: Scripted) -> None:
    client, _engine = scripted
    group = client.submit_each(len, ["a"])
    console, _file = _terminal()
    with live(client, console=console):
        assert waiting(group, console=console) is None
    assert waiting(group, console=console) is not None
    assert waiting(group, console=Console(file=io.StringIO())) is None
    assert waiting([], console=console) is None


# -- the question --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        (b"l\n", "leave"),
        (b"what?\n\n Cancel \n", "cancel"),
        (b"w\n", "wait"),
        (b"\x04", "leave"),
    ],
)
def test_the_question_after_an_interrupt(
    monkeypatch: pytest.MonkeyPatch, typed: bytes, answer: str
) -> None:
    mine, theirs = pty.openpty()
    try:
        with open(theirs, encoding="utf-8") as stdin:
            monkeypatch.setattr(sys, "stdin", stdin)
            os.write(mine, typed)
            console, file = _terminal()
            assert interrupted(3, console=console) == answer
    finally:
        os.close(mine)
    assert file.getvalue().count("3 tasks are not done") == max(1, typed.count(b"\n"))


def test_ctrl_c_while_the_bar_starts_is_not_another_error(
    monkeypatch: pytest.MonkeyPatch, scripted: Scripted
) -> None:
    client, _engine = scripted
    group = client.submit_each(len, ["a"])
    console, file = _terminal()
    bar = waiting(group, console=console)
    assert bar is not None
    started = threading.Event.wait

    def wait(event: threading.Event, timeout: float | None = None) -> bool:
        if threading.current_thread() is threading.main_thread():
            patch.undo()
            signal.raise_signal(signal.SIGINT)
        return started(event, timeout)

    with monkeypatch.context() as patch:
        patch.setattr(threading.Event, "wait", wait)  # in Thread.start
        with pytest.raises(KeyboardInterrupt):
            bar.__enter__()
    screen = FakeTerminal(80)
    screen.write(file.getvalue())
    assert screen.lines == []
    assert screen.cursor_shown


# -- a whole program on a real terminal ----------------------------------------------------------

PROGRAM = """
import sys
{first}
from scaler_lab import Client, as_completed
from scaler_lab.testing import ScriptedEngine

engine = ScriptedEngine()
engine.on_cancel = lambda cancel: [engine.confirm(i) for i in cancel.task_ids]
client = Client(engine)
group = client.submit_each(str, [1, 2], name="fits")
engine.start(group[0])
try:
    {body}
except KeyboardInterrupt:
    print("interrupted:", *[future.status for future in group])
finally:
    engine.close()
    client.shutdown()
"""


class Program:
    """A program on a pseudo-terminal: what it wrote, and what a person types."""

    def __init__(self, body: str, *, interactive: bool = False) -> None:
        self._mine, theirs = pty.openpty()
        first = "sys.ps1 = '>>> '" if interactive else ""
        program = PROGRAM.format(first=first, body=body)
        environ = os.environ | {"TERM": "xterm", "COLUMNS": "100", "LINES": "24"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", program],
            stdin=theirs,
            stdout=theirs,
            stderr=subprocess.PIPE,
            env=environ,
            cwd=Path(__file__).parents[3],
            start_new_session=True,
        )
        os.close(theirs)
        self.output = ""
        self._read_to = 0

    def read(self, until: str) -> None:
        """Read on until *until* comes, after what was read before."""
        while (at := self.output.find(until, self._read_to)) < 0:
            self.output += os.read(self._mine, 65536).decode(errors="replace")
        self._read_to = at + len(until)

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)

    def write(self, text: str) -> None:
        os.write(self._mine, text.encode())

    def end(self) -> None:
        """Expects that it ends without an error."""
        try:
            assert self.process.communicate(timeout=TIMEOUT)[1] == b""
            assert self.process.returncode == 0
        finally:
            self.process.kill()
            self.process.communicate()
            os.close(self._mine)


WAITS = ["client.wait(group)", "group.results()", "list(as_completed(group))"]


@pytest.fixture(params=WAITS)
def program(request: pytest.FixtureRequest) -> Iterator[Program]:
    program = Program(request.param, interactive=True)
    program.read("1 running")  # the bar
    yield program
    program.end()


def test_ctrl_c_and_leaving_them(program: Program) -> None:
    program.interrupt()
    program.read("wait on? ")
    program.write("l\n")
    program.read("interrupted: running queued")


def test_ctrl_c_and_cancelling_them(program: Program) -> None:
    program.interrupt()
    program.read("2 tasks are not done")
    program.read("wait on? ")
    program.write("c\n")
    program.read("interrupted: cancelled cancelled")


def test_ctrl_c_twice_cancels_them(program: Program) -> None:
    program.interrupt()
    program.read("wait on? ")
    program.interrupt()
    program.read("interrupted: cancelled cancelled")


def test_ctrl_c_and_waiting_on(program: Program) -> None:
    program.interrupt()
    program.read("wait on? ")
    program.write("w\n")
    program.read("1 running")  # the bar again
    program.interrupt()
    program.read("wait on? ")
    program.write("l\n")
    program.read("interrupted: running queued")


@pytest.mark.parametrize("body", WAITS)
def test_ctrl_c_in_a_script_is_a_plain_interrupt_and_stdin_is_left_alone(body: str) -> None:
    program = Program(body)
    program.read("1 running")
    program.interrupt()
    program.read("interrupted: running queued")
    program.end()
    assert "wait on?" not in program.output


def test_no_bar_where_none_is_wanted() -> None:
    program = Program("print(len(client.wait(group, 0.5, progress=False).not_done), 'not done')")
    program.read("2 not done")
    assert "running" not in program.output
    program.end()


def test_as_completed_has_no_bar_where_none_is_wanted_and_its_time_ends() -> None:
    program = Program(
        "\n    try: list(as_completed(group, 0.5, progress=False))"
        "\n    except TimeoutError as error: print(error)"
    )
    program.read("2 (of 2) futures unfinished")
    assert "running" not in program.output
    program.end()
