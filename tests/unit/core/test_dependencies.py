"""Futures as arguments, and graphs of tasks; on a scripted engine and the local one."""

from __future__ import annotations

import operator
import threading
import time
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from typing import Any

import pytest

from scaler_lab import (
    Client,
    DependencyFailed,
    EngineLost,
    GraphInvalid,
    GraphKeyMissing,
    Resolution,
    ScalerFuture,
    Status,
    TaskUnserializable,
)
from scaler_lab.core.dependencies import futures_in, with_results
from scaler_lab.core.messages import Task
from scaler_lab.testing import ScriptedEngine

Scripted = tuple[Client, ScriptedEngine]
TIMEOUT = 30.0


@pytest.fixture
def eager() -> Any:
    """A client whose engine runs each task in the moment it comes."""
    engine = ScriptedEngine()

    def run(tasks: Sequence[Task]) -> None:
        for task in tasks:
            engine.run(task)

    engine.on_submit = run
    client = Client(engine)
    yield client, engine
    engine.close()
    client.shutdown()


def inc(n: int) -> int:
    return n + 1


def same(*args: Any, **kwargs: Any) -> Any:
    return args, kwargs


def fail() -> None:
    raise ValueError("no such column")


def wait_for_task(engine: ScriptedEngine, n: int) -> Task:
    return engine.wait_for_tasks(n, TIMEOUT)[n - 1]


# -- arguments -------------------------------------------------------------------------------------


def test_a_task_waits_for_the_futures_it_is_given(scripted: Scripted) -> None:
    client, engine = scripted
    first = client.submit(inc, 1)
    second = client.submit(inc, first)
    assert second.status is Status.WAITING
    assert client.board.counts[Status.WAITING] == 1
    assert repr(second) == "<ScalerFuture #2 'inc' waiting>"
    assert len(engine.tasks) == 1, "the engine hears of it when it can run"
    engine.finish(first, 2)
    task = wait_for_task(engine, 2)
    assert task.args == (2,)
    engine.finish(task, 3)
    assert second.result(TIMEOUT) == 3


def test_futures_are_found_in_lists_tuples_and_dicts_and_nowhere_else(
    eager: Scripted,
) -> None:
    client, _ = eager
    one = client.submit(inc, 0)
    shared = [one, 5]
    plain = [[1, 2], {"a": (3,)}]
    given = (shared, (one, [one]), {"k": {"deep": [one]}}, plain)
    args, kwargs = client.submit(same, *given, key=one).result(TIMEOUT)
    assert args == ([1, 5], (1, [1]), {"k": {"deep": [1]}}, plain)
    assert kwargs == {"key": 1}
    assert args[3] is plain, "what holds none is passed on as it is"
    assert shared == [one, 5], "and what holds one is not changed"


def test_containers_that_hold_themselves_are_no_trouble() -> None:
    future: Future[int] = Future()
    loop: list[Any] = [future]
    loop.append(loop)
    assert futures_in([loop]) == [future]
    put = with_results(loop, {id(future): 7})
    assert put[0] == 7
    assert put[1] is put


def test_a_subclass_of_a_container_is_an_object_like_any_other() -> None:
    class Rows(list[Any]):
        pass

    assert futures_in([Rows([Future[int]()])]) == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_futures_of_others_will_do(eager: Scripted, when: str) -> None:
    client, _ = eager
    foreign: Future[int] = Future()
    if when == "before":
        foreign.set_result(5)
    future = client.submit(inc, foreign)
    if when == "after":
        assert future.status is Status.WAITING
        foreign.set_result(5)
    assert future.result(TIMEOUT) == 6
    with ThreadPoolExecutor(1) as pool:
        assert client.submit(inc, pool.submit(inc, 1)).result(TIMEOUT) == 3


def test_another_clients_future_will_do(scripted: Scripted, eager: Scripted) -> None:
    (slow, slow_engine), (client, _) = scripted, eager
    theirs = slow.submit(inc, 1)
    future = client.submit(inc, theirs)
    slow_engine.finish(theirs, 41)
    assert future.result(TIMEOUT) == 42


# -- failures --------------------------------------------------------------------------------------


