"""A call of the client from a signal handler, a finalizer or a `__del__` never waits for itself.

Such code runs in the middle of whatever its thread was doing, perhaps with a lock of ours held.
"""

from __future__ import annotations

import gc
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import InvalidStateError, ThreadPoolExecutor
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest
from helpers import wait_until

from scaler_lab import Client, DependencyFailed, Status, as_completed
from scaler_lab.core.as_completed import Completions
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.messages import Progress, ResultKind, TaskProgress, TaskResult
from scaler_lab.core.timer import Timer
from scaler_lab.testing import ScriptedEngine

TIMEOUT = 10.0
Scripted = tuple[Client, ScriptedEngine]


def _all_end(client: Client) -> bool:
    return client._manager.wait_all_done(TIMEOUT)  # pyright: ignore[reportPrivateUsage]


def same(value: object) -> object:
    return value


@contextmanager
def frequent_collections() -> Generator[None]:
    """The garbage collector runs at each chance it gets."""
    before = gc.get_threshold()
    gc.set_threshold(1)
    try:
        yield
    finally:
        gc.set_threshold(*before)


class Owner:
    """Cancels its task when the collector ends it: it is part of a cycle."""

    def __init__(self, future: ScalerFuture[Any], ended: list[bool]) -> None:
        self._future = future
        self._ended = ended
        self._me = self

    def __del__(self) -> None:
        self._ended.append(self._future.request_cancel())


def wait_until_collected(ended: list[bool], n: int) -> None:
    """Wait for n owners: another thread may be in the middle of a collection, or of a `__del__`."""

    def is_so() -> bool:
        gc.collect()
        return len(ended) == n

    wait_until(is_so, f"{n} owners to end")


@contextmanager
def signals(handler: Callable[[], object]) -> Generator[None]:
    """*handler* is called all the time, between any two steps of the block and of itself.

    On a slow machine a call takes longer than the timer's interval, so the depth has a limit.
    """
    depth = 0

    def handle(_signum: int, _frame: FrameType | None) -> None:
        nonlocal depth
        if depth == 3:
            return
        depth += 1
        try:
            handler()
        finally:
            depth -= 1

    before = signal.signal(signal.SIGALRM, handle)
    signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_signal_handler_cancels_whatever_it_interrupts(local_client: Client) -> None:
    asked: list[bool] = []
    done = local_client.submit(same, 1)
    done.result(TIMEOUT)

    def cancel() -> None:
        asked.append(local_client.futures[-1].request_cancel() or done.request_cancel())

    with signals(cancel):
        futures = [local_client.submit(same, n) for n in range(2000)]
    assert asked
    assert local_client.wait(futures, TIMEOUT).not_done == set()
    assert local_client.submit(same, 2).result(TIMEOUT) == 2


def test_a_signal_handler_submits_whatever_it_interrupts(local_client: Client) -> None:
    made: list[ScalerFuture[object]] = []
    view = local_client.options(retries=1)

    def submit() -> None:
        if len(made) < 200:
            made.append((view if len(made) % 2 else local_client).submit(same, "made"))

    with signals(submit):
        local_client.wait([local_client.submit(same, n) for n in range(1000)], TIMEOUT)
    assert made
    assert {future.result(TIMEOUT) for future in made} == {"made"}


@pytest.mark.parametrize("holds", ["board", "nothing"])
def test_a_cancel_from_inside_a_change_of_the_board_is_carried_out_later(
    scripted: Scripted, holds: str
) -> None:
    client, engine = scripted
    future = client.submit(same, 1)
    if holds == "board":
        with client.board.lock:  # as if a handler had interrupted the thread in there
            assert future.cancel() is True
            assert engine.cancels == []
        engine.wait_for_cancel_of(future)
    else:
        assert future.request_cancel() is True
    assert future.request_cancel() is True
    assert len(engine.cancels_of(future)) == 1
    engine.confirm(future)
    assert future.cancelled()


def test_a_task_submitted_from_inside_a_change_of_the_board_is_sent_later(
    scripted: Scripted,
) -> None:
    client, engine = scripted
    with client.board.lock:
        plain = client.submit(same, 1)
        first = client.submit(same, plain)
        assert client.board.version == 0
    (task,) = engine.wait_for_tasks(1)
    assert task.task_id == plain.task_id
    engine.finish(plain, 5)
    engine.wait_for_tasks(2)
    engine.finish(first, 6)
    assert first.result(TIMEOUT) == 6


