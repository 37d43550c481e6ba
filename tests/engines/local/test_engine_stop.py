"""An engine is reported as stopped only once its scheduler has ended."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from helpers import all_pids, connection_of, wait_until, wait_until_nothing_is_left

from scaler_lab import LocalEngine, cli
from scaler_lab.engines.local import blobs
from scaler_lab.engines.local.client import running, scheduler_process
from scaler_lab.errors import EngineNotStopped
from scaler_lab.runtime import runtime_dir


@pytest.fixture
def night(own_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[psutil.Process]:
    """The scheduler of an engine that runs on its own, called night."""
    del own_folder
    monkeypatch.setattr(scheduler_process, "END_TIMEOUT", 0.2)
    entry = running.start_engine("night", n_workers=1)
    process = psutil.Process(entry.pid)
    family = [process, *process.children(recursive=True)]
    yield process
    for member in reversed(family):
        if member.is_running():
            member.kill()
    psutil.wait_procs(family, timeout=5)
    runtime_dir.sweep()
    blobs.sweep_blob_folders()
    shutil.rmtree(entry.folder, ignore_errors=True)


def test_an_engine_that_was_stopped_by_a_signal_is_not_reported_as_stopped(
    night: psutil.Process, capsys: pytest.CaptureFixture[str]
) -> None:
    night.suspend()
    wait_until(lambda: night.status() == psutil.STATUS_STOPPED)
    assert cli.main(["engine", "stop", "night"]) == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"'night' (pid {night.pid}) did not stop and still runs" in captured.err
    assert f"kill -CONT {night.pid}" in captured.err
    assert "scaler-lab engine stop --force night" in captured.err
    assert [entry.pid for entry in running.list_engines()] == [night.pid]
    night.resume()  # it finds the request to stop that waited for it
    assert night.wait(10) is None or not night.is_running()


def test_an_engine_that_receives_no_request_is_not_reported_as_stopped(
    night: psutil.Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Simulate a full queue of connections."""

    def refuse(*_: object, **__: object) -> object:
        raise BlockingIOError

    monkeypatch.setattr("scaler_lab.engines.local.client.scheduler_process.connect", refuse)
    with pytest.raises(EngineNotStopped, match="busy, or can't be reached"):
        running.stop_engine("night")
    assert night.is_running()


@pytest.mark.parametrize("is_stuck", [False, True], ids=["responsive", "stopped"])
def test_force_ends_the_engine_and_everything_it_started(
    night: psutil.Process, capsys: pytest.CaptureFixture[str], is_stuck: bool
) -> None:
    [entry] = running.list_engines()
    family = [night, *night.children(recursive=True)]
    if is_stuck:
        for member in family:
            member.send_signal(signal.SIGSTOP)
    assert cli.main(["engine", "stop", "--force", "night"]) == 0
    assert f"(pid {night.pid}) is stopped" in capsys.readouterr().out
    wait_until_nothing_is_left([member.pid for member in family], [entry.folder])
    assert running.list_engines() == []


def test_an_engine_whose_folder_vanished_during_its_stop_is_waited_for(
    night: psutil.Process,
) -> None:
    connection = runtime_dir.find("night")
    night.suspend()
    shutil.rmtree(connection.folder)
    with pytest.raises(EngineNotStopped):
        scheduler_process.stop(connection)
    night.resume()


def test_the_process_that_got_the_number_of_an_ended_engine_is_left_alone() -> None:
    with LocalEngine(n_workers=1) as engine:
        connection = connection_of(engine)
    with LocalEngine(n_workers=1) as other:
        mistaken = runtime_dir.ConnectionInfo(
            **{
                name: getattr(connection, name)
                for name in connection.__struct_fields__
                if name not in ("pid", "started_at")
            },
            pid=connection_of(other).pid,
            started_at=connection.started_at - 60,
        )
        scheduler_process.stop(mistaken, force=True)
        assert psutil.pid_exists(connection_of(other).pid)


def test_a_shared_engine_that_does_not_respond_is_killed_when_its_block_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scheduler_process, "END_TIMEOUT", 0.2)
    with LocalEngine(n_workers=1) as engine:
        pids = all_pids(engine)
        folder = Path(connection_of(engine).folder)
        psutil.Process(pids[0]).suspend()
    wait_until_nothing_is_left(pids, [folder])