def test_a_task_fails_with_the_cause_where_what_it_needs_fails(scripted: Scripted) -> None:
    client, engine = scripted
    bad = client.options(name="load").submit(inc, 1)
    other = client.submit(inc, 2)
    middle = client.options(name="clean").submit(operator.add, bad, other)
    last = client.options(name="fit").submit(inc, middle)
    error = ValueError("no such column")
    engine.fail(bad, error)
    with pytest.raises(DependencyFailed, match=r"'fit' did not run, because 'load' failed") as got:
        last.result(TIMEOUT)
    assert got.value.__cause__ is error, "the first one's, however long the chain"
    assert other.status is Status.QUEUED, "it fails at once, whatever else it waits for"
    info = client.board.info(middle.task_id)
    assert info is not None
    assert info.error == "DependencyFailed: 'load' failed: ValueError: no such column"
    engine.finish(other, 1)
    assert len(engine.tasks) == 2


def test_a_task_is_cancelled_with_the_reason_where_what_it_needs_is(scripted: Scripted) -> None:
    client, engine = scripted
    gone = client.options(name="load").submit(inc, 1)
    future = client.submit(inc, gone)
    gone.request_cancel()
    assert future.status is Status.WAITING, "a cancel that was asked is no answer yet"
    engine.confirm(gone)
    assert future.wait_until_done(TIMEOUT)
    assert future.cancelled()
    assert future.cancel_resolution is Resolution.NEVER_STARTED
    info = client.board.info(future.task_id)
    assert info is not None
    assert info.detail == "'load', whose result it takes, was cancelled"


@pytest.mark.parametrize("how", ["failed", "cancelled"])
def test_a_foreign_future_without_a_result_ends_the_task(scripted: Scripted, how: str) -> None:
    client, _ = scripted
    foreign: Future[int] = Future()
    future = client.submit(inc, foreign)
    if how == "failed":
        foreign.set_exception(OSError("disk"))
        with pytest.raises(DependencyFailed, match="a future failed: OSError: disk"):
            future.result(TIMEOUT)
    else:
        foreign.cancel()
        with pytest.raises(CancelledError):
            future.result(TIMEOUT)


def test_a_waiting_tasks_cancel_settles_at_once(scripted: Scripted) -> None:
    client, engine = scripted
    first = client.submit(inc, 1)
    second = client.submit(inc, first)
    called: list[Any] = []
    second.add_done_callback(called.append)
    assert second.cancel()
    assert second.cancelled()
    assert second.cancel_resolution is Resolution.NEVER_STARTED
    assert engine.cancels == [], "the engine has not heard of it"
    assert second.cancel(), "again is nothing new"
    engine.finish(first, 2)
    assert first.result(0) == 2
    client.shutdown()
    assert len(engine.tasks) == 1
    assert called == [second]


def test_a_call_that_can_not_be_sent_when_its_time_comes_fails_its_future(
    scripted: Scripted,
) -> None:
    client, engine = scripted
    first = client.submit(inc, 1)
    second = client.submit(inc, first)
    engine.refuse_next_submit(TaskUnserializable("a result that can't be pickled"))
    engine.finish(first, 2)
    with pytest.raises(TaskUnserializable, match="can't be pickled"):
        second.result(TIMEOUT)


def test_waiting_tasks_are_lost_with_their_engine(scripted: Scripted) -> None:
    client, engine = scripted
    second = client.submit(inc, client.submit(inc, 1))
    engine.lose()
    with pytest.raises(EngineLost):
        second.result(0)


def test_shutdown_lets_waiting_tasks_run(scripted: Scripted) -> None:
    client, engine = scripted
    foreign: Future[int] = Future()
    future = client.submit(inc, foreign)
    engine.on_submit = lambda tasks: engine.run(tasks[0])
    client.shutdown(wait=False)
    with pytest.raises(RuntimeError):
        client.submit(inc, 1)
    foreign.set_result(1)
    assert future.result(TIMEOUT) == 2
    engine.wait_for_close()


def test_shutdown_with_cancel_cancels_waiting_tasks(scripted: Scripted) -> None:
    client, _ = scripted
    future = client.submit(inc, Future[int]())
    client.shutdown(cancel_futures=True)
    assert future.cancelled()


