"""Options of tasks: limits, retries, priorities, tags; on a scripted engine and the local one."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import local_tasks
import pytest
from helpers import wait_for_file, wait_until

from scaler_lab import (
    Client,
    FeatureMissing,
    Resolution,
    ScalerFuture,
    Status,
    TaskTimeout,
    TaskUnserializable,
    WorkerDied,
)
from scaler_lab.core.messages import Task, TaskRetryRequested
from scaler_lab.core.timer import Timer
from scaler_lab.engines.base import Feature
from scaler_lab.testing import ScriptedEngine
from scaler_lab.ui.terminal.top.task_order import TaskOrder

Scripted = tuple[Client, ScriptedEngine]
TIMEOUT = 30.0
SOON = 0.01  # seconds of a limit that is to run out


def attempts_of(engine: ScriptedEngine, n: int) -> list[Task]:
    return engine.wait_for_tasks(n, TIMEOUT)


def wait_for_status(future: ScalerFuture[Any], status: Status) -> None:
    wait_until(lambda: future.status is status, f"{future!r} to be {status}")


# -- the door --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"timeout": 0}, ValueError, "timeout must be more than 0"),
        ({"timeout": -1.5}, ValueError, "-1.5"),
        ({"timeout": float("nan")}, ValueError, "nan"),
        ({"timeout": "60"}, TypeError, "timeout must be a number of seconds, not '60'"),
        ({"timeout": True}, TypeError, "True"),
        ({"retries": -1}, ValueError, "retries must be from 0"),
        ({"retries": 1.5}, TypeError, "1.5"),
        ({"retries": True}, TypeError, "True"),
        ({"retry_on": 5}, TypeError, "exception class"),
        ({"memory": "much"}, ValueError, "an amount such as '2 GiB' or '500 MB', not 'much'"),
        ({"memory": 0}, ValueError, "memory must be from 1 MiB"),
        ({"memory": "2 PiB"}, ValueError, "2 PiB"),
        ({"memory": 1.5}, TypeError, "1.5"),
        ({"retry_on": (OSError, int)}, TypeError, "int"),
        ({"retry_on": OSError("not the class")}, TypeError, "exception class"),
        ({"retry_delay": -1}, ValueError, "retry_delay"),
        ({"retry_delay": float("inf")}, ValueError, "inf"),
        ({"priority": 1.5}, TypeError, "priority"),
        ({"priority": 2**40}, ValueError, "priority"),
        ({"tags": 5}, TypeError, "tags"),
        ({"tags": ["a", 5]}, TypeError, "5"),
        ({"tags": [""]}, ValueError, "empty"),
        ({"tags": ["x" * 1000]}, ValueError, "200 characters"),
        ({"tags": [str(n) for n in range(100)]}, ValueError, "at most 64"),
        ({"name": ""}, ValueError, "name must not be empty"),
        ({"name": 5}, TypeError, "name"),
        ({"force_cancel": 1}, TypeError, "force_cancel"),
        ({"timout": 5}, TypeError, "unknown option 'timout'; expected one of: name, timeout"),
    ],
)
def test_what_can_not_be_is_an_error_at_the_door(
    scripted: Scripted, given: dict[str, Any], error: type[Exception], said: str
) -> None:
    client, engine = scripted
    with pytest.raises(error, match=said):
        client.options(**given)
    assert engine.tasks == []


def test_options_combine_and_the_later_one_counts(scripted: Scripted) -> None:
    client, engine = scripted
    view = client.options(name="fit", tags=["a", "b", "a"], retries=1)
    assert repr(view) == "<Client with name='fit', retries=1, tags=('a', 'b')>"
    future = view.options(name="other").submit(len, "x")
    assert (future.name, future.tags) == ("other", ("a", "b"))
    assert engine.tasks[0].annotations.tags == ("a", "b")
    assert view.submit(len, "x").name == "fit", "the view itself is as it was"
    info = client.board.info(future.task_id)
    assert info is not None
    assert (info.tags, info.attempt) == (("a", "b"), 1)


def test_views_can_be_searched_for_tags(scripted: Scripted) -> None:
    client, _ = scripted
    tagged = client.options(tags="Night run").submit(len, "x")
    client.submit(len, "x")
    order = TaskOrder()
    order.start_over({info.task_id: info for info in client.board.snapshot().tasks})
    assert len(order) == 2
    order.choose(search="night")
    assert list(order) == [tagged.task_id]


def test_each_and_map_have_the_options_too(scripted: Scripted) -> None:
    client, engine = scripted
    view = client.options(name="fit", tags="night")
    group = view.submit_each(len, ["a", "bc"])
    assert [future.name for future in group] == ["fit[0]", "fit[1]"]
    values = view.map(len, ["a", "bc"], chunksize=2)
    assert engine.tasks[2].name == "fit x2[0]"
    assert {task.annotations.tags for task in engine.tasks} == {("night",)}
    for task in engine.tasks:
        engine.run(task)
    assert list(values) == [1, 2]
    assert view.submit_each(len, ["a"], name="mine")[0].name == "mine[0]"


def test_an_option_the_engine_lacks_is_an_error_at_submit(scripted: Scripted) -> None:
    client, engine = scripted
    view = client.options(priority=5)
    with pytest.raises(
        FeatureMissing, match=r"priority=5: scripted engine runs tasks in its own order"
    ):
        view.submit(len, "x")
    with pytest.raises(FeatureMissing):
        view.submit_each(len, ["x"])
    with pytest.raises(FeatureMissing):
        view.submit_graph({"a": (len, "b"), "b": "x"})
    assert engine.tasks == []
    engine.features = frozenset({Feature.PRIORITY})
    view.submit(len, "x")
    assert engine.tasks[0].annotations.priority == 5


def test_a_memory_limit_is_sent_if_the_engine_has_them(scripted: Scripted) -> None:
    client, engine = scripted
    view = client.options(memory="2 GiB")
    with pytest.raises(FeatureMissing, match=r"memory='2 GiB': scripted engine can't limit"):
        view.submit(len, "x")
    engine.features = frozenset({Feature.MEMORY_LIMITS})
    view.submit(len, "x")
    view.options(memory=None).submit(len, "x")
    assert [task.annotations.memory for task in engine.tasks] == [2 << 30, 0]


def test_a_future_tried_again_by_hand_has_its_options(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.options(retries=1, tags="t", name="n").submit(len, "x")
    engine.worker_dies(future)
    engine.worker_dies(attempts_of(engine, 2)[1])
    again = future.retry()
    assert (again.name, again.tags) == ("n", ("t",))
    engine.worker_dies(again)
    attempts_of(engine, 4)


# -- time limits -----------------------------------------------------------------------------------


def test_over_its_limit_a_task_is_stopped_and_then_fails(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.options(timeout=SOON, name="fit").submit(len, "x")
    engine.start(future)
    cancel = engine.wait_for_cancel_of(future)
    assert cancel.overdue
    assert not cancel.force
    assert future.status.value == "cancelling", "told only once the engine has answered"
    info = client.board.info(future.task_id)
    assert info is not None
    assert info.cancel_requested_by == "its time limit"
    engine.confirm(future, Resolution.INTERRUPTED)
    with pytest.raises(TaskTimeout, match=r"'fit' exceeded its time limit of 0.01 s; interrupted"):
        future.result(0)
    assert future.has_failed
    assert not future.cancelled()
    assert future.cancel_resolution is None, "nobody cancelled it"
    assert future.cancel_seconds is None
    assert isinstance(future.exception(), TimeoutError)
    assert "TaskTimeout: exceeded its time limit" in repr(future)


def test_a_result_that_comes_too_late_is_discarded(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.options(timeout=SOON).submit(len, "x")
    engine.start(future)
    engine.wait_for_cancel_of(future)
    engine.finish(future, 42)
    with pytest.raises(TaskTimeout, match="it ended late"):
        future.result(0)


def test_cancelling_an_overdue_task_ends_it_cancelled(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.options(timeout=SOON).submit(len, "x")
    engine.start(future)
    engine.wait_for_cancel_of(future)
    assert future.request_cancel(source="a person")
    assert len(engine.cancels_of(future)) == 1, "R1: the engine was asked already"
    info = client.board.info(future.task_id)
    assert info is not None
    assert info.cancel_requested_by == "a person"
    assert future.request_cancel(force=True)
    assert [cancel.force for cancel in engine.cancels_of(future)] == [False, True]
    engine.confirm(future, Resolution.KILLED)
    assert future.cancelled()
    assert future.cancel_resolution is Resolution.KILLED


def test_a_task_that_ends_in_time_has_its_result_and_no_alarm_is_left(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.options(timeout=3600).submit(len, "x")
    engine.start(future)
    assert future.plan is not None
    assert future.plan.timer_handle is not None
    engine.finish(future, 1)
    assert future.result(0) == 1
    assert future.plan.timer_handle is None


def test_an_engine_that_can_not_stop_a_task_reports_that_until_its_end(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.options(timeout=SOON).submit(len, "x")
    engine.start(future)
    engine.wait_for_cancel_of(future)
    engine.refuse(future, "a thread can't be stopped")
    info = client.board.info(future.task_id)
    assert info is not None
    assert (info.status, info.detail) == (Status.CANCELLING, "a thread can't be stopped")
    engine.finish(future, 42)
    assert isinstance(future.exception(0), TaskTimeout)


def test_without_starts_the_limit_counts_from_the_handing_in() -> None:
    engine = ScriptedEngine(reports_starts=False)
    with Client(engine) as client:
        future = client.options(timeout=SOON).submit(len, "x")
        engine.wait_for_cancel_of(future)
        engine.confirm(future, Resolution.NEVER_STARTED)
        with pytest.raises(TaskTimeout, match="since the engine received it; never started"):
            future.result(0)


def test_a_limit_in_an_atomic_group_stops_its_own_task_only(scripted: Scripted) -> None:
    client, engine = scripted
    group = client.options(timeout=SOON).submit_each(len, ["a", "b"], atomic=True)
    engine.start(group[0])
    assert engine.wait_for_cancel_of(group[0]).group is None
    assert group[1].status is Status.QUEUED
    engine.confirm(group[0])
    engine.finish(group[1], 1)
    assert group[1].result(0) == 1


def test_force_cancel_kills_at_once(scripted: Scripted) -> None:
    client, engine = scripted
    view = client.options(force_cancel=True, timeout=SOON)
    asked, overdue = view.submit(len, "x"), view.submit(len, "x")
    asked.request_cancel()
    assert [cancel.force for cancel in engine.cancels_of(asked)] == [True]
    asked.request_cancel(force=True)
    assert len(engine.cancels_of(asked)) == 1
    engine.start(overdue)
    assert engine.wait_for_cancel_of(overdue).force


def test_one_timer_serves_all_and_forgets_what_was_called_off() -> None:
    timer = Timer("test-timer")
    called: list[int] = []
    done = threading.Event()
    far = [timer.call_at(time.monotonic() + 3600, lambda: called.append(0)) for _ in range(1000)]
    timer.call_at(time.monotonic() + 0.002, done.set)
    timer.call_at(time.monotonic() - 1, lambda: called.append(1))
    for timer_handle in far:
        timer_handle.cancel()
        timer_handle.cancel()
    assert done.wait(TIMEOUT)
    assert len(timer._heap) < 500  # pyright: ignore[reportPrivateUsage]
    assert called == [1]
    timer.close()
    timer.close()


# -- retries ---------------------------------------------------------------------------------------


def test_a_task_whose_worker_died_is_tried_again_under_a_new_id(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.options(retries=2).submit(len, "x")
    first = engine.tasks[0]
    engine.worker_dies(first)
    second = attempts_of(engine, 2)[1]
    assert second.task_id != first.task_id
    assert (first.attempt, second.attempt) == (1, 2)
    wait_for_status(future, Status.QUEUED)
    engine.start(second)
    assert future.running()
    engine.finish(first, "late, of the first attempt")
    assert not future.done(), "what is told of an attempt that is over is nobody's"
    info = client.board.info(future.task_id)
    assert info is not None
    assert (info.attempt, info.status) == (2, Status.RUNNING)
    assert info.detail.startswith("attempt 1: ")
    engine.finish(second, 1)
    assert future.result(0) == 1
    assert future.profile.attempt == 2
    assert client.futures == [future]


def test_after_the_last_attempt_its_error_stands(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.options(retries=1).submit(len, "x")
    engine.worker_dies(future)
    engine.worker_dies(attempts_of(engine, 2)[1])
    with pytest.raises(WorkerDied):
        future.result(TIMEOUT)
    assert len(engine.tasks) == 2
    assert future.attempt == 2


def test_a_view_that_knows_the_last_attempt_can_have_it_tried_again(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.options(retries=1).submit(len, "x")
    engine.worker_dies(future)
    last = attempts_of(engine, 2)[1]
    engine.worker_dies(last)
    assert isinstance(future.exception(TIMEOUT), WorkerDied)
    assert client.futures == [future]
    engine.emit(TaskRetryRequested(last.task_id, "terminal"))
    again = attempts_of(engine, 3)[2]
    assert again.args == ("x",)


def test_only_exceptions_that_are_named_are_tried_again(scripted: Scripted) -> None:
    client, engine = scripted
    view = client.options(retries=1, retry_on=OSError)
    other = view.submit(len, "x")
    engine.fail(other, ValueError("no such column"))
    with pytest.raises(ValueError, match="no such column"):
        other.result(TIMEOUT)
    assert other.attempt == 1
    named = view.submit(len, "x")
    engine.fail(named, FileNotFoundError("a subclass"))
    engine.fail(attempts_of(engine, 3)[2], FileNotFoundError("again"))
    with pytest.raises(FileNotFoundError, match="again"):
        named.result(TIMEOUT)
    unnamed = client.options(retries=1).submit(len, "x")
    engine.fail(unnamed, OSError())
    assert isinstance(unnamed.exception(0), OSError), "without retry_on only deaths count"


def test_a_cancel_between_attempts_settles_at_once(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.options(retries=5, retry_delay=3600).submit(len, "x")
    engine.worker_dies(future)
    wait_for_status(future, Status.RETRYING)
    assert future.cancel()
    assert future.cancelled()
    assert future.cancel_resolution is Resolution.FINISHED_FIRST
    assert engine.cancels == []
    assert len(engine.tasks) == 1


def test_a_cancel_of_a_later_attempt_names_that_one(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.options(retries=1).submit(len, "x")
    engine.worker_dies(future)
    second = attempts_of(engine, 2)[1]
    wait_for_status(future, Status.QUEUED)
    writer = client.board.writers[0]
    assert writer.request_cancel_by_id([future.task_id], source="a view") == 1
    engine.wait_for_cancel_of(second)
    engine.confirm(second)
    assert future.cancelled()
    assert writer.find(future.task_id) is future


def test_cancelled_tasks_are_not_tried_again(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.options(retries=5).submit(len, "x")
    future.request_cancel()
    engine.worker_dies(future)
    assert future.cancelled()
    assert future.cancel_resolution is Resolution.KILLED
    assert len(engine.tasks) == 1


def test_a_timeout_is_tried_again_only_where_it_is_named(scripted: Scripted) -> None:
    client, engine = scripted
    view = client.options(timeout=SOON, retries=1)
    plain = view.options(retry_on=OSError).submit(len, "x")
    engine.start(plain)
    engine.wait_for_cancel_of(plain)
    engine.confirm(plain)
    assert isinstance(plain.exception(0), TaskTimeout), "an OSError, but named for other reasons"
    named = view.options(retry_on=[TaskTimeout]).submit(len, "x")
    engine.start(named)
    engine.wait_for_cancel_of(named)
    engine.confirm(named)
    second = attempts_of(engine, 3)[2]
    wait_for_status(named, Status.QUEUED)
    engine.start(second)
    engine.wait_for_cancel_of(second)
    engine.confirm(second)
    with pytest.raises(TaskTimeout):
        named.result(0)
    assert named.attempt == 2


def test_a_second_attempt_the_engine_will_not_have_fails_the_task(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.options(retries=3).submit(len, "x")
    engine.refuse_next_submit(TaskUnserializable("the argument has changed since"))
    engine.worker_dies(future)
    with pytest.raises(TaskUnserializable, match="changed since"):
        future.result(TIMEOUT)


def test_the_engines_end_between_attempts_is_the_tasks_end(scripted: Scripted) -> None:
    client, engine = scripted
    future = client.options(retries=5, retry_delay=3600).submit(len, "x")
    engine.worker_dies(future)
    wait_for_status(future, Status.RETRYING)
    engine.lose()
    assert future.status is Status.FAILED


def test_shutdown_waits_for_attempts_to_come() -> None:
    engine = ScriptedEngine()
    engine.on_submit = lambda tasks: (
        engine.run(tasks[0]) if tasks[0].attempt == 3 else engine.worker_dies(tasks[0])
    )
    with Client(engine) as client:
        future = client.options(retries=5, retry_delay=0.001).submit(len, "abc")
    assert (future.result(0), future.attempt) == (3, 3)


# -- the local engine ------------------------------------------------------------------------------


def count_up(folder: str, until: int) -> int:
    """Raises until it was called so often."""
    path = Path(folder, "count")
    n = len(path.read_text()) + 1 if path.exists() else 1
    path.write_text("x" * n)
    if n < until:
        raise ConnectionError(f"call {n}")
    return n


def die_first(folder: str) -> str:
    """Dies in its first call, and returns in its second."""
    path = Path(folder, "died")
    if not path.exists():
        path.touch()
        local_tasks.exit_hard(3)
    return "alive"


def note_order(folder: str, name: str) -> None:
    with Path(folder, "order").open("a") as file:
        file.write(f"{name} ")


def test_on_the_local_engine(lone_client: Client, tmp_path: Path) -> None:
    client = lone_client
    folder = str(tmp_path)
    client.submit(local_tasks.note, folder, "ready").result(TIMEOUT)  # has imported it
    stopped = client.options(timeout=0.1).submit(local_tasks.sleep, folder)
    tried = client.options(retries=5, retry_on=ConnectionError).submit(count_up, folder, 3)
    died = client.options(retries=1).submit(die_first, folder)
    with pytest.raises(TaskTimeout, match="interrupted"):
        stopped.result(TIMEOUT)
    assert tried.result(TIMEOUT) == 3
    assert tried.attempt == 3
    assert died.result(TIMEOUT) == "alive"
    assert died.attempt == 2


def test_the_local_engine_starts_those_of_a_higher_priority_first(tmp_path: Path) -> None:
    folder = str(tmp_path)
    with Client(n_workers=1) as client:
        held = client.submit(local_tasks.return_when_released, folder)
        wait_for_file(tmp_path, "running")
        order = {"low": -1, "plain": 0, "high": 5, "higher": 9, "high too": 5}
        futures = [
            client.options(priority=priority).submit(note_order, folder, name.replace(" ", "-"))
            for name, priority in order.items()
        ]
        gone = client.options(priority=99).submit(note_order, folder, "cancelled")
        assert gone.cancel()
        local_tasks.note(folder, "released")
        assert held.result(TIMEOUT) == "released"
        for future in futures:
            future.result(TIMEOUT)
    assert (tmp_path / "order").read_text().split() == [
        "higher",
        "high",
        "high-too",
        "plain",
        "low",
    ]
