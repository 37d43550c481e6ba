"""Executors that users bring, held to the contract by the whole kit; nothing is left unchecked."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    InvalidStateError,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from contextlib import ExitStack, suppress
from multiprocessing import forkserver, resource_tracker
from typing import Any

import pebble
import pytest

from scaler_lab.engines.executor import ExecutorEngine
from scaler_lab.testing import Verdict, check_engine

loky: Any = importlib.import_module("loky")  # which has no types

CROWD = 16  # of tasks, more than two workers run at once


@pytest.fixture(scope="module", autouse=True)
def servers() -> None:
    """The helpers that the libraries start once for a process: no test's to leave behind."""
    forkserver.ensure_running()
    resource_tracker.ensure_running()


@pytest.fixture
def brought() -> Iterator[ExitStack]:
    """Keeps pools until they are shut down."""
    with ExitStack() as stack:
        yield stack


# -- how each is made, and how it is lost ----------------------------------------------------------


def threads(brought: ExitStack) -> ExecutorEngine:
    return ExecutorEngine(brought.enter_context(ThreadPoolExecutor(2)))


def processes(brought: ExitStack) -> ExecutorEngine:
    context = multiprocessing.get_context("forkserver")
    return ExecutorEngine(brought.enter_context(ProcessPoolExecutor(2, mp_context=context)))


def loky_processes(brought: ExitStack) -> ExecutorEngine:
    return ExecutorEngine(brought.enter_context(loky.ProcessPoolExecutor(2)))


def pebble_threads(brought: ExitStack) -> ExecutorEngine:
    pool = pebble.ThreadPool(2)
    brought.callback(_end_pebble, pool)
    return ExecutorEngine(pool)


def pebble_processes(brought: ExitStack) -> ExecutorEngine:
    pool = pebble.ProcessPool(2, context=multiprocessing.get_context("forkserver"))
    brought.callback(_end_pebble, pool)
    return ExecutorEngine(pool)


class FarExecutor(Executor):
    """An executor of an unknown kind, which pickles calls and results."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(2)
        self._futures: list[Future[Any]] = []
        self._is_broken = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if self._is_broken:
            raise BrokenExecutor("the line was cut")
        future: Future[Any] = Future()
        self._futures.append(future)
        self._threads.submit(self._run, future, pickle.dumps((fn, args, kwargs)))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._threads.shutdown(wait, cancel_futures=cancel_futures)

    def break_down(self) -> None:
        self._is_broken = True
        for future in self._futures:
            with suppress(InvalidStateError):
                future.set_exception(BrokenExecutor("the line was cut"))

    def _run(self, future: Future[Any], call: bytes) -> None:
        if self._is_broken or not future.set_running_or_notify_cancel():
            return
        function, args, kwargs = pickle.loads(call)
        value = pickle.loads(pickle.dumps(function(*args, **kwargs)))
        with suppress(InvalidStateError):
            future.set_result(value)


def far(brought: ExitStack) -> ExecutorEngine:
    return ExecutorEngine(brought.enter_context(FarExecutor()))


def _end_pebble(pool: Any) -> None:
    pool.stop()
    pool.join()


def _fail_initializer(executor: Any) -> None:
    executor._initializer_failed()  # what the standard library does when one raised


def break_threads(engine: ExecutorEngine) -> None:
    _fail_initializer(engine.executor)


def kill_workers(engine: ExecutorEngine) -> None:
    for pid in list(engine.executor._processes):
        os.kill(pid, signal.SIGKILL)


def stop_pool(engine: ExecutorEngine) -> None:
    engine.executor.stop()


def break_far(engine: ExecutorEngine) -> None:
    engine.executor.break_down()


def check(
    make: Callable[[ExitStack], ExecutorEngine],
    lose: Callable[[ExecutorEngine], None],
    brought: ExitStack,
) -> None:
    """The whole kit; only what cannot be is unchecked.

    That shared values are refused, and what tasks say is not told, is checked, and that is all.
    """
    report = check_engine(lambda: make(brought), lose=lose, crowd=CROWD)
    unchecked = {c.name for c in report.checks if c.verdict is Verdict.NOT_CHECKED}
    in_process = make in (threads, pebble_threads, far)
    expected = {
        "shared_values_reach_tasks_or_are_refused",
        "what_tasks_say_is_told_as_stated",
        "usage_is_that_of_the_task_or_is_refused",
        "memory_limits_are_enforced_or_refused",
    }
    if in_process:
        expected.add("a_dead_worker_fails_one_task")
    if make not in (threads, pebble_threads):
        expected.add("stacks_are_those_of_the_task_or_are_refused")
    assert unchecked == expected


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("make", "lose"),
    [
        (threads, break_threads),
        (processes, kill_workers),
        (pebble_threads, stop_pool),
        (pebble_processes, stop_pool),
        (far, break_far),
    ],
)
def test_an_executor_keeps_the_contract(
    make: Callable[[ExitStack], ExecutorEngine],
    lose: Callable[[ExecutorEngine], None],
    brought: ExitStack,
) -> None:
    check(make, lose, brought)


@pytest.mark.timeout(120)
def test_loky_keeps_the_contract() -> None:
    # In a process of its own: loky leaves a pipe open where its workers were killed.
    program = (
        "from contextlib import ExitStack\n"
        f"import {__name__} as kit\n"
        "with ExitStack() as brought:\n"
        "    kit.check(kit.loky_processes, kit.kill_workers, brought)\n"
    )
    folder = os.path.dirname(__file__)
    path = os.pathsep.join([folder, *sys.path])
    ran = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
