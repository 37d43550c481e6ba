"""`ScalerFuture`: the protocol of a standard future, and the facts and the value that it has."""

from __future__ import annotations

import asyncio
import math
import threading
from concurrent.futures import (
    FIRST_COMPLETED,
    CancelledError,
    Future,
    as_completed,
    wait,
)
from typing import Any

import pytest
from scenarios import TIMEOUT, Scenario

from scaler_lab import Client, EngineLost, Resolution, ResultUnserializable, Status
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.messages import ResultKind
from scaler_lab.testing import ScriptedEngine

Scripted = tuple[Client, ScriptedEngine]

# -- the protocol of a future, on both engines ---------------------------------------------------


def test_callback_is_called_with_the_done_future(scenario: Scenario) -> None:
    called = threading.Event()
    values: list[float] = []

    def on_done(future: Future[float]) -> None:
        assert future.done()
        values.append(future.result())
        called.set()

    scenario.let_run(math.sqrt, 16.0).add_done_callback(on_done)
    assert called.wait(TIMEOUT)
    assert values == [4.0]


def test_as_completed_gives_each_future_once(scenario: Scenario) -> None:
    futures = [scenario.let_run(math.sqrt, float(n * n)) for n in range(5)]
    seen = list(as_completed(futures, timeout=TIMEOUT))
    assert sorted(future.result() for future in seen) == [0.0, 1.0, 2.0, 3.0, 4.0]


def test_state_goes_from_running_to_done(scenario: Scenario) -> None:
    future = scenario.running()
    wait_for_status(scenario, future, Status.RUNNING)
    assert future.running()
    assert not future.done()
    scenario.release(future)
    assert future.result(TIMEOUT) == "held"
    assert not future.running()
    assert future.done()
    assert not future.cancelled()
    assert future.status is Status.SUCCEEDED


def test_cancel_of_a_running_task_ends_cancelled(scenario: Scenario) -> None:
    future = scenario.running()
    assert future.cancel(TIMEOUT)
    assert future.cancelled()
    assert future.done()
    assert future.cancel_resolution in (Resolution.INTERRUPTED, Resolution.KILLED)
    assert future.cancel_seconds is not None
    with pytest.raises(CancelledError):
        future.result()
    with pytest.raises(CancelledError):
        future.exception()


def test_exception_of_the_task_is_raised(scenario: Scenario) -> None:
    future = scenario.let_run(math.sqrt, "16")
    with pytest.raises(TypeError, match="must be real number"):
        future.result(TIMEOUT)
    assert future.done()
    assert isinstance(future.exception(), TypeError)
    assert future.status is Status.FAILED


def test_client_disconnected_leaves_no_future_pending(scenario: Scenario) -> None:
    future = scenario.running()
    scenario.client.engine.close()
    with pytest.raises((CancelledError, EngineLost)):
        future.result(TIMEOUT)
    assert future.done()


def test_wait_returns_when_the_first_is_cancelled(scenario: Scenario) -> None:
    cancelled, other = scenario.running(), scenario.running()
    cancelled.request_cancel()
    done = wait([cancelled, other], TIMEOUT, FIRST_COMPLETED).done
    assert done == {cancelled}
    scenario.release(other)
    assert other.result(TIMEOUT) == "held"


def test_await_gives_the_result_and_a_cancelled_await_stops_the_task(scenario: Scenario) -> None:
    running = scenario.running()

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(running, 0.01)

    async def get() -> float:
        return await scenario.let_run(math.sqrt, 25.0)

    asyncio.run(give_up())
    assert wait([running], TIMEOUT).done == {running}
    assert running.cancelled()
    assert asyncio.run(get()) == 5.0


def wait_for_status(scenario: Scenario, future: ScalerFuture[Any], status: Status) -> None:
    """Returns once the board shows it; the board calls its listeners at every change."""
    rung = threading.Event()
    take_down = scenario.client.board.subscribe(rung.set)
    try:
        while future.status is not status:
            assert rung.wait(TIMEOUT), f"{future!r} never became {status}"
            rung.clear()
    finally:
        take_down()


