"""A page that shows the table of the built front end with prepared rows, without a kernel.

The table gets the feed's own messages, encoded as for a real page.  So a picture of it shows what a
person would see, while nothing in it depends on time or on what else the machine does.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from playwright.sync_api import Browser, Page, Route

from scaler_lab.core.live_usage import LiveUsage
from scaler_lab.core.messages import Progress, TaskId
from scaler_lab.core.state_machine import Resolution, Status
from scaler_lab.core.task_record import TaskInfo
from scaler_lab.feed import messages
from scaler_lab.ui import page_encoding

from . import places

NOW = 1_790_000_000.0  # all times of the rows are counted back from it
STATIC = places.PROJECT / "scaler_lab" / "ui" / "notebook" / "static"
_THEME_FILES = places.LAB / "share" / "jupyter" / "lab" / "themes" / "@jupyterlab"
THEMES = {
    "light": "theme-light-extension",
    "dark": "theme-dark-extension",
    "contrast": "theme-dark-high-contrast-extension",
}
_URL = "http://gallery.test"

TRACEBACK = """Traceback (most recent call last):
  File "/home/me/market.py", line 31, in load
    frame = pandas.read_csv(path)
            ^^^^^^^^^^^^^^^^^^^^^
  File "/usr/lib/python3.11/site-packages/pandas/io/parsers.py", line 1026, in read_csv
    return _read(filepath_or_buffer, kwds)
  File "/usr/lib/python3.11/site-packages/pandas/io/common.py", line 880, in get_handle
    handle = open(handle, ioargs.mode)
FileNotFoundError: [Errno 2] No such file or directory: 'prices/2024-07.csv'
"""
OUTPUT = "".join(f"epoch {n}: loss {0.9 - n / 100:.3f}\n" for n in range(40)) + (
    "\x1b[32mcheckpoint written\x1b[0m to \x1b[1mmodels/7.pt\x1b[0m\n"
)


@dataclass
class Scene:
    """What the page shows: rows, and the details of them."""

    rows: list[TaskInfo] = field(default_factory=list[TaskInfo])
    label: str = "local engine, 4 workers"
    layout: str = "table"
    arguments: dict[TaskId, list[tuple[str, str]]] = field(
        default_factory=dict[TaskId, list[tuple[str, str]]]
    )

    results: dict[TaskId, str] = field(default_factory=dict[TaskId, str])
    lines: dict[TaskId, str] = field(default_factory=dict[TaskId, str])

    def add(self, name: str, status: Status, **facts: Any) -> TaskInfo:
        """Add a row, with times that fit its status unless *facts* has others."""
        number = len(self.rows) + 1
        seconds = facts.pop("seconds", 1.0 + number * 37 % 50 / 8)
        times: dict[str, Any] = {}
        if status in (Status.RUNNING, Status.CANCELLING):
            times = {"started_at": NOW - seconds}
        elif status in (Status.SUCCEEDED, Status.FAILED):
            times = {"started_at": NOW - 5 - seconds, "ended_at": NOW - 5}
        elif status is Status.CANCELLED:
            times = {"ended_at": NOW - 3, "cancel_requested_at": NOW - 3.01}
        if "started_at" in times:
            times["worker"] = f"worker {number % 4 + 1}"
        if status is Status.CANCELLING:
            times["cancel_requested_at"] = NOW - 4
            times["cancel_requested_by"] = "notebook"
        row = TaskInfo(
            task_id=TaskId(number.to_bytes(16, "big").hex()),
            number=number,
            name=name,
            status=status,
            version=number,
            submitted_at=NOW - 60,
            **{**times, **facts},
        )
        self.rows.append(row)
        return row

    def add_each(self, name: str, statuses: Sequence[Status], **facts: Any) -> None:
        """Add a group, with one row for each status."""
        for n, status in enumerate(statuses):
            error = "ValueError: no such column: 'volume'" if status is Status.FAILED else ""
            row = self.add(f"{name}[{n}]", status, group_name=name, error=error, **facts)
            self.arguments[row.task_id] = [("depth", str(n % 9)), ("lr", f"{0.5 / (n + 1):.2f}")]
            if status is Status.SUCCEEDED:
                self.results[row.task_id] = f"{0.91 - n % 7 / 50:.3f}"

    @property
    def counts(self) -> dict[str, int]:
        """The number of rows in each state."""
        counts = {status.value: 0 for status in Status}
        for row in self.rows:
            counts[row.status.value] += 1
        return counts

    def feed(self) -> list[messages.Welcome | messages.Snapshot]:
        """Return the feed's messages with all rows."""
        welcome = messages.Welcome(
            messages.PROTOCOL,
            "gallery",
            self.label,
            1,
            4,
            program="prices.ipynb",
            reports_usage=True,
        )
        return [welcome, messages.Snapshot(len(self.rows), 0, 1, self.rows, self.counts)]

    def usage(self) -> messages.UsageReport:
        """Return what the running tasks use."""
        return messages.UsageReport(
            {
                row.task_id: LiveUsage(row.number * 37 % 101, row.number * 97 % 1800 << 20, 0)
                for row in self.rows
                if row.status in (Status.RUNNING, Status.CANCELLING)
            }
        )

    def to_json(self) -> dict[str, Any]:
        """Return the messages for the page."""
        content, [body] = page_encoding.to_page(self.feed(), NOW)
        return {
            "content": content,
            "body": base64.b64encode(body).decode(),
            "usage": page_encoding.plain(self.usage()),
            "traceback": TRACEBACK,
            "output": OUTPUT,
            "arguments": msgspec.to_builtins(self.arguments),
            "results": self.results,
            "lines": self.lines,
            "layout": self.layout,
        }


