"""`Client`: an executor as the standard library has them, and more."""

from __future__ import annotations

import functools
import gc
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, ThreadPoolExecutor, wait
from typing import Any

import pytest

from scaler_lab import Board, Client, ClientForked, EngineLost, Status, TaskUnserializable
from scaler_lab.client.new_task import name_of
from scaler_lab.core import fork_guard
from scaler_lab.core.messages import Task, TaskCancel, TaskRetryRequested
from scaler_lab.engines.base import Emit
from scaler_lab.testing import ScriptedEngine

Scripted = tuple[Client, ScriptedEngine]

TIMEOUT = 10.0


@pytest.fixture
def running(threaded: Scripted) -> Client:
    """A client whose tasks run as soon as they are submitted."""
    client, engine = threaded

    def run(tasks: Sequence[Task]) -> None:
        for task in tasks:
            engine.run(task)

    engine.on_submit = run
    return client


# -- submitting ------------------------------------------------------------------------------------


def test_submit_hands_the_call_to_the_engine_as_it_is(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.submit(sorted, [3, 1], reverse=True)
    (task,) = engine.tasks
    assert (task.function, task.args, task.kwargs) == (sorted, ([3, 1],), {"reverse": True})
    assert (task.task_id, task.name, task.annotations.group) == (future.task_id, "sorted", None)
    assert len(task.task_id) == 32
    assert int(task.task_id, 16) > 0


def test_ids_are_unique_among_clients_and_tasks() -> None:
    ids: set[str] = set()
    for _ in range(2):
        engine = ScriptedEngine()
        client = Client(engine)
        client.submit_each(len, ["x"] * 50)
        ids |= {task.task_id for task in engine.tasks}
        engine.close()
        client.shutdown()
    assert len(ids) == 100


def test_what_the_engine_cannot_send_raises_here_and_leaves_no_trace(scripted: Scripted) -> None:
    client, engine = scripted
    engine.refuse_next_submit(TaskUnserializable("a lock can't be pickled"))
    with pytest.raises(TaskUnserializable):
        client.submit(id, threading.Lock())
    engine.refuse_next_submit(TaskUnserializable("a lock can't be pickled"))
    with pytest.raises(TaskUnserializable):
        client.submit_each(len, ["sound", threading.Lock()])
    assert client.futures == []
    assert len(client.board) == 0
    assert client.submit(len, "x").status is Status.QUEUED


def test_an_iterable_that_raises_submits_nothing(scripted: Scripted) -> None:
    client, engine = scripted

    def broken() -> Iterator[str]:
        yield "first"
        raise OSError("the file ended")

    with pytest.raises(OSError, match="the file ended"):
        client.submit_each(len, broken())
    assert engine.tasks == []


def test_an_answer_from_inside_submit_is_not_missed(scripted: Scripted) -> None:
    client, engine = scripted
    engine.on_submit = lambda tasks: engine.finish(tasks[0], 42)
    assert client.submit(len, "x").result(0) == 42


def test_an_answer_from_inside_request_cancel_is_not_missed(scripted: Scripted) -> None:
    client, engine = scripted
    engine.on_cancel = lambda cancel: engine.confirm(cancel.task_ids[0])
    future = client.submit(len, "x")
    assert future.cancel(TIMEOUT)
    assert future.cancelled()


def test_submit_after_the_engine_went_raises_engine_lost(scripted: Scripted) -> None:
    client, engine = scripted
    engine.lose("it was unplugged")
    with pytest.raises(EngineLost, match="it was unplugged"):
        client.submit(len, "x")


def test_submit_in_a_forks_child_is_refused(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, engine = scripted
    monkeypatch.setattr(fork_guard, "_process", 1)  # as a fork's child finds it: another's
    with pytest.raises(ClientForked, match="make a new Client in the child"):
        client.submit(len, "x")
    assert engine.tasks == []


def a_function() -> None: ...


class Callable_:  # noqa: N801
    def __call__(self) -> None: ...

    def method(self) -> None: ...


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (a_function, "a_function"),
        (len, "len"),
        ("x".upper, "str.upper"),
        (Callable_().method, "Callable_.method"),
        (Callable_(), "Callable_"),
        (Callable_, "Callable_"),
        (functools.partial(functools.partial(a_function)), "a_function"),
        (lambda: None, "<lambda>"),
    ],
)
def test_a_task_is_called_after_its_function(function: Callable[..., Any], name: str) -> None:
    assert name_of(function) == name


# -- map, as the standard library's ----------------------------------------------------------------


