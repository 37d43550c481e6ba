"""A worker's death in a task or at its start: that task fails with the cause, all others go on."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable
from concurrent.futures import wait
from pathlib import Path
from typing import Any

import local_tasks
import pytest
from helpers import (
    TIMEOUT,
    engine_of,
    is_running,
    started,
    values,
    wait_for_file,
    wait_until,
    worker_pids,
)

from scaler_lab import (
    Client,
    EngineStartFailed,
    RemoteException,
    Resolution,
    TaskExited,
    WorkerDied,
)

# -- in a task -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("task", "args", "cause", "code"),
    [
        (local_tasks.die_by, (signal.SIGKILL,), "was killed by SIGKILL (9)", -9),
        (local_tasks.segfault, (), "was killed by SIGSEGV (11)", -11),
        (local_tasks.abort, (), "was killed by SIGABRT (6)", -6),
        (local_tasks.exit_hard, (7,), "exited with status 7", 7),
        (local_tasks.exit_hard, (0,), "exited with status 0", 0),
    ],
    ids=["SIGKILL", "segfault", "abort", "os._exit(7)", "os._exit(0)"],
)
def test_a_worker_s_death_fails_its_one_task_with_all_details(
    local_client: Client, task: Callable[..., Any], args: tuple[Any, ...], cause: str, code: int
) -> None:
    before = local_client.submit_each(local_tasks.mark_nothing, range(20))
    dying = local_client.submit(task, *args)
    after = local_client.submit_each(local_tasks.mark_nothing, range(20))
    with pytest.raises(WorkerDied) as caught:
        dying.result(TIMEOUT)
    words = str(caught.value)
    assert re.match(rf"worker \d+ \(pid \d+\) .* while it ran task {task.__name__!r}", words)
    assert cause in words
    assert f"(pid {caught.value.pid})" in words
    assert caught.value.exit_code == code
    assert "Only this task failed; a new worker has taken the place." in words
    if code in (-11, -6):
        assert "It was running this code:" in words
        assert task.__name__ in words.partition("It was running this code:")[2]
    assert dying.worker.startswith("worker ")
    assert values(before) == values(after) == list(range(20))


def test_tasks_prefetched_behind_a_death_run_all_the_same(tmp_path: Path) -> None:
    with Client(n_workers=1) as client:
        values(client.submit_each(local_tasks.mark_nothing, range(500)))  # so prefetching is on
        dying = client.submit(local_tasks.die_by, signal.SIGKILL)
        behind = client.submit_each(local_tasks.mark, [str(tmp_path)] * 60, range(60))
        assert isinstance(dying.exception(TIMEOUT), WorkerDied)
        assert values(behind) == list(range(60))
        assert len(list(tmp_path.glob("ran-*"))) == 60


def test_many_deaths_in_a_row_leave_a_whole_pool(local_client: Client) -> None:
    deaths = local_client.submit_each(local_tasks.exit_hard, [1] * 30)
    assert all(isinstance(f.exception(TIMEOUT), WorkerDied) for f in deaths)
    assert values(local_client.submit_each(local_tasks.mark_nothing, range(50))) == list(range(50))
    engine = engine_of(local_client)
    wait_until(lambda: len(worker_pids(engine)) == 3, "two workers and a spare")


def test_a_death_while_its_cancel_is_pending_ends_cancelled(
    local_client: Client, tmp_path: Path
) -> None:
    future = started(local_client.submit(local_tasks.hold_the_gil, str(tmp_path)), tmp_path)
    future.request_cancel()
    os.kill(int(wait_for_file(tmp_path, "running")), signal.SIGKILL)
    assert wait([future], TIMEOUT).done
    assert future.cancelled()
    assert future.cancel_resolution is Resolution.KILLED


def test_children_of_a_worker_that_dies_are_gone(local_client: Client, tmp_path: Path) -> None:
    future = started(local_client.submit(local_tasks.start_children, str(tmp_path)), tmp_path)
    pids = [int(wait_for_file(tmp_path, name)) for name in ("child", "setsid", "orphan")]
    os.kill(int(wait_for_file(tmp_path, "running")), signal.SIGKILL)
    assert isinstance(future.exception(TIMEOUT), WorkerDied)
    assert not any(is_running(pid) for pid in pids)


def test_sys_exit_in_a_task_is_that_task_s_error_and_the_worker_lives() -> None:
    with Client(n_workers=1) as client:
        pid = client.submit(local_tasks.pid).result(TIMEOUT)
        error = client.submit(local_tasks.exit_softly, 3).exception(TIMEOUT)
        assert isinstance(error, TaskExited)
        assert error.code == 3
        error = client.submit(local_tasks.interrupt_itself).exception(TIMEOUT)
        assert isinstance(error, RemoteException), "not one that would end the client's loop"
        assert "KeyboardInterrupt: by the task itself" in str(error)
        assert client.submit(local_tasks.pid).result(TIMEOUT) == pid


# -- at its start ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("initializer", "why"),
    [
        (local_tasks.die_at_start_by_raising, "RuntimeError: the model file is missing"),
        (local_tasks.die_at_start_by_exit, "exited with status 3"),
    ],
    ids=["raises", "os._exit"],
)
def test_workers_that_die_at_start_are_not_started_for_ever(
    initializer: Callable[[], None], why: str
) -> None:
    with Client(n_workers=2, initializer=initializer) as client:
        futures = client.submit_each(local_tasks.mark_nothing, range(2000))
        assert not wait(futures, TIMEOUT).not_done
        for future in (futures[0], futures[-1]):
            with pytest.raises(EngineStartFailed, match="workers die at start") as caught:
                future.result()
            assert why in str(caught.value)
        engine = engine_of(client)
        wait_until(lambda: not worker_pids(engine), "the attempts to end")
        newest = wait_until(lambda: str(futures[0].exception()), "words")
        count = re.search(r"\((\d+) within", newest)
        if count is not None:
            assert int(count[1]) <= 8, "bounded"


def test_an_engine_whose_workers_died_at_start_recovers(tmp_path: Path) -> None:
    path = tmp_path / "there"
    with Client(
        n_workers=2, initializer=local_tasks.die_at_start_unless, initargs=(str(path),)
    ) as client:
        first = client.submit(local_tasks.mark_nothing, 1)
        assert isinstance(first.exception(TIMEOUT), EngineStartFailed)
        path.touch()
        assert client.submit(local_tasks.mark_nothing, 2).result(TIMEOUT) == 2
        assert values(client.submit_each(local_tasks.mark_nothing, range(50))) == list(range(50))


def test_an_initializer_runs_once_in_each_worker_before_its_first_task() -> None:
    with Client(n_workers=2, initializer=local_tasks.remember, initargs=("prepared",)) as client:
        recollected = values(client.submit_each(local_tasks.recollect_n, range(40)))
        assert {memory for _, memory in recollected} == {"prepared"}
