"""The command line: what it prints, on which stream, and its exit status."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator

import psutil
import pytest

import scaler_lab
from scaler_lab import cli
from scaler_lab.cli import output
from scaler_lab.errors import EngineStartFailed


def _run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scaler_lab", *arguments],
        capture_output=True,
        text=True,
        timeout=50,
        env=os.environ | environ,
        check=False,
    )


@pytest.fixture
def runtime_dir() -> Iterator[str]:
    """A runtime folder of the test's own, on a path short enough for sockets."""
    folder = tempfile.mkdtemp(prefix="sl-")
    yield folder
    for entry in json.loads(_run("engine", "list", "--json", SCALER_LAB_RUNTIME_DIR=folder).stdout):
        _run("engine", "stop", entry["engine_id"], SCALER_LAB_RUNTIME_DIR=folder)
    shutil.rmtree(folder)


def test_the_version_is_the_packages() -> None:
    ran = _run("--version")
    assert (ran.returncode, ran.stdout) == (0, f"scaler-lab {scaler_lab.__version__}\n")


def test_help_loads_neither_rich_nor_an_engine() -> None:
    program = (
        "import sys\nfrom scaler_lab.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print({'rich', 'zmq', 'ipywidgets'} & set(sys.modules))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30
    )
    assert ran.stdout.splitlines()[0].startswith("usage: scaler-lab")
    assert ran.stdout.splitlines()[-1] == "set()"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "required: COMMAND"),
        (["dmeo"], "invalid choice: 'dmeo'"),
        (["engine"], "required: VERB"),
        (["demo", "--workers", "0"], "a whole number from 1 to 1024"),
        (["demo", "--workers", "many"], "a whole number from 1 to 1024"),
        (["demo", "--workers", "99999999999999999999"], "a whole number from 1 to 1024"),
        (["engine", "start"], "required: NAME"),
        (["engine", "start", "../etc"], "expected 1 to 32 letters, digits"),
        (["engine", "start", "a b"], "expected 1 to 32 letters, digits"),
        (["engine", "start", "x" * 33], "expected 1 to 32 letters, digits"),
    ],
)
def test_a_wrong_command_line_explains_what_to_do(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == cli.USAGE_ERROR
    captured = capsys.readouterr()
    assert says in captured.err
    assert captured.out == ""


def test_an_engine_is_started_listed_used_and_stopped(runtime_dir: str) -> None:
    def engine(*arguments: str) -> subprocess.CompletedProcess[str]:
        return _run("engine", *arguments, SCALER_LAB_RUNTIME_DIR=runtime_dir)

    listed = engine("list")
    assert (listed.returncode, listed.stdout) == (0, "")
    assert "scaler-lab engine start NAME" in listed.stderr

    started = engine("start", "night", "--workers", "1")
    assert started.returncode == 0, started.stderr
    assert "Client('local://night')" in started.stdout
    assert "scaler-lab engine stop night" in started.stdout

    again = engine("start", "night")
    assert again.returncode == 1
    assert "'night' is running already" in again.stderr

    [entry] = json.loads(engine("list", "--json").stdout)
    assert (entry["name"], entry["n_workers"], entry["address"]) == ("night", 1, "local://night")
    assert "night" in engine("list").stdout

    program = (
        "from scaler_lab import Client\n"
        "with Client('local://night') as client:\n"
        "    print(client.submit(pow, 2, 10).result(20))"
    )
    used = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=50,
        env=os.environ | {"SCALER_LAB_RUNTIME_DIR": runtime_dir},
        check=False,
    )
    assert used.stdout == "1024\n", used.stderr

    missed = engine("stop", "day")
    assert missed.returncode == 1
    assert "running now: 'night'" in missed.stderr

    scheduler = psutil.Process(entry["pid"])
    family = [scheduler, *scheduler.children(recursive=True)]
    stopped = engine("stop", "night")
    assert stopped.returncode == 0, stopped.stderr
    assert psutil.wait_procs(family, timeout=10)[1] == []
    assert json.loads(engine("list", "--json").stdout) == []


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (KeyboardInterrupt(), 130, "stopped by Ctrl-C"),
        (EngineStartFailed("no worker \x1b[2Jcame up"), 1, r"no worker \x1b[2Jcame up"),
        (FileNotFoundError("no sources"), 1, "no sources"),
    ],
)
def test_an_error_is_one_line_and_a_status(
    error: BaseException,
    status: int,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object, **__: object) -> int:
        raise error

    monkeypatch.setattr("scaler_lab.demo.command.demo", fail)
    assert cli.main(["demo"]) == status
    captured = capsys.readouterr()
    assert captured.err.startswith("scaler-lab: ")
    assert says in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""


def test_a_reader_that_left_causes_no_traceback() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    ran = subprocess.run(
        [sys.executable, "-m", "scaler_lab", "engine", "list", "--json"],
        stdout=writer,
        stderr=subprocess.PIPE,
        timeout=30,
        check=False,
    )
    os.close(writer)
    assert (ran.returncode, ran.stderr) == (cli.BROKEN_PIPE, b"")


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        r'[{"name": "\u00e9 \"q\" \\ \n \ud83d\ude00", "tags": ["a", "b"], "at": 1.5e-07}]',
        '{"empty": {}, "none": null, "deep": [[], [{}], [1, [true]]], "n": 1152921504606846976}',
        r'{"folder": "latin-\udce9"}',  # of a path that isn't UTF-8
    ],
)
def test_json_looks_as_the_standard_library_indents_it(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    value = json.loads(text)
    output.print_json(value)
    assert capsys.readouterr().out == json.dumps(value, indent=2) + "\n"
