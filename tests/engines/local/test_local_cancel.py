"""Cancelling on the real local engine: what stops, how, and what is left of it.

Every test checks evidence: files that tasks write, and the list of processes.
"""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, wait
from pathlib import Path
from typing import Any

import local_tasks
import pytest
from helpers import (
    LONG_GRACE_SECONDS,
    TIMEOUT,
    connection_of,
    engine_of,
    is_running,
    started,
    values,
    wait_for_file,
    wait_until,
    wait_until_gone,
    worker_pids,
)

from scaler_lab import Client, Resolution, Status
from scaler_lab.core.future import ScalerFuture
from scaler_lab.engines.local.protocol import CANCEL_IDS
from scaler_lab.feed.connection import FeedConnection

GRACE_SECONDS = 0.5  # the engine's own


@pytest.fixture
def client(local_client: Client) -> Client:
    return local_client


@pytest.fixture
def strict_client() -> Iterator[Client]:
    """With the grace that users have."""
    with Client(n_workers=2) as client:
        yield client
        client.cancel_all(timeout=0, force=True)


def folder_for(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    return folder / name


# -- interrupting ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "task",
    [local_tasks.run_loop, local_tasks.sleep, local_tasks.tidy_up, local_tasks.wait_in_finally],
    ids=lambda task: task.__name__,
)
def test_a_running_task_is_interrupted_and_its_worker_lives(
    client: Client, tmp_path: Path, task: Callable[[str], Any]
) -> None:
    future = started(client.submit(task, str(tmp_path)), tmp_path)
    pid = int(wait_for_file(tmp_path, "running"))
    assert future.cancel(TIMEOUT)
    assert future.cancelled()
    assert future.cancel_resolution is Resolution.INTERRUPTED
    assert future.cancel_seconds is not None
    assert future.cancel_seconds < LONG_GRACE_SECONDS
    assert is_running(pid)
    if task in (local_tasks.tidy_up, local_tasks.wait_in_finally):
        assert local_tasks.evidence(tmp_path, "tidied up") is not None, (
            "told only once it has stopped"
        )
    with pytest.raises(CancelledError):
        future.result()


def test_a_worker_stays_warm_after_an_interrupt(lone_client: Client, tmp_path: Path) -> None:
    pid = lone_client.submit(local_tasks.remember, "what was costly to load").result(TIMEOUT)
    future = started(lone_client.submit(local_tasks.sleep, str(tmp_path)), tmp_path)
    future.cancel(TIMEOUT)
    assert future.cancel_resolution is Resolution.INTERRUPTED
    recollected = lone_client.submit(local_tasks.recollect).result(TIMEOUT)
    assert recollected == (pid, "what was costly to load")


def test_a_task_that_makes_another_exception_of_the_interrupt_was_interrupted(
    lone_client: Client, tmp_path: Path
) -> None:
    pid = lone_client.submit(local_tasks.pid).result(TIMEOUT)
    future = started(lone_client.submit(local_tasks.raise_another, str(tmp_path)), tmp_path)
    assert future.cancel(TIMEOUT)
    assert future.cancel_resolution is Resolution.INTERRUPTED
    with pytest.raises(CancelledError):
        future.result()
    assert lone_client.submit(local_tasks.pid).result(TIMEOUT) == pid


def test_a_task_that_swallows_the_interrupt_and_returns_finished_first(
    client: Client, tmp_path: Path
) -> None:
    future = started(client.submit(local_tasks.return_when_interrupted, str(tmp_path)), tmp_path)
    assert future.cancel(TIMEOUT)
    assert future.cancelled()
    assert future.cancel_resolution is Resolution.FINISHED_FIRST
    with pytest.raises(CancelledError):
        future.result()


def test_an_interrupt_that_python_swallowed_is_raised_again(client: Client, tmp_path: Path) -> None:
    future = started(client.submit(local_tasks.be_interrupted_in_del, str(tmp_path)), tmp_path)
    assert future.cancel(TIMEOUT)
    assert future.cancel_resolution is Resolution.INTERRUPTED
    assert local_tasks.evidence(tmp_path, "after del") is not None, "the first was swallowed"


