"""A JupyterLab server for the tests, and a notebook in it, used as a person would use it."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Locator, Page

from . import places

TOKEN = uuid.uuid4().hex
START_TIMEOUT = 60.0
TIMEOUT_MS = 30_000
OTHER_HOST = "plain-http.test"  # for the browser an insecure context; it maps the name


class Lab:
    """One server, with all kernels that `setup` installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "notebooks"
        self.folder.mkdir()
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        overrides = folder / "settings"
        overrides.mkdir()
        quiet = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false"}}
        (overrides / "overrides.json").write_text(json.dumps(quiet))
        env = {
            **os.environ,
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_DATA_DIR": str(places.JUPYTER_DATA),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "IPYTHONDIR": str(folder / "ipython"),
        }
        self._log = folder / "server.log"
        command = [
            str(places.LAB / "bin" / "jupyter-lab"),
            "--no-browser",
            "--allow-root",
            f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.root_dir={self.folder}",
            f"--IdentityProvider.token={TOKEN}",
            "--ServerApp.local_hostnames=localhost",
            f"--ServerApp.local_hostnames={OTHER_HOST}",
            "--LabApp.expose_app_in_browser=True",
            "--JupyterNotebookApp.expose_app_in_browser=True",
            f"--LabApp.app_settings_dir={overrides}",
            f"--LabApp.extra_labextensions_path={places.LABEXTENSIONS}",
            f"--JupyterNotebookApp.extra_labextensions_path={places.LABEXTENSIONS}",
        ]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, env=env, stdout=log, stderr=log)
        self._wait_until_ready()

    @property
    def pid(self) -> int:
        """The process id of the server."""
        return self._process.pid

    def close(self) -> None:
        """End the server, which ends its kernels."""
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def api(self, method: str, path: str, body: object = None) -> Any:
        """Call the server's REST API."""
        request = urllib.request.Request(
            f"{self.url}/api/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {TOKEN}"},
        )
        with urllib.request.urlopen(request, timeout=20) as response:
            text = response.read()
        return json.loads(text) if text else None

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + START_TIMEOUT
        while True:
            try:
                self.api("GET", "status")
            except (urllib.error.URLError, ConnectionError):
                if time.monotonic() > end or self._process.poll() is not None:
                    raise RuntimeError(f"no server: {self._log.read_text()[-2000:]}") from None
                time.sleep(0.1)  # a poll: there is no event for the start of the server
            else:
                return


def choose(table: Locator, item: str) -> None:
    """Choose an item of the menu of *table*."""
    table.locator(".scl-dots").click()
    table.locator(f'.scl-menu-item[data-item="{item}"]').click()


def act(row: Locator, button: str) -> None:
    """Click a button of a row, which shows its buttons to a pointer."""
    row.hover()
    row.locator(button).click()


