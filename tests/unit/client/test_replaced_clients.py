"""A cell that makes a client anew ends the old one, if only the output history holds that."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

SHELL = """
import gc
from IPython.core.interactiveshell import InteractiveShell
from scaler_lab import Client
from scaler_lab.testing import ScriptedEngine

shell = InteractiveShell.instance()
engines = []

def make():
    engines.append(ScriptedEngine())
    return Client(engines[-1])

shell.user_ns["make"] = make

def run(code, cell=None):
    shell.run_cell(code, store_history=True, silent=False, cell_id=cell).raise_error()

IN_A_THREAD = '''
import threading
stop = threading.Event()
def hold(c):
    stop.wait()
threading.Thread(target=hold, args=(client,), daemon=True).start()
'''

def closed():
    gc.collect()
    for engine in engines:
        try:
            engine.wait_for_close(0.2)
        except TimeoutError:
            pass
    return [engine.is_closed for engine in engines]
"""


def _shell(scenario: str) -> str:
    """What *scenario* prints last, in an IPython of its own."""
    ran = subprocess.run(
        [sys.executable, "-c", SHELL + textwrap.dedent(scenario) + "\nimport os; os._exit(0)"],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()[-1]


def test_running_the_first_cell_again_ends_the_client_that_it_replaces() -> None:
    got = _shell("""
        for _ in range(3):
            run("client = make()\\nclient")
        print(closed())
    """)
    assert got == "[True, True, False]"


def test_a_cell_that_gives_its_client_no_name_replaces_it_too() -> None:
    got = _shell("""
        for cell in ("zero", "one", "two", "one"):
            run("make()", cell)
        print(closed())
    """)
    assert got == "[False, True, False, False]"


@pytest.mark.parametrize(
    "use",
    [
        "run('kept = [client]')",
        "run('kept = client')",
        "run('kept = client.submit')",
        "run(IN_A_THREAD)",
        "run('future = client.submit(len, \"a\")')",
    ],
    ids=["list", "variable", "method", "thread", "open task"],
)
def test_a_client_that_is_used_is_not_ended(use: str) -> None:
    got = _shell(f"""
        run("client = make()\\nclient")
        {use}
        run("client = make()\\nclient")
        print(closed())
    """)
    assert got == "[False, False]"


def test_clients_of_other_names_and_of_the_same_run_are_not_ended() -> None:
    got = _shell("""
        run("a = make()\\na", "first")
        run("b = make()\\nc = make()\\nb", "second")
        run("[make(), make()]", "third")
        print(closed())
    """)
    assert got == "[False, False, False, False, False]"


def test_using_an_ended_client_again_explains_what_happened() -> None:
    got = _shell("""
        run("client = make()\\nclient")
        run("client = make()\\nclient")
        assert closed() == [True, False]
        try:
            shell.user_ns["Out"][1].submit(len, "a")
        except RuntimeError as error:
            print(error)
    """)
    assert "made another one in its place, in the variable 'client'" in got
    assert "Use the new one" in got


def test_a_client_whose_tasks_are_done_is_ended_by_a_later_run() -> None:
    got = _shell("""
        run("client = make()\\nfuture = client.submit(len, 'a')\\nclient")
        run("client = make()\\nclient")
        assert closed() == [False, False]
        engines[0].finish(shell.user_ns["future"], 1)
        run("client = make()\\nclient")
        assert shell.user_ns["future"].result(0) == 1
        print(closed())
    """)
    assert got == "[True, True, False]"
