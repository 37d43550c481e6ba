"""The Ray engine on a real Ray: worker processes on loopback, with a token of this run."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator
from concurrent.futures import CancelledError, wait
from importlib import import_module
from pathlib import Path

import local_tasks
import psutil
import pytest
from external_cluster import ExternalCluster
from helpers import TIMEOUT, Program, is_running, started, wait_for_file, wait_until
from random_changes import check_that_all_agree
from ray_loopback import ray_on_loopback, ray_token

from scaler_lab import (
    Client,
    EngineLost,
    EngineNotFound,
    RemoteException,
    Resolution,
    ResultUnserializable,
    Status,
    WorkerDied,
)
from scaler_lab.engines.ray import remote
from scaler_lab.engines.ray.tracker import RayTaskTracker

os.environ.update(ray_token())  # before Ray is imported, which reads it once
ray = ray_on_loopback()

CHANGES = 200  # at random moments; more: python -m tests.stress.views
CROWD = 16  # of tasks, more than two workers run at once
KIT_TIMEOUT = 60.0  # seconds for any one answer: a thousand tasks, on a busy machine
CONTRACT = """
    import faulthandler, sys
    from ray_loopback import ray_on_loopback
    from scaler_lab.engines.ray import RayEngine
    from scaler_lab.testing import check_engine

    faulthandler.enable()
    ray = ray_on_loopback()
    address, crowd, patience = sys.argv[1:]
    ray.init(address=address, log_to_driver=False, logging_level="error")
    check_engine(
        lambda: RayEngine.from_given(ray), crowd=int(crowd), patience=float(patience)
    )
    assert ray.is_initialized()
    ray.shutdown()
"""
RAYS_OWN_FAULT = "Tried to complete task that was not pending"
"""Why Ray 2.60 ends a program now and then: a cancel that comes while Ray receives the task's
result removes the task, and Ray then insists on having it."""
pytestmark = [pytest.mark.timeout(240), pytest.mark.ray_keeps_sockets]


@pytest.fixture(scope="module")
def head() -> Iterator[ExternalCluster]:
    with ExternalCluster("ray_head.py") as head:
        program = psutil.Process(head.pid)
        yield head
        processes = [program, *program.children(recursive=True)]
    assert not psutil.wait_procs(processes, TIMEOUT)[1]
    assert not os.path.exists(head.where["folder"])


@pytest.fixture(scope="module")
def connected(head: ExternalCluster) -> Iterator[None]:
    """This process is connected, as a user's is."""
    handler = signal.getsignal(signal.SIGTERM)
    ray.init(address=head.where["address"], log_to_driver=False, logging_level="error")
    yield
    ray.shutdown()
    signal.signal(signal.SIGTERM, handler)  # Ray has set its own


@pytest.fixture
def client(connected: None) -> Iterator[Client]:
    del connected
    with Client(ray) as client:
        yield client
        client.cancel_all(timeout=TIMEOUT, force=True)


def never(*_args: object) -> bool:
    return False


def always() -> bool:
    return True


def where_it_runs() -> remote.TaskPlace:
    return remote.place()


def release(folder: Path) -> None:
    local_tasks.note(str(folder), "released")


