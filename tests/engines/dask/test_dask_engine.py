"""The Dask engine on a real cluster: worker processes, a scheduler that can be killed."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, wait
from importlib import import_module
from pathlib import Path
from typing import Any

import local_tasks
import pytest
from external_cluster import ExternalCluster
from helpers import TIMEOUT, started, wait_for_file, wait_until
from random_changes import check_that_all_agree

from scaler_lab import (
    Client,
    EngineLost,
    EngineNotFound,
    Resolution,
    ResultUnserializable,
    Status,
    WorkerDied,
)
from scaler_lab.core.stack import BY_WORKER
from scaler_lab.engines.dask import DaskEngine
from scaler_lab.engines.dask.remote import MAX_INLINE_BYTES
from scaler_lab.engines.dask.tracker import CLEAR_SECONDS
from scaler_lab.testing import check_engine

distributed: Any = import_module("distributed")

CHANGES = 200  # at random moments; more: python -m tests.stress.views
CROWD = 16  # of tasks, more than two workers run at once
KIT_TIMEOUT = 60.0  # seconds for any one answer: a thousand tasks, on a busy machine
pytestmark = pytest.mark.timeout(240)


def start_cluster() -> ExternalCluster:
    """Two workers; a task isn't tried again once a worker died under it."""
    return ExternalCluster("dask_cluster.py", 2, 0)


@pytest.fixture(scope="module")
def cluster() -> Iterator[ExternalCluster]:
    with start_cluster() as cluster:
        yield cluster


@pytest.fixture
def dask_client(cluster: ExternalCluster) -> Iterator[Any]:
    """The Dask client that a user has."""
    with distributed.Client(cluster.where["address"], set_as_default=False) as client:
        yield client


@pytest.fixture
def client(dask_client: Any) -> Iterator[Client]:
    with Client(dask_client) as client:
        yield client
        client.engine.close()  # what the test left running ends by its evidence


def release(folder: Path) -> None:
    local_tasks.note(str(folder), "released")


def tasks_at(dask_client: Any) -> list[str]:
    """What the scheduler knows of."""

    def keys(dask_scheduler: Any) -> list[str]:
        return list(dask_scheduler.tasks)

    found: list[str] = dask_client.run_on_scheduler(keys)
    return found


def test_the_dask_engine_keeps_its_contract() -> None:
    """On a client of the user's, which is never closed, and on an address."""
    with start_cluster() as cluster:
        address = cluster.where["address"]
        with distributed.Client(address, set_as_default=False) as dask_client:
            check_engine(
                lambda: DaskEngine.from_given(dask_client), crowd=CROWD, patience=KIT_TIMEOUT
            )
            assert dask_client.submit(local_tasks.echo, 3).result(TIMEOUT) == 3
        check_engine(
            lambda: DaskEngine.from_given(address.replace("tcp", "dask")),
            lose=lambda _: cluster.kill(),
            crowd=CROWD,
            patience=KIT_TIMEOUT,
            only=["results_come_back", "a_lost_engine_settles_every_future"],
        )


def test_row_view_future_and_process_tell_the_same(client: Client, tmp_path: Path) -> None:
    check_that_all_agree(client, tmp_path, CHANGES, random.randrange(2**32))


def test_an_address_is_connected_to_and_left(cluster: ExternalCluster) -> None:
    with Client(cluster.where["address"].replace("tcp", "dask")) as client:
        assert client.submit(local_tasks.echo, "there").result(TIMEOUT) == "there"
        assert "Dask at tcp://127.0.0.1" in repr(client)


def test_an_address_without_an_engine_is_an_error() -> None:
    with pytest.raises(EngineNotFound, match=r"Dask at tcp://127.0.0.1:9 does not answer"):
        Client("dask://127.0.0.1:9", timeout=0.5)


def test_plain_tcp_to_another_machine_is_warned_of() -> None:
    with pytest.warns(UserWarning, match="neither encrypted nor protected"):
        DaskEngine.from_given("dask://192.0.2.1:8786")


def test_a_row_has_its_worker_and_times(client: Client, tmp_path: Path) -> None:
    future = started(client.submit(local_tasks.return_when_released, str(tmp_path)), tmp_path)
    wait_until(lambda: future.status is Status.RUNNING, "its start to be told")
    assert future.worker in ("0", "1")
    release(tmp_path)
    assert future.result(TIMEOUT) == "released"
    record = future.record
    assert record.started_at is not None
    assert record.ended_at is not None
    assert record.submitted_at <= record.started_at <= record.ended_at  # one machine, one clock


