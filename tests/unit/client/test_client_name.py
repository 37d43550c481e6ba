"""A client's name: in its views, in those of other processes, and beside other clients."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
from fake_feed import connection
from foreign_clients import ForeignClient
from helpers import TIMEOUT, wait_until
from rich.console import Console

from scaler_lab import Client, LocalEngine
from scaler_lab.cli import main
from scaler_lab.core.messages import TaskId
from scaler_lab.engines.base import Emit
from scaler_lab.engines.local import protocol
from scaler_lab.feed import discovery
from scaler_lab.feed.connection import FeedConnection
from scaler_lab.runtime.program_name import program_name
from scaler_lab.testing import ScriptedEngine

RUN_TWICE = """
from IPython.core.interactiveshell import InteractiveShell

class Shell(InteractiveShell):
    def get_parent(self):  # as ipykernel's: the request that runs now
        return {"metadata": {"cellId": "a"}}

shell = Shell.instance()
code = '''
from scaler_lab import Client
from scaler_lab.testing import ScriptedEngine
client = Client(ScriptedEngine(), name="prices")
kept = [*globals().get("kept", []), client]
'''
for cell_id in ("a", "a", "b"):
    shell.run_cell(code, cell_id=cell_id).raise_error()
for client in shell.user_ns["kept"]:
    client.shutdown()
print([client.name for client in shell.user_ns["kept"]])
"""


def shown(client: Client) -> str:
    console = Console(width=120)
    with console.capture() as captured:
        console.print(client)
    return captured.get()


def test_the_name_is_in_the_clients_own_views() -> None:
    with Client(ScriptedEngine(label="engine"), name="prices") as client:
        assert client.name == "prices"
        assert "'prices'" in repr(client)
        assert "prices: engine" in shown(client)


def test_a_client_without_a_name_shows_its_engine_only() -> None:
    with Client(ScriptedEngine(label="engine")) as client:
        assert client.name == ""
        assert repr(client) == "<Client on engine: no tasks yet>"


@pytest.mark.parametrize("engine", ["the local engine", "a thread pool"])
def test_the_name_is_in_the_views_of_other_processes(
    engine: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with ThreadPoolExecutor(1) as pool:
        given: dict[str, Any] = {"engine": pool} if engine == "a thread pool" else {"n_workers": 1}
        with Client(name="prices", **given) as client:
            future = client.submit(abs, -1)
            future.result(TIMEOUT)
            wait_until(discovery.find_engines, "the client to be found")
            found = discovery.find_engine("prices")
            assert discovery.title_of(found) == f"prices ({found.program}, {found.name})"
            with FeedConnection(found) as view:
                view.wait_whole(TIMEOUT)
            assert main(["ls"]) == 0
            assert "prices (" in capsys.readouterr().out
            assert main(["show", str(future.task_id)]) == 0
            assert "prices (" in capsys.readouterr().out
            assert main(["ls", "--json"]) == 0
            assert [row["client"] for row in json.loads(capsys.readouterr().out)] == ["prices"]


def test_clients_that_share_an_engine_are_named_beside_their_tasks(
    engine: LocalEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    prices, other = f"prices ({program_name()})", program_name()
    with (
        Client(engine, name="prices") as first,
        Client(engine) as second,
        ForeignClient(engine) as of_another_program,
    ):
        hello = protocol.ClientHello("c" * 32, name=prices)
        of_another_program.send([hello, protocol.Waiting(TaskId("e" * 32), "foreign")])
        shown = first.submit(abs, -1)
        assert [shown.result(TIMEOUT), second.submit(abs, -2).result(TIMEOUT)] == [1, 2]
        wait_until(lambda: "foreign" in listed(capsys, "ls"))
        rows = json.loads(listed(capsys, "ls", "--json"))
        assert {row["client"] for row in rows} == {prices, other, f"{prices} 2"}
        assert listed(capsys, "ls").split()[:5] == ["state", "#", "task", "client", "worker"]
        assert prices in listed(capsys, "show", str(shown.task_id))


def listed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main([*arguments]) == 0
    return capsys.readouterr().out


def test_clients_with_one_name_get_numbers() -> None:
    with (
        Client(ScriptedEngine(), name="prices") as first,
        Client(ScriptedEngine(), name="prices") as second,
        Client(ScriptedEngine(), name="trades") as other,
    ):
        assert [first.name, second.name, other.name] == ["prices", "prices 2", "trades"]
        first.shutdown()
        with Client(ScriptedEngine(), name="prices") as third:
            assert third.name == "prices"


def test_further_clients_without_a_name_get_numbers() -> None:
    with Client(ScriptedEngine()) as first, Client(ScriptedEngine()) as second:
        assert [first.name, second.name] == ["", "client 2"]


def test_a_client_that_could_not_be_created_keeps_no_name() -> None:
    class Failing(ScriptedEngine):
        def open(self, emit: Emit) -> None:
            del emit
            raise OSError("no")

    with pytest.raises(OSError, match="no"):
        Client(Failing(), name="prices")
    gc.collect()
    with Client(ScriptedEngine(), name="prices") as client:
        assert client.name == "prices"


def test_a_cell_that_runs_again_gives_its_client_the_same_name() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", RUN_TWICE], capture_output=True, text=True, timeout=50, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[-1] == "['prices', 'prices', 'prices 2']"


@pytest.mark.parametrize(
    ("name", "error"), [(1, TypeError), ("", ValueError), ("x" * 101, ValueError)]
)
def test_an_invalid_name_is_refused(name: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="name must"):
        Client(ScriptedEngine(), name=name)


def test_titles_of_two_notebooks_with_one_name_differ() -> None:
    one, other = connection("1-aa", "prices.ipynb"), connection("22-bb", "prices.ipynb")
    third = msgspec.structs.replace(connection("333-cc", "prices.ipynb"), client="trades")
    engines = [one, other, third]
    titles = [discovery.short_title_of(engine, engines) for engine in engines]
    assert titles == ["prices.ipynb (1-aa)", "prices.ipynb (22-bb)", "trades (prices.ipynb)"]
    assert discovery.short_title_of(one, [one, third]) == "prices.ipynb"


def test_two_notebooks_of_one_name_are_told_apart_by_their_folders() -> None:
    paths = (
        "/home/me/2023/prices.ipynb",
        "/home/me/2024/prices.ipynb",
        "/home/you/2024/prices.ipynb",
    )
    one, two, three = (
        msgspec.structs.replace(
            connection(f"{n}-aa", "prices.ipynb"), path=path, started_at=n, engine_id=str(n)
        )
        for n, path in enumerate(paths)
    )
    both = [discovery.short_title_of(engine, [one, two]) for engine in (one, two)]
    assert both == ["prices.ipynb (2023)", "prices.ipynb (2024)"]
    assert discovery.short_title_of(three, [one, two, three]) == "prices.ipynb (you/2024)"
    again = msgspec.structs.replace(one, engine_id="later", name="9-aa", started_at=9.0)
    assert discovery.is_successor(again, one)
    assert not discovery.is_successor(msgspec.structs.replace(again, path=paths[1]), one)
    assert discovery.short_title_of(one, [one, again]) == "prices.ipynb (0-aa)"
