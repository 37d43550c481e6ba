"""A Ctrl-C at any instruction of any call of the client loses nothing and blocks nothing.

`interrupts` raises KeyboardInterrupt at each point of a call at which CPython could run a signal
handler.  After each of them the futures that were there before settle, nothing is left open, and
the client works on.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import operator
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from interrupts import Interrupter, at_each_point
from stress.interrupts import storm

from scaler_lab import Client, LocalEngine, as_completed
from scaler_lab.core import wait
from scaler_lab.testing import ScriptedEngine

# Python prints an exception that is raised while a finalizer or a generator's close runs.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

TIMEOUT = 10.0
add = operator.add
Scripted = tuple[Client, ScriptedEngine]
BIG = bytes(300_000)  # travels in a file


def _works(client: Client) -> None:
    """The client takes a task and gives its answer, and nothing is left open."""
    assert client.submit(add, 20, 22).result(TIMEOUT) == 42
    assert client._manager.wait_all_done(TIMEOUT)  # pyright: ignore[reportPrivateUsage]


def _submit(client: Client) -> object:
    return client.submit(add, 1, 2)


def _submit_big(client: Client) -> object:
    return client.submit(len, BIG)


def _submit_with_options(client: Client) -> object:
    return client.options(timeout=60, retries=1, tags=["a"]).submit(add, 1, 2)


def _submit_what_waits(client: Client) -> object:
    return client.submit(add, client.submit(add, 1, 2), 3)


def _submit_each(client: Client) -> object:
    return client.submit_each(add, range(3), range(3)).results(TIMEOUT, progress=False)


def _submit_an_atomic_group(client: Client) -> object:
    return client.submit_each(add, range(3), range(3), atomic=True)


def _submit_a_graph(client: Client) -> object:
    return client.submit_graph({"a": (add, 1, 2), "b": (add, "a", 3)})


def _map(client: Client) -> object:
    return list(client.map(add, range(3), range(3)))


def _map_in_chunks(client: Client) -> object:
    return list(client.map(add, range(4), range(4), chunksize=2))


def _scatter(client: Client) -> object:
    with client.scatter(BIG) as ref:
        return client.submit(len, ref).result(TIMEOUT)


def _wait(client: Client) -> object:
    return client.wait([client.submit(add, n, n) for n in range(3)], TIMEOUT)


def _wait_as_stdlib(client: Client) -> object:
    futures = [client.submit(add, n, n) for n in range(3)]
    return concurrent.futures.wait(futures, TIMEOUT)


def _as_completed(client: Client) -> object:
    futures = [client.submit(add, n, n) for n in range(3)]
    return [future.result() for future in as_completed(futures, TIMEOUT)]


def _as_completed_as_stdlib(client: Client) -> object:
    futures = [client.submit(add, n, n) for n in range(3)]
    return [f.result() for f in concurrent.futures.as_completed(futures, TIMEOUT)]


def _result(client: Client) -> object:
    return client.submit(add, 1, 2).result(TIMEOUT)


def _exception(client: Client) -> object:
    return client.submit(int, "no number").exception(TIMEOUT)


def _submit_and_cancel(client: Client) -> object:
    return client.submit(time.sleep, 0.001).cancel(TIMEOUT)


CALLS = (
    _submit,
    _submit_big,
    _submit_with_options,
    _submit_what_waits,
    _submit_each,
    _submit_an_atomic_group,
    _submit_a_graph,
    _map,
    _map_in_chunks,
    _scatter,
    _wait,
    _wait_as_stdlib,
    _as_completed,
    _as_completed_as_stdlib,
    _result,
    _exception,
    _submit_and_cancel,
)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.__name__.strip("_"))
def test_an_interrupt_at_any_point_leaves_a_client_that_works(
    lone_client: Client, call: Callable[[Client], object]
) -> None:
    client = lone_client
    _works(client)
    call(client)  # what is done the first time only: imports, threads
    n_points = 0
    for where, _ in at_each_point(lambda: call(client)):
        n_points += 1
        try:
            before = [client.submit(add, n, 1) for n in range(2)]
            assert [future.result(TIMEOUT) for future in before] == [1, 2]
            _works(client)
        except BaseException as error:
            pytest.fail(f"after an interrupt at {where}: {type(error).__name__}: {error}")
    assert n_points > 20


def test_an_interrupted_scatter_leaves_no_file(lone_client: Client) -> None:
    _works(lone_client)
    engine = lone_client.engine
    assert isinstance(engine, LocalEngine)
    assert engine.connection is not None
    folder = engine.connection.blobs
    with lone_client.scatter(BIG):
        before = sorted(os.listdir(folder))
    n_points = 0
    for where, reference in at_each_point(lambda: lone_client.scatter(BIG)):
        n_points += 1
        del reference
        assert not where or len(os.listdir(folder)) < len(before), f"interrupted at {where}"
    assert n_points > 20


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("bulk", [False, True])
def test_a_cancel_interrupted_at_any_point_can_be_requested_again(
    lone_client: Client, bulk: bool, force: bool
) -> None:
    """Whether it reached the engine or not, the next cancel stops the task."""
    client = lone_client
    _works(client)
    where = "before the first"
    n_points = 0
    while where:
        task = client.submit(time.sleep, 3600)
        while not task.running():
            time.sleep(0.0005)
        n_points += 1
        interrupter = Interrupter(n_points)
        if bulk:
            interrupter.run(lambda: client.cancel([task], force=force))  # noqa: B023
        else:
            interrupter.run(lambda: task.cancel(force=force))  # noqa: B023
        where = interrupter.where
        assert task.cancel(TIMEOUT)
        assert task.cancelled(), f"after an interrupt at {where}"
        if force and n_points % 3:
            n_points += 4  # a new worker each time: not all
    assert n_points > 20
    _works(client)


def _wait_for(futures: Any, timeout: float) -> Any:
    return wait.wait_for(futures, timeout, "ALL_COMPLETED", progress=True, title="")


@pytest.mark.parametrize("how", ["result", "exception"])
def test_a_value_is_still_there_after_an_interrupt_at_any_point(
    lone_client: Client, how: str
) -> None:
    where = "before the first"
    n_points = 0
    while where:
        future = lone_client.submit(add, [1], [2])
        assert future.wait_until_done(TIMEOUT)
        n_points += 1
        interrupter = Interrupter(n_points)
        interrupter.run(getattr(future, how))
        where = interrupter.where
        assert future.result(TIMEOUT) == [1, 2], f"after an interrupt at {where}"
        assert future.exception(TIMEOUT) is None
    assert n_points > 5


@pytest.mark.parametrize(
    "how",
    [concurrent.futures.wait, concurrent.futures.as_completed, as_completed, _wait_for],
    ids=["wait_as_stdlib", "as_completed_as_stdlib", "as_completed", "wait"],
)
def test_futures_settle_that_an_interrupted_wait_left_behind(
    how: Callable[..., Any], threaded: tuple[Client, ScriptedEngine]
) -> None:
    """The interrupt comes before they are done, and leaves whatever it leaves in them."""
    client, engine = threaded
    where = "before the first"
    n_points = 0
    while where:
        futures = [client.submit(add, n, n) for n in range(2)]
        n_points += 1
        interrupter = Interrupter(n_points)
        with contextlib.suppress(TimeoutError):
            interrupter.run(lambda: list(how(futures, timeout=0.001)))  # noqa: B023
        where = interrupter.where
        for future in futures:
            engine.finish(future, 5)
        for future in reversed(futures):
            assert future.result(TIMEOUT) == 5, f"after an interrupt at {where}"
        assert not concurrent.futures.wait(futures, TIMEOUT).not_done
        assert set(concurrent.futures.as_completed(futures, TIMEOUT)) == set(futures)
    assert n_points > 20


def test_a_loop_over_completed_futures_goes_on_after_an_interrupt(scripted: Scripted) -> None:
    """One that has come is given out by this step or by the next."""
    client, engine = scripted
    where = "before the first"
    n_points = 0
    while where:
        futures = [client.submit(add, n, n) for n in range(2)]
        for future in futures:
            engine.finish(future, 5)
        reader = as_completed(futures)
        n_points += 1
        interrupter = Interrupter(n_points)
        given_out = [f for f in [interrupter.run(reader.__next__)] if f]
        where = interrupter.where
        assert [*given_out, *reader] == futures, f"after an interrupt at {where}"
    assert n_points > 5


def test_shutdown_interrupted_at_any_point_can_be_called_again() -> None:
    where = "before the first"
    n_points = 0
    while where:
        engine = ScriptedEngine()
        client = Client(engine)
        future = client.submit(add, 1, 2)
        engine.finish(future, 3)
        n_points += 1
        interrupter = Interrupter(n_points)
        interrupter.run(client.shutdown)
        where = interrupter.where
        client.shutdown()
        assert engine.is_closed, f"after an interrupt at {where}"
        assert future.result(TIMEOUT) == 3
    assert n_points > 20


def test_other_engines_take_a_task_wholly_or_not_at_all() -> None:
    """Also a pool of the standard library, whose own locks an interrupt would leave held."""
    with ThreadPoolExecutor(1) as pool, Client(pool) as client:
        _works(client)
        n_points = 0
        for where, _ in at_each_point(lambda: client.submit(add, 1, 2)):
            n_points += 1
            assert client.submit(add, 20, 22).result(TIMEOUT) == 42, where
            _works(client)
        assert n_points > 8


def test_an_interrupt_at_any_point_of_a_cancel_sends_it_once(scripted: Scripted) -> None:
    """Exactly one `TaskCancel` for each future, however often it is cancelled."""
    client, engine = scripted
    where = "before the first"
    n_points = 0
    while where:
        future = client.submit(add, 1, 2)
        n_points += 1
        interrupter = Interrupter(n_points)
        interrupter.run(future.request_cancel)
        where = interrupter.where
        assert future.request_cancel()
        assert len(engine.cancels_of(future)) == 1, f"after an interrupt at {where}"
        engine.confirm(future)
        assert future.cancelled()
    assert n_points > 8


def test_interrupts_at_random_moments_of_all_kinds_of_cells() -> None:
    """Real signals; many more by `python -m tests.stress.interrupts`."""
    assert storm(60, seed=20) == []
