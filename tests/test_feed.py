"""The feed's two ends, without a socket: what a window shows is what the board says, in the end."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Sequence

import pytest

from scaler_lab.core.board import Board, TaskRecord
from scaler_lab.core.messages import TaskId
from scaler_lab.core.state_machine import Resolution, Stage, Status
from scaler_lab.feed import messages, publisher
from scaler_lab.feed.mirror import NO_VERSION, FeedMirror
from scaler_lab.feed.publisher import PACE_SECONDS, PATIENCE_SECONDS, SHARE, SNAPSHOT_ROWS, FeedHost


class Subject:
    """What a host asks; it remembers what it was asked."""

    def __init__(self) -> None:
        self.rows = [messages.WorkerRow("worker 1", 11, "idle")]
        self.cancelled: list[tuple[list[TaskId], bool, str]] = []
        self.retried: list[TaskId] = []

    def welcome(self) -> messages.Welcome:
        return messages.Welcome(messages.PROTOCOL, "host", "night", 7, 2, program="train.py")

    def workers(self) -> list[messages.WorkerRow]:
        return list(self.rows)

    def cancel(self, task_ids: Sequence[TaskId], *, force: bool, source: str) -> int:
        self.cancelled.append((list(task_ids), force, source))
        return len(task_ids)

    def retry(self, task_ids: Sequence[TaskId], *, source: str) -> None:
        del source
        self.retried += task_ids

    def traceback(self, task_id: TaskId) -> str:
        return f"Traceback of {task_id}"

    def output(self, task_id: TaskId, most: int) -> tuple[str, int]:
        return f"the last {most} bytes of {task_id}", 5


class Theatre:
    """A board, its host, and windows on lines that can be slow, or lose things."""

    def __init__(self, keep: int = 100_000) -> None:
        self.board = Board(keep)
        self.subject = Subject()
        self.lines: dict[bytes, deque[bytes]] = {}
        self.mirrors: dict[bytes, FeedMirror] = {}
        self.full: set[bytes] = set()  # whose line takes nothing more
        self.host = FeedHost(self.board, self.subject, self._send)
        self.now = 100.0
        self.records: list[TaskRecord] = []

    def _send(self, key: bytes, message: messages.FromHost) -> bool:
        if key in self.full:
            return False
        self.lines[key].append(messages.encode(message))
        return True

    # -- the board ---------------------------------------------------------------------------------

    def add(self, n: int = 1, name: str = "fit") -> list[TaskRecord]:
        first = len(self.records)
        records = [
            TaskRecord(TaskId(f"{i:032x}"), f"{name}[{i}]", self.now)
            for i in range(first, first + n)
        ]
        self.records += records
        with self.board.lock:
            for record in records:
                self.board.add(record)
        return records

    def move(self, record: TaskRecord, stage: Stage) -> None:
        with self.board.lock:
            self.board.move(record, stage)

    # -- windows -----------------------------------------------------------------------------------

    def open(self, name: str = "window") -> FeedMirror:
        key = name.encode()
        mirror = self.mirrors[key] = FeedMirror(name)
        self.lines[key] = deque()
        self.tell(key, mirror.hello())
        return mirror

    def tell(self, key: bytes, message: messages.FromWindow) -> None:
        self.host.on_message(key, messages.decode_from_window(messages.encode(message)), self.now)

    def hear(self, name: str, *, lose: bool = False) -> int:
        """The window takes in what is on its line; how many messages there were."""
        key = name.encode()
        line, n = self.lines[key], 0
        while line:
            n += 1
            message = messages.decode_from_host(line.popleft())
            if lose:
                continue
            reply = self.mirrors[key].on_message(message)
            if reply is not None:
                self.tell(key, reply)
        return n

    def publish(self, seconds: float = PACE_SECONDS) -> None:
        self.now += seconds
        self.host.publish(self.now)

    def settle(self) -> None:
        """All windows read all there is, until nothing is due for a while."""
        for _ in range(1000):
            for key in self.mirrors:
                self.hear(key.decode())
            due = self.host.due_at(self.now)
            if due is None or due > self.now + PATIENCE_SECONDS:
                return
            self.publish(max(0.0, due - self.now))
        pytest.fail("the feed does not come to rest")

    def is_true(self, mirror: FeedMirror) -> bool:
        """Whether a window shows what the board says."""
        snapshot = self.board.snapshot()
        assert list(mirror.rows.values()) == sorted(
            snapshot.tasks, key=lambda row: list(mirror.rows).index(row.task_id)
        )
        return mirror.version == snapshot.version and mirror.counts == self.board.counts


@pytest.fixture
def stage() -> Theatre:
    """A board with three tasks."""
    stage = Theatre()
    stage.add(3)
    return stage


def test_a_window_that_says_hello_is_welcomed_and_shown_all(stage: Theatre) -> None:
    mirror = stage.open()
    assert mirror.version == NO_VERSION
    stage.settle()
    assert mirror.welcome is not None
    assert (mirror.welcome.label, mirror.welcome.program) == ("night", "train.py")
    assert mirror.is_whole
    assert stage.is_true(mirror)
    assert [worker.name for worker in mirror.workers] == ["worker 1"]
    assert mirror.take_news().everything
    assert not mirror.take_news()


def test_changes_are_sent_as_changes_and_named_as_news(stage: Theatre) -> None:
    mirror = stage.open()
    stage.settle()
    mirror.take_news()
    [record] = stage.add(1)
    stage.move(record, Stage.RUNNING)
    stage.settle()
    news = mirror.take_news()
    assert not news.everything
    assert list(news.changed) == [record.task_id]
    assert mirror.rows[record.task_id].status is Status.RUNNING
    assert stage.is_true(mirror)


def test_forgotten_tasks_go_from_the_window(stage: Theatre) -> None:
    mirror = stage.open()
    stage.settle()
    mirror.take_news()
    with stage.board.lock:
        stage.board.forget([TaskId(f"{1:032x}")])
    stage.settle()
    assert list(mirror.take_news().forgotten) == [f"{1:032x}"]
    assert len(mirror.rows) == 2
    assert stage.is_true(mirror)


def test_nothing_new_is_nothing_sent(stage: Theatre) -> None:
    stage.open()
    stage.settle()
    for _ in range(20):
        stage.publish()
        assert stage.hear("window") == 0
    assert stage.host.due_at(stage.now) is None


def test_a_window_gets_ten_batches_a_second_at_most(stage: Theatre) -> None:
    stage.open()
    stage.settle()
    n = 0
    for _ in range(1000):
        stage.move(stage.add(1)[0], Stage.RUNNING)
        stage.publish(0.001)
        n += stage.hear("window")
    assert 8 <= n <= 11


def test_a_window_that_does_not_say_what_it_saw_is_sent_nothing_more(stage: Theatre) -> None:
    mirror = stage.open()
    stage.settle()
    stage.add()
    stage.publish()
    for _ in range(30):  # three seconds, in which it reads nothing
        stage.add()
        stage.publish()
    assert len(stage.lines[b"window"]) == 1
    stage.settle()
    assert stage.is_true(mirror)


def test_lost_changes_are_made_up_for_by_a_snapshot(stage: Theatre) -> None:
    mirror = stage.open()
    stage.settle()
    stage.add()
    stage.publish()
    assert stage.hear("window", lose=True) == 1
    stage.add()
    for _ in range(int(PATIENCE_SECONDS / PACE_SECONDS) + 2):
        stage.publish()
    stage.settle()
    assert stage.is_true(mirror)


def test_who_is_far_behind_catches_up_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "CHANGES_ROWS", 10)
    stage = Theatre()
    records = stage.add(100)
    mirror = stage.open()
    stage.settle()
    for record in records[:35]:
        stage.move(record, Stage.RUNNING)
    batches: list[int] = []
    while mirror.version != stage.board.version:
        stage.publish()
        [message] = map(messages.decode_from_host, stage.lines[b"window"])
        assert isinstance(message, messages.Changes)
        batches.append(len(message.rows))
        stage.hear("window")
    assert batches == [10, 10, 10, 5]
    assert stage.is_true(mirror)


@pytest.mark.parametrize("asks", [False, True])
def test_a_snapshot_follows_another_only_after_a_while(
    monkeypatch: pytest.MonkeyPatch, *, asks: bool
) -> None:
    """Of a large board, where tasks pass faster than a window can be told of them."""
    monkeypatch.setattr(publisher, "CHANGES_ROWS", 10)
    monkeypatch.setattr(publisher, "ROW_SECONDS", 3.0 / SNAPSHOT_ROWS * SHARE)
    stage = Theatre()
    records = stage.add(100)
    mirror = stage.open()
    while mirror.version < 0:
        stage.publish()
        stage.hear("window")
    for record in records:
        stage.move(record, Stage.RUNNING)
    if asks:
        stage.tell(b"window", messages.AskCancel(1, [records[0].task_id]))
        stage.hear("window")
    seconds = 0.0
    while mirror.version != stage.board.version:
        stage.move(records[-1], Stage.RUNNING)  # the board moves on
        stage.publish()
        assert stage.hear("window") == 1
        assert mirror.counts[Status.RUNNING] == 100, "as they are"
        seconds += PACE_SECONDS
    assert seconds == pytest.approx(0.1 if asks else 3.0, abs=0.15)
    assert stage.is_true(mirror)


@pytest.mark.parametrize("n", [35, 95])
def test_the_end_finds_a_window_far_behind_and_brings_it_all(
    monkeypatch: pytest.MonkeyPatch, n: int
) -> None:
    monkeypatch.setattr(publisher, "CHANGES_ROWS", 10)
    monkeypatch.setattr(publisher, "SNAPSHOT_ROWS", 10)
    stage = Theatre()
    records = stage.add(100)
    mirror = stage.open()
    stage.settle()
    for record in records[:n]:
        stage.move(record, Stage.SUCCEEDED)
    stage.host.end("it was closed")
    stage.hear("window")
    assert mirror.ended == "it was closed"
    assert stage.is_true(mirror)


def test_changes_since_another_version_make_a_window_ask_for_all() -> None:
    mirror = FeedMirror("window")
    row = [messages.WorkerRow("worker 1", 1, "idle")]
    mirror.on_message(messages.Snapshot(5, 0, 1, [], {}, row))
    assert mirror.on_message(messages.Changes(7, 9, [], [], {})) == messages.Resync()
    assert mirror.on_message(messages.Changes(9, 10, [], [], {})) is None, "it has asked already"
    assert mirror.version == 5
    assert mirror.on_message(messages.Snapshot(10, 0, 1, [], {})) == messages.Seen(10)


def test_a_large_board_comes_in_parts_with_changes_in_between(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(publisher, "SNAPSHOT_ROWS", 10)
    stage = Theatre()
    records = stage.add(95)
    mirror = stage.open()
    for record in records[::11]:
        stage.publish(0.001)
        stage.hear("window")
        stage.move(record, Stage.RUNNING)
        assert not mirror.is_whole, "half of the tasks would look like all"
    with stage.board.lock:
        stage.board.forget([records[3].task_id])
    stage.settle()
    assert stage.is_true(mirror)


def test_a_part_that_can_not_be_sent_is_sent_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "SNAPSHOT_ROWS", 10)
    stage = Theatre()
    stage.add(95)
    mirror = stage.open()
    stage.publish()
    stage.full.add(b"window")
    for _ in range(5):
        stage.publish()
    assert len(stage.lines[b"window"]) == 2, "the welcome and the first part"
    stage.full.clear()
    stage.settle()
    assert stage.is_true(mirror)


def test_after_many_changes_rows_come_slower_and_counts_as_often(
    stage: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "CHANGES_ROWS", 10_000)
    mirror = stage.open()
    stage.settle()
    stage.add(10_000)
    stage.publish()
    stage.hear("window")
    versions, counts = set[int](), set[int]()
    for _ in range(5):
        stage.add(10)
        stage.publish()
        stage.hear("window")
        versions.add(mirror.version)
        counts.add(mirror.counts[Status.QUEUED])
    assert len(versions) == 1
    assert len(counts) == 5
    stage.publish()
    stage.hear("window")
    stage.publish()
    stage.hear("window")
    assert stage.is_true(mirror), "at once when the board rests: nobody is held up"


def test_who_asked_for_a_cancel_need_not_wait_for_its_rows(
    stage: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "CHANGES_ROWS", 10_000)
    mirror = stage.open()
    stage.settle()
    stage.add(10_000)
    stage.publish()
    stage.hear("window")
    [record] = stage.add()
    [ask] = mirror.ask_cancel([record.task_id])
    stage.tell(b"window", ask)
    stage.move(record, Stage.QUEUED_ASKED)
    stage.publish()
    stage.hear("window")
    assert mirror.rows[record.task_id].status is Status.CANCELLING


def test_workers_that_change_are_shown_though_no_task_does(stage: Theatre) -> None:
    mirror = stage.open()
    stage.settle()
    stage.subject.rows.append(messages.WorkerRow("worker 2", 12, "starting"))
    stage.publish()
    stage.settle()
    assert len(mirror.workers) == 2
    assert stage.is_true(mirror)


def test_a_change_of_workers_just_after_a_look_is_not_missed(stage: Theatre) -> None:
    mirror = stage.open()
    stage.settle()
    stage.publish()
    stage.subject.rows.clear()
    stage.publish(0.001)  # the turn that brought the change, too soon to look
    due = stage.host.due_at(stage.now)
    assert due is not None
    stage.settle()
    assert mirror.workers == []


def test_cancels_are_asked_of_the_subject_in_the_windows_name(stage: Theatre) -> None:
    mirror = stage.open("top")
    stage.settle()
    ids = list(mirror.rows)
    [ask] = mirror.ask_cancel(ids, force=True)
    stage.tell(b"top", ask)
    stage.hear("top")
    assert stage.subject.cancelled == [(ids, True, "top")]
    assert mirror.answers[ask.request].accepted == 3


def test_an_answer_says_which_rows_know_of_the_asking(stage: Theatre) -> None:
    mirror = stage.open()
    stage.settle()
    stage.move(stage.records[1], Stage.RUNNING)
    [ask] = mirror.ask_cancel(list(mirror.rows))
    stage.tell(b"window", ask)
    stage.hear("window")
    assert mirror.answers[ask.request].version > mirror.version, "the rows come later"
    stage.settle()
    assert mirror.answers[ask.request].version <= mirror.version


def test_only_queued_leaves_alone_what_has_begun_meanwhile(stage: Theatre) -> None:
    mirror = stage.open()
    stage.settle()
    [ask] = mirror.ask_cancel(list(mirror.rows), only_queued=True)
    stage.move(stage.records[1], Stage.RUNNING)
    stage.tell(b"window", ask)
    [(asked, _, _)] = stage.subject.cancelled
    assert asked == [stage.records[0].task_id, stage.records[2].task_id]


@pytest.mark.parametrize("only_queued", [False, True])
def test_all_that_is_open_is_cancelled_seen_by_the_window_or_not(
    stage: Theatre, only_queued: bool
) -> None:
    mirror = stage.open()
    stage.settle()
    stage.move(stage.records[0], Stage.SUCCEEDED)
    stage.move(stage.records[1], Stage.RUNNING)
    [new] = stage.add()
    ask = mirror.ask_cancel_all(force=True, only_queued=only_queued)
    stage.tell(b"window", ask)
    [(asked, force, _)] = stage.subject.cancelled
    still_open = [stage.records[2], new] if only_queued else [*stage.records[1:3], new]
    assert asked == [record.task_id for record in still_open]
    assert new.task_id not in mirror.rows
    assert force
    stage.settle()
    assert mirror.answers[ask.request].accepted == len(still_open)


def test_very_many_ids_are_asked_in_several_messages() -> None:
    mirror = FeedMirror("window")
    asks = mirror.ask_cancel([TaskId(f"{i:032x}") for i in range(50_000)])
    assert [len(ask.task_ids) for ask in asks] == [20_000, 20_000, 10_000]
    assert len({ask.request for ask in asks}) == 3


def test_details_carry_the_row_and_the_traceback(stage: Theatre) -> None:
    mirror = stage.open()
    stage.settle()
    task_id = next(iter(mirror.rows))
    ask = mirror.ask_details(task_id)
    stage.tell(b"window", ask)
    unknown = mirror.ask_details(TaskId("f" * 32))
    stage.tell(b"window", unknown)
    stage.hear("window")
    assert mirror.details[ask.request].traceback == f"Traceback of {task_id}"
    assert mirror.details[ask.request].row == mirror.rows[task_id]
    assert mirror.details[unknown.request].row is None


def test_the_end_brings_the_last_changes_first(stage: Theatre) -> None:
    mirror = stage.open()
    slow = stage.open("slow")
    stage.settle()
    [record] = stage.add()
    stage.publish()
    stage.hear("window")
    record.resolution = Resolution.INTERRUPTED
    stage.move(record, Stage.CANCELLED)
    stage.host.end("it was told to stop")
    stage.hear("window")
    stage.hear("slow")
    for each in mirror, slow:
        assert each.ended == "it was told to stop"
        assert each.rows[record.task_id].status is Status.CANCELLED
    assert not stage.host.has_windows


def test_a_window_the_host_forgot_says_hello_again(stage: Theatre) -> None:
    mirror = stage.open()
    stage.settle()
    stage.host.forget(b"window")
    stage.add()
    stage.tell(b"window", messages.Seen(mirror.version))
    stage.hear("window")
    stage.settle()
    assert mirror.ended is None
    assert stage.is_true(mirror)


def test_a_window_of_another_protocol_is_told_so(stage: Theatre) -> None:
    mirror = stage.open()
    stage.tell(b"window", messages.Goodbye())
    stage.lines[b"window"].clear()
    stage.tell(b"window", messages.Hello("window", messages.PROTOCOL + 1))
    stage.hear("window")
    assert mirror.ended is not None
    assert "one version of scaler_lab" in mirror.ended
    assert not stage.host.has_windows


def test_a_host_of_another_protocol_is_not_believed() -> None:
    mirror = FeedMirror("window")
    mirror.on_message(messages.Welcome(messages.PROTOCOL + 1, "host", "night", 1))
    assert mirror.ended is not None
    assert "one version of scaler_lab" in mirror.ended


def test_texts_of_any_length_fit_into_a_frame(stage: Theatre) -> None:
    record = stage.add(1, "n" * 3_000_000)[0]
    record.error = "e" * 3_000_000
    mirror = stage.open()
    stage.settle()
    row = mirror.rows[record.task_id]
    assert len(row.name) < 1_100
    assert len(row.error) < 1_100
    assert row.name.endswith("[...]")


@pytest.mark.parametrize("seed", range(30))
def test_whatever_is_lost_every_window_is_right_in_the_end(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "SNAPSHOT_ROWS", 7)
    monkeypatch.setattr(publisher, "CHANGES_ROWS", 20)
    dice = random.Random(seed)
    stage = Theatre(keep=25)
    names = [f"window {i}" for i in range(4)]
    for name in names[:2]:
        stage.open(name)
    for _ in range(400):
        match dice.randrange(8):
            case 0:
                stage.add(dice.randrange(4))
            case 1 | 2 | 3:
                alive = [r for r in stage.records if not r.stage.is_done]
                if alive:
                    record = dice.choice(alive)
                    after = [s for s in Stage if s > record.stage]
                    stage.move(record, dice.choice(after))
            case 4:
                key = dice.choice(list(stage.mirrors)).decode()
                stage.hear(key, lose=dice.random() < 0.3)
            case 5:
                key_ = dice.choice(list(stage.mirrors))
                stage.full ^= {key_}
            case 6:
                closed = [name for name in names if name.encode() not in stage.mirrors]
                if closed:
                    stage.open(closed[0])
            case _:
                stage.publish(dice.random())
    stage.full.clear()
    stage.publish(PATIENCE_SECONDS + 1)
    stage.settle()
    for mirror in stage.mirrors.values():
        assert stage.is_true(mirror), f"seed {seed}"
