"""The README's steps, done literally in an empty environment: install, demo, open, run all cells.

The commands are read from the README.  They run in a copy of the checkout, as a user has it.  One
thing is added: Jupyter refuses to run as root without a setting.

This takes minutes, most of them for pip.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Response, expect
from playwright.sync_api import TimeoutError as NoResponse

from .places import PROJECT

INSTALL_TIMEOUT = 600
CELLS_TIMEOUT = 240.0
SAVE_TRIES = 12
SAVE_TIMEOUT = 5.0  # of each try
NOT_IN_A_CHECKOUT = (".git", ".venv", "node_modules", "build", "dist", "__pycache__", ".*_cache")


def _commands(title: str) -> list[str]:
    """The shell commands of one of the README's parts."""
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    part = readme.split(f"\n## {title}\n")[1].split("\n## ")[0]
    return re.findall(r"^```sh\n(.*?)^```$", part, re.DOTALL | re.MULTILINE)


class UserMachine:
    """A folder with a checkout, and the environment of a user who has nothing else."""

    def __init__(self, home: Path) -> None:
        self.checkout = home / "scaler_lab"
        shutil.copytree(PROJECT, self.checkout, ignore=shutil.ignore_patterns(*NOT_IN_A_CHECKOUT))
        commands = home / "bin"
        commands.mkdir()
        (commands / "python3").symlink_to(Path(sys.base_prefix) / "bin" / "python3")
        config = home / ".jupyter"
        config.mkdir()
        is_root = os.geteuid() == 0
        settings = {"ServerApp": {"allow_root": is_root, "port": 0}}
        (config / "jupyter_server_config.json").write_text(json.dumps(settings))
        self.opened = home / "opened"  # the address that a browser was started with
        starter = commands / "browser"
        starter.write_text(
            f'#!/bin/sh\necho "$1" > {self.opened}.part\nmv {self.opened}.part {self.opened}\n'
        )
        starter.chmod(0o755)
        inherited = ("PATH", "LANG", "LC_ALL", "SCALER_LAB_RUNTIME_DIR", "PIP_CACHE_DIR")
        self.environment = {
            **{name: value for name, value in os.environ.items() if name in inherited},
            **{n: v for n, v in os.environ.items() if n.startswith(("OPENBLAS", "PIP_", "SSL_"))},
            "HOME": str(home),
            "BROWSER": f"{starter} %s",
            "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
        }
        if "PIP_CACHE_DIR" not in self.environment:
            self.environment["PIP_CACHE_DIR"] = os.path.expanduser("~/.cache/pip")

    def run(self, command: str) -> str:
        ran = subprocess.run(
            ["bash", "-c", command],
            cwd=self.checkout,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=INSTALL_TIMEOUT,
            check=False,
        )
        assert ran.returncode == 0, f"{command}: {ran.stdout[-3000:]}{ran.stderr[-3000:]}"
        return ran.stdout + ran.stderr

    def start(self, command: str, log: Path) -> subprocess.Popen[bytes]:
        with log.open("wb") as file:
            return subprocess.Popen(
                ["bash", "-c", command],
                cwd=self.checkout,
                env=self.environment,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )

    def opened_page(self, server: subprocess.Popen[bytes], log: Path) -> str:
        """The address that JupyterLab opens, from the file that it gives the browser."""
        end = time.monotonic() + INSTALL_TIMEOUT
        while not self.opened.exists():
            assert server.poll() is None, log.read_text()[-3000:]
            assert time.monotonic() < end, log.read_text()[-3000:]
            time.sleep(0.2)  # a poll: there is no event for the start of a browser
        address = self.opened.read_text().strip()
        if not address.startswith("file:"):
            return address
        page = Path(address.removeprefix("file://")).read_text(encoding="utf-8")
        found = re.search(r'href="(http[^"]+)"', page)
        assert found is not None, page
        return found[1]


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> UserMachine:
    return UserMachine(tmp_path_factory.mktemp("user"))


@pytest.fixture(autouse=True)
def nothing_left_behind() -> None:
    """Replaces the check of the other tests here, which needs their JupyterLab."""
    return


