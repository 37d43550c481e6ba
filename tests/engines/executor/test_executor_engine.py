"""What is particular to executors that users bring: whose they are, and what they do wrong."""

from __future__ import annotations

import multiprocessing
import os
import signal
import struct
import threading
from collections.abc import Iterator
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from pathlib import Path
from typing import Any

import pytest
from helpers import wait_until
from rich.console import Console

from scaler_lab import Client, EngineLost, Resolution, Status, WorkerDied
from scaler_lab.engines.executor import claims
from scaler_lab.engines.executor.claims import ClaimFile
from scaler_lab.runtime import runtime_dir
from scaler_lab.testing import _work

pytestmark = pytest.mark.usefixtures("fork_server")

TIMEOUT = 30.0


@pytest.fixture
def processes() -> Iterator[ProcessPoolExecutor]:
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        yield pool


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


# -- whose it is -----------------------------------------------------------------------------------


def test_a_client_s_end_is_not_its_executor_s(processes: ProcessPoolExecutor) -> None:
    for value in (1, 2):
        with Client(processes) as client:
            assert client.submit(_work.echo, value).result(TIMEOUT) == value
    assert processes.submit(_work.echo, 3).result(TIMEOUT) == 3


def test_clients_and_others_share_an_executor(threads: ThreadPoolExecutor, tmp_path: Path) -> None:
    folder = str(tmp_path)
    with Client(threads) as one, Client(threads) as other:
        held = [threads.submit(_work.hold, folder, str(n)) for n in range(2)]
        futures = [client.submit(_work.echo, "x") for client in (one, other)]
        assert one.cancel_all(timeout=TIMEOUT) == 1
        _work.release(folder)
        assert futures[0].cancelled()
        assert futures[1].result(TIMEOUT) == "x"
        assert [future.result(TIMEOUT) for future in held] == ["0", "1"]


def test_an_executor_that_was_shut_down_takes_no_more_tasks(threads: ThreadPoolExecutor) -> None:
    with Client(threads) as client:
        threads.shutdown()
        with pytest.raises(EngineLost, match=r"ThreadPoolExecutor.* accepts no more tasks"):
            client.submit(len, "x")
        assert client.futures == []


def test_what_its_owner_takes_out_of_the_queue_ends_cancelled(
    threads: ThreadPoolExecutor, tmp_path: Path
) -> None:
    folder = str(tmp_path)
    with Client(threads) as client:
        held = client.submit_each(_work.hold, [folder] * 2, ["0", "1"])
        queued = client.submit(_work.echo, 1)
        for key in ("0", "1"):
            _work.wait_for_start(folder, key, TIMEOUT)
        threads.shutdown(wait=False, cancel_futures=True)
        assert queued.cancelled()
        assert queued.cancel_resolution is Resolution.NEVER_STARTED
        _work.release(folder)
        assert held.results(TIMEOUT) == ["0", "1"]


def test_nothing_is_left_in_the_runtime_folder(processes: ProcessPoolExecutor) -> None:
    with Client(processes) as client:
        client.submit(len, "x").result(TIMEOUT)
        assert any(runtime_dir.root().iterdir())
    assert not any(runtime_dir.root().iterdir())


# -- what is told ----------------------------------------------------------------------------------


def test_a_task_in_the_pool_s_pipe_is_not_shown_running(
    processes: ProcessPoolExecutor, tmp_path: Path
) -> None:
    folder = str(tmp_path)
    with Client(processes) as client:
        group = client.submit_each(_work.hold, [folder] * 6, map(str, range(6)))
        wait_until(lambda: sum(future.running() for future in group) == 2, "two to run")
        running = [future for future in group if future.running()]
        assert all(future.worker.startswith("pid ") for future in running)
        assert [f.status for f in group].count(Status.QUEUED) == 4
        _work.release(folder)
        group.results(TIMEOUT)


