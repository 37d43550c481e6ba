"""What is done with n tasks takes work in proportion to n: counted in lines run, not in seconds.

`python -m tests.stress.linear` shows the same for 100,000 tasks.
"""

from __future__ import annotations

from collections.abc import Callable

import client_operations
import pytest
import scheduler_operations
from operations_on_many import OPERATIONS, Prepare, ids, lines_run
from scheduler_fixture import World

from scaler_lab.core.messages import TaskAnnotations
from scaler_lab.engines.local import protocol

FEW, MANY = 60, 600
MAX_RATIO = 1.2 * MANY / FEW  # n * n would be eight times this


def assert_linear(prepare: Prepare) -> None:
    """That what *prepare* makes for n tasks takes work in proportion to n."""
    few, many = (lines_run(prepare(n)) for n in (FEW, MANY))
    assert many > MANY, "it was counted"
    assert many / few < MAX_RATIO, f"{few} lines for {FEW} tasks, {many} for {MANY}"


def test_the_count_distinguishes_a_square_from_a_line() -> None:
    def square(n: int) -> Callable[[], object]:
        def work() -> None:
            for _ in range(n):
                for _ in range(n):
                    pass

        return work

    with pytest.raises(AssertionError, match="lines for"):
        assert_linear(square)


ENTERED_BY = client_operations, scheduler_operations


@pytest.mark.parametrize("name", OPERATIONS)
def test_work_in_proportion_to_the_number_of_tasks(name: str) -> None:
    assert_linear(OPERATIONS[name])


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
    assert many / few < 2 * MAX_RATIO, f"{few} comparisons, {many}: n log n would do"
