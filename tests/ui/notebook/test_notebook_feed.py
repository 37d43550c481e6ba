"""The notebook's feed without a browser: a page played by the test, over a comm that records."""

from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from scaler_lab import Client, ScalerFuture
from scaler_lab.core.board import Board
from scaler_lab.core.live_usage import LiveUsage, OnUsage
from scaler_lab.core.messages import Progress, TaskId, TaskOutput, TaskProgress
from scaler_lab.core.stack import RUNNING, OnStack, StackFrame, TaskStack
from scaler_lab.core.state_machine import Status
from scaler_lab.feed import messages as feed_messages
from scaler_lab.feed.board_source import BoardSource
from scaler_lab.feed.publisher import PUBLISH_INTERVAL
from scaler_lab.testing import ScriptedEngine
from scaler_lab.ui import page_encoding
from scaler_lab.ui.notebook import publisher, requests, static_view
from scaler_lab.ui.notebook.arguments import glimpse_of, result_of
from scaler_lab.ui.notebook.feed_source import source_of
from scaler_lab.ui.notebook.publisher import Publisher
from scaler_lab.ui.notebook.table_stream import BUSY_ROWS, FLOOD_CHANGES, TableStream

TIMEOUT = 10.0


class Page:
    """Takes in what the kernel posts, as the page's store does; a `TableOutput` for the
    publisher.
    """

    def __init__(self, feed_source: BoardSource) -> None:
        self.feed_source = feed_source
        self.stream = TableStream(feed_source, self._take)
        self.view = f"window-{id(self)}"
        self.changed = threading.Condition()
        # Guarded by changed:
        self.messages: list[list[Any]] = []
        self.sizes: list[int] = []
        self.rows: dict[str, str] = {}  # id -> status
        self.version = -1
        self.gaps = 0
        self.happened: list[str] = []
        requests.make_reachable(self.view, self)

    def say(self, *messages: list[Any]) -> list[Any]:
        """Send, as the control channel brings it; the answers given at once."""
        return [
            page_encoding.plain(answer)
            for answer in requests.receive({"view": self.view, "messages": list(messages)})
        ]

    def wait_for(self, truth: Callable[[Page], bool], what: str) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: truth(self), TIMEOUT), (
                f"never {what}: {self.messages[-3:]}"
            )

    def freeze(self) -> None:
        self._note("frozen")

    def saved(self) -> dict[str, Any]:
        described = static_view.description(self.feed_source, "table")
        return described | static_view.static_view(self.feed_source)

    def renew(self) -> None:
        self._note("renewed")

    def retire(self) -> None:
        self._note("retired")

    def _note(self, what: str) -> None:
        with self.changed:
            self.happened.append(what)
            self.changed.notify_all()

    def _take(self, packed: page_encoding.Packed) -> None:
        content, [body] = packed
        text = zlib.decompress(body) if content["coding"] == "deflate" else body
        with self.changed:
            for message in json.loads(text):
                self.messages.append(message)
                self.sizes.append(len(body))
                self._apply(message)
            self.changed.notify_all()

    def _apply(self, message: list[Any]) -> None:
        match message:
            case ["snapshot", version, part, _parts, columns, *_]:
                if part == 0:
                    self.rows.clear()
                self._put(columns)
                self.version = version
            case ["changes", since, version, columns, forgotten, *_]:
                if since != self.version:
                    self.gaps += 1
                    return
                for task_id in forgotten:
                    self.rows.pop(task_id, None)
                self._put(columns)
                self.version = version
            case _:
                pass

    def _put(self, columns: list[list[Any]]) -> None:
        if columns:
            self.rows.update(zip(columns[0], columns[3], strict=True))


HELLO = ["hello", "notebook", feed_messages.PROTOCOL]


@pytest.fixture
def scenario() -> Iterator[tuple[Client, ScriptedEngine, Page]]:
    engine = ScriptedEngine()
    client = Client(engine)
    page = Page(source_of(client))
    yield client, engine, page
    page.say(["bye"])
    engine.close()
    client.shutdown()


Scene = tuple[Client, ScriptedEngine, Page]


def compare(one: list[int], other: object = None) -> bool:
    return one == other


