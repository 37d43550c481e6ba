"""The reserve of memory: tasks are held back while memory is low, and the largest is stopped."""

from __future__ import annotations

import sys
from typing import Any

import memory_hogs
import pytest
from helpers import TIMEOUT, wait_until
from memory_hogs import MIB
from scheduler_fixture import World

from scaler_lab import Client, LocalEngine, Resolution
from scaler_lab.core.messages import TaskHeldBack, TaskId
from scaler_lab.engines.local import protocol
from scaler_lab.engines.local.scheduler.memory_reserve import CHECK_INTERVAL
from scaler_lab.engines.local.settings import check_reserve
from scaler_lab.runtime.memory import usable_memory
from scaler_lab.testing import ScriptedEngine

RESERVE = 1000
WAITS = "waits: memory is low, and 1 KiB of it is the reserve"
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="free memory is read from /proc")


@pytest.fixture
def world() -> World:
    world = World(n_workers=2, spares=0, reserve=RESERVE).ready()
    world.free = 10 * RESERVE
    return world


def detail_of(world: World, name: str) -> str:
    info = world.core.board.info(TaskId(name))
    assert info is not None
    return info.detail


def after_checks(world: World, n: int = 1) -> None:
    world.wait(n * CHECK_INTERVAL * 1.01)
    world.core.dispatcher.dispatch(world.now)


def test_no_task_starts_beside_another_while_memory_is_low(world: World) -> None:
    world.submit("a")
    world.take(1)
    world.free = RESERVE * 3 // 2
    after_checks(world)
    world.submit("b", "c")
    after_checks(world)
    assert world.inboxes() == [0, 0]
    assert [detail_of(world, name) for name in "abc"] == ["", WAITS, WAITS]
    world.report(1, 1, world.workers[1].begun[0])
    assert world.inboxes() == [1, 0], "one task alone may run"
    world.free = 2 * RESERVE
    after_checks(world)
    assert world.inboxes() == [1, 1]
    world.take(2)
    world.wait(0.1)
    assert detail_of(world, "c") == ""


def test_no_task_starts_while_the_reserve_is_not_free(world: World) -> None:
    world.submit("a")
    world.take(1)
    world.free = RESERVE - 1
    after_checks(world)
    world.report(1, 1, world.workers[1].begun[0])
    world.submit("b")
    assert world.inboxes() == [0, 0]
    world.cancel("b")
    assert world.messages_to()[-1] == ("b", "never_started")


def test_tasks_sent_ahead_are_recalled_when_memory_gets_low(world: World) -> None:
    world.submit("a", "b")
    world.take(1)
    world.free = RESERVE
    after_checks(world)
    assert world.inboxes() == [0, 0]
    assert detail_of(world, "b") == WAITS


def test_below_the_reserve_the_task_that_added_most_is_killed(world: World) -> None:
    world.submit("a", "b")
    for number, memory in ((1, 500), (2, 600)):
        world.take(number)
        world.workers[number].memory = memory
    world.free = RESERVE // 2
    world.wait(CHECK_INTERVAL / 2)
    assert not world.workers[2].is_killed, "once is not enough"
    after_checks(world)
    assert [world.workers[number].is_killed for number in (1, 2)] == [False, True]
    after_checks(world, 5)
    assert not world.workers[1].is_killed, "the other's memory will be free soon"
    world.messages_to()
    world.die(2)
    [message] = world.client.outbox
    assert isinstance(message, protocol.OverMemory)
    assert message.message == (
        "stopped because memory ran low: 0.5 KiB of memory was free, and 1 KiB is the reserve; "
        "it had added 0.6 KiB"
    )


def test_tasks_that_added_little_are_not_killed(world: World) -> None:
    world.submit("a")
    world.take(1)
    world.workers[1].memory = RESERVE // 20
    world.free = 0
    after_checks(world, 5)
    assert not world.workers[1].is_killed, "something else uses the memory"


def test_without_tasks_or_without_a_reserve_nothing_is_read(world: World, lone: World) -> None:
    assert world.core.measures_due_at() is None
    lone.submit("a")
    lone.take(1)
    assert lone.core.measures_due_at() is None


@pytest.mark.parametrize(
    ("given", "size"), [(None, 0), (MIB, MIB), ("1 MiB", MIB), ("10%", None), (" 2.5 % ", None)]
)
def test_a_reserve_is_an_amount_or_a_percentage(given: Any, size: int | None) -> None:
    checked = check_reserve(given)
    if size is None:
        size = int(usable_memory() * float(given.strip(" %")) / 100)
    assert checked == size


@pytest.mark.parametrize("given", ["much", "0%", "60%", 0, -1, 1.5, True, "1000 TiB"])
def test_a_reserve_that_cannot_be_is_an_error(given: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="reserve must be"):
        LocalEngine(reserve=given)


def test_the_client_learns_which_tasks_are_held_back(world: World) -> None:
    world.submit("a")
    world.take(1)
    world.free = RESERVE * 3 // 2
    world.submit("b")
    after_checks(world, 2)
    world.free = 2 * RESERVE
    after_checks(world)
    held = [one for one in world.client.outbox if isinstance(one, protocol.HeldBack)]
    reason = WAITS.removeprefix("waits: ")
    assert held == [protocol.HeldBack(TaskId("b"), reason), protocol.HeldBack(TaskId("b"), "")]


def test_a_row_shows_that_its_task_is_held_back(
    scripted: tuple[Client, ScriptedEngine],
) -> None:
    client, engine = scripted
    held, started, stopped = [client.submit(pow, 2, n) for n in range(3)]
    for future in (held, started, stopped):
        engine.emit(TaskHeldBack(future.task_id, "memory is low"))
    assert held.record.detail == "waits: memory is low"
    engine.start(started)
    engine.emit(TaskHeldBack(started.task_id, "too late"))
    stopped.request_cancel()
    engine.confirm(stopped)
    engine.emit(TaskHeldBack(held.task_id, ""))
    assert [future.record.detail for future in (held, started, stopped)] == ["", "", ""]


@on_linux
def test_a_task_that_waits_for_memory_can_be_cancelled() -> None:
    with Client(n_workers=1, echo=False, reserve="50%") as client:
        future = client.submit(memory_hogs.fill, MIB, 600)
        wait_until(lambda: future.running() or future.done(), "the task to run", TIMEOUT)
        future.cancel(TIMEOUT)
        assert future.cancel_resolution in (Resolution.NEVER_STARTED, Resolution.INTERRUPTED)
