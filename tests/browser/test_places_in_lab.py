"""From the frames of a traceback or stack to their lines, and a flame graph as a cell's output."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import MakeNotebook
from .lab import Lab, NotebookPage, act
from .panel import Panel

pytestmark = pytest.mark.timeout(180)

HELPER = """
import time

def check(prices):
    raise KeyError("price")

def wait():
    time.sleep(600)
"""
START = """
import sys; sys.path.insert(0, {folder!r})
import checked_prices
from scaler_lab import Client
client = Client(n_workers=1)
"""
FAIL = """
def fit(n):
    return checked_prices.check(n)
f = client.submit(fit, 1); f.exception(); client
"""
CURSOR = """
() => {
    // A document that was just opened has no editor yet.
    const { content, context } = window.jupyterapp.shell.currentWidget;
    return [context?.path, content?.editor?.getCursorPosition().line];
}
"""


def test_a_frame_leads_to_its_line_in_a_file_and_in_a_notebook(
    make_notebook: MakeNotebook, lab: Lab
) -> None:
    (lab.folder / "checked_prices.py").write_text(HELPER, encoding="utf-8")
    cells = [START.format(folder=str(lab.folder)), FAIL, "print(1)"]
    notebook = make_notebook(cells)
    notebook.run(0)
    notebook.run(1)
    page = notebook.page
    act(notebook.row("fit"), ".scl-more")
    _follow(notebook, page.locator(".jp-OutputArea .scl-traceback"))
    panel = Panel(page)
    panel.show()
    panel.choose(notebook.path)
    act(panel.row("fit"), ".scl-more")
    _follow(notebook, panel.node.locator(".scl-traceback"))


def _follow(notebook: NotebookPage, traceback: Locator) -> None:
    page = notebook.page
    links = traceback.locator(".scl-place")
    expect(links).to_have_text(["Cell In[2], line 2", re.compile(r'checked_prices\.py", line 5$')])
    links.nth(1).click()
    page.wait_for_function(f"({CURSOR})()[1] === 4")  # lines are counted from 0
    assert page.evaluate(CURSOR)[0] == "checked_prices.py"
    _close_editor(page)
    notebook.select(2)
    links.nth(0).click()
    page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget.content.activeCellIndex === 1"
    )


def _close_editor(page: Page) -> None:
    page.evaluate("() => window.jupyterapp.shell.currentWidget.close()")
    page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget?.context.path.endsWith('.ipynb')"
    )


def test_a_flame_graph_is_a_picture_in_the_page_with_tooltips(make_notebook: MakeNotebook) -> None:
    cells = [
        "import time\nfrom scaler_lab import Client\nclient = Client(n_workers=1)",
        "f = client.submit(time.sleep, 600)\nwhile not f.running(): time.sleep(0.01)",
        "f.flame(0.5)",
        "f.cancel()",
    ]
    notebook = make_notebook(cells)
    for n in range(3):
        notebook.run(n)
    graph = notebook.page.locator(".jp-OutputArea svg[role=img]")
    expect(graph).to_have_attribute("aria-label", re.compile("^Flame graph of sleep: 0"))
    expect(graph.locator("text", has_text="waiting: sleep")).to_be_visible()
    expect(graph.locator("title", has_text="waiting: sleep")).to_have_count(1)
    notebook.run(3)