class NotebookPage:
    """A notebook that is open in a page and whose kernel is idle.

    Args:
        where: A page that has loaded JupyterLab, where it opens beside nothing else; or a context
            or browser, where it gets a page of its own.
        width, height, scale: Of a window that a browser opens.
    """

    def __init__(
        self,
        lab: Lab,
        where: Browser | BrowserContext | Page,
        kernel: str,
        cells: Sequence[str],
        *,
        theme: str = "JupyterLab Light",
        width: int = 1200,
        height: int = 1000,
        scale: float = 1,
        name: str = "",
        in_notebook_7: bool = False,
        host: str = "127.0.0.1",
    ) -> None:
        self.lab = lab
        self._url = f"http://{host}:{lab.port}"
        unique = uuid.uuid4().hex
        self.path = name or f"{unique}.ipynb"
        self.workspace = unique[:8]
        (lab.folder / self.path).write_text(json.dumps(_notebook(kernel, cells)))
        self._in_notebook_7 = in_notebook_7
        self._opened: BrowserContext | Page | None = None
        if isinstance(where, Browser):
            where = self._opened = where.new_context(
                viewport={"width": width, "height": height}, device_scale_factor=scale
            )
        if isinstance(where, BrowserContext):
            self.page = where.new_page()
            self._opened = self._opened or self.page
        else:
            self.page = where
        self.context = self.page.context
        self.page.set_default_timeout(TIMEOUT_MS)
        self.errors: list[str] = []
        self.page.on("pageerror", self._note_exception)
        self.page.on("console", self._note)
        if self._opened is not None:
            self.open()
        else:
            self.page.evaluate(_OPEN_ALONE, self.path)
            self.page.wait_for_selector(".jp-Notebook .jp-CodeCell")
        if theme != "JupyterLab Light":
            self.set_theme(theme)

    def open(self) -> None:
        """Load the page, or reload it."""
        self._load(self.page)

    def in_another_tab(self) -> Page:
        """Open the same notebook in another tab."""
        page = self.context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        self._load(page)
        return page

    def _load(self, page: Page) -> None:
        # A separate workspace; otherwise a reload restores the tabs of the previous test.
        where = f"lab/workspaces/{self.workspace}/tree/{self.path}"
        if self._in_notebook_7:
            where = f"notebooks/{self.path}"
        page.goto(f"{self._url}/{where}?token={TOKEN}")
        page.wait_for_selector(".jp-Notebook .jp-CodeCell")
        page.wait_for_function("() => window.jupyterapp?.commands !== undefined")

    def wait_until_idle(self) -> None:
        """Wait until the kernel has started and is idle."""
        self.page.wait_for_function(
            "() => window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status"
            " === 'idle'"
        )

    def cut_control_channel(self) -> None:
        """From now on, make this page behave like a front end without a control channel."""
        self.page.evaluate(
            "() => { window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
            ".sendControlMessage = () => { throw new Error('no control channel here'); }; }"
        )

    def restart_kernel(self) -> None:
        """Restart the kernel like the menu does, without the confirmation."""
        self.page.evaluate(
            "() => { void window.jupyterapp.shell.currentWidget"
            ".sessionContext.session.kernel.restart(); }"
        )

    def set_theme(self, theme: str) -> None:
        self.command("apputils:change-theme", {"theme": theme})
        self.page.wait_for_function(
            "theme => document.body.dataset.jpThemeName === theme", arg=theme
        )

    def command(self, name: str, args: dict[str, Any] | None = None) -> None:
        """Execute a JupyterLab command without waiting for its result."""
        self.page.evaluate(
            "([name, args]) => { void window.jupyterapp.commands.execute(name, args); }",
            [name, args or {}],
        )

    def select(self, n: int) -> None:
        """Select cell *n*, so that commands act on it."""
        cell = self.page.locator(".jp-Notebook .jp-CodeCell").nth(n)
        cell.locator(".jp-InputArea-editor").click()

    def start(self, n: int) -> None:
        """Execute cell *n* without waiting for it."""
        self.select(n)
        self.page.keyboard.press("Control+Enter")

    def run(self, n: int) -> None:
        """Execute cell *n* and wait until it ends."""
        self.start(n)
        self.wait_until_done(n)

    def run_anew(self, n: int) -> None:
        """Execute cell *n* again and wait until it ends."""
        prompt = self.page.locator(".jp-Notebook .jp-CodeCell").nth(n).locator(".jp-InputPrompt")
        before = prompt.inner_text().strip()
        self.start(n)
        self.page.wait_for_function(
            "([n, before]) => { const said = document.querySelectorAll('.jp-Notebook .jp-CodeCell')"
            "[n].querySelector('.jp-InputPrompt').innerText.trim();"
            " return said !== before && /\\d/.test(said); }",
            arg=[n, before],
        )

    def wait_until_done(self, n: int) -> None:
        cell = self.page.locator(".jp-Notebook .jp-CodeCell").nth(n)
        cell.locator(".jp-InputPrompt").filter(has_text=_DONE).wait_for()

    def is_busy(self, n: int) -> bool:
        """Whether cell *n* is still running."""
        cell = self.page.locator(".jp-Notebook .jp-CodeCell").nth(n)
        return cell.locator(".jp-InputPrompt").inner_text().strip() == "[*]:"

    def cell(self, n: int) -> Locator:
        return self.page.locator(".jp-Notebook .jp-CodeCell").nth(n)

    def output(self, n: int) -> str:
        cell = self.page.locator(".jp-Notebook .jp-CodeCell").nth(n)
        return cell.locator(".jp-OutputArea-output").last.inner_text()

    def table(self, n: int = 0) -> Locator:
        """The *n*th live table in the notebook.  Tables that are static pages now don't count."""
        return self.page.locator(".jp-Notebook .scl").nth(n)

    def table_of(self, n: int) -> Locator:
        """The table in the output of cell *n*."""
        return self.page.locator(".jp-Notebook .jp-CodeCell").nth(n).locator(".scl")

    def wait_until_busy(self, n: int) -> None:
        """Wait until cell *n* runs."""
        cell = self.page.locator(".jp-Notebook .jp-CodeCell").nth(n)
        cell.locator(".jp-InputPrompt").filter(has_text="[*]").wait_for()

    def numbered(self, number: str) -> Locator:
        """The row of the task with that number."""
        rows = self.page.locator(".jp-Notebook .scl-body .scl-row")
        return rows.filter(has=self.page.locator(f'.scl-c-number:text-is("{number}")')).first

    def row(self, name: str, status: str = "") -> Locator:
        """The row of the task called *name*; the one with *state* if there are several."""
        rows = self.page.locator(
            ".jp-Notebook .scl-body .scl-row" + f"[data-status={status}]" * bool(status)
        )
        return rows.filter(has=self.page.locator(f".scl-c-name[title={json.dumps(name)}]")).first

    def choose(self, item: str, n: int = 0) -> None:
        """Choose an item of the menu of the *n*th table."""
        choose(self.table(n), item)

    def save(self) -> dict[str, Any]:
        """Save the notebook and return the content of its file."""
        before = (self.lab.folder / self.path).stat().st_mtime_ns
        self.command("docmanager:save")
        end = time.monotonic() + 20
        file = self.lab.folder / self.path
        # The server writes in place, so an incomplete file is not valid JSON.
        while file.stat().st_mtime_ns == before or (saved := _json(file.read_text())) is None:
            if time.monotonic() > end:
                raise TimeoutError("the notebook was not saved")
            self.page.wait_for_timeout(50)  # a poll: the server writes the file
        return saved

    def close(self) -> None:
        """Close what was opened for this notebook, and shut down the kernel."""
        self.page.remove_listener("pageerror", self._note_exception)
        self.page.remove_listener("console", self._note)
        if self._opened is not None:
            self._opened.close()
        self.shut_down()

    def shut_down(self) -> None:
        """Shut down the kernel."""
        for session in self.lab.api("GET", "sessions"):
            if session["path"] == self.path:
                self.lab.api("DELETE", f"sessions/{session['id']}")

    def _note_exception(self, error: Error) -> None:
        self.errors.append(str(error))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)


_OPEN_ALONE = """async path => {
    const { commands, shell } = window.jupyterapp;
    await commands.execute("docmanager:open", { path, factory: "Notebook" });
    for (const widget of [...shell.widgets("main")]) {
        if (widget.context?.path !== path) {
            widget.dispose();  // the launcher, which comes when the last document is closed
        }
    }
}"""
_DONE = re.compile(r"\[\d+\]")


def _json(text: str) -> dict[str, Any] | None:
    """Parse *text* as JSON; None if it is incomplete."""
    try:
        said: dict[str, Any] = json.loads(text)
    except json.JSONDecodeError:
        return None
    return said


def _notebook(kernel: str, cells: Sequence[str]) -> dict[str, Any]:
    return {
        "cells": [
            {
                "cell_type": "code",
                "execution_count": None,
                "id": f"cell-{n}",
                "metadata": {},
                "outputs": [],
                "source": source,
            }
            for n, source in enumerate(cells)
        ],
        "metadata": {"kernelspec": {"name": kernel, "display_name": kernel, "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port
