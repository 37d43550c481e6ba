"""Deaths on the real local engine: of workers, of its own processes, and of its clients."""

from __future__ import annotations

import gc
import os
import re
import signal
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, wait
from pathlib import Path
from typing import Any

import chores
import psutil
import pytest
from probes import (
    PATIENCE_SECONDS,
    Program,
    all_pids,
    blobs_of,
    engine_of,
    folders_of,
    is_running,
    nursery_pid,
    scheduler_pid,
    started,
    values,
    wait_for_file,
    wait_until,
    wait_until_gone,
    wait_until_nothing_is_left,
    worker_pids,
)

from scaler_lab import (
    Client,
    EngineLost,
    EngineStartFailed,
    LocalEngine,
    RemoteError,
    Resolution,
    TaskExited,
    WorkerDied,
)
from scaler_lab.engines.local import blobs
from scaler_lab.engines.local.client import agent_thread
from scaler_lab.engines.local.client import engine as local_engine
from scaler_lab.machine import runtime_folder
from scaler_lab.memory.future import ScalerFuture

# -- a worker's ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("task", "args", "cause", "code"),
    [
        (chores.die_by, (signal.SIGKILL,), "was killed by SIGKILL (9)", -9),
        (chores.segfault, (), "was killed by SIGSEGV (11)", -11),
        (chores.abort, (), "was killed by SIGABRT (6)", -6),
        (chores.exit_hard, (7,), "exited with status 7", 7),
        (chores.exit_hard, (0,), "exited with status 0", 0),
    ],
    ids=["SIGKILL", "segfault", "abort", "os._exit(7)", "os._exit(0)"],
)
def test_a_worker_s_death_fails_the_one_task_and_says_everything(
    local_client: Client, task: Callable[..., Any], args: tuple[Any, ...], cause: str, code: int
) -> None:
    before = local_client.submit_each(chores.mark_nothing, range(20))
    dying = local_client.submit(task, *args)
    after = local_client.submit_each(chores.mark_nothing, range(20))
    with pytest.raises(WorkerDied) as caught:
        dying.result(PATIENCE_SECONDS)
    words = str(caught.value)
    assert re.match(rf"task {task.__name__!r} was running in worker \d+ \(pid \d+\) when ", words)
    assert cause in words
    assert f"(pid {caught.value.pid})" in words
    assert caught.value.exit_code == code
    assert "Only this task failed; a new worker has taken the place." in words
    if code in (-11, -6):
        assert "Where it was:" in words
        assert task.__name__ in words.partition("Where it was:")[2]
    assert dying.worker.startswith("worker ")
    assert values(before) == values(after) == list(range(20))


def test_tasks_prefetched_behind_a_death_run_all_the_same(tmp_path: Path) -> None:
    with Client(n_workers=1) as client:
        values(client.submit_each(chores.mark_nothing, range(500)))  # so prefetching is on
        dying = client.submit(chores.die_by, signal.SIGKILL)
        behind = client.submit_each(chores.mark, [str(tmp_path)] * 60, range(60))
        assert isinstance(dying.exception(PATIENCE_SECONDS), WorkerDied)
        assert values(behind) == list(range(60))
        assert len(list(tmp_path.glob("ran-*"))) == 60


def test_many_deaths_in_a_row_leave_a_whole_pool(local_client: Client) -> None:
    deaths = local_client.submit_each(chores.exit_hard, [1] * 30)
    assert all(isinstance(f.exception(PATIENCE_SECONDS), WorkerDied) for f in deaths)
    assert values(local_client.submit_each(chores.mark_nothing, range(50))) == list(range(50))
    engine = engine_of(local_client)
    wait_until(lambda: len(worker_pids(engine)) == 3, "two workers and a spare")


def test_a_death_while_its_cancel_is_asked_ends_cancelled(
    local_client: Client, tmp_path: Path
) -> None:
    future = started(local_client.submit(chores.hold_the_gil, str(tmp_path)), tmp_path)
    future.request_cancel()
    os.kill(int(wait_for_file(tmp_path, "running")), signal.SIGKILL)
    assert wait([future], PATIENCE_SECONDS).done
    assert future.cancelled()
    assert future.cancel_resolution is Resolution.KILLED


