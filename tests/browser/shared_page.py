"""A page of JupyterLab for all tests, because loading it takes more than half of a short test."""

from __future__ import annotations

import uuid

from playwright.sync_api import BrowserContext, Error, Page

from .lab import TIMEOUT_MS, TOKEN, Lab

_IS_READY = "() => window.jupyterapp?.restored.then(() => true)"

# What a test may have left.  A dialog is what nothing here can answer.
_CLEAR = """async () => {
    const { commands, shell } = window.jupyterapp;
    for (const widget of [...shell.widgets("main")]) {
        widget.dispose();
    }
    shell.collapseLeft();
    sessionStorage.clear(); // how a table is to look
    for (const button of document.querySelectorAll(".Toastify__close-button")) {
        button.click();
    }
    if (document.body.dataset.jpThemeName !== "JupyterLab Light") {
        await commands.execute("apputils:change-theme", { theme: "JupyterLab Light" });
    }
    return document.querySelector(".jp-Dialog, .lm-Menu") === null;
}"""


class SharedPage:
    """Lends the page to one test after the other, and loads another one if a test spoilt it."""

    def __init__(self, lab: Lab, context: BrowserContext) -> None:
        self._url = f"{lab.url}/lab/workspaces/{uuid.uuid4().hex[:8]}?token={TOKEN}"
        self._context = context
        self._kept = context.pages  # the browser's own, without which it might end
        self._page: Page | None = None
        self._n_loads = 0

    def borrow(self) -> Page:
        """Return the page, without any document."""
        if self._page is None:
            self._page = self._context.new_page()
            self._page.set_default_timeout(TIMEOUT_MS)
            self._page.goto(self._url)
            self._page.wait_for_function(_IS_READY)
            _is_cleared(self._page)  # for every test alike
            self._n_loads = 0
            self._page.on("load", self._note_load)
        return self._page

    def give_back(self, *, is_spoilt: bool) -> None:
        """Close what a test opened, other pages too.

        Args:
            is_spoilt: Don't lend this page again: the test failed.
        """
        # A page that a test reloaded may open that test's documents once more, at any time.
        is_spoilt = is_spoilt or self._n_loads > 0
        if self._page is not None and (is_spoilt or not _is_cleared(self._page)):
            self._page = None
        for page in self._context.pages:
            if page not in (self._page, *self._kept):
                page.close(run_before_unload=False)

    def _note_load(self, _page: Page) -> None:
        self._n_loads += 1


def _is_cleared(page: Page) -> bool:
    try:
        return bool(page.evaluate(_CLEAR))
    except Error:
        return False  # it crashed