def test_a_page_that_sends_hello_gets_a_welcome_then_all_then_changes(scenario: Scene) -> None:
    client, engine, page = scenario
    futures = [client.submit(print) for _ in range(3)]
    page.say(HELLO)
    page.wait_for(lambda p: len(p.rows) == 3, "all rows")
    assert [m[0] for m in page.messages] == ["welcome", "snapshot"]
    assert page.messages[0][3] == "scripted engine"
    engine.start(futures[0])
    page.wait_for(lambda p: p.rows[futures[0].task_id] == "running", "running")
    engine.finish(futures[0], 1)
    page.wait_for(lambda p: p.rows[futures[0].task_id] == "succeeded", "succeeded")
    assert page.gaps == 0
    assert {m[0] for m in page.messages[2:]} == {"changes"}


def test_a_cancel_is_requested_at_once_and_answered_in_the_reply(scenario: Scene) -> None:
    client, engine, page = scenario
    futures = [client.submit(print) for _ in range(2)]
    engine.finish(futures[1])
    page.say(HELLO)
    ids = [future.task_id for future in futures]
    [answer] = page.say(["cancel", 7, ids, False])
    assert answer == ["response", 7, 1, "", client.board.version], "its rows know of the asking"
    assert futures[0].status is Status.CANCELLING
    [cancel] = engine.cancels
    assert cancel.task_ids == (ids[0],)
    page.say(["cancel", 8, ids, False])
    assert len(engine.cancels) == 1, "a second click is the same question"
    page.wait_for(lambda p: p.rows.get(ids[0]) == "cancelling", "cancelling")
    info = client.board.info(futures[0].task_id)
    assert info is not None
    assert info.cancel_requested_by == "notebook"


def test_cancelling_what_is_queued_leaves_alone_what_has_begun_meanwhile(scenario: Scene) -> None:
    client, engine, page = scenario
    futures = [client.submit(print) for _ in range(2)]
    engine.start(futures[0])
    ids = [future.task_id for future in futures]
    [answer] = page.say(["cancel", 1, ids, False, True])
    assert answer == ["response", 1, 1, "", client.board.version]
    assert [future.status for future in futures] == [Status.RUNNING, Status.CANCELLING]


def test_all_of_a_group_are_cancelled_and_no_others(scenario: Scene) -> None:
    client, engine, _ = scenario
    other = client.submit(print)
    group = client.submit_each(print, range(3))
    engine.finish(group[0])
    page = Page(source_of(group))
    [answer] = page.say(["cancel", 1, [], False, False, True])
    assert answer[:3] == ["response", 1, 2]
    assert [future.status for future in group[1:]] == [Status.CANCELLING] * 2
    assert other.status is Status.QUEUED


def test_a_failed_task_is_submitted_again_where_its_future_is_still_held(scenario: Scene) -> None:
    client, engine, page = scenario
    future = client.submit(print, "again")
    engine.fail(future, ValueError("no"))
    page.say(HELLO, ["retry", 4, [future.task_id]])
    again = engine.wait_for_tasks(2)[1]
    assert again.args == ("again",)
    page.wait_for(lambda p: p.rows.get(again.task_id) == "queued", "the new task's row")


def test_a_shared_board_cancels_at_whichever_client_has_the_task() -> None:
    board = Board()
    engines = ScriptedEngine(), ScriptedEngine()
    clients = [Client(engine, board=board) for engine in engines]
    futures = [client.submit(print) for client in clients]
    page = Page(source_of(board))
    ids = [future.task_id for future in futures]
    assert page.say(["cancel", 1, ids, False]) == [["response", 1, 2, "", board.version]]
    assert [len(engine.cancels) for engine in engines] == [1, 1]
    for engine, client in zip(engines, clients, strict=True):
        engine.close()
        client.shutdown()
    page.wait_for(lambda p: "retired" in p.happened, "retired")


def test_the_traceback_of_a_failed_task_comes_on_demand(scenario: Scene) -> None:
    client, engine, page = scenario
    future = client.submit(print)
    engine.fail(future, ValueError("no such column"))
    page.say(HELLO, ["details", 3, future.task_id])
    page.wait_for(lambda p: any(m[0] == "details-of" for m in p.messages), "told")
    [details] = [m for m in page.messages if m[0] == "details-of"]
    assert details[1] == 3
    assert "ValueError: no such column" in details[4]


