"""The side panel in a page of JupyterLab or Notebook 7, used as a person would use it."""

from __future__ import annotations

import json

from playwright.sync_api import Locator, Page

SHOW = "scaler-lab:show-panel"


class Panel:
    """The side panel of a page."""

    ID = "scaler-lab-panel"

    def __init__(self, page: Page) -> None:
        self.page = page
        self.node = page.locator(f"#{self.ID}")

    def show(self) -> None:
        """Open the panel with its command."""
        self.page.wait_for_function(
            "id => window.jupyterapp?.restored.then(() => "
            "window.jupyterapp.commands.hasCommand(id))",
            arg=SHOW,
            timeout=30_000,
        )
        self.page.evaluate("id => { void window.jupyterapp.commands.execute(id); }", SHOW)
        self.node.wait_for()

    def engine(self, title: str) -> Locator:
        """The engine of that name in the list."""
        return self.node.locator(".scl-host").filter(has_text=title).first

    def choose(self, title: str) -> None:
        """Show only the tasks of that engine.  If it is the only one, it is open already."""
        engine = self.engine(title)
        while engine.get_attribute("aria-expanded") != "true":  # a click may come too late
            engine.click()

    def row(self, name: str) -> Locator:
        """The row of the task called *name*."""
        rows = self.node.locator(".scl-body .scl-row")
        return rows.filter(has=self.page.locator(f".scl-c-name[title={json.dumps(name)}]")).first
