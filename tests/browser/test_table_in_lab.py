"""The table in JupyterLab: rows appear, clicks stop tasks in a busy kernel, text is text."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from . import places
from .conftest import MakeNotebook
from .lab import Notebook

pytestmark = pytest.mark.timeout(180)

START = """
import time
from scaler_lab import Client

def spin(path):
    n = 0
    while True:
        n += 1
        if n % 10_000 == 0:
            with open(path, "a") as file:
                file.write(".")

def loop(seconds):
    end = time.time() + seconds
    while time.time() < end:
        pass

def quick(n):
    return n

def broken():
    raise ValueError("no such column")

client = Client(n_workers=2)
client
"""

BUSY = {
    "sleep": "time.sleep(25)",
    "result": "f.result(25)",
    "loop": "loop(25)",
}

SPIN = "f = client.submit(spin, {path!r})"

IN_BUSY_CELL = """
try:
    {busy}
except BaseException as error:
    print(type(error).__name__)
print(f.status, f.cancel_resolution, f.cancelled())
"""

AWAITING = """
f = client.submit(spin, {path!r})
try:
    await f
except BaseException as error:
    print(type(error).__name__)
"""

QUICK = "fs = [client.submit(quick, n) for n in range(20)]"

ONE_OF_EACH = """
fs = [client.submit(quick, 1), client.submit(broken)]
fs += [client.submit(spin, {path!r} + str(n)) for n in range(6)]
fs[2].cancel(), fs[-1].cancel()
"""

SCRIPTED = """
from scaler_lab import Client
from scaler_lab.testing import ScriptedEngine

engine = ScriptedEngine()
client = Client(engine)
client
"""
MANY = "group = client.submit_each(print, range(100_000))"
END_SCRIPTED = "engine.close(); client.shutdown()"

HOSTILE = """
from scaler_lab import Client
from scaler_lab.testing import ScriptedEngine

payloads = {payloads!r}
engine = ScriptedEngine(label=payloads[0])
client = Client(engine)
fs = [client.submit_each(print, [1], name=text)[0] for text in payloads]
for f, text in zip(fs, payloads):
    engine.start(f, text)
    engine.fail(f, ValueError(text))
