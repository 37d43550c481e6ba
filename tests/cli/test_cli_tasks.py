"""``scaler-lab ls``, ``cancel`` and ``show``: the tasks of another process, and exit statuses."""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import stack_tasks
from helpers import wait_until
from scenarios import TIMEOUT, held

from scaler_lab import Client, LocalEngine, Resolution, cli
from scaler_lab.cli import look
from scaler_lab.cli.output import NO_RESPONSE, UsageError
from scaler_lab.cli.selection import by_name, find_task
from scaler_lab.cli.tasks import what_is_missing
from scaler_lab.cli.watching import totals
from scaler_lab.core.messages import TaskId
from scaler_lab.core.stack import TaskStack
from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.feed import flame_sampler, messages
from scaler_lab.feed.connection import FeedConnection
from scaler_lab.feed.mirror import FeedMirror
from scaler_lab.testing import _work


def _boom() -> None:
    raise ValueError("no such \x1b]52;c;aGk=\x07 [bold]column[/]")


def _json(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> list[Any]:
    assert cli.main([*arguments, "--json"]) == status
    told: list[Any] = json.loads(capsys.readouterr().out)
    return told


# -- ls ------------------------------------------------------------------------------------------


def test_ls_lists_the_tasks_of_a_programs_own_engine(
    local_client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = local_client.submit(_boom)
    assert failed.exception(TIMEOUT)
    local_client.submit(abs, -1).result(TIMEOUT)
    assert cli.main(["ls"]) == cli.DONE
    head, first, second = capsys.readouterr().out.splitlines()
    assert head.split() == ["state", "#", "task", "worker", "time", "what", "happened"]
    assert first.startswith("✗ failed")
    assert r"ValueError: no such \x1b]52;c;aGk=\x07 [bold]column[/]" in first
    assert second.startswith("✓ succeeded")
    assert "abs" in second


def test_a_list_that_is_not_complete_says_what_it_lacks() -> None:
    def missing(n_queued: int, *, is_behind: bool = False) -> str:
        mirror = FeedMirror("ls")
        rows = [TaskInfo(TaskId(str(n)), n, "f", Status.QUEUED, 1, 0.0) for n in range(3)]
        counts = {Status.QUEUED.value: n_queued, Status.SUCCEEDED.value: 7}
        mirror.on_message(messages.Snapshot(1, 0, 1, rows, counts, [], is_behind))
        return what_is_missing(mirror)

    assert missing(3) == ""
    assert missing(1203) == ("the list is not complete: 1,200 more tasks came while it was read")
    receiving = "the engine is still receiving tasks that a program has submitted"
    assert missing(3, is_behind=True) == f"the list is not complete: {receiving}"
    assert missing(4, is_behind=True).endswith(
        f"1 more tasks came while it was read, and {receiving}"
    )


def test_ls_chooses_by_state_and_name(
    local_client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    for future in local_client.submit_each(abs, range(3), name="fit"):
        future.result(TIMEOUT)
    assert local_client.submit(_boom).exception(TIMEOUT)
    assert [row["name"] for row in _json(capsys, "ls", "--state", "failed,open")] == ["_boom"]
    assert len(_json(capsys, "ls", "--state", "done")) == 4
    assert [row["number"] for row in _json(capsys, "ls", "--name", "fit[?]")] == [1, 2, 3]
    assert _json(capsys, "ls", "--name", "fot*") == []
    assert cli.main(["ls", "--state", "queued"]) == cli.DONE
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "scaler-lab: no such tasks\n")


def test_ls_in_json_has_all_fields(
    local_client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    future = local_client.submit(abs, -1)
    future.result(TIMEOUT)
    [row] = _json(capsys, "ls")
    assert row["id"] == future.task_id
    assert (row["number"], row["name"], row["state"]) == (1, "abs", "succeeded")
    assert row["submitted_at"] <= row["started_at"] <= row["ended_at"] <= time.time()
    assert row["engine"] == local_client.engine.name  # type: ignore[attr-defined]
    assert row["cancel"] is None
    assert row["error"] is None


def test_ls_with_nothing_running_reports_that(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["ls"]) == cli.DONE
    assert "nothing is running" in capsys.readouterr().err
    assert _json(capsys, "ls") == []
    assert cli.main(["ls", "--engine", "night"]) == cli.FAILED
    assert "none is running now" in capsys.readouterr().err


def test_ls_of_several_engines_names_each(capsys: pytest.CaptureFixture[str]) -> None:
    with (
        LocalEngine(n_workers=1, name="day") as day,
        LocalEngine(n_workers=1, name="night") as night,
        Client(day) as one,
        Client(night) as other,
    ):
        one.submit(abs, -1).result(TIMEOUT)
        other.submit(len, "ab").result(TIMEOUT)
        assert cli.main(["ls"]) == cli.DONE
        told = capsys.readouterr().out
        assert "(day)" in told
        assert "(night)" in told
        assert [row["name"] for row in _json(capsys, "ls", "--engine", "night")] == ["len"]

        assert cli.main(["show", "1"]) == cli.USAGE_ERROR
        assert "choose one with --engine" in capsys.readouterr().err
        assert cli.main(["cancel", "--all"]) == cli.USAGE_ERROR
        assert "choose one with --engine" in capsys.readouterr().err


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines()


def test_ls_watch_prints_each_change_into_a_pipe_until_the_engine_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = (tmp_path / "out").open("w")
    monkeypatch.setattr(sys, "stdout", out)
    with LocalEngine(n_workers=1, name="day") as day, Client(day) as client:
        watching = threading.Thread(
            target=cli.main, args=(["ls", "--watch", "--engine", "day", "--name", "_boom"],)
        )
        watching.start()
        assert client.submit(_boom).exception(TIMEOUT)
        client.submit(abs, -1).result(TIMEOUT)
        wait_until(lambda: "failed" in Path(out.name).read_text())
    watching.join(TIMEOUT)
    assert not watching.is_alive()
    last = _lines(out.name)[-1].split()
    assert last[1:5] == ["✗", "failed", "1", "_boom"]
    assert all("_boom" in line for line in _lines(out.name))
    out.close()


def test_ls_watch_in_json_is_one_object_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = (tmp_path / "out").open("w")
    monkeypatch.setattr(sys, "stdout", out)
    with LocalEngine(n_workers=1, name="day") as day, Client(day) as client:
        client.submit(abs, -1).result(TIMEOUT)
        watching = threading.Thread(
            target=cli.main, args=(["ls", "--watch", "--engine", "day", "--json"],)
        )
        watching.start()
        wait_until(lambda: "succeeded" in Path(out.name).read_text())
    watching.join(TIMEOUT)
    assert [json.loads(line)["name"] for line in _lines(out.name)] == ["abs"]
    out.close()


def test_a_list_on_a_terminal_ends_with_totals(local_client: Client) -> None:
    assert local_client.submit(_boom).exception(TIMEOUT)
    local_client.submit(abs, -1).result(TIMEOUT)
    rows = local_client.board.snapshot().tasks
    assert totals(rows) == "2 tasks: 1 succeeded, 1 failed"
    assert totals(rows[:1]) == "1 task: 1 failed"


# -- cancel --------------------------------------------------------------------------------------


def test_cancel_stops_a_task_and_reports_how(
    local_client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    future = held(local_client, tmp_path)
    assert cli.main(["cancel", "#1"]) == cli.DONE
    captured = capsys.readouterr()
    assert captured.out.splitlines()[1].startswith("⊘ cancelled")
    assert "interrupted" in captured.out
    assert captured.err == "scaler-lab: 1 cancelled\n"
    assert future.cancel()
    assert future.cancel_resolution is Resolution.INTERRUPTED


def test_cancel_by_force_kills(
    local_client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    future = held(local_client, tmp_path)
    [row] = _json(capsys, "cancel", future.task_id, "--force")
    assert (row["outcome"], row["state"]) == ("cancelled", "cancelled")
    assert row["cancel"]["resolution"] == "killed"
    assert row["cancel"]["requested_by"] == "scaler-lab cancel"
    assert row["cancel"]["seconds"] > 0


def test_cancel_all_stops_all_and_with_nothing_left_is_done(
    local_client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held(local_client, tmp_path)
    group = local_client.submit_each(time.sleep, [3600.0] * 70)  # until they are cancelled
    group[-1].stack()  # once it is answered, the engine has all of them
    assert cli.main(["cancel", "--all"]) == cli.DONE
    captured = capsys.readouterr()
    assert captured.err == "scaler-lab: 71 cancelled\n"
    assert captured.out == "", "so many are counted only"
    assert cli.main(["cancel", "--all"]) == cli.DONE
    assert capsys.readouterr().err == "scaler-lab: nothing to cancel\n"
    assert all(future.cancel() for future in local_client.futures)


def test_cancel_by_name_takes_groups_too(
    local_client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    # They last until they are cancelled.
    local_client.submit_each(time.sleep, [3600.0] * 4, name="fit")
    group = local_client.submit_each(time.sleep, [3600.0] * 2, name="fitter")
    group[-1].stack()  # once it is answered, the engine has all of them
    assert len(_json(capsys, "cancel", "--name", "fit")) == 4
    assert len(_json(capsys, "cancel", "--name", "f*[1]")) == 1
    assert _json(capsys, "cancel", "--name", "fit", status=cli.FAILED) == [
        {"given": "fit", "outcome": "not found"}
    ]
    local_client.cancel_all()


def test_cancel_of_what_was_done_or_is_not_there_fails(
    local_client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    local_client.submit(abs, -1).result(TIMEOUT)
    held(local_client, tmp_path)
    told = _json(capsys, "cancel", "1", "2", "99", status=cli.FAILED)
    assert [each["outcome"] for each in told] == ["done before", "cancelled", "not found"]
    assert cli.main(["cancel", "2"]) == cli.DONE, "it is cancelled, as it was to be"


def test_cancel_that_is_not_answered_in_time_reports_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Client(n_workers=1, grace=60) as client:
        future = client.submit(_work.beat_stubbornly, str(tmp_path), "held")
        _work.wait_for_start(str(tmp_path), "held", TIMEOUT)
        [row] = _json(capsys, "cancel", "1", "--timeout", "0.5", status=NO_RESPONSE)
        assert row["outcome"] == "no answer"
        assert row["state"] == "cancelling"
        assert not future.done()
        client.cancel_all(force=True)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["cancel"], "TASK"),
        (["cancel", "--all", "--name", "fit"], "not allowed with"),
        (["cancel", "1", "--timeout", "-1"], "invalid time"),
        (["cancel", "1", "--timeout", "soon"], "invalid time"),
        (["ls", "--state", "done,dead"], "invalid state 'dead'"),
        (["show"], "TASK"),
    ],
)
def test_a_wrong_command_line_is_misuse(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        status: object = cli.main(arguments)
    except SystemExit as exit_:
        status = exit_.code
    assert status == cli.USAGE_ERROR
    captured = capsys.readouterr()
    assert says in captured.err
    assert captured.out == ""


def _talk(path: str) -> None:
    sys.stdout.write("one\n")
    sys.stdout.flush()
    while not Path(path).exists():
        time.sleep(0.01)
    sys.stdout.write("zwei é\x1b[2J\n")
    raise ValueError("no such column")


def test_show_follow_prints_the_output_as_it_comes_and_how_the_task_ended(
    local_client: Client,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path, parts = tmp_path / "go", list[str]()

    def on_text(text: str) -> None:
        parts.append(text)
        path.touch()  # the task goes on only after its first line was printed

    monkeypatch.setattr(look, "print_text", on_text)
    future = local_client.submit(_talk, str(path))
    wait_until(future.running)
    assert cli.main(["show", "1", "--follow"]) == cli.DONE
    assert len(parts) > 1
    assert "".join(parts) == "one\nzwei é\\x1b[2J\n"
    assert "✗ failed" in capsys.readouterr().out
    assert cli.main(["show", "1", "--follow", "--json"]) == cli.USAGE_ERROR


# -- show ----------------------------------------------------------------------------------------


def test_show_prints_the_traceback(
    local_client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    assert local_client.submit(_boom).exception(TIMEOUT)
    assert cli.main(["show", "1"]) == cli.DONE
    told = capsys.readouterr().out
    assert "✗ failed" in told
    assert "Traceback (most recent call last):" in told
    assert r"\x1b]52" in told
    assert "\x1b" not in told
    assert cli.main(["show", "1", "--json"]) == cli.DONE
    row = json.loads(capsys.readouterr().out)
    assert "in _boom" in row["traceback"]


@pytest.mark.usefixtures("local_client")
def test_show_of_no_task_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["show", "7"]) == cli.FAILED
    assert "there is no task '7'" in capsys.readouterr().err
    assert cli.main(["show", "fit"]) == cli.USAGE_ERROR
    assert "use --name" in capsys.readouterr().err


# -- stack ---------------------------------------------------------------------------------------


def test_stack_prints_where_a_task_is(
    local_client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    napping = local_client.options(name="nap").submit(stack_tasks.sleep)
    wait_until(napping.running, "the task to run")
    assert cli.main(["stack", "1"]) == cli.DONE
    out = capsys.readouterr().out
    assert out.startswith("#1 nap: waiting: sleep\n")
    assert "in sleep\n    time.sleep(LONG)\n" in out
    [frames] = _json(capsys, "stack", "1")["threads"]  # type: ignore[call-overload]
    assert frames[0]["name"] == "sleep"
    assert cli.main(["show", "1"]) == cli.DONE
    assert "where it is  waiting: sleep" in capsys.readouterr().out
    assert cli.main(["show", "1"]) == cli.DONE
    assert sys.platform != "linux" or "% of a core, " in capsys.readouterr().out
    napping.cancel(TIMEOUT)


def test_stack_of_a_task_that_does_not_run_fails(
    local_client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    local_client.submit(abs, -1).result(TIMEOUT)
    assert cli.main(["stack", "1"]) == cli.FAILED
    assert capsys.readouterr().err == "scaler-lab: task #1 'abs' does not run: it is succeeded\n"
    assert cli.main(["stack", "9"]) == cli.FAILED
    assert capsys.readouterr().err == "scaler-lab: there is no task '9'\n"


# -- flame ---------------------------------------------------------------------------------------


def test_flame_prints_where_a_task_spends_its_time_and_draws_it(
    local_client: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    napping = local_client.options(name="nap").submit(stack_tasks.sleep)
    wait_until(lambda: len(napping.stack().frames) == 1, "the task's module to be imported")
    picture = tmp_path / "nap.svg"
    assert cli.main(["flame", "1", "--seconds", "0.5", "--output", str(picture)]) == cli.DONE
    out = capsys.readouterr().out
    assert out.startswith("#1 nap: 0.")
    assert "waiting: sleep in sleep  stack_tasks.py:" in out
    assert "waiting: sleep" in picture.read_text(encoding="utf-8")
    told: Any = _json(capsys, "flame", "1", "--seconds", "0.2")
    assert told["profiles"][0]["type"] == "sampled"
    napping.cancel(TIMEOUT)


def test_flame_of_a_task_that_does_not_run_fails(
    local_client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    local_client.submit(abs, -1).result(TIMEOUT)
    assert cli.main(["flame", "1"]) == cli.FAILED
    assert capsys.readouterr().err == "scaler-lab: #1 abs: no samples; the task is ended\n"
    assert cli.main(["flame", "9"]) == cli.FAILED
    assert capsys.readouterr().err == "scaler-lab: there is no task '9'\n"
    with pytest.raises(SystemExit, match=str(cli.USAGE_ERROR)):
        cli.main(["flame", "1", "--output", "x.png"])
    assert "name a .svg file" in capsys.readouterr().err


def test_ctrl_c_ends_flame_with_what_was_sampled(
    local_client: Client, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    napping = local_client.options(name="nap").submit(stack_tasks.sleep)
    wait_until(lambda: len(napping.stack().frames) == 1, "the task's module to be imported")
    looks: list[float] = []
    look_at = flame_sampler.look_at

    def once(feed: FeedConnection, task_id: TaskId, timeout: float) -> TaskStack:
        if looks:
            raise KeyboardInterrupt
        looks.append(timeout)
        return look_at(feed, task_id, timeout)

    monkeypatch.setattr(flame_sampler, "look_at", once)
    assert cli.main(["flame", "1", "--seconds", "600"]) == cli.DONE
    assert "1 samples" in capsys.readouterr().out
    napping.cancel(TIMEOUT)


def test_top_needs_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["top"]) == cli.FAILED
    assert "top needs a terminal" in capsys.readouterr().err


@pytest.mark.parametrize("term", ["dumb", "unknown", ""])
def test_top_refuses_a_terminal_that_cannot_place_text(
    term: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", term)
    for end in (sys.stdin, sys.stdout, sys.stderr):
        monkeypatch.setattr(end, "isatty", lambda: True)
    assert cli.main(["top"]) == cli.FAILED
    assert f"can move the cursor, and TERM names none (TERM={term})" in (capsys.readouterr().err)


# -- which tasks are meant -------------------------------------------------------------------------


def _row(number: int, name: str, group: str = "") -> TaskInfo:
    task_id = TaskId(f"{number:04x}{'ab' * 14}")
    return TaskInfo(task_id, number, name, Status.QUEUED, 1, 0.0, group)


ROWS = [_row(1, "fit[1]", "fit"), _row(12, "a.b"), _row(0x1234, "fit1"), _row(0x1235, "new\nline")]


@pytest.mark.parametrize(
    ("given", "numbers"),
    [
        ("1", [1]),
        ("#12", [12]),
        ("0001", [1]),
        ("000c", [12]),
        ("123", []),
        ("1234", [0x1234]),
        ("1235ABab", [0x1235]),
        ("#1234", []),
        (ROWS[1].task_id, [12]),
    ],
)
def test_a_task_is_found_by_number_or_id(given: str, numbers: list[int]) -> None:
    assert [row.number for row in find_task(given, ROWS)] == numbers


@pytest.mark.parametrize("given", ["fit", "abc", "", "#", "#x", "1.5", "-1"])
def test_what_can_be_no_task_is_misuse(given: str) -> None:
    with pytest.raises(UsageError, match="invalid task"):
        find_task(given, ROWS)


@pytest.mark.parametrize(
    ("pattern", "numbers"),
    [
        ("fit", [1]),
        ("fit[1]", [1]),
        ("fit?", [0x1234]),
        ("fit*", [1, 0x1234]),
        ("a.b", [12]),
        ("a?b", [12]),
        ("axb", []),
        ("*", [1, 12, 0x1234, 0x1235]),
        ("new*line", [0x1235]),
    ],
)
def test_a_pattern_chooses_by_name_or_group(pattern: str, numbers: list[int]) -> None:
    assert [row.number for row in by_name(pattern, ROWS)] == numbers
