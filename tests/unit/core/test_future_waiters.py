"""A future's outcome: each has one, and all of its waiters and callbacks learn of it."""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import threading
from concurrent.futures import (
    FIRST_EXCEPTION,
    CancelledError,
    Future,
    as_completed,
    wait,
)

import pytest
from scenarios import TIMEOUT

from scaler_lab import Client, EngineLost, Resolution, Status, WorkerDied
from scaler_lab.testing import ScriptedEngine

Scripted = tuple[Client, ScriptedEngine]

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


class _Note:
    """A waiter like those of the standard library, which notes the futures that it receives."""

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


def test_a_condition_that_an_interrupt_left_held_blocks_nothing(threaded: Scripted) -> None:
    """The standard library takes the conditions of all futures in a loop, which Ctrl-C may end."""
    client, engine = threaded
    future, other = client.submit(len, "x"), client.submit(len, "y")
    future._condition.acquire()  # pyright: ignore[reportPrivateUsage]
    engine.finish(future, 1)
    engine.finish(other, 2)
    assert (future.result(TIMEOUT), other.result(TIMEOUT)) == (1, 2)
    assert not concurrent.futures.wait([future, other], TIMEOUT).not_done
