"""Values sent once for many tasks, on the real local engine."""

from __future__ import annotations

import gc
import pickle
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import local_tasks
import numpy as np
import psutil
import pytest
from helpers import (
    TIMEOUT,
    Program,
    blobs_of,
    engine_of,
    started,
    values,
    wait_until,
    wait_until_nothing_is_left,
    worker_pids,
)

from scaler_lab import Client, FeatureMissing, TaskUnserializable
from scaler_lab.core.state_machine import Status
from scaler_lab.testing.scripted import ScriptedEngine

MIB = 1024 * 1024


@pytest.fixture
def client(local_client: Client) -> Iterator[Client]:
    """Fails a test that leaves a value at the engine."""
    yield local_client
    gc.collect()
    engine = engine_of(local_client)
    wait_until(lambda: not blobs_of(engine), "every shared value to be gone", 5.0)


def maps_of(client: Client) -> list[str]:
    """The shared values that a worker has mapped."""
    return [
        mapped.path
        for pid in worker_pids(engine_of(client))
        for mapped in psutil.Process(pid).memory_maps()
        if mapped.path.endswith(".s")
    ]


@pytest.mark.parametrize(
    "value",
    [None, 7, "words", b"few bytes", b"x" * MIB, "y" * MIB, [1, {"a": 2}], range(5), print],
    ids=lambda value: f"{type(value).__name__}-{len(repr(value))}",
)
def test_a_task_gets_the_value_in_the_references_place(client: Client, value: Any) -> None:
    ref = client.scatter(value)
    assert client.submit(local_tasks.echo, ref).result(TIMEOUT) == value
    assert client.submit(local_tasks.echo, [1, {"deep": (ref,)}]).result(TIMEOUT) == [
        1,
        {"deep": (value,)},
    ]
    assert values(client.submit_each(local_tasks.echo, [ref] * 20)) == [value] * 20


def test_workers_see_one_copy_of_an_array_and_can_t_write_to_it(client: Client) -> None:
    array = np.arange(8 * MIB, dtype=np.float64)
    with client.scatter(array) as ref:
        assert "ndarray" in repr(ref)
        assert ref.nbytes >= array.nbytes
        seen = values(client.submit_each(local_tasks.look_at_array, [ref] * 8))
        assert {(total, writeable) for total, writeable, _ in seen} == {(float(array.sum()), False)}
        assert max(private for *_, private in seen) < array.nbytes / 2, "each has a copy"
        assert len(blobs_of(engine_of(client))) == 1
    assert ref.is_released
    wait_until(lambda: not maps_of(client), "idle workers to let go of it")


def test_a_task_that_changes_its_arguments_changes_them_for_no_other_task(
    lone_client: Client,
) -> None:
    ref = lone_client.scatter([1, 2, 3])
    assert values(lone_client.submit_each(local_tasks.append_to, [ref] * 3, range(3))) == [
        [1, 2, 3, 0],
        [1, 2, 3, 1],
        [1, 2, 3, 2],
    ]


def test_bytes_are_copied_once_for_a_worker(lone_client: Client) -> None:
    ref = lone_client.scatter(b"z" * MIB)
    assert len(set(values(lone_client.submit_each(local_tasks.identity_of, [ref] * 5)))) == 1


# -- how long it is kept ---------------------------------------------------------------------------


def test_a_queued_task_keeps_the_value_that_its_caller_let_go_of(
    lone_client: Client, tmp_path: Path
) -> None:
    running = started(lone_client.submit(local_tasks.return_when_released, str(tmp_path)), tmp_path)
    queued = lone_client.submit(local_tasks.size_of, lone_client.scatter(b"x" * MIB))
    gc.collect()
    local_tasks.note(str(tmp_path), "released")
    assert running.result(TIMEOUT)
    assert queued.result(TIMEOUT) == MIB
    del queued
    gc.collect()
    engine = engine_of(lone_client)
    wait_until(lambda: not blobs_of(engine), "the value to be gone with its last task")


def test_a_value_that_was_released_too_early_is_reported(
    lone_client: Client, tmp_path: Path
) -> None:
    ref = lone_client.scatter(b"x" * MIB)
    running = started(lone_client.submit(local_tasks.return_when_released, str(tmp_path)), tmp_path)
    queued = lone_client.submit(local_tasks.size_of, ref)
    ref.release()
    ref.release()
    assert "released" in repr(ref)
    local_tasks.note(str(tmp_path), "released")
    assert running.result(TIMEOUT)
    with pytest.raises(RuntimeError, match="released before this task began"):
        queued.result(TIMEOUT)
    with pytest.raises(TaskUnserializable, match="scatter the value again"):
        lone_client.submit(local_tasks.size_of, ref)


