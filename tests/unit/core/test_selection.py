"""What may be passed as *futures*: one future or several, and never nothing by mistake."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from contextlib import closing
from typing import Any

import pytest

import scaler_lab
from scaler_lab import Client, Status, as_completed
from scaler_lab.core.messages import TaskCancel
from scaler_lab.testing import ScriptedEngine

Scripted = tuple[Client, ScriptedEngine]

CALLS = ["cancel", "request_cancel", "wait", "gather", "as_completed"]


def _do(client: Client, call: str, *futures: Any) -> Any:
    function: Callable[..., Any] = as_completed if call == "as_completed" else getattr(client, call)
    return function(*futures)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("wrong", [None, 3, [None], ["text"], "text", [[]]])
def test_what_is_not_a_future_is_refused_and_nothing_is_cancelled(
    scripted: Scripted, call: str, wrong: Any
) -> None:
    client, engine = scripted
    future = client.submit(len, "x")
    with pytest.raises(TypeError, match="future"):
        _do(client, call, wrong)
    with pytest.raises(TypeError, match="futures"):
        _do(client, call)
    assert (engine.cancels, future.status) == ([], Status.QUEUED)


@pytest.mark.parametrize(
    ("call", "alternative"),
    [("cancel", r"cancel_all\(\)"), ("wait", r"wait_all\(\)")],
)
@pytest.mark.parametrize("given", [(), (None,)])
def test_the_error_names_the_call_for_all_futures(
    scripted: Scripted, call: str, alternative: str, given: tuple[Any, ...]
) -> None:
    with pytest.raises(TypeError, match=alternative):
        _do(scripted[0], call, *given)


def test_watched_futures_are_not_cancelled_by_mistake_either() -> None:
    made: Future[int] = Future()
    with scaler_lab.watch([made]) as watched:
        nothing: Any = None
        for given in ((), (nothing,)):
            with pytest.raises(TypeError, match=r"cancel_all\(\)"):
                watched.cancel(*given)
        assert watched.cancel(watched.futures[0]) == 1
    assert made.cancelled()


@pytest.mark.parametrize("call", ["cancel", "request_cancel", "gather", "as_completed"])
def test_a_future_of_another_library_is_refused_by_what_it_is(
    scripted: Scripted, call: str
) -> None:
    with pytest.raises(TypeError, match="a future of another library"):
        _do(scripted[0], call, [Future()])


def test_wait_takes_futures_of_other_libraries(scripted: Scripted) -> None:
    foreign: Future[int] = Future()
    foreign.set_result(1)
    assert _do(scripted[0], "wait", foreign).done == {foreign}


def test_one_future_stands_for_itself(scripted: Scripted) -> None:
    client, engine = scripted
    first, second, third = client.submit_each(len, ["a", "b", "c"])
    engine.finish(first, 1)
    assert client.wait(first) == ({first}, set())
    assert list(as_completed(first)) == [first]
    assert client.gather(first) == 1
    assert client.request_cancel(second) == 1
    assert client.cancel(third, timeout=0) == 1
    assert engine.cancels == [TaskCancel((f.task_id,)) for f in (second, third)]


def test_request_cancel_is_one_message_for_each_client() -> None:
    engines = (ScriptedEngine(), ScriptedEngine())
    first, second = (Client(engine) for engine in engines)
    mine, done, others = first.submit(len, "x"), first.submit(len, "y"), second.submit(len, "z")
    engines[0].finish(done, 1)
    assert first.request_cancel((mine, done, others), force=True) == 2
    for engine, future in zip(engines, (mine, others), strict=True):
        assert engine.cancels == [TaskCancel((future.task_id,), force=True)]
        engine.close()
    first.close()
    second.close()


def test_gather_returns_the_values_in_order(scripted: Scripted) -> None:
    client, engine = scripted
    futures = [client.submit(len, "x") for _ in range(3)]
    for n in (2, 0, 1):
        engine.finish(futures[n], n)
    assert client.gather(iter(futures)) == [0, 1, 2]
    assert client.gather([]) == []


def test_gather_raises_as_results_does(scripted: Scripted) -> None:
    client, engine = scripted
    future, failed, cancelled = (client.submit(len, "x") for _ in range(3))
    with pytest.raises(TimeoutError):
        client.gather([future], timeout=0.01)
    engine.finish(future, 1)
    engine.fail(failed, ValueError("no such column"))
    cancelled.request_cancel()
    engine.confirm(cancelled)
    with pytest.raises(ValueError, match="no such column"):
        client.gather([future, failed, cancelled])
    with pytest.raises(CancelledError):
        client.gather([future, cancelled, failed])


def test_close_waits_for_the_tasks_as_shutdown_does(local_client: Client) -> None:
    with closing(local_client):
        future = local_client.submit(pow, 2, 10)
    assert future.result(0) == 1024
    assert local_client.is_shut_down
    local_client.close()


def test_wait_of_the_package_is_that_of_clients_for_futures_of_several(scripted: Scripted) -> None:
    client, engine = scripted
    first, second = client.submit_each(len, ["a", "b"])
    engine.finish(first, 1)
    assert scaler_lab.wait([first, second], timeout=0) == ({first}, {second})
    assert scaler_lab.wait(first).done == {first}
    nothing: Any = None
    with pytest.raises(TypeError, match="not None"):
        scaler_lab.wait(nothing)


def test_what_a_user_catches_and_names_in_annotations_is_public() -> None:
    assert scaler_lab.CancelledError is CancelledError
    assert issubclass(scaler_lab.GraphGroup, scaler_lab.TaskGroup)
    assert scaler_lab.SharedRef.__doc__