def test_a_callback_may_wait_for_a_task_that_waits(eager: Scripted) -> None:
    """The callbacks' thread is not the one that sends what waited."""
    client, _ = eager
    foreign: Future[int] = Future()
    first = client.submit(inc, foreign)
    second = client.submit(inc, first)
    got: list[int] = []
    done = threading.Event()

    def on_done(_: Any) -> None:
        got.append(second.result(TIMEOUT))
        done.set()

    first.add_done_callback(on_done)
    foreign.set_result(1)
    assert done.wait(TIMEOUT)
    assert got == [3]


# -- many ------------------------------------------------------------------------------------------


def test_a_chain_of_ten_thousand(eager: Scripted) -> None:
    client, _ = eager
    foreign: Future[int] = Future()
    future: Any = foreign
    for _ in range(10_000):
        future = client.submit(inc, future)
    foreign.set_result(0)
    assert future.result(2 * TIMEOUT) == 10_000


def test_a_chain_of_ten_thousand_fails_and_the_cause_is_one_step_away(eager: Scripted) -> None:
    client, _ = eager
    foreign: Future[int] = Future()
    future: Any = foreign
    for _ in range(10_000):
        future = client.submit(inc, future)
    error = ValueError("at the beginning")
    foreign.set_exception(error)
    failed = future.exception(2 * TIMEOUT)
    assert isinstance(failed, DependencyFailed)
    assert failed.__cause__ is error


def test_ten_thousand_into_one_and_one_into_ten_thousand(eager: Scripted) -> None:
    client, _ = eager
    foreign: Future[int] = Future()
    spread = client.submit_each(operator.add, [foreign] * 10_000, range(10_000))
    total = client.submit(sum, list(spread))
    assert client.board.counts[Status.WAITING] == 10_001
    foreign.set_result(1)
    assert total.result(2 * TIMEOUT) == sum(range(10_000)) + 10_000


def test_a_group_in_which_some_wait(scripted: Scripted) -> None:
    client, engine = scripted
    first = client.submit(inc, 1)
    group = client.submit_each(inc, [first, 5], atomic=True)
    assert [future.status for future in group] == [Status.WAITING, Status.QUEUED]
    assert group[1].request_cancel()
    assert group[0].cancelled(), "one for all: this one had not been sent"
    engine.confirm(group[1])
    assert group.done()


def test_where_one_of_a_group_can_not_be_sent_none_is(scripted: Scripted) -> None:
    client, engine = scripted
    foreign: Future[int] = Future()
    engine.refuse_next_submit(TaskUnserializable("no"))
    with pytest.raises(TaskUnserializable):
        client.submit_each(inc, [foreign, 1])
    assert len(client.board) == 0
    foreign.set_result(1)
    assert client.futures == []


# -- graphs ----------------------------------------------------------------------------------------


def test_a_graph_in_the_form_of_scaler_and_dask(eager: Scripted) -> None:
    client, engine = eager
    graph: dict[Any, Any] = {
        "a": 1,
        "b": (inc, "a"),
        ("b", 0): (inc, ("b", 1)),
        ("b", 1): 10,
        "list": ["a", "b", 7],
        "alias": "b",
        "sum": (sum, ["a", "b", ("b", 0), (inc, "b"), [][:] or 5]),
        "unused": (fail,),
        3: (operator.mul, "sum", 2),
    }
    group = client.submit_graph(graph, ["sum", "list", 3, "alias", "a"], name="fit")
    assert group.results(TIMEOUT) == [1 + 2 + 11 + 3 + 5, [1, 2, 7], 44, 2, 1]
    assert group["sum"].result() == group[0].result() == 22
    assert group.by_key[3].result() == 44
    assert group["alias"] is group["b"]
    assert group.keys == ("sum", "list", 3, "alias", "a")
    assert "unused" not in group.by_key, "only what is needed runs"
    assert "fit" in repr(group)
    assert "6 succeeded" in repr(group), "all its tasks are counted"
    with pytest.raises(GraphKeyMissing, match="'nope'"):
        group["nope"]
    assert {task.annotations for task in engine.tasks} == {engine.tasks[0].annotations}
    assert {task.name for task in engine.tasks} >= {"sum", "b", "('b', 0)"}


