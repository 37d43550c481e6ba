"""A Ctrl-C at any instruction of any call of the client loses nothing and blocks nothing.

`interrupts` raises KeyboardInterrupt at each point of a call at which CPython could run a signal
handler.  After each of them the futures that were there before settle, nothing is left open, and
the client works on.
"""

from __future__ import annotations

import concurrent.futures
import operator
import time
from collections.abc import Callable

import pytest
from interrupts import Interrupter, at_each_point

from scaler_lab import Client, as_completed

# Python prints an exception that is raised while a finalizer or a generator's close runs.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

PATIENCE_SECONDS = 10.0
add = operator.add
BIG = bytes(300_000)  # travels in a file


def _works(client: Client) -> None:
    """The client takes a task and gives its answer, and nothing is left open."""
    assert client.submit(add, 20, 22).result(PATIENCE_SECONDS) == 42
    assert client._manager.wait_all_done(PATIENCE_SECONDS)  # pyright: ignore[reportPrivateUsage]


def _submit(client: Client) -> object:
    return client.submit(add, 1, 2)


def _submit_big(client: Client) -> object:
    return client.submit(len, BIG)


def _submit_with_options(client: Client) -> object:
    return client.options(timeout=60, retries=1, tags=["a"]).submit(add, 1, 2)


def _submit_what_waits(client: Client) -> object:
    return client.submit(add, client.submit(add, 1, 2), 3)


def _submit_each(client: Client) -> object:
    return client.submit_each(add, range(3), range(3)).results(PATIENCE_SECONDS, progress=False)


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
        return client.submit(len, ref).result(PATIENCE_SECONDS)


def _wait(client: Client) -> object:
    return client.wait([client.submit(add, n, n) for n in range(3)], PATIENCE_SECONDS)


def _wait_as_stdlib(client: Client) -> object:
    futures = [client.submit(add, n, n) for n in range(3)]
    return concurrent.futures.wait(futures, PATIENCE_SECONDS)


def _as_completed(client: Client) -> object:
    futures = [client.submit(add, n, n) for n in range(3)]
    return [future.result() for future in as_completed(futures, PATIENCE_SECONDS)]


def _as_completed_as_stdlib(client: Client) -> object:
    futures = [client.submit(add, n, n) for n in range(3)]
    return [f.result() for f in concurrent.futures.as_completed(futures, PATIENCE_SECONDS)]


def _result(client: Client) -> object:
    return client.submit(add, 1, 2).result(PATIENCE_SECONDS)


def _exception(client: Client) -> object:
    return client.submit(int, "no number").exception(PATIENCE_SECONDS)


def _submit_and_cancel(client: Client) -> object:
    return client.submit(time.sleep, 0.001).cancel(PATIENCE_SECONDS)


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
            assert [future.result(PATIENCE_SECONDS) for future in before] == [1, 2]
            _works(client)
        except BaseException as error:
            pytest.fail(f"after an interrupt at {where}: {type(error).__name__}: {error}")
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
        assert task.cancel(PATIENCE_SECONDS)
        assert task.cancelled(), f"after an interrupt at {where}"
        if force and n_points % 3:
            n_points += 4  # a new worker each time: not all
    assert n_points > 20
    _works(client)
