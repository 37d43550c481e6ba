"""A page that shows the side panel of the built extension with prepared programs, without a server.

The page takes the place of JupyterLab: it gives the extension the few classes that the panel needs,
and a websocket that answers with the server's own messages.
"""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Browser, Page

from scaler_lab.core.state_machine import Status
from scaler_lab.ui import page_encoding

from . import places
from .gallery import NOW, Scene, open_page, states

_LAB = places.LABEXTENSIONS / "@scaler-lab" / "lab"
_LOAD = json.loads((_LAB / "package.json").read_text())["jupyterlab"]["_build"]["load"]
_SHOWN = "1" * 32

_PAGE = """</div>
<style>#host { height: 760px; } #host > * { height: 100%; }</style>
<script src="./panel.js"></script>
<script type="module">
const { summaries, feed } = MESSAGES;
class Widget {
  node = document.createElement("div");
  title = {};
  isVisible = false;
  set id(id) { this.node.id = id; }
  addClass(name) { this.node.classList.add(name); }
}
class Signal {
  connect() {}
  emit() {}
}
class Socket {
  readyState = 1;
  constructor() {
    setTimeout(() => {
      this.onopen();
      summaries.forEach((engines) => this.emit(["engines", NOW, engines]));
    });
  }
  emit(message) {
    this.onmessage({ data: JSON.stringify(message) });
  }
  send(text) {
    const [kind, ids] = JSON.parse(text);
    for (const id of kind === "watch" || kind === "usage" ? ids : []) {
      this.emit(["feed", id, NOW, feed[id]?.[kind] ?? []]);
    }
  }
}
const format = (text, args) => text.replace(/%([0-9]+)/g, (_, n) => args[n - 1]);
const trans = {
  __: (text, ...args) => format(text, args),
  _n: (one, many, n, ...args) => format(n === 1 ? one : many, [n, ...args]),
};
const modules = {
  "@lumino/coreutils": { Token: class {} },
  "@lumino/signaling": { Signal },
  "@lumino/widgets": { Widget, Panel: Widget },
  "@jupyterlab/coreutils": { URLExt: { join: (...parts) => parts.join("/") } },
  "@jupyterlab/ui-components": { LabIcon: class {} },
};
const container = _JUPYTERLAB["@scaler-lab/lab"];
await container.init(Object.fromEntries(
  Object.entries(modules).map(([name, made]) => [name, { 1: { get: () => () => made } }]),
));
const plugins = (await container.get("./extension"))().default;
const plugin = (name) => plugins.find(({ id }) => id === `@scaler-lab/lab:${name}`);
const app = {
  commands: { addCommand: () => {} },
  contextMenu: { addItem: () => {} },
  serviceManager: { serverSettings: { wsUrl: "", baseUrl: "", WebSocket: Socket } },
  shell: {
    add: (panel) => {
      document.querySelector("#host").append(panel.node);
      panel.isVisible = true;
      panel.onAfterAttach();
    },
  },
};
const service = plugin("tasks").activate(app, { load: () => trans });
await plugin("panel").activate(app, service, null, null, null);
</script>
"""


def open_panel(browser: Browser, *, theme: str) -> Page:
    """Open a page that shows the panel with four programs: one is open, one has ended."""
    page = open_page(
        browser,
        _PAGE.replace("MESSAGES", json.dumps(_messages())).replace("NOW", str(NOW)),
        {"/panel.js": (_LAB / _LOAD).read_text()},
        theme=theme,
        width=480,
    )
    page.locator(".scl-host", has_text="prices.ipynb").click()
    page.locator(".scl-body .scl-row").first.wait_for()
    page.locator(".scl-workers-sum:not(:empty)").wait_for()
    page.mouse.move(1, 1)
    return page


def _messages() -> dict[str, Any]:
    shown = states()
    nightly = Scene()
    nightly.add_each("nightly_report", [Status.SUCCEEDED] * 40 + [Status.QUEUED] * 5)
    long_name = "forecast-of-all-regions-with-the-new-weather-model.ipynb"
    ended = Scene()
    ended.add_each("mail", [Status.SUCCEEDED] * 3 + [Status.FAILED])
    running = [
        _summary("2" * 32, "nightly.py", "script", nightly),
        _summary(_SHOWN, "prices.ipynb", "notebook", shown),
        _summary("3" * 32, long_name, "notebook", Scene()),
    ]
    return {
        "summaries": [[*running, _summary("4" * 32, "reports.ipynb", "notebook", ended)], running],
        "feed": {
            _SHOWN: {
                "watch": [page_encoding.plain(message) for message in shown.feed()],
                "usage": [page_encoding.plain(shown.usage())],
            }
        },
    }


def _summary(engine_id: str, title: str, kind: str, scene: Scene) -> dict[str, Any]:
    return {
        "id": engine_id,
        "name": "engine-1",
        "program": title,
        "place": "",
        "title": title,
        "kind": kind,
        "pid": 1,
        "workers": 4,
        "startedAt": NOW - 60,
        "trouble": "",
        "counts": scene.counts,
    }