def test_a_graph_is_cancelled_as_one(scripted: Scripted) -> None:
    client, engine = scripted
    group = client.submit_graph({"a": (inc, 0), "b": (inc, "a"), "c": (inc, "b")}, keys=["c"])
    assert group["a"].status is Status.QUEUED
    assert group["b"].status is group["c"].status is Status.WAITING
    assert len(group) == 1
    assert group["b"].request_cancel()
    assert group["b"].cancelled()
    assert group["c"].cancelled()
    assert len(engine.cancels) == 1
    engine.confirm(group["a"])
    assert group.counts[Status.CANCELLED] == 3


@pytest.mark.parametrize(
    ("graph", "keys", "error", "said"),
    [
        ({"a": (inc, "b"), "b": (inc, "a")}, None, GraphInvalid, "cycle: a -> b -> a"),
        ({"x": (inc, "a"), "a": (inc, "a")}, ["x"], GraphInvalid, "cycle: a -> a"),
        ({"a": "b", "b": ["a"]}, None, GraphInvalid, "cycle: a -> b -> a"),
        ({"a": (inc, "b")}, None, GraphKeyMissing, "'a' needs 'b', which is not a key"),
        ({"a": (sum, [1, "b"])}, None, GraphKeyMissing, "'a' needs 'b'"),
        ({"a": (inc, (inc, "b"))}, None, GraphKeyMissing, "'a' needs 'b'"),
        ({"a": 1}, ["b"], GraphKeyMissing, "'b' was requested, but is not a key"),
        ({"a": 1}, "a", TypeError, r"keys=\['a'\]"),
        ({None: 1}, None, TypeError, "key"),
        ([("a", 1)], None, TypeError, "a graph must be a dict"),
    ],
)
def test_a_bad_graph_is_an_error_at_submit(
    scripted: Scripted, graph: Any, keys: Any, error: type[Exception], said: str
) -> None:
    client, engine = scripted
    with pytest.raises(error, match=said):
        client.submit_graph(graph, keys)
    assert engine.tasks == []
    assert len(client.board) == 0


def test_strings_may_be_plain_as_in_dask(eager: Scripted) -> None:
    client, _ = eager
    group = client.submit_graph({"a": (len, "abc")}, literal_strings=True)
    assert group["a"].result(TIMEOUT) == 3
    group = client.submit_graph({"path": "abc", "a": (len, "path")}, ["a"])
    assert group["a"].result(TIMEOUT) == 3


def test_futures_in_a_graph_are_waited_for(eager: Scripted) -> None:
    client, _ = eager
    foreign: Future[int] = Future()
    graph = {"a": (inc, foreign), "b": (operator.add, "a", (inc, foreign))}
    group = client.submit_graph(graph, ["b"])
    foreign.set_result(1)
    assert group["b"].result(TIMEOUT) == 4


def test_a_long_graph_does_not_recurse(eager: Scripted) -> None:
    client, _ = eager
    graph: dict[Any, Any] = {n: (inc, n - 1) for n in range(2_000, 0, -1)} | {0: (inc, -1)}
    group = client.submit_graph(graph, [2_000])
    assert group[0].result(TIMEOUT) == 2_000


def test_an_empty_graph_is_an_empty_group(scripted: Scripted) -> None:
    client, engine = scripted
    assert len(client.submit_graph({})) == 0
    assert engine.tasks == []


# -- the local engine ------------------------------------------------------------------------------


def test_on_the_local_engine(local_client: Client) -> None:
    client = local_client
    numbers = client.submit_each(inc, range(100))
    total = client.submit(sum, list(numbers))
    chain: ScalerFuture[int] = total
    for _ in range(20):
        chain = client.submit(inc, chain)
    graph: dict[Any, Any] = {"a": 1, "b": (inc, "a"), "c": (sum, ["a", "b", (inc, "b")])}
    group = client.submit_graph(graph, ["c"])
    failed = client.submit(inc, client.submit(fail))
    long = client.submit(time.sleep, 60)  # until it is cancelled
    waits = client.submit(str, long)
    assert total.result(TIMEOUT) == 5050
    assert chain.result(TIMEOUT) == 5070
    assert group["c"].result(TIMEOUT) == 6
    assert isinstance(failed.exception(TIMEOUT), DependencyFailed)
    assert long.cancel(TIMEOUT)
    assert waits in wait([waits], TIMEOUT).done
    assert waits.cancelled()
