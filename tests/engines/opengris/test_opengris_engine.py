"""The OpenGRIS Scaler engine on a real cluster on loopback: one for the module, ended with it."""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, wait
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from helpers import wait_until
from random_changes import check_that_all_agree
from scaler_cluster import ScalerCluster, scaler_cluster

from scaler_lab import (
    Client,
    EngineLost,
    EngineNotFound,
    EngineStartFailed,
    Resolution,
    ScalerFuture,
    Status,
    WorkerDied,
)
from scaler_lab.core.messages import ResultKind, TaskId
from scaler_lab.engines.opengris import OpenGrisEngine, connection
from scaler_lab.engines.opengris.address import of_address
from scaler_lab.testing import check_engine

KIT_TIMEOUT = 60.0
CHANGES = 200  # at random moments; more: python -m tests.stress.views
CROWD = 16  # of tasks, more than two workers run at once


@pytest.fixture(scope="module")
def cluster() -> Iterator[ScalerCluster]:
    with scaler_cluster(n_workers=2) as cluster:
        scaler_client(cluster).disconnect()  # what its library opens once, and keeps
        yield cluster


@pytest.fixture(scope="module")
def doomed(cluster: ScalerCluster) -> Iterator[ScalerCluster]:
    """A second one, parts of which are killed: first a worker, then the scheduler."""
    del cluster  # only first in line
    with scaler_cluster(n_workers=2, worker_timeout_seconds=3) as doomed:
        yield doomed


def scaler_client(cluster: ScalerCluster) -> Any:
    """A client of Scaler's own."""
    return importlib.import_module("scaler").Client(cluster.address)


@pytest.mark.timeout(400)
def test_it_keeps_the_contract_and_logs_no_error_of_a_cancel_that_came_late(
    cluster: ScalerCluster, caplog: pytest.LogCaptureFixture
) -> None:
    check_engine(
        lambda: OpenGrisEngine.from_given(cluster.address), crowd=CROWD, patience=KIT_TIMEOUT
    )
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert not errors


# -- through a Client ------------------------------------------------------------------------------


@contextlib.contextmanager
def client_of(cluster: ScalerCluster) -> Generator[Client]:
    with Client("scaler://" + cluster.address.removeprefix("tcp://")) as client:
        try:
            yield client
        finally:
            client.cancel_all(timeout=0)  # so that leaving waits for no task


@pytest.fixture
def client(cluster: ScalerCluster) -> Iterator[Client]:
    with client_of(cluster) as client:
        yield client


def test_row_view_future_and_process_tell_the_same(client: Client, tmp_path: Path) -> None:
    check_that_all_agree(client, tmp_path, CHANGES, random.randrange(2**32))


def wait_for_bytes(path: Path, n: int) -> None:
    """Wait until tasks wrote so many."""
    wait_until(lambda: path.exists() and path.stat().st_size >= n, f"{n} bytes", KIT_TIMEOUT)


def started(future: ScalerFuture[Any]) -> None:
    """Wait until its row shows that it runs."""
    wait_until(lambda: future.status is Status.RUNNING, f"{future!r} to run", KIT_TIMEOUT)


def count_up(path: str, n: int) -> int:
    """Leave a byte for each time it ran, and run on: so long it is there to be stopped."""
    with open(path, "ab", buffering=0) as file:
        file.write(b".")
    time.sleep(n)
    return n


