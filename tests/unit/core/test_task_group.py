"""`TaskGroup`: futures submitted together, counted and stopped as one."""

from __future__ import annotations

import threading
from concurrent.futures import FIRST_COMPLETED, CancelledError

import pytest

from scaler_lab import Client, DependencyFailed, EngineLost, Status, TaskGroup
from scaler_lab.client.graph import GraphGroup
from scaler_lab.core.messages import TaskCancel
from scaler_lab.testing import ScriptedEngine
from scaler_lab.ui.notebook.feed_source import source_of

Scripted = tuple[Client, ScriptedEngine]

TIMEOUT = 10.0


def test_members_are_in_order_and_named_after_their_place(scripted: Scripted) -> None:
    client, engine = scripted
    group = client.submit_each(pow, [2, 3, 4], [10, 10, 10], name="powers")
    assert isinstance(group, TaskGroup)
    assert [future.name for future in group] == ["powers[0]", "powers[1]", "powers[2]"]
    assert [task.args for task in engine.tasks] == [(2, 10), (3, 10), (4, 10)]
    assert len(group) == 3
    assert group[-1] is group[2]
    assert group.index(group[1]) == 1


def test_counts_and_repr_show_how_far_it_is(scripted: Scripted) -> None:
    client, engine = scripted
    group = client.submit_each(len, ["a", "b", "c"])
    engine.start(group[0])
    engine.finish(group[1], 1)
    assert group.counts[Status.RUNNING] == group.counts[Status.QUEUED] == 1
    assert group.counts[Status.CANCELLED] == 0
    assert repr(group) == "<TaskGroup 'len': 1 queued, 1 running, 1 succeeded>"
    assert not group.done()
    assert group.running()
    engine.finish(group[0], 1)
    engine.finish(group[2], 1)
    assert group.done()
    assert not group.running()


def test_results_are_in_order_whatever_order_they_came_in(scripted: Scripted) -> None:
    client, engine = scripted
    group = client.submit_each(len, ["a", "b", "c"])
    for n in (2, 0, 1):
        engine.finish(group[n], n)
    assert group.results(0) == [0, 1, 2]


def test_results_raise_the_first_members_exception_and_the_others_go_on(
    scripted: Scripted,
) -> None:
    client, engine = scripted
    group = client.submit_each(len, ["a", "b", "c"])
    engine.finish(group[0], 0)
    engine.fail(group[1], ValueError("second"))
    with pytest.raises(ValueError, match="second"):
        group.results(0)
    assert group[2].status is Status.QUEUED
    assert engine.cancels == []


def test_the_timeout_of_results_is_for_all_together(scripted: Scripted) -> None:
    client, engine = scripted
    group = client.submit_each(len, ["a", "b"])
    engine.finish(group[0], 0)
    with pytest.raises(TimeoutError):
        group.results(0.01)


def test_cancel_requests_all_in_one_message_and_returns_how_many(scripted: Scripted) -> None:
    client, engine = scripted
    group = client.submit_each(len, ["a", "b", "c"])
    engine.finish(group[0], 1)
    assert group.cancel(timeout=0) == 2
    assert engine.cancels == [TaskCancel((group[1].task_id, group[2].task_id))]
    assert [future.status for future in group[1:]] == [Status.CANCELLING] * 2


def test_cancel_waits_for_every_answer_once(scripted: Scripted) -> None:
    client, engine = scripted
    group = client.submit_each(len, ["a", "b", "c"])
    returned: list[int] = []
    thread = threading.Thread(target=lambda: returned.append(group.cancel(TIMEOUT)))
    thread.start()
    engine.wait_for_cancels(1)
    for future in (group[2], group[1], group[0]):
        assert not returned, "an answer is missing yet"
        engine.confirm(future)
    thread.join(TIMEOUT)
    assert returned == [3]
    assert all(future.cancelled() for future in group)


def test_an_atomic_group_is_one_thing_to_the_engine(scripted: Scripted) -> None:
    client, engine = scripted
    group = client.submit_each(len, ["a", "b", "c"], atomic=True)
    ids = {task.annotations.group for task in engine.tasks}
    assert len(ids) == 1
    assert None not in ids
    assert group[1].cancel(timeout=0)
    assert len(engine.cancels) == 1
    assert {engine.cancels[0].group} == ids
    assert set(engine.cancels[0].task_ids) == {future.task_id for future in group}
    assert group.cancel(timeout=0) == 3
    assert len(engine.cancels) == 1, "all were asked already"
    assert repr(group) == "<atomic TaskGroup 'len': 3 cancelling>"


def test_members_of_a_plain_group_are_cancelled_alone(scripted: Scripted) -> None:
    client, engine = scripted
    group = client.submit_each(len, ["a", "b"])
    group[0].request_cancel()
    engine.confirm(group[0])
    assert group[1].status is Status.QUEUED
    engine.finish(group[1], 1)
    with pytest.raises(CancelledError):
        group.results(0)