def test_a_task_refused_by_the_engine_inside_a_change_of_the_board_fails(
    scripted: Scripted,
) -> None:
    client, engine = scripted
    engine.refuse_next_submit(ValueError("no room"))
    with client.board.lock:
        future = client.submit(same, 1)
    with pytest.raises(ValueError, match="no room"):
        future.result(TIMEOUT)


def test_finalizers_cancel_in_the_middle_of_anything(local_client: Client) -> None:
    """Tasks that run, that wait for others and that have time limits: the collector cancels."""
    ended: list[bool] = []
    made = 0
    view = local_client.options(timeout=60)
    with frequent_collections():
        for n in range(150):
            future: ScalerFuture[Any] = (
                local_client.submit(same, local_client.submit(time.sleep, 0.001))
                if n % 3 == 0
                else view.submit(same, n)
                if n % 3 == 1
                else local_client.submit(same, n)
            )
            Owner(future, ended)
            made += 1
    wait_until_collected(ended, made)
    assert _all_end(local_client)


def test_an_iterator_of_map_ended_by_the_collector_cancels_what_is_left(
    local_client: Client,
) -> None:
    def loop() -> None:
        kept: list[ValueError] = []
        try:
            for value in local_client.map(same, range(50)):
                raise ValueError(value)
        except ValueError as error:
            kept.append(error)  # frame, list, exception, traceback, frame: a cycle

    with frequent_collections():
        for _ in range(40):
            loop()
    gc.collect()
    assert _all_end(local_client)


def test_finalizers_cancel_on_an_executor_too() -> None:
    ended: list[bool] = []
    with ThreadPoolExecutor(2) as pool, Client(pool) as client:
        with frequent_collections():
            for n in range(100):
                Owner(client.submit(same, n), ended)
        wait_until_collected(ended, 100)
        assert _all_end(client)


def test_an_as_completed_whose_creation_was_interrupted_ends_in_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    errors: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", errors.append)
    Completions.__new__(Completions)
    assert errors == []


def test_no_waiter_is_skipped_when_another_leaves_while_they_are_woken(scripted: Scripted) -> None:
    """As when the collector ends an `as_completed` in the middle of that."""
    client, engine = scripted
    future = client.submit(same, 1)
    told: list[str] = []

    class Waiter:
        def __init__(self, name: str) -> None:
            self.name = name

        def add_result(self, _future: object) -> None:
            told.append(self.name)
            future.remove_waiter(first)
            future.remove_waiter(second)

    first, second, third = Waiter("first"), Waiter("second"), Waiter("third")
    for waiter in (first, second, third):
        assert future.add_waiter(waiter)
    reader = as_completed([future])
    engine.finish(future, 1)
    assert told == ["first", "third"], "the second left before it was told"
    assert list(reader) == [future]


