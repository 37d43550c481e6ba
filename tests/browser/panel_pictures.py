"""Takes screenshots of the side panel, for people to check.

    python -m tests.browser.panel_pictures FOLDER

The tasks sleep, so that all states are visible at the same time.

`docs/panel.png` is ``panel-light.png``, `docs/panel-dark.png` is ``panel-dark.png``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from . import places
from .lab import Lab, NotebookPage, act
from .panel import Panel

CELLS = [
    """from scaler_lab import Client
from market import backtest, load, simulate, train

client = Client(n_workers=4)""",
    """prices = [client.submit(load, s) for s in ["AAPL", "NVDA"]]
model = client.submit(train, epochs=80)
test = client.submit(backtest, "2024")
grid = client.submit_each(simulate, range(48))""",
]
# Slow tasks, so that the picture has tasks in every state.  No test depends on their duration.
MODULE = """
import time
from scaler_lab import progress

def load(symbol):
    time.sleep(0.05)
    print("asking for", symbol)
    if symbol == "NVDA":
        raise KeyError("no such symbol: 'NVDA'")

def train(epochs):
    for epoch in progress(range(epochs)):
        time.sleep(0.15)

def backtest(year):
    time.sleep(60)

def simulate(seed):
    time.sleep(0.25 if seed < 22 else 60)
"""
SCRIPT = """
import time
from scaler_lab import Client

def nightly_report(day):
    time.sleep(0.01 if day < 40 else 60)

if __name__ == "__main__":
    with Client(n_workers=2) as client:
        client.submit_each(nightly_report, range(45))
        print("ready", flush=True)
        time.sleep(300)
"""


def main() -> None:
    """Take all screenshots."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    python = places.kernel_home(places.IPYKERNELS[-1]) / "bin" / "python"
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        os.environ["SCALER_LAB_RUNTIME_DIR"] = home  # hide other engines on this machine
        lab = Lab(Path(home))
        (lab.folder / "market.py").write_text(MODULE)
        script = Path(home) / "nightly.py"
        script.write_text(SCRIPT)
        browser = playwright.chromium.launch(
            executable_path=places.chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        process = subprocess.Popen([str(python), str(script)], stdout=subprocess.DEVNULL)
        try:
            for theme in ("Light", "Dark", "Dark High Contrast"):
                notebook = NotebookPage(
                    lab,
                    browser,
                    places.kernel_name(places.IPYKERNELS[-1]),
                    CELLS,
                    theme=f"JupyterLab {theme}",
                    height=880,
                    scale=1.5,
                    name="prices.ipynb",
                )
                _take(notebook, folder / f"panel-{theme.lower().replace(' ', '-')}.png")
                notebook.close()
        finally:
            process.kill()
            process.wait()
            browser.close()
            lab.close()


def _take(notebook: NotebookPage, picture: Path) -> None:
    notebook.wait_until_idle()
    notebook.run(0)
    notebook.run(1)
    page = notebook.page
    panel = Panel(page)
    panel.show()
    _widen(page, 3, 4)
    panel.choose(notebook.path)
    act(panel.row("backtest"), ".scl-stop")
    panel.row("backtest").filter(has_text="cancelled").wait_for()
    act(panel.row("backtest"), ".scl-more")
    panel.node.locator(".scl-facts").filter(has_text="settled").wait_for()
    page.locator("#jp-top-panel").hover()
    page.wait_for_timeout(2000)  # for the notification
    page.screenshot(path=picture)
    _widen(page, 3, 7)
    panel.node.screenshot(path=picture.with_stem(picture.stem + "-narrow"))


def _widen(page: Page, panel: int, rest: int) -> None:
    """Give the panel this much of the width, and the rest to the notebook."""
    page.evaluate(
        "sizes => { window.jupyterapp.shell._hsplitPanel?.setRelativeSizes(sizes); }",
        [panel, rest, 0],
    )
    page.wait_for_timeout(300)  # until it is drawn; there is no event for that


if __name__ == "__main__":
    main()
