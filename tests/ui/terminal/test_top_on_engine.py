"""`top`, played with keys on a real engine: what it cancels, shows, and does when that ends."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

import memory_hogs
import pytest
from scenarios import TIMEOUT, held
from textual.pilot import Pilot
from top_driver import run_top, until, until_gone

from scaler_lab import Client, LocalEngine, Resolution
from scaler_lab.runtime import runtime_dir
from scaler_lab.testing import _work
from scaler_lab.ui.terminal.top.app import TopApp


def _top_on(client: Client) -> TopApp:
    assert isinstance(client.engine, LocalEngine)
    return TopApp(runtime_dir.find(client.engine.name))


def _boom() -> None:
    raise ValueError("no such column")


def test_c_cancels_the_task_under_the_cursor_and_shows_how_it_was_settled(
    local_client: Client, tmp_path: Path
) -> None:
    future = held(local_client, tmp_path)
    app = _top_on(local_client)

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, app, "▸ running", "hold")
        await pilot.press("c")
        await until(pilot, app, "choose a task first")
        assert not future.done()
        await pilot.press("down", "c")
        await until(pilot, app, "⊘ cancelled", "#1 hold: interrupted,")

    run_top(app, play)
    local_client.cancel([future], TIMEOUT)
    assert future.cancel_resolution is Resolution.INTERRUPTED
    info = local_client.board.info(future.task_id)
    assert info is not None
    assert info.cancel_requested_by == "top"


@pytest.mark.skipif(sys.platform != "linux", reason="stacks are read from /proc")
def test_p_samples_where_a_running_task_spends_its_time_until_it_is_stopped(
    local_client: Client, tmp_path: Path
) -> None:
    held(local_client, tmp_path)
    app = _top_on(local_client)

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, app, "▸ running", "hold")
        await pilot.press("p")
        await until(pilot, app, "open a running task first")
        await pilot.press("down", "enter")
        await until(pilot, app, "where it is")
        await pilot.press("p")
        await until(pilot, app, "samples where it is", "p stops")
        await pilot.press("p")
        await until(pilot, app, "where it spends its time", "samples")

    run_top(app, play)


def test_a_row_shows_cancelling_until_the_engine_has_answered(tmp_path: Path) -> None:
    with Client(n_workers=1, grace=60) as client:
        client.submit(_work.beat_stubbornly, str(tmp_path), "held")
        _work.wait_for_start(str(tmp_path), "held", TIMEOUT)
        app = _top_on(client)

        async def play(pilot: Pilot[None]) -> None:
            await until(pilot, app, "▸ running")
            await pilot.press("down", "c")
            await until(pilot, app, "◌ cancelling", "asked", "1 cancelling")
            await pilot.press("down", "C")
            await until(pilot, app, "Kill the worker of #1 beat_stubbornly?")
            await pilot.press("y")
            await until(pilot, app, "⊘ cancelled", "#1 beat_stubbornly: killed,")

        run_top(app, play)


def test_several_are_selected_and_killed_after_a_question(
    local_client: Client, tmp_path: Path
) -> None:
    futures = [held(local_client, tmp_path, key) for key in ("one", "two")]
    app = _top_on(local_client)

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, app, "2 running")
        await pilot.press("down", "shift+down")
        await until(pilot, app, "2 selected", "▌●")
        await pilot.press("C")
        await until(pilot, app, "Kill the workers of 2 tasks?")
        await pilot.press("n")
        await until_gone(pilot, app, "Kill the workers of 2 tasks?")
        assert not any(future.done() for future in futures)
        await pilot.press("C")
        await until(pilot, app, "Kill the workers of 2 tasks?")
        await pilot.press("y")
        await until(pilot, app, "⊘ 2 cancelled", "2 killed; within")

    run_top(app, play)


def test_all_queued_are_cancelled_and_what_runs_goes_on(
    local_client: Client, tmp_path: Path
) -> None:
    running = [held(local_client, tmp_path, key) for key in ("one", "two")]
    local_client.submit_each(time.sleep, [3600.0] * 30)  # until they are cancelled
    app = _top_on(local_client)

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, app, "30 queued")
        await pilot.press("X")
        await until(pilot, app, "Cancel 30 queued tasks?")
        await pilot.press("y")
        await until(pilot, app, "⊘ 30 cancelled", "30 never started")
        await pilot.press("X")
        await until(pilot, app, "nothing is queued")

    run_top(app, play)
    assert not any(future.done() for future in running)
    _work.release(str(tmp_path))


def test_a_done_task_is_not_cancelled_again(local_client: Client) -> None:
    local_client.submit(abs, -1).result(TIMEOUT)
    app = _top_on(local_client)

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, app, "✓ succeeded")
        await pilot.press("down", "c")
        await until(pilot, app, "#1 abs is done already")

    run_top(app, play)


def test_details_show_the_traceback_and_the_settlement(
    local_client: Client, tmp_path: Path
) -> None:
    assert local_client.submit(_boom).exception(TIMEOUT)
    future = held(local_client, tmp_path)
    app = _top_on(local_client)

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, app, "✗ failed", "▸ running")
        await pilot.press("down", "down", "enter")
        await until(pilot, app, "#1  _boom", "Traceback (most recent call last):", "in _boom")
        await pilot.press("up")
        await until(pilot, app, "#2  hold", "runs", "since")
        await pilot.press("c")
        await until(pilot, app, "settled", "interrupted,", "after the request", "by top")
        await pilot.press("escape")
        await until_gone(pilot, app, "settled")

    run_top(app, play, (100, 40))
    assert future.cancel()


def test_a_retry_is_requested_from_the_program(local_client: Client) -> None:
    future = local_client.submit(_boom)
    assert future.exception(TIMEOUT)
    app = _top_on(local_client)

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, app, "✗ failed")
        await pilot.press("down", "R")
        await until(pilot, app, "requested that the program submit 1 call again", "✗ 2 failed")

    run_top(app, play)


def test_workers_are_shown_with_what_they_are_at(local_client: Client, tmp_path: Path) -> None:
    held(local_client, tmp_path)
    app = _top_on(local_client)

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, app, "▸ running")
        await pilot.press("w")
        await until(pilot, app, "busy", "#1 hold", "spare", "pid")
        await pilot.press("w")
        await until(pilot, app, "▸ running")

    run_top(app, play)


def test_the_programs_end_is_said_and_its_next_start_attached_to() -> None:
    first = LocalEngine(n_workers=1, name="night").start()
    client = Client(first)
    client.submit(abs, -1).result(TIMEOUT)
    app = TopApp(runtime_dir.find("night"))
    engines = [first]

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, app, "✓ succeeded")
        await asyncio.to_thread(client.shutdown)
        await asyncio.to_thread(first.stop)
        await until(
            pilot, app, "ended", "it was stopped by a command", "waits for it", "✓ succeeded"
        )
        await pilot.press("down", "c", "X", "R")
        assert app.table.is_stale
        engines.append(await asyncio.to_thread(LocalEngine(n_workers=1, name="night").start))
        await until(pilot, app, "it started again", "no tasks yet")
        assert not app.table.is_stale

    try:
        run_top(app, play)
    finally:
        for engine in engines:
            engine.stop()


def test_a_reader_is_offered_the_next_engine_and_not_moved_to_it() -> None:
    first = LocalEngine(n_workers=1, name="night").start()
    engines = [first]
    client = Client(first)
    client.submit(abs, -1).result(TIMEOUT)
    app = TopApp(runtime_dir.find("night"))

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, app, "✓ succeeded")
        await pilot.press("down", "enter")
        await until(pilot, app, "#1  abs")
        await asyncio.to_thread(client.shutdown)
        await asyncio.to_thread(first.stop)
        await until(pilot, app, "ended")
        engines.append(await asyncio.to_thread(LocalEngine(n_workers=1, name="night").start))
        await until(pilot, app, "r: ", "which runs now", "#1  abs")
        await pilot.press("r")
        await until(pilot, app, "no tasks yet")

    try:
        run_top(app, play)
    finally:
        for engine in engines:
            engine.stop()


def test_a_killed_scheduler_is_noticed() -> None:
    client = Client(n_workers=1)
    app = _top_on(client)
    host = runtime_dir.running()[-1]

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, app, "no tasks yet")
        os.kill(host.pid, signal.SIGKILL)
        await until(pilot, app, "ended", "its process is gone")

    run_top(app, play)
    client.shutdown()
    runtime_dir.sweep()


def test_with_several_engines_one_is_chosen() -> None:
    with (
        LocalEngine(n_workers=1, name="day") as day,
        LocalEngine(n_workers=1, name="night") as night,
        Client(day) as one,
        Client(night) as other,
    ):
        one.submit(abs, -1).result(TIMEOUT)
        other.submit(len, "ab").result(TIMEOUT)
        app = TopApp()

        async def play(pilot: Pilot[None]) -> None:
            await until(pilot, app, "Choose what to show", "(day)", "(night)")
            await pilot.press("down", "enter")
            await until(pilot, app, "(day)", "✓ succeeded", "abs")
            await pilot.press("e")
            await until(pilot, app, "Choose what to show")
            await pilot.press("escape")
            await until(pilot, app, "(day)", "✓ succeeded", "abs")

        run_top(app, play)


def test_with_no_engine_it_waits_for_one() -> None:
    app = TopApp()
    clients: list[Client] = []

    async def play(pilot: Pilot[None]) -> None:
        await until(pilot, app, "Nothing of yours is running")
        clients.append(await asyncio.to_thread(Client, n_workers=1))
        await until(pilot, app, "no tasks yet", "1 worker")

    try:
        run_top(app, play)
    finally:
        for client in clients:
            client.shutdown()


@pytest.mark.skipif(sys.platform != "linux", reason="usage is read from /proc")
def test_a_wide_screen_shows_what_running_tasks_use() -> None:
    with Client(n_workers=1, echo=False) as client:
        future = client.submit(memory_hogs.fill, 64 << 20, 600)
        app = _top_on(client)

        async def play(pilot: Pilot[None]) -> None:
            await until(pilot, app, "CPU    memory", "▸ running", "% ", " MiB")

        run_top(app, play, size=(120, 24))
        client.cancel([future], TIMEOUT, force=True)
