"""`ScalerFuture`: the protocol of a stdlib future, its races, and what a cancel promises.

The first half runs on the real local engine and on a scripted one; the second needs orders of
events that only a script can bring about.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import math
import threading
from collections.abc import Callable
from concurrent.futures import (
    FIRST_COMPLETED,
    FIRST_EXCEPTION,
    CancelledError,
    Future,
    as_completed,
    wait,
)
from typing import Any

import pytest
from scenarios import TIMEOUT, Scenario

from scaler_lab import Client, EngineLost, Resolution, ResultUnserializable, Status, WorkerDied
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.messages import ResultKind, TaskCancel
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


# -- the races, on both engines -----------------------------------------------------------------


def test_race_cancel_before_completion_ends_cancelled(scenario: Scenario) -> None:
    future = scenario.running()
    assert future.request_cancel()
    scenario.release(future)
    assert wait([future], TIMEOUT).done == {future}
    assert future.cancelled()
    with pytest.raises(CancelledError):
        future.result()


def test_race_cancel_after_completion_is_refused_and_keeps_the_result(scenario: Scenario) -> None:
    future = scenario.let_run(math.sqrt, 16.0)
    assert future.result(TIMEOUT) == 4.0
    assert not future.cancel()
    assert not future.cancelled()
    assert future.result() == 4.0
    assert future.cancel_resolution is None


def test_race_completion_while_the_cancel_is_under_way_ends_cancelled(scenario: Scenario) -> None:
    future = scenario.running()
    releasing = threading.Thread(target=scenario.release, args=(future,))
    releasing.start()
    accepted = future.cancel(TIMEOUT)
    releasing.join()
    assert wait([future], TIMEOUT).done == {future}
    assert future.cancelled() is accepted, "R3, R4: what cancel() said is what the future says"
    if accepted:
        assert future.cancel_resolution is not None


def test_race_many_rapid_cancels_are_one_question_with_one_answer(scenario: Scenario) -> None:
    future = scenario.running()
    callbacks: list[Future[str]] = []
    future.add_done_callback(callbacks.append)
    returned: list[bool] = []
    threads = [
        threading.Thread(target=lambda: returned.append(future.cancel(TIMEOUT))) for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TIMEOUT)
    assert returned == [True] * 16
    assert future.cancelled()
    scenario.client.shutdown()  # has run the callbacks when it returns
    assert callbacks == [future]


def test_race_cancels_of_many_short_tasks_end_as_request_cancel_said(scenario: Scenario) -> None:
    futures = [scenario.let_run(math.sqrt, float(n)) for n in range(50)]
    accepted = [future.request_cancel() for future in futures]
    assert not wait(futures, TIMEOUT).not_done
    assert [future.cancelled() for future in futures] == accepted


def wait_for_status(scenario: Scenario, future: ScalerFuture[Any], status: Status) -> None:
    """Returns once the board says so: its bell rings with every change."""
    rung = threading.Event()
    take_down = scenario.client.board.subscribe(rung.set)
    try:
        while future.status is not status:
            assert rung.wait(TIMEOUT), f"{future!r} never became {status}"
            rung.clear()
    finally:
        take_down()


# -- R1: one question ---------------------------------------------------------------------------


def test_cancel_sends_one_message_however_often_it_is_asked(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.submit(len, "x")
    assert future.request_cancel()
    assert future.request_cancel(source="terminal")
    assert future.cancel(timeout=0)
    assert client.cancel([future], timeout=0) == 1
    assert engine.cancels == [TaskCancel((future.task_id,))]
    engine.confirm(future)
    assert future.cancel()
    assert len(engine.cancels) == 1


def test_force_after_a_plain_ask_is_a_new_question_asked_once(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.submit(len, "x")
    future.request_cancel()
    future.request_cancel(force=True)
    future.request_cancel(force=True)
    future.request_cancel()
    assert [cancel.force for cancel in engine.cancels] == [False, True]


# -- R2, R3, R4: what settles it, and how it ends -----------------------------------------------


@pytest.fixture
def polling(scripted: Scripted) -> tuple[ScriptedEngine, ScalerFuture[int], Callable[[], bool]]:
    """A running task that a thread waits to have cancelled; and what joins that thread."""
    client, engine = scripted
    future = client.submit(len, "x")
    engine.start(future)
    returned: list[bool] = []
    thread = threading.Thread(target=lambda: returned.append(future.cancel(TIMEOUT)))
    thread.start()
    engine.wait_for_cancel_of(future)

    def join() -> bool:
        thread.join(TIMEOUT)
        return returned[0]

    assert not returned, "nothing was answered; cancel() waits"
    return engine, future, join


Polling = tuple[ScriptedEngine, ScalerFuture[int], Callable[[], bool]]


def test_cancel_waits_for_the_confirmation(polling: Polling) -> None:
    engine, future, join = polling
    assert future.status is Status.CANCELLING
    engine.confirm(future, Resolution.KILLED)
    assert join() is True
    assert future.cancelled()
    assert future.cancel_resolution is Resolution.KILLED


def test_result_during_cancel_ends_cancelled(polling: Polling) -> None:
    engine, future, join = polling
    engine.finish(future, 42)
    assert join() is True
    assert future.cancelled()
    assert future.cancel_resolution is Resolution.FINISHED_FIRST
    with pytest.raises(CancelledError):
        future.result()


def test_exception_during_cancel_ends_cancelled(polling: Polling) -> None:
    engine, future, join = polling
    engine.fail(future, ValueError("discarded"))
    assert join() is True
    assert future.cancelled()
    assert future.cancel_resolution is Resolution.FINISHED_FIRST
    with pytest.raises(CancelledError):
        future.exception()


def test_worker_death_during_cancel_ends_cancelled_as_killed(polling: Polling) -> None:
    engine, future, join = polling
    engine.worker_dies(future)
    assert join() is True
    assert future.cancelled()
    assert future.cancel_resolution is Resolution.KILLED


def test_lost_engine_during_cancel_ends_cancelled_as_lost(polling: Polling) -> None:
    engine, future, join = polling
    engine.lose()
    assert join() is True
    assert future.cancelled()
    assert future.cancel_resolution is Resolution.LOST


def test_refusal_is_shown_and_settles_nothing(polling: Polling) -> None:
    engine, future, join = polling
    engine.refuse(future, "a thread can't be stopped")
    assert not future.done()
    assert future.status is Status.CANCELLING
    engine.finish(future, 42)
    assert join() is True
    assert future.cancelled()


def test_cancel_of_a_failed_task_is_refused_and_keeps_its_exception(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.submit(len, "x")
    engine.fail(future, ValueError("kept"))
    assert future.cancel() is False
    assert isinstance(future.exception(), ValueError)
    assert engine.cancels == []


def test_cancel_of_a_cancelled_task_is_true(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.submit(len, "x")
    future.request_cancel()
    engine.confirm(future)
    assert future.cancel() is True


# -- R5: unknown is not known -------------------------------------------------------------------


def test_cancel_that_times_out_is_true_and_stays_cancelling(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.submit(len, "x")
    assert future.cancel(timeout=0) is True
    assert future.cancel(timeout=0.01) is True
    assert not future.cancelled()
    assert not future.done()
    assert future.status is Status.CANCELLING
    assert (future.cancel_resolution, future.cancel_seconds) == (None, None)
    engine.confirm(future, Resolution.NEVER_STARTED)
    assert future.cancelled()
    assert future.cancel_resolution is Resolution.NEVER_STARTED
    assert future.cancel_seconds is not None
    assert future.cancel_seconds >= 0.01


# -- R7: one verdict, every waiter --------------------------------------------------------------


def test_late_and_double_answers_change_nothing(scripted: Scripted) -> None:
    client, engine = scripted
    stopped, finished = client.submit(len, "x"), client.submit(len, "y")
    stopped.request_cancel()
    engine.confirm(stopped, Resolution.INTERRUPTED)
    engine.finish(finished, 1)
    for future in (stopped, finished):
        engine.start(future)
        engine.finish(future, 2)
        engine.fail(future, ValueError())
        engine.confirm(future, Resolution.KILLED)
        engine.refuse(future)
        engine.requested_elsewhere(future)
        engine.worker_dies(future)
    engine.lose()
    assert stopped.cancelled()
    assert stopped.cancel_resolution is Resolution.INTERRUPTED
    assert finished.result() == 1
    assert finished.cancel_resolution is None


def test_every_kind_of_waiter_wakes_when_a_cancel_is_settled(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.submit(len, "x")
    ended: list[str] = []

    def wait_for_result() -> None:
        with pytest.raises(CancelledError):
            future.result(TIMEOUT)
        ended.append("result")

    def wait_for_exception() -> None:
        with pytest.raises(CancelledError):
            future.exception(TIMEOUT)
        ended.append("exception")

    def wait_for_any() -> None:
        assert wait([future], TIMEOUT).done == {future}
        ended.append("wait")

    def wait_for_each() -> None:
        assert list(as_completed([future], TIMEOUT)) == [future]
        ended.append("as_completed")

    def wait_in_a_loop() -> None:
        async def main() -> None:
            with pytest.raises(asyncio.CancelledError):
                await asyncio.wait_for(asyncio.wrap_future(future), TIMEOUT)

        asyncio.run(main())
        ended.append("await")

    def wait_in_cancel() -> None:
        assert future.cancel(TIMEOUT)
        ended.append("cancel")

    waits = (wait_for_result, wait_for_exception, wait_for_any, wait_for_each, wait_in_a_loop)
    threads = [threading.Thread(target=call) for call in (*waits, wait_in_cancel)]
    for thread in threads:
        thread.start()
    engine.wait_for_cancel_of(future)
    engine.confirm(future)
    for thread in threads:
        thread.join(TIMEOUT)
    assert sorted(ended) == ["as_completed", "await", "cancel", "exception", "result", "wait"]


def test_wait_for_the_first_exception_sees_a_failed_task(scripted: Scripted) -> None:
    client, engine = scripted
    failed, other = client.submit(len, "x"), client.submit(len, "y")
    engine.fail(failed, ValueError())
    assert wait([failed, other], TIMEOUT, FIRST_EXCEPTION).done == {failed}


def test_callbacks_run_once_in_order_outside_every_lock(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.submit(len, "x")
    called: list[str] = []
    both = threading.Event()

    def look_from_elsewhere(done: Future[int]) -> None:
        looked: list[object] = []
        thread = threading.Thread(
            target=lambda: looked.extend((client.board.snapshot(), done.result(0), client.futures))
        )
        thread.start()
        thread.join(TIMEOUT)
        called.append(f"first, looked {len(looked)} times")

    def second(_: Future[int]) -> None:
        called.append("second")
        both.set()

    future.add_done_callback(look_from_elsewhere)
    future.add_done_callback(second)
    engine.finish(future, 1)
    engine.finish(future, 2)
    assert both.wait(TIMEOUT)
    future.add_done_callback(lambda _: called.append("added late: at once"))
    assert called == ["first, looked 3 times", "second", "added late: at once"]


def test_a_callback_that_raises_is_logged_and_the_others_run(
    scripted: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    client, engine = scripted
    future = client.submit(len, "x")
    called = threading.Event()

    def fail(_: Future[int]) -> None:
        raise ValueError("a callback's own fault")

    future.add_done_callback(fail)
    future.add_done_callback(lambda _: called.set())
    with caplog.at_level(logging.ERROR):
        engine.finish(future, 1)
        assert called.wait(TIMEOUT)
    assert "a callback's own fault" in caplog.text


# -- R8: every task gets a verdict --------------------------------------------------------------


def test_worker_death_fails_that_task_only(scripted: Scripted) -> None:
    client, engine = scripted
    dead, other = client.submit(len, "x"), client.submit(len, "y")
    engine.worker_dies(dead, exit_code=-11, pid=99)
    with pytest.raises(WorkerDied) as raised:
        dead.result(0)
    assert (raised.value.exit_code, raised.value.pid) == (-11, 99)
    assert dead.status is Status.FAILED
    assert other.status is Status.QUEUED


def test_lost_engine_fails_every_open_task_with_its_reason(scripted: Scripted) -> None:
    client, engine = scripted
    futures = [client.submit(len, "x") for _ in range(3)]
    engine.finish(futures[0], 1)
    engine.start(futures[1])
    engine.lose("the scheduler was killed by SIGKILL")
    assert futures[0].result(0) == 1
    for future in futures[1:]:
        with pytest.raises(EngineLost, match="killed by SIGKILL"):
            future.result(0)


# -- R10: where cancel() must not wait ----------------------------------------------------------


def test_cancel_in_a_done_callback_asks_and_returns_at_once(scripted: Scripted) -> None:
    client, engine = scripted
    first, second = client.submit(len, "x"), client.submit(len, "y")
    returned: list[tuple[bool, Status]] = []
    called = threading.Event()

    def cancel_second(_: Future[int]) -> None:
        returned.append((second.cancel(timeout=None), second.status))
        called.set()

    first.add_done_callback(cancel_second)
    engine.finish(first, 1)
    assert called.wait(TIMEOUT), "cancel() waits in the thread that runs callbacks"
    assert returned == [(True, Status.CANCELLING)]
    assert engine.cancels == [TaskCancel((second.task_id,))]


def test_cancel_in_the_thread_that_delivers_events_returns_at_once(threaded: Scripted) -> None:
    client, engine = threaded
    first, second = client.submit(len, "x"), client.submit(len, "y")
    once = threading.Lock()
    returned: list[bool] = []

    def cancel_second() -> None:
        if first.done() and once.acquire(blocking=False):
            returned.append(second.cancel(timeout=TIMEOUT))

    client.board.subscribe(cancel_second)
    engine.finish(first, 1)
    engine.flush(TIMEOUT / 4)
    assert returned == [True]


class _Note:
    """A waiter, as the standard library leaves one with each future, that notes what it is told."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def add_result(self, future: object) -> None:
        self.told.append(future)

    add_exception = add_cancelled = add_result


