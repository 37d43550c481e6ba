"""The notebook's messages: columns, pieces of 64 KiB, nothing of a task's arguments."""

from __future__ import annotations

import json
import secrets
import zlib
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from scaler_lab.core.messages import TaskId
from scaler_lab.core.state_machine import Resolution, Status
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.feed import messages as feed_messages
from scaler_lab.ui import page_encoding


def info(number: int, **changed: Any) -> TaskInfo:
    plain = TaskInfo(
        task_id=TaskId(f"{number:032x}"),
        number=number,
        name=f"fit[{number}]",
        status=Status.QUEUED,
        version=2 * number,
        submitted_at=1_700_000_000.123456,
    )
    return msgspec.structs.replace(plain, **changed)


def unpacked(packed: page_encoding.Packed) -> list[list[Any]]:
    """What the page makes of it."""
    content, [body] = packed
    text = zlib.decompress(body) if content["coding"] == "deflate" else body
    messages: list[list[Any]] = json.loads(text)
    return messages


def test_rows_travel_as_columns_and_come_back_the_same() -> None:
    rows = [
        info(3, worker="worker 1", started_at=1_700_000_001.5),
        info(7, status=Status.CANCELLED, cancel_resolution=Resolution.KILLED, cancel_seconds=0.25),
    ]
    columns = json.loads(json.dumps(page_encoding.columns(rows)))
    assert len(columns) == len(TaskInfo.__struct_fields__)
    assert page_encoding.undo_differences(columns[1]) == [3, 7]
    assert page_encoding.undo_differences(columns[4]) == [6, 14]
    assert columns[3] == ["queued", "cancelled"]
    assert columns[8] == [1_700_000_001.5, None]
    assert columns[12] == [None, "killed"]


def test_a_message_has_the_boards_time_and_its_encoding() -> None:
    content, _ = page_encoding.to_page([feed_messages.Closed("gone")], 12.34567)
    assert content == {"scaler_lab": feed_messages.PROTOCOL, "now": 12.346, "coding": "plain"}
    content, _ = page_encoding.to_page([feed_messages.Closed("gone" * 1000)], 0)
    assert content["coding"] == "deflate"


def test_changes_are_cut_into_pieces_that_chain_and_fit() -> None:
    rows = [info(n, name=secrets.token_hex(100), version=10 + n) for n in range(1, 3001)]
    changes = feed_messages.Changes(10, 9000, rows, [TaskId("gone")], {})
    packed = page_encoding.pieces(changes, 0)
    assert len(packed) > 4
    assert all(len(buffers[0]) <= page_encoding.MAX_BYTES for _, buffers in packed)
    messages = [message for one in packed for message in unpacked(one)]
    assert [m[0] for m in messages] == ["changes"] * len(packed)
    assert messages[0][1] == 10
    assert messages[-1][2] == 9000
    assert all(before[2] == after[1] for before, after in pairwise(messages))
    assert [name for m in messages for name in m[3][2]] == [row.name for row in rows]
    assert [m[4] for m in messages if m[4]] == [["gone"]]


def test_each_piece_ends_at_the_version_of_its_last_row() -> None:
    rows = [info(n, name=secrets.token_hex(100), version=10 + n) for n in range(1, 2001)]
    messages = [
        m
        for one in page_encoding.pieces(feed_messages.Changes(10, 5000, rows, [], {}), 0)
        for m in unpacked(one)
    ]
    for message in messages[:-1]:
        assert page_encoding.undo_differences(message[3][4])[-1] == message[2]


def test_many_forgotten_tasks_travel_in_pieces_that_leave_the_version() -> None:
    gone = [TaskId(secrets.token_hex(16)) for _ in range(12_000)]
    packed = page_encoding.pieces(feed_messages.Changes(3, 20_000, [], gone, {}), 0)
    messages = [message for one in packed for message in unpacked(one)]
    assert [(m[1], m[2]) for m in messages] == [(3, 3), (3, 3), (3, 20_000)]
    assert [task_id for m in messages for task_id in m[4]] == gone


def test_a_text_of_any_length_takes_a_rows_room_only() -> None:
    [message] = unpacked(
        page_encoding.to_page(
            [feed_messages.Changes(1, 2, [info(1, error="x" * 10_000_000)], [], {})], 0
        )
    )
    assert len(message[3][14][0]) == page_encoding.MAX_TEXT_LENGTH


@pytest.mark.parametrize(
    "value", [None, [], ["hello"], ["cancel", 1, "x", False], {"a": 1}, ["no", 1], 3]
)
def test_what_is_not_a_message_of_a_page_is_refused(value: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        page_encoding.from_page([value])


def test_ten_thousand_transitions_are_under_two_hundred_kilobytes() -> None:
    """As fifty messages would carry them, with a kilobyte of Jupyter's own around each."""
    total = 0
    for message in range(50):
        rows = [
            info(
                200 * message + n,
                status=Status.SUCCEEDED,
                worker=f"worker {n % 8}",
                started_at=1_700_000_000 + message / 10 + n / 2003,
                ended_at=1_700_000_000 + message / 10 + n / 1999,
            )
            for n in range(200)
        ]
        for _, buffers in page_encoding.pieces(feed_messages.Changes(1, 2, rows, [], {}), 0):
            total += len(buffers[0]) + 1000
    assert total < 200_000