def test_an_import_torn_by_an_interrupt_spoils_no_later_task(
    lone_client: Client, tmp_path: Path
) -> None:
    """As with scipy: what its parts were named is bound at the first import of them only."""
    package = folder_for(tmp_path, "torn")
    (package / "part.py").write_text("value = 1\n")
    (package / "__init__.py").write_text(
        "import os, time\n"
        f"from local_tasks import evidence, note\nfolder = {str(tmp_path)!r}\n"
        "from .part import value\n"
        "if evidence(folder, 'running') is None:\n"
        "    note(folder, 'running', str(os.getpid()))\n"
        "    time.sleep(60)\n"  # an import that takes long: it is cancelled in its middle
        "del part\n"
    )
    future = lone_client.submit(local_tasks.import_from, str(tmp_path), "torn")
    pid = int(wait_for_file(tmp_path, "running"))
    assert future.cancel(TIMEOUT)
    assert future.cancel_resolution is Resolution.KILLED, "its worker holds half of a package"
    again = lone_client.submit(local_tasks.import_from, str(tmp_path), "torn")
    assert again.result(TIMEOUT) != pid


@pytest.mark.parametrize("daemon", [False, True])
def test_an_interrupt_waits_for_the_threads_the_task_left(
    client: Client, tmp_path: Path, daemon: bool
) -> None:
    task = client.submit(local_tasks.leave_thread, str(tmp_path), 0.2, daemon=daemon)
    future = started(task, tmp_path)
    assert future.cancel(TIMEOUT)
    assert future.cancel_resolution is Resolution.INTERRUPTED
    assert local_tasks.evidence(tmp_path, "thread ended") is not None


@pytest.mark.parametrize("daemon", [False, True])
def test_a_thread_that_does_not_end_is_killed_with_its_worker(
    strict_client: Client, tmp_path: Path, daemon: bool
) -> None:
    task = strict_client.submit(local_tasks.leave_thread, str(tmp_path), 60.0, daemon=daemon)
    future = started(task, tmp_path)
    pid = int(wait_for_file(tmp_path, "running"))
    assert future.cancel(TIMEOUT)
    assert future.cancel_resolution is Resolution.KILLED
    assert not is_running(pid)


def test_threads_of_earlier_tasks_don_t_get_a_worker_killed(
    lone_client: Client, tmp_path: Path
) -> None:
    """A pool of an earlier task is not a leftover of the task that is interrupted."""
    lone_client.submit(local_tasks.keep_pool_of_threads).result(TIMEOUT)
    pid = lone_client.submit(local_tasks.pid).result(TIMEOUT)
    future = started(lone_client.submit(local_tasks.leave_thread, str(tmp_path), 0.1), tmp_path)
    assert future.cancel(TIMEOUT)
    assert future.cancel_resolution is Resolution.INTERRUPTED
    assert lone_client.submit(local_tasks.pid).result(TIMEOUT) == pid


def test_a_librarys_housekeeper_doesn_t_get_a_worker_killed(
    lone_client: Client, tmp_path: Path
) -> None:
    future = started(lone_client.submit(local_tasks.show_bar, str(tmp_path)), tmp_path)
    pid = int(wait_for_file(tmp_path, "running"))
    assert future.cancel(TIMEOUT)
    assert future.cancel_resolution is Resolution.INTERRUPTED
    assert lone_client.submit(local_tasks.pid).result(TIMEOUT) == pid


