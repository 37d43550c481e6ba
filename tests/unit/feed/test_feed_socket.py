"""Windows on the feed of a real engine: what they see, and what they can stop."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import wait
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from scenarios import TIMEOUT, held

from scaler_lab import Client, EngineLost, LocalEngine, Resolution, Status
from scaler_lab.core.future import ScalerFuture
from scaler_lab.feed import discovery
from scaler_lab.feed.connection import FeedConnection
from scaler_lab.runtime import runtime_dir
from scaler_lab.runtime.program_name import program_name
from scaler_lab.runtime.runtime_dir import ConnectionInfo
from scaler_lab.testing import _work


def _publisher_of(client: Client) -> ConnectionInfo:
    assert isinstance(client.engine, LocalEngine)
    return runtime_dir.find(client.engine.name)


def _boom() -> None:
    raise ValueError("no such column \x1b[2J")


@pytest.fixture
def view(local_client: Client) -> Iterator[FeedConnection]:
    """A view on `local_client`'s engine, with its first snapshot."""
    with FeedConnection(_publisher_of(local_client), "a view") as view:
        view.wait_whole(TIMEOUT)
        yield view


def _shows(view: FeedConnection, future: ScalerFuture[Any], status: Status) -> bool:
    """Whether the view shows that within the timeout."""

    def is_shown() -> bool:
        row = view.mirror.rows.get(future.task_id)
        return row is not None and row.status is status

    return view.wait_for(is_shown, TIMEOUT)


def test_a_programs_own_engine_is_found_by_the_programs_name(local_client: Client) -> None:
    publisher = _publisher_of(local_client)
    assert publisher.program == program_name()
    assert publisher in discovery.find_engines()
    assert discovery.find_engine(publisher.program) == publisher
    assert discovery.title_of(publisher) == f"{publisher.program} ({publisher.name})"


def test_a_view_shows_tasks_from_their_submission_to_their_end(
    local_client: Client, view: FeedConnection, tmp_path: Path
) -> None:
    future = held(local_client, tmp_path)
    assert _shows(view, future, Status.RUNNING)
    row = view.mirror.rows[future.task_id]
    assert row.worker
    busy = [worker for worker in view.mirror.workers if worker.task_id == future.task_id]
    assert [worker.name for worker in busy] == [row.worker]
    _work.release(str(tmp_path))
    assert _shows(view, future, Status.SUCCEEDED)


def test_a_view_shows_what_waits_in_the_client_by_the_clients_numbers(
    local_client: Client, view: FeedConnection, tmp_path: Path
) -> None:
    first = held(local_client, tmp_path)
    second = local_client.submit(repr, first)
    third = local_client.submit(len, "abc")
    assert _shows(view, second, Status.WAITING)
    assert _shows(view, third, Status.SUCCEEDED)
    _work.release(str(tmp_path))
    assert _shows(view, second, Status.SUCCEEDED)
    rows = view.mirror.rows
    assert [rows[future.task_id].number for future in (first, second, third)] == [1, 2, 3]
    assert len(rows) == 3


def test_what_waits_ends_in_views_as_it_does_in_its_client(
    local_client: Client, view: FeedConnection, tmp_path: Path
) -> None:
    first = held(local_client, tmp_path)
    graph = local_client.submit_graph({"a": (repr, first), "b": (repr, "a")})
    alone = local_client.submit(repr, first)
    after = local_client.submit(repr, alone)
    of_failed = local_client.submit(repr, local_client.submit(_boom))
    assert _shows(view, of_failed, Status.FAILED)
    assert view.mirror.rows[of_failed.task_id].error.startswith("DependencyFailed: '_boom'")
    assert _shows(view, graph["b"], Status.WAITING)
    assert _shows(view, after, Status.WAITING)
    [request] = view.request_cancel([graph["b"].task_id, alone.task_id])
    assert view.wait_for(lambda: request in view.mirror.responses, TIMEOUT)
    assert view.mirror.responses[request].accepted == 2
    for future in (graph["a"], graph["b"], alone, after):
        wait([future], TIMEOUT)
        assert future.cancelled()
        assert _shows(view, future, Status.CANCELLED)
    assert alone.cancel_resolution is Resolution.NEVER_STARTED
    assert view.mirror.rows[alone.task_id].cancel_requested_by == "a view"
    assert "whose result it takes, was cancelled" in view.mirror.rows[after.task_id].detail
    assert first.running()
    _work.release(str(tmp_path))


