"""The messages of the local engine: valid ones are decoded, and all others are refused."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scaler_lab.core.messages import (
    EngineGone,
    GroupId,
    TaskAnnotations,
    TaskCancelConfirm,
    TaskId,
    TaskResult,
    Usage,
)
from scaler_lab.core.state_machine import Resolution
from scaler_lab.engines.local import protocol
from scaler_lab.engines.local.client.agent import AgentCore
from scaler_lab.runtime import MAX_FRAME_BYTES

ENGINE = "e" * 32

texts = st.text(st.characters(codec="utf-8"), max_size=50)
ids = st.builds(TaskId, st.text("0123456789abcdef", min_size=32, max_size=32))
groups = st.none() | st.builds(GroupId, st.text("0123456789abcdef", min_size=32, max_size=32))
times = st.integers(-(2**63), 2**63 - 1)
annotated = st.builds(
    TaskAnnotations,
    groups,
    texts,
    st.integers(-(2**31), 2**31 - 1),
    st.just(()) | st.just(("é", "b")),
    st.booleans(),
    ids,
)
numbers = st.integers(0, 2**32 - 1)
blobs = st.text("0123456789abcdef-.", max_size=80)

most = 2**63 - 1
usages = st.none() | st.builds(Usage, st.integers(-1, most), *[st.integers(-1, most)] * 3)

down: st.SearchStrategy[protocol.Down] = st.one_of(
    st.builds(protocol.ClientHello, texts, numbers, texts, texts, numbers),
    st.builds(protocol.Paths, st.lists(st.binary(max_size=50), max_size=5)),
    st.builds(
        protocol.Submit,
        ids,
        texts,
        st.binary(max_size=300),
        blobs,
        annotated,
        st.floats(0, 1e9),
    ),
    st.builds(protocol.Waiting, ids, texts, annotated, st.floats(0, 1e9)),
    st.builds(protocol.Dropped, ids, texts, texts, texts),
    st.builds(protocol.Cancel, st.lists(ids, max_size=5), groups, st.booleans()),
    st.builds(protocol.Goodbye),
    st.builds(protocol.Unshare),
)
up: st.SearchStrategy[protocol.Up] = st.one_of(
    st.builds(protocol.ClientWelcome, numbers),
    st.builds(protocol.Refusal, texts),
    st.builds(protocol.Started, ids, numbers, times),
    st.builds(
        protocol.Result,
        ids,
        st.booleans(),
        numbers,
        times,
        times,
        st.binary(max_size=300),
        blobs,
        texts,
    ),
    st.builds(
        protocol.Died,
        ids,
        numbers,
        texts,
        st.none() | numbers,
        st.none() | numbers,
        times,
        times,
        usages,
    ),
    st.builds(protocol.Confirm, ids, st.sampled_from([*Resolution]), numbers, times, texts, usages),
    st.builds(protocol.CancelRequested, ids, texts),
    st.builds(protocol.Closing, texts),
)


# -- sound ones ------------------------------------------------------------------------------------


@given(st.lists(down, max_size=5))
def test_what_goes_down_is_read_as_it_was_sent(messages: list[protocol.Down]) -> None:
    envelope = protocol.DownEnvelope(ENGINE, messages)
    assert protocol.decode_down(protocol.encode(envelope)) == envelope


@given(st.lists(up, max_size=5))
def test_what_comes_up_is_read_as_it_was_sent(messages: list[protocol.Up]) -> None:
    envelope = protocol.UpEnvelope(ENGINE, messages)
    assert protocol.decode_up(protocol.encode(envelope)) == envelope


@given(down | up)
def test_no_message_takes_more_bytes_than_it_weighs(message: Any) -> None:
    assert len(protocol.encode(message)) <= protocol.weigh(message)


ALL = Usage(most, most, most, most)
LONG = TaskAnnotations(
    GroupId("f" * 32), "é" * 1000, 2**31 - 1, ("\U0001f40d" * 200,) * 64, True, "c" * 300
)


@pytest.mark.parametrize(
    "message",
    [
        protocol.Submit(
            TaskId("t"),
            "\U0001f40d" * protocol.NAME_CHARACTERS,
            b"",
            annotations=LONG,
        ),
        protocol.Cancel([TaskId("f" * 32)] * protocol.CANCEL_IDS),
        protocol.Died(TaskId("f" * 32), most, "\U0001f40d" * 5000, most, most, most, most, ALL),
        protocol.Confirm(TaskId("f" * 32), Resolution.NEVER_STARTED, most, most, "é" * 5000, ALL),
        protocol.Waiting(TaskId("f" * 32), "\U0001f40d" * 1000, LONG, 1e9),
        protocol.Dropped(TaskId("f" * 32), "\U0001f40d" * 1000, "\U0001f40d" * 1000, "é" * 100),
        protocol.Result(TaskId("t"), True, 1, 0, 0, b"x" * 70_000, error="\U0001f40d" * 1000),
        protocol.Paths(["\U0001f40d".encode() * 500] * 100),
    ],
    ids=lambda message: type(message).__name__,
)
def test_a_large_message_takes_no_more_bytes_than_it_weighs(message: Any) -> None:
    size = len(protocol.encode(message))
    assert size <= protocol.weigh(message)
    assert size + protocol.BATCH_BYTES < MAX_FRAME_BYTES, "as the last of a batch"


@pytest.mark.parametrize(
    "message",
    [
        protocol.Submit(TaskId("f" * 32), "n" * protocol.NAME_CHARACTERS, b""),
        protocol.Submit(TaskId("f" * 32), "", b"x" * 60_000),
        protocol.Cancel([TaskId("f" * 32)] * 500),
        protocol.Goodbye(),
    ],
    ids=["long names", "much data", "many cancels", "nothing in it"],
)
def test_a_client_s_frames_stay_under_the_largest_that_is_taken(message: protocol.Down) -> None:
    core = AgentCore(ENGINE, "c" * 32, no_blobs)
    frames = core.pack([message] * 10_000)
    assert max(len(frame) for frame in frames) <= MAX_FRAME_BYTES
    assert sum(len(protocol.decode_down(frame).messages) for frame in frames) == 10_001  # and hello


# -- strange ones ----------------------------------------------------------------------------------


def no_blobs(name: str) -> Any:
    raise FileNotFoundError(name)


def sound_frame(chance: random.Random, *, is_up: bool) -> bytes:
    task = TaskId(f"{chance.getrandbits(128):032x}")
    if is_up:
        return protocol.encode(
            protocol.UpEnvelope(
                ENGINE,
                [
                    protocol.Started(task, 1, 5),
                    protocol.Result(task, False, 1, 5, 6, b"\0abc", error="é"),
                    protocol.Confirm(task, Resolution.NEVER_STARTED, 1, 7, "x"),
                    protocol.Died(task, 1, "it died", 1, -9),
                    protocol.Closing("the end"),
                ],
            )
        )
    return protocol.encode(
        protocol.DownEnvelope(
            ENGINE,
            [
                protocol.ClientHello("c" * 32),
                protocol.Paths([b"/a", b"/\xe9"]),
                protocol.Submit(task, "näme", b"\0abc", annotations=TaskAnnotations(GroupId(task))),
                protocol.Cancel([task], force=True),
            ],
        )
    )


def mutated(chance: random.Random, frame: bytes) -> bytes:
    data = bytearray(frame)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(5):
            case 0:
                del data[at:]
            case 1:
                data[at:at] = chance.randbytes(chance.randint(1, 9))
            case 2:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case 3:
                del data[at : at + chance.randint(1, 9)]
            case _:
                data += data[:at]
        data = data or bytearray(b"\x94")
    return bytes(data)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("decode", [protocol.decode_down, protocol.decode_up])
def test_decoding_raises_decode_errors_only(decode: Any, seed: int) -> None:
    chance = random.Random(seed)
    is_up = decode is protocol.decode_up
    refused = 0
    for n in range(4_000):
        frame = (
            chance.randbytes(chance.randrange(64))
            if n % 4 == 0
            else mutated(chance, sound_frame(chance, is_up=is_up))
        )
        try:
            decode(frame)
        except msgspec.DecodeError:
            refused += 1
        except BaseException as error:
            pytest.fail(f"seed {seed}, frame {frame!r}: {error!r}")
    assert refused > 2_000


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\xc0",
        msgspec.msgpack.encode([ENGINE]),
        msgspec.msgpack.encode([ENGINE, [["no such type", 1]]]),
        msgspec.msgpack.encode([ENGINE, 1.5]),
        msgspec.msgpack.encode([1, []]),
        msgspec.msgpack.encode([ENGINE, [["t", "id"]]]),
        msgspec.msgpack.encode({"engine": ENGINE, "messages": []}),
        msgspec.msgpack.encode([ENGINE, []]) + b"more",
        msgspec.msgpack.encode([ENGINE, []])[:-3],
        b"\xdd\xff\xff\xff\xff" * 50,  # lists in lists that say they are huge
        b"\x91" * 100_000,  # deep
    ],
)
def test_what_is_not_an_envelope_is_refused(frame: bytes) -> None:
    for decode in (protocol.decode_down, protocol.decode_up):
        with pytest.raises(msgspec.DecodeError):
            decode(frame)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_an_agent_survives_whatever_is_sent_to_it(seed: int) -> None:
    chance = random.Random(seed)
    core = AgentCore(ENGINE, "c" * 32, no_blobs)
    for _ in range(10):
        core.take_in(mutated(chance, sound_frame(chance, is_up=True)))
        core.take_in(chance.randbytes(chance.randrange(40)))
    assert core.dropped > 0


def test_an_answer_of_a_kind_unknown_is_dropped_and_counted() -> None:
    core = AgentCore(ENGINE, "c" * 32, no_blobs)
    strange = [ENGINE, [["c", "t", "evaporated"]]]
    assert core.take_in(msgspec.msgpack.encode(strange)) == []
    assert core.dropped == 1


def test_a_frame_of_another_engine_is_dropped_and_counted() -> None:
    core = AgentCore(ENGINE, "c" * 32, no_blobs)
    other = protocol.UpEnvelope("f" * 32, [protocol.Closing("you are closed")])
    assert core.take_in(protocol.encode(other)) == []
    assert core.dropped == 1
    assert core.gone == ""


def test_a_confirmation_becomes_the_contract_s_event() -> None:
    core = AgentCore(ENGINE, "c" * 32, no_blobs)
    confirm = protocol.Confirm(TaskId("t"), Resolution.KILLED, 2, 5, "SIGKILL")
    assert core.take_in(protocol.encode(protocol.UpEnvelope(ENGINE, [confirm]))) == [
        TaskCancelConfirm(TaskId("t"), Resolution.KILLED, "worker 2", "SIGKILL", 5e-9)
    ]


def test_a_result_whose_file_is_missing_is_that_result_s_error_only() -> None:
    core = AgentCore(ENGINE, "c" * 32, no_blobs)
    results: list[protocol.Up] = [
        protocol.Result(TaskId("lost"), False, 1, 0, 1, b"", "gone.r"),
        protocol.Result(TaskId("found"), False, 1, 0, 1, b"\0"),
    ]
    events = core.take_in(protocol.encode(protocol.UpEnvelope(ENGINE, results)))
    lost, found = (event for event in events if isinstance(event, TaskResult))
    with pytest.raises(FileNotFoundError, match=r"gone\.r"):
        lost.payload.load()
    assert found.task_id == "found"


def test_a_refusal_is_the_end_and_has_the_reason() -> None:
    core = AgentCore(ENGINE, "c" * 32, no_blobs)
    frame = protocol.encode(protocol.UpEnvelope(ENGINE, [protocol.Refusal("too old")]))
    [event] = core.take_in(frame)
    assert isinstance(event, EngineGone)
    assert "too old" in event.reason
    assert core.gone == event.reason