# -- killing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "task",
    [local_tasks.swallow_everything, local_tasks.hold_the_gil],
    ids=lambda task: task.__name__,
)
def test_what_can_t_be_interrupted_is_killed_after_the_grace(
    strict_client: Client, tmp_path: Path, task: Callable[[str], Any]
) -> None:
    future = started(strict_client.submit(task, str(tmp_path)), tmp_path)
    pid = int(wait_for_file(tmp_path, "running"))
    assert future.cancel(TIMEOUT)
    assert future.cancel_resolution is Resolution.KILLED
    assert future.cancel_seconds is not None
    assert GRACE_SECONDS <= future.cancel_seconds < GRACE_SECONDS + 1.5
    assert not is_running(pid), "told only once it is gone"
    info = strict_client.board.info(future.task_id)
    assert info is not None
    assert f"SIGKILL after a grace period of {GRACE_SECONDS:g} s" in info.detail


def test_force_kills_at_once(client: Client, tmp_path: Path) -> None:
    future = started(client.submit(local_tasks.sleep, str(tmp_path)), tmp_path)
    pid = int(wait_for_file(tmp_path, "running"))
    assert future.cancel(TIMEOUT, force=True)
    assert future.cancel_resolution is Resolution.KILLED
    assert future.cancel_seconds is not None
    assert future.cancel_seconds < LONG_GRACE_SECONDS
    assert not is_running(pid)


def test_force_after_a_plain_ask_cuts_the_grace_short(tmp_path: Path) -> None:
    with Client(n_workers=1, grace=60.0) as client:
        future = started(client.submit(local_tasks.hold_the_gil, str(tmp_path)), tmp_path)
        future.request_cancel()
        assert future.cancel(TIMEOUT, force=True)
        assert future.cancel_resolution is Resolution.KILLED


def test_a_spare_worker_takes_the_place_at_once(lone_client: Client, tmp_path: Path) -> None:
    engine = engine_of(lone_client)
    before = set(wait_until(lambda: both(worker_pids(engine)), "the spare worker"))
    with FeedConnection(connection_of(engine)) as view:  # it may be there, and not ready yet
        assert view.wait_for(lambda: has_spare(view), TIMEOUT)
    stuck = started(lone_client.submit(local_tasks.hold_the_gil, str(tmp_path)), tmp_path)
    stuck_pid = int(wait_for_file(tmp_path, "running"))
    stuck.request_cancel(force=True)
    next_pid = lone_client.submit(local_tasks.pid).result(TIMEOUT)
    assert next_pid in before - {stuck_pid}, "it stood ready"
    wait_until(lambda: both(worker_pids(engine)), "a new spare")


def has_spare(view: FeedConnection) -> bool:
    return any(worker.state == "spare" for worker in view.mirror.workers)


def both(pids: list[int]) -> list[int]:
    return pids if len(pids) == 2 else []


@pytest.mark.parametrize("stubborn", [False, True], ids=["interrupted", "killed"])
def test_children_of_a_stopped_task_are_gone_however_they_hid(
    client: Client, strict_client: Client, tmp_path: Path, stubborn: bool
) -> None:
    client = strict_client if stubborn else client
    future = client.submit(local_tasks.start_children, str(tmp_path), stubborn=stubborn)
    names = ("child", "setsid", "orphan", "running")
    child, setsid, orphan, worker = (int(wait_for_file(tmp_path, name)) for name in names)
    assert all(is_running(pid) for pid in (child, setsid, orphan))
    assert future.cancel(TIMEOUT)
    expected = Resolution.KILLED if stubborn else Resolution.INTERRUPTED
    assert future.cancel_resolution is expected
    assert not any(is_running(pid) for pid in (child, setsid, orphan))
    assert is_running(worker) is not stubborn
    if stubborn:
        info = client.board.info(future.task_id)
        assert info is not None
        assert "child processes too" in info.detail


