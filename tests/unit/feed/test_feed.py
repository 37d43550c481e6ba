"""The feed's two ends, without a socket: in the end, a view shows what the board has."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Sequence

import msgspec
import pytest

from scaler_lab.core.board import Board
from scaler_lab.core.live_usage import LiveUsage, OnUsage
from scaler_lab.core.messages import TaskId
from scaler_lab.core.stack import OnStack, TaskStack
from scaler_lab.core.state_machine import Resolution, Status, TaskState
from scaler_lab.core.task_record import TaskRecord
from scaler_lab.feed import messages, publisher
from scaler_lab.feed.mirror import NO_VERSION, FeedMirror
from scaler_lab.feed.publisher import (
    ACK_TIMEOUT,
    PUBLISH_INTERVAL,
    SHARE,
    SNAPSHOT_ROWS,
    FeedPublisher,
)


class RecordingSource:
    """A source of a feed, which notes the requests that it receives."""

    def __init__(self) -> None:
        self.rows = [messages.WorkerRow("worker 1", 11, "idle")]
        self.cancelled: list[tuple[list[TaskId], bool, str]] = []
        self.retried: list[TaskId] = []
        self.stack_requests: list[tuple[TaskId, OnStack]] = []
        self.usage_requests: list[OnUsage] = []
        self.has_more = False

    def welcome(self) -> messages.Welcome:
        return messages.Welcome(messages.PROTOCOL, "host", "night", 7, 2, program="train.py")

    def workers(self) -> list[messages.WorkerRow]:
        return list(self.rows)

    def is_behind(self) -> bool:
        return self.has_more

    def cancel(self, task_ids: Sequence[TaskId], *, force: bool, source: str) -> int:
        self.cancelled.append((list(task_ids), force, source))
        return len(task_ids)

    def retry(self, task_ids: Sequence[TaskId], *, source: str) -> None:
        del source
        self.retried += task_ids

    def request_stack(self, task_id: TaskId, reply: OnStack, *, at_once: bool) -> None:
        self.stack_requests.append((task_id, reply))
        self.at_once = at_once

    def traceback(self, task_id: TaskId) -> str:
        return f"Traceback of {task_id}"

    def output(self, task_id: TaskId, limit: int) -> tuple[str, int]:
        return f"the last {limit} bytes of {task_id}", 5

    def request_usage(self, reply: OnUsage) -> None:
        self.usage_requests.append(reply)


class FeedFixture:
    """A board, its publisher, and views on connections that can be slow or lose messages."""

    def __init__(self, keep: int = 100_000) -> None:
        self.board = Board(keep)
        self.feed_source = RecordingSource()
        self.lines: dict[bytes, deque[bytes]] = {}
        self.mirrors: dict[bytes, FeedMirror] = {}
        self.full: set[bytes] = set()  # whose line takes nothing more
        self.publisher = FeedPublisher(self.board, self.feed_source, self._send)
        self.now = 100.0
        self.records: list[TaskRecord] = []

    def _send(self, key: bytes, message: messages.FromPublisher) -> bool:
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

    def move(self, record: TaskRecord, fixture: TaskState) -> None:
        with self.board.lock:
            self.board.move(record, fixture)

    # -- views -------------------------------------------------------------------------------------

    def open(self, name: str = "view") -> FeedMirror:
        key = name.encode()
        mirror = self.mirrors[key] = FeedMirror(name)
        self.lines[key] = deque()
        self.send(key, mirror.hello())
        return mirror

    def send(self, key: bytes, message: messages.FromView) -> None:
        self.publisher.on_message(
            key, messages.decode_from_view(messages.encode(message)), self.now
        )

    def receive(self, name: str, *, lose: bool = False) -> int:
        """Have the view receive what is on its connection; return the number of messages."""
        key = name.encode()
        line, n = self.lines[key], 0
        while line:
            n += 1
            message = messages.decode_from_publisher(line.popleft())
            if lose:
                continue
            reply = self.mirrors[key].on_message(message)
            if reply is not None:
                self.send(key, reply)
        return n

    def publish(self, seconds: float = PUBLISH_INTERVAL) -> None:
        self.now += seconds
        self.publisher.publish(self.now)

    def settle(self) -> None:
        """Have all views read everything, until nothing is due for a while."""
        for _ in range(1000):
            for key in self.mirrors:
                self.receive(key.decode())
            due = self.publisher.due_at(self.now)
            if due is None or due > self.now + ACK_TIMEOUT:
                return
            self.publish(max(0.0, due - self.now))
        pytest.fail("the feed does not come to rest")

    def is_true(self, mirror: FeedMirror) -> bool:
        """Whether a view shows what the board has."""
        snapshot = self.board.snapshot()
        assert list(mirror.rows.values()) == sorted(
            snapshot.tasks, key=lambda row: list(mirror.rows).index(row.task_id)
        )
        return mirror.version == snapshot.version and mirror.counts == self.board.counts


@pytest.fixture
def fixture() -> FeedFixture:
    """A board with three tasks."""
    fixture = FeedFixture()
    fixture.add(3)
    return fixture


def test_a_view_that_sends_hello_is_welcomed_and_sent_all(fixture: FeedFixture) -> None:
    mirror = fixture.open()
    assert mirror.version == NO_VERSION
    fixture.settle()
    assert mirror.welcome is not None
    assert (mirror.welcome.label, mirror.welcome.program) == ("night", "train.py")
    assert mirror.is_whole
    assert fixture.is_true(mirror)
    assert [worker.name for worker in mirror.workers] == ["worker 1"]
    assert mirror.take_news().everything
    assert not mirror.take_news()


def test_changes_are_sent_as_changes_and_named_as_news(fixture: FeedFixture) -> None:
    mirror = fixture.open()
    fixture.settle()
    mirror.take_news()
    [record] = fixture.add(1)
    fixture.move(record, TaskState.RUNNING)
    fixture.settle()
    news = mirror.take_news()
    assert not news.everything
    assert list(news.changed) == [record.task_id]
    assert mirror.rows[record.task_id].status is Status.RUNNING
    assert fixture.is_true(mirror)


def test_forgotten_tasks_leave_the_view(fixture: FeedFixture) -> None:
    mirror = fixture.open()
    fixture.settle()
    mirror.take_news()
    with fixture.board.lock:
        fixture.board.forget([TaskId(f"{1:032x}")])
    fixture.settle()
    assert list(mirror.take_news().forgotten) == [f"{1:032x}"]
    assert len(mirror.rows) == 2
    assert fixture.is_true(mirror)


def test_nothing_new_is_nothing_sent(fixture: FeedFixture) -> None:
    fixture.open()
    fixture.settle()
    for _ in range(20):
        fixture.publish()
        assert fixture.receive("view") == 0
    assert fixture.publisher.due_at(fixture.now) is None


def test_a_view_gets_ten_batches_a_second_at_most(fixture: FeedFixture) -> None:
    fixture.open()
    fixture.settle()
    n = 0
    for _ in range(1000):
        fixture.move(fixture.add(1)[0], TaskState.RUNNING)
        fixture.publish(0.001)
        n += fixture.receive("view")
    assert 8 <= n <= 11


def test_a_view_that_does_not_acknowledge_is_sent_nothing_more(fixture: FeedFixture) -> None:
    mirror = fixture.open()
    fixture.settle()
    fixture.add()
    fixture.publish()
    for _ in range(30):  # three seconds, in which it reads nothing
        fixture.add()
        fixture.publish()
    assert len(fixture.lines[b"view"]) == 1
    fixture.settle()
    assert fixture.is_true(mirror)


def test_lost_changes_are_made_up_for_by_a_snapshot(fixture: FeedFixture) -> None:
    mirror = fixture.open()
    fixture.settle()
    fixture.add()
    fixture.publish()
    assert fixture.receive("view", lose=True) == 1
    fixture.add()
    for _ in range(int(ACK_TIMEOUT / PUBLISH_INTERVAL) + 2):
        fixture.publish()
    fixture.settle()
    assert fixture.is_true(mirror)


def test_a_view_far_behind_catches_up_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "CHANGES_ROWS", 10)
    fixture = FeedFixture()
    records = fixture.add(100)
    mirror = fixture.open()
    fixture.settle()
    for record in records[:35]:
        fixture.move(record, TaskState.RUNNING)
    batches: list[int] = []
    while mirror.version != fixture.board.version:
        fixture.publish()
        [message] = map(messages.decode_from_publisher, fixture.lines[b"view"])
        assert isinstance(message, messages.Changes)
        batches.append(len(message.rows))
        fixture.receive("view")
    assert batches == [10, 10, 10, 5]
    assert fixture.is_true(mirror)


@pytest.mark.parametrize("asks", [False, True])
def test_a_snapshot_follows_another_only_after_a_while(
    monkeypatch: pytest.MonkeyPatch, *, asks: bool
) -> None:
    """A large board, on which tasks end faster than they can be sent to a view."""
    monkeypatch.setattr(publisher, "CHANGES_ROWS", 10)
    monkeypatch.setattr(publisher, "ROW_SECONDS", 3.0 / SNAPSHOT_ROWS * SHARE)
    fixture = FeedFixture()
    records = fixture.add(100)
    mirror = fixture.open()
    while mirror.version < 0:
        fixture.publish()
        fixture.receive("view")
    for record in records:
        fixture.move(record, TaskState.RUNNING)
    if asks:
        fixture.send(b"view", messages.CancelRequest(1, [records[0].task_id]))
        fixture.receive("view")
    seconds = 0.0
    while mirror.version != fixture.board.version:
        fixture.move(records[-1], TaskState.RUNNING)  # the board moves on
        fixture.publish()
        assert fixture.receive("view") == 1
        assert mirror.counts[Status.RUNNING] == 100, "as they are"
        seconds += PUBLISH_INTERVAL
    assert seconds == pytest.approx(0.1 if asks else 3.0, abs=0.15)
    assert fixture.is_true(mirror)


@pytest.mark.parametrize("n", [35, 95])
def test_the_end_sends_a_view_that_is_far_behind_all_rows(
    monkeypatch: pytest.MonkeyPatch, n: int
) -> None:
    monkeypatch.setattr(publisher, "CHANGES_ROWS", 10)
    monkeypatch.setattr(publisher, "SNAPSHOT_ROWS", 10)
    fixture = FeedFixture()
    records = fixture.add(100)
    mirror = fixture.open()
    fixture.settle()
    for record in records[:n]:
        fixture.move(record, TaskState.SUCCEEDED)
    fixture.publisher.end("it was closed")
    fixture.receive("view")
    assert mirror.ended == "it was closed"
    statuses = [row.status for row in mirror.rows.values()]
    assert statuses.count(Status.SUCCEEDED) == n
    assert statuses.count(Status.FAILED) == 100 - n, "what was open is lost"


def test_changes_since_another_version_make_a_view_request_a_snapshot() -> None:
    mirror = FeedMirror("view")
    row = [messages.WorkerRow("worker 1", 1, "idle")]
    mirror.on_message(messages.Snapshot(5, 0, 1, [], {}, row))
    assert mirror.on_message(messages.Changes(7, 9, [], [], {})) == messages.Resync()
    assert mirror.on_message(messages.Changes(9, 10, [], [], {})) is None, "it has asked already"
    assert mirror.version == 5
    assert mirror.on_message(messages.Snapshot(10, 0, 1, [], {})) == messages.Ack(10)


def test_a_large_board_comes_in_parts_with_changes_in_between(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(publisher, "SNAPSHOT_ROWS", 10)
    fixture = FeedFixture()
    records = fixture.add(95)
    mirror = fixture.open()
    for record in records[::11]:
        fixture.publish(0.001)
        fixture.receive("view")
        fixture.move(record, TaskState.RUNNING)
        assert not mirror.is_whole, "half of the tasks would look like all"
    with fixture.board.lock:
        fixture.board.forget([records[3].task_id])
    fixture.settle()
    assert fixture.is_true(mirror)


def test_a_snapshot_says_whether_programs_have_sent_more_than_it_shows(
    fixture: FeedFixture,
) -> None:
    fixture.add(2)
    early, late = fixture.open("early"), fixture.open("late")
    fixture.feed_source.has_more = True
    fixture.publish()
    fixture.receive("early")
    assert (early.is_whole, early.is_behind) == (True, True)
    fixture.feed_source.has_more = False
    fixture.send(b"late", messages.Resync())
    fixture.publish()
    fixture.receive("late")
    assert (late.is_whole, late.is_behind) == (True, False)


def test_a_part_that_can_not_be_sent_is_sent_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "SNAPSHOT_ROWS", 10)
    fixture = FeedFixture()
    fixture.add(95)
    mirror = fixture.open()
    fixture.publish()
    fixture.full.add(b"view")
    for _ in range(5):
        fixture.publish()
    assert len(fixture.lines[b"view"]) == 2, "the welcome and the first part"
    fixture.full.clear()
    fixture.settle()
    assert fixture.is_true(mirror)


def test_after_many_changes_rows_come_slower_and_counts_as_often(
    fixture: FeedFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "CHANGES_ROWS", 10_000)
    mirror = fixture.open()
    fixture.settle()
    fixture.add(10_000)
    fixture.publish()
    fixture.receive("view")
    versions, counts = set[int](), set[int]()
    for _ in range(5):
        fixture.add(10)
        fixture.publish()
        fixture.receive("view")
        versions.add(mirror.version)
        counts.add(mirror.counts[Status.QUEUED])
    assert len(versions) == 1
    assert len(counts) == 5
    fixture.publish()
    fixture.receive("view")
    fixture.publish()
    fixture.receive("view")
    assert fixture.is_true(mirror), "at once when the board rests: nobody is held up"


def test_a_view_that_requests_a_cancel_need_not_wait_for_its_rows(
    fixture: FeedFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "CHANGES_ROWS", 10_000)
    mirror = fixture.open()
    fixture.settle()
    fixture.add(10_000)
    fixture.publish()
    fixture.receive("view")
    [record] = fixture.add()
    [request] = mirror.request_cancel([record.task_id])
    fixture.send(b"view", request)
    fixture.move(record, TaskState.QUEUED_CANCELLING)
    fixture.publish()
    fixture.receive("view")
    assert mirror.rows[record.task_id].status is Status.CANCELLING


def test_workers_that_change_are_shown_though_no_task_does(fixture: FeedFixture) -> None:
    mirror = fixture.open()
    fixture.settle()
    fixture.feed_source.rows.append(messages.WorkerRow("worker 2", 12, "starting"))
    fixture.publish()
    fixture.settle()
    assert len(mirror.workers) == 2
    assert fixture.is_true(mirror)


def test_a_change_of_workers_just_after_a_look_is_not_missed(fixture: FeedFixture) -> None:
    mirror = fixture.open()
    fixture.settle()
    fixture.publish()
    fixture.feed_source.rows.clear()
    fixture.publish(0.001)  # the turn that brought the change, too soon to look
    due = fixture.publisher.due_at(fixture.now)
    assert due is not None
    fixture.settle()
    assert mirror.workers == []


def test_cancels_are_requested_from_the_source_in_the_views_name(fixture: FeedFixture) -> None:
    mirror = fixture.open("top")
    fixture.settle()
    ids = list(mirror.rows)
    [request] = mirror.request_cancel(ids, force=True)
    fixture.send(b"top", request)
    fixture.receive("top")
    assert fixture.feed_source.cancelled == [(ids, True, "top")]
    assert mirror.responses[request.request].accepted == 3


def test_an_answer_has_the_version_of_the_rows_that_reflect_it(fixture: FeedFixture) -> None:
    mirror = fixture.open()
    fixture.settle()
    fixture.move(fixture.records[1], TaskState.RUNNING)
    [request] = mirror.request_cancel(list(mirror.rows))
    fixture.send(b"view", request)
    fixture.receive("view")
    assert mirror.responses[request.request].version > mirror.version, "the rows come later"
    fixture.settle()
    assert mirror.responses[request.request].version <= mirror.version


def test_only_queued_leaves_alone_what_has_begun_meanwhile(fixture: FeedFixture) -> None:
    mirror = fixture.open()
    fixture.settle()
    [request] = mirror.request_cancel(list(mirror.rows), only_queued=True)
    fixture.move(fixture.records[1], TaskState.RUNNING)
    fixture.send(b"view", request)
    [(asked, _, _)] = fixture.feed_source.cancelled
    assert asked == [fixture.records[0].task_id, fixture.records[2].task_id]


@pytest.mark.parametrize("only_queued", [False, True])
def test_all_open_tasks_are_cancelled_seen_by_the_view_or_not(
    fixture: FeedFixture, only_queued: bool
) -> None:
    mirror = fixture.open()
    fixture.settle()
    fixture.move(fixture.records[0], TaskState.SUCCEEDED)
    fixture.move(fixture.records[1], TaskState.RUNNING)
    [new] = fixture.add()
    request = mirror.request_cancel_all(force=True, only_queued=only_queued)
    fixture.send(b"view", request)
    [(asked, force, _)] = fixture.feed_source.cancelled
    still_open = [fixture.records[2], new] if only_queued else [*fixture.records[1:3], new]
    assert asked == [record.task_id for record in still_open]
    assert new.task_id not in mirror.rows
    assert force
    fixture.settle()
    assert mirror.responses[request.request].accepted == len(still_open)


def test_very_many_ids_are_requested_in_several_messages() -> None:
    mirror = FeedMirror("view")
    asks = mirror.request_cancel([TaskId(f"{i:032x}") for i in range(50_000)])
    assert [len(request.task_ids) for request in asks] == [20_000, 20_000, 10_000]
    assert len({request.request for request in asks}) == 3


def test_details_of_a_running_task_report_where_it_is(fixture: FeedFixture) -> None:
    mirror = fixture.open()
    [record] = fixture.add()
    fixture.move(record, TaskState.RUNNING)
    fixture.settle()
    request = mirror.request_details(record.task_id)
    fixture.send(b"view", request)
    fixture.publish()
    fixture.receive("view")
    assert request.request not in mirror.details  # the engine has not answered yet
    [(task_id, reply)] = fixture.feed_source.stack_requests
    stack = TaskStack(task_id, "in C")
    reply(stack)
    assert fixture.publisher.due_at(fixture.now) == fixture.now
    fixture.publish()
    fixture.receive("view")
    assert mirror.details[request.request].stack == stack


def test_usage_is_sent_on_request_and_is_no_change_of_the_board(fixture: FeedFixture) -> None:
    mirror = fixture.open()
    first, second = fixture.add(2)
    for record in (first, second):
        fixture.move(record, TaskState.RUNNING)
    fixture.settle()
    version = mirror.version
    fixture.send(b"view", messages.UsageRequest())
    [reply] = fixture.feed_source.usage_requests
    usage = LiveUsage(98.5, 1 << 30, 2)
    reply({first.task_id: usage})
    assert fixture.publisher.due_at(fixture.now) == fixture.now
    fixture.publish()
    fixture.receive("view")
    assert mirror.usage_of(mirror.rows[first.task_id]) == usage
    assert mirror.usage_of(mirror.rows[second.task_id]) is None
    assert mirror.version == version == fixture.board.version
    reply({second.task_id: usage})
    fixture.publish()
    fixture.receive("view")
    assert mirror.usage_of(mirror.rows[first.task_id]) == usage, "another client's report"
    fixture.move(first, TaskState.SUCCEEDED)
    fixture.settle()
    assert mirror.usage_of(mirror.rows[first.task_id]) is None


def test_details_carry_the_row_and_the_traceback(fixture: FeedFixture) -> None:
    mirror = fixture.open()
    fixture.settle()
    task_id = next(iter(mirror.rows))
    request = mirror.request_details(task_id)
    fixture.send(b"view", request)
    unknown = mirror.request_details(TaskId("f" * 32))
    fixture.send(b"view", unknown)
    fixture.receive("view")
    assert mirror.details[request.request].traceback == f"Traceback of {task_id}"
    assert mirror.details[request.request].row == mirror.rows[task_id]
    assert mirror.details[unknown.request].row is None


def test_the_end_brings_the_last_changes_first(fixture: FeedFixture) -> None:
    mirror = fixture.open()
    slow = fixture.open("slow")
    fixture.settle()
    [record] = fixture.add()
    fixture.publish()
    fixture.receive("view")
    record.resolution = Resolution.INTERRUPTED
    fixture.move(record, TaskState.CANCELLED)
    fixture.publisher.end("it was stopped by a command")
    fixture.receive("view")
    fixture.receive("slow")
    for each in mirror, slow:
        assert each.ended == "it was stopped by a command"
        assert each.rows[record.task_id].status is Status.CANCELLED
    assert not fixture.publisher.has_views


def test_a_view_that_the_engine_forgot_sends_hello_again(fixture: FeedFixture) -> None:
    mirror = fixture.open()
    fixture.settle()
    fixture.publisher.forget(b"view")
    fixture.add()
    fixture.send(b"view", messages.Ack(mirror.version))
    fixture.receive("view")
    fixture.settle()
    assert mirror.ended is None
    assert fixture.is_true(mirror)


def test_a_view_of_another_protocol_gets_an_error(fixture: FeedFixture) -> None:
    mirror = fixture.open()
    fixture.send(b"view", messages.Bye())
    fixture.lines[b"view"].clear()
    fixture.send(b"view", messages.Hello("view", messages.PROTOCOL + 1))
    fixture.receive("view")
    assert mirror.ended is not None
    assert "one version of scaler_lab" in mirror.ended
    assert not fixture.publisher.has_views


def test_a_host_of_another_protocol_is_not_believed() -> None:
    mirror = FeedMirror("view")
    mirror.on_message(messages.Welcome(messages.PROTOCOL + 1, "host", "night", 1))
    assert mirror.ended is not None
    assert "one version of scaler_lab" in mirror.ended


def test_the_messages_that_report_another_version_stay_as_they_were_in_0_1_0() -> None:
    """Or the older side of two versions could not read why it is refused."""
    decode = msgspec.msgpack.decode
    assert decode(messages.encode(messages.Hello("top")))[:3] == ["hello", "top", messages.PROTOCOL]
    welcome = messages.encode(messages.Welcome(messages.PROTOCOL, "id", "label", 1))
    assert decode(welcome)[:5] == ["welcome", messages.PROTOCOL, "id", "label", 1]
    assert decode(messages.encode(messages.Closed("why"))) == ["ended", "why"]


def test_texts_of_any_length_fit_into_a_frame(fixture: FeedFixture) -> None:
    record = fixture.add(1, "n" * 3_000_000)[0]
    record.error = "e" * 3_000_000
    mirror = fixture.open()
    fixture.settle()
    row = mirror.rows[record.task_id]
    assert len(row.name) < 1_100
    assert len(row.error) < 1_100
    assert row.name.endswith("[...]")


@pytest.mark.parametrize("seed", range(30))
def test_whatever_is_lost_every_view_is_right_in_the_end(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "SNAPSHOT_ROWS", 7)
    monkeypatch.setattr(publisher, "CHANGES_ROWS", 20)
    dice = random.Random(seed)
    fixture = FeedFixture(keep=25)
    names = [f"view {i}" for i in range(4)]
    for name in names[:2]:
        fixture.open(name)
    for _ in range(400):
        match dice.randrange(8):
            case 0:
                fixture.add(dice.randrange(4))
            case 1 | 2 | 3:
                alive = [r for r in fixture.records if not r.state.is_done]
                if alive:
                    record = dice.choice(alive)
                    after = [s for s in TaskState if s > record.state]
                    fixture.move(record, dice.choice(after))
            case 4:
                key = dice.choice(list(fixture.mirrors)).decode()
                fixture.receive(key, lose=dice.random() < 0.3)
            case 5:
                key_ = dice.choice(list(fixture.mirrors))
                fixture.full ^= {key_}
            case 6:
                closed = [name for name in names if name.encode() not in fixture.mirrors]
                if closed:
                    fixture.open(closed[0])
            case _:
                fixture.publish(dice.random())
    fixture.full.clear()
    fixture.publish(ACK_TIMEOUT + 1)
    fixture.settle()
    for mirror in fixture.mirrors.values():
        assert fixture.is_true(mirror), f"seed {seed}"
