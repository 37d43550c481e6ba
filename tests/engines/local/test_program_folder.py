"""Tasks run in the program's current folder, as it was when they were submitted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import local_tasks
import pytest
from helpers import TIMEOUT, connection_of, engine_of, started

from scaler_lab import Client, LocalEngine, Resolution, ScalerFuture
from scaler_lab.engines.local.client.current_folder import current_folder
from scaler_lab.engines.local.settings import paths_for_workers


def _folder_of_task(client: Client) -> str:
    return client.submit(os.getcwd).result(TIMEOUT)


def test_a_task_runs_where_the_program_was_when_it_submitted_it(
    lone_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocking = started(
        lone_client.submit(local_tasks.return_when_released, str(tmp_path)), tmp_path
    )
    submitted: list[tuple[str, object]] = []
    for name in ("one", "two", "one", "three"):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        monkeypatch.chdir(folder)
        submitted.append((str(folder), lone_client.submit(os.getcwd)))
    local_tasks.note(str(tmp_path), "released")
    blocking.result(TIMEOUT)
    for folder_name, future in submitted:
        assert future.result(TIMEOUT) == folder_name  # type: ignore[attr-defined]


def test_an_interrupted_task_s_worker_stays_in_the_program_s_folder(
    lone_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    future = started(lone_client.submit(local_tasks.sleep, str(tmp_path)), tmp_path)
    assert future.cancel(TIMEOUT)
    assert future.cancel_resolution is Resolution.INTERRUPTED
    assert _folder_of_task(lone_client) == str(tmp_path)


def test_going_to_and_fro_keeps_no_more_than_there_are_folders(
    lone_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        for name in ("one", "two"):
            (tmp_path / name).mkdir(exist_ok=True)
            monkeypatch.chdir(tmp_path / name)
            assert _folder_of_task(lone_client) == str(tmp_path / name)
    folder = Path(connection_of(engine_of(lone_client)).folder)
    assert len(list(folder.glob("context-*"))) == 2


def test_modules_of_the_current_folder_are_found_after_a_change(
    lone_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    (tmp_path / "only_here.py").write_text("VALUE = 7\n")
    monkeypatch.chdir(tmp_path)
    code = "__import__('only_here').VALUE"
    assert lone_client.submit(eval, code).result(TIMEOUT) == 7


def test_programs_that_share_an_engine_have_each_its_own_folder(
    engine: LocalEngine, tmp_path: Path
) -> None:
    program = """
import os, sys
from scaler_lab import Client
with Client(sys.argv[1]) as client:
    print(*{future.result(20) for future in [client.submit(os.getcwd) for _ in range(4)]})
"""
    with Client(engine) as here:
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            ran = subprocess.run(
                [sys.executable, "-c", program, engine.address],
                capture_output=True,
                text=True,
                timeout=TIMEOUT,
                check=True,
                cwd=tmp_path / name,
                env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
            )
            assert ran.stdout.strip() == str(tmp_path / name)
            assert _folder_of_task(here) == str(Path.cwd())


def test_a_folder_whose_name_is_not_utf_8_is_followed(
    lone_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")
    os.mkdir(folder)
    monkeypatch.chdir(folder)
    assert os.fsencode(_folder_of_task(lone_client)) == os.fsencode(folder)


def test_a_removed_folder_stops_neither_a_client_nor_its_tasks(
    lone_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    shutil.rmtree(gone)
    assert lone_client.submit(len, "abc").result(TIMEOUT) == 3
    monkeypatch.setattr(sys, "path", ["/somewhere", *sys.path])
    assert lone_client.submit(len, "abcd").result(TIMEOUT) == 4
    with Client(n_workers=1) as client:
        assert client.submit(len, "abcde").result(TIMEOUT) == 5


def test_a_folder_removed_before_its_task_runs_does_not_fail_it(
    lone_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocking = started(
        lone_client.submit(local_tasks.return_when_released, str(tmp_path)), tmp_path
    )
    gone = tmp_path / "gone"
    gone.mkdir()
    with monkeypatch.context() as there:
        there.chdir(gone)
        future = lone_client.submit(len, "abc")
    shutil.rmtree(gone)
    local_tasks.note(str(tmp_path), "released")
    blocking.result(TIMEOUT)
    assert future.result(TIMEOUT) == 3


def test_paths_without_a_current_folder_are_those_that_lead_somewhere(tmp_path: Path) -> None:
    paths = ["", "relative", "/a//b/../c", "/d", "/d"]
    assert paths_for_workers(paths, "") == ["/a/c", "/d"]
    here = str(tmp_path)
    assert paths_for_workers(paths, here) == [here, f"{here}/relative", "/a/c", "/d"]


def test_a_program_that_keeps_changing_its_folder_has_each_task_run_where_it_was(
    lone_client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if it goes back to a folder before the messages of its last tasks were sent."""
    submitted: list[tuple[str, ScalerFuture[str]]] = []
    for n in range(600):
        folder = tmp_path / ("one", "two")[n // 3 % 2]
        folder.mkdir(exist_ok=True)
        monkeypatch.chdir(folder)
        submitted.append((str(folder), lone_client.submit(os.getcwd)))
    assert [future.result(TIMEOUT) for _, future in submitted] == [name for name, _ in submitted]


def test_the_folder_is_read_as_os_getcwd_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = tmp_path / os.fsdecode(b"caf\xe9")
    deep = tmp_path.joinpath(*["d" * 250] * 20)  # longer than the buffer
    odd.mkdir()
    for folder in (tmp_path, odd):
        monkeypatch.chdir(folder)
        assert current_folder() == os.getcwdb()
    monkeypatch.chdir(tmp_path)
    for part in deep.relative_to(tmp_path).parts:
        os.mkdir(part)
        os.chdir(part)
    assert current_folder() == os.getcwdb() == os.fsencode(deep)
    os.chdir(odd)
    odd.rmdir()
    assert current_folder() == b""