def test_a_cancel_from_a_view_is_the_same_cancel(
    local_client: Client, view: FeedConnection, tmp_path: Path
) -> None:
    future = held(local_client, tmp_path)
    assert _shows(view, future, Status.RUNNING)
    [request] = view.request_cancel([future.task_id])
    assert _shows(view, future, Status.CANCELLED)
    row = view.mirror.rows[future.task_id]
    assert row.cancel_resolution is Resolution.INTERRUPTED
    assert row.cancel_requested_by == "a view"
    assert row.cancel_seconds is not None
    assert view.mirror.responses[request].accepted == 1
    wait([future], TIMEOUT)
    assert future.cancelled()
    assert future.cancel_resolution is Resolution.INTERRUPTED
    info = local_client.board.info(future.task_id)
    assert info is not None
    assert info.cancel_requested_by == "a view"


def test_all_views_show_the_engines_measurement_of_a_cancel(
    local_client: Client, view: FeedConnection, tmp_path: Path
) -> None:
    future = held(local_client, tmp_path)
    assert _shows(view, future, Status.RUNNING)
    view.request_cancel([future.task_id])
    assert _shows(view, future, Status.CANCELLED)
    wait([future], TIMEOUT)
    assert future.cancel_seconds == view.mirror.rows[future.task_id].cancel_seconds


def _fail_until(folder: str, attempts: int) -> int:
    tried = Path(folder) / "tried"
    with tried.open("a") as file:
        file.write(".")
    if tried.stat().st_size < attempts:
        raise ValueError("not yet")
    return attempts


def test_a_view_shows_one_row_of_a_retried_task_and_counts_no_failure(
    local_client: Client, view: FeedConnection, tmp_path: Path
) -> None:
    view_of = local_client.options(retries=2, retry_on=ValueError)
    group = view_of.submit_each(_fail_until, [str(tmp_path)], [3])
    [future] = group
    assert _shows(view, future, Status.SUCCEEDED)
    assert future.result(TIMEOUT) == 3
    [row] = view.mirror.rows.values()
    assert (row.task_id, row.attempt, row.group_name) == (future.task_id, 3, group.name)
    assert row.detail == "attempt 2: ValueError: not yet"
    assert view.mirror.counts[Status.FAILED] == 0
    assert sum(view.mirror.counts.values()) == 1


def test_a_task_between_two_attempts_is_retrying_and_can_be_cancelled_in_a_view(
    local_client: Client, view: FeedConnection, tmp_path: Path
) -> None:
    patient = local_client.options(retries=2, retry_on=ValueError, retry_delay=60)
    future = patient.submit(_fail_until, str(tmp_path), 3)
    assert _shows(view, future, Status.RETRYING)
    assert view.wait_for(lambda: future.status is Status.RETRYING, TIMEOUT), "it hears later"
    assert view.mirror.rows[future.task_id].error == ""
    view.request_cancel([future.task_id])
    wait([future], TIMEOUT)
    assert _shows(view, future, Status.CANCELLED)
    assert future.cancel_resolution is Resolution.FINISHED_FIRST
    assert view.mirror.rows[future.task_id].cancel_requested_by == "a view"


def test_a_task_that_is_not_tried_again_fails_in_a_view_too(
    local_client: Client, view: FeedConnection, tmp_path: Path
) -> None:
    future = local_client.options(retries=2, retry_on=OSError).submit(_fail_until, str(tmp_path), 3)
    assert _shows(view, future, Status.FAILED)
    assert view.mirror.rows[future.task_id].error == "ValueError: not yet"
    assert view.mirror.counts[Status.FAILED] == 1


def test_a_cancelled_dependency_is_not_a_request_to_cancel(
    local_client: Client, view: FeedConnection, tmp_path: Path
) -> None:
    first = held(local_client, tmp_path)
    second = local_client.submit(repr, first)
    first.cancel()
    wait([second], TIMEOUT)
    assert second.cancelled()
    assert second.cancel_seconds is None
    assert _shows(view, second, Status.CANCELLED)
    for row in (view.mirror.rows[second.task_id], local_client.board.info(second.task_id)):
        assert row is not None
        assert (row.cancel_requested_at, row.cancel_seconds) == (None, None)


def test_a_kill_from_a_view_kills(
    local_client: Client, view: FeedConnection, tmp_path: Path
) -> None:
    future = held(local_client, tmp_path)
    assert _shows(view, future, Status.RUNNING)
    view.request_cancel([future.task_id], force=True)
    assert _shows(view, future, Status.CANCELLED)
    assert view.mirror.rows[future.task_id].cancel_resolution is Resolution.KILLED


