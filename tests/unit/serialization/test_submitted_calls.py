"""A call is what it was when it was submitted, whenever its task runs, and however often."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from pickle import PicklingError
from typing import Any

import numpy as np
import pytest

from scaler_lab import Client, ScalerFuture, TaskUnserializable
from scaler_lab.core.messages import Task
from scaler_lab.serialization import pickling
from scaler_lab.testing import ScriptedEngine

pytestmark = pytest.mark.usefixtures("fork_server")

TIMEOUT = 30.0
LARGE = 200_000  # numbers; more than travels in a message


@pytest.fixture
def pool() -> Iterator[ProcessPoolExecutor]:
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        yield pool


@pytest.fixture(params=["local", "processes"])
def given(request: pytest.FixtureRequest) -> Any:
    """What to make a client of."""
    return request.getfixturevalue("pool") if request.param == "processes" else None


class Packing(ScriptedEngine):
    """A scripted engine that is sent bytes."""

    takes_bytes = True

    def call(self, number: int) -> Any:
        """What a worker would make of that task."""
        packed = pickling.packed_call(self.tasks[number])
        function, args, kwargs = pickling.unpack_call(*pickling.unflatten(pickling.flatten(packed)))
        return function(*args, **kwargs)


@pytest.fixture
def packing() -> Iterator[tuple[Client, Packing]]:
    engine = Packing()
    client = Client(engine)
    yield client, engine
    engine.close()
    client.shutdown()


def train(_: Any, params: Any, **more: Any) -> Any:
    return params, more


def total(_: Any, array: Any) -> int:
    return int(np.sum(array))


def add_one(array: Any) -> Any:
    array += 1
    return array


def are_one(*values: Any) -> bool:
    return all(value is values[0] for value in values)


def flaky(mark: str, params: Any) -> Any:
    """Fails the first time."""
    if not os.path.exists(mark):
        Path(mark).touch()
        raise OSError("the first attempt")
    return params


class Counted:
    """Counts how often it is pickled."""

    count = 0

    def __reduce__(self) -> tuple[Any, ...]:
        Counted.count += 1
        return str, ("counted",)


# -- tasks that wait -------------------------------------------------------------------------------


def test_a_task_that_waits_gets_the_arguments_as_they_were(given: Any) -> None:
    with Client(given) as client:
        gate: Future[int] = Future()
        params: dict[str, Any] = {"lr": 0, "deep": [{"n": 0}]}
        futures: list[ScalerFuture[Any]] = []
        for lr in range(3):
            params["lr"] = params["deep"][0]["n"] = lr
            futures.append(client.submit(train, gate, params, given=params))
        params.clear()
        gate.set_result(1)
        for lr, future in enumerate(futures):
            expected = {"lr": lr, "deep": [{"n": lr}]}
            assert future.result(TIMEOUT) == (expected, {"given": expected})


def test_arrays_of_a_task_that_waits_are_copied_at_submit(given: Any) -> None:
    with Client(given) as client:
        gate: Future[Any] = Future()
        array = np.ones(LARGE)
        future = client.submit(total, [gate], array)
        array[:] = 0
        gate.set_result(None)
        assert future.result(TIMEOUT) == LARGE


def test_members_of_a_group_that_wait_are_packed_at_submit() -> None:
    with Client() as client:
        gate: Future[int] = Future()
        shared = [1]
        group = client.submit_each(train, [gate, gate], [shared, {"in": shared}])
        shared.append(2)
        gate.set_result(0)
        assert [value for value, _ in group.results()] == [[1], {"in": [1]}]


def test_nodes_of_a_graph_are_packed_at_submit(packing: tuple[Client, Packing]) -> None:
    client, engine = packing
    shared = {"x": 1}
    foreign: Future[int] = Future()
    graph = {
        "a": (int, 7),
        "b": (train, "a", shared),
        "c": (train, ["b", "a", foreign], shared),
    }
    group = client.submit_graph(graph, ["c"])
    shared["x"] = 2
    foreign.set_result(9)
    assert engine.call(0) == 7
    engine.finish(group.by_key["a"], 7)
    engine.wait_for_tasks(2, TIMEOUT)
    assert engine.call(1) == ({"x": 1}, {})
    engine.finish(group.by_key["b"], "of b")
    engine.wait_for_tasks(3, TIMEOUT)
    assert engine.call(2) == ({"x": 1}, {})


def test_a_global_of_the_function_is_as_it_was(packing: tuple[Client, Packing]) -> None:
    client, engine = packing
    names: dict[str, Any] = {"__name__": "__main__", "RATE": 1}
    exec("def rate(_):\n    return RATE", names)
    gate: Future[int] = Future()
    client.submit(names["rate"], gate)
    names["RATE"] = 2
    gate.set_result(0)
    engine.wait_for_tasks(1, TIMEOUT)
    assert engine.call(0) == 1


def test_a_result_used_twice_is_one_object() -> None:
    with Client() as client:
        first = client.submit(list[str], "ab")
        assert client.submit(are_one, first, first).result(TIMEOUT)


@pytest.mark.parametrize("value", [None, {"k": [1, 2]}, b"x" * 300_000, "text", ("a", 1)])
def test_results_arrive_whole(value: Any) -> None:
    with Client() as client:
        first: Future[Any] = Future()
        future = client.submit(train, first, [first, {"at": first}], key=(first,))
        first.set_result(value)
        expected = [value, {"at": value}], {"key": (value,)}
        assert future.result(TIMEOUT) == expected


def test_an_array_that_was_waited_for_can_be_written_to() -> None:
    with Client() as client:
        first: ScalerFuture[Any] = client.submit(np.ones, LARGE)
        assert client.submit(add_one, first).result(TIMEOUT)[0] == 2
        assert first.result()[0] == 1


def test_what_cannot_be_sent_is_refused_at_submit(given: Any) -> None:
    with Client(given) as client:
        gate: Future[int] = Future()
        lock = threading.Lock()
        with pytest.raises(
            TaskUnserializable, match=r"argument 'params' of train\(\).*args\[1\]\['l'"
        ):
            client.submit(train, gate, {"l": [lock]})
        with pytest.raises(TaskUnserializable, match="argument 'more' of train"):
            client.submit(train, gate, 1, more=lock)
        with pytest.raises(TaskUnserializable):
            client.submit_each(train, [1, gate], [1, lock])
        with pytest.raises(TaskUnserializable):
            client.submit_graph({"a": (int, 1), "b": (train, "a", lock)}, None)
        with pytest.raises(TaskUnserializable):
            client.options(retries=2).submit(train, 1, lock)
        assert not len(client.board), "nothing of it was submitted"


def test_what_cannot_be_pickled_is_a_pickling_error(lone_client: Client) -> None:
    with pytest.raises(PicklingError):
        lone_client.submit(len, threading.Lock())
    with pytest.raises(PicklingError):
        lone_client.submit(threading.Lock).result(TIMEOUT)


# -- tasks that are run again ----------------------------------------------------------------------


def test_a_second_attempt_gets_the_arguments_as_they_were(given: Any, tmp_path: Path) -> None:
    with Client(given) as client:
        first: Future[int] = Future()
        params = {"lr": 1}
        array = np.ones(LARGE)
        given = [params, array, first]
        options = client.options(retries=1, retry_on=OSError)
        future = options.submit(flaky, str(tmp_path / "mark"), given)
        params["lr"] = 2
        array[:] = 0
        first.set_result(5)
        got = future.result(TIMEOUT)
        assert future.attempt == 2
        assert got[0] == {"lr": 1}
        assert np.sum(got[1]) == LARGE
        assert got[2] == 5


def test_retry_sends_the_call_as_it_was(given: Any, tmp_path: Path) -> None:
    with Client(given) as client:
        params = {"lr": 1}
        array = np.ones(LARGE)
        future = client.submit(flaky, str(tmp_path / "mark"), [params, array])
        assert isinstance(future.exception(TIMEOUT), OSError)
        params["lr"] = 2
        array[:] = 0
        again = future.retry()
        (got, numbers) = again.result(TIMEOUT)
        assert got == {"lr": 1}
        assert np.sum(numbers) == LARGE


def test_every_attempt_sends_the_same_bytes(packing: tuple[Client, Packing]) -> None:
    client, engine = packing
    first: Future[Any] = Future()
    Counted.count = 0
    future = client.options(retries=2).submit(train, first, [Counted()])
    assert Counted.count == 1
    value = Counted()
    first.set_result(value)
    for attempt in range(1, 4):
        task: Task = engine.wait_for_tasks(attempt, TIMEOUT)[-1]
        engine.worker_dies(task)
    assert future.exception(TIMEOUT)
    assert Counted.count == 2, "the argument once, the result once"
    future.retry()
    engine.wait_for_tasks(4, TIMEOUT)
    assert engine.call(3) == (["counted"], {})


def test_a_large_call_is_kept_only_as_long_as_it_may_be_sent_again(tmp_path: Path) -> None:
    with Client(n_workers=1) as client:
        array = np.ones(LARGE)
        future = client.submit(total, 0, array)
        assert future.result(TIMEOUT) == LARGE
        failed = client.submit(flaky, str(tmp_path / "mark"), array)
        assert failed.exception(TIMEOUT)
        blobs = Path(vars(client.engine)["_blobs"].path)
        assert [p.suffix for p in blobs.iterdir() if p.suffix] == [".kept"]
        del failed
        assert not [p for p in blobs.iterdir() if p.suffix == ".kept"]


# -- in this process -------------------------------------------------------------------------------


def test_threads_share_the_objects_as_the_standard_librarys_do() -> None:
    shared: list[int] = []
    lock = threading.Lock()
    with ThreadPoolExecutor(1) as pool, Client(pool) as client:
        gate: Future[int] = Future()
        future = client.submit(are_one, shared, shared)
        waiting = client.submit(train, gate, [shared, lock])
        shared.append(1)
        gate.set_result(0)
        assert future.result(TIMEOUT)
        value, _ = waiting.result(TIMEOUT)
        assert value[0] is shared
        assert value[1] is lock


def test_an_engine_of_references_gets_no_bytes(scripted: tuple[Client, ScriptedEngine]) -> None:
    client, engine = scripted
    client.submit(train, 1, 2)
    tasks: Sequence[Task] = engine.tasks
    assert tasks[0].packed is None