def test_arguments_are_sent_on_request_shortened_and_not_after_success(scenario: Scene) -> None:
    client, engine, page = scenario
    future = client.submit(compare, list(range(100_000)), other={"password": "hunter2"})
    page.say(HELLO, ["arguments", 5, future.task_id])
    page.wait_for(lambda p: any(m[0] == "arguments-of" for m in p.messages), "told")
    [told] = [m for m in page.messages if m[0] == "arguments-of"]
    assert told[1] == 5
    assert [name for name, _ in told[3]] == ["one", "other"]
    assert told[3][1] == ["other", "{'password': 'hunter2'}"]
    assert max(len(text) for _, text in told[3]) <= 80
    engine.finish(future)
    page.say(["arguments", 6, future.task_id])
    page.wait_for(lambda p: any(m[:2] == ["arguments-of", 6] for m in p.messages), "told again")
    [told] = [m for m in page.messages if m[:2] == ["arguments-of", 6]]
    assert told[3] == []
    assert "not kept" in told[4]


def _login(user: str, password: str = "", *, depth: int = 0) -> str:
    del password
    return f"{user} {depth}"


def test_rows_get_arguments_and_results_in_a_few_words_but_no_secrets() -> None:
    with Client(n_workers=1) as client:
        done = client.submit(_login, "me", "hunter2", depth=8)
        [one] = client.submit_each(str.upper, ["only"])
        big = client.submit(bytes, 100_000)
        assert [done.result(20), one.result(20), len(big.result(20))] == ["me 8", "ONLY", 100_000]
        again = [glimpse_of(future) for future in (done, one, big)]
    assert [glimpse.result for glimpse in again] == ["'me 8'", "'ONLY'", ""]
    future = ScriptedEngine()
    client = Client(future)
    call = client.submit(_login, "me", "hunter2", depth=8)
    single = client.submit(len, "x" * 100)
    assert glimpse_of(call).arguments == "user='me', password=•••, depth=8"
    assert len(glimpse_of(single).arguments) <= 24
    future.close()
    client.shutdown()


def test_a_page_gets_what_a_saved_notebook_is_to_contain(scenario: Scene) -> None:
    client, engine, page = scenario
    failed, _ = client.submit_each(_login, ["me", "you"], name="login")
    engine.start(failed)
    engine.fail(failed, ValueError("no such user"))
    page.say(HELLO, ["static", 9])
    page.wait_for(lambda p: any(m[0] == "static-of" for m in p.messages), "static view")
    [[_, request, bundle]] = [m for m in page.messages if m[0] == "static-of"]
    assert request == 9
    assert "2 tasks: 1 failed, 1 queued" in bundle["text/plain"]
    assert "ValueError: no such user" in bundle["text/html"]
    described = bundle[static_view.MIME_TYPE]
    assert described["version"] == client.board.version
    [[first, last]] = described["tasks"]
    assert all(first <= task.task_id <= last for task in client.board.snapshot().tasks)
    group = source_of(client.submit_each(len, ["x"]))
    [of_group] = static_view.description(group, "table")[static_view.MIME_TYPE]["tasks"]
    assert not of_group[0] <= failed.task_id <= of_group[1]


class _Table:
    """Looks like a data frame."""

    shape = (12_480, 4)

    def head(self, n: int) -> _Table:
        del n
        return self

    def to_string(self) -> str:
        return "price  volume"


def test_details_get_a_result_as_text_unless_it_is_large() -> None:
    with Client(n_workers=1) as client:
        small, table = client.submit(_login, "me"), client.submit(_Table)
        failed, big = client.submit(len), client.submit(bytes, 2_000_000)
        futures: list[ScalerFuture[Any]] = [small, table, failed, big]
        client.wait(futures)
        [text, head] = [result_of(future) for future in (small, table)]
        assert [result_of(future) for future in (failed, big)] == [None, None]
    assert text is not None
    assert [text.type, text.text] == ["str", "'me 0'"]
    assert head is not None
    assert head.text == "price  volume\n\n[12480 x 4]"


