"""A future's `cancel`: rules R1 to R5 and R10, and the races with the task's own end.

The races run on the real local engine and on a scripted one.  The rest needs orders of events that
only a script can bring about.
"""

from __future__ import annotations

import asyncio
import math
import threading
from collections.abc import Callable
from concurrent.futures import (
    CancelledError,
    Future,
    wait,
)

import pytest
from scenarios import TIMEOUT, Scenario

from scaler_lab import Client, Resolution, Status
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.messages import TaskCancel
from scaler_lab.testing import ScriptedEngine

Scripted = tuple[Client, ScriptedEngine]

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
    assert future.cancelled() is accepted, (
        "R3, R4: what cancel() returned is what the future reports"
    )
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


# -- R1: one question ---------------------------------------------------------------------------


def test_cancel_sends_one_message_however_often_it_is_requested(scripted: Scripted) -> None:
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


def test_force_after_a_plain_cancel_is_a_new_request_sent_once(scripted: Scripted) -> None:
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


# -- R10: where cancel() must not wait ----------------------------------------------------------


def test_cancel_in_a_done_callback_requests_and_returns_at_once(scripted: Scripted) -> None:
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


def test_a_cancelled_asyncio_task_requests_without_blocking_its_loop(scripted: Scripted) -> None:
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