def test_a_thousand_queued_tasks_are_cancelled_at_once(
    processes: ProcessPoolExecutor, tmp_path: Path
) -> None:
    folder = str(tmp_path)
    with Client(processes) as client:
        client.submit_each(_work.hold, [folder] * 2, ["0", "1"])
        for key in ("0", "1"):
            _work.wait_for_start(folder, key, TIMEOUT)
        queued = client.submit_each(_work.mark, [folder] * 1000, [f"q{n}" for n in range(1000)])
        assert client.cancel(queued, 0) == 1000
        assert all(future.cancelled() for future in queued), "some wait for the pool"
        assert {f.cancel_resolution for f in queued} == {Resolution.NEVER_STARTED}
        _work.release(folder)
    assert not any(_work.has_started(folder, f"q{n}") for n in range(1000))


def test_a_running_task_explains_why_it_is_not_stopped(
    threads: ThreadPoolExecutor, tmp_path: Path
) -> None:
    folder = str(tmp_path)
    with Client(threads) as client:
        future = client.submit(_work.hold, folder, "held")
        _work.wait_for_start(folder, "held", TIMEOUT)
        assert future.cancel(0)
        info = client.board.info(future.task_id)
        assert info is not None
        assert info.status is Status.CANCELLING
        assert "a thread can't be stopped" in info.detail
        _work.release(folder)
    assert future.cancel_resolution is Resolution.FINISHED_FIRST


def test_a_task_in_a_thread_keeps_its_exception_and_its_traceback(
    threads: ThreadPoolExecutor,
) -> None:
    with Client(threads) as client:
        future = client.submit(_work.raise_key_error, "price")
        error = future.exception(TIMEOUT)
    assert isinstance(error, KeyError)
    assert error.__traceback__ is not None
    assert error.__traceback__.tb_frame.f_code.co_name == "raise_key_error"
    assert "KeyError: 'price'" in repr(future)


# -- its faults ------------------------------------------------------------------------------------


def test_a_killed_worker_fails_its_task_and_the_pool_with_it(
    processes: ProcessPoolExecutor, tmp_path: Path
) -> None:
    folder = str(tmp_path)
    with Client(processes) as client:
        running = client.submit_each(_work.hold, [folder] * 2, ["0", "1"])
        queued = client.submit_each(_work.hold, [folder] * 8, [f"q{n}" for n in range(8)])
        wait_until(lambda: all(future.running() for future in running), "all to run")
        queued[3].request_cancel()  # which the standard library's own pool would trip over
        victim = running[1]
        os.kill(int(victim.worker.removeprefix("pid ")), signal.SIGKILL)
        error = victim.exception(TIMEOUT)
        assert isinstance(error, WorkerDied)
        assert "SIGKILL (9)" in str(error)
        assert error.exit_code == -signal.SIGKILL
        for future in (running[0], *queued):
            if future is queued[3]:
                assert future.cancelled()
            else:
                assert isinstance(future.exception(TIMEOUT), EngineLost)
        with pytest.raises(EngineLost, match="Create a new executor"):
            client.submit(len, "x")
        _work.release(folder)


class SilentExecutor(ProcessPoolExecutor):
    """One whose settling thread ended without a word, as CPython's does at times."""

    def __init__(self) -> None:
        self.settler = threading.Thread(target=len, args=("",))
        self.settler.start()
        vars(self).update(_processes={}, _executor_manager_thread=self.settler)

    def submit(self, *_: Any, **__: Any) -> Future[Any]:
        return Future()


def test_a_pool_that_will_never_settle_anything_is_lost() -> None:
    with Client(SilentExecutor()) as client:
        future = client.submit(len, "x")
        error = future.exception(TIMEOUT)
    assert isinstance(error, EngineLost)
    assert "the thread that settles its futures has ended" in str(error)


def test_a_dead_worker_that_its_pool_does_not_notice_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Deaf(SilentExecutor):
        def __init__(self) -> None:
            super().__init__()
            processes = {2**22 + 1: None}  # a pid that is none
            vars(self).update(_processes=processes, _executor_manager_thread=None)

    monkeypatch.setattr("scaler_lab.engines.executor.monitor.DEAD_FOR_SECONDS", 0.1)
    with Client(Deaf()) as client:
        error = client.submit(len, "x").exception(TIMEOUT)
    assert isinstance(error, EngineLost)
    assert "did not notice that its worker process" in str(error)