def test_children_of_a_worker_that_dies_are_gone(local_client: Client, tmp_path: Path) -> None:
    future = started(local_client.submit(chores.start_children, str(tmp_path)), tmp_path)
    pids = [int(wait_for_file(tmp_path, name)) for name in ("child", "setsid", "orphan")]
    os.kill(int(wait_for_file(tmp_path, "running")), signal.SIGKILL)
    assert isinstance(future.exception(PATIENCE_SECONDS), WorkerDied)
    assert not any(is_running(pid) for pid in pids)


def test_sys_exit_in_a_task_is_that_task_s_error_and_the_worker_lives() -> None:
    with Client(n_workers=1) as client:
        pid = client.submit(chores.pid).result(PATIENCE_SECONDS)
        error = client.submit(chores.exit_softly, 3).exception(PATIENCE_SECONDS)
        assert isinstance(error, TaskExited)
        assert error.code == 3
        error = client.submit(chores.interrupt_itself).exception(PATIENCE_SECONDS)
        assert isinstance(error, RemoteError), "not one that would end the client's loop"
        assert "KeyboardInterrupt: by the task itself" in str(error)
        assert client.submit(chores.pid).result(PATIENCE_SECONDS) == pid


# -- at a worker's start ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("initializer", "why"),
    [
        (chores.die_at_start_by_raising, "RuntimeError: the model file is missing"),
        (chores.die_at_start_by_exit, "exited with status 3"),
    ],
    ids=["raises", "os._exit"],
)
def test_workers_that_die_at_start_are_not_started_for_ever(
    initializer: Callable[[], None], why: str
) -> None:
    with Client(n_workers=2, initializer=initializer) as client:
        futures = client.submit_each(chores.mark_nothing, range(2000))
        assert not wait(futures, PATIENCE_SECONDS).not_done
        for future in (futures[0], futures[-1]):
            with pytest.raises(EngineStartFailed, match="workers die at start") as caught:
                future.result()
            assert why in str(caught.value)
        engine = engine_of(client)
        wait_until(lambda: not worker_pids(engine), "the attempts to end")
        newest = wait_until(lambda: str(futures[0].exception()), "words")
        count = re.search(r"\((\d+) within", newest)
        if count is not None:
            assert int(count[1]) <= 8, "bounded"


def test_an_engine_whose_workers_died_at_start_recovers(tmp_path: Path) -> None:
    path = tmp_path / "there"
    with Client(
        n_workers=2, initializer=chores.die_at_start_unless, initargs=(str(path),)
    ) as client:
        first = client.submit(chores.mark_nothing, 1)
        assert isinstance(first.exception(PATIENCE_SECONDS), EngineStartFailed)
        path.touch()
        assert client.submit(chores.mark_nothing, 2).result(PATIENCE_SECONDS) == 2
        assert values(client.submit_each(chores.mark_nothing, range(50))) == list(range(50))


def test_an_initializer_runs_once_in_each_worker_before_its_first_task() -> None:
    with Client(n_workers=2, initializer=chores.remember, initargs=("prepared",)) as client:
        recollected = values(client.submit_each(chores.recollect_n, range(40)))
        assert {memory for _, memory in recollected} == {"prepared"}


# -- the scheduler's and the nursery's -------------------------------------------------------------


@pytest.fixture
def busy() -> Iterator[tuple[Client, LocalEngine, list[int], list[Path]]]:
    """A client with a running engine; its processes and its folders."""
    with Client(n_workers=2) as client:
        engine = engine_of(client)
        client.submit(chores.pid).result(PATIENCE_SECONDS)
        wait_until(lambda: len(worker_pids(engine)) == 3, "two workers and a spare")
        yield client, engine, all_pids(engine), folders_of(engine)