def test_children_that_older_tasks_left_on_purpose_survive_an_interrupt(
    lone_client: Client, tmp_path: Path
) -> None:
    older = lone_client.submit(local_tasks.start_child_and_return, str(tmp_path))
    older_pid = older.result(TIMEOUT)
    wait_for_file(tmp_path, "older")
    # The system tells births in hundredths of a second: closer than that nobody can tell.
    grown_up = time.monotonic() + 0.1
    wait_until(lambda: time.monotonic() > grown_up, "it to be older")
    future = lone_client.submit(local_tasks.start_children, str(tmp_path))
    child = int(wait_for_file(tmp_path, "child"))
    started(future, tmp_path)
    assert future.cancel(TIMEOUT)
    assert future.cancel_resolution is Resolution.INTERRUPTED
    assert not is_running(child)
    assert is_running(older_pid)
    lone_client.shutdown()
    wait_until_gone([older_pid])


def test_killing_all_workers_of_a_large_pool_at_once_leaves_a_whole_pool(tmp_path: Path) -> None:
    n = 40
    with Client(n_workers=n) as client:
        folders = [folder_for(tmp_path, str(i)) for i in range(n)]
        futures = client.submit_each(local_tasks.sleep, [str(folder) for folder in folders])
        for folder in folders:
            wait_for_file(folder, "running")
        assert client.cancel(futures, TIMEOUT, force=True) == n
        assert {future.cancel_resolution for future in futures} == {Resolution.KILLED}
        assert values(client.submit_each(math.sqrt, [4.0] * n)) == [2.0] * n


# -- queued ----------------------------------------------------------------------------------------


def test_a_thousand_queued_tasks_are_cancelled_and_none_ran(client: Client, tmp_path: Path) -> None:
    folders = [folder_for(tmp_path, name) for name in ("a", "b")]
    running = [client.submit(local_tasks.sleep, str(folder)) for folder in folders]
    for folder in folders:
        wait_for_file(folder, "running")
    queued = client.submit_each(local_tasks.mark, [str(tmp_path)] * 1000, range(1000))
    assert client.cancel(queued, TIMEOUT) == 1000
    assert all(future.cancelled() for future in queued)
    assert {future.cancel_resolution for future in queued} == {Resolution.NEVER_STARTED}
    for future in running:
        assert future.status is Status.RUNNING
        assert future.cancel(TIMEOUT)
    assert client.submit(local_tasks.pid).result(TIMEOUT), "all before it were passed over"
    assert not list(tmp_path.glob("ran-*"))


def test_more_tasks_than_one_message_may_name_are_cancelled_by_one_call(
    client: Client, tmp_path: Path
) -> None:
    folders = [folder_for(tmp_path, name) for name in ("a", "b")]
    running = [started(client.submit(local_tasks.sleep, str(f)), f) for f in folders]
    n_tasks = CANCEL_IDS + 1000
    queued = client.submit_each(local_tasks.mark, [str(tmp_path)] * n_tasks, range(n_tasks))
    assert client.cancel([*running, *queued], TIMEOUT) == n_tasks + 2
    assert {future.cancel_resolution for future in queued} == {Resolution.NEVER_STARTED}
    assert all(future.cancelled() for future in running)
    assert not list(tmp_path.glob("ran-*"))


def test_tasks_prefetched_behind_a_stuck_one_never_start(
    lone_client: Client, tmp_path: Path
) -> None:
    """They are in the worker's own inbox, and it is stuck in C with the interpreter's lock."""
    values(lone_client.submit_each(math.sqrt, [1.0] * 500))  # short tasks: so prefetching is on
    stuck = lone_client.submit(local_tasks.hold_the_gil, str(tmp_path))
    behind = lone_client.submit_each(local_tasks.mark, [str(tmp_path)] * 50, range(50))
    assert lone_client.cancel(behind, TIMEOUT) == 50
    started(stuck, tmp_path)
    assert {future.cancel_resolution for future in behind} == {Resolution.NEVER_STARTED}
    assert stuck.cancel(TIMEOUT, force=True)
    assert lone_client.submit(local_tasks.pid).result(TIMEOUT)
    assert not list(tmp_path.glob("ran-*"))


