"""What is done with n tasks takes work in proportion to n: counted in lines run, not in seconds."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from scheduler_fixture import World

from scaler_lab import Client
from scaler_lab.core.messages import GroupId, TaskAnnotations, TaskId
from scaler_lab.engines.local import protocol
from scaler_lab.testing import ScriptedEngine

FEW, MANY = 100, 800
MAX_RATIO = 1.5 * MANY / FEW  # n * n would be eight times this
GROUP = GroupId("g" * 32)


def lines_run(call: Callable[[], object]) -> int:
    """How many lines of Python this thread runs for *call*."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Callable[..., Any]:
        nonlocal count
        del frame, argument
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return count


def assert_linear(prepare: Callable[[int], Callable[[], object]]) -> None:
    """That what *prepare* makes for n tasks takes work in proportion to n."""
    few, many = (lines_run(prepare(n)) for n in (FEW, MANY))
    assert many / few < MAX_RATIO, f"{few} lines for {FEW} tasks, {many} for {MANY}"


def ids(n: int) -> list[TaskId]:
    return [TaskId(f"{number:032x}") for number in range(n)]


def test_the_count_distinguishes_a_square_from_a_line() -> None:
    def square(n: int) -> Callable[[], object]:
        def work() -> None:
            for _ in range(n):
                for _ in range(n):
                    pass

        return work

    with pytest.raises(AssertionError, match="lines for"):
        assert_linear(square)


# -- the scheduler ---------------------------------------------------------------------------------


def queued(world: World, n: int, group: GroupId | None = None) -> None:
    for task_id in ids(n):
        world.core.on_submit(
            world.client, protocol.Submit(task_id, "f", b"", annotations=TaskAnnotations(group))
        )


def waiting(world: World, n: int, group: GroupId | None = None) -> None:
    for task_id in ids(n):
        world.core.on_waiting(world.client, protocol.Waiting(task_id, "f", TaskAnnotations(group)))


FILLS = [queued, waiting]


@pytest.mark.parametrize("fill", FILLS)
@pytest.mark.parametrize("group", [None, GROUP], ids=["alone", "a group"])
def test_a_view_s_cancel_of_all(fill: Callable[..., None], group: GroupId | None) -> None:
    def prepare(n: int) -> Callable[[], object]:
        world = World(n_workers=1, spares=0)  # none is ready
        fill(world, n, group)

        def cancel() -> None:
            found = world.core.views.cancel(ids(n), force=False, source="top", now=world.now)
            assert found == n
            asked = [
                m.task_id for m in world.client.outbox if isinstance(m, protocol.CancelRequested)
            ]
            assert sorted(asked) == ids(n), "each once"

        return cancel

    assert_linear(prepare)


def test_a_view_s_cancel_of_many_small_groups() -> None:
    def prepare(n: int) -> Callable[[], object]:
        world = World(n_workers=1, spares=0)
        for at, task_id in enumerate(ids(n)):
            group = GroupId(f"{at // 4:032x}")
            world.core.on_waiting(
                world.client, protocol.Waiting(task_id, "f", TaskAnnotations(group))
            )
        return lambda: world.core.views.cancel(ids(n), force=False, source="top", now=world.now)

    assert_linear(prepare)


@pytest.mark.parametrize("group", [None, GROUP], ids=["alone", "a group"])
def test_a_client_s_cancel(group: GroupId | None) -> None:
    def prepare(n: int) -> Callable[[], object]:
        world = World(n_workers=1, spares=0)
        queued(world, n, group)
        return lambda: world.core.on_cancel(world.client, protocol.Cancel(ids(n), group), world.now)

    assert_linear(prepare)


def test_waiting_tasks_that_are_dropped_and_that_are_submitted() -> None:
    def prepare(n: int) -> Callable[[], object]:
        world = World(n_workers=1, spares=0)
        waiting(world, n, GROUP)

        def end() -> None:
            for task_id in ids(n)[::2]:
                world.core.on_dropped(world.client, protocol.Dropped(task_id), world.now)
            for task_id in ids(n)[1::2]:
                submit = protocol.Submit(task_id, "f", b"", annotations=TaskAnnotations(GROUP))
                world.core.on_submit(world.client, submit)
            assert not world.client.waiting
            assert not world.client.waiting_groups

        return end

    assert_linear(prepare)


class Priority(int):
    """A number that counts how often it is compared."""

    compared = 0

    def __lt__(self, other: int) -> bool:
        Priority.compared += 1
        return int(self) < int(other)

    def __gt__(self, other: int) -> bool:
        Priority.compared += 1
        return int(self) > int(other)

    def __neg__(self) -> Priority:
        return Priority(-int(self))


def test_a_priority_of_its_own_for_each_task() -> None:
    def compared(n: int) -> int:
        world = World(n_workers=1, spares=0).ready()
        [worker] = world.spawned
        Priority.compared = 0
        for at, task_id in enumerate(ids(n)):
            submit = protocol.Submit(
                task_id,
                f"{at * 7919 % n}",
                b"",
                annotations=TaskAnnotations(priority=Priority(at * 7919 % n)),
            )
            world.core.on_submit(world.client, submit)
        world.core.dispatcher.dispatch(world.now)
        order: list[int] = []
        for _ in range(n):
            [job] = world.core._workers[worker].sent.values()  # pyright: ignore[reportPrivateUsage]
            order.append(int(job.priority))
            world.do(worker, took_ns=10**9)
        assert order == sorted(order, reverse=True)
        return Priority.compared

    few, many = compared(FEW), compared(MANY)
    assert many / few < 3 * MAX_RATIO / 1.5, f"{few} comparisons, {many}: n log n would do"


# -- the client ------------------------------------------------------------------------------------


def add(*values: int) -> int:
    return sum(values)


@pytest.mark.parametrize("atomic", [False, True])
def test_a_group_s_submission_cancel_and_end(atomic: bool) -> None:
    def prepare(n: int) -> Callable[[], object]:
        engine = ScriptedEngine()
        client = Client(engine)

        def live() -> None:
            group = client.submit_each(add, range(n), atomic=atomic)
            assert client.cancel(group, timeout=0) == n
            engine.close()
            client.shutdown()
            assert all(future.cancelled() for future in group)

        return live

    assert_linear(prepare)


def test_a_graph_s_submission_and_cancel() -> None:
    def prepare(n: int) -> Callable[[], object]:
        engine = ScriptedEngine()
        client = Client(engine)

        def live() -> None:
            graph: dict[str, Any] = {"a": (add, 1)} | {f"n{i}": (add, "a", i) for i in range(n)}
            group = client.submit_graph(graph)
            assert client.cancel(group.members, timeout=0) == n + 1
            engine.close()
            client.shutdown()

        return live

    assert_linear(prepare)


def test_tasks_that_wait_for_one_whose_result_arrives() -> None:
    def prepare(n: int) -> Callable[[], object]:
        engine = ScriptedEngine()
        client = Client(engine)

        def live() -> None:
            first = client.submit(add, 1)
            client.submit_each(add, [first] * n)
            engine.fail(first.task_id, ValueError("no"))
            engine.close()
            client.shutdown()

        return live

    assert_linear(prepare)
