"""How a client on the local engine ends: by Ctrl-C, at exit, forgotten, closed."""

from __future__ import annotations

import gc
import os
import re
import signal
import threading
import time
import warnings
from concurrent.futures import CancelledError, Future, wait
from pathlib import Path
from typing import Any

import local_tasks
import pytest
from helpers import (
    TIMEOUT,
    Program,
    all_pids,
    engine_of,
    folders_of,
    started,
    wait_for_file,
    wait_until_gone,
    wait_until_nothing_is_left,
)

from scaler_lab import Client, EngineLost
from scaler_lab.core.future import ScalerFuture

# -- Ctrl-C ----------------------------------------------------------------------------------------

WAITING = """
    import concurrent.futures, sys, time, local_tasks
    from scaler_lab import Client
    with Client(n_workers=1) as client:
        future = client.submit(local_tasks.return_when_released, sys.argv[1])
        client.submit(local_tasks.pid)
        print("waiting", flush=True)
        try:
            {wait}
        except KeyboardInterrupt:
            print("interrupted", future.done(), flush=True)
        local_tasks.note(sys.argv[1], "released")
        print(future.result(20), flush=True)
"""


@pytest.mark.parametrize(
    "wait_for_it", ["future.result()", "future.exception(60)", "concurrent.futures.wait([future])"]
)
def test_ctrl_c_interrupts_the_wait_only(tmp_path: Path, wait_for_it: str) -> None:
    with Program(WAITING.format(wait=wait_for_it), tmp_path) as program:
        assert program.read() == "waiting"
        wait_for_file(tmp_path, "running")
        begun = time.monotonic()
        program.signal(signal.SIGINT)
        assert program.read() == "interrupted False"
        assert time.monotonic() - begun < 1.0
        assert program.read() == "released"
        assert program.end()[0] == 0


def test_ctrl_c_in_the_terminal_reaches_no_process_of_the_engine(local_client: Client) -> None:
    """They are in sessions of their own; a terminal sends it to its foreground group."""
    local_client.submit(local_tasks.pid).result(TIMEOUT)
    groups = {os.getpgid(pid) for pid in all_pids(engine_of(local_client))}
    assert os.getpgid(0) not in groups


# -- the interpreter's exit ------------------------------------------------------------------------


def test_a_script_s_exit_waits_for_its_tasks_and_reports_it(tmp_path: Path) -> None:
    code = """
        import sys, local_tasks
        from scaler_lab import Client
        from scaler_lab.client import shutdown
        shutdown.REPORT_AFTER_SECONDS = 0.1
        client = Client(n_workers=1)
        client.submit(local_tasks.return_when_released, sys.argv[1]).add_done_callback(
            lambda future: print("done", future.result(), flush=True))
    """
    with Program(code, tmp_path) as program:
        assert program.process.stderr is not None
        line = program.process.stderr.readline()
        assert re.search("waiting for 1 tasks?; Ctrl-C cancels", line)
        local_tasks.note(str(tmp_path), "released")
        assert program.read() == "done released"
        assert program.end()[0] == 0


def test_ctrl_c_at_exit_cancels_what_a_script_waits_for(tmp_path: Path) -> None:
    code = """
        import sys, local_tasks
        from scaler_lab import Client
        from scaler_lab.client import shutdown
        shutdown.REPORT_AFTER_SECONDS = 0.1
        client = Client(n_workers=1)
        client.submit(local_tasks.sleep, sys.argv[1]).add_done_callback(
            lambda future: print("cancelled", future.cancelled(), flush=True))
    """
    with Program(code, tmp_path) as program:
        assert program.process.stderr is not None
        assert "Ctrl-C cancels" in program.process.stderr.readline()
        program.signal(signal.SIGINT)
        assert program.read() == "cancelled True"
        program.end()


def test_an_interactive_exit_cancels(tmp_path: Path) -> None:
    code = """
        import sys, local_tasks, helpers
        sys.ps1 = ">>> "
        from pathlib import Path
        from scaler_lab import Client
        client = Client(n_workers=1)
        future = client.submit(local_tasks.sleep, sys.argv[1])
        helpers.wait_for_file(Path(sys.argv[1]), "running")
        future.add_done_callback(lambda f: print("cancelled", f.cancelled(), flush=True))
    """
    with Program(code, tmp_path) as program:
        assert program.read() == "cancelled True"
        assert program.end()[0] == 0


def test_an_exit_while_cancelling_is_bounded_and_without_a_traceback(tmp_path: Path) -> None:
    code = """
        import sys, threading, local_tasks, helpers
        sys.ps1 = ">>> "
        from pathlib import Path
        from scaler_lab import Client
        client = Client(n_workers=1, grace=60)
        future = client.submit(local_tasks.hold_the_gil, sys.argv[1])
        helpers.wait_for_file(Path(sys.argv[1]), "running")
        threading.Thread(target=future.cancel, daemon=True).start()
    """
    begun = time.monotonic()
    with Program(code, tmp_path) as program:
        status, _, errors = program.end()
    assert time.monotonic() - begun < 10.0
    assert (status, errors) == (0, "")
    wait_until_gone([int(wait_for_file(tmp_path, "running"))])


def test_a_forgotten_client_warns_and_ends_by_itself() -> None:
    client = Client(n_workers=1)
    engine = engine_of(client)
    future = client.submit(local_tasks.mark_nothing, 3)
    pids, folders = all_pids(engine), folders_of(engine)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        del client, engine
        gc.collect()
    [warning] = [w for w in caught if "never shut down" in str(w.message)]
    assert f"{Path(__file__).name}:" in str(warning.message)
    assert future.result(TIMEOUT) == 3
    wait_until_nothing_is_left(pids, folders, TIMEOUT)


# -- closing ---------------------------------------------------------------------------------------


def test_closing_twice_and_from_two_threads_and_in_a_callback_is_fine(tmp_path: Path) -> None:
    client = Client(n_workers=1)
    engine = engine_of(client)
    pids, folders = all_pids(engine), folders_of(engine)
    future = client.submit(local_tasks.return_when_released, str(tmp_path))
    future.add_done_callback(lambda _: client.shutdown())
    threads = [threading.Thread(target=client.shutdown) for _ in range(3)]
    for thread in threads:
        thread.start()
    local_tasks.note(str(tmp_path), "released")
    for thread in threads:
        thread.join(TIMEOUT)
        assert not thread.is_alive()
    client.shutdown()
    engine.close()
    engine.close(wait=False)
    assert future.result() == "released"
    wait_until_nothing_is_left(pids, folders)


def test_closing_the_engine_under_a_client_settles_every_future(tmp_path: Path) -> None:
    with Client(n_workers=1) as client:
        running = started(client.submit(local_tasks.swallow_everything, str(tmp_path)), tmp_path)
        queued = client.submit_each(local_tasks.pid_n, range(100))
        callbacks: list[Future[Any]] = []
        running.add_done_callback(callbacks.append)
        client.engine.close()
        every: list[ScalerFuture[Any]] = [running, *queued]
        assert not wait(every, TIMEOUT).not_done
        with pytest.raises((CancelledError, EngineLost)):
            running.result()
        with pytest.raises(EngineLost):
            client.submit(local_tasks.pid)
    assert callbacks == [running]
