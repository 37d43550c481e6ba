"""At random moments tasks are cancelled, killed, retried, or die: all accounts of them agree.

`random_changes` makes the changes and compares the accounts.  The tests of Dask, Ray and OpenGRIS
Scaler do the same with their clusters.
"""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Generator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from helpers import Program, wait_until
from random_changes import BEGUN, ENDED, TIMEOUT, check_that_all_agree

from scaler_lab import Client, LocalEngine, Resolution, Status
from scaler_lab.feed import discovery
from scaler_lab.feed.connection import FeedConnection
from scaler_lab.feed.mirror import ENGINE_ENDED

CHANGES = 1_000

PROGRAM = """
    import sys
    from pathlib import Path
    from random_changes import Changes
    from scaler_lab import Client, LocalEngine

    with Client(LocalEngine(n_workers=2, grace=0.2), echo=False) as client:
        changes = Changes(client, None, Path(sys.argv[1]), int(sys.argv[2]))
        changes.make(10)
        print(client.engine.connection.engine_id, flush=True)
        changes.make(10**9)
"""


@contextmanager
def _local() -> Generator[Client]:
    with Client(LocalEngine(n_workers=2, grace=0.2)) as client:
        yield client


@contextmanager
def _threads() -> Generator[Client]:
    with ThreadPoolExecutor(2) as pool, Client(pool) as client:
        yield client


@contextmanager
def _processes() -> Generator[Client]:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool, Client(pool) as client:
        yield client


ENGINES = {"local": _local, "threads": _threads, "processes": _processes}


@pytest.mark.timeout(180)
@pytest.mark.parametrize("name", ENGINES)
def test_row_view_future_and_process_tell_the_same(name: str, tmp_path: Path) -> None:
    with ENGINES[name]() as client:
        check_that_all_agree(client, tmp_path, CHANGES, random.randrange(2**32))


@pytest.mark.timeout(180)
@pytest.mark.parametrize("kill", range(4))
def test_when_the_program_is_killed_its_rows_are_what_its_processes_did(
    kill: int, tmp_path: Path
) -> None:
    del kill  # each at another random moment
    seed = random.randrange(2**32)
    program = Program(PROGRAM, tmp_path, seed)
    try:
        engine = discovery.find_engine(program.read())
        with FeedConnection(engine, "a view") as view:
            view.wait_whole(TIMEOUT)
            until = time.monotonic() + random.Random(seed).random()
            while time.monotonic() < until:
                view.wait(0.01)
            workers = [worker.pid for worker in view.mirror.workers if worker.pid]
            program.kill()
            view.wait_for(lambda: view.mirror.ended is not None, TIMEOUT)
    finally:
        program.kill()
    wait_until(lambda: not any(map(psutil.pid_exists, workers)), "the end of the workers")
    assert view.mirror.ended is not None
    assert view.mirror.rows
    for row in view.mirror.rows.values():
        trace = tmp_path / row.name
        left = trace.read_bytes() if trace.exists() else b""
        words = f"seed {seed}: {row}, traces {left!r}"
        assert row.status.is_done, words
        if row.status is Status.SUCCEEDED:
            assert left.endswith(BEGUN + ENDED), words
        elif row.status is Status.FAILED and ENGINE_ENDED not in row.error:
            assert ENDED not in left, words
        elif row.cancel_resolution is Resolution.NEVER_STARTED:
            assert left.count(BEGUN) == row.attempt - 1, words