Busy = tuple[Client, LocalEngine, list[int], list[Path]]


def lost_within(futures: list[ScalerFuture[Any]], seconds: float) -> None:
    assert not wait(futures, seconds).not_done, "EngineLost is told at once"


@pytest.mark.parametrize("children", [False, True], ids=["", "with children"])
def test_a_scheduler_s_death_is_told_at_once_and_leaves_nothing(
    busy: Busy, tmp_path: Path, children: bool
) -> None:
    client, engine, pids, folders = busy
    task = chores.start_children if children else chores.sleep
    running = started(client.submit(task, str(tmp_path)), tmp_path)
    pids += [int(wait_for_file(tmp_path, n)) for n in ("child", "setsid", "orphan") if children]
    (tmp_path / "other").mkdir()
    asked = client.submit(chores.swallow_everything, str(tmp_path / "other"))
    started(asked, tmp_path / "other")
    queued = [client.submit(chores.pid) for _ in range(100)]
    os.kill(nursery_pid(engine), signal.SIGSTOP)  # so that it answers no cancel before
    asked.request_cancel()
    os.kill(scheduler_pid(engine), signal.SIGKILL)
    lost_within([running, asked, *queued], 1.0)
    os.kill(pids[1], signal.SIGCONT)
    for future in (running, queued[0]):
        with pytest.raises(EngineLost, match=r"scheduler \(pid \d+\) was killed by SIGKILL at"):
            future.result()
    assert asked.cancelled()
    assert asked.cancel_resolution is Resolution.LOST
    with pytest.raises(EngineLost):
        client.submit(chores.pid)
    with pytest.raises(EngineLost):
        client.submit(chores.size_of, bytes(1_000_000))
    wait_until_nothing_is_left(pids, folders)


@pytest.mark.parametrize("children", [False, True], ids=["", "with children"])
def test_a_nursery_s_death_ends_the_engine_and_leaves_nothing(
    busy: Busy, tmp_path: Path, children: bool
) -> None:
    client, engine, pids, folders = busy
    task = chores.start_children if children else chores.sleep
    running = started(client.submit(task, str(tmp_path)), tmp_path)
    pids += [int(wait_for_file(tmp_path, n)) for n in ("child", "setsid", "orphan") if children]
    os.kill(nursery_pid(engine), signal.SIGKILL)
    with pytest.raises(EngineLost, match="nursery"):
        running.result(PATIENCE_SECONDS)
    wait_until_nothing_is_left(pids, folders)


def test_what_both_deaths_at_once_leave_is_swept_at_the_next_start(
    busy: Busy, tmp_path: Path
) -> None:
    client, engine, pids, folders = busy
    running = started(client.submit(chores.sleep, str(tmp_path)), tmp_path)
    nursery = nursery_pid(engine)
    os.kill(nursery, signal.SIGSTOP)
    os.kill(scheduler_pid(engine), signal.SIGKILL)
    os.kill(nursery, signal.SIGKILL)
    lost_within([running], 1.0)
    wait_until_gone(pids)
    assert all(folder.exists() for folder in folders)
    with Client(n_workers=1) as other:
        assert other.submit(chores.mark_nothing, 1).result(PATIENCE_SECONDS) == 1
        assert not any(folder.exists() for folder in folders)


def test_a_stopped_scheduler_doesn_t_hold_up_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent_thread, "JOIN_SECONDS", 1.0)
    monkeypatch.setattr(local_engine, "END_SECONDS", 1.0)
    client = Client(n_workers=1)
    engine = engine_of(client)
    client.submit(chores.pid).result(PATIENCE_SECONDS)
    pids, folders = all_pids(engine), folders_of(engine)
    os.kill(scheduler_pid(engine), signal.SIGSTOP)
    begun = time.monotonic()
    client.shutdown()
    assert time.monotonic() - begun < 5.0
    wait_until_nothing_is_left(pids, folders)


# -- a client's ------------------------------------------------------------------------------------