def test_await_raises_what_the_task_raised(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.submit(len, "x")

    async def main() -> None:
        asyncio.get_running_loop().call_soon(engine.fail, future, ValueError("no such column"))
        with pytest.raises(ValueError, match="no such column"):
            await future

    asyncio.run(main())


# -- what a future knows ------------------------------------------------------------------------


def test_result_and_exception_time_out(scripted: Scripted) -> None:
    client, _ = scripted
    future = client.submit(len, "x")
    with pytest.raises(TimeoutError):
        future.result(0)
    with pytest.raises(TimeoutError):
        future.exception(0.01)
    assert not future.done()


def test_its_times_are_in_order(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.submit(len, "x")
    assert (future.started_at, future.ended_at, future.worker) == (None, None, "")
    engine.start(future, "worker-7")
    engine.finish(future, 1)
    assert future.started_at is not None
    assert future.ended_at is not None
    assert future.submitted_at <= future.started_at <= future.ended_at
    assert future.worker == "worker-7"


def test_its_repr_shows_its_state(scripted: Scripted) -> None:
    client, engine = scripted
    done, failed, stopped, running = (client.submit(len, "x") for _ in range(4))
    assert repr(done) == "<ScalerFuture #1 'len' queued>"
    engine.finish(done, 1)
    engine.fail(failed, ValueError("no such column"))
    stopped.request_cancel()
    engine.confirm(stopped, Resolution.INTERRUPTED)
    engine.start(running, "worker-1")
    assert repr(done) == "<ScalerFuture #1 'len' succeeded>"
    assert repr(failed) == "<ScalerFuture #2 'len' failed (ValueError: no such column)>"
    assert repr(stopped) == "<ScalerFuture #3 'len' cancelled (interrupted)>"
    assert repr(running) == "<ScalerFuture #4 'len' running on worker-1>"


class Counting:
    """A parcel that counts how often, and in which thread, it is opened."""

    def __init__(self, *outcomes: object) -> None:
        self.outcomes = list(outcomes)
        self.loaded_in: list[threading.Thread] = []

    def load(self) -> Any:
        self.loaded_in.append(threading.current_thread())
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome


def test_a_value_is_opened_once_by_the_thread_that_requests_it(threaded: Scripted) -> None:
    client, engine = threaded
    payload = Counting(42)
    future = client.submit(len, "x")
    engine.finish_with(future, payload)
    engine.flush()
    assert future.done()
    assert payload.loaded_in == []
    assert future.result() == 42
    assert future.result() == 42
    assert future.exception() is None
    assert payload.loaded_in == [threading.current_thread()]


def test_a_discarded_result_is_never_opened(scripted: Scripted) -> None:
    client, engine = scripted
    payload = Counting(42)
    future = client.submit(len, "x")
    future.request_cancel()
    engine.finish_with(future, payload)
    with pytest.raises(CancelledError):
        future.result()
    assert payload.loaded_in == []


@pytest.mark.parametrize("kind", [ResultKind.SUCCESS, ResultKind.FAILED])
def test_a_value_that_cannot_be_opened_is_result_unserializable(
    scripted: Scripted, kind: ResultKind
) -> None:
    client, engine = scripted
    future = client.submit(len, "x")
    engine.finish_with(future, Counting(ImportError("no module named frobnicate")), kind)
    for _ in range(2):
        with pytest.raises(ResultUnserializable, match="no module named frobnicate") as raised:
            future.result(0)
        assert isinstance(raised.value.__cause__, ImportError)
    assert isinstance(future.exception(), ResultUnserializable)


def test_an_interrupt_while_opening_is_the_callers_and_the_value_stays(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.submit(len, "x")
    engine.finish_with(future, Counting(KeyboardInterrupt(), 42))
    with pytest.raises(KeyboardInterrupt):
        future.result(0)
    assert future.result(0) == 42