def test_a_verdict_comes_before_or_after_all_that_is_done_under_the_condition(
    threaded: Scripted,
) -> None:
    """`wait` and `as_completed` count what is done, then leave a waiter: all under the condition.

    A future that turned done in between would be counted, and tell the waiter too: as_completed
    would give it twice, and wait would return one future early.
    """
    client, engine = threaded
    future, before = client.submit(len, "x"), client.submit(len, "y")
    engine.finish(before, 1)
    engine.flush()
    late, early = _Note(), _Note()
    with future._condition, before._condition:  # pyright: ignore[reportPrivateUsage]
        assert future._state == "PENDING"  # pyright: ignore[reportPrivateUsage]
        engine.finish(future, 1)
        engine.flush()
        assert future._state == "PENDING", "as it was"  # pyright: ignore[reportPrivateUsage]
        future._waiters.append(late)  # pyright: ignore[reportPrivateUsage]
        before._waiters.append(early)  # pyright: ignore[reportPrivateUsage]
    assert future._state == "FINISHED"  # pyright: ignore[reportPrivateUsage]
    assert (late.told, early.told) == ([future], [])
    future._waiters.remove(late)  # pyright: ignore[reportPrivateUsage]
    before._waiters.remove(early)  # pyright: ignore[reportPrivateUsage]
    assert not concurrent.futures.wait([future, before], TIMEOUT).not_done


