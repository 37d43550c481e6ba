"""Coroutine functions on the local engine: their results, their cancels, and what they leave."""

from __future__ import annotations

import asyncio
import functools
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import coroutine_tasks
import local_tasks
import pytest
from helpers import TIMEOUT, started, wait_for_file
from local_tasks import evidence

from scaler_lab import Client, Resolution, Status, TaskExited, TaskTimeout, TaskUnserializable
from scaler_lab.core.future import ScalerFuture


@pytest.fixture
def client(lone_client: Client) -> Client:
    """One worker: what a coroutine leaves for the next task is seen."""
    return lone_client


def worker_pid(client: Client) -> int:
    return client.submit(local_tasks.pid).result(TIMEOUT)


# -- results ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "function",
    [
        coroutine_tasks.double,
        functools.partial(coroutine_tasks.double, delay=0.001),
        functools.partial(functools.partial(coroutine_tasks.double), delay=0.0),
        coroutine_tasks.Doubler(),
        coroutine_tasks.Doubler().method,
        coroutine_tasks.give_coroutine,
    ],
)
def test_what_gives_a_coroutine_gives_its_result(
    client: Client, function: Callable[[int], Any]
) -> None:
    assert client.submit(function, 21).result(TIMEOUT) == 42
    assert client.submit_each(function, [1, 2]).results(TIMEOUT) == [2, 4]
    assert list(client.map(function, range(5), chunksize=2, timeout=TIMEOUT)) == [0, 2, 4, 6, 8]
    assert client.options(name="twice").submit(function, 4).result(TIMEOUT) == 8


def test_coroutine_functions_of_the_program_itself(client: Client) -> None:
    async def local(x: int) -> int:
        await asyncio.sleep(0)
        return x + offset

    offset = 10
    assert client.submit(local, 1).result(TIMEOUT) == 11


def test_coroutines_in_a_graph(client: Client) -> None:
    double = coroutine_tasks.double
    graph = {"a": (double, 3), "b": (sum, [(double, "a"), 1]), "c": (double, "b")}
    group = client.submit_graph(graph, ["b", "c"])
    assert group.results(TIMEOUT) == [13, 26]


def test_a_coroutine_waits_for_futures_in_its_arguments(client: Client) -> None:
    first = client.submit(coroutine_tasks.double, 1)
    assert client.submit(coroutine_tasks.double, first).result(TIMEOUT) == 4


def test_its_exception_shows_its_own_code(client: Client) -> None:
    error = client.submit(coroutine_tasks.fail, "no such page").exception(TIMEOUT)
    assert isinstance(error, ValueError)
    assert str(error) == "no such page"
    lines = str(error.__cause__).splitlines()
    assert [line for line in lines if line.startswith("  File")] == [
        f'  File "{coroutine_tasks.__file__}", line {at}, in fail'
        for at in [coroutine_tasks.fail.__code__.co_firstlineno + 2]
    ]
    left = client.submit(coroutine_tasks.leave, 3).exception(TIMEOUT)
    assert isinstance(left, TaskExited)
    assert left.code == 3


def test_a_time_limit_cancels_it(client: Client, tmp_path: Path) -> None:
    future = client.options(timeout=0.2).submit(coroutine_tasks.sleep, str(tmp_path))
    assert isinstance(future.exception(TIMEOUT), TaskTimeout)
    assert evidence(tmp_path, "finally") == ""


# -- what is refused -------------------------------------------------------------------------------


def test_a_coroutine_is_refused_by_the_name_of_its_function(client: Client) -> None:
    with pytest.raises(TypeError, match=r"not the coroutine double\(\.\.\.\).* submit\(double, "):
        client.submit(coroutine_tasks.double(1))  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="not the coroutine double"):
        client.options(name="x").submit(coroutine_tasks.double(1))  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="not the coroutine double"):
        client.submit_each(coroutine_tasks.double(1), [1])  # type: ignore[call-overload]
    argument = coroutine_tasks.double(1)
    with pytest.raises(TaskUnserializable, match="Pass the coroutine function"):
        client.submit(str, argument)
    argument.close()
    with pytest.raises(TypeError, match="needs a function, not 'int'"):
        client.submit(3)  # type: ignore[call-overload]


@pytest.mark.parametrize(
    "function", [coroutine_tasks.count_up, functools.partial(coroutine_tasks.count_up, n=2)]
)
def test_an_async_generator_function_is_refused(client: Client, function: Any) -> None:
    for submit in (client.submit, client.options(name="x").submit):
        with pytest.raises(TypeError, match="'count_up' is an async generator function"):
            submit(function, 1)
    with pytest.raises(TypeError, match=r"\[x async for x in"):
        client.map(function, [1])
    with pytest.raises(TypeError, match="async generator"):
        client.submit_graph({"a": (function, 1)})
    hidden = client.submit(lambda: coroutine_tasks.count_up(1))
    assert "async generator" in str(hidden.exception(TIMEOUT))


# -- cancels ---------------------------------------------------------------------------------------


def cancelled(future: ScalerFuture[Any]) -> Resolution | None:
    assert future.cancel(TIMEOUT)
    assert future.status is Status.CANCELLED
    return future.cancel_resolution


