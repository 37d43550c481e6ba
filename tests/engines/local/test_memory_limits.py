"""Limits on the memory of tasks: `options(memory=...)` on the local engine."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import memory_hogs
import pytest
from helpers import LONG_GRACE_SECONDS, TIMEOUT, wait_until
from memory_hogs import HOGS, MIB

from scaler_lab import Client, FeatureMissing, LocalEngine, Resolution, TaskOverMemory
from scaler_lab.engines.base import Feature
from scaler_lab.engines.local.scheduler.descendants import Descendants
from scaler_lab.engines.local.scheduler.task_memory import TaskMemory

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it needs /proc and RLIMIT_DATA")

LIMIT = 64 * MIB
SECONDS = 0.5  # so long an innocent task is measured


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(n_workers=2, echo=False, grace=LONG_GRACE_SECONDS, memory=LIMIT) as client:
        yield client


@pytest.mark.parametrize("hog", HOGS, ids=lambda hog: hog.__name__)
def test_a_hog_fails_with_its_limit_and_the_next_task_runs(
    client: Client, hog: Callable[[], Any]
) -> None:
    future = client.submit(hog)
    error = future.exception(TIMEOUT)
    assert isinstance(error, TaskOverMemory), error
    assert isinstance(error, MemoryError)
    assert error.limit == LIMIT
    assert future.record.error.startswith("TaskOverMemory: over its memory limit of 64 MiB")
    if error.memory is not None:  # it was killed
        assert error.memory > LIMIT
        assert "; it was in " in str(error)
        assert hog.__name__ in future.record.error or "memory_hogs" in future.record.error
    assert client.submit(memory_hogs.fill, LIMIT // 2, 0).result(TIMEOUT) == LIMIT // 2


def test_the_allocation_that_exceeds_the_limit_fails_in_the_task(tmp_path: Path) -> None:
    with Client(n_workers=1, echo=False) as client:
        limited = client.options(memory="64 MiB")
        pid = client.submit(memory_hogs.worker).result(TIMEOUT)
        path = tmp_path / "cleaned up"
        error = limited.submit(memory_hogs.cleans_up, str(path)).exception(TIMEOUT)
        assert isinstance(error, TaskOverMemory)
        assert error.memory is None
        assert "one_big_object" in str(error.__cause__)
        assert path.read_text() == "finally"
        assert limited.submit(memory_hogs.handles_it).result(TIMEOUT) == "handled"
        free = client.submit(memory_hogs.fill, 512 * MIB, 0)
        assert free.result(TIMEOUT) == 512 * MIB, "the limit is that of the task"
        assert client.submit(memory_hogs.worker).result(TIMEOUT) == pid, "the worker stays"


def test_a_memory_error_of_the_tasks_own_stays_what_it_is(client: Client) -> None:
    error = client.submit(memory_hogs.raises_its_own).exception(TIMEOUT)
    assert type(error) is MemoryError
    assert str(error) == "the cache is full"


@pytest.mark.parametrize(
    ("innocent", "args"),
    [
        (memory_hogs.fill, (LIMIT * 9 // 10, SECONDS)),
        (memory_hogs.fill_and_fork, (LIMIT * 6 // 10, SECONDS)),
        (memory_hogs.fill_and_start_programs, (LIMIT * 9 // 10, SECONDS)),
        (memory_hogs.start_threads, (8,)),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_task_near_its_limit_does_not_fail(
    client: Client, innocent: Callable[..., Any], args: tuple[Any, ...]
) -> None:
    for _ in range(2):
        assert client.submit(innocent, *args).exception(TIMEOUT) is None


def test_a_cancel_that_came_first_wins(client: Client) -> None:
    future = client.submit(memory_hogs.forked_child)
    wait_until(future.running, "the task to run")
    future.cancel(TIMEOUT)
    assert future.cancelled()
    assert future.cancel_resolution in (Resolution.INTERRUPTED, Resolution.KILLED)


def test_it_is_retried_only_if_that_is_named(client: Client) -> None:
    plain = client.options(retries=2).submit(memory_hogs.hoard)
    named = client.options(retries=1, retry_on=TaskOverMemory).submit(memory_hogs.hoard)
    also = client.options(retries=1, retry_on=MemoryError).submit(memory_hogs.one_big_object)
    for future, attempts in ((plain, 1), (named, 2), (also, 2)):
        assert isinstance(future.exception(TIMEOUT), TaskOverMemory)
        assert future.attempt == attempts


def test_an_option_replaces_the_limit_of_the_client(client: Client) -> None:
    size = 256 * MIB
    for limit in (None, 2 * size, "1 GiB"):
        future = client.options(memory=limit).submit(memory_hogs.fill, size, 0.2)
        assert future.result(TIMEOUT) == size


def test_engines_without_limits_refuse_them() -> None:
    class Without(LocalEngine):
        features = LocalEngine.features - {Feature.MEMORY_LIMITS}

    with pytest.raises(FeatureMissing, match=r"memory='64 MiB': .* can't limit the memory"):
        Client(Without(n_workers=1), memory=LIMIT)


# -- measuring -------------------------------------------------------------------------------------


def test_children_and_their_children_are_found_and_threads_are_not() -> None:
    descendants = Descendants()
    descendants.add(os.getpid())
    read, write = os.pipe()

    def own() -> list[int]:
        return [pid for pid in descendants.of(os.getpid()) if pid not in others]

    others = set(descendants.of(os.getpid()))
    child = os.fork()
    if child == 0:
        grandchild = os.fork()
        if grandchild == 0:
            os.read(read, 1)
            os._exit(0)
        os.waitpid(grandchild, 0)
        os._exit(0)
    try:
        found = wait_until(lambda: own()[1:], "a grandchild")
        assert own()[0] == child
        assert descendants.parent_of(found[0]) == child
    finally:
        os.write(write, b"x")
        os.waitpid(child, 0)
        os.close(read)
        os.close(write)
    for pid in (child, *found):
        descendants.ended(pid)
    assert memory_hogs.start_threads(3) == 3
    assert own() == []


def test_memory_that_a_child_only_shares_counts_once() -> None:
    size = 48 * MIB
    memory = TaskMemory()
    with memory_hogs.sharing_process(size) as steps:
        pid = next(steps)
        memory.descendants.add(pid)
        before = memory.added(pid, 0, 0)
        assert before is not None
        next(steps)
        added = memory.added(pid, before, 0)
        assert added is not None
        assert size * 0.9 < added < size * 1.3
        assert (memory.added(pid, before, 1000 * size) or 0) > 3 * size, "an estimate is enough"