def test_tasks_behind_a_stuck_one_run_elsewhere(client: Client, tmp_path: Path) -> None:
    values(client.submit_each(math.sqrt, [1.0] * 500))
    stuck = client.submit(local_tasks.hold_the_gil, str(tmp_path))
    behind = client.submit_each(local_tasks.mark, [str(tmp_path)] * 100, range(100))
    assert values(behind) == list(range(100))
    assert stuck.status is not Status.SUCCEEDED
    assert stuck.cancel(TIMEOUT, force=True)
    assert len(list(tmp_path.glob("ran-*"))) == 100


def test_an_atomic_group_is_cancelled_through_any_member(client: Client, tmp_path: Path) -> None:
    folders = [folder_for(tmp_path, str(n)) for n in range(5)]
    group = client.submit_each(local_tasks.sleep, [str(folder) for folder in folders], atomic=True)
    wait_until(lambda: sum((folder / "running").exists() for folder in folders) == 2, "two to run")
    assert group[4].cancel(TIMEOUT)
    assert not wait(group, TIMEOUT).not_done
    assert sorted(str(future.cancel_resolution) for future in group) == (
        ["interrupted"] * 2 + ["never_started"] * 3
    )


# -- races -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_no_interrupt_ever_hits_a_task_it_was_not_meant_for(tmp_path: Path, seed: int) -> None:
    """Hundreds of short tasks on one worker, a third of them cancelled at odd moments.

    Each task notes if it was interrupted; only a task whose cancel was requested may have been.
    """
    chance = random.Random(seed)
    n = 300
    with Client(n_workers=1, grace=5.0) as client:
        pid = client.submit(local_tasks.pid).result(TIMEOUT)
        futures = [
            client.submit(local_tasks.tick, str(tmp_path), i, chance.uniform(0.0, 0.004))
            for i in range(n)
        ]
        asked: set[int] = set()
        while undone := [i for i, future in enumerate(futures) if not future.done()]:
            i = chance.choice(undone[:4])
            if len(asked) < n // 3 and futures[i].request_cancel():
                asked.add(i)
            pause = time.monotonic() + chance.uniform(0.0, 0.004)
            while time.monotonic() < pause:
                pass
        assert asked
        for i, future in enumerate(futures):
            interrupted = local_tasks.evidence(tmp_path, f"interrupted-{i}")
            if i in asked:
                assert future.cancelled()
                if future.cancel_resolution is Resolution.NEVER_STARTED:
                    assert interrupted is None
            else:
                assert interrupted is None, f"task {i} of seed {seed}: {interrupted}"
                assert future.result() == i
        kinds = {future.cancel_resolution for future in futures}
        assert Resolution.INTERRUPTED in kinds, "so the race was run"
        assert Resolution.KILLED not in kinds
        assert client.submit(local_tasks.pid).result(TIMEOUT) == pid, "the same worker all along"


def test_cancels_from_many_threads_race_with_tasks_and_each_other(client: Client) -> None:
    futures: list[ScalerFuture[float]] = []
    said: dict[int, bool] = {}

    def cancel_some(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(50):
            i = chance.randrange(len(futures))
            asked = futures[i].request_cancel(force=chance.random() < 0.1)
            said[i] = said.get(i, False) or asked

    futures += client.submit_each(math.sqrt, [float(n) for n in range(400)])
    threads = [threading.Thread(target=cancel_some, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TIMEOUT)
    assert not wait(futures, TIMEOUT).not_done
    for i, future in enumerate(futures):
        assert future.cancelled() is said.get(i, False)
        if not future.cancelled():
            assert future.result() == math.sqrt(i)


def test_cancelling_in_a_done_callback_does_not_deadlock(client: Client, tmp_path: Path) -> None:
    running = started(client.submit(local_tasks.sleep, str(tmp_path)), tmp_path)
    first = client.submit(math.sqrt, 4.0)
    first.add_done_callback(lambda _: running.cancel())
    assert wait([running], TIMEOUT).done
    assert running.cancelled()