def test_a_waiter_that_raises_does_not_prevent_the_others_from_waking(
    scripted: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    client, engine = scripted
    future, other = client.submit_each(same, [1, 2])

    class Broken:
        def add_result(self, _future: object) -> None:
            raise ValueError("no such table")

    assert future.add_waiter(Broken())
    waiting = as_completed([future, other])
    engine.finish(future, 1)
    engine.finish(other, 2)
    assert list(waiting) == [future, other]
    assert "no such table" in caplog.text


# -- what a user's call can't do -------------------------------------------------------------------


def _set_result(future: ScalerFuture[Any]) -> None:
    future.set_result(99)


def _set_exception(future: ScalerFuture[Any]) -> None:
    future.set_exception(ValueError("by hand"))


def _set_running(future: ScalerFuture[Any]) -> None:
    future.set_running_or_notify_cancel()


@pytest.mark.parametrize("call", [_set_result, _set_exception, _set_running])
def test_a_future_is_not_settled_by_hand(
    lone_client: Client, call: Callable[[ScalerFuture[Any]], None]
) -> None:
    other, future = lone_client.submit(same, 1), lone_client.submit(same, 2)
    for _ in range(2):
        with pytest.raises(InvalidStateError, match=r"engine .* call cancel\(\)"):
            call(future)
        assert (other.result(TIMEOUT), future.result(TIMEOUT)) == (1, 2)


def test_an_event_that_cannot_be_taken_in_fails_its_own_task_only(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client, engine = scripted
    broken, asked, other, talker = client.submit_each(same, range(4))
    asked.request_cancel()
    move = type(client.board).move

    def fail_once(*args: Any) -> None:
        if args[1].task_id in faults:
            faults.remove(args[1].task_id)
            raise LookupError("a fault of ours")
        move(*args)

    faults = {broken.task_id, asked.task_id, talker.task_id}
    monkeypatch.setattr(type(client.board), "move", fail_once)
    results = [TaskResult(f.task_id, ResultKind.SUCCESS, _Value()) for f in (broken, asked, other)]
    engine.emit(TaskProgress(talker.task_id, Progress(0.5)), *results)
    with pytest.raises(LookupError, match="a fault of ours"):
        broken.result(TIMEOUT)
    assert asked.cancelled()
    assert other.result(TIMEOUT) == 7
    assert talker.status is Status.QUEUED, "what it said of its progress is not its end"
    engine.finish(talker, 8)
    assert talker.result(TIMEOUT) == 8
    assert "a fault of ours" in caplog.text


class _Value:
    def load(self) -> int:
        return 7


def test_a_cancel_that_the_engine_did_not_take_is_sent_again_by_the_next(
    scripted: Scripted,
) -> None:
    client, engine = scripted
    future = client.submit(same, 1)

    def refuse(_cancel: object) -> None:
        engine.on_cancel = None
        raise OSError("the line is down")

    engine.on_cancel = refuse
    assert future.request_cancel() is True
    assert future.request_cancel() is True
    assert len(engine.cancels_of(future)) == 2
    assert future.request_cancel() is True
    assert len(engine.cancels_of(future)) == 2, "that one was taken"
    engine.confirm(future)
    assert future.cancelled()


# -- results that can't be read --------------------------------------------------------------------


class _Interrupting:
    """A parcel of a class that raises KeyboardInterrupt as it is rebuilt."""

    def __init__(self, error: type[BaseException]) -> None:
        self._error = error

    def load(self) -> object:
        raise self._error


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_depends_on_a_result_that_cannot_be_read_gets_an_outcome(
    scripted: Scripted, error: type[BaseException]
) -> None:
    client, engine = scripted
    need = client.submit(same, 1)
    dependant = client.submit(same, need)
    last = client.submit(same, dependant)
    engine.finish_with(need, _Interrupting(error))
    for future in (dependant, last):
        with pytest.raises(DependencyFailed, match=error.__name__):
            future.result(TIMEOUT)


def test_an_interrupt_while_a_value_is_read_leaves_it_to_be_read_again(
    scripted: Scripted,
) -> None:
    client, engine = scripted
    future = client.submit(same, 1)
    opened: list[int] = []

    class Slow:
        def load(self) -> int:
            opened.append(1)
            if len(opened) == 1:
                raise KeyboardInterrupt
            return 5

    engine.finish_with(future, Slow())
    with pytest.raises(KeyboardInterrupt):
        future.result()
    assert future.result(0) == 5
    assert len(opened) == 2


def test_a_reader_with_no_timeout_does_not_wait_for_another_reading_thread(
    scripted: Scripted,
) -> None:
    client, engine = scripted
    future = client.submit(same, 1)
    reading, go_on = threading.Event(), threading.Event()

    class Slow:
        def load(self) -> int:
            reading.set()
            assert go_on.wait(TIMEOUT)
            return 5

    engine.finish_with(future, Slow())
    reader = threading.Thread(target=future.result)
    reader.start()
    assert reading.wait(TIMEOUT)
    with pytest.raises(TimeoutError):
        future.result(0.01)
    go_on.set()
    assert future.result(TIMEOUT) == 5
    reader.join()


def test_an_alarm_called_off_by_a_finalizer_in_the_timer_itself() -> None:
    timer = Timer("test-timer")
    called = threading.Event()
    ended: list[bool] = []
    alarms = [timer.call_at(time.monotonic() + 3600, called.set) for _ in range(50)]

    class Caller:
        def __init__(self) -> None:
            self.me = self

        def __del__(self) -> None:
            alarms.pop().cancel()
            ended.append(True)

    with frequent_collections():
        for _ in range(50):
            Caller()
            timer.call_at(time.monotonic() + 3600, called.set).cancel()
    gc.collect()
    assert len(ended) == 50
    timer.call_at(time.monotonic(), called.set)
    assert called.wait(TIMEOUT)
    timer.close()