def run_finally(path: str) -> None:
    """The task and its child process sleep until they are stopped."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        with open(path, "w") as file:
            file.write(str(child.pid))
        time.sleep(600)
    finally:
        with open(path, "a") as file:
            file.write(" tidied up")


def add_one(array: Any) -> float:
    array += 1
    return float(array.sum())


def test_a_thousand_queued_tasks_are_cancelled_by_a_bulk_that_does_not_block(
    client: Client, tmp_path: Path
) -> None:
    path = str(tmp_path / "ran")
    group = client.submit_each(count_up, [path] * 1000, [600] * 1000)
    while not any(future.status is Status.RUNNING for future in group):
        assert not wait(group, timeout=0.01).done
    # Their starts are told just before their own first lines, which are the evidence below.
    wait_for_bytes(Path(path), 2)
    assert client.cancel(group, timeout=0) == 1000
    assert not wait(group, timeout=KIT_TIMEOUT).not_done
    settled = Counter(future.cancel_resolution for future in group)
    killed = settled[Resolution.KILLED]
    assert settled[Resolution.NEVER_STARTED] == 1000 - killed
    # Two ran.  At most one each came after them, and may have been stopped before its first line.
    assert 2 <= os.path.getsize(path) <= killed <= 4


def leave(folder: str, n: int) -> int:
    open(os.path.join(folder, str(n)), "wb").close()
    return n


def test_cancels_that_race_with_short_tasks_are_settled_as_the_tasks_own_evidence_has_it(
    client: Client, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    group = client.submit_each(leave, [str(tmp_path)] * 300, range(300))
    assert wait(group, timeout=KIT_TIMEOUT, return_when=FIRST_COMPLETED).done
    asked = [future.request_cancel() for future in group[::2]]
    assert not wait(group, timeout=KIT_TIMEOUT).not_done
    assert [future.cancelled() for future in group[::2]] == asked
    assert [future.result(0) for future in group[1::2]] == list(range(1, 300, 2))
    for n, future in enumerate(group):
        has_run = (tmp_path / str(n)).exists()
        match future.cancel_resolution:
            case Resolution.NEVER_STARTED:
                assert not has_run
            case Resolution.FINISHED_FIRST | None:
                assert has_run
            case resolution:
                assert resolution is Resolution.KILLED  # between its start and its end
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_a_cancelled_task_tidies_up_and_leaves_no_process(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "evidence"
    future = client.submit(run_finally, str(path))
    started(future)
    wait_for_bytes(path, 1)
    assert future.cancel(KIT_TIMEOUT)
    assert future.cancel_resolution is Resolution.KILLED
    pid, _, rest = path.read_text().partition(" ")
    assert rest == "tidied up"
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(int(pid)).wait(KIT_TIMEOUT)


def test_the_row_names_the_worker_and_its_process(client: Client) -> None:
    future = client.submit(os.getpid)
    pid = future.result(KIT_TIMEOUT)
    assert future.record.worker.endswith(f":{pid}")
    assert future.started_at is not None
    profile = future.profile
    assert profile.worker == future.record.worker
    assert profile.bytes_in
    assert profile.cpu_seconds is not None


def test_a_task_never_finds_what_another_wrote_into_its_argument(client: Client) -> None:
    zeros = np.zeros(10_000)
    assert [client.submit(add_one, zeros).result(KIT_TIMEOUT) for _ in range(3)] == [10_000.0] * 3


def test_scalers_own_views_see_a_task_that_raised_as_failed(cluster: ScalerCluster) -> None:
    kinds: list[ResultKind] = []
    engine = OpenGrisEngine.from_given(cluster.address)
    fetched = engine.on_fetched

    def note(task_id: TaskId, value: Any, error: BaseException | None) -> None:
        kinds.append(ResultKind.SUCCESS if error is None else ResultKind.FAILED)
        fetched(task_id, value, error)

    engine.on_fetched = note  # type: ignore[method-assign]
    with Client(engine) as client:
        assert isinstance(client.submit(int, "x").exception(KIT_TIMEOUT), ValueError)
        assert client.submit(int, "7").result(KIT_TIMEOUT) == 7
    assert kinds == [ResultKind.FAILED, ResultKind.SUCCESS]


def test_the_scheduler_reports_our_tasks_and_no_others(cluster: ScalerCluster) -> None:
    counts: list[int] = []
    heard = threading.Event()
    engine = OpenGrisEngine.from_given(cluster.address)

    def note(n_known: int) -> None:
        counts.append(n_known)
        if n_known == 2:
            heard.set()

    engine.on_count = note  # type: ignore[method-assign]
    with Client(engine) as client, client_of(cluster) as other:
        others = other.submit(time.sleep, 600)  # they hold the workers until they are cancelled
        futures = [client.submit(time.sleep, 600) for _ in range(2)]
        assert heard.wait(KIT_TIMEOUT), counts
        assert max(counts) == 2
        assert client.cancel([*futures, others], KIT_TIMEOUT) == 3


def test_a_users_scaler_client_and_its_tasks_are_left_alone(cluster: ScalerCluster) -> None:
    theirs = scaler_client(cluster)
    try:
        with Client(theirs) as client:
            assert client.submit(pow, 2, 5).result(KIT_TIMEOUT) == 32
            assert theirs.submit(pow, 2, 6).result() == 64
            kept = theirs.submit(pow, 2, 7)
            client.cancel_all()
        assert kept.result() == 128
        assert theirs.submit(pow, 2, 8).result() == 256
    finally:
        theirs.disconnect()


def test_closing_stops_what_runs_and_leaves_the_cluster(
    cluster: ScalerCluster, tmp_path: Path
) -> None:
    path = str(tmp_path / "ran")
    engine = OpenGrisEngine.from_given(cluster.address)
    client = Client(engine)
    future = client.submit(count_up, path, 600)
    started(future)
    engine.close()
    assert future.cancelled() or isinstance(future.exception(0), EngineLost)
    client.shutdown()
    with Client(cluster.address.replace("tcp", "scaler")) as other:
        assert other.submit(pow, 2, 3).result(KIT_TIMEOUT) == 8


@pytest.mark.timeout(200)
def test_a_killed_worker_fails_the_task_it_ran_stops_it_and_runs_the_others_elsewhere(
    doomed: ScalerCluster, tmp_path: Path
) -> None:
    path = tmp_path / "ran"
    with client_of(doomed) as client:
        running = [client.submit(count_up, str(path), 150) for _ in range(2)]
        for future in running:
            started(future)
        wait_for_bytes(path, 2)
        behind = client.submit_each(pow, [2] * 6, range(6))
        victim, survivor = (psutil.Process(int(f.record.worker.split(":")[1])) for f in running)
        agent = victim.parent()
        assert agent is not None
        agent.kill()
        victim.wait(KIT_TIMEOUT)  # what it ran stopped with it, and was not run again:
        assert isinstance(running[0].exception(KIT_TIMEOUT), WorkerDied)
        assert path.stat().st_size == 2
        assert running[1].status is Status.RUNNING
        assert survivor.is_running()
        assert running[1].cancel(KIT_TIMEOUT)
        assert behind.results(KIT_TIMEOUT) == [1, 2, 4, 8, 16, 32]


@pytest.mark.timeout(200)
def test_a_lost_scheduler_settles_every_future(doomed: ScalerCluster) -> None:
    check_engine(
        lambda: OpenGrisEngine.from_given(doomed.address),
        lose=lambda _: doomed.kill_scheduler(),
        only=["a_lost_engine_settles_every_future"],
        crowd=CROWD,
        patience=KIT_TIMEOUT,
    )


# -- addresses -------------------------------------------------------------------------------------


def test_an_address_where_nothing_listens_is_not_found_at_once() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # and not listening
        port = held.getsockname()[1]
        with pytest.raises(EngineNotFound, match=f"127.0.0.1:{port}"):
            Client(f"scaler://127.0.0.1:{port}")


@pytest.mark.parametrize("given", ["scaler://", "scaler://host", "scaler://host:port", "scaler:"])
def test_what_is_not_an_address_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="scaler"):
        OpenGrisEngine.from_given(given)


@pytest.mark.parametrize("given", ["scaler://10.1.2.3:2345", "tcp://example.org:1", "ws://a:1"])
def test_plain_connections_to_elsewhere_are_warned_of(given: str) -> None:
    with pytest.warns(UserWarning, match="not encrypted") as caught:
        OpenGrisEngine.from_given(given)
    assert caught[0].filename == __file__


def test_encrypted_and_local_connections_are_not() -> None:
    for given in ("scaler://127.0.0.1:1", "scaler://localhost:1", "tcp://[::1]:1", "tls://far:1"):
        OpenGrisEngine.from_given(given)
    engine = OpenGrisEngine.from_given("scaler://far:1", tls=True)
    assert engine.label == "OpenGRIS Scaler at tls://far:1"


def test_settings_reach_scalers_client() -> None:
    destination = of_address(
        "scaler://far:1", tls=True, tls_cert="cert.pem", tls_key="key.pem", timeout_seconds=7
    )
    settings = dict(destination.client_settings)
    security = settings.pop("security_config")
    assert (security.tls_cert, security.tls_key) == ("cert.pem", "key.pem")
    assert settings == {"address": "tls://far:1", "timeout_seconds": 7}


def test_a_setting_that_means_nothing_here_is_refused() -> None:
    with pytest.raises(TypeError, match="n_workers"):
        Client("scaler://127.0.0.1:1", n_workers=2)
    with pytest.raises(TypeError, match="tls, timeout_seconds: only allowed with an address"):
        OpenGrisEngine.from_given(object(), tls=True, timeout_seconds=3)


def test_a_scaler_without_the_parts_that_are_needed_is_refused_by_name(
    cluster: ScalerCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_PARTS", ("_bridge.is_alive", "_bridge.no_such_part"))
    with pytest.raises(EngineStartFailed, match=r"lacks _bridge.no_such_part.*pip install"):
        Client(cluster.address.replace("tcp", "scaler"))
