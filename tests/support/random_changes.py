"""Tasks that are cancelled, killed, retried, or die at random moments; all accounts must agree.

What is compared, once the last change was made: the row of the client's board, the row of a view in
another process (which reads the engine's feed, or the client's), the future, and the traces that
the task itself left in a file.
"""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path
from typing import Any

from helpers import wait_until

from scaler_lab import Client, LocalEngine, Resolution, Status
from scaler_lab.core.future import ScalerFuture
from scaler_lab.core.messages import TaskId
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.feed import discovery
from scaler_lab.feed.connection import FeedConnection
from scaler_lab.runtime.runtime_dir import ConnectionInfo

TIMEOUT = 60.0
LONGEST = 0.02  # seconds that a task runs

BEGUN, ENDED = b"b", b"e"


def work(trace: str, seconds: float, end: str) -> float:
    """Leave a trace of the beginning and of the end."""
    with open(trace, "ab", buffering=0) as file:
        file.write(BEGUN)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(0.001)
        if end == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if end == "fail":
            raise ValueError("as it was to be")
        file.write(ENDED)
    return seconds


class Changes:
    """Submits tasks and changes them, by a seed.

    *view* is in another process than the engine; None if nothing is requested there.
    """

    def __init__(
        self, client: Client, view: FeedConnection | None, folder: Path, seed: int
    ) -> None:
        self.client = client
        self.view = view
        self.random = random.Random(seed)
        self.folder = folder
        self.tasks: list[tuple[ScalerFuture[Any], Path]] = []
        self.may_die = client.engine.survives_worker_death and isinstance(
            client.engine, LocalEngine
        )

    def make(self, n: int) -> None:
        """Make *n* changes, at random moments."""
        for _ in range(n):
            self.random.choice((self.submit, self.submit, self.cancel, self.ask_in_view))()
            if self.view is not None:
                self.view.read()
            if self.random.random() < 0.3:
                time.sleep(self.random.random() * 0.01)

    def submit(self) -> None:
        ends = ["return", "return", "fail", *(["die"] if self.may_die else [])]
        trace = self.folder / f"{len(self.tasks)}"
        options: dict[str, Any] = {"name": trace.name}
        if self.random.random() < 0.3:
            options |= {"retries": 1, "retry_on": ValueError, "retry_delay": 0.005}
        seconds = self.random.random() * LONGEST
        end = self.random.choice(ends)
        future = self.client.options(**options).submit(work, str(trace), seconds, end)
        self.tasks.append((future, trace))

    def some(self) -> list[ScalerFuture[Any]]:
        recent = [future for future, _ in self.tasks[-12:]]
        return self.random.sample(recent, min(len(recent), self.random.randint(1, 3)))

    def cancel(self) -> None:
        for future in self.some():
            future.request_cancel(force=self.random.random() < 0.3)

    def ask_in_view(self) -> None:
        task_ids = [future.task_id for future in self.some()]
        if self.view is not None:
            self.view.request_cancel(task_ids, force=self.random.random() < 0.3)


def check_that_all_agree(client: Client, folder: Path, n_changes: int, seed: int) -> None:
    """Make random changes of the tasks of *client*, and compare all accounts of them."""
    first = client.submit(len, "abc")  # its client can be found from its first task on
    with FeedConnection(feed_with(first.task_id), "a view") as view:
        view.wait_whole(TIMEOUT)
        before = client.board.counts
        changes = Changes(client, view, folder, seed)
        changes.make(n_changes)
        futures = [future for future, _ in changes.tasks]
        assert client.wait([first, *futures], timeout=TIMEOUT).not_done == set(), f"seed {seed}"
        view.wait_for(lambda: _is_settled(view, futures), TIMEOUT)
        for future, trace in changes.tasks:
            for row in (client.board.info(future.task_id), view.mirror.rows.get(future.task_id)):
                assert row is not None
                _compare(row, future, trace, f"seed {seed}: {row} {future}")
        counts = dict.fromkeys(Status, 0)
        for future in futures:
            counts[future.status] += 1
        counts[first.status] += 1
        n_before = sum(before.values()) - 1
        assert sum(client.board.counts.values()) == n_before + len(futures) + 1, f"seed {seed}"
        if not n_before:
            assert client.board.counts == view.mirror.counts == counts, f"seed {seed}"
        assert len(view.mirror.rows) == len(client.board), "a task is one row"


def feed_with(task_id: TaskId) -> ConnectionInfo:
    """Return the feed that has a task: the engine's, or the client's."""
    found: list[ConnectionInfo] = []

    def is_there() -> bool:
        for engine in discovery.find_engines():
            with FeedConnection(engine, "a view") as view:
                view.wait_whole(TIMEOUT)
                if task_id in view.mirror.rows:
                    found.append(engine)
        return bool(found)

    wait_until(is_there, "the feed that has the first task")
    return found[0]


def _is_settled(view: FeedConnection, futures: list[ScalerFuture[Any]]) -> bool:
    rows = view.mirror.rows
    return all((row := rows.get(f.task_id)) is not None and row.status.is_done for f in futures)


def _compare(row: TaskInfo, future: ScalerFuture[Any], trace: Path, words: str) -> None:
    assert row.status is future.status, words
    assert row.cancel_resolution is future.cancel_resolution, words
    assert row.attempt == future.attempt, words
    left = trace.read_bytes() if trace.exists() else b""
    match row.status:
        case Status.SUCCEEDED:
            assert left.endswith(BEGUN + ENDED), words
            assert left.count(BEGUN) == row.attempt, words
        case Status.FAILED:
            assert ENDED not in left, words
            assert left.count(BEGUN) == row.attempt, words
            assert row.error, words
        case Status.CANCELLED:
            if future.cancel_resolution is Resolution.NEVER_STARTED:
                assert left.count(BEGUN) == row.attempt - 1, words
            elif future.cancel_resolution in (Resolution.INTERRUPTED, Resolution.KILLED):
                assert left.count(BEGUN) in (row.attempt - 1, row.attempt), words
                assert not left.endswith(ENDED), words
            assert row.cancel_seconds == future.cancel_seconds, words
            assert row.cancel_seconds is not None, words
            assert row.cancel_seconds >= 0, words
        case status:
            raise AssertionError(f"{status} is no outcome: {words}")
