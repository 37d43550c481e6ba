"""Tasks that submit tasks: what works, and what is refused instead of waiting for ever."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import local_tasks
import nested_tasks
import pytest
from helpers import TIMEOUT, connection_of, started, wait_until
from pickling_roundtrip import Notebook

from scaler_lab import Client, FeatureMissing, LocalEngine, TaskUnserializable, WorkerDied

# -- given the client itself -----------------------------------------------------------------------


@pytest.mark.parametrize("what", ["client", "options", "board", "engine", "group"])
def test_what_belongs_to_the_program_can_t_be_an_argument_and_the_error_explains_why(
    lone_client: Client, what: str
) -> None:
    things: dict[str, Any] = {
        "client": lone_client,
        "options": lone_client.options(retries=1),
        "board": lone_client.board,
        "engine": lone_client.engine,
        "group": lone_client.submit_each(abs, [1]),
    }
    thing = things[what]
    with pytest.raises(TaskUnserializable) as raised:
        lone_client.submit(len, [thing])
    text = str(raised.value)
    assert f"cannot pickle a {type(thing).__name__}, which belongs to its process" in text
    assert "make a Client in the task" in text
    assert "args[0][0]" in text
    assert "_thread" not in text


def test_a_notebook_s_function_that_uses_the_client_is_refused_with_its_name(
    lone_client: Client, notebook: Notebook
) -> None:
    notebook.names["client"] = lone_client
    notebook.run("def outer(): return client.submit(abs, -1).result()")
    with pytest.raises(TaskUnserializable, match="cannot pickle a Client") as raised:
        lone_client.submit(notebook["outer"])
    assert "outer" in str(raised.value)


# -- by the engine's address -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "task",
    [nested_tasks.submit_and_wait, nested_tasks.map_and_wait, nested_tasks.submit_and_leave],
)
def test_a_task_on_the_only_worker_can_t_submit_to_its_own_engine(
    task: Callable[[str], object],
) -> None:
    with LocalEngine(n_workers=1) as engine, Client(engine) as client:
        future = client.submit(task, engine.address)
        with pytest.raises(FeatureMissing, match=r"its only worker.*Submit the tasks from"):
            future.result(TIMEOUT)
        assert client.submit(abs, -1).result(TIMEOUT) == 1


def test_a_task_may_submit_to_its_own_engine_while_a_worker_is_left(engine: LocalEngine) -> None:
    with Client(engine) as client:
        for _ in range(3):
            assert client.submit(nested_tasks.submit_and_wait, engine.address).result() == 7
        assert client.submit(nested_tasks.submit_in_turn, engine.address, 3).result() == [0, 1, 2]
    assert not list(Path(connection_of(engine).folder).glob("nested-*"))


def test_the_task_that_would_take_the_last_worker_is_refused_and_the_others_go_on(
    engine: LocalEngine, tmp_path: Path
) -> None:
    with Client(engine) as client:
        early = client.submit(nested_tasks.submit_early, engine.address, str(tmp_path))
        late = client.submit(nested_tasks.submit_late, engine.address, str(tmp_path))
        with pytest.raises(FeatureMissing, match="all 2 workers"):
            late.result(TIMEOUT)
        assert early.result(TIMEOUT) == 7


def test_a_recursion_deeper_than_there_are_workers_fails_instead_of_waiting(
    engine: LocalEngine,
) -> None:
    with Client(engine) as client:
        assert client.submit(nested_tasks.recurse, engine.address, 1).result() == 1
        with pytest.raises(FeatureMissing, match="all 2 workers"):
            client.submit(nested_tasks.recurse, engine.address, 5).result(TIMEOUT)


def test_a_crowd_of_tasks_that_submit_all_end(engine: LocalEngine) -> None:
    with Client(engine) as client:
        group = client.submit_each(nested_tasks.submit_and_wait, [engine.address] * 12)
        ends = [future.exception(TIMEOUT) for future in group]
        assert {type(end) for end in ends} <= {type(None), FeatureMissing}


def test_a_killed_task_does_not_count(engine: LocalEngine, tmp_path: Path) -> None:
    with Client(engine) as client:
        early = client.submit(nested_tasks.submit_early, engine.address, str(tmp_path))
        local_tasks.note(str(tmp_path), "late", "running")
        early.result(TIMEOUT)
        folder = Path(connection_of(engine).folder)
        blocked = started(client.submit(local_tasks.sleep, str(tmp_path)), tmp_path)
        pid = int((tmp_path / "running").read_text())
        (folder / f"nested-{pid}-x").touch()  # as if it had submitted
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(WorkerDied):
            blocked.result(TIMEOUT)
        wait_until(lambda: not Path(f"/proc/{pid}").exists(), "the worker to be reaped")
        assert client.submit(nested_tasks.submit_and_wait, engine.address).result() == 7
        assert not list(folder.glob("nested-*"))


def test_a_task_may_have_an_engine_of_its_own(lone_client: Client) -> None:
    assert lone_client.submit(nested_tasks.use_own_engine).result(TIMEOUT) == 7