client
"""

STOPPED_WITHIN_SECONDS = 3.0  # 0.1 on a quiet machine


@pytest.mark.parametrize("busy", BUSY)
@pytest.mark.parametrize("kernel", places.IPYKERNELS)
def test_a_click_stops_a_task_while_a_cell_runs(
    kernel: str, busy: str, make_notebook: MakeNotebook, evidence: Path
) -> None:
    spin = SPIN.format(path=str(evidence / "spin"))
    notebook = make_notebook([START, spin, IN_BUSY_CELL.format(busy=BUSY[busy])], kernel)
    notebook.run(0)
    notebook.run(1)
    row = notebook.row("spin")
    expect(row).to_contain_text("running")
    notebook.start(2)
    expect(notebook.page.locator(".jp-Notebook .jp-CodeCell").nth(2)).to_contain_text("[*]")
    row.locator(".scl-stop").click()
    clicked = time.monotonic()
    expect(row).to_contain_text("cancelled")
    took = time.monotonic() - clicked
    if busy != "result":  # which ends with the future
        assert notebook.is_busy(2), "the cell was to run on"
    assert took < STOPPED_WITHIN_SECONDS
    expect(row).to_contain_text(re.compile(r"interrupted, \d.* after the ask by notebook"))
    signs_of_life = (evidence / "spin").stat().st_size
    if notebook.is_busy(2):
        _interrupt_cell(notebook)
    notebook.wait_until_done(2)
    assert "cancelled interrupted True" in notebook.output(2)
    assert (evidence / "spin").stat().st_size == signs_of_life, "it still ran"


def _interrupt_cell(notebook: Notebook) -> None:
    notebook.command("notebook:interrupt-kernel")


def test_rows_appear_and_change_while_a_cell_runs(make_notebook: MakeNotebook) -> None:
    notebook = make_notebook([START, f"{QUICK}; time.sleep(20)"])
    notebook.run(0)
    expect(notebook.table()).to_contain_text("No tasks yet")
    notebook.start(1)
    expect(notebook.table()).to_contain_text("20 of 20 done")
    assert notebook.is_busy(1)
    _interrupt_cell(notebook)
    assert not notebook.errors


def test_an_awaiting_cell_is_stopped_by_a_click(
    make_notebook: MakeNotebook, evidence: Path
) -> None:
    notebook = make_notebook([START, AWAITING.format(path=str(evidence / "spin"))])
    notebook.run(0)
    notebook.start(1)
    row = notebook.row("spin")
    expect(row).to_contain_text("running")
    row.locator(".scl-stop").click()
    notebook.wait_until_done(1)
    assert "CancelledError" in notebook.output(1)


def test_after_a_reload_the_table_shows_what_is_true_then(
    make_notebook: MakeNotebook, evidence: Path
) -> None:
    notebook = make_notebook([START, SPIN.format(path=str(evidence / "spin"))])
    notebook.run(0)
    notebook.run(1)
    expect(notebook.row("spin")).to_contain_text("running")
    notebook.save()
    notebook.open()
    expect(notebook.row("spin")).to_contain_text("running")
    notebook.row("spin").locator(".scl-stop").click()
    expect(notebook.row("spin")).to_contain_text("cancelled")


def test_after_a_restart_of_the_kernel_the_table_says_that_its_client_is_gone(
    make_notebook: MakeNotebook, evidence: Path
) -> None:
    notebook = make_notebook([START, SPIN.format(path=str(evidence / "spin"))])
    notebook.run(0)
    notebook.run(1)
    expect(notebook.row("spin")).to_contain_text("running")
    notebook.restart_kernel()
    expect(notebook.table()).to_contain_text("The kernel was restarted")
    notebook.wait_until_idle()


def test_two_views_of_one_client_show_and_ask_the_same(
    make_notebook: MakeNotebook, evidence: Path
) -> None:
    spin = SPIN.format(path=str(evidence / "spin"))
    notebook = make_notebook([START, "client.board", spin])
    for n in range(3):
        notebook.run(n)
    rows = notebook.page.locator(".scl-body .scl-row")
    expect(rows).to_have_count(2)
    rows.first.locator(".scl-stop").click()
    expect(rows.first).to_contain_text("cancelled")
    expect(rows.last).to_contain_text("cancelled")


def test_when_the_client_is_shut_down_a_static_page_stays(make_notebook: MakeNotebook) -> None:
    notebook = make_notebook([START, QUICK, "client.shutdown()"])
    for n in range(3):
        notebook.run(n)
    output = notebook.page.locator(".jp-OutputArea-output").first
    expect(output).to_contain_text("The client was shut down")
    expect(output).to_contain_text("20 tasks: 20 succeeded")
    assert notebook.page.locator(".scl").count() == 0
    [saved] = notebook.save()["cells"][0]["outputs"]
    assert set(saved["data"]) == {"text/html", "text/plain"}


PAYLOADS = [
    "<img src=x onerror=window.hit=1>",
    "</script><script>window.hit=1</script>",
    "<svg/onload=window.hit=1>",
    '"><iframe srcdoc="<script>parent.hit=1</script>">',
    "<style>*{display:none}</style>",
    "<a href=javascript:window.hit=1>x</a>",
    "[x](javascript:window.hit=1)",
    "$$\\href{javascript:window.hit=1}{x}$$",
    "{{constructor.constructor('window.hit=1')()}}",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=window.hit=1>",
    "\u202egnp.exe\u0000\u001b]0;x\u0007",
]


def test_no_text_of_a_task_is_ever_more_than_text(make_notebook: MakeNotebook) -> None:
    notebook = make_notebook([HOSTILE.format(payloads=PAYLOADS), END_SCRIPTED])
    notebook.run(0)
    rows = notebook.page.locator(".scl-body .scl-row")
    expect(rows).to_have_count(len(PAYLOADS))
    for n in range(len(PAYLOADS)):
        rows.nth(n).locator(".scl-more").click()
        expect(notebook.table().locator(".scl-traceback")).to_contain_text("ValueError")
    foreign = notebook.table().locator("img, script, iframe, svg, a, style, math, form")
    assert foreign.count() == 0
    notebook.run(1)
    output = notebook.page.locator(".jp-OutputArea-output").first
    expect(output).to_contain_text("The client was shut down")
    assert output.locator("img, script, iframe, svg, a, style, form").count() == 0
    assert notebook.page.evaluate("window.hit") is None


@pytest.mark.parametrize(
    "theme", ["JupyterLab Light", "JupyterLab Dark", "JupyterLab Dark High Contrast"]
)
def test_axe_finds_nothing(theme: str, make_notebook: MakeNotebook, evidence: Path) -> None:
    each = ONE_OF_EACH.format(path=str(evidence / "spin"))
    notebook = make_notebook([START, each], theme=theme)
    for n in range(2):
        notebook.run(n)
    expect(notebook.row("broken")).to_contain_text("failed")
    notebook.row("broken").locator(".scl-more").click()
    expect(notebook.table().locator(".scl-traceback")).to_contain_text("no such column")
    assert _axe(notebook.page) == []


def _axe(page: Page) -> list[str]:
    page.evaluate(places.AXE.read_text(encoding="utf-8"))
    found = page.evaluate("async () => (await window.axe.run('.scl')).violations")
    return [
        f"{v['id']}: {v['help']}: {json.dumps([n['html'] for n in v['nodes']])[:600]}"
        for v in found
    ]


def test_a_hundred_thousand_tasks_are_shown_and_the_last_one_is_found(
    make_notebook: MakeNotebook,
) -> None:
    notebook = make_notebook([SCRIPTED, MANY, END_SCRIPTED])
    notebook.run(0)
    notebook.run(1)
    expect(notebook.table()).to_contain_text("0 of 100,000 done")
    grid = notebook.table().locator(".scl-grid")
    expect(notebook.table()).to_contain_text("print · 100,000 tasks")
    expect(grid).to_have_attribute("aria-rowcount", "2")  # the head, and the group: it is folded
    grid.focus()
    notebook.page.keyboard.press("Home")
    notebook.page.keyboard.press("ArrowRight")
    expect(grid).to_have_attribute("aria-rowcount", "100002")
    notebook.page.keyboard.press("End")
    expect(notebook.row("print[99999]")).to_be_visible()
    notebook.page.keyboard.press("Delete")
    expect(notebook.row("print[99999]")).to_contain_text("cancelling")
    notebook.run(2)
