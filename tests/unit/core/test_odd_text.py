"""Text that UTF-8 can't encode, and text of a type of its own: wherever a user may give it.

`os.listdir` gives such names for files that aren't named in UTF-8, and each name out of a numpy
array is a `numpy.str_`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import local_tasks
import msgspec
import numpy as np
import odd_text_tasks
import pytest
from helpers import TIMEOUT, wait_until
from hypothesis import given
from hypothesis import strategies as st

from scaler_lab import Client
from scaler_lab.core.encoding import lenient, plain_text, strict
from scaler_lab.core.messages import Event, GroupId, TaskAnnotations, TaskId, TaskResult
from scaler_lab.core.state_machine import Status
from scaler_lab.engines.local import protocol
from scaler_lab.engines.local.client.agent import AgentCore
from scaler_lab.errors import TaskUnserializable
from scaler_lab.feed import messages as feed_messages
from scaler_lab.feed.connection import FeedConnection
from scaler_lab.runtime import runtime_dir
from scaler_lab.testing import ScriptedEngine
from scaler_lab.ui import page_encoding as notebook_wire
from scaler_lab.ui.jupyterlab import page_session

BAD = odd_text_tasks.BAD  # "café" in Latin-1, as Python has it
PLAIN = r"caf\udce9"


class Name(str):
    """A text that answers with another one."""

    __slots__ = ()

    def __str__(self) -> str:
        return "another"


# -- one text --------------------------------------------------------------------------------------


@given(st.text(st.characters()))
def test_a_plain_text_can_be_encoded_and_reads_the_same(text: str) -> None:
    made = plain_text(text)
    assert made.encode().decode() == made
    assert made == text or "\\u" in made


@pytest.mark.parametrize(
    ("given", "made"),
    [(BAD, PLAIN), (np.str_("x"), "x"), (Name("y"), "y"), (Name(BAD), PLAIN), ("é", "é")],
)
def test_what_comes_of_odd_texts(given: str, made: str) -> None:
    found = plain_text(given)
    assert (found, type(found)) == (made, str)


class _Holder(msgspec.Struct):
    text: str
    more: dict[str, list[Any]]
    pair: tuple[str, int]


@pytest.mark.parametrize("encode", [msgspec.msgpack.encode, msgspec.json.encode])
def test_an_encoder_escapes_what_it_can_t_encode(encode: Callable[[Any], bytes]) -> None:
    held = _Holder(BAD, {BAD: [np.str_("x"), {"a": BAD}, 1, b"\xff", None]}, (BAD, 2))
    sound = _Holder(PLAIN, {PLAIN: ["x", {"a": PLAIN}, 1, b"\xff", None]}, (PLAIN, 2))
    assert lenient(encode)(held) == encode(sound)
    with pytest.raises(TypeError):
        lenient(encode)(object())


DEEP = 1_000_000  # since Python 3.14 the size of the stack is the limit


@pytest.mark.parametrize(
    "decode", [protocol.decode_down, protocol.decode_up, feed_messages.decode_from_view]
)
def test_what_is_nested_too_deeply_is_refused_as_nonsense_is(
    decode: Callable[[Any], object],
) -> None:
    deep = b"\x91" * DEEP + b"\xc0"
    task = msgspec.msgpack.encode("e" * 32)
    farewell = b"\x92" + msgspec.msgpack.encode("farewell") + deep
    for frame in (deep, b"\x93" + task + b"\x90" + deep, b"\x92" + task + b"\x91" + farewell):
        with pytest.raises(msgspec.DecodeError):
            decode(frame)
    with pytest.raises(msgspec.DecodeError):
        strict(msgspec.json.Decoder(list[Any]).decode)(b"[" * DEEP + b"]" * DEEP)


# -- through every door of a client ----------------------------------------------------------------


def a_name(client: Client) -> object:
    future = client.options(name=BAD).submit(local_tasks.mark_nothing, 1)
    assert future.name == PLAIN
    return future.result(TIMEOUT)


def tags(client: Client) -> object:
    future = client.options(tags=[BAD, np.str_("x")]).submit(local_tasks.mark_nothing, 1)
    return future.result(TIMEOUT)


def a_group_s_name(client: Client) -> object:
    group = client.submit_each(local_tasks.mark_nothing, [1], name=BAD)
    assert group.name == PLAIN
    return group.results(TIMEOUT)[0]


def a_group_s_name_of_its_own_type(client: Client) -> object:
    return client.submit_each(local_tasks.mark_nothing, [1], name=np.str_("g")).results(TIMEOUT)[0]


def a_graph_s_name(client: Client) -> object:
    graph = {"a": (local_tasks.mark_nothing, 1), BAD: (local_tasks.mark_nothing, "a")}
    return client.submit_graph(graph, name=BAD)[BAD].result(TIMEOUT)


def a_function_s_name(client: Client) -> object:
    def function() -> int:
        return 1

    function.__qualname__ = function.__name__ = BAD
    return client.submit(function).result(TIMEOUT)


def a_name_of_what_waits(client: Client) -> object:
    first = client.submit(local_tasks.mark_nothing, 1)
    return client.options(name=BAD).submit(local_tasks.echo, first).result(TIMEOUT)


def an_entry_of_sys_path(client: Client) -> object:
    sys.path.append(f"/nowhere/{BAD}")
    try:
        found = client.submit(odd_text_tasks.paths).result(TIMEOUT)
    finally:
        sys.path.pop()
    assert f"/nowhere/{BAD}" in found, "the file system's own name, not the escaped one"
    return 1


def an_exception(client: Client) -> object:
    future = client.submit(odd_text_tasks.fail)
    assert str(future.exception(TIMEOUT)) == BAD
    info = client.board.info(future.task_id)
    assert info is not None
    assert info.error == f"ValueError: {PLAIN}"
    return 1


def a_progress_note(client: Client) -> object:
    with tempfile.TemporaryDirectory() as folder:
        future = client.submit(odd_text_tasks.report_progress, folder)
        first = wait_until(lambda: future.progress, "the progress of a running task")
        assert first is not None
        local_tasks.note(folder, "released")
        assert future.result(TIMEOUT) == 1
    assert future.progress is not None
    assert (first.note, future.progress.note) == (PLAIN, PLAIN)
    return 1


def output(client: Client) -> object:
    return client.submit(odd_text_tasks.write).result(TIMEOUT)


def a_result(client: Client) -> object:
    assert client.submit(local_tasks.echo, BAD).result(TIMEOUT) == BAD
    return 1


def who_cancels(client: Client) -> object:
    future = client.submit(local_tasks.echo, client.submit(odd_text_tasks.wait))
    future.request_cancel(source=BAD)
    assert future.cancel(TIMEOUT)
    client.cancel_all(timeout=TIMEOUT)
    return 1


DOORS = [
    a_name, tags, a_group_s_name, a_group_s_name_of_its_own_type, a_graph_s_name,
    a_function_s_name, a_name_of_what_waits, an_entry_of_sys_path, an_exception, a_progress_note,
    output, a_result, who_cancels,
]  # fmt: skip


@pytest.mark.parametrize("door", DOORS, ids=[door.__name__ for door in DOORS])
def test_odd_text_comes_through_and_does_no_harm(
    local_client: Client, door: Callable[[Client], object]
) -> None:
    other = local_client.submit(odd_text_tasks.wait)
    wait_until(other.running, "a task that runs")
    before = local_client.submit(local_tasks.pid).result(TIMEOUT)
    if door is who_cancels:
        other.cancel(TIMEOUT)
    assert door(local_client) == 1
    if door is not who_cancels:
        assert other.running(), "another task goes on"
        other.cancel(TIMEOUT)
    assert local_client.submit(local_tasks.mark_nothing, 2).result(TIMEOUT) == 2
    assert before


def test_views_see_it_escaped(local_client: Client) -> None:
    [host] = runtime_dir.running_feeds()
    with FeedConnection(host) as view:
        view.wait_whole(TIMEOUT)
        future = local_client.options(name=BAD, tags=[BAD]).submit(odd_text_tasks.fail)
        assert future.exception(TIMEOUT)

        def row() -> Any:
            view.wait(0.01)
            return view.mirror.rows.get(future.task_id)

        wait_until(lambda: row() and row().status is Status.FAILED, "the row")
        assert (row().name, row().tags, row().error) == (PLAIN, (PLAIN,), f"ValueError: {PLAIN}")


def test_on_other_engines_too(scripted: tuple[Client, ScriptedEngine]) -> None:
    client, engine = scripted
    future = client.options(tags=[np.str_("x")]).submit(print)
    engine.fail(future.task_id, ValueError(BAD))
    info = client.board.info(future.task_id)
    assert info is not None
    assert info.error.encode()
    message = feed_messages.Snapshot(1, 1, 1, [info], {})
    assert feed_messages.decode_from_publisher(feed_messages.encode(message)) == message


def test_pages_are_sent_what_can_t_be_encoded_escaped() -> None:
    details = feed_messages.Details(1, TaskId("t"), None, f"ValueError: {BAD}", BAD)
    [body] = notebook_wire.to_page([details], 0.0)[1]
    assert json.loads(body)[0][5] == PLAIN
    assert json.loads(getattr(page_session, "_encode")([BAD])) == [PLAIN]  # noqa: B009


# -- one message -----------------------------------------------------------------------------------


def test_a_message_that_can_t_be_encoded_fails_alone() -> None:
    core = AgentCore("e" * 32, "c" * 32, lambda name: (0, [name.encode()]))
    unsendable: Any = object()
    messages: list[protocol.Down] = [
        protocol.Submit(TaskId("a"), "a", b"1"),
        protocol.Submit(TaskId("b"), "b", b"2", annotations=TaskAnnotations(priority=unsendable)),
        protocol.Cancel([TaskId("a")], GroupId("g")),
        protocol.Cancel([unsendable]),
        protocol.Submit(TaskId("c"), BAD, b"3"),
    ]
    sent = [m for frame in core.pack(messages) for m in protocol.decode_down(frame).messages]
    assert [type(message) for message in sent] == [
        protocol.ClientHello,
        protocol.Submit,
        protocol.Cancel,
        protocol.Submit,
    ]
    assert [m.name for m in sent if isinstance(m, protocol.Submit)] == ["a", PLAIN]
    failures: list[Event] = core.take_failures()
    [failure] = failures
    assert isinstance(failure, TaskResult)
    assert failure.task_id == "b"
    assert isinstance(failure.payload.load(), TaskUnserializable)
    assert core.take_failures() == []


# -- folders, programs, long paths -----------------------------------------------------------------

PROGRAM = """
    import os, sys
    from local_tasks import mark_nothing, make_bytes
    from scaler_lab import Client
    with Client(n_workers=1) as client:
        assert client.submit(mark_nothing, 1).result(30) == 1
        assert len(client.submit(make_bytes, 100_000).result(30)) == 100_000
        assert client.submit(os.getcwdb).result(30) == os.getcwdb()
