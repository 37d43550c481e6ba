"""A local engine for several clients, each apart from the others."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import CancelledError, wait
from pathlib import Path

import local_tasks
import pytest
from helpers import (
    TIMEOUT,
    all_pids,
    connection_of,
    engine_of,
    folders_of,
    started,
    values,
    wait_until,
    wait_until_nothing_is_left,
)

from scaler_lab import Client, EngineLost, EngineNotFound, LocalEngine, Status
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.messages import TaskCancel


def test_clients_come_and_go_and_the_engine_stays(engine: LocalEngine) -> None:
    for n in range(3):
        with Client(engine) as client:
            assert client.submit(local_tasks.mark_nothing, n).result(TIMEOUT) == n
    address = f"local://{connection_of(engine).engine_id}"
    with Client(engine.address) as by_name, Client(address) as by_id:
        assert by_name.submit(local_tasks.mark_nothing, 7).result(TIMEOUT) == 7
        assert by_id.submit(local_tasks.mark_nothing, 8).result(TIMEOUT) == 8


def test_an_engine_that_was_stopped_leaves_nothing_and_can_t_be_found(engine: LocalEngine) -> None:
    with Client(engine) as client:
        client.submit(local_tasks.pid).result(TIMEOUT)
        pids, folders = all_pids(engine), folders_of(engine)
        engine.stop()
        wait_until_nothing_is_left(pids, folders)
        with pytest.raises(EngineLost):
            wait_until(lambda: client.submit(local_tasks.pid) and False, "the news to arrive")
    engine.stop()
    with pytest.raises(EngineNotFound, match="no local engine named"):
        Client(engine.address)
    with pytest.raises(RuntimeError, match="create a new one"):
        engine.start()


def test_a_stop_settles_the_futures_of_every_client(engine: LocalEngine, tmp_path: Path) -> None:
    with Client(engine) as client:
        running = started(client.submit(local_tasks.sleep, str(tmp_path)), tmp_path)
        engine.stop()
        assert wait([running], TIMEOUT).done
        with pytest.raises((EngineLost, CancelledError), match=r"stopped by a command|gone|^$"):
            running.result()


def test_clients_share_workers_and_nothing_else(engine: LocalEngine, tmp_path: Path) -> None:
    with Client(engine) as one, Client(engine) as other:
        running = started(one.submit(local_tasks.return_when_released, str(tmp_path)), tmp_path)
        other.engine.request_cancel(TaskCancel((running.task_id,), force=True))
        assert other.cancel_all(timeout=0) == 0
        assert other.submit(local_tasks.mark_nothing, 1).result(TIMEOUT) == 1
        assert len(other.board.snapshot().tasks) == 1
        other.shutdown()
        assert one.submit(local_tasks.mark_nothing, 2).result(TIMEOUT) == 2
        assert running.status is not Status.CANCELLING
        local_tasks.note(str(tmp_path), "released")
        assert running.result(TIMEOUT) == "released"


def test_clients_take_turns(tmp_path: Path) -> None:
    """One who submits a little does not wait behind one who submitted much."""
    with LocalEngine(n_workers=1) as engine, Client(engine) as much, Client(engine) as little:
        gate = started(much.submit(local_tasks.return_when_released, str(tmp_path)), tmp_path)
        crowd = much.submit_each(local_tasks.tick, [str(tmp_path)] * 200, range(200), [0.01] * 200)
        mine = little.submit_each(local_tasks.mark_nothing, range(5))
        local_tasks.note(str(tmp_path), "released")
        gate.result(TIMEOUT)
        assert values(mine) == list(range(5))
        assert sum(future.done() for future in crowd) < 100
        much.cancel(crowd, TIMEOUT)


def test_a_guest_s_farewell_does_not_end_its_host_s_engine() -> None:
    with Client(n_workers=1) as host:
        with Client(engine_of(host).address) as guest:
            assert guest.submit(local_tasks.mark_nothing, 1).result(TIMEOUT) == 1
        assert host.submit(local_tasks.mark_nothing, 2).result(TIMEOUT) == 2


def test_modules_of_each_client_are_found(engine: LocalEngine, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"only_{name}.py").write_text(f"def answer(n): return {name!r}, n\n")
    program = """
import sys
sys.path.insert(0, sys.argv[2])
module = __import__(sys.argv[3])
from scaler_lab import Client
with Client(sys.argv[1]) as client:
    print(*[future.result(20) for future in client.submit_each(module.answer, range(4))])
"""
    for name in ("one", "two"):
        arguments = [engine.address, str(tmp_path / name), f"only_{name}"]
        ran = subprocess.run(
            [sys.executable, "-c", program, *arguments],
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=True,
        )
        assert ran.stdout.strip() == " ".join(f"('{name}', {n})" for n in range(4))


def context_files(engine: LocalEngine) -> list[str]:
    return [name for name in os.listdir(connection_of(engine).folder) if "context" in name]


def test_an_engine_keeps_nothing_of_clients_that_are_gone() -> None:
    with LocalEngine(n_workers=1) as engine:
        for n in range(5):
            with Client(engine) as client:
                assert client.submit(local_tasks.mark_nothing, n).result(TIMEOUT) == n
        wait_until(lambda: not context_files(engine), "the files of those clients to be removed")


def test_a_client_whose_sys_path_changes_often_has_few_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with LocalEngine(n_workers=1) as engine, Client(engine) as client:
        path = list(sys.path)
        for n in range(100):
            monkeypatch.setattr(sys, "path", [*path, f"/nowhere/{n}"])
            assert client.submit(local_tasks.mark_nothing, n).result(TIMEOUT) == n
        assert len(context_files(engine)) < 30


def test_old_settings_of_sys_path_stay_as_long_as_tasks_need_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with LocalEngine(n_workers=1) as engine, Client(engine) as client:
        waits = started(client.submit(local_tasks.return_when_released, str(tmp_path)), tmp_path)
        path = list(sys.path)
        futures: list[ScalerFuture[bool]] = []
        for n in range(60):
            monkeypatch.setattr(sys, "path", [*path, f"/nowhere/{n}"])
            futures.append(client.submit(local_tasks.has_path, f"/nowhere/{n}"))
        local_tasks.note(str(tmp_path), "released")
        assert waits.result(TIMEOUT)
        assert all(future.result(TIMEOUT) for future in futures)