def states() -> Scene:
    """Return a scene with a task in every state, and two groups."""
    scene = Scene()
    long_name = "simulate_the_whole_market_with_all_correlations_and_a_very_long_name"
    scene.add(
        "load",
        Status.FAILED,
        error="FileNotFoundError: [Errno 2] No such file or directory: 'prices/2024-07.csv'",
        output_bytes=len(OUTPUT),
        seconds=0.089,
    )
    loaded = scene.add("load", Status.SUCCEEDED, seconds=0.089)
    scene.arguments[loaded.task_id] = [("path", "'prices/2024-06.csv'")]
    scene.results[loaded.task_id] = "<DataFrame, 12,480 rows of 4 columns>"
    scene.add("train", Status.RUNNING, progress=Progress(37, 80, "loss 0.42"), seconds=72)
    scene.add("fit_trend", Status.CANCELLING, detail="its code caught the interrupt", seconds=65)
    scene.add(
        "backtest",
        Status.CANCELLED,
        cancel_resolution=Resolution.INTERRUPTED,
        cancel_seconds=0.0041,
        cancel_requested_by="JupyterLab",
        started_at=NOW - 4,
        worker="worker 2",
    )
    scene.add(
        "report",
        Status.CANCELLED,
        cancel_resolution=Resolution.NEVER_STARTED,
        cancel_seconds=0.0004,
        cancel_requested_by="notebook",
    )
    download = scene.add("download", Status.RUNNING, output_bytes=1200, seconds=3.4)
    scene.arguments[download.task_id] = [("url", "'https://example.org/2024.csv'")]
    scene.lines[download.task_id] = "12 of 40 MB"
    scene.add_each(long_name, [Status.RUNNING, Status.QUEUED, Status.QUEUED])
    scene.add("bin/日本語のタスク名", Status.QUEUED)
    scene.add("👩‍👩‍👧 می‌خواهم क्ष", Status.QUEUED)
    scene.add("a\u202eb\x1b[2J", Status.QUEUED)
    scene.add("report_all", Status.WAITING, detail="waits for 3 tasks")
    scene.add(
        "retried", Status.WAITING, attempt=2, detail="attempt 1 failed: OSError; again in 3 s"
    )
    scene.add_each("simulate", [Status.SUCCEEDED] * 21 + [Status.FAILED] * 2 + [Status.RUNNING] * 2)
    return scene


def many() -> Scene:
    """Return a scene with 2,000 tasks in 12 groups."""
    scene = Scene()
    names = (
        *("load_prices", "clean", "simulate", "bootstrap", "fit_trend", "train", "evaluate"),
        *("backtest_with_transaction_costs_and_slippage_2024", "report", "plot", "export", "mail"),
    )
    for n, name in enumerate(names):
        size = (2000 - len(scene.rows)) if n == len(names) - 1 else 40 + n * 23
        done = max(0.0, 1 - n / 8)
        statuses = [Status.SUCCEEDED if m < size * done else Status.QUEUED for m in range(size)]
        if n == 3:
            statuses[2], statuses[9], statuses[11] = Status.FAILED, Status.FAILED, Status.CANCELLED
        for m in range(4 if 0 < n < 5 else 0):
            statuses[-1 - m] = Status.RUNNING
        scene.add_each(name, statuses)
    return scene


SCENES = {"states": states, "many": many, "empty": Scene}

