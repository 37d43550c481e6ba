"""The death of the scheduler or the fork server is reported at once, and nothing is left."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import wait
from pathlib import Path
from typing import Any

import local_tasks
import pytest
from helpers import (
    TIMEOUT,
    all_pids,
    engine_of,
    folders_of,
    forkserver_pid,
    scheduler_pid,
    started,
    wait_for_file,
    wait_until,
    wait_until_gone,
    wait_until_nothing_is_left,
    worker_pids,
)

from scaler_lab import Client, EngineLost, LocalEngine, Resolution
from scaler_lab.core.future import ScalerFuture
from scaler_lab.engines.local.client import agent_thread, scheduler_process


@pytest.fixture
def busy() -> Iterator[tuple[Client, LocalEngine, list[int], list[Path]]]:
    """A client with a running engine; its processes and its folders."""
    with Client(n_workers=2) as client:
        engine = engine_of(client)
        client.submit(local_tasks.pid).result(TIMEOUT)
        wait_until(lambda: len(worker_pids(engine)) == 3, "two workers and a spare")
        yield client, engine, all_pids(engine), folders_of(engine)


Busy = tuple[Client, LocalEngine, list[int], list[Path]]


def lost_within(futures: list[ScalerFuture[Any]], seconds: float) -> None:
    assert not wait(futures, seconds).not_done, "EngineLost is told at once"


def run_task(client: Client, folder: Path, pids: list[int], *, children: bool) -> ScalerFuture[Any]:
    """A task that runs, with processes of its own where *children*; theirs are added to *pids*."""
    task = local_tasks.start_children if children else local_tasks.sleep
    running = started(client.submit(task, str(folder)), folder)
    pids += [int(wait_for_file(folder, n)) for n in ("child", "setsid", "orphan") if children]
    return running


@pytest.mark.parametrize("children", [False, True], ids=["", "with children"])
def test_a_scheduler_s_death_is_reported_at_once_and_leaves_nothing(
    busy: Busy, tmp_path: Path, children: bool
) -> None:
    client, engine, pids, folders = busy
    running = run_task(client, tmp_path, pids, children=children)
    (tmp_path / "other").mkdir()
    asked = client.submit(local_tasks.swallow_everything, str(tmp_path / "other"))
    started(asked, tmp_path / "other")
    queued = [client.submit(local_tasks.pid) for _ in range(100)]
    os.kill(forkserver_pid(engine), signal.SIGSTOP)  # so that it answers no cancel before
    asked.request_cancel()
    os.kill(scheduler_pid(engine), signal.SIGKILL)
    lost_within([running, asked, *queued], 1.0)
    os.kill(pids[1], signal.SIGCONT)
    for future in (running, queued[0]):
        with pytest.raises(EngineLost, match=r"scheduler \(pid \d+\) was killed by SIGKILL at"):
            future.result()
    assert asked.cancelled()
    assert asked.cancel_resolution is Resolution.LOST
    with pytest.raises(EngineLost):
        client.submit(local_tasks.pid)
    with pytest.raises(EngineLost):
        client.submit(local_tasks.size_of, bytes(1_000_000))
    wait_until_nothing_is_left(pids, folders)


@pytest.mark.parametrize("children", [False, True], ids=["", "with children"])
def test_the_fork_server_s_death_ends_the_engine_and_leaves_nothing(
    busy: Busy, tmp_path: Path, children: bool
) -> None:
    client, engine, pids, folders = busy
    running = run_task(client, tmp_path, pids, children=children)
    os.kill(forkserver_pid(engine), signal.SIGKILL)
    with pytest.raises(EngineLost, match="fork server"):
        running.result(TIMEOUT)
    wait_until_nothing_is_left(pids, folders)


def test_what_both_deaths_at_once_leave_is_swept_at_the_next_start(
    busy: Busy, tmp_path: Path
) -> None:
    client, engine, pids, folders = busy
    running = started(client.submit(local_tasks.sleep, str(tmp_path)), tmp_path)
    forkserver = forkserver_pid(engine)
    os.kill(forkserver, signal.SIGSTOP)
    os.kill(scheduler_pid(engine), signal.SIGKILL)
    os.kill(forkserver, signal.SIGKILL)
    lost_within([running], 1.0)
    wait_until_gone(pids)
    assert all(folder.exists() for folder in folders)
    with Client(n_workers=1) as other:
        assert other.submit(local_tasks.mark_nothing, 1).result(TIMEOUT) == 1
        assert not any(folder.exists() for folder in folders)


def test_a_stopped_scheduler_doesn_t_hold_up_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent_thread, "JOIN_TIMEOUT", 1.0)
    monkeypatch.setattr(scheduler_process, "END_TIMEOUT", 1.0)
    client = Client(n_workers=1)
    engine = engine_of(client)
    client.submit(local_tasks.pid).result(TIMEOUT)
    pids, folders = all_pids(engine), folders_of(engine)
    os.kill(scheduler_pid(engine), signal.SIGSTOP)
    begun = time.monotonic()
    client.shutdown()
    assert time.monotonic() - begun < 5.0
    wait_until_nothing_is_left(pids, folders)
