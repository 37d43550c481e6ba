"""What pages receive about an engine, and which of its rows: pure functions of its messages."""

from __future__ import annotations

import random
from typing import Any

from scaler_lab import Status
from scaler_lab.core.messages import TaskId
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.feed import messages
from scaler_lab.feed.mirror import FeedMirror
from scaler_lab.ui.jupyterlab import engine_summary as digests
from scaler_lab.ui.jupyterlab import row_stream as watches
from scaler_lab.ui.jupyterlab.engine_summary import EngineSummary
from scaler_lab.ui.jupyterlab.row_stream import RowStream

RUNNING, QUEUED, DONE, FAILED = (
    *(Status.RUNNING, Status.QUEUED),
    *(Status.SUCCEEDED, Status.FAILED),
)


class Board:
    """An engine's board, and a mirror that receives it as from a feed."""

    def __init__(self) -> None:
        self.mirror = FeedMirror("test")
        self.rows: dict[TaskId, TaskInfo] = {}
        self.version: int = 0
        self.mirror.on_message(messages.Welcome(messages.PROTOCOL, "host", "engine", 1))

    def row(self, n: int, status: Status, **more: Any) -> TaskInfo:
        self.version += 1
        return TaskInfo(TaskId(f"{n:032x}"), n, f"task {n}", status, self.version, 0.0, **more)

    def snapshot(self, *rows: TaskInfo) -> None:
        self.rows = {row.task_id: row for row in rows}
        self.mirror.on_message(messages.Snapshot(self.version, 0, 1, list(rows), self._counts()))

    def change(self, *rows: TaskInfo, forget: tuple[TaskId, ...] = ()) -> None:
        self.rows.update({row.task_id: row for row in rows})
        for task_id in forget:
            self.rows.pop(task_id, None)
        since = self.mirror.version
        self.version += 0 if rows else 1
        self.mirror.on_message(
            messages.Changes(since, self.version, list(rows), list(forget), self._counts())
        )

    def _counts(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for row in self.rows.values():
            counts[row.status] = counts.get(row.status, 0) + 1
        return counts


class Page:
    """The other end of a watch: what a page then knows."""

    def __init__(self) -> None:
        self.rows: dict[TaskId, TaskInfo] = {}
        self.staged: list[TaskInfo] = []
        self.version: int = -1
        self.max_rows = 0

    def take(self, message: messages.FromPublisher) -> None:
        if isinstance(message, messages.Snapshot):
            self.staged = [*([] if message.part == 0 else self.staged), *message.rows]
            self.max_rows = max(self.max_rows, len(message.rows))
            if message.part == message.parts - 1:
                self.rows = {row.task_id: row for row in self.staged}
                self.version = message.version
        elif isinstance(message, messages.Changes):
            assert message.since == self.version, "a gap"
            self.max_rows = max(self.max_rows, len(message.rows))
            self.version = message.version
            for task_id in message.forgotten:
                self.rows.pop(task_id, None)
            self.rows.update({row.task_id: row for row in message.rows})


def _take_all(watch: RowStream, page: Page) -> None:
    while (message := watch.next_message()) is not None:
        page.take(message)


def test_a_page_that_reads_now_and_then_knows_what_the_board_knows() -> None:
    for seed in range(60):
        rng = random.Random(seed)
        board, page = Board(), Page()
        watch = RowStream(board.mirror)
        board.snapshot(*(board.row(n, QUEUED) for n in range(rng.choice([0, 3, 5_000]))))
        for _ in range(30):
            kind = rng.random()
            if kind < 0.1:
                board.snapshot(*(board.row(n, RUNNING) for n in range(rng.randrange(20))))
            elif kind < 0.3 and board.rows:
                board.change(forget=(rng.choice(list(board.rows)),))
            else:
                board.change(*(board.row(rng.randrange(30), DONE) for _ in range(rng.randrange(9))))
            watch.note(board.mirror.take_news())
            if rng.random() < 0.05:
                watch.start_over()
            for _ in range(rng.randrange(4)):
                if (message := watch.next_message()) is not None:
                    page.take(message)
        _take_all(watch, page)
        assert page.rows == board.rows, f"seed {seed}"
        assert page.version == board.mirror.version
        assert page.max_rows <= watches.ROWS_AT_ONCE
        assert watch.next_message() is None, "it would be told the same for ever"


def test_counts_alone_are_news_too() -> None:
    board, page = Board(), Page()
    watch = RowStream(board.mirror)
    board.snapshot()
    watch.note(board.mirror.take_news())
    _take_all(watch, page)
    version = board.mirror.version
    board.mirror.on_message(messages.Changes(version, version, [], [], {"running": 3}))
    watch.note(board.mirror.take_news())
    message = watch.next_message()
    assert isinstance(message, messages.Changes)
    assert message.counts["running"] == 3
    assert watch.next_message() is None


def _taken(summary: EngineSummary, board: Board) -> tuple[list[str], int]:
    ended = summary.take_in(board.mirror.take_news())
    return [row.name for row in ended.tasks], ended.n_failed


def test_failures_and_long_tasks_are_notified_once_and_short_ones_never() -> None:
    board = Board()
    summary = EngineSummary(board.mirror, since=100.0)
    board.snapshot(board.row(1, FAILED, ended_at=99.0), board.row(2, FAILED, ended_at=100.5))
    assert _taken(summary, board) == (["task 2"], 1), "what was before is no news"
    board.change(board.row(3, RUNNING, started_at=101.0), board.row(4, RUNNING, started_at=101.0))
    assert _taken(summary, board) == ([], 0)
    board.change(
        board.row(3, DONE, started_at=101.0, ended_at=101.5),
        board.row(4, DONE, started_at=101.0, ended_at=102.5),
        board.row(5, FAILED, ended_at=102.2),
    )
    assert _taken(summary, board) == (["task 4", "task 5"], 1)
    board.snapshot(*board.rows.values())
    assert _taken(summary, board) == ([], 0)


def test_a_task_that_ends_between_two_messages_is_reported_although_it_was_never_seen_open() -> (
    None
):
    board = Board()
    summary = EngineSummary(board.mirror, since=0.0)
    board.snapshot()
    assert _taken(summary, board) == ([], 0)
    board.change(board.row(1, FAILED, ended_at=5.0))
    board.change(board.row(2, FAILED, ended_at=1.0))
    assert _taken(summary, board) == (["task 1", "task 2"], 2)


def test_what_a_snapshot_has_early_is_reported_once() -> None:
    board = Board()
    summary = EngineSummary(board.mirror, since=0.0)
    late = board.row(1, FAILED, ended_at=5.0)
    board.version -= 1  # it changed while the snapshot was sent in parts
    board.snapshot(late)
    assert _taken(summary, board) == (["task 1"], 1)
    board.version += 1
    board.mirror.on_message(messages.Changes(0, 1, [late], [], {}))
    assert _taken(summary, board) == ([], 0)


def test_tasks_lost_with_an_engine_are_not_notified_as_failures() -> None:
    board = Board()
    summary = EngineSummary(board.mirror, since=0.0)
    board.snapshot(board.row(1, RUNNING), board.row(2, Status.CANCELLING))
    _taken(summary, board)
    board.mirror.on_message(messages.Closed("its client was shut down"))
    assert _taken(summary, board) == ([], 0)
    rows = [(r.status, r.error, r.detail) for r in board.mirror.rows.values()]
    assert rows == [(FAILED, "engine ended", ""), (Status.CANCELLED, "", "engine ended")]
    assert all(row.ended_at is not None for row in board.mirror.rows.values())
    assert board.mirror.counts[RUNNING] == board.mirror.counts[Status.CANCELLING] == 0
    assert board.mirror.counts[FAILED] == board.mirror.counts[Status.CANCELLED] == 1


def test_of_very_many_failures_some_are_named_and_all_counted() -> None:
    board = Board()
    summary = EngineSummary(board.mirror, since=0.0)
    board.snapshot()
    board.change(*(board.row(n, FAILED, ended_at=5.0) for n in range(1_000)))
    names, n_failed = _taken(summary, board)
    assert len(names) == digests.MAX_ENDED
    assert n_failed == 1_000


def test_open_tasks_are_those_without_a_verdict_the_running_ones_first() -> None:
    board = Board()
    summary = EngineSummary(board.mirror, since=0.0)
    board.snapshot(*(board.row(n, RUNNING if n in (3, 4) else QUEUED) for n in range(500)))
    _taken(summary, board)
    shown = summary.open_rows()
    assert len(shown) == digests.MAX_OPEN
    assert [row.number for row in shown[:2]] == [3, 4]
    board.change(board.row(3, DONE), forget=(TaskId(f"{4:032x}"),))
    _taken(summary, board)
    assert {row.status for row in summary.open_rows()} == {QUEUED}
    assert summary.counts["queued"] == 498
