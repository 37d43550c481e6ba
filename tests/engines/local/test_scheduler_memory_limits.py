"""`SchedulerCore`, move by move: a task that exceeds its memory limit."""

from __future__ import annotations

from scheduler_fixture import World

from scaler_lab.core.messages import RetriedOn, TaskId
from scaler_lab.core.state_machine import Resolution, Status
from scaler_lab.engines.local import protocol, worker_ipc
from scaler_lab.engines.local.scheduler.state import MEASURE_INTERVAL

LIMIT = 1000


def test_a_task_that_is_over_its_limit_twice_is_killed_and_fails(lone: World) -> None:
    lone.submit("a", memory=LIMIT)
    lone.take(1)
    worker = lone.workers[1]
    worker.memory = LIMIT * 2
    killed: list[bool] = []
    for _ in range(3):
        lone.wait(MEASURE_INTERVAL * 0.7)
        killed.append(worker.is_killed)
    assert killed == [False, False, True], "once is not enough"
    lone.messages_to()
    lone.die(1)
    [message] = lone.client.outbox
    assert isinstance(message, protocol.OverMemory)
    assert (message.limit, message.memory) == (LIMIT, LIMIT * 2)
    assert message.message == "over its memory limit of 1 KiB: killed with 2 KiB"
    info = lone.core.board.info(TaskId("a"))
    assert info is not None
    assert info.status is Status.FAILED
    assert info.error == f"TaskOverMemory: {message.message}"


def test_ten_percent_more_is_tolerated_and_so_is_a_peak(lone: World) -> None:
    lone.submit("a", memory=LIMIT)
    lone.take(1)
    worker = lone.workers[1]
    for memory in (LIMIT * 11 // 10, LIMIT * 2, LIMIT, LIMIT * 2, None, LIMIT * 2, 0):
        worker.memory = memory
        lone.wait(MEASURE_INTERVAL)
    assert not worker.is_killed


def test_the_next_task_is_not_killed_for_the_one_before(lone: World) -> None:
    lone.submit("a", "b", memory=LIMIT)
    lone.workers[1].memory = LIMIT * 2
    lone.take(1)
    lone.wait(MEASURE_INTERVAL * 1.5)
    lone.report(1, worker_ipc.VALUE, lone.workers[1].begun[0])
    lone.take(1)
    lone.wait(MEASURE_INTERVAL)
    assert not lone.workers[1].is_killed, "each of them was seen only once"


def test_nothing_is_measured_unless_a_task_has_a_limit(lone: World) -> None:
    lone.submit("a")
    lone.take(1)
    assert lone.core.measures_due_at() is None
    lone.report(1, worker_ipc.VALUE, lone.workers[1].begun[0])
    lone.submit("b", memory=LIMIT)
    lone.do(1)
    lone.wait(2 * MEASURE_INTERVAL)
    assert lone.core.measures_due_at() is None


def test_a_cancel_that_came_first_wins(lone: World) -> None:
    lone.submit("a", memory=LIMIT)
    lone.take(1)
    lone.cancel("a")
    lone.workers[1].memory = LIMIT * 2
    lone.wait(MEASURE_INTERVAL * 3)
    assert lone.workers[1].is_killed, "it is killed before the grace period ends"
    lone.die(1)
    message = lone.client.outbox[-1]
    assert isinstance(message, protocol.Confirm)
    assert message.resolution is Resolution.KILLED
    assert message.detail == "over its memory limit of 1 KiB: killed with 2 KiB"


def test_a_cancel_during_the_kill_ends_killed_and_names_the_limit(lone: World) -> None:
    """The kill is why the task stopped, and the cancel is what its future reports (R3, R6)."""
    lone.submit("a", memory=LIMIT)
    lone.take(1)
    lone.workers[1].memory = LIMIT * 2
    lone.wait(MEASURE_INTERVAL * 3)
    assert lone.workers[1].is_killed
    lone.cancel("a")
    lone.die(1)
    message = lone.client.outbox[-1]
    assert isinstance(message, protocol.Confirm)
    assert message.resolution is Resolution.KILLED
    assert message.detail == "over its memory limit of 1 KiB: killed with 2 KiB"


def test_a_cancel_after_the_kill_has_nothing_to_stop(lone: World) -> None:
    """The task's result is on its way: for the future, it comes first and is discarded."""
    lone.submit("a", memory=LIMIT)
    lone.take(1)
    lone.workers[1].memory = LIMIT * 2
    lone.wait(MEASURE_INTERVAL * 3)
    lone.die(1)
    lone.cancel("a")
    [message] = [m for m in lone.client.outbox if isinstance(m, protocol.OverMemory)]
    assert message.task_id == "a"
    assert not any(isinstance(m, protocol.Confirm) for m in lone.client.outbox)


def test_a_result_that_was_on_its_way_counts(lone: World) -> None:
    lone.submit("a", memory=LIMIT)
    seq = lone.take(1)
    lone.workers[1].memory = LIMIT * 2
    lone.wait(MEASURE_INTERVAL * 3)
    lone.messages_to()
    lone.report(1, worker_ipc.VALUE, seq)
    lone.die(1)
    assert lone.messages_to() == [("a", "result")]


def test_it_is_retried_only_after_an_exception_that_its_client_chooses(lone: World) -> None:
    lone.submit("a", memory=LIMIT, retried_on=RetriedOn.WORKER_DEATH | RetriedOn.EXCEPTION)
    lone.take(1)
    lone.workers[1].memory = LIMIT * 2
    lone.wait(MEASURE_INTERVAL * 3)
    lone.die(1)
    info = lone.core.board.info(TaskId("a"))
    assert info is not None
    assert info.status is Status.RETRYING