def test_a_group_may_be_empty(scripted: Scripted) -> None:
    client, engine = scripted
    group = client.submit_each(len, [])
    assert (len(group), group.done(), group.results(0), group.cancel()) == (0, True, [], 0)
    assert engine.tasks == []
    assert repr(group) == "<TaskGroup 'len': empty>"


def test_a_group_without_arguments_is_refused(scripted: Scripted) -> None:
    client, _ = scripted
    with pytest.raises(TypeError, match="at least one iterable"):
        client.submit_each(len)


def test_a_slice_is_a_group(scripted: Scripted) -> None:
    client, engine = scripted
    group = client.submit_each(len, ["a", "b", "c", "d"], name="length")
    part = group[::2]
    assert isinstance(part, TaskGroup)
    assert list(part) == [group[0], group[2]]
    assert (part.name, part.atomic, part[-1:][0]) == ("length", False, group[2])
    assert part.cancel(timeout=0) == 2
    assert engine.cancels == [TaskCancel((group[0].task_id, group[2].task_id))]
    assert client.submit_each(len, ["a"], atomic=True)[:1].atomic


def test_the_table_of_a_slice_shows_its_tasks_only(scripted: Scripted) -> None:
    client, _engine = scripted
    group = client.submit_each(len, ["a", "b", "c", "d"])
    assert [info.number for info in source_of(group[1::2]).tasks()] == [2, 4]
    assert source_of(group[:0]).tasks() == []


def test_request_cancel_is_one_message_and_does_not_wait(threaded: Scripted) -> None:
    client, engine = threaded
    group = client.submit_each(len, ["a", "b"])
    assert group.request_cancel(force=True) == 2
    assert engine.cancels == [TaskCancel((group[0].task_id, group[1].task_id), force=True)]
    assert not group.done()


def test_wait_is_that_of_the_client(scripted: Scripted) -> None:
    client, engine = scripted
    group = client.submit_each(len, ["a", "b"])
    engine.finish(group[1], 1)
    assert group.wait(0) == ({group[1]}, {group[0]})
    assert group.wait(None, FIRST_COMPLETED, progress=False).done == {group[1]}


def test_retry_runs_again_what_failed_or_was_cancelled_and_nothing_else(
    scripted: Scripted,
) -> None:
    client, engine = scripted
    group = client.submit_each(len, ["a", "b", "c", "d"], name="length", atomic=True)
    engine.finish(group[0], 1)
    engine.fail(group[1], ValueError("no such column"))
    again = group.retry()
    assert list(again[::2]) == list(group[::2])
    assert [again[0], again[2], again[3]] == [group[0], group[2], group[3]]
    assert again[1] is not group[1]
    assert (again[1].name, engine.tasks[-1].args) == ("length[1]", ("b",))
    assert (again.name, again.atomic, again.members) == ("length", False, tuple(again))
    assert group[2].request_cancel()
    engine.confirm(group[2])
    engine.confirm(group[3])
    last = again.retry()
    assert [future.status for future in last] == [Status.SUCCEEDED, *[Status.QUEUED] * 3]
    assert last[1] is again[1]
    for future in last[1:]:
        engine.finish(future, 2)
    assert last.results(0) == [1, 2, 2, 2]
    assert list(last.retry()) == list(last)


def test_a_retried_graph_runs_on_the_new_results(threaded: Scripted) -> None:
    client, engine = threaded
    graph = {"a": (int, "1"), "b": (int, "x"), "c": (pow, "a", "b"), "d": (max, ["c", "b"])}
    group = client.submit_graph(graph, ["c", "d"], literal_strings=True, name="sums")
    one, bad = engine.wait_for_tasks(2)
    engine.finish(one, 3)
    engine.fail(bad, ValueError("no number"))
    assert group.wait(TIMEOUT).not_done == set()
    with pytest.raises(DependencyFailed):
        group.results(0)
    again = group.retry()
    assert isinstance(again, GraphGroup)
    assert again["a"] is group["a"]
    assert (again.keys, again["c"].status) == (("c", "d"), Status.WAITING)
    for n, value in ((3, 2), (4, 9), (5, 10)):
        task = engine.wait_for_tasks(n)[-1]
        engine.finish(task, value)
    assert engine.tasks[3].args == (3, 2)
    assert engine.tasks[4].args == ([9, 2],)
    assert again.results(TIMEOUT) == [9, 10]


def test_where_a_retry_is_refused_the_earlier_ones_are_cancelled(scripted: Scripted) -> None:
    client, engine = scripted
    group = client.submit_each(len, ["a", "b", "c"])
    for future in group:
        engine.fail(future, ValueError("no such column"))
    refuse = engine.refuse_next_submit

    def refuse_the_next(_tasks: object) -> None:
        refuse(EngineLost("gone"))

    engine.on_submit = refuse_the_next
    with pytest.raises(EngineLost):
        group.retry()
    engine.on_submit = None
    assert [cancel.task_ids for cancel in engine.cancels] == [(engine.tasks[-1].task_id,)]