def test_if_starts_are_not_reported_the_row_shows_that() -> None:
    inner: Future[Any] = Future()
    with Client(OddExecutor(inner)) as client:
        future = client.submit(len, "x")
        console = Console(width=160)
        with console.capture() as captured:
            console.print(client)
        assert "queued or running: its engine does not report when a task starts" in captured.get()
        inner.set_exception(ValueError("no"))
        assert isinstance(future.exception(TIMEOUT), ValueError)
        info = client.board.info(future.task_id)
        assert info is not None
        assert info.detail == ""


class OddExecutor:
    """An executor of another library, whose futures can't be cancelled."""

    def __init__(self, given: Any) -> None:
        self._given = given

    def submit(self, *_: Any, **__: Any) -> Any:
        return self._given


def test_an_object_that_returns_no_future_is_not_an_executor() -> None:
    with Client(OddExecutor("result")) as client:
        with pytest.raises(TypeError, match=r"OddExecutor\.submit returned str"):
            client.submit(len, "x")
        assert client.futures == []


def test_an_executor_that_cannot_cancel_is_believed() -> None:
    class Fixed(Future[Any]):
        def cancel(self) -> bool:
            raise NotImplementedError("Cancel not implemented")

    inner = Fixed()
    with Client(OddExecutor(inner)) as client:
        future = client.submit(len, "x")
        assert future.cancel(0)
        assert future.status is Status.CANCELLING
        inner.set_result("not ours")
        assert future.cancelled()


class InlineExecutor(Executor):
    """Runs each task in submit itself."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@pytest.mark.parametrize("in_process", [True, False])
def test_an_executor_may_run_a_task_at_once(in_process: bool) -> None:
    lock = threading.Lock()
    with Client(InlineExecutor(), in_process=in_process) as client:
        assert client.engine.reports_starts is in_process
        assert client.submit(_work.echo, 5).result(0) == 5
        if in_process:
            assert client.submit(_work.echo, lock).result(0) is lock


def test_a_broken_executor_is_reported_at_submit() -> None:
    class Broken(Executor):
        def submit(self, *_: Any, **__: Any) -> Future[Any]:
            raise BrokenExecutor("no more")

    with Client(Broken()) as client:
        for _ in range(2):
            with pytest.raises(EngineLost, match="no more"):
                client.submit(len, "x")


# -- the ledger ------------------------------------------------------------------------------------


def test_a_task_is_begun_or_withdrawn_never_both(tmp_path: Path) -> None:
    book, folder = ClaimFile(tmp_path), str(tmp_path)
    assert book.withdraw([1, 2, 5]) == {1, 2, 5}
    begun = [number for number in range(8) if claims.begin(folder, number)]
    assert begun == [0, 3, 4, 6, 7]
    assert book.withdraw(range(8)) == {1, 2, 5}
    assert [(page.number, page.pid) for page in book.begun()] == [(7, os.getpid())]
    claims.end(folder)
    assert book.begun() == []
    book.close()
    assert book.withdraw([9]) == set()
    claims.leave()


def test_no_task_begins_once_the_client_is_gone(tmp_path: Path) -> None:
    assert not claims.begin(str(tmp_path / "gone"), 0)


def test_a_torn_page_is_not_believed(tmp_path: Path) -> None:
    book = ClaimFile(tmp_path)
    (tmp_path / "12-34").write_bytes(struct.pack("<QQQ", 5, 6, 7))
    (tmp_path / "12-35").write_bytes(b"short")
    assert book.begun() == []
    book.close()


def test_a_worker_keeps_a_few_folders_open_only(tmp_path: Path) -> None:
    books: list[ClaimFile] = []
    for n in range(claims.FOLDERS_KEPT + 2):
        folder = tmp_path / str(n)
        folder.mkdir()
        books.append(ClaimFile(folder))
        assert claims.begin(str(folder), 0)
    assert claims.n_open() == claims.FOLDERS_KEPT
    claims.leave()
    for book in books:
        book.close()