@pytest.mark.parametrize("chunksize", [1, 3])
def test_map_is_what_a_stdlib_executor_gives(running: Client, chunksize: int) -> None:
    rows = (range(10), range(5, 12))
    with ThreadPoolExecutor(1) as pool:
        expected = list(pool.map(divmod, rows[0], rows[1], chunksize=chunksize))
    assert list(running.map(divmod, *rows, chunksize=chunksize)) == expected
    assert list(running.map(divmod, [], [], chunksize=chunksize)) == []


def test_map_submits_before_it_is_iterated(scripted: Scripted) -> None:
    client, engine = scripted
    results = client.map(len, ["a", "b"])
    assert len(engine.tasks) == 2
    del results


def test_map_in_chunks_makes_one_task_of_each(scripted: Scripted) -> None:
    client, engine = scripted
    results = client.map(len, ["a", "bb", "ccc"], chunksize=2)
    assert [task.name for task in engine.tasks] == ["len x2[0]", "len x2[1]"]
    for task in engine.tasks:
        engine.run(task)
    assert list(results) == [1, 2, 3]


@pytest.mark.parametrize("chunksize", [1, 2])
def test_map_raises_a_calls_exception_in_its_place_and_cancels_the_rest(
    scripted: Scripted, chunksize: int
) -> None:
    client, engine = scripted
    results = client.map(len, ["a", "b", 3, 4, "e", "f"], chunksize=chunksize)
    for task in engine.tasks[: 4 // chunksize]:
        engine.run(task)
    assert next(results) == 1
    assert next(results) == 1
    with pytest.raises(TypeError):
        next(results)
    left = [task.task_id for task in engine.tasks[4 // chunksize :]]
    assert [set(cancel.task_ids) for cancel in engine.cancels] == [set(left)]


def test_map_that_is_no_longer_read_cancels_what_it_waits_for(scripted: Scripted) -> None:
    client, engine = scripted
    results = client.map(len, ["a", "b", "c"])
    engine.run(engine.tasks[0])
    assert next(results) == 1
    assert isinstance(results, Generator)
    results.close()
    assert [set(c.task_ids) for c in engine.cancels] == [{t.task_id for t in engine.tasks[1:]}]


@pytest.mark.parametrize("chunksize", [1, 2])
def test_map_times_out_for_all_together_and_cancels_the_rest(
    scripted: Scripted, chunksize: int
) -> None:
    client, engine = scripted
    results = client.map(len, ["a", "b", "c", "d"], timeout=0.01, chunksize=chunksize)
    with pytest.raises(TimeoutError):
        next(results)
    assert len(engine.cancels) == 1
    assert len(engine.cancels[0].task_ids) == 4 // chunksize


def test_map_refuses_what_it_does_not_know(scripted: Scripted) -> None:
    client, _ = scripted
    with pytest.raises(ValueError, match="chunksize must be at least 1"):
        client.map(len, ["a"], chunksize=0)
    with pytest.raises(TypeError, match="'buffersiez'"):
        client.map(len, ["a"], buffersiez=3)  # type: ignore[call-overload]


# -- cancelling ------------------------------------------------------------------------------------


def test_cancel_of_everything_requests_all_that_are_open(scripted: Scripted) -> None:
    client, engine = scripted
    futures = [client.submit(len, "x") for _ in range(3)]
    engine.finish(futures[0], 1)
    assert client.cancel_all(timeout=0) == 2
    assert engine.cancels == [TaskCancel((futures[1].task_id, futures[2].task_id))]


def test_cancel_takes_any_iterable_and_counts_only_those_that_end_cancelled(
    scripted: Scripted,
) -> None:
    client, engine = scripted
    done, open_one = client.submit(len, "x"), client.submit(len, "y")
    engine.finish(done, 1)
    assert client.cancel(iter([done, open_one]), timeout=0, force=True) == 1
    assert engine.cancels == [TaskCancel((open_one.task_id,), force=True)]


def test_cancel_goes_to_each_futures_own_engine() -> None:
    """One view may show two clients' tasks; a selection of both is cancelled as one."""
    board = Board()
    engines = (ScriptedEngine(), ScriptedEngine())
    first, second = (Client(engine, board=board) for engine in engines)
    futures = [first.submit(len, "x"), second.submit(len, "y")]
    assert first.cancel(futures, timeout=0) == 2
    for engine, future in zip(engines, futures, strict=True):
        assert engine.cancels == [TaskCancel((future.task_id,))]
        engine.confirm(future)
        assert future.cancelled()
    first.shutdown()
    second.shutdown()


# -- looking ---------------------------------------------------------------------------------------


def test_two_clients_may_share_a_board() -> None:
    board = Board()
    engines = (ScriptedEngine(), ScriptedEngine())
    with Client(engines[0], board=board) as first, Client(engines[1], board=board) as second:
        futures = [first.submit(len, "x"), second.submit(len, "y")]
        assert [info.number for info in board.snapshot().tasks] == [1, 2]
        assert first.board is second.board is board
        for engine, future in zip(engines, futures, strict=True):
            engine.finish(future, 1)
    assert board.counts[Status.SUCCEEDED] == 2


def test_its_repr_shows_its_engine_and_its_tasks(scripted: Scripted) -> None:
    client, engine = scripted
    assert repr(client) == "<Client on scripted engine: no tasks yet>"
    future = client.submit(len, "x")
    assert repr(client) == "<Client on scripted engine: 1 queued>"
    engine.finish(future, 1)
    client.shutdown()
    assert repr(client) == "<Client on scripted engine, shut down: 1 succeeded>"


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (42, TypeError, "not int"),
        ("tcp://elsewhere:1234", ValueError, "is not the address of an engine"),
    ],
)
def test_what_is_not_an_engine_is_refused(given: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        Client(given)


def test_settings_of_an_engine_that_has_its_own_are_refused() -> None:
    with pytest.raises(
        TypeError, match="n_workers, grace: only allowed if the Client starts the engine"
    ):
        Client(ScriptedEngine(), n_workers=2, grace=1.0)


def test_an_engine_that_does_not_open_leaves_no_client() -> None:
    class Broken(ScriptedEngine):
        def open(self, emit: Emit) -> None:
            raise EngineLost(f"no such socket for {emit}")

    with pytest.raises(EngineLost, match="no such socket"):
        Client(Broken())


# -- ending ----------------------------------------------------------------------------------------


def test_it_is_an_executor() -> None:
    assert issubclass(Client, Executor)


def test_shutdown_waits_for_the_tasks_and_then_closes_the_engine(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.submit(len, "x")
    ending = threading.Thread(target=client.shutdown)
    ending.start()
    ending.join(0.1)
    assert ending.is_alive(), "a task is open"
    assert not engine.is_closed
    engine.finish(future, 1)
    ending.join(TIMEOUT)
    engine.wait_for_close(0)
    with pytest.raises(RuntimeError, match="after shutdown"):
        client.submit(len, "x")


def test_shutdown_without_waiting_returns_and_a_thread_sees_to_the_rest(
    scripted: Scripted,
) -> None:
    client, engine = scripted
    future = client.submit(len, "x")
    client.shutdown(wait=False)
    assert not engine.is_closed
    engine.finish(future, 1)
    engine.wait_for_close()
    client.shutdown()


def test_shutdown_has_run_the_callbacks_when_it_returns(threaded: Scripted) -> None:
    client, engine = threaded
    called: list[int] = []
    for n in range(20):
        future = client.submit(len, "x")
        future.add_done_callback(lambda _, n=n: called.append(n))  # type: ignore[misc]
        engine.finish(future, 1)
    client.shutdown()
    assert called == list(range(20))


def test_shutdown_may_cancel_those_that_have_not_started(scripted: Scripted) -> None:
    client, engine = scripted
    started, queued = client.submit(len, "x"), client.submit(len, "y")
    engine.start(started)
    client.shutdown(wait=False, cancel_futures=True)
    assert engine.cancels == [TaskCancel((queued.task_id,))]
    engine.confirm(queued)
    engine.finish(started, 1)
    client.shutdown()
    assert started.result() == 1
    with pytest.raises(CancelledError):
        queued.result()


def test_shutdown_is_idempotent_from_many_threads(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.submit(len, "x")
    threads = [threading.Thread(target=client.shutdown) for _ in range(4)]
    for thread in threads:
        thread.start()
    engine.finish(future, 1)
    for thread in threads:
        thread.join(TIMEOUT)
        assert not thread.is_alive()
    client.shutdown()


def test_each_shutdown_that_waits_returns_only_once_the_engine_is_closed() -> None:
    closing, may_close = threading.Event(), threading.Event()

    class Slow(ScriptedEngine):
        def close(self, *, wait: bool = True) -> None:
            closing.set()
            assert may_close.wait(TIMEOUT)
            super().close(wait=wait)

    client = Client(Slow())
    first = threading.Thread(target=client.shutdown)
    first.start()
    assert closing.wait(TIMEOUT)
    second = threading.Thread(target=client.shutdown)
    second.start()
    second.join(0.1)
    waits = second.is_alive()
    may_close.set()
    for thread in (first, second):
        thread.join(TIMEOUT)
        assert not thread.is_alive()
    assert waits, "the engine was not closed yet"


def test_shutdown_in_a_done_callback_does_not_wait_for_itself(threaded: Scripted) -> None:
    client, engine = threaded
    future = client.submit(len, "x")
    returned = threading.Event()

    def end(_: object) -> None:
        client.shutdown(wait=True)
        returned.set()

    future.add_done_callback(end)
    engine.finish(future, 1)
    assert returned.wait(TIMEOUT)
    engine.wait_for_close()
    client.shutdown()


def test_a_task_is_either_refused_or_waited_for_when_shutdown_comes_between(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Submit has looked whether the client is shut down; then shutdown runs as far as it can."""
    client, engine = scripted
    commit = Board.commit
    ending = threading.Thread(target=client.shutdown)

    def commit_late(*args: Any) -> Any:
        ending.start()
        ending.join(0.2)  # as far as it can: with an open task, not to its end
        return commit(*args)

    monkeypatch.setattr(Board, "commit", commit_late)
    future = client.submit(len, "x")
    engine.finish(future, 1)
    ending.join(TIMEOUT)
    assert not ending.is_alive()
    assert future.result(0) == 1


def test_with_ends_the_client_and_lets_exceptions_pass() -> None:
    engine = ScriptedEngine()
    with pytest.raises(ValueError, match="the block's own"), Client(engine):
        raise ValueError("the block's own")
    assert engine.is_closed


def test_a_forgotten_client_warns_where_it_was_made_and_is_wound_up() -> None:
    engine = ScriptedEngine()
    clients = [Client(engine)]
    future = clients[0].submit(len, "x")
    with pytest.warns(ResourceWarning, match=r"test_client\.py:\d+"):
        clients.clear()
    gc.collect()
    assert not engine.is_closed, "its task goes on to its end"
    engine.finish(future, 1)
    engine.wait_for_close()
    assert future.result() == 1


def test_a_forgotten_client_is_wound_up_even_where_warnings_are_errors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raised: list[str] = []

    def note(unraisable: sys.UnraisableHookArgs) -> None:
        raised.append(str(unraisable.exc_value))

    monkeypatch.setattr(sys, "unraisablehook", note)
    engine = ScriptedEngine()
    client = Client(engine)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        del client
        gc.collect()
    engine.wait_for_close(2.0)
    assert len(raised) == 1
    assert "was never shut down" in raised[0]


def test_a_client_that_was_shut_down_is_forgotten_in_silence() -> None:
    client = Client(ScriptedEngine())
    client.shutdown()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        del client
        gc.collect()
    assert caught == []


def test_a_script_that_ends_waits_for_its_tasks() -> None:
    program = """
import threading
from scaler_lab import Client
from scaler_lab.testing import ScriptedEngine

engine = ScriptedEngine()
client = Client(engine)
future = client.submit(len, "x")
future.add_done_callback(lambda f: print("done:", f.result()))

def answer():
    ending.wait()
    engine.finish(future, 42)

ending = threading.Event()
threading._register_atexit(ending.set)  # called before the client's own, as the last registered
threading.Thread(target=answer, daemon=True).start()
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30
    )
    assert ran.stdout == "done: 42\n", ran.stderr


def test_wait_over_several_clients_sees_all(running: Client) -> None:
    other_engine = ScriptedEngine()
    with Client(other_engine) as other:
        futures = [running.submit(len, "ab"), other.submit(len, "abc")]
        other_engine.run(futures[1])
        assert not wait(futures, TIMEOUT).not_done
        assert [future.result() for future in futures] == [2, 3]


def test_retry_submits_a_failed_call_again_as_a_new_task(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.submit(divmod, 7, 2)
    engine.fail(engine.tasks[0], ZeroDivisionError("once"))
    again = future.retry()
    assert again.task_id != future.task_id
    call = engine.tasks[1]
    assert (call.name, call.function, call.args) == ("divmod", divmod, (7, 2))
    engine.finish(call, (3, 1))
    assert again.result(0) == (3, 1)
    assert isinstance(future.exception(), ZeroDivisionError)


def test_retry_of_an_open_or_a_succeeded_task_is_refused(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.submit(len, "abc")
    with pytest.raises(RuntimeError, match="not done yet"):
        future.retry()
    engine.finish(engine.tasks[0], 3)
    with pytest.raises(RuntimeError, match="submit the call again"):
        future.retry()


def test_retry_requested_by_a_view_submits_tasks_whose_futures_are_held(threaded: Scripted) -> None:
    client, engine = threaded
    held = client.submit(len, "held")
    client.submit(len, "dropped")
    for task in list(engine.tasks):
        engine.fail(task, ValueError("no"))
    assert held.exception(5) is not None
    gc.collect()
    engine.emit(*(TaskRetryRequested(task.task_id, "terminal") for task in list(engine.tasks)))
    engine.wait_for_tasks(3)
    client.cancel_all(timeout=0)
    assert [task.args for task in engine.tasks] == [("held",), ("dropped",), ("held",)]
