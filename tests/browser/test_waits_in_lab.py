"""Cells that wait: the line with Cancel that they show, and a future as the last line of a cell."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from . import places
from .conftest import MakeNotebook
from .lab import NotebookPage

pytestmark = pytest.mark.timeout(180)

START = """
import os, time
from scaler_lab import Client, as_completed, progress

def hold(path, n=0):
    print("holding", n, flush=True)
    while not os.path.exists(f"{path}.{n}"):
        time.sleep(0.02)
    if n == 1:
        raise ValueError("no such column")
    return n

path = PATH
client = Client(n_workers=4)
"""

WAITS = {
    "wait": "client.wait(client.submit_each(hold, [path] * 3, range(3), name='fits'))",
    "results": "client.submit_each(hold, [path] * 3, range(3), name='fits').results()",
    "as_completed": (
        "for f in as_completed(client.submit_each(hold, [path] * 3, range(3), name='fits')): pass"
    ),
}


def _let_go(path: Path, n: int) -> None:
    path.with_name(f"{path.name}.{n}").touch()


def _notebook(
    make_notebook: MakeNotebook, path: Path, *cells: str, kernel: str = places.IPYKERNELS[-1]
) -> NotebookPage:
    notebook = make_notebook([START.replace("PATH", repr(str(path))), *cells], kernel)
    notebook.run(0)
    return notebook


@pytest.mark.parametrize("wait", WAITS)
def test_a_cell_that_waits_shows_one_line_with_how_far_it_is(
    wait: str, make_notebook: MakeNotebook, evidence: Path
) -> None:
    path = evidence / "go"
    notebook = _notebook(make_notebook, path, WAITS[wait])
    notebook.start(1)
    line = notebook.table_of(1)
    expect(line.locator(".scl-one-name")).to_have_text("fits")
    expect(line.locator(".scl-one-text")).to_have_text("0/3")
    _let_go(path, 1)
    if wait != "results":  # it raises what failed
        expect(line.locator(".scl-one-text")).to_have_text("1/3 · 1 failed")
        _let_go(path, 0)
        expect(line.locator(".scl-one-text")).to_contain_text("2/3 · 1 failed")
        _let_go(path, 2)
    else:
        _let_go(path, 0)
    notebook.wait_until_done(1)
    expect(line).to_have_count(0)
    expect(notebook.cell(1)).to_contain_text("fits 3/3" if wait != "results" else "fits 2/3")
    assert not notebook.errors


@pytest.mark.parametrize("kernel", places.IPYKERNELS)
def test_cancel_in_the_line_ends_the_wait(
    kernel: str, make_notebook: MakeNotebook, evidence: Path
) -> None:
    path = evidence / "go"
    cells = ["f = client.submit(hold, path)\nf.result()", "f.cancel_resolution"]
    notebook = _notebook(make_notebook, path, *cells, kernel=kernel)
    notebook.start(1)
    line = notebook.table_of(1)
    expect(line.locator(".scl-one-name")).to_have_text("hold")
    expect(line.locator(".scl-one-text")).to_have_text("holding 0")  # the last line of output
    line.locator("button", has_text="Cancel").click()
    notebook.wait_until_done(1)
    expect(notebook.cell(1)).to_contain_text("CancelledError: cancelled from notebook")
    expect(notebook.cell(1)).to_contain_text("⊘ hold cancelled: interrupted")
    notebook.run(2)
    assert "INTERRUPTED" in notebook.output(2)


def test_cancel_of_several_tasks_asks_first(make_notebook: MakeNotebook, evidence: Path) -> None:
    notebook = _notebook(make_notebook, evidence / "go", WAITS["wait"])
    notebook.start(1)
    line = notebook.table_of(1)
    line.locator(".scl-one-stop").click()
    expect(line.locator(".scl-question")).to_have_text("Cancel 3 tasks?")
    line.locator(".scl-yes").click()
    notebook.wait_until_done(1)
    expect(notebook.cell(1)).to_contain_text("3/3 · 3 cancelled")


def test_a_loop_of_waits_shows_one_line_and_a_short_wait_none(
    make_notebook: MakeNotebook, evidence: Path
) -> None:
    path = evidence / "go"
    loop = "for f in [client.submit(hold, path, n) for n in (0, 2, 3)]: f.result()"
    short = "client.submit(len, 'abc').result(), client.wait(client.submit(len, 'ab'))[1]"
    notebook = _notebook(make_notebook, path, loop, short)
    notebook.start(1)
    cell = notebook.cell(1)
    for n in (0, 2, 3):
        expect(cell.locator(".scl-one-text")).to_have_text(f"holding {n}")
        expect(cell.locator(".scl")).to_have_count(1)
        _let_go(path, n)
    notebook.wait_until_done(1)
    expect(cell.locator(".jp-OutputArea-output")).to_have_count(1)
    expect(cell).to_contain_text("✓ hold 3/3")
    notebook.run(2)
    expect(notebook.cell(2).locator(".jp-OutputArea-output")).to_have_count(1)  # its value
    saved = notebook.save()
    assert [set(output["data"]) for output in saved["cells"][1]["outputs"]] == [
        {"text/html", "text/plain"}
    ]


def test_a_future_as_the_last_line_is_a_live_view_of_the_task(
    make_notebook: MakeNotebook, evidence: Path
) -> None:
    path = evidence / "go"
    cells = ["client.submit(hold, path, 1)", "client.submit(hold, path, 2)", "client.shutdown()"]
    notebook = _notebook(make_notebook, path, *cells)
    notebook.run(1)
    notebook.run(2)
    failing, other = notebook.table_of(1), notebook.table_of(2)
    for view, n in ((failing, 1), (other, 2)):
        expect(view.locator(".scl-one-text")).to_have_text("running")
        expect(view.locator(".scl-output")).to_have_text(f"holding {n}")
    _let_go(path, 1)
    expect(failing.locator(".scl-word")).to_have_text("failed")
    expect(failing.locator(".scl-traceback")).to_contain_text("ValueError: no such column")
    other.locator("button", has_text="Cancel").click()
    expect(other.locator(".scl-one-text")).to_contain_text("stopped in")
    expect(other.locator(".scl-one-stop")).to_be_hidden()
    notebook.run(3)
    expect(notebook.page.locator(".jp-Notebook .scl")).to_have_count(0)
    expect(notebook.cell(1)).to_contain_text("✗ hold failed: ValueError: no such column")
    expect(notebook.cell(1).locator("pre").last).to_have_text("holding 1")
    assert not notebook.errors
