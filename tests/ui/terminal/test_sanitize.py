"""Foreign text in the terminal: nothing of it is obeyed, all of it is shown."""

from __future__ import annotations

import io
import re
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from scaler_lab.core.messages import TaskId
from scaler_lab.core.state_machine import Resolution, Status
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.ui.formatting import fit
from scaler_lab.ui.sanitize import MAX_CHARACTERS, clean, clean_line
from scaler_lab.ui.terminal.board_follower import BoardFrame
from scaler_lab.ui.terminal.board_view import BoardView

SGR = re.compile(r"\x1b\[[0-9;]*m")

HOSTILE = {
    "clipboard": "\x1b]52;c;cm0gLXJmIH4=\x07",
    "title": "\x1b]0;owned\x07",
    "unterminated": "\x1b]0;never ended",
    "link": "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "clear": "\x1b[2J\x1b[H",
    "question": "\x1b[6n",
    "c1": "\x9b2J\x9d0;owned\x9c",
    "direction": "\u202egpj.exe\u2066\u2069\u200f",
    "zero width": "can\u200bcel\u2060led\ufeff",
    "overwritten": "failed\rsucceeded\b\b",
    "surrogate": "\udcff\ud800",
    "tags": "\U000e0041\U000e007f",
    "nothing to see": "\u3164\u115f\ufe0f\u2800\xa0",
    "markup": "[bold red]x[/] [link=http://evil.example]y[/link] [/]",
    "emoji code": ":smile: :warning:",
    "separators": "a\u2028b\u2029c\x0bd\x0ce\x1cf\x85g",
}

any_text = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cs"]),
        st.sampled_from("\x1b\x9b\x07\x08\r\n\t[]();mJ\u202e\u200b\\"),
    ),
    max_size=120,
)


def test_no_code_point_gets_through_that_is_not_seen() -> None:
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        shown = clean(character)
        if shown == character and character not in "\n\t":
            category = unicodedata.category(character)
            assert category[0] != "C", hex(code)
            assert category not in ("Zl", "Zp"), hex(code)
        elif shown != character:
            assert shown.isascii(), hex(code)
            assert shown.isprintable(), hex(code)
            assert f"{code:x}" in shown


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_shown_and_not_obeyed(text: str) -> None:
    shown = clean_line(text)
    assert "\x1b" not in shown
    assert all(c.isprintable() for c in shown)
    assert clean_line(shown) == shown, "clean text stays as it is"


@pytest.mark.parametrize(
    "text",
    [
        "fit",
        "größe_é",
        "日本語",
        "👍 ok",
        "👩\u200d🔬",
        "می\u200cخواهم",
        "naïve cafe\u0301",
        r"C:\x",
    ],
)
def test_honest_text_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


def test_newlines_and_tabs_are_the_callers() -> None:
    assert clean("a\n\tb") == "a\n\tb"
    assert clean_line("a\n\tb") == r"a\n\tb"


def test_an_escape_is_seen_as_one() -> None:
    assert clean("\x1b[2J\x9b6n\u202e\ud800") == r"\x1b[2J\x9b6n\u202e\ud800"


def test_what_the_terminal_cannot_encode_is_escaped() -> None:
    assert clean("größe ✓", "ascii") == r"gr\xf6\xdfe \u2713"
    assert clean("größe ✓", "iso-8859-1") == r"größe \u2713"


def test_a_huge_name_costs_little() -> None:
    shown = clean("\x1b" * 50_000_000)
    assert len(shown) < 5 * MAX_CHARACTERS
    assert shown.endswith("[...]")


@given(any_text)
def test_clean_text_holds_nothing_a_terminal_obeys(text: str) -> None:
    # Joiners are kept in emoji and in scripts that need them.
    assert all(c.isprintable() or c in "\n\t\u200c\u200d" or c.isspace() for c in clean(text))
    assert not set(clean(text)) & set(map(chr, [*range(9), *range(11, 32), *range(127, 160)]))
    assert "\n" not in clean_line(text)


@given(any_text, st.integers(0, 60), st.booleans())
def test_fitted_text_has_the_requested_width(text: str, width: int, ascii_only: bool) -> None:
    assert cell_len(fit(clean_line(text), width, ascii_only=ascii_only)) == width


@settings(max_examples=150)
@given(
    name=any_text,
    error=any_text,
    worker=any_text,
    title=any_text,
    status=st.sampled_from(Status),
    width=st.sampled_from([1, 7, 20, 40, 80, 160]),
    encoding=st.sampled_from(["utf-8", "ascii", "iso-8859-1"]),
)
def test_escapes_in_the_output_are_richs_own_colours(
    name: str, error: str, worker: str, title: str, status: Status, width: int, encoding: str
) -> None:
    info = TaskInfo(
        task_id=TaskId("0" * 32),
        number=1,
        name=name,
        status=status,
        version=1,
        submitted_at=0.0,
        worker=worker,
        started_at=1.0,
        cancel_requested_by=error,
        cancel_requested_at=1.5,
        cancel_seconds=0.25,
        cancel_resolution=Resolution.KILLED if status is Status.CANCELLED else None,
        error=error,
        detail=error,
    )
    counts = dict.fromkeys(Status, 0) | {status: 1}
    written = io.BytesIO()
    file = io.TextIOWrapper(written, encoding=encoding, errors="strict", newline="")
    console = Console(file=file, width=width, height=24, force_terminal=True, color_system="256")
    console.print(BoardView(BoardFrame(counts, (info,), now=2.0), title))
    file.flush()
    bare = SGR.sub("", written.getvalue().decode(encoding))
    assert "\x1b" not in bare
    assert all(c.isprintable() or c == "\n" or c.isspace() for c in bare), bare
    assert not set(bare) & set("\r\t\x0b\x0c\x85\u2028\u2029\u202e")
    for line in bare.splitlines():
        assert cell_len(line) <= width
