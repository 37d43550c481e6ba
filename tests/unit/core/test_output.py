"""What tasks write is kept with them, whichever way they write it: on the real local engine."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import wait
from pathlib import Path
from typing import Any

import output_tasks
import pytest
from helpers import LONG_GRACE_SECONDS, TIMEOUT, wait_until
from thread_engine import ThreadEngine

from scaler_lab import Client, FeatureMissing, LocalEngine, Resolution, ScalerFuture, WorkerDied
from scaler_lab.client.echo import Echo
from scaler_lab.core.output_buffer import OUTPUT_BUFFER_BYTES, OutputBuffer
from scaler_lab.testing import ScriptedEngine

MIB = 1024 * 1024


@pytest.fixture
def client() -> Iterator[Client]:
    """One worker, so that the output of one task could be attributed to another."""
    with Client(n_workers=1, echo=False, grace=LONG_GRACE_SECONDS) as client:
        yield client


def output_of(future: ScalerFuture[Any]) -> str:
    """All of it: once the task is done."""
    wait([future], TIMEOUT)
    return future.output()


def test_every_way_of_writing_is_kept_in_order(client: Client) -> None:
    future = client.submit(output_tasks.all_ways)
    said = "print stderr logging os.write puts child its\\sstderr"
    words = [word.replace("\\s", " ") for word in said.split()]
    assert output_of(future).replace("WARNING:tests:", "").splitlines() == words
    assert future.output().dropped == 0
    assert client.board.info(future.task_id).output_bytes == len(future.output())  # type: ignore[union-attr]


def test_many_short_tasks_keep_their_own_words_apart(client: Client) -> None:
    futures = [client.submit(output_tasks.print_line, f"{n}", "x" * (n % 7)) for n in range(300)]
    quiet = [client.submit(output_tasks.nothing) for _ in range(300)]
    assert [output_of(f) for f in futures] == [f"{n}\n{'x' * (n % 7)}\n" for n in range(300)]
    assert {output_of(future) for future in quiet} == {""}


def test_it_can_be_read_while_the_task_runs_and_by_views_too(
    client: Client, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    future = client.submit(output_tasks.print_and_wait, str(gate), "before")
    assert wait_until(future.output, "what it said first") == "before\n"
    gate.touch()
    assert output_of(future) == "before\nafter\n"


def test_what_has_no_newline_is_there_at_the_end(client: Client) -> None:
    assert (
        output_of(client.submit(output_tasks.print_without_newline, "no newline")) == "no newline"
    )


def test_bytes_that_are_no_text_are_shown_escaped(client: Client) -> None:
    euro = "€".encode()
    future = client.submit(output_tasks.write_bytes, b"\xff\x00", euro[:1], euro[1:], euro[:2])
    assert output_of(future) == "\\xff\x00€\\xe2\\x82"
    assert output_of(client.submit(output_tasks.print_line, "\ud800")) == "\\ud800\n"


def test_the_last_words_of_tasks_that_fail_die_or_are_stopped_are_kept(client: Client) -> None:
    assert (
        output_of(client.submit(output_tasks.print_and_raise, "then it raised"))
        == "then it raised\n"
    )
    died = client.submit(output_tasks.print_and_die, "then it died")
    assert output_of(died) == "then it died"
    assert isinstance(died.exception(), WorkerDied)
    stopped = client.submit(output_tasks.print_and_sleep, "then it was stopped")
    wait_until(stopped.output, "its words")
    assert stopped.cancel(TIMEOUT)
    assert stopped.cancel_resolution is Resolution.INTERRUPTED
    assert stopped.output() == "then it was stopped\n"


def test_a_flood_is_cut_to_its_end_and_leaves_others_alone() -> None:
    with Client(n_workers=2, echo=False) as client:
        flood = client.submit(output_tasks.flood, 16 * MIB)
        others = [client.submit(output_tasks.print_line, "beside it") for _ in range(20)]
        assert {output_of(future) for future in others} == {"beside it\n"}
        text = output_of(flood)
        assert text.endswith("x\nthe end")
        assert len(text) == OUTPUT_BUFFER_BYTES
        assert flood.output().dropped == flood.record.output_bytes - OUTPUT_BUFFER_BYTES
        assert flood.record.output_bytes == 16 * MIB // 65_536 * 65_536 + 7


def test_games_with_descriptors_end_with_their_task(client: Client) -> None:
    for name, game in output_tasks.GAMES.items():
        played = client.submit(game)
        after = client.submit(output_tasks.all_ways)
        assert played.exception(TIMEOUT) is None
        assert "print\nstderr\n" in output_of(after), name
        assert output_of(after).endswith("puts\nchild\nits stderr\n"), name


def test_the_output_of_a_child_that_outlives_its_task_is_dropped(
    client: Client, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    left = client.submit(output_tasks.leave_child, str(gate))
    assert output_of(left) == "left\n"
    during = client.submit(output_tasks.print_and_wait, f"{gate}.d", "during")
    wait_until(during.output, "the next task to begin")
    gate.touch()  # now the child writes, into what was the first task's
    assert output_of(during) == "during\nafter\n"
    assert output_of(client.submit(output_tasks.print_line, "next")) == "next\n"
    assert left.output() == "left\n"


# -- echo, and engines that don't tell -------------------------------------------------------------


def test_echo_passes_on_what_tasks_write_before_the_client_has_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard = io.StringIO()
    monkeypatch.setattr("sys.stdout", heard)
    with Client(n_workers=1) as client:  # a script's default
        named = client.options(name="fit[3]")
        named.submit(output_tasks.print_line, "here", "and \x1b[31mhere")
        client.submit(output_tasks.write_bytes, b"\xc3", b"\xa9 \xff\n")
        client.submit(output_tasks.write_bytes, b" 1 %\r 50 %\r100 %\r", b"")
    assert heard.getvalue() == (
        "fit[3] | here\nfit[3] | and \x1b[31mhere\nwrite_bytes | é \\xff\nwrite_bytes | 100 %\n"
    )


def test_echo_prints_whole_lines_of_tasks_that_write_at_the_same_time(
    capsys: pytest.CaptureFixture[str], scripted: tuple[Client, ScriptedEngine]
) -> None:
    client, _ = scripted
    one, two = (client.options(name=name).submit(len, "") for name in ("one", "two\x1b[31m"))
    echo = Echo(client.board)
    echo.on_output(one.task_id, 0, b"first of ")
    echo.on_output(two.task_id, 0, b"other\nbegins")
    echo.on_output(one.task_id, 9, b"one\n")
    echo.on_output(two.task_id, 1000, b"goes on")
    echo.on_end(two.task_id)
    echo.close(wait=True)
    assert sorted(capsys.readouterr().out.splitlines()) == [
        "one | first of one",
        "two\\x1b[31m | [scaler_lab: 988 bytes left out]",
        "two\\x1b[31m | begins",
        "two\\x1b[31m | goes on",
        "two\\x1b[31m | other",
    ]


def test_echo_is_not_the_default_in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    from scaler_lab.client.echo import is_wanted

    monkeypatch.setitem(__import__("sys").modules, "ipykernel", object())
    assert (is_wanted(None), is_wanted(True), is_wanted(False)) == (False, True, False)


def test_without_capture_it_goes_where_the_program_writes(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with Client(n_workers=1, capture=False) as client:
        future = client.submit(output_tasks.all_ways)
        future.result(TIMEOUT)
        with pytest.raises(FeatureMissing, match="does not report the output of its tasks"):
            future.output()
    out, error = capfd.readouterr()
    assert "os.write" in out
    assert "its stderr" in error


def test_an_engine_that_does_not_report_starts_states_it() -> None:
    with pytest.raises(FeatureMissing, match="echo=True"):
        Client(ThreadEngine(), echo=True)
    with pytest.raises(FeatureMissing, match="echo=True"):
        Client(LocalEngine(n_workers=1, capture=False), echo=True)
    with Client(ThreadEngine()) as client:
        future = client.submit(output_tasks.loop, 3, "harmless")
        assert future.result(TIMEOUT) == 3
        assert future.progress is None
        with pytest.raises(FeatureMissing, match="write it to a file"):
            future.output()


# -- the ring --------------------------------------------------------------------------------------


def test_a_ring_keeps_the_newest_and_counts_the_rest() -> None:
    buffer = OutputBuffer()
    buffer.add(b"a" * OUTPUT_BUFFER_BYTES)
    buffer.add("é".encode())
    assert (buffer.total, buffer.dropped) == (OUTPUT_BUFFER_BYTES + 2, 2)
    assert buffer.end(4) == ("aaé", OUTPUT_BUFFER_BYTES - 2)
    assert buffer.end(1) == (
        "\\xa9",
        OUTPUT_BUFFER_BYTES + 1,
    )  # of one character, nothing is left whole
    assert buffer.end(3).text == "aé"


def test_a_ring_detects_a_gap_and_a_repetition() -> None:
    buffer = OutputBuffer()
    buffer.add(b"one", 0)
    buffer.add(b"one two", 0)
    assert buffer.end() == ("one two", 0)
    buffer.add(b"later", 100)
    assert buffer.end() == ("later", 100)
    assert (buffer.total, buffer.dropped) == (105, 100)


def test_a_character_that_is_not_all_there_yet_waits() -> None:
    buffer = OutputBuffer()
    buffer.add("a€".encode()[:-1])
    assert buffer.end(is_whole=False).text == "a"
    assert buffer.end().text == "a\\xe2\\x82"
