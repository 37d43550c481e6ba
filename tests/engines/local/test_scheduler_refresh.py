"""A worker that loaded an older text ends before its next task, which another worker runs."""

from __future__ import annotations

import pytest
from scheduler_fixture import World, prefetching

from scaler_lab.engines.local import worker_ipc
from scaler_lab.engines.local.scheduler.state import WorkerStatus
from scaler_lab.engines.local.worker_ipc import CHECK_MODULES, PACKET


@pytest.fixture
def orders(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """(worker, seq) of each task that was sent with the order to check first."""
    sent: list[tuple[int, int]] = []
    send = World.send

    def noted(world: World, worker_number: int, packet: bytes) -> bool:
        is_sent = send(world, worker_number, packet)
        seq, _, flags, _ = PACKET.unpack_from(packet)
        if is_sent and flags & CHECK_MODULES:
            sent.append((worker_number, seq))
        return is_sent

    monkeypatch.setattr(World, "send", noted)
    return sent


def test_each_worker_checks_once_for_each_refresh(orders: list[tuple[int, int]]) -> None:
    world = World(n_workers=2).ready()
    world.submit("a", "b")
    for worker_number in (1, 2):
        world.do(worker_number)
    assert orders == []
    world.core.on_refresh(world.client)
    world.submit("c", "d")
    first = [(worker_number, world.do(worker_number)) for worker_number in (1, 2)]
    assert orders == first
    world.submit("e", "f")
    for worker_number in (1, 2):
        world.do(worker_number)
    assert orders == first
    world.core.on_refresh(world.client)
    world.submit("g")
    assert len(orders) == 3


def test_the_tasks_of_another_client_need_no_check(orders: list[tuple[int, int]]) -> None:
    world = World(n_workers=1, spares=0).ready()
    other = world.core.add_client("other")
    world.core.on_refresh(world.client)
    world.submit("a", client=other)
    world.do(1)
    assert orders == []


def test_a_task_before_a_stale_worker_and_those_behind_it_go_to_another_in_their_order(
    orders: list[tuple[int, int]],
) -> None:
    world = prefetching(World(n_workers=1, spares=1).ready(), 1)
    world.core.on_refresh(world.client)
    names = [f"t{n}" for n in range(5)]
    world.submit(*names)
    [(_, seq)] = orders
    assert world.workers[1].inbox.pop(0) == seq  # taken, and not begun
    world.report(1, worker_ipc.STALE, seq)
    assert world.messages_to() == []
    assert [b.number for b in world.core._worker_pool.active] == [2]  # pyright: ignore[reportPrivateUsage]
    assert not world.workers[1].is_killed  # it ends by itself
    assert orders[1:] == [(2, world.workers[2].inbox[0])]
    world.die(1, status=0)
    while world.workers[2].inbox:
        world.do(2)
    assert world.messages_to() == [(name, "result") for name in names]


def test_a_task_that_was_cancelled_meanwhile_never_started() -> None:
    world = World(n_workers=1, spares=1).ready()
    world.core.on_refresh(world.client)
    world.submit("a")
    seq = world.workers[1].inbox.pop(0)
    world.cancel("a")
    world.report(1, worker_ipc.STALE, seq)
    assert world.messages_to() == [("a", "never_started")]
    world.wait(10)  # and nothing is left to be interrupted or killed
    assert not world.workers[1].is_killed


def test_the_order_to_check_is_given_again_if_it_was_recalled(
    orders: list[tuple[int, int]],
) -> None:
    world = World(n_workers=1, spares=0).ready()
    prefetching(world, 1)
    world.core.on_refresh(world.client)
    world.submit("a", "b")
    world.cancel("a")
    assert [name for name, what in world.messages_to() if what == "never_started"] == ["a"]
    assert orders[-1] == (1, world.workers[1].inbox[0])
    assert len(orders) == 2


def test_a_stale_worker_counts_as_no_failure_to_start() -> None:
    world = World(n_workers=1, spares=1).ready()
    for _ in range(10):
        world.core.on_refresh(world.client)
        [worker] = world.core._worker_pool.active  # pyright: ignore[reportPrivateUsage]
        world.submit("a")
        seq = world.workers[worker.number].inbox.pop(0)
        world.report(worker.number, worker_ipc.STALE, seq)
        assert worker.state is WorkerStatus.BEING_KILLED
        world.die(worker.number, status=0)
        world.ready(world.spawned[-1])
        [worker] = world.core._worker_pool.active  # pyright: ignore[reportPrivateUsage]
        world.do(worker.number)
    assert {what for _, what in world.messages_to()} == {"result"}
