"""The side panel in JupyterLab shows tasks, and stops them even if their kernel is stuck."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from . import places
from .conftest import MakeNotebook
from .lab import TOKEN, Lab, NotebookPage, act, choose
from .panel import Panel

pytestmark = pytest.mark.timeout(180)

THEMES = ["JupyterLab Light", "JupyterLab Dark", "JupyterLab Dark High Contrast"]

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

def turn(path):
    spin(path)

def broken():
    print("rows read: 12")
    raise ValueError("no such column <img src=x onerror=window.hit=1>")

client = Client(n_workers=2)
"""
SPIN = "f = client.submit(spin, {path!r})"
PRINT_LOOP = """
try:
    f.result(20)
except BaseException as error:
    print(type(error).__name__, error)
print(f.cancel_resolution)
"""
LOOP = """
end = time.time() + 60
while time.time() < end and not f.done():
    pass
time.sleep(2)  # the cell is still busy when its future is done
"""
# A C call that holds the GIL, so that no other thread of the kernel can run.
STUCK = """
import ctypes, os
with open({path!r}, "w") as file:
    file.write(str(os.getpid()))
ctypes.PyDLL(None).sleep(60)
"""
SCRIPT = """
import sys, time
from scaler_lab import Client

def hold(seconds=120):
    end = time.time() + seconds
    while time.time() < end:
        time.sleep(0.01)  # Python code, which an interrupt stops

def broken(text):
    raise ValueError(text)

if __name__ == "__main__":
    payload = "<img src=x onerror=window.hit=1>"
    with Client(n_workers=2) as client:
        [bad] = client.submit_each(broken, [payload], name=payload)
        holds = [client.submit(hold) for _ in range(4)]
        bad.exception()
        print("ready", flush=True)
        for future in holds:
            try:
                future.result()
            except BaseException as error:
                print(type(error).__name__, error, flush=True)
"""


