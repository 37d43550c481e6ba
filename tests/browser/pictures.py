"""Takes screenshots of the table, for people to check: states, themes, widths, long names.

    python -m tests.browser.pictures FOLDER [light]

The tasks and the cells sleep, so that all states are visible at the same time.
With additional words, only the pictures with these words in their name are taken.
`docs/notebook.png` is ``states-1280-light.png``, `docs/notebook-dark.png` is
``states-1280-dark.png``.
"""

from __future__ import annotations

import sys
import tempfile
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from . import places
from .lab import Lab, NotebookPage, act

THEMES = ("Light", "Dark", "Dark High Contrast")
WIDTHS = (1280, 860, 620, 540)

# A real run: four workers, seconds of work, one failure, and cancels before, during and after.
# The tasks only sleep.  The cell's own pauses let some tasks finish before the next cancel.
STATES = """
import time
from scaler_lab import Client, progress

client = Client(n_workers=5, grace=60)

def load_prices():
    time.sleep(0.5)

def clean():
    time.sleep(0.3)

def simulate(seed):
    time.sleep(0.1 + seed * 37 % 50 / 80)

def fit_trend():
    while True:
        try:
            time.sleep(60)
        except BaseException:
            pass

def train(epochs):
    for epoch in range(epochs):
        progress.update(epoch, epochs, note=f"loss {0.7 - epoch / 100:.2f}")
        time.sleep(0.15)

def report(frame):
    print("12,480 rows of 4 columns read")
    time.sleep(0.4)
    raise KeyError(f"no such column: {frame!r}")

def backtest():
    time.sleep(60)

stubborn = client.submit(fit_trend)
client.submit(load_prices), client.submit(clean)
failed = client.submit(report, "volume")
stopped = client.submit(backtest)
client.submit(train, 80)
simulations = client.submit_each(simulate, range(24))
time.sleep(2.2)
stubborn.request_cancel(source="notebook")
stopped.request_cancel(source="notebook")
more = client.submit_each(simulate, range(24, 200), name="bootstrap")
more[-1].request_cancel(source="JupyterLab")
never = client.options(name="load_volumes").submit(load_prices)
time.sleep(0.2)
never.request_cancel(source="notebook")
for future in more[-9:]:
    future.request_cancel(source="notebook")
display(client)
time.sleep(6)
"""
END = "client.cancel_all(force=True); client.shutdown()"

LONG = """
from scaler_lab import Client
from scaler_lab.testing import ScriptedEngine

engine = ScriptedEngine(label="local engine, 4 workers")
client = Client(engine)
names = ["simulate_the_whole_market_with_all_correlations_and_a_very_long_name_that_goes_on" * 2,
         "日本語のタスク名", "", "ünïcödé 👍", "a\\u202eb\\x1b[2J"]
fs = [client.submit_each(print, [1], name=n)[0] for n in names]
for f in fs:
    engine.start(f, "worker-on-a-host-with-a-long-name.example.org")
engine.fail(fs[0], RuntimeError("something went wrong in a place that takes long to describe " * 5))
display(client)
"""
LONG_END = "engine.close(); client.shutdown()"

SCENES = {"states": (STATES, END), "long": (LONG, LONG_END)}


def main() -> None:
    """Take all screenshots."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        lab = Lab(Path(home))
        browser = playwright.chromium.launch(
            executable_path=places.chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        try:
            for theme, width, scene in product(THEMES, WIDTHS, SCENES):
                picture = folder / f"{scene}-{width}-{theme.lower().replace(' ', '-')}.png"
                if all(word in picture.stem for word in sys.argv[2:]):
                    _take(_opened(lab, browser, scene, theme, width), picture)
        finally:
            browser.close()
            lab.close()


def _opened(lab: Lab, browser: Browser, scene: str, theme: str, width: int) -> NotebookPage:
    submit, end = SCENES[scene]
    return NotebookPage(
        lab,
        browser,
        places.kernel_name(places.IPYKERNELS[-1]),
        [submit, end],
        theme=f"JupyterLab {theme}",
        width=width,
        height=1300,
        scale=2 if width == max(WIDTHS) else 1,
    )


def _take(notebook: NotebookPage, picture: Path) -> None:
    notebook.wait_until_idle()
    notebook.command("application:toggle-left-area")
    notebook.start(0)
    notebook.page.locator(".scl-body .scl-row").first.wait_for()
    if picture.stem.startswith("states"):
        notebook.page.locator('.scl-act[data-do="kill"]').wait_for()
        # After that no row moves any more, so the click below hits the right one.
        notebook.page.locator('.scl-group[data-status="succeeded"]').wait_for()
        notebook.choose("timeline")
    failed = notebook.page.locator('.scl-row[data-status="failed"]:not(.scl-group)').first
    act(failed, ".scl-more")
    notebook.page.locator(".scl-traceback pre").first.wait_for()
    notebook.page.locator(".jp-Notebook").hover(position={"x": 5, "y": 5})
    notebook.table().screenshot(path=picture)
    notebook.run(1)
    notebook.close()


if __name__ == "__main__":
    main()
