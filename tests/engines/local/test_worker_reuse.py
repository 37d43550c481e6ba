"""What a task leaves in its worker doesn't reach the next task: it is put back, or the worker goes.

The random version of this is `python -m tests.stress.worker_reuse`.
"""

from __future__ import annotations

import os
import socketserver
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import shared_memory
from pathlib import Path
from typing import Any

import leaving_tasks as tasks
import local_tasks
import pytest
from helpers import (
    TIMEOUT,
    engine_of,
    is_running,
    started,
    wait_for_file,
    wait_until,
    wait_until_gone,
    worker_pids,
)

from scaler_lab import Client, Resolution, WorkerDied
from scaler_lab.core.future import ScalerFuture


@pytest.fixture
def client(lone_client: Client) -> Client:
    """With one worker, so that the next task runs where the one before did."""
    return lone_client


def interrupted(client: Client, folder: Path, task: Any, *args: Any) -> ScalerFuture[Any]:
    """The future of that task, cancelled after it has left the evidence "running"."""
    future = started(client.submit(task, str(folder), *args), folder)
    assert future.cancel(TIMEOUT)
    return future


def detail_of(client: Client, future: ScalerFuture[Any]) -> str:
    info = client.board.info(future.task_id)
    assert info is not None
    return info.detail


# -- what an interrupt leaves ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("task", "detail"),
    [
        (tasks.hold_lock, "it left a lock held"),
        (tasks.hold_rlock, "it left a lock held"),
        (tasks.hold_new_lock, "it left a lock held"),
        (tasks.hold_queue, "it left a lock held"),
        (tasks.hold_semaphore, "it left a semaphore acquired"),
        (tasks.leave_waiter, "it left a condition with a waiter that is gone"),
        (tasks.hold_multiprocessing_lock, "it left a lock of multiprocessing held"),
        (tasks.leave_transaction, "it left a transaction of SQLite open"),
        (tasks.hold_file_lock, "it left a file locked"),
        (tasks.enter_half, "it was interrupted while it entered or left a with block"),
        (tasks.import_for_long, "it was interrupted in the middle of an import"),
        (tasks.leave_loop_with_work, "it left a connection that it may have used"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_an_interrupt_that_leaves_something_held_costs_the_worker_and_no_later_task(
    client: Client, tmp_path: Path, task: Any, detail: str
) -> None:
    future = interrupted(client, tmp_path, task)
    pid = int(wait_for_file(tmp_path, "running"))
    assert future.cancel_resolution is Resolution.KILLED
    assert detail in detail_of(client, future)
    assert not is_running(pid), "confirmed only once it is gone"
    assert client.submit(tasks.take_lock).result(TIMEOUT) == "ok"


def test_an_interrupt_that_leaves_nothing_keeps_the_worker(client: Client, tmp_path: Path) -> None:
    future = interrupted(client, tmp_path, tasks.use_locks_well)
    assert future.cancel_resolution is Resolution.INTERRUPTED, detail_of(client, future)
    pid = int(wait_for_file(tmp_path, "running"))
    assert client.submit(os.getpid).result(TIMEOUT) == pid


@pytest.mark.parametrize(
    "task",
    [
        tasks.enter_and_leave,
        tasks.take_lock_in_context_manager,
        tasks.acquire_semaphore_again_and_again,
        tasks.import_again_and_again,
    ],
    ids=lambda task: task.__name__,
)
def test_short_code_that_must_be_whole_is_not_interrupted(
    client: Client, tmp_path: Path, task: Any
) -> None:
    """Most of these interrupts arrive inside of it, and wait for its end."""
    pids: set[str] = set()
    for i in range(20):
        folder = tmp_path / str(i)
        folder.mkdir()
        future = interrupted(client, folder, task)
        assert future.cancel_resolution is Resolution.INTERRUPTED, detail_of(client, future)
        pids.add(wait_for_file(folder, "running"))
        if task is tasks.enter_and_leave:
            first, second = client.submit(tasks.changes).result(TIMEOUT)
            assert first == second
    assert len(pids) == 1


def test_an_idle_event_loop_that_an_earlier_task_created_is_kept(
    client: Client, tmp_path: Path
) -> None:
    pid = client.submit(tasks.make_loop).result(TIMEOUT)
    future = interrupted(client, tmp_path, local_tasks.sleep)
    assert future.cancel_resolution is Resolution.INTERRUPTED, detail_of(client, future)
    assert client.submit(os.getpid).result(TIMEOUT) == pid


class Echo(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        for line in self.rfile:
            self.wfile.write(line)


@pytest.fixture
def echo_port() -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


class EchoPath(BaseHTTPRequestHandler):
    """Answers with the path that was requested."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = self.path.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        del format, args


@pytest.fixture
def http_address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), EchoPath) as server:
        server.daemon_threads = True  # else its end waits for the workers' connections
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    "task", [tasks.send_http_and_sleep, tasks.get_http_and_sleep, tasks.begin_http_and_sleep]
)
def test_an_http_connection_that_the_interrupted_task_used_is_opened_again(
    http_address: str, client: Client, tmp_path: Path, task: Any
) -> None:
    future = interrupted(client, tmp_path, task, http_address)
    assert future.cancel_resolution is Resolution.INTERRUPTED, detail_of(client, future)
    pid = int(wait_for_file(tmp_path, "running"))
    for word in ("a", "b"):
        assert client.submit(tasks.request_http, http_address, word).result(TIMEOUT) == word
    assert client.submit(os.getpid).result(TIMEOUT) == pid


@pytest.mark.parametrize("prepare", [tasks.take_lock, tasks.make_loop_thread])
def test_an_http_response_that_something_may_still_read_costs_the_worker(
    http_address: str, client: Client, tmp_path: Path, prepare: Any
) -> None:
    """It must not end early in silence; and another thread may be using the connection."""
    client.submit(prepare).result(TIMEOUT)
    is_alone = prepare is tasks.take_lock
    task = tasks.keep_response_and_sleep if is_alone else tasks.get_http_and_sleep
    future = interrupted(client, tmp_path, task, http_address)
    assert future.cancel_resolution is Resolution.KILLED
    assert "it left an HTTP request unfinished" in detail_of(client, future)


def test_no_task_reads_the_answer_to_an_interrupted_one(
    echo_port: int, client: Client, tmp_path: Path
) -> None:
    client.submit(tasks.connect, echo_port).result(TIMEOUT)
    assert client.submit(tasks.request, "a").result(TIMEOUT) == "a"
    future = interrupted(client, tmp_path, tasks.request_and_sleep)
    assert future.cancel_resolution is Resolution.KILLED
    assert "it left a connection that it may have used" in detail_of(client, future)
    client.submit(tasks.connect, echo_port).result(TIMEOUT)
    assert client.submit(tasks.request, "b").result(TIMEOUT) == "b"


def test_a_connection_that_the_interrupted_task_did_not_use_is_kept(
    echo_port: int, client: Client, tmp_path: Path
) -> None:
    client.submit(tasks.connect, echo_port).result(TIMEOUT)
    assert client.submit(tasks.request, "a").result(TIMEOUT) == "a"
    # The system notes the last use in milliseconds: closer than that it can't be told.
    idle = time.monotonic() + 0.1
    wait_until(lambda: time.monotonic() > idle, "it to be idle")
    future = interrupted(client, tmp_path, local_tasks.sleep)
    assert future.cancel_resolution is Resolution.INTERRUPTED, detail_of(client, future)
    assert client.submit(tasks.request, "b").result(TIMEOUT) == "b"


def test_no_task_reads_a_helper_process_s_answer_to_an_interrupted_one(
    client: Client, tmp_path: Path
) -> None:
    client.submit(tasks.start_helper).result(TIMEOUT)
    future = interrupted(client, tmp_path, tasks.request_from_helper_and_sleep)
    assert future.cancel_resolution is Resolution.KILLED
    assert "it left a pipe that it may have used" in detail_of(client, future)


def test_an_interrupt_puts_back_what_the_task_had_changed(client: Client, tmp_path: Path) -> None:
    before = client.submit(tasks.keep_handler).result(TIMEOUT)
    future = interrupted(client, tmp_path, tasks.change_everything_and_sleep)
    assert future.cancel_resolution is Resolution.INTERRUPTED, detail_of(client, future)
    assert client.submit(tasks.state).result(TIMEOUT) == before


def test_an_interrupt_keeps_what_earlier_tasks_had_set_on_purpose(
    client: Client, tmp_path: Path
) -> None:
    client.submit(tasks.set_on_purpose).result(TIMEOUT)
    before = client.submit(tasks.state).result(TIMEOUT)
    assert (before["variable"], before["decimal"]) == ("on purpose", 11)
    assert (
        interrupted(client, tmp_path, local_tasks.sleep).cancel_resolution is Resolution.INTERRUPTED
    )
    assert client.submit(tasks.state).result(TIMEOUT) == before


# -- what every task leaves ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "task",
    [
        tasks.leave_timer,
        tasks.leave_profiling_timer,
        tasks.leave_handlers,
        tasks.leave_mask,
        tasks.leave_soft_limit,
        tasks.leave_soft_limit_by_another_way,
        tasks.leave_umask,
        tasks.leave_closed_stdin,
    ],
    ids=lambda task: task.__name__,
)
def test_the_state_of_the_process_is_put_back_after_every_task(client: Client, task: Any) -> None:
    before = client.submit(tasks.state).result(TIMEOUT)
    assert client.submit(task).result(TIMEOUT) == before["pid"]
    assert client.submit(tasks.state).result(TIMEOUT) == before


def test_a_timer_that_a_task_leaves_hits_no_later_task(client: Client) -> None:
    pid = client.submit(os.getpid).result(TIMEOUT)
    for microseconds in range(10, 200, 5):
        left = client.submit(tasks.leave_timer_of_microseconds, microseconds)
        error = left.exception(TIMEOUT)
        assert not isinstance(error, WorkerDied)  # its own timer may fail the task itself
        assert client.submit(os.getpid).result(TIMEOUT) == pid


@pytest.mark.parametrize("task", [tasks.leave_folder, tasks.leave_error_and_folder])
def test_the_current_folder_is_put_back_also_after_an_error(
    client: Client, tmp_path: Path, task: Any
) -> None:
    before = client.submit(tasks.state).result(TIMEOUT)
    client.submit(task, str(tmp_path)).exception(TIMEOUT)
    assert client.submit(tasks.state).result(TIMEOUT) == before


def test_a_worker_is_replaced_if_its_state_can_t_be_put_back(client: Client) -> None:
    pid = client.submit(tasks.become_another_user).result(TIMEOUT)
    assert client.submit(os.getpid).result(TIMEOUT) != pid


# -- what runs on ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prepare", "task"),
    [
        (tasks.make_thread_pool, tasks.write_on_in_thread),
        (tasks.make_loop_thread, tasks.write_on_in_loop),
        (tasks.make_process_pool, tasks.write_on_in_process),
        (tasks.make_multiprocessing_pool, tasks.write_on_in_multiprocessing_pool),
        (tasks.start_fork_server, tasks.write_on_in_child_of_fork_server),
    ],
    ids=lambda task: task.__name__,
)
def test_a_cancel_is_confirmed_once_no_code_of_the_task_runs_anywhere(
    tmp_path: Path, prepare: Any, task: Any
) -> None:
    """Also in threads and processes that an earlier task started."""
    with Client(n_workers=1) as client:
        client.submit(prepare).result(TIMEOUT)
        future = interrupted(client, tmp_path, task)
        assert future.cancelled()
        written = (tmp_path / "written").stat().st_size
        other = client.submit(local_tasks.return_when_released, str(tmp_path))
        local_tasks.note(str(tmp_path), "released")
        other.result(TIMEOUT)
        assert (tmp_path / "written").stat().st_size == written


def test_an_idle_pool_of_threads_that_the_task_used_keeps_the_worker(
    client: Client, tmp_path: Path
) -> None:
    pid = client.submit(tasks.make_thread_pool).result(TIMEOUT)
    future = interrupted(client, tmp_path, tasks.write_once_in_thread)
    assert future.cancel_resolution is Resolution.INTERRUPTED, detail_of(client, future)
    assert client.submit(os.getpid).result(TIMEOUT) == pid


def test_a_pool_of_processes_made_just_before_survives_the_interrupt_of_another_task(
    client: Client, tmp_path: Path
) -> None:
    prepare = client.submit(tasks.make_process_pool)
    future = interrupted(client, tmp_path, local_tasks.sleep)
    assert future.cancel_resolution is Resolution.INTERRUPTED, detail_of(client, future)
    pool_pid = prepare.result(TIMEOUT)
    assert client.submit(tasks.ask_process_pool).result(TIMEOUT) == pool_pid


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_multiprocessing_works_after_a_task_that_used_it_was_cancelled(
    client: Client, tmp_path: Path, method: str
) -> None:
    interrupted(client, tmp_path, tasks.pool_and_sleep, method)
    for _ in range(2):
        assert client.submit(tasks.use_multiprocessing, method).result(TIMEOUT) == 12


def test_shared_memory_of_a_killed_task_is_removed(tmp_path: Path) -> None:
    with Client(n_workers=1) as client:
        future = interrupted(client, tmp_path, tasks.share_memory_and_sleep)
        assert future.cancel_resolution is Resolution.KILLED
        name = wait_for_file(tmp_path, "segment")
        wait_until(lambda: not Path("/dev/shm", name).exists(), "its resource tracker")
        with pytest.raises(FileNotFoundError):
            shared_memory.SharedMemory(name)


def test_shared_memory_of_a_killed_child_of_a_task_is_removed(
    client: Client, tmp_path: Path
) -> None:
    future = interrupted(client, tmp_path, tasks.share_memory_in_child_and_sleep)
    assert future.cancel_resolution is Resolution.INTERRUPTED, detail_of(client, future)
    with pytest.raises(FileNotFoundError):
        shared_memory.SharedMemory(wait_for_file(tmp_path, "segment"))


def test_the_resource_tracker_of_an_older_child_process_survives_an_interrupt(
    client: Client, tmp_path: Path
) -> None:
    client.submit(tasks.make_process_pool).result(TIMEOUT)
    future = interrupted(client, tmp_path, tasks.share_in_process_pool_and_sleep)
    assert future.cancel_resolution is Resolution.INTERRUPTED, detail_of(client, future)
    assert client.submit(tasks.share_in_process_pool).result(TIMEOUT) == "ok"


# -- interrupts that vanish ------------------------------------------------------------------------


def test_an_interrupt_that_c_code_swallowed_is_raised_again(client: Client, tmp_path: Path) -> None:
    for i in range(20):
        folder = tmp_path / str(i)
        folder.mkdir()
        future = interrupted(client, folder, tasks.convert_badly)
        assert future.cancel_resolution is Resolution.INTERRUPTED, detail_of(client, future)


def test_an_interrupt_that_the_task_handled_is_not_raised_again(
    client: Client, tmp_path: Path
) -> None:
    future = interrupted(client, tmp_path, tasks.swallow_once)
    assert future.cancel_resolution is Resolution.FINISHED_FIRST
    assert local_tasks.evidence(tmp_path, "finished") is not None


# -- the end ---------------------------------------------------------------------------------------


def test_workers_run_their_exit_handlers_at_an_orderly_shutdown(tmp_path: Path) -> None:
    with Client(n_workers=1) as client:
        client.submit(tasks.set_up_end, str(tmp_path)).result(TIMEOUT)
    for name in ("atexit", "finalizer", "weakref"):
        assert local_tasks.evidence(tmp_path, name) is not None, name
    assert (tmp_path / "log").read_text() == "a line\n"


def test_exit_handlers_of_the_initializer_run_too(tmp_path: Path) -> None:
    with Client(n_workers=1, initializer=tasks.set_up_end, initargs=(str(tmp_path),)) as client:
        client.submit(os.getpid).result(TIMEOUT)
    for name in ("atexit", "finalizer", "weakref"):
        assert local_tasks.evidence(tmp_path, name) is not None, name


def test_exit_handlers_run_although_the_engine_ended_while_the_initializer_ran(
    tmp_path: Path,
) -> None:
    settings: dict[str, Any] = {
        "initializer": tasks.set_up_one_by_one,
        "initargs": (str(tmp_path),),
    }
    with Client(n_workers=1, **settings) as client:
        client.submit(os.getpid).result(TIMEOUT)
        wait_until(lambda: len(list(tmp_path.glob("*.began"))) == 2, "the spare worker starts")
        client.shutdown(wait=False)
        (tmp_path / "go").touch()
    for began in tmp_path.glob("*.began"):
        assert began.with_suffix(".ended").exists()


def test_an_exit_handler_that_does_not_return_is_ended() -> None:
    with Client(n_workers=1) as client:
        client.submit(tasks.set_up_endless_end).result(TIMEOUT)
        pids = worker_pids(engine_of(client))
    wait_until_gone(pids)