def test_the_tests_ray_listens_on_loopback_only(head: ExternalCluster) -> None:
    program = psutil.Process(head.pid)
    listening = {
        listener.laddr.ip.removeprefix("::ffff:")
        for process in (program, *program.children(recursive=True))
        for listener in process.net_connections()
        if listener.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


@pytest.mark.timeout(700)
def test_the_ray_engine_keeps_its_contract(head: ExternalCluster) -> None:
    """In a process of its own, which Ray's C++ code may end; see `RAYS_OWN_FAULT`."""
    status, report = _run_the_kit(head)
    for _ in range(2):
        if RAYS_OWN_FAULT in report:
            status, report = _run_the_kit(head)
    assert status == 0, f"exit status {status}:\n{report}"


def _run_the_kit(head: ExternalCluster) -> tuple[int, str]:
    with Program(CONTRACT, head.where["address"], CROWD, KIT_TIMEOUT) as program:
        status, out, errors = program.end(200)
    logs = Path(head.where["folder"]).glob(f"session_latest/logs/*-driver-*_{program.pid}.log")
    log = "".join(path.read_text(errors="replace")[-5_000:] for path in logs)
    return status, f"{out}{errors}Ray's log:\n{log}"


def test_row_view_future_and_process_tell_the_same(client: Client, tmp_path: Path) -> None:
    check_that_all_agree(client, tmp_path, CHANGES, random.randrange(2**32))


def test_a_row_has_its_worker_and_times(client: Client, tmp_path: Path) -> None:
    future = started(client.submit(local_tasks.return_when_released, str(tmp_path)), tmp_path)
    wait_until(lambda: future.status is Status.RUNNING, "its start to be told")
    assert future.worker == f"127.0.0.1:{wait_for_file(tmp_path, 'running')}"
    release(tmp_path)
    assert future.result(TIMEOUT) == "released"
    record = future.record
    assert record.started_at is not None
    assert record.ended_at is not None
    assert record.submitted_at <= record.started_at <= record.ended_at  # one machine, one clock


def test_a_long_task_behind_short_ones_is_shown_running(client: Client, tmp_path: Path) -> None:
    """The starts of short tasks come with their ends; a long task is still reported."""
    client.submit_each(local_tasks.echo, range(50)).results(TIMEOUT)
    group = client.submit_each(local_tasks.return_when_released, [str(tmp_path)] * 2)
    wait_until(lambda: all(f.status is Status.RUNNING for f in group), "both starts to be told")
    release(tmp_path)
    group.results(TIMEOUT)


def test_a_running_loop_is_interrupted_and_its_worker_lives(client: Client, tmp_path: Path) -> None:
    future = started(client.submit(local_tasks.run_loop, str(tmp_path)), tmp_path)
    assert future.cancel(TIMEOUT)
    assert future.cancel_resolution is Resolution.INTERRUPTED
    assert is_running(int(wait_for_file(tmp_path, "running")))


def test_what_ignores_the_interrupt_is_cancelling_until_forced(
    client: Client, tmp_path: Path
) -> None:
    future = started(client.submit(local_tasks.swallow_everything, str(tmp_path)), tmp_path)
    assert future.cancel(0)
    wait_until(lambda: "force=True" in future.record.detail, "the row to say what helps")
    assert future.status is Status.CANCELLING
    assert future.cancel(TIMEOUT, force=True)
    assert future.cancel_resolution is Resolution.KILLED
    assert not is_running(int(wait_for_file(tmp_path, "running")))


def test_a_start_that_its_worker_cannot_tell_is_found(client: Client, tmp_path: Path) -> None:
    """After short tasks a thread reports the start, which a task with the GIL prevents."""
    client.submit_each(local_tasks.echo, range(50)).results(TIMEOUT)
    group = client.submit_each(local_tasks.hold_the_gil, [str(tmp_path)] * 2)
    wait_until(lambda: all(f.status is Status.RUNNING for f in group), "both starts to be found")
    assert client.cancel(group, TIMEOUT, force=True) == 2
    assert {future.cancel_resolution for future in group} == {Resolution.KILLED}


def test_force_ends_what_is_stuck_in_c(client: Client, tmp_path: Path) -> None:
    future = started(client.submit(local_tasks.hold_the_gil, str(tmp_path)), tmp_path)
    wait_until(lambda: future.status is Status.RUNNING, "its start to be told")
    assert future.cancel(TIMEOUT, force=True)
    assert future.cancel_resolution is Resolution.KILLED
    assert not is_running(int(wait_for_file(tmp_path, "running")))


@pytest.mark.parametrize("machine", ["this machine", "another machine"])
def test_force_after_an_interrupt_ends_what_holds_the_gil(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, machine: str
) -> None:
    """Ray's interrupt waits for the interpreter's lock, and its force behind that."""
    if machine != "this machine":
        monkeypatch.setattr(RayTaskTracker, "_is_here", never)
    future = started(client.submit(local_tasks.hold_the_gil, str(tmp_path)), tmp_path)
    wait_until(lambda: future.status is Status.RUNNING, "its start to be told")
    assert future.cancel(0)
    wait_until(lambda: "force=True" in future.record.detail, "the row to say what helps")
    assert future.cancel(TIMEOUT, force=True)
    assert future.cancel_resolution is Resolution.KILLED
    assert not is_running(int(wait_for_file(tmp_path, "running")))


def test_what_cannot_be_forced_is_cancelling_and_names_its_process(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For example, if the process belongs to another user."""
    monkeypatch.setattr(remote, "kill_if_runs", never)
    future = started(client.submit(local_tasks.hold_the_gil, str(tmp_path)), tmp_path)
    pid = int(wait_for_file(tmp_path, "running"))
    wait_until(lambda: future.status is Status.RUNNING, "its start to be told")
    assert future.cancel(0)
    wait_until(lambda: "force=True" in future.record.detail, "the row to say what helps")
    assert future.cancel(0, force=True)
    wait_until(lambda: f"process {pid}" in future.record.detail, "the row to name the process")
    assert future.status is Status.CANCELLING
    os.kill(pid, signal.SIGKILL)  # the worker of this test's own task
    wait([future], TIMEOUT)
    assert future.cancel_resolution is Resolution.KILLED


@pytest.mark.usefixtures("connected")
def test_a_process_that_runs_something_else_is_not_ended() -> None:
    where = ray.get(ray.remote(where_it_runs).remote())
    assert not remote.kill_if_runs("a task of long ago", where)
    assert is_running(where.pid)
    assert psutil.Process(where.pid).status() != psutil.STATUS_STOPPED


def test_a_thousand_queued_tasks_are_cancelled(client: Client, tmp_path: Path) -> None:
    running = client.submit_each(local_tasks.return_when_released, [str(tmp_path)] * 2)
    wait_until(lambda: all(f.status is Status.RUNNING for f in running), "both to run")
    queued = client.submit_each(local_tasks.mark, [str(tmp_path)] * 1000, range(1000))
    assert client.cancel(queued[:500], TIMEOUT) == 500
    assert client.cancel(queued[500:], TIMEOUT, force=True) == 500
    assert {future.cancel_resolution for future in queued} == {Resolution.NEVER_STARTED}
    release(tmp_path)
    assert running.results(TIMEOUT) == ["released"] * 2
    assert not list(tmp_path.glob("ran-*"))


def test_a_killed_worker_fails_its_task_and_no_other(client: Client, tmp_path: Path) -> None:
    future = started(client.submit(local_tasks.return_when_released, str(tmp_path)), tmp_path)
    behind = client.submit_each(local_tasks.echo, range(20))
    wait_until(lambda: future.status is Status.RUNNING, "its start to be told")
    os.kill(int(wait_for_file(tmp_path, "running")), signal.SIGKILL)
    error = future.exception(TIMEOUT)
    assert isinstance(error, WorkerDied)
    assert "return_when_released" in str(error)
    assert behind.results(TIMEOUT) == list(range(20))


def test_a_tasks_own_keyboard_interrupt_is_a_failure(client: Client) -> None:
    """Ray takes it for a cancel, which was not requested."""
    error = client.submit(local_tasks.interrupt_itself).exception(TIMEOUT)
    assert isinstance(error, RemoteException)
    assert error.type_name == "KeyboardInterrupt"


def test_big_results_come_back(client: Client) -> None:
    assert client.submit(local_tasks.size_of, bytes(3_000_000)).result(TIMEOUT) == 3_000_000
    assert len(client.submit(local_tasks.make_bytes, 3_000_000).result(TIMEOUT)) == 3_000_000


def test_an_unreadable_result_fails_its_future_alone(client: Client) -> None:
    bad = client.submit(local_tasks.return_unreadable, "exit")
    good = client.submit(local_tasks.echo, "good")
    assert isinstance(bad.exception(TIMEOUT), ResultUnserializable)
    assert good.result(TIMEOUT) == "good"


@pytest.mark.usefixtures("connected")
def test_closing_leaves_rays_connection_to_its_user(tmp_path: Path) -> None:
    client = Client(ray)
    running = started(client.submit(local_tasks.return_when_released, str(tmp_path)), tmp_path)
    wait_until(lambda: running.status is Status.RUNNING, "its start to be told")
    client.engine.close()
    assert isinstance(running.exception(0), EngineLost)
    assert not is_running(int(wait_for_file(tmp_path, "running")))
    client.shutdown()
    assert ray.get(ray.put("still here")) == "still here"


@pytest.mark.usefixtures("connected")
def test_options_are_rays_own() -> None:
    with Client(ray, options={"num_cpus": 2}) as client:
        assert client.engine.n_workers == 1


def test_an_address_of_rays_own_client_explains_what_to_do() -> None:
    with pytest.raises(ValueError, match=r"then give Client\(ray\)"):
        Client("ray://127.0.0.1:9")


@pytest.mark.usefixtures("connected")
def test_a_connection_by_rays_own_client_explains_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(import_module("ray.util.client").ray, "is_connected", always)
    with pytest.raises(EngineNotFound, match=r"then give Client\(ray\)"):
        Client(ray)


@pytest.mark.usefixtures("connected")
def test_ray_shut_down_by_its_user_is_a_lost_engine(tmp_path: Path) -> None:
    """The last test, because it ends the connection of the module."""
    client = Client(ray)
    running = started(client.submit(local_tasks.return_when_released, str(tmp_path)), tmp_path)
    asked = client.submit_each(local_tasks.return_when_released, [str(tmp_path)] * 8)
    asked[-1].request_cancel()
    ray.shutdown()
    assert isinstance(running.exception(TIMEOUT), EngineLost)
    wait(asked, TIMEOUT)
    with pytest.raises(CancelledError):
        asked[-1].result(0)
    with pytest.raises(EngineLost):
        client.submit(local_tasks.echo, 1)
    assert not ray.is_initialized()  # submit did not have Ray start a cluster by itself
    client.shutdown()
    with pytest.raises(EngineNotFound, match=r"ray\.init"):
        Client(ray)
