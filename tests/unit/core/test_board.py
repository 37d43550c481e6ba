"""`Board`: the facts about every task, with a version; and what changed since one."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import itertools
import logging
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any, Self
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scaler_lab import Board, Status
from scaler_lab.core import change_log
from scaler_lab.core.board import BoardChanges, ResyncNeeded
from scaler_lab.core.messages import TaskAnnotations, TaskId
from scaler_lab.core.state_machine import TaskState
from scaler_lab.core.task_record import TaskInfo, TaskRecord


def add(board: Board, name: str) -> TaskRecord:
    record = TaskRecord(TaskId(name), name, time.monotonic())
    with board.lock:
        board.add(record)
    return record


def move(board: Board, record: TaskRecord, state: TaskState) -> None:
    with board.lock:
        board.move(record, state)


def changes(board: Board, version: int) -> BoardChanges:
    answer = board.changes_since(version)
    assert isinstance(answer, BoardChanges)
    return answer


class CountingDict(dict[Any, Any]):
    """Counts the removed entries that an iteration from the front has to pass.

    A dict keeps a hole for each removed entry until it grows.
    """

    holes_passed = 0

    def __init__(self) -> None:
        super().__init__()
        self._inserted: list[Any] = []

    def __setitem__(self, key: Any, value: Any) -> None:
        if key not in self:
            self._inserted.append(key)
        super().__setitem__(key, value)

    def __ior__(self, other: Any) -> Self:  # type: ignore[misc]
        for key, value in other.items():
            self[key] = value
        return self

    def __iter__(self) -> Iterator[Any]:
        first = next(super().__iter__(), None)
        CountingDict.holes_passed += next(
            (at for at, key in enumerate(self._inserted) if key == first), len(self._inserted)
        )
        return super().__iter__()


def test_the_counting_dict_counts_the_holes_at_the_front() -> None:
    CountingDict.holes_passed = 0
    counting = CountingDict()
    for key in range(5):
        counting[key] = key
    assert (next(iter(counting)), CountingDict.holes_passed) == (0, 0)
    del counting[0], counting[1], counting[3]
    assert (next(iter(counting)), CountingDict.holes_passed) == (2, 2)


def test_a_full_board_does_no_more_for_a_task_than_one_that_fills() -> None:
    """Finding the oldest done task does not take longer with each removed task."""
    board = Board(keep=100)
    for name, value in list(vars(board).items()):
        if type(value) is dict:
            setattr(board, name, CountingDict())
    CountingDict.holes_passed = 0
    with board.lock:
        for number in range(1_000):
            record = TaskRecord(TaskId(str(number)), "task", 0.0)
            board.add(record)
            board.move(record, TaskState.SUCCEEDED)
    assert len(board) == 100
    assert CountingDict.holes_passed == 0


def test_what_a_board_needs_depends_on_its_tasks_not_on_their_number_of_changes() -> None:
    board = Board(keep=100)
    records = [add(board, str(n)) for n in range(5)]
    seen = board.version
    for _ in range(10_000):
        for record in records:
            move(board, record, TaskState.RUNNING)
    assert len(board._changes.entries) < 2 * change_log.MIN_ENTRIES
    assert [task.name for task in changes(board, seen).tasks] == list("01234")


def test_a_board_that_has_removed_most_of_its_tasks_is_small_again() -> None:
    board = Board(keep=100)
    small = sys.getsizeof(board._records)
    records = [add(board, str(n)) for n in range(50_000)]
    assert sys.getsizeof(board._records) > 100 * small
    for record in records:
        move(board, record, TaskState.SUCCEEDED)
    assert len(board) == 100
    kept = sum(
        map(sys.getsizeof, (board._changes.entries, board._changes.versions, board._records))
    )
    assert kept < 1_000_000, "bytes: of 50,000 tasks they were 4,000,000"


def test_a_row_has_the_annotations_of_its_task_under_the_same_names() -> None:
    annotations = TaskAnnotations(None, "fit", 3, ("a", "b"), True, "cell-1")
    board = Board()
    board.add(TaskRecord(TaskId("a"), "a", 0.0, annotations))
    row = board.info(TaskId("a"))
    shared = [name for name in TaskAnnotations.__struct_fields__ if hasattr(row, name)]
    assert shared == ["group_name", "tags", "cell"]
    assert [getattr(row, name) for name in shared] == ["fit", ("a", "b"), "cell-1"]


def test_a_snapshot_has_every_task_oldest_first_with_its_version() -> None:
    board = Board()
    first = add(board, "first")
    add(board, "second")
    move(board, first, TaskState.RUNNING)
    version, tasks = board.snapshot()
    assert version == board.version == 3
    assert [(task.name, task.number, task.status) for task in tasks] == [
        ("first", 1, Status.RUNNING),
        ("second", 2, Status.QUEUED),
    ]


def test_changes_since_a_version_are_those_after_it_oldest_change_first() -> None:
    board = Board()
    first = add(board, "first")
    add(board, "second")
    seen = board.version
    assert changes(board, seen) == BoardChanges(seen, [], [])
    add(board, "third")
    move(board, first, TaskState.RUNNING)
    after = changes(board, seen)
    assert [task.name for task in after.tasks] == ["third", "first"]
    assert after.version == board.version
    assert after.forgotten == []


def test_a_version_that_was_never_given_is_a_gap() -> None:
    board = Board()
    add(board, "first")
    assert board.changes_since(99) == ResyncNeeded(board.version)
    assert board.changes_since(-1) == ResyncNeeded(board.version)


def test_changes_list_what_was_forgotten_until_that_is_forgotten_too() -> None:
    board = Board(keep=2)
    records = [add(board, str(n)) for n in range(5)]
    seen = board.version
    for record in records[:3]:
        move(board, record, TaskState.SUCCEEDED)
    assert changes(board, seen).forgotten == ["0"]
    assert [task.name for task in board.snapshot().tasks] == ["1", "2", "3", "4"]
    for record in records[3:]:
        move(board, record, TaskState.SUCCEEDED)
    assert board.changes_since(seen) == ResyncNeeded(board.version), (
        "three were forgotten; two are kept"
    )


def test_only_done_tasks_are_forgotten_the_longest_done_first() -> None:
    board = Board(keep=1)
    open_one, first, second = (add(board, name) for name in ("open", "first", "second"))
    move(board, second, TaskState.FAILED)
    move(board, first, TaskState.SUCCEEDED)
    assert [task.name for task in board.snapshot().tasks] == ["open", "first"]
    move(board, open_one, TaskState.RUNNING)
    assert board.counts[Status.RUNNING] == 1


def test_a_forgotten_task_may_still_move_and_changes_no_view() -> None:
    board = Board()
    record = add(board, "withdrawn")
    with board.lock:
        board.forget([record.task_id, TaskId("never there")])
    move(board, record, TaskState.CANCELLED)
    assert board.snapshot().tasks == []
    assert sum(board.counts.values()) == 0
    assert board.info(record.task_id) is None


def test_counts_have_every_status() -> None:
    board = Board()
    asked, running_cancelling, done = (add(board, str(n)) for n in range(3))
    move(board, asked, TaskState.QUEUED_CANCELLING)
    move(board, running_cancelling, TaskState.RUNNING_CANCELLING)
    move(board, done, TaskState.SUCCEEDED)
    assert board.counts == {
        Status.QUEUED: 0,
        Status.WAITING: 0,
        Status.RETRYING: 0,
        Status.RUNNING: 0,
        Status.CANCELLING: 2,
        Status.SUCCEEDED: 1,
        Status.FAILED: 0,
        Status.CANCELLED: 0,
    }
    assert repr(board) == "<Board: 2 cancelling, 1 succeeded>"
    assert repr(Board()) == "<Board: no tasks yet>"
    assert len(board) == 3


def test_facts_are_a_copy_with_times_since_the_epoch() -> None:
    board = Board()
    before = time.time()
    record = add(board, "task")
    info = board.info(record.task_id)
    assert info is not None
    move(board, record, TaskState.RUNNING)
    assert info.status is Status.QUEUED, "a copy stays what it was"
    assert abs(info.submitted_at - before) < 60
    assert (info.started_at, info.ended_at, info.cancel_seconds) == (None, None, None)
    record.cancel_requested_at, record.cancel_seconds = 10.0, 2.5
    info = board.info(record.task_id)
    assert info is not None
    assert info.cancel_seconds == 2.5


def test_a_board_that_keeps_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Board(keep=0)


def test_a_bell_rings_until_it_is_taken_down() -> None:
    board = Board()
    rung: list[str] = []
    take_first_down = board.subscribe(lambda: rung.append("first"))
    board.subscribe(lambda: rung.append("second"))
    board.notify()
    take_first_down()
    take_first_down()
    board.notify()
    assert rung == ["first", "second", "second"]


def test_a_bell_hung_twice_is_taken_down_once_at_a_time() -> None:
    board = Board()
    rung: list[int] = []

    def listener() -> None:
        rung.append(1)

    take_down = board.subscribe(listener)
    board.subscribe(listener)
    take_down()
    board.notify()
    assert rung == [1]


def test_a_callback_that_raises_is_logged_and_delays_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    board = Board()
    rung: list[int] = []

    def broken() -> None:
        raise ValueError("a view's own fault")

    board.subscribe(broken)
    board.subscribe(lambda: rung.append(1))
    with caplog.at_level(logging.ERROR):
        board.notify()
    assert rung == [1]
    assert "a view's own fault" in caplog.text


def test_bells_ring_outside_the_lock() -> None:
    board = Board()
    looked: list[object] = []

    def look_from_elsewhere() -> None:
        thread = threading.Thread(target=lambda: looked.append(board.snapshot()))
        thread.start()
        thread.join(10)

    board.subscribe(look_from_elsewhere)
    board.notify()
    assert len(looked) == 1


def test_a_view_far_behind_gets_the_oldest_changes_first() -> None:
    board = Board()
    records = [add(board, str(n)) for n in range(20)]
    seen = board.version
    for record in records[:9]:
        move(board, record, TaskState.RUNNING)
    names: list[str] = []
    while seen != board.version:
        answer = board.changes_since(seen, 4)
        assert isinstance(answer, BoardChanges)
        names += [task.name for task in answer.tasks]
        assert len(answer.tasks) in (4, 1)
        seen = answer.version
    assert names == [str(n) for n in range(9)]


def test_most_of_a_board_is_cheaper_as_a_snapshot() -> None:
    board = Board()
    records = [add(board, str(n)) for n in range(20)]
    seen = board.version
    for record in records[:11]:
        move(board, record, TaskState.RUNNING)
    assert board.changes_since(seen, 10) == ResyncNeeded(board.version)
    assert isinstance(board.changes_since(seen, 11), BoardChanges), "it is one message all the same"


class Mirror:
    """A view: it knows a version and the rows of it, and follows the board by changes alone."""

    def __init__(self, board: Board, most: int | None) -> None:
        self._board = board
        self._most = most
        self.version, tasks = board.snapshot()
        self.rows = {task.task_id: task for task in tasks}

    def follow(self) -> None:
        while self.version != self._board.version:
            self.step()

    def step(self) -> None:
        answer = self._board.changes_since(self.version, self._most)
        if isinstance(answer, ResyncNeeded):
            tasks: list[TaskInfo]
            self.version, tasks = self._board.snapshot()
            self.rows = {task.task_id: task for task in tasks}
            return
        assert self._most is None or len(answer.tasks) <= self._most
        self.version = answer.version
        for task in answer.tasks:
            self.rows[task.task_id] = task
        for task_id in answer.forgotten:
            self.rows.pop(task_id, None)


@settings(max_examples=150, deadline=None)
@given(
    keep=st.integers(1, 4),
    most=st.one_of(st.none(), st.integers(1, 3)),
    moves=st.lists(
        st.tuples(
            st.integers(0, 7), st.sampled_from(TaskState), st.sampled_from(["", "step", "follow"])
        )
    ),
)
def test_a_view_that_follows_the_changes_sees_what_a_snapshot_shows(
    keep: int, most: int | None, moves: list[tuple[int, TaskState, str]]
) -> None:
    with patch.object(change_log, "MIN_ENTRIES", 2):  # so that the log is compacted often
        _follow_the_changes(Board(keep), most, moves)


def _follow_the_changes(
    board: Board, most: int | None, moves: list[tuple[int, TaskState, str]]
) -> None:
    mirror = Mirror(board, most)
    numbers = itertools.count()
    open_records: list[TaskRecord] = []
    for which, state, look in moves:
        if which < len(open_records):
            record = open_records[which]
            move(board, record, state)
            if state.is_done:
                open_records.remove(record)
        else:
            open_records.append(add(board, str(next(numbers))))
        if look == "step":
            mirror.step()
        elif look == "follow":
            mirror.follow()
            assert mirror.rows == {task.task_id: task for task in board.snapshot().tasks}
    mirror.follow()
    assert mirror.version == board.version
    assert mirror.rows == {task.task_id: task for task in board.snapshot().tasks}
    assert len(board) == len(mirror.rows)
    assert sum(board.counts.values()) == next(numbers), "those that are kept no more count too"
