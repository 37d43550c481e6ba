"""Takes pictures of the table for people to look at: states, themes, widths, long names.

    python -m tests.browser.pictures FOLDER

`docs/notebook.png` is ``states-1280-light.png``.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from . import places
from .lab import Lab, Notebook

SCENE = """
import time
from scaler_lab import Client
from scaler_lab.facts.lifecycle import Resolution
from scaler_lab.testing import ScriptedEngine

engine = ScriptedEngine(label="local engine, 4 workers")
client = Client(engine)
{submit}
client
"""

# Told by a script, so that every picture has every state.
STATES = """
grid = client.submit_each(print, range(48), name="simulate")
names = ("load_prices", "clean", "fit_trend", "plot")
fits = [client.submit_each(print, [1], name=n)[0] for n in names]
for n, f in enumerate([*fits[:2], *grid[:21]]):
    engine.start(f, f"worker {n % 4 + 1}")
    engine.finish(f)
engine.start(grid[21], "worker 1")
engine.fail(grid[21], ValueError("no such column: 'volume'"))
engine.start(grid[22], "worker 2"); grid[22].request_cancel(source="notebook")
engine.confirm(grid[22], Resolution.INTERRUPTED)
grid[47].request_cancel(source="notebook"); engine.confirm(grid[47], Resolution.NEVER_STARTED)
for n, f in enumerate([fits[2], *grid[23:26]]):
    engine.start(f, f"worker {n + 1}")
grid[25].request_cancel(source="notebook")
"""

LONG = """
names = ["simulate_the_whole_market_with_all_correlations_and_a_very_long_name_that_goes_on" * 2,
         "日本語のタスク名", "", "ünïcödé 👍", "a\\u202eb\\x1b[2J"]
fs = [client.submit_each(print, [1], name=n)[0] for n in names]
for f in fs:
    engine.start(f, "worker-on-a-host-with-a-long-name.example.org")
engine.fail(fs[0], RuntimeError("something went wrong in a place that takes long to describe " * 5))
"""


def main() -> None:
    """Take them all."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        lab = Lab(Path(home))
        browser = playwright.chromium.launch(
            executable_path=places.chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        try:
            for theme in ("Light", "Dark", "Dark High Contrast"):
                for width in (1280, 860, 620):
                    for name, submit in (("states", STATES), ("long", LONG)):
                        notebook = Notebook(
                            lab,
                            browser,
                            places.kernel_name(places.IPYKERNELS[-1]),
                            [SCENE.format(submit=submit)],
                            theme=f"JupyterLab {theme}",
                            width=width,
                            height=1100,
                            scale=2 if width == 1280 else 1,
                        )
                        picture = folder / f"{name}-{width}-{theme.lower().replace(' ', '-')}.png"
                        _take(notebook, picture)
        finally:
            browser.close()
            lab.close()


def _take(notebook: Notebook, picture: Path) -> None:
    notebook.wait_until_idle()
    notebook.command("application:toggle-left-area")
    notebook.run(0)
    notebook.page.locator(".scl-body .scl-row").first.wait_for()
    notebook.page.wait_for_timeout(2500)  # for the kill to be offered
    failed = notebook.page.locator('.scl-body .scl-row[data-status="failed"]').first
    notebook.table().screenshot(path=picture)
    failed.locator(".scl-more").click()
    notebook.page.locator(".scl-traceback pre").first.wait_for()
    notebook.table().screenshot(path=picture.with_stem(picture.stem + "-details"))
    notebook.close()


if __name__ == "__main__":
    main()