def test_a_page_gets_the_glimpses_that_it_requests(scenario: Scene) -> None:
    client, _engine, page = scenario
    future = client.submit(compare, 1, other=2)
    page.say(HELLO, ["glimpses", 7, [future.task_id, "no such task"]])
    page.wait_for(lambda p: any(m[0] == "glimpses-of" for m in p.messages), "glimpses")
    [told] = [m for m in page.messages if m[0] == "glimpses-of"]
    assert told == ["glimpses-of", 7, [[future.task_id, "1, other=2", "", ""]]]


def test_a_page_gets_what_the_shown_tasks_use_and_no_change_of_the_board(scenario: Scene) -> None:
    client, engine, _ = scenario
    futures = client.submit_each(abs, [1, 2])
    other = client.submit(abs, 3)
    usage = LiveUsage(97.56, 1024, 0)

    def measure(reply: OnUsage) -> None:
        reply({future.task_id: usage for future in (*futures, other)})

    futures[0].manager.engine_request_usage = measure
    for future in (*futures, other):
        engine.start(future)
    page = Page(source_of(futures))
    version = page.feed_source.board.version
    assert page.say(["uses"]) == []
    expected = {future.task_id: [97.6, 1024, 0] for future in futures}
    assert page.messages == [["usage", expected]]
    assert page.feed_source.board.version == version


def test_a_page_gets_nothing_from_an_engine_that_does_not_measure(scenario: Scene) -> None:
    client, _, page = scenario
    client.submit(abs, 1)
    page.say(HELLO)
    page.wait_for(lambda page: page.version >= 0, "the rows")
    assert page.messages[0][-1] is False  # what the welcome reports
    page.say(["uses"])
    assert not any(message[0] == "usage" for message in page.messages)


def test_a_page_gets_a_flame_graph_when_it_stops_the_sampling(scenario: Scene) -> None:
    client, engine, page = scenario
    future = client.submit(compare, [1])
    was_looked_at = threading.Event()

    def look(task_id: TaskId, reply: OnStack, *, at_once: bool = False) -> None:
        assert at_once
        reply(TaskStack(task_id, RUNNING, threads=[[StackFrame("/home/me/fit.py", 3, "<fit>")]]))
        was_looked_at.set()

    future.manager.engine_request_stack = look
    engine.start(future)
    assert page.say(["flame", 7, future.task_id]) == []
    assert was_looked_at.wait(TIMEOUT)
    page.say(["flame-stop", 8], ["flame-stop", 7])
    page.wait_for(lambda p: bool(p.messages), "the graph")
    [[kind, request, svg, problem]] = page.messages
    assert (kind, request, problem) == ("flame-of", 7, "")
    assert svg.startswith("<svg")
    assert "&lt;fit&gt;" in svg


def test_what_a_task_wrote_comes_with_its_details(scenario: Scene) -> None:
    client, engine, page = scenario
    future = client.submit(print)
    engine.start(future)
    engine.emit(TaskOutput(future.task_id, 0, b"epoch 1\nepoch 2\n"))
    engine.emit(TaskProgress(future.task_id, Progress(2, 10, "training")))
    page.say(HELLO, ["details", 3, future.task_id, 8])
    page.wait_for(lambda p: {"details-of", "snapshot"} <= {m[0] for m in p.messages}, "told")
    [details] = [m for m in page.messages if m[0] == "details-of"]
    assert details[5:7] == ["epoch 2\n", 8]
    [rows] = [m[4] for m in page.messages if m[0] == "snapshot"]
    assert rows[16:18] == [[[2, 10, "training"]], [16]]


def test_a_lost_message_is_repaired_by_a_resync(scenario: Scene) -> None:
    client, engine, page = scenario
    futures = [client.submit(print) for _ in range(2)]
    page.say(HELLO)
    page.wait_for(lambda p: len(p.rows) == 2, "all rows")
    with page.changed:
        page.version -= 1  # as if the last message had not come
    engine.start(futures[0])
    page.wait_for(lambda p: p.gaps == 1, "a gap")
    page.say(["resync"])
    page.wait_for(lambda p: p.rows[futures[0].task_id] == "running", "repaired")


