"""Measures the notebook's table in a real browser, with a real JupyterLab.

    python -m tests.browser.setup          once
    python -m tests.benchmarks.notebook [throughput] [visible] [transitions] [click_to_stopped]

Rows visible: the time from the execution of a cell that shows a table of existing tasks until the
first row is on screen, and until all rows are in the page.  Cold: the first table in that kernel
and page, which load their widget libraries for it.  Warm: the next table.

Transitions: 10,000 tasks finish evenly over 5 s, while the frames and the bytes on the websocket
are counted.

Throughput: no-op tasks per second on an engine with two workers, alternately with a table on screen
and without.

Click to stopped: the time from the click in the page until a worker's loop has stopped (the last
time that it wrote to a file), and until the row shows this.  Meanwhile the kernel is busy with a
Python loop.
"""

from __future__ import annotations

import json
import os
import statistics
import struct
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from . import places
from .lab import Lab, NotebookPage

SCRIPTED = """
import time, threading
from scaler_lab import Client
from scaler_lab.testing import ScriptedEngine
engine = ScriptedEngine()
client = Client(engine)
group = client.submit_each(print, range({n}))
"""
SHOW = "client"
SHOW_AGAIN = "client.board"  # a new table, model and comm; the libraries are loaded already
TRANSITIONS = """
n, seconds = len(group), 5.0
began = time.monotonic()
for k, future in enumerate(group):
    if k % 20 == 0:
        late = began + seconds * k / n - time.monotonic()
        if late > 0: time.sleep(late)  # so that they are spread over the seconds measured
    engine.finish(future)
print(time.monotonic() - began)
"""
LOOP = """
import mmap, struct, time
from scaler_lab import Client
client = Client(n_workers=2)

def spin(path):
    # Writes the time into shared memory, as fast as it can: its last sign of life is the last one.
    with open(path, "r+b") as file, mmap.mmap(file.fileno(), 8) as memory:
        while True:
            memory[:8] = struct.pack("d", time.time())

client
"""
SPIN = "fs = [client.submit(spin, path) for path in {paths!r}]"
BUSY = """
end = time.time() + 40
while time.time() < end and not all(f.done() for f in fs):
    pass
"""
CLICK = """
() => new Promise(resolve => {
    const button = document.querySelector('.scl-row[data-status=running] .scl-stop:enabled');
    const at = Date.now() / 1000;
    const observer = new MutationObserver(() => {
        const said = [...document.querySelectorAll('.scl-body .scl-row')].filter(
            row => row.dataset.status === 'cancelled').length;
        if (said > before) { observer.disconnect(); resolve([at, Date.now() / 1000]); }
    });
    const before = document.querySelectorAll('.scl-body .scl-row[data-status=cancelled]').length;
    observer.observe(document.querySelector('.scl'),
        {subtree: true, attributes: true, childList: true});
    button.click();
})
"""
SHOWN = """
all => new Promise(resolve => {
    const began = performance.now();
    const had = document.querySelectorAll('.scl').length;
    let first = null;
    const look = () => {
        const table = document.querySelectorAll('.scl')[had];
        if (first === null && table?.querySelector('.scl-body .scl-row')) {
            first = performance.now() - began;
        }
        if (table?.querySelector('.scl-group .scl-c-name')?.textContent.includes(all)) {
            resolve([first, performance.now() - began]);
        } else {
            requestAnimationFrame(look);
        }
    };
    look();
    void window.jupyterapp.commands.execute('notebook:run-cell');
})
"""
FRAMES = """
() => { window.frames_ = 0; window.longest = 0; let last = performance.now();
    const count = now => { window.frames_ += 1;
        window.longest = Math.max(window.longest, now - last); last = now;
        window.counting = requestAnimationFrame(count); };
    window.counting = requestAnimationFrame(count); window.countedFrom = performance.now(); }
"""
CLICKS = 15
NOOP = """
import statistics, time
from scaler_lab import Client
client = Client(n_workers=2)

def noop(n):
    pass

def rate(n=20_000):
    began, used = time.perf_counter(), time.process_time()
    for future in client.submit_each(noop, range(n)):
        future.result(120)
    return n / (time.perf_counter() - began), (time.process_time() - used) / n * 1e6

rate()
"""
RATE = "print(*rate())"
ROUNDS = 12  # at least, for each variant