OWN_ENGINE = """
    import sys, chores, probes
    from scaler_lab import Client
    client = Client(n_workers=2)
    engine = probes.engine_of(client)
    if {tasks}:
        running = client.submit(chores.start_children, sys.argv[1])
        stubborn = client.submit(chores.hold_the_gil, sys.argv[1] + "/b")
        queued = client.submit_each(chores.mark, [sys.argv[1]] * 1000, range(1000))
        big = client.submit(chores.size_of, bytes(1_000_000))
    client.submit(chores.pid) if {tasks} else client.submit(chores.pid).result()
    print(*probes.all_pids(engine))
    print(*probes.folders_of(engine))
    sys.stdout.flush()
    sys.stdin.readline()
"""


@pytest.mark.parametrize("tasks", [False, True], ids=["idle", "busy"])
@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_a_client_s_death_leaves_nothing(
    tmp_path: Path, tasks: bool, signum: signal.Signals
) -> None:
    (tmp_path / "b").mkdir()
    with Program(OWN_ENGINE.format(tasks=tasks), tmp_path) as program:
        pids = [int(word) for word in program.read().split()]
        folders = [Path(word) for word in program.read().split()]
        if tasks:
            wait_for_file(tmp_path, "running")
            wait_for_file(tmp_path / "b", "running")
            pids += [int(wait_for_file(tmp_path, n)) for n in ("child", "setsid", "orphan")]
        program.signal(signum)
        wait_until_nothing_is_left([program.pid, *pids], folders)
    assert not list(tmp_path.glob("ran-*"))


SHARED_CLIENT = """
    import sys, chores
    from scaler_lab import Client
    client = Client(sys.argv[1])
    running = client.submit(chores.start_children, sys.argv[2])
    queued = client.submit_each(chores.mark, [sys.argv[2]] * 500, range(500))
    print("submitted", flush=True)
    sys.stdin.readline()
"""


@pytest.mark.parametrize("transport", ["ipc", "tcp"])
def test_a_client_s_death_on_a_shared_engine_stops_its_tasks_only(
    tmp_path: Path, transport: Any
) -> None:
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    for folder in (mine, theirs):
        folder.mkdir()
    with LocalEngine(n_workers=2, transport=transport) as engine, Client(engine) as client:
        running = started(client.submit(chores.return_when_released, str(mine)), mine)
        with Program(SHARED_CLIENT, engine.address, theirs) as program:
            assert program.read() == "submitted"
            worker = int(wait_for_file(theirs, "running"))
            children = [int(wait_for_file(theirs, n)) for n in ("child", "setsid", "orphan")]
            program.signal(signal.SIGKILL)
            wait_until_gone(children)
            assert is_running(worker), "it was interrupted"
            assert client.submit(chores.mark_nothing, 1).result(PATIENCE_SECONDS) == 1
            assert not running.done()
            chores.note(str(mine), "released")
            assert running.result(PATIENCE_SECONDS) == "released"
        assert not list(theirs.glob("ran-*"))
        assert not blobs_of(engine), "no payload is left"


SHARED_STARTER = """
    import sys, probes
    from scaler_lab import LocalEngine
    engine = LocalEngine(n_workers=1, name=sys.argv[1]).start()
    print(*probes.all_pids(engine))
    print(*probes.folders_of(engine))
    sys.stdout.flush()
    sys.stdin.readline()
"""


def test_a_shared_engine_ends_with_the_process_that_started_it() -> None:
    """Only one that was started *detached* is to outlive it."""
    with Program(SHARED_STARTER, "starter-test") as program:
        pids = [int(word) for word in program.read().split()]
        folders = [Path(word) for word in program.read().split()]
        with Client("local://starter-test") as client:
            assert client.submit(chores.mark_nothing, 1).result(PATIENCE_SECONDS) == 1
            pids += [psutil.Process(pids[0]).children()[0].pid]
            program.signal(signal.SIGKILL)
            wait_until_nothing_is_left(pids, folders)