def test_what_runs_stays_cancelling_and_explains_why(client: Client, tmp_path: Path) -> None:
    future = started(client.submit(local_tasks.return_when_released, str(tmp_path)), tmp_path)
    wait_until(lambda: future.status is Status.RUNNING, "its start to be told")
    assert future.cancel(0, force=True)
    wait_until(lambda: "can't interrupt" in future.record.detail, "the row to say why")
    assert future.status is Status.CANCELLING
    release(tmp_path)
    wait([future], TIMEOUT)
    assert future.cancel_resolution is Resolution.FINISHED_FIRST
    with pytest.raises(CancelledError):
        future.result(0)


def test_a_stack_is_read_by_the_worker(client: Client, tmp_path: Path) -> None:
    future = started(client.submit(local_tasks.return_when_released, str(tmp_path)), tmp_path)
    wait_until(lambda: future.status is Status.RUNNING, "its start to be told")
    stack = future.stack(TIMEOUT)
    assert (stack.state, stack.taken) == ("running", BY_WORKER)
    assert stack.frames[0].name == "return_when_released"
    assert stack.frames[0].filename == local_tasks.__file__
    flame = future.flame(0.5)
    [row] = [row for row in flame.rows() if row.name == "return_when_released"]
    assert row.total == pytest.approx(flame.seconds)
    release(tmp_path)
    assert future.result(TIMEOUT) == "released"
    assert future.stack().state == "ended"


def test_a_worker_that_does_not_answer_is_named(client: Client, tmp_path: Path) -> None:
    future = started(client.submit(local_tasks.return_when_released, str(tmp_path)), tmp_path)
    wait_until(lambda: future.status is Status.RUNNING, "its start to be told")
    worker = int(local_tasks.evidence(tmp_path, "running") or 0)
    os.kill(worker, signal.SIGSTOP)
    try:
        stack = future.stack(TIMEOUT)
    finally:
        os.kill(worker, signal.SIGCONT)
    assert str(stack) == "unknown; its worker doesn't answer; C code may hold its GIL"
    release(tmp_path)
    assert future.result(TIMEOUT) == "released"


def test_a_thousand_queued_tasks_are_cancelled_and_forgotten(
    client: Client, dask_client: Any, tmp_path: Path
) -> None:
    running = client.submit_each(local_tasks.return_when_released, [str(tmp_path)] * 2)
    wait_until(lambda: all(f.status is Status.RUNNING for f in running), "both to run")
    queued = client.submit_each(local_tasks.mark, [str(tmp_path)] * 1000, range(1000))
    assert client.cancel(queued, TIMEOUT) == 1000
    assert {future.cancel_resolution for future in queued} == {Resolution.NEVER_STARTED}
    release(tmp_path)
    assert running.results(TIMEOUT) == ["released"] * 2
    wait_until(lambda: not tasks_at(dask_client), "Dask to have forgotten all of them")
    assert not list(tmp_path.glob("ran-*"))


def test_a_killed_worker_fails_its_task_and_no_other(client: Client, tmp_path: Path) -> None:
    future = started(client.submit(local_tasks.return_when_released, str(tmp_path)), tmp_path)
    behind = client.submit_each(local_tasks.echo, range(20))
    wait_until(lambda: future.status is Status.RUNNING, "its start to be told")
    heard = time.monotonic()
    wait_until(lambda: time.monotonic() > heard + CLEAR_SECONDS, "it to have run for long enough")
    os.kill(int(wait_for_file(tmp_path, "running")), signal.SIGKILL)
    error = future.exception(TIMEOUT)
    assert isinstance(error, WorkerDied)
    assert "return_when_released" in str(error)
    assert behind.results(TIMEOUT) == list(range(20))


def test_a_killed_worker_settles_what_was_being_cancelled(client: Client, tmp_path: Path) -> None:
    """Dask has forgotten the task by then; only the engine still follows it."""
    future = started(client.submit(local_tasks.return_when_released, str(tmp_path)), tmp_path)
    assert future.cancel(0)
    wait_until(lambda: "can't interrupt" in future.record.detail, "the row to say why")
    os.kill(int(wait_for_file(tmp_path, "running")), signal.SIGKILL)
    wait([future], TIMEOUT)
    assert future.cancel_resolution is Resolution.KILLED