def test_details_carry_the_remote_traceback(local_client: Client, view: FeedConnection) -> None:
    future = local_client.submit(_boom)
    assert _shows(view, future, Status.FAILED)
    request = view.request_details(future.task_id)
    assert view.wait_for(lambda: request in view.mirror.details, TIMEOUT)
    details = view.mirror.details[request]
    assert "_boom" in details.traceback
    assert "no such column" in details.traceback


def test_twenty_views_see_the_same(local_client: Client) -> None:
    publisher = _publisher_of(local_client)
    with ExitStack() as stack:
        views = [stack.enter_context(FeedConnection(publisher)) for _ in range(20)]
        futures = list(local_client.submit_each(abs, range(500)))
        for future in futures:
            future.result(TIMEOUT)

        for view in views:
            assert view.wait_for(lambda: _is_all_done(view, 500), TIMEOUT)  # noqa: B023


def _is_all_done(view: FeedConnection, n: int) -> bool:
    mirror = view.mirror
    return (
        mirror.counts[Status.SUCCEEDED] == n == sum(r.status.is_done for r in mirror.rows.values())
    )


def test_a_view_that_reads_nothing_delays_nothing(local_client: Client) -> None:
    publisher = _publisher_of(local_client)
    with (
        FeedConnection(publisher),
        FeedConnection(publisher) as reader,
    ):  # the first one never reads
        for _ in range(5):
            for future in local_client.submit_each(abs, range(1000)):
                future.result(TIMEOUT)
        assert reader.wait_for(lambda: reader.mirror.counts[Status.SUCCEEDED] == 5000, TIMEOUT)


def test_a_view_is_informed_when_the_program_ends() -> None:
    with Client(n_workers=1) as client:
        view = FeedConnection(_publisher_of(client))
        view.wait_whole(TIMEOUT)
    with view:
        view.wait_for(lambda: False, TIMEOUT)
        assert view.mirror.ended == "its client ended"


def test_a_view_finds_out_when_the_scheduler_is_killed() -> None:
    client = Client(n_workers=1)
    publisher = _publisher_of(client)
    with FeedConnection(publisher) as view:
        view.wait_whole(TIMEOUT)
        os.kill(publisher.pid, signal.SIGKILL)
        view.wait_for(lambda: False, TIMEOUT)
        assert view.mirror.ended == "its process is gone"
    client.shutdown()
    runtime_dir.sweep()


def test_an_engine_that_is_gone_is_an_error_not_a_wait(local_client: Client) -> None:
    publisher = _publisher_of(local_client)
    local_client.shutdown()
    with (
        FeedConnection(publisher) as view,
        pytest.raises(EngineLost, match="its process is gone"),
    ):
        view.wait_whole(TIMEOUT)


def test_noise_at_the_feeds_socket_does_no_harm(local_client: Client, view: FeedConnection) -> None:
    path = Path(_publisher_of(local_client).folder) / "feed.sock"
    for noise in (b"", b"GET / HTTP/1.1\r\n\r\n", os.urandom(4096), b"\xff" * 64 + bytes(1 << 16)):
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(path))
            try:
                line.sendall(noise)
            except OSError:
                pass  # hung up on, as it should be
    future = local_client.submit(abs, -1)
    assert _shows(view, future, Status.SUCCEEDED)


def test_a_view_opened_and_closed_a_hundred_times_leaves_nothing(local_client: Client) -> None:
    publisher = _publisher_of(local_client)
    began = time.monotonic()
    for _ in range(100):
        with FeedConnection(publisher) as view:
            view.wait_whole(TIMEOUT)
    assert time.monotonic() - began < TIMEOUT


def _ready(view: FeedConnection) -> dict[str, int]:
    """The pids of the one worker that gets tasks and of its spare, where they are ready."""
    return {w.state: w.pid for w in view.mirror.workers if w.state in ("idle", "spare")}


def test_workers_that_come_and_go_are_shown_though_no_task_does_anything() -> None:
    with Client(n_workers=1) as client, FeedConnection(_publisher_of(client)) as view:
        assert view.wait_for(lambda: len(_ready(view)) == 2, TIMEOUT)
        before = _ready(view)
        os.kill(before["idle"], signal.SIGKILL)

        def is_replaced() -> bool:
            now = _ready(view)
            return len(now) == 2 and now["idle"] == before["spare"]

        assert view.wait_for(is_replaced, TIMEOUT)