def test_a_condition_that_an_interrupt_left_held_holds_nobody_up(threaded: Scripted) -> None:
    """The standard library takes the conditions of all futures in a loop, which Ctrl-C may end."""
    client, engine = threaded
    future, other = client.submit(len, "x"), client.submit(len, "y")
    future._condition.acquire()  # pyright: ignore[reportPrivateUsage]
    engine.finish(future, 1)
    engine.finish(other, 2)
    assert (future.result(TIMEOUT), other.result(TIMEOUT)) == (1, 2)
    assert not concurrent.futures.wait([future, other], TIMEOUT).not_done


def test_a_cancelled_asyncio_task_asks_without_blocking_its_loop(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.submit(len, "x")

    async def main() -> Status:
        waiting = asyncio.ensure_future(asyncio.wrap_future(future))
        await asyncio.sleep(0)  # it begins to wait
        waiting.cancel()
        await asyncio.sleep(0)  # the loop goes on, though nothing has answered
        return future.status

    assert asyncio.run(main()) is Status.CANCELLING
    assert engine.cancels == [TaskCancel((future.task_id,))]


def test_request_cancel_returns_though_nothing_answers(scripted: Scripted) -> None:
    client, _ = scripted
    future = client.submit(len, "x")
    assert future.request_cancel() is True
    assert future.status is Status.CANCELLING


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


def test_its_repr_tells_its_story(scripted: Scripted) -> None:
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


def test_a_value_is_opened_once_by_the_thread_that_asks(threaded: Scripted) -> None:
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