def test_what_others_cancel_at_dask_ends_cancelled(
    client: Client, dask_client: Any, tmp_path: Path
) -> None:
    """As `Client.restart` does too.  Dask forgets the tasks; the code of two runs on."""
    group = client.submit_each(local_tasks.return_when_released, [str(tmp_path)] * 8)
    wait_until(lambda: sum(f.running() for f in group) == 2, "two to run")
    theirs = [distributed.Future(key, client=dask_client) for key in tasks_at(dask_client)]
    dask_client.cancel(theirs, force=True)
    wait_until(lambda: sum(f.cancelled() for f in group) == 6, "the queued ones to end")
    assert [f.status for f in group].count(Status.CANCELLING) == 2
    release(tmp_path)
    wait(group, TIMEOUT)
    settled = [f.cancel_resolution for f in group]
    assert settled.count(Resolution.FINISHED_FIRST) == 2
    assert settled.count(Resolution.NEVER_STARTED) == 6


def test_big_results_come_back(client: Client) -> None:
    """A result that is too large for the event of a task's end."""
    sizes = [MAX_INLINE_BYTES // 2, MAX_INLINE_BYTES * 2, 3_000_000]
    results = client.submit_each(local_tasks.make_bytes, sizes).results(TIMEOUT)
    assert [len(result) for result in results] == sizes
    assert client.submit(local_tasks.size_of, bytes(3_000_000)).result(TIMEOUT) == 3_000_000


def test_an_unreadable_result_fails_its_future_alone(client: Client) -> None:
    bad = client.submit(local_tasks.return_unreadable, "exit")
    good = client.submit(local_tasks.echo, "good")
    assert isinstance(bad.exception(TIMEOUT), ResultUnserializable)
    assert good.result(TIMEOUT) == "good"


def test_dask_forgets_what_is_done(client: Client, dask_client: Any) -> None:
    """What it kept it would compute again, were its worker to die."""
    group = client.submit_each(local_tasks.make_bytes, [10, 2 * MAX_INLINE_BYTES] * 10)
    group.results(TIMEOUT)
    wait_until(lambda: not tasks_at(dask_client), "Dask to have forgotten all of them")


def test_closing_takes_queued_tasks_out_and_leaves_the_cluster(
    dask_client: Any, tmp_path: Path
) -> None:
    client = Client(dask_client)
    running = client.submit_each(local_tasks.return_when_released, [str(tmp_path)] * 2)
    wait_until(lambda: all(f.status is Status.RUNNING for f in running), "both to run")
    queued = client.submit_each(local_tasks.mark, [str(tmp_path)] * 20, range(20))
    client.engine.close()
    assert all(isinstance(f.exception(0), EngineLost) for f in running)
    assert all(isinstance(f.exception(0), EngineLost) for f in queued)
    client.shutdown()
    release(tmp_path)
    assert dask_client.submit(local_tasks.echo, 2).result(TIMEOUT) == 2
    assert not list(tmp_path.glob("ran-*"))


def test_a_dask_client_closed_by_its_user_is_a_lost_engine(
    cluster: ExternalCluster, tmp_path: Path
) -> None:
    dask_client = distributed.Client(cluster.where["address"], set_as_default=False)
    client = Client(dask_client)
    running = started(client.submit(local_tasks.return_when_released, str(tmp_path)), tmp_path)
    dask_client.close()
    assert isinstance(running.exception(TIMEOUT), EngineLost)
    with pytest.raises(EngineLost):
        client.submit(local_tasks.echo, 1)
    release(tmp_path)
    client.shutdown()


def test_two_clients_share_one_dask_client(dask_client: Any) -> None:
    with Client(dask_client) as one, Client(dask_client) as other:
        futures = [c.submit(local_tasks.echo, n) for n, c in enumerate([one, other] * 10)]
        assert [f.result(TIMEOUT) for f in futures] == list(range(20))


def test_an_asynchronous_dask_client_may_be_given(cluster: ExternalCluster) -> None:
    """Its loop is the caller's thread, which may block in `result`: so the engine has its own."""

    async def main() -> int:
        address = cluster.where["address"]
        async with distributed.Client(address, asynchronous=True, set_as_default=False) as theirs:
            with Client(theirs) as client:
                blocking: int = client.submit(local_tasks.pid_n, 4).result(TIMEOUT)
                return int(blocking > 0) + await client.submit(local_tasks.mark_nothing, 5)

    assert asyncio.run(main()) == 6