# -- forks -----------------------------------------------------------------------------------------

FORKED_CLIENT = """
    import asyncio, concurrent.futures, os, sys, chores
    from scaler_lab import Client, ForkedClientError, as_completed

    async def wait_for(future):
        return await future

    client = Client(n_workers=1)
    before = client.submit(chores.return_when_released, sys.argv[1])
    child = os.fork()
    if child == 0:
        uses = (
            lambda: client.submit(chores.pid),
            before.result,
            before.exception,
            before.cancel,
            client.wait,
            lambda: concurrent.futures.wait([before]),
            lambda: next(as_completed([before])),
            lambda: asyncio.run(wait_for(before)),
            lambda: client.cancel([before]),
        )
        refusals = []
        for use in uses:
            try:
                use()
            except ForkedClientError as error:
                refusals.append(str(error))
        print(len(uses) - len(refusals), "did not refuse;", *set(refusals), flush=True)
        del before
        {leave}
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    chores.note(sys.argv[1], "released")
    print(before.result(20), flush=True)
    print(client.submit(chores.mark_nothing, 5).result(20), flush=True)
    client.shutdown()
"""


@pytest.mark.parametrize(
    "leave",
    ["sys.exit(0)", "client.shutdown(); sys.exit(0)", "os._exit(0)", "del client; sys.exit(0)"],
)
def test_a_forked_client_is_inert_and_its_end_harms_nothing(tmp_path: Path, leave: str) -> None:
    with Program(FORKED_CLIENT.format(leave=leave), tmp_path) as program:
        said = program.read()
        assert said.startswith("0 did not refuse; this client was made in process")
        assert said.count("make a new Client in the child process") == 1
        assert program.read() == "0"
        assert program.read() == "released"
        assert program.read() == "5"
        status, _, errors = program.end()
    assert (status, errors) == (0, "")


FORKED_AND_DEAD = """
    import os, sys, time, chores, probes
    from scaler_lab import Client
    client = Client(n_workers=1)
    client.submit(chores.pid).result()
    child = os.fork()
    if child == 0:
        signal.pause()
    print(child)
    print(*probes.all_pids(probes.engine_of(client)))
    print(*probes.folders_of(probes.engine_of(client)))
    sys.stdout.flush()
    sys.stdin.readline()
"""


def test_a_client_s_death_is_noticed_though_its_forked_child_lives() -> None:
    with Program(FORKED_AND_DEAD) as program:
        child = int(program.read())
        pids = [int(word) for word in program.read().split()]
        folders = [Path(word) for word in program.read().split()]
        program.signal(signal.SIGKILL)
        try:
            wait_until_nothing_is_left(pids, folders)
            assert is_running(child)
        finally:
            os.kill(child, signal.SIGKILL)


def test_a_new_client_works_in_a_forked_child() -> None:
    code = """
        import os, sys, chores
        from scaler_lab import Client
        client = Client(n_workers=1)
        client.submit(chores.pid).result()
        if os.fork() == 0:
            with Client(n_workers=1) as mine:
                print(mine.submit(chores.mark_nothing, 7).result(20), flush=True)
            sys.exit(0)
        os.wait()
        client.shutdown()
    """
    with Program(code) as program:
        assert program.read() == "7"
        assert program.end()[0] == 0


def test_a_fork_that_comes_back_from_a_task_gives_one_answer(local_client: Client) -> None:
    for _ in range(3):
        pid, is_worker = local_client.submit(chores.fork_and_return).result(PATIENCE_SECONDS)
        assert is_worker
        assert is_running(pid)
        pid, data = local_client.submit(chores.fork_and_return_much).result(PATIENCE_SECONDS)
        assert is_running(pid)
        assert data == bytes(1_000_000)
        error = local_client.submit(chores.fork_and_raise).exception(PATIENCE_SECONDS)
        assert isinstance(error, ValueError)
        assert str(error) == "from the worker"


# -- Ctrl-C ----------------------------------------------------------------------------------------

