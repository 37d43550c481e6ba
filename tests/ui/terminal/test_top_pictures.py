"""How `top` looks, on a feed that stands still: pictures, colours, and texts that are hostile.

After a change of looks that is meant: ``GOLDEN=write python -m pytest
tests/ui/terminal/test_top_pictures.py``, then look at what changed in ``tests/ui/terminal/golden``
and ``docs/top.svg``.
"""

from __future__ import annotations

import html
import os
import re
from pathlib import Path
from typing import Any

import pytest
from fake_feed import NOW, FakeFeed, fake_top, info, sixty_rows
from rich.style import Style
from textual.pilot import Pilot
from top_driver import lines_of, run_top, screen_of, until, until_it_is, until_still

from scaler_lab import Resolution
from scaler_lab.core.state_machine import Status
from scaler_lab.core.task_record import TaskInfo

pytestmark = pytest.mark.usefixtures("utc")

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize(("width", "height"), [(80, 24), (160, 45)])
@pytest.mark.parametrize("view", ["groups", "tasks", "details", "workers", "help", "ended"])
def test_the_picture_is_the_golden_one(width: int, height: int, view: str) -> None:
    ended = "its client ended" if view == "ended" else None
    app = fake_top(FakeFeed(sixty_rows(), ended), is_grouped=view == "groups")
    golden = GOLDEN / f"top_{view}_{width}.txt"
    is_new = os.environ.get("GOLDEN") == "write"
    picture = "" if is_new else golden.read_text(encoding="utf-8")
    drawn: list[str] = []

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, app, "◌ cancelling")
        match view:
            case "groups":
                await pilot.press("down")
                await until(pilot, app, "▌ ◌ cancelling")
            case "details":
                await pilot.press("down", "down", "down", "enter")
                await until(pilot, app, "of CPU")
            case "workers":
                await pilot.press("w")
                await until(pilot, app, "spare")
            case "help":
                await pilot.press("question_mark")
                await until(pilot, app, "A cancel is a request")
            case "ended":
                await until(pilot, app, "ended")
            case _:
                await pilot.press("down", "space", "shift+down")
                await until(pilot, app, "2 selected")
        if is_new:
            drawn.append(await until_still(pilot, app))
        else:
            drawn.append(await until_it_is(pilot, app, picture))

    run_top(app, play, (width, height))
    if is_new:
        golden.write_text(drawn[0], encoding="utf-8")
    else:
        assert drawn == [picture]


def test_a_narrow_summary_leaves_out_what_has_no_room() -> None:
    app = fake_top(FakeFeed(sixty_rows()))

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, app, "◌ cancelling")
        done, bar, counts = lines_of(app)[:3]
        assert done.endswith("done")
        assert len(bar) == 39
        assert "◌ 1" in counts

    run_top(app, play, (40, 20))


HOSTILE = [
    "\x1b]52;c;aGVsbG8=\x07",
    "\x1b[2J\x1b[6n",
    "\x9b2J",
    "[bold red]not bold[/]",
    "[/]",
    "[link=https://example.org]click[/link]",
    "[@click=app.quit]quit[/]",
    "user@host $ \r rm -rf",
    "\u202egnp.exe",
    "a\nb\tc",
    "\ud800 lone",
    "😀" * 100,
    "x" * 5000,
    "",
]


def test_hostile_texts_show_literally_everywhere() -> None:
    rows = [
        info(n, Status.FAILED, name or " ", error=name, detail=name, group_name=name, worker=name)
        for n, name in enumerate(HOSTILE, 1)
    ]
    app = fake_top(FakeFeed(rows))

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, app, r"\x1b]52;c;", r"\x9b2J", "[bold red]not bold[/]", r"\u202egnp")
        for _ in HOSTILE:
            await pilot.press("down")
            await pilot.press("enter")
            await pilot.pause()
            shown = screen_of(app)
            assert not {c for c in shown if not c.isprintable() and c != "\n"}
            await pilot.press("enter")
        await pilot.press("slash")
        await pilot.press(*"[/]")
        await until(pilot, app, "with '[/]'")
        assert len(app.table.order) == 3
        svg = app.export_screenshot()
        assert "\x1b" not in svg

    run_top(app, play, (160, 45))


