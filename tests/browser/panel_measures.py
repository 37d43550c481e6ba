"""Measures the side panel in a real browser, with a real JupyterLab.

    python -m tests.browser.setup          once
    python -m tests.benchmarks.panel

Click to stopped: the time from the click in the panel until a worker's loop has stopped (the last
time that it wrote to a file), and until the row shows this.  Meanwhile the kernel is in a C call
that holds the GIL.

Server's cost: the processor time of the Jupyter server while a script's tasks make 1,000
transitions per second (500 tasks, each started and ended), with the panel showing them, and without
a page.

Scrolling: frames per second while the panel scrolls through 50,000 rows, 60 pixels per frame.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from . import places
from .lab import TOKEN, Lab, NotebookPage
from .measures import LOOP, SPIN, sign_of
from .panel import Panel

CLICKS = 40
STUCK = "import ctypes; ctypes.PyDLL(None).sleep(30)"  # a C call that holds the GIL
CLICK = """
() => new Promise(resolve => {
    const panel = document.querySelector('#scaler-lab-panel');
    const button = panel.querySelector('.scl-row[data-status=running] .scl-stop:enabled');
    const n = () => panel.querySelector('.scl-chip[data-status=cancelled] .scl-n').textContent;
    const before = n();
    const at = Date.now() / 1000;
    const observer = new MutationObserver(() => {
        if (n() !== before) { observer.disconnect(); resolve([at, Date.now() / 1000]); }
    });
    observer.observe(panel,
        {subtree: true, attributes: true, childList: true, characterData: true});
    button.click();
})
"""
SCROLL = """
seconds => new Promise(resolve => {
    const grid = document.querySelector('#scaler-lab-panel .scl-grid');
    const began = performance.now();
    let frames = 0, longest = 0, last = began;
    const step = now => {
        frames += 1; longest = Math.max(longest, now - last); last = now;
        grid.scrollTop += 60;
        if (now - began > 1000 * seconds) resolve([frames / (now - began) * 1000, longest]);
        else requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
})
"""
BUSY_SCRIPT = """
import time
from scaler_lab import Client

def nothing():
    pass

if __name__ == "__main__":
    with Client(n_workers=2) as client:
        print("ready", flush=True)
        began, n = time.monotonic(), 0
        while True:
            due = int(500 * (time.monotonic() - began))
            while n < due:
                client.submit(nothing)
                n += 1
            time.sleep(0.01)  # so many a second
"""
MANY_SCRIPT = """
import time
from scaler_lab import Client

def hold(n):
    time.sleep(600)  # a task that runs on while its row is looked at

if __name__ == "__main__":
    with Client(n_workers=2) as client:
        group = client.submit_each(hold, range(50_000))
        print("ready", flush=True)
        time.sleep(600)  # until it is killed
"""
COST_SECONDS = 15.0
SCROLL_SECONDS = 5.0


def main() -> None:
    """Measure everything and print it as JSON."""
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        lab = Lab(Path(home))
        browser = playwright.chromium.launch(
            executable_path=places.chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        try:
            found = {
                "click_to_stopped": _clicks(lab, browser, Path(home)),
                "server": _cost(lab, browser, Path(home)),
                "scrolling": _scrolling(lab, browser, Path(home)),
            }
        finally:
            browser.close()
            lab.close()
    sys.stdout.write(json.dumps(found, indent=2) + "\n")


def _clicks(lab: Lab, browser: Browser, home: Path) -> dict[str, float]:
    paths = [str(home / f"sign-{n}") for n in range(CLICKS + 2)]
    for path in paths:
        Path(path).write_bytes(bytes(8))
    loop = LOOP.replace("\nclient\n", "\n")
    notebook = NotebookPage(
        lab,
        browser,
        places.kernel_name(places.IPYKERNELS[-1]),
        [loop, SPIN.format(paths=paths), STUCK],
    )
    notebook.wait_until_idle()
    notebook.run(0)
    notebook.run(1)
    panel = Panel(notebook.page)
    panel.show()
    panel.choose(notebook.path)
    panel.node.locator(".scl-row[data-status=running]").nth(1).wait_for()
    over: set[str] = set()
    stopped: list[float] = []
    shown: list[float] = []
    while len(shown) < CLICKS:
        if not notebook.is_busy(2):
            notebook.start(2)
            notebook.page.wait_for_timeout(500)  # until the kernel is in the call
        panel.node.locator(".scl-row[data-status=running] .scl-stop:enabled").nth(1).wait_for()
        notebook.page.wait_for_timeout(200)  # the next task must run before the next click
        running = [path for path in paths if sign_of(path) and path not in over]
        at, said = notebook.page.evaluate(CLICK)
        still = _still(notebook, running)
        over.update(still)
        assert len(still) == 1, f"one was to stop, not {len(still)}"
        stopped.append(max(0.0, sign_of(still[0]) - at))
        shown.append(said - at)
    notebook.wait_until_done(2)
    notebook.close()
    return {
        "stopped_p50_ms": _ms(statistics.median(stopped)),
        "stopped_p99_ms": _ms(statistics.quantiles(stopped, n=100, method="inclusive")[98]),
        "stopped_max_ms": _ms(max(stopped)),
        "shown_p50_ms": _ms(statistics.median(shown)),
        "clicks": len(stopped),
    }


def _still(notebook: NotebookPage, paths: list[str]) -> list[str]:
    """The files whose loops no longer write.  On a busy machine, loops may write rarely."""
    still = list(paths)
    for _ in range(10):
        signs = {path: sign_of(path) for path in paths}
        notebook.page.wait_for_timeout(200)  # running loops write a sign of life in this time
        still = [path for path in paths if sign_of(path) == signs[path]]
        if len(still) == 1:
            break
    return still


def _cost(lab: Lab, browser: Browser, home: Path) -> dict[str, float]:
    server = psutil.Process(lab.pid)
    with _script(home / "busy.py", BUSY_SCRIPT):
        without = _share(server)
        with _panel(lab, browser, "busy.py") as (page, _):
            page.wait_for_timeout(2000)  # exclude its start from the measurement
            before, began = _settled(page), time.monotonic()
            open_share = _share(server)
            moved = 2 * (_settled(page) - before) / (time.monotonic() - began)
    return {
        "without_a_page_percent": round(100 * without, 1),
        "panel_open_percent": round(100 * open_share, 1),
        "transitions_per_s": round(moved),
    }


def _settled(page: Page) -> int:
    """How many tasks the panel shows as done."""
    chip = page.locator("#scaler-lab-panel .scl-chip[data-status=succeeded] .scl-n")
    return int(chip.inner_text().replace(",", ""))


def _share(process: psutil.Process) -> float:
    """The share of a core that the process uses."""
    before, began = process.cpu_times(), time.monotonic()
    time.sleep(COST_SECONDS)  # the measured time
    after, took = process.cpu_times(), time.monotonic() - began
    return float(after.user + after.system - before.user - before.system) / took


def _scrolling(lab: Lab, browser: Browser, home: Path) -> dict[str, float]:
    with (
        _script(home / "many.py", MANY_SCRIPT),
        _panel(lab, browser, "many.py") as (page, panel),
    ):
        panel.node.get_by_role("button", name="Groups").click()
        panel.node.locator('.scl-grid[aria-rowcount="50001"]').wait_for()
        page.wait_for_timeout(1000)  # exclude its start from the measurement
        fps, longest = page.evaluate(SCROLL, SCROLL_SECONDS)
        return {"fps": round(fps, 1), "longest_frame_ms": round(longest)}


@contextmanager
def _script(path: Path, text: str) -> Generator[None]:
    path.write_text(text)
    python = places.kernel_home(places.IPYKERNELS[-1]) / "bin" / "python"
    with subprocess.Popen([str(python), str(path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield
        finally:
            process.kill()


@contextmanager
def _panel(lab: Lab, browser: Browser, title: str) -> Generator[tuple[Page, Panel]]:
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    try:
        page = context.new_page()
        page.goto(f"{lab.url}/lab/workspaces/measure?reset&token={TOKEN}")
        panel = Panel(page)
        panel.show()
        panel.choose(title)
        yield page, panel
    finally:
        context.close()


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


if __name__ == "__main__":
    main()