def test_changes_come_at_most_ten_times_a_second_however_much_happens(scenario: Scene) -> None:
    client, engine, page = scenario
    group = client.submit_each(print, range(3000))
    page.say(HELLO)
    page.wait_for(lambda p: len(p.rows) == 3000, "all rows")
    for future in group:
        engine.finish(future)
    page.wait_for(lambda p: set(p.rows.values()) == {"succeeded"}, "all done")
    changes = [m for m in page.messages if m[0] == "changes"]
    assert len(changes) < 60, "one for each of 3000 tasks would be thousands"
    assert max(page.sizes[2:]) <= page_encoding.MAX_BYTES
    assert page.gaps == 0


class Paced:
    """A stream that the test steps, and what it posts."""

    def __init__(self, client: Client) -> None:
        self.posted: list[list[Any]] = []
        self.stream = TableStream(source_of(client), self._take)
        self.now = 100.0
        self.stream.on_message(feed_messages.Hello("page"), self.now)
        self.step(0.0)

    def step(self, seconds: float = 1.25 * PUBLISH_INTERVAL) -> list[list[Any]]:
        """What is posted *seconds* later."""
        self.now += seconds
        self.posted.clear()
        self.due = self.stream.step(self.now)
        return list(self.posted)

    def _take(self, packed: page_encoding.Packed) -> None:
        content, [body] = packed
        text = zlib.decompress(body) if content["coding"] == "deflate" else body
        self.posted += json.loads(text)


def test_a_board_that_moves_sends_few_rows_at_a_time_and_its_counts_as_they_are(
    scripted: tuple[Client, ScriptedEngine],
) -> None:
    client, engine = scripted
    page = Paced(client)
    group = client.submit_each(print, range(3 * BUSY_ROWS))
    versions = [0]
    for n in range(3):
        [[_, since, version, columns, _, counts, *_]] = page.step()
        assert len(columns[0]) == BUSY_ROWS
        assert since == versions[-1]
        versions.append(version)
        assert counts["running"] == n
        engine.start(group[n])  # the board moves on
    [[_, since, version, columns, *_]] = page.step()
    assert (since, version) == (versions[-1], client.board.version)
    assert len(columns[0]) == 3, "what changed meanwhile"


@pytest.mark.parametrize("why", ["the board rests", "somebody asked"])
def test_rows_come_as_fast_as_they_can_once(
    scripted: tuple[Client, ScriptedEngine], why: str
) -> None:
    client, engine = scripted
    page = Paced(client)
    group = client.submit_each(print, range(6 * BUSY_ROWS))
    assert len(page.step()[0][3][0]) == BUSY_ROWS
    if why == "somebody asked":
        engine.start(group[0])
        page.stream.on_message(feed_messages.CancelRequest(1, [group[1].task_id]), page.now)
    assert sum(len(message[3][0]) for message in page.step()) == 5 * BUSY_ROWS


def test_while_very_many_tasks_pass_messages_are_further_apart(
    scripted: tuple[Client, ScriptedEngine],
) -> None:
    client, _ = scripted
    page = Paced(client)

    def in_a_flood() -> int:
        client.submit_each(print, range(int(FLOOD_CHANGES * 1.5 * PUBLISH_INTERVAL)))
        posted = page.step()
        assert page.due is not None
        assert posted or page.due > page.now, "it would be stepped over and over"
        return len(posted)

    assert in_a_flood() == 1, "the first one comes at once"
    assert [in_a_flood() for _ in range(3)] == [0, 0, 1]
    page.stream.on_message(feed_messages.CancelRequest(1, [TaskId("any")]), page.now)
    assert in_a_flood() == 1, "who asked something is told soon"
    assert len(page.step()) == 1, "and so is everybody once it is over"


def test_at_the_end_of_a_stream_the_last_rows_come_before_it(
    scripted: tuple[Client, ScriptedEngine],
) -> None:
    client, engine = scripted
    page = Paced(client)
    client.submit_each(print, range(2 * BUSY_ROWS))
    page.step()
    page.posted.clear()
    engine.finish(client.submit(print))
    page.stream.end("it was closed")
    assert [message[0] for message in page.posted] == ["changes", "changes", "ended"]
    assert page.posted[1][2] == client.board.version