def test_a_worker_that_knew_the_value_doesn_t_serve_it_after_its_release(
    lone_client: Client, tmp_path: Path
) -> None:
    ref = lone_client.scatter(b"x" * MIB)
    assert lone_client.submit(local_tasks.size_of, ref).result(TIMEOUT) == MIB
    running = started(lone_client.submit(local_tasks.return_when_released, str(tmp_path)), tmp_path)
    queued = lone_client.submit(local_tasks.size_of, ref)
    ref.release()
    local_tasks.note(str(tmp_path), "released")
    assert running.result(TIMEOUT)
    with pytest.raises(RuntimeError, match="released before this task began"):
        queued.result(TIMEOUT)


def test_a_cancelled_task_and_a_killed_worker_leave_the_value_to_others(
    client: Client, tmp_path: Path
) -> None:
    ref = client.scatter(np.ones(MIB))
    future = started(client.submit(local_tasks.sleep_with, ref, str(tmp_path)), tmp_path)
    assert future.cancel(TIMEOUT, force=True)
    assert future.status is Status.CANCELLED
    assert client.submit(local_tasks.size_of, ref).result(TIMEOUT) == MIB


def test_a_client_that_is_killed_leaves_no_shared_value(tmp_path: Path) -> None:
    code = """
        import os, sys, local_tasks, helpers
        from scaler_lab import Client
        client = Client(n_workers=1)
        engine = helpers.engine_of(client)
        ref = client.scatter(b"x" * 1_000_000)
        print(client.submit(local_tasks.size_of, ref).result(20), flush=True)
        print(*helpers.all_pids(engine), flush=True)
        print(*helpers.folders_of(engine), flush=True)
        sys.stdin.read()
    """
    with Program(code, tmp_path) as program:
        assert program.read() == "1000000"
        pids = [int(pid) for pid in program.read().split()]
        folders = [Path(folder) for folder in program.read().split()]
        program.signal(signal.SIGKILL)
        wait_until_nothing_is_left(pids, folders)


def test_a_shared_engine_forgets_the_values_of_a_client_that_left() -> None:
    from scaler_lab import LocalEngine

    with LocalEngine(n_workers=1) as engine:
        with Client(engine) as client:
            ref = client.scatter(b"x" * MIB)
            assert client.submit(local_tasks.size_of, ref).result(TIMEOUT) == MIB
            assert len(blobs_of(engine)) == 1
        wait_until(lambda: not blobs_of(engine), "the client's values to be gone")
        del ref


# -- misuse ----------------------------------------------------------------------------------------


def test_what_can_t_be_sent_is_reported_at_once_with_its_place(client: Client) -> None:
    with pytest.raises(TaskUnserializable, match=r"\['locks'\]\[1\]"):
        client.scatter({"locks": [1, threading.Lock()]})


def test_a_reference_opens_only_in_a_task_of_its_own_engine(client: Client) -> None:
    ref = client.scatter(b"x" * MIB)
    with pytest.raises(RuntimeError, match="only inside a task"):
        pickle.loads(pickle.dumps(ref))
    with Client(n_workers=1) as other:
        future = other.submit(local_tasks.size_of, ref)
        with pytest.raises(RuntimeError, match="scatter the value with this task's client"):
            future.result(TIMEOUT)


def test_an_engine_that_can_t_reports_it(
    scripted: tuple[Client, ScriptedEngine],
) -> None:
    with pytest.raises(FeatureMissing, match="does not support shared data"):
        scripted[0].scatter(1)


def test_a_reference_may_outlive_its_client() -> None:
    with Client(n_workers=1) as client:
        ref = client.scatter(1)
    ref.release()
    assert ref.is_released


def test_references_dropped_from_many_threads_are_all_forgotten(client: Client) -> None:
    def share_some(times: int) -> None:
        for n in range(times):
            ref = client.scatter(b"x" * 1000)
            if n % 3 == 0:
                assert client.submit(local_tasks.size_of, ref).result(TIMEOUT) == 1000

    calls: list[Callable[[], None]] = [lambda: share_some(30)] * 4
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TIMEOUT)
        assert not thread.is_alive()
