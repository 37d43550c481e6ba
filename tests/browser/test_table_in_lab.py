"""The table in JupyterLab: rows appear, clicks stop tasks in a busy kernel, text stays text."""

from __future__ import annotations

import json
import re
import subprocess
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from . import places
from .conftest import MakeNotebook
from .lab import Lab, NotebookPage, act, choose

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

BUSY_CELL = "time.sleep(25)"  # a busy cell of the user; the test clicks meanwhile, then ends it
BUSY = {
    "sleep": BUSY_CELL,
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

WAIT_FOR_FILE = """
import os
while not os.path.exists({path!r}):
    time.sleep(0.05)  # the cell is busy, which is what the test wants
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
client.submit_each(quick, range(3))
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

AUTORELOAD = """
%load_ext autoreload
%autoreload 2
import sys
sys.path.insert(0, {folder!r})
"""

HOSTILE = """
from scaler_lab import Client
from scaler_lab.core.messages import Progress, TaskOutput, TaskProgress
from scaler_lab.testing import ScriptedEngine

payloads = {payloads!r}
engines = globals().get("engines", []) + [ScriptedEngine(label=payloads[0])]
clients = globals().get("clients", []) + [Client(engines[-1])]
engine, client = engines[-1], clients[-1]
fs = [client.submit_each(print, [text], name=text)[0] for text in payloads[1:]]
fs.append(client.submit(print, *payloads[:40]))
for f, text in zip(fs, payloads):
    engine.start(f, text)
    engine.emit(TaskProgress(f.task_id, Progress(1, 2, text)))
    engine.emit(TaskOutput(f.task_id, 0, "\\n".join(payloads).encode()))
    engine.fail(f, ValueError("\\n".join([text, *payloads])))
client
"""

STOP_TIMEOUT = 10.0  # 0.1 on a quiet machine; the cell runs 25


@pytest.mark.parametrize("kernel", places.IPYKERNELS)
def test_a_click_stops_a_task_while_a_cell_runs(
    kernel: str, make_notebook: MakeNotebook, evidence: Path
) -> None:
    cells = [START]
    for busy in BUSY:
        cells += [
            SPIN.format(path=str(evidence / busy)),
            IN_BUSY_CELL.format(busy=BUSY[busy]),
        ]
    notebook = make_notebook(cells, kernel)
    notebook.run(0)
    for n, busy in enumerate(BUSY):
        _stop_in_busy_cell(notebook, 1 + 2 * n, busy, evidence / busy)


def _stop_in_busy_cell(notebook: NotebookPage, cell: int, busy: str, signs_of_life: Path) -> None:
    notebook.run(cell)
    number = notebook.row("spin", "running").locator(".scl-c-number").text_content()
    row = notebook.numbered(number or "")
    notebook.start(cell + 1)
    notebook.wait_until_busy(cell + 1)
    act(row, ".scl-stop")
    clicked = time.monotonic()
    expect(row).to_contain_text("cancelled")
    took = time.monotonic() - clicked
    if busy != "result":  # that cell ends with the future
        assert notebook.is_busy(cell + 1), "the cell was to run on"
    assert took < STOP_TIMEOUT
    expect(row).to_contain_text(re.compile(r"stopped in \d.*, from notebook"))
    size = signs_of_life.stat().st_size
    if notebook.is_busy(cell + 1):
        _interrupt_cell(notebook)
    notebook.wait_until_done(cell + 1)
    assert "cancelled interrupted True" in notebook.output(cell + 1)
    assert signs_of_life.stat().st_size == size, "it still ran"


def _interrupt_cell(notebook: NotebookPage) -> None:
    notebook.command("notebook:interrupt-kernel")


def test_rows_appear_and_change_while_a_cell_runs(make_notebook: MakeNotebook) -> None:
    notebook = make_notebook([START, f"{QUICK}; {BUSY_CELL}"])
    notebook.run(0)
    expect(notebook.table()).to_contain_text("No tasks yet")
    notebook.start(1)
    expect(notebook.table()).to_contain_text("20/20")
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
    act(row, ".scl-stop")
    notebook.wait_until_done(1)
    assert "CancelledError" in notebook.output(1)


def test_a_saved_table_comes_back_in_a_busy_kernel_and_is_static_without_one(
    make_notebook: MakeNotebook, evidence: Path
) -> None:
    # The kernel's main thread restores widgets, so no widget can be shown until the cell ends.
    busy = WAIT_FOR_FILE.format(path=str(evidence / "go"))
    spin = SPIN.format(path=str(evidence / "spin"))
    quick = "t, b = client.submit(quick, 1), client.submit(broken)"
    notebook = make_notebook([START, f"{quick}; {spin}; t.result()", busy, spin])
    page = notebook.page
    notebook.run(0)
    notebook.run(1)
    expect(notebook.row("spin")).to_contain_text("running")
    output = page.locator(".jp-OutputArea-output.scl-saved").first
    notebook.table().evaluate("table => { table.dataset.seen = 'once'; }")
    expect(output).to_have_attribute("data-version", re.compile("[1-9]"))
    notebook.start(2)
    notebook.wait_until_busy(2)
    # What is saved does not draw the table anew.
    expect(notebook.table()).to_have_attribute("data-seen", "once")
    notebook.save()
    notebook.open()
    expect(notebook.row("quick")).to_contain_text("succeeded")
    expect(notebook.row("broken")).to_contain_text("no such column")
    act(notebook.row("spin"), ".scl-stop")
    expect(notebook.row("spin")).to_contain_text("cancelled")
    assert not (evidence / "go").exists(), "the table did not wait for the cell"
    (evidence / "go").touch()
    # Only the widget knows results.
    expect(notebook.row("quick").locator(".scl-text")).to_have_text("1")
    notebook.run(3)
    expect(notebook.row("spin", "running")).to_be_visible()
    counts = "4 tasks: 1 running, 1 failed, 1 cancelled, 1 succeeded"
    page.wait_for_function(TO_BE_SAVED, arg=counts)
    notebook.save()
    notebook.shut_down()
    notebook.open()
    expect(output).to_contain_text(counts)
    output.locator("summary", has_text="broken").click()
    expect(output).to_contain_text("ValueError: no such column")
    notebook.wait_until_idle()
    page.wait_for_timeout(500)  # for a widget's error that would replace it
    expect(output).to_contain_text(counts, use_inner_text=True)  # what is visible
    assert not re.search("model not found|Loading", output.inner_text())


TO_BE_SAVED = """counts => window.jupyterapp.shell.currentWidget.content.model.cells.get(0)
    .outputs.get(0).data['text/plain'].includes(counts)"""


def test_after_a_restart_of_the_kernel_the_table_shows_that_its_client_is_gone(
    make_notebook: MakeNotebook, evidence: Path
) -> None:
    notebook = make_notebook([START, SPIN.format(path=str(evidence / "spin"))])
    notebook.run(0)
    notebook.run(1)
    expect(notebook.row("spin")).to_contain_text("running")
    notebook.restart_kernel()
    expect(notebook.table()).to_contain_text("The kernel was restarted")
    notebook.wait_until_idle()


def test_two_views_and_another_tab_show_and_ask_the_same(
    make_notebook: MakeNotebook, evidence: Path
) -> None:
    spin = SPIN.format(path=str(evidence / "spin"))
    notebook = make_notebook([START, "client.board", spin])
    for n in range(3):
        notebook.run(n)
    rows = notebook.page.locator(".jp-Notebook .scl-body .scl-row")
    expect(rows).to_have_count(2)
    notebook.save()
    tab = notebook.in_another_tab()
    elsewhere = tab.locator(".jp-Notebook .scl-body .scl-row").first
    expect(elsewhere).to_contain_text("running")
    act(rows.first, ".scl-stop")
    expect(rows.first).to_contain_text("cancelled")
    expect(rows.last).to_contain_text("cancelled")
    expect(elsewhere).to_contain_text("cancelled")


def test_a_click_comes_by_the_comm_without_a_control_channel(
    make_notebook: MakeNotebook, evidence: Path
) -> None:
    # With ipykernel 7.4, comm messages would arrive only after the cell without the widget's fix.
    spin = SPIN.format(path=str(evidence / "spin"))
    notebook = make_notebook([START, spin, "loop(25)"], "7.4.0")
    notebook.run(0)
    notebook.run(1)
    row = notebook.row("spin")
    expect(row).to_contain_text("running")
    notebook.cut_control_channel()
    notebook.start(2)
    notebook.wait_until_busy(2)
    act(row, ".scl-stop")
    expect(row).to_contain_text("stopped in")
    assert notebook.is_busy(2), "the cell was to run on"
    _interrupt_cell(notebook)


def test_if_no_path_leads_past_the_cell_the_table_shows_that(
    make_notebook: MakeNotebook, evidence: Path
) -> None:
    spin = SPIN.format(path=str(evidence / "spin"))
    busy = WAIT_FOR_FILE.format(path=str(evidence / "go"))
    notebook = make_notebook([START, spin, busy], "6.31.0")
    notebook.run(0)
    notebook.run(1)
    row = notebook.row("spin")
    expect(row).to_contain_text("running")
    notebook.cut_control_channel()
    # As in a page without JupyterLab's extension, which would go by the server.
    notebook.page.evaluate(
        "() => { window.kept = globalThis[Symbol.for('scaler_lab.serverTasks')];"
        " delete globalThis[Symbol.for('scaler_lab.serverTasks')]; }"
    )
    notebook.start(2)
    notebook.wait_until_busy(2)
    act(row, ".scl-stop")
    expect(notebook.table()).to_contain_text("takes effect when the cell ends")
    expect(row).to_contain_text("running")
    (evidence / "go").touch()
    expect(row).to_contain_text("cancelled")
    notebook.page.evaluate(
        "() => { globalThis[Symbol.for('scaler_lab.serverTasks')] = window.kept; }"
    )


def test_notebook_7_shows_it_and_stops_a_task_while_a_cell_runs(
    make_notebook: MakeNotebook, evidence: Path
) -> None:
    spin = SPIN.format(path=str(evidence / "spin"))
    notebook = make_notebook([START, spin, BUSY_CELL], in_notebook_7=True)
    notebook.run(0)
    notebook.run(1)
    row = notebook.row("spin")
    expect(row).to_contain_text("running")
    notebook.start(2)
    notebook.wait_until_busy(2)
    act(row, ".scl-stop")
    expect(row).to_contain_text("stopped in")
    assert notebook.is_busy(2), "the cell was to run on"
    _interrupt_cell(notebook)


def test_autoreload_leaves_the_table_and_the_form_at_work(
    make_notebook: MakeNotebook, evidence: Path
) -> None:
    module = evidence / "my_work.py"
    module.write_text("def work(n: int = 3):\n    return n\n")
    notebook = make_notebook(
        [
            AUTORELOAD.format(folder=str(evidence)),
            "import my_work\n" + START,
            "client.submit_form(my_work.work)",
            "client.submit(my_work.work, 4).result(20)",
            BUSY_CELL,
        ]
    )
    for n in range(4):
        notebook.run(n)
    expect(notebook.row("work")).to_contain_text("succeeded")
    module.write_text("def work(n: int = 3):\n    return n + 10_000\n")
    notebook.run(3)
    expect(notebook.table()).to_contain_text("2/2")
    # The form works too: its click reaches the busy kernel through its comm.
    notebook.start(4)
    notebook.wait_until_busy(4)
    run = notebook.page.get_by_role("button", name="Run", exact=True)
    form = notebook.page.locator(".jp-OutputArea-output", has=run).first
    run.click()
    expect(notebook.table()).to_contain_text("3/3")
    expect(form).to_contain_text("10003")
    assert notebook.is_busy(4), "the cell was to run on"
    _interrupt_cell(notebook)


def test_when_the_client_is_shut_down_a_static_page_stays(make_notebook: MakeNotebook) -> None:
    notebook = make_notebook([START, QUICK, "client.shutdown()"])
    for n in range(3):
        notebook.run(n)
    output = notebook.page.locator(".jp-OutputArea-output").first
    expect(output).to_contain_text("The client was shut down")
    expect(output).to_contain_text("20 tasks: 20 succeeded")
    assert notebook.page.locator(".jp-Notebook .scl").count() == 0
    [saved] = notebook.save()["cells"][0]["outputs"]
    assert set(saved["data"]) == {"text/html", "text/plain"}


SCRIPT = "window.hit=1"
CORES = [
    f"<img src=x onerror={SCRIPT}>",
    f"<script>{SCRIPT}</script>",
    f"<svg/onload={SCRIPT}>",
    f"<svg><animate onbegin={SCRIPT} attributeName=x dur=1s>",
    f'<iframe srcdoc="<script>parent.{SCRIPT}</script>">',
    f"<iframe src=javascript:parent.{SCRIPT}>",
    f"<details open ontoggle={SCRIPT}>",
    f"<input autofocus onfocus={SCRIPT}>",
    f"<video><source onerror={SCRIPT}></video>",
    f"<math><mtext></form><form><mglyph><style></math><img src onerror={SCRIPT}>",
    f"<a href=javascript:{SCRIPT}>x</a>",
    f"<base href=javascript:{SCRIPT}//>",
    f"<object data=javascript:{SCRIPT}>",
    "<style>*{display:none}</style>",
    f"[x](javascript:{SCRIPT})",
    f"$$\\href{{javascript:{SCRIPT}}}{{x}}$$",
    f"{{{{constructor.constructor('{SCRIPT}')()}}}}",
]
AROUND = [
    "{}",
    '">{}',
    "'>{}",
    "</td></tr></table>{}",
    "</script>{}",
    "</style></title></textarea>{}",
    "-->{}<!--",
    "]]>{}",
    "`{}`",
    "%3C{}",
    "\u202e{}\u0000\u001b]0;x\u0007",
    "&lt;{}&gt;",
]
PAYLOADS = [around.format(core) for around in AROUND for core in CORES]
ON_A_PAGE = 100  # the maximum number of rows of a static page


def test_no_text_of_a_task_is_ever_more_than_text(
    lab: Lab, make_notebook: MakeNotebook, evidence: Path
) -> None:
    assert len(PAYLOADS) >= 200
    some = [PAYLOADS[:ON_A_PAGE], PAYLOADS[ON_A_PAGE : 2 * ON_A_PAGE], PAYLOADS[2 * ON_A_PAGE :]]
    notebook = make_notebook(
        [HOSTILE.format(payloads=payloads) for payloads in some]
        + ["for engine in engines: engine.close()\nfor client in clients: client.shutdown()"]
    )
    page = notebook.page
    for n in range(len(some)):
        notebook.run(n)
        table = notebook.table_of(n)  # earlier ones may be static pages by now
        grid = table.locator(".scl-grid")
        expect(table.locator('.scl-row[data-status="failed"]').first).to_be_visible()
        grid.focus()
        page.keyboard.press("Home")
        page.keyboard.press("Enter")
        expect(table.locator(".scl-traceback pre").first).to_contain_text("ValueError")
        expect(table.locator(".scl-output")).to_contain_text("window.hit")
        expect(table.locator(".scl-arguments dd").first).to_be_visible()
        grid.focus()
        for _ in range(10):  # every row is shown with its details
            page.keyboard.press("PageDown")
        expect(table.locator(".scl-pane-title")).to_have_text(re.compile(r"✗\sprint"))
        choose(table, "timeline")
        assert table.locator(FOREIGN).count() == 0
    notebook.run(len(some))
    static = page.locator(".jp-OutputArea-output")
    for n in range(len(some)):
        expect(static.nth(n)).to_contain_text("The client was shut down")
        assert static.nth(n).locator(FOREIGN).count() == 0
    assert page.evaluate("window.hit") is None
    notebook.save()
    converted = _nbconvert(lab.folder / notebook.path, evidence)
    saved = notebook.context.new_page()
    saved.route(re.compile("^https?:"), lambda route: route.abort())  # block all downloads
    saved.goto(converted.as_uri(), wait_until="domcontentloaded")
    outputs = saved.locator(".jp-OutputArea-output")
    expect(outputs.first).to_contain_text("100 tasks: 100 failed")
    assert outputs.locator(FOREIGN).count() == 0
    assert saved.evaluate("window.hit") is None


FOREIGN = ", ".join(
    [
        *("img", "script", "iframe", "a", "style", "math", "form", "object", "base"),
        *("video", "svg:not(.scl-spark)", "input:not(.scl-search, .scl-find)"),
    ]
)


def _nbconvert(notebook: Path, folder: Path) -> Path:
    command = [str(places.LAB / "bin" / "jupyter-nbconvert"), "--to", "html"]
    subprocess.run(
        [*command, "--output-dir", str(folder), str(notebook)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return folder / notebook.with_suffix(".html").name


def test_keys_typed_in_the_table_are_not_the_notebooks(
    make_notebook: MakeNotebook, evidence: Path
) -> None:
    notebook = make_notebook([START, SPIN.format(path=str(evidence / "spin")), "3"])
    for n in range(2):
        notebook.run(n)
    row = notebook.row("spin")
    expect(row).to_contain_text("running")
    keyboard = notebook.page.keyboard
    cells = notebook.page.locator(".jp-Notebook .jp-CodeCell")
    for place in (row, notebook.table().locator(".scl-head")):
        place.click(position={"x": 60, "y": 8})
        for key in ("d", "d", "x", "b", "a", "Shift+Enter", "0", "0"):
            keyboard.press(key)
    notebook.page.wait_for_timeout(500)  # for a cell that would be deleted or added
    expect(cells).to_have_count(3)
    row.click()
    keyboard.press("?")
    expect(notebook.table().locator(".scl-help")).to_contain_text("kill at once")
    keyboard.press("Escape")
    keyboard.press("C")
    question = notebook.table().locator(".scl-confirm")
    expect(question).to_contain_text("Kill the workers of 1 task?")
    keyboard.press("Enter")
    expect(row).to_contain_text("killed")


def test_axe_finds_nothing(make_notebook: MakeNotebook, evidence: Path) -> None:
    each = ONE_OF_EACH.format(path=str(evidence / "spin"))
    notebook = make_notebook([START, each])
    for n in range(2):
        notebook.run(n)
    expect(notebook.row("broken")).to_contain_text("failed")
    act(notebook.row("broken"), ".scl-more")
    expect(notebook.table().locator(".scl-traceback")).to_contain_text("no such column")
    expect(notebook.table().locator(".scl-group")).to_be_visible()
    notebook.choose("timeline")
    expect(notebook.table().locator(".scl-tl-name").first).to_be_visible()
    for theme in ("JupyterLab Dark", "JupyterLab Dark High Contrast", "JupyterLab Light"):
        notebook.set_theme(theme)
        # The theme's style sheets load a little after its name changes.
        notebook.page.wait_for_timeout(400)
        assert _axe(notebook.page) == [], theme
    notebook.table().evaluate("table => { table.style.width = '360px'; }")
    assert _axe(notebook.page) == [], "narrow"


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
    notebook = make_notebook([SCRIPTED, MANY])
    notebook.run(0)
    notebook.run(1)
    expect(notebook.table()).to_contain_text("0/100,000")
    grid = notebook.table().locator(".scl-grid")
    expect(notebook.table()).to_contain_text("print100,000 tasks")
    # Two rows: the header, and the group, which is collapsed.
    expect(grid).to_have_attribute("aria-rowcount", "2")
    grid.focus()
    notebook.page.keyboard.press("Home")
    notebook.page.keyboard.press("ArrowRight")
    expect(grid).to_have_attribute("aria-rowcount", "100002")
    notebook.page.keyboard.press("End")
    expect(notebook.row("print[99999]")).to_be_visible()
    notebook.page.keyboard.press("Delete")
    expect(notebook.row("print[99999]")).to_contain_text("cancelling")
