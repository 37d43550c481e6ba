"""Runs `top` without a terminal: a test presses keys and waits for text on its screen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest
from scenarios import TIMEOUT
from textual.pilot import Pilot

from scaler_lab.ui.terminal.top.app import TopApp

Play = Callable[[Pilot[None]], Awaitable[None]]


def run_top(app: TopApp, play: Play, size: tuple[int, int] = (100, 24)) -> None:
    """Run *app* without a terminal, and *play* with it."""

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await play(pilot)

    asyncio.run(run())


def lines_of(app: TopApp) -> list[str]:
    """Return the lines on the screen."""
    strips = app.screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage]
    return [strip.text.rstrip() for strip in strips]


def screen_of(app: TopApp) -> str:
    return "\n".join(lines_of(app)) + "\n"


async def until(pilot: Pilot[None], app: TopApp, *texts: str) -> None:
    """Wait until all of *texts* are on the screen.

    This polls, as do the functions below: the app draws in the pilot's pauses and reports no event.
    """
    end = time.monotonic() + TIMEOUT
    while any(text not in screen_of(app) for text in texts):
        if time.monotonic() > end:
            missing = [text for text in texts if text not in screen_of(app)]
            pytest.fail(f"{missing} never came; there is:\n{screen_of(app)}")
        await pilot.pause(0.02)


async def until_gone(pilot: Pilot[None], app: TopApp, text: str) -> None:
    """Wait until *text* is not on the screen any more."""
    end = time.monotonic() + TIMEOUT
    while text in (shown := screen_of(app)):
        assert time.monotonic() < end, f"{text!r} stays:\n{shown}"
        await pilot.pause(0.02)


async def until_still(pilot: Pilot[None], app: TopApp) -> str:
    """Wait until the screen is unchanged for half a second, and return it."""
    end = time.monotonic() + TIMEOUT
    shown, since = screen_of(app), time.monotonic()
    while time.monotonic() < since + 0.5:
        assert time.monotonic() < end, "it never stands still"
        await pilot.pause(0.05)
        if (now := screen_of(app)) != shown:
            shown, since = now, time.monotonic()
    return shown


async def until_it_is(pilot: Pilot[None], app: TopApp, picture: str) -> str:
    """Wait until the screen is *picture*, because parts are drawn late; return the last screen."""
    end = time.monotonic() + TIMEOUT
    while (shown := screen_of(app)) != picture and time.monotonic() < end:
        await pilot.pause(0.02)
    return shown
