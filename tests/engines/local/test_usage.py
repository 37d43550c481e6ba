"""What running tasks use: `ScalerFuture.usage`."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping

import memory_hogs
import pytest
import stack_tasks
from helpers import LONG_GRACE_SECONDS, TIMEOUT, wait_until
from memory_hogs import MIB
from scheduler_fixture import World

from scaler_lab import Client, FeatureMissing, LocalEngine, ScalerFuture
from scaler_lab.core.live_usage import LiveUsage
from scaler_lab.core.messages import TaskId
from scaler_lab.engines.base import Feature
from scaler_lab.engines.local import protocol, worker_ipc
from scaler_lab.engines.local.scheduler.task_usages import FRESH_SECONDS, SAMPLE_SECONDS
from scaler_lab.engines.local.scheduler.worker_actions import WorkerUsage

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="usage is read from /proc")
SIZE = 64 * MIB


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(n_workers=2, echo=False, grace=LONG_GRACE_SECONDS) as client:
        yield client
        client.cancel(client.futures, timeout=TIMEOUT, force=True)


def usage_of(future: ScalerFuture[object]) -> LiveUsage:
    wait_until(future.running, "the task to run")
    usage = future.usage
    assert usage is not None
    return usage


@on_linux
def test_a_task_that_computes_uses_one_core_and_one_that_sleeps_uses_none(client: Client) -> None:
    busy = client.submit(stack_tasks.spin)
    idle = client.submit(time.sleep, 600)
    assert wait_until(lambda: (usage_of(busy).cpu_percent or 0) > 20, "a busy task")
    resting = usage_of(idle)
    assert resting.cpu_percent is not None
    assert resting.cpu_percent < 20
    assert resting.children == 0


@on_linux
def test_memory_is_what_the_task_added_to_what_its_worker_had() -> None:
    with Client(n_workers=1, echo=False) as client:
        client.submit(memory_hogs.keep, SIZE).result(TIMEOUT)
        future = client.submit(time.sleep, 600)
        assert (usage_of(future).memory or 0) < SIZE // 4, "that of the task before doesn't count"
        future.cancel(TIMEOUT)
        filling = client.submit(memory_hogs.fill, SIZE, 600)
        wait_until(lambda: (usage_of(filling).memory or 0) >= SIZE, "the task's memory")
        assert (usage_of(filling).memory or 0) < SIZE * 1.5
        filling.cancel(TIMEOUT)


@on_linux
def test_children_count_with_their_cpu_time_and_memory(client: Client) -> None:
    future = client.submit(memory_hogs.fill_in_child, SIZE)

    def has_child() -> bool:
        usage = usage_of(future)
        return usage.children == 1 and (usage.memory or 0) >= SIZE and (usage.cpu_percent or 0) > 20

    wait_until(has_child, "the child's usage")


@on_linux
def test_a_task_that_does_not_run_uses_nothing(client: Client) -> None:
    done = client.submit(len, "x")
    done.result(TIMEOUT)
    assert done.usage is None
    held = [client.submit(time.sleep, 600) for _ in range(3)]
    wait_until(held[1].running, "two tasks to run")
    assert held[2].usage is None


def test_engines_that_do_not_measure_it_say_so() -> None:
    class Without(LocalEngine):
        features = LocalEngine.features - {Feature.USAGE}

    with Client(Without(n_workers=1), echo=False) as client:
        future = client.submit(time.sleep, 600)
        with pytest.raises(FeatureMissing, match="can't measure what tasks use"):
            _ = future.usage
        future.cancel(TIMEOUT)


# -- the scheduler, move by move -------------------------------------------------------------------


def test_nothing_is_measured_unless_somebody_requests_it(lone: World) -> None:
    lone.submit("a")
    lone.take(1)
    lone.wait(10)
    assert lone.workers[1].n_measured == 0


def test_the_cpu_share_is_the_difference_of_two_samples(lone: World) -> None:
    answers: list[Mapping[TaskId, LiveUsage]] = []
    lone.submit("a")
    lone.take(1)
    worker = lone.workers[1]
    worker.usage = WorkerUsage(5_000_000_000, 1000, 2)
    lone.wait(0.1)
    version = lone.core.board.version
    lone.core.views.request_usage(answers.append, lone.now)
    assert not answers, "one sample is not enough"
    lone.wait(SAMPLE_SECONDS / 2)
    lone.core.views.request_usage(answers.append, lone.now)
    worker.usage = WorkerUsage(5_050_000_000, 3000, 1)
    lone.wait(SAMPLE_SECONDS)
    assert len(answers) == 2
    [usage] = answers[0].values()
    assert usage.cpu_percent == pytest.approx(50.0)
    assert (usage.memory, usage.children) == (3000, 1)
    assert answers[0] == answers[1]
    assert worker.n_measured == 2
    lone.core.views.request_usage(answers.append, lone.now)
    assert worker.n_measured == 2, "that is fresh enough"
    lone.wait(1.0)
    worker.usage = WorkerUsage(6_050_000_000, 0, 0)
    lone.core.views.request_usage(answers.append, lone.now)
    [usage] = answers[3].values()
    assert usage.cpu_percent == pytest.approx(100.0, rel=0.1)
    assert lone.core.board.version == version, "it is no change of the board"


def test_a_task_that_began_after_the_last_measurement_is_measured(lone: World) -> None:
    answers: list[Mapping[TaskId, LiveUsage]] = []
    lone.submit("a")
    seq = lone.take(1)
    lone.core.views.request_usage(answers.append, lone.now)
    lone.wait(SAMPLE_SECONDS)
    lone.report(1, worker_ipc.VALUE, seq)
    lone.submit("b")
    lone.take(1)
    lone.core.views.request_usage(answers.append, lone.now)
    lone.wait(SAMPLE_SECONDS)
    assert [list(usage) for usage in answers] == [["a"], ["b"]]


def test_a_client_gets_the_usage_of_its_own_tasks(lone: World) -> None:
    other = lone.core.add_client("other")
    lone.submit("a")
    lone.take(1)
    lone.core.on_question(other, protocol.UsageRequest(7), lone.now)
    lone.core.on_question(lone.client, protocol.UsageRequest(8), lone.now)
    lone.wait(SAMPLE_SECONDS)
    assert other.outbox == [protocol.UsageReply(7, {})]
    reply = lone.client.outbox[-1]
    assert isinstance(reply, protocol.UsageReply)
    assert (reply.number, list(reply.usage)) == (8, ["a"])


def test_a_task_that_ends_between_two_samples_is_not_reported(lone: World) -> None:
    answers: list[Mapping[TaskId, LiveUsage]] = []
    lone.submit("a")
    seq = lone.take(1)
    lone.core.views.request_usage(answers.append, lone.now)
    lone.report(1, worker_ipc.VALUE, seq)
    lone.wait(SAMPLE_SECONDS + FRESH_SECONDS)
    lone.core.views.request_usage(answers.append, lone.now)
    assert answers[-1] == {}