def test_no_color_disables_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = fake_top(FakeFeed(sixty_rows()))

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, app, "fit[10]")
        await pilot.press("down", "space")
        await pilot.pause()
        for strip in app.screen._compositor.render_strips():  # pyright: ignore[reportPrivateUsage]
            for segment in strip:
                style = segment.style or Style()
                for colour in (style.color, style.bgcolor):
                    assert colour is None or colour.is_default, segment

    run_top(app, play)


def test_dark_and_light() -> None:
    app = fake_top(FakeFeed(sixty_rows()))

    async def play(pilot: Pilot[None]) -> None:
        assert app.theme == "textual-dark"
        await pilot.press("t")
        assert app.theme == "textual-light"

    run_top(app, play)


# -- the picture in the README ---------------------------------------------------------------------


def _rows_of_the_picture() -> list[TaskInfo]:
    def how(resolution: Resolution, seconds: float) -> dict[str, Any]:
        return {
            "cancel_requested_at": NOW - 4,
            "cancel_requested_by": "top",
            "cancel_resolution": resolution,
            "cancel_seconds": seconds,
            "ended_at": NOW - 4 + seconds,
        }

    interrupted = how(Resolution.INTERRUPTED, 0.0012)
    killed = how(Resolution.KILLED, 0.512) | {"detail": "SIGKILL after a grace period of 0.5 s"}
    asked: dict[str, Any] = {"cancel_requested_at": NOW - 0.3, "cancel_requested_by": "top"}
    never = how(Resolution.NEVER_STARTED, 0.0004)
    never.update(started_at=None, worker="")
    return [
        *(info(n, Status.SUCCEEDED, f"load[{n}]", group_name="load") for n in range(1, 11)),
        info(11, Status.FAILED, error="ValueError: no such column"),
        info(12, Status.CANCELLED, **interrupted),
        info(13, Status.CANCELLED, "stubborn", **killed),
        info(14, Status.CANCELLING, "train_forest", **asked),
        info(15, Status.RUNNING),
        info(16, Status.RUNNING),
        *(info(n, Status.QUEUED) for n in range(17, 21)),
        *(info(n, Status.CANCELLED, **never) for n in range(21, 25)),
    ]


def test_the_readmes_picture_is_up_to_date_and_light_and_needs_nothing_from_elsewhere() -> None:
    app = fake_top(FakeFeed(_rows_of_the_picture()), is_grouped=True)
    pictures: list[str] = []

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, app, "◌ cancelling")
        await pilot.press("down", "down", "right", "down", "down", "down", "enter")
        await until(pilot, app, "Traceback")
        await until_still(pilot, app)
        pictures.append(app.export_screenshot(title="scaler-lab top"))

    run_top(app, play, (100, 28))
    # The font is the reader's own monospaced one, not fetched from somewhere.
    picture = re.sub(r"@font-face \{.*?\}", "", pictures[0], flags=re.DOTALL)
    picture = re.sub(r"<!--.*?-->", "", picture, flags=re.DOTALL)
    assert set(re.findall(r"https?://[^\s\"<]*", picture)) <= {"http://www.w3.org/2000/svg"}
    assert len(picture) < 300_000
    shown = Path(__file__).parents[3] / "docs" / "top.svg"
    if os.environ.get("GOLDEN") == "write":
        shown.write_text(picture, encoding="utf-8")
    assert _words_of(picture) == _words_of(shown.read_text(encoding="utf-8"))


def _words_of(picture: str) -> list[str]:
    return [html.unescape(text) for text in re.findall(r"<text[^>]*>([^<]*)</text>", picture)]