_HEAD = """<!doctype html><meta charset="utf-8">
<link rel="stylesheet" href="theme.css">
<style>
  body { margin: 0; padding: 8px; background: var(--jp-layout-color1); }
  #host { width: WIDTHpx; }
  /* As JupyterLab shows HTML. */
  .jp-RenderedHTMLCommon {
    color: var(--jp-content-font-color1);
    font: var(--jp-content-font-size1) / 1.6 var(--jp-content-font-family);
  }
</style>
<body data-jp-theme-light="LIGHT"><div id="host">
"""
_TABLE_PAGE = """</div>
<script type="module">
import entry from "./table.js";
const scene = SCENE;
const listeners = new Map();
window.sent = [];
const view = () => {
  const bytes = Uint8Array.from(atob(scene.body), (c) => c.charCodeAt(0));
  return new DataView(bytes.buffer);
};
const emit = (content, buffer) => listeners.get("msg:custom")?.(content, [buffer]);
const answer = (message) =>
  emit(
    { scaler_lab: 1, coding: "plain" },
    new DataView(new TextEncoder().encode(JSON.stringify([message])).buffer),
  );
const respond = ([kind, request, ids]) => {
  if (kind === "hello" || kind === "resync") {
    emit(scene.content, view());
  } else if (kind === "details") {
    answer(["details-of", request, ids, null, scene.traceback, scene.output, 0,
      {cpu_seconds: 1.5, peak_memory: 45e6, bytes_in: 480, bytes_out: 12}]);
  } else if (kind === "uses") {
    answer(scene.usage);
  } else if (kind === "glimpses") {
    const found = ids.map((id) => [id,
      (scene.arguments[id] ?? []).map(([name, text]) => `${name}=${text}`).join(", "),
      scene.results[id] ?? "", scene.lines[id] ?? ""]);
    answer(["glimpses-of", request, found]);
  } else if (kind === "arguments") {
    answer(["arguments-of", request, ids, scene.arguments[ids] ?? [], ""]);
  } else if (kind === "cancel" || kind === "retry") {
    answer(["response", request, ids.length, ""]);
  }
};
const model = {
  get: (name) => (name === "_layout" ? scene.layout : "gallery"),
  on: (name, listener) => listeners.set(name, listener),
  off: (name) => listeners.delete(name),
  send: ({ scaler_lab: { messages } }) => {
    window.sent.push(...messages);
    messages.forEach((message) => setTimeout(respond, 0, message));
  },
};
entry.initialize({ model });
entry.render({ model, el: document.querySelector("#host") });
</script>
"""


def open_gallery(
    browser: Browser,
    scene: Scene,
    *,
    theme: str = "light",
    width: int = 800,
    height: int = 900,
    scale: float = 1,
) -> Page:
    """Open a page that shows *scene* in a table of *width* pixels."""
    page = open_page(
        browser,
        _TABLE_PAGE.replace("SCENE", json.dumps(scene.to_json())),
        {"/table.js": (STATIC / "table.js").read_text()},
        theme=theme,
        width=width,
        height=height,
        scale=scale,
    )
    page.locator(".scl").wait_for()
    if scene.rows and scene.layout == "table":
        page.locator(".scl-body .scl-row").first.wait_for()
    page.mouse.move(1, 1)
    return page


def open_html(browser: Browser, html: str, *, theme: str, width: int, height: int = 900) -> Page:
    """Open a page that shows *html* as JupyterLab shows the output of a cell."""
    output = f'<div class="jp-RenderedHTMLCommon">{html}</div>'
    return open_page(browser, output, {}, theme=theme, width=width, height=height)


def open_page(
    browser: Browser,
    body: str,
    scripts: Mapping[str, str],
    *,
    theme: str,
    width: int,
    height: int = 900,
    scale: float = 1,
) -> Page:
    """Open a page with *body* from an element of *width* pixels on, and *scripts* by path."""
    page = browser.new_page(
        viewport={"width": width + 16, "height": height},
        device_scale_factor=scale,
        reduced_motion="reduce",
        timezone_id="UTC",
        locale="en-GB",
    )
    files = {
        "/": f"{_HEAD}{body}".replace("WIDTH", str(width)).replace(
            "LIGHT", "true" if theme == "light" else "false"
        ),
        **scripts,
        "/theme.css": (_THEME_FILES / THEMES[theme] / "index.css").read_text(),
    }
    types = {"js": "text/javascript", "css": "text/css"}

    def fulfill(route: Route) -> None:
        path = route.request.url.removeprefix(_URL)
        if path in files:
            kind = types.get(path.rpartition(".")[2], "text/html")
            route.fulfill(body=files[path], content_type=f"{kind}; charset=utf-8")
        else:
            route.fulfill(status=404)

    page.route("**", fulfill)
    page.clock.set_fixed_time(NOW)
    page.goto(f"{_URL}/")
    return page