WAITING = """
    import concurrent.futures, sys, time, chores
    from scaler_lab import Client
    with Client(n_workers=1) as client:
        future = client.submit(chores.return_when_released, sys.argv[1])
        client.submit(chores.pid)
        print("waiting", flush=True)
        try:
            {wait}
        except KeyboardInterrupt:
            print("interrupted", future.done(), flush=True)
        chores.note(sys.argv[1], "released")
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
    local_client.submit(chores.pid).result(PATIENCE_SECONDS)
    groups = {os.getpgid(pid) for pid in all_pids(engine_of(local_client))}
    assert os.getpgid(0) not in groups


# -- the interpreter's exit ------------------------------------------------------------------------


def test_a_script_s_exit_waits_for_its_tasks_and_says_so(tmp_path: Path) -> None:
    code = """
        import sys, chores
        from scaler_lab import Client
        from scaler_lab.desk import lifetimes
        lifetimes.SAY_SO_AFTER_SECONDS = 0.1
        client = Client(n_workers=1)
        client.submit(chores.return_when_released, sys.argv[1]).add_done_callback(
            lambda future: print("done", future.result(), flush=True))
    """
    with Program(code, tmp_path) as program:
        assert program.process.stderr is not None
        line = program.process.stderr.readline()
        assert re.search("waiting for 1 tasks?; Ctrl-C cancels", line)
        chores.note(str(tmp_path), "released")
        assert program.read() == "done released"
        assert program.end()[0] == 0


def test_ctrl_c_at_exit_cancels_what_a_script_waits_for(tmp_path: Path) -> None:
    code = """
        import sys, chores
        from scaler_lab import Client
        from scaler_lab.desk import lifetimes
        lifetimes.SAY_SO_AFTER_SECONDS = 0.1
        client = Client(n_workers=1)
        client.submit(chores.sleep, sys.argv[1]).add_done_callback(
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
        import sys, chores, probes
        sys.ps1 = ">>> "
        from pathlib import Path
        from scaler_lab import Client
        client = Client(n_workers=1)
        future = client.submit(chores.sleep, sys.argv[1])
        probes.wait_for_file(Path(sys.argv[1]), "running")
        future.add_done_callback(lambda f: print("cancelled", f.cancelled(), flush=True))
    """
    with Program(code, tmp_path) as program:
        assert program.read() == "cancelled True"
        assert program.end()[0] == 0


def test_an_exit_while_cancelling_is_bounded_and_without_a_traceback(tmp_path: Path) -> None:
    code = """
        import sys, threading, chores, probes
        sys.ps1 = ">>> "
        from pathlib import Path
        from scaler_lab import Client
        client = Client(n_workers=1, grace=60)
        future = client.submit(chores.hold_the_gil, sys.argv[1])
        probes.wait_for_file(Path(sys.argv[1]), "running")
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
    future = client.submit(chores.mark_nothing, 3)
    pids, folders = all_pids(engine), folders_of(engine)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        del client, engine
        gc.collect()
    [warning] = [w for w in caught if "never shut down" in str(w.message)]
    assert f"{Path(__file__).name}:" in str(warning.message)
    assert future.result(PATIENCE_SECONDS) == 3
    wait_until_nothing_is_left(pids, folders, PATIENCE_SECONDS)


# -- closing ---------------------------------------------------------------------------------------


def test_closing_twice_and_from_two_threads_and_in_a_callback_is_fine(tmp_path: Path) -> None:
    client = Client(n_workers=1)
    engine = engine_of(client)
    pids, folders = all_pids(engine), folders_of(engine)
    future = client.submit(chores.return_when_released, str(tmp_path))
    future.add_done_callback(lambda _: client.shutdown())
    threads = [threading.Thread(target=client.shutdown) for _ in range(3)]
    for thread in threads:
        thread.start()
    chores.note(str(tmp_path), "released")
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()
    client.shutdown()
    engine.close()
    engine.close(wait=False)
    assert future.result() == "released"
    wait_until_nothing_is_left(pids, folders)


def test_closing_the_engine_under_a_client_settles_every_future(tmp_path: Path) -> None:
    with Client(n_workers=1) as client:
        running = started(client.submit(chores.swallow_everything, str(tmp_path)), tmp_path)
        queued = client.submit_each(chores.pid_n, range(100))
        callbacks: list[Future[Any]] = []
        running.add_done_callback(callbacks.append)
        client.engine.close()
        every: list[ScalerFuture[Any]] = [running, *queued]
        assert not wait(every, PATIENCE_SECONDS).not_done
        with pytest.raises((CancelledError, EngineLost)):
            running.result()
        with pytest.raises(EngineLost):
            client.submit(chores.pid)
    assert callbacks == [running]


# -- a poor machine --------------------------------------------------------------------------------


def test_a_client_without_descriptors_says_so_and_leaves_nothing() -> None:
    """Whatever the number that is left: an error or a working client, never a hang."""
    code = """
        import os, sys, resource, chores, probes
        from scaler_lab import Client
        with Client(n_workers=1) as client:  # whatever is imported lazily
            client.submit(chores.pid).result(20)
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        for spare in range(1, 16):
            taken = len(os.listdir("/proc/self/fd")) - 1
            resource.setrlimit(resource.RLIMIT_NOFILE, (taken + spare, hard))
            try:
                with Client(n_workers=1) as client:
                    value = client.submit(chores.mark_nothing, spare).result(20)
                    assert value == spare
                outcome = "works"
            except Exception as error:
                outcome = f"{type(error).__name__}: {error}"
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            print(spare, len(os.listdir("/proc/self/fd")) - 1 - taken, outcome, flush=True)
        print("end", flush=True)
    """
    outcomes: list[str] = []
    with Program(code) as program:
        while (line := program.read()) != "end":
            _, leaked, outcome = line.split(" ", 2)
            assert leaked == "0", line
            outcomes.append(outcome)
            assert outcome == "works" or "Too many open files" in outcome, line
        status, _, errors = program.end()
    assert status == 0, errors
    assert "works" in outcomes


def test_an_engine_that_runs_out_of_descriptors_says_so() -> None:
    code = """
        import resource, chores
        from scaler_lab import Client
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
        with Client(n_workers=40) as client:
            futures = client.submit_each(chores.mark_nothing, range(100))
            for future in futures:
                try:
                    print(future.result(20), flush=True)
                except Exception as error:
                    print(type(error).__name__, error, flush=True)
                    break
            else:
                print("all done", flush=True)
    """
    with Program(code) as program:
        while (line := program.read())[0].isdigit():
            pass
        assert line == "all done" or "Too many open files" in line
        assert program.end()[0] == 0


# -- folders ---------------------------------------------------------------------------------------


@pytest.fixture
def own_root(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A runtime folder of the test's own, made by the engine; a socket's path must be short."""
    with tempfile.TemporaryDirectory(prefix="own-") as folder:
        monkeypatch.setenv("SCALER_LAB_RUNTIME_DIR", folder)
        yield Path(folder) / "scaler_lab"


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_folders_and_files_are_private_whatever_the_umask(own_root: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        with Client(n_workers=1) as client:
            client.submit(chores.size_of, bytes(100_000)).result(PATIENCE_SECONDS)
            engine = engine_of(client)
            places = [own_root]
            for folder in folders_of(engine):
                places += [folder, *folder.iterdir()]
            modes = {place.name: place.stat().st_mode & 0o077 for place in places}
    finally:
        os.umask(before)
    assert not any(modes.values()), modes


@pytest.mark.parametrize("mode", [0o777, 0o755, 0o710])
def test_a_runtime_folder_open_to_others_is_refused(own_root: Path, mode: int) -> None:
    own_root.mkdir()
    own_root.chmod(mode)
    with pytest.raises(PermissionError, match="chmod 700"):
        Client(n_workers=1)
    assert not list(own_root.iterdir())


@pytest.mark.parametrize("kind", ["folder", "nothing", "file"])
def test_a_runtime_folder_that_is_a_link_or_a_file_is_refused(own_root: Path, kind: str) -> None:
    elsewhere = own_root.parent / "elsewhere"
    if kind == "folder":
        elsewhere.mkdir(mode=0o700)
    if kind == "file":
        own_root.touch()
    else:
        own_root.symlink_to(elsewhere)
    with pytest.raises(PermissionError, match="not a folder but a link or a file"):
        Client(n_workers=1)


def test_a_path_too_long_for_a_socket_is_refused_and_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ("x" * 100)
    folder.mkdir()
    monkeypatch.setenv("SCALER_LAB_RUNTIME_DIR", str(folder))
    with pytest.raises(PermissionError, match="set SCALER_LAB_RUNTIME_DIR to a shorter one"):
        Client(n_workers=1)
    assert not list((folder / "scaler_lab").iterdir())


def test_sweeping_removes_the_dead_and_spares_the_living(own_root: Path) -> None:
    with Client(n_workers=1) as client:
        living = folders_of(engine_of(client))
        dead = own_root / ("d" * 32)
        dead.mkdir(mode=0o700)
        (dead / "lock").touch()
        starting = own_root / ("5" * 32)  # no lock yet
        starting.mkdir(mode=0o700)
        stranger = own_root / "notes"
        stranger.mkdir()
        assert runtime_folder.sweep() == 1
        assert not dead.exists()
        assert starting.exists()
        assert stranger.exists()
        assert all(folder.exists() for folder in living)
        assert client.submit(chores.mark_nothing, 1).result(PATIENCE_SECONDS) == 1
        starting.rmdir()
        stranger.rmdir()


def test_starting_engines_while_others_look_and_sweep(own_root: Path) -> None:
    """A look takes the lock for a moment; that must not stop an engine, nor sweep it away."""
    stop = threading.Event()
    troubles: list[BaseException] = []

    def look() -> None:
        while not stop.is_set():
            try:
                runtime_folder.sweep()
                runtime_folder.running()
            except BaseException as error:
                troubles.append(error)
                return

    lookers = [threading.Thread(target=look) for _ in range(2)]
    for looker in lookers:
        looker.start()
    try:
        for _ in range(8):
            with Client(n_workers=1) as client:
                assert client.submit(chores.mark_nothing, 1).result(PATIENCE_SECONDS) == 1
    finally:
        stop.set()
        for looker in lookers:
            looker.join(PATIENCE_SECONDS)
    assert not troubles
    assert not list(own_root.iterdir())


@pytest.mark.parametrize("trouble", ["missing", "full"])
def test_without_shared_memory_payloads_go_to_the_engine_s_own_folder(
    own_root: Path, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    if trouble == "missing":
        monkeypatch.setattr(blobs, "_SHARED_MEMORY", own_root.parent / "no such folder")
    else:
        monkeypatch.setattr(blobs, "LEAST_FREE", 2**62)
    with Client(n_workers=1) as client:
        data = client.submit(chores.make_bytes, 1_000_000).result(PATIENCE_SECONDS)
        assert client.submit(chores.size_of, data).result(PATIENCE_SECONDS) == 1_000_000
        folder, blob_folder = folders_of(engine_of(client))
        assert blob_folder.parent == folder


def test_a_folder_for_payloads_that_somebody_else_made_is_refused(
    own_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blobs, "_SHARED_MEMORY", own_root.parent)

    def urandom(size: int) -> bytes:
        return b"\xaa" * size

    with monkeypatch.context() as foreseen:
        foreseen.setattr(os, "urandom", urandom)
        engine = LocalEngine(n_workers=1)
    trap = own_root.parent / f"scaler_lab-{os.getuid()}-{'aa' * 16}"
    trap.mkdir()
    trap.chmod(0o777)
    with pytest.raises(PermissionError, match="chmod 700"):
        engine.start()
    assert not list(own_root.iterdir()), "nor is the engine's folder left"