@pytest.mark.timeout(1200)
def test_a_newcomer_runs_every_notebook_after_the_documented_steps(
    machine: UserMachine, browser: Browser, tmp_path: Path
) -> None:
    demo, _ = _commands("Set up from a checkout")
    assert "cancelled" in machine.run(demo)

    [lab] = _commands("The first five minutes")
    log = tmp_path / "lab.log"
    server = machine.start(lab, log)
    try:
        url = machine.opened_page(server, log)
        assert "needs packages that are not installed" not in log.read_text()
        page = browser.new_context(viewport={"width": 1200, "height": 1000}).new_page()
        page.goto(url)
        # Before JupyterLab knows the kernels, it asks which of them a notebook is to have.
        page.locator(".jp-LauncherCard", has_text="Python 3").first.wait_for()
        # JupyterLab may ask for the kernel before the notebook's own has started.
        # It may ask again at once, so the handler must not wait until no such dialog is left.
        page.add_locator_handler(
            page.locator(".jp-Dialog", has_text="Select Kernel"),
            lambda dialog: dialog.last.locator("button.jp-mod-accept").click(),
            no_wait_after=True,
        )
        folder = machine.checkout / "scaler_lab_examples"
        notebooks = sorted(folder.glob("*.ipynb"))
        assert len(notebooks) >= 7
        failed = {n.name: errors for n in notebooks if (errors := _run_all(page, n))}
        page.context.close()
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
    assert not failed


def _run_all(page: Page, notebook: Path) -> list[str]:
    """Open a notebook with a double click, run all cells by the menu, and return its errors."""
    page.locator(".jp-DirListing-item", has_text=notebook.name).dblclick()
    panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    idle = panel.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]")
    idle.wait_for(timeout=60_000)
    prompt = panel.locator(".jp-CodeCell .jp-InputPrompt").first
    _menu_until(page, "Edit", "Clear Outputs of All Cells", lambda: _is_empty(prompt))
    _menu_until(page, "Run", "Run All Cells", lambda: not _is_empty(prompt))
    end = time.monotonic() + CELLS_TIMEOUT
    while True:
        code = _save(page, notebook)
        errors = [
            f"{output['ename']}: {output['evalue']}"
            for cell in code
            for output in cell["outputs"]
            if output["output_type"] == "error"
        ]
        if errors or (code and all(cell["execution_count"] for cell in code)):
            break
        if time.monotonic() > end:
            page.screenshot(path=notebook.with_suffix(".png"))
            undone = [n for n, cell in enumerate(code) if not cell["execution_count"]]
            errors = [f"not done in time: code cells {undone}"]
            break
        page.wait_for_timeout(1000)  # a poll: the file has what the cells printed
    _menu(page, "File", "Close and Shut Down Notebook")
    page.get_by_role(
        "button", name=re.compile("^(Ok|OK|Shut Down|Close and shut down)", re.IGNORECASE)
    ).click()
    expect(panel).to_have_count(0)
    return errors


def _save(page: Page, notebook: Path) -> list[dict[str, Any]]:
    """Save the notebook, and return the code cells of its file.

    Saves must not overlap: JupyterLab ignores the second one, or takes the first for a change by
    somebody else.  While it is busy with a dialog or a menu, it ignores the keys.
    """
    for _ in range(SAVE_TRIES):
        try:
            with page.expect_response(_is_saved, timeout=1000 * SAVE_TIMEOUT):
                page.keyboard.press("Control+s")
        except NoResponse:
            continue
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        return [cell for cell in cells if cell["cell_type"] == "code"]
    raise AssertionError(f"{notebook.name} was not saved")


def _is_saved(response: Response) -> bool:
    return response.request.method == "PUT" and "/api/contents/" in response.url


def _is_empty(prompt: Locator) -> bool:
    return prompt.inner_text().strip() == "[ ]:"


def _menu_until(page: Page, menu: str, item: str, is_done: Callable[[], bool]) -> None:
    """Choose an item of a menu, again if nothing happens.

    JupyterLab drops it while it loads the notebook, and if it had to ask for the kernel first.
    """
    for _ in range(6):
        _menu(page, menu, item)
        end = time.monotonic() + 10
        while time.monotonic() < end:
            if is_done():
                return
            page.wait_for_timeout(200)  # a poll: the page
    raise AssertionError(f"{item} has no effect")


def _menu(page: Page, menu: str, item: str) -> None:
    page.locator("#jp-MainMenu").get_by_text(menu, exact=True).click()
    page.locator(".lm-Menu-item", has_text=item).first.click()
