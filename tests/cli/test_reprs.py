"""A repr is printed on terminals: it has nothing in it that a terminal obeys."""

from __future__ import annotations

import pytest

from scaler_lab import Client
from scaler_lab.testing import ScriptedEngine

HOSTILE = [
    "\x1b]52;c;ZXZpbA==\x07",
    "\x9b2J",
    "two\nlines\r",
    "\u202edellecnac",
    "a\u200bb",
    "\udcff",
    "\x00",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_task_raised_is_escaped(scripted: tuple[Client, ScriptedEngine], text: str) -> None:
    client, engine = scripted
    future = client.submit(len, "x")
    engine.fail(future, ValueError(f"é 日本 {text}"))
    shown = repr(future)
    assert shown.isprintable()
    assert "ValueError: é 日本 " in shown


@pytest.mark.parametrize("text", HOSTILE)
def test_names_are_escaped(scripted: tuple[Client, ScriptedEngine], text: str) -> None:
    client, engine = scripted
    group = client.submit_each(len, ["x"], name=text)
    engine.label = f"engine {text}"
    for shown in (repr(group), repr(group[0]), repr(client), repr(client.board)):
        assert shown.isprintable()