def main() -> None:
    """Measure everything and print it as JSON."""
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        lab = Lab(Path(home))
        browser = playwright.chromium.launch(
            executable_path=places.chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        try:
            all_measures: dict[str, Callable[[], Any]] = {
                "throughput": lambda: _throughput(lab, browser),
                "visible": lambda: {n: _visible(lab, browser, n) for n in (1_000, 10_000, 100_000)},
                "transitions": lambda: _transitions(lab, browser),
                "click_to_stopped": lambda: {
                    version: _clicks(lab, browser, version, Path(home))
                    for version in places.IPYKERNELS
                },
            }
            found: dict[str, Any] = {}
            for name in sys.argv[1:] or all_measures:
                loads = [os.getloadavg()[0]]
                found[name] = all_measures[name]()
                found[name]["load"] = [*loads, os.getloadavg()[0]]  # of the whole machine
        finally:
            browser.close()
            lab.close()
    sys.stdout.write(json.dumps(found, indent=2) + "\n")


def _notebook(lab: Lab, browser: Browser, cells: list[str], version: str = "") -> NotebookPage:
    kernel = places.kernel_name(version or places.IPYKERNELS[-1])
    notebook = NotebookPage(lab, browser, kernel, cells)
    notebook.wait_until_idle()
    return notebook


def _visible(lab: Lab, browser: Browser, n: int) -> dict[str, float]:
    end = "engine.close(); client.shutdown()"
    notebook = _notebook(lab, browser, [SCRIPTED.format(n=n), SHOW, SHOW_AGAIN, end])
    notebook.run(0)
    traffic = _Traffic(notebook)
    found: dict[str, float] = {}
    for cell, heat in ((1, "cold"), (2, "warm")):
        before = traffic.bytes
        notebook.select(cell)
        first, whole = notebook.page.evaluate(SHOWN, f"{n:,} tasks")
        found[f"{heat}_first_row_s"] = round(first / 1000, 3)
        found[f"{heat}_all_rows_s"] = round(whole / 1000, 3)
        found[f"{heat}_kB"] = round((traffic.bytes - before) / 1000)
    notebook.run(3)
    notebook.close()
    return found


def _transitions(lab: Lab, browser: Browser) -> dict[str, float]:
    cells = [SCRIPTED.format(n=10_000), SHOW, TRANSITIONS, "engine.close(); client.shutdown()"]
    notebook = _notebook(lab, browser, cells)
    notebook.run(0)
    notebook.run(1)
    page = notebook.page
    page.locator(".scl", has_text="0/10,000").wait_for()
    traffic = _Traffic(notebook)
    page.evaluate(FRAMES)
    notebook.run(2)
    page.locator(".scl", has_text="10,000/10,000").wait_for()
    frames, longest, since = page.evaluate(
        "() => [window.frames_, window.longest, performance.now() - window.countedFrom]"
    )
    took = float(notebook.output(2))
    notebook.run(3)
    notebook.close()
    return {
        "fps": round(frames / since * 1000, 1),
        "longest_frame_ms": round(longest),
        "kB": round(traffic.bytes / 1000),
        "messages": traffic.messages,
        "took_s": round(took, 2),
    }


def _throughput(lab: Lab, browser: Browser) -> dict[str, float]:
    """No-op tasks per second, in turns: no table, a table, a table, no table.

    This order makes drift affect both variants alike.  For turns without a table, the output is
    cleared: the page says goodbye, and nothing is published.
    """
    notebook = _notebook(lab, browser, [NOOP, RATE, SHOW, "client.shutdown()"])
    notebook.run(0)
    alone: list[float] = []
    shown: list[float] = []
    costs: dict[bool, list[float]] = {False: [], True: []}
    for turn in range(2 * ROUNDS):
        with_table = turn % 4 in (1, 2)
        tables = notebook.page.locator(".scl").count()
        if with_table and not tables:
            notebook.run_anew(2)
            # Wait for the whole table: sending the existing tasks must not be measured.
            notebook.page.locator(".scl[data-phase=live]").wait_for()
        elif not with_table and tables:
            notebook.select(2)
            notebook.command("notebook:clear-cell-output")
            notebook.page.locator(".scl").wait_for(state="detached")
        notebook.run_anew(1)
        rate, cost = map(float, notebook.output(1).split())
        (shown if with_table else alone).append(rate)
        costs[with_table].append(cost)
    notebook.run(3)
    notebook.close()
    ratios = [b / a for a, b in zip(alone, shown, strict=True)]
    return {
        "alone_median": round(statistics.median(alone)),
        "with_table_median": round(statistics.median(shown)),
        "alone_best": round(max(alone)),
        "with_table_best": round(max(shown)),
        "ratio_of_medians": round(statistics.median(shown) / statistics.median(alone), 3),
        "ratio_of_bests": round(max(shown) / max(alone), 3),
        "median_of_ratios": round(statistics.median(ratios), 3),
        # Other processes and the browser affect the rates, but not these values.
        "kernel_us_a_task_alone": round(statistics.median(costs[False]), 2),
        "kernel_us_a_task_with_table": round(statistics.median(costs[True]), 2),
        "rounds_each": ROUNDS,
    }


def _clicks(lab: Lab, browser: Browser, version: str, home: Path) -> dict[str, float]:
    paths = [str(home / f"{version}-{n}") for n in range(CLICKS)]
    for path in paths:
        Path(path).write_bytes(bytes(8))
    notebook = _notebook(
        lab, browser, [LOOP, SPIN.format(paths=paths), BUSY, "client.shutdown()"], version
    )
    notebook.run(0)
    notebook.run(1)
    notebook.page.locator(".scl-row[data-status=running]").nth(1).wait_for()
    notebook.start(2)
    stopped: list[float] = []
    shown: list[float] = []
    for _ in range(CLICKS):
        notebook.page.locator(".scl-row[data-status=running] .scl-stop:enabled").first.wait_for()
        notebook.page.wait_for_timeout(300)  # the next tasks must run before the next click
        signs = {path: sign_of(path) for path in paths}
        at, said = notebook.page.evaluate(CLICK)
        notebook.page.wait_for_timeout(100)  # running loops write a sign of life in this time
        still = [path for path in paths if sign_of(path) > said + 0.02]
        dead = [path for path in paths if signs[path] and path not in still]
        ends = [sign_of(path) - at for path in dead if sign_of(path) > at - 0.05]
        stopped += ends
        shown.append(said - at)
    notebook.wait_until_done(2)
    notebook.run(3)
    notebook.close()
    return {
        "stopped_p50_ms": round(statistics.median(stopped) * 1000, 1),
        "stopped_max_ms": round(max(stopped) * 1000, 1),
        "shown_p50_ms": round(statistics.median(shown) * 1000, 1),
        "clicks": len(stopped),
    }


def sign_of(path: str) -> float:
    """The last time at which the loop that writes to that file was alive."""
    [when] = struct.unpack("d", Path(path).read_bytes())
    return float(when)


class _Traffic:
    """Counts what arrives on the kernel's websocket from now on.

    Playwright can't listen to sockets that were opened earlier.  So the page's own `WebSocket` is
    counted, through the browser's debugging protocol.
    """

    def __init__(self, notebook: NotebookPage) -> None:
        self.bytes = 0
        self.messages = 0
        session: Any = notebook.context.new_cdp_session(notebook.page)
        session.send("Network.enable")
        session.on("Network.webSocketFrameReceived", self._note)

    def _note(self, event: dict[str, Any]) -> None:
        frame = event["response"]
        # Binary frames are reported in base64.
        size = len(frame["payloadData"]) * (3 / 4 if frame["opcode"] == 2 else 1)
        self.bytes += int(size)
        self.messages += 1


if __name__ == "__main__":
    main()