def test_a_cancel_is_a_cancelled_error_and_its_blocks_run(client: Client, tmp_path: Path) -> None:
    pid = worker_pid(client)
    future = started(client.submit(coroutine_tasks.sleep, str(tmp_path)), tmp_path)
    assert cancelled(future) is Resolution.INTERRUPTED
    assert evidence(tmp_path, "left") == "CancelledError"
    assert evidence(tmp_path, "cancelled") == evidence(tmp_path, "finally") == ""
    assert worker_pid(client) == pid, "its worker is warm"


def test_a_busy_loop_is_cancelled_where_it_awaits(client: Client, tmp_path: Path) -> None:
    pid = worker_pid(client)
    for n in range(20):
        folder = tmp_path / str(n)
        folder.mkdir()
        future = started(client.submit(coroutine_tasks.spin, str(folder)), folder)
        assert cancelled(future) is Resolution.INTERRUPTED
        assert evidence(folder, "cancelled") == ""
    assert worker_pid(client) == pid


def test_code_that_blocks_the_loop_is_interrupted(client: Client, tmp_path: Path) -> None:
    pid = worker_pid(client)
    future = started(client.submit(coroutine_tasks.block, str(tmp_path)), tmp_path)
    assert cancelled(future) is Resolution.INTERRUPTED
    assert evidence(tmp_path, "finally") == ""
    assert worker_pid(client) == pid


def test_the_asyncio_tasks_that_it_started_are_cancelled(client: Client, tmp_path: Path) -> None:
    pid = worker_pid(client)
    future = started(client.submit(coroutine_tasks.gather, str(tmp_path)), tmp_path)
    assert cancelled(future) is Resolution.INTERRUPTED
    assert [evidence(tmp_path, name) for name in ("first", "second", "alone")] == [""] * 3
    assert worker_pid(client) == pid


def test_a_coroutine_that_swallows_the_cancel_ends_cancelled(
    client: Client, tmp_path: Path
) -> None:
    pid = worker_pid(client)
    future = started(client.submit(coroutine_tasks.refuse, str(tmp_path)), tmp_path)
    assert cancelled(future) is Resolution.FINISHED_FIRST
    assert evidence(tmp_path, "cancelled") == ""
    assert worker_pid(client) == pid


def test_one_that_goes_on_is_killed(tmp_path: Path) -> None:
    with Client(n_workers=1, grace=0.2) as client:
        future = started(client.submit(coroutine_tasks.cling, str(tmp_path)), tmp_path)
        assert cancelled(future) is Resolution.KILLED
        assert client.submit(coroutine_tasks.double, 1).result(TIMEOUT) == 2


def test_a_cancel_is_confirmed_once_its_threads_have_ended(client: Client, tmp_path: Path) -> None:
    pid = worker_pid(client)
    future = started(client.submit(coroutine_tasks.work_in_thread, str(tmp_path)), tmp_path)
    assert cancelled(future) is Resolution.INTERRUPTED
    assert evidence(tmp_path, "thread ended") == ""
    assert worker_pid(client) == pid


def test_cancels_at_any_moment_of_its_life(client: Client) -> None:
    """Whatever the interrupt meets, it is answered, and the next task finds a worker as before."""
    pids = set[int]()
    for n in range(60):
        future = client.submit(coroutine_tasks.double, n, 0.004)
        time.sleep(n % 12 / 1000)  # the moment is what is tested
        future.cancel(TIMEOUT)
        assert future.done()
        assert client.submit(coroutine_tasks.double, n).result(TIMEOUT) == 2 * n
        pids.add(worker_pid(client))
    assert len(pids) <= 3, "nearly all were interrupted, not killed"


# -- what is left ----------------------------------------------------------------------------------


def test_no_event_loop_is_left(client: Client, tmp_path: Path) -> None:
    before = client.submit(coroutine_tasks.state_of_asyncio).result(TIMEOUT)
    files = client.submit(coroutine_tasks.open_files).result(TIMEOUT)
    assert client.submit(coroutine_tasks.double, 1).result(TIMEOUT) == 2
    cancelled(started(client.submit(coroutine_tasks.sleep, str(tmp_path)), tmp_path))
    assert client.submit(coroutine_tasks.state_of_asyncio).result(TIMEOUT) == before
    assert client.submit(coroutine_tasks.open_files).result(TIMEOUT) == files


def test_asyncio_is_loaded_for_coroutines_only() -> None:
    with Client(n_workers=1) as client:
        assert client.submit(lambda: "asyncio" in sys.modules).result(TIMEOUT) is False


# -- engines of this process -----------------------------------------------------------------------


def test_in_a_pool_of_threads_it_runs_in_its_thread(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as pool, Client(pool) as client:
        assert client.submit_each(coroutine_tasks.double, [1, 2]).results(TIMEOUT) == [2, 4]
        future = client.submit(coroutine_tasks.work_in_thread, str(tmp_path))
        wait_for_file(tmp_path, "running")
        assert future.cancel(0)
        assert future.status is Status.CANCELLING, "threads can't be stopped"
        local_tasks.note(str(tmp_path), "finally")
        assert future.cancel(TIMEOUT)
        assert future.cancel_resolution is Resolution.FINISHED_FIRST