def test_a_group_shows_its_own_tasks_only(scenario: Scene) -> None:
    client, engine, _ = scenario
    client.submit(print)
    group = client.submit_each(print, range(3))
    other = client.submit(print)
    page = Page(source_of(group))
    page.say(HELLO)
    page.wait_for(lambda p: len(p.rows) == 3, "its rows")
    engine.start(other)
    engine.start(group[1])
    page.wait_for(lambda p: p.rows[group[1].task_id] == "running", "running")
    assert set(page.rows) == {future.task_id for future in group}
    page.say(["bye"])


def test_nothing_of_the_arguments_is_sent(scenario: Scene) -> None:
    client, engine, page = scenario
    future = client.submit(print, {"password": "hunter2"}, end="hunter2")
    page.say(HELLO)
    page.wait_for(lambda p: len(p.rows) == 1, "all rows")
    engine.start(future)
    engine.finish(future, "hunter2")
    page.wait_for(lambda p: list(p.rows.values()) == ["succeeded"], "succeeded")
    assert "hunter2" not in json.dumps(page.messages)


def test_the_thread_ends_when_the_last_page_sends_goodbye(scenario: Scene) -> None:
    client, _, page = scenario
    page.say(HELLO)
    page.wait_for(lambda p: p.version >= 0, "a snapshot")
    [thread] = [t for t in threading.enumerate() if t.name == "scaler_lab-notebook"]
    page.say(["bye"])
    thread.join(TIMEOUT)
    assert not thread.is_alive()
    page.say(HELLO)
    client.submit(print)
    page.wait_for(lambda p: len(p.rows) == 1, "all rows again")


def test_at_the_clients_end_the_page_is_informed_frozen_and_released(scenario: Scene) -> None:
    client, engine, page = scenario
    engine.finish(client.submit(print))
    page.say(HELLO)
    page.wait_for(lambda p: len(p.rows) == 1, "all rows")
    client.shutdown()
    page.wait_for(lambda p: p.happened == ["frozen", "retired"], "let go")
    assert page.messages[-1][0] == "ended"


def test_once_all_is_done_and_quiet_the_static_page_is_renewed_and_the_table_stays_live(
    scenario: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "QUIET_SECONDS", 0.3)
    client, engine, page = scenario
    engine.finish(client.submit(print))
    page.say(HELLO)
    page.wait_for(lambda p: p.happened == ["renewed"], "renewed")
    future = client.submit(print)
    page.wait_for(lambda p: len(p.rows) == 2, "still live")
    engine.finish(future)
    page.wait_for(lambda p: p.happened == ["renewed", "renewed"], "renewed again")


def test_a_stranger_gets_the_answer_that_the_table_is_gone() -> None:
    with pytest.raises(LookupError, match="not of this kernel"):
        requests.receive({"view": "nobody", "messages": [HELLO]})


def test_a_kernel_answers_on_its_control_channel(scenario: Scene) -> None:
    client, _, page = scenario
    future = client.submit(print)

    class FakeSession:
        sent: list[dict[str, Any]]

        def send(self, _stream: Any, msg_or_type: Any, /, **said: Any) -> None:
            self.sent.append({"type": msg_or_type, **said})

    class FakeKernel:
        control_handlers: dict[str, Any]
        session: FakeSession

    kernel = FakeKernel()
    kernel.control_handlers, kernel.session = {}, FakeSession()
    kernel.session.sent = []
    requests.listen(kernel)
    handler = kernel.control_handlers[requests.REQUEST]
    said = {"view": page.view, "messages": [["cancel", 1, [future.task_id], False]]}
    handler("stream", "ident", {"content": said})
    handler("stream", "ident", {"content": {"view": "nobody", "messages": [HELLO]}})
    handler("stream", "ident", {"content": {"view": page.view, "messages": [["what"]]}})
    first, second, third = kernel.session.sent
    assert first["type"] == requests.REPLY
    answer = ["response", 1, 1, "", client.board.version]
    assert first["content"] == {"status": "ok", "messages": [answer]}
    assert second["content"]["messages"][0][0] == "ended"
    assert third["content"]["status"] == "error"
    assert future.status is Status.CANCELLING


def test_a_publisher_that_is_closed_joins_its_thread(scenario: Scene) -> None:
    _, _, page = scenario
    own = Publisher()
    own.receive(page)
    own.close()
    own.receive(page)
    assert not [t for t in threading.enumerate() if t.name == "scaler_lab-notebook"]