"""


def test_a_program_its_folder_and_the_runtime_folder_may_have_any_name(tmp_path: Path) -> None:
    short = Path(os.path.realpath("/tmp")) / f"odd-{os.getpid()}"
    run = Path(os.fsdecode(os.fsencode(short) + b"-caf\xe9"))
    run.mkdir(mode=0o700)
    try:
        place = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
        place.mkdir()
        script = place / os.fsdecode(b"caf\xe9.py")
        script.write_text(textwrap.dedent(PROGRAM))
        environment = {
            **os.environ,
            "SCALER_LAB_RUNTIME_DIR": str(run),
            "PYTHONPATH": os.path.dirname(local_tasks.__file__),
        }
        done = subprocess.run(
            [sys.executable, script],
            cwd=place,
            env=environment,
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b"")
        assert not list((run / "scaler_lab").iterdir())
    finally:
        for left in sorted(run.rglob("*"), reverse=True):
            left.rmdir() if left.is_dir() else left.unlink()
        run.rmdir()


def test_a_sys_path_longer_than_an_argument_may_be_starts_an_engine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    more = [f"/nowhere/{'x' * 90}/{n}" for n in range(3_000)]
    assert sum(map(len, more)) > 256 * 1024
    monkeypatch.setattr(sys, "path", [*sys.path, *more])
    with Client(n_workers=1) as client:
        assert set(more) <= set(client.submit(odd_text_tasks.paths).result(TIMEOUT))