@pytest.fixture
def script(evidence: Path) -> Iterator[subprocess.Popen[str]]:
    """A script outside any notebook, with two running and two waiting tasks."""
    path = evidence / "nightly.py"
    path.write_text(SCRIPT)
    python = places.kernel_home(places.IPYKERNELS[-1]) / "bin" / "python"
    with subprocess.Popen([str(python), str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def _panel_of(notebook: NotebookPage) -> Panel:
    panel = Panel(notebook.page)
    panel.show()
    panel.choose(notebook.path)
    return panel


def _stop(row: Locator) -> None:
    expect(row).to_contain_text("running")
    act(row, ".scl-stop")
    expect(row).to_contain_text("cancelled")


def _stands_still(path: Path) -> bool:
    """Whether the file is no longer written to."""
    size = path.stat().st_size
    end = time.monotonic() + 0.3
    while time.monotonic() < end:  # a running task writes every millisecond
        if path.stat().st_size != size:
            return False
    return True


def test_a_notebooks_tasks_are_seen_and_stopped_in_every_corner_of_lab(
    make_notebook: MakeNotebook, evidence: Path
) -> None:
    spin = SPIN.format(path=str(evidence / "spin"))
    other = f"g = client.submit(turn, {str(evidence / 'other')!r})"
    running = f"b = client.submit(broken); {spin}; {other}"
    notebook = make_notebook([START, running, PRINT_LOOP])
    notebook.run(0)
    notebook.run(1)
    page = notebook.page
    page.evaluate("() => window.jupyterapp.restored")

    status = page.locator(".scl-status")
    expect(status).to_contain_text("2 running")
    toast = page.locator(".Toastify__toast", has_text=notebook.path)
    expect(toast).to_contain_text(f"broken failed in {notebook.path}")
    status.click()
    panel = Panel(page)
    panel.choose(notebook.path)
    expect(panel.engine(notebook.path)).to_contain_text("2 running")

    act(panel.row("broken"), ".scl-more")
    expect(panel.node.locator(".scl-traceback")).to_contain_text("no such column")
    expect(panel.node).to_contain_text("rows read: 12")
    page.evaluate("() => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = 2; }")
    panel.node.locator(".scl-jump", has_text="Go to the cell that submitted broken").click()
    page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget.content.activeCellIndex === 1"
    )
    panel.node.locator(".scl-search").fill("broken")
    expect(panel.node.locator(".scl-body .scl-row")).to_have_count(1)
    panel.node.locator(".scl-search").fill("")

    _stop(panel.row("spin"))
    notebook.run(2)
    assert "CancelledError cancelled from JupyterLab" in notebook.output(2)
    assert "interrupted" in notebook.output(2)
    assert _stands_still(evidence / "spin")

    notebook.command("running:show-panel")
    section = page.locator("#jp-running-sessions")
    item = section.locator('[data-context="scaler-lab-task"]')
    expect(item).to_have_count(1)
    item.hover()
    item.locator(".jp-RunningSessions-itemShutdown").click()
    expect(item).to_have_count(0)
    expect(status).to_contain_text("Tasks: 1 failed")
    assert not notebook.errors
    assert page.evaluate("window.hit") is None

    panel.show()
    for theme in THEMES:
        notebook.set_theme(theme)
        assert _axe(page) == [], theme


def test_commands_act_on_the_task_that_is_selected_in_the_panel(
    make_notebook: MakeNotebook, evidence: Path
) -> None:
    notebook = make_notebook([START, SPIN.format(path=str(evidence / "spin"))])
    notebook.run(0)
    notebook.run(1)
    page = notebook.page
    panel = _panel_of(notebook)
    expect(panel.row("spin")).to_contain_text("running")
    assert _enabled(page) == set()
    panel.row("spin").locator(".scl-c-name").click()
    assert _enabled(page) == {"show-details", "cancel-selected", "kill-selected"}
    _from_palette(page, "Show Details of the Selected Task")
    expect(panel.node.locator(".scl-facts")).to_contain_text("started")
    _from_palette(page, "Cancel Selected Tasks")
    expect(panel.row("spin")).to_contain_text("cancelled")
    assert _stands_still(evidence / "spin")
    assert _enabled(page) == {"show-details", "retry-selected"}

    panel.row("spin").click(button="right")
    page.locator(".lm-Menu-item", has_text="Retry Selected Tasks").click()
    again = panel.node.locator('.scl-body .scl-row[data-status="running"]')
    expect(again).to_have_count(1)
    act(again, ".scl-stop")
    cancelled = panel.node.locator('.scl-body .scl-row[data-status="cancelled"]')
    expect(cancelled).to_have_count(2)


def test_the_panel_is_open_again_after_a_reload(make_notebook: MakeNotebook) -> None:
    notebook = make_notebook(["1"])
    panel = Panel(notebook.page)
    panel.show()
    end = time.monotonic() + 30
    while notebook.page.evaluate(_LEFT_IN_SAVED_LAYOUT) != panel.ID:
        assert time.monotonic() < end, "the layout was not saved"
        notebook.page.wait_for_timeout(50)  # a poll: there is no event for the server's file
    notebook.page.reload()
    expect(panel.node).to_be_visible()  # without an explicit command
    expect(panel.node).to_contain_text("Nothing of yours is running")


_LEFT_IN_SAVED_LAYOUT = """async () => {
    const [, workspace] = /workspaces\\/([^/?]*)/.exec(location.pathname);
    const saved = await (await fetch(`/lab/api/workspaces/${workspace}`)).json();
    return saved.data['layout-restorer:data']?.left?.current;
}"""
_SELECTED = ("show-details", "cancel-selected", "kill-selected", "retry-selected")


def _enabled(page: Page) -> set[str]:
    """Which of the commands for selected tasks are enabled."""
    can = "id => window.jupyterapp.commands.isEnabled('scaler-lab:' + id)"
    return {name for name in _SELECTED if page.evaluate(can, name)}


def _from_palette(page: Page, label: str) -> None:
    page.evaluate(
        "() => { void window.jupyterapp.commands.execute('apputils:activate-command-palette'); }"
    )
    field = page.locator("#modal-command-palette input")
    field.fill(label)
    field.press("Enter")


def _axe(page: Page) -> list[str]:
    page.evaluate(places.AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "async () => (await window.axe.run({include: ['#scaler-lab-panel', '.scl-status']}))"
        ".violations"
    )
    return [
        f"{v['id']}: {v['help']}: {json.dumps([n['html'] for n in v['nodes']])[:600]}"
        for v in found
    ]


def test_a_click_stops_a_task_of_a_busy_kernel_in_a_page_loaded_anew(
    make_notebook: MakeNotebook, evidence: Path
) -> None:
    notebook = make_notebook([START, SPIN.format(path=str(evidence / "spin")), LOOP, PRINT_LOOP])
    for n in range(2):
        notebook.run(n)
    notebook.start(2)
    panel = _panel_of(notebook)
    expect(panel.row("spin")).to_contain_text("running")
    notebook.save()
    notebook.open()
    panel = _panel_of(notebook)
    _stop(panel.row("spin"))
    assert _stands_still(evidence / "spin")
    expect(panel.row("spin")).to_contain_text("cancelled")


def test_a_click_stops_a_task_of_a_kernel_that_is_stuck_in_c(
    make_notebook: MakeNotebook, evidence: Path
) -> None:
    pid_file = evidence / "pid"
    spin = SPIN.format(path=str(evidence / "spin"))
    notebook = make_notebook([START, spin, STUCK.format(path=str(pid_file))])
    for n in range(2):
        notebook.run(n)
    panel = _panel_of(notebook)
    expect(panel.row("spin")).to_contain_text("running")
    notebook.start(2)
    end = time.monotonic() + 20
    while not (pid_file.exists() and pid_file.read_text()):
        assert time.monotonic() < end
        notebook.page.wait_for_timeout(20)  # a poll: another process creates it
    try:
        _stop(panel.row("spin"))
        assert _stands_still(evidence / "spin")
        assert notebook.is_busy(2)
    finally:
        os.kill(int(pid_file.read_text()), signal.SIGKILL)  # it ignores everything else
    expect(panel.engine(notebook.path)).to_contain_text("ended")


def test_a_script_is_seen_and_all_its_tasks_stopped_at_once(
    lab: Lab, context: BrowserContext, script: subprocess.Popen[str]
) -> None:
    page = context.new_page()
    page.goto(f"{lab.url}/lab/workspaces/script?reset&token={TOKEN}")
    panel = Panel(page)
    panel.show()
    panel.choose("nightly.py")
    expect(panel.engine("nightly.py")).to_contain_text("2 running, 2 queued, 1 failed")
    # The failed task ended before this page was opened.
    expect(page.locator(".Toastify__toast")).to_have_count(0)
    choose(panel.node, "cancel-all")
    question = panel.node.locator(".scl-confirm")
    expect(question).to_contain_text("Cancel 4 tasks of nightly.py, 2 of them running?")
    question.locator(".scl-yes").click()
    out, _ = script.communicate(timeout=30)
    assert out.count("CancelledError cancelled from JupyterLab") == 4
    expect(panel.node).to_contain_text(re.compile("ended", re.IGNORECASE))
    assert page.evaluate("window.hit") is None
    assert panel.node.locator("img").count() == 0
    page.close()


def test_notebook_7_loads_it(
    lab: Lab, context: BrowserContext, script: subprocess.Popen[str]
) -> None:
    del script
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{lab.url}/tree?token={TOKEN}")
    panel = Panel(page)
    panel.show()
    panel.choose("nightly.py")
    expect(panel.row("hold")).to_contain_text("running")
    act(panel.row("hold"), ".scl-stop")
    cancelled = panel.node.locator('.scl-body .scl-row[data-status="cancelled"]')
    expect(cancelled).to_have_count(1)
    # Notebook 7.6 logs an error of its own, even without this extension: its shortcuts plugin
    # requires a settings plugin that isn't loaded yet.
    assert not [error for error in errors if "reading 'schema'" not in error]
    page.close()
