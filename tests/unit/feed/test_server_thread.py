"""The feed of clients whose engine has none: found, looked at and obeyed like an engine's."""

from __future__ import annotations

import json
import os
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from helpers import TIMEOUT, wait_until

from scaler_lab import Board, Client, Resolution, Status
from scaler_lab.cli import main
from scaler_lab.engines.local.client import running
from scaler_lab.feed import discovery
from scaler_lab.feed.connection import FeedConnection
from scaler_lab.runtime import runtime_dir
from scaler_lab.runtime.runtime_dir import ConnectionInfo
from scaler_lab.testing import ScriptedEngine, _work


def only_engine() -> ConnectionInfo:
    """The one feed there is, once it is up."""
    wait_until(discovery.find_engines)
    (served,) = discovery.find_engines()
    return served


class Releasing:
    """Lets the tasks that hold on a folder end, however its block does."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder)

    def __enter__(self) -> str:
        return self.folder

    def __exit__(self, *_: object) -> None:
        _work.release(self.folder)


def raise_with(text: str) -> None:
    raise ValueError(text)


def test_a_client_on_a_thread_pool_is_found_and_its_tasks_are_seen(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool, Client(pool) as client, Releasing(tmp_path) as folder:
        assert discovery.find_engines() == [], "it has no task yet"
        held = client.submit(_work.hold, folder, "held")
        failed = client.submit(raise_with, "no such column")
        served = only_engine()
        assert (served.kind, served.pid) == ("client", os.getpid())
        with FeedConnection(served) as view:
            view.wait_whole(TIMEOUT)
            mirror = view.mirror
            assert mirror.welcome is not None
            assert mirror.welcome.label == "ThreadPoolExecutor, 2 threads"
            assert not mirror.welcome.can_stop_running
            assert mirror.welcome.n_workers == 2

            def status(task_id: Any) -> Status | None:
                view.read()
                row = mirror.rows.get(task_id)
                return None if row is None else row.status

            wait_until(lambda: status(held.task_id) is Status.RUNNING)
            wait_until(lambda: status(failed.task_id) is Status.FAILED)
            asked = view.request_details(failed.task_id)
            wait_until(lambda: view.read() or asked in mirror.details)
            assert "ValueError: no such column" in mirror.details[asked].traceback
            later = client.submit(len, "xyz")
            wait_until(lambda: status(later.task_id) is Status.SUCCEEDED)
            _work.release(folder)
            client.shutdown()
            wait_until(lambda: view.read() or mirror.ended)
            assert mirror.ended == "its client was shut down"
            assert status(held.task_id) is Status.SUCCEEDED
    assert discovery.find_engines() == []


def test_a_cancel_from_a_view_takes_the_same_path(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as pool, Client(pool) as client, Releasing(tmp_path) as folder:
        held = client.submit(_work.hold, folder, "held")
        queued = client.submit(len, "x")
        _work.wait_for_start(folder, "held", TIMEOUT)
        with FeedConnection(only_engine(), "terminal") as view:
            view.wait_whole(TIMEOUT)
            view.request_cancel([queued.task_id, held.task_id])
            wait_until(lambda: view.read() or queued.cancelled())
            assert queued.cancel_resolution is Resolution.NEVER_STARTED
            wait_until(lambda: held.status is Status.CANCELLING)
            info = client.board.info(held.task_id)
            assert info is not None
            assert info.cancel_requested_by == "terminal"
        _work.release(folder)
        wait_until(held.cancelled)


def test_the_command_line_sees_and_cancels(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ThreadPoolExecutor(1) as pool, Client(pool) as client, Releasing(tmp_path) as folder:
        client.submit(_work.hold, folder, "held")
        queued = client.submit(raise_with, "never")
        only_engine()
        assert main(["ls", "--json"]) == 0
        rows = json.loads(capsys.readouterr().out)
        assert [row["name"] for row in rows] == ["hold", "raise_with"]
        assert main(["cancel", str(queued.record.number)]) == 0
        assert queued.cancelled()
        capsys.readouterr()
        assert main(["show", str(queued.record.number)]) == 0
        assert "never started" in capsys.readouterr().out
        _work.release(folder)


def test_it_is_not_an_engine_to_be_used_or_stopped() -> None:
    engine = ScriptedEngine(feed=True)
    with Client(engine) as client:
        engine.finish(client.submit(len, "x"), 1)
        served = only_engine()
        assert running.list_engines() == []
        with pytest.raises(LookupError, match="no local engine named"):
            runtime_dir.find(served.name)


def test_clients_that_share_a_board_share_its_feed() -> None:
    board = Board()
    engines = [ScriptedEngine(feed=True) for _ in range(2)]
    clients = [Client(engine, board=board) for engine in engines]
    for client, engine in zip(clients, engines, strict=True):
        engine.finish(client.submit(len, "x"), 1)
    served = only_engine()
    clients[0].shutdown()
    assert discovery.find_engines() == [served]
    clients[1].shutdown()
    assert discovery.find_engines() == []


def test_a_fork_s_child_serves_no_view_and_disturbs_nothing() -> None:
    engine = ScriptedEngine(feed=True)
    with Client(engine) as client:
        engine.finish(client.submit(len, "x"), 1)
        served = only_engine()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # 3.12: threads and fork
            child = os.fork()
        if child == 0:
            os._exit(0 if client.board.counts[Status.SUCCEEDED] == 1 else 1)
        assert os.waitpid(child, 0)[1] == 0
        assert discovery.find_engines() == [served]
        engine.finish(client.submit(len, "x"), 1)


def test_without_a_safe_folder_the_tasks_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "scaler_lab").mkdir(mode=0o777)
    (tmp_path / "scaler_lab").chmod(0o777)
    monkeypatch.setenv("SCALER_LAB_RUNTIME_DIR", str(tmp_path))
    engine = ScriptedEngine(feed=True)
    with Client(engine) as client:
        future = client.submit(len, "x")
        engine.finish(future, 1)
        assert future.result(0) == 1
        wait_until(lambda: not any(t.name == "scaler_lab-feed" for t in threading.enumerate()))
    assert "can't show this client" in caplog.text
    assert "chmod 700" in caplog.text
