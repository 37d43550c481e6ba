"""A client's death ends only what belongs to it; a forked copy of it does nothing."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import local_tasks
import psutil
import pytest
from helpers import (
    TIMEOUT,
    Program,
    blobs_of,
    is_running,
    started,
    wait_for_file,
    wait_until_gone,
    wait_until_nothing_is_left,
)

from scaler_lab import Client, LocalEngine

# -- deaths ----------------------------------------------------------------------------------------

OWN_ENGINE = """
    import sys, local_tasks, helpers
    from scaler_lab import Client
    client = Client(n_workers=2, echo=False)  # stdout is for what is printed here
    engine = helpers.engine_of(client)
    if {tasks}:
        running = client.submit(local_tasks.start_children, sys.argv[1])
        stubborn = client.submit(local_tasks.hold_the_gil, sys.argv[1] + "/b")
        queued = client.submit_each(local_tasks.mark, [sys.argv[1]] * 1000, range(1000))
        big = client.submit(local_tasks.size_of, bytes(1_000_000))
    client.submit(local_tasks.pid) if {tasks} else client.submit(local_tasks.pid).result()
    print(*helpers.all_pids(engine))
    print(*helpers.folders_of(engine))
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
    import sys, local_tasks
    from scaler_lab import Client
    client = Client(sys.argv[1], echo=False)
    running = client.submit(local_tasks.start_children, sys.argv[2])
    queued = client.submit_each(local_tasks.mark, [sys.argv[2]] * 500, range(500))
    print("submitted", flush=True)
    sys.stdin.readline()
"""


def test_a_client_s_death_on_a_shared_engine_stops_its_tasks_only(
    tmp_path: Path,
) -> None:
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    for folder in (mine, theirs):
        folder.mkdir()
    with LocalEngine(n_workers=2) as engine, Client(engine) as client:
        running = started(client.submit(local_tasks.return_when_released, str(mine)), mine)
        with Program(SHARED_CLIENT, engine.address, theirs) as program:
            assert program.read() == "submitted"
            worker = int(wait_for_file(theirs, "running"))
            children = [int(wait_for_file(theirs, n)) for n in ("child", "setsid", "orphan")]
            program.signal(signal.SIGKILL)
            wait_until_gone(children)
            assert is_running(worker), "it was interrupted"
            assert client.submit(local_tasks.mark_nothing, 1).result(TIMEOUT) == 1
            assert not running.done()
            local_tasks.note(str(mine), "released")
            assert running.result(TIMEOUT) == "released"
        assert not list(theirs.glob("ran-*"))
        assert not blobs_of(engine), "no payload is left"


SHARED_STARTER = """
    import sys, helpers
    from scaler_lab import LocalEngine
    engine = LocalEngine(n_workers=1, name=sys.argv[1]).start()
    print(*helpers.all_pids(engine))
    print(*helpers.folders_of(engine))
    sys.stdout.flush()
    sys.stdin.readline()
"""


def test_a_shared_engine_ends_with_the_process_that_started_it() -> None:
    """Only one that was started *detached* is to outlive it."""
    with Program(SHARED_STARTER, "starter-test") as program:
        pids = [int(word) for word in program.read().split()]
        folders = [Path(word) for word in program.read().split()]
        with Client("local://starter-test") as client:
            assert client.submit(local_tasks.mark_nothing, 1).result(TIMEOUT) == 1
            pids += [psutil.Process(pids[0]).children()[0].pid]
            program.signal(signal.SIGKILL)
            wait_until_nothing_is_left(pids, folders)


# -- forks -----------------------------------------------------------------------------------------

FORKED_CLIENT = """
    import asyncio, concurrent.futures, os, sys, warnings, local_tasks
    from scaler_lab import Client, ClientForked, as_completed

    async def wait_for(future):
        return await future

    # Since Python 3.12 a fork of a process with threads warns, whoever's threads they are.
    warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)
    client = Client(n_workers=1)
    before = client.submit(local_tasks.return_when_released, sys.argv[1])
    child = os.fork()
    if child == 0:
        uses = (
            lambda: client.submit(local_tasks.pid),
            before.result,
            before.exception,
            before.cancel,
            lambda: client.wait([before]),
            lambda: concurrent.futures.wait([before]),
            lambda: next(as_completed([before])),
            lambda: asyncio.run(wait_for(before)),
            lambda: client.cancel([before]),
        )
        refusals = []
        for use in uses:
            try:
                use()
            except ClientForked as error:
                refusals.append(str(error))
        print(len(uses) - len(refusals), "did not refuse;", *set(refusals), flush=True)
        del before
        {leave}
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    local_tasks.note(sys.argv[1], "released")
    print(before.result(20), flush=True)
    print(client.submit(local_tasks.mark_nothing, 5).result(20), flush=True)
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
    import os, signal, sys, local_tasks, helpers
    from scaler_lab import Client
    client = Client(n_workers=1)
    client.submit(local_tasks.pid).result()
    child = os.fork()
    if child == 0:
        signal.pause()
    print(child)
    print(*helpers.all_pids(helpers.engine_of(client)))
    print(*helpers.folders_of(helpers.engine_of(client)))
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
        import os, sys, local_tasks
        from scaler_lab import Client
        client = Client(n_workers=1)
        client.submit(local_tasks.pid).result()
        if os.fork() == 0:
            with Client(n_workers=1) as mine:
                print(mine.submit(local_tasks.mark_nothing, 7).result(20), flush=True)
            sys.exit(0)
        os.wait()
        client.shutdown()
    """
    with Program(code) as program:
        assert program.read() == "7"
        assert program.end()[0] == 0


def test_a_fork_that_comes_back_from_a_task_gives_one_answer(local_client: Client) -> None:
    for _ in range(3):
        pid, is_worker = local_client.submit(local_tasks.fork_and_return).result(TIMEOUT)
        assert is_worker
        assert is_running(pid)
        pid, data = local_client.submit(local_tasks.fork_and_return_much).result(TIMEOUT)
        assert is_running(pid)
        assert data == bytes(1_000_000)
        error = local_client.submit(local_tasks.fork_and_raise).exception(TIMEOUT)
        assert isinstance(error, ValueError)
        assert str(error) == "from the worker"
