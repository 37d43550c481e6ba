"""Takes pictures of the side panel for people to look at.

    python -m tests.browser.panel_pictures FOLDER

`docs/panel.png` is ``panel-light.png``.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from . import places
from .lab import Lab, Notebook
from .panel import Panel

CELLS = [
    """from scaler_lab import Client
from market import load, simulate

client = Client(n_workers=4)""",
    """prices = [client.submit(load, symbol) for symbol in "AAPL MSFT NVDA".split()]
grid = client.submit_each(simulate, range(24))""",
]
MODULE = """
import time

def load(symbol):
    time.sleep(0.05)
    if symbol == "NVDA":
        raise KeyError("no such symbol: 'NVDA'")

def simulate(seed):
    time.sleep(0.03 if seed < 9 else 60)
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
    """Take them all."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    python = places.kernel_home(places.IPYKERNELS[-1]) / "bin" / "python"
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
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
                notebook = Notebook(
                    lab,
                    browser,
                    places.kernel_name(places.IPYKERNELS[-1]),
                    CELLS,
                    theme=f"JupyterLab {theme}",
                    height=760,
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


def _take(notebook: Notebook, picture: Path) -> None:
    notebook.wait_until_idle()
    notebook.run(0)
    notebook.run(1)
    panel = Panel(notebook.page)
    panel.show()
    notebook.page.evaluate(
        "() => { const split = document.querySelector('#jp-main-split-panel');"
        " window.jupyterapp.shell._hsplitPanel?.setRelativeSizes([3, 4, 0]); }"
    )
    panel.choose(notebook.path)
    panel.row("load").wait_for()
    notebook.page.wait_for_timeout(1500)
    panel.node.get_by_role("button", name="Groups").click()
    running = panel.node.locator('.scl-row[data-status="running"] .scl-stop').first
    if running.count():
        running.click()
    notebook.page.wait_for_timeout(1500)
    notebook.page.screenshot(path=picture)


if __name__ == "__main__":
    main()
